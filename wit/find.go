package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// known are the names of the package and of the file.
func (p *resolver) knownItems() []string {
	var names []string
	for _, n := range p.nodes {
		if n.iface != nil {
			names = append(names, n.iface.Name.Name)
		} else {
			names = append(names, n.world.Name.Name)
		}
	}
	for name := range p.scope {
		if _, own := p.items[name]; !own {
			names = append(names, name)
		}
	}
	return names
}

// find finds the interface or the world of a path.
func (p *resolver) find(path syntax.Path, gate bool) (item, bool) {
	if path.Package != nil {
		return p.foreign(path, gate)
	}
	if it, ok := p.scope[path.Name.Name]; ok {
		return it, true
	}
	if it, ok := p.items[path.Name.Name]; ok {
		return it, true
	}
	p.unknown(path.Name, "interface or world", p.knownItems())
	return item{}, false
}

// foreign finds an item of another package. With the gate of what refers to it
// closed, nothing is looked for.
func (p *resolver) foreign(path syntax.Path, gate bool) (item, bool) {
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
		p.unknownIn(path.Name, "interface or world", fmt.Sprintf(" in package %s", name), pkg.names())
		return item{}, false
	}
	p.report(path.Package.Span, fmt.Sprintf("there is no package %s", name), p.nearPackage(name))
	return item{}, false
}

func (p *Package) names() []string {
	var names []string
	for _, i := range p.Interfaces {
		names = append(names, i.Name)
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
	it, ok := p.find(path, gate)
	if ok && it.world != nil {
		p.report(path.Name.Span, fmt.Sprintf("%q is a world, not an interface", path.Name.Name), "")
	}
	return it.iface
}

// findWorld finds the world of a path.
func (p *resolver) findWorld(path syntax.Path, gate bool) *World {
	it, ok := p.find(path, gate)
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
