package syntax

import "fmt"

// path reads name or a:b/name@1.2.3 (WIT.md, "use-path").
func (p *parser) path() Path {
	start := p.token.span
	path := Path{Name: p.ident("the name or the path of an interface or a world")}
	p.ownPackage(&path)
	if p.at(':') {
		path = p.pathFrom(start, path.Name)
	}
	path.Span = p.spanFrom(start)
	return path
}

// ownPackage passes self. and pkg., with which WIT once named what is in the
// same file or package.
func (p *parser) ownPackage(path *Path) {
	if word := path.Name.Name; p.panicking || word != "self" && word != "pkg" || !p.at('.') {
		return
	}
	next := p.peekToken()
	if next.kind != identifier {
		return
	}
	p.report(path.Name.Span, fmt.Sprintf("%q is not written any more", path.Name.Name+"."), "write "+next.span.Text())
	p.advance()
	path.Name = p.ident("the name of an interface")
}

// pathFrom reads a path from the colon behind its first name.
func (p *parser) pathFrom(start Span, last Ident) Path {
	pkg := &PackageName{}
	for p.at(':') && !p.panicking {
		p.advance()
		if p.at(':') {
			p.wrong(`"::" is not written in WIT`, "a path is like namespace:package/interface")
		}
		pkg.Namespace = append(pkg.Namespace, last)
		last = p.ident("the name of a package")
	}
	return p.pathIn(start, pkg, last)
}

// pathIn reads a path from the slash behind its package, of which the last name
// is given.
func (p *parser) pathIn(start Span, pkg *PackageName, last Ident) Path {
	if !p.at('/') && !p.panicking {
		p.failHint(`"/" and the name of an interface or a world`, fmt.Sprintf("%s is a package", p.spanFrom(start).Text()))
	}
	parts := []Ident{last}
	for p.got('/') {
		parts = append(parts, p.ident("the name of an interface or a world"))
	}
	if p.panicking {
		return Path{Name: last}
	}
	pkg.Name = parts[:len(parts)-1]
	pkg.Span = p.spanFrom(start)
	if p.at('@') {
		pkg.Version, _ = p.version()
	}
	return Path{Package: pkg, Name: parts[len(parts)-1], Span: p.spanFrom(start)}
}
