package wapc_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// fetch adds steps that answer with the result of the last host call, both
// lengths, and 24 bytes each of response and error.
func (s *script) fetch() *script {
	return s.do(stepHostResponseLen, 4).do(stepHostErrorLen, 8).
		do(stepHostResponse, 12).do(stepHostError, 36).answer(0, 60)
}

// A fetched is what fetch answers.
type fetched struct {
	Result, ResponseLen, ErrorLen uint32
	Response, Error               string
}

func parseFetched(reply string) fetched {
	w := words(reply[:12])
	f := fetched{Result: w[0], ResponseLen: w[1], ErrorLen: w[2]}
	f.Response = reply[12 : 12+min(w[1], 24)]
	f.Error = reply[36 : 36+min(w[2], 24)]
	return f
}

func TestHostCall(t *testing.T) {
	t.Run("WP-40 WP-60 what the handler sees", func(t *testing.T) {
		var got []bus.Invocation
		handler := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			kept := *inv
			kept.Payload = append([]byte(nil), inv.Payload...)
			got = append(got, kept)
			return bus.Reply{}, nil
		})
		guest := newRig(t).start("puppet.wasm", handler, engine.Limits{})
		s := new(script).call("binding", "name:space", "opération", "a\x00\xff").call("", "", "", "").do(stepReturn, 1)
		if _, err := s.run(guest); err != nil {
			t.Fatal(err)
		}
		caller := bus.Caller{Plugin: "puppet.wasm", Instance: 7}
		want := []bus.Invocation{
			{Caller: caller, Binding: "binding", Namespace: "name:space", Operation: "opération", Payload: []byte("a\x00\xff")},
			{Caller: caller},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
	const long = "a binding, a namespace and an operation of more than the hundred and twenty-eight bytes " +
		"that the table of names keeps, which is all the same a name"
	t.Run("WP-40 many and long names", func(t *testing.T) {
		var last bus.Invocation
		handler := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			last = *inv
			return bus.Reply{}, nil
		})
		guest := newRig(t).start("puppet.wasm", handler, engine.Limits{})
		for round := range 2 {
			for i := range 100 {
				name := long[i:]
				s := new(script).call(name, name[1:], strconv.Itoa(i), "").do(stepReturn, 1)
				if _, err := s.run(guest); err != nil {
					t.Fatal(err)
				}
				if last.Binding != name || last.Namespace != name[1:] || last.Operation != strconv.Itoa(i) {
					t.Fatalf("round %d, %d: %+v", round, i, last)
				}
			}
		}
	})
	for _, test := range []struct {
		name    string
		handler bus.Handler
		script  *script
		want    fetched
	}{
		{"WP-44 before any host call", echoes, new(script), fetched{}},
		{"WP-41 a reply", answers("reply"), new(script).call("", "", "", ""), fetched{Result: 1, ResponseLen: 5, Response: "reply"}},
		{"WP-41 an empty reply", answers(""), new(script).call("", "", "", ""), fetched{Result: 1}},
		{"WP-41 the invocation's payload", echoes, new(script).call("", "", "", "mine"), fetched{Result: 1, ResponseLen: 4, Response: "mine"}},
		{"WP-42 an error, in bytes", fails(errors.New("größer")), new(script).call("", "", "", ""), fetched{ErrorLen: 8, Error: "größer"}},
		{"WP-42 an error without a text", fails(errors.New("")), new(script).call("", "", "", ""), fetched{}},
		{"WP-42 an error that is not UTF-8", fails(errors.New("a\xffb")), new(script).call("", "", "", ""), fetched{ErrorLen: 5, Error: "a\uFFFDb"}},
		{"WP-42 a fault's text alone", fails(fmt.Errorf("secret: %w", &bus.Fault{Code: bus.Denied, Text: "not you"})), new(script).call("", "", "", ""), fetched{ErrorLen: 7, Error: "not you"}},
		{"WP-42 a fault without a text", fails(&bus.Fault{Code: bus.NotFound}), new(script).call("", "", "", ""), fetched{ErrorLen: 9, Error: "not found"}},
		{"WP-43 no handler", nil, new(script).call("", "", "", ""), fetched{ErrorLen: 31, Error: "Missing host callback function!"[:24]}},
		{"WP-41 cleared by a failure", flips(), new(script).call("", "", "", "").call("", "", "", ""), fetched{ErrorLen: 4, Error: "odd!"}},
		{"WP-41 cleared by a success", flips(), new(script).call("", "", "", "").call("", "", "", "").call("", "", "", ""), fetched{Result: 1, ResponseLen: 5, Response: "even!"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			guest := newRig(t).start("puppet.wasm", test.handler, engine.Limits{})
			reply, err := test.script.fetch().run(guest)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, parseFetched(reply)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("WP-45 read more than once", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", answers("same"), engine.Limits{})
		s := new(script).call("", "", "", "").do(stepHostResponse, scratch).on(stepLog, "between").
			do(stepHostResponse, scratch+4).answer(scratch, 8)
		if reply, err := s.run(guest); err != nil || reply != "samesame" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-45 gone with the next guest call", func(t *testing.T) {
		guest := newRig(t).start("puppet.wasm", answers("reply"), engine.Limits{})
		if _, err := new(script).call("", "", "", "").do(stepReturn, 1).run(guest); err != nil {
			t.Fatal(err)
		}
		reply, err := do(stepHostResponseLen, 4).answer(4, 4).run(guest)
		if err != nil || words(reply)[0] != 0 {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-48 a panic is a host fault", func(t *testing.T) {
		handler := bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) { panic("a bug of the host") })
		guest := newRig(t).start("puppet.wasm", handler, engine.Limits{})
		_, err := new(script).call("", "", "", "").do(stepReturn, 1).run(guest)
		wantTrap(t, err, engine.HostFault, "a bug of the host")
	})
	t.Run("WP-49 the payload is a copy", func(t *testing.T) {
		handler := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			clear(inv.Payload)
			return bus.Reply{}, nil
		})
		guest := newRig(t).start("puppet.wasm", handler, engine.Limits{})
		s := new(script).call("", "", "", "data")
		if reply, err := s.answer(dataAt, 4).run(guest); err != nil || reply != "data" {
			t.Errorf("%q, %v", reply, err)
		}
	})
}

// flips is a handler that answers its second call with an error.
func flips() bus.Handler {
	calls := 0
	return bus.HandlerFunc(func(context.Context, *bus.Invocation) (bus.Reply, error) {
		calls++
		if calls%2 == 0 {
			return bus.Reply{}, errors.New("odd!")
		}
		return bus.Reply{Payload: []byte("even!")}, nil
	})
}

func TestLog(t *testing.T) {
	const message = "hé"
	t.Run("WP-51 WP-52 in the order of the program", func(t *testing.T) {
		var r *rig
		handler := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
			r.log = append(r.log, "host call "+inv.Operation)
			return bus.Reply{}, nil
		})
		r = newRig(t)
		guest := r.start("puppet.wasm", handler, engine.Limits{})
		s := new(script).on(stepLog, "one").call("", "", "two", "").on(stepLog, message, 1).do(stepReturn, 1)
		if _, err := s.run(guest); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([]string{"7 one", "host call two", "7 " + message}, r.log); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("WP-51 without a log", func(t *testing.T) {
		r := newRig(t)
		module, err := r.host.Link(r.compile("puppet.wasm", engine.Limits{}), wapc.Config{})
		if err != nil {
			t.Fatal(err)
		}
		guest, err := module.Instantiate(context.Background(), 1, nil)
		if err != nil {
			t.Fatal(err)
		}
		s := new(script).on(stepLog, message).do(stepTrace, 0, 5).do(stepReturn, 1)
		if _, err := s.run(guest); err != nil {
			t.Error(err)
		}
	})
}

func TestNesting(t *testing.T) {
	ctx := context.Background()
	t.Run("WP-50 each level has its own state", func(t *testing.T) {
		var guest *wapc.Instance
		// The inner call hands over a reply, an error and a host response of its
		// own, and none of them may show in the outer one.
		handler := bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
			if inv.Operation == "leaf" {
				return bus.Reply{Payload: []byte("for the inner one")}, nil
			}
			inner := (&script{at: nestedAt}).on(stepError, "inner").call("", "", "leaf", "x").
				do(stepHostResponse, scratch).answer(scratch, 17)
			reply, err := guest.Call(ctx, "inner", inner.payload())
			if string(inv.Payload) != "outer" || inv.Operation != "nest" {
				t.Errorf("the outer invocation became %+v", inv)
			}
			return bus.Reply{Payload: append([]byte("got "), reply...)}, err
		})
		guest = newRig(t).start("puppet.wasm", handler, engine.Limits{})
		outer := new(script).call("", "", "nest", "outer").do(stepRequest, operationAt, stepsAt).
			do(stepHostResponse, scratch).answer(scratch, 21)
		reply, err := guest.Call(ctx, "outer", outer.payload())
		if err != nil || string(reply) != "got for the inner one" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-50 a trap of the inner call", func(t *testing.T) {
		var guest *wapc.Instance
		handler := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			_, err := guest.Call(ctx, "", make([]byte, 70_000))
			return bus.Reply{}, err
		})
		guest = newRig(t).start("puppet.wasm", handler, engine.Limits{})
		reply, err := new(script).call("", "", "", "").do(stepHostErrorLen, 0).do(stepHostError, 4).answer(4, 20).run(guest)
		if err != nil || !strings.HasPrefix(reply, "__guest_request: pay") {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("WP-50 the inner call grows the memory", func(t *testing.T) {
		var guest *wapc.Instance
		handler := bus.HandlerFunc(func(ctx context.Context, _ *bus.Invocation) (bus.Reply, error) {
			reply, err := guest.Call(ctx, "", (&script{at: nestedAt}).do(stepGrow, 2).on(stepResponse, "grown").do(stepReturn, 1).payload())
			return bus.Reply{Payload: reply}, err
		})
		guest = newRig(t).start("puppet.wasm", handler, engine.Limits{})
		s := new(script).call("", "", "", "").do(stepHostResponse, 3*memoryEnd-5).answer(3*memoryEnd-5, 5)
		reply, err := s.run(guest)
		if err != nil || reply != "grown" || guest.MemorySize() != 3*memoryEnd {
			t.Errorf("%q, %v, %d bytes of memory", reply, err, guest.MemorySize())
		}
	})
	t.Run("not for ever", func(t *testing.T) {
		var guest *wapc.Instance
		depth, deepest := 0, 0
		var last error
		handler := bus.HandlerFunc(func(ctx context.Context, inv *bus.Invocation) (bus.Reply, error) {
			depth++
			deepest = max(deepest, depth)
			defer func() { depth-- }()
			reply, err := guest.Call(ctx, "1", inv.Payload)
			if err != nil {
				last = err
			}
			return bus.Reply{Payload: reply}, err
		})
		guest = newRig(t).start("echo.wasm", handler, engine.Limits{})
		for range 2 {
			reply, err := guest.Call(ctx, "1", []byte("deep"))
			if err != nil || string(reply) != "deep" {
				t.Errorf("%q, %v", reply, err)
			}
		}
		if deepest != wapc.MaxNesting || !errors.Is(last, wapc.ErrNesting) {
			t.Errorf("depth %d, %v", deepest, last)
		}
	})
}

func TestArity(t *testing.T) {
	for _, test := range []struct {
		guest string
		want  bus.Invocation
	}{
		{"hostcall4.wasm", bus.Invocation{Operation: "operation"}},
		{"hostcall6.wasm", bus.Invocation{Namespace: "namespace", Operation: "operation"}},
	} {
		t.Run(test.guest, func(t *testing.T) {
			handler := bus.HandlerFunc(func(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
				test.want.Caller = bus.Caller{Plugin: test.guest, Instance: 7}
				test.want.Payload = []byte("payload")
				if diff := cmp.Diff(&test.want, inv); diff != "" {
					t.Error(diff)
				}
				return bus.Reply{Payload: []byte("answer")}, nil
			})
			guest := newRig(t).start(test.guest, handler, engine.Limits{})
			reply, err := guest.Call(context.Background(), "op", []byte("payload"))
			if err != nil || string(reply) != "answer" {
				t.Errorf("%q, %v", reply, err)
			}
		})
	}
}
