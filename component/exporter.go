package component

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// An Exporter is what generated clients are bound to: an [*Instance], or what has
// instances of a component, such as a plugin, a worker or a session of one.
type Exporter interface {
	// Instances is for generated code.
	Instances() Instances
}

// Instances are what calls of generated clients take an instance from. It is safe
// for concurrent use.
type Instances interface {
	// Type returns what the instances export now, or nil if that is not known yet.
	Type() (*types.ComponentType, error)

	// Fixed reports whether all calls go to one instance.
	Fixed() bool

	// Enter returns an instance for a call of a function, which is that call's alone
	// until Leave, and the context of the call. Without a function it is only looked
	// at.
	Enter(ctx context.Context, function string) (*Entry, context.Context, error)

	// Leave ends the call that came to err, and returns that with where it happened.
	// The context is the one that Enter had.
	Leave(ctx context.Context, entry *Entry, function string, err error) error
}

// An Entry is an instance for one call at a time. It belongs to who has the instance,
// and is used again.
type Entry struct {
	Instance *Instance

	// Lease is what Leave needs to know, and Outer too if one Instances stands on
	// another.
	Lease, Outer any
}

// Instances has clients call the instance, which one goroutine at a time uses.
func (i *Instance) Instances() Instances { return own{i} }

// own is an instance that belongs to who calls.
type own struct{ *Instance }

func (o own) Type() (*types.ComponentType, error) { return o.pre.component.typ, nil }

func (o own) Fixed() bool { return true }

func (o own) Enter(ctx context.Context, _ string) (*Entry, context.Context, error) {
	return &Entry{Instance: o.Instance}, ctx, nil
}

func (o own) Leave(_ context.Context, _ *Entry, _ string, err error) error { return err }

// ErrHandles is the error of calls that pass handles of a component's own resources
// and have no instance of their own: such a handle belongs to one instance, and the
// next call of a pool may go to another.
var ErrHandles = errors.New("a handle belongs to one instance: bind a generated client to a session of the plugin, or to an instance")

// errAbandoned is what a call came to that did not return.
var errAbandoned error = &engine.Trap{Kind: engine.HostFault, Text: "the call panicked"}

// Exports are what an exporter exports of an interface, for generated code to bind.
// Clients are pointers to structs with what was bound, which call the methods of
// resources: a handle that is a pointer to a struct whose second field is of such a
// type gets the client when a guest returns it.
type Exports struct {
	of     Instances
	around []string // the interface
	typ    *types.ComponentType
	none   bool // of the interface is there
	owners abi.Owners
	errs   []error
}

// NewExports returns what an exporter exports of the interface of that name, or by
// itself if there is none.
func NewExports(from Exporter, name string, clients ...any) *Exports {
	e := &Exports{of: from.Instances(), owners: abi.Owners{}}
	if name != "" {
		e.around = []string{name}
	}
	e.look(name)
	for _, c := range clients {
		v := reflect.ValueOf(c)
		e.owners[v.Type()] = v.UnsafePointer()
	}
	return e
}

// look finds what is exported. If there is nothing of the interface, that is the
// only error.
func (e *Exports) look(name string) {
	t, err := e.of.Type()
	if err == nil && t != nil && name != "" && exportedInstance(t, name) == nil {
		err = fmt.Errorf("the component does not export %s%s", printable(name), instead(t, name))
	}
	if e.typ = t; err != nil {
		e.errs, e.none = append(e.errs, err), true
	}
}

// instead says what a component exports in the place of an interface: it in other
// versions, or whatever interfaces there are.
func instead(t *types.ComponentType, name string) string {
	var versions, all []string
	base, _, _ := strings.Cut(name, "@")
	for _, x := range t.Exports {
		if x.Kind != types.ExternInstance {
			continue
		}
		all = append(all, printable(x.Name))
		if other, _, _ := strings.Cut(x.Name, "@"); other == base {
			versions = append(versions, printable(x.Name))
		}
	}
	if versions != nil {
		all = versions
	}
	switch more := len(all) - maxNear; {
	case len(all) == 0:
		return ", nor any interface"
	case more > 0:
		return fmt.Sprintf("; it has %s and %d more", strings.Join(all[:maxNear], ", "), more)
	}
	return "; it has " + strings.Join(all, ", ")
}

// Err returns what went wrong when functions were bound: all of it.
func (e *Exports) Err() error { return errors.Join(e.errs...) }

// Drop ends an own handle that came from the exporter and destroys the resource.
func (e *Exports) Drop(ctx context.Context, handle *types.Handle) (err error) {
	if !e.of.Fixed() {
		return ErrHandles // where it came from there were none
	}
	function := "[resource-drop]" + handle.Resource.Name
	entry, inner, err := e.of.Enter(ctx, function)
	if err != nil {
		return err
	}
	err = errAbandoned
	defer func() { err = e.of.Leave(ctx, entry, function, err) }()
	return entry.Instance.Drop(inner, handle)
}
