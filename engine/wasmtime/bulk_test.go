//go:build cgo

package wasmtime_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/engine/wasmtime"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// TestBulkGoesByChunks counts the instructions of bulk work: done in one, it has
// some four, and could not be stopped.
func TestBulkGoesByChunks(t *testing.T) {
	const mib, pages = 1 << 20, 512 // 32 MiB
	e := wasmtime.New(wasmtime.Config{Fuel: true})
	t.Cleanup(func() { e.Close(t.Context()) })
	operands := corewasm.Code{}.LocalGet(0).LocalGet(1).LocalGet(2)
	three := []corewasm.ValueType{i32, i32, i32}
	m := build(t, e, engine.Limits{}, func(b *corewasm.Builder) {
		b.Memory(corewasm.Limit(pages))
		b.Export("fill", corewasm.KindFunc, b.Func(three, nil, nil, operands.Op(0xfc, 11, 0)))
		b.Export("copy", corewasm.KindFunc, b.Func(three, nil, nil, operands.Op(0xfc, 10, 0, 0)))
	})
	i := link(t, m, nil).(engine.Metered)
	spent := func(name string, params ...uint64) uint64 {
		t.Helper()
		before := i.Spent()
		if _, err := call(i, name, params...); err != nil {
			t.Errorf("%s%v: %v", name, params, err)
		}
		return i.Spent() - before
	}
	for name, work := range map[string][]uint64{"fill": {0, 1, 32 * mib}, "copy": {1, 0, 32*mib - 1}} {
		large, small := spent(name, work...), spent(name, work[0], work[1], mib)
		if large < small+31*4 {
			t.Errorf("%s of 32 MiB: %d instructions; of 1 MiB: %d", name, large, small)
		}
	}
	if _, err := call(i, "fill", 1, 0, 32*mib); engine.AsTrap(err) == nil || engine.AsTrap(err).Kind != engine.MemoryBounds {
		t.Errorf("out of bounds: %v", err)
	}
}
