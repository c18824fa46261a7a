package component_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// definition returns the component that one of our scripts defines under a name.
func definition(t testing.TB, script, name string) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/script/" + script + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var commands []wast.Command
	if err := json.Unmarshal(text, &commands); err != nil {
		t.Fatal(err)
	}
	for _, c := range commands {
		if c.Name == name && c.Source != nil {
			return c.Source.Binary
		}
	}
	t.Fatalf("%s defines no %s", script, name)
	return nil
}

func newEngine(t testing.TB) engine.Engine {
	t.Helper()
	e, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	return e
}

func compiled(t testing.TB, script, name string) *component.Component {
	t.Helper()
	c, err := component.Compile(t.Context(), newEngine(t), definition(t, script, name), component.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A host offers what the component Imports asks for, and counts.
type host struct {
	component.Linker
	things  component.Resource
	dropped []uint32
	during  func(context.Context) error
}

func newHost() *host {
	h := new(host)
	h.things = component.Resource{Name: "thing", Drop: func(_ context.Context, rep uint32) error {
		h.dropped = append(h.dropped, rep)
		return nil
	}}
	h.Define(func(ctx context.Context, args []types.Value) (types.Value, error) {
		if h.during != nil {
			if err := h.during(ctx); err != nil {
				return types.Value{}, err
			}
		}
		return types.StringValue(strings.ToUpper(args[0].Text())), nil
	}, "shout")
	const things = "test:host/things@0.2.9" // a later version than is asked for
	h.DefineResource(&h.things, things, "thing")
	h.Define(func(_ context.Context, args []types.Value) (types.Value, error) {
		return types.HandleValue(types.OwnOf(h.things.Type()), h.things.New(uint32(args[0].Uint())+100)), nil
	}, things, "[constructor]thing")
	h.Define(func(_ context.Context, args []types.Value) (types.Value, error) {
		return types.U32Value(args[0].Handle().Rep), nil
	}, things, "[method]thing.value")
	return h
}

func (h *host) instantiate(t testing.TB) *component.Instance {
	t.Helper()
	pre, err := h.Link(compiled(t, "imports", "$Imports"))
	if err != nil {
		t.Fatal(err)
	}
	i, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := i.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return i
}

func TestImports(t *testing.T) {
	h := newHost()
	i := h.instantiate(t)
	got, err := i.Func("shout").Call(t.Context(), types.StringValue("hé"))
	if err != nil || got.Text() != "HÉ" {
		t.Errorf("got %v, %v", got, err)
	}
	got, err = i.Func("round").Call(t.Context(), types.U32Value(7))
	if err != nil || got.Uint() != 107 {
		t.Errorf("got %v, %v", got, err)
	}
	if diff := cmp.Diff([]uint32{107}, h.dropped); diff != "" {
		t.Errorf("dropped: %s", diff)
	}
}

// TestHostResource has a resource of the host come back to it through the guest,
// and go again.
func TestHostResource(t *testing.T) {
	h := newHost()
	i := h.instantiate(t)
	made, err := i.Func("tools", "make").Call(t.Context(), types.U32Value(1))
	if err != nil || made.Handle() == nil || made.Handle().Rep != 101 || made.Handle().Resource != h.things.Type() {
		t.Fatalf("got %v, %v", made, err)
	}
	drop := i.Func("tools", "drop")
	if err := drop.CallGo(t.Context(), nil, made.Handle()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]uint32{101}, h.dropped); diff != "" {
		t.Errorf("dropped: %s", diff)
	}
	if err := drop.CallGo(t.Context(), nil, made.Handle()); err == nil {
		t.Error("a handle is given away twice")
	}
	made, err = i.Func("tools", "make").Call(t.Context(), types.U32Value(2))
	if err != nil {
		t.Fatal(err)
	}
	if err := i.Drop(t.Context(), made.Handle()); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]uint32{101, 102}, h.dropped); diff != "" {
		t.Errorf("dropped: %s", diff)
	}
}

// TestDefineGo serves imports with Go types.
func TestDefineGo(t *testing.T) {
	h := newHost()
	component.DefineGo(&h.Linker, func(_ context.Context, p struct{ Text string }) (string, error) {
		return p.Text + "!", nil
	}, "shout")
	const things = "test:host/things@0.2.9"
	component.DefineGo(&h.Linker, func(_ context.Context, p struct{ Self *types.Handle }) (uint32, error) {
		if p.Self.Owned {
			return 0, errors.New("it is not a borrow")
		}
		return p.Self.Rep + 1, nil
	}, things, "[method]thing.value")
	component.DefineGo(&h.Linker, func(_ context.Context, p struct{ N uint32 }) (*types.Handle, error) {
		return h.things.New(p.N), nil
	}, things, "[constructor]thing")
	i := h.instantiate(t)
	var loud string
	if err := i.Func("shout").CallGo(t.Context(), &loud, "a"); err != nil || loud != "a!" {
		t.Errorf("got %q, %v", loud, err)
	}
	got, err := i.Func("round").Call(t.Context(), types.U32Value(7))
	if err != nil || got.Uint() != 8 {
		t.Errorf("got %v, %v", got, err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if err := i.Func("shout").CallGo(t.Context(), &loud, "a"); err != nil {
			t.Fatal(err)
		}
	}); n > 3 && compiles() { // the host's argument, what it makes of it, and the result
		t.Errorf("%v allocations", n)
	}
}

func TestDefineGoErrors(t *testing.T) {
	c := compiled(t, "imports", "$Imports")
	h := newHost()
	component.DefineGo(&h.Linker, func(context.Context, struct{ Text []byte }) (string, error) { return "", nil }, "shout")
	if _, err := h.Link(c); err == nil || !strings.Contains(err.Error(), "argument text: binding Go type []uint8 to string") {
		t.Errorf("got %v", err)
	}
	component.DefineGo(&h.Linker, func(context.Context, struct{ Text string }) (int, error) { return 0, nil }, "shout")
	if _, err := h.Link(c); err == nil || !strings.Contains(err.Error(), "result: binding Go type int to string") {
		t.Errorf("got %v", err)
	}
	component.DefineGo(&h.Linker, func(context.Context, struct{}) (string, error) { return "", nil }, "shout")
	if _, err := h.Link(c); err == nil || !strings.Contains(err.Error(), "struct {} has not the 1 fields") {
		t.Errorf("got %v", err)
	}
}

func TestUnmetImports(t *testing.T) {
	c := compiled(t, "imports", "$Imports")
	var linker component.Linker
	linker.Define(func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }, "test:host/things@0.3.0", "thing")
	_, err := linker.Link(c)
	var unmet *component.LinkError
	if !errors.As(err, &unmet) || len(unmet.Unmet) != 4 {
		t.Fatalf("got %v", err)
	}
	want := `4 imports are not met:
    shout: func(text: string) -> string
    test:host/things@0.2.3#thing: resource; near it is test:host/things@0.3.0#thing
    test:host/things@0.2.3#[constructor]thing: func(n: u32) -> own<thing>
    test:host/things@0.2.3#[method]thing.value: func(self: borrow<thing>) -> u32`
	if err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	linker.Define(nil, "shout")
	linker.DefineResource(&component.Resource{}, "test:host/things@0.2.3", "thing")
	linker.DefineResource(&component.Resource{}, "test:host/things@0.2.3", "[constructor]thing")
	if _, err = linker.Link(c); !strings.Contains(err.Error(), "things@0.2.3#[constructor]thing: func(n: u32) -> own<thing>; expected function found resource") {
		t.Errorf("got %v", err)
	}
}

// TestImportIsExported calls a function of the host that a component exports again:
// types are compared as they are where a guest is between.
func TestImportIsExported(t *testing.T) {
	w := workbench{t, newEngine(t)}
	var l component.Linker
	var wrong bool
	l.Define(func(_ context.Context, args []types.Value) (types.Value, error) {
		if wrong {
			return types.StringValue("many"), nil
		}
		return types.U32Value(2 * uint32(args[0].Uint())), nil
	}, "double")
	again := w.instantiate(&l, compiled(t, "imports", "$Again")).Func("again")
	if got, err := again.Call(t.Context(), types.U32Value(21)); err != nil || got.Uint() != 42 {
		t.Errorf("got %v, %v", got, err)
	}
	for text, args := range map[string][]types.Value{
		"0 arguments":                         nil,
		"argument n: want u32, have string":   {types.StringValue("1")},
		"argument n: want u32, have _":        {{}},
		"2 arguments for func(n: u32) -> u32": {types.U32Value(1), types.U32Value(2)},
	} {
		if _, err := again.Call(t.Context(), args...); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("got %v, want %s", err, text)
		}
	}
	wrong = true
	if _, err := again.Call(t.Context(), types.U32Value(1)); err == nil || !strings.Contains(err.Error(), "result: want u32, have string") {
		t.Errorf("got %v", err)
	}
}

// TestUnmetImportsText holds what a guest says to the line that it stands in.
func TestUnmetImportsText(t *testing.T) {
	hostile := component.UnmetImport{
		Path: []string{"a\nimport b", "\x1b[31m\u202e"}, Type: "func(\r)", Reason: "it is \xff", Near: [][]string{{"c\u2028", "d"}},
	}
	err := &component.LinkError{Unmet: []component.UnmetImport{hostile}}
	want := `import a\nimport b#\x1b[31m\u202e of type func(\r): it is \xff; near it is c\u2028#d`
	if err.Error() != want {
		t.Errorf("got %q, want %q", err.Error(), want)
	}
	entry := `a\nimport b#\x1b[31m\u202e: func(\r); it is \xff; near it is c\u2028#d`
	err.Unmet, err.More = append(err.Unmet, hostile), 1000
	if got, want := err.Error(), "1002 imports are not met:\n    "+entry+"\n    "+entry+"\n    and 1000 more"; got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestReentrance has the host call back into the instance that calls it.
func TestReentrance(t *testing.T) {
	h := newHost()
	i := h.instantiate(t)
	var inner, other error
	shout := i.Func("shout")
	h.during = func(ctx context.Context) error {
		_, inner = i.Func("add").Call(ctx, types.U32Value(1), types.U32Value(2))
		type text string
		var result text
		other = shout.CallGo(ctx, &result, text("b")) // other types than those of the call that runs
		return nil
	}
	var loud string
	if err := shout.CallGo(t.Context(), &loud, "a"); err != nil || loud != "A" {
		t.Fatal(loud, err)
	}
	if trap := engine.AsTrap(other); trap == nil || trap.Text != "cannot enter component instance" {
		t.Errorf("got %v", other)
	}
	if trap := engine.AsTrap(inner); trap == nil || trap.Text != "cannot enter component instance" {
		t.Errorf("got %v", inner)
	}
	if got, err := i.Func("add").Call(t.Context(), types.U32Value(1), types.U32Value(2)); err != nil || got.Uint() != 3 {
		t.Errorf("after it: %v, %v", got, err)
	}
}

func TestHostError(t *testing.T) {
	h := newHost()
	i := h.instantiate(t)
	failure := errors.New("no voice")
	h.during = func(context.Context) error { return failure }
	_, err := i.Func("shout").Call(t.Context(), types.StringValue("a"))
	if !errors.Is(err, failure) || engine.AsTrap(err) == nil {
		t.Errorf("got %v", err)
	}
}

type person struct {
	Name  string
	Age   uint32
	Score float64
	Admin bool
}

func echo(t testing.TB) *component.Instance {
	t.Helper()
	var linker component.Linker
	pre, err := linker.Link(compiled(t, "run", "$Echo"))
	if err != nil {
		t.Fatal(err)
	}
	i, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestCallGo(t *testing.T) {
	i := echo(t)
	in, out := person{"Ada", 36, 9.5, true}, person{Name: "nobody"}
	if err := i.Func("person").CallGo(t.Context(), &out, in); err != nil || out != in {
		t.Errorf("got %+v, %v", out, err)
	}
	var texts []string
	if err := i.Func("strings").CallGo(t.Context(), &texts, []string{"a", "é"}); err != nil || len(texts) != 2 || texts[1] != "é" {
		t.Errorf("got %q, %v", texts, err)
	}
	var option *uint8
	seven := uint8(7)
	if err := i.Func("option").CallGo(t.Context(), &option, &seven); err != nil || option == nil || *option != 7 {
		t.Errorf("got %v, %v", option, err)
	}
	var color string
	if err := i.Func("enum").CallGo(t.Context(), &color, "green"); err != nil || color != "green" {
		t.Errorf("got %v, %v", color, err)
	}
	for _, test := range []struct {
		err  error
		want string
	}{
		{i.Func("u32").CallGo(t.Context(), new(uint32), "a"), "argument a: binding Go type string to u32: string does not stand for u32"},
		{i.Func("u32").CallGo(t.Context(), new(string), uint32(1)), "result: binding Go type string to u32: string does not stand for u32"},
		{i.Func("u32").CallGo(t.Context(), nil, uint32(1)), "result: want a pointer to what stands for u32, have <nil>"},
		{i.Func("u32").CallGo(t.Context(), (*uint32)(nil), uint32(1)), "result: the *uint32 is nil"},
		{i.Func("u32").CallGo(t.Context(), new(uint32), nil), "argument a: binding Go type <nil> to u32: <nil> does not stand for u32"},
		{i.Func("u32").CallGo(t.Context(), new(uint32)), "0 arguments for func(a: u32) -> u32"},
		{i.Func("trap").CallGo(t.Context(), new(uint32)), "result: func() has none"},
		{i.Func("utf8").CallGo(t.Context(), new(string), "\xff"), "argument a: the string is not UTF-8"},
	} {
		if test.err == nil || test.err.Error() != test.want {
			t.Errorf("got %v, want %s", test.err, test.want)
		}
	}
	if err := i.Func("utf8").CallGo(t.Context(), new(string), "after mistakes"); err != nil {
		t.Error(err)
	}
}

func TestBind(t *testing.T) {
	i := echo(t)
	type one[T any] struct{ A T }
	f, err := component.Bind[one[person], person](i.Func("person"))
	if err != nil {
		t.Fatal(err)
	}
	in := person{"Ada", 36, 9.5, true}
	if out, err := f.Call(t.Context(), one[person]{in}); err != nil || out != in {
		t.Errorf("got %+v, %v", out, err)
	}
	for want, err := range map[string]error{
		"argument a: binding Go type string to u32: string does not stand for u32": second(component.Bind[one[string], uint32](i.Func("u32"))),
		"result: binding Go type string to u32: string does not stand for u32":     second(component.Bind[one[uint32], string](i.Func("u32"))),
		"result: func() has none, want struct{}":                                   second(component.Bind[struct{}, string](i.Func("trap"))),
		"parameters: struct {} has not the 1 fields for func(a: u32) -> u32":       second(component.Bind[struct{}, uint32](i.Func("u32"))),
	} {
		if err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
	trap, err := component.Bind[struct{}, struct{}](i.Func("trap"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := trap.Call(t.Context(), struct{}{}); engine.AsTrap(err) == nil {
		t.Errorf("got %v", err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestResourceNames holds messages to the names that users know.
func TestResourceNames(t *testing.T) {
	i := newHost().instantiate(t)
	if got, want := i.Func("tools", "make").Type().String(), "func(n: u32) -> own<thing>"; got != want {
		t.Errorf("got %s", got)
	}
	var linker component.Linker
	pre, err := linker.Link(compiled(t, "run", "$Maker"))
	if err != nil {
		t.Fatal(err)
	}
	if i, err = pre.Instantiate(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, want := i.Func("make").Type().String(), "func() -> own<outer>"; got != want {
		t.Errorf("got %s", got)
	}
}

func TestFuncPaths(t *testing.T) {
	i := newHost().instantiate(t)
	for _, path := range [][]string{nil, {"nothing"}, {"tools"}, {"tools", "nothing"}, {"add", "more"}} {
		if f := i.Func(path...); f != nil {
			t.Errorf("%q is %v", path, f.Type())
		}
	}
	if first := i.Func("add"); i.Func("add") != first {
		t.Error("a function is not the same the second time")
	}
}

func TestCompileErrors(t *testing.T) {
	e := newEngine(t)
	for _, test := range []struct {
		binary string
		want   string
	}{
		{"", "unexpected end-of-file"},
		{"\x00asm\x01\x00\x00\x00", "it is a core module"},
		{"\x00asm\x0d\x00\x01\x00\x0b", "unexpected"},
	} {
		_, err := component.Compile(t.Context(), e, []byte(test.binary), component.Config{})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %s", test.binary, err, test.want)
		}
	}
}

// compiles reports whether wazero has a compiler for this machine.
func compiles() bool { return goruntime.GOARCH == "amd64" || goruntime.GOARCH == "arm64" }

// TestGoCallsDoNotAllocate holds calls with Go values to the result, besides what
// the caller's interfaces take.
func TestGoCallsDoNotAllocate(t *testing.T) {
	if !compiles() {
		t.Skip("wazero interprets here, and allocates for each call")
	}
	i := newHost().instantiate(t)
	add, sum := i.Func("add"), uint32(0)
	args := []any{uint32(3), uint32(4)}
	if n := testing.AllocsPerRun(100, func() {
		if err := add.CallGo(t.Context(), &sum, args...); err != nil || sum != 7 {
			t.Fatal(sum, err)
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
	bound, err := component.Bind[struct{ A, B uint32 }, uint32](add)
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() {
		if sum, err := bound.Call(t.Context(), struct{ A, B uint32 }{1, 2}); err != nil || sum != 3 {
			t.Fatal(sum, err)
		}
	}); n != 0 {
		t.Errorf("bound: %v allocations", n)
	}
}

// TestHostCallsDoNotAllocate holds calls of the host to the strings that it gets
// and that its caller gets.
func TestHostCallsDoNotAllocate(t *testing.T) {
	if !compiles() {
		t.Skip("wazero interprets here, and allocates for each call")
	}
	type params struct{ Text string }
	values, typed := newHost(), newHost()
	values.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return args[0], nil }, "shout")
	component.DefineGo(&typed.Linker, func(_ context.Context, p params) (string, error) { return p.Text, nil }, "shout")
	for name, h := range map[string]*host{"values": values, "Go values": typed} {
		bound, err := component.Bind[params, string](h.instantiate(t).Func("shout"))
		if err != nil {
			t.Fatal(err)
		}
		text := params{strings.Repeat("a", 50)}
		if n := testing.AllocsPerRun(100, func() {
			if got, err := bound.Call(t.Context(), text); err != nil || got != text.Text {
				t.Fatal(got, err)
			}
		}); n != 2 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}

// TestCallInto gives a result the memory of the one before, of which its argument is
// a part.
func TestCallInto(t *testing.T) {
	type params struct{ A []byte }
	bound, err := component.Bind[params, []byte](echo(t).Func("bytes"))
	if err != nil {
		t.Fatal(err)
	}
	result := []byte("payload")
	for n := len(result); n >= 0; n-- {
		want := string(result[:n])
		if err := bound.CallInto(t.Context(), params{result[:n]}, &result); err != nil || string(result) != want || result == nil {
			t.Fatalf("got %q, %v; want %q", result, err, want)
		}
	}
	large := make([]byte, 1<<10)
	call := func() {
		if err := bound.CallInto(t.Context(), params{large}, &result); err != nil || len(result) != len(large) {
			t.Fatalf("%d bytes, %v", len(result), err)
		}
	}
	if n := testing.AllocsPerRun(10, call); compiles() && n != 0 {
		t.Errorf("%v allocations", n)
	}
	if err := bound.CallInto(t.Context(), params{}, nil); err == nil || err.Error() != "result: the *[]uint8 is nil" {
		t.Errorf("nowhere: %v", err)
	}
}

func BenchmarkBound(b *testing.B) {
	i := echo(b)
	benchmarkBound(b, "u32", i.Func("u32"), uint32(7))
	benchmarkBound(b, "string16", i.Func("utf8"), strings.Repeat("a", 16))
	benchmarkBound(b, "string1Ki", i.Func("utf8"), strings.Repeat("a", 1024))
	benchmarkBound(b, "bytes1Ki", i.Func("bytes"), make([]byte, 1024))
	benchmarkBound(b, "bytes32Ki", i.Func("bytes"), make([]byte, 32<<10))
	benchmarkBound(b, "record", i.Func("person"), person{"Ada Lovelace", 36, 9.5, true})
}

func benchmarkBound[T any](b *testing.B, name string, f *component.Func, arg T) {
	bound, err := component.Bind[struct{ A T }, T](f)
	if err != nil {
		b.Fatal(err)
	}
	ctx := context.Background()
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := bound.Call(ctx, struct{ A T }{arg}); err != nil {
				b.Fatal(err)
			}
		}
	})
}

func BenchmarkCallGo(b *testing.B) {
	i := echo(b)
	ctx := b.Context()
	run := func(name, export string, result any, arg any) {
		f := i.Func(export)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := f.CallGo(ctx, result, arg); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	run("u32", "u32", new(uint32), uint32(7))
	run("string16", "utf8", new(string), strings.Repeat("a", 16))
	run("string1Ki", "utf8", new(string), strings.Repeat("a", 1024))
	run("bytes1Ki", "bytes", new([]byte), make([]byte, 1024))
	run("record", "person", new(person), person{"Ada Lovelace", 36, 9.5, true})
}

func BenchmarkCallRecord(b *testing.B) {
	f := echo(b).Func("person")
	t := f.Type().Result
	v := types.RecordValue(t, types.StringValue("Ada Lovelace"), types.U32Value(36), types.F64Value(9.5), types.BoolValue(true))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := f.Call(b.Context(), v); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkHost calls a guest that calls the host.
func BenchmarkHost(b *testing.B) {
	h := newHost()
	component.DefineGo(&h.Linker, func(_ context.Context, p struct{ Text string }) (string, error) { return p.Text, nil }, "shout")
	bound, err := component.Bind[struct{ Text string }, string](h.instantiate(b).Func("shout"))
	if err != nil {
		b.Fatal(err)
	}
	ctx, text := context.Background(), strings.Repeat("a", 16)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := bound.Call(ctx, struct{ Text string }{text}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInstantiate(b *testing.B) {
	pre, err := newHost().Link(compiled(b, "imports", "$Imports"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		i, err := pre.Instantiate(b.Context())
		if err != nil {
			b.Fatal(err)
		}
		if err := i.Close(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
