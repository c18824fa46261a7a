package valuejson

import "github.com/patchbay-go/patchbay/component/types"

// Parse reads a value of type t. The error is an *[Error].
func Parse(text string, t *types.Type) (v types.Value, err error) {
	p := new(parser)
	p.begin(text)
	defer catch(&err)
	v = p.value(t)
	p.end()
	return p.settled(v), nil
}

// ParseArgs reads the arguments of a function: an array of them in their order,
// of which options at the end may be left out, or an object by the names of
// parameters, of which any option may be. Nothing at all is no arguments.
func ParseArgs(text string, f *types.FuncType) ([]types.Value, error) {
	return new(Reader).Args(text, f)
}

// A Reader reads the arguments of one call after another into the same memory. The
// zero value is ready; one goroutine at a time uses it.
type Reader struct {
	args   []types.Value
	parser parser
}

// Args is [ParseArgs]. The arguments are good until Args or Reset is called, and as
// long as text is not modified.
func (r *Reader) Args(text string, f *types.FuncType) (args []types.Value, err error) {
	p := &r.parser
	p.begin(text)
	defer func() {
		if err != nil {
			args = nil
		}
	}()
	defer catch(&err)
	args = append(r.args[:0], make([]types.Value, len(f.Params))...)
	r.args = args
	switch p.peek() {
	case 0:
	case '{':
		p.members(func(name string, offset int) { p.namedArg(f, args, name, offset) })
	default:
		p.elements(func(i int) {
			if i == len(args) {
				p.fail("the function takes %d arguments: %s", len(args), f)
			}
			args[i] = p.value(f.Params[i].Type)
		})
	}
	p.end()
	for i, param := range f.Params {
		switch {
		case args[i].Kind() != 0:
			args[i] = p.settled(args[i])
		case param.Type.Kind() != types.Option:
			p.fail("argument %q, %s, is missing", param.Name, param.Type)
		default:
			args[i] = types.NoneValue(param.Type)
		}
	}
	return args, nil
}

// Reset forgets the arguments, and gives the memory back that few of them need.
func (r *Reader) Reset() {
	clear(r.args)
	clear(r.parser.path[:cap(r.parser.path)])
	r.parser.begin("")
	r.parser.image.Release()
}

func catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case *Error:
		*err = r
	default:
		panic(r)
	}
}
