package wapc_test

import (
	"context"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wapc"
)

// TestHostBytes: whatever a call moves through host calls and logs counts, and
// the next call may move as much again.
func TestHostBytes(t *testing.T) {
	const most = 100
	ten := strings.Repeat("x", 10)
	for _, test := range []struct {
		name string
		step func(s *script) *script // moves ten bytes
	}{
		{"payload", func(s *script) *script { return s.call("", "", "", ten) }},
		{"log", func(s *script) *script { return s.on(stepLog, ten) }},
		{"response", func(s *script) *script { return s.do(stepHostResponse, scratch) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := newRig(t)
			module, err := r.host.Link(r.compile("puppet.wasm", engine.Limits{}), wapc.Config{
				Handler: echoes, Log: r.keep, Provided: r.exits(), HostBytes: most,
			})
			if err != nil {
				t.Fatal(err)
			}
			guest, err := module.Instantiate(context.Background(), 7, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer guest.Close(context.Background())
			// The first step moves ten bytes too, and gets a response of as many.
			for range 2 {
				s := new(script).call("", "", "", ten)
				for range most/10 - 1 {
					test.step(s)
				}
				if _, err := s.do(stepReturn, 1).run(guest); err != nil {
					t.Fatal(err)
				}
			}
			s := new(script).call("", "", "", ten)
			for range most / 10 {
				test.step(s)
			}
			_, err = s.do(stepReturn, 1).run(guest)
			wantTrap(t, err, engine.OutOfHostBytes, "more than 100 bytes went through host calls")
		})
	}
}
