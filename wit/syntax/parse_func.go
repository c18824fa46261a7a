package syntax

import (
	"fmt"
	"slices"
	"strings"
)

// funcItem reads a function if the token in hand begins one.
func (p *parser) funcItem(h Head, k FuncKind) Item {
	next := p.peekToken()
	if name := p.token.span.Text(); next.kind == identifier && (p.atWord("func") || slices.Contains(foreignFuncs, name)) {
		p.report(p.token.span, "a function begins with its name", fmt.Sprintf("write %s: func(…)", next.span.Text()))
		p.advance()
		return p.turnedFunc(h, k)
	}
	if next.kind == identifier && (p.atWord("async") || p.atWord("static") && k == Method) {
		word := p.token.span.Text()
		p.report(p.token.span, "a function begins with its name", fmt.Sprintf("write %s: %s func(…)", next.span.Text(), word))
		p.advance()
		read := p.namedFunc
		if p.peekToken().kind == '(' {
			read = p.turnedFunc
		}
		f := read(h, k)
		if word == "static" {
			f.Kind = Static
		}
		return f
	}
	if p.atWord("constructor") && next.kind == '(' {
		p.report(p.token.span, "a constructor does not stand in an interface", "put it into its resource")
		p.gaps = true
		return p.constructor(h)
	}
	if p.at(identifier) || p.at(keyword) && (next.kind == ':' || next.kind == '(') {
		return p.namedFunc(h, k)
	}
	return nil
}

// turnedFunc reads a function behind the word func, which was reported.
func (p *parser) turnedFunc(h Head, k FuncKind) *Func {
	f := &Func{Head: h, Kind: k, Name: p.ident("the name of the function")}
	p.signature(&f.Type)
	p.wantSemicolon()
	f.Span = p.spanFrom(h.Span)
	return f
}

// namedFunc reads name: func(…) -> …; and, in a resource, name: static func.
func (p *parser) namedFunc(h Head, k FuncKind) *Func {
	f := &Func{Head: h, Kind: k, Name: p.ident("the name of the function")}
	switch {
	case p.at('(') && !p.panicking:
		p.report(p.behindLast(), `": func" is missing`, fmt.Sprintf("write %s: func(…)", quoted(f.Name.Name)))
		p.signature(&f.Type)
	case p.atWord("func") && !p.panicking:
		p.report(p.behindLast(), `":" is missing`, fmt.Sprintf("write %s: func(…)", quoted(f.Name.Name)))
		f.Type = p.funcType(f.Name.Name)
	case p.wantHint(':', fmt.Sprintf("write %s: func(…)", quoted(f.Name.Name))):
		p.funcKind(f)
		f.Type = p.funcType(f.Name.Name)
	}
	p.wantSemicolon()
	f.Span = p.spanFrom(h.Span)
	return f
}

// funcKind passes static.
func (p *parser) funcKind(f *Func) {
	if !p.atWord("static") {
		return
	}
	if f.Kind != Method {
		p.report(p.token.span, "only functions of resources are static", `leave "static" out`)
	} else {
		f.Kind = Static
	}
	p.advance()
}

// atFunc reports whether the type of a function follows, be it misspelt.
func (p *parser) atFunc() bool {
	return p.atWord("func") || p.atWord("async") || p.atWord("static") || p.at('(') ||
		p.at(identifier) && p.peekToken().kind == '('
}

// funcType reads async func(…) -> … (WIT.md, "func-type"). The name is for
// errors.
func (p *parser) funcType(name string) FuncType {
	f := FuncType{Span: p.token.span, Async: p.gotWord("async")}
	write := fmt.Sprintf("write %s: func(…)", quoted(name))
	switch {
	case p.panicking || p.gotWord("func"):
	case p.atWord("static"):
		p.failHint(`"func"`, "static stands before async, and before functions of resources only")
	case p.at('('):
		p.report(p.behindLast(), `"func" is missing`, write)
	case p.at(identifier) && p.peekToken().kind == '(':
		if near := nearest(p.token.span.Text(), []string{"func"}); near != "" {
			write = `did you mean "func"?`
		}
		p.report(p.token.span, fmt.Sprintf(`"func" is expected here, not %s`, p.token.describe()), write)
		p.advance()
	default:
		p.failHint(`"func"`, p.notFunc(name))
	}
	p.signature(&f)
	f.Span = p.spanFrom(f.Span)
	return f
}

// notFunc hints at what a type without a function is likely to be.
func (p *parser) notFunc(name string) string {
	if word := p.token.word(); p.atItem() && slices.Contains(typeDefWords, word) {
		return fmt.Sprintf("write %s %s …", word, quoted(name))
	}
	if p.atType() || p.at(identifier) {
		return fmt.Sprintf("write %s: func() -> %s; fields stand in records", quoted(name), p.token.span.Text())
	}
	return ""
}

// signature reads (…) -> ….
func (p *parser) signature(f *FuncType) {
	if p.atWord("async") || p.atWord("static") {
		p.report(p.token.span, fmt.Sprintf(`%q stands before "func"`, p.token.span.Text()), "")
		p.advance()
	}
	p.params(f)
	if p.panicking {
		return
	}
	known := len(p.errors)
	switch {
	case p.got(arrow):
		f.Result = p.result()
	case p.at(':'), p.at('=') && p.peekToken().kind == '>':
		p.report(p.token.span, `a result stands behind "->"`, "")
		p.advance()
		p.got('>')
		f.Result = p.result()
	}
	if p.at(',') && !p.panicking && len(p.errors) == known && f.Result != nil && !p.lineBreak(p.token.span.End, p.peekToken().span.Start) {
		p.wrong("a function has one result", "return a tuple<…> or a record")
	}
}

// result reads what a function returns. It never is a list in parentheses, which
// WIT had once.
func (p *parser) result() *Type {
	switch {
	case p.at('('):
		hint := "return a tuple<…> or a record"
		if p.peekToken().kind == ')' {
			hint = "what returns nothing has no ->"
		}
		p.report(p.token.span, "a result has no parentheses", hint)
		p.gaps = true
		p.advance()
		if p.skipTo(')') {
			p.advance()
		}
		return nil
	case p.at('_'):
		p.report(p.token.span, `"_" is no type`, "what returns nothing has no ->")
		p.advance()
		return nil
	}
	return p.parseType()
}

func (p *parser) params(f *FuncType) {
	if !p.wantHint('(', "parameters stand in parentheses") {
		return
	}
	f.Lines = p.lineBreak(p.last.End, p.token.span.Start)
	p.elements(')', func() {
		param := Param{Comments: p.comments()}
		p.param(&param)
		f.Params = append(f.Params, param)
	}, func() { f.Params[len(f.Params)-1].Behind = p.behindComment() })
	f.Tail = p.comments()
	p.endList(')', `"," or ")"`)
}

// param reads name: type.
func (p *parser) param(param *Param) {
	p.markers()
	next := p.peekToken()
	switch {
	case p.atType() && next.kind == identifier:
		p.report(p.token.span, "the name of a parameter stands before its type", fmt.Sprintf("write %s: %s", next.span.Text(), p.token.span.Text()))
		param.Type = p.parseType()
		param.Name = p.ident("the name of a parameter")
		return
	case p.atType() && next.kind != ':':
		p.report(p.token.span, "a parameter has a name", fmt.Sprintf("write name: %s", p.token.span.Text()))
		p.gaps = true
		param.Type = p.parseType()
		return
	case p.at(identifier) && (next.kind == ')' || next.kind == ',' || next.kind == '<'):
		p.wrong("a parameter has a name and a type", fmt.Sprintf("write name: %s", strings.TrimPrefix(p.token.span.Text(), "%")))
		return
	}
	if p.at('.') {
		p.wrong("a function has as many parameters as it names", "take a list<…>")
	}
	param.Name = p.ident("the name of a parameter")
	p.colon("a parameter")
	param.Type = p.parseType()
	if p.at('=') && !p.panicking {
		p.wrong("a parameter has no default", "what may be absent is written option<…>")
	}
}

// colon passes the colon between a name and its type.
func (p *parser) colon(what string) {
	switch {
	case p.panicking || p.got(':'):
	case p.at('='):
		p.report(p.token.span, fmt.Sprintf(`":" stands between the name and the type of %s`, what), "")
		p.advance()
	case (p.at(identifier) || p.at(keyword)) && !p.firstOnLine():
		p.report(p.behindLast(), `":" is missing`, "")
	default:
		p.failHint(`":"`, fmt.Sprintf("%s has a type: write name: type", what))
	}
}
