package bindgen

import (
	"go/token"
	"go/types"
	"strings"
)

// names are the names that are taken in a scope.
type names map[string]bool

// take returns name, or if it is taken one that is not, and takes it.
func (n names) take(name string) string {
	for n[name] {
		name += "_"
	}
	n[name] = true
	return name
}

// reserve takes names that stand in every scope of a kind.
func reserve(reserved ...string) names {
	n := names{}
	for _, name := range reserved {
		n[name] = true
	}
	return n
}

// initialisms are the words that Go writes in capitals.
const initialisms = " api cpu db dns gpu html http https id io ip json rpc sql tcp tls ttl udp ui uri url utf8 uuid xml "

// exported returns a kebab name as an exported Go name.
func exported(kebab string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		one, plural := strings.CutSuffix(word, "s")
		if strings.Contains(initialisms, " "+word+" ") {
			b.WriteString(strings.ToUpper(word))
		} else if plural && strings.Contains(initialisms, " "+one+" ") {
			b.WriteString(strings.ToUpper(one) + "s")
		} else if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// local returns a kebab name as the name of a parameter.
func local(kebab string) string {
	first, rest, _ := strings.Cut(kebab, "-")
	return strings.ToLower(first) + exported(rest)
}

// unexported returns a Go name with a small first letter.
func unexported(name string) string { return strings.ToLower(name[:1]) + name[1:] }

// packageName returns a kebab name as the name of a package and its folder.
func packageName(kebab string) string {
	name := strings.ToLower(strings.ReplaceAll(kebab, "-", ""))
	switch name {
	case "main", "init", "internal", "vendor", "testdata": // which Go treats in another way
		return name + "wit"
	}
	if isGo(name) {
		return name + "wit"
	}
	return name
}

// isGo reports whether a name is a word of Go: a keyword, or declared before all
// packages.
func isGo(name string) bool { return token.IsKeyword(name) || types.Universe.Lookup(name) != nil }
