package wave

import "github.com/patchbay-go/patchbay/component/types"

// list reads a list, or a map: a list of pairs.
func (p *parser) list(t *types.Type, at int) {
	p.want('[')
	elem, first, n := t.Elem(), p.image.Top(), 0
	for ; p.element(n, ']'); n++ {
		p.into(elem, p.push(elem))
	}
	p.image.PutList(at, first, n)
	p.next()
}

func (p *parser) fixedList(t *types.Type, at int) {
	start := p.token.start
	p.want('[')
	elem, size, n := t.Elem(), int(t.Elem().Size()), 0
	for ; p.element(n, ']'); n++ {
		if n == t.Len() {
			p.failHere("the list has more elements than its type, %s", t)
		}
		p.into(elem, at+n*size)
	}
	if n < t.Len() {
		p.fail(start, p.at, "the list has %d elements, and its type is %s", n, t)
	}
	p.next()
}

func (p *parser) tuple(t *types.Type, at int) {
	p.want('(')
	n := 0
	for ; p.element(n, ')'); n++ {
		if n == t.Len() {
			p.failHere("%s has %d elements", t, t.Len())
		}
		p.into(t.Fields()[n].Type, at+int(t.Offset(n)))
	}
	if n < t.Len() {
		p.failHere("element %d of %s is missing before here", n, t)
	}
	p.next()
}
