package wit

import (
	"fmt"
	"strings"

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
	group *group // that it came with

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
	node   itemNode // that is being resolved

	types      []*TypeDef
	interfaces []*Interface
	worlds     []*World

	itemScope

	anonymous map[anonymous]*TypeDef
	owns      map[*TypeDef]*TypeDef
	borrows   map[*TypeDef]bool
	dropped   map[any]bool

	// circles are the items that depend on themselves, and twice the names that
	// were defined before. Both were reported.
	circles map[string]bool
	twice   map[syntax.Ident]bool

	// missing hints at where to put a package that is not there.
	missing string
}

// An itemScope is the names of the interface or the world that is being resolved.
type itemScope struct {
	lookup    map[string]*TypeDef // types
	names     []*TypeDef          // those of lookup in their order
	known     []string            // the names of all types, also of those that come later
	functions map[string]bool     // names that functions have
	taken     unique              // all names
	circular  map[string]bool     // types that depend on themselves, which were reported
	absent    map[string]bool     // types that are not there, nor others like them, which were reported
}

// An item is what a name at the top stands for. If it is neither, what is wrong
// with it was reported.
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
	n := len(p.errors)
	if n >= maxErrors || n > 0 && p.errors[n-1].Span == span && p.errors[n-1].Problem == problem {
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
	hint := syntax.Meant(id.Name, known)
	if what == "type" && in == "" {
		hint = syntax.MeantType(id.Name, known)
	}
	if few := 6; hint == "" && 0 < len(known) && len(known) < few {
		hint = "there is " + strings.Join(known, ", ")
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
	p.twice = make(map[syntax.Ident]bool)
	p.pkg = &Package{Name: p.source.name, Docs: p.source.docs}
	order := p.declare()
	for _, i := range order {
		if n := &p.nodes[i]; n.iface != nil {
			p.node = *n
			p.scope = p.scopes[n.file]
			p.resolveInterface(n.item.iface, n.iface)
		}
	}
	for _, i := range order {
		if n := &p.nodes[i]; n.world != nil {
			p.node = *n
			p.scope = p.scopes[n.file]
			p.resolveWorld(n.item.world, n.world)
		}
	}
	p.settle()
	return p.errors
}
