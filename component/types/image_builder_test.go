package types

import (
	"strings"
	"testing"
)

// buildReading writes [aReading] from its last field to its first.
func buildReading(t *testing.T, b *ImageBuilder) Value {
	t.Helper()
	typ := reading()
	at := begin(t, b, typ)
	field := func(i int) (*Type, int) { return typ.Fields()[i].Type, at + int(typ.Offset(i)) }

	pairs, to := field(11)
	first := b.Top()
	pair := push(t, b, pairs.Elem())
	b.PutScalar(pair, U8.Type(), 6)
	b.PutText(pair+int(pairs.Elem().Offset(1)), "a")
	b.PutList(to, first, 1)

	_, points := field(10)
	b.PutScalar(points, S32.Type(), 4)
	b.PutScalar(points+12, S32.Type(), 7)

	_, octets := field(9)
	for i := range 3 {
		b.PutScalar(octets+i, U8.Type(), uint64(i+1))
	}
	_, tuple := field(8)
	b.PutScalar(tuple, Bool.Type(), 1)
	b.PutScalar(tuple+4, Char.Type(), 'c')
	kind, to := field(7)
	b.PutScalar(to, kind, 1)

	_, to = field(6)
	first = b.Top()
	b.PutText(push(t, b, String.Type()), "x")
	b.AppendText(push(t, b, String.Type()), func(dst []byte) []byte { return append(dst, "yz"...) })
	b.PutList(to, first, 2)

	numbers, to := field(5)
	first = b.Top()
	for _, n := range []int64{-1, 2} {
		b.PutScalar(push(t, b, numbers.Elem()), numbers.Elem(), uint64(n))
	}
	b.PutList(to, first, 2)

	last, to := field(4)
	b.PutCase(to, last, 1)
	b.PutScalar(to+int(last.PayloadOffset()), last.Elem(), 9)
	f64, to := field(3)
	b.PutScalar(to, f64, F64Value(1.5).Bits())
	u16, to := field(2)
	b.PutScalar(to, u16, 500)
	s8, to := field(1)
	b.PutScalar(to, s8, S8Value(-1).Bits())
	_, to = field(0)
	b.PutText(to, "Ada")
	return b.End(typ, at)
}

func begin(t *testing.T, b *ImageBuilder, typ *Type) int {
	t.Helper()
	at, ok := b.Begin(typ)
	if !ok {
		t.Fatalf("there is no room for %s", typ)
	}
	return at
}

func push(t *testing.T, b *ImageBuilder, typ *Type) int {
	t.Helper()
	at, ok := b.Push(typ)
	if !ok {
		t.Fatalf("there is no room for %s", typ)
	}
	return at
}

// TestImageBuilder builds two records and a list in one image, several times in the
// same memory.
func TestImageBuilder(t *testing.T) {
	var b ImageBuilder
	want := aReading()
	for round := range 3 {
		b.Reset(100)
		one := buildReading(t, &b)
		texts := ListOf(String.Type())
		at, first := begin(t, &b, texts), b.Top()
		b.PutText(push(t, &b, String.Type()), "between")
		b.PutList(at, first, 1)
		list := b.End(texts, at)
		two := buildReading(t, &b)
		for i, v := range []Value{one, two} {
			if got, ok := b.Settle(v); !ok || !got.Equal(want) || !want.Equal(got) {
				t.Errorf("round %d: record %d is %v", round, i, got)
			}
		}
		if got, ok := b.Settle(list); !ok || got.Len() != 1 || got.Index(0).Text() != "between" {
			t.Errorf("round %d: list is %v", round, got)
		}
		for _, v := range []Value{S8Value(-1), StringValue("x"), want} {
			if got, ok := b.Settle(v); !ok || !got.Equal(v) {
				t.Errorf("%v is settled as %v", v, got)
			}
		}
	}
	settled, _ := b.Settle(buildReading(t, &b))
	if again, ok := b.Settle(settled); !ok || !again.Equal(want) {
		t.Errorf("settled twice: %v", again)
	}
}

// TestImageBuilderZeroes wants room to be zero where other values were.
func TestImageBuilderZeroes(t *testing.T) {
	var b ImageBuilder
	buildReading(t, &b)
	b.Reset(0)
	typ := reading()
	got, _ := b.Settle(b.End(typ, begin(t, &b, typ)))
	zero := ImageValue(typ, "\xb4\x00\x00\x00"+strings.Repeat("\x00", 0xb0), 4, 0)
	if zero.Kind() == 0 || !got.Equal(zero) {
		t.Errorf("got %v, want %v", got, zero)
	}
}

// TestImageBuilderRoom wants the room for values to be bound by the text.
func TestImageBuilderRoom(t *testing.T) {
	octets := func(n uint32) *Type { return FixedListOf(U8.Type(), n) }
	var b ImageBuilder
	begin(t, &b, octets(1<<20-4))
	if _, ok := b.Push(octets(1)); ok {
		t.Error("there is room for more than 1 MiB")
	}
	b.Reset(10)
	begin(t, &b, octets(1<<20-4))
	push(t, &b, octets(2560))
	if _, ok := b.Push(octets(1)); ok {
		t.Error("there is room for more than 256 times the text")
	}
	b.Reset(0)
	for _, huge := range []*Type{octets(1 << 31), FixedListOf(FixedListOf(octets(1<<31), 1<<31), 1<<31)} {
		if _, ok := b.Begin(huge); ok {
			t.Errorf("there is room for %s", huge)
		}
	}
	b.Release()
	if cap(b.stack)+cap(b.image) > 128<<10 {
		t.Errorf("%d and %d bytes are kept", cap(b.stack), cap(b.image))
	}
}

func TestInImage(t *testing.T) {
	for _, test := range []struct {
		typ  *Type
		want bool
	}{
		{nil, false}, {Bool.Type(), false}, {String.Type(), false}, {EnumOf("a"), false}, {FlagsOf("a"), false},
		{OwnOf(&ResourceType{}), false}, {point(), true}, {TupleOf(U8.Type()), true}, {ListOf(U8.Type()), true},
		{FixedListOf(U8.Type(), 1), true}, {MapOf(U8.Type(), U8.Type()), true}, {OptionOf(U8.Type()), true},
		{ResultOf(nil, nil), true}, {VariantOf(Field{Name: "a"}), true},
	} {
		if got := test.typ.InImage(); got != test.want {
			t.Errorf("%v: %v", test.typ, got)
		}
	}
}
