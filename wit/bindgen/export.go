package bindgen

import (
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/wit"
)

// client writes the client of what an interface exports, or of what the world
// does: that has those of its interfaces, too.
func (p *goPackage) client(functions []*wit.Function, inside []*goPackage) {
	members := reserve("Close", "Bind")
	fields, inner := p.inside(inside, members)
	bind := ""
	signatures := make([]*signature, len(functions))
	methods := make([]string, len(functions))
	bound := names{}
	scopes := map[*wit.TypeDef]names{}
	for n, f := range functions {
		s := p.signature(f, true)
		signatures[n] = s
		method := p.goName(f)
		if f.Kind == wit.Method {
			if scopes[f.Resource] == nil {
				scopes[f.Resource] = reserve("Drop")
			}
			methods[n] = scopes[f.Resource].take(method)
			method = exported(f.Resource.Name) + method
		} else {
			methods[n] = members.take(method)
		}
		s.bound = bound.take("bound" + method)
		params := p.paramsStruct(unexported(method)+"Params", s)
		fields += fmt.Sprintf("%s %s.Export[%s, %s]\n", s.bound, p.component(), params, s.result)
		bind += fmt.Sprintf("%s.BindExport(e, &c.%s, %q)\n", p.component(), s.bound, f.Name)
	}
	p.exportsStruct(fields)
	p.bind(functions, bind, inner)
	p.printf("%s", &p.params)
	p.params.Reset()
	for _, r := range resources(p.of) {
		if p.exports {
			p.held(r)
		}
	}
	for n, s := range signatures {
		p.call(methods[n], s)
	}
}

// inside returns the fields of the clients of a world's interfaces, and what sets
// them.
func (p *goPackage) inside(packages []*goPackage, members names) (fields, bind string) {
	for _, sub := range packages {
		name := members.take(fieldName(sub, packages))
		fields += fmt.Sprintf("%s *%sExports\n", name, p.from(sub))
		bind += fmt.Sprintf("if c.%s, err = %sBind(from); err != nil {\nreturn nil, err\n}\n", name, p.from(sub))
	}
	return fields, bind
}

func (p *goPackage) exportsStruct(fields string) {
	p.printf("// Exports is what components export of %s.\n//\n", p.called())
	p.printf("// Bound to a plugin it is safe for concurrent use, and each call goes to an instance\n// of the plugin's pool")
	if p.hasHeld() {
		p.printf(", but for those that take or return resources: they need a\n// session of the plugin")
	}
	p.printf(". Of an instance or a session one goroutine at a time uses it.\ntype Exports struct {\n")
	switch {
	case !p.exports:
		p.printf("instance *%s.Instance // that New made\n", p.component())
	case p.hasHeld():
		p.printf("exports *%s.Exports\n", p.component())
	}
	p.printf("%s}\n\n", fields)
}

// bind writes Bind: bind binds the functions, and inner the clients of a world's
// interfaces.
func (p *goPackage) bind(functions []*wit.Function, bind, inner string) {
	p.printf("// Bind makes a client of a plugin, a worker, a session of one, or an instance. The\n")
	p.printf("// error says what it does not export as %s has it.\n", p.called())
	p.printf("func Bind(from %s.Exporter) (*Exports, error) {\nc := new(Exports)\n", p.component())
	if p.exports || len(functions) > 0 {
		p.exportsOf(functions)
		p.printf("%sif err := e.Err(); err != nil {\nreturn nil, err\n}\n", bind)
	}
	if inner != "" {
		p.printf("var err error\n%s", inner)
	}
	p.printf("return c, nil\n}\n\n")
}

// exportsOf writes what the functions are bound with.
func (p *goPackage) exportsOf(functions []*wit.Function) {
	clients := ""
	for i, other := range p.foreignClients(functions) {
		client := fmt.Sprintf("otherClient%d", i+1)
		p.printf("%s, err := %sBind(from)\nif err != nil {\nreturn nil, err\n}\n", client, p.from(other))
		clients += ", " + client
	}
	p.printf("e := %s.NewExports(from, %q, c%s)\n", p.component(), p.key, clients)
	if p.hasHeld() {
		p.printf("c.exports = e\n")
	}
}

// hasHeld reports whether guests have resources of the package's interface.
func (p *goPackage) hasHeld() bool { return p.exports && len(resources(p.of)) > 0 }

// foreignClients returns the packages of other exported interfaces whose resources
// the functions pass.
func (p *goPackage) foreignClients(functions []*wit.Function) []*goPackage {
	found := map[*goPackage]bool{}
	seen := map[*wit.TypeDef]bool{}
	var look func(wit.Type)
	define := func(d *wit.TypeDef) {
		if d == nil || seen[d] {
			return
		}
		seen[d] = true
		if d.Kind == wit.Own || d.Kind == wit.Borrow {
			d = d.Target
		}
		if d.Resolved().Kind == wit.Resource {
			found[p.ownerOf(d)] = true
			return
		}
		for _, t := range d.Types {
			look(t)
		}
		for _, m := range d.Members {
			look(m.Type)
		}
	}
	look = func(t wit.Type) { define(t.Def) }
	for _, f := range functions {
		look(f.Result)
		for _, param := range f.Params {
			look(param.Type)
		}
	}
	var others []*goPackage
	for _, other := range p.g.exported {
		if found[other] && other != p {
			others = append(others, other)
		}
	}
	return others
}

// paramsStruct declares the struct of a function's parameters, for later.
func (p *goPackage) paramsStruct(name string, s *signature) string {
	if len(s.params) == 0 {
		return "struct{}"
	}
	s.structName = p.declared.take(name)
	fmt.Fprintf(&p.params, "type %s struct {\n%s\n}\n\n", s.structName, strings.Join(s.params, "\n"))
	return s.structName
}

// held declares the type of a resource that the guest has.
func (p *goPackage) held(r *wit.TypeDef) {
	name := p.typeNames[r]
	p.comment(r.Docs, fmt.Sprintf("%s is the resource %s of an instance.", name, r.Name))
	p.printf("type %s struct {\nhandle *%s.Handle\nexports *Exports\n}\n\n", name, p.types())
	p.printf("// Drop ends the handle and destroys the resource.\n")
	p.printf("func (c *%s) Drop(ctx %s) error { return c.exports.exports.Drop(ctx, c.handle) }\n\n", name, p.context())
}

// call writes the method that calls a function.
func (p *goPackage) call(method string, s *signature) {
	receiver, exports := "Exports", "c"
	params := s.withoutSelf()
	locals := strings.Join(s.locals, ", ")
	if s.function.Kind == wit.Method {
		receiver, exports = p.typeNames[s.function.Resource], "c.exports"
		locals = "c" + strings.TrimPrefix(locals, "self")
	}
	value := "struct{}{}"
	if s.structName != "" {
		value = s.structName + "{" + locals + "}"
	}
	p.comment(s.function.Docs, fmt.Sprintf("%s calls %s.", method, s.item))
	p.printf("func (c *%s) %s(ctx %s%s) %s {\n", receiver, method, p.context(), params, s.returns())
	call := fmt.Sprintf("%s.%s.Call(ctx, %s)", exports, s.bound, value)
	switch {
	case s.hasResult && s.value == "":
		p.printf("o, err := %s\nif err == nil {\n_, err = %s.FromOutcome(o)\n}\nreturn err\n}\n\n", call, p.component())
	case s.hasResult:
		p.printf("o, err := %s\nif err != nil {\nreturn o.Value, err\n}\nreturn %s.FromOutcome(o)\n}\n\n", call, p.component())
	case s.value == "":
		p.printf("_, err := %s\nreturn err\n}\n\n", call)
	default:
		p.printf("return %s\n}\n\n", call)
	}
}
