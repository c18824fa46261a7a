package bindgen

import (
	"fmt"
	"path"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// world writes what the world has by itself, and what joins its interfaces.
func (p *goPackage) world() {
	p.host("Host", p.of)
	p.importsStruct()
	p.client(p.functions, p.g.exported)
	p.instantiate()
}

// fieldName is what a struct calls the package of an interface: by the name of
// the interface, behind that of its WIT package if others are called so too, and
// before its version if it has other ones.
func fieldName(p *goPackage, all []*goPackage) string {
	name := exported(p.interfaceName())
	if p.of.Package == nil {
		return name
	}
	of, version := p.of.Package.Name, ""
	for _, other := range all {
		if other == p || other.interfaceName() != p.interfaceName() {
			continue
		}
		if there := other.of.Package; there != nil && there.Name.Namespace == of.Namespace && there.Name.Name == of.Name {
			version = strings.ToUpper(p.g.version(of))
			continue
		}
		name = exported(strings.ReplaceAll(of.Name, "/", "-")) + exported(p.interfaceName())
	}
	return name + version
}

// interfaceName returns the last part of the key.
func (p *goPackage) interfaceName() string {
	id, _, _ := strings.Cut(p.key, "@")
	return path.Base(id)
}

// hasHost reports whether an interface has something to implement.
func hasHost(i *wit.Interface) bool { return len(i.Functions) > 0 || len(resources(i)) > 0 }

// importsStruct writes the struct with an implementation of each interface.
func (p *goPackage) importsStruct() {
	var fields, define strings.Builder
	members := reserve("Define")
	add := func(name, typ, function string) {
		fmt.Fprintf(&fields, "%s %s\n", name, typ)
		fmt.Fprintf(&define, "if i.%s != nil {\n%s(l, i.%s)\n}\n", name, function, name)
	}
	if hasHost(p.of) {
		add(members.take("Host"), "Host", "DefineHost")
	}
	for _, sub := range p.g.imported {
		if hasHost(sub.of) {
			add(members.take(fieldName(sub, p.g.imported)), p.from(sub)+"Imports", p.from(sub)+"Define")
		}
	}
	p.printf("// Imports are implementations of what %s imports.\n", p.called())
	p.printf("// Those that are nil are not offered.\ntype Imports struct {\n%s}\n\n", &fields)
	p.printf("// Define offers the implementations to components.\n")
	p.printf("func (i Imports) Define(l *%s.Linker) {\n%s}\n\n", p.component(), &define)
}

// instantiate writes New and Close.
func (p *goPackage) instantiate() {
	p.printf(`// New makes an instance of a component with the imports, for the client alone: its
// Close closes it.
func New(ctx %[1]s, compiled *%[2]s.Component, imports Imports) (*Exports, error) {
	var l %[2]s.Linker
	imports.Define(&l)
	pre, err := l.Link(compiled)
	if err != nil {
		return nil, err
	}
	instance, err := pre.Instantiate(ctx)
	if err != nil {
		return nil, err
	}
	c, err := Bind(instance)
	if err != nil {
		return nil, %[3]s.Join(err, instance.Close(ctx))
	}
	c.instance = instance
	return c, nil
}

// Close closes the instance that New made. What the client was bound to by Bind
// stays open.
func (c *Exports) Close(ctx %[1]s) error {
	if c.instance == nil {
		return nil
	}
	return c.instance.Close(ctx)
}
`, p.context(), p.component(), p.use("errors"))
}
