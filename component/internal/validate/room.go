package validate

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// A room is how many definitions there are of the sorts of which there are many.
type room struct {
	imports, exports        int
	all                     int
	types, funcs, coreFuncs int
	instances, components   int
	coreTypes               int
}

// roomFor counts the definitions of a component.
func roomFor(c *componentbinary.Component) room {
	r := room{imports: len(c.Imports), exports: len(c.Exports)}
	r.types, r.instances, r.components = len(c.Types), len(c.Instances), len(c.Components)
	r.coreTypes = len(c.CoreTypes)
	for i := range c.Canons {
		if c.Canons[i].Op == componentbinary.Lift {
			r.funcs++
		} else {
			r.coreFuncs++
		}
	}
	for i := range c.Aliases {
		r.add(c.Aliases[i].Sort)
	}
	for i := range c.Imports {
		r.add(c.Imports[i].Type.Sort)
	}
	for i := range c.Exports {
		r.add(c.Exports[i].Item.Sort)
	}
	for i := range c.Sections {
		r.all += c.Sections[i].Count
	}
	return r
}

// roomForDecls counts the declarations of a type.
func roomForDecls(decls []componentbinary.Decl) (r room) {
	for i := range decls {
		switch def := decls[i].Def.(type) {
		case componentbinary.Import:
			r.imports++
			r.add(def.Type.Sort)
		case componentbinary.ExportDecl:
			r.exports++
			r.add(def.Type.Sort)
		case componentbinary.Alias:
			r.add(def.Sort)
		case componentbinary.CoreFuncs, *componentbinary.ModuleType:
			r.coreTypes++
		default:
			r.types++
		}
	}
	return r
}

func (r *room) add(sort componentbinary.Sort) {
	switch sort {
	case componentbinary.SortFunc:
		r.funcs++
	case componentbinary.SortType:
		r.types++
	case componentbinary.SortInstance:
		r.instances++
	case componentbinary.SortComponent:
		r.components++
	case componentbinary.CoreSortFunc:
		r.coreFuncs++
	}
}

// component makes a component with that room, for steps if it has them.
func (r room) component(steps bool) *Component {
	c := &Component{
		Types: make([]Type, 0, r.types), Funcs: make([]Func, 0, r.funcs), CoreFuncs: make([]CoreFunc, 0, r.coreFuncs),
		Instances: make([]Instance, 0, r.instances), Components: make([]ComponentDef, 0, r.components),
		CoreTypes: make([]CoreType, 0, r.coreTypes),
	}
	if steps {
		c.Steps, c.Exports = make([]Step, 0, r.all), make([]Export, 0, r.exports)
	}
	return c
}
