package syntax

import "fmt"

func (p *parser) resourceBody(d *TypeDef) {
	if p.at('{') {
		d.Body = true
		var items []Item
		items, d.Tail = p.block(fmt.Sprintf("resource %q", d.Name.Name), d.Span, resourceWords, p.resourceItem(d))
		for _, item := range items {
			d.Funcs = append(d.Funcs, item.(*Func))
		}
		p.optionalSemicolon(&d.Tail)
		return
	}
	p.wantSemicolon()
}

var resourceWords = []string{"constructor"}

// resourceItem reads a function of a resource.
func (p *parser) resourceItem(d *TypeDef) func(Head) Item {
	return func(h Head) Item {
		p.markers()
		next := p.peekToken()
		switch name := p.token.span.Text(); {
		case p.atWord("constructor") && next.kind != ':':
			return p.constructor(h)
		case p.atWord("async") && next.kind == keyword && next.span.Text() == "constructor":
			p.report(p.token.span, "a constructor is not async", `leave "async" out`)
			p.advance()
			return p.constructor(h)
		case p.at(identifier) && next.kind == '(' && (name == d.Name.Name || name == "new" || name == "init"),
			p.at(identifier) && next.kind == '(' && nearest(name, resourceWords) != "":
			p.take("constructor", fmt.Sprintf("a constructor is not called %q", name), "write constructor(…)")
			return p.constructor(h)
		case p.atWord("constructor"):
			return p.longConstructor(h)
		}
		if f := p.funcItem(h, Method); f != nil {
			return f
		}
		if !p.misplaced(h, "in a resource") {
			p.failHint("a constructor or a function", p.meantWord(resourceWords))
		}
		return nil
	}
}

// longConstructor reads constructor: func(…), which is wrong.
func (p *parser) longConstructor(h Head) Item {
	p.report(p.peekToken().span, "a constructor has its parameters only", "write constructor(…)")
	p.advance()
	p.advance()
	p.gotWord("static")
	p.gotWord("func")
	return p.constructorBehind(h)
}

func (p *parser) constructor(h Head) Item {
	p.advance()
	if p.at(identifier) && p.peekToken().kind == '(' {
		p.report(p.token.span, "a constructor has no name", "write constructor(…)")
		p.advance()
	}
	return p.constructorBehind(h)
}

// constructorBehind reads the parameters of a constructor and what may follow
// them.
func (p *parser) constructorBehind(h Head) Item {
	f := &Func{Head: h, Kind: Constructor}
	f.Type.Span = p.last
	p.signature(&f.Type)
	p.wantSemicolon()
	f.Type.Span = p.spanFrom(f.Type.Span)
	f.Span = p.spanFrom(f.Span)
	return f
}
