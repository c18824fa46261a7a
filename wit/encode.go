package wit

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

var errEmptyPackage = errors.New("a package without interfaces and worlds has no binary format")

// Encode returns the package in the binary format (WIT.md#package-format): what
// [Decode] reads, with documentation and gates. Of other packages it has the
// types that are referred to. It is the same bytes for the same package.
func (p *Package) Encode() ([]byte, error) {
	if len(p.Interfaces)+len(p.Worlds) == 0 {
		return nil, errEmptyPackage
	}
	b := []byte(componentHeader)
	types, check := uint32(0), new(checker)
	add := func(name string, item *space) {
		b = appendSection(b, componentbinary.SectionType, append([]byte{1}, item.component()...))
		export := appendExternName([]byte{1}, name, "", "")
		export = append(export, byte(componentbinary.SortType))
		export = append(leb128.AppendUint32(export, types), 0)
		b = appendSection(b, componentbinary.SectionExport, export)
		types += 2 // an export has an index, too
	}
	for _, i := range p.Interfaces {
		add(i.Name, encodeInterface(i, check))
	}
	check.checkPackage(p.Name)
	for _, w := range p.Worlds {
		outer := newSpace()
		index := outer.define(encodeWorld(w, check).component())
		outer.export(p.Name.ID(w.Name), "", "", componentbinary.SortComponent, index)
		add(w.Name, outer)
	}
	if check.err != nil {
		return nil, check.err
	}
	docs, err := p.encodeDocs()
	if err != nil {
		return nil, err
	}
	return appendSection(b, componentbinary.SectionCustom, append(appendName(nil, packageDocsSection), docs...)), nil
}

const componentHeader = "\x00asm\x0d\x00\x01\x00"

func appendSection(dst []byte, id componentbinary.SectionID, content []byte) []byte {
	return appendSized(append(dst, byte(id)), content)
}

func appendName(dst []byte, name string) []byte { return appendSized(dst, []byte(name)) }

func appendSized(dst, content []byte) []byte {
	return append(leb128.AppendUint32(dst, uint32(len(content))), content...)
}

// An encoder encodes an interface or a world: the type of a component, and
// within it the type of one instance at a time.
type encoder struct {
	*checker
	outer, inner *space
	iface        *Interface // that is encoded, or nil for what stands in the world
	importing    bool       // types that are defined are imports

	instances map[*Interface]uint32
	count     uint32              // of instances
	used      map[*TypeDef]uint32 // types of other interfaces, in outer
}

// A checker finds types that no component can have.
type checker struct {
	types Types
	err   error // the first one
}

func (c *checker) check(def *TypeDef) {
	if _, err := c.types.defined(def); err != nil && c.err == nil {
		c.err = err
		if def.Name != "" {
			c.err = within(err, "type %q", def.Name)
		}
	}
}

// checkPackage finds packages whose names components cannot refer to
// (Explainer.md, "Import and Export Definitions").
func (c *checker) checkPackage(name PackageName) {
	if small := strings.ToLower(name.Namespace + name.Name); small != name.Namespace+name.Name && c.err == nil {
		c.err = fmt.Errorf("the name of package %s has capital letters, which it cannot have in a component", name)
	}
}

// checkFunction finds functions whose names are not unique enough beside that of
// their resource (Explainer.md, "strongly-unique").
func (c *checker) checkFunction(f *Function) {
	if _, member, ok := strings.Cut(f.Name, "."); ok && f.Resource != nil && member == f.Resource.Name && c.err == nil {
		c.err = fmt.Errorf("function %q: no component can have it beside the resource %q", f.Name, member)
	}
}

func newEncoder(c *checker) *encoder {
	return &encoder{checker: c, outer: newSpace(), instances: make(map[*Interface]uint32), used: make(map[*TypeDef]uint32)}
}

// space is where declarations go now.
func (e *encoder) space() *space {
	if e.inner != nil {
		return e.inner
	}
	return e.outer
}

// encodeInterface encodes an interface: it is exported by a component that
// imports all that it refers to, with all of their types.
func encodeInterface(i *Interface, c *checker) *space {
	e := newEncoder(c)
	seen := make(map[*Interface]bool)
	var visit func(dep *Interface)
	visit = func(dep *Interface) {
		if seen[dep] {
			return
		}
		seen[dep] = true
		for _, next := range dep.dependencies() {
			visit(next)
		}
		index := e.instance(dep, dep == i)
		if dep == i {
			e.outer.export(dep.ID(), "", "", componentbinary.SortInstance, index)
		} else {
			e.outer.imported(dep.ID(), "", "", componentbinary.SortInstance, index)
		}
	}
	visit(i)
	return e.outer
}

// encodeWorld encodes a world.
func encodeWorld(w *World, c *checker) *space {
	e := newEncoder(c)
	for i := range w.Imports {
		item := &w.Imports[i]
		if item.Type != nil {
			e.iface, e.importing = nil, true
			e.typ(Type{Defined, item.Type})
			e.importing = false
			continue
		}
		sort, index := e.item(item)
		e.outer.imported(item.Key(), item.implements(), item.externalID(), sort, index)
	}
	for i := range w.Exports {
		item := &w.Exports[i]
		sort, index := e.item(item)
		e.outer.export(item.Key(), item.implements(), item.externalID(), sort, index)
	}
	return e.outer
}

// item encodes the type of an import or export of a world.
func (e *encoder) item(item *WorldItem) (componentbinary.Sort, uint32) {
	if item.Function != nil {
		e.iface = nil
		return componentbinary.SortFunc, e.function(item.Function)
	}
	return componentbinary.SortInstance, e.instance(item.Interface, true)
}

// implements is the ID of an interface that has another name here.
func (i *WorldItem) implements() string {
	if i.Name == "" || i.Interface == nil {
		return ""
	}
	return i.Interface.ID()
}

func (i *WorldItem) externalID() string {
	switch {
	case i.Function != nil:
		return i.Function.ExternalID
	case i.Type != nil:
		return i.Type.ExternalID
	}
	return i.ExternalID
}

// instance encodes an interface, or its types alone, as the type of an instance,
// and returns the index of the type. It takes the next index of the instances.
func (e *encoder) instance(i *Interface, functions bool) uint32 {
	e.checkPackage(i.Package.Name)
	e.iface, e.inner = i, newSpace()
	for _, def := range i.Types {
		e.typ(Type{Defined, def})
	}
	if functions {
		for _, f := range i.inOrder() {
			index := e.function(f)
			e.inner.export(f.Name, "", f.ExternalID, componentbinary.SortFunc, index)
		}
	}
	inner := e.inner
	e.inner = nil
	e.instances[i] = e.count
	e.count++
	return e.outer.define(inner.instance())
}

// inOrder returns the functions as the text has them: those of resources first.
func (i *Interface) inOrder() []*Function {
	position := make(map[*TypeDef]int, len(i.Types))
	for n, def := range i.Types {
		position[def] = n - len(i.Types)
	}
	functions := slices.Clone(i.Functions)
	slices.SortStableFunc(functions, func(a, b *Function) int { return position[a.Resource] - position[b.Resource] })
	return functions
}
