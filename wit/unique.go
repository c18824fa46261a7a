package wit

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// unique are names in one scope, none of which may differ from another in
// nothing but capital letters (WIT.md#wit-worlds, Explainer.md
// "strongly-unique").
type unique map[string]syntax.Ident

// add adds a name, or reports that it is taken.
func (u unique) add(p *resolver, id syntax.Ident, what string) {
	lower := strings.ToLower(id.Name)
	other, taken := u[lower]
	if !taken {
		u[lower] = id
		return
	}
	hint := alsoAt(other.Span)
	if other.Name == "self" && hint == "" {
		hint = "a method has self without being said so"
	}
	if other.Name == id.Name {
		p.report(id.Span, fmt.Sprintf("%s %q twice", what, id.Name), hint)
		return
	}
	u.report(p, other, id, what)
}

// addOther adds a name that is taken by no other of the same spelling.
func (u unique) addOther(p *resolver, id syntax.Ident) {
	lower := strings.ToLower(id.Name)
	if other, taken := u[lower]; taken {
		u.report(p, other, id, "there are")
	}
	u[lower] = id
}

func (u unique) report(p *resolver, other, id syntax.Ident, what string) {
	p.report(id.Span, fmt.Sprintf("%s %q and %q, which differ in capital letters only", what, other.Name, id.Name),
		alsoAt(other.Span))
}
