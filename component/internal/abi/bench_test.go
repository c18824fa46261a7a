package abi

import (
	"reflect"
	"strings"
	"testing"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

type person struct {
	Name  string
	Age   uint32
	Score float64
	Admin bool
}

const personText = "record { name: string, age: u32, score: f64, admin: bool }"

// A roundTrip lowers and lifts one value through its signature.
type roundTrip struct {
	sig    *Signature
	cx     *Context
	g      *guest
	params *Params
	arg    unsafe.Pointer
	stack  []uint64
}

func newRoundTrip[T any](tb testing.TB, text string, v *T) *roundTrip {
	typ := parseType(tb, text)
	b, err := Bind(reflect.TypeFor[T](), typ)
	if err != nil {
		tb.Fatal(err)
	}
	g := newGuest(make([]byte, 4<<20)...)
	g.end = guestStart
	r := &roundTrip{sig: unary(typ), g: g, cx: g.context(UTF8), params: one(b), arg: unsafe.Pointer(v)}
	r.stack = make([]uint64, r.sig.Slots())
	return r
}

func (r *roundTrip) lower(tb testing.TB) {
	r.g.end = guestStart
	if err := r.sig.LowerGo(r.cx, r.params, r.arg, r.stack); err != nil {
		tb.Fatal(err)
	}
}

func (r *roundTrip) lift(tb testing.TB, dst unsafe.Pointer) {
	r.cx.Budget = LiftBudget
	if err := r.sig.LiftGo(r.cx, r.params, dst, r.stack); err != nil {
		tb.Fatal(err)
	}
}

func benchmarkTyped[T any](b *testing.B, text string, v T) {
	r := newRoundTrip(b, text, &v)
	b.ReportAllocs()
	var out T
	for b.Loop() {
		r.lower(b)
		var zero T
		out = zero
		r.lift(b, unsafe.Pointer(&out))
	}
}

func BenchmarkTyped(b *testing.B) {
	b.Run("u32", func(b *testing.B) { benchmarkTyped(b, "u32", uint32(7)) })
	b.Run("string16", func(b *testing.B) { benchmarkTyped(b, "string", strings.Repeat("a", 16)) })
	b.Run("string1Ki", func(b *testing.B) { benchmarkTyped(b, "string", strings.Repeat("a", 1<<10)) })
	b.Run("record", func(b *testing.B) { benchmarkTyped(b, personText, person{"Ada Lovelace", 36, 9.5, true}) })
	b.Run("bytes1Ki", func(b *testing.B) { benchmarkTyped(b, "list<u8>", make([]byte, 1<<10)) })
	b.Run("bytes1Mi", func(b *testing.B) { benchmarkTyped(b, "list<u8>", make([]byte, 1<<20)) })
	b.Run("records1000", func(b *testing.B) {
		people := make([]person, 1000)
		for i := range people {
			people[i].Name = "Ada Lovelace"
		}
		benchmarkTyped(b, "list<"+personText+">", people)
	})
}

func BenchmarkDynamicRecord(b *testing.B) {
	typ := parseType(b, personText)
	args := []types.Value{types.RecordValue(typ, types.StringValue("Ada Lovelace"), types.U32Value(36), types.F64Value(9.5), types.BoolValue(true))}
	r := newRoundTrip(b, personText, new(person))
	var out []types.Value
	b.ReportAllocs()
	for b.Loop() {
		r.g.end = guestStart
		if err := r.sig.LowerParams(r.cx, args, r.stack); err != nil {
			b.Fatal(err)
		}
		var err error
		if out, err = r.sig.LiftParams(r.cx, out[:0], r.stack); err != nil {
			b.Fatal(err)
		}
		r.cx.Budget = LiftBudget
	}
}

func BenchmarkTransfer(b *testing.B) {
	people := make([]person, 1000)
	for i := range people {
		people[i].Name = "Ada Lovelace"
	}
	b.Run("u32", func(b *testing.B) { benchmarkTransfer(b, "u32", uint32(7)) })
	b.Run("string1Ki", func(b *testing.B) { benchmarkTransfer(b, "string", strings.Repeat("a", 1<<10)) })
	b.Run("record", func(b *testing.B) { benchmarkTransfer(b, personText, people[0]) })
	b.Run("records1000", func(b *testing.B) { benchmarkTransfer(b, "list<"+personText+">", people) })
}

func benchmarkTransfer[T any](b *testing.B, text string, v T) {
	r := newRoundTrip(b, text, &v)
	r.lower(b)
	transfer, err := NewTransfer(r.sig, r.sig)
	if err != nil {
		b.Fatal(err)
	}
	to := newGuest(make([]byte, 4<<20)...)
	other, stack := to.context(UTF8), make([]uint64, r.sig.Slots())
	b.ReportAllocs()
	for b.Loop() {
		to.end, r.cx.Budget = guestStart, TransferBudget
		if err := transfer.Params(r.cx, other, r.stack, stack); err != nil {
			b.Fatal(err)
		}
	}
}

// TestAllocations holds lowering to none, and lifting to what it returns.
func TestAllocations(t *testing.T) {
	check := func(name string, want float64, run func()) {
		if got := testing.AllocsPerRun(100, run); got > want {
			t.Errorf("%s: %v allocations, want %v", name, got, want)
		}
	}
	p := person{"Ada Lovelace", 36, 9.5, true}
	record := newRoundTrip(t, personText, &p)
	check("lower a record", 0, func() { record.lower(t) })
	check("lift a record", 1, func() { var out person; record.lift(t, unsafe.Pointer(&out)) })

	n := uint32(7)
	number := newRoundTrip(t, "u32", &n)
	check("a number", 0, func() { number.lower(t); var out uint32; number.lift(t, unsafe.Pointer(&out)) })

	numbers := make([]float64, 1000)
	list := newRoundTrip(t, "list<f64>", &numbers)
	check("lower numbers", 0, func() { list.lower(t) })
	check("lift numbers", 1, func() { var out []float64; list.lift(t, unsafe.Pointer(&out)) })

	people := make([]person, 100)
	records := newRoundTrip(t, "list<"+personText+">", &people)
	records.lower(t)
	check("lift records", 1, func() { var out []person; records.lift(t, unsafe.Pointer(&out)) })

	transfer, err := NewTransfer(records.sig, records.sig)
	if err != nil {
		t.Fatal(err)
	}
	to := newGuest(make([]byte, 1<<16)...)
	other, stack := to.context(UTF8), make([]uint64, 2)
	check("transfer records", 0, func() {
		to.end = guestStart
		if err := transfer.Params(records.cx, other, records.stack, stack); err != nil {
			t.Fatal(err)
		}
	})
}
