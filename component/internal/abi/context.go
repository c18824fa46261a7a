package abi

import (
	"context"
	"encoding/binary"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// An Encoding is how strings lie in an instance's memory.
type Encoding uint8

// The encodings, in the order of the canonical options.
const (
	UTF8 Encoding = iota
	UTF16
	Latin1OrUTF16
)

// String returns the encoding as the text format has it.
func (e Encoding) String() string {
	return [...]string{UTF8: "utf8", UTF16: "utf16", Latin1OrUTF16: "latin1+utf16"}[e]
}

// Options are the canonical options that values need: CanonicalABI.md,
// "Canonical ABI Options".
type Options struct {
	Encoding Encoding
	Memory   engine.Memory // nil if nothing goes through memory
	Realloc  engine.Func   // nil if nothing is lowered into memory
}

// Handles are the handles of the instance on this side of a crossing.
type Handles interface {
	// LiftHandle ends or lends the handle at index, which must be of type t, and
	// returns the representation that it stands for.
	LiftHandle(t *types.Type, index uint32) (rep uint32, err error)

	// LowerHandle makes a handle of type t and returns its index.
	LowerHandle(t *types.Type, rep uint32) (index uint32, err error)

	// Unlift gives an own handle back that was lifted and got nowhere: whatever its
	// index is then, the resource is the instance's.
	Unlift(t *types.Type, rep uint32)
}

// Holder is how the host's own handles turn into representations and back.
type Holder interface {
	// Hold returns the host's handle of type t for a representation that was
	// lifted.
	Hold(t *types.Type, rep uint32) (*types.Handle, error)

	// Resource returns the resource type that handles of type t have now.
	Resource(t *types.Type) (*types.ResourceType, error)

	// Put says that values have rep for a handle of type t: until the call ends, if
	// that is a borrow.
	Put(t *types.Type, values GoValues, rep uint32)

	// Took says that the host has got values's rep for an own handle: it is
	// forgotten when the call ends.
	Took(t *types.Type, values GoValues, rep uint32)

	// Refuse gives the guest back what the host has got from it in this call: what
	// was to come with it is wrong.
	Refuse(guest Handles)

	// Release gives the handle away or lends it, and returns its representation.
	Release(t *types.Type, handle *types.Handle) (rep uint32, err error)

	// Destroy ends a resource of the host's that the host has given away and nobody
	// has got.
	Destroy(ctx context.Context, t *types.Type, rep uint32) error
}

// Budgets for one call, in bytes. A few bytes of a guest can describe many: its
// lists may overlap, and what they become in Go is larger.
const (
	LiftBudget     = 256 << 20 // of what lifting allocates
	TransferBudget = 4 << 30   // of what goes from one memory to another
)

// A Context is one side of a crossing: LiftLowerContext in the specification.
// One call at a time uses it; it may be used for any number of them.
type Context struct {
	Options

	// Ctx is the context of the call, for realloc.
	Ctx context.Context

	// MayLeave is the instance's flag, shut while realloc runs.
	MayLeave *Gate

	// Handles is the instance's handle table, and Holder what the host has
	// instead of one; both may be nil if no type has handles.
	Handles Handles
	Holder  Holder

	// Adapter says that the other side is a component too; it only changes what
	// traps are called.
	Adapter bool

	// Budget is how many bytes may still be lifted, never less than 0, and Lowered how
	// many the guest was asked room for. Who begins a call sets them.
	Budget  int64
	Lowered uint64

	// Args is room for the arguments of a function of the host that takes values,
	// from call to call.
	Args []types.Value

	memory  []byte
	stack   [4]uint64
	scratch []byte         // the header of a slice, see allocateSlice
	value   interfaceWords // on its way to or from GoValues
	gave    int            // how many Go values of own handles the guest got by the last lowering
	arena   arena
}

// Begin reads the memory as it is now. Whoever lifts or lowers calls it first
// after the guest ran.
func (cx *Context) Begin() {
	if cx.Memory != nil {
		cx.memory = cx.Memory.Bytes()
	}
}

// beginIf is Begin for what may need no memory: to ask the engine for it costs as
// much as to move a number.
func (cx *Context) beginIf(inMemory bool) {
	if inMemory {
		cx.Begin()
	}
}

// reallocate asks the guest for memory: the pointer is aligned and newSize bytes
// from there are within the memory; what is beyond is called by that fault. It makes earlier views of the memory stale.
func (cx *Context) reallocate(old, oldSize, align, newSize uint32, beyond fault) (uint32, error) {
	if cx.Realloc == nil {
		return 0, cx.trap(faultNoRealloc)
	}
	cx.Lowered += uint64(newSize)
	cx.stack = [4]uint64{uint64(old), uint64(oldSize), uint64(align), uint64(newSize)}
	if cx.MayLeave != nil {
		cx.MayLeave.Set(false)
	}
	if err := cx.Realloc.Call(cx.Ctx, cx.stack[:]); err != nil {
		return 0, err
	}
	if cx.MayLeave != nil {
		cx.MayLeave.Set(true)
	}
	cx.Begin()
	ptr := uint32(cx.stack[0])
	switch {
	case ptr&(align-1) != 0:
		return 0, cx.trap(faultReallocAlign)
	case !cx.within(ptr, uint64(newSize)):
		return 0, cx.trap(beyond)
	}
	return ptr, nil
}

// allocate asks for memory for a list, or for parameters.
func (cx *Context) allocate(align, size uint32) (uint32, error) {
	return cx.reallocate(0, 0, align, size, faultReallocBounds)
}

// allocateText asks for memory for a string, and reallocateText for more or less.
func (cx *Context) allocateText(align, size uint32) (uint32, error) {
	return cx.reallocate(0, 0, align, size, faultReallocText)
}

func (cx *Context) reallocateText(old, oldSize, align, newSize uint32) (uint32, error) {
	return cx.reallocate(old, oldSize, align, newSize, faultReallocText)
}

// within reports whether size bytes from ptr on are in the memory. Also zero
// bytes must begin within it or at its end.
func (cx *Context) within(ptr uint32, size uint64) bool {
	return uint64(ptr)+size <= uint64(len(cx.memory))
}

// spend counts bytes that are about to be lifted.
func (cx *Context) spend(bytes uint64) error {
	if bytes > uint64(cx.Budget) {
		return cx.trap(faultBudget)
	}
	cx.Budget -= int64(bytes)
	return nil
}

// loadInt reads an unsigned integer of size 1, 2, 4 or 8 bytes at ptr, which is
// within the memory.
func (cx *Context) loadInt(ptr, size uint32) uint64 {
	switch b := cx.memory[ptr:]; size {
	case 1:
		return uint64(b[0])
	case 2:
		return uint64(binary.LittleEndian.Uint16(b))
	case 4:
		return uint64(binary.LittleEndian.Uint32(b))
	default:
		return binary.LittleEndian.Uint64(b)
	}
}

// storeInt writes the low size bytes of v at ptr, which is within the memory.
func (cx *Context) storeInt(ptr, size uint32, v uint64) {
	switch b := cx.memory[ptr:]; size {
	case 1:
		b[0] = byte(v)
	case 2:
		binary.LittleEndian.PutUint16(b, uint16(v))
	case 4:
		binary.LittleEndian.PutUint32(b, uint32(v))
	default:
		binary.LittleEndian.PutUint64(b, v)
	}
}

// littleEndian says that numbers of this machine lie in memory as a guest's do.
func littleEndian() bool {
	one := uint16(1)
	return *(*byte)(unsafe.Pointer(&one)) == 1
}
