package types

import (
	"encoding/binary"
	"testing"
)

// reading is a record of all that lies differently.
func reading() *Type {
	return RecordOf(Field{"name", String.Type()}, Field{"sign", S8.Type()}, Field{"count", U16.Type()}, Field{"mean", F64.Type()},
		Field{"last", OptionOf(U32.Type())}, Field{"raw", ListOf(S16.Type())}, Field{"more", ListOf(String.Type())},
		Field{"kind", EnumOf("a", "b")}, Field{"pair", TupleOf(Bool.Type(), Char.Type())}, Field{"bits", FixedListOf(U8.Type(), 3)},
		Field{"points", FixedListOf(point(), 2)}, Field{"map", MapOf(U8.Type(), String.Type())})
}

// imageOfReading is what [aReading] is in an image, at 8.
func imageOfReading() []byte {
	b := make([]byte, 176)
	at := func(i int) []byte { return b[8+reading().Offset(i):] }
	pair := func(to []byte, offset, n uint32) {
		binary.LittleEndian.PutUint32(to, offset)
		binary.LittleEndian.PutUint32(to[4:], n)
	}
	pair(at(0), 128, 3)
	copy(b[128:], "Ada")
	at(1)[0] = 0xff
	binary.LittleEndian.PutUint16(at(2), 500)
	binary.LittleEndian.PutUint64(at(3), F64Value(1.5).Bits())
	at(4)[0], at(4)[4] = 1, 9
	pair(at(5), 131, 2)
	copy(b[131:], "\xff\xff\x02\x00")
	pair(at(6), 136, 2)
	pair(b[136:], 152, 1)
	pair(b[144:], 153, 2)
	copy(b[152:], "xyz")
	at(7)[0] = 1
	at(8)[0], at(8)[4] = 1, 'c'
	copy(at(9), "\x01\x02\x03")
	at(10)[0], at(10)[12] = 4, 7
	pair(at(11), 156, 1)
	b[156] = 6
	pair(b[160:], 130, 1)
	binary.LittleEndian.PutUint32(b, uint32(len(b)))
	return b
}

func aReading() Value {
	t := reading()
	f := func(i int) *Type { return t.Fields()[i].Type }
	return RecordValue(t, StringValue("Ada"), S8Value(-1), U16Value(500), F64Value(1.5), SomeValue(f(4), U32Value(9)),
		ListValue(f(5), S16Value(-1), S16Value(2)), ListValue(f(6), StringValue("x"), StringValue("yz")), VariantValue(f(7), 1),
		RecordValue(f(8), BoolValue(true), CharValue('c')), ListValue(f(9), U8Value(1), U8Value(2), U8Value(3)),
		ListValue(f(10), RecordValue(point(), S32Value(4), S32Value(0)), RecordValue(point(), S32Value(0), S32Value(7))),
		ListValue(f(11), RecordValue(f(11).Elem(), U8Value(6), StringValue("a"))))
}

func TestImage(t *testing.T) {
	want := aReading()
	got := ImageValue(want.Type(), string(imageOfReading()), 8, 0)
	if !got.Equal(want) || !want.Equal(got) || got.String() != want.String() || got.Len() != want.Len() {
		t.Errorf("got %v, want %v", got, want)
	}
	for i, field := range got.All() {
		if !field.Equal(want.Index(i)) || field.Type() != got.Type().Fields()[i].Type {
			t.Errorf("field %d is %v of type %v", i, field, field.Type())
		}
	}
	last, _ := got.Field("last")
	if p, ok := last.Payload(); !ok || p.Uint() != 9 || last.Case() != "some" || last.Bits() != 1 || last.Text() != "" || last.Elems() != nil {
		t.Errorf("last is %v, its payload %v", last, p)
	}
	boxed := SomeValue(OptionOf(last.Type()), last)
	if p, ok := boxed.Payload(); !ok || !p.Equal(last) {
		t.Errorf("kept as %v", p)
	}
	points, _ := got.Field("points")
	y, _ := points.Index(1).Field("y")
	if points.Len() != 2 || y.Int() != 7 || points.Index(2).Kind() != 0 {
		t.Errorf("points are %v", points)
	}
	list := ListOf(want.Type())
	if got := ImageValue(list, string(imageOfReading()), 8, 1); got.Len() != 1 || !got.Equal(ListValue(list, want)) {
		t.Errorf("got %v", got)
	}
	if n := testing.AllocsPerRun(10, func() { _, _ = points.Index(1).Field("y") }); n != 0 {
		t.Errorf("a part takes %v allocations", n)
	}
}

// FuzzImage walks what may be an image: whatever is not in it has no type.
func FuzzImage(f *testing.F) {
	whole := imageOfReading()
	f.Add(whole, uint32(8), uint32(1))
	for i := range whole {
		cut := append([]byte(nil), whole[:i]...)
		if i >= imageHeader {
			binary.LittleEndian.PutUint32(cut, uint32(i))
		}
		f.Add(cut, uint32(8), uint32(1))
		mad := append([]byte(nil), whole...)
		mad[i] ^= 0xff
		f.Add(mad, uint32(8), uint32(1))
	}
	all := []*Type{reading(), ListOf(reading()), point(), MapOf(String.Type(), reading()), FixedListOf(reading(), 3), TupleOf(OptionOf(reading())),
		String.Type(), ListOf(U64.Type()), OptionOf(U8.Type()), OwnOf(&ResourceType{}), TupleOf(OwnOf(&ResourceType{})), TupleOf(), nil}
	f.Fuzz(func(t *testing.T, image []byte, offset, count uint32) {
		for _, typ := range all {
			v := ImageValue(typ, string(image), offset, min(count, 1<<10))
			_, _ = v.String(), v.Equal(v)
			left := 1 << 10
			walk(t, v, &left)
		}
	})
}

func walk(t *testing.T, v Value, left *int) {
	*left--
	if *left < 0 {
		return
	}
	_, _, _, _, _, _ = v.Bits(), v.Text(), v.Bytes(), v.Case(), v.Float(), v.Flag("a")
	payload, ok := v.Payload()
	if ok && payload.Kind() != 0 && v.Type().Fields()[v.Bits()].Type != payload.Type() {
		t.Errorf("%v has the payload %v", v, payload)
	}
	walk(t, payload, left)
	for i := range min(v.Len(), *left) {
		part := v.Index(i)
		walk(t, part, left)
	}
}
