// Package hold gives the host memory of the guest's, and keeps the collector
// from it until the guest has taken over what is there.
package hold

import "unsafe"

var held []unsafe.Pointer

// Realloc is the canonical ABI's realloc. What needs the alignment of a pointer
// may have pointers in it, and is of pointers for the collector.
//
//go:wasmexport cabi_realloc
func Realloc(old unsafe.Pointer, oldSize, align, newSize uint32) unsafe.Pointer {
	if newSize == 0 {
		return unsafe.Pointer(uintptr(align))
	}
	var start unsafe.Pointer
	if align < 4 {
		start = unsafe.Pointer(unsafe.SliceData(make([]byte, newSize)))
	} else {
		start = unsafe.Pointer(unsafe.SliceData(make([]unsafe.Pointer, (newSize+3)/4)))
	}
	held = append(held, start)
	copy(unsafe.Slice((*byte)(start), newSize), unsafe.Slice((*byte)(old), oldSize))
	return start
}

// Taken is called at the start of a call, when its arguments are Go values that
// keep their memory.
func Taken() {
	clear(held)
	held = held[:0]
}
