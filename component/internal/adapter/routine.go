package adapter

import (
	"slices"

	"github.com/patchbay-go/patchbay/engine"
)

// A routine is a function of a module that its edges share.
type routine struct {
	kind   routineKind
	memory Item // of the callee
}

type routineKind uint8

const (
	// Of one memory: given a pointer and a size in bytes.
	isText   routineKind = iota // whether so many bytes are there and are UTF-8
	areChars                    // whether so many bytes are there and are Unicode scalar values
	toBools                     // makes bytes that are there 0 or 1

	copyOut // from the caller's memory to the callee's: from, to, size
	copyIn  // from the callee's memory to the caller's: from, to, size
)

// name is under which the module with access to a memory has a routine.
func (k routineKind) name() string { return [...]string{"text", "chars", "bools"}[k] }

func (k routineKind) of() engine.FuncType {
	switch k {
	case isText, areChars:
		return engine.FuncType{Params: addresses, Results: addresses[:1]}
	case toBools:
		return engine.FuncType{Params: addresses}
	}
	return engine.FuncType{Params: slices.Repeat(addresses[:1], 3)}
}

// one writes the routine of one memory: the module's.
func (w *writer) one(kind routineKind) {
	switch kind {
	case isText:
		w.text()
	case areChars:
		w.chars()
	case toBools:
		w.bools()
	}
}

// shared returns the index of a routine, which is added if it is not there.
func (m *Module) shared(r routine) uint32 {
	at := slices.Index(m.routines, r)
	if at < 0 {
		at = len(m.routines)
		m.routines = append(m.routines, r)
	}
	return uint32(len(m.imports) + at)
}

// routine writes the routine of that number.
func (m *Module) routine(i int) {
	r := m.routines[i]
	of := r.kind.of()
	w := &writer{module: m, slots: of.Params}
	callee := place{side: &Side{Memory: r.memory}}
	switch r.kind {
	case copyOut:
		w.copy(place{own: true}, callee)
	case copyIn:
		w.copy(callee, place{own: true})
	default:
		w.one(r.kind)
	}
	m.builder.Func(coreTypes(of.Params), coreTypes(of.Results), w.locals, w.code)
}

// each writes a loop that does something while size bytes are left from ptr to
// end, and adds size to ptr each time.
func (w *writer) each(size int32, ptr, end uint32, do func()) {
	w.code = w.code.Block().Loop()
	w.code = w.code.LocalGet(end).LocalGet(ptr).Op(opI32Sub).I32Const(size).Op(opI32LtU).BrIf(1)
	do()
	w.code = w.code.LocalGet(ptr).I32Const(size).Op(opI32Add).LocalSet(ptr).Br(0).End().End()
}

// copy writes the function that copies bytes, given where from, where to and how
// many. What is left after the last whole piece is copied as a piece that overlaps
// with the one before.
func (w *writer) copy(from, to place) {
	const src, dst, size = 0, 1, 2
	end := w.local(engine.I32)
	w.code = w.code.LocalGet(src).LocalGet(size).Op(opI32Add).LocalSet(end)
	for _, width := range slices.Backward(copied) {
		w.code = w.code.LocalGet(size).I32Const(int32(width)).Op(opI32GeU).If()
		w.each(int32(width), src, end, func() {
			w.piece(from, to, width, src, dst)
			w.code = w.code.LocalGet(dst).I32Const(int32(width)).Op(opI32Add).LocalSet(dst)
		})
		if width > 1 {
			w.code = w.code.LocalGet(end).LocalGet(src).Op(opI32Ne).If()
			w.code = w.code.LocalGet(dst).LocalGet(end).Op(opI32Add).LocalGet(src).Op(opI32Sub).
				I32Const(int32(width)).Op(opI32Sub).LocalSet(dst)
			w.code = w.code.LocalGet(end).I32Const(int32(width)).Op(opI32Sub).LocalSet(src)
			w.piece(from, to, width, src, dst)
			w.code = w.code.End()
		}
		w.code = w.code.Return().End()
	}
}

// piece copies width bytes from where one local says to where another one says.
func (w *writer) piece(from, to place, width, src, dst uint32) {
	if width < chunkSize || !to.own {
		w.at(to, dst, 0)
		if width < chunkSize || !from.own {
			w.load(from, width, src, 0)
		} else {
			w.vectors(src)
		}
		w.store(to, width, 0)
		return
	}
	w.load(from, width, src, 0)
	held := make([]uint32, chunk)
	for i := range held {
		held[i] = w.local(engine.V128)
	}
	for _, local := range slices.Backward(held) {
		w.code = w.code.LocalSet(local)
	}
	for i, local := range held {
		w.code = store(w.code.LocalGet(dst).LocalGet(local), vectorSize, uint32(i*vectorSize))
	}
}

// vectors puts a chunk of the module's own memory on the stack.
func (w *writer) vectors(src uint32) {
	for i := range chunk {
		w.code = load(w.code.LocalGet(src), vectorSize, uint32(i*vectorSize))
	}
}
