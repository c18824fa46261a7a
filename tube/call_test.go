package tube_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
)

// TestCall is the contract as its oldest guests know it.
func TestCall(t *testing.T) {
	ctx := context.Background()
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
	t.Run("WT-03 payload and reply lie at index", func(t *testing.T) {
		for _, payload := range []string{`{"args":"Hello World!"}`, "null", "[1,2]", "", "\x00\xff"} {
			reply, err := in.Call(ctx, "echo", []byte(payload))
			if err != nil || string(reply) != payload {
				t.Errorf("echo(%q) = %q, %v", payload, reply, err)
			}
		}
	})
	t.Run("WT-01 WT-02 index is 42, or the call's own", func(t *testing.T) {
		for _, index := range []uint32{0, 1, 1000, 65_000} {
			want := []uint32{index, 3}
			if index == 0 {
				want[0] = tube.DefaultIndex
			}
			got := mustWith(t, in, tube.Request{Function: "where", Payload: []byte("abc"), Index: index})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("index %d: %s", index, diff)
			}
		}
	})
	t.Run("WT-02 WT-07 raw bytes at two indices of one instance", func(t *testing.T) {
		for index, text := range map[uint32]string{100: "one", 200: "another"} {
			if err := in.Write(index, []byte(text)); err != nil {
				t.Fatal(err)
			}
		}
		got, err := in.ReadAppend([]byte("> "), 100, 3)
		if err != nil || string(got) != "> one" {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := in.ReadAppend(nil, 200, 7); err != nil || string(got) != "another" {
			t.Errorf("%q, %v", got, err)
		}
		if got, err := in.ReadAppend(nil, math.MaxUint32, 2); err == nil || len(got) > 0 {
			t.Errorf("beyond memory: %q, %v", got, err)
		}
	})
	t.Run("WT-04 WT-06 arguments after index and length", func(t *testing.T) {
		got := mustWith(t, in, tube.Request{Function: "image_size", Payload: make([]byte, 12), Extra: []int64{256, -1}})
		if diff := cmp.Diff([]uint32{256, math.MaxUint32}, got); diff != "" {
			t.Error(diff)
		}
		got = mustWith(t, in, tube.Request{Function: "wide", Extra: []int64{-2}})
		if diff := cmp.Diff([]uint32{math.MaxUint32 - 1, math.MaxUint32}, got); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("WT-16 state persists", func(t *testing.T) {
		for _, want := range []string{"1", "2", "3"} {
			if reply, err := in.Call(ctx, "count", nil); err != nil || string(reply) != want {
				t.Errorf("%q, %v; want %s", reply, err, want)
			}
		}
	})
	t.Run("WT-12 an empty reply is one", func(t *testing.T) {
		reply, err := in.CallAppend(ctx, []byte("kept"), "say", i32(0))
		if err != nil || string(reply) != "kept" {
			t.Errorf("%q, %v", reply, err)
		}
	})
}

// TestConfigIndex: the index of a module counts for all its calls.
func TestConfigIndex(t *testing.T) {
	for _, name := range []string{"plain.wasm", "allocator.wasm"} {
		in := start(t, name, tube.Config{Index: 300}, engine.Limits{})
		if got := mustWith(t, in, tube.Request{Function: "where"}); got[0] != 300 {
			t.Errorf("%s: index %d", name, got[0])
		}
	}
}

// TestGrowth: a payload for which there is no room lies behind all that the
// guest has (WT-10, WT-17), and memory grows for it.
func TestGrowth(t *testing.T) {
	ctx := context.Background()
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{MemoryBytes: 4 * engine.PageSize})
	if _, err := in.Call(ctx, "echo", []byte("kept")); err != nil {
		t.Fatal(err)
	}
	payload := bytes.Repeat([]byte("patchbay"), 3*engine.PageSize/8)
	for _, n := range []int{engine.PageSize, 2 * engine.PageSize, len(payload), 70_000} {
		reply, err := in.Call(ctx, "echo", payload[:n])
		if err != nil || !bytes.Equal(reply, payload[:n]) {
			t.Fatalf("%d bytes: %d, %v", n, len(reply), err)
		}
		if got := mustWith(t, in, tube.Request{Function: "where", Payload: payload[:n]}); got[0] != engine.PageSize {
			t.Errorf("%d bytes lie at %d", n, got[0])
		}
	}
	if in.MemorySize() != 4*engine.PageSize {
		t.Errorf("memory of %d bytes", in.MemorySize())
	}
	if kept, err := in.ReadAppend(nil, tube.DefaultIndex, 4); err != nil || string(kept) != "kept" {
		t.Errorf("what was at 42 is %q, %v", kept, err)
	}
	if got := mustWith(t, in, tube.Request{Function: "where", Payload: []byte("small")}); got[0] != tube.DefaultIndex {
		t.Errorf("a small payload lies at %d", got[0])
	}
	var size *tube.SizeError
	if _, err := in.Call(ctx, "echo", append(payload, 0)); !errors.As(err, &size) || size.Size != uint64(len(payload)+1) || size.Memory != 4*engine.PageSize {
		t.Errorf("one byte more than there can be pages for: %v", err)
	}
	if reply, err := in.Call(ctx, "echo", []byte("alive")); err != nil || string(reply) != "alive" {
		t.Errorf("afterwards: %q, %v", reply, err)
	}
}

// TestGrowthAtIndex: at an index that somebody said, memory grows as well, as far
// as it can.
func TestGrowthAtIndex(t *testing.T) {
	ctx := context.Background()
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{MemoryBytes: 4 * engine.PageSize})
	request := &tube.Request{Function: "echo", Index: 100, Payload: make([]byte, 4*engine.PageSize-100)}
	if _, err := in.CallWith(ctx, nil, request); err != nil || in.MemorySize() != 4*engine.PageSize {
		t.Errorf("all of the memory: %v", err)
	}
	for _, request := range []tube.Request{
		{Function: "echo", Index: 101, Payload: request.Payload},
		{Function: "echo", Index: math.MaxUint32, Payload: []byte("x")},
	} {
		var size *tube.SizeError
		if _, err := in.CallWith(ctx, nil, &request); !errors.As(err, &size) || size.Index != request.Index {
			t.Errorf("beyond: %v", err)
		}
	}
}

// TestLargePayload: what is large lies in pages of its own, even if there is room
// at 42, where the guest has its stack or its data (WT-17).
func TestLargePayload(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
	if err := in.Write(5*engine.PageSize-tube.Room-1, []byte{0}); err != nil { // memory of 5 pages
		t.Fatal(err)
	}
	for _, test := range []struct {
		size  int
		index uint32
	}{{64 << 10, tube.DefaultIndex}, {64<<10 + 1, 5 * engine.PageSize}, {3 * engine.PageSize, 5 * engine.PageSize}, {4 * engine.PageSize, tube.DefaultIndex}} {
		if got := mustWith(t, in, tube.Request{Function: "where", Payload: make([]byte, test.size)}); got[0] != test.index {
			t.Errorf("%d bytes lie at %d, want %d", test.size, got[0], test.index)
		}
	}
}

// TestRoomBehindLargePayload: there is as much room behind index as there would be
// at 42, for guests that read pixels of which there are too few (WT-05) and for
// replies (WT-11).
func TestRoomBehindLargePayload(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
	if err := in.Write(3*engine.PageSize-tube.Room-1, []byte{0}); err != nil { // memory of 3 pages
		t.Fatal(err)
	}
	got := mustWith(t, in, tube.Request{Function: "where", Payload: make([]byte, 64<<10+1)})
	if got[0] != 3*engine.PageSize || in.MemorySize() < 6*engine.PageSize {
		t.Errorf("it lies at %d in a memory of %d bytes", got[0], in.MemorySize())
	}
}

// TestNoPages: what fits at 42 lies there if there are no other pages.
func TestNoPages(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{MemoryBytes: engine.PageSize})
	payload := make([]byte, engine.PageSize-tube.DefaultIndex)
	if got := mustWith(t, in, tube.Request{Function: "where", Payload: payload}); got[0] != tube.DefaultIndex {
		t.Errorf("it lies at %d", got[0])
	}
}

// TestGrowthObeysLimits: the limits of the engine bound what payloads make of a
// guest's memory.
func TestGrowthObeysLimits(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{MemoryBytes: 2 * engine.PageSize})
	var size *tube.SizeError
	if _, err := in.Call(t.Context(), "echo", make([]byte, 2*engine.PageSize)); !errors.As(err, &size) {
		t.Errorf("error %v", err)
	}
}

func TestAllocator(t *testing.T) {
	ctx := context.Background()
	in := start(t, "allocator.wasm", tube.Config{}, engine.Limits{})
	t.Run("WT-17 the place is kept", func(t *testing.T) {
		first := mustWith(t, in, tube.Request{Function: "where"})
		again := mustWith(t, in, tube.Request{Function: "where", Payload: make([]byte, 100)})
		if first[0] == tube.DefaultIndex || !slices.Equal(first, again) || first[1] != 1 {
			t.Errorf("index, allocs, frees: %v, then %v", first, again)
		}
	})
	t.Run("a larger one takes its place", func(t *testing.T) {
		got := mustWith(t, in, tube.Request{Function: "where", Payload: make([]byte, 200_000)})
		if got[1] != 2 || got[2] != 1 {
			t.Errorf("index, allocs, frees: %v", got)
		}
	})
	t.Run("the call's own index wins", func(t *testing.T) {
		if got := mustWith(t, in, tube.Request{Function: "where", Index: 77}); got[0] != 77 {
			t.Errorf("index %d", got[0])
		}
	})
	t.Run("WT-11 WT-17 a reply from elsewhere", func(t *testing.T) {
		if reply, err := in.Call(ctx, "elsewhere", []byte("over there")); err != nil || string(reply) != "over there" {
			t.Errorf("%q, %v", reply, err)
		}
	})
	t.Run("the guest's own error", func(t *testing.T) {
		var answer *tube.GuestError
		if _, err := in.Call(ctx, "refuse", []byte("not today \xff")); !errors.As(err, &answer) || answer.Text != "not today \ufffd" {
			t.Errorf("error %v", err)
		}
	})
}

// TestOtherAllocators: the allocators of other conventions, and how a place is
// given back to each.
func TestOtherAllocators(t *testing.T) {
	for _, name := range []string{"malloc.wasm", "realloc.wasm", "assemblyscript.wasm"} {
		in := start(t, name, tube.Config{}, engine.Limits{})
		first := mustWith(t, in, tube.Request{Function: "where"})
		second := mustWith(t, in, tube.Request{Function: "where", Payload: make([]byte, 20_000)})
		if first[0] != 4096 || first[1] != 0 || second[0] <= first[0] || second[1] != 1 {
			t.Errorf("%s: index and frees: %v, then %v", name, first, second)
		}
	}
}

// TestLies: what a guest says of places and lengths is believed only as far as
// its memory goes (WT-09).
func TestLies(t *testing.T) {
	ctx := context.Background()
	lies := []int32{-1, math.MinInt32, math.MaxInt32, 65536 - 42 + 1, 65536}
	for _, lie := range lies {
		in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
		var length *tube.LengthError
		_, err := in.Call(ctx, "say", i32(lie))
		if !errors.As(err, &length) || length.Length != int64(lie) || length.Function != "say" {
			t.Errorf("length %d: %v", lie, err)
		}
		if (engine.AsTrap(err) != nil) != (lie > 0) {
			t.Errorf("length %d: trap %v", lie, engine.AsTrap(err))
		}
	}
	for _, reply := range [][]byte{
		long(0, math.MaxInt32), long(math.MaxUint32, 1), long(65536, 1), long(65535, 2), long(math.MaxUint32, math.MinInt32), long(65536, -1),
	} {
		in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
		if _, err := in.Call(ctx, "say_long", reply); engine.AsTrap(err) == nil || engine.AsTrap(err).Kind != engine.MemoryBounds {
			t.Errorf("long %x: %v", reply, err)
		}
	}
	for _, answer := range []int32{math.MinInt32, -2, 65535, 65536, 64 * 65536} {
		in := start(t, "allocator.wasm", tube.Config{}, engine.Limits{})
		if _, err := in.Call(ctx, "answer", i32(answer)); err != nil {
			t.Fatal(err)
		}
		var alloc *tube.AllocError
		_, err := in.Call(ctx, "echo", make([]byte, 20_000))
		if !errors.As(err, &alloc) || alloc.Pointer != uint32(answer) || engine.AsTrap(err) == nil {
			t.Errorf("allocator answers %d: %v", answer, err)
		}
	}
}

// TestNoPlace: a guest that has no room for a payload can be called with others.
func TestNoPlace(t *testing.T) {
	in := start(t, "allocator.wasm", tube.Config{}, engine.Limits{})
	var alloc *tube.AllocError
	_, err := in.Call(t.Context(), "echo", make([]byte, 65*engine.PageSize))
	if !errors.As(err, &alloc) || alloc.Pointer != 0 || engine.AsTrap(err) != nil || !strings.Contains(err.Error(), "tube_alloc") {
		t.Errorf("error %v", err)
	}
	if reply, err := in.Call(t.Context(), "echo", []byte("alive")); err != nil || string(reply) != "alive" {
		t.Errorf("afterwards: %q, %v", reply, err)
	}
}

// TestFunctions: what cannot be called says why, and what can (WT-08).
func TestFunctions(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
	var missing *tube.MissingError
	_, err := in.Call(t.Context(), "ecko", nil)
	if !errors.As(err, &missing) || missing.Nearest != "echo" || !slices.Contains(missing.Exists, "count") {
		t.Errorf("missing: %v", err)
	}
	for _, text := range []string{`no function "ecko"`, `did you mean "echo"?`, "There is echo, where, image_size"} {
		if err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("missing: %v does not say %s", err, text)
		}
	}
	for _, test := range []struct {
		request tube.Request
		want    string
	}{
		{tube.Request{Function: "none"}, "function none has type (i32, i32) -> (); tube guests are called by functions"},
		{tube.Request{Function: "two"}, "has type (i32, i32) -> (i32, i32);"},
		{tube.Request{Function: "float"}, "has type (i32, i32, f32) -> (i32);"},
		{tube.Request{Function: "one"}, "has type (i32) -> (i32);"},
		{tube.Request{Function: "image_size"}, "it takes 2 arguments after index and length, and the call has 0"},
		{tube.Request{Function: "wide", Extra: []int64{1, 2}}, "it takes 1 argument after index and length, and the call has 2"},
		{tube.Request{Function: "image_size", Extra: []int64{1, 1 << 32}}, "argument 3 is 4294967296, which no i32 can be"},
		{tube.Request{Function: "image_size", Extra: []int64{math.MinInt32 - 1, 0}}, "argument 2 is -2147483649"},
	} {
		var signature *tube.SignatureError
		_, err := in.CallWith(t.Context(), nil, &test.request)
		if !errors.As(err, &signature) || signature.Function != test.request.Function || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: error %v, want %q", test.request.Function, err, test.want)
		}
	}
}

// TestTraps: traps are errors (WT-08), and a guest that does not end is stopped
// (WT-15), also when it is asked for a place.
func TestTraps(t *testing.T) {
	const timeout = 50 * time.Millisecond
	limits := engine.Limits{Timeout: timeout}
	in := start(t, "plain.wasm", tube.Config{}, limits)
	if _, err := in.CallAppend(t.Context(), nil, "trap", nil); engine.AsTrap(err) == nil || engine.AsTrap(err).Kind != engine.Unreachable {
		t.Errorf("trap: %v", err)
	}
	dst := []byte("kept")
	if dst, err := in.CallAppend(t.Context(), dst, "spin", nil); !errors.Is(err, context.DeadlineExceeded) || string(dst) != "kept" {
		t.Errorf("spin: %q, %v", dst, err)
	}
	in = start(t, "allocator.wasm", tube.Config{Timeout: timeout}, engine.Limits{})
	if _, err := in.Call(t.Context(), "echo", make([]byte, 0x10000-tube.Room)); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "tube_alloc: ") {
		t.Errorf("spinning allocator: %v", err)
	}
}

func TestClose(t *testing.T) {
	in := start(t, "plain.wasm", tube.Config{}, engine.Limits{})
	for range 2 {
		if err := in.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	_, call := in.Call(t.Context(), "echo", nil)
	_, read := in.ReadAppend(nil, 0, 1)
	for _, err := range []error{call, read, in.Write(0, nil)} {
		if !errors.Is(err, tube.ErrClosed) {
			t.Errorf("after close: %v", err)
		}
	}
	if in.MemorySize() != 0 {
		t.Error("memory after close")
	}
}

// TestCallAllocatesNothing: not with a place of its own either.
func TestCallAllocatesNothing(t *testing.T) {
	for _, name := range []string{"plain.wasm", "allocator.wasm"} {
		in := start(t, name, tube.Config{}, engine.Limits{Timeout: time.Minute})
		payload, dst := make([]byte, 1024), make([]byte, 0, 1024)
		ctx := context.Background()
		got := testing.AllocsPerRun(100, func() {
			if _, err := in.CallAppend(ctx, dst, "echo", payload); err != nil {
				t.Fatal(err)
			}
		})
		if got != 0 {
			t.Errorf("%s: %v allocations", name, got)
		}
	}
}
