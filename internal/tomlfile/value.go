package tomlfile

import (
	"errors"
	"fmt"
	"math/bits"
	"strconv"
	"strings"
	"time"
)

// A Duration is a length of time in a document: a string such as "1.5s".
type Duration struct{ time.Duration }

// UnmarshalText reads the string; less than nothing is refused.
func (d *Duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < 0 {
		return fmt.Errorf("%q is no duration such as \"100ms\" or \"5s\"", text)
	}
	d.Duration = parsed
	return nil
}

// Form says what a duration looks like.
func (Duration) Form() string { return `a duration such as "100ms" or "5s"` }

// A Size is a number of bytes in a document: a string such as "64MiB". Units
// count in powers of 1024.
type Size struct{ Bytes uint64 }

// UnmarshalText reads the string. Nothing at all is refused.
func (s *Size) UnmarshalText(text []byte) error {
	n, err := parseSize(string(text))
	if err != nil {
		return fmt.Errorf("%q is no size such as \"64MiB\"", text)
	}
	s.Bytes = n
	return nil
}

// Form says what a size looks like.
func (Size) Form() string { return `a size such as "64MiB"` }

var errSize = errors.New("no size")

func parseSize(text string) (uint64, error) {
	digits := strings.TrimRight(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ")
	unit := strings.ToLower(strings.TrimSpace(text[len(digits):]))
	shift, ok := map[string]uint{
		"": 0, "b": 0, "k": 10, "kb": 10, "kib": 10, "m": 20, "mb": 20, "mib": 20, "g": 30, "gb": 30, "gib": 30,
	}[unit]
	n, err := strconv.ParseUint(digits, 10, 64)
	high, low := bits.Mul64(n, 1<<shift)
	if !ok || err != nil || high != 0 || low == 0 {
		return 0, errSize
	}
	return low, nil
}
