package corewasm_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	. "github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestTicks counts: one unit per pass of a loop and per call, or one for each
// 32 bytes of code that a path goes through.
func TestTicks(t *testing.T) {
	straight := func(bytes int) (c Code) {
		for range bytes {
			c = c.Op(1) // nop
		}
		return c
	}
	count := func(c Code) Code { // n passes of a loop with c
		return Code{}.Loop().Op(c...).
			LocalGet(0).I32Const(1).Op(0x6b).LocalTee(0).BrIf(0).End()
	}
	tests := []struct {
		name string
		code Code
		n    uint64
		want int64
	}{
		{"leaf", nil, 0, 0},
		{"long leaf", straight(65), 0, 2},
		{"longer leaf", straight(3000), 0, 5*16 + 13},
		{"loop", count(nil), 1000, 1000},
		{"long loop", count(straight(2048)), 100, 1 + 99*65 + 64},
		{"loops within", Code{}.Loop().Op(count(straight(2000))...).End(), 100, 1 + 99*62 + 61},
		{"straight and loop", append(straight(2000), count(nil)...), 100, 62 + 100},
		{"very long loop", count(straight(200 << 10)), 10, 1 + 10*(200<<10)/32 + 9},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var b Builder
			b.Export("f", KindFunc, b.Func(i32s, nil, nil, test.code))
			r := newRuntime(t, 1)
			options := Options{Slice: 1 << 40, CounterName: "counter"}
			instance := r.instantiate(t, rewrite(t, b.Bytes(), options).Binary)
			call(t, instance, "f", test.n)
			if got := 1<<40 - int64(instance.ExportedGlobal("counter").Get()); got != test.want {
				t.Errorf("%d units, want %d", got, test.want)
			}
			if r.ticks != 0 {
				t.Errorf("%d ticks", r.ticks)
			}
		})
	}
}

func TestTickStopsTheGuest(t *testing.T) {
	recursion := func(b *Builder) uint32 { return b.Func(nil, nil, nil, Code{}.Call(0).Call(0)) }
	tests := map[string]func(*Builder) uint32{
		"loop": func(b *Builder) uint32 { return b.Func(nil, nil, nil, Code{}.Loop().Br(0).End()) },
		"condition": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().I32Const(2).BrIf(0).End())
		},
		"from within": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().Block().I32Const(1).BrIf(1).End().Unreachable().End())
		},
		"from within an if": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().I32Const(1).If().Br(1).End().Unreachable().End())
		},
		"second of two": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().I32Const(0).BrIf(0).Br(0).End())
		},
		"last of many": func(b *Builder) uint32 {
			code := append(Code{}.Loop(), bytes.Repeat(Code{}.I32Const(0).BrIf(0), 10)...)
			return b.Func(nil, nil, nil, code.Br(0).End())
		},
		"outer of two": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().Loop().I32Const(0).BrIf(0).Br(1).End().End())
		},
		"table": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Loop().I32Const(0).Op(0x0e, 0, 0).End())
		},
		"with a value below": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.I32Const(7).Loop().I32Const(5).I32Const(1).BrIf(0).Op(0x1a).End().Op(0x1a))
		},
		"tail call": func(b *Builder) uint32 {
			return b.Func(nil, nil, nil, Code{}.Op(0x12).U32(0))
		},
		"recursion": recursion,
		"mutual recursion": func(b *Builder) uint32 {
			b.Func(nil, nil, nil, Code{}.Call(1).Call(1))
			return b.Func(nil, nil, nil, Code{}.Call(0).Call(0))
		},
		"calls that fan out": func(b *Builder) uint32 {
			f := b.Func(nil, nil, nil, bytes.Repeat([]byte{1}, 100))
			for range 40 {
				f = b.Func(nil, nil, nil, Code{}.Call(f).Call(f))
			}
			return f
		},
		"calls through a table": func(b *Builder) uint32 {
			of := b.Type(nil, nil)
			b.Table(FuncRef, Limit(1))
			b.Func(nil, nil, nil, Code{}.I32Const(0).CallIndirect(of, 0).I32Const(0).CallIndirect(of, 0))
			b.Elements(0, 0)
			return 0
		},
		"parameters": func(b *Builder) uint32 {
			loop := b.Type(i32s, i32s)
			return b.Func(nil, nil, nil, Code{}.I32Const(1).Op(3).U32(loop).Br(0).End().Op(0x1a))
		},
	}
	for name, build := range tests {
		t.Run(name, func(t *testing.T) {
			var b Builder
			b.Export("f", KindFunc, build(&b))
			r := newRuntime(t, 100)
			stop := errors.New("stop")
			r.stop = func(ticks int) error {
				if ticks == 10 {
					return stop
				}
				return nil
			}
			instance := r.instantiate(t, rewrite(t, b.Bytes(), Options{Slice: 100}).Binary)
			_, err := instance.ExportedFunction("f").Call(context.Background())
			if err == nil || !strings.Contains(err.Error(), "stop") || r.ticks != 10 {
				t.Errorf("after %d ticks: %v", r.ticks, err)
			}
		})
	}
}
