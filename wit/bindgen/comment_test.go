package bindgen

import "testing"

// TestComment makes comments of Go of Markdown in WIT.
func TestComment(t *testing.T) {
	for _, test := range []struct{ name, docs, want string }{
		{"none", " \n\t\n", ""},
		{"a line", "Reads.", "// Reads.\n"},
		{"paragraphs", "\nReads.  \n\nAnd more. \n\n", "// Reads.\n//\n// And more.\n"},
		{"a list", "There are:\n\n  - one,\n    and more\n  - two", "// There are:\n//\n//   - one,\n//     and more\n//   - two\n"},
		{"a list that is not indented", "There are\n- one,\n  and more\n\n  and more\n- two\nand 2\n\nwhich is all",
			"// There are\n//   - one,\n//     and more\n//\n//     and more\n//   - two\n//     and 2\n//\n// which is all\n"},
		{"numbers", "1. One\n2. Two\n\n2026. A year", "//   1. One\n//   2. Two\n//\n//   2026. A year\n"},
		{"no list", "-1 is less\n*so* it is\n5 is not", "// -1 is less\n// *so* it is\n// 5 is not\n"},
		{"lines that go on", "One\n   and more", "// One\n// and more\n"},
		{"indented", "  One.\n\n    code\n  Two.", "// One.\n//\n//   code\n// Two.\n"},
		{"code", "As in\n```wit\na: func();\n  b\n```\nwhich is all.", "// As in\n//\n//\ta: func();\n//\t  b\n//\n// which is all.\n"},
		{"a directive", "go:embed x\n//go:embed y\n+build z", "// go:embed x\n// //go:embed y\n// +build z\n"},
		{"what is not printed", "a\rb\u2028c\x1b*/\xff", "// a b c */\n"},
	} {
		if got := comment(test.docs); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
}
