package wit

import (
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/wit/syntax"
)

// Print returns the packages as one WIT text in the usual layout: the package
// main with its declaration at the head, the others nested behind it by name. Worlds
// are printed with everything that they import. Parsing the text gives the same
// packages.
func (r *Resolve) Print(main *Package) string {
	file := &syntax.File{Package: &syntax.Package{Head: head(main.Docs, Stability{}, ""), Name: main.Name.syntax()}}
	file.Items = main.syntax()
	byName := func(a, b *Package) int { return a.Name.compare(b.Name) }
	for _, pkg := range slices.SortedFunc(slices.Values(r.Packages), byName) {
		if pkg != main {
			file.Items = append(file.Items, &syntax.Package{
				Head: head(pkg.Docs, Stability{}, ""), Name: pkg.Name.syntax(), Nested: true, Items: pkg.syntax(),
			})
		}
	}
	return file.Format()
}

// head makes what stands before an item.
func head(docs string, s Stability, externalID string) syntax.Head {
	var h syntax.Head
	if docs != "" {
		for line := range strings.SplitSeq(docs, "\n") {
			text := strings.TrimRight("/// "+strings.TrimSuffix(line, "\r"), " ")
			source := &syntax.Source{Text: text}
			h.Comments = append(h.Comments, syntax.Comment{Span: syntax.Span{Source: source, End: len(text)}, Doc: true})
		}
	}
	for _, a := range []syntax.Attribute{
		{Name: "since", Value: s.Since}, {Name: "unstable", Value: s.Unstable},
		{Name: "deprecated", Value: s.Deprecated}, {Name: "external-id", Value: externalID},
	} {
		if a.Value != "" {
			h.Attributes = append(h.Attributes, a)
		}
	}
	return h
}

func ident(name string) syntax.Ident { return syntax.Ident{Name: name} }

func (n PackageName) syntax() syntax.PackageName {
	result := syntax.PackageName{Version: n.Version}
	for part := range strings.SplitSeq(n.Namespace, ":") {
		result.Namespace = append(result.Namespace, ident(part))
	}
	for part := range strings.SplitSeq(n.Name, "/") {
		result.Name = append(result.Name, ident(part))
	}
	return result
}

func (p *Package) syntax() []syntax.Item {
	var items []syntax.Item
	for _, i := range p.Interfaces {
		items = append(items, &syntax.Interface{
			Head: head(i.Docs, i.Stability, ""), Name: ident(i.Name), Items: printInterface(i),
		})
	}
	for _, w := range p.Worlds {
		items = append(items, &syntax.World{Head: head(w.Docs, w.Stability, ""), Name: ident(w.Name), Items: printWorld(w)})
	}
	return items
}

// pathFrom is how an interface is called from a package.
func pathFrom(pkg *Package, i *Interface) syntax.Path {
	path := syntax.Path{Name: ident(i.Name)}
	if i.Package != pkg {
		name := i.Package.Name.syntax()
		path.Package = &name
	}
	return path
}

func printInterface(i *Interface) []syntax.Item {
	methods := make(map[*TypeDef][]*syntax.Func)
	var functions []syntax.Item
	for _, f := range i.Functions {
		printed := printFunction(f)
		if f.Resource != nil {
			methods[f.Resource] = append(methods[f.Resource], printed)
		} else {
			functions = append(functions, printed)
		}
	}
	return append(printTypes(i.Package, i.Types, methods), functions...)
}

// printTypes prints uses, those of one interface together, then definitions.
func printTypes(pkg *Package, types []*TypeDef, methods map[*TypeDef][]*syntax.Func) []syntax.Item {
	var uses, defs []syntax.Item
	var last *syntax.Use
	var from *Interface
	for _, def := range types {
		dep := def.dependency()
		if dep == nil {
			defs = append(defs, printDef(def, methods[def]))
			continue
		}
		h := head("", def.Stability, def.ExternalID)
		if last == nil || from != dep || len(h.Attributes) > 0 || len(last.Attributes) > 0 {
			last, from = &syntax.Use{Head: h, From: pathFrom(pkg, dep)}, dep
			uses = append(uses, last)
		}
		r := syntax.Renamed{Name: ident(def.Types[0].Def.Name)}
		if r.Name.Name != def.Name {
			r.As = ident(def.Name)
		}
		last.Names = append(last.Names, r)
	}
	return append(uses, defs...)
}

var definitions = map[DefKind]syntax.TypeDefKind{
	Record: syntax.Record, Variant: syntax.Variant, Enum: syntax.Enum, Flags: syntax.Flags, Resource: syntax.Resource,
}

func printDef(def *TypeDef, methods []*syntax.Func) *syntax.TypeDef {
	d := &syntax.TypeDef{Head: head(def.Docs, def.Stability, def.ExternalID), Name: ident(def.Name)}
	kind, named := definitions[def.Kind]
	if !named {
		d.Type = printShape(def)
		return d
	}
	d.Kind = kind
	d.Funcs, d.Body = methods, len(methods) > 0
	for _, m := range def.Members {
		d.Members = append(d.Members, syntax.Member{Head: head(m.Docs, Stability{}, ""), Name: ident(m.Name), Type: printType(m.Type)})
	}
	return d
}

var words = map[DefKind]syntax.TypeKind{
	Own: syntax.Own, Borrow: syntax.Borrow, Tuple: syntax.Tuple, Option: syntax.Option, Result: syntax.Result,
	List: syntax.List, FixedList: syntax.FixedList, Map: syntax.Map, Future: syntax.Future, Stream: syntax.Stream,
}

// printShape prints what a type is made from.
func printShape(def *TypeDef) *syntax.Type {
	if def.Kind == Alias {
		return printType(def.Types[0])
	}
	t := &syntax.Type{Kind: words[def.Kind], Size: def.Size}
	if def.Target != nil {
		t.Name = ident(def.Target.Name)
	}
	for _, part := range def.Types {
		t.Args = append(t.Args, printType(part))
	}
	return t
}

// printType prints a type where it is used; nil for None. An own handle without
// a name is written as its resource.
func printType(t Type) *syntax.Type {
	switch {
	case t.Kind == None:
		return nil
	case t.Kind != Defined:
		for word, kind := range primitives {
			if kind == t.Kind {
				return &syntax.Type{Kind: word}
			}
		}
	case t.Def.Name != "":
		return &syntax.Type{Kind: syntax.Named, Name: ident(t.Def.Name)}
	case t.Def.Kind == Own:
		return &syntax.Type{Kind: syntax.Named, Name: ident(t.Def.Target.Name)}
	}
	return printShape(t.Def)
}

func printFunction(f *Function) *syntax.Func {
	name := f.Name
	if f.Resource != nil {
		_, name, _ = strings.Cut(name, ".")
	}
	return &syntax.Func{
		Head: head(f.Docs, f.Stability, f.ExternalID), Kind: syntax.FuncKind(f.Kind), Name: ident(name), Type: printSignature(f),
	}
}

func printSignature(f *Function) syntax.FuncType {
	t := syntax.FuncType{Async: f.Async, Result: printType(f.Result)}
	params := f.Params
	if f.Kind == Method {
		params = params[1:]
	}
	for _, p := range params {
		t.Params = append(t.Params, syntax.Param{Name: ident(p.Name), Type: printType(p.Type)})
	}
	if f.Kind == Constructor && f.Result.Def.Kind == Own {
		t.Result = nil
	}
	return t
}

func printWorld(w *World) []syntax.Item {
	methods := make(map[*TypeDef][]*syntax.Func)
	var interfaces, functions []syntax.Item
	var types []*TypeDef
	for i := range w.Imports {
		switch item := &w.Imports[i]; {
		case item.Type != nil:
			types = append(types, item.Type)
		case item.Interface != nil:
			interfaces = append(interfaces, printExtern(w, item, false))
		case item.Function.Resource != nil:
			methods[item.Function.Resource] = append(methods[item.Function.Resource], printFunction(item.Function))
		default:
			functions = append(functions, printExtern(w, item, false))
		}
	}
	items := append(interfaces, printTypes(w.Package, types, methods)...)
	items = append(items, functions...)
	for i := range w.Exports {
		items = append(items, printExtern(w, &w.Exports[i], true))
	}
	return items
}

func printExtern(w *World, item *WorldItem, export bool) *syntax.Extern {
	x := &syntax.Extern{Head: head(item.Docs, item.Stability, item.ExternalID), Export: export, Name: ident(item.Name)}
	switch i := item.Interface; {
	case i == nil:
		t := printSignature(item.Function)
		x.Head = head(item.Function.Docs, item.Function.Stability, item.Function.ExternalID)
		x.Func = &t
	case i.Name == "":
		x.Head = head(i.Docs, i.Stability, item.ExternalID)
		x.Interface = &syntax.Interface{Items: printInterface(i)}
	default:
		path := pathFrom(w.Package, i)
		x.Path = &path
	}
	return x
}
