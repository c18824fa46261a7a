package wast

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseScript(t *testing.T) {
	const text = `
(component $a (core module $m) ;; (component)
)
(component definition $b (import "x" (func)))
(component binary "\00a" "sm")
(component instance $c $b)
(component)
(register "n" $c)
(invoke $c "run")
(assert_invalid (component definition $a quote "(import" " \"x\")") "bad")
(assert_malformed (module binary "") "end")
(assert_trap (invoke "f" (u8.const 0x1)) "boom")
(assert_trap (component $t) "start")
(assert_unlinkable (component (import "y" (func))) "no y")
(assert_return (invoke "f") (record.const (field "a" (bool.const true)) (field "b" u8.const 2))
  (variant.const "v" (list.const)) (option.none) (result.err (enum.const "e"))
  (flags.const "x" "y") (tuple.const (f32.const nan) (char.const "c")) (str.const "\u{41}"))
`
	got, err := ParseScript(text)
	if err != nil {
		t.Fatal(err)
	}
	want := []Command{
		{Line: 2, Verb: "component", Name: "$a", Source: &Source{Text: "(component $a (core module $m) ;; (component)\n)"}},
		{Line: 4, Verb: "definition", Name: "$b", Source: &Source{Text: `(component $b (import "x" (func)))`}},
		{Line: 5, Verb: "component", Source: &Source{Binary: []byte("\x00asm")}},
		{Line: 6, Verb: "instance", Name: "$c", Of: "$b"},
		{Line: 7, Verb: "component", Source: &Source{Text: "(component)"}},
		{Line: 8, Verb: "register", Name: "$c", Of: "n"},
		{Line: 9, Verb: "invoke", Invoke: &Invoke{Instance: "$c", Func: "run"}},
		{Line: 10, Verb: "assert_invalid", Name: "$a", Source: &Source{Text: `(component (import "x"))`}, Message: "bad"},
		{Line: 11, Verb: "assert_malformed", Source: &Source{Binary: []byte{}, Core: true}, Message: "end"},
		{Line: 12, Verb: "assert_trap", Invoke: &Invoke{Func: "f", Args: []Value{{Type: "u8", Text: "0x1"}}}, Message: "boom"},
		{Line: 13, Verb: "assert_trap", Name: "$t", Source: &Source{Text: "(component $t)"}, Message: "start"},
		{Line: 14, Verb: "assert_unlinkable", Source: &Source{Text: `(component (import "y" (func)))`}, Message: "no y"},
		{Line: 15, Verb: "assert_return", Invoke: &Invoke{Func: "f"}, Results: []Value{
			{Type: "record", Names: []string{"a", "b"}, Items: []Value{{Type: "bool", Text: "true"}, {Type: "u8", Text: "2"}}},
			{Type: "variant", Text: "v", Items: []Value{{Type: "list"}}},
			{Type: "option", Text: "none"},
			{Type: "result", Text: "err", Items: []Value{{Type: "enum", Text: "e"}}},
			{Type: "flags", Names: []string{"x", "y"}},
			{Type: "tuple", Items: []Value{{Type: "f32", Text: "nan"}, {Type: "char", Text: "c"}}},
			{Type: "str", Text: "A"},
		}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestParseScriptErrors(t *testing.T) {
	for text, want := range map[string]string{
		`(assert_sure)`:                            "line 1: unknown directive assert_sure",
		`component`:                                "line 1: line 1: component is no list",
		`()`:                                       "line 1: a list that begins with no keyword",
		`(invoke "f" (v9.const 1))`:                "line 1: v9 is no type of a literal",
		`(invoke "f" (u8.konst 1))`:                "line 1: u8.konst is no literal of a value",
		`(invoke "f" (u8.const 1 2))`:              "line 1: 2 after the end of the u8.const",
		`(assert_trap (invoke "f"))`:               "line 1: the assert_trap ends too early",
		`(assert_return (component) )`:             "line 1: component where a call is expected",
		`(register "n" $a $b)`:                     "line 1: $b after the end of the register",
		`(component binary "\zz")`:                 `line 1: line 1: \z is no escape`,
		`(invoke "f" (record.const (u8.const 1)))`: "line 1: u8.const in a record",
	} {
		if _, err := ParseScript(text); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
}
