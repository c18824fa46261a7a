package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds that keep hostile text from costing more than its own size.
const (
	maxNesting = 100 // of types in types, and of packages in packages
	maxErrors  = 20
)

// Parse reads a file. The name is for errors. It takes time in proportion to the
// text.
//
// The error is [Errors]. If it is clear all the same what was meant, the file is
// what the text should have been, so that more that is wrong with it can be
// found; otherwise it is nil.
func Parse(name, src string) (*File, error) {
	p := &parser{source: &Source{Name: name, Text: src}}
	p.scanner = scanner{source: p.source, report: p.report}
	if strings.HasPrefix(src, byteOrderMark) {
		p.scanner.at = len(byteOrderMark)
	}
	p.checkText()
	if len(p.errors) > 0 {
		return nil, p.errors
	}
	p.token = p.scanner.next()
	file := p.parseFile()
	if len(p.errors) == 0 {
		return file, nil
	}
	slices.SortStableFunc(p.errors, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
	if p.gaps || p.torn || len(p.errors) >= maxErrors {
		file = nil
	}
	return file, p.errors
}

// A parser reads nodes by recursive descent with one token in hand.
type parser struct {
	scanner
	source *Source
	token  token
	last   Span // of the token before
	errors Errors

	// panicking says that a problem was reported and no item began since: what
	// follows is likely to be a consequence of it.
	panicking bool

	// gaps says that something was passed over that was not understood.
	gaps bool

	// misnamed are the names that were reported as none.
	misnamed map[string]bool

	braces []brace // that are open
	ended  bool    // that one is not closed was reported at the end of the file
	strays strays  // of the item in hand
	depth  int
}

// report reports a problem, unless it is likely to be a consequence of the one
// before.
func (p *parser) report(span Span, problem, hint string) {
	if p.panicking || p.ended || len(p.errors) >= maxErrors {
		return
	}
	if n := len(p.errors); n > 0 && p.errors[n-1].Span == span {
		return
	}
	p.errors = append(p.errors, &Error{Span: span, Problem: clipped(problem), Hint: clipped(hint)})
}

// clipped is a text of an error without the middle of a name that is too long to
// be one.
func clipped(text string) string {
	const most = 160
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most/2]+"…"+text[len(text)-most/2:], "")
}

// fail reports a problem with the token in hand and gives up on the item.
func (p *parser) fail(wanted string) { p.failHint(wanted, "") }

func (p *parser) failHint(wanted, hint string) {
	if p.panicking {
		return
	}
	switch {
	case p.token.kind == invalid || p.torn: // which was reported
	case p.at(endOfFile) && len(p.braces) > 0:
		p.unclosed("")
		p.ended = true
	default:
		p.report(p.token.span, fmt.Sprintf("%s is expected here, not %s", wanted, p.token.describe()), hint)
	}
	p.giveUp()
}

// giveUp gives up on the item in hand.
func (p *parser) giveUp() { p.panicking, p.gaps = true, true }

// wrong reports a problem with the token in hand and gives up on the item.
func (p *parser) wrong(problem, hint string) {
	p.report(p.token.span, problem, hint)
	p.giveUp()
}

// behindLast is the place behind the last token, where something is missing.
func (p *parser) behindLast() Span {
	return Span{Source: p.source, Start: p.last.End, End: p.last.End}
}

func (p *parser) advance() {
	p.strays.pass(&p.token)
	p.last = p.token.span
	p.token = p.scanner.next()
}

func (p *parser) at(k kind) bool       { return p.token.kind == k }
func (p *parser) atWord(w string) bool { return p.at(keyword) && p.token.word() == w }
func (p *parser) spanFrom(s Span) Span { return s.to(p.last) }

// atItem reports whether the token in hand is a keyword that begins an item.
func (p *parser) atItem() bool {
	return p.at(keyword) && slices.Contains(itemWords, p.token.word())
}

// got passes the token if it is k.
func (p *parser) got(k kind) bool {
	if !p.at(k) {
		return false
	}
	p.advance()
	return true
}

func (p *parser) gotWord(w string) bool {
	if !p.atWord(w) {
		return false
	}
	p.advance()
	return true
}

// want passes a token that must be there. Once an item is given up it passes
// none, so that its callers end.
func (p *parser) want(k kind) bool { return p.wantHint(k, "") }

func (p *parser) wantHint(k kind, hint string) bool {
	if p.panicking {
		return false
	}
	if p.got(k) {
		return true
	}
	p.failHint(fmt.Sprintf("%q", string(rune(k))), hint)
	return false
}

// ident reads a name; what says what for. A keyword is taken for one, and
// reported, unless it is likely to begin the next item.
func (p *parser) ident(what string) Ident {
	if p.panicking {
		return Ident{}
	}
	switch {
	case p.at(keyword) && !(p.firstOnLine() && p.beginsItem()):
		word := p.token.span.Text()
		p.report(p.token.span, fmt.Sprintf("%s is expected here, not %s", what, p.token.describe()),
			fmt.Sprintf("write %%%s if it is meant as a name", word))
		id := Ident{Name: word, Span: p.token.span}
		p.advance()
		return id
	case p.at(text):
		p.failHint(what, "names stand without quotes")
		return Ident{}
	case !p.at(identifier):
		p.fail(what)
		return Ident{}
	}
	id := Ident{Name: p.checkName(p.token), Span: p.token.span}
	p.advance()
	return id
}

// item reads an item with what stands before and behind it.
func (p *parser) item(parse func(Head) Item) Item {
	outer := p.strays
	head := p.head()
	p.strays = strays{}
	item := parse(head)
	if item != nil {
		p.behind(item.ItemHead())
		item.ItemHead().strays = p.strays.found
	}
	p.strays = outer
	return item
}

// behind gives an item that was just read the comment that follows on its last
// line, unless more than comments follows on it.
func (p *parser) behind(h *Head) {
	if c := p.behindComment(); c != nil {
		h.Behind = c
	}
}

func (p *parser) behindComment() *Comment {
	c := p.token.comments
	if len(c) == 0 || p.lineBreak(p.last.End, c[0].Span.Start) {
		return nil
	}
	next := p.token.span.Start
	if len(c) > 1 {
		next = c[1].Span.Start
	}
	if !p.at(endOfFile) && !p.at('}') && !p.at(')') && !p.lineBreak(c[0].Span.End, next) {
		return nil
	}
	p.token.comments = c[1:]
	return &c[0]
}

// comments takes the comments before the token in hand.
func (p *parser) comments() []Comment {
	c := p.token.comments
	p.token.comments = nil
	return c
}

// deeper guards recursion. It reports whether there is room for another level.
func (p *parser) deeper(what string) bool {
	p.depth++
	if p.depth <= maxNesting {
		return true
	}
	p.wrong(fmt.Sprintf("%s are nested more than %d deep", what, maxNesting), "")
	return false
}
