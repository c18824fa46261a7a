package wit

import "github.com/patchbay-go/patchbay/wit/syntax"

// Text returns the function as WIT, behind the types with names that it uses, from
// whatever interfaces they are; without documentation, and resources without their
// functions. It is for readers: such a text is no whole interface.
func (f *Function) Text() string {
	var items []syntax.Item
	for _, def := range f.namedTypes() {
		d := printDef(def, nil)
		d.Head = syntax.Head{}
		for i := range d.Members {
			d.Members[i].Head = syntax.Head{}
		}
		items = append(items, d)
	}
	printed := printFunction(f)
	printed.Head = syntax.Head{}
	return (&syntax.File{Items: append(items, printed)}).Format()
}

// namedTypes returns the types with names that the function uses, each once and
// none before what it refers to.
func (f *Function) namedTypes() []*TypeDef {
	var found []*TypeDef
	names := make(map[string]bool) // of a use, the name here and the name there
	var look func(Type)
	look = func(t Type) {
		d := t.Def
		if d == nil {
			return
		}
		if d.Target != nil {
			look(Type{Kind: Defined, Def: d.Target})
		}
		for d.Kind == Alias && d.Types[0].Kind == Defined && d.Types[0].Def.Name == d.Name {
			d = d.Types[0].Def // a use
		}
		for _, inner := range d.Types {
			look(inner)
		}
		for _, m := range d.Members {
			look(m.Type)
		}
		if d.Name != "" && !names[d.Name] {
			names[d.Name] = true
			found = append(found, d)
		}
	}
	for _, p := range f.Params {
		look(p.Type)
	}
	look(f.Result)
	return found
}
