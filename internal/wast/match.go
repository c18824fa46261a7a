package wast

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Matches reports whether got is what v, a literal of a script, stands for.
// Numbers may be written differently; flags may be in another order; a NaN is
// any NaN.
func (v Value) Matches(got Value) bool {
	if v.Type != got.Type || len(v.Items) != len(got.Items) || len(v.Names) != len(got.Names) {
		return false
	}
	switch v.Type {
	case "f32":
		return sameFloat(v.Text, got.Text, 32)
	case "f64":
		return sameFloat(v.Text, got.Text, 64)
	case "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "i32", "i64":
		return sameInt(v.Text, got.Text, v.Type[1:])
	case "flags":
		return slices.Equal(slices.Sorted(slices.Values(v.Names)), slices.Sorted(slices.Values(got.Names)))
	}
	for i, item := range v.Items {
		if !item.Matches(got.Items[i]) {
			return false
		}
	}
	return v.Text == got.Text && slices.Equal(v.Names, got.Names)
}

// sameInt compares integers of so many bits, with or without a sign.
func sameInt(a, b, bits string) bool {
	x, okX := parseInt(a)
	y, okY := parseInt(b)
	width, err := strconv.Atoi(bits)
	return okX && okY && err == nil && x<<(64-width) == y<<(64-width)
}

// parseInt returns the two's complement of an integer.
func parseInt(text string) (uint64, bool) {
	text = strings.ReplaceAll(strings.TrimPrefix(text, "+"), "_", "")
	if unsigned, err := strconv.ParseUint(text, 0, 64); err == nil {
		return unsigned, true
	}
	signed, err := strconv.ParseInt(text, 0, 64)
	return uint64(signed), err == nil
}

func sameFloat(a, b string, bits int) bool {
	x, okX := parseFloat(a, bits)
	y, okY := parseFloat(b, bits)
	if !okX || !okY {
		return false
	}
	return math.IsNaN(x) && math.IsNaN(y) || math.Float64bits(x) == math.Float64bits(y)
}

func parseFloat(text string, bits int) (float64, bool) {
	if unsigned := strings.TrimLeft(text, "+-"); strings.HasPrefix(unsigned, "nan") {
		return math.NaN(), true
	} else if strings.HasPrefix(unsigned, "0x") && !strings.ContainsAny(unsigned, "pP") {
		text += "p0"
	}
	x, err := strconv.ParseFloat(strings.ReplaceAll(text, "_", ""), bits)
	return x, err == nil
}
