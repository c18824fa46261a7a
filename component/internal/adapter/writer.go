package adapter

import (
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A writer writes the function of one edge.
type writer struct {
	module *Module
	edge   *Edge
	code   corewasm.Code

	// The first locals are the parameters of the function, of the types in
	// slots; locals are those after them, of which slots has the types too.
	slots  []engine.ValueType
	locals []corewasm.ValueType

	worked bool // there is more than the call of the core function

	depth uint32 // how many blocks are open
	fail  uint32 // at which depth the one is that is left where a check fails
}

// write writes the whole function: in a block what an adapter does, and after it
// what is left where that is not for an adapter.
func (w *writer) write() {
	if w.edge.canFail() {
		w.open(w.code.Block())
		w.fail = w.depth
		w.body()
		w.code = w.code.Return()
		w.close()
		for i := range w.edge.Lower.Lower.Params {
			w.code = w.code.LocalGet(uint32(i))
		}
		w.code = w.code.Call(w.module.indices[w.edge.Whole])
		return
	}
	w.body()
}

func (w *writer) body() {
	if flag := w.edge.CallerLeaves; flag != (Item{}) {
		w.code = w.code.GlobalGet(w.module.indices[flag]).Op(opI32Eqz)
		w.failIf()
	}
	w.params((*writer).check)
	w.params((*writer).lower)
	w.worked = len(w.code) > 0
	w.call()
}

// open is called with the code that opens a block.
func (w *writer) open(code corewasm.Code) {
	w.code = code
	w.depth++
}

func (w *writer) close() {
	w.code = w.code.End()
	w.depth--
}

// failIf leaves for the host if what is on the stack is not 0.
func (w *writer) failIf() { w.code = w.code.BrIf(w.depth - w.fail) }

// local adds a local and returns its index.
func (w *writer) local(t engine.ValueType) uint32 {
	w.slots = append(w.slots[:len(w.slots):len(w.slots)], t)
	w.locals = append(w.locals, corewasm.ValueType(t))
	return uint32(len(w.slots) - 1)
}

// params does something with each parameter, given the first of its slots.
func (w *writer) params(visit func(w *writer, t *types.Type, slot uint32)) {
	slot := uint32(0)
	for _, p := range w.edge.Lower.Type.Params {
		visit(w, p.Type, slot)
		slot += p.Type.FlatCount()
	}
}

// call calls the core function with the parameters, and leaves the results of the
// edge's function on the stack.
func (w *writer) call() {
	lift := w.edge.Lift.Lift
	for i := range lift.Params {
		w.code = w.code.LocalGet(uint32(i))
	}
	w.code = w.code.Call(w.module.indices[w.edge.Core])
	if len(lift.Results) == 0 {
		w.postReturn(nil)
		return
	}
	result := w.local(lift.Results[0])
	w.code = w.code.LocalSet(result)
	before := len(w.code)
	if w.edge.Rest != (Item{}) {
		w.checkResult(result)
	}
	w.postReturn([]uint32{result})
	w.lower(w.edge.Lift.Type.Result, result)
	w.worked = w.worked || len(w.code) > before
	w.code = w.code.LocalGet(result)
}

// checkResult leaves for the host where the result is none.
func (w *writer) checkResult(result uint32) {
	w.open(w.code.Block())
	w.open(w.code.Block())
	w.fail = w.depth
	w.check(w.edge.Lift.Type.Result, result)
	w.code = w.code.Br(1)
	w.close()
	w.code = w.code.LocalGet(result).Call(w.module.indices[w.edge.Rest]).Return()
	w.close()
}

// postReturn calls the function of that name, with the callee shut.
func (w *writer) postReturn(results []uint32) {
	if w.edge.PostReturn == (Item{}) {
		return
	}
	w.worked = true
	w.leaves(w.edge.CalleeLeaves, 0)
	for _, result := range results {
		w.code = w.code.LocalGet(result)
	}
	w.code = w.code.Call(w.module.indices[w.edge.PostReturn])
	w.leaves(w.edge.CalleeLeaves, 1)
}

// leaves sets a flag, if there is one.
func (w *writer) leaves(flag Item, value int32) {
	if flag != (Item{}) {
		w.code = w.code.I32Const(value).GlobalSet(w.module.indices[flag])
	}
}
