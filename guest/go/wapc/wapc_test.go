//go:build !wasm && !tinygo.wasm

package wapc_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/guest/go/wapc"
	"github.com/patchbay-go/patchbay/guest/go/wapctest"
)

func TestCallAnswers(t *testing.T) {
	host := wapctest.New(t)
	wapc.Register("upper", func(payload []byte) ([]byte, error) { return bytes.ToUpper(payload), nil })
	wapc.Register("same", func(payload []byte) ([]byte, error) { return payload, nil })
	wapc.Register("none", func([]byte) ([]byte, error) { return nil, nil })
	wapc.Register("fail", func(payload []byte) ([]byte, error) { return nil, errors.New(string(payload)) })
	wapc.Register("", func([]byte) ([]byte, error) { return []byte("no name"), nil })
	wapc.Register("twice", func([]byte) ([]byte, error) { return []byte("first"), nil })
	wapc.Register("twice", func([]byte) ([]byte, error) { return []byte("second"), nil })

	big := strings.Repeat("patch", 1<<18)
	tests := []struct{ operation, payload, reply, err string }{
		{"upper", "ada", "ADA", ""},
		{"same", "", "", ""},
		{"same", big, big, ""},
		{"none", "x", "", ""},
		{"fail", "why not", "", "why not"},
		{"fail", "", "", ""},
		{"", "x", "no name", ""},
		{"twice", "", "second", ""},
		{"Upper", "", "", `Could not find function "Upper"`},
		{"na\xffme", "", "", "Could not find function \"na\xffme\""},
	}
	for _, test := range tests {
		reply, err := host.Call(test.operation, []byte(test.payload))
		var text wapctest.GuestError
		if failed := errors.As(err, &text); failed != (test.err != "" || test.operation == "fail") {
			t.Errorf("Call(%q): error %v", test.operation, err)
		}
		if string(reply) != test.reply || string(text) != test.err {
			t.Errorf("Call(%q) = %.40q, error %q; want %.40q, error %q", test.operation, reply, text, test.reply, test.err)
		}
	}
}

func TestHostCallAnswers(t *testing.T) {
	host := wapctest.New(t)
	host.Handle("b", "n", "double", func(payload []byte) ([]byte, error) { return append(payload, payload...), nil })
	host.Handle("", "", "", func([]byte) ([]byte, error) { return nil, nil })
	host.Handle("b", "n", "fail", func([]byte) ([]byte, error) { return nil, errors.New("not today") })
	host.Handle("b", "n", "silent", func([]byte) ([]byte, error) { return nil, errors.New("") })

	tests := []struct{ binding, namespace, operation, payload, reply, err string }{
		{"b", "n", "double", "ab", "abab", ""},
		{"b", "n", "double", "", "", ""},
		{"", "", "", "x", "", ""},
		{"b", "n", "fail", "x", "", "host: not today"},
		{"b", "n", "silent", "x", "", "host: "},
		{"b", "n", "other", "x", "", "host: no handler for b/n/other"},
	}
	for _, test := range tests {
		wapc.Register("ask", func(payload []byte) ([]byte, error) {
			return wapc.HostCall(test.binding, test.namespace, test.operation, payload)
		})
		reply, err := host.Call("ask", []byte(test.payload))
		if got := text(err); string(reply) != test.reply || got != test.err {
			t.Errorf("%s/%s/%s: %q, error %q; want %q, error %q",
				test.binding, test.namespace, test.operation, reply, got, test.reply, test.err)
		}
	}
	if calls := host.Calls(); len(calls) != len(tests) || calls[0].Operation != "double" || string(calls[0].Payload) != "ab" {
		t.Errorf("Calls() = %+v", calls)
	}
}

func TestHostErrorCanBeFound(t *testing.T) {
	host := wapctest.New(t)
	var got *wapc.HostError
	wapc.Register("ask", func([]byte) ([]byte, error) {
		reply, err := wapc.HostCall("b", "n", "o", nil)
		if reply != nil || !errors.As(err, &got) {
			t.Errorf("HostCall = %v, %v; want no reply and a *HostError", reply, err)
		}
		return nil, nil
	})
	if _, err := host.Call("ask", nil); err != nil {
		t.Fatal(err)
	}
	if got == nil || got.Text != "no handler for b/n/o" {
		t.Errorf("the host's text is %+v", got)
	}
}

func TestReplyOfTheHostIsNotNil(t *testing.T) {
	host := wapctest.New(t)
	host.Handle("b", "n", "o", func([]byte) ([]byte, error) { return nil, nil })
	wapc.Register("ask", func([]byte) ([]byte, error) {
		reply, err := wapc.HostCall("b", "n", "o", nil)
		if reply == nil || len(reply) != 0 || err != nil {
			t.Errorf("HostCall = %v, %v; want an empty reply", reply, err)
		}
		return nil, nil
	})
	if _, err := host.Call("ask", nil); err != nil {
		t.Fatal(err)
	}
}

// A guest that waits for the host is called again, to a depth of ten, and each
// call keeps its own request and its own reply of the host.
func TestReentry(t *testing.T) {
	host := wapctest.New(t)
	host.Handle("b", "n", "again", func(payload []byte) ([]byte, error) { return host.Call("nest", payload) })
	wapc.Register("nest", func(payload []byte) ([]byte, error) {
		if len(payload) == 10 {
			return []byte("|"), nil
		}
		inner, err := wapc.HostCall("b", "n", "again", append(payload, '.'))
		return append(append(payload, inner...), payload...), err
	})
	reply, err := host.Call("nest", nil)
	var want string
	for depth := 9; depth >= 0; depth-- {
		dots := strings.Repeat(".", depth)
		if want == "" {
			want = "|"
		}
		want = dots + want + dots
	}
	if err != nil || string(reply) != want {
		t.Errorf("nest = %q, %v; want %q", reply, err, want)
	}
}

func TestLogsAreInOrder(t *testing.T) {
	host := wapctest.New(t)
	wapc.Register("log", func(payload []byte) ([]byte, error) {
		wapc.Log("one")
		wapc.Log("")
		wapc.Log(string(payload))
		return nil, nil
	})
	if _, err := host.Call("log", []byte("zwölf")); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(host.Logs(), ","); got != "one,,zwölf" {
		t.Errorf("Logs() = %q", got)
	}
}

func TestBytesAreCopied(t *testing.T) {
	host := wapctest.New(t)
	kept := []byte("kept")
	host.Handle("b", "n", "o", func(payload []byte) ([]byte, error) {
		payload[0] = 'X'
		return kept, nil
	})
	wapc.Register("change", func(payload []byte) ([]byte, error) {
		answer, err := wapc.HostCall("b", "n", "o", payload)
		answer[0] = 'X'
		return payload, err
	})
	sent := []byte("sent")
	reply, err := host.Call("change", sent)
	if err != nil || string(reply) != "sent" || string(kept) != "kept" {
		t.Errorf("reply %q, the host's own bytes %q, %v", reply, kept, err)
	}
	reply[0] = 'X'
	if string(sent) != "sent" {
		t.Errorf("the payload became %q", sent)
	}
}

func TestNilHandlerPanics(t *testing.T) {
	defer func() {
		if got := recover(); got != "wapc: register lost: the handler is nil" {
			t.Errorf("Register(nil) panics with %v", got)
		}
	}()
	wapc.Register("lost", nil)
}

func TestWithoutHostPanics(t *testing.T) {
	defer func() {
		if got, _ := recover().(string); !strings.Contains(got, "wapctest.New") {
			t.Errorf("Log without a host panics with %q", got)
		}
	}()
	wapc.Log("nobody hears")
}

// The guest's own part of a call makes the operation, the payload and no more.
func BenchmarkEcho(b *testing.B) {
	host := wapctest.New(b)
	wapc.Register("echo", func(payload []byte) ([]byte, error) { return payload, nil })
	payload := make([]byte, 1024)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := host.Call("echo", payload); err != nil {
			b.Fatal(err)
		}
	}
}

func text(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
