package wazero

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"github.com/patchbay-go/patchbay/engine"
)

// A linker is the context in which one module is instantiated: it answers what
// wazero asks for that, and has the activation behind the start function.
type linker struct {
	context.Context
	engine   *Engine
	instance *Instance
	modules  []api.Module // what satisfies each import
	start    *activation  // nil without a start function
	resolver experimental.ImportResolver
}

// whatIsAsked returns a context with all that wazero looks for in one while it
// instantiates: that there may be snapshots, who gives memory, and who finds
// imports. Of the last two only the types count.
func whatIsAsked() context.Context {
	return experimental.WithSnapshotter(experimental.WithImportResolver(
		experimental.WithMemoryAllocator(context.Background(), experimental.MemoryAllocatorFunc(nil)), nil))
}

// takeLinker returns the linker for an instance. It is used again after that (see
// done).
func (e *Engine) takeLinker(i *Instance) *linker {
	l, ok := e.linkers.Get().(*linker)
	if !ok {
		l = &linker{Context: e.asked, engine: e}
		l.resolver = l.resolve
	}
	l.instance = i
	return l
}

// done gives back a linker. Nobody has it any more.
func (l *linker) done() {
	clear(l.modules)
	l.instance, l.modules, l.start = nil, l.modules[:0], nil
	l.engine.linkers.Put(l)
}

// begin begins the call in which the start function runs, if there is one.
func (l *linker) begin(ctx context.Context) error {
	i := l.instance
	i.gauge.mark = firstSlice(i.of.limits)
	if !i.of.source.starts {
		return engine.Refused(ctx)
	}
	l.start = newActivation(i, nil)
	if err := l.start.task.Begin(ctx); err != nil {
		return err
	}
	l.start.open()
	return nil
}

// end ends what begin began. The instance is known then, or there is none.
func (l *linker) end() {
	if l.start != nil {
		l.start.settle()
		l.start.task.End()
	}
}

// Value returns the activation, or what wazero looks for.
func (l *linker) Value(key any) any {
	if key == (activationKey{}) {
		return l.start
	}
	switch found := l.Context.Value(key).(type) {
	case experimental.MemoryAllocator:
		return l
	case experimental.ImportResolver:
		return l.resolver
	default:
		return found
	}
}

// link finds wazero's module for each import.
func (l *linker) link(ctx context.Context, wanted []engine.Import, given []engine.Extern) error {
	k, err := l.find(wanted, given)
	if err == nil {
		k, err = l.renameAll(ctx, given)
	}
	if err != nil {
		return fmt.Errorf("import %s.%s: %w", wanted[k].Module, wanted[k].Name, err)
	}
	return nil
}

// find finds wazero's modules that have what is given, under whatever names, and
// makes the instance part of the group of those that it imports from. It returns
// the import that an error is about.
func (l *linker) find(wanted []engine.Import, given []engine.Extern) (k int, err error) {
	l.engine.grouping.Lock()
	defer l.engine.grouping.Unlock()
	for k, extern := range given {
		module, err := l.module(wanted[k].Type.Kind, extern)
		if err != nil {
			return k, err
		}
		l.modules = append(l.modules, module)
	}
	return 0, nil
}

// module returns wazero's module that has what is given.
func (l *linker) module(kind engine.ExternKind, given engine.Extern) (api.Module, error) {
	switch from := given.Instance.(type) {
	case *hostInstance:
		return from.module, l.instance.use(from)
	case *Instance:
		if from.of.engine != l.engine {
			return nil, fmt.Errorf("the instance is of another engine")
		}
		if _, ok := from.of.exports[given.Name]; !ok {
			return nil, fmt.Errorf("the instance has no export %s", given.Name)
		}
		if err := l.instance.join(from); err != nil {
			return nil, err
		}
		l.instance.reaches(from, kind)
		if kind == engine.KindMemory {
			l.instance.memory = from.memory
		}
		return from.module, nil
	}
	return nil, fmt.Errorf("the instance is of another engine")
}

// resolve is wazero's question for the module of an import.
func (l *linker) resolve(name string) api.Module {
	if name == tickModule {
		return l.engine.tick
	}
	k, ok := importIndex(name)
	if !ok || k >= len(l.modules) {
		return nil
	}
	return l.modules[k]
}

// Allocate implements [experimental.MemoryAllocator] for the one memory that
// the instance defines.
func (l *linker) Allocate(_, most uint64) experimental.LinearMemory {
	of := l.instance.of
	get := l.engine.memories.get
	if of.description.Memories[0].Shared {
		get = l.engine.memories.getShared
	}
	memory := get(min(most, of.limits.MemoryBytes))
	memory.budget, memory.taken, l.instance.taken = of.limits.Memory, l.instance.taken, 0
	l.instance.memory = memory
	l.instance.owned = memory
	return memory
}
