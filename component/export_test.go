package component

import (
	"context"
	"reflect"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/engine"
)

// CompileWith is Compile with what validation accepts.
func CompileWith(ctx context.Context, e engine.Engine, binary []byte, config validate.Config) (*Component, error) {
	return compile(ctx, e, binary, settings{Config: config})
}

// CompileApart is CompileWith, but that all calls between component instances go
// through Go.
func CompileApart(ctx context.Context, e engine.Engine, binary []byte, config validate.Config) (*Component, error) {
	return compile(ctx, e, binary, settings{Config: config, apart: true})
}

// Fused returns how many lowered functions adapters take the calls of.
func (c *Component) Fused() int { return c.program.fused }

// SameProgram reports whether both run the same program.
func SameProgram(a, b *Pre) bool { return a.component == b.component }

// Holds reports whether values of the type may have handles of one instance.
func Holds(t reflect.Type) bool { return holds(t, map[reflect.Type]bool{}) }
