package enginetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

var hostTests = []test{
	{"Caller", testCaller},
	{"CallerThroughTable", testCallerThroughTable},
	{"CallerInStart", testCallerInStart},
	{"Reentry", testReentry},
	{"ReentryIntoAnother", testReentryIntoAnother},
	{"ReentryThatTraps", testReentryThatTraps},
	{"Errors", testHostErrors},
	{"Panics", testHostPanics},
	{"Exit", testExit},
	{"Context", testHostContext},
	{"ContextKept", testContextKept},
	{"SharedHost", testSharedHost},
	{"Exports", testHostExports},
}

// who answers with the caller's Data, which is a number.
func who(_ context.Context, caller engine.Instance, stack []uint64) error {
	n, ok := caller.Data().(int)
	if !ok {
		return fmt.Errorf("the caller has the data %v", caller.Data())
	}
	stack[0] = uint64(n)
	return nil
}

func testCaller(b *bench) {
	m := b.compile("host", engine.Limits{})
	var last engine.Instance
	from := b.hostFor(m, map[string]hostFunc{"ping": func(_ context.Context, caller engine.Instance, _ []uint64) error {
		last = caller
		return nil
	}})
	externs := b.link(m, from)
	for n := range 5 {
		system := &n
		i, err := m.Instantiate(context.Background(), externs, engine.InstanceConfig{Data: n, System: system})
		if err != nil {
			b.Fatal(err)
		}
		b.one(i, "ping")
		if last != i || last.Data() != n || last.System() != system {
			b.Errorf("instance %d: the caller is %v with %v and %v", n, last, last.Data(), last.System())
		}
	}
}

// testCallerThroughTable: the caller is the instance whose code made the call,
// however it came by the function.
func testCallerThroughTable(b *bench) {
	callers := b.compile("caller", engine.Limits{})
	from := b.hostFor(callers, map[string]hostFunc{"who": who})
	caller := b.make(callers, from, 1)
	borrowers := b.compile("borrower", engine.Limits{})
	second := b.make(borrowers, provided{"caller": caller}, 2)
	third := b.make(borrowers, provided{"caller": caller}, 3)
	for range 2 {
		b.want(1, caller, "call")
		b.want(1, caller, "through_table")
		b.want(2, second, "through_table")
		b.want(3, third, "through_table")
		b.want(2, second, "direct")
		b.want(3, third, "direct")
		b.want(1, second, "through_other")
		b.want(1, third, "through_other")
	}
}

func testCallerInStart(b *bench) {
	m := b.compile("trapstart", engine.Limits{})
	var caller engine.Instance
	var page []byte
	from := b.hostFor(m, map[string]hostFunc{"proceed": func(_ context.Context, c engine.Instance, stack []uint64) error {
		caller, page, stack[0] = c, slices.Clone(c.Memory("memory").Bytes()), 0
		return nil
	}})
	i := b.make(m, from, "data")
	if caller != i || caller.Data() != "data" {
		b.Errorf("the caller is %v, the instance %v", caller, i)
	}
	if len(page) != engine.PageSize || page[0] != 7 {
		b.Errorf("the host function saw a memory of %d bytes", len(page))
	}
	b.want(42, i, "answer")
}

// reenter makes a guest whose host function calls the same Func again.
func (b *bench) reenter(name string) engine.Instance {
	m := b.compile("host", engine.Limits{})
	var f engine.Func
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"reenter": func(ctx context.Context, _ engine.Instance, stack []uint64) error {
		inner, err := callContext(ctx, f, stack[0]-1)
		stack[0] = inner[0]
		return err
	}}), nil)
	f = i.Func(name)
	return i
}

func testReentry(b *bench) {
	for _, name := range []string{"depth", "depth_with_locals"} {
		i := b.reenter(name)
		for _, depth := range []uint64{0, 1, 2, 100, 3, 100} {
			b.want(depth, i, name, depth)
		}
	}
}

// testReentryIntoAnother has two instances call each other through the host.
func testReentryIntoAnother(b *bench) {
	m := b.compile("host", engine.Limits{})
	var instances [2]engine.Instance
	var seen []int
	from := b.hostFor(m, map[string]hostFunc{"reenter": func(ctx context.Context, caller engine.Instance, stack []uint64) error {
		n := caller.Data().(int)
		var callers []int
		for c := range engine.Callers(ctx) {
			callers = append(callers, c.Data().(int))
		}
		if len(callers) != len(seen)+1 || callers[0] != n {
			return fmt.Errorf("depth %d: callers are %v", len(seen), callers)
		}
		seen = append(seen, n)
		inner, err := callContext(ctx, instances[1-n].Func("depth"), stack[0]-1)
		stack[0] = inner[0]
		return err
	}})
	for n := range instances {
		instances[n] = b.make(m, from, n)
	}
	b.want(9, instances[0], "depth", 9)
	if want := []int{0, 1, 0, 1, 0, 1, 0, 1, 0}; !slices.Equal(seen, want) {
		b.Errorf("callers %v, want %v", seen, want)
	}
}

func testReentryThatTraps(b *bench) {
	m := b.compile("host", engine.Limits{})
	var f engine.Func
	var inner error
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"reenter": func(ctx context.Context, c engine.Instance, stack []uint64) error {
		if stack[0] == 1 {
			_, inner = callContext(ctx, c.Func("fail"))
			if stack[0] = 0; inner == nil {
				return errors.New("no trap")
			}
			return nil
		}
		deeper, err := callContext(ctx, f, stack[0]-1)
		stack[0] = deeper[0]
		return err
	}}), nil)
	f = i.Func("depth")
	b.want(10, i, "depth", 10) // the host function swallows the trap
	b.trap(inner, engine.Unreachable)
	b.want(10, i, "depth", 10)
	b.want(42, i, "answer")
}

func testHostErrors(b *bench) {
	m := b.compile("host", engine.Limits{})
	var result error
	i := b.make(m, b.hostFor(m, map[string]hostFunc{
		"end": func(context.Context, engine.Instance, []uint64) error { return result },
	}), nil)
	plain := errors.New("unreachable") // a word of the engine's own
	for _, test := range []struct {
		name string
		err  error
		kind engine.TrapKind
		is   error
	}{
		{"an error", plain, engine.HostFault, plain},
		{"a wrapped error", fmt.Errorf("outer: %w", plain), engine.HostFault, plain},
		{"a trap", &engine.Trap{Kind: engine.OutOfFuel}, engine.OutOfFuel, nil},
		{"a trap with text", &engine.Trap{Kind: engine.MemoryLimit, Text: "no more"}, engine.MemoryLimit, nil},
		{"another guest's trap", fmt.Errorf("inner: %w", &engine.Trap{Kind: engine.Unreachable, Err: plain}), engine.HostFault, plain},
		{"an error with lines", errors.New("a\nwasm stack trace:\n\tb.$1()"), engine.HostFault, nil},
	} {
		b.Run(test.name, func(t *testing.T) {
			b := &bench{T: t, engine: b.engine}
			result = test.err
			_, err := call(i.Func("end"), 1)
			trap := b.trap(err, test.kind)
			if test.is != nil && !errors.Is(err, test.is) {
				b.Errorf("%v is not %v", err, test.is)
			}
			if len(trap.Frames) < 2 || trap.Frames[0].Name != "inner" || trap.Frames[0].Func != 11 {
				b.Errorf("frames: %+v", trap.Frames)
			}
			b.want(42, i, "answer")
		})
	}
	result = nil
	b.want(2, i, "end", 1)
}

func testHostPanics(b *bench) {
	m := b.compile("host", engine.Limits{})
	var value any
	i := b.make(m, b.hostFor(m, map[string]hostFunc{
		"end": func(context.Context, engine.Instance, []uint64) error {
			if value == nil {
				var none []int
				none[len(b.Name())] = 1
			}
			panic(value)
		},
	}), nil)
	for _, v := range []any{"text", 5, errors.New("an error"), errors.New("unreachable"), errors.New("stack overflow"), nil, fmt.Errorf("wrapped: %w", context.Canceled)} {
		value = v
		_, err := call(i.Func("end"), 1)
		b.trap(err, engine.HostFault)
		if v != nil && !strings.Contains(err.Error(), fmt.Sprint(v)) {
			b.Errorf("panic(%v): %v", v, err)
		}
		if strings.Contains(err.Error(), "goroutine") {
			b.Errorf("panic(%v): the text has the host's stack: %v", v, err)
		}
		b.want(42, i, "answer")
	}
}

func testExit(b *bench) {
	m := b.compile("host", engine.Limits{})
	code := uint32(0)
	i := b.make(m, b.hostFor(m, map[string]hostFunc{
		"end": func(context.Context, engine.Instance, []uint64) error {
			return &engine.Trap{Kind: engine.Exit, ExitCode: code}
		},
	}), nil)
	for _, code = range []uint32{0, 3, 0xffffffff} {
		_, err := call(i.Func("end"), 1)
		if trap := b.trap(err, engine.Exit); trap.ExitCode != code {
			b.Errorf("exit code %d, want %d", trap.ExitCode, code)
		}
		b.want(42, i, "answer")
	}
}

type contextKey struct{}

func testHostContext(b *bench) {
	m := b.compile("host", engine.Limits{Timeout: time.Hour})
	var seen context.Context
	var deadline time.Time
	var value any
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"ping": func(ctx context.Context, _ engine.Instance, _ []uint64) error {
		seen, value = ctx, ctx.Value(contextKey{})
		deadline, _ = ctx.Deadline()
		return ctx.Err()
	}}), nil)
	before := time.Now()
	parent := context.WithValue(context.Background(), contextKey{}, "value")
	if _, err := callContext(parent, i.Func("ping")); err != nil {
		b.Fatal(err)
	}
	if value != "value" {
		b.Errorf("the context has the value %v", value)
	}
	if left := deadline.Sub(before); left < time.Hour || left > time.Hour+patience {
		b.Errorf("the deadline is in %v", left)
	}
	select {
	case <-seen.Done():
	case <-time.After(patience):
		b.Error("the context is not done after the call")
	}
	if err := seen.Err(); err == nil {
		b.Error("the context has no error after the call")
	}
	sooner, cancel := context.WithDeadline(parent, before.Add(30*time.Minute))
	defer cancel()
	if _, err := callContext(sooner, i.Func("ping")); err != nil || !deadline.Equal(before.Add(30*time.Minute)) {
		b.Errorf("the caller's deadline of 30m is %v, %v", deadline.Sub(before), err)
	}
}

// testContextKept keeps the context of one call over the next ones.
func testContextKept(b *bench) {
	m := b.compile("host", engine.Limits{})
	var contexts []context.Context
	i := b.make(m, b.hostFor(m, map[string]hostFunc{"ping": func(ctx context.Context, _ engine.Instance, _ []uint64) error {
		for k, old := range contexts {
			if old.Err() == nil && len(contexts) > 1 {
				return fmt.Errorf("context %d of %d lives again", k, len(contexts))
			}
		}
		contexts = append(contexts, ctx)
		return ctx.Err()
	}}), nil)
	for range 5 {
		b.one(i, "ping")
		if contexts[len(contexts)-1].Err() == nil {
			b.Fatal("a context lives on after its call")
		}
	}
}

// testSharedHost has modules with different parts of one host instance.
func testSharedHost(b *bench) {
	funcs := []engine.HostFunc{
		{Name: "who", Type: engine.FuncType{Results: []engine.ValueType{engine.I32}}, Call: who},
		{Name: "started", Type: engine.FuncType{Params: []engine.ValueType{engine.I32}}, Call: func(context.Context, engine.Instance, []uint64) error { return nil }},
		{Name: "", Type: engine.FuncType{}, Call: func(context.Context, engine.Instance, []uint64) error { return nil }},
		{Name: "proceed", Type: engine.FuncType{Results: []engine.ValueType{engine.I32}}, Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
			stack[0] = 0
			return nil
		}},
	}
	host := provided{"host": b.host(funcs...)}
	first := b.make(b.compile("first", engine.Limits{}), host, 5)
	caller := b.make(b.compile("caller", engine.Limits{}), host, 6)
	start := b.make(b.compile("trapstart", engine.Limits{}), host, 7)
	b.want(5, first, "who")
	b.want(6, caller, "call")
	b.want(42, start, "answer")
}

func testHostExports(b *bench) {
	t := engine.FuncType{Params: []engine.ValueType{engine.I64}}
	host := b.host(engine.HostFunc{Name: "f", Type: t, Call: func(context.Context, engine.Instance, []uint64) error { return nil }})
	if got, ok := host.Export("f"); !ok || got.Kind != engine.KindFunc || !got.Func.Equal(t) {
		b.Errorf("export f is %v, %v", got, ok)
	}
	if _, ok := host.Export("g"); ok {
		b.Error("an export that is not there")
	}
	if host.Data() != nil || host.System() != nil || host.Memory("f") != nil || host.Global("f") != nil {
		b.Error("the host has what only guests have")
	}
	twice := engine.HostFunc{Name: "f", Type: t, Call: who}
	if _, err := b.engine.Host(context.Background(), twice, twice); err == nil {
		b.Error("two functions of one name")
	}
}
