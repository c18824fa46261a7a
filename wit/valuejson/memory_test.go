package valuejson_test

import (
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/valuejson"
)

// hostile are types that much can be made of with little text.
var hostile = []*types.Type{
	types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<27)),
	types.ListOf(types.OptionOf(types.FixedListOf(types.U64.Type(), 1<<16))),
	types.FixedListOf(types.FixedListOf(types.OptionOf(types.String.Type()), 1000), 1000),
	types.ListOf(types.TupleOf()),
	types.FixedListOf(types.TupleOf(), 1<<31),
	types.ListOf(types.ResultOf(nil, types.FixedListOf(types.String.Type(), 100))),
	types.ListOf(types.ListOf(types.ListOf(types.ListOf(types.U8.Type())))),
	types.ListOf(types.String.Type()), bytes, named, coded, point, shape, outcome, nested,
}

// FuzzMemory reads any text as values of hostile types: what that allocates is
// bound by the text.
func FuzzMemory(f *testing.F) {
	for _, text := range []string{
		"null", "[1]", "[" + strings.Repeat("null,", 1000) + "null]", "[" + strings.Repeat("[],", 1000) + "[]]",
		"[" + strings.Repeat(`{"ok":null},`, 1000) + `{"ok":null}]`, "[" + strings.Repeat("[[[]]],", 1000) + "[]]",
		"[" + strings.Repeat(`"\ud83d\ude00\n",`, 1000) + `""]`, "{" + strings.Repeat(`"a":1,`, 1000) + `"b":2}`, strings.Repeat("[", 1000),
		`{"tag":` + strings.Repeat(" ", 1000) + `"at","val":{"x":1}}`, `{"val":` + strings.Repeat("[", 1000), `"` + strings.Repeat("AAAA", 1000) + `"`,
		`{"some":` + strings.Repeat("9", 10_000) + `}`,
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, typ := range hostile {
			// What values may take at the end, and all that they grow out of.
			most := 8 * (1<<20 + 256*uint64(len(text)))
			if got := allocated(func() { _, _ = valuejson.Parse(text, typ) }); got > most {
				t.Errorf("%s: %d bytes of text take %d, more than %d", typ, len(text), got, most)
			}
		}
	})
}

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
