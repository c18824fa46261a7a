package wapc_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc/msgpack"
)

// wapcRS returns a guest of the checkout of wapc-rs that PATCHBAY_WAPC_RS names.
func wapcRS(t *testing.T, path string) string {
	t.Helper()
	root := os.Getenv("PATCHBAY_WAPC_RS")
	if root == "" {
		t.Skip("not run: PATCHBAY_WAPC_RS names no checkout of github.com/wapc/wapc-rs")
	}
	return filepath.Join(root, "wasm", filepath.FromSlash(path))
}

// TestWapcRS runs the guests that the repository of wapc-rs ships, unmodified
// (A.7): each twice, because a guest stays usable.
func TestWapcRS(t *testing.T) {
	const echoed = "\xaesome text here" // MessagePack
	hello := []string{"myBinding|sample|hello|Simon"}
	pong := []string{"binding|sample:namespace|pong|some payload"}
	for _, test := range []struct {
		path, operation, payload string
		want                     string
		calls                    []string
	}{
		{"crates/wasm-basic/build/wasm_basic.wasm", "ping", "some payload", "some payload", pong},
		{"crates/wapc-guest-test/build/wapc_guest_test.wasm", "echo", echoed, echoed, nil},
		{"crates/wapc-guest-test/output.wasm", "echo", echoed, echoed, nil},
		{"hello_as.wasm", "hello", "this is a test", "Hello", hello},
		{"hello_zig.wasm", "hello", "this is a test", "Hello, this is a test!", hello},
	} {
		t.Run(test.path, func(t *testing.T) {
			r := newRig(t)
			var calls []string
			guest, err := r.startFile(wapcRS(t, test.path), records(&calls, ""), engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				calls, r.log = nil, nil
				reply, err := guest.Call(context.Background(), test.operation, []byte(test.payload))
				if err != nil || string(reply) != test.want {
					t.Errorf("%q, %v, want %q", reply, err, test.want)
				}
				if diff := cmp.Diff(test.calls, calls); diff != "" {
					t.Error(diff)
				}
			}
			if strings.HasSuffix(test.path, "wasm_basic.wasm") && len(r.log) != 1 {
				t.Errorf("log %q, want a line", r.log)
			}
		})
	}
}

// TestWapcRSHashes runs the two guests that upstream swaps (A.7): the same
// request, another hash.
func TestWapcRSHashes(t *testing.T) {
	request, err := hex.DecodeString("81aa66697273745f6e616d65a84a6f686e20446f65")
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]uint64{
		"crates/wasm-calc-hash/module1/build/module1_hash.wasm": 0xed5947109705f55a,
		"crates/wasm-calc-hash/module2/build/module2_hash.wasm": 42,
	} {
		t.Run(filepath.Base(path), func(t *testing.T) {
			r := newRig(t)
			var calls []string
			guest, err := r.startFile(wapcRS(t, path), records(&calls, ""), engine.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			reply, err := guest.Call(context.Background(), "serdes_example", request)
			if err != nil {
				t.Fatal(err)
			}
			type person struct {
				FirstName string `msgpack:"first_name"`
				Hash      uint64 `msgpack:"hash"`
			}
			var got person
			if err := msgpack.Unmarshal(reply, &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(person{"John Doe", want}, got); diff != "" {
				t.Error(diff)
			}
			// Ours writes the same bytes.
			if again, err := msgpack.Marshal(got); err != nil || !bytes.Equal(again, reply) {
				t.Errorf("%x, %v, want %x", again, err, reply)
			}
			if diff := cmp.Diff([]string{"binding|sample:namespace|serdes_and_hash|" + string(reply)}, calls); diff != "" {
				t.Error(diff)
			}
			if len(r.log) != 1 {
				t.Errorf("log %q, want one line", r.log)
			}
		})
	}
}

// TestWapcRSWithWASI runs those of the guests that import from WASI.
func TestWapcRSWithWASI(t *testing.T) {
	ctx := context.Background()
	for _, test := range []struct {
		path, operation, payload string
		want, call, out          string
	}{
		{"crates/wasi-basic/build/wasi_basic.wasm", "ping", "some payload", "some payload",
			"binding|sample:namespace|pong|some payload",
			"IN_WASI: Received request for `ping` operation with payload : some payload\n"},
		{"hello_tinygo.wasm", "hello", "this is a test", "Hello", "myBinding|sample|hello|Simon", ""},
	} {
		t.Run(test.path, func(t *testing.T) {
			var calls []string
			var out bytes.Buffer
			guest := newRig(t).startWASI(wapcRS(t, test.path), records(&calls, ""), engine.Limits{}, &out)
			for range 2 {
				calls = nil
				out.Reset()
				reply, err := guest.Call(ctx, test.operation, []byte(test.payload))
				if err != nil || string(reply) != test.want {
					t.Errorf("%q, %v, want %q", reply, err, test.want)
				}
				if diff := cmp.Diff([]string{test.call}, calls); diff != "" {
					t.Error(diff)
				}
				if out.String() != test.out {
					t.Errorf("printed %q, want %q", &out, test.out)
				}
			}
		})
	}
	t.Run("WP-66 crates/wapc-guest-timeout/build/wapc_guest_timeout.wasm", func(t *testing.T) {
		path := wapcRS(t, "crates/wapc-guest-timeout/build/wapc_guest_timeout.wasm")
		limits := engine.Limits{Timeout: 1500 * time.Millisecond}
		guest := newRig(t).startWASI(path, nil, limits, io.Discard)
		reply, err := guest.Call(ctx, "sleep", []byte("1"))
		if want := "slept for 1 seconds"; err != nil || string(reply) != want {
			t.Errorf("%q, %v, want %q", reply, err, want)
		}
		begin := time.Now()
		_, err = guest.Call(ctx, "sleep", []byte("10"))
		wantTrap(t, err, engine.Deadline, "deadline of 1.5s exceeded: "+deadlineWords)
		if took := time.Since(begin); took > 5*time.Second {
			t.Errorf("the sleeper was stopped after %v", took)
		}
	})
}
