package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// host writes the interface that a host implements, and what offers it.
func (p *goPackage) host(name string, i *wit.Interface) {
	defined := resources(i)
	if len(i.Functions) == 0 && len(defined) == 0 {
		return
	}
	methods := map[*wit.TypeDef]names{}
	var lists = map[*wit.TypeDef]string{}
	calls := make([]string, len(i.Functions))
	signatures := make([]*signature, len(i.Functions))
	for n, f := range i.Functions {
		s := p.signature(f, false)
		signatures[n] = s
		var of *wit.TypeDef // nil for the interface itself
		target := "host."
		if f.Kind == wit.Method {
			of, target = f.Resource, "p.self."
		}
		if methods[of] == nil {
			methods[of] = reserve()
			if of != nil {
				methods[of] = reserve("Drop")
			}
		}
		method := methods[of].take(p.goName(f))
		params := s.withoutSelf()
		lists[of] += comment(f.Docs) + fmt.Sprintf("%s(ctx %s%s) %s\n", method, p.context(), params, s.returns())
		calls[n] = target + method
	}
	for _, r := range defined {
		p.implemented(r, lists[r])
	}
	p.printf("// %s is what components import of %s.\n//\n", name, p.called())
	if lists[nil] == "" {
		p.printf("// It has no functions but those of its resources: any value stands for it.\ntype %s interface{}\n\n", name)
	} else {
		p.printf("// An error that is no %s.ResultError ends the guest's call.\ntype %s interface {\n%s}\n\n", p.component(), name, lists[nil])
	}
	p.define(name, defined, signatures, calls)
}

// implemented declares the interface of a resource that the host has.
func (p *goPackage) implemented(r *wit.TypeDef, methods string) {
	name := p.typeNames[r]
	p.comment(r.Docs, fmt.Sprintf("%s is the resource %s, which the host has.", name, r.Name))
	p.printf("type %s interface {\n%s\n", name, methods)
	p.printf("// Drop is called when a guest drops the resource, or is closed while it has it.\n")
	p.printf("Drop(ctx %s) error\n}\n\n", p.context())
}

// define writes the function that offers an implementation.
func (p *goPackage) define(name string, defined []*wit.TypeDef, signatures []*signature, calls []string) {
	function := "Define"
	if name != "Imports" {
		function += name
	}
	to := "components that import " + p.called()
	if p.key == "" {
		to = "components of " + p.called()
	}
	p.printf("// %s offers host to %s.\n", function, to)
	p.printf("func %s(l *%s.Linker, host %s) {\n", function, p.component(), name)
	for _, r := range defined {
		path := strings.TrimPrefix(quoted(p.key)+", "+quoted(r.Name), ", ")
		p.printf("l.DefineResource(%s.NewGoResource[%s](%q), %s)\n", p.component(), p.typeNames[r], r.Name, path)
	}
	for n, s := range signatures {
		p.serve(s, calls[n])
	}
	p.printf("}\n\n")
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
}

// serve writes one function of the host.
func (p *goPackage) serve(s *signature, call string) {
	params := "struct{}"
	if len(s.params) > 0 {
		params = "struct {\n" + strings.Join(s.params, "\n") + "\n}"
	}
	p.printf("%s.DefineGo(l, func(ctx %s, p %s) (%s, error) {\n", p.component(), p.context(), params, s.result)
	call += "(ctx"
	for i, name := range s.locals {
		if i > 0 || s.function.Kind != wit.Method {
			call += ", p." + name
		}
	}
	call += ")"
	toOutcome := p.component() + ".ToOutcome"
	if s.hasResult {
		toOutcome += strings.TrimPrefix(s.result, p.types()+".Outcome")
	}
	switch {
	case s.hasResult && s.value == "":
		p.printf("return %s(struct{}{}, %s)\n", toOutcome, call)
	case s.hasResult:
		p.printf("v, err := %s\nreturn %s(v, err)\n", call, toOutcome)
	case s.value == "":
		p.printf("return struct{}{}, %s\n", call)
	default:
		p.printf("return %s\n", call)
	}
	p.printf("}, %s)\n", s.path)
}
