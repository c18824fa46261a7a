package tube

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// allocName is the contract's own allocator, and its mark.
const allocName = "tube_alloc"

// An allocator says by which exports of a guest a place is had and given back.
type allocator struct {
	name    string // empty: there is none
	params  int
	free    string // empty: nothing is given back
	freeing int    // the parameters of free
}

// reallocName takes the old place with its size, an alignment and the new size.
const reallocName = "cabi_realloc"

// allocators are those that are looked for, the one that counts first, with how
// many parameters each may have, all of them i32. Those of AssemblyScript take
// the id of a class, 0 for plain bytes.
var allocators = []struct {
	name   string
	params []int
	free   []string
}{
	{allocName, []int{1}, []string{"tube_free"}},
	{"malloc", []int{1}, []string{"free"}},
	{reallocName, []int{4}, nil},
	{"__alloc", []int{1, 2}, []string{"__free", "__release"}},
}

// ofRuntime reports whether a function of that name belongs to the guest's
// runtime, such as its allocator, and is no operation.
func ofRuntime(name string) bool {
	switch {
	case strings.HasPrefix(name, "__"), name == "calloc", name == "realloc", name == "aligned_alloc":
		return true
	}
	for _, a := range allocators {
		if name == a.name || slices.Contains(a.free, name) {
			return true
		}
	}
	return false
}

// findAllocator returns the first allocator among exports.
func findAllocator(exports map[string]engine.ExternType) (allocator, error) {
	for _, a := range allocators {
		t, ok := exports[a.name]
		switch {
		case !ok:
			continue
		case slices.ContainsFunc(a.params, func(n int) bool { return isFunc(t, n, 1) }):
			found := allocator{name: a.name, params: len(t.Func.Params)}
			found.free, found.freeing = findFree(exports, a.free)
			return found, nil
		case a.name == allocName:
			return allocator{}, fmt.Errorf("export %s is a %v, not a func (i32) -> (i32)", a.name, t)
		}
	}
	return allocator{}, nil
}

func findFree(exports map[string]engine.ExternType, names []string) (name string, params int) {
	for _, name := range names {
		for _, params := range []int{1, 2} {
			if t, ok := exports[name]; ok && isFunc(t, params, 0) {
				return name, params
			}
		}
	}
	return "", 0
}

// isFunc reports whether t is a function of so many i32 parameters and results.
func isFunc(t engine.ExternType, params, results int) bool {
	i32 := func(types []engine.ValueType, n int) bool {
		return len(types) == n && !slices.ContainsFunc(types, func(t engine.ValueType) bool { return t != engine.I32 })
	}
	return t.Kind == engine.KindFunc && i32(t.Func.Params, params) && i32(t.Func.Results, results)
}

// A place is for payloads: size bytes at pointer, which a guest's allocator gave,
// or which lie behind all that the guest itself had.
type place struct {
	pointer, size uint32
}

// granularity is what the sizes of places are rounded up to.
const granularity = 16 << 10

// allocate makes the instance's place one of size bytes at least.
func (in *Instance) allocate(ctx context.Context, size uint32) error {
	size = (size + granularity - 1) &^ (granularity - 1)
	a, old := in.module.allocator, in.place
	if err := in.release(ctx); err != nil {
		return err
	}
	slots := [4]uint64{uint64(size)}
	if a.name == reallocName {
		slots = [4]uint64{uint64(old.pointer), uint64(old.size), 8, uint64(size)}
	}
	if err := in.core.Func(a.name).Call(ctx, slots[:a.params]); err != nil {
		return fmt.Errorf("%s: %w", a.name, err)
	}
	got := place{pointer: uint32(slots[0]), size: size}
	if got.pointer == 0 {
		return &AllocError{Allocator: a.name, Size: size}
	}
	if _, ok := engine.View(in.memory, got.pointer, size); !ok {
		return &AllocError{Allocator: a.name, Size: size, Pointer: got.pointer, trap: outside(in.memory, a.name, got.pointer, size)}
	}
	in.place = got
	return nil
}

// release gives the instance's place back, if the guest takes it. What is not
// given back belongs to nobody then, or to the call of cabi_realloc that follows.
func (in *Instance) release(ctx context.Context) error {
	a, old := in.module.allocator, in.place
	in.place = place{}
	if old.pointer == 0 || a.free == "" {
		return nil
	}
	slots := [2]uint64{uint64(old.pointer), uint64(old.size)}
	if err := in.core.Func(a.free).Call(ctx, slots[:a.freeing]); err != nil {
		return fmt.Errorf("%s: %w", a.free, err)
	}
	return nil
}
