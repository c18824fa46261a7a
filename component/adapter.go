package component

import (
	"context"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

// An adapterPlan is a core module that takes calls between component instances:
// for package adapter. One without flags may have several instances.
type adapterPlan struct {
	binary []byte

	// flags are the component instances whose flag may_leave the module has, and
	// its name there.
	flags []flagPlan
}

type flagPlan struct {
	instance int
	name     string
}

// adapterInstance leads from the number of an adapter to the instance that stands
// for it in core items, and back.
func adapterInstance(n int) int { return -1 - n }

// compileAdapters compiles the adapters of a program. Its guests have the limits.
func compileAdapters(ctx context.Context, e engine.Engine, p *program, limits engine.Limits) (modules []engine.Module, err error) {
	limits = engine.Limits{ // sizes do not bound what is ours
		Trusted: true,
		Stack:   limits.Stack, Timeout: limits.Timeout, Stretch: limits.Stretch, Fuel: limits.Fuel, HostBytes: limits.HostBytes,
	}
	for i := range p.adapters {
		module, err := e.Compile(ctx, p.adapters[i].binary, limits)
		if err != nil {
			return modules, fmt.Errorf("adapter %d: %w", i, err)
		}
		modules = append(modules, module)
	}
	return modules, nil
}

// An adapterError says why there is no instance of an adapter: an engine may be
// unable to link it with guests that ran already, apart from each other. Then
// calls between component instances go through Go.
type adapterError struct {
	adapter int
	err     error
}

func (e *adapterError) Error() string { return fmt.Sprintf("adapter %d: %v", e.adapter, e.err) }

func (e *adapterError) Unwrap() error { return e.err }

// adapter instantiates an adapter, and has the flags that it defines count for Go
// too.
func (i *Instance) adapter(ctx context.Context, s *step) error {
	instance, err := i.instantiate(ctx, i.pre.component.adapters[s.module], s)
	if err != nil {
		return &adapterError{s.index, err}
	}
	i.adapters = append(i.adapters, instance)
	for _, flag := range i.pre.component.program.adapters[s.module].flags {
		i.tree.Instances[flag.instance].MayLeave.Share(instance.Global(flag.name))
	}
	return nil
}
