//go:build cgo

package oracle_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime/oracle"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/wit"
)

const (
	folder   = "../../../examples/guests/components"
	echo     = "patchbay:kinds/echo@1.0.0"
	counters = "patchbay:kinds/counters@1.0.0"
)

// tooMany is of how many parts a split traps: the guest has no memory for them,
// and the host refuses.
const tooMany = math.MaxUint32

// A world is what the guests' WIT says.
type world struct {
	echo, counters map[string]*types.FuncType
	counter        component.Resource
}

func readWorld(t testing.TB) *world {
	t.Helper()
	_, p, err := wit.Load(filepath.Join(folder, "kinds.wit"), wit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{counter: component.Resource{Name: "counter"}}
	c := wit.Types{Resources: map[*wit.TypeDef]*types.ResourceType{
		p.Interface("counters").Type("counter"): w.counter.Type(),
	}}
	w.echo, w.counters = functions(t, &c, p.Interface("echo")), functions(t, &c, p.Interface("counters"))
	return w
}

func functions(t testing.TB, c *wit.Types, from *wit.Interface) map[string]*types.FuncType {
	t.Helper()
	all := map[string]*types.FuncType{}
	for _, f := range from.Functions {
		typ, err := c.Func(f)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = typ
	}
	return all
}

// A runtime has one instance of a guest.
type runtime interface {
	call(t *types.FuncType, path []string, args []types.Value) (types.Value, error)
	drop(*types.Handle) error
}

// theirs is wasmtime's component runtime.
type theirs struct {
	instance  *oracle.Instance
	functions map[string]*oracle.Func
}

func (r *theirs) call(t *types.FuncType, path []string, args []types.Value) (types.Value, error) {
	key := strings.Join(path, " ")
	if r.functions[key] == nil {
		f, err := r.instance.Func(t, path...)
		if err != nil {
			return types.Value{}, err
		}
		r.functions[key] = f
	}
	return r.functions[key].Call(args...)
}

func (r *theirs) drop(h *types.Handle) error { return r.instance.Drop(h) }

// ours is package component.
type ours struct {
	ctx      context.Context
	instance *component.Instance
}

func (r *ours) call(t *types.FuncType, path []string, args []types.Value) (types.Value, error) {
	f := r.instance.Func(path...)
	if f == nil {
		return types.Value{}, fmt.Errorf("no export %q", path)
	}
	// The types that the instance knows are of the same structure, but for the
	// resources: each instance has its own.
	return f.Call(r.ctx, args...)
}

func (r *ours) drop(h *types.Handle) error { return r.instance.Drop(r.ctx, h) }

// A host answers for what a relay imports, whoever runs it. It notes what it is
// asked.
type host struct {
	world  *world
	values map[uint32]int32 // counters
	next   uint32
	asked  []string

	resource *component.Resource // the type of its counters
}

func newHost(w *world) *host {
	return &host{world: w, resource: &w.counter, values: map[uint32]int32{}}
}

// serve answers a function of echo or counters.
func (h *host) serve(name string, t *types.FuncType, args []types.Value) (types.Value, error) {
	h.asked = append(h.asked, fmt.Sprint(name, h.seen(args)))
	switch {
	case name == "split" && args[1].Uint() == tooMany:
		return types.Value{}, errors.New("too many parts")
	case strings.HasPrefix(name, "echo-") && name != "echo-many":
		return args[0], nil
	case name == "nop":
		return types.Value{}, nil
	case name == "add":
		return types.U32Value(uint32(args[0].Uint() + args[1].Uint())), nil
	case name == "echo-many":
		return types.ListValue(t.Result, types.StringValue(h.seen(args))), nil
	}
	return h.count(name, t, args)
}

// seen returns arguments as text; handles as what the host knows them by.
func (h *host) seen(args []types.Value) string {
	texts := make([]string, len(args))
	for i, arg := range args {
		if texts[i] = arg.String(); arg.Handle() != nil {
			texts[i] = fmt.Sprint("#", arg.Handle().Rep)
		}
		if arg.Kind() == types.List && arg.Type().Elem().Kind() == types.Borrow {
			var reps []uint32
			for _, e := range arg.All() {
				reps = append(reps, e.Handle().Rep)
			}
			texts[i] = fmt.Sprint(reps)
		}
		if p, ok := arg.Payload(); ok && p.Handle() != nil {
			texts[i] = fmt.Sprint("some #", p.Handle().Rep)
		}
	}
	return fmt.Sprint(texts)
}

func (h *host) make(value int32) *types.Handle {
	h.next++
	h.values[h.next] = value
	return h.resource.New(h.next)
}

func (h *host) count(name string, t *types.FuncType, args []types.Value) (types.Value, error) {
	rep := func(v types.Value) uint32 { return v.Handle().Rep }
	switch name {
	case "[constructor]counter":
		return types.HandleValue(t.Result, h.make(int32(args[0].Int()))), nil
	case "[method]counter.add":
		h.values[rep(args[0])] += int32(args[1].Int())
		return types.S32Value(h.values[rep(args[0])]), nil
	case "[method]counter.value":
		return types.S32Value(h.values[rep(args[0])]), nil
	case "[static]counter.merge":
		sum := h.values[rep(args[0])] + h.values[rep(args[1])]
		delete(h.values, rep(args[0]))
		delete(h.values, rep(args[1]))
		return types.HandleValue(t.Result, h.make(sum)), nil
	case "[static]counter.sum":
		var sum int64
		for _, c := range args[0].All() {
			sum += int64(h.values[rep(c)])
		}
		return types.S64Value(sum), nil
	case "split":
		return h.split(t.Result, h.values[rep(args[0])], int(args[1].Uint())), nil
	case "open":
		if args[0].Int() < 0 {
			return types.ErrorValue(t.Result, types.StringValue(fmt.Sprint(args[0].Int(), " is negative"))), nil
		}
		return types.OkValue(t.Result, types.HandleValue(types.OwnOf(h.resource.Type()), h.make(int32(args[0].Int())))), nil
	case "pass":
		if p, ok := args[0].Payload(); ok {
			return types.SomeValue(t.Result, types.HandleValue(p.Type(), h.resource.New(rep(p)))), nil
		}
		return args[0], nil
	case "alive":
		return types.U32Value(uint32(len(h.values))), nil
	}
	return types.Value{}, errors.New("the host has no " + name)
}

func (h *host) split(t *types.Type, left int32, parts int) types.Value {
	values := make([]types.Value, parts)
	for i := range values {
		part := left / int32(parts-i)
		left -= part
		values[i] = types.HandleValue(t.Elem(), h.make(part))
	}
	return types.ListValue(t, values...)
}

func (h *host) dropped(rep uint32) {
	h.asked = append(h.asked, fmt.Sprint("drop #", rep))
	delete(h.values, rep)
}

// A guest is one of the components, compiled by both.
type guest struct {
	name   string
	world  *world
	theirs *oracle.Component
	ours   *component.Component
}

// guests returns the guests, and those that were built to where
// PATCHBAY_COMPONENTS says.
func guests(t *testing.T) []guest {
	t.Helper()
	files, err := filepath.Glob(folder + "/*-*.wasm")
	if built := os.Getenv("PATCHBAY_COMPONENTS"); built != "" {
		files, err = filepath.Glob(built + "/*-*.wasm")
	}
	if err != nil || len(files) < 2 {
		t.Fatalf("%v: no guests: %v", files, err)
	}
	reference := oracle.New()
	t.Cleanup(reference.Close)
	eng, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = eng.Close(context.Background()) })
	w := readWorld(t)
	all := make([]guest, len(files))
	for i, file := range files {
		all[i] = compileGuest(t, reference, eng, file)
		all[i].world = w
	}
	return all
}

func compileGuest(t *testing.T, reference *oracle.Engine, eng engine.Engine, file string) guest {
	t.Helper()
	code, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	g := guest{name: strings.TrimSuffix(filepath.Base(file), ".wasm")}
	if g.theirs, err = reference.Compile(code); err != nil {
		t.Fatalf("%s: wasmtime: %v", file, err)
	}
	t.Cleanup(g.theirs.Close)
	if g.ours, err = component.Compile(t.Context(), eng, code, component.Config{}); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return g
}

// start returns an instance of each runtime and the hosts that they ask.
func (g *guest) start(t *testing.T) (runtimes [2]runtime, hosts [2]*host) {
	t.Helper()
	hosts = [2]*host{newHost(g.world), newHost(g.world)}
	reference, err := g.theirs.Instantiate(hosts[0].forTheirs())
	if err != nil {
		t.Fatalf("wasmtime: %v", err)
	}
	t.Cleanup(reference.Close)
	pre, err := hosts[1].forOurs().Link(g.ours)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := pre.Instantiate(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = instance.Close(context.Background()) })
	return [2]runtime{&theirs{reference, map[string]*oracle.Func{}}, &ours{t.Context(), instance}}, hosts
}

func (h *host) forTheirs() *oracle.Host {
	var to oracle.Host
	to.DefineResource(counters, "counter", h.dropped)
	for name, f := range h.world.echo {
		to.Define(echo, name, f, func(args []types.Value) (types.Value, error) { return h.serve(name, f, args) })
	}
	for name, f := range h.world.counters {
		to.Define(counters, name, f, func(args []types.Value) (types.Value, error) { return h.serve(name, f, args) })
	}
	return &to
}

func (h *host) forOurs() *component.Linker {
	to := new(component.Linker)
	h.resource = &component.Resource{Name: "counter", Drop: func(_ context.Context, rep uint32) error { h.dropped(rep); return nil }}
	to.DefineResource(h.resource, counters, "counter")
	substitution := types.Substitution{h.world.counter.Type(): h.resource.Type()}
	for name, f := range h.world.echo {
		to.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return h.serve(name, f, args) }, echo, name)
	}
	for name, f := range h.world.counters {
		f = substitution.Func(f)
		to.Define(func(_ context.Context, args []types.Value) (types.Value, error) { return h.serve(name, f, args) }, counters, name)
	}
	return to
}

// TestEchoes calls each function of echo with generated values in both runtimes.
func TestEchoes(t *testing.T) {
	for _, g := range guests(t) {
		t.Run(g.name, func(t *testing.T) {
			runtimes, hosts := g.start(t)
			names := make([]string, 0, len(g.world.echo))
			for name := range g.world.echo {
				names = append(names, name)
			}
			slices.Sort(names)
			for _, name := range names {
				for seed := range uint64(30) {
					g.echo(t, runtimes, name, seed)
				}
			}
			compareAsked(t, hosts)
		})
	}
}

func (g *guest) echo(t *testing.T, runtimes [2]runtime, name string, seed uint64) {
	t.Helper()
	f := g.world.echo[name]
	gen := newGenerator(seed)
	args := make([]types.Value, len(f.Params))
	for i, p := range f.Params {
		args[i] = gen.value(p.Type)
	}
	want, err := runtimes[0].call(f, []string{echo, name}, args)
	if err != nil {
		t.Fatalf("%s(%.200v): wasmtime: %v", name, args, err)
	}
	got, err := runtimes[1].call(f, []string{echo, name}, args)
	if err != nil {
		t.Fatalf("%s(%.200v): %v", name, args, err)
	}
	if got.String() != want.String() {
		t.Errorf("%s(%.200v): got %.200v, wasmtime has %.200v", name, args, got, want)
	}
	if len(args) == 1 && got.String() != args[0].String() {
		t.Errorf("%s(%.200v): got %.200v", name, args, got)
	}
}

func compareAsked(t *testing.T, hosts [2]*host) {
	t.Helper()
	for i, want := range hosts[0].asked {
		if i >= len(hosts[1].asked) || hosts[1].asked[i] != want {
			t.Fatalf("call %d of the host: got %.200v, wasmtime's was %.200v", i, hosts[1].asked[min(i, len(hosts[1].asked)):], want)
		}
	}
	if len(hosts[1].asked) > len(hosts[0].asked) {
		t.Errorf("the host was called %d times, by wasmtime's guest %d times", len(hosts[1].asked), len(hosts[0].asked))
	}
}

// TestCounters makes, changes, gives away and drops resources in both runtimes.
func TestCounters(t *testing.T) {
	for _, g := range guests(t) {
		t.Run(g.name, func(t *testing.T) {
			runtimes, hosts := g.start(t)
			want, got := g.count(t, runtimes[0]), g.count(t, runtimes[1])
			if want != got || want == "" {
				t.Errorf("got %s, wasmtime has %s", got, want)
			}
			compareAsked(t, hosts)
		})
	}
}

// count does all that can be done with counters and returns what came of it.
func (g *guest) count(t *testing.T, r runtime) string {
	t.Helper()
	var all []string
	call := func(name string, args ...types.Value) types.Value {
		t.Helper()
		v, err := r.call(g.world.counters[name], []string{counters, name}, args)
		if err != nil {
			t.Fatalf("%T: %s: %v", r, name, err)
		}
		return v
	}
	note := func(v types.Value) { all = append(all, v.String()) }
	lent := func(v types.Value) types.Value {
		return types.HandleValue(types.BorrowOf(v.Handle().Resource), v.Handle())
	}
	one, two := call("[constructor]counter", types.S32Value(40)), call("[constructor]counter", types.S32Value(-7))
	note(call("[method]counter.add", lent(one), types.S32Value(2)))
	note(call("[method]counter.value", lent(two)))
	note(call("alive"))
	borrows := types.ListOf(types.BorrowOf(one.Handle().Resource))
	note(call("[static]counter.sum", types.ListValue(borrows, lent(one), lent(two), lent(one))))
	note(call("[static]counter.sum", types.ListValue(borrows)))
	merged := call("[static]counter.merge", one, two)
	note(call("[method]counter.value", lent(merged)))
	for _, part := range call("split", lent(merged), types.U32Value(4)).All() {
		note(call("[method]counter.value", lent(part)))
		if err := r.drop(part.Handle()); err != nil {
			t.Fatalf("%T: drop: %v", r, err)
		}
	}
	note(call("alive"))
	passed := call("pass", types.SomeValue(types.OptionOf(merged.Type()), merged))
	note(call("pass", types.NoneValue(passed.Type())))
	back, _ := passed.Payload()
	note(call("[method]counter.value", lent(back)))
	note(call("open", types.S32Value(-5)))
	opened, _ := call("open", types.S32Value(5)).Payload()
	note(call("[method]counter.value", lent(opened)))
	for _, h := range []*types.Handle{back.Handle(), opened.Handle()} {
		if err := r.drop(h); err != nil {
			t.Fatalf("%T: drop: %v", r, err)
		}
	}
	note(call("alive"))
	return strings.Join(all, " ")
}

// TestTraps has a call trap in both runtimes, which enter the instance no more.
func TestTraps(t *testing.T) {
	for _, g := range guests(t) {
		t.Run(g.name, func(t *testing.T) {
			runtimes, hosts := g.start(t)
			for _, r := range runtimes {
				c, err := r.call(g.world.counters["[constructor]counter"], []string{counters, "[constructor]counter"}, []types.Value{types.S32Value(1)})
				if err != nil {
					t.Fatalf("%T: %v", r, err)
				}
				lent := types.HandleValue(types.BorrowOf(c.Handle().Resource), c.Handle())
				if _, err = r.call(g.world.counters["split"], []string{counters, "split"}, []types.Value{lent, types.U32Value(tooMany)}); err == nil {
					t.Errorf("%T: split into %d parts: no error", r, uint32(tooMany))
				}
				if _, err = r.call(g.world.counters["alive"], []string{counters, "alive"}, nil); err == nil {
					t.Errorf("%T: entered after a trap", r)
				}
			}
			compareAsked(t, hosts)
		})
	}
}
