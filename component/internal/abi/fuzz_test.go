package abi

import (
	"encoding/binary"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

var fuzzTypes = []string{
	"string", "list<string>", "list<u8>", "list<list<list<u16>>>", "list<option<string>>", "char", "list<char>", "list<bool>",
	"record { a: u8, b: string, c: list<s64> }", "list<record { a: u8, b: string, c: list<s64> }>",
	"variant { a, b(u8), c(f64), d(string), e(list<list<u8>>) }", "list<variant { a, b(u8), c(f64), d(string), e(list<list<u8>>) }>",
	"result<list<string>, tuple<u64, f32>>", "list<flags { a, b, c, d, e, f, g, h, i }>", "list<enum { a, b, c }>",
	"tuple<u64, u64, u64, u64, u64, u64, u64, u64, string, string, string, string, string>", "map<string, list<string>>",
	"list<list<tuple<string, char>, 3>>",
}

// FuzzHostileMemory lifts and transfers whatever a guest has in memory and on the
// stack, into guests whose realloc answers whatever it likes: all ways agree on
// what it is, and none panics.
func FuzzHostileMemory(f *testing.F) {
	for i := range fuzzTypes {
		f.Add(uint8(i), uint8(i), []byte{8, 0, 0, 0, 2, 0, 0, 0, 'a', 'b', 'c', 0xd8, 1}, uint64(0), uint64(1), uint32(0))
	}
	f.Fuzz(func(t *testing.T, which, encodings uint8, memory []byte, first, second uint64, lie uint32) {
		if len(memory) > 4096 {
			return
		}
		typ := parseType(t, fuzzTypes[int(which)%len(fuzzTypes)])
		sig := unary(typ)
		b, err := Bind(goTypeOf(typ, 0), typ)
		if err != nil {
			t.Fatal(err)
		}
		from := newGuest(memory...).context(Encoding(encodings % 3))
		stack := make([]uint64, max(sig.Slots(), 2))
		for i := range stack {
			stack[i] = first + uint64(i)*second
		}
		from.Budget = 1 << 22
		values, dynamicErr := sig.LiftParams(from, nil, stack)
		if from.Budget < 0 {
			t.Error("more is lifted than the budget has")
		}
		from.Budget = 1 << 26
		lifted, typedErr := liftGo(sig, from, b, stack)
		if dynamicErr == nil && typedErr != nil {
			t.Fatalf("values lift and Go values do not: %v", typedErr)
		}
		if dynamicErr == nil && !fromGo(lifted, typ).Equal(values[0]) {
			t.Fatalf("values lift as %v, Go values as %v", values[0], lifted)
		}
		fuzzTransfer(t, sig, from, stack, values, Encoding(encodings/3%3), lie)
	})
}

// fuzzTransfer transfers to a guest that is honest, and to one that lies.
func fuzzTransfer(t *testing.T, sig *Signature, from *Context, stack []uint64, want []types.Value, to Encoding, lie uint32) {
	transfer, err := NewTransfer(sig, sig)
	if err != nil {
		t.Fatal(err)
	}
	target, honest := slices.Clone(stack), newGuest(make([]byte, 16)...)
	cx := honest.context(to)
	from.Budget = 1 << 20
	err = transfer.Params(from, cx, stack, target)
	if err == nil && want != nil {
		got, err := sig.LiftParams(cx, nil, target)
		if err != nil || !got[0].Equal(want[0]) {
			t.Fatalf("transferred %v, %v; want %v", got, err, want)
		}
	}
	liar := newGuest(make([]byte, 256)...)
	liar.lie = func(_ *guest, ptr uint32) uint32 { lie = lie*1664525 + 1013904223; return lie >> 20 }
	from.Budget = 1 << 20
	_ = transfer.Params(from, liar.context(to), stack, target)

	// The caller is the callee: strings change while they are read.
	from.Realloc, from.Budget = liar, 1<<20
	liar.bytes = from.memory
	_ = transfer.Params(from, from, stack, target)
}

// FuzzImage gives a guest what may be an image, made by hand: what is stored is
// lifted as the same, and what is none is an error of the caller's.
func FuzzImage(f *testing.F) {
	for i := range fuzzTypes {
		f.Add(uint8(i), uint8(i), []byte{0, 0, 0, 0, 20, 0, 0, 0, 2, 0, 0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 'a', 'b', 'c', 0xd8, 1, 0, 0, 0}, uint32(4), uint32(1))
	}
	f.Fuzz(func(t *testing.T, which, encoding uint8, image []byte, offset, count uint32) {
		if len(image) < 4 || len(image) > 4096 {
			return
		}
		binary.LittleEndian.PutUint32(image, uint32(len(image)))
		typ := parseType(t, fuzzTypes[int(which)%len(fuzzTypes)])
		v := types.ImageValue(typ, string(image), offset, count)
		if v.Kind() == 0 {
			return
		}
		sig, cx := unary(typ), newGuest(make([]byte, 16)...).context(Encoding(encoding%3))
		stack := make([]uint64, sig.Slots())
		if err := sig.LowerParams(cx, []types.Value{v}, stack); err != nil {
			if engine.AsTrap(err) != nil {
				t.Errorf("the guest is to blame: %v", err)
			}
			return
		}
		cx.Budget = 1 << 30
		got, err := sig.LiftParams(cx, nil, stack)
		if err != nil || got[0].String() != v.String() {
			t.Errorf("%v became %v, %v", v, got, err)
		}
	})
}
