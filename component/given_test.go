package component_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A workbench has what tests of linking need again and again: an engine, and the
// components of one script.
type workbench struct {
	testing.TB
	engine engine.Engine
}

func (w workbench) compile(name string) *component.Component {
	w.Helper()
	return w.compileWithin(name, engine.Limits{})
}

func (w workbench) compileWithin(name string, limits engine.Limits) *component.Component {
	w.Helper()
	c, err := component.Compile(w.Context(), w.engine, definition(w, "given", name), component.Config{Limits: limits})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.check(c.Close(context.Background())) })
	return c
}

func (w workbench) check(err error) {
	w.Helper()
	if err != nil {
		w.Error(err)
	}
}

func (w workbench) instantiate(l *component.Linker, c *component.Component) *component.Instance {
	w.Helper()
	pre, err := l.Link(c)
	if err != nil {
		w.Fatal(err)
	}
	i, err := pre.Instantiate(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.check(i.Close(context.Background())) })
	return i
}

// addTwo is a core module that imports a function and exports run, which returns
// two more.
const addTwo = "\x00asm\x01\x00\x00\x00\x01\x05\x01\x60\x00\x01\x7f\x02\x09\x01\x00\x04base\x00\x00\x03\x02\x01\x00" +
	"\x07\x07\x01\x03run\x00\x01\x0a\x09\x01\x07\x00\x10\x00\x41\x02\x6a\x0b"

func (w workbench) module(binary string) *component.Module {
	w.Helper()
	m, err := component.CompileModule(w.Context(), w.engine, []byte(binary), engine.Limits{})
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { w.check(m.Close(context.Background())) })
	return m
}

func logger(lines *[]string) component.HostFunc {
	return func(_ context.Context, args []types.Value) (types.Value, error) {
		*lines = append(*lines, args[0].Text())
		return types.Value{}, nil
	}
}

// TestGivenFromHost gives a core module and a component to one that imports both.
func TestGivenFromHost(t *testing.T) {
	w := workbench{t, newEngine(t)}
	hosted := w.compile("$Hosted")
	var lines []string
	var l component.Linker
	l.Define(logger(&lines), "log")
	l.DefineModule(w.module(addTwo), "m")
	l.DefineComponent(w.compile("$Greeter"), "c")
	one, two := w.instantiate(&l, hosted), w.instantiate(&l, hosted)
	for _, i := range []*component.Instance{one, two, one} {
		if got, err := i.Func("run").Call(t.Context()); err != nil || got.Uint() != 42 {
			t.Errorf("got %v, %v", got, err)
		}
	}
	if want := []string{"hello", "hello", "hello"}; !slices.Equal(lines, want) {
		t.Errorf("got %q", lines)
	}
	if m := one.Module("m"); m == nil || m.Type().Exports[0].Name != "run" {
		t.Errorf("it exports the module %v", m)
	}
	if one.Module("run") != nil || one.Module("nothing", "m") != nil || one.Module("m", "m") != nil {
		t.Error("there are modules where there are none")
	}
}

// TestGivenIsLinkedOnce links the same component with the same modules again.
func TestGivenIsLinkedOnce(t *testing.T) {
	w := workbench{t, newEngine(t)}
	hosted, greeter, module := w.compile("$Hosted"), w.compile("$Greeter"), w.module(addTwo)
	link := func(m *component.Module, lines *[]string) *component.Pre {
		var l component.Linker
		l.Define(logger(lines), "log")
		l.DefineModule(m, "m")
		l.DefineComponent(greeter, "c")
		pre, err := l.Link(hosted)
		if err != nil {
			t.Fatal(err)
		}
		return pre
	}
	var ours, theirs []string
	one, two, other := link(module, &ours), link(module, &theirs), link(w.module(addTwo), &theirs)
	if !component.SameProgram(one, two) || component.SameProgram(one, other) {
		t.Error("there are not as many programs as things that are given")
	}
	i, err := two.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = i.Func("run").Call(t.Context())
	w.check(errors.Join(err, i.Close(t.Context())))
	if len(ours) != 0 || len(theirs) != 1 {
		t.Errorf("it logs to the wrong host: %q, %q", ours, theirs)
	}
}

func TestGivenErrors(t *testing.T) {
	w := workbench{t, newEngine(t)}
	hosted, greeter := w.compile("$Hosted"), w.compile("$Greeter")
	var lines []string
	var l component.Linker
	l.Define(logger(&lines), "log")
	want := func(parts ...string) {
		t.Helper()
		_, err := l.Link(hosted)
		if err == nil {
			t.Fatal("it is linked")
		}
		for _, part := range parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("got %v, want %s", err, part)
			}
		}
	}
	want("2 imports are not met:", `m: core module (import "" "base" (func () -> (i32))) (export "run" (func () -> (i32)))`,
		`c: component (import "log" (func(text: string))) (export "greet" (func() -> u32))`)
	l.DefineModule(w.module(simpleModule), "m")
	l.DefineComponent(hosted, "c")
	want("m: core module", "missing expected export `run`", "missing import named `m`")
	l.DefineModule(w.module(addTwo), "c")
	l.DefineComponent(greeter, "m")
	want("expected module found component", "expected component found module")

	other := workbench{t, newEngine(t)}
	l.DefineModule(other.module(addTwo), "m")
	l.DefineComponent(other.compile("$Greeter"), "c")
	want("the module on the host was compiled by another engine", "the component on the host was compiled by another engine")

	if _, err := component.CompileModule(t.Context(), w.engine, []byte("\x00asm\x0d\x00\x01\x00"), engine.Limits{}); err == nil ||
		!strings.HasPrefix(err.Error(), "core module: ") {
		t.Errorf("got %v", err)
	}
	if _, err := component.CompileModule(t.Context(), w.engine, []byte(addTwo[:len(addTwo)-3]), engine.Limits{}); err == nil {
		t.Error("half a module is compiled")
	}
	l.DefineModule(w.module(addTwo), "m")
	l.DefineComponent(greeter, "c")
	if err := hosted.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	want("link: the component is closed")
}

// TestGivenHostExports gives on what an instance has from the host itself.
func TestGivenHostExports(t *testing.T) {
	w := workbench{t, newEngine(t)}
	again := w.compile("$Again")
	h := newHost()
	h.DefineResource(&h.things, "things", "thing")
	component.DefineGo(&h.Linker, func(_ context.Context, p struct{ N uint32 }) (*types.Handle, error) {
		return h.things.New(p.N), nil
	}, "things", "[constructor]thing")
	first := w.instantiate(&h.Linker, again)
	var l component.Linker
	l.DefineInstance(first)
	second := w.instantiate(&l, again)
	l.DefineInstance(second)
	third := w.instantiate(&l, again)
	got, err := third.Func("shout").Call(t.Context(), types.StringValue("a"))
	if err != nil || got.Text() != "A" {
		t.Errorf("got %v, %v", got, err)
	}

	// The resource type is the host's all the way.
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "things", "thing")
	if _, err := l.Link(again); err == nil || !strings.Contains(err.Error(), "expected resource found func") {
		t.Errorf("got %v", err)
	}
	l.DefineResource(&component.Resource{Name: "thing"}, "things", "thing")
	if _, err := l.Link(again); err == nil || !strings.Contains(err.Error(), "func(n: u32) -> own<thing>: on the host it is func(n: u32) -> own<thing>: type mismatch with result type: resource types are not the same") {
		t.Errorf("got %v", err)
	}
	l.DefineResource(&h.things, "things", "thing")
	if _, err := l.Link(again); err != nil {
		t.Errorf("got %v", err)
	}
}

// TestVersionsSideBySide links a component with several versions of an interface.
func TestVersionsSideBySide(t *testing.T) {
	w := workbench{t, newEngine(t)}
	versions := w.compile("$Versions")
	var l component.Linker
	define := func(n uint32, version string) {
		l.Define(returning(n), "a:b/c@"+version, "f")
		l.Define(returning(n+1), "a:b/c@"+version, "g")
	}
	define(30, "0.2.3")
	define(90, "0.2.9")
	define(100, "0.2.10")
	define(400, "1.4.0")
	i := w.instantiate(&l, versions)
	want := func(i *component.Instance, export, name string, n uint64) {
		t.Helper()
		if got, err := i.Func(export, name).Call(t.Context()); err != nil || got.Uint() != n {
			t.Errorf("%s %s: got %v, %v, want %d", export, name, got, err, n)
		}
	}
	want(i, "x", "f", 30)
	want(i, "y", "g", 101)
	want(i, "z", "f", 400)

	// What is offered later takes the place of what was there, for who is linked
	// later.
	define(70, "0.2.3")
	later := w.instantiate(&l, versions)
	want(i, "x", "f", 30)
	want(later, "x", "f", 70)
	want(later, "y", "f", 100)

	// All of an interface comes from one version of it.
	l.Define(returning(5), "a:b/c@0.2.5", "f")
	_, err := l.Link(versions)
	if want := "import a:b/c@0.2.5#g of type func() -> u32: it was not found on the host; near it is a:b/c@1.4.0#g and a:b/c@0.2.10#g and a:b/c@0.2.9#g"; err == nil || err.Error() != want {
		t.Errorf("got %v", err)
	}

	config := validate.Config{Features: validate.All()}
	canonical, err := component.CompileWith(t.Context(), w.engine, definition(t, "given", "$Canonical"), config)
	if err != nil {
		t.Fatal(err)
	}
	want(w.instantiate(&l, canonical), "x", "f", 100)
	w.Cleanup(func() { w.check(canonical.Close(context.Background())) })
}

// TestGivenReentrance has an instance call, by way of the host, one that calls it.
func TestGivenReentrance(t *testing.T) {
	w := workbench{t, newEngine(t)}
	var l component.Linker
	var caller *component.Instance
	var inner error
	l.Define(func(ctx context.Context, _ []types.Value) (types.Value, error) {
		_, inner = caller.Func("call").Call(ctx)
		return types.Value{}, nil
	}, "back")
	loop := w.instantiate(&l, w.compile("$Loop"))
	l.DefineInstance(loop, "loop")
	caller = w.instantiate(&l, w.compile("$Caller"))
	if _, err := caller.Func("call").Call(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := loop.Func("back").Call(t.Context()); err != nil {
		t.Error(err)
	}
	if trap := engine.AsTrap(inner); trap == nil || trap.Text != "cannot enter component instance" {
		t.Errorf("got %v", inner)
	}
	if _, err := loop.Func("nothing").Call(t.Context()); err != nil {
		t.Errorf("who refused a call is called: %v", err)
	}
}

// TestGivenRunaway stops an instance that does not end when the time of who calls it
// is over, and for what it spends itself.
func TestGivenRunaway(t *testing.T) {
	for _, test := range []struct {
		name           string
		callee, caller engine.Limits
		kind           engine.TrapKind
	}{
		{"the caller's timeout", engine.Limits{}, engine.Limits{Timeout: 20 * time.Millisecond}, engine.Deadline},
		{"the callee's timeout", engine.Limits{Timeout: 20 * time.Millisecond}, engine.Limits{Timeout: time.Hour}, engine.Deadline},
		{"the caller's fuel", engine.Limits{Fuel: 1 << 40}, engine.Limits{Fuel: 100_000}, engine.OutOfFuel},
		{"the caller's fuel, with a callee that has no limit", engine.Limits{}, engine.Limits{Fuel: 100_000}, engine.OutOfFuel},
		{"the callee's fuel", engine.Limits{Fuel: 100_000}, engine.Limits{Fuel: 1 << 40}, engine.OutOfFuel},
	} {
		t.Run(test.name, func(t *testing.T) {
			w := workbench{t, newEngine(t)}
			var l component.Linker
			l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "back")
			l.DefineInstance(w.instantiate(&l, w.compileWithin("$Loop", test.callee)), "loop")
			caller := w.instantiate(&l, w.compileWithin("$Caller", test.caller))
			_, err := caller.Func("spin").Call(t.Context())
			if trap := engine.AsTrap(err); trap == nil || trap.Kind != test.kind {
				t.Errorf("got %v, want a trap: %v", err, test.kind)
			}
			if _, err := caller.Func("call").Call(t.Context()); err == nil || !strings.Contains(err.Error(), "cannot enter") {
				t.Errorf("after it: %v", err)
			}
		})
	}
}

// TestGivenIsClosed calls into an instance that was closed too early.
func TestGivenIsClosed(t *testing.T) {
	w := workbench{t, newEngine(t)}
	var l component.Linker
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "back")
	loop := w.instantiate(&l, w.compile("$Loop"))
	l.DefineInstance(loop, "loop")
	caller := w.instantiate(&l, w.compile("$Caller"))
	w.check(loop.Close(t.Context()))
	if _, err := caller.Func("call").Call(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("got %v", err)
	}
}

// TestGivenCallsDoNotAllocate holds calls from one instance to another to nothing
// but themselves.
func TestGivenCallsDoNotAllocate(t *testing.T) {
	if !compiles() {
		t.Skip("wazero interprets here, and allocates for each call")
	}
	w := workbench{t, newEngine(t)}
	call := w.calling().Func("call")
	if n := testing.AllocsPerRun(100, func() { w.check(call.CallGo(w.Context(), nil)) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// calling returns an instance whose call calls another one.
func (w workbench) calling() *component.Instance {
	var l component.Linker
	l.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "back")
	l.DefineInstance(w.instantiate(&l, w.compile("$Loop")), "loop")
	return w.instantiate(&l, w.compile("$Caller"))
}

func BenchmarkGiven(b *testing.B) {
	w := workbench{b, newEngine(b)}
	ctx := context.Background()
	b.Run("call", func(b *testing.B) {
		f, err := component.Bind[struct{}, struct{}](w.calling().Func("call"))
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := f.Call(ctx, struct{}{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	hosted, greeter, module := w.compile("$Hosted"), w.compile("$Greeter"), w.module(addTwo)
	var lines []string
	var l component.Linker
	l.Define(logger(&lines), "log")
	l.DefineModule(module, "m")
	l.DefineComponent(greeter, "c")
	b.Run("link", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := l.Link(hosted); err != nil {
				b.Fatal(err)
			}
		}
	})
	pre, err := l.Link(hosted)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("instantiate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			i, err := pre.Instantiate(ctx)
			if err != nil {
				b.Fatal(err)
			}
			w.check(i.Close(ctx))
		}
	})
}
