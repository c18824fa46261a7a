package syntax

import (
	"fmt"
	"slices"
	"strconv"
)

// typeDef reads the definition of a type if the token in hand begins one.
func (p *parser) typeDef(h Head) *TypeDef {
	d := &TypeDef{Head: h}
	switch {
	case p.atWord("type"):
		d.Kind = Alias
	case p.atWord("record"):
		d.Kind = Record
	case p.atWord("variant"):
		d.Kind = Variant
	case p.atWord("enum"):
		d.Kind = Enum
	case p.atWord("flags"):
		d.Kind = Flags
	case p.atWord("resource"):
		d.Kind = Resource
	default:
		return nil
	}
	p.advance()
	d.Name = p.ident("the name of the " + d.Kind.String())
	switch d.Kind {
	case Alias:
		p.want('=')
		d.Type = p.parseType()
		p.want(';')
	case Resource:
		p.resourceBody(d)
	default:
		p.members(d)
	}
	d.Span = p.spanFrom(h.Span)
	return d
}

// members reads the fields, cases or flags between braces.
func (p *parser) members(d *TypeDef) {
	p.want('{')
	for !p.at('}') && !p.panicking {
		m := Member{Head: p.head()}
		m.Name = p.ident("a name")
		switch {
		case d.Kind == Record:
			p.want(':')
			m.Type = p.parseType()
		case d.Kind == Variant && p.got('('):
			m.Type = p.parseType()
			p.want(')')
		}
		m.Span = p.spanFrom(m.Span)
		more := p.got(',')
		p.behind(&m.Head)
		d.Members = append(d.Members, m)
		if !more {
			p.wantEnd('}')
			break
		}
	}
	d.Tail = p.token.comments
	p.want('}')
	p.got(';')
	if p.panicking {
		p.recover()
		p.got('}')
	}
}

func (p *parser) resourceBody(d *TypeDef) {
	if p.got(';') {
		return
	}
	d.Body = true
	var items []Item
	items, d.Tail = p.block(p.resourceItem)
	for _, item := range items {
		d.Funcs = append(d.Funcs, item.(*Func))
	}
	p.got(';')
}

func (p *parser) resourceItem(h Head) Item {
	if p.atWord("constructor") {
		f := &Func{Head: h, Kind: Constructor}
		f.Type.Span = p.token.span
		p.advance()
		p.params(&f.Type)
		p.endFunc(f)
		return f
	}
	if !p.at(identifier) {
		p.fail("a constructor or a function")
		return nil
	}
	return p.namedFunc(h, Method)
}

// namedFunc reads name: func(…) -> …; and, in a resource, name: static func.
func (p *parser) namedFunc(h Head, k FuncKind) *Func {
	f := &Func{Head: h, Kind: k, Name: p.ident("the name of the function")}
	p.want(':')
	if k == Method && p.gotWord("static") {
		f.Kind = Static
	}
	f.Type = p.funcType()
	p.want(';')
	f.Span = p.spanFrom(h.Span)
	return f
}

// endFunc reads what may follow the parameters of a constructor.
func (p *parser) endFunc(f *Func) {
	if p.got(arrow) {
		f.Type.Result = p.parseType()
	}
	p.want(';')
	f.Type.Span = p.spanFrom(f.Type.Span)
	f.Span = p.spanFrom(f.Span)
}

// funcType reads async func(…) -> … (WIT.md, "func-type").
func (p *parser) funcType() FuncType {
	f := FuncType{Span: p.token.span, Async: p.gotWord("async")}
	p.wantWord("func")
	p.params(&f)
	if p.got(arrow) {
		f.Result = p.parseType()
	}
	f.Span = p.spanFrom(f.Span)
	return f
}

func (p *parser) params(f *FuncType) {
	if !p.want('(') {
		return
	}
	p.list(')', func() {
		param := Param{Name: p.ident("the name of a parameter")}
		p.want(':')
		param.Type = p.parseType()
		f.Params = append(f.Params, param)
	})
}

// typeKind finds the kind of a type from the word that begins it.
func typeKind(word string) (TypeKind, bool) {
	k := slices.Index(typeWords[:], word)
	return TypeKind(k), k >= 0 && word != ""
}

// madeFrom are the types that are made from others.
var madeFrom = [...]string{"list", "map", "option", "result", "tuple", "future", "stream", "own", "borrow"}

// parseType reads a type (WIT.md#types). It is never nil.
func (p *parser) parseType() *Type {
	t := &Type{Span: p.token.span}
	if p.panicking {
		return t
	}
	defer func() { p.depth-- }()
	if !p.deeper("types") {
		return t
	}
	k, known := typeKind(p.token.span.Text())
	switch {
	case p.at(identifier):
		t.Kind, t.Name = Named, p.ident("a type")
		if p.at('<') {
			p.report(t.Name.Span, fmt.Sprintf("there is no type %q that is made from others", t.Name.Name), meant(t.Name.Name, madeFrom[:]))
			p.panicking = true
		}
	case p.at(keyword) && known:
		t.Kind = k
		p.advance()
		p.typeArgs(t)
	default:
		p.fail("a type")
	}
	t.Span = p.spanFrom(t.Span)
	return t
}

// typeArgs reads what a type is made from.
func (p *parser) typeArgs(t *Type) {
	switch t.Kind {
	case Own, Borrow:
		p.want('<')
		t.Name = p.ident("the name of a resource")
		p.want('>')
	case Option:
		p.want('<')
		t.Args = []*Type{p.parseType()}
		p.want('>')
	case Map:
		p.want('<')
		key := p.parseType()
		p.want(',')
		t.Args = []*Type{key, p.parseType()}
		p.want('>')
	case Tuple:
		p.want('<')
		p.list('>', func() { t.Args = append(t.Args, p.parseType()) })
	case Stream, Future:
		t.Args = []*Type{nil}
		if p.got('<') {
			t.Args[0] = p.parseType()
			p.want('>')
		}
	case List:
		p.listArgs(t)
	case Result:
		p.resultArgs(t)
	}
}

// listArgs reads <T> or <T, 4>.
func (p *parser) listArgs(t *Type) {
	p.want('<')
	t.Args = []*Type{p.parseType()}
	if p.got(',') && !p.panicking {
		t.Kind = FixedList
		n, err := strconv.ParseUint(p.token.span.Text(), 10, 32)
		switch {
		case !p.at(integer):
			p.fail("the length of the list")
		case err != nil || n == 0:
			p.report(p.token.span, fmt.Sprintf("a list of %s elements is not possible", p.token.span.Text()), "a length is from 1 to 4294967295")
		}
		t.Size = uint32(n)
		if !p.panicking {
			p.advance()
		}
	}
	p.want('>')
}

// resultArgs reads nothing, <T>, <_, E> or <T, E>.
func (p *parser) resultArgs(t *Type) {
	t.Args = []*Type{nil, nil}
	if !p.got('<') {
		return
	}
	if p.got('_') {
		p.want(',')
		t.Args[1] = p.parseType()
	} else {
		t.Args[0] = p.parseType()
		if p.got(',') {
			t.Args[1] = p.parseType()
		}
	}
	p.want('>')
}
