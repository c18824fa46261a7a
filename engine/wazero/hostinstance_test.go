package wazero

import (
	"context"
	"errors"
	"testing"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// tableModule exports a table of one place and call, which calls what is there.
func tableModule() []byte {
	var b corewasm.Builder
	i32 := []corewasm.ValueType{corewasm.I32}
	b.Table(corewasm.FuncRef, corewasm.Limit(1))
	b.Export("table", corewasm.KindTable, 0)
	b.Export("call", corewasm.KindFunc, b.Func(nil, i32, nil, corewasm.Code{}.I32Const(0).CallIndirect(b.Type(nil, i32), 0)))
	return b.Bytes()
}

// lenderModule puts a function that it imports into the table of another, and
// traps then if it should.
func lenderModule(traps bool) []byte {
	var b corewasm.Builder
	f := b.ImportFunc("h", "seven", nil, []corewasm.ValueType{corewasm.I32})
	b.Import("t", "table", corewasm.Desc{Kind: corewasm.KindTable, Value: corewasm.FuncRef, Limits: corewasm.Limit(1)})
	b.Elements(0, f)
	if traps {
		b.Start(b.Func(nil, nil, nil, corewasm.Code{}.Unreachable()))
	}
	return b.Bytes()
}

// hostRig has an engine and one host instance of it.
type hostRig struct {
	*testing.T
	engine *Engine
	host   *hostInstance
}

func newHostRig(t *testing.T) *hostRig {
	e, err := New(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { e.Close(context.Background()) })
	return &hostRig{t, e, seven(t, e)}
}

// seven is a host instance with a function that returns 7.
func seven(t *testing.T, e *Engine) *hostInstance {
	t.Helper()
	host, err := e.Host(t.Context(), engine.HostFunc{
		Name: "seven", Type: engine.FuncType{Results: []engine.ValueType{engine.I32}},
		Call: func(_ context.Context, _ engine.Instance, stack []uint64) error { stack[0] = 7; return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return host.(*hostInstance)
}

func (r *hostRig) make(binary []byte, imports ...engine.Extern) (engine.Instance, error) {
	r.Helper()
	m, err := r.engine.Compile(context.Background(), binary, engine.Limits{})
	if err != nil {
		r.Fatal(err)
	}
	defer m.Close(context.Background())
	return m.Instantiate(context.Background(), imports, engine.InstanceConfig{})
}

// freed reports whether the host's functions are gone.
func (r *hostRig) freed() bool { return r.host.module.IsClosed() }

func (r *hostRig) close(i engine.Instance) {
	r.Helper()
	if err := i.Close(context.Background()); err != nil {
		r.Error(err)
	}
}

// TestHostFunctionsStayInTables closes a host instance, and the guest that
// imports from it, while another guest has its function in a table: also a guest
// whose start function trapped has put it there.
func TestHostFunctionsStayInTables(t *testing.T) {
	for name, traps := range map[string]bool{"finished": false, "unfinished": true} {
		t.Run(name, func(t *testing.T) {
			r := newHostRig(t)
			table, err := r.make(tableModule())
			if err != nil {
				t.Fatal(err)
			}
			lender, err := r.make(lenderModule(traps), engine.Extern{Instance: r.host, Name: "seven"}, engine.Extern{Instance: table, Name: "table"})
			if (err != nil) != traps {
				t.Fatal(err)
			}
			r.close(r.host)
			if !traps {
				r.close(lender)
			}
			stack := make([]uint64, 1)
			if err := table.Func("call").Call(t.Context(), stack); err != nil && !traps || stack[0] != 7 {
				t.Errorf("%d, %v", stack[0], err)
			}
			if r.freed() {
				t.Error("the functions are gone while a table has them")
			}
			r.close(table)
			if !r.freed() {
				t.Error("the functions are there although nobody has them")
			}
		})
	}
}

// TestClosedHostInstance closes one with and without guests, twice, and after the
// engine.
func TestClosedHostInstance(t *testing.T) {
	r := newHostRig(t)
	var b corewasm.Builder
	b.ImportFunc("h", "seven", nil, []corewasm.ValueType{corewasm.I32})
	importer := b.Bytes()
	from := engine.Extern{Instance: r.host, Name: "seven"}
	guest, err := r.make(importer, from)
	if err != nil {
		t.Fatal(err)
	}
	r.close(r.host)
	r.close(r.host)
	if r.freed() {
		t.Error("gone before its guest")
	}
	if _, err := r.make(importer, from); !errors.Is(err, ErrClosed) {
		t.Errorf("imported from a closed host instance: %v", err)
	}
	r.close(guest)
	if !r.freed() {
		t.Error("there after its guest")
	}
	other := newHostRig(t)
	if _, err := other.make(importer, from); err == nil {
		t.Error("imported from another engine")
	}
	if err := other.engine.Close(t.Context()); err != nil {
		t.Error(err)
	}
	other.close(other.host)
}
