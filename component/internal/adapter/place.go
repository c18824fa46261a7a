package adapter

import (
	"strconv"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A place is the memory of one side of an edge, as the code of an adapter gets at
// it: the caller's is its own, the callee's is that of the module that [AccessTo]
// makes.
type place struct {
	own  bool
	side *Side
}

// chunk is how many vectors are passed from one module to another at once: as many
// as fit into registers.
const (
	chunk      = 8
	vectorSize = 16
	chunkSize  = chunk * vectorSize
)

// widths are the sizes of what can be loaded and stored at once, in bytes, and
// copied those that copies of many bytes are made of: each is a function that the
// adapter imports.
var (
	widths = []uint32{1, 2, 4, 8, vectorSize, chunkSize}
	copied = []uint32{1, 4, vectorSize, chunkSize}
)

// slotsOf returns what holds so many bytes.
func slotsOf(width uint32) []engine.ValueType {
	switch width {
	case 8:
		return []engine.ValueType{engine.I64}
	case vectorSize:
		return []engine.ValueType{engine.V128}
	case chunkSize:
		return []engine.ValueType{
			engine.V128, engine.V128, engine.V128, engine.V128, engine.V128, engine.V128, engine.V128, engine.V128,
		}
	}
	return []engine.ValueType{engine.I32}
}

// at puts on the stack where a load or store is.
func (w *writer) at(p place, base, offset uint32) {
	w.code = w.code.LocalGet(base)
	if !p.own && offset > 0 {
		w.code = w.code.I32Const(int32(offset)).Op(opI32Add)
	}
}

// load puts width bytes on the stack.
func (w *writer) load(p place, width, base, offset uint32) {
	w.at(p, base, offset)
	if p.own {
		w.code = load(w.code, width, offset)
		return
	}
	of := engine.FuncType{Params: addresses[:1], Results: slotsOf(width)}
	w.access(p, "l"+strconv.Itoa(int(width)), of)
}

// store takes width bytes from the stack, under which at put the address.
func (w *writer) store(p place, width, offset uint32) {
	if p.own {
		w.code = store(w.code, width, offset)
		return
	}
	of := engine.FuncType{Params: append(addresses[:1:1], slotsOf(width)...)}
	w.access(p, "s"+strconv.Itoa(int(width)), of)
}

// addresses are the types of an address and a size.
var addresses = []engine.ValueType{engine.I32, engine.I32}

// access calls a function of the module that has access to the callee's memory.
func (w *writer) access(p place, name string, of engine.FuncType) {
	item := Item{Name: name, Source: Access, Number: p.side.Memory.Number}
	w.code = w.code.Call(w.module.function(item, of))
}

// call calls a routine of one memory for a place, with its parameters on the stack.
func (w *writer) call(p place, kind routineKind) {
	if p.own {
		w.code = w.code.Call(w.module.shared(routine{kind: kind}))
		return
	}
	w.access(p, kind.name(), kind.of())
}

// test puts on the stack what a routine says of a pointer and a size, both locals.
func (w *writer) test(p place, kind routineKind, ptr, size uint32) {
	w.code = w.code.LocalGet(ptr).LocalGet(size)
	w.call(p, kind)
}

func load(code corewasm.Code, width, offset uint32) corewasm.Code {
	switch width {
	case 1:
		return code.Mem(opI32Load8U, 0, offset)
	case 2:
		return code.Mem(opI32Load16U, 0, offset)
	case 4:
		return code.Mem(opI32Load, 0, offset)
	case 8:
		return code.Mem(opI64Load, 0, offset)
	}
	return code.Op(opVector, opV128Load).U32(0).U32(offset)
}

func store(code corewasm.Code, width, offset uint32) corewasm.Code {
	switch width {
	case 1:
		return code.Mem(opI32Store8, 0, offset)
	case 2:
		return code.Mem(opI32Store16, 0, offset)
	case 4:
		return code.Mem(opI32Store, 0, offset)
	case 8:
		return code.Mem(opI64Store, 0, offset)
	}
	return code.Op(opVector, opV128Store).U32(0).U32(offset)
}

// within puts on the stack whether size bytes from ptr on, both locals, are in the
// memory of the module.
func within(code corewasm.Code, ptr, size uint32) corewasm.Code {
	return code.LocalGet(ptr).Op(opI64ExtendU).LocalGet(size).Op(opI64ExtendU, opI64Add).
		Op(opMemorySize, 0, opI64ExtendU).I64Const(16).Op(opI64Shl, opI64LeU)
}

// fits puts on the stack whether size bytes from ptr on, both locals, are in the
// memory of a place.
func (w *writer) fits(p place, ptr, size uint32) {
	if p.own {
		w.code = within(w.code, ptr, size)
		return
	}
	w.code = w.code.LocalGet(ptr).LocalGet(size)
	w.access(p, "fits", engine.FuncType{Params: addresses, Results: addresses[:1]})
}
