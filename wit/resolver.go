package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// Options say what a Resolve is made with.
type Options struct {
	// Features are those whose @unstable items are wanted.
	Features []string

	// AllFeatures wants all of them.
	AllFeatures bool
}

// A source is one package before its names are resolved: its files, or the
// body of a nested package.
type source struct {
	name  PackageName
	span  syntax.Span
	docs  string
	files [][]syntax.Item
}

// A resolver resolves one package whose dependencies are resolved.
type resolver struct {
	into    *Resolve
	all     []PackageName // that there are, resolved or not
	options Options
	pkg     *Package
	source  *source
	errors  syntax.Errors

	// items are the names of the package, scopes those of each file.
	items  map[string]item
	scopes []map[string]item
	scope  map[string]item // of the file that is being resolved
	nodes  []itemNode

	types      []*TypeDef
	interfaces []*Interface
	worlds     []*World

	// lookup are the types, and the names taken by functions, of the interface
	// or the world that is being resolved.
	lookup    map[string]*TypeDef
	names     []*TypeDef // those of lookup in their order
	functions map[string]bool

	anonymous map[anonymous]*TypeDef
	owns      map[*TypeDef]*TypeDef
	borrows   map[*TypeDef]bool
	dropped   map[any]bool
}

// An item is what a name at the top stands for.
type item struct {
	iface *Interface
	world *World
}

// An itemNode is an interface or a world of the package with its text.
type itemNode struct {
	item
	iface *syntax.Interface
	world *syntax.World
	file  int
}

func (p *resolver) report(span syntax.Span, problem, hint string) {
	p.errors = append(p.errors, &syntax.Error{Span: span, Problem: problem, Hint: hint})
}

// unknown reports a name that nothing has, and the nearest that something has.
func (p *resolver) unknown(id syntax.Ident, what string, known []string) {
	p.unknownIn(id, what, "", known)
}

// unknownIn also says in what it was looked for.
func (p *resolver) unknownIn(id syntax.Ident, what, in string, known []string) {
	hint := ""
	if near := spelling.Nearest(id.Name, known); near != "" {
		hint = fmt.Sprintf("%q is meant, perhaps", near)
	}
	if id.Name == "float32" || id.Name == "float64" {
		hint = "it is called f" + id.Name[len("float"):]
	}
	p.report(id.Span, fmt.Sprintf("there is no %s %q%s", what, id.Name, in), hint)
}

// resolve adds the package to the Resolve, or returns what is wrong with it.
func (p *resolver) resolve() syntax.Errors {
	p.items = make(map[string]item)
	p.anonymous = make(map[anonymous]*TypeDef)
	p.owns = make(map[*TypeDef]*TypeDef)
	p.borrows = make(map[*TypeDef]bool)
	p.dropped = make(map[any]bool)
	p.pkg = &Package{Name: p.source.name, Docs: p.source.docs}
	order, ok := p.declare()
	if !ok || len(p.errors) > 0 {
		return p.errors
	}
	for _, i := range order {
		if n := &p.nodes[i]; n.iface != nil {
			p.scope = p.scopes[n.file]
			p.resolveInterface(n.item.iface, n.iface)
		}
	}
	for _, i := range order {
		if n := &p.nodes[i]; n.world != nil {
			p.scope = p.scopes[n.file]
			p.resolveWorld(n.item.world, n.world)
		}
	}
	if len(p.errors) == 0 {
		p.settle()
	}
	return p.errors
}

// declare gives each interface and each world of the package its place, in an
// order in which none comes before what it uses.
func (p *resolver) declare() ([]int, bool) {
	if !p.declareNames() {
		return nil, false
	}
	nodes := make([]node, len(p.nodes))
	for i, n := range p.nodes {
		nodes[i] = p.uses(n)
	}
	order, ok := p.order("interface or world", nodes)
	if !ok {
		return nil, false
	}
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
	return order, len(p.errors) == 0
}

func (p *resolver) declareNames() bool {
	seen := make(map[string]bool)
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
			if seen[id.Name] {
				p.report(id.Span, fmt.Sprintf("%q is defined twice in this package", id.Name), "")
				continue
			}
			seen[id.Name] = true
			p.nodes = append(p.nodes, n)
		}
	}
	return len(p.errors) == 0
}

// uses lists the items of the same package that an item uses for its types. A
// world uses other worlds only: interfaces come before all worlds.
func (p *resolver) uses(n itemNode) node {
	local := p.aliases(n.file)
	result := node{}
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
				p.addToScope(scope, it.Name, p.items[it.Name.Name])
			case *syntax.World:
				p.addToScope(scope, it.Name, p.items[it.Name.Name])
			case *syntax.Use:
				p.declareUse(scope, it)
			}
		}
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
		p.unknown(use.From.Name, "interface or world", p.known())
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

// known are the names of the package and of the file.
func (p *resolver) known() []string {
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
	p.unknown(path.Name, "interface or world", p.known())
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

// nearPackage hints at packages that somebody may have meant.
func (p *resolver) nearPackage(name PackageName) string {
	var names []string
	for _, other := range p.all {
		if other.Namespace == name.Namespace && other.Name == name.Name {
			return fmt.Sprintf("there is %s", other)
		}
		names = append(names, other.String())
	}
	if near := spelling.Nearest(name.String(), names); near != "" {
		return fmt.Sprintf("%s is meant, perhaps", near)
	}
	return "put it into the folder deps"
}

// findInterface finds the interface of a path.
func (p *resolver) findInterface(path syntax.Path, gate bool) *Interface {
	it, ok := p.find(path, gate)
	if ok && it.iface == nil {
		p.report(path.Name.Span, fmt.Sprintf("%q is a world, not an interface", path.Name.Name), "")
	}
	return it.iface
}

// findWorld finds the world of a path.
func (p *resolver) findWorld(path syntax.Path, gate bool) *World {
	it, ok := p.find(path, gate)
	if ok && it.world == nil {
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
