package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestPlain(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"hello, wörld":        "hello, wörld",
		"\x1b[31mred":         `\x1b[31mred`,
		"one\ntwo\r":          `one\ntwo\r`,
		"a\tb":                `a\tb`,
		"\xff\u202ebad":       `\xff\u202ebad`,
		"\ufffd is a letter":  "\ufffd is a letter",
		"\u009b1m is an SGR":  `\u009b1m is an SGR`,
		`a "quoted" \n word`:  `a "quoted" \n word`,
		"null\x00 and \u2028": `null\x00 and \u2028`,
	} {
		if got := plain(text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// FuzzPlain holds what a guest says to one line that is safe on a terminal.
func FuzzPlain(f *testing.F) {
	f.Add("\x1b[2J")
	f.Add("a\nb\xc3")
	f.Fuzz(func(t *testing.T, text string) {
		for _, shown := range []string{plain(text), word(text), sample([]byte(text))} {
			if !utf8.ValidString(shown) || strings.ContainsFunc(shown, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Errorf("%q is shown as %q", text, shown)
			}
		}
	})
}

func TestSample(t *testing.T) {
	sixty := strings.Repeat("é", 30)
	for _, test := range []struct{ payload, want string }{
		{"", `"" (0 bytes)`},
		{"A", `"A" (1 byte)`},
		{"Ada", `"Ada" (3 bytes)`},
		{"a\nb", `"a\nb" (3 bytes)`},
		{"\xff\x00", `0xff00 (2 bytes)`},
		{sixty, `"` + sixty + `" (60 bytes)`},
		{sixty + "a", `"` + sixty + `"… (61 bytes)`},
		{"a" + sixty, `"a` + strings.Repeat("é", 29) + `"… (61 bytes)`},
		{strings.Repeat("\x80", 61), "0x" + strings.Repeat("80", 60) + "… (61 bytes)"},
		{strings.Repeat("x", 2048), `"` + strings.Repeat("x", 60) + `"… (2,048 bytes)`},
	} {
		if got := sample([]byte(test.payload)); got != test.want {
			t.Errorf("%q:\n got %s\nwant %s", test.payload, got, test.want)
		}
	}
}

func TestLineWriter(t *testing.T) {
	long := strings.Repeat("x", longLine)
	for _, test := range []struct{ writes, want []string }{
		{[]string{"a\n"}, []string{"a"}},
		{[]string{"a", "b\nc", "\n"}, []string{"ab", "c"}},
		{[]string{"\n\n"}, []string{"", ""}},
		{[]string{"no end"}, []string{"no end"}},
		{[]string{long}, []string{long}},
		{[]string{long + "\n"}, []string{long}},
		{[]string{long + "y\n"}, []string{long, "y"}},
		{[]string{"y", long}, []string{"y" + long[1:], "x"}},
	} {
		var said []string
		w := &lineWriter{say: func(line string) { said = append(said, line) }}
		for _, part := range test.writes {
			if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
				t.Fatalf("Write: %d, %v", n, err)
			}
		}
		w.Close()
		if strings.Join(said, "|") != strings.Join(test.want, "|") || len(said) != len(test.want) {
			t.Errorf("%.20q: %.40q, want %.40q", test.writes, said, test.want)
		}
	}
}

func TestVoiceOnATerminal(t *testing.T) {
	var screen bytes.Buffer
	v := &voice{w: &screen, terminal: true, color: true}
	v.showProgress("half")
	v.log("a line")
	v.showProgress("")
	want := "\x1b[2mhalf\x1b[0m" + "\r\x1b[K" + "\x1b[2mlog:\x1b[0m a line\n"
	if got := screen.String(); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
