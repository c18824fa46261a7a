package adapter

import (
	"github.com/patchbay-go/patchbay/component/internal/abi"
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

	within int    // how many lists the code is in the loop of
	spent  uint32 // the local that counts bytes within lists; 0: none yet

	depth uint32 // how many blocks are open
	fail  uint32 // at which depth the one is that is left where a check fails
}

// write writes the whole function: in a block what an adapter does, and after it
// what is left where that is not for an adapter.
func (w *writer) write() {
	if !w.edge.canFail() {
		w.body()
		return
	}
	w.open(w.code.Block())
	w.fail = w.depth
	w.body()
	w.code = w.code.Return()
	w.close()
	for i := range w.edge.Lower.Lower.Params {
		w.code = w.code.LocalGet(uint32(i))
	}
	w.code = w.code.Call(w.module.function(w.edge.Whole, w.edge.Lower.Lower))
}

func (w *writer) body() {
	if flag := w.edge.Caller.MayLeave; flag != (Item{}) {
		w.code = w.code.GlobalGet(w.module.indices[flag]).Op(opI32Eqz)
		w.failIf()
	}
	if w.edge.Lower.SpillParams {
		w.spilledParams()
	} else {
		w.params((*writer).check)
		w.params((*writer).lower)
		w.worked = len(w.code) > 0
		for i := range w.edge.Lift.Lift.Params {
			w.code = w.code.LocalGet(uint32(i))
		}
	}
	w.code = w.code.Call(w.module.function(w.edge.Core, w.edge.Lift.Lift))
	w.result()
}

// caller and callee are the memories of the two sides.
func (w *writer) caller() place { return place{true, &w.edge.Caller} }
func (w *writer) callee() place { return place{false, &w.edge.Callee} }

// spilledParams moves the parameters from where the only slot says to memory that
// the callee gives, and leaves where that is on the stack.
func (w *writer) spilledParams() {
	w.worked = true
	var elems []*types.Type
	for _, p := range w.edge.Lower.Type.Params {
		elems = append(elems, p.Type)
	}
	tuple := types.TupleOf(elems...)
	w.area(w.caller(), tuple, 0)
	w.checkAt(w.caller(), tuple, 0, 0)
	size := w.local(engine.I32)
	w.code = w.code.I32Const(int32(tuple.Size())).LocalSet(size)
	target := w.allocate(w.callee(), tuple.Align(), size, abi.OutsideList)
	w.moveAt(w.caller(), w.callee(), tuple, 0, target, 0)
	w.code = w.code.LocalGet(target)
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

// result takes what the core function left on the stack, and leaves the results of
// the edge's function there.
func (w *writer) result() {
	t := w.edge.Lift.Type.Result
	if t == nil {
		w.postReturn(nil)
		return
	}
	result := w.local(w.edge.Lift.Lift.Results[0])
	w.code = w.code.LocalSet(result)
	if w.edge.Lower.SpillResult {
		w.spilledResult(t, result)
		return
	}
	before := len(w.code)
	if w.edge.Rest != (Item{}) {
		w.elseRest(result, func() { w.check(t, result) })
	}
	w.postReturn([]uint32{result})
	w.lower(t, result)
	w.worked = w.worked || len(w.code) > before
	w.code = w.code.LocalGet(result)
}

// spilledResult moves the result from where the core function says to where the
// caller wants it, which the last parameter says.
func (w *writer) spilledResult(t *types.Type, source uint32) {
	w.worked = true
	target := uint32(len(w.edge.Lower.Lower.Params) - 1)
	w.elseRest(source, func() {
		w.area(w.callee(), t, source)
		w.area(w.caller(), t, target)
		w.checkAt(w.callee(), t, source, 0)
	})
	w.moveAt(w.callee(), w.caller(), t, source, target, 0)
	w.postReturn([]uint32{source})
}

// elseRest leaves for the host what is left of the call where a check of the result
// fails.
func (w *writer) elseRest(result uint32, check func()) {
	w.open(w.code.Block())
	w.open(w.code.Block())
	w.fail, w.spent = w.depth, 0
	check()
	w.code = w.code.Br(1)
	w.close()
	w.code = w.code.LocalGet(result)
	if params := w.edge.Lower.Lower.Params; w.edge.Lower.SpillResult {
		w.code = w.code.LocalGet(uint32(len(params) - 1))
	}
	w.code = w.code.Call(w.module.function(w.edge.Rest, RestType(w.edge.Lower))).Return()
	w.close()
}

// postReturn calls the function of that name, with the callee shut.
func (w *writer) postReturn(results []uint32) {
	if w.edge.PostReturn == (Item{}) {
		return
	}
	w.worked = true
	w.leaves(w.edge.Callee.MayLeave, 0)
	for _, result := range results {
		w.code = w.code.LocalGet(result)
	}
	of := engine.FuncType{Params: w.edge.Lift.Lift.Results}
	w.code = w.code.Call(w.module.function(w.edge.PostReturn, of))
	w.leaves(w.edge.Callee.MayLeave, 1)
}

// leaves sets a flag, if there is one.
func (w *writer) leaves(flag Item, value int32) {
	if flag != (Item{}) {
		w.code = w.code.I32Const(value).GlobalSet(w.module.indices[flag])
	}
}
