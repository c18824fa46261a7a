package abi

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// TestLiftTraps has each condition under which lifting traps, as the host meets
// it and as an adapter does.
func TestLiftTraps(t *testing.T) {
	const noText = "" // the same as the host's
	memory := make([]byte, 64)
	binary.LittleEndian.PutUint16(memory[32:], 0xd800) // a lone surrogate
	memory[40], memory[41] = 'a', 0xff                 // no UTF-8
	memory[44], memory[45] = 'a', 0xc3                 // the first half of é
	binary.LittleEndian.PutUint32(memory[48:], 0x110000)
	memory[52] = 9
	for _, test := range []struct {
		name, typ     string
		encoding      Encoding
		stack         []uint64
		host, adapter string
	}{
		{"string at the end", "string", UTF8, []uint64{60, 5},
			"string pointer/length out of bounds of memory", "string content out-of-bounds"},
		{"string beyond the end", "string", UTF8, []uint64{math.MaxUint32, 1},
			"string pointer/length out of bounds of memory", "string content out-of-bounds"},
		{"empty string beyond the end", "string", UTF8, []uint64{65, 0},
			"string pointer/length out of bounds of memory", "string content out-of-bounds"},
		{"string whose size wraps", "string", UTF16, []uint64{2, 1 << 31},
			"string pointer/length out of bounds of memory: longer than 2^28-1 bytes",
			"string content out-of-bounds: longer than 2^28-1 bytes"},
		{"tagged string whose size wraps", "string", Latin1OrUTF16, []uint64{2, 1<<31 | 1<<30},
			"string pointer/length out of bounds of memory: longer than 2^28-1 bytes",
			"string content out-of-bounds: longer than 2^28-1 bytes"},
		{"utf16 at an odd address", "string", UTF16, []uint64{3, 1}, "string pointer not aligned to 2", "unaligned pointer"},
		{"latin1 at an odd address", "string", Latin1OrUTF16, []uint64{3, 1}, "string pointer not aligned to 2", "unaligned pointer"},
		{"a lone surrogate", "string", UTF16, []uint64{32, 1}, "unpaired surrogate found in utf-16", noText},
		{"a bad byte", "string", UTF8, []uint64{40, 2}, "invalid utf-8 sequence from index 1", noText},
		{"a byte that is missing", "string", UTF8, []uint64{44, 2}, "incomplete utf-8 byte sequence from index 1", noText},
		{"list at the end", "list<u32>", UTF8, []uint64{60, 2},
			"list pointer/length out of bounds of memory", "list content out-of-bounds"},
		{"list at an odd address", "list<u32>", UTF8, []uint64{2, 1}, "list pointer is not aligned", "unaligned pointer"},
		{"list whose size wraps", "list<u64>", UTF8, []uint64{0, 1 << 29},
			"list pointer/length out of bounds of memory: longer than 2^28-1 bytes",
			"list content out-of-bounds: longer than 2^28-1 bytes"},
		{"a char of too much", "char", UTF8, []uint64{0x110000}, "invalid `char` bit pattern", noText},
		{"a surrogate as a char", "char", UTF8, []uint64{0xdfff}, "invalid `char` bit pattern", noText},
		{"a list of bad chars", "list<char>", UTF8, []uint64{48, 1}, "invalid `char` bit pattern", noText},
		{"no such case", "variant { a, b(u8) }", UTF8, []uint64{2, 0},
			"invalid variant discriminant: discriminant 2 out of range [0..2)", noText},
		{"no such case of 32 bits", "option<u8>", UTF8, []uint64{1 << 8, 0},
			"invalid variant discriminant: discriminant 256 out of range [0..2)", noText},
		{"no such case of an enum", "enum { a, b }", UTF8, []uint64{2},
			"invalid variant discriminant: discriminant 2 out of range [0..2)", noText},
		{"a list of bad enums", "list<enum { a, b }>", UTF8, []uint64{52, 1},
			"invalid variant discriminant: discriminant 9 out of range [0..2)", noText},
		{"a list of bad results", "list<result>", UTF8, []uint64{52, 1},
			"invalid variant discriminant: discriminant 9 out of range [0..2)", noText},
		{"parameters beyond the end", "list<u64, 17>", UTF8, []uint64{0}, "pointer out of bounds of memory", "out of bounds memory access"},
		{"parameters at an odd address", "list<u16, 17>", UTF8, []uint64{1}, "pointer not aligned", "unaligned pointer"},
	} {
		t.Run(test.name, func(t *testing.T) {
			typ := parseType(t, test.typ)
			sig := unary(typ)
			cx := newGuest(memory...).context(test.encoding)
			_, err := sig.LiftParams(cx, nil, test.stack)
			wantTrap(t, err, test.host)
			b, err := Bind(goTypeOf(typ, 0), typ)
			if err != nil {
				t.Fatal(err)
			}
			_, err = liftGo(sig, cx, b, test.stack)
			wantTrap(t, err, test.host)

			if test.adapter == noText {
				test.adapter = test.host
			}
			transfer, err := NewTransfer(sig, sig)
			if err != nil {
				t.Fatal(err)
			}
			cx.Adapter = true
			err = transfer.Params(cx, newGuest().context(UTF8), test.stack, make([]uint64, 32))
			wantTrap(t, err, test.adapter)
		})
	}
}

func TestResultTraps(t *testing.T) {
	sig := unary(parseType(t, "tuple<u32, u32>"))
	cx := newGuest(make([]byte, 64)...).context(UTF8)
	_, err := sig.LiftResult(cx, []uint64{2})
	wantTrap(t, err, "return pointer not aligned")
	_, err = sig.LiftResult(cx, []uint64{60})
	wantTrap(t, err, "pointer out of bounds of memory")
	value := types.RecordValue(sig.Type.Result, types.U32Value(1), types.U32Value(2))
	wantTrap(t, sig.LowerResult(cx, value, nil, 60), "pointer out of bounds of memory")
	if err := sig.LowerResult(cx, value, nil, 56); err != nil {
		t.Error(err)
	}
}

// TestRealloc lets realloc lie: nothing is written where it may not be.
func TestRealloc(t *testing.T) {
	const beyond, unaligned = "realloc return: beyond end of memory", "realloc return: result not aligned"
	end := func(g *guest, _ uint32) uint32 { return uint32(len(g.bytes)) &^ 7 }
	odd := func(_ *guest, ptr uint32) uint32 { return ptr | 1 }
	top := func(*guest, uint32) uint32 { return math.MaxUint32 &^ 7 }
	empty := types.ListValue(types.ListOf(types.U32.Type()))
	for _, test := range []struct {
		name     string
		value    types.Value
		encoding Encoding
		lie      func(*guest, uint32) uint32
		want     string
	}{
		{"list beyond the end", types.SliceValue([]uint32{1, 2}), UTF8, end, beyond},
		{"list far beyond the end", types.SliceValue([]uint32{1, 2}), UTF8, top, beyond},
		{"empty list beyond the end", empty, UTF8, top, beyond},
		{"list at an odd address", types.SliceValue([]uint32{1, 2}), UTF8, odd, unaligned},
		{"string beyond the end", types.StringValue("abcdefghij"), UTF8, end, beyond},
		{"utf16 beyond the end", types.StringValue("abcdefghij"), UTF16, end, beyond},
		{"utf16 at an odd address", types.StringValue("ab"), UTF16, odd, unaligned},
		{"latin1 beyond the end", types.StringValue("abcdefghij"), Latin1OrUTF16, end, beyond},
		{"latin1 at an odd address", types.StringValue("ab"), Latin1OrUTF16, odd, unaligned},
	} {
		t.Run(test.name, func(t *testing.T) {
			g := newGuest(make([]byte, 64)...)
			g.lie = test.lie
			sig := unary(test.value.Type())
			cx := g.context(test.encoding)
			wantTrap(t, sig.LowerParams(cx, []types.Value{test.value}, make([]uint64, 2)), test.want)

			b, err := Bind(goTypeOf(test.value.Type(), 0), test.value.Type())
			if err != nil {
				t.Fatal(err)
			}
			wantTrap(t, lowerGo(sig, cx, b, goValue(b.Go, test.value), make([]uint64, 2)), test.want)
		})
	}
}

// TestReallocGrows has strings that ask a second and third time, at each of
// which realloc lies.
func TestReallocGrows(t *testing.T) {
	for _, encodings := range [][2]Encoding{
		{UTF16, UTF8}, {Latin1OrUTF16, UTF8}, {UTF8, UTF16}, {UTF8, Latin1OrUTF16}, {UTF16, Latin1OrUTF16},
		{Latin1OrUTF16, Latin1OrUTF16}, {UTF16, UTF16}, {UTF8, UTF8},
	} {
		for _, text := range []string{"aé", "aéπ", "ab\U0001f600"} {
			source := newGuest(make([]byte, 16)...)
			sig := unary(types.String.Type())
			from := source.context(encodings[0])
			stack := make([]uint64, 2)
			if err := sig.LowerParams(from, []types.Value{types.StringValue(text)}, stack); err != nil {
				t.Fatal(err)
			}
			transfer, err := NewTransfer(sig, sig)
			if err != nil {
				t.Fatal(err)
			}
			for at := range 3 {
				g, calls := newGuest(make([]byte, 16)...), 0
				g.lie = func(g *guest, ptr uint32) uint32 {
					if calls++; calls == at+1 {
						return uint32(len(g.bytes)) + 2
					}
					return ptr
				}
				err := transfer.Params(from, g.context(encodings[1]), stack, make([]uint64, 2))
				if trap := engine.AsTrap(err); calls > at && trap == nil {
					t.Errorf("%q from %v to %v: a lie at call %d is believed", text, encodings[0], encodings[1], at)
				}
			}
		}
	}
}

func TestMayLeave(t *testing.T) {
	g := newGuest(make([]byte, 16)...)
	cx := g.context(UTF8)
	within := true
	g.lie = func(_ *guest, ptr uint32) uint32 { within = cx.MayLeave.Open(); return ptr }
	if err := unary(types.String.Type()).LowerParams(cx, []types.Value{types.StringValue("a")}, make([]uint64, 2)); err != nil {
		t.Fatal(err)
	}
	if within || !cx.MayLeave.Open() {
		t.Errorf("may leave is %t in realloc and %t after it", within, cx.MayLeave.Open())
	}
}

// TestBudget lifts what few bytes of a guest make of the host: a list whose
// strings are all the same bytes, and elements that are larger in Go.
func TestBudget(t *testing.T) {
	const count = 1 << 10
	memory := make([]byte, 8*count)
	for i := range count {
		binary.LittleEndian.PutUint32(memory[8*i+4:], uint32(len(memory)))
	}
	typ := types.ListOf(types.String.Type())
	sig, stack := unary(typ), []uint64{0, count}
	cx := newGuest(memory...).context(UTF8)
	cx.Budget = 1 << 20
	_, err := sig.LiftParams(cx, nil, stack)
	wantTrap(t, err, hostTexts[faultBudget])

	b, err := Bind(goTypeOf(typ, 0), typ)
	if err != nil {
		t.Fatal(err)
	}
	cx.Budget = 1 << 20
	_, err = liftGo(sig, cx, b, stack)
	wantTrap(t, err, hostTexts[faultBudget])

	transfer, err := NewTransfer(sig, sig)
	if err != nil {
		t.Fatal(err)
	}
	to := newGuest(make([]byte, 1<<20)...)
	to.lie = func(*guest, uint32) uint32 { return 0 } // the same place for all: it costs the guest nothing
	cx.Budget = 1 << 20
	wantTrap(t, transfer.Params(cx, to.context(UTF8), stack, make([]uint64, 2)), hostTexts[faultBudget])
}

// TestPause ends transfers of much when the call's time is over: within one list of
// many elements, too, whose guests run no code meanwhile.
func TestPause(t *testing.T) {
	over, cancel := context.WithDeadline(context.Background(), time.Now().Add(-time.Second))
	defer cancel()
	text, bools := types.String.Type(), types.ListOf(types.Bool.Type())
	array := types.ListOf(types.FixedListOf(types.Bool.Type(), 2*muchToMove))
	for _, test := range []struct {
		typ   *types.Type
		count uint64
		ends  bool
	}{{text, muchToMove - 1, false}, {bools, muchToMove - 1, false}, {text, muchToMove, true}, {bools, muchToMove, true}, {array, 1, true}} {
		sig, from, to := unary(test.typ), newGuest(make([]byte, 4<<20)...).context(UTF8), newGuest(make([]byte, 16)...).context(UTF8)
		transfer, err := NewTransfer(sig, sig)
		if err != nil {
			t.Fatal(err)
		}
		from.Ctx = over
		err = transfer.Params(from, to, []uint64{0, test.count}, make([]uint64, 2))
		if errors.Is(err, context.DeadlineExceeded) != test.ends {
			t.Errorf("%d of %v: %v", test.count, test.typ, err)
		}
	}
	elements := newGuest(make([]byte, 4<<20)...).context(UTF8)
	elements.Ctx = over
	moves, err := movePlanner{}.moves(types.Bool.Type(), types.Bool.Type())
	if err != nil {
		t.Fatal(err)
	}
	c := crossing{elements, elements}
	elements.Begin()
	if err := c.moveElements(moves, 0, 0, muchToMove); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("elements: %v", err)
	}
}

// TestLongNames lifts lists of small elements that have long names: the budget is
// for their text, too.
func TestLongNames(t *testing.T) {
	const count = 1 << 10
	long := strings.Repeat("a", 1<<10)
	file := types.OwnOf(&types.ResourceType{Name: "file"})
	for _, elem := range []*types.Type{
		types.EnumOf(long, "b"), types.FlagsOf(long, "b"), types.RecordOf(types.Field{Name: long, Type: types.Bool.Type()}),
		types.VariantOf(types.Field{Name: long}, types.Field{Name: "b"}), types.OptionOf(types.EnumOf("b", long)),
		types.FixedListOf(types.EnumOf(long), 2), types.FixedListOf(types.TupleOf(types.EnumOf(long)), 2), types.TupleOf(types.U8.Type(), types.FlagsOf(long)),
		types.VariantOf(types.Field{Name: long}, types.Field{Name: "b", Type: file}),
	} {
		for _, typ := range []*types.Type{types.ListOf(elem), types.ListOf(types.TupleOf(elem)), types.TupleOf(types.ListOf(elem)), types.ListOf(types.ListOf(elem))} {
			sig, cx := unary(typ), newGuest(make([]byte, 64<<10)...).context(UTF8)
			binary.LittleEndian.PutUint32(cx.Memory.Bytes()[60<<10:], 0) // a list that has them all
			binary.LittleEndian.PutUint32(cx.Memory.Bytes()[60<<10+4:], count)
			stack := []uint64{0, count}
			if typ.Elem() != nil && typ.Elem().Kind() == types.List {
				stack = []uint64{60 << 10, 1}
			}
			cx.Budget = count << 10
			_, err := sig.LiftParams(cx, nil, stack)
			wantTrap(t, err, hostTexts[faultBudget])
			cx.Budget = count << 12
			if _, err := sig.LiftParams(cx, nil, stack); err != nil {
				t.Errorf("%v: %v", typ, err)
			}
		}
	}
}

// TestHostileLists lifts lists of which all elements are all of the memory: a
// trap, after no more than the budget was allocated.
func TestHostileLists(t *testing.T) {
	const size, budget = 64 << 10, 1 << 20
	memory := make([]byte, size)
	for at := 0; at < size; at += 8 {
		binary.LittleEndian.PutUint32(memory[at+4:], size/8) // of pointer 0, so many
	}
	spent := 0
	for _, text := range []string{
		"list<list<bool>>", "list<list<u64>>", "list<list<option<u8>>>", "list<list<result>>", "list<list<tuple<u8>>>", "list<list<string>>",
		"list<list<list<list<u8>>>>", "list<list<list<u8, 8>>>", "list<list<record { a: u8, b: list<string> }>>", "list<option<list<list<u8>>>>",
		"list<tuple<string>>", "map<u8, list<u64>>", "tuple<list<list<u64>>, string>", "list<list<tuple<option<option<u8>>>>>",
	} {
		typ := parseType(t, text)
		files := types.OwnOf(&types.ResourceType{Name: "file"})
		for _, typ := range []*types.Type{typ, types.TupleOf(types.OptionOf(files), typ), types.ListOf(types.TupleOf(typ, types.OptionOf(files)))} {
			for encoding := range Latin1OrUTF16 + 1 {
				sig, cx := unary(typ), newGuest(memory...).context(encoding)
				cx.Budget = budget
				stack := make([]uint64, sig.Slots())
				for i := range stack {
					stack[i] = uint64(i%2) * size / 64
				}
				var before, after runtime.MemStats
				runtime.ReadMemStats(&before)
				_, err := sig.LiftParams(cx, nil, stack)
				runtime.ReadMemStats(&after)
				if allocated := after.TotalAlloc - before.TotalAlloc; allocated > 4*budget {
					t.Errorf("%v, %v: %d bytes were allocated", typ, encoding, allocated)
				}
				if err != nil && engine.AsTrap(err) == nil {
					t.Errorf("%v, %v: %v", typ, encoding, err)
				}
				if err != nil && err.Error() == hostTexts[faultBudget] {
					spent++
				}
			}
		}
	}
	if spent < 80 { // of 126; some have too much where there is nothing
		t.Errorf("the budget of %d is spent", spent)
	}
}

// TestMisfits lowers values that are not of the type.
func TestMisfits(t *testing.T) {
	point := parseType(t, "record { x: s32, y: s32 }")
	shape := parseType(t, "variant { none, circle(f64) }")
	perms := parseType(t, "flags { r, w }")
	bools := types.ListOf(types.Bool.Type())
	chars := types.ListOf(types.TupleOf(types.U8.Type(), types.Char.Type()))
	texts := types.RecordOf(types.Field{Name: "a", Type: types.U8.Type()}, types.Field{Name: "b", Type: types.OptionOf(types.String.Type())})
	for _, test := range []struct {
		typ   *types.Type
		value types.Value
		want  string
	}{
		{types.U8.Type(), types.U16Value(1), "argument a: want u8, have u16"},
		{types.U8.Type(), types.Value{}, "argument a: want u8, have _"},
		{point, types.RecordValue(point, types.S32Value(1)), "argument a: want record { x: s32, y: s32 }, have one with 1 elements"},
		{point, types.RecordValue(point, types.S32Value(1), types.U8Value(1)), "argument a: field y: want s32, have u8"},
		{shape, types.VariantValue(shape, 2), "argument a: case 2 of variant { none, circle(f64) }"},
		{shape, types.VariantValue(shape, -1), "argument a: case 18446744073709551615 of variant { none, circle(f64) }"},
		{shape, types.VariantValue(shape, 1), "argument a: case circle needs a payload"},
		{shape, types.VariantValue(shape, 0, types.F64Value(1)), "argument a: case none has no payload"},
		{shape, types.VariantValue(shape, 1, types.F32Value(1)), "argument a: case circle: want f64, have f32"},
		{perms, types.FlagsValue(perms, 4), "argument a: flags 0x4 for 2 labels"},
		{types.Char.Type(), types.CharValue(0xd800), "argument a: 0xd800 is no char"},
		{types.String.Type(), types.StringValue("\xff"), "argument a: the string is not UTF-8"},
		{bools, types.PackedValue(bools, "\x01\x02"), "argument a: element 1: 0x2 is no bool"},
		{chars, types.ImageValue(chars, "\x14\x00\x00\x00\x01\x00\x00\x00a\x00\x00\x00\x02\x00\x00\x00\x00\xd8\x00\x00", 4, 2),
			"argument a: element 1: field 1: 0xd800 is no char"},
		{texts, types.ImageValue(texts, "\x14\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00\x00\x13\x00\x00\x00\x02\x00\x00\x00", 4, 0),
			"argument a: field b: case some: the image of string ends within it"},
		{texts, types.ImageValue(texts, "\x14\x00\x00\x00\x01\x00\x00\x00\x02\x00\x00\x00\x13\x00\x00\x00\x02\x00\x00\x00", 4, 0),
			"argument a: field b: case 2 of option<string>"},
		{types.ListOf(point), types.ListValue(types.ListOf(point), types.U8Value(1)),
			"argument a: element 0: want record { x: s32, y: s32 }, have u8"},
		{types.OwnOf(&types.ResourceType{Name: "r"}), types.Value{}, "argument a: want own<r>, have _"},
	} {
		cx := newGuest(make([]byte, 16)...).context(UTF8)
		err := unary(test.typ).LowerParams(cx, []types.Value{test.value}, make([]uint64, 16))
		if err == nil || err.Error() != test.want || engine.AsTrap(err) != nil {
			t.Errorf("got %v, want %s", err, test.want)
		}
	}
	if err := unary(point).LowerParams(newGuest().context(UTF8), nil, nil); err == nil {
		t.Error("no argument is accepted")
	}
	own := types.OwnOf(&types.ResourceType{})
	err := unary(own).LowerParams(newGuest().context(UTF8), []types.Value{types.HandleValue(own, nil)}, make([]uint64, 1))
	if err == nil {
		t.Error("no handle is accepted")
	}
}

func TestNaNs(t *testing.T) {
	const f32, f64 = 0x7fa00001, 0xfff0000000000001
	sig := unary(parseType(t, "tuple<f32, f64>"))
	cx := newGuest(make([]byte, 64)...).context(UTF8)
	values, err := sig.LiftParams(cx, nil, []uint64{f32, f64})
	if err != nil {
		t.Fatal(err)
	}
	stack := make([]uint64, 2)
	if err := sig.LowerParams(cx, values, stack); err != nil {
		t.Fatal(err)
	}
	if stack[0] != f32 || stack[1] != f64 {
		t.Errorf("NaNs are %#x", stack)
	}
}

func TestNoMemory(t *testing.T) {
	cx := &Context{}
	err := unary(types.String.Type()).LowerParams(cx, []types.Value{types.StringValue("a")}, make([]uint64, 2))
	wantTrap(t, err, "no realloc to lower into memory with")
	_, err = unary(types.String.Type()).LiftParams(cx, nil, []uint64{0, 1})
	wantTrap(t, err, "string pointer/length out of bounds of memory")
}

func TestHandleTrap(t *testing.T) {
	typ := types.ListOf(types.OwnOf(&types.ResourceType{Name: "file"}))
	memory := binary.LittleEndian.AppendUint32(nil, 107)
	sig, cx := unary(typ), newGuest(memory...).context(UTF8)
	got, err := sig.LiftParams(cx, nil, []uint64{0, 1})
	if err != nil || got[0].Index(0).Handle().Rep != 7 {
		t.Errorf("got %v, %v", got, err)
	}
	b, err := Bind(goTypeOfHandles(), typ)
	if err != nil {
		t.Fatal(err)
	}
	lifted, err := liftGo(sig, cx, b, []uint64{0, 1})
	if err != nil || lifted.Interface().([]*types.Handle)[0].Rep != 7 {
		t.Errorf("got %v, %v", lifted, err)
	}
	transfer, err := NewTransfer(sig, sig)
	if err != nil {
		t.Fatal(err)
	}
	to, stack := newGuest(), make([]uint64, 2)
	if err := transfer.Params(cx, to.context(UTF8), []uint64{0, 1}, stack); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(to.bytes[stack[0]:][:4], memory) {
		t.Errorf("transferred %x", to.bytes[stack[0]:][:4])
	}
	_, err = sig.LiftParams(newGuest(9, 0, 0, 0).context(UTF8), nil, []uint64{0, 1})
	wantTrap(t, err, "unknown handle index")
}

func TestRealocError(t *testing.T) {
	g := newGuest()
	failure := errors.New("the guest is gone")
	cx := g.context(UTF8)
	cx.Realloc = failing{g, failure}
	err := unary(types.String.Type()).LowerParams(cx, []types.Value{types.StringValue("a")}, make([]uint64, 2))
	if !errors.Is(err, failure) {
		t.Errorf("got %v", err)
	}
}
