package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// declare gives each interface and each world of the package its place, in an
// order in which none comes before what it uses.
func (p *resolver) declare() []int {
	p.declareNames()
	nodes := make([]node, len(p.nodes))
	for i, n := range p.nodes {
		nodes[i] = p.uses(n)
	}
	order, circles := p.order(nodes)
	p.circles = circles
	for _, i := range order {
		n := &p.nodes[i]
		if n.iface != nil {
			n.item.iface = &Interface{Name: n.iface.Name.Name, Package: p.pkg, span: n.iface.Name.Span}
			p.interfaces = append(p.interfaces, n.item.iface)
			p.items[n.iface.Name.Name] = n.item
		} else {
			n.item.world = &World{Name: n.world.Name.Name, Package: p.pkg, span: n.world.Name.Span}
			p.worlds = append(p.worlds, n.item.world)
			p.items[n.world.Name.Name] = n.item
		}
	}
	p.declareUses()
	return order
}

// declareNames finds the interfaces and worlds of the package. Of two that have
// one name the first counts.
func (p *resolver) declareNames() {
	seen, taken := make(map[string]syntax.Span), make(unique)
	for file, items := range p.source.files {
		for _, it := range items {
			n := itemNode{file: file}
			var id syntax.Ident
			switch it := it.(type) {
			case *syntax.Interface:
				n.iface, id = it, it.Name
			case *syntax.World:
				n.world, id = it, it.Name
			default:
				continue
			}
			if first, twice := seen[id.Name]; twice {
				p.report(id.Span, fmt.Sprintf("%q is defined twice in this package", id.Name), alsoAt(first))
				p.twice[id] = true
				continue
			}
			seen[id.Name] = id.Span
			taken.addOther(p, id)
			p.nodes = append(p.nodes, n)
		}
	}
}

// uses lists the items of the same package that an item uses for its types. A
// world uses other worlds only: interfaces come before all worlds.
func (p *resolver) uses(n itemNode) node {
	local := p.aliases(n.file)
	result := node{what: anInterface}
	add := func(path syntax.Path) {
		if path.Package != nil {
			return
		}
		id := path.Name
		if use, ok := local[id.Name]; ok {
			if use.From.Package != nil {
				return
			}
			id.Name = use.From.Name.Name
		}
		result.uses = append(result.uses, id)
	}
	if n.world != nil {
		result.what = aWorld
		result.name, result.span = n.world.Name.Name, n.world.Name.Span
		for _, it := range n.world.Items {
			if inc, ok := it.(*syntax.Include); ok {
				add(inc.World)
			}
		}
		return result
	}
	result.name, result.span = n.iface.Name.Name, n.iface.Name.Span
	for _, it := range n.iface.Items {
		if use, ok := it.(*syntax.Use); ok {
			add(use.From)
		}
	}
	return result
}

// aliases are the uses at the top of a file by the names that they give.
func (p *resolver) aliases(file int) map[string]*syntax.Use {
	found := make(map[string]*syntax.Use)
	for _, it := range p.source.files[file] {
		if use, ok := it.(*syntax.Use); ok {
			found[useName(use).Name] = use
		}
	}
	return found
}

func useName(use *syntax.Use) syntax.Ident {
	if use.As.Name != "" {
		return use.As
	}
	return use.From.Name
}

// declareUses makes the scope of each file: its uses beside its own items.
func (p *resolver) declareUses() {
	for _, items := range p.source.files {
		scope := make(map[string]item)
		p.scopes = append(p.scopes, scope)
		for _, it := range items {
			switch it := it.(type) {
			case *syntax.Interface:
				p.declareOwn(scope, it.Name)
			case *syntax.World:
				p.declareOwn(scope, it.Name)
			case *syntax.Use:
				p.declareUse(scope, it)
			}
		}
	}
}

// declareOwn adds what the file defines. That something is defined twice in the
// package was reported.
func (p *resolver) declareOwn(scope map[string]item, id syntax.Ident) {
	if !p.twice[id] {
		p.addToScope(scope, id, p.items[id.Name])
	}
}

func (p *resolver) declareUse(scope map[string]item, use *syntax.Use) {
	if len(use.Attributes) > 0 {
		p.report(use.Attributes[0].Span, "a use at the top of a file has no attributes", "")
		return
	}
	var found item
	if use.From.Package != nil {
		found.iface = p.findInterface(use.From, true)
	} else if it, ok := p.items[use.From.Name.Name]; ok {
		found = it
	} else {
		p.unknown(use.From.Name, anInterface, p.knownItems(anInterface))
	}
	p.addToScope(scope, useName(use), found)
}

func (p *resolver) addToScope(scope map[string]item, id syntax.Ident, it item) {
	if _, taken := scope[id.Name]; taken {
		p.report(id.Span, fmt.Sprintf("%q is defined twice in this file", id.Name), "")
		return
	}
	scope[id.Name] = it
}
