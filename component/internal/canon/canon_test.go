package canon

import (
	"context"
	_ "embed"
	"encoding/binary"
	"errors"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
)

var (
	//go:embed testdata/guest.wasm
	guestBinary []byte
	//go:embed testdata/caller.wasm
	callerBinary []byte
)

// A composition is a component with two in it: one that echoes and defines a
// resource type, and one that calls the first and the host.
type composition struct {
	tree          *Tree
	guest, caller engine.Instance
	resource      *types.ResourceType // as calls are compiled with it

	guestOptions, callerOptions Options

	greet Values
	back  func(context.Context) error
}

const (
	root = iota
	guestInstance
	callerInstance
)

// The lowered functions.
const (
	lowerEcho = iota
	lowerAdd
	lowerTrap
	lowerBack
	lowerUse
	lowerGreet
	lowers
)

func signature(result *types.Type, params ...*types.Type) *abi.Signature {
	f := &types.FuncType{Result: result}
	for i, p := range params {
		f.Params = append(f.Params, types.Param{Name: string(rune('a' + i)), Type: p})
	}
	return abi.NewSignature(f)
}

var (
	str     = types.String.Type()
	u32     = types.U32.Type()
	echoSig = signature(str, str)
	addSig  = signature(u32, u32, u32)
	nothing = signature(nil)
)

// compose instantiates the composition; the two sides have their own encodings.
func compose(t testing.TB, guest, caller abi.Encoding) *composition {
	t.Helper()
	ctx := context.Background()
	e, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(ctx) })
	c := &composition{tree: NewTree([]int{task.NoCaller, root, root}, 1, lowers)}
	c.tree.Limits = engine.Limits{}.WithDefaults()
	c.resource = &types.ResourceType{Name: "thing", Host: task.Slot(0)}
	c.guest = instantiate(t, e, guestBinary, c.tree, nil)
	c.guestOptions = optionsOf(c.guest, guest)
	c.tree.Resources[0] = &task.Resource{
		Type: &types.ResourceType{Name: "thing"}, Impl: c.tree.Instances[guestInstance],
		Destroy: Destructor(c.guest.Func("destroy")),
	}
	useSig := signature(nil, types.BorrowOf(c.resource))
	host, err := e.Host(ctx,
		LowerFunc("echo", lowerEcho, echoSig.Lower, false), LowerFunc("add", lowerAdd, addSig.Lower, false),
		LowerFunc("trap", lowerTrap, nothing.Lower, false), LowerFunc("back", lowerBack, nothing.Lower, true),
		LowerFunc("use", lowerUse, useSig.Lower, false), LowerFunc("greet", lowerGreet, echoSig.Lower, true),
		ResourceNewFunc("new", callerInstance, 0), ResourceDropFunc("drop", callerInstance, 0))
	if err != nil {
		t.Fatal(err)
	}
	c.caller = instantiate(t, e, callerBinary, c.tree, map[string]engine.Instance{"dep": host, "host": host})
	c.callerOptions = optionsOf(c.caller, caller)
	cross := func(index int, s *abi.Signature, export string) {
		transfer, err := abi.NewTransfer(s, s)
		if err != nil {
			t.Fatal(err)
		}
		o := c.guestOptions
		if s == echoSig {
			o.PostReturn = c.guest.Func("reset") // else the guest has no memory after some calls
		}
		callee := c.tree.NewLift(s, c.guest.Func(export), guestInstance, o)
		c.tree.Lowers[index] = c.tree.NewLower(transfer, s, callee, callerInstance, c.callerOptions)
	}
	cross(lowerEcho, echoSig, "echo")
	cross(lowerAdd, addSig, "add")
	cross(lowerTrap, nothing, "trap")
	cross(lowerUse, useSig, "destroy")
	serve := func(index int, s *abi.Signature, f Values) {
		c.tree.Lowers[index] = c.tree.NewHostLower(s, f, callerInstance, c.callerOptions)
	}
	serve(lowerGreet, echoSig, func(ctx context.Context, args []types.Value) (types.Value, error) { return c.greet(ctx, args) })
	serve(lowerBack, nothing, func(ctx context.Context, _ []types.Value) (types.Value, error) {
		return types.Value{}, c.back(ctx)
	})
	return c
}

func instantiate(t testing.TB, e engine.Engine, binary []byte, tree *Tree, provided map[string]engine.Instance) engine.Instance {
	t.Helper()
	ctx := context.Background()
	module, err := e.Compile(ctx, binary, engine.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	imports, err := engine.Link(module, provided)
	if err != nil {
		t.Fatal(err)
	}
	instance, err := module.Instantiate(ctx, imports, engine.InstanceConfig{Data: tree})
	if err != nil {
		t.Fatal(err)
	}
	return instance
}

func optionsOf(i engine.Instance, encoding abi.Encoding) Options {
	return Options{Options: abi.Options{Encoding: encoding, Memory: i.Memory("memory"), Realloc: i.Func("realloc")}}
}

// lift lifts an export of the caller for the host.
func (c *composition) lift(s *abi.Signature, export, postReturn string) *Lift {
	o := c.callerOptions
	if postReturn != "" {
		o.PostReturn = c.caller.Func(postReturn)
	}
	return c.tree.NewLift(s, c.caller.Func(export), callerInstance, o)
}

func wantTrap(t *testing.T, err error, text string) {
	t.Helper()
	if trap := engine.AsTrap(err); trap == nil || !strings.Contains(trap.Error(), text) {
		t.Errorf("got %v, want the trap %q", err, text)
	}
}

// TestEcho sends strings from the host through one guest to another and back, in
// all pairs of encodings, larger than the memory first was.
func TestEcho(t *testing.T) {
	ctx := context.Background()
	for guest := range abi.Latin1OrUTF16 + 1 {
		for caller := range abi.Latin1OrUTF16 + 1 {
			c := compose(t, guest, caller)
			f := c.lift(echoSig, "echo", "reset")
			for _, text := range []string{"", "ascii", "latin1 é", "BMP π", "more \U0001f600", strings.Repeat("é", 5000)} {
				got, err := f.Call(ctx, []types.Value{types.StringValue(text)})
				if err != nil || got.Text() != text {
					t.Errorf("%v, %v: %.20q became %.20q, %v", guest, caller, text, got.Text(), err)
				}
			}
		}
	}
}

func TestMemoryGrows(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF8)
	f := c.tree.NewLift(echoSig, c.guest.Func("echo"), guestInstance, c.guestOptions)
	text := strings.Repeat("a", 1<<20)
	got, err := f.Call(context.Background(), []types.Value{types.StringValue(text)})
	if err != nil || got.Text() != text {
		t.Errorf("%d bytes, %v", len(got.Text()), err)
	}
}

func TestAdd(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF8)
	f := c.lift(addSig, "add", "")
	got, err := f.Call(context.Background(), []types.Value{types.U32Value(3), types.U32Value(4)})
	if err != nil || got.Uint() != 7 {
		t.Errorf("got %v, %v", got, err)
	}
	_, err = f.Call(context.Background(), []types.Value{types.U32Value(3)})
	if err == nil || engine.AsTrap(err) != nil {
		t.Errorf("one argument: %v", err)
	}
	if got, err = f.Call(context.Background(), []types.Value{types.U32Value(1), types.U32Value(1)}); err != nil || got.Uint() != 2 {
		t.Errorf("after a caller's mistake: %v, %v", got, err)
	}
}

func TestHostServes(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF16)
	c.greet = func(_ context.Context, args []types.Value) (types.Value, error) {
		return types.StringValue("hello " + args[0].Text()), nil
	}
	f := c.lift(echoSig, "greet", "reset")
	got, err := f.Call(context.Background(), []types.Value{types.StringValue("Ada")})
	if err != nil || got.Text() != "hello Ada" {
		t.Errorf("got %v, %v", got, err)
	}
	failure := errors.New("nobody is here")
	c.greet = func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, failure }
	_, err = f.Call(context.Background(), []types.Value{types.StringValue("Ada")})
	if trap := engine.AsTrap(err); !errors.Is(err, failure) || trap == nil || trap.Kind != engine.HostFault {
		t.Errorf("got %v", err)
	}
}

// TestHostReturnsArguments has a function of the host make its result of the slice
// of its arguments, which is used again.
func TestHostReturnsArguments(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF8)
	pair := types.TupleOf(u32, u32)
	sig := signature(pair, u32, u32)
	serve := Values(func(_ context.Context, args []types.Value) (types.Value, error) {
		return types.RecordValue(pair, args...), nil
	})
	cx := &abi.Context{Options: c.callerOptions.Options, Budget: abi.LiftBudget}
	for i := range uint64(3) {
		const ptr = 64
		if err := serve.Serve(t.Context(), cx, sig, []uint64{i, i + 1, ptr}); err != nil {
			t.Fatal(err)
		}
		memory := c.callerOptions.Memory.Bytes()[ptr:]
		if a, b := binary.LittleEndian.Uint32(memory), binary.LittleEndian.Uint32(memory[4:]); uint64(a) != i || uint64(b) != i+1 {
			t.Errorf("got %d and %d, want %d and %d", a, b, i, i+1)
		}
	}
}

// TestTrapPoisons calls after a trap: nothing of the tree is entered again.
func TestTrapPoisons(t *testing.T) {
	ctx := context.Background()
	c := compose(t, abi.UTF8, abi.UTF8)
	_, err := c.lift(nothing, "trap", "").Call(ctx, nil)
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Unreachable {
		t.Errorf("got %v", err)
	}
	_, err = c.lift(nothing, "nothing", "").Call(ctx, nil)
	wantTrap(t, err, "cannot enter component instance")
	_, err = c.tree.NewLift(nothing, c.guest.Func("nothing"), guestInstance, c.guestOptions).Call(ctx, nil)
	wantTrap(t, err, "cannot enter component instance")
}

// TestGoCallsOfNumbers holds calls that have a path of their own to the rules of
// all.
func TestGoCallsOfNumbers(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	c := compose(t, abi.UTF8, abi.UTF8)
	a, b, sum := uint32(3), uint32(4), uint32(0)
	add, through := bindCall(t, addSig, &sum, &a, &b), c.lift(addSig, "add", "")
	if err := add.call(ctx, through); err != nil || sum != 7 || !add.numbers {
		t.Fatalf("%d, %v, a path of its own: %t", sum, err, add.numbers)
	}
	cancel()
	if err := add.call(ctx, through); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	ctx = context.Background()
	var inner error
	c.back = func(ctx context.Context) error {
		inner = add.call(ctx, through)
		return nil
	}
	if err := new(goCall).call(ctx, c.lift(nothing, "back", "")); err != nil {
		t.Errorf("after a call that was canceled: %v", err)
	}
	wantTrap(t, inner, "cannot enter component instance")
	if err := bindCall(t, addSig, &sum, &a, &b).call(ctx, c.lift(addSig, "add", "reset-and-call")); err == nil {
		t.Error("post-return was not called")
	}
	c = compose(t, abi.UTF8, abi.UTF8)
	if trap := engine.AsTrap(new(goCall).call(ctx, c.lift(nothing, "trap", ""))); trap == nil || trap.Kind != engine.Unreachable {
		t.Errorf("got %v", trap)
	}
	wantTrap(t, new(goCall).call(ctx, c.lift(nothing, "nothing", "")), "cannot enter component instance")
}

// TestReentrance has the host call back into the tree that calls it.
func TestReentrance(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF8)
	inner := c.lift(nothing, "nothing", "")
	c.back = func(ctx context.Context) error {
		_, err := inner.Call(ctx, nil)
		return err
	}
	_, err := c.lift(nothing, "back", "").Call(context.Background(), nil)
	wantTrap(t, err, "cannot enter component instance")
}

func TestMayNotLeave(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF8)
	_, err := c.lift(addSig, "add", "reset-and-call").Call(context.Background(), []types.Value{types.U32Value(1), types.U32Value(2)})
	wantTrap(t, err, "cannot leave component instance")
}

// TestResources takes a resource of one guest through the host to the other,
// which lends it back and drops it.
func TestResources(t *testing.T) {
	ctx := context.Background()
	c := compose(t, abi.UTF8, abi.UTF8)
	own, borrow := types.OwnOf(c.resource), types.BorrowOf(c.resource)
	makeOwn := func(rep uint32) *types.Handle {
		index, err := c.tree.Instances[guestInstance].Handles.New(c.tree.Resources[0], rep)
		if err != nil {
			t.Fatal(err)
		}
		same := c.tree.NewLift(signature(own, u32), c.guest.Func("same"), guestInstance, c.guestOptions)
		got, err := same.Call(ctx, []types.Value{types.U32Value(index)})
		if err != nil {
			t.Fatal(err)
		}
		return got.Handle()
	}
	destroyed := func() uint64 { return c.guest.Global("destroyed").Get() }

	h := makeOwn(7)
	if h.Rep != 7 || !h.Owned || h.Resource != c.tree.Resources[0].Type {
		t.Fatalf("the host holds %+v", h)
	}
	give := c.lift(signature(nil, own), "use", "")
	if _, err := give.Call(ctx, []types.Value{types.HandleValue(own, h)}); err != nil {
		t.Fatal(err)
	}
	if got := destroyed(); got != 14 { // lent once, which also adds, and destroyed
		t.Errorf("the guest saw %d", got)
	}
	if _, err := give.Call(ctx, []types.Value{types.HandleValue(own, h)}); !errors.Is(err, task.ErrGone) {
		t.Errorf("given twice: %v", err)
	}

	h = makeOwn(100)
	if err := c.tree.Drop(ctx, h); err != nil || destroyed() != 114 || !h.Gone {
		t.Errorf("dropped: %v, %d", err, destroyed())
	}
	if err := c.tree.Drop(ctx, h); !errors.Is(err, task.ErrGone) {
		t.Errorf("dropped twice: %v", err)
	}

	h = makeOwn(9)
	lend := c.lift(signature(nil, borrow), "drop", "")
	if _, err := lend.Call(ctx, []types.Value{types.HandleValue(borrow, h)}); err != nil || h.Lends != 0 || h.Gone {
		t.Errorf("lent: %v, %+v", err, h)
	}
	_, err := c.lift(signature(nil, borrow), "keep", "").Call(ctx, []types.Value{types.HandleValue(borrow, h)})
	wantTrap(t, err, "borrow handles still remain at the end of the call")
}

// TestRefusedCallGivesNothingAway has an argument that does not fit follow handles,
// which the host still has then, and the guest has not.
func TestRefusedCallGivesNothingAway(t *testing.T) {
	ctx := context.Background()
	c := compose(t, abi.UTF8, abi.UTF8)
	own, borrow := types.OwnOf(c.resource), types.BorrowOf(c.resource)
	s := signature(nil, own, own, borrow, str)
	f := c.lift(s, "use", "")
	newHandle := func(rep uint32) *types.Handle {
		return &types.Handle{Resource: c.tree.Resources[0].Type, Rep: rep, Owned: true}
	}
	a, b, lent, text := newHandle(1), newHandle(2), newHandle(3), "\xff"
	table := &c.tree.Instances[callerInstance].Handles
	wantKept := func(name string, err error, want string) {
		t.Helper()
		if err == nil || engine.AsTrap(err) != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", name, err, want)
		}
		if a.Gone || b.Gone || lent.Gone || lent.Lends != 0 || table.Len() != 0 {
			t.Errorf("%s: afterwards %+v, %+v, %+v, and %d handles of the guest", name, a, b, lent, table.Len())
		}
	}
	_, err := f.Call(ctx, []types.Value{
		types.HandleValue(own, a), types.HandleValue(own, b), types.HandleValue(borrow, lent), types.StringValue(text)})
	wantKept("values", err, "argument d: the string is not UTF-8")
	wantKept("Go values", bindCall[struct{}](t, s, nil, &a, &b, &lent, &text).call(ctx, f), "argument d: the string is not UTF-8")
	wantKept("given twice", bindCall[struct{}](t, s, nil, &a, &a, &lent, &text).call(ctx, f), task.ErrGone.Error())
	wantKept("given, then lent", bindCall[struct{}](t, s, nil, &a, &b, &b, &text).call(ctx, f), task.ErrGone.Error())

	use := c.lift(signature(nil, own), "use", "")
	if _, err := use.Call(ctx, []types.Value{types.HandleValue(own, b)}); err != nil || !b.Gone {
		t.Errorf("given after all: %v, %+v", err, b)
	}
	if got := c.guest.Global("destroyed").Get(); got != 4 { // lent once, which also adds, and destroyed
		t.Errorf("the guest saw %d", got)
	}
}

func TestForeignHandles(t *testing.T) {
	ctx := context.Background()
	c, other := compose(t, abi.UTF8, abi.UTF8), compose(t, abi.UTF8, abi.UTF8)
	h := &types.Handle{Resource: other.tree.Resources[0].Type, Owned: true}
	own := types.OwnOf(c.resource)
	_, err := c.lift(signature(nil, own), "use", "").Call(ctx, []types.Value{types.HandleValue(own, h)})
	if err == nil || !strings.Contains(err.Error(), "mismatched resource types") {
		t.Errorf("got %v", err)
	}
	if err := c.tree.Drop(ctx, h); !errors.Is(err, task.ErrForeign) {
		t.Errorf("got %v", err)
	}
}

// A goCall is a call with Go values.
type goCall struct {
	GoCall
	lift   *Lift
	args   []unsafe.Pointer
	result unsafe.Pointer
}

// bindCall binds a call whose arguments are where args point to.
func bindCall[R any](t testing.TB, s *abi.Signature, result *R, args ...any) *goCall {
	g := &goCall{result: unsafe.Pointer(result)}
	var bindings []*abi.Binding
	var offsets []uintptr
	var indirect []bool
	for i, arg := range args {
		b, err := abi.Bind(reflect.TypeOf(arg).Elem(), s.Type.Params[i].Type)
		if err != nil {
			t.Fatal(err)
		}
		bindings, indirect = append(bindings, b), append(indirect, true)
		offsets = append(offsets, uintptr(i)*unsafe.Sizeof(g.result))
		g.args = append(g.args, reflect.ValueOf(arg).UnsafePointer())
	}
	g.Params = s.NewParams(bindings, offsets, indirect)
	if s.Type.Result == nil {
		return g
	}
	b, err := abi.Bind(reflect.TypeFor[R](), s.Type.Result)
	if err != nil {
		t.Fatal(err)
	}
	g.Result = b
	return g
}

func (g *goCall) call(ctx context.Context, f *Lift) error {
	if g.lift != f {
		g.lift, g.GoCall = f, f.NewGoCall(g.Params, g.Result)
	}
	return f.CallGo(ctx, &g.GoCall, unsafe.Pointer(unsafe.SliceData(g.args)), g.result)
}

func TestGoValues(t *testing.T) {
	c := compose(t, abi.UTF8, abi.UTF16)
	f := c.lift(echoSig, "echo", "reset")
	in, out := "Ada é", ""
	if err := bindCall(t, echoSig, &out, &in).call(context.Background(), f); err != nil || out != in {
		t.Errorf("got %q, %v", out, err)
	}
	in = "\xff"
	if err := bindCall(t, echoSig, &out, &in).call(context.Background(), f); err == nil || engine.AsTrap(err) != nil {
		t.Errorf("no UTF-8: %v", err)
	}
}

func TestCallsDoNotAllocate(t *testing.T) {
	if runtime.GOARCH != "amd64" && runtime.GOARCH != "arm64" {
		t.Skip("wazero interprets here, and allocates for each call")
	}
	ctx := context.Background()
	c := compose(t, abi.UTF8, abi.UTF8)
	a, b, sum := uint32(3), uint32(4), uint32(0)
	add := bindCall(t, addSig, &sum, &a, &b)
	through := c.lift(addSig, "add", "")
	if n := testing.AllocsPerRun(100, func() {
		if err := add.call(ctx, through); err != nil || sum != 7 {
			t.Fatal(sum, err)
		}
	}); n != 0 {
		t.Errorf("numbers through two guests: %v allocations", n)
	}
	in, out := strings.Repeat("a", 1024), ""
	echo := bindCall(t, echoSig, &out, &in)
	f := c.lift(echoSig, "echo", "reset")
	if n := testing.AllocsPerRun(20, func() {
		if err := echo.call(ctx, f); err != nil {
			t.Fatal(err)
		}
	}); n != 1 {
		t.Errorf("a string through two guests: %v allocations, want that of the string", n)
	}
}

func BenchmarkCalls(b *testing.B) {
	ctx := context.Background()
	c := compose(b, abi.UTF8, abi.UTF8)
	x, y, sum := uint32(3), uint32(4), uint32(0)
	short, long, out := strings.Repeat("a", 16), strings.Repeat("a", 1024), ""
	o := c.guestOptions
	o.PostReturn = c.guest.Func("reset")
	lift := func(s *abi.Signature, export string, o Options) *Lift {
		return c.tree.NewLift(s, c.guest.Func(export), guestInstance, o)
	}
	for _, bench := range []struct {
		name string
		f    *Lift
		call *goCall
	}{
		{"nop", lift(nothing, "nothing", c.guestOptions), &goCall{}},
		{"add", lift(addSig, "add", c.guestOptions), bindCall(b, addSig, &sum, &x, &y)},
		{"string16", lift(echoSig, "echo", o), bindCall(b, echoSig, &out, &short)},
		{"string1Ki", lift(echoSig, "echo", o), bindCall(b, echoSig, &out, &long)},
		{"through/add", c.lift(addSig, "add", ""), bindCall(b, addSig, &sum, &x, &y)},
		{"through/string1Ki", c.lift(echoSig, "echo", "reset"), bindCall(b, echoSig, &out, &long)},
	} {
		b.Run(bench.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := bench.call.call(ctx, bench.f); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("engine/add", func(b *testing.B) {
		add := c.guest.Func("add")
		stack := make([]uint64, 2)
		for b.Loop() {
			if err := add.Call(ctx, stack); err != nil {
				b.Fatal(err)
			}
		}
	})
}
