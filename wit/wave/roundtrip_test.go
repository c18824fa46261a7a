package wave_test

import (
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/valuejson"
	"github.com/patchbay-go/patchbay/wit/wave"
)

// FuzzRoundTrip makes a type and a value of it, and writes that in every way: all
// texts are the value, its text is the same whether it lies in an image or is a
// tree, and JSON leads to the same image.
func FuzzRoundTrip(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) {
		r := newRandom(seed)
		typ := r.typ(1 + r.IntN(5))
		tree := r.value(typ)
		printed := wave.Text(tree)
		v := parse(t, printed, tree)
		if got := wave.Text(v); got != printed {
			t.Errorf("%s\nis printed of an image as %s\nand of a tree as %s", typ, got, printed)
		}
		for range 3 {
			s := speller{random: r}
			s.value(tree)
			parse(t, s.String(), tree)
		}
		sameAsJSON(t, v, tree)
	})
}

// parse reads a text that is the value of tree.
func parse(t *testing.T, text string, tree types.Value) types.Value {
	t.Helper()
	v, err := wave.Parse(text, tree.Type())
	if err != nil {
		t.Fatalf("%s\n%s\n%v", tree.Type(), text, err)
	}
	if !v.Equal(tree) || !tree.Equal(v) {
		t.Fatalf("%s\n%s\nis read as %v", tree.Type(), text, v)
	}
	return v
}

// sameAsJSON wants JSON of tree to lead to the image of v, byte by byte.
func sameAsJSON(t *testing.T, v, tree types.Value) {
	t.Helper()
	text, err := valuejson.Format{}.Append(nil, tree)
	if err != nil {
		t.Fatal(err)
	}
	w, err := valuejson.Parse(string(text), tree.Type())
	if err != nil {
		t.Fatal(err)
	}
	a, offset, count, inA := v.Image()
	b, place, n, inB := w.Image()
	if a != b || offset != place || count != n || inA != inB {
		t.Errorf("%s\n%s\n%s\n%q %d %d %v\n%q %d %d %v", tree.Type(), wave.Text(v), text, a, offset, count, inA, b, place, n, inB)
	}
	if inA != (tree.Type().InImage() && !packed(v)) {
		t.Errorf("%s: in an image: %v", tree.Type(), inA)
	}
}

func packed(v types.Value) bool {
	_, ok := v.Packed()
	return ok
}

// hostile are types that much can be made of with little text.
var hostile = []*types.Type{
	types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<27)),
	types.ListOf(types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<16))),
	types.FixedListOf(types.FixedListOf(types.OptionOf(types.String.Type()), 1000), 1000),
	types.ListOf(types.TupleOf()),
	types.FixedListOf(types.TupleOf(), 1<<31),
	types.ListOf(types.ResultOf(nil, types.FixedListOf(types.String.Type(), 100))),
	types.ListOf(types.ListOf(types.ListOf(types.ListOf(types.U8.Type())))),
	types.ListOf(types.String.Type()),
	types.MapOf(types.Char.Type(), types.FlagsOf("a", "b")),
	point, shape, outcome, nested,
}

// FuzzMemory reads any text as values of hostile types: what that allocates is
// bound by the text.
func FuzzMemory(f *testing.F) {
	for _, text := range []string{
		"none", "some([1])", "[" + strings.Repeat("none,", 1000) + "]", "[[[none]]]", "[[" + strings.Repeat("none,", 999) + "none]]",
		"[" + strings.Repeat("(),", 1000) + "]", "[" + strings.Repeat("ok,", 1000) + "]", "[" + strings.Repeat("[[[]]],", 1000) + "]",
		"[" + strings.Repeat(`"\u{10ffff}\n",`, 1000) + "]", "[" + strings.Repeat(`("\t",{a}),`, 1000), strings.Repeat("[", 1000),
		strings.Repeat("//\n", 1000), "{x: 1, label: some(\"\"\"\n" + strings.Repeat("  \\\"\r\n", 1000) + "  \"\"\")}",
		strings.Repeat("some(", 1000), `{"x": 1}`, "{" + strings.Repeat("x: 1, ", 1000) + "}", strings.Repeat("9", 10_000),
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, typ := range hostile {
			if got, most := allocated(func() { _, _ = wave.Parse(text, typ) }), memoryFor(text); got > most {
				t.Errorf("%s: %d bytes of text take %d, more than %d", typ, len(text), got, most)
			}
		}
	})
}

// memoryFor returns what reading a text may allocate: what values may take at the
// end, and all that they grow out of.
func memoryFor(text string) uint64 { return 8 * (1<<20 + 256*uint64(len(text))) }

// allocated returns how many bytes f allocates, but for some thousand that the
// runtime has not counted yet.
func allocated(f func()) uint64 {
	heap := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(heap)
	before := heap[0].Value.Uint64()
	f()
	metrics.Read(heap)
	return heap[0].Value.Uint64() - before
}

// TestMemory wants a small multiple of the text for types as they usually are.
func TestMemory(t *testing.T) {
	for _, test := range []struct {
		name, text string
		typ        *types.Type
	}{
		{"numbers", "[" + strings.Repeat("1, ", 100_000) + "]", types.ListOf(types.U32.Type())},
		{"strings", "[" + strings.Repeat(`"some text", `, 30_000) + "]", types.ListOf(types.String.Type())},
		{"escapes", "[" + strings.Repeat(`"\\\n\"\u{1f600}", `, 30_000) + "]", types.ListOf(types.String.Type())},
		{"one string", `"` + strings.Repeat(`\"`, 100_000) + `"`, types.String.Type()},
		{"lines", "\"\"\"\n" + strings.Repeat("  a line\n", 30_000) + "  \"\"\"", types.String.Type()},
		{"records", sizes[1].wave(), sizes[1].typ},
	} {
		const most = 16
		got := allocated(func() {
			if _, err := wave.Parse(test.text, test.typ); err != nil {
				t.Error(err)
			}
		})
		if got > most*uint64(len(test.text)) {
			t.Errorf("%s: %d bytes of text take %d", test.name, len(test.text), got)
		}
	}
}
