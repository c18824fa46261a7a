package adapter

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// An around is an adapter of one edge among functions that note what they are
// called with.
type around struct {
	signature *abi.Signature
	transfer  *abi.Transfer
	outer     engine.Func // calls the edge's function
	results   []uint64    // of the core function, and of the host's
	seen      []string
}

// scalars are types that fit into one slot.
var scalars = []*types.Type{
	types.Bool.Type(), types.S8.Type(), types.U8.Type(), types.S16.Type(), types.U16.Type(), types.S32.Type(), types.U32.Type(),
	types.S64.Type(), types.U64.Type(), types.F32.Type(), types.F64.Type(), types.Char.Type(),
	types.EnumOf("a", "b", "c"), types.FlagsOf("a"), types.FlagsOf("a", "b", "c", "d", "e", "f", "g", "h", "i"),
}

// randomType returns a type that takes at most so many slots.
func randomType(random *rand.Rand, slots uint32, depth int) *types.Type {
	kind := random.IntN(9)
	if depth == 0 || slots < 2 || kind < 3 {
		return scalars[random.IntN(len(scalars))]
	}
	part := func() *types.Type { return randomType(random, slots-1, depth-1) }
	switch kind {
	case 3:
		return types.OptionOf(part())
	case 4:
		return types.ResultOf(part(), nil)
	case 5:
		return types.FixedListOf(randomType(random, slots/2, depth-1), 2)
	case 6:
		return types.TupleOf(randomType(random, slots/2, depth-1), randomType(random, slots/2, depth-1))
	}
	cases := make([]types.Field, 1+random.IntN(4))
	for i := range cases {
		cases[i].Name = fmt.Sprint("c", i)
		if random.IntN(4) > 0 {
			cases[i].Type = part()
		}
	}
	return types.VariantOf(cases...)
}

// randomSignature returns one whose parameters and result are on the stack.
func randomSignature(random *rand.Rand) *abi.Signature {
	f := &types.FuncType{}
	for i := range random.IntN(4) {
		f.Params = append(f.Params, types.Param{Name: fmt.Sprint("p", i), Type: randomType(random, 5, 3)})
	}
	if random.IntN(5) > 0 {
		f.Result = randomType(random, 1, 0)
	}
	return abi.NewSignature(f)
}

// randomSlot returns bits that are often a value: small, or with something above
// its width.
func randomSlot(random *rand.Rand, t engine.ValueType) uint64 {
	bits := random.Uint64()
	switch random.IntN(8) {
	case 0, 1, 2, 3:
		bits %= 4
	case 4:
		bits %= 1 << 16
	case 5:
		bits = 0xd7fe + bits%4
	case 6:
		bits = 0x10fffe + bits%4
	}
	if t == engine.I32 || t == engine.F32 {
		bits = uint64(uint32(bits))
	}
	return bits
}

func randomSlots(random *rand.Rand, of []engine.ValueType) []uint64 {
	slots := make([]uint64, len(of))
	for i, t := range of {
		slots[i] = randomSlot(random, t)
	}
	return slots
}

// put makes the adapter of an edge with that signature.
func put(t testing.TB, e engine.Engine, s *abi.Signature) *around {
	t.Helper()
	a := &around{signature: s}
	var err error
	if a.transfer, err = abi.NewTransfer(s, s); err != nil {
		t.Fatal(err)
	}
	var m Module
	edge := Edge{
		Name: "edge", Lower: s, Lift: s, Core: Item{"core", Guest, 1}, PostReturn: Item{"post", Guest, 2}, Whole: Item{"whole", Host, 1},
	}
	if NeedsRest(s) {
		edge.Rest = Item{"rest", Host, 2}
	}
	m.Add(&edge)
	binary, imports := m.Build()
	noted := map[string]engine.FuncType{
		"core": s.Lift, "post": {Params: s.Lift.Results}, "whole": s.Lower, "rest": RestType(s),
	}
	a.outer = connect(t, e, binary, imports, func(item Item) engine.HostFunc { return a.note(item.Name, noted[item.Name]) }, s.Lower)
	return a
}

// connect instantiates an adapter, and a guest that calls its function.
func connect(t testing.TB, e engine.Engine, binary []byte, imports []Item, host func(Item) engine.HostFunc, of engine.FuncType) engine.Func {
	t.Helper()
	ctx := context.Background()
	var functions []engine.HostFunc
	for _, item := range imports {
		functions = append(functions, host(item))
	}
	from, err := e.Host(ctx, functions...)
	if err != nil {
		t.Fatal(err)
	}
	var externs []engine.Extern
	for _, item := range imports {
		externs = append(externs, engine.Extern{Instance: from, Name: item.Name})
	}
	return calling(t, e, instantiate(t, e, binary, engine.Limits{Trusted: true}, externs), of)
}

// calling returns a function of a guest that calls the edge's function.
func calling(t testing.TB, e engine.Engine, adapter engine.Instance, of engine.FuncType) engine.Func {
	t.Helper()
	var outer corewasm.Builder
	index := outer.ImportFunc("", "edge", coreTypes(of.Params), coreTypes(of.Results))
	code := corewasm.Code{}
	for i := range of.Params {
		code = code.LocalGet(uint32(i))
	}
	outer.Export("outer", corewasm.KindFunc, outer.Func(coreTypes(of.Params), coreTypes(of.Results), nil, code.Call(index)))
	caller := instantiate(t, e, outer.Bytes(), engine.Limits{}, []engine.Extern{{Instance: adapter, Name: "edge"}})
	return caller.Func("outer")
}

func instantiate(t testing.TB, e engine.Engine, binary []byte, limits engine.Limits, imports []engine.Extern) engine.Instance {
	t.Helper()
	module, err := e.Compile(context.Background(), binary, limits)
	if err != nil {
		t.Fatalf("%x: %v", binary, err)
	}
	instance, err := module.Instantiate(context.Background(), imports, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	return instance
}

// note returns a function that notes its parameters and gives the results.
func (a *around) note(name string, of engine.FuncType) engine.HostFunc {
	return engine.HostFunc{Name: name, Type: of, Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
		a.seen = append(a.seen, fmt.Sprintf("%s%x", name, stack[:len(of.Params)]))
		copy(stack, a.results[:len(of.Results)])
		return nil
	}}
}

// want returns what is called, and what the caller gets: as the transfer has it.
func (a *around) want(params []uint64) (seen []string, results []uint64) {
	s := a.signature
	var cx abi.Context
	stack := make([]uint64, s.Slots()+1)
	if a.transfer.Params(&cx, &cx, params, stack) != nil {
		return []string{fmt.Sprintf("whole%x", params)}, a.results[:len(s.Lower.Results)]
	}
	seen = append(seen, fmt.Sprintf("core%x", stack[:len(s.Lift.Params)]))
	core := a.results[:len(s.Lift.Results)]
	results = make([]uint64, len(s.Lower.Results))
	if a.transfer.Result(&cx, &cx, core, results, 0) != nil {
		return append(seen, fmt.Sprintf("rest%x", core)), core
	}
	return append(seen, fmt.Sprintf("post%x", core)), results
}

// TestAgainstTransfer calls adapters for types at random with bits at random, and
// wants of them what a transfer does.
func TestAgainstTransfer(t *testing.T) {
	ctx := context.Background()
	e, err := wazero.New(ctx, wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(ctx) })
	random := rand.New(rand.NewPCG(1, 2))
	count := map[string]int{}
	for range 300 {
		s := randomSignature(random)
		if !Fits(s, true) {
			t.Fatalf("%v does not fit", s.Type)
		}
		a := put(t, e, s)
		for range 50 {
			params := randomSlots(random, s.Lower.Params)
			a.results, a.seen = randomSlots(random, s.Lift.Results), nil
			seen, results := a.want(params)
			stack := make([]uint64, s.Slots())
			copy(stack, params)
			if err := a.outer.Call(ctx, stack); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(seen, a.seen) + cmp.Diff(results, stack[:len(s.Lower.Results)]); diff != "" {
				t.Fatalf("%v with %x and result %x: %s", s.Type, params, a.results, diff)
			}
			for _, call := range seen {
				count[call[:4]]++
			}
		}
	}
	if t.Log(count); count["whol"] < 100 || count["rest"] < 100 || count["post"] < 1000 {
		t.Error("too few of one kind for this to say anything")
	}
}

// TestPlain: where nothing is to be done the edge's function is the core function.
func TestPlain(t *testing.T) {
	u32 := types.U32.Type()
	s := abi.NewSignature(&types.FuncType{Params: []types.Param{{Name: "a", Type: u32}, {Name: "b", Type: types.F64.Type()}}, Result: u32})
	var m Module
	m.Add(&Edge{Name: "edge", Lower: s, Lift: s, Core: Item{"core", Guest, 1}, Whole: Item{"whole", Host, 1}})
	binary, imports := m.Build()
	if diff := cmp.Diff([]Item{{"core", Guest, 1}}, imports); diff != "" {
		t.Error(diff)
	}
	parsed, err := corewasm.Parse(binary)
	if err != nil || len(parsed.Functions) != 0 || len(parsed.Exports) != 1 {
		t.Errorf("%v, %+v", err, parsed)
	}
}

// fixed returns lists of a fixed length, in each other.
func fixed(t *types.Type, lengths ...uint32) *types.Type {
	for _, n := range lengths {
		t = types.FixedListOf(t, n)
	}
	return t
}

func TestFits(t *testing.T) {
	many := make([]*types.Type, 17)
	for i := range many {
		many[i] = types.U8.Type()
	}
	r := &types.ResourceType{Name: "r"}
	for _, test := range []struct {
		param, result *types.Type
		want          bool
	}{
		{types.U8.Type(), nil, true},
		{types.TupleOf(many[1:]...), types.Char.Type(), true},
		{types.TupleOf(many...), types.TupleOf(many[:2]...), true},
		{types.OptionOf(types.String.Type()), types.ResultOf(types.String.Type(), nil), true},
		{types.ListOf(types.TupleOf(many...)), nil, true},
		{types.FixedListOf(types.String.Type(), 16), nil, true},
		{types.FixedListOf(types.FixedListOf(types.Bool.Type(), 16), 16), nil, true},
		{types.FixedListOf(types.FixedListOf(types.Bool.Type(), 17), 16), nil, false},
		{fixed(types.Bool.Type(), 256, 256, 256, 256), nil, false},
		{types.ListOf(types.TupleOf(fixed(types.Bool.Type(), 1<<10, 1<<10))), nil, false},
		{types.ListOf(types.TupleOf(fixed(types.U8.Type(), 1<<10))), nil, true},
		{types.FixedListOf(types.String.Type(), 16), types.String.Type(), false},
		{types.ListOf(types.String.Type()), nil, true},
		{types.ListOf(types.FixedListOf(types.String.Type(), 15)), nil, true},
		{types.ListOf(types.FixedListOf(types.String.Type(), 16)), nil, false},
		{types.ListOf(types.Bool.Type()), nil, true},
		{types.U8.Type(), types.ListOf(types.TupleOf(types.U32.Type(), types.U64.Type())), true},
		{types.U8.Type(), types.ListOf(types.ListOf(types.OptionOf(types.String.Type()))), true},
		{types.ListOf(types.OwnOf(r)), nil, false},
		{types.FixedListOf(types.U8.Type(), 1000), nil, false},
		{types.BorrowOf(r), nil, false},
		{types.U8.Type(), types.OwnOf(r), false},
	} {
		f := &types.FuncType{Params: []types.Param{{Name: "a", Type: test.param}}, Result: test.result}
		if got := Fits(abi.NewSignature(f), true); got != test.want {
			t.Errorf("%v: %t", f, got)
		}
		if Fits(abi.NewSignature(f), false) && test.param.Contains(types.HasString) {
			t.Errorf("%v: strings are transcoded", f)
		}
	}
}
