package wapc

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
)

// A fakeGuest is an instance whose memory is a slice in the middle of a larger
// one, so that a write beside it shows.
type fakeGuest struct {
	engine.Instance
	data   any
	around []byte
	size   int
	none   bool // it exports no memory
}

// guard is how many bytes lie before and behind a fakeGuest's memory.
const guard = 64

func newFakeGuest(size int, data any) *fakeGuest {
	around := bytes.Repeat([]byte{0xa5}, size+2*guard)
	clear(around[guard : guard+size])
	return &fakeGuest{data: data, around: around, size: size}
}

func (g *fakeGuest) Data() any { return g.data }

func (g *fakeGuest) Memory(name string) engine.Memory {
	if g.none || name != "memory" {
		return nil
	}
	return fakeMemory{g}
}

type fakeMemory struct{ guest *fakeGuest }

func (m fakeMemory) Bytes() []byte              { return m.guest.around[guard : guard+m.guest.size] }
func (m fakeMemory) Grow(uint32) (uint32, bool) { return 0, false }

// unharmed reports whether nothing beside the memory was written.
func (g *fakeGuest) unharmed() bool {
	want := bytes.Repeat([]byte{0xa5}, guard)
	return bytes.Equal(g.around[:guard], want) && bytes.Equal(g.around[guard+g.size:], want)
}

// newTestInstance returns an instance in a call, for a guest that only exists as
// calls to host functions.
func newTestInstance(config Config) *Instance {
	in := &Instance{module: &Module{config: config}, id: 1}
	in.enter(0)
	c := in.enter(1)
	c.operation, c.payload = "operation", []byte("payload")
	c.response, c.base = append(make([]byte, 0, 32), "kept"...), 4
	return in
}

// allFuncs are the host functions of the contract.
func allFuncs() []engine.HostFunc {
	funcs := append(wapcFuncs(), envFuncs()...)
	return append(funcs, hostCallFunc(6, hostCall6), hostCallFunc(4, hostCall4))
}

// checkLie calls one host function and checks what it may do: nothing beside the
// guest's memory changes, an error is a trap, and a reply is no longer than the
// memory.
func checkLie(t *testing.T, guest *fakeGuest, in *Instance, f engine.HostFunc, stack []uint64) {
	t.Helper()
	err := f.Call(context.Background(), guest, stack)
	if err != nil && engine.AsTrap(err) == nil {
		t.Errorf("%s%x: error %v, want a trap", f.Name, stack, err)
	}
	if !guest.unharmed() {
		t.Fatalf("%s%x: wrote beside the memory", f.Name, stack)
	}
	c := in.current
	if c != in.calls[1] || string(c.response[:4]) != "kept" {
		t.Errorf("%s%x: the call's state is damaged", f.Name, stack)
	}
	if len(c.response)-4 > guest.size || len(c.buffer) > guest.size {
		t.Errorf("%s%x: more bytes than the guest has", f.Name, stack)
	}
}

func TestLies(t *testing.T) {
	for _, none := range []bool{false, true} {
		config := Config{Handler: bus.HandlerFunc(echo), Log: func(context.Context, uint64, string) {}}
		in := newTestInstance(config)
		guest := newFakeGuest(256, in)
		guest.none = none
		lies := []uint32{0, 1, 255, 256, 257, 1 << 31, math.MaxUint32}
		for _, f := range allFuncs() {
			slots := f.Type.Slots()
			for _, ptr := range lies {
				for _, size := range lies {
					stack := make([]uint64, slots)
					for i := range stack {
						stack[i] = uint64([]uint32{ptr, size}[i%2])
					}
					checkLie(t, guest, in, f, stack)
				}
			}
		}
	}
}

func echo(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	if inv.Operation == "fail" {
		return bus.Reply{}, errors.New(inv.Binding)
	}
	return bus.Reply{Payload: inv.Payload}, nil
}

// FuzzLyingGuest has a guest of any memory call host functions in any order with
// any arguments: each call is a byte for the function and 4 bytes per slot.
func FuzzLyingGuest(f *testing.F) {
	word := func(values ...uint32) []byte {
		var out []byte
		for _, v := range values {
			out = binary.LittleEndian.AppendUint32(out, v)
		}
		return out
	}
	f.Add([]byte("memory"), append([]byte{0}, word(0, 3, 1, 2, 0, 0, 0, 6)...))
	f.Add([]byte("\x04\x00\x00\x00a\x00b\x00"), append([]byte{9}, word(4, 4, 1, 2)...))
	f.Add([]byte("fail"), append(append([]byte{0}, word(0, 0, 0, 0, 0, 4, 0, 4)...), append([]byte{8}, word(1)...)...))
	f.Add([]byte("0123456789abcdef"), append([]byte{2}, word(3, 4)...))
	f.Add([]byte{0xff, 0xfe}, append([]byte{4}, word(0, 2)...))
	f.Fuzz(func(t *testing.T, memory, calls []byte) {
		config := Config{Handler: bus.HandlerFunc(echo), Log: func(context.Context, uint64, string) {}}
		in := newTestInstance(config)
		guest := newFakeGuest(len(memory), in)
		copy(guest.around[guard:], memory)
		funcs := allFuncs()
		for len(calls) > 0 {
			fn := funcs[int(calls[0])%len(funcs)]
			calls = calls[1:]
			stack := make([]uint64, fn.Type.Slots())
			for i := range stack {
				if len(calls) < 4 {
					break
				}
				stack[i] = uint64(binary.LittleEndian.Uint32(calls))
				calls = calls[4:]
			}
			checkLie(t, guest, in, fn, stack)
		}
	})
}

func TestForeignCaller(t *testing.T) {
	guest := newFakeGuest(16, "not an instance of this package")
	for _, f := range allFuncs() {
		err := f.Call(context.Background(), guest, make([]uint64, f.Type.Slots()))
		if f.Name != "seed" && !errors.Is(err, errForeign) {
			t.Errorf("%s: error %v", f.Name, err)
		}
	}
}

func TestSlice(t *testing.T) {
	memory := make([]byte, 10)
	for _, test := range []struct {
		ptr  uint64
		size int
		want int // -1: refused
	}{
		{0, 10, 10}, {0, 11, -1}, {10, 0, 0}, {11, 0, 0}, {math.MaxUint32, 0, 0}, {9, 1, 1}, {10, 1, -1},
		{math.MaxUint32, 1, -1}, {math.MaxUint32, math.MaxInt32, -1}, {1, math.MaxInt32, -1}, {0, -1, -1},
		{0xdead_0000_0000_0004, 6, 6}, // an i32 is in the low half
	} {
		view, ok := slice(memory, test.ptr, test.size)
		if ok != (test.want >= 0) || ok && len(view) != test.want {
			t.Errorf("slice(%x, %d): %d bytes, %v", test.ptr, test.size, len(view), ok)
		}
		if cap(view) != len(view) {
			t.Errorf("slice(%x, %d): room for %d", test.ptr, test.size, cap(view))
		}
	}
}

func TestNameTable(t *testing.T) {
	var table nameTable
	long := strings.Repeat("n", maxName+1)
	for _, name := range []string{"", "a", "b", "ab", "größe", long} {
		for range 2 {
			if got, ok := table.lookup([]byte(name)); !ok || got != name {
				t.Errorf("%q: %q, %v", name, got, ok)
			}
		}
	}
	for _, entry := range table {
		if len(entry) > maxName {
			t.Errorf("keeps %d bytes", len(entry))
		}
	}
	if _, ok := table.lookup([]byte("a\xff")); ok {
		t.Error("not UTF-8, and yet a name")
	}
	name := []byte("operation")
	if n := testing.AllocsPerRun(100, func() { table.lookup(name) }); n != 0 {
		t.Errorf("%v allocations for a known name", n)
	}
}

func TestDecodeUTF16(t *testing.T) {
	for _, test := range []struct {
		name, bytes, want string
	}{
		{"empty", "", ""},
		{"text", "a\x00\xe9\x00\xac\x20", "aé€"},
		{"odd", "a\x00b", "a"},
		{"long", strings.Repeat("a\x00", maxText), strings.Repeat("a", maxText/2) + "…"},
	} {
		if got := decodeUTF16([]byte(test.bytes)); got != test.want {
			t.Errorf("%s: %q", test.name, got)
		}
	}
}

// TestKeptBuffers: a call lets go of what others own and of large buffers.
func TestKeptBuffers(t *testing.T) {
	in := newTestInstance(Config{})
	c := in.current
	c.buffer = make([]byte, keepBuffer+1)
	c.invocation.Payload, c.hostResponse, c.hostError = c.buffer, c.buffer, "text"
	c.guestError, c.failed, c.responded, c.asked = "text", true, true, true
	c.invocation.Binding = strings.Repeat("b", 3*maxName+1)
	c.reset()
	if c.buffer != nil {
		t.Error("a large buffer is kept")
	}
	if c.invocation.Binding != "" {
		t.Error("a long name is kept")
	}
	c.buffer, c.asked = make([]byte, keepBuffer), true
	c.reset()
	if cap(c.buffer) != keepBuffer {
		t.Error("a small buffer is not kept")
	}
	held := len(c.payload) + len(c.operation) + len(c.response) + len(c.hostResponse) + len(c.invocation.Payload)
	if held != 0 || c.failed || c.responded || c.guestError+c.hostError != "" {
		t.Errorf("%+v", c)
	}
}
