package types

import (
	"bytes"
	"math"
	"testing"
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

func TestNumbersDoNotAllocate(t *testing.T) {
	var sink Value
	if n := testing.AllocsPerRun(100, func() { sink = U64Value(uint64(sink.Len()) + 1<<40) }); n != 0 {
		t.Errorf("a number takes %v allocations", n)
	}
	numbers := make([]uint64, 1000)
	for i := range numbers {
		numbers[i] = uint64(i) << 20
	}
	if n := testing.AllocsPerRun(10, func() { sink = SliceValue(numbers) }); n > 2 {
		t.Errorf("a list of numbers takes %v allocations", n)
	}
}
