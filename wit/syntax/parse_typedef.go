package syntax

import (
	"fmt"
	"slices"
)

// typeDef reads the definition of a type if the token in hand begins one.
func (p *parser) typeDef(h Head) Item {
	kind := slices.Index(typeDefWords, p.token.word())
	if kind < 0 || !p.at(keyword) || p.peekToken().kind == ':' {
		return nil
	}
	d := &TypeDef{Head: h, Kind: TypeDefKind(kind)}
	p.advance()
	d.Name = p.ident("the name of the " + d.Kind.String())
	switch d.Kind {
	case Alias:
		p.alias(d)
	case Resource:
		p.resourceBody(d)
	default:
		p.members(d)
	}
	d.Span = p.spanFrom(h.Span)
	return d
}

// alias reads what stands behind the name of a type.
func (p *parser) alias(d *TypeDef) {
	name := quoted(d.Name.Name)
	switch {
	case p.panicking || p.got('='):
	case p.at(':'):
		p.report(p.token.span, `"=" is expected here, not ":"`, "")
		p.advance()
	case p.atType() && !p.firstOnLine():
		p.report(p.behindLast(), `"=" is missing`, "")
	case p.at('{'):
		p.failHint(`"="`, fmt.Sprintf("write record %s { … }, or variant, enum or flags", name))
	default:
		p.failHint(`"="`, fmt.Sprintf("write type %s = …", name))
	}
	if next := p.peekToken(); p.atItem() && next.kind == '{' && !p.panicking {
		word := p.token.span.Text()
		p.wrong(fmt.Sprintf("%s has a name of its own", article(word)), fmt.Sprintf("write %s %s { … }", word, name))
	}
	d.Type = p.parseType()
	p.wantSemicolon()
}

// members reads the fields, cases or flags between braces.
func (p *parser) members(d *TypeDef) {
	of := fmt.Sprintf("%s %q", d.Kind, d.Name.Name)
	if p.panicking || !p.openBrace(of, d.Span) {
		return
	}
	separated := false
	for !p.at('}') && !p.at(endOfFile) && !p.panicking {
		if p.leftOpen(nil) || p.leftOpenFor(p.funcAhead() && p.outdented()) {
			return
		}
		outer := p.strays
		m, more := p.member(d, &separated)
		p.behind(&m.Head)
		m.strays, p.strays = p.strays.found, outer
		d.Members = append(d.Members, m)
		if !more {
			break
		}
	}
	d.Tail = append(d.Tail, p.comments()...)
	p.closeBrace()
	p.optionalSemicolon(&d.Tail)
}

// funcAhead reports whether a function begins where a member or a parameter is
// expected.
func (p *parser) funcAhead() bool {
	if p.token.kind != identifier || !p.firstOnLine() {
		return false
	}
	ahead := p.scanner
	ahead.report = func(Span, string, string) {}
	if ahead.next().kind != ':' {
		return false
	}
	next := ahead.next()
	return next.kind == keyword && slices.Contains(funcWords, next.span.Text())
}

var funcWords = []string{"func", "async", "static"}

// endMember passes what separates members, and reports whether another one may
// follow. Semicolons instead of commas are reported once.
func (p *parser) endMember(d *TypeDef, separated *bool) bool {
	switch {
	case p.panicking || p.at('}') || p.at(endOfFile):
		return false
	case p.at(';'):
		if !*separated {
			p.report(p.token.span, fmt.Sprintf("what %s has is separated by commas", article(d.Kind.String())), `write ","`)
		}
		*separated = true
		p.advance()
		return true
	case !p.at(',') && p.funcAhead() && p.outdented():
		return true
	}
	if p.comma() || p.atItem() && p.firstOnLine() || p.at('@') {
		return true
	}
	p.fail(`"," or "}"`)
	return false
}

// member reads a field, a case or a flag, and what separates it from the next.
// It reports whether there may be one.
func (p *parser) member(d *TypeDef, separated *bool) (m Member, more bool) {
	m.Head = p.head()
	p.strays = strays{}
	if len(m.Attributes) > 0 {
		p.report(m.Attributes[0].Span, fmt.Sprintf("what %s has is not marked", article(d.Kind.String())), "mark the whole type")
	}
	known := len(p.errors)
	if next := p.peekToken(); d.Kind == Variant && p.atType() && next.kind != '(' {
		p.report(p.token.span, "a case has a name", fmt.Sprintf("write name(%s)", p.token.span.Text()))
		p.gaps = true
		m.Type = p.parseType()
		return m, p.endMember(d, separated)
	}
	if d.Kind == Record {
		p.fieldOf(&m)
	} else {
		m.Name = p.ident("a name")
	}
	switch {
	case p.panicking:
	case d.Kind == Variant:
		p.payload(&m)
	case d.Kind != Record:
		p.bare(d)
	}
	m.Span = p.spanFrom(m.Span)
	if len(p.errors) > known && !p.at(',') && !p.at('}') && !p.at(';') && !p.firstOnLine() {
		p.giveUp()
	}
	if p.panicking {
		p.skipTo(',', '}', ';')
		p.panicking = false
		*separated = *separated || p.at(';')
	}
	return m, p.endMember(d, separated)
}

// fieldOf reads name: type, a field of a record.
func (p *parser) fieldOf(m *Member) {
	if next := p.peekToken(); p.atType() && next.kind == identifier {
		p.report(p.token.span, "the name of a field stands before its type", fmt.Sprintf("write %s: %s", next.span.Text(), p.token.span.Text()))
		m.Type = p.parseType()
		m.Name = p.ident("a name")
		return
	}
	m.Name = p.ident("a name")
	p.colon("a field")
	if p.atWord("func") && !p.panicking {
		p.wrong("a record has no functions", "a resource has some")
	}
	m.Type = p.parseType()
}

// payload reads the type of a case.
func (p *parser) payload(m *Member) {
	name := quoted(m.Name.Name)
	switch next := p.peekToken(); {
	case p.at('(') && next.kind == ')':
		p.report(p.token.span, "a case without a type has no parentheses", "write "+name)
		p.advance()
		p.advance()
	case p.got('('):
		m.Type = p.parseType()
		if p.at(',') {
			p.report(p.token.span, "a case has one type", fmt.Sprintf("write %s(tuple<…>)", name))
			p.gaps = true
			p.skipTo(')')
		}
		p.endList(')', `")"`)
	case p.at(':') || p.at('='):
		p.report(p.token.span, "the type of a case stands in parentheses", fmt.Sprintf("write %s(%s)", name, next.span.Text()))
		p.advance()
		m.Type = p.parseType()
	case p.at('{'):
		p.wrong("the type of a case stands in parentheses", fmt.Sprintf("define a record and write %s(its-name)", name))
	}
}

// bare reports what stands behind a case of an enum, or a flag.
func (p *parser) bare(d *TypeDef) {
	what := map[TypeDefKind]string{Enum: "a case of an enum", Flags: "a flag"}[d.Kind]
	switch {
	case p.at('='):
		p.wrong(what+" has no number", "they are counted in their order")
	case p.at(':') || p.at('('):
		p.wrong(what+" has no type", map[TypeDefKind]string{Enum: "the cases of a variant may have one"}[d.Kind])
	}
}
