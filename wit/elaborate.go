package wit

import (
	"fmt"
	"slices"
)

// elaborate adds to a world's imports what its imports and exports need, and
// sorts them: interfaces, types, functions.
func (p *resolver) elaborate(w *World) {
	slices.SortStableFunc(w.Imports, byClass)
	var imports []WorldItem
	for _, item := range w.Imports {
		switch {
		case item.Interface != nil:
			addImport(&imports, item)
			continue
		case item.Type != nil && item.Type.dependency() != nil:
			addImport(&imports, WorldItem{Interface: item.Type.dependency(), Stability: item.Type.Stability})
		}
		imports = append(imports, item)
	}
	e := &exporter{world: w, imports: &imports, required: make(map[*Interface]bool)}
	for _, item := range w.Exports {
		if item.Interface == nil {
			e.exports = append(e.exports, item)
		}
	}
	for _, item := range w.Exports {
		if item.Interface != nil && !e.add(item, true) {
			p.report(item.span, fmt.Sprintf("world %q exports interface %q, and exports and imports, both, something that it needs", w.Name, item.Key()),
				"export the interfaces between them, too")
			return
		}
	}
	slices.SortStableFunc(imports, byClass)
	w.Imports, w.Exports = imports, e.exports
}

// byClass sorts what may be referred to before what refers to it.
func byClass(a, b WorldItem) int { return a.class() - b.class() }

func (i *WorldItem) class() int {
	switch {
	case i.Interface != nil:
		return 0
	case i.Type != nil && i.Type.Kind == Alias && i.Type.Types[0].Kind == Defined && !i.Type.sameOwner(i.Type.Types[0].Def):
		return 1
	case i.Type != nil:
		return 2
	case i.Function.Resource == nil:
		return 3
	}
	return 4
}

// dependencies are the interfaces that an interface uses types of.
func (i *Interface) dependencies() []*Interface {
	var found []*Interface
	for _, def := range i.Types {
		if dep := def.dependency(); dep != nil {
			found = append(found, dep)
		}
	}
	return found
}

// addImport adds an interface behind those that it needs.
func addImport(imports *[]WorldItem, item WorldItem) {
	if has(*imports, &item) {
		return
	}
	for _, dep := range item.Interface.dependencies() {
		addImport(imports, WorldItem{Interface: dep, Stability: item.Stability})
	}
	*imports = append(*imports, item)
}

// An exporter adds exports with what they need. An interface that an export
// needs is another export, if there is one, or else an import; it cannot be
// both, because then its types would exist twice.
type exporter struct {
	world    *World
	imports  *[]WorldItem
	exports  []WorldItem
	required map[*Interface]bool
}

// add reports whether it could be done.
func (e *exporter) add(item WorldItem, export bool) bool {
	if has(e.exports, &item) {
		return export
	}
	if !export && e.required[item.Interface] {
		return true
	}
	for _, dep := range item.Interface.dependencies() {
		need := WorldItem{Interface: dep, Stability: item.Stability, ExternalID: item.ExternalID}
		if !e.add(need, export && has(e.world.Exports, &need)) {
			return false
		}
	}
	if export {
		if e.required[item.Interface] {
			return false
		}
		e.exports = append(e.exports, item)
		return true
	}
	e.required[item.Interface] = true
	if !has(*e.imports, &item) {
		*e.imports = append(*e.imports, item)
	}
	return true
}
