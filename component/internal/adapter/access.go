package adapter

import (
	"slices"
	"strconv"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// AccessTo returns a module with functions for the memory of that name, which is
// all that it imports: by them adapters get at the memory of the callee. It has
// those that are named, as they are among the imports of adapters.
func AccessTo(memory string, names ...string) []byte {
	var b corewasm.Builder
	b.Import("", memory, corewasm.Desc{Kind: corewasm.KindMemory})
	define := func(name string, of engine.FuncType, w *writer) {
		if slices.Contains(names, name) {
			b.Export(name, corewasm.KindFunc, b.Func(coreTypes(of.Params), coreTypes(of.Results), w.locals, w.code))
		}
	}
	for _, width := range widths {
		slots := slotsOf(width)
		name := strconv.Itoa(int(width))
		loads, stores := corewasm.Code{}, corewasm.Code{}
		for i := range slots {
			offset := uint32(i * vectorSize)
			loads = load(loads.LocalGet(0), min(width, vectorSize), offset)
			stores = store(stores.LocalGet(0).LocalGet(uint32(1+i)), min(width, vectorSize), offset)
		}
		define("l"+name, engine.FuncType{Params: addresses[:1], Results: slots}, &writer{code: loads})
		define("s"+name, engine.FuncType{Params: append(addresses[:1:1], slots...)}, &writer{code: stores})
	}
	test := engine.FuncType{Params: addresses, Results: addresses[:1]}
	define("fits", test, &writer{code: within(nil, 0, 1)})
	for _, kind := range []routineKind{isText, areChars, toBools} {
		w := writer{slots: addresses}
		w.one(kind)
		define(kind.name(), kind.of(), &w)
	}
	return b.Bytes()
}

// Accesses returns the names of the functions of a module that [AccessTo] makes for
// the memory of the callee by which the adapter of an edge gets at it.
func (e *Edge) Accesses() []string {
	var m Module
	m.Add(e)
	_, imports := m.Build()
	var names []string
	for _, item := range imports {
		if item.Source == Access {
			names = append(names, item.Name)
		}
	}
	return names
}
