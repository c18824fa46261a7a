package corewasm

import (
	"math/rand/v2"
	"testing"
)

// try appends block, and in it try_table with one clause that leads to the
// block's end, and the body.
func try(c Code, body Code) Code {
	return append(c.Block().Op(opTryTable, blockTypeEmpty, 1, 2, 0), body...).End().End()
}

// one is local.set of that local to 1.
func one(local uint32) Code { return Code{}.I32Const(1).LocalSet(local) }

// set is one, and then a call, which may throw.
func set(local uint32) Code { return one(local).Call(0) }

// get reads a local, for nothing.
func get(local uint32) Code { return Code{}.LocalGet(local).Op(opDrop) }

func join(parts ...Code) (c Code) {
	for _, p := range parts {
		c = append(c, p...)
	}
	return c
}

func TestStaleHandlers(t *testing.T) {
	throw := Code{}.Op(opThrow, 0)
	loop := func(c Code) Code { return append(Code{}.Loop(), c...).End() }
	when := func(c Code) Code { return append(Code{}.I32Const(0).If(), c...).End() }
	for _, test := range []struct {
		name  string
		code  Code
		stale int // the local that is; -1: none
	}{
		{"changed and needed", join(try(nil, set(1)), get(1)), 1},
		{"changed by tee", join(try(nil, Code{}.I32Const(1).LocalTee(1).Op(opDrop).Call(0)), get(1)), 1},
		{"not needed", try(nil, set(1)), -1},
		{"needed within", try(nil, join(set(1), get(1))), -1},
		{"another needed", join(try(nil, set(1)), get(2)), -1},
		{"written before it is needed", join(try(nil, set(1)), one(1), get(1)), -1},
		{"written on one way only", join(try(nil, set(1)), when(one(1)), get(1)), 1},
		{"written on both ways", join(try(nil, set(1)), Code{}.I32Const(0).If(), one(1), Code{}.Else(), one(1), Code{}.End(), get(1)), -1},
		{"needed on one way", join(try(nil, set(1)), when(get(1))), 1},
		{"needed after a branch", join(Code{}.Block(), try(nil, set(1)), Code{}.Br(0).End(), get(1)), 1},
		{"needed where control does not come", join(try(nil, set(1)), Code{}.Return(), get(1)), -1},
		{"needed after unreachable", join(try(nil, set(1)), Code{}.Unreachable(), get(1)), -1},
		{"needed after throw", join(try(nil, set(1)), throw, get(1)), -1},
		{"needed after a tail call", join(try(nil, set(1)), Code{}.Op(opReturnCall, 0), get(1)), -1},
		{"needed by a branch only", join(Code{}.Block(), try(nil, set(1)), Code{}.I32Const(0).BrIf(0), one(1), Code{}.End(), get(1)), 1},
		{"needed by a branch of a table", join(Code{}.Block(), try(nil, set(1)), Code{}.I32Const(0).Op(opBrTable, 1, 1, 0).End(), get(1)), 1},
		{"needed in the next pass", loop(join(get(1), try(nil, set(1)), Code{}.Br(0))), 1},
		{"written in the next pass", loop(join(one(1), get(1), try(nil, set(1)), Code{}.Br(0))), -1},
		{"handler is a loop", join(Code{}.Loop(), get(1), Code{}.Op(opTryTable, blockTypeEmpty, 1, 2, 0), set(1), Code{}.End().End()), 1},
		{"handler is the function", join(Code{}.Op(opTryTable, blockTypeEmpty, 1, 2, 0), set(1), Code{}.End(), get(1)), -1},
		{"no handler", join(Code{}.Op(opTryTable, blockTypeEmpty, 0), set(1), Code{}.End(), get(1)), -1},
		{"changed in a loop", join(try(nil, loop(join(set(1), Code{}.I32Const(0).BrIf(0)))), get(1)), 1},
		{"changed in an inner body", join(try(nil, try(nil, set(1))), get(1)), 1},
		{"needed by the outer handler", join(try(nil, join(try(nil, set(1)), one(1))), get(1)), 1},
		{"needed by the inner handler", try(nil, join(try(nil, set(1)), get(1))), 1},
		// The inner handler throws, and the outer one needs what was changed.
		{"needed through a throw", join(try(nil, join(try(nil, set(1)), throw)), get(1)), 1},
		{"needed through a call", join(one(1), try(nil, join(try(nil, set(2)), Code{}.Call(0), one(2))), get(2)), 2},
		{"written before a call", join(try(nil, try(nil, join(one(1), Code{}.Call(0)))), one(1), get(1)), -1},
		{"changed after the throw", join(try(nil, join(Code{}.Call(0), one(1))), get(1)), -1},
		{"changed after the throw, in a loop", join(try(nil, loop(join(Code{}.Call(0), one(1), Code{}.I32Const(0).BrIf(0)))), get(1)), 1},
		{"changed after the throw of the inner body", join(try(nil, join(try(nil, join(Code{}.Call(0), one(1))), Code{}.Call(0))), get(1)), 1},
		{"changed without a throw", join(try(nil, one(1)), get(1)), -1},
		{"changed on another way than the throw", join(try(nil, join(Code{}.I32Const(0).If(), one(1), Code{}.Else().Call(0).End())), get(1)), -1},
		{"changed before a tail call", join(try(nil, one(1).Op(opReturnCall, 0)), get(1)), -1},
		{"changed by an inner handler", join(try(nil, join(try(nil, Code{}.Call(0)), one(1), throw)), get(1)), 1},
		{"changed before the inner body", join(try(nil, join(one(1), try(nil, throw), Code{}.Call(0))), get(1)), 1},
		{"changed before the inner body, which alone throws", join(try(nil, join(one(1), try(nil, throw))), one(1), get(1)), -1},
		{"changed by a call through the table", join(try(nil, one(1).I32Const(0).CallIndirect(0, 0)), get(1)), 1},
		{"changed before throw_ref", join(try(nil, one(1).Op(opRefNull, 0x69, opThrowRef)), get(1)), 1},
		{"changed before", join(set(1), try(nil, Code{}.Call(0)), get(1)), -1},
		{"changed after", join(try(nil, Code{}.Call(0)), set(1), get(1)), -1},
		{"changed by the handler", join(try(nil, Code{}.Call(0)), one(1), get(1), try(nil, Code{}.Call(0)), get(1)), -1},
		{"second try_table", join(try(nil, Code{}.Call(0)), try(nil, set(2)), get(2)), 2},
		{"parameter", join(try(nil, set(0)), get(0)), 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			b.ImportFunc("host", "f", nil, nil)
			b.Tag(nil)
			b.Func(nil, nil, nil, get(0)) // one that is not the subject
			b.Func([]ValueType{I32}, nil, []ValueType{I32, I32}, test.code)
			got := -1
			for _, s := range stale(t, b.Bytes(), 1) {
				if got = int(s.local); b.Bytes()[s.at] != opTryTable {
					t.Errorf("%#x is no try_table", s.at)
				}
			}
			if got != test.stale || len(stale(t, b.Bytes(), 0)) > 0 {
				t.Errorf("local %d, want %d", got, test.stale)
			}
		})
	}
}

// stale returns the stale handlers of a function.
func stale(t testing.TB, binary []byte, function int) []staleHandler {
	t.Helper()
	module := mustParse(t, binary)
	bodies, err := module.Bodies()
	if err != nil {
		t.Fatal(err)
	}
	return newLiveness(module).staleHandlers(bodies[function])
}

func mustParse(t testing.TB, binary []byte) *Module {
	t.Helper()
	m, err := Parse(binary)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestStaleHandlersOfMuch has functions made to be slow to look at: they are
// looked at in bounded time and memory, and said to be stale where that is not
// enough.
func TestStaleHandlersOfMuch(t *testing.T) {
	locals := make([]ValueType, 50_000)
	var all Code
	for k := range locals {
		locals[k] = I32
		all = append(all, one(uint32(k))...)
	}
	var loops, ends, tries Code
	for range 5000 {
		loops = loops.Loop().LocalGet(0).BrIf(0)
		ends = ends.LocalGet(1).LocalSet(0).LocalGet(0).BrIf(0).End()
		tries = append(tries, try(nil, set(3))...)
	}
	for name, code := range map[string]Code{
		"locals": join(try(nil, all), tries, get(7)),
		"loops":  join(loops, try(nil, join(set(0), set(1))), ends),
	} {
		var b Builder
		b.ImportFunc("host", "f", nil, nil)
		b.Func(nil, nil, locals, code)
		if len(stale(t, b.Bytes(), 0)) == 0 {
			t.Errorf("%s: nothing is stale", name)
		}
	}
}

// FuzzNarrowHandlers wants no panic, no output beyond a small multiple of the
// input, and offsets that never go backwards, whatever the code.
func FuzzNarrowHandlers(f *testing.F) {
	f.Add([]byte(join(try(nil, set(1)), get(1)).End()))
	f.Add([]byte(Code{}.Op(opElse).End()))
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		code := make([]byte, 40)
		for k := range code {
			code[k] = []byte{opBlock, opLoop, opIf, opElse, opEnd, opTryTable, blockTypeEmpty, opLocalSet, opLocalGet, opBr, opCall, opThrow, 0, 1, 2}[random.IntN(15)]
		}
		f.Add(code)
	}
	f.Fuzz(func(t *testing.T, code []byte) {
		var b Builder
		b.FuncBody(b.Type(nil, nil), append([]byte{1, 3, I32.Byte()}, code...))
		module, err := Parse(b.Bytes())
		if err != nil {
			return
		}
		narrowed, err := NarrowHandlers(module)
		if narrowed == nil || err != nil {
			return
		}
		if n := len(narrowed.Binary); n > 1<<17+narrowGrowth*len(b.Bytes()) {
			t.Errorf("%d bytes from %d", n, len(b.Bytes()))
		}
		checkOffsets(t, module, mustParse(t, narrowed.Binary), narrowed.Offsets)
	})
}
