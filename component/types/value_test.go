package types

import (
	"bytes"
	"math"
	"slices"
	"testing"
	"unsafe"
)

func TestValueText(t *testing.T) {
	kinds := EnumOf("circle", "square")
	shape := VariantOf(Field{"empty", nil}, Field{"circle", F64.Type()})
	perms := FlagsOf("read", "write", "exec")
	file := &ResourceType{Name: "file"}
	for _, test := range []struct {
		value Value
		want  string
	}{
		{Value{}, "_"},
		{BoolValue(true), "true"},
		{S8Value(-128), "-128"},
		{U64Value(math.MaxUint64), "18446744073709551615"},
		{F32Value(0.1), "0.1"},
		{F64Value(math.Inf(-1)), "-inf"},
		{F64Value(math.NaN()), "nan"},
		{CharValue('é'), "'é'"},
		{StringValue("a\"b"), `"a\"b"`},
		{BytesValue([]byte{1, 255}), "[1, 255]"},
		{SliceValue([]int16{-1, 2}), "[-1, 2]"},
		{SliceValue([]float32{1.5}), "[1.5]"},
		{ListValue(ListOf(String.Type()), StringValue("a"), StringValue("b")), `["a", "b"]`},
		{ListValue(ListOf(kinds), VariantValue(kinds, 1), VariantValue(kinds, 0)), "[square, circle]"},
		{RecordValue(point(), S32Value(1), S32Value(-2)), "{x: 1, y: -2}"},
		{RecordValue(TupleOf(U8.Type(), String.Type()), U8Value(1), StringValue("x")), `(1, "x")`},
		{CaseValue(shape, "circle", F64Value(2)), "circle(2)"},
		{CaseValue(shape, "empty"), "empty"},
		{VariantValue(shape, 7), "case(7)"},
		{SomeValue(OptionOf(U8.Type()), U8Value(3)), "some(3)"},
		{NoneValue(OptionOf(U8.Type())), "none"},
		{OkValue(ResultOf(U8.Type(), nil), U8Value(3)), "ok(3)"},
		{ErrorValue(ResultOf(U8.Type(), nil)), "err"},
		{FlagsValue(perms, 5), "{read, exec}"},
		{HandleValue(OwnOf(file), &Handle{Rep: 7}), "own<file>(7)"},
	} {
		if got := test.value.String(); got != test.want {
			t.Errorf("got %s, want %s", got, test.want)
		}
	}
	long := StringValue(string(make([]byte, 1<<20)))
	if got := len(long.String()); got > 5*maxText {
		t.Errorf("a long string is written with %d bytes", got)
	}
}

func TestValueAccess(t *testing.T) {
	v := RecordValue(point(), S32Value(1), S32Value(-2))
	y, ok := v.Field("y")
	if !ok || y.Int() != -2 || v.Len() != 2 {
		t.Errorf("y is %v, %t", y, ok)
	}
	if _, ok := v.Field("z"); ok {
		t.Error("there is a z")
	}
	if got := SliceValue([]int64{-5, 6}); got.Index(0).Int() != -5 || got.Index(2).Kind() != 0 || got.Index(-1).Kind() != 0 {
		t.Errorf("got %v", got)
	}
	if got := BytesValue([]byte("abc")).Bytes(); !bytes.Equal(got, []byte("abc")) {
		t.Errorf("got %q", got)
	}
	bools := ListValue(FixedListOf(Bool.Type(), 2), BoolValue(true), BoolValue(false))
	if raw, ok := bools.Packed(); !ok || raw != "\x01\x00" || !bools.Index(0).Bool() {
		t.Errorf("bools are %q, %t", raw, ok)
	}
	some := SomeValue(OptionOf(String.Type()), StringValue("x"))
	if p, ok := some.Payload(); !ok || p.Text() != "x" || some.Case() != "some" {
		t.Errorf("payload is %v", p)
	}
	if f := FlagsValue(FlagsOf("a", "b"), 2); f.Flag("a") || !f.Flag("b") || f.Flag("c") {
		t.Errorf("flags are %v", f)
	}
	if (Value{}).Float() != 0 || (Value{}).Flag("a") || (Value{}).Case() != "" || U8Value(1).Text() != "" {
		t.Error("an accessor of another kind does not return zero")
	}
}

func TestSlices(t *testing.T) {
	testSlice(t, int8(-1), 2)
	testSlice(t, uint8(0xfe), 2)
	testSlice(t, int16(-1), 2)
	testSlice(t, uint16(0xfffe), 2)
	testSlice(t, int32(-1), 2)
	testSlice(t, uint32(1<<31), 2)
	testSlice(t, int64(-1), 2)
	testSlice(t, uint64(math.MaxUint64), 2)
	testSlice(t, float32(-1.5), 2)
	testSlice(t, math.Inf(-1), 1e300)
	fixed := ListValue(FixedListOf(S16.Type(), 2), S16Value(-5), S16Value(5))
	if got := SliceOf[int16](fixed); !slices.Equal(got, []int16{-5, 5}) {
		t.Errorf("got %v", got)
	}
	for _, v := range []Value{{}, SliceValue([]int16{1}), U16Value(1), StringValue("ab"), ListValue(ListOf(String.Type()))} {
		if got := SliceOf[uint16](v); got != nil {
			t.Errorf("%v is %v", v, got)
		}
	}
}

// testSlice makes lists of numbers and slices of those again, also as machines do
// whose numbers lie the other way round.
func testSlice[T Number](t *testing.T, numbers ...T) {
	v := SliceValue(numbers)
	want := ListValue(v.Type(), ScalarValue(v.Type().Elem(), bitsOf(numbers[0])), ScalarValue(v.Type().Elem(), bitsOf(numbers[1])))
	if got := SliceOf[T](v); !v.Equal(want) || !slices.Equal(got, numbers) {
		t.Errorf("%v became %v and then %v", numbers, v, got)
	}
	raw, _ := v.Packed()
	slowly := make([]T, len(numbers))
	if unpackNumbers(slowly, v); !slices.Equal(slowly, numbers) || string(packNumbers(numbers, v.packed())) != raw {
		t.Errorf("%v became %v", numbers, slowly)
	}
	if got := SliceOf[T](SliceValue[T](nil)); got == nil || len(got) != 0 {
		t.Errorf("nothing became %v", got)
	}
}

func TestValueEqual(t *testing.T) {
	nans := []Value{F64Value(math.NaN()), ScalarValue(F64.Type(), 0xfff8000000000001)}
	if !nans[0].Equal(nans[1]) {
		t.Error("NaNs differ")
	}
	lists := []Value{SliceValue([]float64{math.NaN()}), ListValue(ListOf(F64.Type()), nans[1])}
	if !lists[0].Equal(lists[1]) {
		t.Error("lists of NaNs differ")
	}
	h := &Handle{}
	file := OwnOf(&ResourceType{})
	all := []Value{
		{}, F64Value(0), F64Value(math.Copysign(0, -1)), F32Value(0), U8Value(0), U8Value(1), StringValue("a"), StringValue("b"),
		SliceValue([]float32{1}), SliceValue([]float32{2}), SliceValue([]float32{1, 2}), SliceValue([]uint8{1}),
		NoneValue(OptionOf(U8.Type())), SomeValue(OptionOf(U8.Type()), U8Value(1)), SomeValue(OptionOf(U8.Type()), U8Value(2)),
		HandleValue(file, h), HandleValue(file, &Handle{}),
		RecordValue(point(), S32Value(1), S32Value(2)), RecordValue(point(), S32Value(1), S32Value(3)),
	}
	for i, v := range all {
		for j, w := range all {
			if got := v.Equal(w); got != (i == j) {
				t.Errorf("%v equals %v: %t", v, w, got)
			}
		}
	}
}

// TestPayloads keeps payloads of all kinds in variants of all kinds.
func TestPayloads(t *testing.T) {
	point, file := point(), OwnOf(&ResourceType{Name: "file"})
	inner := OptionOf(U8.Type())
	for _, payload := range []Value{
		U64Value(math.MaxUint64), F32Value(1.5), StringValue("x"), StringValue(""), BytesValue([]byte{1, 2}),
		ListValue(ListOf(String.Type()), StringValue("a")), RecordValue(point, S32Value(1), S32Value(2)),
		HandleValue(file, &Handle{Rep: 7}), NoneValue(inner), SomeValue(inner, U8Value(3)), SomeValue(OptionOf(inner), SomeValue(inner, U8Value(3))),
		FlagsValue(FlagsOf("a", "b"), 2), VariantValue(EnumOf("a", "b"), 1),
	} {
		shape := VariantOf(Field{"none", nil}, Field{"first", payload.Type().Distinct()}, Field{"second", payload.Type()})
		for index := 1; index <= 2; index++ { // the first is of a type that is equal and another pointer
			v := VariantValue(shape, index, payload)
			got, ok := v.Payload()
			if !ok || !got.Equal(payload) || got.Type() != payload.Type() || v.Bits() != uint64(index) || v.Case() != shape.Fields()[index].Name {
				t.Errorf("%v became %v, payload %v of type %p", payload, v, got, got.Type())
			}
			if v.Text() != "" || v.Len() != 0 || v.Handle() != nil || v.Elems() != nil {
				t.Errorf("%v has what its payload has", v)
			}
			if v.Equal(VariantValue(shape, 3-index, payload)) || v.Equal(VariantValue(shape, index)) || !v.Equal(VariantValue(shape, index, payload)) {
				t.Errorf("%v is the same as another", v)
			}
		}
	}
}

// TestMisfits asks values for what they are not: whoever made them lied.
func TestMisfits(t *testing.T) {
	bytes, shape := ListOf(U8.Type()), OptionOf(String.Type())
	for _, typ := range []*Type{nil, U8.Type(), String.Type(), bytes, ListOf(String.Type()), point(), shape, EnumOf("a"), FlagsOf("a"),
		OwnOf(&ResourceType{}), FixedListOf(U16.Type(), 2), MapOf(U8.Type(), U8.Type())} {
		for _, v := range []Value{
			{}, ScalarValue(typ, math.MaxUint64), PackedValue(typ, "abc"), RecordValue(typ, U8Value(1), StringValue("x")), HandleValue(typ, &Handle{}),
			HandleValue(typ, nil), VariantValue(typ, 1, U8Value(1)), VariantValue(typ, 1, StringValue("x")), VariantValue(typ, -1, U8Value(1)),
			VariantValue(typ, 7), VariantValue(typ, 1, Value{}),
		} {
			_ = v.Bool() || v.Flag("a") || v.Char() == 0 || v.Float() == 0
			if text := v.Text(); text != "" && v.Kind() != String {
				t.Errorf("%v has text %q", v, text)
			}
			if handle := v.Handle(); handle != nil && v.Index(0).Kind() != 0 {
				t.Errorf("%v has a handle and elements", v)
			}
			n := 0
			for i, elem := range v.All() {
				if n++; !elem.Equal(v.Index(i)) {
					t.Errorf("%v is not %v", elem, v.Index(i))
				}
			}
			if raw, packed := v.Packed(); n != v.Len() || packed && len(raw)/v.Type().Elem().PackedSize() != n {
				t.Errorf("%v has %d elements, not %d", v, v.Len(), n)
			}
			if payload, ok := v.Payload(); ok && payload.Equal(v) {
				t.Errorf("%v is its own payload", v)
			}
			_, _, _, _ = v.Case(), v.Bytes(), v.String(), v.Equal(Value{})
			if _, ok := v.Field("y"); ok && v.Len() < 2 {
				t.Errorf("%v has a field", v)
			}
		}
	}
}

func TestSize(t *testing.T) {
	if size := unsafe.Sizeof(Value{}); unsafe.Sizeof(uintptr(0)) == 8 && size != 32 {
		t.Errorf("a value takes %d bytes", size)
	}
}

func TestValuesDoNotAllocate(t *testing.T) {
	text, number := OptionOf(String.Type()), ResultOf(U32.Type(), String.Type())
	for _, test := range []struct {
		name string
		make func(i int) Value
	}{
		{"a number", func(i int) Value { return U64Value(uint64(i) + 1<<40) }},
		{"a string", func(int) Value { return StringValue("x") }},
		{"an option", func(int) Value { return SomeValue(text, StringValue("x")) }},
		{"a result", func(i int) Value { return OkValue(number, U32Value(uint32(i))) }},
		{"an error", func(int) Value { return ErrorValue(number, StringValue("x")) }},
	} {
		var sink Value
		if n := testing.AllocsPerRun(100, func() { sink = test.make(sink.Len()) }); n != 0 {
			t.Errorf("%s takes %v allocations", test.name, n)
		}
	}
	var sink Value
	numbers := make([]uint64, 1000)
	for i := range numbers {
		numbers[i] = uint64(i) << 20
	}
	if n := testing.AllocsPerRun(10, func() { sink = SliceValue(numbers) }); n > 1 {
		t.Errorf("a list of numbers takes %v allocations", n)
	}
	_ = sink
}
