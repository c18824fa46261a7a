package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// exports writes the clients of what components export.
func (g *generator) exports() {
	own, world := &wit.Interface{}, exported(g.world.Name)
	var interfaces []*wit.WorldItem
	for i := range g.world.Exports {
		switch item := &g.world.Exports[i]; {
		case item.Function != nil:
			own.Functions = append(own.Functions, item.Function)
		case item.Interface != nil:
			interfaces = append(interfaces, item)
		}
	}
	for _, item := range interfaces {
		g.exportInterface(item.Key(), g.interfaces[item.Interface], item.Interface, nil)
	}
	g.exportInterface("", world, own, interfaces)
}

// exportInterface writes a client; that of the world has those of its interfaces.
func (g *generator) exportInterface(key, name string, i *wit.Interface, inside []*wit.WorldItem) {
	client := name + "Exports"
	g.declare("", client, g.called(key))
	signatures := make([]signature, len(i.Functions))
	var fields, bind strings.Builder
	for _, item := range inside {
		sub := g.interfaces[item.Interface]
		g.declare(client, sub, item.Key())
		fmt.Fprintf(&fields, "%s *%sExports\n", sub, sub)
		fmt.Fprintf(&bind, "if c.%s, err = Bind%s(instance); err != nil {\nreturn nil, err\n}\n", sub, sub)
	}
	for n, f := range i.Functions {
		s := g.signature(key, f, flatName)
		signatures[n] = s
		params := g.params(name, s)
		fmt.Fprintf(&fields, "bound%s *component.Bound[%s, %s]\n", s.method, params, s.result)
		fmt.Fprintf(&bind, "if c.bound%s, err = component.BindExport[%s, %s](instance, %s); err != nil {\nreturn nil, err\n}\n",
			s.method, params, s.result, s.path)
	}
	g.comment(client+" is what an instance exports of "+g.called(key)+".", "")
	if i.Docs != "" {
		g.printf("//\n")
		g.comment(i.Docs, "")
	}
	g.printf("//\n// One goroutine at a time uses it, as the instance.\ntype %s struct {\n", client)
	g.printf("instance *component.Instance\n%s}\n\n", &fields)
	g.declare("", "Bind"+name, g.called(key))
	g.printf("// Bind%s finds in an instance what it exports of %s.\n", name, g.called(key))
	g.printf("func Bind%s(instance *component.Instance) (*%s, error) {\nc := &%s{instance: instance}\n", name, client, client)
	if bind.Len() > 0 {
		g.printf("var err error\n%s", &bind)
	}
	g.printf("return c, nil\n}\n\n")
	for _, r := range resourcesOf(i) {
		g.resource(client, r)
	}
	for n, s := range signatures {
		g.method(client, name, i.Functions[n], s)
	}
}

// params declares the struct of a function's parameters.
func (g *generator) params(name string, s signature) string {
	if s.fields == "" {
		return "struct{}"
	}
	params := unexported(name) + s.method + "Params"
	g.declare("", params, s.item)
	g.printf("type %s struct {\n%s}\n\n", params, s.fields)
	return params
}

// resource declares the type of an exported resource.
func (g *generator) resource(client string, r *wit.TypeDef) {
	name := g.names[r]
	g.declare("", name, itemName(r))
	for _, taken := range []string{"Handle", "Drop"} {
		g.declare(name, taken, "what all resources have")
	}
	g.comment(r.Docs, fmt.Sprintf("%s is the resource %s of an instance.", name, r.Name))
	g.printf("type %s struct {\n// Handle is what functions take that have it as a parameter.\nHandle *types.Handle\n\nexports *%s\n}\n\n", name, client)
	g.declare(client, name, itemName(r))
	g.printf("// %s makes a handle that a function returned usable.\n", name)
	g.printf("func (c *%s) %s(handle *types.Handle) *%s { return &%s{handle, c} }\n\n", client, name, name, name)
	g.printf("// Drop ends the handle and destroys the resource.\n")
	g.printf("func (c *%s) Drop(ctx context.Context) error { return c.exports.instance.Drop(ctx, c.Handle) }\n\n", name)
}

// method writes the method that calls a function.
func (g *generator) method(client, name string, f *wit.Function, s signature) {
	receiver, method, exports, params := client, s.method, "c", s.params
	args := strings.TrimPrefix(s.args, ", ")
	if f.Kind == wit.Method {
		receiver, method, exports = g.names[followed(f.Resource)], memberName(f), "c.exports"
		if method == "Drop" || method == "Handle" { // which all resources have
			method = "Call" + method
		}
		params = strings.TrimPrefix(params, ", self *types.Handle")
		args = "c.Handle" + strings.TrimPrefix(args, "self")
	}
	value := unexported(name) + s.method + "Params{" + args + "}"
	if s.fields == "" {
		value = "struct{}{}"
	}
	g.declare(receiver, method, s.item)
	g.comment(s.docs, fmt.Sprintf("%s calls %s.", method, s.item))
	g.printf("func (c *%s) %s(ctx context.Context%s) %s {\n", receiver, method, params, g.clientReturns(f, &s))
	call := fmt.Sprintf("%s.bound%s.Call(ctx, %s)", exports, s.method, value)
	switch {
	case s.hasResult && s.value == "":
		g.printf("o, err := %s\nif err == nil {\n_, err = component.FromOutcome(o)\n}\nreturn err\n}\n\n", call)
	case s.hasResult:
		g.printf("o, err := %s\nif err != nil {\nreturn o.Value, err\n}\nreturn component.FromOutcome(o)\n}\n\n", call)
	case s.value == "":
		g.printf("_, err := %s\nreturn err\n}\n\n", call)
	case f.Kind == wit.Constructor:
		g.printf("handle, err := %s\nif err != nil {\nreturn nil, err\n}\nreturn c.%s(handle), nil\n}\n\n", call, g.names[followed(f.Resource)])
	default:
		g.printf("return %s\n}\n\n", call)
	}
}

// clientReturns is signature.returns, but of a constructor the client's type.
func (g *generator) clientReturns(f *wit.Function, s *signature) string {
	if f.Kind == wit.Constructor && !s.hasResult {
		return "(*" + g.names[followed(f.Resource)] + ", error)"
	}
	return s.returns()
}

func quoted(s string) string {
	if s == "" {
		return ""
	}
	return fmt.Sprintf("%q", s)
}
