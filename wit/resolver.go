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

	// binary says that it was in the binary format, partial that others refer to
	// it there, and not all of it need be known.
	binary, partial bool
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
	known     []string   // the names of all types, also of those that come later
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

// maxErrors is how many problems of a package are reported. To look for the name
// that may be meant takes time for each name that there is.
const maxErrors = 100

func (p *resolver) report(span syntax.Span, problem, hint string) {
	if len(p.errors) >= maxErrors {
		return
	}
	p.errors = append(p.errors, &syntax.Error{Span: span, Problem: problem, Hint: hint})
}

// unknown reports a name that nothing has, and the nearest that something has.
func (p *resolver) unknown(id syntax.Ident, what string, known []string) {
	p.unknownIn(id, what, "", known)
}

// unknownIn also says in what it was looked for.
func (p *resolver) unknownIn(id syntax.Ident, what, in string, known []string) {
	if len(p.errors) >= maxErrors {
		return
	}
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
