package wave

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// variant reads a case, with its payload in parentheses.
func (p *parser) variant(t *types.Type, at int) {
	i := p.caseOf(t)
	p.image.PutCase(at, t, i)
	p.payload(t.Fields()[i].Name, t.Fields()[i].Type, at+int(t.PayloadOffset()))
}

func (p *parser) enum(t *types.Type) uint64 {
	i := p.caseOf(t)
	p.payload(t.Fields()[i].Name, nil, 0)
	return uint64(i)
}

// caseOf reads the name of a case of t.
func (p *parser) caseOf(t *types.Type) int {
	if p.token.kind == name && isKeyword(p.lexeme()) {
		p.keywordCase(t)
	}
	i := p.field(t, "case", 0)
	p.next()
	return i
}

func (p *parser) keywordCase(t *types.Type) {
	word := p.lexeme()
	if t.FieldIndex(word) < 0 {
		p.unknownField(t, "case", word)
	}
	p.failHere("a case that is called like a word of WAVE is written %%%s", word)
}

// payload reads (value) if the case has one.
func (p *parser) payload(name string, t *types.Type, at int) {
	switch {
	case t == nil && p.token.kind == '(':
		p.failHere("%q has no payload", name)
	case t == nil:
		return
	case p.token.kind != '(':
		p.wanted(fmt.Sprintf("the payload of %q, as in %s(…),", name, name))
	}
	p.next()
	p.into(t, at)
	p.want(')')
}

// option reads some(value), none, or the value if it is flat.
func (p *parser) option(t *types.Type, at int) {
	some, elem, payload := p.gotWord("some"), t.Elem(), at+int(t.PayloadOffset())
	switch {
	case some:
		p.payload("some", elem, payload)
	case p.gotWord("none"):
		p.payload("none", nil, 0)
		return
	case p.token.kind == name && p.lexeme() == "null" && elem.FieldIndex("null") < 0:
		p.wantedHint("some(…) or none", meant("none"))
	case flat(elem):
		p.into(elem, payload)
	default:
		p.wantedOne("some(…) or none", "some", "none")
	}
	p.image.PutCase(at, t, 1)
}

// result reads ok(value), err(value), or the value if it is flat.
func (p *parser) result(t *types.Type, at int) {
	ok, err, payload := t.Fields()[0].Type, t.Fields()[1].Type, at+int(t.PayloadOffset())
	switch {
	case p.gotWord("ok"):
		p.payload("ok", ok, payload)
	case p.gotWord("err"):
		p.image.PutCase(at, t, 1)
		p.payload("err", err, payload)
	case flat(ok):
		p.into(ok, payload)
	default:
		p.wantedOne("ok or err", "ok", "err")
	}
}

// flat reports whether a payload may stand without some or ok.
func flat(t *types.Type) bool {
	return t != nil && t.Kind() != types.Option && t.Kind() != types.Result
}
