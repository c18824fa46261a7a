package outline

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// instance adds an instance: one of a component, or a bag of exports.
func (e *evaluator) instance(s *scope, d *componentbinary.Instance) {
	var exports []Extern
	if d.Inline {
		for i := range d.Exports {
			x := e.found(s, d.Exports[i].Item, d.Exports[i].Offset)
			x.ExternName, x.Offset = d.Exports[i].Name, d.Exports[i].Offset
			exports = append(exports, x)
		}
	} else {
		exports = e.instantiated(s, d)
	}
	s.instances = append(s.instances, newInstance(exports))
}

func newInstance(exports []Extern) *Instance {
	i := &Instance{Exports: exports, index: make(map[string]int, len(exports))}
	for n := range exports {
		i.index[exports[n].Name] = n
		i.weight += 1 + exports[n].weight()
	}
	return i
}

// instantiated goes through a component with what it is given.
func (e *evaluator) instantiated(s *scope, d *componentbinary.Instance) []Extern {
	args := make(map[string]Extern, len(d.Args))
	for i := range d.Args {
		args[d.Args[i].Name] = e.found(s, d.Args[i].Item, d.Args[i].Offset)
	}
	def := at(e, s.components, d.Component, d.Offset, "component")
	switch {
	case e.err != nil:
		return nil
	case def.nested != nil:
		return e.component(def.scope, def.nested, args).out.Exports
	}
	return e.newComponent(def.typ, args, d.Offset).Exports
}

// alias adds what has an index elsewhere. Those of core definitions are passed
// over.
func (e *evaluator) alias(s *scope, d *componentbinary.Alias) {
	switch {
	case d.Sort.IsCore() || d.Sort == componentbinary.SortValue:
	case d.Target == componentbinary.AliasOuter:
		e.aliasOuter(s, d)
	default:
		i := at(e, s.instances, d.Instance, d.Offset, "instance")
		if n, ok := i.index[d.Name]; ok && i.Exports[n].Sort == d.Sort {
			e.add(s, i.Exports[n])
			return
		}
		e.fail(d.Offset, "instance %d has no export %s named `%s`", d.Instance, d.Sort, d.Name)
	}
}

func (e *evaluator) aliasOuter(s *scope, d *componentbinary.Alias) {
	outer := s
	for n := d.Count; n > 0 && outer != nil; n-- {
		outer = outer.around
	}
	if outer == nil {
		e.fail(d.Offset, "invalid outer alias count of %d", d.Count)
		return
	}
	if d.Sort == componentbinary.SortType {
		s.types = append(s.types, at(e, outer.types, d.Index, d.Offset, "type"))
	} else {
		s.components = append(s.components, at(e, outer.components, d.Index, d.Offset, "component"))
	}
}
