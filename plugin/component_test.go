package plugin_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/wast"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// mathBinary is the component of testdata/component/math.wat.
func mathBinary(t testing.TB) []byte { return componentBinary(t, "math") }

func componentBinary(t testing.TB, name string) []byte {
	t.Helper()
	binary, err := os.ReadFile("testdata/component/" + name + ".wasm")
	if err != nil {
		t.Fatal(err)
	}
	return binary
}

// TestComponentTexts holds the binaries against their texts, if the tool that makes
// them is there; PATCHBAY_UPDATE makes them anew.
func TestComponentTexts(t *testing.T) {
	tool, err := wast.OpenTool(t.Context(), "../internal/wast/testdata/npm/node_modules/@bytecodealliance/jco-transpile/vendor/wasm-tools.core.wasm")
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the tool is not installed; CI does")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer tool.Close(t.Context())
	texts, err := filepath.Glob("testdata/component/*.wat")
	if err != nil || len(texts) < 2 {
		t.Fatalf("%d texts: %v", len(texts), err)
	}
	for _, name := range texts {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		binary, err := tool.Translate(t.Context(), string(text))
		if err != nil {
			t.Fatal(err)
		}
		name = strings.TrimSuffix(name, ".wat") + ".wasm"
		if os.Getenv("PATCHBAY_UPDATE") != "" {
			if err := os.WriteFile(name, binary, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if have, err := os.ReadFile(name); err != nil || !bytes.Equal(binary, have) {
			t.Errorf("%s is not what its text says: %v", name, err)
		}
	}
}

// doubling answers acme:host/ask@1.0.0#double.
func doubling(_ context.Context, inv *bus.Invocation) (bus.Reply, error) {
	var x uint32
	if _, err := fmt.Sscanf(string(inv.Payload), "[%d]", &x); err != nil || inv.Format != bus.JSON {
		return bus.Reply{}, fmt.Errorf("payload %s: %w", inv.Payload, err)
	}
	if inv.Namespace != "acme:host/ask@1.0.0" || inv.Operation != "double" || inv.Caller.Plugin != "math" || inv.Caller.Instance == 0 {
		return bus.Reply{}, fmt.Errorf("invocation %+v", inv)
	}
	if x > 1000 {
		return bus.Reply{Payload: []byte(`"many"`)}, nil
	}
	return bus.Reply{Payload: fmt.Append(nil, 2*x)}, nil
}

func newMath(t testing.TB, options plugin.Options) *plugin.Plugin {
	options.Name = "math"
	if options.Handler == nil {
		options.Handler = bus.HandlerFunc(doubling)
	}
	return loadBinary(t, mathBinary(t), options)
}

func loadBinary(t testing.TB, binary []byte, options plugin.Options) *plugin.Plugin {
	t.Helper()
	p, err := plugin.New(t.Context(), newHosts(t), binary, options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return p
}

func TestComponentCall(t *testing.T) {
	pool := plugin.Pool{Size: 4, Warm: 4} // who comes after a trap does not wait, which would be stopped as well
	p := newMath(t, plugin.Options{Limits: engine.Limits{Timeout: 200 * time.Millisecond}, Pool: pool})
	if p.Contract() != plugin.Component {
		t.Errorf("contract %s", p.Contract())
	}
	for _, test := range []struct{ operation, payload, want string }{
		{"add", "[1, 2]", "3"},
		{"add", `{"b": 2, "a": 4294967295}`, "1"},
		{"ops.add", "[1, 2]", "3"},
		{"acme:math/ops#add", "[1, 2]", "3"},
		{"acme:math/ops@1.0.0#add", "[1, 2]", "3"},
		{"acme:math/ops.add@1.0.0", "[1, 2]", "3"},
		{"ops.quadruple", "[5]", "20"},
		{"echo", `["größer\n"]`, `"größer\n"`},
		{"nothing", "", "null"},
	} {
		mustCall(t, p, test.operation, test.payload, test.want)
	}
	for _, test := range []struct{ operation, payload, want string }{
		{"add", "[1]", `math: add: arguments: JSON at offset 3: argument "b", u32, is missing`},
		{"add", "[1, -2]", "math: add: arguments: JSON at offset 4, [1]: -2 does not fit into u32"},
		{"sub", "[]", "math: sub: the component has no function sub; there are acme:math/ops@1.0.0#add, acme:math/ops@1.0.0#quadruple"},
		{"quadruple", "[1]", "math: quadruple: quadruple may be any of acme:math/ops@1.0.0#quadruple, acme:math/more@1.0.0#quadruple"},
		{"adds", "[]", "math: adds: the component has no function adds; did you mean add?"},
		{"fail", "[]", "unreachable"},
		{"spin", "[]", "deadline"},
		{"ops.quadruple", "[2000]", "the reply of acme:host/ask@1.0.0#double: JSON at offset 0: a number is expected, not a string"},
	} {
		reply, err := p.Call(t.Context(), test.operation, []byte(test.payload))
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s(%s) = %s, %v; want %s", test.operation, test.payload, reply, err, test.want)
		}
		mustCall(t, p, "add", "[1, 2]", "3")
	}
}

func TestComponentFunc(t *testing.T) {
	p := newMath(t, plugin.Options{})
	add := p.Func("add")
	if typ, err := add.Type(); err != nil || typ.String() != "func(a: u32, b: u32) -> u32" {
		t.Errorf("type %v, %v", typ, err)
	}
	if v, err := add.Call(t.Context(), types.U32Value(1), types.U32Value(2)); err != nil || v.Uint() != 3 {
		t.Errorf("Call: %v, %v", v, err)
	}
	var sum uint32
	if err := add.CallGo(t.Context(), &sum, uint32(3), uint32(4)); err != nil || sum != 7 {
		t.Errorf("CallGo: %d, %v", sum, err)
	}
	if text, err := p.Func("echo").CallWAVE(t.Context(), `"a\tb"`); err != nil || text != `"a\tb"` {
		t.Errorf("CallWAVE: %s, %v", text, err)
	}
	if text, err := p.Func("nothing").CallWAVE(t.Context(), ""); err != nil || text != "" {
		t.Errorf("CallWAVE of nothing: %q, %v", text, err)
	}
	if err := add.CallGo(t.Context(), &sum, "3", uint32(4)); err == nil {
		t.Error("a string went for a number")
	}
	if _, err := add.CallWAVE(t.Context(), "1"); err == nil || !strings.Contains(err.Error(), `argument "b", u32, is expected here, not the end`) {
		t.Errorf("a missing argument: %v", err)
	}
	var missing *plugin.FunctionError
	if _, err := p.Func("sub").Type(); !errors.As(err, &missing) {
		t.Errorf("type of what there is not: %v", err)
	}
	if err := p.Func("sub").CallGo(t.Context(), nil); !errors.As(err, &missing) {
		t.Errorf("call of what there is not: %v", err)
	}
	want := "[acme:math/ops@1.0.0#add acme:math/ops@1.0.0#quadruple acme:math/more@1.0.0#quadruple acme:math/more@1.0.0#echo nothing spin fail]"
	if got := fmt.Sprint(p.Functions()); got != want {
		t.Errorf("functions %s", got)
	}
}

// TestCallWAVE calls one instance with arguments of all sizes, right and wrong ones.
func TestCallWAVE(t *testing.T) {
	p := loadBinary(t, componentBinary(t, "record"), plugin.Options{Pool: plugin.Pool{Size: 1}})
	one, all := p.Func("echo"), p.Func("echo-all")
	list := "[" + strings.Repeat(personWAVE+", ", 2000) + personWAVE + "]"
	for range 2 {
		for text, f := range map[string]*plugin.Func{personWAVE: one, "[" + personWAVE + "]": all, "[]": all, list: all} {
			if got, err := f.CallWAVE(t.Context(), text); err != nil || got != text {
				t.Errorf("got %.300s, %v; want %.300s", got, err, text)
			}
		}
		var placed *syntax.Error
		_, err := all.CallWAVE(t.Context(), "["+personWAVE+", {id: 1, nam: \"Ada\"}]")
		if want := `there is no field "nam"; did you mean "name"?`; !errors.As(err, &placed) || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("got %v; want …%s", err, want)
		}
	}
	if made := p.Stats().Made; made != 1 {
		t.Errorf("%d instances were made", made)
	}
	var other *plugin.ContractError
	if _, err := loadBinary(t, guestBinary(t, "greet-c.wasm"), plugin.Options{}).Func("greet").CallWAVE(t.Context(), ""); !errors.As(err, &other) {
		t.Errorf("call of what is no component: %v", err)
	}
}

func TestComponentManyCalls(t *testing.T) {
	p := newMath(t, plugin.Options{Pool: plugin.Pool{Size: 2}})
	var wait sync.WaitGroup
	for worker := range 4 {
		wait.Go(func() {
			for i := range 200 {
				want := fmt.Sprint(worker + i)
				reply, err := p.Call(t.Context(), "add", fmt.Appendf(nil, "[%d, %d]", worker, i))
				if err != nil || string(reply) != want {
					t.Errorf("%s, %v; want %s", reply, err, want)
					return
				}
				if v, err := p.Func("ops.quadruple").Call(t.Context(), types.U32Value(uint32(i))); err != nil || v.Uint() != uint64(4*i) {
					t.Errorf("quadruple %d: %v, %v", i, v, err)
					return
				}
			}
		})
	}
	wait.Wait()
	if s := p.Stats(); s.Instances > 2 || s.Memory != uint64(s.Instances)*engine.PageSize {
		t.Errorf("%+v", s)
	}
}

func TestComponentReplace(t *testing.T) {
	p := newMath(t, plugin.Options{})
	if err := p.Replace(t.Context(), mathBinary(t)); err != nil {
		t.Error(err)
	}
	mustCall(t, p, "add", "[1, 2]", "3")
	if err := p.Replace(t.Context(), guestBinary(t, "greet-c.wasm")); err == nil || !strings.Contains(err.Error(), "the new module is of contract wapc, the old one of component") {
		t.Errorf("replaced by a waPC guest: %v", err)
	}
	if err := p.Replace(t.Context(), mathBinary(t)[:100]); err == nil {
		t.Error("replaced by half a component")
	}
	mustCall(t, p, "add", "[1, 2]", "3")
}

func TestComponentImports(t *testing.T) {
	_, err := plugin.New(t.Context(), newHosts(t), mathBinary(t), plugin.Options{Name: "math"})
	var unmet *component.LinkError
	if !errors.As(err, &unmet) || len(unmet.Unmet) != 1 || !strings.Contains(err.Error(), "acme:host/ask@1.0.0#double of type func(x: u32) -> u32") {
		t.Errorf("without a handler: %v", err)
	}
	p := loadBinary(t, mathBinary(t), plugin.Options{UnmetTraps: true})
	mustCall(t, p, "add", "[1, 2]", "3")
	if _, err := p.Call(t.Context(), "ops.quadruple", []byte("[1]")); engine.AsTrap(err) == nil || !strings.Contains(err.Error(), "nothing provides the import acme:host/ask@1.0.0#double") {
		t.Errorf("an import that traps: %v", err)
	}
	if _, err := plugin.New(t.Context(), newHosts(t), mathBinary(t), plugin.Options{Contract: plugin.WaPC}); err == nil || !strings.Contains(err.Error(), "declared to be of contract wapc") {
		t.Errorf("declared as waPC: %v", err)
	}
	var other *plugin.ContractError
	if err := loadBinary(t, guestBinary(t, "greet-c.wasm"), plugin.Options{}).Func("add").CallGo(t.Context(), nil); !errors.As(err, &other) {
		t.Errorf("a function of a waPC guest: %v", err)
	}
}

// TestBound calls through what is bound, in instances of one component and the
// next.
func TestBound(t *testing.T) {
	p := loadBinary(t, mathBinary(t), plugin.Options{UnmetTraps: true})
	type params struct{ A, B uint32 }
	add, err := plugin.Bind[params, uint32](p.Func("add"))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if sum, err := add.Call(t.Context(), params{1, 2}); err != nil || sum != 3 {
			t.Errorf("1 and 2 is %d, %v", sum, err)
		}
	}
	if _, err := plugin.Bind[params, struct{}](p.Func("add")); err == nil || !strings.Contains(err.Error(), "add: result: no Go type") {
		t.Errorf("no result: %v", err)
	}
	var wrapped *plugin.Error
	if _, err := plugin.Bind[struct{}, struct{}](p.Func("none")); !errors.As(err, &wrapped) {
		t.Errorf("no function: %v", err)
	}
	other, err := os.ReadFile("testdata/component/record.wasm")
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Replace(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	var unknown *plugin.FunctionError
	if _, err := add.Call(t.Context(), params{1, 2}); !errors.As(err, &unknown) {
		t.Errorf("the function is gone: %v", err)
	}
}
