package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// A provider is what satisfies an import: a function of the host, or what a
// guest defines itself, exported under name.
type provider struct {
	host  *engine.HostFunc
	guest *Instance
	name  string
}

// link finds what satisfies the imports, and places the instance. An instance
// that imports nothing from guests, and whose instantiation does nothing that
// could be seen, waits for its place until it is used: then those that import
// from it can have it in the store of others that they import from.
func (i *Instance) link(imports []engine.Extern) error {
	guests := false
	for k, extern := range imports {
		wanted := i.of.Imports()[k]
		p, err := i.of.engine.provider(wanted, extern)
		if err != nil {
			return importError(wanted, err)
		}
		guests = guests || p.guest != nil
		i.imports = append(i.imports, p)
	}
	for _, f := range i.of.plan.helpers {
		i.imports = append(i.imports, provider{host: f})
	}
	beside := guestOf(i.config.Beside)
	if beside == nil && !guests && i.of.plan.carefree {
		return nil
	}
	if beside == nil && !guests {
		return i.place(i.of.engine.newStore())
	}
	if beside != nil && beside.of.engine != i.of.engine {
		return fmt.Errorf("the instance beside it: %w", errOtherEngine)
	}
	if beside != nil && beside.closed {
		return fmt.Errorf("the instance beside it is %w", ErrClosed)
	}
	i.of.engine.linking.Lock()
	defer i.of.engine.linking.Unlock()
	s, err := i.choose(beside)
	if err != nil {
		return err
	}
	if err := i.placeProviders(s); err != nil {
		if len(s.members) == 0 {
			s.close()
		}
		return err
	}
	return i.place(s)
}

func importError(wanted engine.Import, err error) error {
	return fmt.Errorf("import %s.%s: %w", wanted.Module, wanted.Name, err)
}

var (
	errOtherEngine = errors.New("the instance is of another engine")
	errTwoStores   = errors.New("it is in use already, apart from the other imports, so that wasmtime cannot bring them together")
)

// provider finds what is behind an import.
func (e *Engine) provider(wanted engine.Import, given engine.Extern) (provider, error) {
	if host, ok := given.Instance.(*hostInstance); ok && host.engine == e {
		have, ok := host.Export(given.Name)
		return provider{host: host.funcs[given.Name]}, satisfies(wanted.Type, have, ok)
	}
	from := guestOf(given.Instance)
	switch {
	case from == nil || from.of.engine != e:
		return provider{}, errOtherEngine
	case from.closed:
		return provider{}, fmt.Errorf("the instance is %w", ErrClosed)
	}
	have, ok := from.of.exports[given.Name]
	return from.origin(given.Name), satisfies(wanted.Type, have, ok)
}

// guestOf returns the guest that an instance is, or nil.
func guestOf(i engine.Instance) *Instance {
	switch i := i.(type) {
	case *Instance:
		return i
	case *metered:
		return i.Instance
	}
	return nil
}

// origin returns what defines the export.
func (i *Instance) origin(name string) provider {
	if k, ok := i.of.plan.reexports[name]; ok {
		return i.imports[k]
	}
	return provider{guest: i, name: name}
}

// satisfies says why something does not satisfy an import. Whether it is large
// enough is wasmtime's to say, because it may have grown.
func satisfies(want, have engine.ExternType, there bool) error {
	ok := there && want.Kind == have.Kind
	if !there {
		return errors.New("there is no such export")
	}
	switch want.Kind {
	case engine.KindFunc, engine.KindTag:
		ok = ok && want.Func.Equal(have.Func)
	case engine.KindGlobal:
		ok = ok && want.Global == have.Global
	case engine.KindTable:
		w, h := want.Table, have.Table
		ok = ok && w.Element == h.Element && maxFits(w.Max, w.HasMax, h.Max, h.HasMax)
	case engine.KindMemory:
		w, h := want.Memory, have.Memory
		ok = ok && w.Shared == h.Shared && maxFits(w.Max, w.HasMax, h.Max, h.HasMax)
	}
	if !ok {
		return fmt.Errorf("it is %v, not %v", have, want)
	}
	return nil
}

// maxFits reports whether a maximum is at most the one that is wanted.
func maxFits(want uint32, wantMax bool, have uint32, haveMax bool) bool {
	return !wantMax || haveMax && have <= want
}

// shares reports whether the k-th import is a shared memory, which is the one
// thing that can be in several stores.
func (i *Instance) shares(k int) bool {
	return i.of.Imports()[k].Type.Memory.Shared
}

// choose returns the store for the instance: that of what it imports, that of the
// one beside it, if there is one, or a new one. Functions of guests in other stores
// are called across. The lock of the engine is held.
func (i *Instance) choose(beside *Instance) (*store, error) {
	var s, callable *store
	for k, p := range i.imports {
		switch {
		case p.guest == nil || p.guest.store == nil || i.shares(k):
		case i.of.Imports()[k].Type.Kind == engine.KindFunc:
			callable = p.guest.store
		case s == nil:
			s = p.guest.store
		case s != p.guest.store:
			return nil, importError(i.of.Imports()[k], errTwoStores)
		}
	}
	if s == nil && beside != nil {
		err := beside.ready()
		return beside.store, err
	}
	if s == nil {
		s = callable
	}
	if s == nil {
		s = i.of.engine.newStore()
	}
	return s, nil
}

// placeProviders places the guests that i imports from and that waited for a
// place: with i, but for shared memories, which threads have in stores of their
// own.
func (i *Instance) placeProviders(s *store) error {
	for k, p := range i.imports {
		if p.guest == nil || p.guest.store != nil {
			continue
		}
		to := s
		if i.shares(k) {
			to = i.of.engine.newStore()
		}
		if err := p.guest.place(to); err != nil {
			return importError(i.of.Imports()[k], err)
		}
	}
	return nil
}

// ready places an instance that waited for it. Nobody else uses the instance
// meanwhile, not even to import from it, so that no lock is needed.
func (i *Instance) ready() error {
	if i.store != nil {
		return i.broken
	}
	return i.place(i.of.engine.newStore())
}

// place instantiates the module in a store: a new one, or one that is used by
// this goroutine.
func (i *Instance) place(s *store) error {
	i.store = s
	s.admit(i)
	i.broken = i.instantiate(s)
	return i.broken
}

func (i *Instance) instantiate(s *store) error {
	externs := make([]C.wasmtime_extern_t, len(i.imports))
	for k, p := range i.imports {
		e, err := i.extern(s, k, p)
		if err != nil {
			return importError(i.of.Imports()[k], err)
		}
		externs[k] = e
	}
	a := newActivation(i)
	raw := new(C.wasmtime_instance_t)
	a.end.error = C.wasmtime_instance_new(s.context, i.of.raw, unsafe.SliceData(externs), C.size_t(len(externs)), raw, &a.end.trap)
	if a.end.error != nil || a.end.trap != nil {
		return s.trap(a)
	}
	i.raw = *raw
	if !i.of.plan.code {
		return nil
	}
	self, err := i.export(i.of.engine.self)
	if err == nil {
		s.guests[asFunction(&self).part] = i
	}
	return err
}

// extern returns the k-th import for an instance in the store s.
func (i *Instance) extern(s *store, k int, p provider) (C.wasmtime_extern_t, error) {
	if p.guest != nil && (p.guest.store == s || i.shares(k)) {
		if p.guest.broken != nil {
			return C.wasmtime_extern_t{}, p.guest.broken
		}
		return p.guest.export(p.name)
	}
	f := p.host
	if f == nil {
		var err error
		if f, err = p.guest.across(p.name); err != nil {
			return C.wasmtime_extern_t{}, err
		}
	}
	e := C.wasmtime_extern_t{kind: C.EXTERN_FUNC}
	*asFunction(&e) = s.hostFunc(f, i.of, k)
	return e, nil
}

// across returns a function that calls an export of i from another store.
func (i *Instance) across(name string) (*engine.HostFunc, error) {
	of := i.of.exports[name].Func
	for _, t := range append(of.Params[:len(of.Params):len(of.Params)], of.Results...) {
		if t == engine.FuncRef || t == engine.ExternRef {
			return nil, errTwoStores
		}
	}
	f := i.Func(name)
	if f == nil {
		return nil, ErrClosed
	}
	return &engine.HostFunc{Name: name, Type: of, Call: func(ctx context.Context, _ engine.Instance, stack []uint64) error {
		return f.Call(ctx, stack)
	}}, nil
}
