package wit_test

import (
	"testing"

	"github.com/patchbay-go/patchbay/wit"
	"github.com/patchbay-go/patchbay/wit/syntax"
)

// TestFunctionText prints functions with the types that they use.
func TestFunctionText(t *testing.T) {
	source := &syntax.Source{Name: "a.wit", Text: `package a:b;
interface types {
	/// A place.
	record point { /// Right.
		x: s32, y: list<point2> }
	type point2 = tuple<u8, level>;
	enum level { low, high }
	resource file { read: func(n: u64, f: borrow<file>) -> result<list<u8>, level>; }
}
interface i {
	use types.{point, file as handle};
	/// Moves.
	move: func(p: point, by: option<point>) -> handle;
	plain: func(a: u8);
}`}
	_, main, err := wit.Parse([]*syntax.Source{source}, wit.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		function *wit.Function
		want     string
	}{
		{main.Interface("i").Function("plain"), "plain: func(a: u8);\n"},
		{main.Interface("types").Function("[method]file.read"), "resource file;\n\nenum level {\n    low,\n    high,\n}\n\n" +
			"read: func(n: u64, f: borrow<file>) -> result<list<u8>, level>;\n"},
		{main.Interface("i").Function("move"), `enum level {
    low,
    high,
}

type point2 = tuple<u8, level>;

record point {
    x: s32,
    y: list<point2>,
}

resource file;
type handle = file;
move: func(p: point, by: option<point>) -> handle;
`},
	} {
		if got := test.function.Text(); got != test.want {
			t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
		}
	}
}
