package wapc

import (
	"fmt"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/engine"
)

// memoryName is the name under which guests export their memory.
const memoryName = "memory"

// bytes returns the guest's memory as it is now, nil if it exports none. The
// first request finds the memory: a start function calls the host before the
// instance is known (WP-13).
func (in *Instance) bytes(caller engine.Instance) []byte {
	if in.memory == nil {
		in.memory = caller.Memory(memoryName)
		if in.memory == nil {
			return nil
		}
	}
	return in.memory.Bytes()
}

// slice returns size bytes of memory from ptr on, an i32 in a slot, or false if
// they are not all within it. Zero bytes are legal anywhere (WP-21).
func slice(memory []byte, ptr uint64, size int) ([]byte, bool) {
	start := uint64(uint32(ptr))
	if size <= 0 {
		return nil, size == 0
	}
	end := start + uint64(size)
	if end > uint64(len(memory)) {
		return nil, false
	}
	return memory[start:end:end], true
}

// outside is the trap of a guest that named bytes which are not in its memory
// (WP-22, WP-47).
func (in *Instance) outside(function, argument string, ptr, size uint64) error {
	text := fmt.Sprintf("%s: %s: %d bytes at 0x%x", function, argument, uint32(size), uint32(ptr))
	if in.memory == nil {
		text += `, but the guest exports no memory named "memory"`
	} else {
		text += fmt.Sprintf(" are not within the guest's memory of %d bytes", len(in.memory.Bytes()))
	}
	return &engine.Trap{Kind: engine.MemoryBounds, Text: text}
}

// notText is the trap of a guest that gave bytes for text which are not UTF-8
// (WP-46). It is the guest's own fault, but no kind of trap says which; the text
// does.
func notText(function, argument string, bytes []byte) error {
	text := fmt.Sprintf("%s: %s is not UTF-8 at byte %d", function, argument, invalidAt(bytes))
	return &engine.Trap{Kind: engine.Unreachable, Text: text}
}

// invalidAt returns the offset of the first byte that is not UTF-8.
func invalidAt(bytes []byte) int {
	offset := 0
	for offset < len(bytes) {
		r, size := utf8.DecodeRune(bytes[offset:])
		if r == utf8.RuneError && size <= 1 {
			break
		}
		offset += size
	}
	return offset
}
