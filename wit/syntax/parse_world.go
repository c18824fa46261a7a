package syntax

import "fmt"

// What items begin with, in each of the places where some stand.
var (
	typeDefWords   = []string{"type", "record", "variant", "enum", "flags", "resource"}
	interfaceWords = []string{"type", "record", "variant", "enum", "flags", "resource", "use"}
	worldWords     = []string{"type", "record", "variant", "enum", "flags", "resource", "use", "import", "export", "include"}
)

func (p *parser) parseInterface(h Head) *Interface {
	p.advance()
	i := &Interface{Head: h, Name: p.ident("the name of the interface")}
	p.interfaceBody(i, fmt.Sprintf("interface %q", i.Name.Name))
	return i
}

// interfaceBody reads what stands in braces.
func (p *parser) interfaceBody(i *Interface, of string) {
	i.Items, i.Tail = p.block(of, i.Span, interfaceWords, p.interfaceItem)
	i.Span = p.spanFrom(i.Span)
}

func (p *parser) interfaceItem(h Head) Item {
	p.markers()
	p.respell(interfaceWords)
	if p.atWord("use") {
		return p.parseUse(h, true)
	}
	if def := p.typeDef(h); def != nil {
		return def
	}
	if f := p.funcItem(h, Freestanding); f != nil {
		return f
	}
	if !p.misplaced(h, "in an interface") {
		p.failHint("a type, a function or a use", p.meantWord(interfaceWords))
	}
	return nil
}

func (p *parser) parseWorld(h Head) *World {
	p.advance()
	w := &World{Head: h, Name: p.ident("the name of the world")}
	w.Items, w.Tail = p.block(fmt.Sprintf("world %q", w.Name.Name), h.Span, worldWords, p.worldItem)
	w.Span = p.spanFrom(h.Span)
	return w
}

func (p *parser) worldItem(h Head) Item {
	p.markers()
	p.respell(worldWords)
	switch {
	case p.atWord("use"):
		return p.parseUse(h, true)
	case p.atWord("include"):
		return p.parseInclude(h)
	case p.atWord("import"), p.atWord("export"):
		return p.parseExtern(h)
	case p.at(identifier) && p.peekToken().kind == ':':
		name := p.token.span.Text()
		p.report(p.token.span, fmt.Sprintf("%q is neither imported nor exported", name),
			fmt.Sprintf("write import %s: … or export %s: …", name, name))
		return p.externBehind(&Extern{Head: h})
	}
	if def := p.typeDef(h); def != nil {
		return def
	}
	if !p.misplaced(h, "in a world") {
		p.failHint("an import, an export, an include, a use or a type", p.meantWord(worldWords))
	}
	return nil
}

// parseExtern reads import and export (WIT.md#wit-worlds).
func (p *parser) parseExtern(h Head) *Extern {
	x := &Extern{Head: h, Export: p.atWord("export")}
	p.advance()
	p.markers()
	return p.externBehind(x)
}

// externBehind reads what follows import or export. A name and a path begin
// alike; what follows the first colon tells them apart.
func (p *parser) externBehind(x *Extern) *Extern {
	turned := p.turned()
	if p.at(text) || p.at('{') {
		p.failHint("a name or the path of an interface", "an interface is named by namespace:package/interface")
	}
	x.Name = p.ident("a name or the path of an interface")
	path := Path{Name: x.Name}
	p.ownPackage(&path)
	switch {
	case p.panicking:
	case turned != "":
		p.turnedType(x, turned)
	case p.at('('):
		p.report(p.behindLast(), `": func" is missing`, fmt.Sprintf("write %s: func(…)", quoted(x.Name.Name)))
		p.turnedType(x, "func")
	case p.atWord("func") || p.atWord("async") || p.atWord("interface"):
		p.report(p.behindLast(), `":" is missing`, fmt.Sprintf("write %s: %s …", quoted(x.Name.Name), p.token.span.Text()))
		p.externType(x)
	case p.got(':'):
		p.externType(x)
	default:
		x.Path, x.Name = &path, Ident{}
		x.Path.Span = p.spanFrom(path.Name.Span)
		p.endPath(x.Path)
	}
	x.Span = p.spanFrom(x.Span)
	return x
}

// endPath passes the semicolon behind an interface without a name of its own.
func (p *parser) endPath(path *Path) {
	name := path.Name.Name
	switch {
	case p.at('.'):
		p.wrong("an interface comes in whole", fmt.Sprintf("types are named by use %s.{…};", name))
	case p.atWord("as"):
		p.wrong("an interface is renamed before its path", fmt.Sprintf("write new-name: %s;", name))
	case p.at(','):
		p.wrong("one interface is named at a time", fmt.Sprintf("write ; behind %s, and another import or export", name))
	case p.at('{'):
		p.failHint(`";"`, fmt.Sprintf("write %s: interface { … } if it is defined here", name))
	default:
		p.wantSemicolon()
	}
}

// turned passes func or interface where it stands before the name, and returns
// the word.
func (p *parser) turned() string {
	if !p.atWord("func") && !p.atWord("interface") {
		return ""
	}
	next := p.peekToken()
	if next.kind != identifier {
		return ""
	}
	word, rest := p.token.span.Text(), "(…)"
	if word == "interface" {
		rest = " { … }"
	}
	p.report(p.token.span, fmt.Sprintf("the name stands before %q", word), fmt.Sprintf("write %s: %s%s", next.span.Text(), word, rest))
	p.advance()
	return word
}

// turnedType reads what follows the name where func or interface stood before
// it.
func (p *parser) turnedType(x *Extern, word string) {
	if word == "interface" {
		x.Interface = &Interface{Head: Head{Span: p.token.span}}
		p.interfaceBody(x.Interface, fmt.Sprintf("interface %q", x.Name.Name))
		return
	}
	f := FuncType{Span: p.token.span}
	p.signature(&f)
	x.Func = &f
	p.wantSemicolon()
}

// externType reads what follows name: in a world. If the name turns out to be
// the namespace of a path, it is put back together.
func (p *parser) externType(x *Extern) {
	switch {
	case p.atWord("interface"):
		x.Interface = &Interface{Head: Head{Span: p.token.span}}
		p.advance()
		p.interfaceBody(x.Interface, fmt.Sprintf("interface %q", x.Name.Name))
	case p.at('{'):
		p.report(p.behindLast(), `"interface" is missing`, fmt.Sprintf("write %s: interface { … }", quoted(x.Name.Name)))
		x.Interface = &Interface{Head: Head{Span: p.token.span}}
		p.interfaceBody(x.Interface, fmt.Sprintf("interface %q", x.Name.Name))
	case p.atFunc():
		f := p.funcType(x.Name.Name)
		x.Func = &f
		p.wantSemicolon()
	case p.at(identifier):
		path := p.pathBehind(x)
		x.Path = &path
		p.endPath(x.Path)
	default:
		p.fail("a function, an interface or the path of one")
	}
}

// pathBehind reads a path behind name: and finds out whether name was its
// namespace: it was if a slash follows with no colon before it.
func (p *parser) pathBehind(x *Extern) Path {
	start := p.token.span
	path := Path{Name: p.ident("a path")}
	p.ownPackage(&path)
	first := path.Name
	switch {
	case p.at('/'):
		name := x.Name
		x.Name = Ident{}
		return p.pathIn(name.Span, &PackageName{Namespace: []Ident{name}}, first)
	case p.at(':'):
		return p.pathFrom(start, first)
	}
	path.Span = p.spanFrom(start)
	return path
}
