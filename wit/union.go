package wit

import (
	"fmt"
	"slices"
)

// union makes one world of those that a core module was made for: what they
// import and export under names of its own must be the same, or differ in name.
func (d *decoder) union(worlds []*World) (*World, error) {
	result := &World{Name: rootWorld, Package: &Package{Name: rootPackage}}
	for _, w := range worlds {
		c := &cloner{resolver: &resolver{into: d.r}, from: w, to: result, types: make(map[*TypeDef]*TypeDef)}
		if err := c.unite(&result.Imports, w.Imports); err != nil {
			return nil, err
		}
		if err := c.unite(&result.Exports, w.Exports); err != nil {
			return nil, err
		}
	}
	for _, w := range worlds {
		w.Package.Worlds = nil
	}
	result.Package = d.pkg(rootPackage)
	result.Package.Worlds = []*World{result}
	d.r.Worlds = []*World{result}
	return result, nil
}

func (c *cloner) unite(into *[]WorldItem, from []WorldItem) error {
	for _, item := range from {
		i := find(*into, &item)
		if i < 0 {
			if item.Name != "" {
				item = c.item(item)
			}
			*into = append(*into, item)
			continue
		}
		switch known := (*into)[i]; {
		case item.Interface != nil && item.Interface == known.Interface:
		case item.Type != nil && known.Type != nil && Type{Defined, item.Type}.same(Type{Defined, known.Type}):
			c.types[item.Type] = known.Type
		case item.Function != nil && known.Function != nil && c.function(item.Function).same(known.Function):
		default:
			return fmt.Errorf("the worlds that the module was made for have two different items %q", item.Name)
		}
	}
	slices.SortStableFunc(*into, byClass)
	return nil
}

// prune forgets the types that were those of worlds that are gone.
func (d *decoder) prune(w *World) {
	used := make(map[*TypeDef]bool)
	var visit func(def *TypeDef)
	visit = func(def *TypeDef) {
		if def == nil || used[def] {
			return
		}
		used[def] = true
		visit(def.Target)
		for _, t := range def.parts() {
			visit(t.Def)
		}
	}
	function := func(f *Function) {
		visit(f.Resource)
		visit(f.Result.Def)
		for _, p := range f.Params {
			visit(p.Type.Def)
		}
	}
	for _, i := range d.r.Interfaces {
		for _, def := range i.Types {
			visit(def)
		}
		for _, f := range i.Functions {
			function(f)
		}
	}
	for _, item := range slices.Concat(w.Imports, w.Exports) {
		visit(item.Type)
		if item.Function != nil {
			function(item.Function)
		}
	}
	d.r.Types = slices.DeleteFunc(d.r.Types, func(def *TypeDef) bool { return !used[def] })
}
