package wazero

import (
	"context"
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

func newEngine(t *testing.T) *Engine {
	t.Helper()
	e, err := New(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return e
}

func (e *Engine) compileTest(t *testing.T, binary []byte, limits engine.Limits) *Module {
	t.Helper()
	m, err := e.Compile(t.Context(), binary, limits)
	if err != nil {
		t.Fatal(err)
	}
	return m.(*Module)
}

// TestCodeIsShared: modules of the same bytes have one code, if they are rewritten
// alike, and each its own limits.
func TestCodeIsShared(t *testing.T) {
	e := newEngine(t)
	first := e.compileTest(t, answering(1), engine.Limits{})
	second := e.compileTest(t, answering(1), engine.Limits{Timeout: time.Second})
	if first.code != second.code || first.limits.Timeout != 0 || second.limits.Timeout != time.Second {
		t.Errorf("the same code: %v; limits %v and %v", first.code == second.code, first.limits, second.limits)
	}
	for _, other := range []*Module{
		e.compileTest(t, answering(2), engine.Limits{}),
		e.compileTest(t, answering(1), engine.Limits{Fuel: 7}),
		e.compileTest(t, answering(1), engine.Limits{Trusted: true}),
		e.compileTest(t, answering(1), engine.Limits{TableElements: 7}),
	} {
		if other.code == first.code {
			t.Errorf("code of another module is shared, with %+v", other.limits)
		}
	}
}

// TestSharedCodeIsFreed: with the last module, and the last instance.
func TestSharedCodeIsFreed(t *testing.T) {
	ctx := t.Context()
	e := newEngine(t)
	modules := []*Module{e.compileTest(t, answering(1), engine.Limits{}), e.compileTest(t, answering(1), engine.Limits{})}
	var last engine.Instance
	for _, m := range modules {
		if err := m.Close(ctx); err != nil {
			t.Fatal(err)
		}
		if m != modules[0] {
			break
		}
		var err error
		if last, err = modules[1].Instantiate(ctx, nil, engine.InstanceConfig{}); err != nil {
			t.Fatal(err)
		}
	}
	stack := []uint64{0}
	if err := last.Func("answer").Call(ctx, stack); err != nil || stack[0] != 1 {
		t.Errorf("answer %d, %v", stack[0], err)
	}
	if len(e.codes) != 1 {
		t.Errorf("%d codes while an instance is open", len(e.codes))
	}
	if err := last.Close(ctx); err != nil {
		t.Fatal(err)
	}
	if len(e.codes) != 0 {
		t.Errorf("%d codes are left", len(e.codes))
	}
}

// TestCodeIsMadeOnce: many loads of the same module at once make its code once.
func TestCodeIsMadeOnce(t *testing.T) {
	e := newEngine(t)
	modules := make([]engine.Module, 8)
	var wg sync.WaitGroup
	for k := range modules {
		wg.Go(func() {
			var err error
			if modules[k], err = e.Compile(t.Context(), answering(1), engine.Limits{}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if t.Failed() {
		return
	}
	for _, m := range modules {
		if m.(*Module).code != modules[0].(*Module).code {
			t.Error("there are two codes")
		}
		if err := m.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if len(e.codes) != 0 {
		t.Errorf("%d codes are left", len(e.codes))
	}
}

// TestBadCodeIsNotShared: the next load of a module that was refused meets the
// compiler again.
func TestBadCodeIsNotShared(t *testing.T) {
	var b corewasm.Builder
	b.Func(nil, []corewasm.ValueType{corewasm.I32}, nil, nil) // leaves nothing
	e := newEngine(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if _, err := e.Compile(t.Context(), b.Bytes(), engine.Limits{}); err == nil || !strings.HasPrefix(err.Error(), "compile: ") {
				t.Errorf("it was compiled: %v", err)
			}
		})
	}
	wg.Wait()
	if len(e.codes) != 0 {
		t.Errorf("%d codes are left", len(e.codes))
	}
}

// TestWaitForCode: who waits for what another load makes may give up.
func TestWaitForCode(t *testing.T) {
	e := newEngine(t)
	module := checked(t, answering(1), engine.Limits{})
	digest := moduleDigest(sha256.Sum256(module.Binary()))
	c, others := e.joinOrBegin(codeKeyOf(digest, nil, module.Limits()))
	if others {
		t.Fatal("somebody makes it")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * cap(e.compiling) { // who gives up gives its turn back
		if _, err := e.CompileChecked(ctx, module, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("given up with %v", err)
		}
	}
	waited := make(chan error)
	go func() {
		_, err := e.CompileChecked(t.Context(), module, nil)
		waited <- err
	}()
	e.make(c, module, digest, nil)
	if err := errors.Join(c.err, <-waited); err != nil {
		t.Error(err)
	}
	if c.users != 2 {
		t.Errorf("%d users", c.users)
	}
	if err := e.leave(t.Context(), c); err != nil {
		t.Error(err)
	}
}
