package component

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/component/internal/canon"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// An Instance is an instantiated component. One goroutine at a time uses it; a
// call by a function of the host that the instance calls is refused.
type Instance struct {
	pre      *Pre
	tree     *canon.Tree
	cores    []engine.Instance // nil once it is closed
	adapters []engine.Instance
	funcs    map[*function]*Func
	imports  []engine.Extern // of what is being instantiated
	bound    []any           // by slot, a *Bound of an Export
	data     any

	// What is used of the program's lifts, calls and memories: of many exports few
	// are called. Nil before the first of each is used.
	lifts    []*canon.Lift
	calls    []engine.Func
	memories []engine.Memory
}

// Instantiate makes an instance, and runs the start functions of its core modules.
func (p *Pre) Instantiate(ctx context.Context) (*Instance, error) { return p.InstantiateWith(ctx, nil) }

// InstantiateWith is Instantiate for who wants to know the instance again where it
// calls the host: data is what its Data returns.
func (p *Pre) InstantiateWith(ctx context.Context, data any) (*Instance, error) {
	program := p.component.program
	all := make([]engine.Instance, program.cores+program.made)
	i := &Instance{
		pre: p, data: data, tree: canon.NewTree(program.parents, len(program.resources), len(program.lowers)),
		cores: all[:0:program.cores], adapters: all[program.cores:program.cores],
	}
	i.tree.Lowering, i.tree.Owner = (*lowering)(i), i
	i.tree.Limits = p.component.limits
	if err := i.tree.Within(ctx, i.start); err != nil {
		return nil, errors.Join(fmt.Errorf("instantiate: %w", err), i.Close(context.WithoutCancel(ctx)))
	}
	return i, nil
}

// start goes through the steps.
func (i *Instance) start(ctx context.Context) error {
	program := i.pre.component.program
	i.imports = make([]engine.Extern, 0, program.mostImports)
	for n := range program.steps {
		if err := i.take(ctx, &program.steps[n]); err != nil {
			return err
		}
	}
	i.imports = nil
	return nil
}

// take makes what a step says.
func (i *Instance) take(ctx context.Context, s *step) error {
	switch s.kind {
	case stepCore:
		return i.core(ctx, s)
	case stepLower:
		return nil // it is made when it is called
	case stepAdapter:
		return i.adapter(ctx, s)
	}
	return i.resource(s.index)
}

// instantiate makes an instance of a core module with the imports that a step says.
func (i *Instance) instantiate(ctx context.Context, module engine.Module, s *step) (engine.Instance, error) {
	i.imports = i.imports[:0]
	for _, from := range s.imports {
		i.imports = append(i.imports, i.extern(from))
	}
	return module.Instantiate(ctx, i.imports, i.config())
}

// config is what all core instances get: they belong together.
func (i *Instance) config() engine.InstanceConfig {
	config := engine.InstanceConfig{Data: i.tree}
	for _, core := range i.cores {
		if config.Beside = core; core != nil {
			break
		}
	}
	return config
}

func (i *Instance) core(ctx context.Context, s *step) error {
	instance, err := i.instantiate(ctx, i.pre.component.modules[s.module], s)
	if err != nil {
		return fmt.Errorf("core instance %d: %w", s.index, err)
	}
	i.cores = append(i.cores, instance)
	return nil
}

func (i *Instance) extern(item coreItem) engine.Extern {
	if item.function != noFunction {
		return engine.Extern{Instance: i.pre.component.host, Name: item.name}
	}
	if item.instance < 0 {
		return engine.Extern{Instance: i.adapters[adapterInstance(item.instance)], Name: item.name}
	}
	return engine.Extern{Instance: i.cores[item.instance], Name: item.name}
}

func (i *Instance) resource(slot int) error {
	plan := &i.pre.component.program.resources[slot]
	if plan.imported {
		r := i.pre.resources[plan.index]
		i.tree.Resources[slot] = i.hostResource(r)
		return nil
	}
	r := &task.Resource{Type: &types.ResourceType{Name: plan.name}, Impl: i.tree.Instances[plan.instance]}
	if plan.dtor != notGiven {
		r.Destroy = i.destructor(plan.dtor)
	}
	i.tree.Resources[slot] = r
	return nil
}

// destructor returns what calls the core function of that number, which is looked
// up when it is first needed.
func (i *Instance) destructor(call int) func(context.Context, uint32) error {
	return func(ctx context.Context, rep uint32) error {
		dtor, err := i.function(call)
		if err != nil {
			return err
		}
		return canon.Destructor(dtor)(ctx, rep)
	}
}

// hostResource returns what stands for a resource type of the host: the same for
// all imports that it is given for.
func (i *Instance) hostResource(r *Resource) *task.Resource {
	for _, known := range i.tree.Resources {
		if known != nil && known.Type == r.Type() {
			return known
		}
	}
	return &task.Resource{Type: r.Type(), Destroy: r.Drop}
}

// InstanceOf returns the instance that a caller of the host is part of, as
// [engine.Callers] has them; nil if it is part of no component.
func InstanceOf(caller engine.Instance) *Instance {
	i, _ := canon.OwnerOf(caller).(*Instance)
	return i
}

// Data returns what the instance was made with: see [Pre.InstantiateWith].
func (i *Instance) Data() any { return i.data }

// Held returns how many handles the host has to resources of the instance's own:
// those that it got, and neither gave back nor dropped.
func (i *Instance) Held() int { return i.tree.Held() }

// Func returns the exported function at a path: its name, or the name of an
// exported instance and its own. It is nil if there is none.
func (i *Instance) Func(path ...string) *Func {
	if f := i.export(path).function; f != nil {
		return i.newFunc(f)
	}
	return nil
}

// Module returns the exported core module at a path, as Func does functions.
func (i *Instance) Module(path ...string) *Module { return i.export(path).module }

func (i *Instance) export(path []string) item {
	at := item{instance: &instanceItem{i.pre.component.program.exports}}
	for _, name := range path {
		if at.instance == nil {
			return item{}
		}
		at = at.instance.exports[name]
	}
	return at
}

func (i *Instance) newFunc(f *function) *Func {
	known := i.funcs[f]
	if known != nil {
		return known
	}
	known = &Func{instance: i, signature: f.signature}
	if f.lift == notLifted {
		known.server = i.pre.servers[f.imported]
	} else if lift, err := i.lift(f.lift); err == nil {
		known.lift = lift
	} else {
		return nil // a component that was validated has what it lifts
	}
	if i.funcs == nil {
		i.funcs = map[*function]*Func{}
	}
	i.funcs[f] = known
	return known
}

// Drop ends an own handle that the host got from the instance and destroys the
// resource.
func (i *Instance) Drop(ctx context.Context, handle *types.Handle) error {
	return i.tree.Drop(ctx, handle)
}

// Close frees the instance, and drops what its guests own of other's resources:
// those of the host, and of instances that it was linked with, which must be there
// still. Its own resources are gone with it, and no destructor runs. A call must
// have returned before.
func (i *Instance) Close(ctx context.Context) error {
	failed := closeAll(ctx, i.adapters)
	if err := closeAll(ctx, i.cores); err != nil {
		failed = errors.Join(failed, err)
	}
	i.cores, i.adapters = nil, nil
	if err := i.tree.DropForeign(ctx); err != nil {
		failed = errors.Join(failed, err)
	}
	return failed
}

// closeAll closes instances, the last one first.
func closeAll(ctx context.Context, instances []engine.Instance) (failed error) {
	for _, instance := range slices.Backward(instances) {
		if err := instance.Close(ctx); err != nil {
			failed = errors.Join(failed, err)
		}
	}
	return failed
}
