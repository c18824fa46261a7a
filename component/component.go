package component

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// Config configures how a component is compiled. The zero Config works.
type Config struct {
	// Limits are those of each core module in the component. Timeout, Fuel and
	// HostBytes are those of a call into the component with all that it calls, and
	// of its instantiation.
	//
	// MemoryBytes is for each core instance, of which a component may have 10,000;
	// Memory, if given, is for all of them together, of all instances.
	//
	// HostBytes counts what arguments of functions of the host take when they are
	// lifted, and the memory that the guest is asked for to lower their results. A
	// string takes its bytes as UTF-8, a list of numbers those of the numbers. Other
	// lists take a [types.Value] more for each element, which is 32 bytes on 64-bit
	// machines, and the names of its fields, cases and labels; with Go types, what
	// their elements take in Go. What goes from one component instance to another
	// does not count, and neither do the arguments and the result of the call
	// itself; but what is lifted at a time may take 256 MiB at most, counted the
	// same way.
	Limits engine.Limits

	// Maps accepts the type map, and FixedLengthLists lists of a fixed length:
	// they are not in every component's reach yet.
	Maps, FixedLengthLists bool
}

// A Component is compiled. It is immutable and safe for concurrent use.
type Component struct {
	typ      *types.ComponentType
	engine   engine.Engine
	settings settings
	item     *componentItem
	program  *program
	limits   engine.Limits   // of calls
	modules  []engine.Module // of the program
	adapters []engine.Module
	host     engine.Instance // of the functions that core modules import; nil if there are none

	owned  []*Module // all that are compiled
	closed bool      // guarded by linking

	// slots is where instances keep what is bound in them, by whose it is.
	binding sync.Mutex
	slots   map[slotKey]*slot

	// links are the component with what it was given as modules and components.
	linking sync.Mutex
	links   []*Component
	given   []offer // of one of them
}

// Compile decodes, validates and compiles a component. It keeps binary, which must
// not change any more. Errors of decoding and validation say component, section,
// item and offset; what needs a feature that is not there is an
// [*UnsupportedError].
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
		return nil, naming(err)
	}
	valid, err := validate.Validate(syntax, config.Config)
	if err != nil {
		return nil, naming(err)
	}
	c := &Component{
		typ: valid.Type, engine: e, settings: config, limits: config.Limits.WithDefaults(),
		item: &componentItem{def: valid, code: newCode(valid, e)},
	}
	if err := c.flatten(nil); err != nil {
		return nil, err
	}
	if err := c.compile(ctx); err != nil {
		return nil, errors.Join(err, c.Close(ctx))
	}
	return c, nil
}

// flatten makes the program, for what is given if that is known.
func (c *Component) flatten(given []offer) (err error) {
	if c.program, err = flatten(c.item, given); err == nil && !c.settings.apart {
		c.program.fuse(interprets(c.engine))
	}
	if err == nil {
		c.program.measure()
	}
	return err
}

// compile compiles the core modules and makes the host's functions for them.
func (c *Component) compile(ctx context.Context) (err error) {
	given := c.program.given()
	for i, m := range c.used() {
		var imports []coreItem
		if i < len(given) {
			imports = given[i]
		}
		if m.compiled, err = compileCore(ctx, c.engine, m.embedded.Checked, imports); err != nil {
			return fmt.Errorf("core module %d: %w", i, err)
		}
		c.owned = append(c.owned, m)
	}
	return c.prepare(ctx)
}

// used returns the core modules that instances may have: those of the program,
// and all if others instantiate what is in the component.
func (c *Component) used() []*Module {
	used := slices.Clone(c.program.modules) // of an open program there are none yet
	if !c.program.open && !exportsComponents(c.typ.Exports) {
		return used
	}
	known := make(map[*Module]bool, len(used))
	for _, m := range used {
		known[m] = true
	}
	for _, m := range c.item.code.all {
		if !known[m] {
			used = append(used, m)
		}
	}
	return used
}

func exportsComponents(exports []types.NamedExtern) bool {
	return slices.ContainsFunc(exports, func(x types.NamedExtern) bool {
		return x.Kind == types.ExternComponent || x.Kind == types.ExternInstance && exportsComponents(x.Instance.Exports)
	})
}

// prepare makes what instances share, once all modules are compiled.
func (c *Component) prepare(ctx context.Context) error {
	for _, m := range c.program.modules {
		c.modules = append(c.modules, m.compiled)
	}
	if len(c.program.functions) > 0 {
		var err error
		if c.host, err = c.engine.Host(ctx, c.program.functions...); err != nil {
			return err
		}
	}
	return c.adapt(ctx)
}

func interprets(e engine.Engine) bool {
	i, ok := e.(engine.Interpreter)
	return ok && i.Interprets()
}

// compileCore compiles a core module whose imports will be given these. Engines
// that check every module themselves do so for the second time.
func compileCore(ctx context.Context, e engine.Engine, module *engine.Checked, given []coreItem) (engine.Module, error) {
	compiler, ok := e.(engine.CheckedCompiler)
	if !ok {
		return e.Compile(ctx, module.Binary(), module.Limits())
	}
	var names []string
	for i := range given {
		names = append(names, given[i].name)
	}
	return compiler.CompileChecked(ctx, module, names)
}

// with returns the component as it is with what it is given for its imports. What
// that takes is kept, for the next time with the same.
func (c *Component) with(given []offer) (*Component, error) {
	c.linking.Lock()
	defer c.linking.Unlock()
	if c.closed {
		return nil, errors.New("the component is closed")
	}
	for _, known := range c.links {
		if slices.EqualFunc(known.given, given, offer.sameParameter) {
			return known, nil
		}
	}
	linked := &Component{typ: c.typ, engine: c.engine, settings: c.settings, limits: c.limits, item: c.item, given: given}
	if err := linked.flatten(given); err != nil {
		return nil, err
	}
	ctx := context.Background() // nothing in it takes long
	if err := linked.prepare(ctx); err != nil {
		return nil, errors.Join(err, linked.release(ctx))
	}
	c.links = append(c.links, linked)
	return linked, nil
}

// Type returns what the component imports and exports.
func (c *Component) Type() *types.ComponentType { return c.typ }

// Close gives the compiled code back once the last instance is closed. Components
// that were given this one are not instantiated any more.
func (c *Component) Close(ctx context.Context) error {
	c.linking.Lock()
	defer c.linking.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	var errs []error
	for _, m := range c.owned {
		errs = append(errs, m.compiled.Close(ctx))
	}
	for _, linked := range append(c.links, c) {
		errs = append(errs, linked.release(ctx))
	}
	return errors.Join(errs...)
}

// release gives back what prepare made.
func (c *Component) release(ctx context.Context) error {
	err := c.closeAdapters(ctx)
	if c.host != nil {
		err = errors.Join(err, c.host.Close(ctx))
	}
	return err
}
