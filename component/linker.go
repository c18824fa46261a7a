package component

import (
	"context"
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
)

// A HostFunc is a function of the host that components import. The arguments are
// of the types that the component says, and so must the result be; the zero Value
// if there is none. The slice of the arguments is the function's until it returns;
// the values in it may be kept. Handles of type borrow among them end with the call.
// An error ends the guest's call.
type HostFunc func(ctx context.Context, args []types.Value) (types.Value, error)

// A Resource is a resource type of the host. Each pointer is a type of its own.
type Resource struct {
	// Name is what messages call it.
	Name string

	// Drop is called when a guest drops the last handle of the resource, or an
	// instance that has it is closed: once for each that a guest got. It may be nil.
	Drop func(ctx context.Context, rep uint32) error

	typ types.ResourceType
	of  *types.ResourceType // instead of typ, if an instance has it
}

// Type returns the resource type, as handles have it.
func (r *Resource) Type() *types.ResourceType {
	if r.of != nil {
		return r.of
	}
	return &r.typ
}

// New returns an own handle to a resource that the host knows by rep.
func (r *Resource) New(rep uint32) *types.Handle {
	return &types.Handle{Resource: r.Type(), Rep: rep, Owned: true}
}

// A Linker is what a host offers to components: each thing under a path, which is
// its name, or the name of an instance and its own. What is offered later under
// the same path takes the place of what was there.
//
// An import of an interface with a version, such as wasi:io/poll@0.2.3, is met by
// the instance of that name. If there is none it is met by the latest that is
// compatible: for 0.2.3 of 0.2.x, whether x is more or less than 3, for 1.2.3 of
// 1.x, for 0.0.3 and versions such as 1.0.0-rc of that alone. The canonical
// spelling, as in wasi:io/poll@0.2, is as good in an import as on the host. All
// that is imported from an interface comes from one version of it; several stand
// side by side.
//
// The zero value offers nothing; it is not safe for concurrent use.
type Linker struct {
	offers   map[string]offer               // by path
	children map[string]map[string]struct{} // the names in an instance, by its path
}

// An offer is what the host has at a path: one of these, or an instance.
type offer struct {
	function  hostFunction
	resource  *Resource
	module    *Module
	component *componentItem
}

// sameParameter reports whether programs are the same with both.
func (o offer) sameParameter(p offer) bool { return o.module == p.module && o.component == p.component }

// Define offers a function.
func (l *Linker) Define(f HostFunc, path ...string) { l.define(f, path) }

func (l *Linker) define(f hostFunction, path []string) { l.offer(offer{function: f}, path) }

// DefineResource offers a resource type.
func (l *Linker) DefineResource(r *Resource, path ...string) { l.offer(offer{resource: r}, path) }

// DefineModule offers a core module. The engine must be that of the components that
// import it, and the module is closed after them. A component that imports modules or
// components keeps what linking made of them until it is closed, once for each set
// of them: to link it again with the same takes some microseconds.
func (l *Linker) DefineModule(m *Module, path ...string) { l.offer(offer{module: m}, path) }

// DefineComponent offers a component. Who imports it instantiates it with imports
// of its own choice, so that each instance has new resource types: Link compares
// types, and makes the two one list of steps. The engine must be that of the
// components that import it, and the component is closed after them.
func (l *Linker) DefineComponent(c *Component, path ...string) {
	l.offer(offer{component: c.item}, path)
}

func (l *Linker) offer(o offer, path []string) {
	if l.offers == nil {
		l.offers, l.children = map[string]offer{}, map[string]map[string]struct{}{}
	}
	l.offers[strings.Join(path, separator)] = o
	for i, name := range path {
		around := strings.Join(path[:i], separator)
		if l.children[around] == nil {
			l.children[around] = map[string]struct{}{}
		}
		l.children[around][name] = struct{}{}
	}
}

// separator is between the names of a path where that is one string.
const separator = "\x00"

// A Pre is a component whose imports are found. It is safe for concurrent use, but
// for what it was given of instances (see [Linker.DefineInstance]).
type Pre struct {
	component *Component
	servers   []canon.Server // by import; nil for what is no function
	resources []*Resource    // by import; nil for what is no resource type
	functions []hostFunction // by import, as they were offered
}

// Link finds what c imports. All that is missing, or is something else, is reported
// at once, as a [*LinkError].
func (l *Linker) Link(c *Component) (*Pre, error) {
	m := match{linker: l, roots: map[string]string{}, engine: c.engine, bound: types.Substitution{}, matcher: validate.NewMatcher()}
	for i := range c.program.imports {
		m.add(&c.program.imports[i])
	}
	if m.unmet != nil {
		return nil, &LinkError{Unmet: m.unmet, More: m.more}
	}
	if c.program.open {
		var err error
		if c, err = c.with(m.parameters); err != nil {
			return nil, fmt.Errorf("link: %w", err)
		}
	}
	m.found.component = c
	return &m.found, nil
}
