package syntax

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// typeKind finds the kind of a type from the word that begins it.
func typeKind(word string) (TypeKind, bool) {
	k := slices.Index(typeWords[:], word)
	return TypeKind(k), k >= 0 && word != ""
}

// atType reports whether a word that begins a type is in hand.
func (p *parser) atType() bool {
	_, known := typeKind(p.token.word())
	return known && p.at(keyword)
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
	p.respellType()
	k, known := typeKind(p.token.word())
	switch {
	case p.at(identifier):
		t.Kind, t.Name = Named, p.ident("a type")
	case p.at(keyword) && known:
		t.Kind = k
		p.advance()
		p.typeArgs(t)
	default:
		p.failHint("a type", p.notType())
	}
	t.Span = p.spanFrom(t.Span)
	return t
}

// respellType takes a name in hand for the type that is made from others, or the
// word for a type in capital letters, that it must be a misspelling of. It
// reports the mistake.
func (p *parser) respellType() {
	if !p.at(identifier) || strings.HasPrefix(p.token.span.Text(), "%") {
		return
	}
	name, made := p.token.span.Text(), p.peekToken().kind == '<'
	lower := cmp.Or(kebab(name), strings.ToLower(name))
	if _, known := typeKind(lower); known && !IsLabel(name) {
		p.take(lower, fmt.Sprintf("there is no type %q", name), fmt.Sprintf("did you mean %q?", lower))
		return
	}
	if word := foreignTypes[lower]; word != "" && !IsLabel(name) && !made {
		p.take(word, fmt.Sprintf("there is no type %q", name), fmt.Sprintf("it is called %s in WIT", word))
		return
	}
	if !made {
		return
	}
	problem := fmt.Sprintf("there is no type %q that is made from others", name)
	if maker := foreignMakers[cmp.Or(kebab(name), name)]; maker != "" {
		p.take(maker, problem, fmt.Sprintf("it is called %s<…> in WIT", maker))
		return
	}
	near := nearest(name, madeFrom[:])
	if near == "" {
		p.wrong(problem, "")
		return
	}
	p.take(near, problem, fmt.Sprintf("did you mean %q?", near))
}

// notType hints at what stands where a type should.
func (p *parser) notType() string {
	switch {
	case p.at('>'):
		return "what the type is made from is missing"
	case p.at('('):
		return "a tuple is written tuple<…>"
	case p.at('{'):
		return "define a record with a name, and write that"
	case p.at('_'):
		return "only the first type of a result can be left out like this"
	case p.atWord("func") || p.atWord("async"):
		return "functions are no types; a resource can have some"
	case p.atItem() && slices.Contains(typeDefWords, p.token.word()):
		return fmt.Sprintf("define %s with a name, and write that", article(p.token.word()))
	case p.at('*'):
		return "a handle that is lent is written borrow<…>"
	}
	return ""
}

// typeForms are how types are written that are made from others.
var typeForms = map[TypeKind]string{
	Own: "own<resource>", Borrow: "borrow<resource>", List: "list<type>", FixedList: "list<type, length>",
	Map: "map<key, value>", Option: "option<type>", Result: "result<ok, err>", Tuple: "tuple<type, …>",
	Stream: "stream<type>", Future: "future<type>",
}

// typeArgs reads what a type is made from.
func (p *parser) typeArgs(t *Type) {
	switch t.Kind {
	case Own, Borrow:
		if p.wantArgs(t) {
			p.resourceName(t)
			p.endArgs(t)
		}
	case Option:
		if p.wantArgs(t) {
			t.Args = []*Type{p.parseType()}
			p.endArgs(t)
		}
	case Map:
		if p.wantArgs(t) {
			p.mapArgs(t)
		}
	case Tuple:
		if p.wantArgs(t) {
			p.list('>', func() { t.Args = append(t.Args, p.parseType()) })
		}
	case Stream, Future:
		t.Args = []*Type{nil}
		if p.got('<') {
			t.Args[0] = p.parseType()
			p.endArgs(t)
		}
	case List:
		if p.wantArgs(t) {
			p.listArgs(t)
		}
	case Result:
		p.resultArgs(t)
	}
}

// wantArgs passes what comes before the parts of a type.
func (p *parser) wantArgs(t *Type) bool {
	return p.wantHint('<', "write "+typeForms[t.Kind])
}

// endArgs passes what comes behind the parts of a type.
func (p *parser) endArgs(t *Type) {
	if p.at(',') && !p.panicking && p.peekToken().kind != '>' {
		hint := fmt.Sprintf("write %s", typeForms[t.Kind])
		if t.Kind != Own && t.Kind != Borrow && t.Kind != Result && t.Kind != FixedList {
			hint += "; several types make a tuple<…>"
		}
		p.report(p.token.span, fmt.Sprintf(`">" is expected here, not %s`, p.token.describe()), hint)
		p.gaps = true
		p.skipTo('>')
	}
	p.endList('>', `">"`)
}

// resourceName reads the name in a handle. A handle of something else is taken
// for that.
func (p *parser) resourceName(t *Type) {
	if p.atType() {
		p.report(p.token.span, fmt.Sprintf("%q is no resource", p.token.span.Text()), "own and borrow are handles of resources")
		*t = *p.parseType()
		return
	}
	t.Name = p.ident("the name of a resource")
}

func (p *parser) mapArgs(t *Type) {
	key := p.parseType()
	p.wantHint(',', "write "+typeForms[Map])
	t.Args = []*Type{key, p.parseType()}
	p.endArgs(t)
}

// listArgs reads T> or T, 4>.
func (p *parser) listArgs(t *Type) {
	t.Args = []*Type{p.parseType()}
	if p.got(',') && !p.panicking {
		t.Kind = FixedList
		t.Size = p.listLength()
	}
	p.endArgs(t)
}

func (p *parser) listLength() uint32 {
	n, err := strconv.ParseUint(p.token.span.Text(), 10, 32)
	switch {
	case !p.at(integer):
		p.failHint("the length of the list", "a list of several types is a list<tuple<…>>")
		return 0
	case err != nil || n == 0 || p.token.span.Text()[0] == '0':
		p.report(p.token.span, fmt.Sprintf("a list of %s elements is not possible", p.token.span.Text()), "a length is from 1 to 4294967295")
	}
	p.advance()
	return uint32(n)
}

// resultArgs reads nothing, <T>, <_, E> or <T, E>.
func (p *parser) resultArgs(t *Type) {
	t.Args = []*Type{nil, nil}
	if p.panicking || !p.got('<') {
		return
	}
	if p.got('_') {
		p.wantHint(',', "a result without types is written result")
		t.Args[1] = p.parseType()
	} else {
		t.Args[0] = p.parseType()
		if p.got(',') {
			p.resultError(t)
		}
	}
	p.endArgs(t)
}

// resultError reads the second type of a result.
func (p *parser) resultError(t *Type) {
	if p.at('_') {
		p.report(p.token.span, `only the first type of a result is left out with "_"`, fmt.Sprintf("write result<%s>", t.Args[0]))
		p.advance()
		return
	}
	t.Args[1] = p.parseType()
}
