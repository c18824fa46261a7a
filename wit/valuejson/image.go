package valuejson

import (
	"encoding/base64"
	"encoding/binary"
	"math"
	"slices"
	"unsafe"

	"github.com/patchbay-go/patchbay/component/types"
)

// Records, lists and variants are read into an image (see [types.ImageValue]): the
// bytes that a guest gets, but for where its strings and lists will be. There is no
// tree of values. Parts of which nobody knows yet how many there are lie on a stack
// until they are complete.

// imageHeader is where the length of an image is.
const imageHeader = 4

// value reads a value of type t. One that is in the image is a number until it is
// settled: where it is, and how many elements there are.
func (p *parser) value(t *types.Type) types.Value {
	if !inImage(t) {
		if t.Kind() == types.String {
			return types.StringValue(p.string("a string"))
		}
		return p.scalar(t)
	}
	if len(p.image) == 0 {
		p.image = slices.Grow(p.image, imageHeader+len(p.text)+len(p.text)/2)
		p.image = append(p.image, make([]byte, imageHeader)...)
	}
	at := p.push(t)
	p.into(t, at)
	place := uint64(len(p.image))
	if k := t.Kind(); k == types.List || k == types.Map {
		place = binary.LittleEndian.Uint64(p.stack[at:])
	} else {
		p.image = append(p.image, p.stack[at:]...)
	}
	p.stack = p.stack[:at]
	return types.U64Value(place)
}

// settled returns the value of type t that v stands for, once the image is
// complete.
func (p *parser) settled(v types.Value, t *types.Type) types.Value {
	if !inImage(t) {
		return v
	}
	if uint64(len(p.image)) > math.MaxUint32 {
		p.fail("the values take more memory than a guest can have")
	}
	binary.LittleEndian.PutUint32(p.image, uint32(len(p.image)))
	image := unsafe.String(unsafe.SliceData(p.image), len(p.image))
	return types.ImageValue(t, image, uint32(v.Bits()), uint32(v.Bits()>>32))
}

// inImage reports whether values of type t are images.
func inImage(t *types.Type) bool {
	switch t.Kind() {
	case types.Record, types.Tuple, types.List, types.FixedList, types.Map, types.Variant, types.Option, types.Result:
		return true
	}
	return false
}

// push returns where on the stack there is room for a value of type t, all zero.
// Types can be larger than all memory, and their values short as text.
func (p *parser) push(t *types.Type) int {
	at, size := len(p.stack), t.Size()
	if most := 1<<20 + uint64(len(p.text))<<10; size > most || uint64(at+len(p.image))+size > most {
		p.fail("a value of type %s takes more memory than this text can be worth", t)
	}
	p.stack = slices.Grow(p.stack, int(size))[:at+int(size)]
	clear(p.stack[at:])
	return at
}

// put writes a number of so many bytes.
func (p *parser) put(at int, size uint32, bits uint64) {
	for i := range int(size) {
		p.stack[at+i] = byte(bits)
		bits >>= 8
	}
}

// putPair writes where content is, and how much.
func (p *parser) putPair(at int, offset, count int) {
	p.put(at, 8, uint64(uint32(offset))|uint64(count)<<32)
}

// into reads a value of type t to where it is on the stack.
func (p *parser) into(t *types.Type, at int) {
	switch t.Kind() {
	case types.String:
		text := p.string("a string")
		p.putPair(at, len(p.image), len(text))
		p.image = append(p.image, text...)
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
		p.put(at, uint32(t.Size()), p.scalar(t).Bits())
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
		start, n := len(p.stack), 0
		p.elements(func(int) {
			n++
			p.into(elem, p.push(elem))
		})
		p.pop(start, at, n)
	}
}

// pop moves n elements from the stack to the image, and says at at where they are.
func (p *parser) pop(start, at, n int) {
	p.putPair(at, len(p.image), n)
	p.image = append(p.image, p.stack[start:]...)
	p.stack = p.stack[:start]
}

func (p *parser) base64(t *types.Type, at, offset int) {
	start := len(p.image)
	var err error
	if p.image, err = base64.StdEncoding.AppendDecode(p.image, []byte(p.string(""))); err != nil {
		p.failAt(offset, "the string is not base64: %v", err)
	}
	n := len(p.image) - start
	p.checkLength(t, n, offset)
	if t.Kind() == types.List {
		p.putPair(at, start, n)
		return
	}
	copy(p.stack[at:], p.image[start:])
	p.image = p.image[:start]
}

func (p *parser) checkLength(t *types.Type, n, offset int) {
	if t.Kind() == types.FixedList && n != t.Len() {
		p.failAt(offset, "%d elements are given, and the type is %s", n, t)
	}
}

// mapping reads an array of pairs, or an object if keys are strings.
func (p *parser) mapping(t *types.Type, at int) {
	pair := t.Elem()
	start, n := len(p.stack), 0
	if p.peek() == '{' && pair.Fields()[0].Type.Kind() == types.String {
		p.members(func(name string, _ int) {
			n++
			place := p.push(pair)
			p.putPair(place, len(p.image), len(name))
			p.image = append(p.image, name...)
			p.into(pair.Fields()[1].Type, place+int(pair.Offset(1)))
		})
	} else {
		p.elements(func(int) {
			n++
			p.tuple(pair, p.push(pair))
		})
	}
	p.pop(start, at, n)
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
	p.put(at, t.DiscriminantSize(), uint64(i))
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
	p.put(at, t.DiscriminantSize(), 1)
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
		p.put(at, t.DiscriminantSize(), 1)
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
