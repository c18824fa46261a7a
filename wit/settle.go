package wit

import (
	"fmt"
	"slices"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// settle adds what was resolved to the Resolve: without what is behind features
// that are off, and with references to resources made own handles.
func (p *resolver) settle() {
	for _, def := range p.types {
		p.settleType(def)
	}
	for _, i := range p.interfaces {
		p.settleInterface(i)
	}
	for _, w := range p.worlds {
		p.settleWorld(w)
	}
	for _, def := range p.types {
		p.checkOwner(def)
	}
	if len(p.errors) > 0 {
		for _, w := range p.worlds {
			p.checkNames(w)
		}
		return
	}
	for _, w := range p.worlds {
		if !p.dropped[w] {
			p.includeAll(w)
			p.elaborate(w)
		}
	}
	p.into.Packages = append(p.into.Packages, p.pkg)
}

func (p *resolver) settleType(def *TypeDef) {
	if !p.included(def.Stability) {
		p.dropped[def] = true
		return
	}
	if def.Target != nil {
		p.checkKept(def.Target, def.span)
	}
	for i := range def.Types {
		if def.Kind == Alias {
			p.checkKept(def.Types[i].Def, def.span)
		} else {
			p.settleUse(&def.Types[i], def.span)
		}
	}
	for i := range def.Members {
		p.settleUse(&def.Members[i].Type, def.Members[i].span)
	}
	p.into.Types = append(p.into.Types, def)
}

// checkKept reports a reference to a type that a feature leaves out.
func (p *resolver) checkKept(def *TypeDef, span syntax.Span) {
	if def != nil && p.dropped[def] {
		p.report(span, fmt.Sprintf("type %q is used, which is behind the feature %q", def.Name, def.Stability.Unstable),
			"put this behind the feature, too")
	}
}

// settleUse makes a reference to a resource an own handle.
func (p *resolver) settleUse(t *Type, span syntax.Span) {
	if t.Kind != Defined {
		return
	}
	p.checkKept(t.Def, span)
	if t.Def.Resolved().Kind != Resource {
		return
	}
	handle := p.owns[t.Def]
	if handle == nil {
		handle = &TypeDef{Kind: Own, Target: t.Def}
		p.owns[t.Def] = handle
		p.into.Types = append(p.into.Types, handle)
	}
	t.Def = handle
}

func (p *resolver) settleInterface(i *Interface) {
	if !p.included(i.Stability) {
		p.dropped[i] = true
		return
	}
	i.Types = slices.DeleteFunc(i.Types, func(def *TypeDef) bool { return p.dropped[def] })
	i.Functions = slices.DeleteFunc(i.Functions, func(f *Function) bool { return !p.included(f.Stability) })
	for _, f := range i.Functions {
		p.settleFunction(f)
	}
	if i.Name != "" {
		p.pkg.Interfaces = append(p.pkg.Interfaces, i)
	}
	p.into.Interfaces = append(p.into.Interfaces, i)
}

func (p *resolver) settleFunction(f *Function) {
	if f.Resource != nil {
		p.checkKept(f.Resource, f.span)
	}
	for i := range f.Params {
		p.settleUse(&f.Params[i].Type, f.span)
	}
	p.settleUse(&f.Result, f.span)
	if p.hasBorrow(f.Result) {
		p.report(f.span, fmt.Sprintf("function %q returns a borrow", f.Name), "a borrow ends with the call; return an own handle")
	}
}

func (p *resolver) hasBorrow(t Type) bool {
	if t.Kind != Defined || t.Def.Kind == Own {
		return false
	}
	if found, known := p.borrows[t.Def]; known {
		return found
	}
	found := t.Def.Kind == Borrow || slices.ContainsFunc(t.Def.Types, p.hasBorrow) ||
		slices.ContainsFunc(t.Def.Members, func(m Member) bool { return p.hasBorrow(m.Type) })
	p.borrows[t.Def] = found
	return found
}

func (p *resolver) settleWorld(w *World) {
	if !p.included(w.Stability) {
		p.dropped[w] = true
		return
	}
	w.Imports = p.settleItems(w.Imports)
	w.Exports = p.settleItems(w.Exports)
	p.pkg.Worlds = append(p.pkg.Worlds, w)
	p.into.Worlds = append(p.into.Worlds, w)
}

func (p *resolver) settleItems(items []WorldItem) []WorldItem {
	var kept []WorldItem
	for _, item := range items {
		if !p.included(item.stability()) {
			continue
		}
		switch {
		case item.Interface != nil && p.dropped[item.Interface]:
			p.report(item.span, fmt.Sprintf("interface %q is behind the feature %q", item.Key(), item.Interface.Stability.Unstable),
				"put this behind the feature, too")
			continue
		case item.Function != nil:
			p.settleFunction(item.Function)
		}
		kept = append(kept, item)
	}
	return kept
}

// checkOwner reports a type that is kept in an interface or a world that is
// not.
func (p *resolver) checkOwner(def *TypeDef) {
	if p.dropped[def] {
		return
	}
	if def.Interface != nil && p.dropped[def.Interface] || def.World != nil && p.dropped[def.World] {
		p.report(def.span, fmt.Sprintf("type %q is not behind the feature that it stands in", def.Name),
			"give it the same gate")
	}
}
