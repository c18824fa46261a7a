package component_test

import (
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A doubleEngine may refuse to compile or to instantiate: if compile and
// instantiate are there, they are asked. Ours says that the host generated it. It
// does not say that it interprets, so that there are adapters everywhere.
type doubleEngine struct {
	engine.Engine
	compile     func(ours bool) error
	instantiate func(ours bool) error
}

func (e *doubleEngine) Compile(ctx context.Context, binary []byte, limits engine.Limits) (engine.Module, error) {
	if e.compile != nil {
		if err := e.compile(limits.Trusted); err != nil {
			return nil, err
		}
	}
	module, err := e.Engine.Compile(ctx, binary, limits)
	return doubleModule{module, e, limits.Trusted}, err
}

type doubleModule struct {
	engine.Module
	engine *doubleEngine
	ours   bool
}

func (m doubleModule) Instantiate(ctx context.Context, imports []engine.Extern, config engine.InstanceConfig) (engine.Instance, error) {
	if m.engine.instantiate != nil {
		if err := m.engine.instantiate(m.ours); err != nil {
			return nil, err
		}
	}
	return m.Module.Instantiate(ctx, imports, config)
}

var errNotWithThese = errors.New("not with these")

func refuseOurs(ours bool) error {
	if ours {
		return errNotWithThese
	}
	return nil
}

// TestWithoutAdapters: where an engine does not link adapters, or does not compile
// them, calls go through Go.
func TestWithoutAdapters(t *testing.T) {
	for name, e := range map[string]*doubleEngine{
		"linked":   {instantiate: refuseOurs},
		"compiled": {compile: refuseOurs},
	} {
		t.Run(name, func(t *testing.T) {
			e.Engine = newEngine(t)
			if n := runScript(t, "testdata/script/adapters.wast", e, component.CompileWith); n != 0 {
				t.Errorf("adapters that are not %s have %d functions", name, n)
			}
		})
	}
}

// A seen is the component whose start functions the host sees, and which did run.
type seen struct {
	component *component.Component
	linker    component.Linker
	started   []uint64
}

func newSeen(t *testing.T, e engine.Engine) *seen {
	t.Helper()
	c, err := component.CompileWith(t.Context(), e, definition(t, "adapters", "$Seen"), validate.Config{})
	if err != nil {
		t.Fatal(err)
	}
	s := &seen{component: c}
	s.linker.Define(func(_ context.Context, args []types.Value) (types.Value, error) {
		s.started = append(s.started, args[0].Uint())
		return types.Value{}, nil
	}, "started")
	return s
}

func (s *seen) instantiate(t *testing.T) (*component.Instance, error) {
	t.Helper()
	pre, err := s.linker.Link(s.component)
	if err != nil {
		t.Fatal(err)
	}
	return pre.Instantiate(t.Context())
}

// TestStartsOnce: whether there are adapters is known before a guest runs, so that
// none runs a second time.
func TestStartsOnce(t *testing.T) {
	for name, test := range map[string]struct {
		refuse func(ours bool) error
		fused  int
	}{
		"linked":     {nil, 1},
		"not linked": {refuseOurs, 0},
	} {
		t.Run(name, func(t *testing.T) {
			s := newSeen(t, &doubleEngine{Engine: newEngine(t), instantiate: test.refuse})
			if s.component.Fused() != test.fused {
				t.Errorf("adapters have %d functions, want %d", s.component.Fused(), test.fused)
			}
			if s.started != nil {
				t.Errorf("before it is instantiated: %v", s.started)
			}
			for range 2 {
				i, err := s.instantiate(t)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff([]uint64{1, 2}, s.started); diff != "" {
					t.Error(diff)
				}
				s.started = nil
				if got, err := i.Func("length").Call(t.Context(), types.U32Value(7)); err != nil || got.Uint() != 7 {
					t.Errorf("got %v, %v", got, err)
				}
			}
		})
	}
}

// TestAdapterFails: what fails when an adapter is instantiated is not tried in
// another way.
func TestAdapterFails(t *testing.T) {
	e := &doubleEngine{Engine: newEngine(t)}
	s := newSeen(t, e)
	e.instantiate = refuseOurs
	for range 2 {
		s.started = nil
		if _, err := s.instantiate(t); !errors.Is(err, errNotWithThese) {
			t.Errorf("got %v, want %v", err, errNotWithThese)
		}
		if diff := cmp.Diff([]uint64{1, 2}, s.started); diff != "" {
			t.Error(diff)
		}
	}
	e.instantiate = nil
	if _, err := s.instantiate(t); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}

// TestGuestFails: the same for a guest.
func TestGuestFails(t *testing.T) {
	e := &doubleEngine{Engine: newEngine(t)}
	s := newSeen(t, e)
	guests := 0
	e.instantiate = func(ours bool) error {
		if ours {
			return nil
		}
		if guests++; guests == 2 {
			return errNotWithThese
		}
		return nil
	}
	if _, err := s.instantiate(t); !errors.Is(err, errNotWithThese) {
		t.Errorf("got %v, want %v", err, errNotWithThese)
	}
	if !slices.Equal(s.started, []uint64{1}) {
		t.Errorf("started: %v", s.started)
	}
}

// TestStopped: a compilation that is stopped decides nothing.
func TestStopped(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	e := &doubleEngine{Engine: newEngine(t), compile: func(ours bool) error {
		if ours {
			cancel()
			return ctx.Err()
		}
		return nil
	}}
	_, err := component.CompileWith(ctx, e, definition(t, "adapters", "$Seen"), validate.Config{})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}
