package plugin_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
)

// FuzzPlugin loads whatever it is given, calls it, and wants an error or an
// answer, in time.
func FuzzPlugin(f *testing.F) {
	for _, name := range []string{"echo4m.wasm", "greet-c.wasm", "historic-4.wasm", "inits.wasm", "exits.wasm"} {
		f.Add(guestBinary(f, name))
	}
	f.Add(guestBinary(f, "blur.wasm"))
	f.Add(tubeBinary(f, "allocator.wasm"))
	f.Add(sketched(trapping))
	f.Add(importing("wapc", "__host_response"))
	hosts := newHosts(f)
	f.Fuzz(func(t *testing.T, binary []byte) {
		start := time.Now()
		defer func() {
			if took := time.Since(start); took > time.Minute {
				t.Errorf("%v for three calls of 100ms", took)
			}
		}()
		p, err := plugin.New(t.Context(), hosts, binary, plugin.Options{
			Name:    "fuzz",
			Handler: bus.HandlerFunc(repeat),
			Limits:  engine.Limits{ModuleSize: 1 << 20, MemoryBytes: 8 << 20, Timeout: 100 * time.Millisecond},
			Pool:    plugin.Pool{Size: 1},
			Logger:  slog.New(slog.DiscardHandler),
		})
		if err != nil {
			return
		}
		for _, operation := range []string{"echo", "", "hostecho"} {
			_, err := p.Call(t.Context(), operation, []byte("payload"))
			waited := errors.Is(err, context.DeadlineExceeded) // for another instance, after a trap
			if err != nil && engine.AsTrap(err) == nil && !answered(err) && !waited {
				t.Errorf("%s: neither the guest's error nor a trap: %v", operation, err)
			}
		}
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// answered reports whether err is an answer of the guest, or is about how it was
// called.
func answered(err error) bool {
	var wapcGuest *wapc.GuestError
	var tubeGuest *tube.GuestError
	var missing *tube.MissingError
	var signature *tube.SignatureError
	var length *tube.LengthError
	var size *tube.SizeError
	var alloc *tube.AllocError
	return errors.As(err, &wapcGuest) || errors.As(err, &tubeGuest) || errors.As(err, &missing) || errors.As(err, &signature) ||
		errors.As(err, &length) || errors.As(err, &size) || errors.As(err, &alloc)
}
