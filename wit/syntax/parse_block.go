package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// A brace is one that is open.
type brace struct {
	span Span
	of   string // what has it, for errors
	item Span   // begins where its item does
}

// openBrace passes the brace that opens what an item has. The item began at
// start.
func (p *parser) openBrace(of string, start Span) bool {
	span := p.token.span
	if p.firstOnLine() && p.beginsItem() {
		span = p.behindLast()
		p.report(span, `"{" is missing`, "")
	} else if !p.wantHint('{', fmt.Sprintf("what %s has stands in braces", of)) {
		return false
	}
	p.braces = append(p.braces, brace{span: span, of: of, item: start})
	return true
}

// closeBrace passes the brace that closes what was opened last.
func (p *parser) closeBrace() {
	p.want('}')
	p.braces = p.braces[:max(len(p.braces)-1, 0)]
}

// unclosed reports that the brace that was opened last is not closed.
func (p *parser) unclosed(hint string) {
	b := p.braces[len(p.braces)-1]
	p.report(b.span, fmt.Sprintf("the brace of %s is not closed", b.of), hint)
}

// indent is how many characters of white space the line of a token begins with.
func (p *parser) indent(s Span) int {
	_, begin := p.source.line(s.Start)
	rest := p.source.Text[begin:s.Start]
	return len(rest) - len(strings.TrimLeft(rest, " \t"))
}

// firstOnLine reports whether only white space stands before the token in hand
// on its line.
func (p *parser) firstOnLine() bool {
	_, begin := p.source.line(p.token.span.Start)
	return strings.TrimLeft(p.source.Text[begin:p.token.span.Start], " \t") == ""
}

// lineBreak reports whether a line ends between two offsets.
func (p *parser) lineBreak(from, to int) bool {
	return strings.Contains(p.source.Text[from:to], "\n")
}

// leftOpen reports whether the item in hand is likely to stand behind the block
// and not in it: it is none of those that the block has, and indented no more
// than the block itself. It then reports that the block is not closed.
func (p *parser) leftOpen(words []string) bool {
	if len(p.braces) == 0 || !p.atItem() || slices.Contains(words, p.token.word()) || !p.firstOnLine() {
		return false
	}
	if next := p.peekToken(); next.kind != identifier && next.kind != keyword {
		return false
	}
	return p.leftOpenFor(p.outdented())
}

// outdented reports whether the token in hand is indented no more than the item
// that has the innermost brace, and that brace is not closed further on, unless it
// is by one that is indented less and so belongs to what is around.
func (p *parser) outdented() bool {
	indent := p.indent(p.braces[len(p.braces)-1].item)
	if p.indent(p.token.span) > indent || len(p.errors) >= maxErrors {
		return false
	}
	ahead := p.scanner
	ahead.report = func(Span, string, string) {}
	for depth, t := 0, p.token; ; t = ahead.next() {
		switch t.kind {
		case endOfFile:
			return true
		case '{':
			depth++
		case '}':
			if depth--; depth < 0 {
				return p.indent(t.span) < indent
			}
		}
	}
}

// leftOpenFor reports that the brace that was opened last is not closed, if the
// token in hand is no more in what it opens.
func (p *parser) leftOpenFor(outside bool) bool {
	if !outside {
		return false
	}
	p.unclosed(fmt.Sprintf("put } before line %d", p.token.span.Position().Line))
	p.braces = p.braces[:len(p.braces)-1]
	return true
}

// block reads { item… } and returns the items, and the comments before the
// brace that closes it. Items begin with words, and names if that is how
// functions begin.
func (p *parser) block(of string, start Span, words []string, parse func(Head) Item) (items []Item, tail []Comment) {
	if p.panicking || !p.openBrace(of, start) {
		return nil, nil
	}
	for !p.at('}') && !p.at(endOfFile) && !p.panicking {
		if p.leftOpen(words) {
			return items, nil
		}
		if p.got(';') {
			p.report(p.last, "this ends nothing", `leave the ";" out`)
			continue
		}
		begin := p.token.span.Start
		if item := p.item(parse); item != nil {
			items = append(items, item)
		}
		if p.stuck(begin) {
			p.recover(begin)
		}
	}
	tail = p.comments()
	p.closeBrace()
	return items, tail
}

// recover passes what is left of an item that was given up: to the semicolon
// or the closing brace that ends it, or to where the next item begins, or to the
// brace that closes what it stands in. The item began at an offset.
func (p *parser) recover(begin int) {
	depth := 0
	for {
		switch {
		case p.at(endOfFile), p.at('}') && depth == 0:
			p.panicking = false
			return
		case depth == 0 && p.token.span.Start > begin && p.atItem() && p.firstOnLine():
			p.panicking = false
			return
		case p.at('{'):
			depth++
		case p.at('}'):
			depth--
		}
		if depth > 0 || !p.at(';') && !p.at('}') {
			p.advance()
			continue
		}
		p.panicking = false
		if !p.got(';') {
			p.advance()
			p.got(';')
		}
		return
	}
}

// skipTo passes tokens up to one of the stops that stands in no brackets that
// began on the way. It goes no further than the end of an item, and reports
// whether it found one.
func (p *parser) skipTo(stops ...kind) bool {
	for depth := 0; ; p.advance() {
		switch {
		case depth == 0 && slices.Contains(stops, p.token.kind):
			return true
		case p.at(endOfFile), p.at(';'):
			return false
		case p.at('('), p.at('<'), p.at('{'):
			depth++
		case depth == 0 && p.at('>'): // of an arrow that is none
		case p.at(')'), p.at('>'), p.at('}'):
			if depth--; depth < 0 {
				return false
			}
		}
	}
}

// resume goes on at one of the stops if an element was given up.
func (p *parser) resume(stops ...kind) {
	if !p.panicking {
		return
	}
	p.panicking = !p.skipTo(stops...)
}

// wantSemicolon passes the semicolon that ends an item.
func (p *parser) wantSemicolon() {
	switch {
	case p.panicking || p.got(';'):
	case p.at(','):
		p.report(p.token.span, `"," does not end an item`, `write ";"`)
		p.advance()
	case p.at(endOfFile) && len(p.braces) > 0:
		p.fail(`";"`)
	case p.atWord("async") && !p.firstOnLine():
		p.wrong(`"async" stands before "func"`, "")
	case p.at('}'), p.at(endOfFile), p.at('@'), p.firstOnLine() && (p.at(identifier) || p.at(keyword)), p.beginsItem():
		p.report(p.behindLast(), `";" is missing`, "")
	default:
		p.fail(`";"`)
	}
}

// beginsItem reports whether the token in hand is likely to begin an item.
func (p *parser) beginsItem() bool {
	next := p.peekToken()
	return p.atItem() && (next.kind == identifier || next.kind == keyword) || p.at(identifier) && next.kind == ':'
}

// list reads elements with commas between them up to the token end, which it
// passes. A comma may stand behind the last.
func (p *parser) list(end kind, element func()) {
	p.elements(end, element, func() {})
	p.endList(end, fmt.Sprintf(`"," or %q`, string(rune(end))))
}

// elements reads what a list has. After each one and its comma it calls behind.
// An element that is given up does not end the list.
func (p *parser) elements(end kind, element, behind func()) {
	for !p.at(end) && !p.panicking {
		known := len(p.errors)
		element()
		if len(p.errors) > known && !p.at(',') && !p.at(end) && !p.panicking {
			p.giveUp()
		}
		p.resume(',', end)
		more := p.comma()
		behind()
		if !more {
			return
		}
	}
}

// comma passes the comma behind an element, and reports whether another element
// may follow.
func (p *parser) comma() bool {
	if p.panicking || p.got(',') {
		return !p.panicking
	}
	if p.at(identifier) && !p.funcAhead() || p.at(keyword) && !p.atItem() {
		p.report(p.behindLast(), `"," is missing`, "")
		return true
	}
	return false
}

// endList passes the end of a list; what says what else may follow.
func (p *parser) endList(end kind, wanted string) {
	switch {
	case p.panicking, p.got(end):
	case p.at(';'), p.at(arrow), p.at('{'), p.at('}'), p.at(')') && end == '>', p.firstOnLine() && p.beginsItem():
		p.report(p.behindLast(), fmt.Sprintf("%q is missing", string(rune(end))), "")
	default:
		p.fail(wanted)
	}
}
