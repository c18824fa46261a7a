package wazero

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
)

// An Instance is an instantiated module.
type Instance struct {
	of     *Module
	module api.Module // nil while the start function runs
	config engine.InstanceConfig
	memory *linearMemory // its own or the imported one; nil if it has none
	owned  *linearMemory // its own, if any
	taken  uint64        // from the budget, for the memory that it will own
	group  *group        // nil: it shares nothing with other guests
	first  group         // the one that others joined first; guarded as group
	next   *Instance     // in a queue of its group
	links  []*Instance   // whose code may run when its own does; guarded as group
	gauge  gauge
	nested int // calls that run
	closed bool

	renamed []renamed       // made to link it
	hosts   []*hostInstance // that it imports from

	// What links and hosts are in while they are few.
	fewLinks [2]*Instance
	fewHosts [1]*hostInstance
}

var _ engine.Metered = (*Instance)(nil)

// found keeps wazero's module as soon as it is known.
func (i *Instance) found(module api.Module) {
	i.module = module
	if name := i.of.source.counter; name != "" {
		i.gauge.counter, _ = module.ExportedGlobal(name).(api.MutableGlobal)
	}
}

// takeMemory takes from the budget what the instance's own memory begins with.
func (i *Instance) takeMemory() error {
	memories := i.of.description.Memories
	if len(memories) == 0 || memories[0].Min == 0 {
		return nil
	}
	size := uint64(memories[0].Min) * engine.PageSize
	if !i.of.limits.Memory.Take(size) {
		return i.of.limits.Memory.Spent(size)
	}
	i.taken = size
	return nil
}

// Func implements [engine.Instance].
func (i *Instance) Func(name string) engine.Func {
	t, ok := i.of.exports[name]
	if !ok || t.Kind != engine.KindFunc || i.module == nil || i.closed {
		return nil
	}
	return newFunc(i, name, t)
}

// Memory implements [engine.Instance].
func (i *Instance) Memory(name string) engine.Memory {
	t, ok := i.of.exports[name]
	if !ok || t.Kind != engine.KindMemory || i.closed {
		return nil
	}
	return &memory{linear: i.memory, instance: i, name: name}
}

// Global implements [engine.Instance].
func (i *Instance) Global(name string) engine.Global {
	t, ok := i.of.exports[name]
	if !ok || t.Kind != engine.KindGlobal || i.module == nil || i.closed {
		return nil
	}
	return &global{global: i.module.ExportedGlobal(name), of: t.Global.Value}
}

// Export implements [engine.Instance].
func (i *Instance) Export(name string) (engine.ExternType, bool) {
	t, ok := i.of.exports[name]
	if !ok {
		return engine.ExternType{}, false
	}
	return t.ExternType, true
}

// Data implements [engine.Instance].
func (i *Instance) Data() any { return i.config.Data }

// System implements [engine.Instance].
func (i *Instance) System() any { return i.config.System }

// Close implements [engine.Instance].
func (i *Instance) Close(ctx context.Context) error {
	if i.closed {
		return nil
	}
	i.closed = true
	if i.group != nil {
		return i.leave(ctx)
	}
	return i.free(ctx)
}

// free gives everything back.
func (i *Instance) free(ctx context.Context) error {
	i.of.engine.remove(i)
	return join(join(i.module.Close(ctx), i.letGo(ctx)), i.of.release(ctx))
}

// letGo gives back what was made to link the instance, and what it imports from.
func (i *Instance) letGo(ctx context.Context) (err error) {
	for _, r := range i.renamed {
		err = join(err, r.close(ctx))
	}
	for _, h := range i.hosts {
		err = join(err, h.release(ctx))
	}
	return err
}

// join is errors.Join for two that are nil nearly always.
func join(a, b error) error {
	if a == nil && b == nil {
		return nil
	}
	return errors.Join(a, b)
}

// A memory is an exported memory.
type memory struct {
	linear   *linearMemory
	instance *Instance
	name     string
}

// Bytes implements [engine.Memory].
func (m *memory) Bytes() []byte { return m.linear.bytes() }

// Grow implements [engine.Memory].
func (m *memory) Grow(pages uint32) (before uint32, ok bool) {
	if m.instance.module == nil || m.instance.closed {
		return 0, false
	}
	return m.instance.module.ExportedMemory(m.name).Grow(pages)
}

// A global is an exported global.
type global struct {
	global api.Global
	of     engine.ValueType
}

// Get implements [engine.Global].
func (g *global) Get() uint64 {
	value := g.global.Get()
	if g.of == engine.I32 || g.of == engine.F32 {
		value = uint64(uint32(value))
	}
	return value
}

// Set implements [engine.Global].
func (g *global) Set(value uint64) {
	g.global.(api.MutableGlobal).Set(value)
}
