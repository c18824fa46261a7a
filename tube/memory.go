package tube

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

// Write writes bytes into the guest's memory at an index, which grows if they do
// not fit (WT-07). The guest is not asked and not told. The error is a
// [*SizeError].
func (in *Instance) Write(index uint32, bytes []byte) error {
	if err := in.enter(); err != nil {
		return err
	}
	return in.put(index, bytes)
}

// ReadAppend appends size bytes of the guest's memory from an index on to dst
// (WT-07). They must all be within the memory.
func (in *Instance) ReadAppend(dst []byte, index, size uint32) ([]byte, error) {
	if err := in.enter(); err != nil {
		return dst, err
	}
	view, ok := engine.View(in.memory, index, size)
	if !ok {
		return dst, errors.New(outside(in.memory, "read", index, size).Text)
	}
	return append(dst, view...), nil
}

// allocates reports whether the guest's allocator says where the payload of a
// request lies.
func (in *Instance) allocates(index uint32) bool {
	return index == 0 && in.module.config.Index == 0 && in.module.allocator.name != ""
}

// asks reports whether the guest's allocator is to be called for a request.
func (in *Instance) asks(request *Request) bool {
	return in.allocates(request.Index) && uint64(len(request.Payload))+Room > uint64(in.place.size)
}

// write writes a payload where it is to lie, and returns where that is.
func (in *Instance) write(ctx context.Context, index uint32, payload []byte) (uint32, error) {
	if in.allocates(index) {
		return in.writePlace(ctx, payload)
	}
	if index = cmp.Or(index, in.module.config.Index); index != 0 {
		return index, in.put(index, payload)
	}
	index, ok := in.defaultIndex(uint64(len(payload)))
	if !ok {
		return 0, in.tooLarge(DefaultIndex, payload)
	}
	return index, in.put(index, payload)
}

// small is how large in bytes a payload may be that lies at DefaultIndex, when it
// could lie elsewhere.
const small = 64 << 10

// defaultIndex returns where a payload of that size lies in a guest without an
// allocator: at DefaultIndex if it is small and the guest's own memory has room
// for it, and else in pages that the guest never had, as far as there are any.
// wasmtube writes whatever fits at 42, over the stack and the data of the guest
// (WT-17), and refuses the rest (WT-10).
func (in *Instance) defaultIndex(size uint64) (index uint32, ok bool) {
	own := uint64(len(in.memory.Bytes()))
	if in.place.size > 0 {
		own = uint64(in.place.pointer)
	}
	if (size > small || DefaultIndex+size+Room > own) && in.extend(size, own) {
		return in.place.pointer, true
	}
	return DefaultIndex, DefaultIndex+size <= own
}

// extend makes the instance's place one of size bytes at least, of pages at the
// end of the memory; of as many bytes as the guest itself has, if that can be had.
// There are guests that read beyond the payload, whose bytes are not the pixels
// that width and height say (WT-05), and there is as much room for a reply then as
// there would be at 42 (WT-11).
func (in *Instance) extend(size, own uint64) bool {
	if size <= uint64(in.place.size) {
		return true
	}
	end := uint64(len(in.memory.Bytes()))
	start := uint64(in.place.pointer)
	if start+uint64(in.place.size) != end || in.place.size == 0 { // the guest grew too
		start = end
	}
	if start > math.MaxUint32 || !in.grow(start+max(size+Room, own)) && !in.grow(start+size) {
		return false
	}
	in.place = place{pointer: uint32(start), size: uint32(uint64(len(in.memory.Bytes())) - start)}
	return true
}

// writePlace writes a payload into the place that the guest's allocator gives.
func (in *Instance) writePlace(ctx context.Context, payload []byte) (uint32, error) {
	need := uint64(len(payload)) + Room
	if need > math.MaxInt32 {
		return 0, in.tooLarge(0, payload)
	}
	if need > uint64(in.place.size) {
		if err := in.allocate(ctx, uint32(need)); err != nil {
			return 0, err
		}
	}
	view, _ := engine.View(in.memory, in.place.pointer, uint32(len(payload))) // memory never shrinks
	copy(view, payload)
	return in.place.pointer, nil
}

// put copies bytes to an index, growing the memory if they do not fit (WT-10).
func (in *Instance) put(index uint32, bytes []byte) error {
	if len(bytes) > math.MaxInt32 {
		return in.tooLarge(index, bytes)
	}
	view, ok := engine.View(in.memory, index, uint32(len(bytes)))
	if !ok {
		if !in.grow(uint64(index) + uint64(len(bytes))) {
			return in.tooLarge(index, bytes)
		}
		view, _ = engine.View(in.memory, index, uint32(len(bytes)))
	}
	copy(view, bytes)
	return nil
}

// grow makes the memory so large, and by Room larger if that can be had.
func (in *Instance) grow(size uint64) bool {
	has := uint64(len(in.memory.Bytes()))
	for _, want := range []uint64{size + Room, size} {
		pages := (want - has + engine.PageSize - 1) / engine.PageSize
		if pages > math.MaxUint16 {
			continue
		}
		if _, ok := in.memory.Grow(uint32(pages)); ok {
			return true
		}
	}
	return false
}

func (in *Instance) tooLarge(index uint32, bytes []byte) error {
	return &SizeError{Size: uint64(len(bytes)), Index: index, Memory: uint64(len(in.memory.Bytes()))}
}

// guestError is the error that a guest answered with: a length below 0, of a
// text.
func (in *Instance) guestError(f *callee, pointer uint32, length int32) error {
	size := uint32(-int64(length))
	view, ok := engine.View(in.memory, pointer, size)
	if !ok {
		return &LengthError{Function: f.Name, Length: int64(length), trap: outside(in.memory, "error text", pointer, size)}
	}
	const most = 64 << 10
	return &GuestError{Text: strings.ToValidUTF8(string(view[:min(len(view), most)]), "\ufffd")}
}

// missing is the error of a function that cannot be called.
func (m *Module) missing(name string) error {
	if t, ok := m.types[name]; ok && t.Kind == engine.KindFunc {
		return &SignatureError{Function: name, Type: t.Func}
	}
	return &MissingError{Function: name, Nearest: spelling.Nearest(name, m.names), Exists: m.names}
}

func outOfRange(f *callee, i int, extra int64) error {
	return &SignatureError{
		Function: f.Name, Type: f.code.Type(), Extra: len(f.Extra), contract: true,
		Reason: fmt.Sprintf("argument %d is %d, which no i32 can be", i+2, extra),
	}
}
