package wapc

import (
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/engine"
)

// guestCallName is the function through which a guest is called.
const guestCallName = "__guest_call"

// initializerNames are the initializers in the order in which they run (WP-02).
var initializerNames = [...]string{"_start", "_initialize", "wapc_init"}

// Recognize reports whether a module with such imports and exports is a waPC
// guest: it imports from the module wapc or exports __guest_call.
func Recognize(imports []engine.Import, exports []engine.Export) bool {
	return slices.ContainsFunc(imports, func(i engine.Import) bool { return i.Module == moduleWapc }) ||
		slices.ContainsFunc(exports, func(e engine.Export) bool { return e.Name == guestCallName })
}

// Link checks m against the contract and finds what it imports. A module without
// a __guest_call of the right type, or with an initializer of another type than
// () -> (), is refused, before any of its code runs (WP-08, WP-09, WP-11).
// Imports that nothing provides are an [*engine.LinkError] that lists them all
// (WP-12).
func (h *Host) Link(m engine.Module, config Config) (*Module, error) {
	config.HostBytes = engine.Limits{HostBytes: config.HostBytes}.WithDefaults().HostBytes
	module := &Module{core: m, config: config}
	if err := module.checkExports(); err != nil {
		return nil, err
	}
	imports, err := h.resolve(m.Imports(), config.Provided)
	if err != nil {
		return nil, err
	}
	module.imports = imports
	return module, nil
}

// checkExports checks the exports that the contract names and notes the
// initializers.
func (m *Module) checkExports() error {
	exports := make(map[string]engine.ExternType)
	for _, export := range m.core.Exports() {
		exports[export.Name] = export.Type
	}
	if _, ok := exports[guestCallName]; !ok {
		return fmt.Errorf("the guest does not export %s, through which waPC guests are called", guestCallName)
	}
	if err := checkFunc(exports, guestCallName, i32s(2, 1)); err != nil {
		return err
	}
	if memory, ok := exports[memoryName]; ok && memory.Kind != engine.KindMemory {
		return fmt.Errorf("export %s is a %v, not a memory", memoryName, memory.Kind)
	}
	for _, name := range initializerNames {
		if _, ok := exports[name]; !ok {
			continue
		}
		if err := checkFunc(exports, name, engine.FuncType{}); err != nil {
			return fmt.Errorf("initializer: %w", err)
		}
		m.initializers = append(m.initializers, name)
	}
	return nil
}

// checkFunc reports that the export of that name is not a function of type want.
func checkFunc(exports map[string]engine.ExternType, name string, want engine.FuncType) error {
	have := exports[name]
	switch {
	case have.Kind != engine.KindFunc:
		return fmt.Errorf("export %s is a %v, not a func %v", name, have.Kind, want)
	case !have.Func.Equal(want):
		return fmt.Errorf("export %s has type %v, not %v", name, have.Func, want)
	}
	return nil
}
