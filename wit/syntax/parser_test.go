package syntax

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file, or writes it.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func TestFormat(t *testing.T) {
	files, err := filepath.Glob("testdata/*.wit")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := Parse(file, string(text))
			if err != nil {
				t.Fatal(err)
			}
			formatted := parsed.Format()
			golden(t, file+".golden", formatted)
			checkStable(t, formatted)
			checkComments(t, string(text), formatted)
		})
	}
}

// checkStable formats what was formatted.
func checkStable(t *testing.T, formatted string) {
	t.Helper()
	again, err := Parse("formatted", formatted)
	if err != nil {
		t.Fatalf("what was formatted does not parse: %v\n%s", err, formatted)
	}
	if diff := cmp.Diff(formatted, again.Format()); diff != "" {
		t.Errorf("formatting twice (-once +twice):\n%s", diff)
	}
}

// checkComments expects the comments of a text in what was formatted: each of
// them once, with the layout of its lines aside.
func checkComments(t *testing.T, text, formatted string) {
	t.Helper()
	if diff := cmp.Diff(allComments(text), allComments(formatted)); diff != "" {
		t.Errorf("comments (-text +formatted):\n%s\n%s", diff, formatted)
	}
}

// allComments are the comments of a text, sorted, without white space.
func allComments(text string) []string {
	s := scanner{source: &Source{Text: text}, report: func(Span, string, string) {}}
	var found []string
	for {
		token := s.next()
		for _, c := range token.comments {
			found = append(found, strings.Join(strings.Fields(c.Span.Text()), ""))
		}
		if token.kind == endOfFile {
			slices.Sort(found)
			return found
		}
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ text, want string }{
		{"interface", `x.wit:1:10: the name of the interface is expected here, not the end of the file`},
		{"interface i { type list = u8; }", `x.wit:1:20: the name of the type is expected here, not the keyword "list"; write %list if it is meant as a name`},
		{"interface i { type a = float32; }", ""},
		{"interface i { f: func() -> (a: u8); }", `x.wit:1:28: a result has no parentheses; return a tuple<…> or a record`},
		{"interface i { type t = lst<u8>; type u = x<u8>; }", `x.wit:1:24: there is no type "lst" that is made from others; did you mean "list"?` + "\n" +
			`x.wit:1:42: there is no type "x" that is made from others`},
		{"world w { imprt x; }", `x.wit:1:11: there is no keyword "imprt"; did you mean "import"?`},
		{"wrold w {}", `x.wit:1:1: there is no keyword "wrold"; did you mean "world"?`},
		{"interface i { record r { a: u8 b: u8 } f: func(a: u8 b: u8); }", `x.wit:1:31: "," is missing` + "\n" +
			`x.wit:1:53: "," is missing`},
		{"interface i { f: func(a u8); }", `x.wit:1:24: ":" is missing`},
		{"interface i { x y; b: func(; record r { a: } }\ninterface j { z }", strings.Join([]string{
			`x.wit:1:17: ":" is expected here, not the name "y"; write x: func(…)`,
			`x.wit:1:28: the name of a parameter is expected here, not ";"`,
			`x.wit:1:44: a type is expected here, not "}"`,
			`x.wit:2:17: ":" is expected here, not "}"; write z: func(…)`}, "\n")},
		{"package a;", `x.wit:1:10: ":" and the name of the package in its namespace is expected here, not ";"; a name is like a:tools`},
		{"package a:b; package c:d;", `x.wit:1:22: a file has one package of its own, and says so first; give this one braces around its items`},
		{"package a:b@1.2;", `x.wit:1:13: "1.2" is no version: it has three numbers with points between them; write 1.2.0`},
		{"package a:b@01.2.3;", `x.wit:1:13: "01.2.3" is no version: a number begins with 0; a version is like 1.2.3 or 1.2.3-rc.1`},
		{"package a:b@1.2.3-01;", `x.wit:1:13: "1.2.3-01" is no version: what follows the numbers is not letters, digits and hyphens between points; a version is like 1.2.3 or 1.2.3-rc.1`},
		{"package a:b { package c:d; }", `x.wit:1:23: a package in a package has braces around its items`},
		{"@since(version = 1.0.0)", `x.wit:1:24: an item is expected here, not the end of the file; an attribute stands before what it is about`},
		{"@sinze(version = 1.0.0) world w {}", `x.wit:1:2: there is no attribute "sinze"; did you mean "since"?`},
		{"world w { include a with { b }; }", `x.wit:1:28: "b" has no new name; write b as …`},
		{"interface i { type a = list<u8, 0>; }", `x.wit:1:33: a list of 0 elements is not possible; a length is from 1 to 4294967295`},
		{"interface i { type a = list<u8, 4294967296>; }", `x.wit:1:33: a list of 4294967296 elements is not possible; a length is from 1 to 4294967295`},
		{"interface aB {}", `x.wit:1:11: "aB" is no name: a word has small or capital letters, not both; write a-b`},
		{"interface a--b {}", `x.wit:1:11: "a--b" is no name: a hyphen stands between two words; write a-b`},
		{"interface a-1 {}", ""},
		{"interface i { /* /* */ }", `x.wit:1:15: the comment does not end; close it with */`},
		{`@external-id("a) world w {}`, `x.wit:1:14: the string does not end; close it with " on the same line`},
		{`@external-id("\u{d800}") world w {}`, `x.wit:1:14: the string has an escape that is none`},
		{`@external-id("\ff") world w {}`, `x.wit:1:14: the string is not UTF-8`},
		{"world w { # }\n}", `x.wit:1:11: the character '#' begins nothing; a comment begins with //`},
		{"world w { \u202e }", `x.wit:1:11: the character U+202E is not allowed in WIT`},
		{"world w { \x00 }", `x.wit:1:11: the character U+0000 is not allowed in WIT`},
		{"world \xff {}", `x.wit:1:7: the text is not UTF-8; save the file in that encoding`},
		{"}", `x.wit:1:1: this closes nothing; leave the "}" out, or look for one too many above`},
	} {
		_, err := Parse("x.wit", test.text)
		got := ""
		if err != nil {
			got = err.Error()
		}
		if got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestErrorsAreBounded(t *testing.T) {
	_, err := Parse("x.wit", strings.Repeat("interface;\n", 1000))
	var all Errors
	if !errors.As(err, &all) || len(all) != maxErrors {
		t.Errorf("%d errors, want %d", len(all), maxErrors)
	}
	var one *Error
	if !errors.As(err, &one) || one.Span.Position().Line != 1 {
		t.Errorf("the first error is %v", one)
	}
}

func TestNesting(t *testing.T) {
	deep := func(n int) string {
		return "interface i { type t = " + strings.Repeat("list<", n) + "u8" + strings.Repeat(">", n) + "; }"
	}
	if _, err := Parse("x", deep(maxNesting-1)); err != nil {
		t.Error(err)
	}
	if _, err := Parse("x", deep(maxNesting)); err == nil || !strings.Contains(err.Error(), "types are nested more than 100 deep") {
		t.Error(err)
	}
	if _, err := Parse("x", strings.Repeat("package a:b {", 1_000_000)); err == nil || !strings.Contains(err.Error(), "packages are nested") {
		t.Error(err)
	}
}

func TestShow(t *testing.T) {
	_, err := Parse("x.wit", "interface i {\n\ttype größe = u8;\r\n}")
	var one *Error
	if !errors.As(err, &one) {
		t.Fatal(err)
	}
	want := "x.wit:2:7: \"größe\" is no name: it has letters, digits and hyphens only\n     type größe = u8;\n          ^~~~~\n"
	if got := one.Show(); got != want {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	long := "interface " + strings.Repeat("a", 10_000) + " x {}"
	_, err = Parse("x.wit", long)
	if !errors.As(err, &one) || len(one.Show()) > 500 {
		t.Errorf("a long line is shown as\n%s", one.Show())
	}
}

// TestWasmTools parses what wasm-tools has for its own parser: every file of
// its tests that it accepts.
func TestWasmTools(t *testing.T) {
	root := os.Getenv("PATCHBAY_WASM_TOOLS")
	if root == "" {
		t.Skip("PATCHBAY_WASM_TOOLS names no checkout of wasm-tools")
	}
	files := 0
	err := filepath.WalkDir(filepath.Join(root, "crates/wit-parser/tests/ui"), func(path string, d os.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".wit") || d.IsDir() || strings.Contains(path, "parse-fail") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files++
		t.Run(d.Name(), func(t *testing.T) {
			parsed, err := Parse(path, string(text))
			if err != nil {
				t.Fatal(err)
			}
			formatted := parsed.Format()
			checkStable(t, formatted)
			checkComments(t, string(text), formatted)
		})
		return nil
	})
	if err != nil || files < 100 {
		t.Errorf("%d files: %v", files, err)
	}
}

func FuzzParse(f *testing.F) {
	text, err := os.ReadFile("testdata/everything.wit")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(text))
	f.Add("world w { import a: b; import a:b/c; @since(version=1.0.0-a.b) export x: async func() -> result<_, u8>; }")
	odd, err := os.ReadFile("testdata/comments.wit")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(odd))
	f.Add("variant:oth(c func(c")
	f.Add("interface i { record r { a: u8 // x\n, b: u8, // y\n } /// z\n }")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := Parse("fuzz", text)
		if err == nil {
			formatted := file.Format()
			checkStable(t, formatted)
			checkComments(t, text, formatted)
			return
		}
		var all Errors
		if !errors.As(err, &all) {
			t.Fatal(err)
		}
		for _, one := range all {
			one.Show()
		}
	})
}
