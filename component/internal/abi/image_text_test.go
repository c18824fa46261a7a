package abi

import (
	"bytes"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// TestImagesOfText gives guests what was read as text, which is an image, and the
// same as a tree of values: nothing that they see differs. Handles have no text, but
// what might hold one and does not has.
func TestImagesOfText(t *testing.T) {
	own := types.OwnOf(&types.ResourceType{Name: "r"})
	for _, test := range []struct {
		typ  *types.Type
		text string
	}{
		{parseType(t, "record { x: s32, y: s32 }"), "{x: -1, y: 2}"},
		{parseType(t, "list<record { x: s8, y: u64 }>"), "[{x: -1, y: 2}, {y: 3, x: 4}]"},
		{parseType(t, "list<string>"), `["a", "\u{1f600}", ""]`},
		{parseType(t, "list<list<u16>>"), "[[1, 2], [], [3]]"},
		{parseType(t, "tuple<string, list<u8>, f64>"), `("é", [1, 2], -inf)`},
		{parseType(t, "variant { none, circle(f64), named(string) }"), `named("a")`},
		{parseType(t, "list<variant { none, circle(f64), named(string) }>"), `[%none, circle(2), named("a")]`},
		{parseType(t, "option<option<string>>"), `some("a")`},
		{parseType(t, "result<list<string>, u8>"), `["a", "b"]`},
		{parseType(t, "list<u32, 3>"), "[1, 2, 3]"},
		{parseType(t, "tuple<list<string, 2>, bool>"), `(["a", "b"], true)`},
		{types.OptionOf(own), "none"},
		{types.ListOf(own), "[]"},
		{types.TupleOf(types.OptionOf(own), types.U8.Type()), "(none, 7)"},
		{types.ListOf(types.ResultOf(types.U8.Type(), own)), "[ok(7), 8]"},
		{types.RecordOf(types.Field{Name: "a", Type: types.OptionOf(own)}, types.Field{Name: "b", Type: types.ListOf(types.OptionOf(own))}), "{b: [none, none]}"},
	} {
		v, err := wave.Parse(test.text, test.typ)
		if err != nil {
			t.Errorf("%s: %v", test.typ, err)
			continue
		}
		for _, encoding := range []Encoding{UTF8, UTF16} {
			stack, memory := lowered(t, v, encoding)
			wantStack, want := lowered(t, tree(v), encoding)
			if !slices.Equal(stack, wantStack) || !bytes.Equal(memory, want) {
				t.Errorf("%s: %s\ngot  %#x %x\nwant %#x %x", test.typ, test.text, stack, memory, wantStack, want)
			}
		}
	}
}

// lowered returns what a guest gets of v.
func lowered(t *testing.T, v types.Value, encoding Encoding) (stack []uint64, memory []byte) {
	t.Helper()
	sig, g := unary(v.Type()), newGuest()
	stack = make([]uint64, sig.Slots())
	if err := sig.LowerParams(g.context(encoding), []types.Value{v}, stack); err != nil {
		t.Errorf("%v: %v", v, err)
	}
	return stack, g.bytes
}

// tree returns v with all its parts as values of their own.
func tree(v types.Value) types.Value {
	switch t := v.Type(); t.Kind() {
	case types.Record, types.Tuple:
		return types.RecordValue(t, parts(v)...)
	case types.List, types.FixedList, types.Map:
		return types.ListValue(t, parts(v)...)
	case types.Variant, types.Option, types.Result:
		if payload, ok := v.Payload(); ok {
			return types.VariantValue(t, int(v.Bits()), tree(payload))
		}
		return types.VariantValue(t, int(v.Bits()))
	}
	return v
}

func parts(v types.Value) []types.Value {
	all := make([]types.Value, v.Len())
	for i := range all {
		all[i] = tree(v.Index(i))
	}
	return all
}
