package component

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A Module is a core module that is compiled: what components that import one are
// given (see [Linker.DefineModule]). It is immutable and safe for concurrent use.
type Module struct {
	embedded *validate.EmbeddedModule
	engine   engine.Engine
	compiled engine.Module // nil: nothing of its component uses it
	alone    bool          // it is in no component, which would close it
}

// CompileModule validates and compiles a core module. It does not keep binary.
// Errors say section, item and offset.
func CompileModule(ctx context.Context, e engine.Engine, binary []byte, limits engine.Limits) (*Module, error) {
	m, err := validate.ParseModule(binary, validate.Config{Limits: limits})
	if err != nil {
		return nil, fmt.Errorf("core module: %w", err)
	}
	compiled, err := compileCore(ctx, e, m.Checked, nil)
	if err != nil {
		return nil, fmt.Errorf("core module: %w", err)
	}
	return &Module{embedded: m, engine: e, compiled: compiled, alone: true}, nil
}

// Type returns what the module imports and exports.
func (m *Module) Type() *types.ModuleType { return m.embedded.Type }

// Close gives the compiled code back once the last instance is closed. A module
// that a component exports is closed with the component, and Close does nothing.
func (m *Module) Close(ctx context.Context) error {
	if !m.alone {
		return nil
	}
	return m.compiled.Close(ctx)
}

// A code is the core modules that are embedded in a component, and in what is
// nested in it.
type code struct {
	engine  engine.Engine
	modules map[*validate.EmbeddedModule]*Module
	all     []*Module // in the order of the binary
}

// newCode makes entries for all of them, which are not compiled yet.
func newCode(def *validate.Component, e engine.Engine) *code {
	c := &code{engine: e, modules: map[*validate.EmbeddedModule]*Module{}}
	c.add(def)
	return c
}

func (c *code) add(def *validate.Component) {
	for _, m := range def.Embedded {
		made := &Module{embedded: m, engine: c.engine}
		c.modules[m], c.all = made, append(c.all, made)
	}
	for _, inner := range def.Nested {
		c.add(inner)
	}
}
