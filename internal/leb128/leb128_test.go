package leb128

import (
	"bytes"
	"errors"
	"math"
	"testing"
)

// decoders are the five widths, widened to one signature.
var decoders = map[string]func([]byte) (int64, int, error){
	"u32": func(b []byte) (int64, int, error) { v, n, err := Uint32(b); return int64(v), n, err },
	"u64": func(b []byte) (int64, int, error) { v, n, err := Uint64(b); return int64(v), n, err },
	"s32": func(b []byte) (int64, int, error) { v, n, err := Int32(b); return int64(v), n, err },
	"s33": func(b []byte) (int64, int, error) { v, n, err := Int33(b); return int64(v), n, err },
	"s64": func(b []byte) (int64, int, error) { v, n, err := Int64(b); return int64(v), n, err },
}

func TestDecode(t *testing.T) {
	tests := []struct {
		kind  string
		bytes []byte
		value int64
		size  int
		err   error
	}{
		{"u32", []byte{0x00}, 0, 1, nil},
		{"u32", []byte{0x7f, 0xff}, 127, 1, nil},
		{"u32", []byte{0x80, 0x01}, 128, 2, nil},
		{"u32", []byte{0xe5, 0x8e, 0x26}, 624485, 3, nil},
		{"u32", []byte{0x83, 0x80, 0x80, 0x80, 0x00}, 3, 5, nil},
		{"u32", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, math.MaxUint32, 5, nil},
		{"u32", []byte{0xff, 0xff, 0xff, 0xff, 0x1f}, 0, 5, ErrUnusedBits},
		{"u32", []byte{0x80, 0x80, 0x80, 0x80, 0x70}, 0, 5, ErrUnusedBits},
		{"u32", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 0, 5, ErrTooLong},
		{"u32", []byte{}, 0, 0, ErrTruncated},
		{"u32", []byte{0x80, 0x80}, 0, 2, ErrTruncated},
		{"u64", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, -1, 10, nil},
		{"u64", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, 0, 10, ErrUnusedBits},
		{"u64", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, 0, 10, ErrTooLong},
		{"s32", []byte{0x7f}, -1, 1, nil},
		{"s32", []byte{0x40}, -64, 1, nil},
		{"s32", []byte{0xbf, 0x7f}, -65, 2, nil},
		{"s32", []byte{0xc0, 0xbb, 0x78}, -123456, 3, nil},
		{"s32", []byte{0xff, 0xff, 0xff, 0xff, 0x07}, math.MaxInt32, 5, nil},
		{"s32", []byte{0x80, 0x80, 0x80, 0x80, 0x78}, math.MinInt32, 5, nil},
		{"s32", []byte{0xff, 0xff, 0xff, 0xff, 0x7f}, -1, 5, nil},
		{"s32", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, 0, 5, ErrUnusedBits},
		{"s32", []byte{0x80, 0x80, 0x80, 0x80, 0x70}, 0, 5, ErrUnusedBits},
		{"s32", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0x7f}, 0, 5, ErrTooLong},
		{"s33", []byte{0x40}, -64, 1, nil},
		{"s33", []byte{0xff, 0xff, 0xff, 0xff, 0x0f}, math.MaxUint32, 5, nil},
		{"s33", []byte{0x80, 0x80, 0x80, 0x80, 0x70}, -1 << 32, 5, nil},
		{"s33", []byte{0x80, 0x80, 0x80, 0x80, 0x10}, 0, 5, ErrUnusedBits},
		{"s64", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f}, math.MinInt64, 10, nil},
		{"s64", []byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00}, math.MaxInt64, 10, nil},
		{"s64", []byte{0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7e}, 0, 10, ErrUnusedBits},
		{"s64", []byte{0xff}, 0, 1, ErrTruncated},
	}
	for _, test := range tests {
		value, size, err := decoders[test.kind](test.bytes)
		if !errors.Is(err, test.err) {
			t.Errorf("%s % x: error %v, want %v", test.kind, test.bytes, err, test.err)
		} else if err == nil && (value != test.value || size != test.size) {
			t.Errorf("%s % x: %d in %d bytes, want %d in %d", test.kind, test.bytes, value, size, test.value, test.size)
		}
	}
}

func TestAppendPadded(t *testing.T) {
	tests := []struct {
		value uint32
		width int
		want  []byte
	}{
		{3, 0, []byte{3}},
		{3, 1, []byte{3}},
		{3, 5, []byte{0x83, 0x80, 0x80, 0x80, 0x00}},
		{300, 1, []byte{0xac, 0x02}},
		{math.MaxUint32, 9, []byte{0xff, 0xff, 0xff, 0xff, 0x0f}},
	}
	for _, test := range tests {
		got := AppendPadded(nil, test.value, test.width)
		if !bytes.Equal(got, test.want) {
			t.Errorf("%d in %d: % x, want % x", test.value, test.width, got, test.want)
		}
		if value, _, err := Uint32(got); err != nil || value != test.value {
			t.Errorf("% x decodes to %d, %v", got, value, err)
		}
	}
}

func FuzzRoundTrip(f *testing.F) {
	for _, seed := range []uint64{0, 1, 63, 64, 127, 128, math.MaxInt32, math.MaxUint32, 1 << 63, math.MaxUint64} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, v uint64) {
		if got, n, err := Uint64(AppendUint64(nil, v)); err != nil || got != v || n > 10 {
			t.Errorf("u64 %d: %d, %d bytes, %v", v, got, n, err)
		}
		if got, _, err := Int64(AppendInt64(nil, int64(v))); err != nil || got != int64(v) {
			t.Errorf("s64 %d: %d, %v", int64(v), got, err)
		}
		if got, n, err := Uint32(AppendUint32(nil, uint32(v))); err != nil || got != uint32(v) || n != Size32(got) {
			t.Errorf("u32 %d: %d, %d bytes, %v", uint32(v), got, n, err)
		}
		if got, _, err := Int32(AppendInt32(nil, int32(v))); err != nil || got != int32(v) {
			t.Errorf("s32 %d: %d, %v", int32(v), got, err)
		}
		if got, _, err := Int33(AppendInt64(nil, int64(uint32(v)))); err != nil || got != int64(uint32(v)) {
			t.Errorf("s33 %d: %d, %v", uint32(v), got, err)
		}
	})
}

// FuzzDecode holds every decoder to the definition: what it accepts is what its
// value encodes to, but for padding.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0x0f})
	f.Add([]byte{0x80, 0x80, 0x80, 0x80, 0x70})
	f.Fuzz(func(t *testing.T, b []byte) {
		for kind, decode := range decoders {
			value, size, err := decode(b)
			if err != nil {
				continue
			}
			shortest := AppendInt64(nil, value)
			if kind[0] == 'u' {
				shortest = AppendUint64(nil, uint64(value))
			}
			if size > len(b) || len(shortest) > size {
				t.Errorf("%s % x: %d in %d bytes, shortest % x", kind, b, value, size, shortest)
			}
		}
	})
}
