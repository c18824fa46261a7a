package adapter

import (
	"strconv"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// AccessTo returns a module with functions for the memory of that name, which is
// all that it imports: by them adapters get at the memory of the callee.
func AccessTo(memory string) []byte {
	var b corewasm.Builder
	b.Import("", memory, corewasm.Desc{Kind: corewasm.KindMemory})
	define := func(name string, of engine.FuncType, w *writer) {
		b.Export(name, corewasm.KindFunc, b.Func(coreTypes(of.Params), coreTypes(of.Results), w.locals, w.code))
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
	ascii := writer{slots: addresses}
	ascii.ascii()
	define("ascii", test, &ascii)
	return b.Bytes()
}
