package syntax

// packageItem prints the head of a package, and what it has.
func (w *writer) packageItem(n *Package) {
	w.line("package ", n.Name.String())
	if !n.Nested {
		w.put(";")
		w.end(&n.Head)
		return
	}
	w.put(" ")
	w.body(&n.Head, n.Items, n.Tail)
}

func (w *writer) use(n *Use) {
	w.line("use ", n.From.String())
	if n.As.Name != "" {
		w.put(" as ", name(n.As.Name))
	}
	if n.Names != nil {
		w.put(".")
		w.list("{", "}", n.Lines, renames(n.Names), n.Tail)
	}
	w.put(";")
	w.end(&n.Head)
}

func (w *writer) include(n *Include) {
	w.line("include ", n.World.String())
	if n.With == nil {
		w.put(";")
	} else {
		w.put(" with ")
		w.list("{ ", " }", n.Lines, renames(n.With), n.Tail)
	}
	w.end(&n.Head)
}

func renames(names []Renamed) []part {
	parts := make([]part, len(names))
	for i, r := range names {
		parts[i] = part{r.String(), r.Comments, r.Behind}
	}
	return parts
}

func (w *writer) extern(n *Extern) {
	word := "import "
	if n.Export {
		word = "export "
	}
	w.line(word)
	if n.Name.Name != "" {
		w.put(name(n.Name.Name), ": ")
	}
	switch {
	case n.Interface != nil:
		w.put("interface ")
		w.body(&n.Head, n.Interface.Items, n.Interface.Tail)
		return
	case n.Func != nil:
		w.put(n.Func.before())
		w.signature(n.Func)
	default:
		w.put(n.Path.String())
	}
	w.put(";")
	w.end(&n.Head)
}

func (w *writer) typeDef(n *TypeDef) {
	w.line(n.Kind.String(), " ", name(n.Name.Name))
	switch {
	case n.Kind == Alias:
		w.put(" = ", n.Type.String(), ";")
		w.end(&n.Head)
	case n.Kind == Resource && !n.Body:
		w.put(";")
		w.end(&n.Head)
	case n.Kind == Resource:
		funcs := make([]Item, len(n.Funcs))
		for i, f := range n.Funcs {
			funcs[i] = f
		}
		w.put(" ")
		w.body(&n.Head, funcs, n.Tail)
	default:
		w.members(n)
	}
}

func (w *writer) members(n *TypeDef) {
	w.put(" {")
	w.end(&Head{strays: n.strays})
	w.indent++
	for i := range n.Members {
		m := &n.Members[i]
		w.head(&m.Head)
		w.line(name(m.Name.Name))
		switch {
		case m.Type == nil:
		case n.Kind == Record:
			w.put(": ", m.Type.String())
		default:
			w.put("(", m.Type.String(), ")")
		}
		w.put(",")
		w.end(&m.Head)
	}
	w.tail(n.Tail, false)
	w.indent--
	w.line("}")
	w.end(&Head{Behind: n.Behind})
}

func (w *writer) function(n *Func) {
	switch n.Kind {
	case Constructor:
		w.line("constructor")
	case Static:
		w.line(name(n.Name.Name), ": static ", n.Type.before())
	default:
		w.line(name(n.Name.Name), ": ", n.Type.before())
	}
	w.signature(&n.Type)
	w.put(";")
	w.end(&n.Head)
}

// signature prints what stands behind the word func.
func (w *writer) signature(f *FuncType) {
	parts := make([]part, len(f.Params))
	for i, p := range f.Params {
		parts[i] = part{p.String(), p.Comments, p.Behind}
	}
	w.list("(", ")", f.Lines, parts, f.Tail)
	w.put(f.behind())
}
