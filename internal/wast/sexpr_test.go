package wast

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSplit(t *testing.T) {
	const text = `(a "b\")" (; (; ) ;) " ;) (c ;; )
)) word $id(d)"e"`
	got, err := Split(text, 1)
	if err != nil {
		t.Fatal(err)
	}
	want := []Node{
		{List, "(a \"b\\\")\" (; (; ) ;) \" ;) (c ;; )\n))", 1, 0},
		{Atom, "word", 2, 37}, {Atom, "$id", 2, 42}, {List, "(d)", 2, 45}, {Text, `"e"`, 2, 48},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	items, err := got[0].Items()
	if err != nil {
		t.Fatal(err)
	}
	want = []Node{{Atom, "a", 1, 0}, {Text, `"b\")"`, 1, 2}, {List, "(c ;; )\n)", 1, 25}}
	if diff := cmp.Diff(want, items); diff != "" {
		t.Error(diff)
	}
}

func TestSplitErrors(t *testing.T) {
	for text, want := range map[string]string{
		"\n(a":     "line 2: the list does not end",
		"a)":       "line 1: a parenthesis closes nothing",
		`"a\"`:     "line 1: the string does not end",
		"(a \"":    "line 1: the string does not end",
		"(; (; ;)": "line 1: the comment does not end",
	} {
		if _, err := Split(text, 1); err == nil || err.Error() != want {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestBytes(t *testing.T) {
	for literal, want := range map[string]string{
		`""`: "", `"a\00\ffb"`: "a\x00\xffb", `"\t\n\r\"\'\\"`: "\t\n\r\"'\\", `"\u{1_F600}\u{41}"`: "😀A",
	} {
		got, err := Node{Kind: Text, Source: literal}.Bytes()
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", literal, got, err)
		}
	}
	for _, literal := range []string{`"\zz"`, `"\u{d800}"`, `"\u{41"`, `"\0"`, `"\"`} {
		if got, err := (Node{Kind: Text, Source: literal}).Bytes(); err == nil {
			t.Errorf("%s is %q", literal, got)
		}
	}
}

func FuzzParseScript(f *testing.F) {
	f.Add(`(component definition $a binary "\00asm" "\0d\00\01\00") (assert_return (invoke "f" (u8.const 1)))`)
	f.Add(`(assert_invalid (component quote "(;") "x") ;; (; ;)`)
	f.Fuzz(func(t *testing.T, text string) {
		ParseScript(text)
	})
}
