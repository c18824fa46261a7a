package enginetest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

var stretchTests = []test{
	{"Spinning", testStretchSpinning},
	{"Waiting", testStretchWaiting},
	{"Start", testStretchStart},
	{"EachCall", testStretchEachCall},
}

// testStretchSpinning: who never waits is stopped, whatever else it calls.
func testStretchSpinning(b *bench) {
	i := b.stopGuest(engine.Limits{Stretch: timeout})
	for _, name := range spinning {
		b.Run(name, func(t *testing.T) {
			b := &bench{T: t, engine: b.engine}
			var err error
			began := time.Now()
			b.in(name, func() { _, err = call(i.Func(name)) })
			b.trap(err, engine.Deadline)
			if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "more than 100ms without waiting") {
				b.Errorf("error %v", err)
			}
			if took := time.Since(began); took < timeout {
				b.Errorf("stopped after %v, before %v", took, timeout)
			}
			b.want(42, i, "answer")
		})
	}
}

// testStretchWaiting: who waits, often or for long, goes on.
func testStretchWaiting(b *bench) {
	m := b.compile("stop", engine.Limits{Stretch: timeout})
	enough := errors.New("enough")
	for _, pause := range []time.Duration{timeout / 50, timeout * 3 / 2} {
		var left time.Duration
		var host []engine.HostFunc
		for _, imported := range m.Imports() {
			host = append(host, engine.HostFunc{
				Name:   imported.Name,
				Type:   imported.Type.Func,
				Blocks: true,
				Call: func(context.Context, engine.Instance, []uint64) error {
					time.Sleep(pause)
					if left -= pause; left < 0 {
						return enough
					}
					return nil
				},
			})
		}
		i := b.make(m, provided{"host": b.host(host...)}, nil)
		for range 2 {
			left = 4 * timeout
			var err error
			b.in("pinging", func() { _, err = call(i.Func("pinging")) })
			if !errors.Is(err, enough) {
				b.Errorf("with pauses of %v: %v", pause, err)
			}
		}
	}
}

func testStretchStart(b *bench) {
	m := b.compile("spinstart", engine.Limits{Stretch: timeout})
	var err error
	b.in("start", func() { _, err = m.Instantiate(context.Background(), nil, engine.InstanceConfig{}) })
	b.trap(err, engine.Deadline)
}

// testStretchEachCall: each call has its own.
func testStretchEachCall(b *bench) {
	i := b.stopGuest(engine.Limits{Stretch: timeout})
	for range 6 {
		b.want(42, i, "answer")
		time.Sleep(timeout / 4)
	}
	_, err := call(i.Func("empty"))
	b.trap(err, engine.Deadline)
	b.want(42, i, "answer")
}
