package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"

	"github.com/tetratelabs/wazero"
)

// A figure is a question, and the subjects that answer it.
type figure struct {
	name     string
	subjects []subject
}

// hosts are the programs that are compared, each with its guest loaded.
type hosts struct {
	bare, watched *bare // watched is with WithCloseOnContextDone
	floor         *floor
	patchbay      *patchbayHost
	wapcGo        *wapcGo
	extism        *extismGo
}

func newHosts(ctx context.Context, g *guests) (*hosts, error) {
	var h hosts
	var errs [6]error
	h.bare, errs[0] = newBare(ctx, g.bare, wazero.NewRuntimeConfig())
	h.watched, errs[1] = newBare(ctx, g.bare, wazero.NewRuntimeConfig().WithCloseOnContextDone(true))
	h.floor, errs[2] = newFloor(ctx, g.echo)
	h.patchbay, errs[3] = newPatchbay(ctx, g.echo)
	h.wapcGo, errs[4] = newWapcGo(ctx, g.echo)
	h.extism, errs[5] = newExtismGo(ctx, g.extism)
	return &h, errors.Join(errs[:]...)
}

// The names of the subjects that others are held against.
const (
	theFloor    = "hand-written host on wazero (the floor)"
	theCopies   = "two copies of 1 MiB"
	theWapcGo   = "wapc-go"
	oneCore     = "on 1 core"
	bareCompile = "wazero, cold"
	coldLoad    = "patchbay, cold"
	openLoad    = "patchbay, while it is open elsewhere"
	bareLoop    = "wazero, unmetered"
)

// echoes compares the hosts at one operation with a payload of that size.
func (h *hosts) echoes(ctx context.Context, operation string, size int, base string, must bound) []subject {
	payload := bytes.Repeat([]byte("payload "), size/8)
	dst := make([]byte, 0, size+1)
	appended := func(call func(context.Context, []byte, string, []byte) ([]byte, error)) func(int) error {
		return times(payload, func() ([]byte, error) { return call(ctx, dst, operation, payload) })
	}
	returned := func(operation string, call func(context.Context, string, []byte) ([]byte, error)) func(int) error {
		return times(payload, func() ([]byte, error) { return call(ctx, operation, payload) })
	}
	subjects := []subject{
		{name: theFloor, run: appended(h.floor.callAppend)},
		{name: "patchbay, Plugin.CallAppend", run: appended(h.patchbay.plugin.CallAppend), against: []against{{base, must}}},
		{name: "patchbay, wapc.Instance.CallAppend", run: appended(h.patchbay.instance.CallAppend), against: []against{{base, must}}},
		{name: theWapcGo, run: returned(operation, h.wapcGo.call), against: []against{{to: base}}},
		{name: "extism, through the guest's memory", run: returned(operation, h.extism.call), against: []against{{to: base}}},
	}
	if operation == "echo" && size > 0 {
		subjects = append(subjects, subject{name: "extism, the input handed back", run: returned("inplace", h.extism.call), against: []against{{to: base}}})
	}
	return subjects
}

// times returns what calls n times, and looks whether the last reply is the
// payload.
func times(payload []byte, call func() ([]byte, error)) func(n int) error {
	return func(n int) error {
		var reply []byte
		var err error
		for range n {
			if reply, err = call(); err != nil {
				return err
			}
		}
		if !bytes.Equal(reply, payload) {
			return fmt.Errorf("a reply of %d bytes is not the payload of %d", len(reply), len(payload))
		}
		return nil
	}
}

func (h *hosts) calls(ctx context.Context) figure {
	subjects := h.echoes(ctx, "echo", 0, theFloor, bound{1.3, 1.15})
	subjects[1].against = append(subjects[1].against, against{theWapcGo, bound{must: 1}})
	bare := subject{name: "wazero, a call of nothing", run: h.bare.calls(ctx), against: []against{{to: theFloor}}}
	return figure{"echo of 0 B", append([]subject{bare}, subjects...)}
}

func (h *hosts) hostCalls(ctx context.Context) figure {
	subjects := h.echoes(ctx, "hostecho", 0, theFloor, bound{1.3, 1.15})
	subjects[1].against = append(subjects[1].against, against{theWapcGo, bound{must: 1}})
	return figure{"echo of 0 B by one host call", subjects}
}

func (h *hosts) megabytes(ctx context.Context) figure {
	const size = 1 << 20
	from, guest, to := make([]byte, size), make([]byte, size), make([]byte, size)
	copies := subject{name: theCopies, run: func(n int) error {
		for range n {
			copy(guest, from)
			copy(to, guest)
		}
		return nil
	}}
	return figure{"echo of 1 MiB", append([]subject{copies}, h.echoes(ctx, "echo", size, theCopies, bound{1.25, 1.1})...)}
}

func (h *hosts) instances(ctx context.Context) figure {
	repeat := func(cycle func(context.Context) error) func(n int) error {
		return func(n int) error {
			for range n {
				if err := cycle(ctx); err != nil {
					return err
				}
			}
			return nil
		}
	}
	return figure{"create and close an instance of 4 MiB", []subject{
		{name: theFloor, run: repeat(h.floor.cycle)},
		{name: "patchbay", run: repeat(h.patchbay.cycle), limit: bound{must: 30e3}, against: []against{{to: theFloor}}},
		{name: theWapcGo, run: repeat(h.wapcGo.cycle), against: []against{{to: theFloor}}},
		{name: "extism", run: repeat(h.extism.cycle), against: []against{{to: theFloor}}},
	}}
}

// loops takes a second context, one that can end: only such a one is watched.
func (h *hosts) loops(ctx, canEnd context.Context, g *guests) (figure, error) {
	metered, err := h.patchbay.loops(ctx, g.bare)
	return figure{"tightest loop, one iteration", []subject{
		{name: bareLoop, run: h.bare.loops(ctx), units: iterations},
		{name: "patchbay", run: metered, units: iterations, limit: bound{must: 0.8}, against: []against{{to: bareLoop}}},
		{name: "wazero, WithCloseOnContextDone", run: h.watched.loops(canEnd), units: iterations, against: []against{{to: bareLoop}}},
	}}, err
}

func (h *hosts) throughput(ctx context.Context) figure {
	cores := runtime.NumCPU()
	return figure{"pooled echo of 1 KiB, time between replies", []subject{
		{name: oneCore, parallel: h.patchbay.throughput(ctx, 1)},
		{name: fmt.Sprintf("on %d cores", cores), parallel: h.patchbay.throughput(ctx, cores),
			against: []against{{oneCore, bound{must: 1.4 / float64(cores), aim: 1.1 / float64(cores)}}}},
	}}
}
