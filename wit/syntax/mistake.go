package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/internal/spelling"
)

// itemWords are the keywords that begin items.
var itemWords = []string{
	"interface", "world", "use", "package", "import", "export", "include",
	"type", "record", "variant", "enum", "flags", "resource", "constructor",
}

// foreignItems are words with which other languages begin what WIT has, too,
// and the words of WIT for it.
var foreignItems = map[string]string{
	"struct": "record", "message": "record", "class": "resource", "handle": "resource", "object": "resource",
	"union": "variant", "oneof": "variant", "choice": "variant", "typedef": "type", "alias": "type", "typealias": "type",
	"bitflags": "flags", "bitset": "flags", "bitfield": "flags",
	"trait": "interface", "protocol": "interface", "service": "interface", "module": "interface", "mod": "interface",
	"component": "world", "namespace": "package", "using": "use", "uses": "use", "require": "import", "extends": "include",
}

// foreignFuncs are words with which other languages begin a function.
var foreignFuncs = []string{"fn", "fun", "def", "function", "proc", "method", "fucn", "funct"}

// foreignMarkers are words before an item that WIT does not have.
var foreignMarkers = []string{"default", "pub", "public", "private", "protected", "extern", "abstract", "inline", "mut", "inout"}

// foreignConstants are words with which other languages begin a constant.
var foreignConstants = []string{"const", "let", "var"}

// foreignMakers are names of types that are made from others, and how such a
// type is called in WIT.
var foreignMakers = map[string]string{
	"vec": "list", "vector": "list", "array": "list", "slice": "list", "sequence": "list", "seq": "list", "set": "list",
	"hash-map": "map", "btree-map": "map", "dict": "map", "dictionary": "map",
	"optional": "option", "maybe": "option", "nullable": "option",
	"either": "result", "expected": "result", "promise": "future", "pair": "tuple",
	"ref": "borrow", "box": "own", "handle": "own", "iterator": "stream",
}

// foreignTypes are names of types that other languages have, and those of WIT.
var foreignTypes = map[string]string{
	"int": "s32", "integer": "s32", "i8": "s8", "i16": "s16", "i32": "s32", "i64": "s64", "long": "s64", "short": "s16",
	"int8": "s8", "int16": "s16", "int32": "s32", "int64": "s64",
	"uint": "u32", "uint8": "u8", "uint16": "u16", "uint32": "u32", "uint64": "u64", "byte": "u8", "usize": "u32", "isize": "s32",
	"float": "f32", "float32": "f32", "float64": "f64", "double": "f64", "number": "f64",
	"str": "string", "text": "string", "boolean": "bool", "rune": "char",
}

// MeantType hints at the type that the author of an unknown name has in mind:
// one of those that are known, or one that is called otherwise in other
// languages. It is "" if nothing comes to mind.
func MeantType(name string, known []string) string {
	lower := strings.ToLower(name)
	switch {
	case lower == "void" || lower == "unit" || lower == "none" || lower == "nil" || lower == "null":
		return "what returns nothing has no ->"
	case lower == "bytes":
		return "it is written list<u8> in WIT"
	case foreignTypes[lower] != "":
		return fmt.Sprintf("it is called %s in WIT", foreignTypes[lower])
	case foreignMakers[lower] != "":
		return fmt.Sprintf("it is called %s<…> in WIT", foreignMakers[lower])
	}
	return Meant(name, known)
}

// Meant hints at the name that is nearest to one that is unknown; "" if none is
// near. That it differs in capital letters or underscores alone counts first.
func Meant(name string, known []string) string {
	near := nearest(name, known)
	if near == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", near)
}

func nearest(name string, known []string) string {
	label := kebab(name)
	for _, candidate := range known {
		if candidate != name && (strings.EqualFold(candidate, name) || candidate == label) {
			return candidate
		}
	}
	return spelling.Nearest(strings.ToLower(name), known)
}

// checkName returns the label that a name is or should be. What is wrong with it
// is reported where it stands first.
func (p *parser) checkName(t token) string {
	name := strings.TrimPrefix(t.span.Text(), "%")
	problem := labelProblem(name)
	if problem == "" {
		return name
	}
	better, hint := kebab(name), ""
	if better != "" {
		hint = "write " + quoted(better)
	}
	if !p.misnamed[name] {
		p.report(t.span, fmt.Sprintf("%q is no name: %s", name, problem), hint)
	}
	if p.misnamed == nil {
		p.misnamed = make(map[string]bool)
	}
	p.misnamed[name] = true
	if better == "" {
		p.gaps = true
		return name
	}
	return better
}

// quoted is a name as it is written.
func quoted(label string) string {
	if IsKeyword(label) {
		return "%" + label
	}
	return label
}

// respell takes a name in hand for the keyword that it may be a misspelling of,
// if a name or a keyword follows as behind such a keyword: one of own, if any is
// as near. It reports the mistake.
func (p *parser) respell(own []string) {
	if !p.at(identifier) || strings.HasPrefix(p.token.span.Text(), "%") {
		return
	}
	next := p.peekToken()
	if next.kind != identifier && next.kind != keyword {
		return
	}
	name := p.token.span.Text()
	if slices.Contains(foreignConstants, name) {
		p.wrong("WIT has no constants", "a function can return one")
		return
	}
	if foreign := foreignItems[strings.ToLower(name)]; foreign != "" {
		p.take(foreign, fmt.Sprintf("there is no keyword %q", name), fmt.Sprintf("it is called %s in WIT", foreign))
		return
	}
	if near := nearest(name, slices.Concat(own, itemWords)); near != "" {
		p.take(near, fmt.Sprintf("there is no keyword %q", name), fmt.Sprintf("did you mean %q?", near))
	}
}

// take takes the token in hand for a keyword, and reports that it is none.
func (p *parser) take(word, problem, hint string) {
	p.report(p.token.span, problem, hint)
	p.token.kind, p.token.meant = keyword, word
}

// peekToken returns the token behind the one in hand.
func (p *parser) peekToken() token {
	ahead := p.scanner
	ahead.report = func(Span, string, string) {}
	return ahead.next()
}
