package valuejson

import (
	"encoding/base64"

	"github.com/patchbay-go/patchbay/component/types"
)

func (p *parser) list(t *types.Type, at int) {
	elem := t.Elem()
	if p.peek() == '"' && elem.Kind() == types.U8 {
		p.image.AppendText(at, p.base64)
		return
	}
	first, n := p.image.Top(), 0
	p.elements(func(int) {
		n++
		p.into(elem, p.push(elem))
	})
	p.image.PutList(at, first, n)
}

func (p *parser) fixedList(t *types.Type, at int) {
	elem, n := t.Elem(), 0
	c := p.peek()
	start := p.at
	if c == '"' && elem.Kind() == types.U8 {
		raw := p.base64(nil)
		for n = 0; n < min(len(raw), t.Len()); n++ {
			p.image.PutScalar(at+n, elem, uint64(raw[n]))
		}
		n = len(raw)
	} else {
		p.elements(func(i int) {
			if n++; i < t.Len() {
				p.into(elem, at+i*int(elem.Size()))
			} else {
				p.skip(maxDepth)
			}
		})
	}
	if n != t.Len() {
		p.failAt(start, "%d elements are given, and the type is %s", n, t)
	}
}

// base64 reads bytes and appends them.
func (p *parser) base64(dst []byte) []byte {
	start := p.at
	dst, err := base64.StdEncoding.AppendDecode(dst, []byte(p.string("")))
	if err != nil {
		p.failAt(start, "the string is not base64: %v", err)
	}
	return dst
}

// mapping reads an array of pairs, or an object if keys are strings.
func (p *parser) mapping(t *types.Type, at int) {
	pair := t.Elem()
	first, n := p.image.Top(), 0
	if p.peek() == '{' && pair.Fields()[0].Type.Kind() == types.String {
		p.members(func(name string, _ int) {
			n++
			place := p.push(pair)
			p.image.PutText(place, name)
			p.into(pair.Fields()[1].Type, place+int(pair.Offset(1)))
		})
	} else {
		p.elements(func(int) {
			n++
			p.tuple(pair, p.push(pair))
		})
	}
	p.image.PutList(at, first, n)
}

func (p *parser) tuple(t *types.Type, at int) {
	n := 0
	p.elements(func(i int) {
		if i == t.Len() {
			p.fail("%s has %d elements", t, t.Len())
		}
		n++
		p.into(t.Fields()[i].Type, at+int(t.Offset(i)))
	})
	if n < t.Len() {
		p.fail("element %d of %s is missing before here", n, t)
	}
}
