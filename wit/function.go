package wit

import (
	"fmt"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// resourceFunctions resolves what stands in the braces of a resource.
func (p *resolver) resourceFunctions(from *syntax.TypeDef) []*Function {
	resource := p.lookup[from.Name.Name]
	if resource == nil { // what is wrong with it was reported
		return nil
	}
	var functions []*Function
	for _, f := range from.Funcs {
		name := from.Name.Name
		switch f.Kind {
		case syntax.Constructor:
			name = "[constructor]" + name
		case syntax.Static:
			name = "[static]" + name + "." + f.Name.Name
		default:
			name = "[method]" + name + "." + f.Name.Name
		}
		functions = append(functions, p.function(name, f, resource))
	}
	return functions
}

// function resolves a function; resource is the type that it belongs to.
func (p *resolver) function(name string, from *syntax.Func, resource *TypeDef) *Function {
	span := from.Name.Span
	if from.Kind == syntax.Constructor {
		span = from.Type.Span
	}
	f := &Function{
		Name: name, Kind: FunctionKind(from.Kind), Async: from.Type.Async, Resource: resource,
		Docs: docs(from.Comments), Stability: p.stability(from.Attributes), ExternalID: p.externalID(from.Attributes),
		span: span,
	}
	p.signature(f, &from.Type)
	return f
}

func (p *resolver) signature(f *Function, from *syntax.FuncType) {
	seen := make(unique)
	if f.Kind == Method {
		seen["self"] = syntax.Ident{Name: "self"}
		self := p.share(&TypeDef{Kind: Borrow, Target: f.Resource, span: from.Span}, Stability{})
		f.Params = append(f.Params, Param{Name: "self", Type: self})
	}
	for _, param := range from.Params {
		seen.add(p, param.Name, "the function has the parameter")
		f.Params = append(f.Params, Param{Name: param.Name.Name, Type: p.typ(param.Type, Stability{})})
	}
	switch {
	case f.Kind == Constructor:
		p.constructed(f, from.Result)
	case from.Result != nil:
		f.Result = p.typ(from.Result, Stability{})
	}
}

// constructed resolves what a constructor returns: the resource, or a result
// with it.
func (p *resolver) constructed(f *Function, from *syntax.Type) {
	f.Result = Type{Defined, f.Resource}
	if from == nil {
		return
	}
	result, hint := p.typ(from, Stability{}), ""
	if result == (Type{Defined, f.Resource}) {
		hint = "leave it out: that is what a constructor makes"
	}
	switch {
	case result.wrong():
	case result.Kind != Defined || result.Def.Kind != Result:
		p.report(from.Span, "a constructor returns nothing or a result", hint)
	case result.Def.Types[0] != Type{Defined, f.Resource}:
		p.report(from.Span, fmt.Sprintf("the constructor of %q returns a result with it", f.Resource.Name),
			fmt.Sprintf("write result<%s> or result<%s, …>", f.Resource.Name, f.Resource.Name))
	default:
		f.Result = result
	}
}
