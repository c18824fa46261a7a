package wave

import "github.com/patchbay-go/patchbay/component/types"

// fewFields is how many fields most records have at most.
const fewFields = 32

// record reads {field: value, …}; {:} has no fields. Options may be left out.
func (p *parser) record(t *types.Type, at int) {
	start := p.token.start
	var few [fewFields]bool
	seen := few[:]
	if t.Len() > fewFields {
		seen = make([]bool, t.Len())
	}
	p.want('{')
	switch p.token.kind {
	case ':':
		p.next()
	case '}':
		p.fail(start, p.at, "a record without fields is written {:}")
	default:
		p.fields(t, at, seen)
	}
	p.want('}')
	for i, f := range t.Fields() {
		if !seen[i] && f.Type.Kind() != types.Option { // zero is none
			p.fail(start, start+1, "field %q, %s, is missing", f.Name, f.Type)
		}
	}
}

// fields reads fields up to the end of a record.
func (p *parser) fields(t *types.Type, at int, seen []bool) {
	next := 0
	for n := 0; p.element(n, '}'); n++ {
		i := p.field(t, "field", next)
		if seen[i] {
			p.failHere("field %q stands here for the second time", t.Fields()[i].Name)
		}
		seen[i] = true
		p.passWith(':')
		p.into(t.Fields()[i].Type, at+int(t.Offset(i)))
		next = i + 1
	}
}

// flags reads {flag, …}.
func (p *parser) flags(t *types.Type) uint64 {
	p.want('{')
	var bits uint64
	next := 0
	for n := 0; p.element(n, '}'); n++ {
		i := p.field(t, "flag", next)
		if bits>>i&1 != 0 {
			p.failHere("flag %q stands here for the second time", t.Fields()[i].Name)
		}
		bits |= 1 << i
		p.next()
		next = i + 1
	}
	p.next()
	return bits
}
