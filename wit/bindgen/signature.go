package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// A signature is a function as Go has it.
type signature struct {
	function *wit.Function
	item     string
	path     string // its path in a component, as arguments

	locals []string // the names of the parameters
	types  []string
	params []string // with their types

	result    string // the type that is bound
	value     string // the type that is returned, or ""
	hasResult bool   // result<value, E>

	// Of what is exported: the field that is called, and the struct of parameters.
	bound, structName string
}

// signature returns a function that the host calls, or that it implements.
func (p *goPackage) signature(f *wit.Function, calls bool) *signature {
	s := &signature{function: f, item: p.item(f.Name), path: fmt.Sprintf("%q", f.Name)}
	if p.key != "" {
		s.path = fmt.Sprintf("%q, %q", p.key, f.Name)
	}
	if f.Async {
		p.g.fail(s.item, "async functions are not supported yet")
	}
	taken := reserve("ctx")
	if calls {
		taken = reserve("c", "ctx", "err", "o")
	}
	for _, alias := range p.aliases {
		taken[alias] = true
	}
	for i, param := range f.Params {
		name := local(param.Name)
		switch {
		case i == 0 && f.Kind == wit.Method:
			name = "self"
		case isGo(name):
			name = taken.take(name + "_")
		default:
			name = taken.take(name)
		}
		s.locals = append(s.locals, name)
		typ := p.typ(s.item, param.Type)
		s.types, s.params = append(s.types, typ), append(s.params, name+" "+typ)
	}
	p.results(s, f.Result)
	return s
}

func (p *goPackage) results(s *signature, t wit.Type) {
	if t.Kind == wit.None {
		s.result = "struct{}"
		return
	}
	if t.Kind != wit.Defined || t.Def.Resolved().Kind != wit.Result {
		s.result = p.typ(s.item, t)
		s.value = s.result
		return
	}
	sides := [2]string{}
	for i, side := range t.Def.Resolved().Types {
		sides[i] = p.typ(s.item, side)
	}
	s.hasResult = true
	if t.Def.Resolved().Types[0].Kind != wit.None {
		s.value = sides[0]
	}
	s.result = fmt.Sprintf("%s.Outcome[%s, %s]", p.types(), sides[0], sides[1])
}

// returns is what stands behind the parameters.
func (s *signature) returns() string {
	if s.value == "" {
		return "error"
	}
	return "(" + s.value + ", error)"
}

// withoutSelf returns the parameters as Go functions have them: those of a method
// have self as the receiver.
func (s *signature) withoutSelf() string {
	params := ""
	for i, name := range s.locals {
		if i == 0 && s.function.Kind == wit.Method {
			continue
		}
		params += ", " + name
		if i+1 == len(s.types) || s.types[i+1] != s.types[i] {
			params += " " + s.types[i]
		}
	}
	return params
}

// goName returns the name of a function: of a method without that of its
// resource, which it is a method of in Go too.
func (p *goPackage) goName(f *wit.Function) string {
	_, member, _ := strings.Cut(f.Name, ".")
	switch f.Kind {
	case wit.Constructor:
		return "New" + exported(f.Resource.Name)
	case wit.Static:
		return exported(f.Resource.Name) + exported(member)
	case wit.Method:
		return exported(member)
	}
	return exported(f.Name)
}

// resources returns the resource types that an interface defines.
func resources(i *wit.Interface) []*wit.TypeDef {
	var defined []*wit.TypeDef
	for _, d := range i.Types {
		if d.Kind == wit.Resource {
			defined = append(defined, d)
		}
	}
	return defined
}
