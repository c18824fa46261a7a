package corewasm

import (
	"bytes"
	"testing"
)

// TestNarrowHandlers has the code of a function after its try_tables became
// narrower, and where its call was.
func TestNarrowHandlers(t *testing.T) {
	// unreached is what an engine checks the clauses with.
	unreached := func(clauses Code) Code {
		return join(Code{}.Block().Br(0).Op(opTryTable, blockTypeEmpty), clauses).End().End()
	}
	for _, test := range []struct {
		name       string
		code, want Code
	}{
		{
			"a call",
			join(try(nil, set(0)), get(0)),
			join(
				Code{}.Block(), unreached(Code{1, 2, 1}), Code{}.Block(), one(0),
				Code{}.Op(opTryTable, 0, 1, 2, 1).Call(0).End().End().End(), get(0),
			),
		},
		{
			"inner clauses come before outer ones, and those after catch_all are left out",
			join(
				Code{}.Block().Op(opTryTable, blockTypeEmpty, 2, 2, 0, 0, 0, 0), one(0),
				Code{}.Op(opTryTable, blockTypeEmpty, 1, 0, 0, 1).Call(0).End().End().End(), get(0),
			),
			join(
				Code{}.Block(), unreached(Code{2, 2, 1, 0, 0, 1}), Code{}.Block(), one(0),
				unreached(Code{1, 0, 0, 2}), Code{}.Block(),
				Code{}.Op(opTryTable, 0, 2, 0, 0, 2, 2, 2).Call(0).End().End().End().End(), get(0),
			),
		},
		{
			"an outer try_table that is right stays",
			join(
				Code{}.Op(opTryTable, blockTypeEmpty, 1, 2, 0), try(nil, set(0)), get(0), Code{}.End(),
			),
			join(
				Code{}.Op(opTryTable, blockTypeEmpty, 1, 2, 0).Block(), unreached(Code{1, 2, 1}), Code{}.Block(), one(0),
				Code{}.Op(opTryTable, 0, 1, 2, 1).Call(0).End().End().End(), get(0), Code{}.End(),
			),
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			b.ImportFunc("host", "f", nil, nil)
			b.Tag(nil)
			b.Func(nil, nil, nil, Code{}.Call(0))
			b.Func(nil, nil, []ValueType{I32}, test.code)
			module := mustParse(t, b.Bytes())
			narrowed, err := NarrowHandlers(module)
			if err != nil || narrowed == nil {
				t.Fatalf("%v, %v", narrowed, err)
			}
			again := mustParse(t, narrowed.Binary)
			from, _ := module.Bodies()
			to, _ := again.Bodies()
			want := append(Code{3, 1, I32.Byte(), 1, I32.Byte(), 1, ExnRef.Byte()}, test.want.End()...)
			if got := again.Bytes(to[1]); !bytes.Equal(got, want) {
				t.Errorf("% x, want\n% x", got, want)
			}
			checkOffsets(t, module, again, narrowed.Offsets)
			before, _ := module.Section(SectionCode)
			after, _ := again.Section(SectionCode)
			call := []byte{opCall, 0}
			at := bytes.Index(again.Bytes(to[1]), call) + int(to[1].Offset-after.Content.Offset)
			was := bytes.Index(module.Bytes(from[1]), call) + int(from[1].Offset-before.Content.Offset)
			if got := narrowed.Offsets.Original(uint64(at)); got != uint64(was) {
				t.Errorf("the call was at %#x, want %#x", got, was)
			}
		})
	}
}

// TestNarrowHandlersRefuses has what cannot be narrowed, and what need not be.
func TestNarrowHandlersRefuses(t *testing.T) {
	many := Code{}.Block().Op(opTryTable, blockTypeEmpty).U32(60)
	for range 60 {
		many = many.Op(0, 0, 0)
	}
	calls := one(0)
	for range 10_000 {
		calls = calls.Call(0)
	}
	const stale = "section code: code[0]: local 0 is changed in try_table and needed by its handler, and "
	for _, test := range []struct {
		name string
		code Code
		want string // the error begins with that; empty: nothing to do
	}{
		{"nothing", join(try(nil, Code{}.Call(0)), get(0)), ""},
		{"cut off", join(try(nil, set(0)), get(0), Code{}.Op(opCall)), ""},
		{"call_ref", join(try(nil, one(0).Op(opRefNull, 0, opCallRef, 0)), get(0)), stale + "it calls a reference at offset 0x"},
		{"many handlers", join(many, one(0), many, Code{}.Call(0).End().End().End().End(), get(0)), stale + "it has too many handlers at offset 0x"},
		{"too large", join(many, calls, Code{}.End().End(), get(0)), stale + "with each call in a try_table of its own it would be too large at offset 0x"},
		{"unknown label", join(try(nil, join(set(0), Code{}.Op(opTryTable, blockTypeEmpty, 1, 2, 9).End())), get(0)), "section code: code[0]: unknown label 9 at offset 0x"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			b.ImportFunc("host", "f", nil, nil)
			b.Tag(nil)
			b.Func(nil, nil, []ValueType{I32}, test.code)
			narrowed, err := NarrowHandlers(mustParse(t, b.Bytes()))
			text := ""
			if err != nil {
				text = err.Error()
			}
			if narrowed != nil || (test.want == "") != (err == nil) || len(text) < len(test.want) || text[:len(test.want)] != test.want {
				t.Errorf("%v, %q, want %q", narrowed, text, test.want)
			}
		})
	}
}
