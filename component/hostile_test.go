package component_test

import (
	"context"
	goruntime "runtime"
	"strings"
	"testing"
	"time"
	"unsafe"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// hostile instantiates a component of the script of that name.
func hostile(t *testing.T, name string, limits engine.Limits) *component.Instance {
	t.Helper()
	w := workbench{t, newEngine(t)}
	c, err := component.Compile(t.Context(), w.engine, definition(t, "hostile", name), component.Config{Limits: limits})
	if err != nil {
		t.Fatal(err)
	}
	return w.instantiate(new(component.Linker), c)
}

// allocated returns how many bytes run allocates.
func allocated(run func()) uint64 {
	var before, after goruntime.MemStats
	goruntime.ReadMemStats(&before)
	run()
	goruntime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestTogether has a guest pass gigabytes to another one, which are the same
// megabyte again and again: the call ends when its time is over, whatever code
// runs, and the host does not hold what passes.
func TestTogether(t *testing.T) {
	for _, function := range []string{"bools", "texts", "borrows"} {
		t.Run(function, func(t *testing.T) {
			i := hostile(t, "$Together", engine.Limits{Timeout: 20 * time.Millisecond})
			var err error
			took := allocated(func() { err = i.Func("caller", function).CallGo(t.Context(), nil) })
			if trap := engine.AsTrap(err); trap == nil || trap.Kind != engine.Deadline {
				t.Errorf("got %v", err)
			}
			if took > 64<<20 {
				t.Errorf("%d bytes", took)
			}
		})
	}
	err := hostile(t, "$Together", engine.Limits{}).Func("caller", "borrows").CallGo(t.Context(), nil)
	if err == nil || !strings.Contains(err.Error(), "cannot lend another handle") {
		t.Errorf("a handle that is lent a billion times: %v", err)
	}
}

// TestHoarder has a guest make handles that it does not drop, up to how many there
// may be, and as many that it drops.
func TestHoarder(t *testing.T) {
	i := hostile(t, "$Hoarder", engine.Limits{})
	if err := i.Func("turn").CallGo(t.Context(), nil, uint32(task.MaxHandles+10)); err != nil {
		t.Error(err)
	}
	took := allocated(func() {
		if err := i.Func("hoard").CallGo(t.Context(), nil, uint32(task.MaxHandles-1)); err != nil { // one was free
			t.Error(err)
		}
	})
	if took > 512<<20 { // most is what the table grew out of
		t.Errorf("%d bytes", took)
	}
	err := i.Func("hoard").CallGo(t.Context(), nil, uint32(2))
	if err == nil || !strings.Contains(err.Error(), "cannot allocate another handle") {
		t.Errorf("got %v", err)
	}
}

// TestCounted holds what passes to the host against HostBytes, as Config says that
// it counts.
func TestCounted(t *testing.T) {
	type marks struct{ A []struct{ Mark uint8 } }
	none := func(context.Context, []types.Value) (types.Value, error) { return types.Value{}, nil }
	var values, typed component.Linker
	values.Define(none, "bytes")
	values.Define(none, "texts")
	values.Define(func(context.Context, []types.Value) (types.Value, error) { return types.StringValue("reply"), nil }, "marks")
	component.DefineGo(&typed, func(context.Context, struct{ A []byte }) (struct{}, error) { return struct{}{}, nil }, "bytes")
	component.DefineGo(&typed, func(context.Context, struct{ A []string }) (struct{}, error) { return struct{}{}, nil }, "texts")
	component.DefineGo(&typed, func(context.Context, marks) (string, error) { return "reply", nil }, "marks")
	stringSize, valueSize := uint64(unsafe.Sizeof("")), uint64(unsafe.Sizeof(types.Value{}))
	for _, test := range []struct {
		function string
		linker   *component.Linker
		counts   uint64
	}{
		{"bytes", &values, 5},
		{"bytes", &typed, 5},
		{"texts", &values, 3*(8+valueSize) + 6},
		{"texts", &typed, 3*stringSize + 6},
		{"marks", &values, 3*(1+valueSize+uint64(len("mark"))) + uint64(len("reply"))},
		{"marks", &typed, 3 + uint64(len("reply"))},
	} {
		for _, limit := range []uint64{test.counts, test.counts - 1} {
			w := workbench{t, newEngine(t)}
			c, err := component.Compile(t.Context(), w.engine, definition(t, "hostile", "$Counted"), component.Config{Limits: engine.Limits{HostBytes: limit}})
			if err != nil {
				t.Fatal(err)
			}
			err = w.instantiate(test.linker, c).Func(test.function).CallGo(t.Context(), nil)
			trap := engine.AsTrap(err)
			if enough := limit == test.counts; enough != (err == nil) || !enough && (trap == nil || trap.Kind != engine.OutOfHostBytes) {
				t.Errorf("%s with %d of %d bytes: %v", test.function, limit, test.counts, err)
			}
		}
	}
}
