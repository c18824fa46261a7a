package p1_test

import (
	"context"
	"encoding/binary"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/wasi"
	"github.com/patchbay-go/patchbay/wasi/p1"
)

// A runaway is a program whose _start calls one function of preview 1 again and
// again, and does not end by itself. It traps when a call goes wrong.
type runaway struct {
	name   string
	call   string
	params []int64
	types  []corewasm.ValueType // of params; i32 if there are none
}

// What is in the memory of a runaway.
const (
	subscriptionAt = 0    // a sleep of a year
	manyAt         = 1024 // a thousand of them, and one with a time of zero
	listAt         = 200  // a list of one buffer: 1 MiB at 1 MiB
	resultsAt      = 1 << 19
	many           = 1000
)

var runaways = []runaway{
	{name: "sleep for a year", call: "poll_oneoff", params: []int64{subscriptionAt, resultsAt, 1, 300}},
	{name: "a thousand sleeps for a year", call: "poll_oneoff", params: []int64{manyAt, resultsAt, many, 300}},
	{name: "sleeps for no time", call: "poll_oneoff", params: []int64{manyAt, resultsAt, many + 1, 300}},
	{name: "input that does not come", call: "fd_read", params: []int64{0, listAt, 1, 300}},
	{name: "output without end", call: "fd_write", params: []int64{1, listAt, 1, 300}},
	{name: "random bytes without end", call: "random_get", params: []int64{1 << 20, 1 << 20}},
	{name: "the time again and again", call: "clock_time_get", params: []int64{0, 1, 304},
		types: []corewasm.ValueType{corewasm.I32, corewasm.I64, corewasm.I32}},
	{name: "yields", call: "sched_yield"},
}

// binary returns the program.
func (r runaway) binary() []byte {
	var b corewasm.Builder
	types := r.types
	if types == nil {
		for range r.params {
			types = append(types, corewasm.I32)
		}
	}
	f := b.ImportFunc("wasi_snapshot_preview1", r.call, types, []corewasm.ValueType{corewasm.I32})
	code := corewasm.Code{}.Loop()
	for k, p := range r.params {
		if types[k] == corewasm.I64 {
			code = code.I64Const(p)
		} else {
			code = code.I32Const(int32(p))
		}
	}
	b.Export("_start", corewasm.KindFunc, b.Func(nil, nil, nil, code.Call(f).If().Unreachable().End().Br(0).End()))
	b.Export("memory", corewasm.KindMemory, b.Memory(corewasm.Limit(64)))
	year := subscription(365 * 24 * time.Hour)
	b.Data(subscriptionAt, year)
	b.Data(listAt, []byte{0, 0, 0x10, 0, 0, 0, 0x10, 0})
	var list []byte
	for range many {
		list = append(list, year...)
	}
	b.Data(manyAt, append(list, subscription(0)...))
	return b.Bytes()
}

// subscription is a wish to sleep, as poll_oneoff reads it.
func subscription(d time.Duration) []byte {
	s := make([]byte, 48)
	s[16] = 1 // the monotonic clock
	binary.LittleEndian.PutUint64(s[24:], uint64(d))
	return s
}

// TestRunaways stops programs that do not end, by their deadline and by their
// context, while garbage is collected.
func TestRunaways(t *testing.T) {
	const timeout, late = 50 * time.Millisecond, time.Minute
	h := newHost(t)
	for _, r := range runaways {
		t.Run(r.name, func(t *testing.T) {
			for kind, limits := range map[engine.TrapKind]engine.Limits{
				engine.Deadline: {Timeout: timeout}, engine.Canceled: {},
			} {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				start := h.runaway(t, r, limits)
				began := time.Now()
				if kind == engine.Canceled {
					time.AfterFunc(timeout, cancel)
				}
				err := besideCollection(func() error { return start.Call(ctx, nil) })
				took := time.Since(began)
				if trap := engine.AsTrap(err); trap == nil || trap.Kind != kind {
					t.Errorf("error %v, want %v", err, kind)
				}
				if took < timeout || took > timeout+late {
					t.Errorf("%v: stopped after %v", kind, took)
				}
			}
		})
	}
}

// runaway returns what has to be stopped.
func (h *host) runaway(t *testing.T, r runaway, limits engine.Limits) engine.Func {
	t.Helper()
	module, err := h.engine.Compile(t.Context(), r.binary(), limits)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := engine.Link(module, h.modules)
	if err != nil {
		t.Fatal(err)
	}
	never, end := io.Pipe()
	system, err := p1.New(wasi.Config{Stdin: never, Stdout: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	instance, err := module.Instantiate(t.Context(), imports, engine.InstanceConfig{System: system})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end.Close()
		for _, err := range []error{instance.Close(context.Background()), system.Close(), module.Close(context.Background())} {
			if err != nil {
				t.Error(err)
			}
		}
	})
	return instance.Func("_start")
}

// besideCollection collects garbage while run runs.
func besideCollection(run func() error) error {
	done := make(chan error, 1)
	go func() { done <- run() }()
	for {
		select {
		case err := <-done:
			return err
		case <-time.After(10 * time.Millisecond):
			runtime.GC()
		}
	}
}
