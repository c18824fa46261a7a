package component

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// Config configures how a component is compiled. The zero Config works.
type Config struct {
	// Limits are those of each core module in the component. Timeout, Fuel and
	// HostBytes are those of a call into the component with all that it calls, and
	// of its instantiation; Memory, if given, is shared by all instances.
	Limits engine.Limits

	// Maps accepts the type map, and FixedLengthLists lists of a fixed length:
	// they are not in every component's reach yet.
	Maps, FixedLengthLists bool
}

// A Component is compiled. It is immutable and safe for concurrent use.
type Component struct {
	typ      *types.ComponentType
	program  *program
	limits   engine.Limits
	modules  []engine.Module
	adapters []engine.Module
	host     engine.Instance // of the functions that core modules import; nil if there are none

	// apart says that the engine does not link the adapters.
	apart atomic.Bool

	closing sync.Once
	closed  error
}

// Compile decodes, validates and compiles a component. It keeps binary, which must
// not change any more. Errors of decoding and validation say component, section,
// item and offset.
func Compile(ctx context.Context, e engine.Engine, binary []byte, config Config) (*Component, error) {
	features := validate.Features{Map: config.Maps, FixedLengthLists: config.FixedLengthLists}
	return compile(ctx, e, binary, settings{Config: validate.Config{Features: features, Limits: config.Limits}})
}

// settings are what a component is compiled with.
type settings struct {
	validate.Config

	// apart has all calls between component instances go through Go.
	apart bool
}

func compile(ctx context.Context, e engine.Engine, binary []byte, config settings) (*Component, error) {
	syntax, err := componentbinary.Parse(binary)
	if err != nil {
		return nil, err
	}
	valid, err := validate.Validate(syntax, config.Config)
	if err != nil {
		return nil, err
	}
	p, err := flatten(valid)
	if err != nil {
		return nil, err
	}
	if !config.apart {
		p.fuse(interprets(e))
	}
	c := &Component{typ: valid.Type, program: p, limits: config.Limits.WithDefaults()}
	if err := c.compile(ctx, e, syntax, config.Limits); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	return c, nil
}

// compile compiles the core modules and makes the host's functions for them.
func (c *Component) compile(ctx context.Context, e engine.Engine, syntax *componentbinary.Component, limits engine.Limits) error {
	given := c.program.given()
	for i, m := range c.program.modules {
		module, err := compileCore(ctx, e, syntax.Bytes(m.Range), limits, given[i])
		if err != nil {
			return fmt.Errorf("core module %d: %w", i, err)
		}
		c.modules = append(c.modules, module)
	}
	var err error
	if c.adapters, err = compileAdapters(ctx, e, c.program, limits); err != nil || len(c.program.functions) == 0 {
		return err
	}
	c.host, err = e.Host(ctx, c.program.functions...)
	return err
}

func interprets(e engine.Engine) bool {
	i, ok := e.(engine.Interpreter)
	return ok && i.Interprets()
}

// compileCore compiles a core module whose imports will be given these.
func compileCore(ctx context.Context, e engine.Engine, binary []byte, limits engine.Limits, given []coreItem) (engine.Module, error) {
	namer, ok := e.(engine.Namer)
	if !ok || len(given) == 0 {
		return e.Compile(ctx, binary, limits)
	}
	names := make([]string, len(given))
	for i := range given {
		names[i] = given[i].name
	}
	return namer.CompileNamed(ctx, binary, limits, names)
}

// Type returns what the component imports and exports.
func (c *Component) Type() *types.ComponentType { return c.typ }

// Close gives the compiled code back once the last instance is closed.
func (c *Component) Close(ctx context.Context) error {
	c.closing.Do(func() { c.closed = c.release(ctx) })
	return c.closed
}

func (c *Component) release(ctx context.Context) error {
	var errs []error
	for _, m := range append(c.adapters, c.modules...) {
		errs = append(errs, m.Close(ctx))
	}
	if c.host != nil {
		errs = append(errs, c.host.Close(ctx))
	}
	return errors.Join(errs...)
}
