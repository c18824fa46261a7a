package engine

import "fmt"

// HostBytes counts what one call of a guest passes to host functions and gets
// from them against [Limits].HostBytes. It is for contracts: they keep one with
// each call, and move payloads only after Move. The zero value allows nothing. It
// belongs to the goroutine of the call.
type HostBytes struct{ most, left uint64 }

// Begin begins a call, which may move so many bytes.
func (h *HostBytes) Begin(most uint64) { h.most, h.left = most, most }

// Move counts bytes that are about to be copied. It returns a trap of kind
// [OutOfHostBytes], with which the host function ends the call, when the call
// has moved too many with them.
func (h *HostBytes) Move(bytes uint64) *Trap {
	if bytes > h.left {
		return h.spent()
	}
	h.left -= bytes
	return nil
}

func (h *HostBytes) spent() *Trap {
	h.left = 0
	return &Trap{
		Kind: OutOfHostBytes,
		Text: fmt.Sprintf("more than %d bytes went through host calls", h.most),
	}
}
