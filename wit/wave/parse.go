package wave

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// Parse reads a value of type t. The error is a *[syntax.Error]. A string shares
// the text's memory if it has no escapes.
func Parse(text string, t *types.Type) (v types.Value, err error) {
	p := new(parser)
	defer catch(&err)
	p.image.Reset(len(text))
	p.begin("value", text)
	p.next()
	v = p.value(t)
	p.end()
	return p.settled(v), nil
}

// ParseCall reads name(value, …). The function find is given the name and
// returns the function's type; its error is returned as it is, with the place of
// the name if it is no *[syntax.Error]. Arguments at the end may be left out if
// they are options: they are none.
func ParseCall(text string, find func(name string) (*types.FuncType, error)) (name string, args []types.Value, err error) {
	p := new(parser)
	defer catch(&err)
	p.image.Reset(len(text))
	p.begin("value", text)
	name = p.function()
	f, err := find(name)
	if err != nil {
		return name, nil, p.unknown(err)
	}
	p.next()
	p.want('(')
	values := p.args(make([]types.Value, 0, len(f.Params)), f, ')')
	p.want(')')
	p.end()
	p.settle(values)
	return name, values, nil
}

// unknown gives the error of find the place of the name, which is in hand.
func (p *parser) unknown(err error) error {
	if placed := new(syntax.Error); errors.As(err, &placed) {
		return err
	}
	return &syntax.Error{Span: p.span(p.token.start, p.at), Problem: err.Error(), Cause: err}
}

// ParseArgs reads the arguments of a function with commas between them.
func ParseArgs(text string, f *types.FuncType) (args []types.Value, err error) {
	return new(Reader).Args(text, f)
}

// ParseEach reads the arguments of a function from one text for each. An error
// says which of them it is about.
func ParseEach(texts []string, f *types.FuncType) (args []types.Value, err error) {
	if len(texts) > len(f.Params) {
		return nil, fmt.Errorf("%d arguments are given, and the function takes %d: %s", len(texts), len(f.Params), f)
	}
	p, size := new(parser), 0
	defer catch(&err)
	for _, text := range texts {
		size += len(text)
	}
	p.image.Reset(size)
	values := make([]types.Value, len(f.Params))
	for i, param := range f.Params {
		switch {
		case i < len(texts):
			p.begin(param.Name, texts[i])
			p.next()
			values[i] = p.value(param.Type)
			p.end()
		case param.Type.Kind() == types.Option:
			values[i] = types.NoneValue(param.Type)
		default:
			return nil, fmt.Errorf("argument %q is missing: %s", param.Name, f)
		}
	}
	p.settle(values)
	return values, nil
}

// A Reader reads the arguments of one call after another into the same memory. The
// zero value is ready; one goroutine at a time uses it.
type Reader struct {
	args   []types.Value
	parser parser
}

// Args is [ParseArgs]. The arguments are good until Args or Reset is called.
func (r *Reader) Args(text string, f *types.FuncType) (args []types.Value, err error) {
	p := &r.parser
	defer catch(&err)
	p.image.Reset(len(text))
	p.begin("value", text)
	p.next()
	r.args = p.args(r.args[:0], f, endOfText)
	p.end()
	p.settle(r.args)
	return r.args, nil
}

// Reset forgets the arguments, and gives the memory back that few of them need.
func (r *Reader) Reset() {
	clear(r.args)
	r.parser.scanner = scanner{}
	r.parser.image.Release()
}

// catch makes the panic of fail the error.
func catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case *syntax.Error:
		*err = r
	default:
		panic(r)
	}
}
