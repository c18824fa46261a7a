package wast

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fake is a runtime whose binaries are texts: what an instance returns, or what
// goes wrong.
type fake struct{}

func (fake) Instantiate(binary []byte, registered map[string]any) (any, error) {
	text := string(binary)
	if fault, ok := strings.CutPrefix(text, "trap:"); ok {
		return nil, errors.New(fault)
	}
	if name, ok := strings.CutPrefix(text, "import:"); ok {
		if registered[name] == nil {
			return nil, fmt.Errorf("no import %s", name)
		}
		return registered[name], nil
	}
	return text, nil
}

func (fake) Invoke(instance any, name string, args []Value) ([]Value, error) {
	if name == "trap" {
		return nil, errors.New("unreachable")
	}
	return []Value{{Type: "str", Text: instance.(string)}}, nil
}

func TestRun(t *testing.T) {
	const text = `
(component definition $one binary "one")
(component $two binary "two")
(component instance $i $one)
(assert_return (invoke "f") (str.const "one"))
(assert_return (invoke $two "f") (str.const "two"))
(register "n" $two)
(component binary "import:n")
(invoke "f")
(assert_return (invoke "f") (str.const "two"))
(assert_trap (invoke "trap") "unreach")
(assert_trap (component binary "trap:at start") "start")
(assert_unlinkable (component binary "import:m") "no import m")
(assert_invalid (component binary "bad: x") "x")
(assert_malformed (component binary "bad: y") "y")

(component $three binary "bad: z")
(assert_return (invoke $three "f") (str.const "three"))
(component instance $k $three)
(component binary "import:two")
(assert_invalid (component binary "good") "g")
(assert_invalid (component binary "bad: y") "x")
(assert_return (invoke "f") (str.const "three"))
(assert_return (invoke "f"))
(assert_trap (invoke "f") "t")
(assert_trap (invoke "trap") "another")
(component instance $j $none)
(invoke $none "f")
`
	commands, err := ParseScript(text)
	if err != nil {
		t.Fatal(err)
	}
	runner := Runner{
		Check: func(source *Source) error {
			if fault, ok := strings.CutPrefix(string(source.Binary), "bad: "); ok {
				return errors.New(fault)
			}
			return nil
		},
		Runtime: fake{},
		Means:   func(err error, message string) bool { return strings.Contains(err.Error(), message) },
	}
	var got []string
	for _, o := range runner.Run(commands) {
		if o.Err != nil {
			got = append(got, fmt.Sprintf("%d %s: %v", o.Line, o.Stage, o.Err))
		} else if o.Line > 16 && o.Line != 20 && o.Stage == StageRun {
			t.Errorf("line %d passes", o.Line)
		}
	}
	want := []string{
		"17 check: z",
		"17 run: no such instance: z",
		`18 run: no such instance: "$three": z`,
		`19 run: no such instance: "$three": z`,
		"21 check: accepted, and must be refused: g",
		`22 check: refused for another reason than "x": y`,
		"23 run: result 0 is {Type:str Text:two Names:[] Items:[]}, and {Type:str Text:three Names:[] Items:[]} is expected",
		"24 run: 1 results, and 0 are expected",
		"25 run: it succeeds, and must fail: t",
		`26 run: refused for another reason than "another": unreachable`,
		`27 run: no such instance: "$none"`,
		`28 run: no such instance: "$none"`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRunWithoutRuntime(t *testing.T) {
	commands, err := ParseScript(`(component definition binary "a") (component binary "b")
(assert_return (invoke "f")) (assert_invalid (component quote "x") "x")`)
	if err != nil {
		t.Fatal(err)
	}
	commands[3].Source.TextError = "x is no keyword"
	var got []string
	for _, o := range (&Runner{Check: func(*Source) error { return nil }}).Run(commands) {
		got = append(got, fmt.Sprint(o.Verb, " ", o.Stage, " ", errors.Is(o.Err, ErrNoRuntime), " ", o.Err == nil))
	}
	want := []string{
		"definition check false true", "component check false true", "component run true false",
		"assert_return run true false", "assert_invalid check false true",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMatches(t *testing.T) {
	tests := []struct {
		want, got Value
		same      bool
	}{
		{Value{Type: "u8", Text: "0xff"}, Value{Type: "u8", Text: "255"}, true},
		{Value{Type: "s32", Text: "-1"}, Value{Type: "s32", Text: "-0x1"}, true},
		{Value{Type: "u64", Text: "18_446_744_073_709_551_615"}, Value{Type: "u64", Text: "0xffffffffffffffff"}, true},
		{Value{Type: "u8", Text: "1"}, Value{Type: "u16", Text: "1"}, false},
		{Value{Type: "u8", Text: "1"}, Value{Type: "u8", Text: "2"}, false},
		{Value{Type: "f32", Text: "0x1.8"}, Value{Type: "f32", Text: "1.5"}, true},
		{Value{Type: "f64", Text: "-0"}, Value{Type: "f64", Text: "0"}, false},
		{Value{Type: "f64", Text: "nan:canonical"}, Value{Type: "f64", Text: "-nan:0x123"}, true},
		{Value{Type: "f64", Text: "inf"}, Value{Type: "f64", Text: "+inf"}, true},
		{Value{Type: "flags", Names: []string{"a", "b"}}, Value{Type: "flags", Names: []string{"b", "a"}}, true},
		{Value{Type: "record", Names: []string{"a"}, Items: []Value{{Type: "u8", Text: "1"}}},
			Value{Type: "record", Names: []string{"b"}, Items: []Value{{Type: "u8", Text: "1"}}}, false},
		{Value{Type: "list", Items: []Value{{Type: "u8", Text: "1"}}}, Value{Type: "list"}, false},
		{Value{Type: "option", Text: "none"}, Value{Type: "option", Text: "none"}, true},
	}
	for _, test := range tests {
		if test.want.Matches(test.got) != test.same {
			t.Errorf("%+v matches %+v: %v", test.want, test.got, !test.same)
		}
	}
}

func TestNotYet(t *testing.T) {
	const text = "a.wast:1 run instantiation\na.wast:2 check GC types\nb.wast:9 run instantiation\na.wast:7 check x\n"
	list, err := ReadNotYet(strings.NewReader("# a comment\n\n" + text))
	if err != nil {
		t.Fatal(err)
	}
	fault := errors.New("fault")
	wrong := list.Judge("a.wast", []Outcome{
		{1, "component", StageRun, fault},
		{2, "component", StageCheck, nil},
		{3, "component", StageRun, fault},
		{4, "component", StageRun, nil},
	})
	want := []string{
		"a.wast:2: component: check passes: take it off the list (GC types)",
		"a.wast:3: component: run: fault",
		"a.wast:7: the list has a check that is not there",
	}
	var got []string
	for _, err := range wrong {
		got = append(got, err.Error())
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var written strings.Builder
	if err := list.Write(&written); err != nil {
		t.Fatal(err)
	}
	if want := "a.wast:1 run instantiation\na.wast:2 check GC types\na.wast:7 check x\nb.wast:9 run instantiation\n"; written.String() != want {
		t.Errorf("written:\n%s", written.String())
	}
	for _, bad := range []string{"a.wast:1 run", "a.wast:x run y", "a.wast:1 walk y"} {
		if _, err := ReadNotYet(strings.NewReader(bad)); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}
