//go:build cgo

package wasmtime_test

import (
	"context"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestKeptExceptions fills a table with exceptions. They are not in the guest's
// memory, but its limit holds for them, too.
func TestKeptExceptions(t *testing.T) {
	const exnref = 0x69
	e := open(t)
	m := build(t, e, engine.Limits{MemoryBytes: 1 << 20}, func(b *corewasm.Builder) {
		table := b.Table(corewasm.ValueType(exnref), corewasm.Limit(100_000))
		tag := b.Tag([]corewasm.ValueType{corewasm.I64})
		i32 := corewasm.I32
		code := corewasm.Code{}.Loop().LocalGet(0).Op(0x02).U32(b.Type(nil, []corewasm.ValueType{corewasm.I64, exnref})).
			Op(0x1f, 0x40, 1, 0x01).U32(tag).U32(0). // try_table (catch_ref $tag 0)
			I64Const(1).Op(0x08).U32(tag).End().Unreachable().End().
			LocalSet(1).Op(0x1a).LocalGet(1).Op(0x26).U32(table).
			LocalGet(0).I32Const(1).Op(0x6a).LocalTee(0).I32Const(100_000).Op(0x49).BrIf(0).End()
		b.Export("run", corewasm.KindFunc, b.Func([]corewasm.ValueType{i32}, nil, []corewasm.ValueType{exnref}, code))
	})
	i, err := m.Instantiate(context.Background(), nil, engine.InstanceConfig{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = call(i, "run", 0)
	if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.MemoryLimit {
		t.Errorf("error %v", err)
	}
}
