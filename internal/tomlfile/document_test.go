package tomlfile

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

type shelf struct {
	Name  string          `toml:"name"`
	Wait  Duration        `toml:"wait"`
	Room  Size            `toml:"room"`
	Open  bool            `toml:"open"`
	Tags  []string        `toml:"tags"`
	Boxes map[string]box  `toml:"box"`
	Rows  []row           `toml:"row"`
	Extra struct{ N int } `toml:"extra"`
}

type box struct {
	Size   int      `toml:"size"`
	Limits struct{} `toml:"limits"`
}

type row struct {
	Length int `toml:"length"`
	Inner  struct {
		Depth int `toml:"depth"`
	} `toml:"inner"`
}

func TestDecode(t *testing.T) {
	var got shelf
	const text = "name = 'a'\nwait = '1.5s'\nroom = '64 KiB'\n[box.red]\nsize = 3\n[[row]]\nlength = 1\n[[row]]\nlength = 2\n"
	if _, err := Decode("x.toml", []byte(text), &got); err != nil {
		t.Fatal(err)
	}
	want := shelf{
		Name: "a", Wait: Duration{1500 * time.Millisecond}, Room: Size{64 << 10},
		Boxes: map[string]box{"red": {Size: 3}}, Rows: []row{{Length: 1}, {Length: 2}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestErrors(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"syntax", "name = ", "x.toml:1:7: expected value, not end of input\nname = \n      ^"},
		{"type", "open = 'yes'", "x.toml:1:8: this is a string; wanted is true or false\nopen = 'yes'\n       ^"},
		{"integer", "name = 3", "x.toml:1:8: this is an integer; wanted is a string\nname = 3\n       ^"},
		{"no duration", "wait = 'soon'", "x.toml:1:8: \"soon\" is no duration such as \"100ms\" or \"5s\"\nwait = 'soon'\n       ^"},
		{"number for a duration", "wait = 5", "x.toml:1:8: this is an integer; wanted is a duration such as \"100ms\" or \"5s\"\nwait = 5\n       ^"},
		{"negative duration", "wait = '-1s'", "x.toml:1:8: \"-1s\" is no duration such as \"100ms\" or \"5s\"\nwait = '-1s'\n       ^"},
		{"size", "\n\troom = '1.5M'", "x.toml:2:9: \"1.5M\" is no size such as \"64MiB\"\n room = '1.5M'\n        ^"},
		{"table", "box = 3", "x.toml:1:7: this is an integer; wanted is a table\nbox = 3\n      ^"},
		{"unknown, near", "nmae = 'a'", "x.toml:1:1: unknown key \"nmae\"; did you mean \"name\"?\nnmae = 'a'\n^^^^"},
		{"case", "Name = 'a'", "x.toml:1:1: unknown key \"Name\"; did you mean \"name\"?\nName = 'a'\n^^^^"},
		{
			"unknown in a table", "[box.red]\nsize = 1\nlimit = {}",
			"x.toml:3:1: unknown key \"limit\"; did you mean \"limits\"?\nlimit = {}\n^^^^^",
		},
		{
			"unknown in an array, far", "[[row]]\n[row.inner]\ncolour = 1",
			"x.toml:3:1: unknown key \"colour\"; there are depth\ncolour = 1\n^^^^^^",
		},
		{"twice", "name = 'a'\nname = 'b'", "x.toml:2:1: key name is already defined\nname = 'b'\n^"},
		{
			"two", "a1 = 1\nb1 = 2\n",
			"x.toml:1:1: unknown key \"a1\"; there are name, wait, room, open, tags, box, row, extra\na1 = 1\n^^\n" +
				"x.toml:2:1: unknown key \"b1\"; there are name, wait, room, open, tags, box, row, extra\nb1 = 2\n^^",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Decode("x.toml", []byte(test.text), &shelf{})
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(test.want, err.Error()); diff != "" {
				t.Error(diff)
			}
			if one := new(Error); !errors.As(err, &one) || one.File != "x.toml" {
				t.Errorf("%T is no Error", err)
			}
		})
	}
}

func TestErrorf(t *testing.T) {
	const text = `name = "a"
tags = ["x", "yy"]
[box]
red = { size = 3 }
blue.size = 4
[[row]]
length = 1
[[row]]
length = 22
[row.inner]
depth = 7
`
	var v shelf
	d, err := Decode("x.toml", []byte(text), &v)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		path []any
		want string
	}{
		{[]any{"name"}, "x.toml:1:8: bad\nname = \"a\"\n       ^^^"},
		{[]any{"tags", 1}, "x.toml:2:14: bad\ntags = [\"x\", \"yy\"]\n             ^^^^"},
		{[]any{"box", "red", "size"}, "x.toml:4:16: bad\nred = { size = 3 }\n               ^"},
		{[]any{"box", "blue", "size"}, "x.toml:5:13: bad\nblue.size = 4\n            ^"},
		{[]any{"box", "green"}, "x.toml:3:2: bad\n[box]\n ^^^"},
		{[]any{"row", 0, "length"}, "x.toml:7:10: bad\nlength = 1\n         ^"},
		{[]any{"row", 1, "length"}, "x.toml:9:10: bad\nlength = 22\n         ^^"},
		{[]any{"row", 1, "inner", "depth"}, "x.toml:11:9: bad\ndepth = 7\n        ^"},
		{[]any{"row", 1, "name"}, "x.toml:8:3: bad\n[[row]]\n  ^^^"},
		{[]any{"nothing"}, "x.toml:1:1: bad\nname = \"a\"\n^"},
	} {
		if diff := cmp.Diff(test.want, d.Errorf(test.path, "bad").Error()); diff != "" {
			t.Errorf("%v: %s", test.path, diff)
		}
	}
	if !d.Has("row", 1, "inner", "depth") || d.Has("row", 0, "inner") {
		t.Error("Has is wrong about row")
	}
}

func TestLongLine(t *testing.T) {
	text := "tags = [" + strings.Repeat("'ä', ", 1000) + "3]"
	_, err := Decode("x.toml", []byte(text), &shelf{})
	if err == nil {
		t.Fatal("no error")
	}
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || len(lines[1]) > 120 {
		t.Fatalf("%q", lines)
	}
	if at := []rune(lines[1])[strings.Index(lines[2], "^")]; at != '3' {
		t.Errorf("the mark is under %c:\n%s\n%s", at, lines[1], lines[2])
	}
}

// TestDeep holds reading to the size of the document, not to its square.
func TestDeep(t *testing.T) {
	for _, text := range []string{
		"x" + strings.Repeat(".x", MaxSize/2-10) + " = 1",
		"[x" + strings.Repeat(".x", MaxSize/2-10) + "]",
		"x = " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000),
		strings.Repeat("#", MaxSize+1),
	} {
		if _, err := Decode("x.toml", []byte(text), &shelf{}); err == nil {
			t.Errorf("%.20s…: no error", text)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add("name = 'a'\n[box.red]\nsize = 3\n[[row]]\nlength = 1\ninner = {depth = 3}\n")
	f.Add("a.b.c = [1, {x = 2}]\n[q]\n\"\\u0000\" = '''\nx'''")
	f.Fuzz(func(t *testing.T, text string) {
		var v shelf
		d, err := Decode("x.toml", []byte(text), &v)
		if err != nil {
			_ = err.Error()
			return
		}
		for i := range v.Rows {
			_ = d.Errorf([]any{"row", i, "length"}, "bad").Error()
		}
		for name := range v.Boxes {
			if !d.Has("box", name) {
				t.Errorf("box %q is not found", name)
			}
		}
	})
}
