package wit

import (
	"fmt"
	"slices"
	"strings"
)

// includeAll adds what included worlds have (WIT.md, "include").
func (p *resolver) includeAll(w *World) {
	includes := w.includes
	w.includes = nil
	for _, inc := range includes {
		if !p.included(inc.stability) {
			continue
		}
		if p.dropped[inc.world] {
			p.report(inc.span, fmt.Sprintf("world %q is behind the feature %q", inc.world.Name, inc.world.Stability.Unstable),
				"put this behind the feature, too")
			continue
		}
		p.includeOne(w, inc)
	}
	p.checkNames(w)
}

func (p *resolver) includeOne(w *World, inc include) {
	for _, r := range inc.with {
		item := &WorldItem{Name: r.Name.Name}
		if !has(inc.world.Imports, item) && !has(inc.world.Exports, item) {
			p.report(r.Name.Span, fmt.Sprintf("world %q has nothing named %q", inc.world.Name, r.Name.Name),
				"only what has a plain name can be renamed")
			return
		}
	}
	c := &cloner{resolver: p, from: inc.world, to: w, types: make(map[*TypeDef]*TypeDef)}
	p.includeItems(c, &w.Imports, inc.world.Imports, inc)
	p.includeItems(c, &w.Exports, inc.world.Exports, inc)
}

func (p *resolver) includeItems(c *cloner, into *[]WorldItem, from []WorldItem, inc include) {
	external := c.from.Package != c.to.Package
	for _, item := range from {
		if item.Name == "" {
			p.includeInterface(into, item, inc, external)
			continue
		}
		item.Name = inc.renamed(item.Name)
		if has(*into, &item) {
			p.report(inc.span, fmt.Sprintf("world %q has %q already", c.to.Name, item.Name),
				"rename it: include … with { "+item.Name+" as … }")
			continue
		}
		*into = append(*into, c.item(item))
	}
}

// renamed is what an item is called where it is included. A resource takes its
// functions with it.
func (i *include) renamed(name string) string {
	annotation, rest, annotated := strings.Cut(name, "]")
	resource, method, _ := strings.Cut(rest, ".")
	for _, r := range i.with {
		switch {
		case name == r.Name.Name:
			return r.As.Name
		case annotated && resource == r.Name.Name && method == "":
			return annotation + "]" + r.As.Name
		case annotated && resource == r.Name.Name:
			return annotation + "]" + r.As.Name + "." + method
		}
	}
	return name
}

// includeInterface adds an interface by its ID, once.
func (p *resolver) includeInterface(into *[]WorldItem, item WorldItem, inc include, external bool) {
	i := find(*into, &item)
	if i < 0 {
		*into = append(*into, item)
		i = len(*into) - 1
	}
	if known := &(*into)[i]; external && item.Stability.Since != "" {
		known.Stability = Stability{}
	} else {
		p.merge(item.Stability, &known.Stability, inc.span)
	}
}

// A cloner copies what a world has under names of its own into another.
type cloner struct {
	*resolver
	from, to *World
	iface    *Interface // that is being copied, or nil
	copy     *Interface
	types    map[*TypeDef]*TypeDef
}

func (c *cloner) item(item WorldItem) WorldItem {
	switch {
	case item.Type != nil:
		item.Type = c.def(item.Type)
		item.Type.Name = item.Name
	case item.Function != nil:
		item.Function = c.function(item.Function)
		item.Function.Name = item.Name
	case item.Interface.Name == "":
		item.Interface = c.interfaceInPlace(item.Interface)
	}
	return item
}

func (c *cloner) def(def *TypeDef) *TypeDef {
	if known := c.types[def]; known != nil {
		return known
	}
	clone := *def
	clone.Types, clone.Members = slices.Clone(def.Types), slices.Clone(def.Members)
	switch {
	case c.iface != nil && def.Interface == c.iface:
		clone.Interface = c.copy
	case def.World == c.from:
		clone.World = c.to
	}
	c.parts(&clone)
	c.types[def] = &clone
	c.into.Types = append(c.into.Types, &clone)
	return &clone
}

// parts copies what a type is made from. What a use brought in from elsewhere
// stays there.
func (c *cloner) parts(clone *TypeDef) {
	if clone.Kind == Alias {
		t := clone.Types[0]
		if t.Kind == Defined && c.owned(t.Def) {
			t.Def = c.def(t.Def)
		} else if known := c.types[t.Def]; known != nil {
			t.Def = known
		}
		clone.setAlias(t)
		return
	}
	if clone.Target != nil {
		clone.Target = c.def(clone.Target)
	}
	for i := range clone.Types {
		clone.Types[i] = c.typ(clone.Types[i])
	}
	for i := range clone.Members {
		clone.Members[i].Type = c.typ(clone.Members[i].Type)
	}
}

// owned reports whether a type is defined in what is copied.
func (c *cloner) owned(def *TypeDef) bool {
	if c.iface != nil {
		return def.Interface == c.iface
	}
	return def.World == c.from
}

func (c *cloner) typ(t Type) Type {
	if t.Kind == Defined {
		t.Def = c.def(t.Def)
	}
	return t
}

func (c *cloner) function(f *Function) *Function {
	clone := *f
	if f.Resource != nil {
		clone.Resource = c.def(f.Resource)
	}
	clone.Params = slices.Clone(f.Params)
	for i := range clone.Params {
		clone.Params[i].Type = c.typ(clone.Params[i].Type)
	}
	clone.Result = c.typ(f.Result)
	return &clone
}

func (c *cloner) interfaceInPlace(i *Interface) *Interface {
	clone := *i
	clone.Package, clone.CloneOf = c.to.Package, i
	inner := &cloner{resolver: c.resolver, from: c.from, to: c.to, iface: i, copy: &clone, types: c.types}
	clone.Types = make([]*TypeDef, len(i.Types))
	for n, def := range i.Types {
		clone.Types[n] = inner.def(def)
	}
	clone.Functions = make([]*Function, len(i.Functions))
	for n, f := range i.Functions {
		clone.Functions[n] = inner.function(f)
	}
	c.into.Interfaces = append(c.into.Interfaces, &clone)
	return &clone
}
