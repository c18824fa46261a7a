package wave

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// Parse reads a value of type t. The error is a *[syntax.Error]. Strings share
// the text's memory where they have no escapes.
func Parse(text string, t *types.Type) (v types.Value, err error) {
	p := newParser(text)
	defer p.catch(&err)
	p.next()
	v = p.value(t)
	p.end()
	return v, nil
}

// ParseCall reads name(value, …). The function find is given the name and
// returns the function's type; its error is returned as it is, with the place of
// the name if it is no *[syntax.Error]. Arguments at the end may be left out if
// they are options: they are none.
func ParseCall(text string, find func(name string) (*types.FuncType, error)) (name string, args []types.Value, err error) {
	p := newParser(text)
	defer p.catch(&err)
	name = p.name()
	f, err := find(name)
	if err != nil {
		return name, nil, p.unknown(name, err)
	}
	p.next()
	p.want('(')
	args = p.args(f, ')')
	p.want(')')
	p.end()
	return name, args, nil
}

// unknown gives the error of find a place.
func (p *parser) unknown(name string, err error) error {
	if placed := new(syntax.Error); errors.As(err, &placed) {
		return err
	}
	start := strings.Index(p.source.Text, name)
	return &syntax.Error{
		Span:    syntax.Span{Source: p.source, Start: start, End: start + len(name)},
		Problem: err.Error(), Cause: err,
	}
}

// ParseArgs reads the arguments of a function with commas between them.
func ParseArgs(text string, f *types.FuncType) (args []types.Value, err error) {
	p := newParser(text)
	defer p.catch(&err)
	p.next()
	args = p.args(f, endOfText)
	return args, nil
}

// ParseEach reads the arguments of a function from one text for each. An error
// says which of them it is about.
func ParseEach(texts []string, f *types.FuncType) ([]types.Value, error) {
	if len(texts) > len(f.Params) {
		return nil, fmt.Errorf("%d arguments are given, and the function takes %d: %s", len(texts), len(f.Params), f)
	}
	args := make([]types.Value, len(f.Params))
	for i, param := range f.Params {
		if i >= len(texts) {
			if param.Type.Kind() != types.Option {
				return nil, fmt.Errorf("argument %q is missing: %s", param.Name, f)
			}
			args[i] = types.NoneValue(param.Type)
			continue
		}
		v, err := Parse(texts[i], param.Type)
		if placed := new(syntax.Error); errors.As(err, &placed) {
			placed.Span.Source = &syntax.Source{Name: param.Name, Text: texts[i]}
		}
		if err != nil {
			return nil, err
		}
		args[i] = v
	}
	return args, nil
}

// A parser reads values by recursive descent, led by their types.
type parser struct {
	scanner
}

func newParser(text string) *parser {
	return &parser{scanner{source: &syntax.Source{Name: "value", Text: text}}}
}

// catch makes the panic of fail the error.
func (p *parser) catch(err *error) {
	switch r := recover().(type) {
	case nil:
	case *syntax.Error:
		*err = r
	default:
		panic(r)
	}
}

func (p *parser) end() {
	if p.token.kind != endOfText {
		p.wanted("the end")
	}
}

// name reads the name of a function: what stands before the parenthesis.
func (p *parser) name() string {
	p.skip()
	rest := p.source.Text[p.at:]
	end := strings.IndexByte(rest, '(')
	if end < 0 {
		p.fail(len(p.source.Text), len(p.source.Text), `a call is written name(value, …)`)
	}
	p.at += end
	name := strings.TrimRight(rest[:end], " \t\r\n")
	if name == "" {
		p.fail(p.at, p.at+1, "the name of a function is expected here")
	}
	return name
}

// args reads arguments up to the token end, which it leaves.
func (p *parser) args(f *types.FuncType, end kind) []types.Value {
	args := make([]types.Value, 0, len(f.Params))
	for p.token.kind != end {
		if len(args) == len(f.Params) {
			p.fail(p.token.start, p.token.end, "the function takes %d arguments: %s", len(f.Params), f)
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
	if end == endOfText {
		p.end()
	}
	return args
}

// value reads a value of type t.
func (p *parser) value(t *types.Type) types.Value {
	switch k := t.Kind(); k {
	case types.Bool:
		return p.bool()
	case types.Char:
		return p.char()
	case types.String:
		return types.StringValue(p.string())
	case types.F32, types.F64:
		return p.float(t)
	case types.List, types.FixedList:
		return p.list(t)
	case types.Map:
		return p.list(t)
	case types.Record:
		return p.record(t)
	case types.Tuple:
		return p.tuple(t)
	case types.Variant, types.Enum:
		return p.variant(t)
	case types.Option:
		return p.option(t)
	case types.Result:
		return p.result(t)
	case types.Flags:
		return p.flags(t)
	default:
		if k.IsNumber() {
			return p.integer(t)
		}
	}
	p.fail(p.token.start, p.token.end, "a value of type %s cannot be written", t)
	return types.Value{}
}

func (p *parser) bool() types.Value {
	switch {
	case p.gotWord("true"):
		return types.BoolValue(true)
	case p.gotWord("false"):
		return types.BoolValue(false)
	}
	p.wanted("true or false")
	return types.Value{}
}

func (p *parser) char() types.Value {
	if p.token.kind != character {
		p.wanted("a character like 'x'")
	}
	raw := p.text()
	decoded := []rune(p.unescape(raw[1:len(raw)-1], p.token.start+1))
	if len(decoded) != 1 {
		p.fail(p.token.start, p.token.end, "one character stands between ' and ', not %d", len(decoded))
	}
	p.next()
	return types.CharValue(decoded[0])
}

func (p *parser) string() string {
	var decoded string
	switch p.token.kind {
	case text:
		raw := p.text()
		decoded = p.unescape(raw[1:len(raw)-1], p.token.start+1)
	case multiline:
		decoded = p.multilineText()
	default:
		p.wanted("a string")
	}
	p.next()
	return decoded
}

func (p *parser) integer(t *types.Type) types.Value {
	if p.token.kind != number {
		p.wanted("a number of type " + t.String())
	}
	raw, bits := p.text(), int(t.Size())*8
	var value uint64
	var err error
	if t.Kind().IsSigned() {
		var signed int64
		signed, err = strconv.ParseInt(raw, 10, bits)
		value = uint64(signed)
	} else {
		value, err = strconv.ParseUint(raw, 10, bits)
	}
	switch {
	case errors.Is(err, strconv.ErrRange) || err != nil && raw[0] == '-':
		p.fail(p.token.start, p.token.end, "%s does not fit into %s", raw, t)
	case err != nil:
		p.fail(p.token.start, p.token.end, "%s is no integer; the type is %s", raw, t)
	}
	p.next()
	return types.ScalarValue(t, value)
}

// float reads a float. What is too large becomes infinite, as in WAVE.
func (p *parser) float(t *types.Type) types.Value {
	bits := int(t.Size()) * 8
	var f float64
	switch {
	case p.token.kind == label && p.text() == "nan":
		f = math.NaN()
	case p.token.kind == label && p.text() == "inf":
		f = math.Inf(1)
	case p.token.kind == number && p.text() == "-inf":
		f = math.Inf(-1)
	case p.token.kind == number:
		f, _ = strconv.ParseFloat(p.text(), bits)
	default:
		p.wanted("a number of type " + t.String())
	}
	p.next()
	if bits == 32 {
		return types.F32Value(float32(f))
	}
	return types.F64Value(f)
}

// list reads a list, one of fixed length, or a map: a list of pairs.
func (p *parser) list(t *types.Type) types.Value {
	start := p.token.start
	p.want('[')
	list := types.BuildList(t)
	p.elements(']', func() { list.Append(p.value(t.Elem())) })
	if t.Kind() == types.FixedList && list.Len() != t.Len() {
		p.fail(start, p.token.start, "the list has %d elements, and its type is %s", list.Len(), t)
	}
	return list.List()
}

// elements reads elements with commas between them up to the token end, which
// it passes.
func (p *parser) elements(end kind, element func()) {
	for p.token.kind != end {
		element()
		if !p.got(',') {
			break
		}
	}
	p.want(end)
}

func (p *parser) tuple(t *types.Type) types.Value {
	p.want('(')
	fields := make([]types.Value, 0, t.Len())
	p.elements(')', func() {
		if len(fields) == t.Len() {
			p.fail(p.token.start, p.token.end, "%s has %d elements", t, t.Len())
		}
		fields = append(fields, p.value(t.Fields()[len(fields)].Type))
	})
	if len(fields) < t.Len() {
		p.fail(p.token.start, p.token.end, "element %d of %s is missing before here", len(fields), t)
	}
	return types.RecordValue(t, fields...)
}

// label reads a name.
func (p *parser) label(what string) (name string, start, end int) {
	if p.token.kind != label {
		p.wanted(what)
	}
	start, end = p.token.start, p.token.end
	name = strings.TrimPrefix(p.text(), "%")
	p.next()
	return name, start, end
}

// field finds a field, case or flag by its name.
func (p *parser) field(t *types.Type, what, name string, start, end int) int {
	i := t.FieldIndex(name)
	if i < 0 {
		var names []string
		for _, f := range t.Fields() {
			names = append(names, f.Name)
		}
		hint := "there are " + strings.Join(names[:min(len(names), 10)], ", ")
		if near := spelling.Nearest(name, names); near != "" {
			hint = fmt.Sprintf("%q is meant, perhaps", near)
		}
		p.fail(start, end, "there is no %s %q; %s", what, name, hint)
	}
	return i
}

// record reads {field: value, …}; {:} has no fields. Options may be left out.
func (p *parser) record(t *types.Type) types.Value {
	start := p.token.start
	fields := make([]types.Value, t.Len())
	p.want('{')
	switch p.token.kind {
	case ':':
		p.next()
		p.want('}')
	case '}':
		p.fail(start, p.token.end, "a record without fields is written {:}")
	default:
		p.elements('}', func() { p.recordField(t, fields) })
	}
	for i, f := range t.Fields() {
		if fields[i].Kind() != 0 {
			continue
		}
		if f.Type.Kind() != types.Option {
			p.fail(start, start+1, "field %q, %s, is missing", f.Name, f.Type)
		}
		fields[i] = types.NoneValue(f.Type)
	}
	return types.RecordValue(t, fields...)
}

func (p *parser) recordField(t *types.Type, fields []types.Value) {
	name, start, end := p.label("the name of a field")
	i := p.field(t, "field", name, start, end)
	if fields[i].Kind() != 0 {
		p.fail(start, end, "field %q stands here for the second time", name)
	}
	p.want(':')
	fields[i] = p.value(t.Fields()[i].Type)
}

// flags reads {flag, …}.
func (p *parser) flags(t *types.Type) types.Value {
	var bits uint32
	p.want('{')
	p.elements('}', func() {
		name, start, end := p.label("the name of a flag")
		bit := uint32(1) << p.field(t, "flag", name, start, end)
		if bits&bit != 0 {
			p.fail(start, end, "flag %q stands here for the second time", name)
		}
		bits |= bit
	})
	return types.FlagsValue(t, bits)
}

// variant reads a case, with its payload in parentheses.
func (p *parser) variant(t *types.Type) types.Value {
	raw := p.describe()
	name, start, end := p.label("a case of " + t.String())
	if isKeyword(raw) {
		p.fail(start, end, "a case that is called like a word of WAVE is written %%%s", raw)
	}
	i := p.field(t, "case", name, start, end)
	return types.VariantValue(t, i, p.payload(name, t.Fields()[i].Type)...)
}

// payload reads (value) if the case has one.
func (p *parser) payload(name string, t *types.Type) []types.Value {
	if t == nil {
		if p.token.kind == '(' {
			p.fail(p.token.start, p.token.end, "%q has no payload", name)
		}
		return nil
	}
	if p.token.kind != '(' {
		p.wanted(fmt.Sprintf("the payload of %q, as in %s(…),", name, name))
	}
	p.next()
	v := p.value(t)
	p.want(')')
	return []types.Value{v}
}

// flat reports whether a payload may stand without some or ok.
func flat(t *types.Type) bool {
	return t != nil && t.Kind() != types.Option && t.Kind() != types.Result
}

func (p *parser) option(t *types.Type) types.Value {
	switch {
	case p.gotWord("none"):
		p.payload("none", nil)
		return types.NoneValue(t)
	case p.gotWord("some"):
		return types.SomeValue(t, p.payload("some", t.Elem())[0])
	case flat(t.Elem()):
		return types.SomeValue(t, p.value(t.Elem()))
	}
	p.wanted("some(…) or none")
	return types.Value{}
}

func (p *parser) result(t *types.Type) types.Value {
	ok, err := t.Fields()[0].Type, t.Fields()[1].Type
	switch {
	case p.gotWord("ok"):
		return types.OkValue(t, p.payload("ok", ok)...)
	case p.gotWord("err"):
		return types.ErrorValue(t, p.payload("err", err)...)
	case flat(ok):
		return types.OkValue(t, p.value(ok))
	}
	p.wanted("ok or err")
	return types.Value{}
}
