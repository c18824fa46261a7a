package syntax

import (
	"fmt"
	"strings"
)

// parseUse reads a use; with names if types is set (WIT.md#item-use).
func (p *parser) parseUse(h Head, types bool) *Use {
	p.advance()
	u := &Use{Head: h}
	switch {
	case p.at('{') || p.at('*'):
		p.oldUse(u)
	case types:
		u.From = p.path()
		p.usedTypes(u)
	default:
		u.From = p.path()
		p.usedInterface(u)
	}
	p.wantSemicolon()
	u.Span = p.spanFrom(h.Span)
	return u
}

// usedInterface reads what follows the path in a use at the top of a file.
func (p *parser) usedInterface(u *Use) {
	if p.at('.') {
		p.report(p.token.span, "types are used in the interface or the world that needs them", "put this use into its braces")
		p.advance()
		p.useNames(u)
		u.Names = nil
		return
	}
	if p.gotWord("as") {
		u.As = p.ident("the new name")
	}
}

// usedTypes reads what follows the path in a use in an interface or a world.
func (p *parser) usedTypes(u *Use) {
	from := u.From.String()
	switch next := p.peekToken(); {
	case p.panicking:
	case p.at('.') && next.kind == identifier:
		p.advance()
		p.report(p.token.span, "the names of types stand in braces", fmt.Sprintf("write use %s.{%s};", from, p.token.span.Text()))
		u.Names = []Renamed{{Name: p.ident("a name")}}
		p.renamed(&u.Names[0])
	case p.at('.') && next.kind == '*':
		p.wrong("each type that is used is named", fmt.Sprintf("write use %s.{…};", from))
	case p.at(';'), p.atWord("as"):
		p.failHint(`"." and the names of types`, fmt.Sprintf("write use %s.{…};", from))
	case p.at('{'):
		p.report(p.behindLast(), `"." is missing`, "")
		p.useNames(u)
	case p.wantHint('.', fmt.Sprintf("write use %s.{…};", from)):
		p.useNames(u)
	}
}

func (p *parser) useNames(u *Use) {
	if p.want('{') {
		u.Names, u.Tail, u.Lines = p.renames()
	}
}

// oldUse reads use { a } from b, which was WIT once and is elsewhere.
func (p *parser) oldUse(u *Use) {
	span := p.token.span
	if p.got('*') {
		p.report(span, "each type that is used is named", "write use interface.{…};")
		p.giveUp()
		return
	}
	p.useNames(u)
	if !p.gotWord("from") {
		p.failHint(`the path of an interface`, "write use interface.{…};")
		return
	}
	u.From = p.path()
	names := make([]string, len(u.Names))
	for i, r := range u.Names {
		names[i] = r.String()
	}
	if !p.panicking {
		p.report(span, "the interface stands before the names of its types",
			fmt.Sprintf("write use %s.{%s};", u.From.String(), strings.Join(names, ", ")))
	}
}

// renames reads a, b as c up to the brace that ends them, the comments before that, and
// whether the names begin on a line of their own.
func (p *parser) renames() (names []Renamed, tail []Comment, lines bool) {
	names = []Renamed{}
	lines = p.lineBreak(p.last.End, p.token.span.Start)
	p.elements('}', func() {
		r := Renamed{Comments: p.comments(), Name: p.ident("a name")}
		p.renamed(&r)
		names = append(names, r)
	}, func() { names[len(names)-1].Behind = p.behindComment() })
	tail = p.comments()
	p.endList('}', `"," or "}"`)
	return names, tail, lines
}

// renamed reads what may follow a name.
func (p *parser) renamed(r *Renamed) {
	name := quoted(r.Name.Name)
	switch {
	case p.panicking:
		return
	case p.at('=') || p.at(arrow) || p.at(':') && p.peekToken().kind == identifier:
		p.failHint(`"as"`, fmt.Sprintf("write %s as …; only plain names can be renamed", name))
	case p.gotWord("as"):
		r.As = p.ident("the new name")
	}
}

func (p *parser) parseInclude(h Head) *Include {
	p.advance()
	i := &Include{Head: h, World: p.path()}
	if p.at(',') {
		p.wrong("one world is included at a time", "write ; and another include")
	}
	if !p.gotWord("with") {
		p.wantSemicolon()
		i.Span = p.spanFrom(h.Span)
		return i
	}
	known := len(p.errors)
	if p.want('{') {
		i.With, i.Tail, i.Lines = p.renames()
	}
	for _, r := range i.With {
		if r.As.Name == "" && !p.panicking && len(p.errors) == known {
			p.report(r.Name.Span, fmt.Sprintf("%q has no new name", r.Name.Name), "write "+quoted(r.Name.Name)+" as …")
			p.gaps = true
		}
	}
	p.optionalSemicolon(&i.Tail)
	i.Span = p.spanFrom(h.Span)
	return i
}

// optionalSemicolon passes a semicolon behind a closing brace. The comments
// before it go to those before the brace.
func (p *parser) optionalSemicolon(tail *[]Comment) {
	if p.at(';') {
		*tail = append(*tail, p.comments()...)
		p.advance()
	}
}
