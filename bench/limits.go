package main

import (
	"context"
	"io"
	"log/slog"
	"math"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wapc"
)

// unlimited has every limit off that can be; the guest is metered all the same.
var unlimited = engine.Limits{Timeout: -1}

// limited has every limit on that a call knows of, too high to be met.
var limited = engine.Limits{Timeout: plugin.DefaultTimeout, Stretch: time.Hour, Fuel: math.MaxInt64}

// limits compares a call without limits with one that has all, at both doors.
func (p *patchbayHost) limits(ctx context.Context, binary []byte) (figure, error) {
	f := figure{name: "limits: echo of 0 B"}
	for _, door := range []struct {
		name string
		open func(context.Context, []byte, engine.Limits) (call, error)
	}{{"Plugin.CallAppend", p.pluginDoor}, {"wapc.Instance.CallAppend", p.instanceDoor}} {
		off, err := door.open(ctx, binary, unlimited)
		if err != nil {
			return figure{}, err
		}
		on, err := door.open(ctx, binary, limited)
		if err != nil {
			return figure{}, err
		}
		name := door.name + ", limits off"
		f.subjects = append(f.subjects,
			subject{name: name, run: times(nil, off.of(ctx))},
			subject{name: door.name + ", all limits on", run: times(nil, on.of(ctx)), over: []against{{name, bound{must: 25}}}})
	}
	return f, nil
}

// A call is the append form of a call.
type call func(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error)

// of is the call of an echo with nothing.
func (c call) of(ctx context.Context) func() ([]byte, error) {
	dst := make([]byte, 0, 1)
	return func() ([]byte, error) { return c(ctx, dst, "echo", nil) }
}

func (p *patchbayHost) pluginDoor(ctx context.Context, binary []byte, limits engine.Limits) (call, error) {
	hosts, err := plugin.NewHosts(ctx, p.engine)
	if err != nil {
		return nil, err
	}
	guest, err := plugin.New(ctx, hosts, binary, plugin.Options{
		Limits: limits, Handler: echo, Pool: plugin.Pool{Size: 1}, Logger: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		return nil, err
	}
	return guest.CallAppend, nil
}

func (p *patchbayHost) instanceDoor(ctx context.Context, binary []byte, limits engine.Limits) (call, error) {
	host, err := wapc.NewHost(ctx, p.engine)
	if err != nil {
		return nil, err
	}
	limits.Timeout = max(limits.Timeout, 0)
	compiled, err := p.engine.Compile(ctx, binary, limits)
	if err != nil {
		return nil, err
	}
	module, err := host.Link(compiled, wapc.Config{Handler: echo})
	if err != nil {
		return nil, err
	}
	instance, err := module.Instantiate(ctx, 1, nil)
	if err != nil {
		return nil, err
	}
	return instance.CallAppend, nil
}
