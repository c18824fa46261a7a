package abi

import (
	"bytes"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// paramsOf binds the fields of a struct to parameters of these types, whose names
// are a, b and so on.
func paramsOf[P any](t *testing.T, texts ...string) (*Signature, *Params) {
	t.Helper()
	f := new(types.FuncType)
	var bindings []*Binding
	var offsets []uintptr
	for i, text := range texts {
		typ, field := parseType(t, text), reflect.TypeFor[P]().Field(i)
		b, err := Bind(field.Type, typ)
		if err != nil {
			t.Fatal(err)
		}
		f.Params = append(f.Params, types.Param{Name: string(rune('a' + i)), Type: typ})
		bindings, offsets = append(bindings, b), append(offsets, field.Offset)
	}
	s := NewSignature(f)
	p := s.NewParams(bindings, offsets, nil)
	return s, &p
}

// TestGoParams sends several parameters through the stack and through memory.
func TestGoParams(t *testing.T) {
	type flat struct {
		A uint8
		B string
		C rune
		D [2]int64
	}
	type spilled struct {
		A string
		B [14]uint16
		C rune
		D *string
	}
	d := "déjà"
	s, p := paramsOf[flat](t, "u8", "string", "char", "tuple<s64, s64>")
	sendParams(t, s, p, flat{7, "seven", '7', [2]int64{-7, 7}})
	refuseParams(t, s, p, flat{B: "\xff"}, "argument b: the string is not UTF-8")
	refuseParams(t, s, p, flat{C: 0xd800}, "argument c: 0xd800 is no char")
	s, p = paramsOf[spilled](t, "string", "list<u16, 14>", "char", "option<string>")
	sendParams(t, s, p, spilled{"seven", [14]uint16{1, 2, 3}, '7', &d})
	refuseParams(t, s, p, spilled{A: "\xff"}, "argument a: the string is not UTF-8")
	refuseParams(t, s, p, spilled{C: -1}, "argument c: 0xffffffff is no char")
	d = "\xff"
	refuseParams(t, s, p, spilled{D: &d}, "argument d: the string is not UTF-8")
}

func sendParams[P any](t *testing.T, s *Signature, p *Params, sent P) {
	t.Helper()
	cx, stack := newGuest(make([]byte, 1<<10)...).context(UTF8), make([]uint64, s.Slots())
	if err := s.LowerGo(cx, p, unsafe.Pointer(&sent), stack); err != nil {
		t.Fatal(err)
	}
	var got P
	if err := s.LiftGo(cx, p, unsafe.Pointer(&got), stack); err != nil || !reflect.DeepEqual(got, sent) {
		t.Errorf("%+v became %+v, %v", sent, got, err)
	}
}

func refuseParams[P any](t *testing.T, s *Signature, p *Params, sent P, want string) {
	t.Helper()
	cx := newGuest(make([]byte, 1<<10)...).context(UTF8)
	err := s.LowerGo(cx, p, unsafe.Pointer(&sent), make([]uint64, s.Slots()))
	if err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

// TestValidUTF8 holds the check against that of the standard library, with what is
// not ASCII at each place.
func TestValidUTF8(t *testing.T) {
	for _, odd := range []string{"", "é", "\U0001f600", "\x80", "\xc3", "\xf0\x9f\x98"} {
		for before := range 70 {
			for _, after := range []int{0, 1, 7, 8, 40} {
				text := []byte(strings.Repeat("a", before) + odd + strings.Repeat("z", after))
				if got, want := validUTF8(text), utf8.Valid(text); got != want {
					t.Errorf("%q: %t", text, got)
				}
				if got, want := isASCII(text), !bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }); got != want {
					t.Errorf("%q is ASCII: %t", text, got)
				}
			}
		}
	}
}
