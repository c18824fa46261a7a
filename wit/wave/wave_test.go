package wave_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/wit/syntax"
	"github.com/patchbay-go/patchbay/wit/wave"
)

var (
	point   = types.RecordOf(types.Field{Name: "x", Type: types.S32.Type()}, types.Field{Name: "label", Type: types.OptionOf(types.String.Type())})
	shape   = types.VariantOf(types.Field{Name: "circle", Type: types.F64.Type()}, types.Field{Name: "none"}, types.Field{Name: "at", Type: point})
	rights  = types.FlagsOf("read", "write", "run")
	color   = types.EnumOf("red", "green", "ok")
	nested  = types.OptionOf(types.OptionOf(types.U8.Type()))
	outcome = types.ResultOf(types.U8.Type(), types.String.Type())
	bare    = types.ResultOf(nil, nil)
	pair    = types.TupleOf(types.String.Type(), types.Bool.Type())
	file    = types.OwnOf(&types.ResourceType{Name: "file"})
)

func TestParse(t *testing.T) {
	for _, test := range []struct {
		typ        *types.Type
		text, want string
	}{
		{types.Bool.Type(), " true // yes\n", "true"},
		{types.S8.Type(), "-128", "-128"},
		{types.U8.Type(), "255", "255"},
		{types.S64.Type(), "-9223372036854775808", "-9223372036854775808"},
		{types.U64.Type(), "18446744073709551615", "18446744073709551615"},
		{types.S32.Type(), "-0", "0"},
		{types.F32.Type(), "1e10", "10000000000"},
		{types.F32.Type(), "1e39", "inf"},
		{types.F64.Type(), "-1.5E-3", "-0.0015"},
		{types.F64.Type(), "-0.0", "-0"},
		{types.F64.Type(), "nan", "nan"},
		{types.F64.Type(), "-inf", "-inf"},
		{types.Char.Type(), `'\''`, `'\''`},
		{types.Char.Type(), `'\u{1f600}'`, `'😀'`},
		{types.Char.Type(), `'\u{0}'`, `'\u{0}'`},
		{types.String.Type(), `"a\tb\u{7f}\r"`, `"a\tb\u{7f}\r"`},
		{types.String.Type(), "\"\"\"\r\n  one\r\n\r\n   two\\n\r\n  \"\"\"", `"one\n\n two\n"`},
		{types.String.Type(), "\"\"\"\n  \"\"\"", `""`},
		{types.ListOf(types.U16.Type()), "[1, 2, 65535,]", "[1, 2, 65535]"},
		{types.ListOf(pair), `[("a", true), ("b", false,)]`, `[("a", true), ("b", false)]`},
		{types.FixedListOf(types.U8.Type(), 2), "[1,2]", "[1, 2]"},
		{types.MapOf(types.String.Type(), types.U8.Type()), `[("a", 1), ("b", 2)]`, `[("a", 1), ("b", 2)]`},
		{point, `{%label: "p", x: 1}`, `{x: 1, label: some("p")}`},
		{point, `{x: 1,}`, `{x: 1}`},
		{types.RecordOf(types.Field{Name: "a", Type: types.OptionOf(types.U8.Type())}), "{ : }", "{:}"},
		{shape, "circle(2)", "circle(2)"},
		{shape, "%none", "%none"},
		{shape, "at({x: 1})", "at({x: 1})"},
		{rights, "{run, %read}", "{read, run}"},
		{rights, "{}", "{}"},
		{color, "%ok", "%ok"},
		{types.OptionOf(types.String.Type()), `"flat"`, `some("flat")`},
		{nested, "some(none)", "some(none)"},
		{nested, "some(7)", "some(some(7))"},
		{outcome, "7", "ok(7)"},
		{outcome, `err("no")`, `err("no")`},
		{bare, "ok", "ok"},
		{bare, "err", "err"},
	} {
		v, err := wave.Parse(test.text, test.typ)
		if err != nil {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if !v.Type().Equal(test.typ) {
			t.Errorf("%s: type %s", test.text, v.Type())
		}
		if got := wave.Text(v); got != test.want {
			t.Errorf("%s: %s, want %s", test.text, got, test.want)
		}
		again, err := wave.Parse(test.want, test.typ)
		if err != nil || !again.Equal(v) && !strings.Contains(test.want, "nan") {
			t.Errorf("%s: read again %v, %v", test.want, again, err)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct {
		typ        *types.Type
		text, want string
	}{
		{types.Bool.Type(), "yes", "value:1:1: true or false is expected here, not yes"},
		{types.Bool.Type(), "true false", "value:1:6: the end is expected here, not false"},
		{types.U8.Type(), "256", "value:1:1: 256 does not fit into u8"},
		{types.U8.Type(), "-1", "value:1:1: -1 does not fit into u8"},
		{types.S8.Type(), "128", "value:1:1: 128 does not fit into s8"},
		{types.U8.Type(), "1.5", "value:1:1: 1.5 is no integer; the type is u8"},
		{types.U8.Type(), "01", `value:1:1: "01" is no number`},
		{types.U8.Type(), "1.", "value:1:1: a number does not end with a point"},
		{types.U8.Type(), "1e", "value:1:1: the exponent has no digits"},
		{types.U8.Type(), "", "value:1:1: a number of type u8 is expected here, not the end"},
		{types.U8.Type(), "#", `value:1:1: "#" begins no value`},
		{types.U8.Type(), "1 _", `value:1:3: "_" begins no value`},
		{types.Char.Type(), `"x"`, `value:1:1: a character like 'x' is expected here, not "x"`},
		{types.String.Type(), "\"\xff\"", "value:1:2: the text is not UTF-8"},
		{types.String.Type(), `"""x`, `value:1:1: the closing """ is missing`},
		{types.String.Type(), "\"\"\"\n x\n  \"\"\"", `value:2:1: the line is indented less than the closing """`},
		{types.String.Type(), "\"\"\"\n  x\n  y \\q\n  \"\"\"", `value:3:5: a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`},
		{types.FixedListOf(types.U8.Type(), 2), "[1]", "value:1:1: the list has 1 elements, and its type is list<u8, 2>"},
		{pair, `("a")`, `value:1:6: element 1 of tuple<string, bool> is missing before here`},
		{pair, `("a", true, 1)`, `value:1:13: tuple<string, bool> has 2 elements`},
		{point, "{y: 1}", `value:1:2: there is no field "y"; there are x, label`},
		{point, "{lable: 1}", `value:1:2: there is no field "lable"; "label" is meant, perhaps`},
		{point, "{x: 1, x: 2}", `value:1:8: field "x" stands here for the second time`},
		{point, `{label: none}`, `value:1:1: field "x", s32, is missing`},
		{point, `{}`, `value:1:1: a record without fields is written {:}`},
		{shape, "circle", `value:1:7: the payload of "circle", as in circle(…), is expected here, not the end`},
		{shape, "none", "value:1:1: a case that is called like a word of WAVE is written %none"},
		{shape, "%none(1)", `value:1:6: "none" has no payload`},
		{rights, "{read, read}", `value:1:8: flag "read" stands here for the second time`},
		{nested, "7", "value:1:1: some(…) or none is expected here, not 7"},
		{bare, "7", "value:1:1: ok or err is expected here, not 7"},
		{file, "1", "value:1:1: a value of type own<file> cannot be written"},
	} {
		_, err := wave.Parse(test.text, test.typ)
		var placed *syntax.Error
		if !errors.As(err, &placed) || err.Error() != test.want {
			t.Errorf("%s %q:\n got %v\nwant %s", test.typ, test.text, err, test.want)
		}
	}
}

var add = &types.FuncType{
	Params: []types.Param{{Name: "a", Type: types.U8.Type()}, {Name: "b", Type: types.OptionOf(types.U8.Type())}},
	Result: types.U8.Type(),
}

var errUnknown = errors.New("there is no such function")

func find(name string) (*types.FuncType, error) {
	if name == "math.add" {
		return add, nil
	}
	return nil, errUnknown
}

func TestParseCall(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"math.add(1, 2)", "math.add [1 some(2)] <nil>"},
		{" math.add ( 1 ) ", "math.add [1 none] <nil>"},
		{"math.add()", `math.add [] value:1:10: argument "a", u8, is expected here, not )`},
		{"math.add(1, 2, 3)", "math.add [] value:1:16: the function takes 2 arguments: func(a: u8, b: option<u8>) -> u8"},
		{"math.add(1) x", "math.add [1 none] value:1:13: the end is expected here, not x"},
		{"math.add", " [] value:1:9: a call is written name(value, …)"},
		{"(1)", " [] value:1:1: the name of a function is expected here"},
		{" sub(1)", "sub [] value:1:2: there is no such function"},
	} {
		name, args, err := wave.ParseCall(test.text, find)
		if got := fmt.Sprint(name, " ", args, " ", err); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
	if _, _, err := wave.ParseCall("sub()", find); !errors.Is(err, errUnknown) {
		t.Errorf("%v does not wrap the error of find", err)
	}
}

func TestParseEach(t *testing.T) {
	for _, test := range []struct {
		texts []string
		want  string
	}{
		{[]string{"1", "2"}, "[1 some(2)] <nil>"},
		{[]string{"1"}, "[1 none] <nil>"},
		{nil, `[] argument "a" is missing: func(a: u8, b: option<u8>) -> u8`},
		{[]string{"1", "x"}, "[] b:1:1: a number of type u8 is expected here, not x"},
		{[]string{"1", "2", "3"}, "[] 3 arguments are given, and the function takes 2: func(a: u8, b: option<u8>) -> u8"},
	} {
		args, err := wave.ParseEach(test.texts, add)
		if got := fmt.Sprint(args, " ", err); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.texts, got, test.want)
		}
	}
}

func TestParseArgs(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"1, 2", "[1 some(2)] <nil>"},
		{"1,", "[1 none] <nil>"},
		{"", `[] value:1:1: argument "a", u8, is expected here, not the end`},
		{"1 2", "[] value:1:3: the end is expected here, not 2"},
		{"1, 2)", "[] value:1:5: the end is expected here, not )"},
	} {
		args, err := wave.ParseArgs(test.text, add)
		if got := fmt.Sprint(args, " ", err); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestAppendHandle(t *testing.T) {
	if got := wave.Text(types.HandleValue(file, &types.Handle{})); got != "<own<file>>" {
		t.Error(got)
	}
}

// FuzzParse prints what it could read, and reads it again.
func FuzzParse(f *testing.F) {
	all := types.TupleOf(point, shape, rights, color, nested, outcome, bare, types.ListOf(pair),
		types.Char.Type(), types.F32.Type(), types.S64.Type(), types.MapOf(types.U8.Type(), types.Bool.Type()))
	f.Add(`({x: 1, label: "a"}, circle(1.5), {read}, red, some(none), err("x"), ok, [("a", true)], 'x', nan, -1, [(1, true)])`)
	f.Add("({x: 1}, %none, {}, %ok, none, 1, err, [(\"\"\"\n  a\n  \"\"\", false)], '\\u{41}', -inf, 0, [])")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := wave.Parse(text, all)
		var placed *syntax.Error
		if err != nil {
			if !errors.As(err, &placed) {
				t.Fatal(err)
			}
			placed.Show()
			return
		}
		printed := wave.Text(v)
		again, err := wave.Parse(printed, all)
		if err != nil {
			t.Fatalf("%s: %v", printed, err)
		}
		if got := wave.Text(again); got != printed {
			t.Errorf("%s, again %s", printed, got)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	const text = `{x: 12345, label: some("a label of usual length")}`
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		if _, err := wave.Parse(text, point); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAppend(b *testing.B) {
	v, err := wave.Parse(`{x: 12345, label: some("a label of usual length")}`, point)
	if err != nil {
		b.Fatal(err)
	}
	var dst []byte
	for b.Loop() {
		dst = wave.Append(dst[:0], v)
	}
}
