package adapter

import (
	"context"
	"encoding/binary"
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
	switch kind := random.IntN(14); {
	case kind == 0:
		return types.ListOf(types.TupleOf(types.U32.Type(), types.F32.Type()))
	case kind == 1:
		return types.ListOf(scalars[random.IntN(len(scalars))])
	case kind >= 12 && depth > 0:
		return types.ListOf(part())
	case kind < 4 || kind >= 12:
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

// content returns what is in both memories: mostly small numbers and ASCII or other
// characters, and anything if odd says so.
func content(random *rand.Rand, odd bool) []byte {
	bytes := make([]byte, 2*65536)
	const known = 8192 // what is behind is the same again
	text := "text"
	if random.IntN(4) == 0 {
		text = "äö𝄞"[:4+4*random.IntN(2)]
	}
	for i := 0; i < known; i += 4 {
		switch random.IntN(3) {
		case 0:
			bytes[i] = byte(random.IntN(3))
		case 1:
			bytes[i], bytes[i+1] = byte(8*random.IntN(16)), byte(random.IntN(100))
		default:
			copy(bytes[i:], text[random.IntN(2)*2:])
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

// aSignature returns one that adapters take.
func aSignature(random *rand.Rand) *abi.Signature {
	for {
		f := &types.FuncType{}
		for i := range random.IntN(4) {
			f.Params = append(f.Params, types.Param{Name: fmt.Sprint("p", i), Type: aType(random, 2)})
		}
		if random.IntN(5) > 0 {
			f.Result = aType(random, 2)
		}
		if signature := abi.NewSignature(f); Fits(signature, true) {
			return signature
		}
	}
}

// A pair is calls of one edge through an adapter, and through Go.
type pair struct {
	*abi.Signature
	by, want scene
	call     engine.Func
}

func newPair(t *testing.T, e engine.Engine, signature *abi.Signature) *pair {
	t.Helper()
	p := &pair{Signature: signature}
	p.call = p.by.adapted(t, e, signature)
	p.want.caller, p.want.callee = make(bytesMemory, 65536), make(bytesMemory, 65536)
	return p
}

// compare makes a call with what is in both memories, and says what came of it.
func (p *pair) compare(t *testing.T, random *rand.Rand, start []byte) string {
	t.Helper()
	lies := [2]int{}
	if random.IntN(4) == 0 {
		lies = [2]int{random.IntN(5) - 2, random.IntN(5) - 2}
	}
	params, results := pointers(random, p.Lower.Params), pointers(random, p.Lift.Results)
	p.by.set(results, start, lies)
	p.want.set(results, start, lies)
	stack := make([]uint64, p.Slots())
	copy(stack, params)
	err := p.call.Call(t.Context(), stack)
	wanted, failed, wantErr := p.want.transfer(p.Signature, slices.Clone(params))
	outcome := compareScenes(t, &p.by, &p.want, stack, wanted, failed, err, wantErr)
	if t.Failed() {
		t.Fatalf("%v with %x and result %x", p.Type, params, results)
	}
	return outcome
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
	for range 120 {
		p := newPair(t, e, aSignature(random))
		for range 40 {
			count[p.compare(t, random, content(random, random.IntN(8) == 0))]++
		}
	}
	t.Log(count)
	for _, outcome := range []string{"returned", "refused", "left whole", "left rest"} {
		if count[outcome] < 50 {
			t.Errorf("%s: %d times", outcome, count[outcome])
		}
	}
	if count["left for nothing"] > count["returned"]/4 { // what is long is
		t.Error("adapters leave too much to the host")
	}
}

// FuzzMemory is TestMemoryAgainstTransfer with memory that is hostile: the fuzzer's
// is where the pointers lead.
func FuzzMemory(f *testing.F) {
	f.Add(uint64(1), []byte("\x10\x00\x00\x00\x04\x00\x00\x00some text"))
	f.Add(uint64(2), []byte("\xff\xff\xff\xff\xff\xff\xff\xff\x00\xd8\x00\x00"))
	f.Add(uint64(3), []byte("\x08\x00\x00\x00\x02\x00\x00\x00\xc3\xa9\xed\xa0\x80\x02\x03"))
	f.Fuzz(func(t *testing.T, seed uint64, memory []byte) {
		e, err := wazero.New(t.Context(), wazero.Config{})
		if err != nil {
			t.Fatal(err)
		}
		defer e.Close(context.Background())
		random := rand.New(rand.NewPCG(seed, 0))
		p := newPair(t, e, aSignature(random))
		for range 4 {
			start := content(random, false)
			for at := 0; len(memory) > 0 && at < 1<<10; at += len(memory) {
				copy(start[at:], memory)
				copy(start[65536+at:], memory)
			}
			p.compare(t, random, start)
		}
	})
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

// TestMuchWithin: lists whose elements lead to much more than they are long are left
// to the host, and others are not.
func TestMuchWithin(t *testing.T) {
	e, err := wazero.New(t.Context(), wazero.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close(context.Background()) })
	signature := abi.NewSignature(&types.FuncType{Params: []types.Param{
		{Name: "a", Type: types.ListOf(types.ListOf(types.String.Type()))},
	}})
	p := newPair(t, e, signature)
	for _, test := range []struct {
		lists, texts, size uint32
		want               string
	}{
		{0, 0, 0, "core"},
		{2, 3, 100, "core"},
		{4, 4, 900, "core"},
		{1, 7, 2000, "core"},
		{1, 9, 2000, "whole"},
		{9, 1, 2000, "whole"},
		{256, 256, 0, "whole"},
		{256, 256, 2048, "whole"},
		{1, 1, 2049, "whole"},
		{257, 0, 0, "whole"},
	} {
		memory := make([]byte, 2*65536)
		put := func(at, n uint32) { binary.LittleEndian.PutUint32(memory[at:], n) }
		const lists, texts, text = 1024, 8192, 16384
		for i := range test.lists {
			put(lists+8*i, texts)
			put(lists+8*i+4, test.texts)
		}
		for i := range test.texts {
			put(texts+8*i, text)
			put(texts+8*i+4, test.size)
		}
		p.by.set(nil, memory, [2]int{})
		if err := p.call.Call(t.Context(), []uint64{lists, uint64(test.lists)}); err != nil {
			t.Fatal(err)
		}
		reached := slices.ContainsFunc(p.by.seen, func(s string) bool { return strings.HasPrefix(s, test.want) })
		if !reached || test.want == "whole" && len(p.by.seen) != 1 {
			t.Errorf("%d lists of %d strings of %d bytes: %d calls, %.6q", test.lists, test.texts, test.size, len(p.by.seen), p.by.seen[len(p.by.seen)-1])
		}
	}
}
