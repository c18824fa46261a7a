package bindgen

import (
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// imports writes what the host implements.
func (g *generator) imports() {
	own := &wit.Interface{}
	for i := range g.world.Imports {
		item := &g.world.Imports[i]
		switch {
		case item.Function != nil:
			own.Functions = append(own.Functions, item.Function)
		case item.Type != nil:
			own.Types = append(own.Types, item.Type)
		case item.Interface != nil:
			g.importInterface(item.Key(), g.interfaces[item.Interface], item.Interface)
		}
	}
	g.importInterface("", exported(g.world.Name), own)
}

func (g *generator) importInterface(key, name string, i *wit.Interface) {
	resources := resourcesOf(i)
	if len(i.Functions) == 0 && len(resources) == 0 {
		return
	}
	goName, what := name+"Imports", strings.TrimSpace("interface "+key)
	g.declare("", goName, what)
	g.comment(goName+" is what components import of "+g.called(key)+".", "")
	if i.Docs != "" {
		g.printf("//\n")
		g.comment(i.Docs, "")
	}
	g.printf("//\n// An error that is no component.ResultError ends the guest's call.\n")
	g.printf("type %s interface {\n", goName)
	signatures := make([]signature, len(i.Functions))
	for n, f := range i.Functions {
		s := g.signature(key, f, flatName)
		g.declare(goName, s.method, s.item)
		g.comment(s.docs, "")
		g.printf("%s(ctx context.Context%s) %s\n", s.method, s.params, s.returns())
		signatures[n] = s
	}
	for _, r := range resources {
		g.declare(goName, "Drop"+exported(r.Name), itemName(r))
		g.printf("\n// Drop%s is called when a guest drops the last handle of %s.\n", exported(r.Name), r.Name)
		g.printf("Drop%s(ctx context.Context, rep uint32) error\n", exported(r.Name))
	}
	g.printf("}\n\n")
	g.define(key, name, resources, signatures)
}

// called is what a comment calls an interface, or the world.
func (g *generator) called(key string) string {
	if key == "" {
		return "the world " + g.world.Name + " itself"
	}
	return key
}

// resourcesOf returns the resources that an interface defines.
func resourcesOf(i *wit.Interface) []*wit.TypeDef {
	var resources []*wit.TypeDef
	for _, d := range i.Types {
		if d.Kind == wit.Resource {
			resources = append(resources, d)
		}
	}
	return resources
}

// define writes the function that offers an implementation.
func (g *generator) define(key, name string, resources []*wit.TypeDef, signatures []signature) {
	returns := ""
	if len(resources) > 0 {
		returns = name + "Resources"
		g.declare("", returns, g.called(key))
		g.printf("// %s are the resource types of %s; their New makes handles.\ntype %s struct {\n", returns, g.called(key), returns)
		for _, r := range resources {
			g.printf("%s *component.Resource\n", exported(r.Name))
		}
		g.printf("}\n\n")
	}
	g.declare("", "Define"+name, g.called(key))
	g.printf("// Define%s offers host to components that import %s.\n", name, g.called(key))
	g.printf("func Define%s(l *component.Linker, host %sImports) %s {\n", name, name, returns)
	for _, s := range signatures {
		g.serve(s)
	}
	if returns != "" {
		g.printf("offered := %s{\n", returns)
		for _, r := range resources {
			g.printf("%s: &component.Resource{Name: %q, Drop: host.Drop%s},\n", exported(r.Name), r.Name, exported(r.Name))
		}
		g.printf("}\n")
		for _, r := range resources {
			path := strings.TrimPrefix(quoted(key)+", "+quoted(r.Name), ", ")
			g.printf("l.DefineResource(offered.%s, %s)\n", exported(r.Name), path)
		}
		g.printf("return offered\n")
	}
	g.printf("}\n\n")
}

// serve writes one function of the host.
func (g *generator) serve(s signature) {
	params := "struct{}"
	if s.fields != "" {
		params = "struct {\n" + s.fields + "}"
	}
	g.printf("component.DefineGo(l, func(ctx context.Context, p %s) (%s, error) {\n", params, s.result)
	call := "host." + s.method + "(ctx" + s.unpack + ")"
	switch {
	case s.hasResult && s.value == "":
		g.printf("return component.ToOutcome%s(struct{}{}, %s)\n", strings.TrimPrefix(s.result, "types.Outcome"), call)
	case s.hasResult:
		g.printf("v, err := %s\nreturn component.ToOutcome%s(v, err)\n", call, strings.TrimPrefix(s.result, "types.Outcome"))
	case s.value == "":
		g.printf("return struct{}{}, %s\n", call)
	default:
		g.printf("return %s\n", call)
	}
	g.printf("}, %s)\n", s.path)
}
