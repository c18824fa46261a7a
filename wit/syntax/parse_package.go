package syntax

import "fmt"

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
		pkg.Items, pkg.Tail = p.block("package "+pkg.Name.String(), h.Span, topWords, p.packageItem)
	} else {
		p.wantSemicolon()
	}
	pkg.Span = p.spanFrom(h.Span)
	return pkg
}

// packageItem reads an item of a package that has braces.
func (p *parser) packageItem(h Head) Item {
	item := p.topItem(h)
	if inner, ok := item.(*Package); ok && !inner.Nested {
		p.report(inner.Name.Span, "a package in a package has braces around its items", "")
		p.gaps = true
		return nil
	}
	return item
}

// packageName reads a:b:c/d@1.2.3 (WIT.md#package-declaration).
func (p *parser) packageName() PackageName {
	start := p.token.span
	n := PackageName{Name: []Ident{p.ident("the name of a package, like acme:tools,")}}
	first := n.Name[0].Name
	switch {
	case p.panicking:
	case p.at('/') || p.at('.'):
		p.report(p.token.span, fmt.Sprintf("the name of a package begins with a namespace, and %s stands behind it", `":"`),
			namespaceHint(first, p.peekToken()))
		p.token.kind = ':'
	case !p.at(':'):
		p.failHint(`":" and the name of the package in its namespace`, "a name is like "+quoted(first)+":tools")
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

func namespaceHint(namespace string, next token) string {
	if next.kind != identifier {
		return ""
	}
	return fmt.Sprintf("write %s:%s", quoted(namespace), next.span.Text())
}
