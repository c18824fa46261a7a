package component

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
)

// An Export is a function of an exporter that is bound to Go types, as [Bound] is:
// in each instance once. It is as safe for concurrent use as the exporter.
type Export[P, R any] struct {
	of    Instances    // nil if calls need not be let in
	fixed *Bound[P, R] // if there is one instance only
	path  []string
	name  string
	slot  atomic.Pointer[slot] // in the component of which there was an instance last
}

// NewExport returns the function under a path for those who have instances: see
// [Export.In].
func NewExport[P, R any](path ...string) *Export[P, R] {
	return &Export[P, R]{path: path, name: strings.Join(path, "#")}
}

// BindExport binds a function, as [Bind] does. The interface may be of another
// version that is compatible, as for imports. The types are compared now, as far as
// they are known: if another component takes the place of the one in use, calls have
// the error. So have calls that pass handles ([ErrHandles]), unless all calls go to
// one instance.
func BindExport[P, R any](from *Exports, to *Export[P, R], function string) {
	to.path = append(from.around[:len(from.around):len(from.around)], function)
	to.name, to.of = strings.Join(to.path, "#"), from.of
	if from.none {
		return
	}
	if err := to.bind(from); err != nil {
		from.errs = append(from.errs, fmt.Errorf("export %s: %w", to.name, err))
	} else if _, alone := from.of.(own); alone {
		to.of = nil
	}
}

func (e *Export[P, R]) bind(from *Exports) (err error) {
	if from.of.Fixed() {
		ctx := context.Background() // nothing is called
		entry, _, err := from.of.Enter(ctx, "")
		if err != nil {
			return err
		}
		if e.fixed, err = e.bindTo(entry.Instance, from.owners); err != nil {
			e.fixed = nil
		}
		return from.of.Leave(ctx, entry, "", err)
	}
	if from.typ == nil {
		return nil
	}
	f := exportedFunction(from.typ, e.path)
	if f == nil {
		return errNoExport
	}
	return checkStructs(f, reflect.TypeFor[P](), reflect.TypeFor[R]())
}

// Call calls the function. Errors are as of [Func.Call], and the exporter says
// where it happened.
func (e *Export[P, R]) Call(ctx context.Context, params P) (result R, err error) {
	if e.of != nil {
		return e.enter(ctx, params)
	}
	bound := e.fixed // as its Call does, without another copy of both
	err = bound.lift.CallGo(ctx, &bound.call, unsafe.Pointer(&params), unsafe.Pointer(&result))
	return result, err
}

// enter calls the function in an instance that the exporter has for it.
func (e *Export[P, R]) enter(ctx context.Context, params P) (result R, err error) {
	entry, inner, err := e.of.Enter(ctx, e.name)
	if err != nil {
		return result, err
	}
	err = errAbandoned
	defer func() { err = e.of.Leave(ctx, entry, e.name, err) }()
	bound := e.fixed
	if bound == nil {
		if bound, err = e.In(entry.Instance); err != nil {
			return result, err
		}
	}
	return bound.Call(inner, params)
}

// In returns the function as it is bound in an instance: the first time it binds
// it, later that takes a few nanoseconds. It is for who uses the instance.
func (e *Export[P, R]) In(i *Instance) (*Bound[P, R], error) {
	s := e.slot.Load()
	if s == nil || s.of != i.pre.component {
		s = i.pre.component.slot(slotKey{reflect.TypeFor[Bound[P, R]](), e.name})
		e.slot.Store(s)
	}
	if s.index < len(i.bound) {
		if known, ok := i.bound[s.index].(*Bound[P, R]); ok {
			return known, nil
		}
	}
	if seen := map[reflect.Type]bool{}; holds(reflect.TypeFor[P](), seen) || holds(reflect.TypeFor[R](), seen) {
		return nil, fmt.Errorf("it takes or returns handles, and %w", ErrHandles)
	}
	bound, err := e.bindTo(i, nil)
	if err != nil {
		return nil, err
	}
	for s.index >= len(i.bound) {
		i.bound = append(i.bound, nil)
	}
	i.bound[s.index] = bound
	return bound, nil
}

func (e *Export[P, R]) bindTo(i *Instance, owners abi.Owners) (*Bound[P, R], error) {
	f := i.Func(e.path...)
	if f == nil && len(e.path) > 1 {
		exports := i.pre.component.program.exports
		f = i.Func(append([]string{latest(e.path[0], maps.Keys(exports))}, e.path[1:]...)...)
	}
	if f == nil {
		return nil, errNoExport
	}
	return bindFor[P, R](owners, f)
}

var errNoExport = errors.New("it was not found in the component")

// A slot is where the instances of a component keep what is bound for a key.
type slot struct {
	of    *Component
	index int
}

// A slotKey is what is bound: to which types, and the name of the function.
type slotKey struct {
	bound    reflect.Type
	function string
}

func (c *Component) slot(key slotKey) *slot {
	c.binding.Lock()
	defer c.binding.Unlock()
	if c.slots == nil {
		c.slots = map[slotKey]*slot{}
	}
	if c.slots[key] == nil {
		c.slots[key] = &slot{c, len(c.slots)}
	}
	return c.slots[key]
}

// exportedFunction returns the type of the function under a path, or nil.
func exportedFunction(t *types.ComponentType, path []string) *types.FuncType {
	if len(path) == 1 {
		x, _ := t.Export(path[0])
		return x.Func
	}
	i := exportedInstance(t, path[0])
	if i == nil {
		return nil
	}
	for _, x := range i.Exports {
		if x.Name == path[1] {
			return x.Func
		}
	}
	return nil
}

// exportedInstance returns the type of the instance of that name, or of the latest
// version of the interface that is compatible; nil if there is none.
func exportedInstance(t *types.ComponentType, name string) *types.InstanceType {
	if x, ok := t.Export(name); ok {
		return x.Instance
	}
	x, _ := t.Export(latest(name, func(yield func(string) bool) {
		for _, x := range t.Exports {
			if !yield(x.Name) {
				return
			}
		}
	}))
	return x.Instance
}

// checkStructs holds the types that a function is to be bound to against its own.
func checkStructs(f *types.FuncType, params, result reflect.Type) error {
	var fields []reflect.Type
	for field := range params.Fields() {
		fields = append(fields, field.Type)
	}
	if f.Result == nil && result.Size() == 0 {
		result = nil
	}
	return CheckGo(f, result, fields...)
}

// holds reports whether values of a Go type may have handles in them that belong to
// one instance: all but those that are Go values of the host.
func holds(t reflect.Type, seen map[reflect.Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer:
		return t == reflect.TypeFor[*types.Handle]() || holds(t.Elem(), seen)
	case reflect.Slice, reflect.Array:
		return holds(t.Elem(), seen)
	case reflect.Struct:
		for field := range t.Fields() {
			if holds(field.Type, seen) {
				return true
			}
		}
	case reflect.Interface: // which is sealed
		if t.NumMethod() == 1 && t.Method(0).Type.NumIn() == 1 {
			return holds(t.Method(0).Type.In(0), seen)
		}
	}
	return false
}
