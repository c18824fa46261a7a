package component

import (
	"context"
	"errors"
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

// adapt decides how calls between component instances go: through adapters, if the
// engine compiles them and links them with what stands in for the guests, and else
// through Go. So it is decided before any guest runs, and what fails when it runs
// has failed.
func (c *Component) adapt(ctx context.Context) error {
	if len(c.program.adapters) == 0 {
		return nil
	}
	err := c.compileAdapters(ctx)
	if err == nil {
		err = c.rehearse(ctx)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	c.program.separate()
	return c.closeAdapters(ctx)
}

// compileAdapters compiles the adapters of the program. Its guests have the limits.
func (c *Component) compileAdapters(ctx context.Context) error {
	guests := c.settings.Limits
	limits := engine.Limits{ // sizes do not bound what is ours
		Trusted: true,
		Stack:   guests.Stack, Timeout: guests.Timeout, Stretch: guests.Stretch, Fuel: guests.Fuel, HostBytes: guests.HostBytes,
	}
	for i := range c.program.adapters {
		module, err := c.engine.Compile(ctx, c.program.adapters[i].binary, limits)
		if err != nil {
			return fmt.Errorf("adapter %d: %w", i, err)
		}
		c.adapters = append(c.adapters, module)
	}
	return nil
}

func (c *Component) closeAdapters(ctx context.Context) error {
	var errs []error
	for _, m := range c.adapters {
		errs = append(errs, m.Close(ctx))
	}
	c.adapters = nil
	return errors.Join(errs...)
}

// adapter instantiates an adapter, and has the flags that it defines count for Go
// too.
func (i *Instance) adapter(ctx context.Context, s *step) error {
	instance, err := i.instantiate(ctx, i.pre.component.adapters[s.module], s)
	if err != nil {
		return fmt.Errorf("adapter %d: %w", s.index, err)
	}
	i.adapters = append(i.adapters, instance)
	for _, flag := range i.pre.component.program.adapters[s.module].flags {
		i.tree.Instances[flag.instance].MayLeave.Share(instance.Global(flag.name))
	}
	return nil
}
