package wit

import (
	"fmt"
	"slices"
)

// union makes one world of those that a core module was made for: what they
// import and export under names of its own must be the same, or differ in name.
func (d *decoder) union(worlds []*World) (*World, error) {
	result := &World{Name: rootWorld, Package: d.pkg(rootPackage)}
	for _, w := range worlds {
		c := &cloner{resolver: &resolver{into: d.r}, from: w, to: result, types: make(map[*TypeDef]*TypeDef)}
		if err := c.unite(&result.Imports, w.Imports); err != nil {
			return nil, err
		}
		if err := c.unite(&result.Exports, w.Exports); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(result.Imports, byClass)
	for _, w := range worlds {
		w.Package.Worlds = nil
	}
	result.Package.Worlds = []*World{result}
	d.r.Worlds = []*World{result}
	return result, nil
}

func (c *cloner) unite(into *[]WorldItem, from []WorldItem) error {
	index := make(map[string]int, len(*into)+len(from))
	for i := range *into {
		index[(*into)[i].Key()] = i
	}
	for _, item := range from {
		i, known := index[item.Key()]
		if known && !c.sameItem(item, (*into)[i]) {
			return fmt.Errorf("the worlds that the module was made for have two different items %q", item.Key())
		}
		if known {
			continue
		}
		if item.Name != "" {
			item = c.item(item)
		}
		index[item.Key()] = len(*into)
		*into = append(*into, item)
	}
	return nil
}

// sameItem reports whether two items of the same name are the same. A type then
// stands for the other one.
func (c *cloner) sameItem(item, known WorldItem) bool {
	switch {
	case item.Interface != nil:
		return item.Interface == known.Interface
	case item.Type != nil && known.Type != nil:
		c.types[item.Type] = known.Type
		return Type{Defined, item.Type}.same(Type{Defined, known.Type})
	}
	return item.Function != nil && known.Function != nil && c.function(item.Function).same(known.Function)
}

// prune forgets what was in worlds that are gone.
func (d *decoder) prune(w *World) {
	p := &pruner{types: make(map[*TypeDef]bool), interfaces: make(map[*Interface]bool)}
	for _, i := range d.r.Interfaces {
		if i.Name != "" {
			p.keep(i)
		}
	}
	for _, item := range slices.Concat(w.Imports, w.Exports) {
		p.keepType(item.Type)
		p.keepFunction(item.Function)
		p.keep(item.Interface)
	}
	d.r.Types = slices.DeleteFunc(d.r.Types, func(def *TypeDef) bool { return !p.types[def] })
	d.r.Interfaces = slices.DeleteFunc(d.r.Interfaces, func(i *Interface) bool { return !p.interfaces[i] })
}

// A pruner knows what is kept.
type pruner struct {
	types      map[*TypeDef]bool
	interfaces map[*Interface]bool
}

func (p *pruner) keep(i *Interface) {
	if i == nil || p.interfaces[i] {
		return
	}
	p.interfaces[i] = true
	for _, def := range i.Types {
		p.keepType(def)
	}
	for _, f := range i.Functions {
		p.keepFunction(f)
	}
}

func (p *pruner) keepType(def *TypeDef) {
	if def == nil || p.types[def] {
		return
	}
	p.types[def] = true
	p.keepType(def.Target)
	for _, t := range def.parts() {
		p.keepType(t.Def)
	}
}

func (p *pruner) keepFunction(f *Function) {
	if f == nil {
		return
	}
	p.keepType(f.Resource)
	p.keepType(f.Result.Def)
	for _, param := range f.Params {
		p.keepType(param.Type.Def)
	}
}
