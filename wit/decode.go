package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/wit/internal/outline"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// A decoder makes WIT of what a component imports and exports. Two types are one
// definition if they are one pointer.
type decoder struct {
	r          *Resolve
	packages   map[PackageName]*Package
	interfaces map[string]*Interface // by ID
	worlds     map[string]bool       // by ID
	names      map[*Interface]*names

	// defs are the definitions of all types; those of scope come first.
	defs  map[*outline.Type]*TypeDef
	scope *scope

	merging bool // the worlds will become one
	copies  int
}

// names are what an interface has by name.
type names struct {
	types     map[string]*TypeDef
	functions map[string]*Function
}

// A scope is an interface or a world while it is decoded: how types are called
// in it.
type scope struct {
	iface *Interface
	world *World
	names *names
	defs  map[*outline.Type]*TypeDef

	copies  map[*TypeDef]*TypeDef // of what others define, in this one
	numbers map[string]int        // of names that were taken
}

func newNames() *names {
	return &names{make(map[string]*TypeDef), make(map[string]*Function)}
}

func newDecoder() *decoder {
	return &decoder{
		r: &Resolve{}, packages: make(map[PackageName]*Package), interfaces: make(map[string]*Interface), worlds: make(map[string]bool),
		names: make(map[*Interface]*names), defs: make(map[*outline.Type]*TypeDef),
	}
}

// enter begins with an interface or a world, and returns what ends it.
func (d *decoder) enter(i *Interface, w *World) (leave func()) {
	outer := d.scope
	d.scope = &scope{
		iface: i, world: w, defs: make(map[*outline.Type]*TypeDef),
		copies: make(map[*TypeDef]*TypeDef), numbers: make(map[string]int),
	}
	if i == nil {
		d.scope.names = newNames()
	} else {
		if d.names[i] == nil {
			d.names[i] = newNames()
		}
		d.scope.names = d.names[i]
	}
	return func() { d.scope = outer }
}

func (d *decoder) pkg(name PackageName) *Package {
	if d.packages[name] == nil {
		d.packages[name] = &Package{Name: name}
	}
	return d.packages[name]
}

// at says at what offset of the binary a fault is seen.
func at(offset uint32, format string, args ...any) error {
	return &componentbinary.Error{Offset: int(offset), Reason: fmt.Sprintf(format, args...)}
}

// within says in what a fault is.
func within(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf(format+": %w", append(args, err)...)
}

// An externID is namespace:package/name@version taken apart.
type externID struct {
	pkg  PackageName
	name string
}

// parseID takes an ID apart; suffix is the part of the version that is not in
// it. It reports false if it is none.
func parseID(id, suffix string) (externID, bool) {
	path, version, versioned := strings.Cut(id, "@")
	namespace, rest, ok := cutLast(path, ":")
	pkg, name, ok2 := strings.Cut(rest, "/")
	result := externID{PackageName{Namespace: namespace, Name: pkg, Version: version + suffix}, name}
	if !ok || !ok2 || versioned && !syntax.IsVersion(version+suffix) {
		return result, false
	}
	for part := range strings.SplitSeq(namespace, ":") {
		ok = ok && syntax.IsLabel(part)
	}
	return result, ok && syntax.IsLabel(pkg) && syntax.IsLabel(name)
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// idOf is the ID of an import or export.
func idOf(x *outline.Extern) (externID, bool) {
	suffix := ""
	if x.Attributes != nil {
		suffix = x.Attributes.VersionSuffix
	}
	return parseID(x.Name, suffix)
}

// byID finds an interface, or makes it.
func (d *decoder) byID(id externID) *Interface {
	key := id.pkg.ID(id.name)
	i := d.interfaces[key]
	if i == nil {
		p := d.pkg(id.pkg)
		i = &Interface{Name: id.name, Package: p}
		p.Interfaces = append(p.Interfaces, i)
		d.interfaces[key] = i
		d.r.Interfaces = append(d.r.Interfaces, i)
	}
	return i
}

// finish lists the packages, each behind those that it refers to.
func (d *decoder) finish() {
	seen := make(map[*Package]bool)
	var visit func(p *Package)
	visit = func(p *Package) {
		if p == nil || seen[p] {
			return
		}
		seen[p] = true
		for _, i := range p.Interfaces {
			for _, dep := range i.dependencies() {
				visit(dep.Package)
			}
		}
		for _, w := range p.Worlds {
			for _, items := range [][]WorldItem{w.Imports, w.Exports} {
				for _, item := range items {
					if item.Interface != nil {
						visit(item.Interface.Package)
					}
				}
			}
		}
		d.r.Packages = append(d.r.Packages, p)
	}
	for _, i := range d.r.Interfaces {
		visit(i.Package)
	}
	for _, w := range d.r.Worlds {
		visit(w.Package)
	}
}
