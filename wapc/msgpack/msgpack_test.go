package msgpack

import (
	"encoding/hex"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// person is the request of the calc-hash guests (wapc.md A.7), hashed their
// reply.
type person struct {
	FirstName string `msgpack:"first_name"`
}

type hashed struct {
	FirstName string `json:"first_name"`
	Hash      uint64 `json:"hash"`
}

// johnDoe is the request of the vector in A.7.
const johnDoe = "81aa66697273745f6e616d65a84a6f686e20446f65"

func TestVector(t *testing.T) {
	got, err := Marshal(person{FirstName: "John Doe"})
	if err != nil || hex.EncodeToString(got) != johnDoe {
		t.Errorf("%x, %v", got, err)
	}
	bytes, _ := hex.DecodeString(johnDoe)
	var back person
	if err := Unmarshal(bytes, &back); err != nil || back.FirstName != "John Doe" {
		t.Errorf("%+v, %v", back, err)
	}
}

type everything struct {
	A bool              `msgpack:"a"`
	I int64             `msgpack:"i"`
	U uint64            `msgpack:"u"`
	F float64           `msgpack:"f"`
	S string            `msgpack:"s"`
	B []byte            `msgpack:"b"`
	L []int             `msgpack:"l"`
	M map[string]string `msgpack:"m"`
	P *person           `msgpack:"p"`
	N *person           `msgpack:"n"`
	X string            `msgpack:"-"`
}

func TestRoundTrip(t *testing.T) {
	for _, want := range []everything{
		{},
		{A: true, I: -1, U: math.MaxUint64, F: 1.5, S: "größe", B: []byte{0, 255}, L: []int{1, 200, -70000}, M: map[string]string{"b": "1", "a": "2"}, P: &person{"Ada"}},
		{I: math.MinInt64, S: strings.Repeat("s", 70_000), B: make([]byte, 300), L: make([]int, 70_000)},
	} {
		bytes, err := Append([]byte("kept"), want)
		if err != nil || string(bytes[:4]) != "kept" {
			t.Fatal(err)
		}
		var got everything
		if err := Unmarshal(bytes[4:], &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestEncoding(t *testing.T) {
	for _, test := range []struct {
		name  string
		value any
		want  string
	}{
		{"small integers take one byte", []int{1, -1, 127, 128, 65536}, "95" + "01" + "ff" + "7f" + "cc80" + "ce00010000"},
		{"none", (*person)(nil), "c0"},
		{"json tags", hashed{"A", 42}, "82aa66697273745f6e616d65a141a4686173682a"},
		{"maps are sorted", map[string]any{"b": 1, "a": 2}, "82a16102a16201"},
		{"binary", []byte{1}, "c40101"},
		{"no tag", struct{ Name string }{"x"}, "81a44e616d65a178"},
	} {
		got, err := Marshal(test.value)
		if err != nil || hex.EncodeToString(got) != test.want {
			t.Errorf("%s: %x, %v, want %s", test.name, got, err, test.want)
		}
	}
}

func TestDecoding(t *testing.T) {
	for _, test := range []struct {
		name, bytes string
		want        any
	}{
		{"any", "95" + "01" + "c3" + "cb3ff8000000000000" + "a178" + "81a161c0", []any{int64(1), true, 1.5, "x", map[string]any{"a": nil}}},
		{"unsigned any", "cfffffffffffffffff", uint64(math.MaxUint64)},
		{"unknown fields", "82aa66697273745f6e616d65a141a178c0", person{"A"}},
		{"a struct as an array", "91a141", person{"A"}},
	} {
		bytes, _ := hex.DecodeString(test.bytes)
		var err error
		var got any
		if _, ok := test.want.(person); ok {
			var p person
			err = Unmarshal(bytes, &p)
			got = p
		} else {
			err = Unmarshal(bytes, &got)
		}
		if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", test.name, err, diff)
		}
	}
}

func TestBadBytes(t *testing.T) {
	for _, test := range []struct {
		name, bytes, reason string
		offset              int
	}{
		{"nothing", "", "a value is missing", 0},
		{"no value", "c1", "a code that stands for nothing", 0},
		{"more", "c0c0", "bytes after the value", 1},
		{"a string of four billion bytes", "dbffffffff", "a value is cut off", 5},
		{"an array of four billion", "ddffffffff00", "more elements than bytes", 5},
		{"a map of four billion", "dfffffffff00", "more elements than bytes", 5},
		{"an extension of four billion bytes", "c9ffffffff0100", "a value is cut off", 5},
		{"a map without its last value", "8101", "more elements than bytes", 1},
		{"nested too deep", strings.Repeat("91", MaxDepth+1) + "c0", "nested too deep", MaxDepth + 1},
		{"a length cut off", "da00", "a length is cut off", 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			bytes, _ := hex.DecodeString(test.bytes)
			var v any
			err := Unmarshal(bytes, &v)
			var format *FormatError
			if !errors.As(err, &format) {
				t.Fatalf("error %v", err)
			}
			if diff := cmp.Diff(&FormatError{Offset: test.offset, Reason: test.reason}, format); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("a value of another type", func(t *testing.T) {
		var p person
		err := Unmarshal([]byte{0xc3}, &p)
		var format *FormatError
		if err == nil || errors.As(err, &format) {
			t.Errorf("error %v", err)
		}
	})
	t.Run("what cannot be written", func(t *testing.T) {
		got, err := Append([]byte("kept"), func() {})
		if err == nil || string(got) != "kept" {
			t.Errorf("%q, %v", got, err)
		}
	})
}

// TestPrefixes: no prefix of a value is a value.
func TestPrefixes(t *testing.T) {
	bytes, err := Marshal(everything{S: "text", B: []byte{1}, L: []int{1000}, M: map[string]string{"k": "v"}, P: &person{"x"}})
	if err != nil {
		t.Fatal(err)
	}
	for n := range bytes {
		var v any
		if err := Unmarshal(bytes[:n], &v); err == nil {
			t.Errorf("%d bytes of %d are a value", n, len(bytes))
		}
	}
	deep := []byte(strings.Repeat("\x91", MaxDepth) + "\xc0")
	var v any
	if err := Unmarshal(deep, &v); err != nil {
		t.Errorf("at the limit: %v", err)
	}
}

// FuzzUnmarshal: any bytes are an error or a value that can be written and read
// again.
func FuzzUnmarshal(f *testing.F) {
	vector, _ := hex.DecodeString(johnDoe)
	f.Add(vector)
	f.Add([]byte("\x95\x01\xc3\xcb\x3f\xf8\x00\x00\x00\x00\x00\x00\xa1x\x81\xa1a\xc0"))
	f.Add([]byte("\xd6\xff\x00\x00\x00\x01"))
	f.Add([]byte("\xc7\x0c\xff\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		var v any
		if err := Unmarshal(data, &v); err == nil {
			again, err := Marshal(v)
			if err != nil {
				t.Fatalf("%#v cannot be written: %v", v, err)
			}
			var back any
			if err := Unmarshal(again, &back); err != nil {
				t.Fatalf("%x cannot be read again: %v", again, err)
			}
		}
		_ = Unmarshal(data, new(everything)) // must not panic
		_ = Unmarshal(data, new(hashed))
	})
}
