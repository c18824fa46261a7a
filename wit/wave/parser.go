package wave

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// A parser reads values by recursive descent, led by their types: it goes no
// deeper than types nest. What has parts is read into an image, the bytes that a
// guest gets, but for where its strings and lists will be. A method that reads a
// part is given the place of that part on the builder's stack.
type parser struct {
	scanner
	image types.ImageBuilder
}

// end wants the end of the text.
func (p *parser) end() {
	if p.token.kind != endOfText {
		p.wanted("the end")
	}
}

// args appends the arguments of f, which are read up to the token end.
func (p *parser) args(args []types.Value, f *types.FuncType, end kind) []types.Value {
	for p.token.kind != end {
		if len(args) == len(f.Params) {
			p.failHere("the function takes %d arguments: %s", len(f.Params), f)
		}
		args = append(args, p.value(f.Params[len(args)].Type))
		if !p.got(',') {
			break
		}
	}
	for _, param := range f.Params[len(args):] {
		if param.Type.Kind() != types.Option {
			p.wanted(fmt.Sprintf("argument %q, %s,", param.Name, param.Type))
		}
		args = append(args, types.NoneValue(param.Type))
	}
	return args
}

// value reads a value of type t that is no part of another one. It is good when it
// is settled.
func (p *parser) value(t *types.Type) types.Value {
	if !t.InImage() {
		if t.Kind() == types.String {
			return types.StringValue(p.string())
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

// settle makes values of what the method value returned, once all are read.
func (p *parser) settle(values []types.Value) {
	for i, v := range values {
		values[i] = p.settled(v)
	}
}

func (p *parser) settled(v types.Value) types.Value {
	v, ok := p.image.Settle(v)
	if !ok {
		p.failHere("the values take more memory than a guest can have")
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
	p.failHere("a value of type %s takes more memory than this text can be worth", t)
}

// into reads a value of type t.
func (p *parser) into(t *types.Type, at int) {
	switch t.Kind() {
	case types.String:
		p.stringInto(at)
	case types.List, types.Map:
		p.list(t, at)
	case types.FixedList:
		p.fixedList(t, at)
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
		return p.enum(t)
	case k == types.Flags:
		return p.flags(t)
	}
	p.failHere("a value of type %s cannot be written", t)
	return 0
}

func (p *parser) bool() uint64 {
	switch {
	case p.gotWord("true"):
		return 1
	case p.gotWord("false"):
		return 0
	}
	p.wantedOne("true or false", "true", "false")
	return 0
}
