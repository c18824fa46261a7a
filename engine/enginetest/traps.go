package enginetest

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

var trapTests = []test{
	{"Kinds", testTrapKinds},
	{"NullReference", testNullReference},
	{"Frames", testFrames},
	{"FramesOfOthers", testFramesOfOthers},
	{"FramesOfTrusted", testFramesOfTrusted},
	{"InStart", testTrapInStart},
}

func testTrapKinds(b *bench) {
	m := b.compile("traps", engine.Limits{})
	i := b.make(m, b.hostFor(m, nil), nil)
	nan, big := math.Float64bits(math.NaN()), math.Float64bits(3e10)
	minInt := uint64(0x80000000)
	for _, test := range []struct {
		name   string
		params []uint64
		kind   engine.TrapKind // 0: none
	}{
		{"unreachable", nil, engine.Unreachable},
		{"load", []uint64{65532}, 0},
		{"load", []uint64{65533}, engine.MemoryBounds},
		{"load", []uint64{0xffffffff}, engine.MemoryBounds},
		{"load", []uint64{garbage | 8}, 0},
		{"load_offset", []uint64{0}, engine.MemoryBounds},
		{"load_offset", []uint64{0xffffffff}, engine.MemoryBounds},
		{"load_v128", []uint64{65520, 0}, 0},
		{"load_v128", []uint64{65521, 0}, engine.MemoryBounds},
		{"store", []uint64{65528}, 0},
		{"store", []uint64{65529}, engine.MemoryBounds},
		{"fill", []uint64{65536, 0}, 0},
		{"fill", []uint64{65536, 1}, engine.MemoryBounds},
		{"fill", []uint64{1, 65536}, engine.MemoryBounds},
		{"fill", []uint64{0xffffffff, 0xffffffff}, engine.MemoryBounds},
		{"copy", []uint64{0, 1, 65535}, 0},
		{"copy", []uint64{0, 1, 65536}, engine.MemoryBounds},
		{"copy", []uint64{1, 0, 65536}, engine.MemoryBounds},
		{"init", []uint64{0, 0, 3}, 0},
		{"init", []uint64{0, 0, 4}, engine.MemoryBounds},
		{"init", []uint64{65534, 0, 3}, engine.MemoryBounds},
		{"divide", []uint64{1, 0}, engine.DivisionByZero},
		{"divide", []uint64{1, garbage}, engine.DivisionByZero},
		{"divide", []uint64{minInt, 0xffffffff}, engine.IntegerOverflow},
		{"remainder", []uint64{1, 0}, engine.DivisionByZero},
		{"truncate", []uint64{big}, engine.IntegerOverflow},
		{"truncate", []uint64{nan}, engine.IntegerOverflow},
		{"indirect", []uint64{0}, 0},
		{"indirect", []uint64{1}, engine.BadIndirectCall},
		{"indirect", []uint64{2}, engine.TableBounds}, // null
		{"indirect", []uint64{4}, engine.TableBounds},
		{"indirect", []uint64{0xffffffff}, engine.TableBounds},
		{"table_get", []uint64{3}, 0},
		{"table_get", []uint64{4}, engine.TableBounds},
		{"table_set", []uint64{4}, engine.TableBounds},
		{"table_fill", []uint64{2, 3}, engine.TableBounds},
		{"table_copy", []uint64{0, 1, 4}, engine.TableBounds},
		{"table_init", []uint64{0, 0, 2}, engine.TableBounds},
		{"recurse", []uint64{0}, engine.StackOverflow},
		{"recurse_mutually", []uint64{0}, engine.StackOverflow},
		{"throw", []uint64{7}, engine.UncaughtException},
	} {
		b.Run(test.name, func(t *testing.T) {
			b := &bench{T: t, engine: b.engine}
			_, err := call(i.Func(test.name), test.params...)
			if test.kind != 0 {
				b.trap(err, test.kind)
			} else if err != nil {
				b.Errorf("%v: %v", test.params, err)
			}
			b.want(1, i, "ok")
		})
	}
}

// testNullReference calls a null reference, by a module made here because the
// text format's tools disagree about the instruction.
func testNullReference(b *bench) {
	var m corewasm.Builder
	none := m.Type(nil, nil)
	f := m.Func(nil, nil, nil, corewasm.Code{}.Op(0xd0).U32(none).Op(0x14).U32(none))
	m.Export("call_null", corewasm.KindFunc, f)
	module, err := b.engine.Compile(context.Background(), m.Bytes(), engine.Limits{})
	if err != nil {
		b.Skip("not run: the engine has no typed function references: ", err)
	}
	i := b.make(module, nil, nil)
	_, err = call(i.Func("call_null"))
	b.trap(err, engine.NullReference)
}

func testFrames(b *bench) {
	m := b.compile("traps", engine.Limits{})
	i := b.make(m, b.hostFor(m, nil), nil)
	for range 2 {
		_, err := call(i.Func("frames"), 0xffffffff)
		trap := b.trap(err, engine.MemoryBounds)
		var names []string
		for _, f := range trap.Frames {
			names = append(names, f.Name)
		}
		if !slices.Equal(names, []string{"inner", "middle", "outer"}) {
			b.Fatalf("frames: %+v", trap.Frames)
		}
		if at := trap.Frames[0].Func; trap.Frames[1].Func != at+1 || trap.Frames[2].Func != at+2 {
			b.Errorf("indices: %+v", trap.Frames)
		}
		if want := "memory access out of bounds in inner"; err.Error()[:len(want)] != want {
			b.Errorf("text: %v", err)
		}
	}
	_, err := call(i.Func("unreachable"))
	if frames := b.trap(err, engine.Unreachable).Frames; len(frames) != 1 || frames[0].Func != 5 || frames[0].Name != "unreachable" {
		b.Errorf("frame of a function that only its export names: %+v", frames)
	}
}

// testFramesOfOthers has a trap in one instance's code below a call from
// another's.
func testFramesOfOthers(b *bench) {
	three := b.three()
	_, err := call(three[1].Func("load_through_first"), 0xffffffff)
	trap := b.trap(err, engine.MemoryBounds)
	if len(trap.Frames) != 2 || trap.Frames[0].Name != "load" || trap.Frames[1].Name != "load_through_first" {
		b.Errorf("frames: %+v", trap.Frames)
	}
}

// testFramesOfTrusted has a trap in a guest's code below a call by the host's own:
// that has no frames.
func testFramesOfTrusted(b *bench) {
	guest := b.guest("traps", b.hostFor(b.compile("traps", engine.Limits{}), nil))
	var build corewasm.Builder
	inner := build.ImportFunc("guest", "unreachable", nil, nil)
	build.Export("through", corewasm.KindFunc, build.Func(nil, nil, nil, corewasm.Code{}.Call(inner)))
	outer := b.make(b.compileBytes(build.Bytes(), engine.Limits{Trusted: true}), provided{"guest": guest}, nil)
	_, err := call(outer.Func("through"))
	trap := b.trap(err, engine.Unreachable)
	if len(trap.Frames) != 1 || trap.Frames[0].Name != "unreachable" {
		b.Errorf("frames: %+v", trap.Frames)
	}
}

func testTrapInStart(b *bench) {
	m := b.compile("trapstart", engine.Limits{})
	proceed := uint64(1)
	from := b.hostFor(m, map[string]hostFunc{"proceed": func(_ context.Context, _ engine.Instance, stack []uint64) error {
		stack[0] = proceed
		return nil
	}})
	for range 3 {
		_, err := m.Instantiate(context.Background(), b.link(m, from), engine.InstanceConfig{})
		trap := b.trap(err, engine.Unreachable)
		if len(trap.Frames) != 1 || trap.Frames[0].Name != "start" {
			b.Errorf("frames: %+v", trap.Frames)
		}
	}
	proceed = 0
	b.want(42, b.make(m, from, nil), "answer")
}
