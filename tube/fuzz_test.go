package tube_test

import (
	"context"
	"encoding/binary"
	"errors"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
)

// FuzzLyingGuest plays a guest that says whatever it likes of lengths, pointers
// and places: each call ends in a reply that is within its memory or in an error
// of a type that is known.
func FuzzLyingGuest(f *testing.F) {
	f.Add([]byte("\x00\xff\xff\xff\xff"))                         // a length
	f.Add(append([]byte{1}, long(1<<31, -5)...))                  // a pointer and a length
	f.Add([]byte("\x02\xff\xff\x00\x00\x03\x05\x00\x00\x00"))     // a place, and a payload for it
	f.Add([]byte("\x02\x00\x00\x00\x80\x03\xff\xff\xff\xff\x04")) // the same, far away
	eng := newEngine(f)
	limits := engine.Limits{MemoryBytes: 8 * engine.PageSize, Timeout: 100 * time.Millisecond}
	module, err := tube.Link(compile(f, eng, "allocator.wasm", limits), tube.Config{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, steps []byte) {
		ctx := context.Background()
		in, err := module.Instantiate(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := in.Close(ctx); err != nil {
				t.Error(err)
			}
		}()
		for n := 0; len(steps) > 0 && n < 32; n++ {
			var request tube.Request
			request, steps = step(steps)
			reply, err := in.CallWith(ctx, nil, &request)
			if err == nil && uint64(len(reply)) > in.MemorySize() {
				t.Errorf("%+v: %d bytes from a memory of %d", request, len(reply), in.MemorySize())
			}
			if err != nil && !known(err) {
				t.Errorf("%+v: %v", request, err)
			}
			if engine.AsTrap(err) != nil {
				return // as the pool does
			}
		}
	})
}

// step reads one call: which function, and a number that is its payload, the
// size of it, or its index.
func step(steps []byte) (tube.Request, []byte) {
	functions := []string{"say", "say_long", "answer", "echo", "echo", "elsewhere", "refuse", "where"}
	kind := int(steps[0]) % len(functions)
	var argument [8]byte
	n := copy(argument[:], steps[1:])
	if kind != 1 {
		n = min(n, 4)
	}
	request, number := tube.Request{Function: functions[kind]}, binary.LittleEndian.Uint32(argument[:])
	switch kind {
	case 0, 2:
		request.Payload = argument[:4]
	case 1:
		request.Payload = argument[:]
	case 4:
		request.Payload, request.Index = []byte("payload"), number
	default:
		request.Payload = make([]byte, number%(10*engine.PageSize))
	}
	return request, steps[1+n:]
}

func known(err error) bool {
	var length *tube.LengthError
	var alloc *tube.AllocError
	var size *tube.SizeError
	var answer *tube.GuestError
	return engine.AsTrap(err) != nil || errors.As(err, &length) || errors.As(err, &alloc) || errors.As(err, &size) || errors.As(err, &answer)
}
