package valuejson

import (
	"encoding/base64"

	"github.com/patchbay-go/patchbay/component/types"
)

// Records, lists and variants are read into an image (see [types.ImageBuilder]): the
// bytes that a guest gets, but for where its strings and lists will be. There is no
// tree of values.

// value reads a value of type t, which is one when it is settled.
func (p *parser) value(t *types.Type) types.Value {
	if !t.InImage() {
		if t.Kind() == types.String {
			return types.StringValue(p.string("a string"))
		}
		return p.scalar(t)
	}
	at, ok := p.image.Begin(t)
	if !ok {
		p.tooLarge(t)
	}
	p.into(t, at)
	return p.image.End(t, at)
}

// settled returns the value that v stands for, once all are read.
func (p *parser) settled(v types.Value) types.Value {
	v, ok := p.image.Settle(v)
	if !ok {
		p.fail("the values take more memory than a guest can have")
	}
	return v
}

// push makes room for an element of a list.
func (p *parser) push(t *types.Type) int {
	at, ok := p.image.Push(t)
	if !ok {
		p.tooLarge(t)
	}
	return at
}

func (p *parser) tooLarge(t *types.Type) {
	p.fail("a value of type %s takes more memory than this text can be worth", t)
}

// into reads a value of type t to where it is on the stack.
func (p *parser) into(t *types.Type, at int) {
	switch t.Kind() {
	case types.String:
		p.image.PutText(at, p.string("a string"))
	case types.List, types.FixedList:
		p.list(t, at)
	case types.Map:
		p.mapping(t, at)
	case types.Record:
		p.record(t, at)
	case types.Tuple:
		p.tuple(t, at)
	case types.Variant:
		p.variant(t, at)
	case types.Option:
		p.option(t, at)
	case types.Result:
		p.result(t, at)
	default:
		p.image.PutScalar(at, t, p.scalar(t).Bits())
	}
}

func (p *parser) list(t *types.Type, at int) {
	c := p.peek()
	offset := p.at
	elem := t.Elem()
	switch {
	case c == '"' && elem.Kind() == types.U8:
		p.base64(t, at, offset)
	case t.Kind() == types.FixedList:
		n := 0
		p.elements(func(i int) {
			if n++; i < t.Len() {
				p.into(elem, at+i*int(elem.Size()))
			} else {
				p.skip(maxDepth)
			}
		})
		p.checkLength(t, n, offset)
	default:
		first, n := p.image.Top(), 0
		p.elements(func(int) {
			n++
			p.into(elem, p.push(elem))
		})
		p.image.PutList(at, first, n)
	}
}

func (p *parser) base64(t *types.Type, at, offset int) {
	text := p.string("")
	decode := func(dst []byte) []byte {
		n := len(dst)
		dst, err := base64.StdEncoding.AppendDecode(dst, []byte(text))
		if err != nil {
			p.failAt(offset, "the string is not base64: %v", err)
		}
		p.checkLength(t, len(dst)-n, offset)
		return dst
	}
	if t.Kind() == types.List {
		p.image.AppendText(at, decode)
		return
	}
	for i, b := range decode(nil) {
		p.image.PutScalar(at+i, t.Elem(), uint64(b))
	}
}

func (p *parser) checkLength(t *types.Type, n, offset int) {
	if t.Kind() == types.FixedList && n != t.Len() {
		p.failAt(offset, "%d elements are given, and the type is %s", n, t)
	}
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

// fewFields is how many fields most records have at most.
const fewFields = 32

func (p *parser) record(t *types.Type, at int) {
	p.peek()
	start := p.at
	var few [fewFields]bool
	seen := few[:]
	if t.Len() > fewFields {
		seen = make([]bool, t.Len())
	}
	p.members(func(name string, offset int) {
		i := p.index(t, "field", name, offset)
		if seen[i] {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		seen[i] = true
		p.into(t.Fields()[i].Type, at+int(t.Offset(i)))
	})
	for i, f := range t.Fields() {
		if !seen[i] && f.Type.Kind() != types.Option { // zero is none
			p.failAt(start, "field %q, %s, is missing", f.Name, f.Type)
		}
	}
}

// variant reads {"tag": …, "val": …} with its members in any order.
func (p *parser) variant(t *types.Type, at int) {
	p.peek()
	start := p.at
	i, value := -1, -1
	p.members(func(name string, offset int) {
		switch {
		case name == "tag" && i < 0:
			p.peek()
			offset = p.at
			i = p.index(t, "case", p.string("the name of a case"), offset)
		case name == "val" && value < 0:
			p.peek()
			value = p.at
			p.skip(maxDepth)
		default:
			p.failAt(offset, `a variant has one "tag" and one "val", not %q`, name)
		}
	})
	if i < 0 {
		p.failAt(start, `a variant has a "tag": the name of its case`)
	}
	p.image.PutCase(at, t, i)
	p.payload(t.Fields()[i], value, start, at+int(t.PayloadOffset()))
}

// maxDepth is more than types can nest.
const maxDepth = 4 * types.MaxDepth

// payload reads the value at the offset, which was passed before.
func (p *parser) payload(c types.Field, offset, start, at int) {
	behind := p.at
	switch {
	case c.Type == nil && offset < 0:
		return
	case c.Type == nil:
		p.at = offset
		if !p.word("null") {
			p.failAt(offset, "%q has no payload", c.Name)
		}
	case offset < 0:
		p.failAt(start, `the payload of %q is missing: "val", %s`, c.Name, c.Type)
	default:
		p.at = offset
		p.enter("val", 0)
		p.into(c.Type, at)
		p.leave()
	}
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
