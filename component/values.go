package component

import (
	"context"
	"reflect"
	"sync"
	"unsafe"
)

// A Dropper is a resource of the host as a Go value. Drop is called when a guest
// drops the last handle of it, or when an instance that has it is closed: once for
// each time that a guest got it.
type Dropper interface {
	Drop(ctx context.Context) error
}

// NewGoResource returns a resource type of the host whose resources are values of
// the interface type T. With [DefineGo] and [Bind] T stands for own<R> and
// borrow<R>: what goes to a guest is kept for it until the guest drops it, or, of
// type borrow, until the call returns; what a guest gives away as own<R> is the
// host's again. It panics if T is no interface type.
func NewGoResource[T Dropper](name string) *Resource {
	if reflect.TypeFor[T]().Kind() != reflect.Interface {
		panic("component: NewGoResource of " + reflect.TypeFor[T]().String() + ", which is no interface")
	}
	values := new(goValues[T])
	r := &Resource{Name: name, Drop: values.drop}
	r.typ.Name, r.typ.Host = name, values
	return r
}

// goValues are the resources that guests have: an abi.GoValues. The number that
// stands for one is its index and one.
type goValues[T Dropper] struct {
	mu     sync.Mutex
	values []T
	free   []uint32
}

// GoType returns T.
func (g *goValues[T]) GoType() reflect.Type { return reflect.TypeFor[T]() }

// Put keeps the T at p.
func (g *goValues[T]) Put(p unsafe.Pointer) uint32 {
	g.mu.Lock()
	defer g.mu.Unlock()
	v := *(*T)(p)
	if n := len(g.free); n > 0 {
		rep := g.free[n-1]
		g.free, g.values[rep-1] = g.free[:n-1], v
		return rep
	}
	g.values = append(g.values, v)
	return uint32(len(g.values))
}

// Get sets the T at p.
func (g *goValues[T]) Get(rep uint32, p unsafe.Pointer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	*(*T)(p) = g.values[rep-1]
}

// Remove forgets a value.
func (g *goValues[T]) Remove(rep uint32) { g.take(rep) }

func (g *goValues[T]) take(rep uint32) (v T) {
	g.mu.Lock()
	defer g.mu.Unlock()
	var none T
	v, g.values[rep-1] = g.values[rep-1], none
	g.free = append(g.free, rep)
	return v
}

func (g *goValues[T]) drop(ctx context.Context, rep uint32) error { return g.take(rep).Drop(ctx) }
