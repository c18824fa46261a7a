package abi

import (
	"bytes"
	"math"
	"reflect"
	"slices"
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
		for before := range 300 {
			for _, after := range []int{0, 1, 7, 8, 40, 130} {
				text := []byte(strings.Repeat("a", before) + odd + strings.Repeat("z", after))
				if got, want := validUTF8(text), utf8.Valid(text); got != want {
					t.Errorf("%q: %t", text, got)
				}
				ascii := !bytes.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
				if got := isASCII(text); got != ascii {
					t.Errorf("%q is ASCII: %t", text, got)
				}
				if rest := afterASCII(text); ascii && len(rest) >= asciiBlock || !isASCII(text[:len(text)-len(rest)]) {
					t.Errorf("%q: left is %q", text, rest)
				}
			}
		}
	}
}

// TestNumbers holds what moves numbers alone against what moves all values.
func TestNumbers(t *testing.T) {
	type numbers struct {
		A int8
		B uint8
		C int16
		D uint16
		E int32
		F uint32
		G int64
		H uint64
		I float32
		J float64
		K bool
		L struct{ X, Y int8 }
	}
	s, p := paramsOf[numbers](t, "s8", "u8", "s16", "u16", "s32", "u32", "s64", "u64", "f32", "f64", "bool", "tuple<s8, s8>")
	if !p.AreNumbers() {
		t.Fatal("they are no numbers")
	}
	for _, sent := range []numbers{
		{}, {-1, 255, -1, 65535, -1, 1<<32 - 1, -1, 1<<64 - 1, -0.5, -0.25, true, struct{ X, Y int8 }{-1, -128}},
	} {
		want, stack := make([]uint64, s.Slots()), make([]uint64, s.Slots())
		if err := s.LowerGo(new(Context), p, unsafe.Pointer(&sent), want); err != nil {
			t.Fatal(err)
		}
		p.PutNumbers(unsafe.Pointer(&sent), stack)
		if !slices.Equal(stack, want) {
			t.Errorf("%+v is %x on the stack, want %x", sent, stack, want)
		}
		var taken, got numbers
		if p.TakeNumbers(unsafe.Pointer(&taken), stack); taken != sent {
			t.Errorf("%+v was taken as %+v", sent, taken)
		}
		for i, b := range p.Bindings[:11] {
			v := b.Number(unsafe.Add(unsafe.Pointer(&sent), p.offsets[i]))
			if !b.IsNumber() || v != stack[i] {
				t.Fatalf("%v is %x, want %x", b.Type, v, stack[i])
			}
			if b.Type.Size() < 8 {
				v |= 0xff << 56 // does not count
			}
			b.SetNumber(unsafe.Add(unsafe.Pointer(&got), p.offsets[i]), v)
		}
		if got.L = sent.L; got != sent {
			t.Errorf("%+v became %+v", sent, got)
		}
	}
}

// TestNumbersBehindPointers has the parameters where interfaces have them.
func TestNumbersBehindPointers(t *testing.T) {
	s := NewSignature(&types.FuncType{Params: []types.Param{
		{Name: "a", Type: types.S8.Type()}, {Name: "b", Type: types.F64.Type()}, {Name: "c", Type: types.String.Type()},
	}})
	a, b := int8(-2), 1.5
	args := []unsafe.Pointer{unsafe.Pointer(&a), unsafe.Pointer(&b)}
	var bindings []*Binding
	for i, goType := range []reflect.Type{reflect.TypeFor[int8](), reflect.TypeFor[float64](), reflect.TypeFor[string]()} {
		bound, err := Bind(goType, s.Type.Params[i].Type)
		if err != nil {
			t.Fatal(err)
		}
		bindings = append(bindings, bound)
	}
	offsets, indirect := []uintptr{0, unsafe.Sizeof(args[0]), 2 * unsafe.Sizeof(args[0])}, []bool{true, true, true}
	if p := s.NewParams(bindings, offsets, indirect); p.AreNumbers() {
		t.Error("a string is a number")
	}
	p := s.NewParams(bindings[:2], offsets[:2], indirect[:2])
	if !p.AreNumbers() {
		t.Fatal("they are no numbers")
	}
	stack := make([]uint64, 2)
	p.PutNumbers(unsafe.Pointer(&args[0]), stack)
	if want := []uint64{1<<32 - 2, math.Float64bits(b)}; !slices.Equal(stack, want) {
		t.Errorf("%x on the stack, want %x", stack, want)
	}
	a, b = 0, 0
	if p.TakeNumbers(unsafe.Pointer(&args[0]), stack); a != -2 || b != 1.5 {
		t.Errorf("got %v and %v", a, b)
	}
}
