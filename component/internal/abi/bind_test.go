package abi

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

func goTypeOfHandles() reflect.Type { return reflect.TypeFor[[]*types.Handle]() }

// A failing realloc returns an error.
type failing struct {
	*guest
	err error
}

func (f failing) Call(context.Context, []uint64) error { return f.err }

type color uint8

type rights struct{ Read, Write bool }

type circle struct {
	Radius float64 `wit:"r"`
}

type shape struct {
	Empty  bool
	Circle *circle
	Label  *string
}

type everything struct {
	FirstName string
	HTTPCode  uint16
	Color     color
	ColorName string
	Rights    rights
	Mask      uint8
	Shape     shape
	Shapes    []shape
	Nested    types.Maybe[*string]
	Answer    types.Outcome[uint32, string]
	Done      types.Outcome[struct{}, struct{}]
	Pair      struct {
		A uint8
		B rune
	}
	Twins [2]uint16
	Grid  [2][3]uint32
	Table []struct {
		Key   string
		Value int64
	}
	Ignored func() `wit:"-"`
	_       int    // not exported
}

const everythingText = "record { first-name: string, http-code: u16, color: enum { red, green }, color-name: enum { red, green }, " +
	"rights: flags { read, write }, mask: flags { a, b }, shape: variant { empty, circle(record { r: f64 }), label(string) }, " +
	"shapes: list<variant { empty, circle(record { r: f64 }), label(string) }>, nested: option<option<string>>, " +
	"answer: result<u32, string>, done: result, pair: tuple<u8, char>, twins: tuple<u16, u16>, grid: list<list<u32, 3>, 2>, " +
	"table: map<string, s64> }"

// TestBindEverything takes a Go value of every kind to a guest and back.
func TestBindEverything(t *testing.T) {
	typ := parseType(t, everythingText)
	b, err := Bind(reflect.TypeFor[everything](), typ)
	if err != nil {
		t.Fatal(err)
	}
	label, nested := "circle", "nested"
	in := everything{
		FirstName: "Ada", HTTPCode: 404, Color: 1, ColorName: "green", Rights: rights{Write: true}, Mask: 2,
		Shape: shape{Circle: &circle{2.5}}, Shapes: []shape{{Empty: true}, {Label: &label}},
		Nested: types.Some(&nested), Answer: types.Failure[uint32]("no"), Done: types.Outcome[struct{}, struct{}]{Failed: true},
		Twins: [2]uint16{1, 2}, Grid: [2][3]uint32{{1, 2, 3}, {4, 5, 6}},
	}
	in.Pair.A, in.Pair.B = 7, '語'
	in.Table = append(in.Table, struct {
		Key   string
		Value int64
	}{"k", -1})
	for _, encoding := range []Encoding{UTF8, UTF16, Latin1OrUTF16} {
		sig, cx, stack := unary(typ), newGuest(make([]byte, 16)...).context(encoding), make([]uint64, 2)
		if err := lowerGo(sig, cx, b, reflect.ValueOf(&in), stack); err != nil {
			t.Fatal(err)
		}
		lifted, err := liftGo(sig, cx, b, stack)
		if err != nil {
			t.Fatal(err)
		}
		if out := lifted.Interface().(everything); !reflect.DeepEqual(in, out) {
			t.Errorf("%v: got %+v, want %+v", encoding, out, in)
		}
		values, err := sig.LiftParams(cx, nil, stack)
		if err != nil {
			t.Fatal(err)
		}
		if text := values[0].String(); !strings.Contains(text, `shapes: [empty, label("circle")], nested: some(some("nested")), answer: err("no")`) {
			t.Errorf("%v: it is %s", encoding, text)
		}
	}
}

func TestBindErrors(t *testing.T) {
	type point struct{ X, Y int32 }
	type inner struct{ Points []point }
	for _, test := range []struct {
		goType reflect.Type
		typ    string
		want   string
	}{
		{reflect.TypeFor[int](), "s64", "binding Go type int to s64: int does not stand for s64"},
		{nil, "s64", "binding Go type <nil> to s64: <nil> does not stand for s64"},
		{reflect.TypeFor[[]byte](), "string", "binding Go type []uint8 to string: []uint8 does not stand for string"},
		{reflect.TypeFor[string](), "list<u8>", "binding Go type string to list<u8>: string does not stand for list<u8>"},
		{reflect.TypeFor[[3]uint8](), "list<u8, 2>", "[3]uint8 does not stand for list<u8, 2>"},
		{reflect.TypeFor[inner](), "record { points: list<record { x: s32, y: f64 }> }",
			"field points: element of list: field y: int32 does not stand for f64"},
		{reflect.TypeFor[point](), "record { x: s32 }", "record { x: s32 } has no y, as field Y of abi.point would be"},
		{reflect.TypeFor[point](), "record { x: s32, y: s32, z: s32 }", "abi.point has no field for z of record"},
		{reflect.TypeFor[struct {
			A uint8
			B uint8 `wit:"a"`
		}](), "record { a: u8 }", "has a twice"},
		{reflect.TypeFor[point](), "tuple<s32, s32, s32>", "abi.point does not stand for tuple<s32, s32, s32>"},
		{reflect.TypeFor[[2]uint8](), "tuple<u8>", "does not stand for"},
		{reflect.TypeFor[uint8](), "flags { a, b, c, d, e, f, g, h, i }", "uint8 does not stand for flags"},
		{reflect.TypeFor[int8](), "flags { a }", "int8 does not stand for flags"},
		{reflect.TypeFor[struct{ A int }](), "flags { a }", "flag a: int is no bool"},
		{reflect.TypeFor[float64](), "enum { a }", "float64 does not stand for enum"},
		{reflect.TypeFor[uint8](), "option<u8>", "uint8 does not stand for option<u8>"},
		{reflect.TypeFor[*uint8](), "option<u16>", "case some: uint8 does not stand for u16"},
		{reflect.TypeFor[types.Maybe[uint8]](), "option<u16>", "case some: uint8 does not stand for u16"},
		{reflect.TypeFor[types.Outcome[uint8, string]](), "result<u8>", "case error: string for no payload; want struct{}"},
		{reflect.TypeFor[types.Outcome[uint8, string]](), "result<u8, u8>", "case error: string does not stand for u8"},
		{reflect.TypeFor[struct{ A *uint8 }](), "variant { a }", "case a: *uint8 for no payload; want bool"},
		{reflect.TypeFor[struct{ A uint8 }](), "variant { a(u8) }", "case a: uint8 for a payload; want a pointer to it"},
		{reflect.TypeFor[struct{ A *uint8 }](), "variant { a(u16) }", "case a: uint8 does not stand for u16"},
		{reflect.TypeFor[uint32](), "error-context", "error-context has no Go type yet"},
	} {
		_, err := Bind(test.goType, parseType(t, test.typ))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%v for %s: got %v, want %s", test.goType, test.typ, err, test.want)
		}
	}
}

// TestGoMisfits lowers Go values that are of the type, but none of the values.
func TestGoMisfits(t *testing.T) {
	one := uint8(1)
	type variant struct {
		A *uint8
		B bool
	}
	for _, test := range []struct {
		value any
		typ   string
		want  string
	}{
		{rune(0xd800), "char", "argument a: 0xd800 is no char"},
		{rune(-1), "char", "argument a: 0xffffffff is no char"},
		{"\xff", "string", "argument a: the string is not UTF-8"},
		{uint8(2), "enum { a, b }", "argument a: case 2 of enum { a, b }"},
		{int8(-1), "enum { a, b }", "argument a: case 255 of enum { a, b }"},
		{"c", "enum { a, b }", `argument a: "c" is no case of enum { a, b }`},
		{uint16(4), "flags { a, b }", "argument a: flags 0x4 for 2 labels"},
		{variant{}, "variant { a(u8), b }", "argument a: variant { a(u8), b }: no case is set"},
		{variant{&one, true}, "variant { a(u8), b }", "argument a: variant { a(u8), b }: more than one case is set"},
		{[]string{"a", "\xff"}, "list<string>", "argument a: element 1: the string is not UTF-8"},
		{[1]string{"\xff"}, "list<string, 1>", "argument a: element 0: the string is not UTF-8"},
	} {
		typ := parseType(t, test.typ)
		b, err := Bind(reflect.TypeOf(test.value), typ)
		if err != nil {
			t.Fatal(err)
		}
		p := reflect.New(b.Go)
		p.Elem().Set(reflect.ValueOf(test.value))
		err = lowerGo(unary(typ), newGuest(make([]byte, 16)...).context(UTF8), b, p, make([]uint64, 4))
		if err == nil || err.Error() != test.want {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
}

func TestKebab(t *testing.T) {
	for name, want := range map[string]string{
		"Name": "name", "FirstName": "first-name", "HTTPStatus": "http-status", "UserID": "user-id", "X": "x",
		"A1B": "a1-b", "Snake_Case": "snake-case", "IPv4": "i-pv4",
	} {
		if got := kebab(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestBlocks(t *testing.T) {
	if !littleEndian() {
		t.Skip("blocks are for little-endian machines")
	}
	for _, test := range []struct {
		goType     reflect.Type
		typ        string
		operations int
		plain      bool
	}{
		{reflect.TypeFor[struct{ A, B uint32 }](), "record { a: u32, b: u32 }", 1, true},
		{reflect.TypeFor[struct{ B, A uint32 }](), "record { a: u32, b: u32 }", 2, false},
		{reflect.TypeFor[struct {
			A uint8
			B uint32
		}](), "record { a: u8, b: u32 }", 2, false},
		{reflect.TypeFor[struct {
			A, B float64
			C    string
		}](), "record { a: f64, b: f64, c: string }", 2, false},
		{reflect.TypeFor[[4]float32](), "list<f32, 4>", 1, true},
		{reflect.TypeFor[struct{ A, B bool }](), "record { a: bool, b: bool }", 2, false},
	} {
		b, err := Bind(test.goType, parseType(t, test.typ))
		if err != nil {
			t.Fatal(err)
		}
		if len(b.memory) != test.operations || b.plain != test.plain {
			t.Errorf("%v: %d operations, plain %t", test.goType, len(b.memory), b.plain)
		}
	}
}

// TestClear has all of a value become zero, and nothing beside it.
func TestClear(t *testing.T) {
	testClear(t, "u8", uint8(7))
	testClear(t, "list<u32, 3>", [3]uint32{1, 2, 3})
	testClear(t, "string", "text")
	testClear(t, "list<string>", []string{"a"})
	testClear(t, personText, person{"Ada", 36, 9.5, true})
	testClear(t, "result<u32, string>", types.Failure[uint32]("no"))
	testClear(t, "option<u8>", new(uint8))
}

func testClear[T any](t *testing.T, text string, v T) {
	t.Helper()
	b, err := Bind(reflect.TypeFor[T](), parseType(t, text))
	if err != nil {
		t.Fatal(err)
	}
	three := [3]T{v, v, v}
	b.Clear(unsafe.Pointer(&three[1]))
	if want := [3]T{0: v, 2: v}; !reflect.DeepEqual(three, want) {
		t.Errorf("%s: left are %v, want %v", text, three, want)
	}
}

// A batch has what is kept and what is not, in another order than its record.
type batch struct {
	Maybe   types.Maybe[[]byte]
	Numbers []uint32
	Names   []string
	Flags   []bool
	Name    string
	Bytes   []byte
	Own     int `wit:"-"`
}

const batchText = "record { bytes: list<u8>, name: string, flags: list<bool>, maybe: option<list<u8>>, names: list<string>, numbers: list<u32> }"

// TestReset has batches lifted one over the other.
func TestReset(t *testing.T) {
	large := batch{Name: "large", Numbers: []uint32{1, 2, 3}, Names: []string{"a", "b"}, Flags: []bool{true, false, true},
		Bytes: []byte("more bytes than small ones have room for"), Maybe: types.Some([]byte("some"))}
	small := batch{Numbers: []uint32{9}, Names: []string{}, Flags: []bool{}, Bytes: []byte("by")}
	b, err := Bind(reflect.TypeFor[batch](), parseType(t, batchText))
	if err != nil {
		t.Fatal(err)
	}
	var got batch
	for i, step := range []struct {
		v    batch
		kept bool // the memory of the lists of numbers
	}{{small, false}, {large, false}, {large, true}, {small, true}, {large, true}} {
		before := got
		got.Own = 7
		b.Reset(unsafe.Pointer(&got))
		r := newRoundTrip(t, batchText, &step.v)
		r.lower(t)
		r.lift(t, unsafe.Pointer(&got))
		if !reflect.DeepEqual(got, step.v) {
			t.Fatalf("step %d: %+v, want %+v", i, got, step.v)
		}
		if kept := unsafe.SliceData(before.Numbers) == unsafe.SliceData(got.Numbers); kept != step.kept {
			t.Errorf("step %d: the numbers lie where they were: %t", i, kept)
		}
		if kept := unsafe.SliceData(before.Bytes) == unsafe.SliceData(got.Bytes); kept != step.kept {
			t.Errorf("step %d: the bytes lie where they were: %t", i, kept)
		}
		if kept := i > 1 && unsafe.SliceData(before.Flags) == unsafe.SliceData(got.Flags); kept != step.kept {
			t.Errorf("step %d: the flags lie where they were: %t", i, kept)
		}
		if step.v.Maybe.Valid && before.Maybe.Valid && unsafe.SliceData(before.Maybe.Value) == unsafe.SliceData(got.Maybe.Value) {
			t.Errorf("step %d: a payload is kept", i)
		}
		if len(step.v.Names) > 0 && unsafe.SliceData(before.Names) == unsafe.SliceData(got.Names) {
			t.Errorf("step %d: names are kept", i)
		}
	}
}
