// Package leb128 reads and writes the variable-length integers of the
// WebAssembly binary format (core specification, section 5.2.2).
//
// Decoding is strict, as the specification wants it: at most ceil(N/7) bytes
// for N bits, and the bits of the last byte that do not fit must be zero, or
// copies of the sign.
package leb128

import "errors"

// The reasons for which bytes are not an integer.
var (
	// ErrTruncated says that the bytes end within the integer.
	ErrTruncated = errors.New("integer is cut off")

	// ErrTooLong says that the integer goes on after the last byte that one of
	// its width may have.
	ErrTooLong = errors.New("integer is too long")

	// ErrUnusedBits says that the last byte holds bits beyond the width.
	ErrUnusedBits = errors.New("integer is too large")
)

// Uint32 decodes an unsigned integer of 32 bits from the start of b and returns
// it with the number of bytes that it took.
func Uint32(b []byte) (value uint32, size int, err error) {
	v, n, err := decodeUnsigned(b, 32)
	return uint32(v), n, err
}

// Uint64 decodes an unsigned integer of 64 bits from the start of b.
func Uint64(b []byte) (value uint64, size int, err error) {
	return decodeUnsigned(b, 64)
}

// Int32 decodes a signed integer of 32 bits from the start of b.
func Int32(b []byte) (value int32, size int, err error) {
	v, n, err := decodeSigned(b, 32)
	return int32(v), n, err
}

// Int33 decodes a signed integer of 33 bits from the start of b: the width of
// block types and heap types, which are a type index or a negative code.
func Int33(b []byte) (value int64, size int, err error) {
	return decodeSigned(b, 33)
}

// Int64 decodes a signed integer of 64 bits from the start of b.
func Int64(b []byte) (value int64, size int, err error) {
	return decodeSigned(b, 64)
}

func decodeUnsigned(b []byte, width uint) (uint64, int, error) {
	var value uint64
	for i, shift := 0, uint(0); i < len(b); i, shift = i+1, shift+7 {
		c := b[i]
		value |= uint64(c&0x7f) << shift
		if shift+7 >= width {
			return value, i + 1, checkLast(c, c&0x7f>>(width-shift) == 0)
		}
		if c < 0x80 {
			return value, i + 1, nil
		}
	}
	return 0, len(b), ErrTruncated
}

func decodeSigned(b []byte, width uint) (int64, int, error) {
	var value int64
	for i, shift := 0, uint(0); i < len(b); i, shift = i+1, shift+7 {
		c := b[i]
		value |= int64(c&0x7f) << shift
		if shift+7 >= width {
			sign := int8(c<<1) >> (width - shift) // all bits from the sign on
			return extend(value, shift+7), i + 1, checkLast(c, sign == 0 || sign == -1)
		}
		if c < 0x80 {
			return extend(value, shift+7), i + 1, nil
		}
	}
	return 0, len(b), ErrTruncated
}

func checkLast(c byte, fits bool) error {
	switch {
	case c >= 0x80:
		return ErrTooLong
	case !fits:
		return ErrUnusedBits
	}
	return nil
}

// extend copies the sign, which is the topmost of the low bits, upwards.
func extend(value int64, bits uint) int64 {
	if bits >= 64 {
		return value
	}
	return value << (64 - bits) >> (64 - bits)
}

// AppendUint32 appends value to dst in the fewest bytes.
func AppendUint32(dst []byte, value uint32) []byte {
	return AppendUint64(dst, uint64(value))
}

// AppendUint64 appends value to dst in the fewest bytes.
func AppendUint64(dst []byte, value uint64) []byte {
	for value >= 0x80 {
		dst = append(dst, byte(value)|0x80)
		value >>= 7
	}
	return append(dst, byte(value))
}

// AppendInt32 appends value to dst in the fewest bytes.
func AppendInt32(dst []byte, value int32) []byte {
	return AppendInt64(dst, int64(value))
}

// AppendInt64 appends value to dst in the fewest bytes.
func AppendInt64(dst []byte, value int64) []byte {
	for value < -0x40 || value >= 0x40 {
		dst = append(dst, byte(value)|0x80)
		value >>= 7
	}
	return append(dst, byte(value)&0x7f)
}

// AppendPadded appends value to dst in at least width bytes, as linkers do for
// fields that they fill in later. A width above 5 counts as 5.
func AppendPadded(dst []byte, value uint32, width int) []byte {
	for n := 1; n < min(width, 5); n++ {
		dst = append(dst, byte(value)|0x80)
		value >>= 7
	}
	return AppendUint32(dst, value)
}

// Size32 returns how many bytes [AppendUint32] takes for value.
func Size32(value uint32) int {
	size := 1
	for value >= 0x80 {
		value >>= 7
		size++
	}
	return size
}
