package main

import (
	"fmt"
	"math/bits"
	"strconv"
	"strings"
)

// A size is a number of bytes as a flag: "65536", "64KiB", "16MiB", "1G". Units
// count in powers of 1024, with or without the "iB" and in either case.
type size uint64

// Set reads the flag's value.
func (s *size) Set(text string) error {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	shift, ok := sizeUnit(strings.TrimSpace(text[len(digits):]))
	n, err := strconv.ParseUint(digits, 10, 64)
	high, low := bits.Mul64(n, 1<<shift)
	if !ok || err != nil || high != 0 || low == 0 {
		return fmt.Errorf("%q is no size such as 64MiB", text)
	}
	*s = size(low)
	return nil
}

// sizeUnit returns how many bits the unit shifts by.
func sizeUnit(unit string) (shift uint, ok bool) {
	unit = strings.ToLower(unit)
	switch strings.TrimSuffix(strings.TrimSuffix(unit, "b"), "i") {
	case "":
		return 0, unit == "" || unit == "b"
	case "k":
		return 10, true
	case "m":
		return 20, true
	case "g":
		return 30, true
	}
	return 0, false
}

// String writes the size with the largest unit that divides it.
func (s *size) String() string {
	switch n := uint64(*s); {
	case n == 0:
		return ""
	case n%(1<<30) == 0:
		return fmt.Sprintf("%dGiB", n>>30)
	case n%(1<<20) == 0:
		return fmt.Sprintf("%dMiB", n>>20)
	case n%(1<<10) == 0:
		return fmt.Sprintf("%dKiB", n>>10)
	default:
		return strconv.FormatUint(n, 10)
	}
}

// Type is the placeholder in the help.
func (s *size) Type() string { return "SIZE" }

// roughly writes a number of bytes for people, as in "1.06 MiB".
func roughly(n uint64) string {
	for _, unit := range []struct {
		name  string
		shift uint
	}{{"GiB", 30}, {"MiB", 20}, {"KiB", 10}} {
		if n >= 1<<unit.shift {
			text := strconv.FormatFloat(float64(n)/float64(uint64(1)<<unit.shift), 'f', 2, 64)
			return strings.TrimRight(strings.TrimRight(text, "0"), ".") + " " + unit.name
		}
	}
	return count(n, "byte")
}
