package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// resolveInterface fills in an interface.
func (p *resolver) resolveInterface(into *Interface, from *syntax.Interface) {
	into.Docs = docs(from.Comments)
	into.Stability = p.stability(from.Attributes)
	p.noExternalID(from.Attributes, "an interface")
	p.resolveBody(into, from)
}

// resolveBody fills in types and functions.
func (p *resolver) resolveBody(into *Interface, from *syntax.Interface) {
	p.openScope()
	p.resolveTypes(owner{iface: into}, from.Items)
	into.Types = p.names
	for _, it := range from.Items {
		switch it := it.(type) {
		case *syntax.Func:
			if p.define(it.Name, nil) {
				into.Functions = append(into.Functions, p.function(it.Name.Name, it, nil))
			}
		case *syntax.TypeDef:
			into.Functions = append(into.Functions, p.resourceFunctions(it)...)
		}
	}
}

// openScope forgets the names of the interface or world before.
func (p *resolver) openScope() {
	p.lookup, p.names, p.functions, p.taken = make(map[string]*TypeDef), nil, make(map[string]bool), make(unique)
	p.absent = make(map[string]bool)
}

// define gives a name to a type, or with nil to a function.
func (p *resolver) define(id syntax.Ident, def *TypeDef) bool {
	if p.lookup[id.Name] != nil || p.functions[id.Name] {
		p.report(id.Span, fmt.Sprintf("%q is defined more than once", id.Name), alsoAt(p.taken[strings.ToLower(id.Name)].Span))
		return false
	}
	p.taken.addOther(p, id)
	if def == nil {
		p.functions[id.Name] = true
		return true
	}
	p.lookup[id.Name] = def
	p.names = append(p.names, def)
	return true
}

// An owner is where types are defined.
type owner struct {
	iface *Interface
	world *World
}

func (p *resolver) newType(def *TypeDef) *TypeDef {
	p.types = append(p.types, def)
	return def
}

// resolveTypes defines what uses bring in, then the types that are defined,
// each behind those that it is made from.
func (p *resolver) resolveTypes(o owner, items []syntax.Item) {
	var defs []*syntax.TypeDef
	var nodes []node
	for _, it := range items {
		switch it := it.(type) {
		case *syntax.Use:
			nodes = append(nodes, p.use(o, it)...)
			for range len(nodes) - len(defs) {
				defs = append(defs, nil)
			}
		case *syntax.TypeDef:
			defs = append(defs, it)
			nodes = append(nodes, node{what: "type", name: it.Name.Name, span: it.Name.Span, uses: usedBy(it)})
		}
	}
	p.known = nil
	for _, n := range nodes {
		p.known = append(p.known, n.name)
	}
	nodes, defs = p.distinct(nodes, defs)
	order, circular := p.order(nodes)
	p.circular = circular
	for _, i := range order {
		if defs[i] != nil {
			p.define(defs[i].Name, p.typeDef(o, defs[i]))
		}
	}
}

// distinct reports names that are defined twice, and returns the nodes and their
// definitions without them.
func (p *resolver) distinct(nodes []node, defs []*syntax.TypeDef) (first []node, theirs []*syntax.TypeDef) {
	seen := make(map[string]syntax.Span)
	for i, n := range nodes {
		if span, twice := seen[n.name]; twice {
			if defs[i] != nil { // a use was reported when it was defined
				p.report(n.span, fmt.Sprintf("%q is defined more than once", n.name), alsoAt(span))
			}
			continue
		}
		seen[n.name] = n.span
		first, theirs = append(first, n), append(theirs, defs[i])
	}
	return first, theirs
}

// use defines the types of a use, and returns their names.
func (p *resolver) use(o owner, use *syntax.Use) []node {
	var nodes []node
	stability := p.stability(use.Attributes)
	from := p.findInterface(use.From, p.included(stability))
	for _, r := range use.Names {
		id := r.Name
		if r.As.Name != "" {
			id = r.As
		}
		nodes = append(nodes, node{what: "type", name: id.Name, span: id.Span})
		target := p.usedType(from, r.Name)
		if target == nil { // which was reported, or a feature is off
			target = wrongType(r.Name.Name).Def
		}
		def := &TypeDef{
			Name: id.Name, Interface: o.iface, World: o.world,
			Stability: stability, ExternalID: p.externalID(use.Attributes), span: r.Name.Span,
		}
		def.setAlias(Type{Defined, target})
		p.define(id, p.newType(def))
	}
	return nodes
}

// usedType finds the type that a use names.
func (p *resolver) usedType(from *Interface, id syntax.Ident) *TypeDef {
	if from == nil {
		return nil
	}
	if from.Package == p.pkg && p.circles[from.Name] && from.Type(id.Name) == nil {
		return nil // which may not be resolved yet
	}
	if t := from.Type(id.Name); t != nil {
		return t
	}
	if from.Function(id.Name) != nil {
		p.report(id.Span, fmt.Sprintf("%q is a function; only types can be used from an interface", id.Name), "")
		return nil
	}
	var names []string
	for _, t := range from.Types {
		names = append(names, t.Name)
	}
	if len(names) == 0 {
		p.report(id.Span, fmt.Sprintf("there is no type %q in interface %q", id.Name, from.Name), "it has no types")
		return nil
	}
	p.unknownIn(id, "type", fmt.Sprintf(" in interface %q", from.Name), names)
	return nil
}

// usedBy lists the names of the types that a type is made from.
func usedBy(def *syntax.TypeDef) []syntax.Ident {
	var names []syntax.Ident
	collect(def.Type, &names)
	for _, m := range def.Members {
		collect(m.Type, &names)
	}
	return names
}

func collect(t *syntax.Type, names *[]syntax.Ident) {
	if t == nil {
		return
	}
	switch t.Kind {
	case syntax.Named, syntax.Own, syntax.Borrow:
		*names = append(*names, t.Name)
	}
	for _, arg := range t.Args {
		collect(arg, names)
	}
}
