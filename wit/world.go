package wit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// An include is an include statement whose world is known. What it brings in is
// added when all types of the package are settled.
type include struct {
	world     *World
	stability Stability
	with      []syntax.Renamed
	span      syntax.Span
}

// resolveWorld fills in a world.
func (p *resolver) resolveWorld(into *World, from *syntax.World) {
	into.Docs = docs(from.Comments)
	into.Stability = p.stability(from.Attributes)
	p.noExternalID(from.Attributes, "a world")
	p.openScope()
	p.resolveTypes(owner{world: into}, from.Items)
	for _, it := range from.Items {
		if inc, ok := it.(*syntax.Include); ok {
			p.include(into, inc)
		}
	}
	for _, def := range p.names {
		into.Imports = append(into.Imports, WorldItem{Name: def.Name, Type: def, span: def.span})
	}
	for _, it := range from.Items {
		switch it := it.(type) {
		case *syntax.TypeDef:
			for _, f := range p.resourceFunctions(it) {
				into.Imports = append(into.Imports, WorldItem{Name: f.Name, Function: f, span: f.span})
			}
		case *syntax.Extern:
			p.extern(into, it)
		}
	}
}

func (p *resolver) include(into *World, inc *syntax.Include) {
	s := p.stability(inc.Attributes)
	p.noExternalID(inc.Attributes, "an include")
	world := p.findWorld(inc.World, p.included(s))
	if world == nil {
		return
	}
	into.includes = append(into.includes, include{world: world, stability: s, with: inc.With, span: inc.World.Span})
}

// extern adds an import or an export.
func (p *resolver) extern(into *World, x *syntax.Extern) {
	item := WorldItem{Name: x.Name.Name, span: x.Name.Span}
	switch {
	case x.Func != nil:
		f := &syntax.Func{Head: x.Head, Name: x.Name, Type: *x.Func}
		item.Function = p.function(x.Name.Name, f, nil)
	case x.Interface != nil:
		item.Interface = p.inPlace(x)
		item.Stability = item.Interface.Stability
		item.ExternalID = p.externalID(x.Attributes)
	default:
		item.Stability, item.ExternalID, item.Docs = p.stability(x.Attributes), p.externalID(x.Attributes), docs(x.Comments)
		if p.isPackage(x) {
			return
		}
		if item.Interface = p.findInterface(*x.Path, p.included(item.Stability)); item.Interface == nil {
			return
		}
		if item.span.Source == nil {
			item.span = x.Path.Span
		}
	}
	list, what := &into.Imports, "imports"
	if x.Export {
		list, what = &into.Exports, "exports"
	}
	if i := find(*list, &item); i >= 0 {
		p.report(item.span, fmt.Sprintf("world %q %s %q twice", into.Name, what, item.Key()), alsoAt((*list)[i].span))
		return
	}
	*list = append(*list, item)
}

// isPackage reports a name and a path with nothing between, which is the name of a
// package (WIT.md, "Item: world").
func (p *resolver) isPackage(x *syntax.Extern) bool {
	name, path := x.Name.Span, x.Path
	if path.Package != nil || name.Source == nil || name.End+1 != path.Span.Start {
		return false
	}
	pkg := PackageName{Namespace: x.Name.Name, Name: path.Name.Name}
	hint := fmt.Sprintf("write %s/… with the name of an interface", pkg)
	if _, known := p.items[path.Name.Name]; known {
		hint = fmt.Sprintf("write %s: %s for an interface under another name", pkg.Namespace, pkg.Name)
	}
	for _, other := range p.into.Packages {
		if other.Name.Namespace == pkg.Namespace && other.Name.Name == pkg.Name {
			hint = fmt.Sprintf("write one of its interfaces: %s", strings.Join(other.ids(), ", "))
		}
	}
	p.report(syntax.Span{Source: name.Source, Start: name.Start, End: path.Span.End}, fmt.Sprintf("%s is a package, not an interface", pkg), hint)
	return true
}

// inPlace resolves an interface that stands in a world. It has names of its
// own.
func (p *resolver) inPlace(x *syntax.Extern) *Interface {
	into := &Interface{Package: p.pkg, span: x.Name.Span, Docs: docs(x.Comments), Stability: p.stability(x.Attributes)}
	p.interfaces = append(p.interfaces, into)
	outer := p.itemScope
	p.resolveBody(into, x.Interface)
	p.itemScope = outer
	return into
}

// same reports whether two items cannot stand in one list.
func (i *WorldItem) same(other *WorldItem) bool {
	if i.Name != "" || other.Name != "" {
		return i.Name == other.Name
	}
	return i.Interface == other.Interface
}

func has(list []WorldItem, item *WorldItem) bool { return find(list, item) >= 0 }

func find(list []WorldItem, item *WorldItem) int {
	return slices.IndexFunc(list, func(other WorldItem) bool { return other.same(item) })
}

// checkNames reports names that differ in nothing but capital letters
// (Explainer.md, "strongly-unique").
func (p *resolver) checkNames(w *World) {
	for _, list := range [][]WorldItem{w.Imports, w.Exports} {
		seen := make(map[string]string)
		for _, item := range list {
			if item.Name == "" {
				continue
			}
			lower := strings.ToLower(item.Name)
			if other, taken := seen[lower]; taken {
				p.report(item.span, fmt.Sprintf("world %q has %q and %q, which differ in capital letters only", w.Name, other, item.Name), "")
			}
			seen[lower] = item.Name
		}
	}
}
