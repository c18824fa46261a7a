package valuejson

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

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

// A parser reads values by recursive descent, led by their types.
type parser struct {
	scanner

	image types.ImageBuilder // see image.go
}

// begin begins to read a text, and forgets what was read before.
func (p *parser) begin(text string) {
	p.text, p.at, p.path = text, 0, p.path[:0]
	p.image.Reset(len(text))
}

func (p *parser) end() {
	if p.peek(); p.at < len(p.text) {
		p.wanted("the end")
	}
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

// near says which names there are, or which one may be meant.
func near(name string, names []string) string {
	if n := spelling.Nearest(name, names); n != "" {
		return fmt.Sprintf("; %q is meant, perhaps", n)
	}
	if len(names) == 0 || len(names) > 10 {
		return ""
	}
	return fmt.Sprintf("; there are %q", names)
}

// scalar reads a value that is one number.
func (p *parser) scalar(t *types.Type) types.Value {
	switch k := t.Kind(); {
	case k == types.Bool:
		return p.bool()
	case k == types.Char:
		return p.char()
	case k == types.F32, k == types.F64:
		return p.float(t)
	case k == types.Enum:
		return p.enum(t)
	case k == types.Flags:
		return p.flags(t)
	case k.IsNumber():
		return p.integer(t)
	}
	p.fail("a value of type %s has no JSON", t)
	return types.Value{}
}

func (p *parser) bool() types.Value {
	switch {
	case p.word("true"):
		return types.BoolValue(true)
	case p.word("false"):
		return types.BoolValue(false)
	}
	p.wanted("true or false")
	return types.Value{}
}

func (p *parser) char() types.Value {
	p.peek()
	offset := p.at
	text := p.string("a string with one character")
	r, size := utf8.DecodeRuneInString(text)
	if size == 0 || size != len(text) {
		p.failAt(offset, "one character is expected, not %d", utf8.RuneCountInString(text))
	}
	return types.CharValue(r)
}

// integer reads a number or, if it has 64 bits, a string with one.
func (p *parser) integer(t *types.Type) types.Value {
	bits := int(t.Size()) * 8
	c := p.peek()
	offset := p.at
	var text string
	if bits == 64 && c == '"' {
		text = p.string("")
	} else {
		text = p.number()
	}
	var value uint64
	var err error
	if t.Kind().IsSigned() {
		var signed int64
		signed, err = strconv.ParseInt(text, 10, bits)
		value = uint64(signed)
	} else {
		value, err = strconv.ParseUint(text, 10, bits)
	}
	switch {
	case errors.Is(err, strconv.ErrRange) || err != nil && negative(text):
		p.failAt(offset, "%s does not fit into %s", text, t)
	case err != nil || text[0] == '+':
		p.failAt(offset, "%.40q is no integer; the type is %s", text, t)
	}
	return types.ScalarValue(t, value)
}

// negative reports whether the text is an integer below zero.
func negative(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil && text[0] == '-'
}

func (p *parser) float(t *types.Type) types.Value {
	bits := int(t.Size()) * 8
	c := p.peek()
	offset := p.at
	var f float64
	if c == '"' {
		text := p.string("")
		var ok bool
		if f, ok = special(text); !ok {
			p.failAt(offset, `%.40q is no number; those that JSON lacks are "NaN", "Infinity" and "-Infinity"`, text)
		}
	} else {
		text := p.number()
		var err error
		if f, err = strconv.ParseFloat(text, bits); err != nil {
			p.failAt(offset, "%.40s does not fit into %s", text, t)
		}
	}
	if bits == 32 {
		return types.F32Value(float32(f))
	}
	return types.F64Value(f)
}

func special(text string) (float64, bool) {
	switch text {
	case "NaN", "nan":
		return math.NaN(), true
	case "Infinity", "inf":
		return math.Inf(1), true
	case "-Infinity", "-inf":
		return math.Inf(-1), true
	}
	return 0, false
}

// index finds a field, case or flag by its name.
func (p *parser) index(t *types.Type, what, name string, offset int) int {
	i := t.FieldIndex(name)
	if i < 0 {
		names := make([]string, t.Len())
		for n, f := range t.Fields() {
			names[n] = f.Name
		}
		p.failAt(offset, "there is no %s %q%s", what, name, near(name, names))
	}
	return i
}

func (p *parser) enum(t *types.Type) types.Value {
	if p.peek() != '"' {
		p.wanted("a case of " + t.String())
	}
	offset := p.at
	name := p.string("")
	return types.VariantValue(t, p.index(t, "case", name, offset))
}

// flags reads an array of names, or an object of bools.
func (p *parser) flags(t *types.Type) types.Value {
	var bits, seen uint32
	set := func(name string, offset int, on bool) {
		bit := uint32(1) << p.index(t, "flag", name, offset)
		if seen&bit != 0 {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		seen |= bit
		if on {
			bits |= bit
		}
	}
	if p.peek() == '{' {
		p.members(func(name string, offset int) { set(name, offset, p.bool().Bool()) })
		return types.FlagsValue(t, bits)
	}
	p.elements(func(int) {
		p.peek()
		offset := p.at
		set(p.string("the name of a flag"), offset, true)
	})
	return types.FlagsValue(t, bits)
}
