package component

import "github.com/patchbay-go/patchbay/engine"

// MemorySize returns the size in bytes of the linear memories that the
// instance's core modules define and export.
func (i *Instance) MemorySize() uint64 {
	var size uint64
	core := 0
	for _, s := range i.pre.component.program.steps {
		if s.kind != stepCore || core == len(i.cores) {
			continue
		}
		size += definedMemory(i.pre.component.modules[s.module], i.cores[core])
		core++
	}
	return size
}

// definedMemory returns the size of the memory of a core instance, if it is its
// own: a core module has one memory at most.
func definedMemory(m engine.Module, instance engine.Instance) uint64 {
	for _, imp := range m.Imports() {
		if imp.Type.Kind == engine.KindMemory {
			return 0
		}
	}
	for _, x := range m.Exports() {
		if x.Type.Kind == engine.KindMemory {
			return uint64(len(instance.Memory(x.Name).Bytes()))
		}
	}
	return 0
}

// Spent returns how many units of fuel the code of the instance's core modules
// has spent since they were made, or 0 if the engine does not count them (see
// [engine.Metered]).
func (i *Instance) Spent() uint64 {
	var spent uint64
	for _, core := range i.cores {
		if metered, ok := core.(engine.Metered); ok {
			spent += metered.Spent()
		}
	}
	return spent
}
