package wapc_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// wantTrap checks that err is a trap of that kind whose text has every one of
// the given parts.
func wantTrap(t *testing.T, err error, kind engine.TrapKind, parts ...string) {
	t.Helper()
	trap := engine.AsTrap(err)
	if trap == nil {
		t.Fatalf("error %v, want a trap of kind %v", err, kind)
	}
	if trap.Kind != kind {
		t.Errorf("trap of kind %v (%v), want %v", trap.Kind, err, kind)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("error %q does not say %q", err, part)
		}
	}
}

// wantGuestError checks that err is the guest's own and has that text.
func wantGuestError(t *testing.T, err error, text string) {
	t.Helper()
	var guest *wapc.GuestError
	if !errors.As(err, &guest) {
		t.Fatalf("error %v, want a guest error", err)
	}
	if guest.Text != text {
		t.Errorf("guest error %q, want %q", guest.Text, text)
	}
}

// TestOutcomes is table A.4.1, the column of wapc-rs, except that success with
// nothing set is an empty reply.
func TestOutcomes(t *testing.T) {
	const none = "-"
	for _, test := range []struct {
		name            string
		result          uint32
		response, error string
		want, wantError string
	}{
		{"1 with a reply", 1, "reply", none, "reply", none},
		{"1 with an empty reply", 1, "", none, "", none},
		{"1 with both", 1, "reply", "text", "reply", none},
		{"1 with an error", 1, none, "text", "", "text"},
		{"1 with an empty error", 1, none, "", "", ""},
		{"1 with nothing", 1, none, none, "", none},
		{"0 with a reply", 0, "reply", none, "", ""},
		{"0 with both", 0, "reply", "text", "", "text"},
		{"0 with an error", 0, none, "téxt", "", "téxt"},
		{"0 with nothing", 0, none, none, "", ""},
		{"2 with a reply", 2, "reply", none, "reply", none},
		{"-1 with a reply", 0xffffffff, "reply", none, "reply", none},
		{"2 with an error", 2, none, "text", "", "text"},
		{"2 with nothing", 2, none, none, "", none},
	} {
		t.Run("WP-23 "+test.name, func(t *testing.T) {
			guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
			var s script
			if test.error != none {
				s.on(stepError, test.error)
			}
			if test.response != none {
				s.on(stepResponse, test.response)
			}
			reply, err := s.do(stepReturn, test.result).run(guest)
			if reply != test.want {
				t.Errorf("reply %q, want %q", reply, test.want)
			}
			if test.wantError == none {
				if err != nil {
					t.Errorf("error %v", err)
				}
				return
			}
			wantGuestError(t, err, test.wantError)
		})
	}
}

func TestGuestErrorText(t *testing.T) {
	for _, test := range []struct {
		err  wapc.GuestError
		want string
	}{
		{wapc.GuestError{Text: "no such thing"}, "guest error: no such thing"},
		{wapc.GuestError{}, "the guest reports failure and set no error text"},
	} {
		if got := test.err.Error(); got != test.want {
			t.Errorf("%q, want %q", got, test.want)
		}
	}
}

func TestCall(t *testing.T) {
	ctx := context.Background()
	r := newRig(t)
	guest := r.start("puppet.wasm", nil, engine.Limits{})
	echo := r.start("echo.wasm", nil, engine.Limits{})

	t.Run("WP-20 empty operation and payload", func(t *testing.T) {
		reply, err := echo.Call(ctx, "", nil)
		if err != nil || len(reply) != 0 {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-20 the operation arrives", func(t *testing.T) {
		reply, err := guest.Call(ctx, "opération", new(script).answer(operationAt, 10).payload())
		if err != nil || string(reply) != "opération" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-21 the operation is written last", func(t *testing.T) {
		var s script
		s.do(stepRequest, scratch, scratch).answer(scratch, 8)
		reply, err := s.run(guest)
		want := "run" + string(s.payload()[3:8])
		if err != nil || reply != want {
			t.Errorf("%q, %v, want %q", reply, err, want)
		}
	})
	t.Run("WP-21 zero bytes anywhere", func(t *testing.T) {
		for _, ptr := range []uint32{0, 1, memoryEnd, memoryEnd + 1, 0xffffffff} {
			s := do(stepError, ptr, 0).do(stepLog, ptr, 0).
				do(stepHostCall, ptr, 0, ptr, 0, ptr, 0, ptr, 0).
				do(stepHostResponse, ptr)
			reply, err := s.answer(ptr, 0).run(guest)
			if err != nil || reply != "" {
				t.Errorf("at 0x%x: %q, %v", ptr, reply, err)
			}
		}
	})
	t.Run("WP-24 the last reply counts", func(t *testing.T) {
		s := new(script).on(stepResponse, "a long first reply").on(stepResponse, "second")
		reply, err := s.do(stepReturn, 1).run(guest)
		if err != nil || reply != "second" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-24 the last error counts", func(t *testing.T) {
		s := new(script).on(stepError, "first").on(stepError, "second").on(stepResponse, "reply")
		_, err := s.do(stepReturn, 0).run(guest)
		wantGuestError(t, err, "second")
	})
	t.Run("WP-25 the reply is copied when it is handed over", func(t *testing.T) {
		s := new(script).on(stepResponse, "before")
		reply, err := s.do(stepStore, dataAt, 0x21212121).do(stepReturn, 1).run(guest)
		if err != nil || reply != "before" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-26 memory persists after failure", func(t *testing.T) {
		count := func() uint32 {
			reply, err := do(stepCount, scratch).answer(scratch, 4).run(guest)
			if err != nil {
				t.Fatal(err)
			}
			return words(reply)[0]
		}
		before := count()
		if _, err := do(stepReturn, 0).run(guest); err == nil {
			t.Error("0 is no error")
		}
		if after := count(); after != before+1 {
			t.Errorf("count %d after %d", after, before)
		}
	})
	t.Run("WP-30 memory size", func(t *testing.T) {
		if size := guest.MemorySize(); size != 65536 {
			t.Errorf("%d bytes, want 65536", size)
		}
	})
	t.Run("same request many times", func(t *testing.T) {
		var s script
		s.do(stepRequest, operationAt, stepsAt).do(stepResponse, 0, 1).
			do(stepRequest, scratch, scratch+16).answer(scratch, 3)
		reply, err := s.run(guest)
		if err != nil || reply != "run" {
			t.Errorf("%q, %v", reply, err)
		}
	})
}

func TestCallAppend(t *testing.T) {
	ctx := context.Background()
	r := newRig(t)
	guest := r.start("puppet.wasm", nil, engine.Limits{})
	t.Run("appends", func(t *testing.T) {
		dst := append(make([]byte, 0, 64), "kept:"...)
		s := new(script).on(stepResponse, "first, long").on(stepResponse, "reply").do(stepReturn, 1)
		reply, err := guest.CallAppend(ctx, dst, "run", s.payload())
		if err != nil || string(reply) != "kept:reply" {
			t.Errorf("%q, %v", reply, err)
		}
		if &reply[0] != &dst[0] {
			t.Error("there was room, and yet it moved")
		}
	})
	t.Run("grows", func(t *testing.T) {
		long := strings.Repeat("0123456789", 1000)
		s := new(script).on(stepResponse, long).do(stepReturn, 1)
		reply, err := guest.CallAppend(ctx, []byte("kept:"), "run", s.payload())
		if err != nil || string(reply) != "kept:"+long {
			t.Errorf("%d bytes, %v", len(reply), err)
		}
	})
	t.Run("failure returns dst", func(t *testing.T) {
		dst := append(make([]byte, 0, 64), "kept"...)
		s := new(script).on(stepResponse, "reply").do(stepReturn, 0)
		reply, err := guest.CallAppend(ctx, dst, "run", s.payload())
		if err == nil || string(reply) != "kept" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("success without a reply returns dst", func(t *testing.T) {
		reply, err := guest.CallAppend(ctx, []byte("kept"), "run", nil)
		if err != nil || string(reply) != "kept" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("large payloads", func(t *testing.T) {
		echo := r.start("echo.wasm", nil, engine.Limits{})
		payload := bytes.Repeat([]byte("payload!"), 1<<17)
		reply, err := echo.CallAppend(ctx, nil, "echo", payload)
		if err != nil || !bytes.Equal(reply, payload) {
			t.Errorf("%d bytes, %v", len(reply), err)
		}
	})
}

func TestTraps(t *testing.T) {
	outside := func(s *script, parts ...string) func(t *testing.T) {
		return func(t *testing.T) {
			guest := newRig(t).start("puppet.wasm", echoes, engine.Limits{})
			_, err := s.run(guest)
			wantTrap(t, err, engine.MemoryBounds, parts...)
		}
	}
	t.Run("WP-22 request, payload", outside(do(stepRequest, 0, memoryEnd-100),
		"__guest_request: payload", "0xff9c", "not within the guest's memory of 65536 bytes"))
	t.Run("WP-22 request, operation", outside(do(stepRequest, memoryEnd-2, 8192),
		"__guest_request: operation: 3 bytes at 0xfffe"))
	t.Run("WP-22 pointer near the end of the address space",
		outside(do(stepRequest, 0xffffffff, 8192), "0xffffffff"))
	t.Run("WP-47 response", outside(do(stepResponse, memoryEnd-1, 2), "__guest_response: reply"))
	t.Run("WP-47 response, overflow", outside(do(stepResponse, 0xffffffff, 0xffffffff), "__guest_response"))
	t.Run("WP-47 response, from 0", outside(do(stepResponse, 0, 0xffffffff), "4294967295 bytes"))
	t.Run("WP-47 error", outside(do(stepError, memoryEnd, 1), "__guest_error: text"))
	t.Run("WP-47 log", outside(do(stepLog, memoryEnd, 1), "__console_log: text"))
	t.Run("WP-47 log through env", outside(do(stepLog, memoryEnd, 1, 1), "__console_log: text"))
	for i, name := range []string{"binding", "namespace", "operation", "payload"} {
		args := make([]uint32, 8)
		args[2*i], args[2*i+1] = memoryEnd-3, 4
		t.Run("WP-47 host call, "+name, outside(do(stepHostCall, args...), "__host_call: "+name))
	}
	response := new(script).call("", "", "", "reply").do(stepHostResponse, memoryEnd-4)
	t.Run("WP-47 host response", outside(response, "__host_response: response: 5 bytes"))
	t.Run("WP-47 host error", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		_, err := new(script).call("", "", "", "").do(stepHostError, memoryEnd-4).run(guest)
		wantTrap(t, err, engine.MemoryBounds, "__host_error: text")
	})
	t.Run("WP-27 the guest's own text is kept", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		_, err := new(script).on(stepError, "index out of range; a.ts (12,3)").do(stepTrap).run(guest)
		wantTrap(t, err, engine.Unreachable, "unreachable", "index out of range; a.ts (12,3)", "do")
		var trapped *wapc.TrapError
		if !errors.As(err, &trapped) || trapped.Text != "index out of range; a.ts (12,3)" {
			t.Errorf("error %#v", err)
		}
	})
	t.Run("WP-27 no text without one", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", nil, engine.Limits{})
		if _, err := new(script).on(stepError, "of the call before").do(stepReturn, 0).run(guest); err == nil {
			t.Fatal("no error")
		}
		_, err := do(stepTrap).run(guest)
		wantTrap(t, err, engine.Unreachable)
		if strings.Contains(err.Error(), "said") {
			t.Errorf("error %q", err)
		}
	})
}

func TestNotText(t *testing.T) {
	const bad = "abc\xff"
	for _, test := range []struct {
		name, part string
		script     *script
	}{
		{"guest error", "__guest_error: text is not UTF-8 at byte 3", new(script).on(stepError, bad)},
		{"log", "__console_log: text is not UTF-8", new(script).on(stepLog, bad)},
		{"binding", "__host_call: binding is not UTF-8", new(script).call(bad, "", "", "")},
		{"namespace", "__host_call: namespace is not UTF-8", new(script).call("", bad, "", "")},
		{"operation", "__host_call: operation is not UTF-8", new(script).call("", "", "\xed\xa0\x80", "")},
	} {
		t.Run("WP-46 "+test.name, func(t *testing.T) {
			guest := newRig(t).start("puppet.wasm", echoes, engine.Limits{})
			_, err := test.script.do(stepReturn, 1).run(guest)
			wantTrap(t, err, engine.Unreachable, test.part)
		})
	}
	t.Run("WP-46 payloads are any bytes", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", echoes, engine.Limits{})
		s := new(script).call("", "", "", bad).do(stepHostResponse, scratch).answer(scratch, 4)
		if reply, err := s.run(guest); err != nil || reply != bad {
			t.Errorf("%q, %v", reply, err)
		}
	})
}

func TestClose(t *testing.T) {
	ctx := context.Background()
	t.Run("WP-29 calls after Close", func(t *testing.T) {
		guest, err := newRig(t).link("echo.wasm", nil, engine.Limits{}).Instantiate(ctx, 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := guest.Close(ctx); err != nil {
				t.Error(err)
			}
		}
		if _, err := guest.Call(ctx, "echo", nil); !errors.Is(err, wapc.ErrClosed) {
			t.Errorf("error %v, want ErrClosed", err)
		}
		if size := guest.MemorySize(); size != 0 {
			t.Errorf("%d bytes of memory", size)
		}
	})
	t.Run("from within a call", func(t *testing.T) {
		var guest *wapc.Instance
		var closing error
		handler := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			closing = guest.Close(ctx)
			return bus.Reply{}, nil
		})
		guest = newRig(t).start("echo.wasm", handler, engine.Limits{})
		reply, err := guest.Call(ctx, "1", []byte("reply"))
		if err != nil || string(reply) != "reply" {
			t.Errorf("%q, %v", reply, err)
		}
		if !errors.Is(closing, wapc.ErrBusy) {
			t.Errorf("closing: %v, want ErrBusy", closing)
		}
	})
}
