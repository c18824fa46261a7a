package engine

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Link finds what satisfies each import of m, in the order that
// [Module.Instantiate] wants: by module name among provided, then by name among
// that instance's exports. All unmet imports are reported at once, as a
// [*LinkError].
func Link(m Module, provided map[string]Instance) ([]Extern, error) {
	var unmet []UnmetImport
	externs := make([]Extern, 0, len(m.Imports()))
	for _, imp := range m.Imports() {
		instance, reason := find(imp, provided)
		if reason != "" {
			unmet = append(unmet, UnmetImport{Import: imp, Reason: reason})
			continue
		}
		externs = append(externs, Extern{Instance: instance, Name: imp.Name})
	}
	if unmet != nil {
		return nil, &LinkError{Unmet: unmet}
	}
	return externs, nil
}

// find returns the instance that satisfies imp, or the reason why none does.
func find(imp Import, provided map[string]Instance) (Instance, string) {
	instance, ok := provided[imp.Module]
	if !ok {
		return nil, noModule(imp, provided)
	}
	have, ok := instance.Export(imp.Name)
	switch {
	case !ok:
		return nil, fmt.Sprintf("module %q has no such export", imp.Module)
	case have.Kind != imp.Type.Kind:
		return nil, fmt.Sprintf("it is a %v", have.Kind)
	case have.Kind == KindFunc && !have.Func.Equal(imp.Type.Func):
		return nil, fmt.Sprintf("its type is %v", have.Func)
	}
	return instance, ""
}

func noModule(imp Import, provided map[string]Instance) string {
	if len(provided) == 0 {
		return fmt.Sprintf("nothing provides module %q", imp.Module)
	}
	names := slices.Sorted(maps.Keys(provided))
	return fmt.Sprintf("nothing provides module %q (there is %s)", imp.Module, strings.Join(names, ", "))
}

// An UnmetImport is an import that nothing satisfies.
type UnmetImport struct {
	Import Import
	Reason string
}

// A LinkError lists the imports of a module that nothing satisfies.
type LinkError struct {
	Unmet []UnmetImport
}

// Error names every unmet import with its type and why it is unmet.
func (e *LinkError) Error() string {
	lines := make([]string, len(e.Unmet))
	for i, u := range e.Unmet {
		lines[i] = fmt.Sprintf("import %s.%s %v: %s", u.Import.Module, u.Import.Name, u.Import.Type, u.Reason)
	}
	return strings.Join(lines, "; ")
}
