package abi

import (
	"reflect"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// An opcode says how one Go value and one component value correspond.
type opcode uint8

const (
	opS8 opcode = iota + 1 // a number of 8 bits with a sign, and so on
	opU8
	opS16
	opU16
	op32 // also f32
	op64 // also f64
	opBool
	opChar
	opBlock     // so many bytes that are the same on both sides; in memory only
	opFlags     // an unsigned integer of goSize bytes
	opFlagBools // a struct of bools
	opEnum      // an integer of goSize bytes
	opEnumText  // a string
	opString
	opList
	opArray   // a list of fixed length
	opPointer // option as a pointer
	opMaybe   // option as types.Maybe
	opOutcome // result as types.Outcome
	opCases   // a variant as a struct with a field for each case
	opSealed  // a variant as a sealed interface
	opHandle
	opHolder  // a handle in a struct
	opGoValue // a handle as what it is for: a Go value of the host
)

// An operation moves one value. Where it is on the guest's side is said for
// memory and for the stack; where it is in the Go value, as an offset.
type operation struct {
	code   opcode
	width  uint8  // on the guest's side, of numbers and discriminants
	goSize uint8  // of an integer in Go
	mem    uint32 // offset in memory
	slot   uint32 // index on the stack
	go_    uint32 // offset in Go
	count  uint32 // bytes of a block, elements of an array, labels, cases
	detail *detail
}

// A detail is what composite operations need besides.
type detail struct {
	typ  *types.Type
	elem *Binding // of lists, arrays and options

	flagOffsets []uint32 // where the bool of each label is
	cases       []goCase
	goType      reflect.Type   // of opHolder and opGoValue
	owner       unsafe.Pointer // of opHolder

	payload uint32 // offset of a variant's payload in memory
	valid   uint32 // offset of Valid or Failed in Go
	slots   uint32 // of a variant on the stack, discriminant included
}

// A goCase is a case of a variant on the Go side.
type goCase struct {
	name    string
	offset  uint32
	payload *Binding // nil if there is none
	pointer bool     // the field points to the payload; otherwise it is a bool if there is none

	// Of a case of a sealed interface.
	typ    reflect.Type
	zero   interfaceWords
	direct bool // the interface has the payload itself, which is a pointer
}

// A Binding is a Go type that stands for a component type, with the operations
// that move values between them. It is immutable and safe for concurrent use.
type Binding struct {
	Go   reflect.Type
	Type *types.Type

	operations []operation // on the stack
	memory     []operation // in memory, where neighbors may be one block

	goSize uintptr
	plain  bool // both sides are the same bytes, whatever they are
	slice  reflect.Type
	shape  sliceShape
	lists  []uint32 // where in Go there are lists of what isWhole, in ascending order
}

// HasPointers reports whether there are pointers in the values in Go.
func (b *Binding) HasPointers() bool { return b.shape != sliceBytes && b.shape != sliceWords }

// Clear sets the Go value at p to zero.
func (b *Binding) Clear(p unsafe.Pointer) { b.clear(p, 0, b.goSize) }

// Reset is Clear, but for the memory of lists of numbers: they are empty then, and
// lifting uses it again. It keeps none of lists that are elements of others, or
// payloads.
func (b *Binding) Reset(p unsafe.Pointer) {
	from := uintptr(0)
	for _, at := range b.lists {
		b.clear(p, from, uintptr(at))
		list := (*[]byte)(unsafe.Add(p, at)) // only its header: it is of another type
		*list = (*list)[:0]
		from = uintptr(at) + unsafe.Sizeof(*list)
	}
	b.clear(p, from, b.goSize)
}

// clear sets some bytes of the Go value at p to zero. To the garbage collector what
// has pointers is made of nothing else: it is as long as some number of them, and
// so is what is before and after a slice. To where nothing is left there is no
// pointer: it might be that of what lies behind.
func (b *Binding) clear(p unsafe.Pointer, from, to uintptr) {
	if from == to {
		return
	}
	p = unsafe.Add(p, from)
	if b.HasPointers() {
		clear(unsafe.Slice((*unsafe.Pointer)(p), (to-from)/unsafe.Sizeof(p)))
	} else {
		clear(unsafe.Slice((*byte)(p), to-from))
	}
}

// isWhole reports whether lifting sets all bytes of a value, which has no pointers.
func (b *Binding) isWhole() bool { return b.plain || b.IsNumber() }

// A sliceShape says from what memory slices of a Go type are made.
type sliceShape uint8

const (
	sliceBytes   sliceShape = iota // no pointers, alignment 1
	sliceWords                     // no pointers
	sliceStrings                   // strings
	sliceAny                       // what only reflect can make
)
