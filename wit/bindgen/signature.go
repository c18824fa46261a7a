package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// A signature is a function as Go has it.
type signature struct {
	item   string
	docs   string
	path   string // its path in a component, as arguments
	method string
	fields string // of the struct of parameters
	params string // names with types
	args   string // the names alone
	unpack string // the fields of p

	result    string // the type that is bound
	value     string // the type that is returned, or ""
	hasResult bool   // result<value, E>
}

func (g *generator) signature(key string, f *wit.Function, names func(*wit.Function) string) signature {
	s := signature{item: strings.TrimSpace(key + " " + f.Name), docs: f.Docs, path: fmt.Sprintf("%q", f.Name), method: names(f)}
	if key != "" {
		s.path = fmt.Sprintf("%q, %q", key, f.Name)
	}
	if f.Async {
		g.fail(s.item, "async functions are not supported yet")
	}
	fields := map[string]string{}
	for _, p := range f.Params {
		typ, field := g.typ(s.item, p.Type), exported(p.Name)
		if other, taken := fields[field]; taken {
			g.fail(s.item, "the Go name %s of parameter %s is that of %s", field, p.Name, other)
		}
		fields[field] = p.Name
		s.fields += field + " " + typ + "\n"
		s.params += ", " + local(p.Name) + " " + typ
		s.args += ", " + local(p.Name)
		s.unpack += ", p." + field
	}
	g.results(&s, f.Result)
	return s
}

func (g *generator) results(s *signature, t wit.Type) {
	s.result = g.typ(s.item, t)
	if t.Kind == wit.None {
		return
	}
	s.value = s.result
	if t.Kind != wit.Defined || t.Def.Resolved().Kind != wit.Result {
		return
	}
	sides := t.Def.Resolved().Types
	s.hasResult, s.value = true, ""
	if sides[0].Kind != wit.None {
		s.value = g.typ(s.item, sides[0])
	}
	s.result = fmt.Sprintf("types.Outcome[%s, %s]", g.typ(s.item, sides[0]), g.typ(s.item, sides[1]))
}

// returns is what stands behind the parameters.
func (s *signature) returns() string {
	if s.value == "" {
		return "error"
	}
	return "(" + s.value + ", error)"
}

// memberName returns the name of a function without that of its resource.
func memberName(f *wit.Function) string {
	_, member, _ := strings.Cut(f.Name, ".")
	return exported(member)
}

// flatName is the name of a function among all of its interface.
func flatName(f *wit.Function) string {
	switch f.Kind {
	case wit.Freestanding:
		return exported(f.Name)
	case wit.Constructor:
		return "New" + exported(f.Resource.Name)
	}
	return exported(f.Resource.Name) + memberName(f)
}
