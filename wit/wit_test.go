package wit_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// all takes everything in, so that what was printed resolves whole.
var all = wit.Options{AllFeatures: true}

// checkPrint prints the packages, resolves what was printed, and expects to
// print the same again, and to resolve that to the same graph.
func checkPrint(t *testing.T, r *wit.Resolve, main *wit.Package) {
	t.Helper()
	once := r.Print(main)
	again, main := reparsed(t, once)
	twice := again.Print(main)
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Errorf("printing twice (-once +twice):\n%s", diff)
	}
	third, _ := reparsed(t, twice)
	if diff := cmp.Diff(graph(t, again), graph(t, third)); diff != "" {
		t.Errorf("resolving twice (-once +twice):\n%s", diff)
	}
}

// checkFormat formats a text, and expects that it means the same, documentation
// included.
func checkFormat(t *testing.T, text string) {
	t.Helper()
	file, err := syntax.Parse("text", text)
	if err != nil {
		t.Fatal(err)
	}
	before, _ := reparsed(t, text)
	after, _ := reparsed(t, file.Format())
	if diff := cmp.Diff(graph(t, before), graph(t, after)); diff != "" {
		t.Errorf("formatted, it means something else (-text +formatted):\n%s", diff)
	}
}

func reparsed(t *testing.T, text string) (*wit.Resolve, *wit.Package) {
	t.Helper()
	r, main, err := wit.Parse([]*syntax.Source{{Name: "printed", Text: text}}, all)
	if err != nil {
		t.Fatalf("what was printed does not resolve: %v\n%s", err, text)
	}
	return r, main
}

func graph(t *testing.T, r *wit.Resolve) string {
	t.Helper()
	j, err := json.MarshalIndent(r, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}

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

func TestLoad(t *testing.T) {
	for _, test := range []struct {
		name    string
		options wit.Options
	}{
		{"graph", wit.Options{}},
		{"graph-later", wit.Options{Features: []string{"later"}}},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, main, err := wit.Load("testdata/graph", test.options)
			if err != nil {
				t.Fatal(err)
			}
			j, err := json.MarshalIndent(r, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			golden(t, "testdata/"+test.name+".json", string(j)+"\n")
			golden(t, "testdata/"+test.name+".wit.golden", r.Print(main))
			checkPrint(t, r, main)
		})
	}
}

func TestErrors(t *testing.T) {
	const pkg = "package a:b@1.0.0;\n"
	for _, test := range []struct{ text, want string }{
		{"interface i {}", "x.wit:1:1: no file says what package this is; begin with package namespace:name;"},
		{pkg + "interface i { type t = strin; type string2 = string; }", `x.wit:2:24: there is no type "strin"; did you mean "string"?`},
		{pkg + "interface i { type t = lates; f: func(a: none) -> later; type latest = u8; } world w { include v; export j; }",
			`x.wit:2:24: there is no type "lates"; did you mean "latest"?` + "\n" + `x.wit:2:42: there is no type "none"; what returns nothing has no ->` + "\n" +
				`x.wit:2:51: there is no type "later"; did you mean "latest"?` + "\n" +
				`x.wit:2:96: there is no world "v"` + "\n" + `x.wit:2:106: there is no interface "j"; there is i`},
		{pkg + "interface i { record point { x: s8 } type t = pint; }", `x.wit:2:47: there is no type "pint"; did you mean "point"?`},
		{pkg + "interface i { type t = float32; }", `x.wit:2:24: there is no type "float32"; it is called f32 in WIT`},
		{pkg + "interface i { f: func(a: nothing, b: i32) -> nothing; g: func() -> i32; } interface j { f: func() -> nothing; }",
			strings.Join([]string{
				`x.wit:2:26: there is no type "nothing"`,
				`x.wit:2:38: there is no type "i32"; it is called s32 in WIT`,
				`x.wit:2:68: there is no type "i32"; it is called s32 in WIT`,
				`x.wit:2:102: there is no type "nothing"`}, "\n")},
		{pkg + "interface i { type t = u; type u = t; }", `x.wit:2:24: type "u" depends on itself; the circle is u, t, u`},
		{pkg + "interface i { type t = u8; type t = u8; }", `x.wit:2:33: "t" is defined more than once; also at x.wit:2:20`},
		{pkg + "interface i { t: func(); type t = u8; }", `x.wit:2:15: "t" is defined more than once; also at x.wit:2:31`},
		{pkg + "interface i { f: func(); g: func(x: f); }", `x.wit:2:37: "f" is a function, not a type`},
		{pkg + "interface i { f: func(a: u8, a: u8); }", `x.wit:2:30: the function has the parameter "a" twice; also at x.wit:2:23`},
		{pkg + "interface i { type t = u8; f: func(x: borrow<t>); }", `x.wit:2:46: "t" is no resource; own and borrow are handles of resources`},
		{pkg + "interface i { type t = map<f32, u8>; }", `x.wit:2:28: f32 cannot be the key of a map; keys are bool, char, string, and integers`},
		{pkg + "interface i { type t = list<u8, 04>; }", `x.wit:2:33: a list of 04 elements is not possible; a length is from 1 to 4294967295`},
		{pkg + "interface i { record r { @since(version = 1.0.0) a: u8 } }", `x.wit:2:26: what a record has is not marked; mark the whole type`},
		{pkg + `@external-id("x") interface i {} @external-id("x") world w { @external-id("x") include v; } world v {}`,
			`x.wit:2:1: an interface has no @external-id; it is for imports, exports, types and functions` + "\n" +
				`x.wit:2:34: a world has no @external-id; it is for imports, exports, types and functions` + "\n" +
				`x.wit:2:62: an include has no @external-id; it is for imports, exports, types and functions`},
		{pkg + "interface i { type a = u8; A: func(); record r { b: u8, B: u8 } enum e { c, c } flags f { d, D } } interface I {}",
			strings.Join([]string{
				`x.wit:2:28: there are "a" and "A", which differ in capital letters only; also at x.wit:2:20`,
				`x.wit:2:57: the record "r" has "b" and "B", which differ in capital letters only; also at x.wit:2:50`,
				`x.wit:2:77: the enum "e" has "c" twice; also at x.wit:2:74`,
				`x.wit:2:94: the flags "f" has "d" and "D", which differ in capital letters only; also at x.wit:2:91`,
				`x.wit:2:110: there are "i" and "I", which differ in capital letters only; also at x.wit:2:11`}, "\n")},
		{pkg + "world w { import c:i; import j: i; } interface i {}", `x.wit:2:18: c:i is a package, not an interface; write c: i for an interface under another name`},
		{pkg + "interface i { enum e {} variant v {} }", `x.wit:2:20: the enum "e" has no cases` + "\n" + `x.wit:2:33: the variant "v" has no cases`},
		{pkg + "interface i { resource r { constructor(); constructor(); f: func(); f: static func(); } }",
			`x.wit:2:43: resource "r" has two constructors` + "\n" + `x.wit:2:69: the resource "r" has the function "f" twice; also at x.wit:2:58`},
		{pkg + "interface i { resource r { constructor() -> u8; } }", `x.wit:2:45: a constructor returns nothing or a result`},
		{pkg + "interface i { resource r { constructor() -> result<u8>; } }", `x.wit:2:45: the constructor of "r" returns a result with it; write result<r> or result<r, …>`},
		{pkg + "interface i { resource r; f: func() -> option<borrow<r>>; }", `x.wit:2:27: function "f" returns a borrow; a borrow ends with the call; return an own handle`},
		{pkg + "interface i { use j.{t}; }", `x.wit:2:19: there is no interface "j"`},
		{pkg + "interface i { use j.{t}; } world j {}", `x.wit:2:19: "j" is a world, not an interface`},
		{pkg + "interface i { use j.{t}; } interface j { thing: func(); }", `x.wit:2:22: there is no type "t" in interface "j"; it has no types`},
		{pkg + "interface i { use j.{f}; } interface j { f: func(); }", `x.wit:2:22: "f" is a function; only types can be used from an interface`},
		{pkg + "interface i { use j.{t}; } interface j { use i.{t}; }", `x.wit:2:19: interface "j" depends on itself; the circle is j, i, j`},
		{pkg + "interface i {} interface i {}", `x.wit:2:26: "i" is defined twice in this package; also at x.wit:2:11`},
		{pkg + "use i as j; interface i {} interface j {}", `x.wit:2:38: "j" is defined twice in this file`},
		{pkg + "world w { import c:d/e; }", `x.wit:2:18: there is no package c:d; a text alone has the packages that are nested in it`},
		{pkg + "world w { import c:d/e@0.2.0; } package c:d@0.1.0 { interface e {} }", `x.wit:2:18: there is no package c:d@0.2.0; there is c:d@0.1.0`},
		{pkg + "world w { import c:d/f; } package c:d { interface e {} }", `x.wit:2:22: there is no interface "f" in package c:d; there is e`},
		{pkg + "world w { import f: func(); import f: func(); }", `x.wit:2:36: world "w" imports "f" twice; also at x.wit:2:18`},
		{pkg + "world w { import i; import i; } interface i {}", `x.wit:2:28: world "w" imports "a:b/i@1.0.0" twice; also at x.wit:2:18`},
		{pkg + "world w { export f: func(); export F: func(); }", `x.wit:2:36: world "w" has "f" and "F", which differ in capital letters only`},
		{pkg + "world w { include i; } interface i {}", `x.wit:2:19: "i" is an interface, not a world`},
		{pkg + "world w { include v with { a as b } } world v {}", `x.wit:2:28: world "v" has nothing named "a"; only what has a plain name can be renamed`},
		{pkg + "world w { include v; import f: func(); } world v { import f: func(); }", `x.wit:2:19: world "w" has "f" already; rename it: include … with { f as … }`},
		{pkg + "world w { include v; } world v { include w; }", `x.wit:2:19: world "v" depends on itself; the circle is v, w, v`},
		{pkg + "@since(version = 1.0.1) interface i {}", `x.wit:2:18: version 1.0.1 of package a:b@1.0.0 is not released`},
		{"package a:b; @since(version = 1.0.1) interface i {}", `x.wit:1:14: package a:b has no version; what has @since needs one`},
		{pkg + "@since(version = 1.0.0) @unstable(feature = x) interface i {}", `x.wit:2:1: an item is @since a version or @unstable, not both`},
		{pkg + "@deprecated(version = 1.0.0) interface i {}", `x.wit:2:1: what is @deprecated is @since a version or @unstable, too`},
		{pkg + "@unstable(feature = x) @unstable(feature = y) interface i {}", `x.wit:2:24: @unstable is said twice`},
		{pkg + "interface i { @unstable(feature = x) type t = u8; f: func(a: t); }", `x.wit:2:51: type "t" is used, which is behind the feature "x"; put this behind the feature, too`},
		{pkg + "@unstable(feature = x) interface i {} world w { import i; }", `x.wit:2:56: interface "a:b/i@1.0.0" is behind the feature "x"; put this behind the feature, too`},
		{pkg + "@unstable(feature = x) interface i { type t = u8; }", `x.wit:2:43: type "t" is not behind the feature that it stands in; give it the same gate`},
		{pkg + "@unstable(feature = x) world v {} world w { include v; }", `x.wit:2:53: world "v" is behind the feature "x"; put this behind the feature, too`},
		{pkg + "package c:d { package e:f { } }", `x.wit:2:23: a package stands at the top of a file, not in another one`},
		{pkg + "package a:b@1.0.0 {}", `x.wit:2:9: package a:b@1.0.0 is defined twice; also at x.wit:1:9`},
		{pkg + "world w { import c:d/e; } package c:d { world v { import a:b/i@1.0.0; } interface e {} } interface i {}", `x.wit:2:58: package a:b@1.0.0 depends on itself`},
	} {
		_, _, err := wit.Parse([]*syntax.Source{{Name: "x.wit", Text: test.text}}, wit.Options{})
		if got := fmt.Sprint(err); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.text, got, test.want)
		}
	}
}

func TestFiles(t *testing.T) {
	files := fstest.MapFS{
		"two/a.wit":              {Data: []byte("/// here\npackage a:b;")},
		"two/b.wit":              {Data: []byte("package a:c;")},
		"docs/a.wit":             {Data: []byte("/// here\npackage a:b;")},
		"docs/b.wit":             {Data: []byte("/// and here\npackage a:b;")},
		"none/README":            {},
		"deps/a.wit":             {Data: []byte("package a:b; world w { import c:d/i; import e:f/i; }")},
		"deps/deps/c/c.wit":      {Data: []byte("package c:d; interface i { use e:f/i.{t}; }")},
		"deps/deps/e.wit":        {Data: []byte("package e:f; interface i { type t = u8; }")},
		"deps/deps/.DS_Store":    {},
		"folder/a.wit":           {Data: []byte("package a:b; interface i {}")},
		"folder/c.wit/nothing":   {},
		"broken/a.wit":           {Data: []byte("package a:b; interface i {")},
		"broken/deps/empty/file": {},
		"large/a.wit":            {Data: make([]byte, 16<<20+1)},
		"text/a.wit":             {Data: []byte("package a:b;")},
		"text/deps/b.wat":        {Data: []byte("(component)")},
		"torn/a.wit":             {Data: []byte("package a:b;")},
		"torn/deps/b.wasm":       {Data: []byte("\x00asm\x0d\x00\x01\x00\x07")},
		"same/a.wit":             {Data: []byte("package a:b; world w { import c:d/i; import e:f/i; }")},
		"same/deps/c.wit":        {Data: []byte("package c:d; interface i { use g:h/j.{t}; }\npackage g:h { interface j { type t = u8; } }")},
		"same/deps/e.wit":        {Data: []byte("package e:f; interface i { use g:h/j.{t}; }\npackage g:h {\n// Once more.\n\ninterface j{type t=u8;} // t\n}")},
		"other/a.wit":            {Data: []byte("package a:b; world w { import c:d/i; }")},
		"other/deps/c.wit":       {Data: []byte("package c:d; interface i { use g:h/j.{t}; }\npackage g:h { interface j { type t = u8; } }")},
		"other/deps/g.wit":       {Data: []byte("package g:h; interface j { type t = u16; }")},
		"mark/a.wit":             {Data: []byte("\uFEFFpackage a:b;\r\ninterface i { }\r\n")},
		"both/a.wit":             {Data: []byte("package a:b; interface")},
		"both/deps/c.wit":        {Data: []byte("package")},
	}
	for _, test := range []struct{ name, want string }{
		{"two", "two/b.wit:1:9: this file says that the package is a:c, and another one, a:b"},
		{"docs", "docs/b.wit:2:9: the package is documented in two files"},
		{"none", "folder none has no .wit file"},
		{"missing", "open missing: file does not exist"},
		{"deps", "<nil>"},
		{"folder", "<nil>"},
		{"same", "<nil>"},
		{"other", "other/deps/g.wit:1:9: package g:h is defined twice, not alike; also at other/deps/c.wit:2:9"},
		{"mark", "<nil>"},
		{"folder/a.wit", "<nil>"},
		{"large", "large/a.wit has more than 16777216 bytes, which is too much for WIT"},
		{"text", "text/deps/b.wat is no WebAssembly binary; its text has to be translated first"},
		{"torn", "torn/deps/b.wasm: section type: unexpected end-of-file at offset 0x9"},
		{"both", "both/a.wit:1:23: the name of the interface is expected here, not the end of the file\n" +
			"both/deps/c.wit:1:8: the name of a package, like acme:tools, is expected here, not the end of the file"},
		{"broken", `broken/a.wit:1:26: the brace of interface "i" is not closed`},
	} {
		r, main, err := wit.LoadFS(files, test.name, wit.Options{})
		if got := fmt.Sprint(err); got != test.want {
			t.Errorf("%s:\n got %s\nwant %s", test.name, got, test.want)
		}
		if (err == nil) != (r != nil && main != nil) {
			t.Errorf("%s: %v and %v", test.name, r, main)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, name := range []string{"testdata/graph.wit.golden", "testdata/graph-later.wit.golden", "testdata/comments.wit"} {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(text))
	}
	f.Add("package a:b; world w { include v; export i; } world v { import i; type t = u8; } interface i { use j.{t}; } interface j { resource t; }")
	f.Fuzz(func(t *testing.T, text string) {
		r, main, err := wit.Parse([]*syntax.Source{{Name: "fuzz", Text: text}}, all)
		if err != nil {
			return
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		checkPrint(t, r, main)
		checkEncode(t, main)
		checkFormat(t, text)
	})
}

// BenchmarkLoad reads a package with one that it depends on.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, _, err := wit.Load("testdata/graph", wit.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkLoadWASI reads all packages of WASI 0.2, from a checkout of wasmtime.
func BenchmarkLoadWASI(b *testing.B) {
	root := os.Getenv("PATCHBAY_WASMTIME")
	if root == "" {
		b.Skip("PATCHBAY_WASMTIME names no checkout of wasmtime")
	}
	for b.Loop() {
		if _, _, err := wit.Load(root+"/crates/wasi-http/wit", wit.Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkEncodeWASI encodes all packages of WASI 0.2.
func BenchmarkEncodeWASI(b *testing.B) {
	root := os.Getenv("PATCHBAY_WASMTIME")
	if root == "" {
		b.Skip("PATCHBAY_WASMTIME names no checkout of wasmtime")
	}
	r, _, err := wit.Load(root+"/crates/wasi-http/wit", wit.Options{})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		for _, pkg := range r.Packages {
			binary, err := pkg.Encode()
			if err != nil {
				b.Fatal(err)
			}
			if _, err := wit.Decode(binary); err != nil {
				b.Fatal(err)
			}
		}
	}
}
