package valuejson

import (
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/internal/spelling"
)

// Parse reads a value of type t. The error is an *[Error]. Strings may share
// text's memory.
func Parse(text string, t *types.Type) (v types.Value, err error) {
	p := &parser{scanner{text: text}}
	defer catch(&err)
	v = p.value(t)
	p.end()
	return v, nil
}

// ParseArgs reads the arguments of a function: an array of them in their order,
// of which options at the end may be left out, or an object by the names of
// parameters, of which any option may be. Nothing at all is no arguments.
func ParseArgs(text string, f *types.FuncType) (args []types.Value, err error) {
	p := &parser{scanner{text: text}}
	defer func() {
		if err != nil {
			args = nil
		}
	}()
	defer catch(&err)
	args = make([]types.Value, len(f.Params))
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
		if args[i].Kind() != 0 {
			continue
		}
		if param.Type.Kind() != types.Option {
			p.fail("argument %q, %s, is missing", param.Name, param.Type)
		}
		args[i] = types.NoneValue(param.Type)
	}
	return args, nil
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

// value reads a value of type t.
func (p *parser) value(t *types.Type) types.Value {
	switch k := t.Kind(); k {
	case types.Bool:
		return p.bool()
	case types.Char:
		return p.char()
	case types.String:
		return types.StringValue(p.string("a string"))
	case types.F32, types.F64:
		return p.float(t)
	case types.List, types.FixedList:
		return p.list(t)
	case types.Map:
		return p.mapping(t)
	case types.Record:
		return p.record(t)
	case types.Tuple:
		return p.tuple(t)
	case types.Variant:
		return p.variant(t)
	case types.Enum:
		return p.enum(t)
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

func (p *parser) list(t *types.Type) types.Value {
	c := p.peek()
	offset := p.at
	if c == '"' && t.Elem().Kind() == types.U8 {
		return p.base64(t, offset)
	}
	list := types.BuildList(t)
	p.elements(func(int) { list.Append(p.value(t.Elem())) })
	p.checkLength(t, list.Len(), offset)
	return list.List()
}

func (p *parser) base64(t *types.Type, offset int) types.Value {
	bytes, err := base64.StdEncoding.DecodeString(p.string(""))
	if err != nil {
		p.failAt(offset, "the string is not base64: %v", err)
	}
	p.checkLength(t, len(bytes), offset)
	return types.PackedValue(t, string(bytes))
}

func (p *parser) checkLength(t *types.Type, n, offset int) {
	if t.Kind() == types.FixedList && n != t.Len() {
		p.failAt(offset, "%d elements are given, and the type is %s", n, t)
	}
}

// mapping reads an array of pairs, or an object if keys are strings.
func (p *parser) mapping(t *types.Type) types.Value {
	var pairs []types.Value
	if p.peek() == '{' && t.Elem().Fields()[0].Type.Kind() == types.String {
		p.members(func(name string, _ int) {
			v := p.value(t.Elem().Fields()[1].Type)
			pairs = append(pairs, types.RecordValue(t.Elem(), types.StringValue(name), v))
		})
	} else {
		p.elements(func(int) { pairs = append(pairs, p.tuple(t.Elem())) })
	}
	return types.ListValue(t, pairs...)
}

func (p *parser) tuple(t *types.Type) types.Value {
	fields := make([]types.Value, 0, t.Len())
	p.elements(func(i int) {
		if i == t.Len() {
			p.fail("%s has %d elements", t, t.Len())
		}
		fields = append(fields, p.value(t.Fields()[i].Type))
	})
	if len(fields) < t.Len() {
		p.fail("element %d of %s is missing before here", len(fields), t)
	}
	return types.RecordValue(t, fields...)
}

func (p *parser) record(t *types.Type) types.Value {
	p.peek()
	start := p.at
	fields := make([]types.Value, t.Len())
	p.members(func(name string, offset int) {
		i := p.index(t, "field", name, offset)
		if fields[i].Kind() != 0 {
			p.failAt(offset, "%q stands here for the second time", name)
		}
		fields[i] = p.value(t.Fields()[i].Type)
	})
	for i, f := range t.Fields() {
		if fields[i].Kind() != 0 {
			continue
		}
		if f.Type.Kind() != types.Option {
			p.failAt(start, "field %q, %s, is missing", f.Name, f.Type)
		}
		fields[i] = types.NoneValue(f.Type)
	}
	return types.RecordValue(t, fields...)
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

// variant reads {"tag": …, "val": …} with its members in any order.
func (p *parser) variant(t *types.Type) types.Value {
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
	return types.VariantValue(t, i, p.payload(t.Fields()[i], value, start)...)
}

// maxDepth is more than types can nest.
const maxDepth = 4 * types.MaxDepth

// payload reads the value at the offset, which was passed before.
func (p *parser) payload(c types.Field, offset, start int) []types.Value {
	switch {
	case c.Type == nil && offset < 0:
		return nil
	case c.Type == nil:
		again := parser{scanner{text: p.text, at: offset, path: p.path}}
		if !again.word("null") {
			p.failAt(offset, "%q has no payload", c.Name)
		}
		return nil
	case offset < 0:
		p.failAt(start, `the payload of %q is missing: "val", %s`, c.Name, c.Type)
	}
	again := parser{scanner{text: p.text, at: offset, path: append(p.path, step{name: "val"})}}
	return []types.Value{again.value(c.Type)}
}

func (p *parser) option(t *types.Type) types.Value {
	if p.word("null") {
		return types.NoneValue(t)
	}
	if t.Elem().Kind() != types.Option {
		return types.SomeValue(t, p.value(t.Elem()))
	}
	name, payload := p.single("some", t.Elem(), "", nil)
	if name == "" {
		p.wanted(`null or {"some": …}`)
	}
	return types.SomeValue(t, payload[0])
}

func (p *parser) result(t *types.Type) types.Value {
	name, payload := p.single("ok", t.Fields()[0].Type, "err", t.Fields()[1].Type)
	switch name {
	case "ok":
		return types.OkValue(t, payload...)
	case "err":
		return types.ErrorValue(t, payload...)
	}
	p.wanted(`{"ok": …} or {"err": …}`)
	return types.Value{}
}

// single reads an object with one member, which has one of two names. It
// returns no name if there is no object.
func (p *parser) single(a string, aType *types.Type, b string, bType *types.Type) (name string, payload []types.Value) {
	if p.peek() != '{' {
		return "", nil
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
			payload = []types.Value{p.value(t)}
		} else if !p.word("null") {
			p.wanted("null, since there is no payload,")
		}
	})
	if name == "" {
		p.failAt(start, "the member %q is missing", a)
	}
	return name, payload
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
