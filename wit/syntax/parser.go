package syntax

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

// Bounds that keep hostile text from costing more than its own size.
const (
	maxNesting = 100 // of types in types, and of packages in packages
	maxErrors  = 20
)

// Parse reads a file. The name is for errors. The error is [Errors], and then
// the file is nil. It takes time in proportion to the text.
func Parse(name, src string) (*File, error) {
	p := &parser{source: &Source{Name: name, Text: src}}
	p.scanner = scanner{source: p.source, report: p.report}
	p.checkText()
	if len(p.errors) > 0 {
		return nil, p.errors
	}
	p.advance()
	file := p.parseFile()
	if len(p.errors) > 0 {
		slices.SortStableFunc(p.errors, func(a, b *Error) int { return a.Span.Start - b.Span.Start })
		return nil, p.errors
	}
	return file, nil
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
	depth     int
}

func (p *parser) report(span Span, problem, hint string) {
	if p.panicking || len(p.errors) >= maxErrors {
		return
	}
	p.errors = append(p.errors, &Error{Span: span, Problem: problem, Hint: hint})
}

// fail reports a problem with the token in hand and gives up on the item.
func (p *parser) fail(wanted string) { p.failHint(wanted, "") }

// failWord is fail where a keyword is wanted: the name in hand may be a wrong
// spelling of one.
func (p *parser) failWord(wanted string) {
	hint := ""
	if p.at(identifier) {
		hint = meant(p.token.span.Text(), slices.Sorted(maps.Keys(keywords)))
	}
	p.failHint(wanted, hint)
}

func (p *parser) failHint(wanted, hint string) {
	if p.token.kind != invalid && !p.torn {
		p.report(p.token.span, fmt.Sprintf("%s is expected here, not %s", wanted, p.token.describe()), hint)
	}
	p.panicking = true
}

// meant hints at the word that is nearest to a name.
func meant(name string, words []string) string {
	if near := spelling.Nearest(name, words); near != "" {
		return fmt.Sprintf("%q is meant, perhaps", near)
	}
	return ""
}

func (p *parser) advance() {
	p.last = p.token.span
	p.token = p.scanner.next()
}

func (p *parser) at(k kind) bool       { return p.token.kind == k }
func (p *parser) atWord(w string) bool { return p.at(keyword) && p.token.span.Text() == w }
func (p *parser) spanFrom(s Span) Span { return s.to(p.last) }

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
func (p *parser) want(k kind) bool {
	if p.panicking {
		return false
	}
	if p.got(k) {
		return true
	}
	p.fail(fmt.Sprintf("%q", string(rune(k))))
	return false
}

func (p *parser) wantWord(w string) {
	if !p.panicking && !p.gotWord(w) {
		p.fail(fmt.Sprintf("%q", w))
	}
}

// ident reads a name; what says what for.
func (p *parser) ident(what string) Ident {
	if p.panicking {
		return Ident{}
	}
	if p.at(keyword) {
		p.report(p.token.span, fmt.Sprintf("%s is expected here, not %s", what, p.token.describe()),
			fmt.Sprintf("write %%%s if it is meant as a name", p.token.span.Text()))
		p.panicking = true
	}
	if !p.at(identifier) {
		p.fail(what)
		return Ident{}
	}
	id := Ident{Name: strings.TrimPrefix(p.token.span.Text(), "%"), Span: p.token.span}
	p.advance()
	return id
}

// recover passes what is left of an item that was given up: to the semicolon
// or the closing brace that ends it, or to the brace that closes what it
// stands in.
func (p *parser) recover() {
	for depth := 0; ; p.advance() {
		switch p.token.kind {
		case endOfFile:
			p.panicking = false
			return
		case '{':
			depth++
		case '}':
			if depth <= 1 {
				if depth == 1 {
					p.advance()
				}
				p.panicking = false
				return
			}
			depth--
		case ';':
			if depth == 0 {
				p.advance()
				p.panicking = false
				return
			}
		}
	}
}

// block reads { item… } and returns the items, and the comments before the
// brace that closes it.
func (p *parser) block(parse func(Head) Item) (items []Item, tail []Comment) {
	if !p.want('{') {
		return nil, nil
	}
	for !p.at('}') && !p.at(endOfFile) && !p.panicking {
		if item := parse(p.head()); item != nil {
			p.behind(item.ItemHead())
			items = append(items, item)
		}
		if p.panicking {
			p.recover()
		}
	}
	tail = p.token.comments
	p.want('}')
	return items, tail
}

// behind gives an item that was just read the comment that follows on its last
// line.
func (p *parser) behind(h *Head) {
	if c := p.token.comments; len(c) > 0 && !strings.Contains(p.source.Text[p.last.End:c[0].Span.Start], "\n") {
		h.Behind, p.token.comments = &c[0], c[1:]
	}
}

// list reads elements with commas between them up to the token end, which it
// passes. A comma may stand behind the last.
func (p *parser) list(end kind, element func()) {
	for !p.at(end) && !p.panicking {
		element()
		if !p.got(',') {
			p.wantEnd(end)
			break
		}
	}
	p.want(end)
}

// wantEnd wants the end of a list after an element without a comma.
func (p *parser) wantEnd(end kind) {
	if !p.panicking && !p.at(end) {
		p.fail(fmt.Sprintf(`"," or %q`, string(rune(end))))
	}
}

// deeper guards recursion. It reports whether there is room for another level.
func (p *parser) deeper(what string) bool {
	p.depth++
	if p.depth <= maxNesting {
		return true
	}
	p.report(p.token.span, fmt.Sprintf("%s are nested more than %d deep", what, maxNesting), "")
	p.panicking = true
	return false
}
