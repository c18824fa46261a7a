package wapc

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"unicode/utf16"

	"github.com/patchbay-go/patchbay/engine"
)

// maxText is how many bytes of an AssemblyScript string become part of an error
// or a log line.
const maxText = 64 << 10

// abort is env.abort(message, file, line, column): it ends the guest's call with
// what the guest says of it (WP-76).
func abort(_ context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	memory := in.bytes(caller)
	text := "guest aborted"
	if message := stringAt(memory, stack[0]); message != "" {
		text += ": " + message
	}
	if file := stringAt(memory, stack[1]); file != "" {
		text += fmt.Sprintf(" at %s:%d:%d", file, uint32(stack[2]), uint32(stack[3]))
	}
	return &engine.Trap{Kind: engine.Unreachable, Text: text}
}

// trace5 is env.trace(message, n, a0, … a4): a line for the log with the first n
// numbers.
func trace5(ctx context.Context, caller engine.Instance, stack []uint64) error {
	in, ok := caller.Data().(*Instance)
	if !ok {
		return errForeign
	}
	log := in.module.config.Log
	if log == nil {
		return nil
	}
	var line strings.Builder
	line.WriteString("trace: " + stringAt(in.bytes(caller), stack[0]))
	if trap := in.current.moved.Move(uint64(line.Len())); trap != nil {
		return trap
	}
	separator := " "
	for _, bits := range stack[2 : 2+min(uint32(stack[1]), 5)] {
		line.WriteString(separator + strconv.FormatFloat(math.Float64frombits(bits), 'g', -1, 64))
		separator = ", "
	}
	log(ctx, in.id, line.String())
	return nil
}

// seed is env.seed(): a number to start the guest's random generator with.
func seed(_ context.Context, _ engine.Instance, stack []uint64) error {
	stack[0] = math.Float64bits(rand.Float64() * (1 << 53))
	return nil
}

// stringAt returns the AssemblyScript string at ptr: UTF-16, its length in bytes
// in the four bytes before it. It returns "" for null and for what is not within
// the memory: a guest that aborts may be in any state.
func stringAt(memory []byte, ptr uint64) string {
	at := uint32(ptr)
	if at < 4 {
		return ""
	}
	header, ok := slice(memory, uint64(at-4), 4)
	if !ok {
		return ""
	}
	size := binary.LittleEndian.Uint32(header)
	view, ok := slice(memory, uint64(at), int(size))
	if !ok {
		return ""
	}
	return decodeUTF16(view)
}

// decodeUTF16 returns little-endian UTF-16 as UTF-8; half pairs become U+FFFD.
// Long texts are cut.
func decodeUTF16(bytes []byte) string {
	cut := ""
	if len(bytes) > maxText {
		bytes, cut = bytes[:maxText], "…"
	}
	units := make([]uint16, len(bytes)/2)
	for i := range units {
		units[i] = binary.LittleEndian.Uint16(bytes[2*i:])
	}
	return string(utf16.Decode(units)) + cut
}
