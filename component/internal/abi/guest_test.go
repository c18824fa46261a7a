package abi

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A guest is a memory and an allocator as testdata/vectors.py has them: new
// memory is at the end, and what shrinks stays where it is.
type guest struct {
	bytes []byte
	end   uint32
	log   [][4]uint32

	// lie replaces what realloc answers.
	lie func(g *guest, ptr uint32) uint32
}

const guestStart = 16

func newGuest(memory ...byte) *guest {
	return &guest{bytes: memory, end: max(guestStart, uint32(len(memory)))}
}

func (g *guest) Bytes() []byte { return g.bytes }

func (g *guest) Grow(uint32) (uint32, bool) { return 0, false }

func (g *guest) Type() engine.FuncType { return engine.FuncType{} }

func (g *guest) Call(_ context.Context, stack []uint64) error {
	old, oldSize, align, size := uint32(stack[0]), uint32(stack[1]), uint32(stack[2]), uint32(stack[3])
	ptr := old
	if size > oldSize || oldSize == 0 {
		ptr = (g.end + align - 1) &^ (align - 1)
		g.end = ptr + size
		if int(g.end) > len(g.bytes) { // like a memory that grows, it may move
			g.bytes = append(make([]byte, 0, g.end), g.bytes...)[:g.end]
		}
		copy(g.bytes[ptr:], g.bytes[old:old+oldSize])
	}
	if g.log != nil {
		g.log = append(g.log, [4]uint32{old, oldSize, align, size})
	}
	if g.lie != nil {
		ptr = g.lie(g, ptr)
	}
	stack[0] = uint64(ptr)
	return nil
}

// context returns a side of a crossing that has g.
func (g *guest) context(encoding Encoding) *Context {
	table := new(handles)
	return &Context{
		Options:  Options{Encoding: encoding, Memory: g, Realloc: g},
		Ctx:      context.Background(),
		MayLeave: new(Gate),
		Handles:  table,
		Holder:   table,
		Budget:   LiftBudget,
	}
}

// handles is the simplest handle table: a handle is its representation and 100.
type handles struct{}

func (*handles) LiftHandle(_ *types.Type, index uint32) (uint32, error) {
	if index < 100 {
		return 0, &engine.Trap{Kind: engine.BadValue, Text: "unknown handle index"}
	}
	return index - 100, nil
}

func (*handles) LowerHandle(_ *types.Type, rep uint32) (uint32, error) { return rep + 100, nil }

func (*handles) Hold(t *types.Type, rep uint32) (*types.Handle, error) {
	return &types.Handle{Resource: t.Resource(), Rep: rep, Owned: t.Kind() == types.Own}, nil
}

func (*handles) Resource(t *types.Type) (*types.ResourceType, error) { return t.Resource(), nil }

func (*handles) Put(*types.Type, GoValues, uint32) {}

func (*handles) Unlift(*types.Type, uint32) {}

func (*handles) Took(_ *types.Type, values GoValues, rep uint32) { values.Remove(rep) }

func (*handles) Refuse(Handles) {}

func (*handles) Destroy(context.Context, *types.Type, uint32) error { return nil }

func (*handles) Release(_ *types.Type, h *types.Handle) (uint32, error) { return h.Rep, nil }

// unary is the signature of a function with one parameter and a result of type t.
func unary(t *types.Type) *Signature {
	return NewSignature(&types.FuncType{Params: []types.Param{{Name: "a", Type: t}}, Result: t})
}

// wantTrap fails unless err is a trap with that text.
func wantTrap(t *testing.T, err error, text string) {
	t.Helper()
	trap, ok := err.(*engine.Trap)
	if !ok || trap.Text != text {
		t.Errorf("got %v, want the trap %q", err, text)
	}
}
