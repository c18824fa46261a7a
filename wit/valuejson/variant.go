package valuejson

import "github.com/patchbay-go/patchbay/component/types"

// maxDepth is more than types can nest.
const maxDepth = 4 * types.MaxDepth

// variant reads {"tag": …, "val": …} with its members in any order. A payload that
// stands before its case is passed, and read when that is known.
func (p *parser) variant(t *types.Type, at int) {
	p.peek()
	start := p.at
	i, passed, has := -1, -1, false
	p.members(func(name string, offset int) {
		switch {
		case name == "tag" && i < 0:
			i = p.caseOf(t)
			p.image.PutCase(at, t, i)
		case name == "val" && !has:
			p.peek()
			if has = true; i >= 0 {
				p.payload(t, i, at)
				return
			}
			passed = p.at
			p.skip(maxDepth)
		default:
			p.failAt(offset, `a variant has one "tag" and one "val", not %q`, name)
		}
	})
	switch {
	case i < 0:
		p.failAt(start, `a variant has a "tag": the name of its case`)
	case passed >= 0:
		p.passedPayload(t, i, at, passed)
	case !has && t.Fields()[i].Type != nil:
		p.failAt(start, `the payload of %q is missing: "val", %s`, t.Fields()[i].Name, t.Fields()[i].Type)
	}
}

// caseOf reads the name of a case of t.
func (p *parser) caseOf(t *types.Type) int {
	if p.peek() != '"' {
		p.wanted("a case of " + t.String())
	}
	offset := p.at
	return p.index(t, "case", p.string(""), offset)
}

// payload reads the payload of case i.
func (p *parser) payload(t *types.Type, i, at int) {
	c := t.Fields()[i]
	if c.Type != nil {
		p.into(c.Type, at+int(t.PayloadOffset()))
	} else if !p.word("null") {
		p.fail("%q has no payload", c.Name)
	}
}

// passedPayload reads the payload of case i that is at an offset.
func (p *parser) passedPayload(t *types.Type, i, at, offset int) {
	behind := p.at
	p.at = offset
	p.enter("val", 0)
	p.payload(t, i, at)
	p.leave()
	p.at = behind
}

func (p *parser) option(t *types.Type, at int) {
	if p.word("null") {
		return
	}
	p.image.PutCase(at, t, 1)
	if t.Elem().Kind() != types.Option {
		p.into(t.Elem(), at+int(t.PayloadOffset()))
		return
	}
	if name := p.single("some", t.Elem(), "", nil, at+int(t.PayloadOffset())); name == "" {
		p.wanted(`null or {"some": …}`)
	}
}

func (p *parser) result(t *types.Type, at int) {
	switch p.single("ok", t.Fields()[0].Type, "err", t.Fields()[1].Type, at+int(t.PayloadOffset())) {
	case "ok":
	case "err":
		p.image.PutCase(at, t, 1)
	default:
		p.wanted(`{"ok": …} or {"err": …}`)
	}
}

// single reads an object with one member, which has one of two names. It
// returns no name if there is no object.
func (p *parser) single(a string, aType *types.Type, b string, bType *types.Type, at int) (name string) {
	if p.peek() != '{' {
		return ""
	}
	start := p.at
	p.members(func(member string, offset int) {
		if name != "" || member != a && (member != b || b == "") {
			p.failAt(offset, "one member %q is expected, not %q", a, member)
		}
		name = member
		t := aType
		if member == b {
			t = bType
		}
		if t != nil {
			p.into(t, at)
		} else if !p.word("null") {
			p.wanted("null, since there is no payload,")
		}
	})
	if name == "" {
		p.failAt(start, "the member %q is missing", a)
	}
	return name
}
