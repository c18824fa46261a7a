package wit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// What a path may stand for.
const (
	anInterface = "interface"
	aWorld      = "world"
)

// knownItems are the names that interfaces or worlds have in the package and in
// the file.
func (p *resolver) knownItems(what string) []string {
	var names []string
	for _, n := range p.nodes {
		switch {
		case n.iface == p.node.iface && n.world == p.node.world: // which is asking
		case n.iface != nil && what == anInterface:
			names = append(names, n.iface.Name.Name)
		case n.world != nil && what == aWorld:
			names = append(names, n.world.Name.Name)
		}
	}
	for name, it := range p.scope {
		if _, own := p.items[name]; !own && (it.world == nil) == (what == anInterface) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// find finds what a path stands for, which should be an interface or a world.
func (p *resolver) find(path syntax.Path, what string, gate bool) (item, bool) {
	if path.Package != nil {
		return p.foreign(path, what, gate)
	}
	if it, ok := p.scope[path.Name.Name]; ok {
		return it, true
	}
	if it, ok := p.items[path.Name.Name]; ok {
		return it, true
	}
	p.unknown(path.Name, what, p.knownItems(what))
	return item{}, false
}

// foreign finds an item of another package. With the gate of what refers to it
// closed, nothing is looked for.
func (p *resolver) foreign(path syntax.Path, what string, gate bool) (item, bool) {
	if !gate {
		return item{}, false
	}
	name := packageName(path.Package)
	for _, pkg := range p.into.Packages {
		if pkg.Name != name {
			continue
		}
		if i := pkg.Interface(path.Name.Name); i != nil {
			return item{iface: i}, true
		}
		if w := pkg.World(path.Name.Name); w != nil {
			return item{world: w}, true
		}
		p.unknownIn(path.Name, what, fmt.Sprintf(" in package %s", name), pkg.names(what))
		return item{}, false
	}
	p.report(path.Package.Span, fmt.Sprintf("there is no package %s", name), p.nearPackage(name))
	return item{}, false
}

// names are those of the package's interfaces, or of its worlds.
func (p *Package) names(what string) []string {
	var names []string
	if what == anInterface {
		for _, i := range p.Interfaces {
			names = append(names, i.Name)
		}
		return names
	}
	for _, w := range p.Worlds {
		names = append(names, w.Name)
	}
	return names
}

// ids returns how the package's interfaces are called from elsewhere.
func (p *Package) ids() []string {
	var ids []string
	for _, i := range p.Interfaces {
		ids = append(ids, i.ID())
	}
	return ids
}

// nearPackage hints at packages that somebody may have meant.
func (p *resolver) nearPackage(name PackageName) string {
	var names []string
	var versions []string
	for _, other := range p.all {
		if other.Namespace == name.Namespace && other.Name == name.Name {
			versions = append(versions, other.String())
		}
		if other != p.pkg.Name {
			names = append(names, other.String())
		}
	}
	if len(versions) > 0 {
		return "there is " + strings.Join(versions, " and ")
	}
	if hint := syntax.Meant(name.String(), names); hint != "" {
		return hint
	}
	return p.missing
}

// findInterface finds the interface of a path.
func (p *resolver) findInterface(path syntax.Path, gate bool) *Interface {
	it, ok := p.find(path, anInterface, gate)
	if ok && it.world != nil {
		p.report(path.Name.Span, fmt.Sprintf("%q is a world, not an interface", path.Name.Name), "")
	}
	return it.iface
}

// findWorld finds the world of a path.
func (p *resolver) findWorld(path syntax.Path, gate bool) *World {
	it, ok := p.find(path, aWorld, gate)
	if ok && it.iface != nil {
		p.report(path.Name.Span, fmt.Sprintf("%q is an interface, not a world", path.Name.Name), "")
	}
	return it.world
}

// packageName is a name as written.
func packageName(n *syntax.PackageName) PackageName {
	result := PackageName{Version: n.Version}
	for i, part := range n.Namespace {
		if i > 0 {
			result.Namespace += ":"
		}
		result.Namespace += part.Name
	}
	for i, part := range n.Name {
		if i > 0 {
			result.Name += "/"
		}
		result.Name += part.Name
	}
	return result
}
