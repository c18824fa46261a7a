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
	large   = types.RecordOf(options(40)...)
)

// options are fields f0, f1 and so on.
func options(n int) []types.Field {
	fields := make([]types.Field, n)
	for i := range fields {
		fields[i] = types.Field{Name: fmt.Sprint("f", i), Type: types.OptionOf(types.U8.Type())}
	}
	return fields
}

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
		{types.OptionOf(color), "%ok", "some(%ok)"},
		{types.OptionOf(types.VariantOf(types.Field{Name: "null"})), "null", "some(null)"},
		{types.ListOf(types.ListOf(types.U8.Type())), "[[], [1]]//", "[[], [1]]"},
		{types.OptionOf(file), "none", "none"},
		{types.TupleOf(types.ListOf(file), types.ResultOf(nil, file), types.U8.Type()), "([], ok, 7)", "([], ok, 7)"},
		{large, "{f39: some(39), f0: some(0)}", "{f0: some(0), f39: some(39)}"},
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
		{types.U8.Type(), "01", `value:1:1: "01" is no number; numbers are decimal and have no leading zeros`},
		{types.U8.Type(), "1.", "value:1:1: a number does not end with a point"},
		{types.U8.Type(), "1e", "value:1:1: the exponent has no digits"},
		{types.U8.Type(), "", "value:1:1: a number of type u8 is expected here, not the end"},
		{types.U8.Type(), "#", `value:1:1: "#" begins no value`},
		{types.U8.Type(), "1 _", `value:1:3: "_" begins no value`},
		{types.Char.Type(), `"x"`, `value:1:1: a character like 'x' is expected here, not "x"; a character stands between ' and '`},
		{types.String.Type(), "\"\xff\"", "value:1:2: the text is not UTF-8"},
		{types.String.Type(), `"""x`, `value:1:1: the closing """ is missing`},
		{types.String.Type(), "\"\"\"\n x\n  \"\"\"", `value:2:1: the line is indented less than the closing """`},
		{types.String.Type(), "\"\"\"\n  x\n  y \\q\n  \"\"\"", `value:3:5: a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`},
		{types.FixedListOf(types.U8.Type(), 2), "[1]", "value:1:1: the list has 1 elements, and its type is list<u8, 2>"},
		{pair, `("a")`, `value:1:5: element 1 of tuple<string, bool> is missing before here`},
		{pair, `("a", true, 1)`, `value:1:13: tuple<string, bool> has 2 elements`},
		{point, "{y: 1}", `value:1:2: there is no field "y"; there are x, label`},
		{point, "{lable: 1}", `value:1:2: there is no field "lable"; did you mean "label"?`},
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
		{types.OptionOf(file), "some(1)", "value:1:6: a value of type own<file> cannot be written"},

		// What may have been meant.
		{types.Bool.Type(), "True", `value:1:1: true or false is expected here, not True; did you mean "true"?`},
		{types.F64.Type(), "NaN", `value:1:1: a number of type f64 is expected here, not NaN; did you mean "nan"?`},
		{types.U8.Type(), "0x1f", `value:1:1: "0x" is no number; numbers are decimal and have no leading zeros`},
		{types.U32.Type(), "1_000", `value:1:1: "1_" is no number; numbers are decimal and have no leading zeros`},
		{types.U8.Type(), "-1.5", "value:1:1: -1.5 is no integer; the type is u8"},
		{types.S8.Type(), "-inf", "value:1:1: -inf is no integer; the type is s8"},
		{types.U8.Type(), strings.Repeat("9", 50), "value:1:1: 99999999999999999999… does not fit into u8"},
		{types.String.Type(), "hello", `value:1:1: a string is expected here, not hello; a string stands between " and "`},
		{types.String.Type(), "'hello'", `value:1:1: a string is expected here, not 'hello'; a string stands between " and "`},
		{types.String.Type(), "\"a\nb\"", `value:1:1: the closing " is missing; a line break is written \n, or between """ and """`},
		{point, `{"x": 1}`, `value:1:2: the name of a field is expected here, not "x"; names stand without quotes`},
		{point, "{x: 1, lab_el: 2}", `value:1:8: "lab_el" is no name; did you mean "label"?`},
		{point, "{xX: 1}", `value:1:2: "xX" is no name; did you mean "x"?`},
		{point, "{other-: 1}", `value:1:2: "other-" is no name; there are x, label`},
		{point, "{x 1}", "value:1:4: : is expected here, not 1"},
		{large, "{f41: 1}", `value:1:2: there is no field "f41"; did you mean "f1"?`},
		{large, "{other: 1}", `value:1:2: there is no field "other"; there are f0, f1, f2, f3, f4, f5, f6, f7, f8, f9 and 30 more`},
		{large, "{f39: 1, f39: 1}", `value:1:10: field "f39" stands here for the second time`},
		{shape, "cirle(1)", `value:1:1: there is no case "cirle"; did you mean "circle"?`},
		{shape, `"circle"`, `value:1:1: the name of a case is expected here, not "circle"; names stand without quotes`},
		{shape, "some", `value:1:1: there is no case "some"; there are circle, none, at`},
		{color, "gren", `value:1:1: there is no case "gren"; did you mean "green"?`},
		{color, "red(1)", `value:1:4: "red" has no payload`},
		{rights, "{raed}", `value:1:2: there is no flag "raed"; did you mean "read"?`},
		{rights, "{read: true}", "value:1:6: } is expected here, not :"},
		{types.OptionOf(types.U8.Type()), "null", `value:1:1: some(…) or none is expected here, not null; did you mean "none"?`},
		{nested, "non", `value:1:1: some(…) or none is expected here, not non; did you mean "none"?`},
		{bare, "error", `value:1:1: ok or err is expected here, not error; did you mean "err"?`},
		{bare, "ok(1)", `value:1:3: "ok" has no payload`},

		// Where it is.
		{types.ListOf(point), "[{x: 1},\n // two\n {x: true}]", "value:3:6: a number of type s32 is expected here, not true"},
		{types.ListOf(point), "[{x: 1}, {}]", "value:1:10: a record without fields is written {:}"},
		{types.ListOf(types.U8.Type()), "[1 2]", "value:1:4: ] is expected here, not 2"},
		{types.ListOf(types.U8.Type()), "[,]", "value:1:2: a number of type u8 is expected here, not ,"},
		{types.ListOf(types.U8.Type()), "[1,,]", "value:1:4: a number of type u8 is expected here, not ,"},
		{types.ListOf(types.U8.Type()), "[1", "value:1:3: ] is expected here, not the end"},
		{types.FixedListOf(types.U8.Type(), 2), "[1, 2, 3]", "value:1:8: the list has more elements than its type, list<u8, 2>"},
		{types.FixedListOf(types.U64.Type(), 1<<20), "[1]", "value:1:1: a value of type list<u64, 1048576> takes more memory than this text can be worth"},
		{types.ListOf(types.FixedListOf(types.U64.Type(), 1<<20)), "[[1]]", "value:1:2: a value of type list<u64, 1048576> takes more memory than this text can be worth"},
		{types.MapOf(types.Char.Type(), types.U8.Type()), "[('é', 1), ('ab', 2)]", "value:1:13: one character stands between ' and ', not 2"},
		{types.Char.Type(), `'\u{d800}'`, `value:1:2: a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`},
		{types.Char.Type(), `'\u{110000}'`, `value:1:2: a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`},
		{types.String.Type(), `"ab\u{0000041}"`, `value:1:4: a backslash stands before t, n, r, ', ", \, or u{…} with a character's number`},
		{types.String.Type(), "\"a\\nb\xff\"", "value:1:6: the text is not UTF-8"},
		{types.U8.Type(), "1 /", `value:1:3: "/" begins no value`},
		{types.U8.Type(), "\n//\n/ 1", `value:3:1: "/" begins no value`},
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

var compounds = &types.FuncType{Params: []types.Param{
	{Name: "points", Type: types.ListOf(point)}, {Name: "text", Type: types.String.Type()}, {Name: "outcome", Type: outcome},
	{Name: "n", Type: types.U8.Type()}, {Name: "rest", Type: nested},
}}

// TestCompounds reads arguments of which some are in an image and some are not, by
// each door.
func TestCompounds(t *testing.T) {
	f := compounds
	texts := []string{`[{x: 1, label: "a\n"}, {x: 2}]`, `"text\\\""`, `err("no")`, "7", "some(1)"}
	const want = `[[{x: 1, label: some("a\n")}, {x: 2, label: none}] "text\\\"" err("no") 7 some(some(1))] <nil>`
	all := strings.Join(texts, ", ")
	var r wave.Reader
	for door, parse := range map[string]func() ([]types.Value, error){
		"ParseArgs": func() ([]types.Value, error) { return wave.ParseArgs(all, f) },
		"ParseEach": func() ([]types.Value, error) { return wave.ParseEach(texts, f) },
		"Reader":    func() ([]types.Value, error) { return r.Args(all, f) },
		"ParseCall": func() ([]types.Value, error) {
			_, args, err := wave.ParseCall("f("+all+")", func(string) (*types.FuncType, error) { return f, nil })
			return args, err
		},
	} {
		args, err := parse()
		if got := fmt.Sprint(args, " ", err); got != want {
			t.Errorf("%s:\n got %s\nwant %s", door, got, want)
		}
		for i, arg := range args {
			if _, _, _, ok := arg.Image(); ok != f.Params[i].Type.InImage() {
				t.Errorf("%s: argument %d is in an image: %v", door, i, ok)
			}
		}
	}
}

// TestReader reads arguments into memory that was used before.
func TestReader(t *testing.T) {
	f := &types.FuncType{Params: []types.Param{{Name: "a", Type: types.ListOf(point)}, {Name: "b", Type: outcome}}}
	var r wave.Reader
	for _, want := range []string{
		`[{x: 1, label: some("one")}], ok(7)`, `[], err("")`, `[` + strings.Repeat(`{x: 1}, `, 10_000) + `{x: 2}], ok(0)`, `[{x: -1}], ok(1)`,
	} {
		for range 2 {
			args, err := r.Args(want, f)
			if err != nil {
				t.Fatal(err)
			}
			if got := wave.Text(args[0]) + ", " + wave.Text(args[1]); got != want {
				t.Errorf("got %.300s\nwant %.300s", got, want)
			}
		}
		if args, err := r.Args(want[:len(want)-1], f); err == nil || args != nil {
			t.Errorf("half of it was read: %v", args)
		}
		r.Reset()
	}
	text := `[{x: 1, label: "one"}, {x: 2}], err("no")`
	if n := testing.AllocsPerRun(100, func() { _, _ = r.Args(text, f) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestParseCall(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"math.add(1, 2)", "math.add [1 some(2)] <nil>"},
		{" math.add ( 1 ) ", "math.add [1 none] <nil>"},
		{"math.add()", `math.add [] value:1:10: argument "a", u8, is expected here, not )`},
		{"math.add(1, 2, 3)", "math.add [] value:1:16: the function takes 2 arguments: func(a: u8, b: option<u8>) -> u8"},
		{"math.add(1) x", "math.add [] value:1:13: the end is expected here, not x"},
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

// TestAppendAllocates prints what lies in an image where it lies.
func TestAppendAllocates(t *testing.T) {
	for _, size := range sizes {
		v, err := wave.Parse(size.wave(), size.typ)
		if err != nil {
			t.Fatal(err)
		}
		dst := make([]byte, 0, len(size.wave()))
		if n := testing.AllocsPerRun(10, func() { dst = wave.Append(dst[:0], v) }); n != 0 || string(dst) != size.wave() {
			t.Errorf("%s: %v allocations", size.name, n)
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

// FuzzParseCall prints the call that it could read, and reads it again.
func FuzzParseCall(f *testing.F) {
	f.Add(`f([{x: 1, label: "a"}], "b", err("no"), 7, some(1))`)
	f.Add("\n// two\n a:b/c@1.0.0#d ( [ ] , \"\"\"\n\n\"\"\" , 1 , 0 ) //")
	f.Add("f([], '', ok(), -1,)")
	found := func(string) (*types.FuncType, error) { return compounds, nil }
	f.Fuzz(func(t *testing.T, text string) {
		name, args, err := wave.ParseCall(text, found)
		var placed *syntax.Error
		if err != nil {
			if !errors.As(err, &placed) || args != nil {
				t.Fatal(args, err)
			}
			placed.Show()
			return
		}
		texts := make([]string, len(args))
		for i, arg := range args {
			texts[i] = wave.Text(arg)
		}
		call := name + "(" + strings.Join(texts, ", ") + ")"
		again, same, err := wave.ParseCall(call, found)
		if err != nil || again != name || fmt.Sprint(same) != fmt.Sprint(args) {
			t.Errorf("%s, again %s %v, %v", call, again, same, err)
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
