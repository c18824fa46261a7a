package bindgen

import (
	"go/token"
	"slices"
	"strings"
)

// initialisms are the words that Go writes in capitals.
const initialisms = " api cpu db dns gpu html http https id io ip json rpc sql tcp tls ttl udp ui uri url utf8 uuid xml "

// exported returns a kebab name as an exported Go name.
func exported(kebab string) string {
	var b strings.Builder
	for word := range strings.SplitSeq(kebab, "-") {
		if strings.Contains(initialisms, " "+word+" ") {
			b.WriteString(strings.ToUpper(word))
		} else if word != "" {
			b.WriteString(strings.ToUpper(word[:1]) + word[1:])
		}
	}
	return b.String()
}

// local returns a kebab name as the name of a parameter, which hides nothing
// that the bodies of functions need.
func local(kebab string) string {
	first, rest, _ := strings.Cut(kebab, "-")
	name := strings.ToLower(first) + exported(rest)
	taken := []string{"c", "component", "context", "ctx", "err", "handle", "host", "nil", "o", "p", "types", "v"}
	if token.IsKeyword(name) || slices.Contains(taken, name) {
		name += "_"
	}
	return name
}

// unexported returns a Go name with a small first letter.
func unexported(name string) string { return strings.ToLower(name[:1]) + name[1:] }
