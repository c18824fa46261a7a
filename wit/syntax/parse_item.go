package syntax

import (
	"fmt"
	"strings"
)

func (p *parser) parseFile() *File {
	f := &File{Source: p.source}
	for {
		h := p.head()
		if p.at(endOfFile) || len(p.errors) >= maxErrors {
			if len(h.Attributes) > 0 {
				p.fail("an item")
			}
			f.Tail = h.Comments
			return f
		}
		item := p.topItem(h)
		if item != nil {
			p.behind(item.ItemHead())
		}
		p.addTo(f, item)
		if p.panicking {
			p.recover()
			p.got('}') // one that closes nothing
		}
	}
}

func (p *parser) addTo(f *File, item Item) {
	pkg, ok := item.(*Package)
	switch {
	case item == nil:
	case !ok || pkg.Nested:
		f.Items = append(f.Items, item)
	case f.Package != nil || len(f.Items) > 0:
		p.report(pkg.Name.Span, "a file has one package of its own, and says so first", "give this one braces around its items")
	default:
		f.Package = pkg
	}
}

// head reads what stands before an item.
func (p *parser) head() Head {
	h := Head{Comments: p.token.comments}
	for p.at('@') && !p.panicking {
		h.Attributes = append(h.Attributes, p.attribute())
		h.Comments = append(h.Comments, p.token.comments...)
	}
	h.Span = p.token.span
	return h
}

// attribute reads @since(version = 1.2.3) and its like
// (WIT.md#feature-gate-syntax).
func (p *parser) attribute() Attribute {
	start := p.token.span
	p.advance()
	var a Attribute
	a.Name = p.ident("since, unstable, deprecated or external-id").Name
	if p.panicking {
		return a
	}
	word := p.last
	p.want('(')
	switch a.Name {
	case "since", "deprecated":
		p.field("version")
		a.Value, a.ValueSpan = p.version()
	case "unstable":
		p.field("feature")
		feature := p.ident("the name of a feature")
		a.Value, a.ValueSpan = feature.Name, feature.Span
	case "external-id":
		a.Value, a.ValueSpan = p.stringLiteral()
	default:
		p.panicking = false
		p.report(word, fmt.Sprintf("there is no attribute %q", a.Name), "there are since, unstable, deprecated and external-id")
		p.panicking = true
	}
	p.want(')')
	a.Span = p.spanFrom(start)
	return a
}

// field reads name = up to the value, whose token is not in hand yet if it is a
// version.
func (p *parser) field(name string) {
	if p.panicking {
		return
	}
	if p.token.span.Text() != name {
		p.fail(fmt.Sprintf("%q", name))
		return
	}
	p.advance()
	if !p.at('=') {
		p.fail(`"="`)
	} else if name != "version" {
		p.advance()
	}
}

// version reads a version behind the token in hand, @ or =, which it passes.
func (p *parser) version() (string, Span) {
	if p.panicking {
		return "", Span{}
	}
	t := p.scanner.version()
	p.last, p.token = t.span, p.scanner.next()
	v := t.span.Text()
	if problem := versionProblem(v); problem != "" {
		p.report(t.span, fmt.Sprintf("%q is no version: %s", v, problem), "a version is like 1.2.3 or 1.2.3-rc.1")
		p.panicking = true
	}
	return v, t.span
}

func (p *parser) stringLiteral() (string, Span) {
	if p.panicking {
		return "", Span{}
	}
	if !p.at(text) {
		p.fail("a string")
		return "", Span{}
	}
	span := p.token.span
	s, problem := unquote(span.Text())
	if problem != "" {
		p.report(span, problem, "")
	}
	p.advance()
	return s, span
}

// topItem reads an item of a file or of a package in it.
func (p *parser) topItem(h Head) Item {
	switch {
	case p.atWord("interface"):
		return p.parseInterface(h)
	case p.atWord("world"):
		return p.parseWorld(h)
	case p.atWord("use"):
		return p.parseUse(h, false)
	case p.atWord("package"):
		return p.parsePackage(h)
	default:
		p.failWord(`"interface", "world", "use" or "package"`)
		return nil
	}
}

// parsePackage reads package a:b@1.0.0; or package a:b { … }.
func (p *parser) parsePackage(h Head) *Package {
	defer func() { p.depth-- }()
	pkg := &Package{Head: h}
	if !p.deeper("packages") {
		return pkg
	}
	p.advance()
	pkg.Name = p.packageName()
	if p.at('{') {
		pkg.Nested = true
		pkg.Items, pkg.Tail = p.block(p.packageItem)
	} else {
		p.want(';')
	}
	pkg.Span = p.spanFrom(h.Span)
	return pkg
}

// packageItem reads an item of a package that has braces.
func (p *parser) packageItem(h Head) Item {
	item := p.topItem(h)
	if inner, ok := item.(*Package); ok && !inner.Nested {
		p.report(inner.Name.Span, "a package in a package has braces around its items", "")
		return nil
	}
	return item
}

// packageName reads a:b:c/d@1.2.3 (WIT.md#package-declaration).
func (p *parser) packageName() PackageName {
	start := p.token.span
	n := PackageName{Name: []Ident{p.ident("the name of a package, like acme:tools,")}}
	if !p.at(':') {
		p.fail(`":" and the name of the package in its namespace`)
	}
	for p.got(':') {
		n.Namespace = append(n.Namespace, n.Name[0])
		n.Name[0] = p.ident("the name of a package")
	}
	for p.got('/') {
		n.Name = append(n.Name, p.ident("the name of a package"))
	}
	if p.at('@') {
		n.Version, _ = p.version()
	}
	n.Span = p.spanFrom(start)
	return n
}

// path reads name or a:b/name@1.2.3 (WIT.md, "use-path").
func (p *parser) path() Path {
	start := p.token.span
	first := p.ident("the name or the path of an interface or a world")
	path := Path{Name: first}
	if p.at(':') {
		pkg := &PackageName{}
		parts := []Ident{first}
		for p.got(':') {
			pkg.Namespace = append(pkg.Namespace, parts[0])
			parts[0] = p.ident("the name of a package")
		}
		if !p.at('/') {
			p.fail(`"/" and the name of an interface or a world`)
		}
		for p.got('/') {
			parts = append(parts, p.ident("the name of an interface or a world"))
		}
		pkg.Name, path.Name = parts[:len(parts)-1], parts[len(parts)-1]
		pkg.Span = p.spanFrom(start)
		if p.at('@') {
			pkg.Version, _ = p.version()
		}
		path.Package = pkg
	}
	path.Span = p.spanFrom(start)
	return path
}

func (p *parser) parseInterface(h Head) *Interface {
	p.advance()
	i := &Interface{Head: h, Name: p.ident("the name of the interface")}
	p.interfaceBody(i)
	return i
}

// interfaceBody reads what stands in braces.
func (p *parser) interfaceBody(i *Interface) {
	i.Items, i.Tail = p.block(p.interfaceItem)
	i.Span = p.spanFrom(i.Span)
}

func (p *parser) interfaceItem(h Head) Item {
	if p.atWord("use") {
		return p.parseUse(h, true)
	}
	if def := p.typeDef(h); def != nil {
		return def
	}
	if !p.at(identifier) {
		p.fail("a type, a function or a use")
		return nil
	}
	return p.namedFunc(h, Freestanding)
}

func (p *parser) parseWorld(h Head) *World {
	p.advance()
	w := &World{Head: h, Name: p.ident("the name of the world")}
	w.Items, w.Tail = p.block(p.worldItem)
	w.Span = p.spanFrom(h.Span)
	return w
}

func (p *parser) worldItem(h Head) Item {
	switch {
	case p.atWord("use"):
		return p.parseUse(h, true)
	case p.atWord("include"):
		return p.parseInclude(h)
	case p.atWord("import"), p.atWord("export"):
		return p.parseExtern(h)
	}
	if def := p.typeDef(h); def != nil {
		return def
	}
	p.failWord("an import, an export, an include, a use or a type")
	return nil
}

// parseExtern reads import and export (WIT.md#wit-worlds). A name and a path
// begin alike; what follows the first colon tells them apart.
func (p *parser) parseExtern(h Head) *Extern {
	x := &Extern{Head: h, Export: p.atWord("export")}
	p.advance()
	x.Name = p.ident("a name or the path of an interface")
	if p.got(':') {
		p.externType(x)
	} else {
		x.Path = &Path{Name: x.Name, Span: x.Name.Span}
		x.Name = Ident{}
		p.want(';')
	}
	x.Span = p.spanFrom(h.Span)
	return x
}

// externType reads what follows name: in a world. If the name turns out to be
// the namespace of a path, it is put back together.
func (p *parser) externType(x *Extern) {
	switch {
	case p.atWord("func"), p.atWord("async"):
		f := p.funcType()
		x.Func = &f
		p.want(';')
	case p.atWord("interface"):
		x.Interface = &Interface{Head: Head{Span: p.token.span}}
		p.advance()
		p.interfaceBody(x.Interface)
	case p.at(identifier):
		path := p.pathBehind(x)
		x.Path = &path
		p.want(';')
	default:
		p.fail("a function, an interface or the path of one")
	}
}

// pathBehind reads a path behind name: and finds out whether name was its
// namespace: it was if a slash follows with no colon before it.
func (p *parser) pathBehind(x *Extern) Path {
	start := p.token.span
	first := p.ident("a path")
	if !p.at('/') && !p.at(':') {
		return Path{Name: first, Span: p.spanFrom(start)}
	}
	parts := []Ident{first}
	var spaces []Ident
	for p.got(':') {
		spaces = append(spaces, parts[0])
		parts[0] = p.ident("the name of a package")
	}
	for p.got('/') {
		parts = append(parts, p.ident("the name of an interface"))
	}
	if len(parts) == 1 && !p.panicking {
		p.fail(`"/" and the name of an interface`)
	}
	if len(spaces) == 0 {
		spaces, start = []Ident{x.Name}, x.Name.Span
		x.Name = Ident{}
	}
	pkg := &PackageName{Namespace: spaces, Name: parts[:len(parts)-1]}
	pkg.Span = p.spanFrom(start)
	if p.at('@') {
		pkg.Version, _ = p.version()
	}
	return Path{Package: pkg, Name: parts[len(parts)-1], Span: p.spanFrom(start)}
}

// parseUse reads a use; with names if types is set (WIT.md#item-use).
func (p *parser) parseUse(h Head, types bool) *Use {
	p.advance()
	u := &Use{Head: h, From: p.path()}
	if types {
		p.want('.')
		p.want('{')
		u.Names = p.renames('}')
	} else if p.gotWord("as") {
		u.As = p.ident("the new name")
	}
	p.want(';')
	u.Span = p.spanFrom(h.Span)
	return u
}

// renames reads a, b as c up to the token end.
func (p *parser) renames(end kind) []Renamed {
	names := []Renamed{}
	p.list(end, func() {
		r := Renamed{Name: p.ident("a name")}
		if p.gotWord("as") {
			r.As = p.ident("the new name")
		}
		names = append(names, r)
	})
	return names
}

func (p *parser) parseInclude(h Head) *Include {
	p.advance()
	i := &Include{Head: h, World: p.path()}
	if p.gotWord("with") {
		p.want('{')
		i.With = p.renames('}')
		for _, r := range i.With {
			if r.As.Name == "" && !p.panicking {
				p.report(r.Name.Span, fmt.Sprintf("%q has no new name", r.Name.Name), "write "+r.Name.Name+" as …")
			}
		}
		p.got(';')
	} else {
		p.want(';')
	}
	i.Span = p.spanFrom(h.Span)
	return i
}

// unquote decodes a string literal, quotes included
// (the core text format's "name").
func unquote(s string) (decoded, problem string) {
	var b strings.Builder
	for s = s[1 : len(s)-1]; s != ""; {
		if s[0] != '\\' {
			b.WriteByte(s[0])
			s = s[1:]
			continue
		}
		value, size := escape(s[1:])
		if size == 0 {
			return "", "the string has an escape that is none"
		}
		b.WriteString(value)
		s = s[1+size:]
	}
	return validUTF8(b.String())
}
