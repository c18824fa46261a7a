package valuejson

import "github.com/patchbay-go/patchbay/component/types"

// A parser reads values by recursive descent, led by their types. What has parts is
// read into an image, the bytes that a guest gets, but for where its strings and
// lists will be. A method that reads a part is given the place of that part on the
// builder's stack.
type parser struct {
	scanner
	image types.ImageBuilder
}

// begin begins to read a text, and forgets what was read before.
func (p *parser) begin(text string) {
	p.text, p.at, p.path = text, 0, p.path[:0]
	p.image.Reset(len(text))
}

// end wants the end of the text.
func (p *parser) end() {
	if p.peek(); p.at < len(p.text) {
		p.wanted("the end")
	}
}

// value reads a value of type t that is no part of another one. It is good when it
// is settled.
func (p *parser) value(t *types.Type) types.Value {
	if !t.InImage() {
		if t.Kind() == types.String {
			return types.StringValue(p.string("a string"))
		}
		return types.ScalarValue(t, p.scalar(t))
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

// into reads a value of type t.
func (p *parser) into(t *types.Type, at int) {
	switch t.Kind() {
	case types.String:
		p.stringInto(at)
	case types.List:
		p.list(t, at)
	case types.FixedList:
		p.fixedList(t, at)
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
		p.image.PutScalar(at, t, p.scalar(t))
	}
}

// scalar reads a value that is one number, and returns it as [types.Value.Bits]
// does.
func (p *parser) scalar(t *types.Type) uint64 {
	switch k := t.Kind(); {
	case k == types.F32, k == types.F64:
		return p.float(t)
	case k.IsNumber():
		return p.integer(t)
	case k == types.Bool:
		return p.bool()
	case k == types.Char:
		return uint64(p.char())
	case k == types.Enum:
		return uint64(p.caseOf(t))
	case k == types.Flags:
		return uint64(p.flags(t))
	}
	p.fail("a value of type %s has no JSON", t)
	return 0
}

func (p *parser) bool() uint64 {
	switch {
	case p.word("true"):
		return 1
	case p.word("false"):
		return 0
	}
	p.wanted("true or false")
	return 0
}

func (p *parser) namedArg(f *types.FuncType, args []types.Value, name string, offset int) {
	names := make([]string, len(f.Params))
	for i, param := range f.Params {
		if names[i] = param.Name; name != param.Name {
			continue
		}
		if args[i].Kind() != 0 {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		args[i] = p.value(param.Type)
		return
	}
	p.failAt(offset, "there is no parameter %q%s", name, near(name, names))
}
