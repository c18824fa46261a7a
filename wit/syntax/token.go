package syntax

import "strconv"

// kind is what a token is. Punctuation is its own character.
type kind rune

const (
	endOfFile  kind = -1 - iota
	identifier      // a name, with or without %
	keyword
	integer
	text // a string literal
	arrow
	version // what follows @ in a name
	invalid // a character that begins no token; it was reported
	passed  // a comment of another language; it was reported
)

// A token is the smallest piece that has a meaning.
type token struct {
	kind kind
	span Span

	// comments stand between the token before and this one, and nobody took
	// them yet.
	comments []Comment

	// meant is the keyword that the token is taken for, if it is misspelt.
	meant string
}

// word is the token as it is written, or as it should have been.
func (t token) word() string {
	if t.meant != "" {
		return t.meant
	}
	return t.span.Text()
}

// keywords cannot be names unless written with % (WIT.md#keywords).
var keywords = map[string]bool{
	"as": true, "async": true, "bool": true, "borrow": true, "char": true,
	"constructor": true, "enum": true, "error-context": true, "export": true, "f32": true,
	"f64": true, "flags": true, "from": true, "func": true, "future": true,
	"import": true, "include": true, "interface": true, "list": true, "map": true,
	"option": true, "own": true, "package": true, "record": true, "resource": true,
	"result": true, "s16": true, "s32": true, "s64": true, "s8": true,
	"static": true, "stream": true, "string": true, "tuple": true, "type": true,
	"u16": true, "u32": true, "u64": true, "u8": true, "use": true,
	"variant": true, "with": true, "world": true,
}

// IsKeyword reports whether a name must be written with % in front.
func IsKeyword(name string) bool { return keywords[name] }

// describe names a token in an error.
func (t token) describe() string {
	switch t.kind {
	case endOfFile:
		return "the end of the file"
	case identifier:
		return "the name " + strconv.Quote(t.span.Text())
	case keyword:
		return "the keyword " + strconv.Quote(t.span.Text())
	case integer:
		return "the number " + t.span.Text()
	case text:
		return "a string"
	default:
		return strconv.Quote(t.span.Text())
	}
}
