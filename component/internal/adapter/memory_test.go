package adapter

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wazero"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A bytesMemory is a memory that no engine has.
type bytesMemory []byte

func (m bytesMemory) Bytes() []byte { return m }

func (m bytesMemory) Grow(uint32) (uint32, bool) { return 0, false }

// A bump is a realloc that gives what comes next, or lies.
type bump struct {
	name string
	next uint32
	lie  int // the call of that number gives what is not aligned, the negative one what is outside
	seen *[]string
}

func (b *bump) Type() engine.FuncType { return reallocType() }

func (b *bump) Call(_ context.Context, stack []uint64) error {
	*b.seen = append(*b.seen, fmt.Sprintf("%s%x", b.name, stack[:4]))
	align, size := uint32(stack[2]), uint32(stack[3])
	b.next = (b.next + align - 1) &^ (align - 1)
	stack[0] = uint64(b.next)
	b.next += size
	switch b.lie {
	case 1:
		stack[0]++
	case -1:
		stack[0] = 65537 &^ uint64(align-1)
	}
	switch {
	case b.lie > 0:
		b.lie--
	case b.lie < 0:
		b.lie++
	}
	return nil
}

// A scene is what calls of one edge go through: memories, reallocs, and what was
// called.
type scene struct {
	caller, callee   engine.Memory
	toCaller, toCall bump
	results          []uint64 // of the core function, and of the host's
	seen             []string
}

func (s *scene) note(name string, of engine.FuncType) engine.HostFunc {
	return engine.HostFunc{Name: name, Type: of, Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
		s.seen = append(s.seen, fmt.Sprintf("%s%x", name, stack[:len(of.Params)]))
		copy(stack, s.results[:len(of.Results)])
		return nil
	}}
}

// set makes the scene as it is before a call.
func (s *scene) set(results []uint64, content []byte, lies [2]int) {
	copy(s.caller.Bytes(), content[:65536])
	copy(s.callee.Bytes(), content[65536:])
	s.results, s.seen = results, nil
	s.toCaller = bump{name: "near", next: 30000, lie: lies[0], seen: &s.seen}
	s.toCall = bump{name: "far", next: 30000, lie: lies[1], seen: &s.seen}
}

// transfer makes the call as Go does. Failed says that it trapped, and refused that
// it did because of a realloc.
func (s *scene) transfer(signature *abi.Signature, params []uint64) (results []uint64, failed bool, err error) {
	transfer, err := abi.NewTransfer(signature, signature)
	if err != nil {
		return nil, false, err
	}
	from := abi.Context{Options: abi.Options{Memory: s.caller, Realloc: &s.toCaller}, Adapter: true, Budget: 1 << 30}
	to := abi.Context{Options: abi.Options{Memory: s.callee, Realloc: &s.toCall}, Adapter: true, Budget: 1 << 30}
	stack := make([]uint64, signature.Slots()+1)
	target := signature.ResultPointer(params)
	if err := transfer.Params(&from, &to, params, stack); err != nil {
		return nil, true, err
	}
	s.seen = append(s.seen, fmt.Sprintf("core%x", stack[:len(signature.Lift.Params)]))
	copy(stack, s.results)
	results = make([]uint64, len(signature.Lower.Results))
	if err := transfer.Result(&to, &from, stack, results, target); err != nil {
		return nil, true, err
	}
	s.seen = append(s.seen, fmt.Sprintf("post%x", s.results[:len(signature.Lift.Results)]))
	return results, false, nil
}

// adapted returns the adapter of an edge in a scene.
func (s *scene) adapted(t *testing.T, e engine.Engine, signature *abi.Signature) engine.Func {
	t.Helper()
	var m Module
	edge := Edge{
		Name: "edge", Lower: signature, Lift: signature, Core: Item{"core", Guest, 1}, PostReturn: Item{"post", Guest, 2},
		Whole: Item{"whole", Host, 1}, Refuse: Item{"refuse", Host, 3},
		Caller: Side{Memory: Item{"memory", Memory, 1}, Realloc: Item{"near", Guest, 3}},
		Callee: Side{Memory: Item{"memory", Memory, 2}, Realloc: Item{"far", Guest, 4}},
	}
	if NeedsRest(signature) {
		edge.Rest = Item{"rest", Host, 2}
	}
	m.Add(&edge)
	binary, imports := m.Build()
	var memory corewasm.Builder
	memory.Export("memory", corewasm.KindMemory, memory.Memory(corewasm.Limit(1, 1)))
	near := instantiate(t, e, memory.Bytes(), engine.Limits{}, nil)
	far := instantiate(t, e, memory.Bytes(), engine.Limits{}, nil)
	access := instantiate(t, e, AccessTo("memory", edge.Accesses()...), engine.Limits{Trusted: true}, []engine.Extern{{Instance: far, Name: "memory"}})
	s.caller, s.callee = near.Memory("memory"), far.Memory("memory")
	realloc := func(name string, b *bump) engine.HostFunc {
		return engine.HostFunc{Name: name, Type: reallocType(), Call: func(ctx context.Context, _ engine.Instance, stack []uint64) error {
			return b.Call(ctx, stack)
		}}
	}
	host, err := e.Host(context.Background(),
		s.note("core", signature.Lift), s.note("post", engine.FuncType{Params: signature.Lift.Results}),
		s.note("whole", signature.Lower), s.note("rest", RestType(signature)), realloc("near", &s.toCaller), realloc("far", &s.toCall),
		engine.HostFunc{Name: "refuse", Type: RefuseType(), Call: func(_ context.Context, _ engine.Instance, stack []uint64) error {
			return abi.Refusal(stack[0]).Trap()
		}})
	if err != nil {
		t.Fatal(err)
	}
	var externs []engine.Extern
	for _, item := range imports {
		extern := engine.Extern{Instance: host, Name: item.Name}
		switch item.Source {
		case Memory:
			extern.Instance = near
		case Access:
			extern.Instance = access
		}
		externs = append(externs, extern)
	}
	return calling(t, e, instantiate(t, e, binary, engine.Limits{Trusted: true}, externs), signature.Lower)
}

// aType returns a type whose values adapters take: with strings and lists.
func aType(random *rand.Rand, depth int) *types.Type {
	part := func() *types.Type { return aType(random, depth-1) }
	switch kind := random.IntN(12); {
	case kind == 0:
		return types.ListOf(types.TupleOf(types.U32.Type(), types.F32.Type()))
	case kind == 1:
		return types.ListOf(scalars[1+random.IntN(10)])
	case kind < 4:
		return types.String.Type()
	case depth == 0 || kind < 6:
		return scalars[random.IntN(len(scalars))]
	case kind == 6:
		return types.OptionOf(part())
	case kind == 7:
		return types.ResultOf(part(), part())
	case kind == 8:
		return types.FixedListOf(part(), 3)
	case kind == 9:
		return types.VariantOf(types.Field{Name: "a", Type: part()}, types.Field{Name: "b"}, types.Field{Name: "c", Type: part()})
	}
	elems := make([]*types.Type, 1+random.IntN(12))
	for i := range elems {
		elems[i] = part()
	}
	return types.TupleOf(elems...)
}

// content returns what is in both memories: mostly small numbers and ASCII, and
// anything if odd says so.
func content(random *rand.Rand, odd bool) []byte {
	bytes := make([]byte, 2*65536)
	const known = 8192 // what is behind is the same again
	for i := 0; i < known; i += 4 {
		switch random.IntN(3) {
		case 0:
			bytes[i] = byte(random.IntN(3))
		case 1:
			bytes[i], bytes[i+1] = byte(8*random.IntN(16)), byte(random.IntN(100))
		default:
			copy(bytes[i:], "text"[random.IntN(4):])
		}
		if odd && random.IntN(200) == 0 {
			bytes[i+random.IntN(4)] = byte(random.Uint32())
		}
	}
	for i := known; i < len(bytes); i += known {
		copy(bytes[i:], bytes[:known])
	}
	return bytes
}

// TestMemoryAgainstTransfer is TestAgainstTransfer for what goes through memory. What
// an adapter leaves to the host it must leave before anything has happened.
func TestMemoryAgainstTransfer(t *testing.T) {
	e, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	random := rand.New(rand.NewPCG(3, 4))
	count := map[string]int{}
	for range 100 {
		f := &types.FuncType{}
		for i := range random.IntN(4) {
			f.Params = append(f.Params, types.Param{Name: fmt.Sprint("p", i), Type: aType(random, 2)})
		}
		if random.IntN(5) > 0 {
			f.Result = aType(random, 2)
		}
		signature := abi.NewSignature(f)
		if !Fits(signature, true) {
			continue
		}
		var by, want scene
		call := by.adapted(t, e, signature)
		want.caller, want.callee = make(bytesMemory, 65536), make(bytesMemory, 65536)
		for range 40 {
			odd := random.IntN(8) == 0
			start := content(random, odd)
			lies := [2]int{}
			if random.IntN(4) == 0 {
				lies = [2]int{random.IntN(5) - 2, random.IntN(5) - 2}
			}
			params, results := pointers(random, signature.Lower.Params), pointers(random, signature.Lift.Results)
			by.set(results, start, lies)
			want.set(results, start, lies)
			stack := make([]uint64, signature.Slots())
			copy(stack, params)
			err := call.Call(t.Context(), stack)
			wanted, failed, wantErr := want.transfer(signature, slices.Clone(params))
			count[compareScenes(t, &by, &want, stack, wanted, failed, err, wantErr)]++
			if t.Failed() {
				t.Fatalf("%v with %x and result %x", f, params, results)
			}
		}
	}
	t.Log(count)
	for _, outcome := range []string{"returned", "refused", "left whole", "left rest"} {
		if count[outcome] < 50 {
			t.Errorf("%s: %d times", outcome, count[outcome])
		}
	}
	if count["left for nothing"] > count["returned"]/4 { // what is long or not ASCII is
		t.Error("adapters leave too much to the host")
	}
}

// TestSizes copies strings of each size up to some chunks, there and back, with one
// byte that is not ASCII at each place in turn.
func TestSizes(t *testing.T) {
	e, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	signature := abi.NewSignature(&types.FuncType{
		Params: []types.Param{{Name: "a", Type: types.String.Type()}}, Result: types.String.Type(),
	})
	var by, want scene
	call := by.adapted(t, e, signature)
	want.caller, want.callee = make(bytesMemory, 65536), make(bytesMemory, 65536)
	start := make([]byte, 2*65536)
	for i := range start {
		start[i] = byte(i % 127)
	}
	for size := range uint32(300) {
		from, back := 1000+size%7, 2000+size%5
		copy(start[65536+16:], []byte{byte(back), byte(back >> 8), 0, 0, byte(size), byte(size >> 8), 0, 0})
		at := -1
		if size > 0 && size%2 == 0 {
			at = int(from + size*size/7%size)
		}
		for _, odd := range []bool{false, true} {
			if odd && at < 0 {
				continue
			}
			if at >= 0 && odd {
				start[at] |= 0x80
			}
			by.set([]uint64{16}, start, [2]int{})
			want.set([]uint64{16}, start, [2]int{})
			stack := []uint64{uint64(from), uint64(size), 8}
			wanted, failed, wantErr := want.transfer(signature, slices.Clone(stack))
			err := call.Call(t.Context(), stack)
			outcome := compareScenes(t, &by, &want, stack, wanted, failed, err, wantErr)
			if odd != strings.HasPrefix(outcome, "left") {
				t.Errorf("%d bytes, odd %t: %s", size, odd, outcome)
			}
			if at >= 0 {
				start[at] &= 0x7f
			}
		}
	}
}

// pointers returns slots that are often small numbers, and then multiples of 8.
func pointers(random *rand.Rand, of []engine.ValueType) []uint64 {
	slots := randomSlots(random, of)
	for i := range slots {
		switch random.IntN(10) {
		case 0:
		case 1, 2, 3:
			slots[i] = uint64(random.IntN(300))
		default:
			slots[i] = uint64(8 * random.IntN(64) * random.IntN(2))
		}
	}
	return slots
}

// compareScenes compares what an adapter did with what Go did, and says what came
// of the call.
func compareScenes(t *testing.T, by, want *scene, stack, wanted []uint64, failed bool, err, wantErr error) string {
	t.Helper()
	last := ""
	if n := len(by.seen); n > 0 {
		last = by.seen[n-1]
	}
	switch {
	case strings.HasPrefix(last, "whole"):
		if len(by.seen) != 1 || err != nil {
			t.Errorf("before the whole call: %v, %v", by.seen, err)
		}
		if failed {
			return "left whole"
		}
		return "left for nothing"
	case strings.HasPrefix(last, "rest"):
		if !strings.HasPrefix(by.seen[len(by.seen)-2], "core") || err != nil {
			t.Errorf("before the rest of a call: %v, %v", by.seen, err)
		}
		if failed {
			return "left rest"
		}
		return "left for nothing"
	case err != nil:
		trap, wantTrap := engine.AsTrap(err), engine.AsTrap(wantErr)
		if trap == nil || wantTrap == nil || trap.Text != wantTrap.Text || trap.Kind != wantTrap.Kind {
			t.Errorf("got %v, want %v", err, wantErr)
		}
		return "refused"
	}
	if diff := cmp.Diff(want.seen, by.seen) + cmp.Diff(wanted, stack[:len(wanted)]); diff != "" || failed {
		t.Errorf("%v %s", wantErr, diff)
	}
	if !slices.Equal(want.caller.Bytes(), by.caller.Bytes()) || !slices.Equal(want.callee.Bytes(), by.callee.Bytes()) {
		t.Error("the memories differ")
	}
	return "returned"
}
