package syntax

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
)

// Format prints the file in the usual layout: four spaces for each level, one
// member on each line, an empty line between items that had one. Comments stay
// before the item that they stood before. What it prints parses to the same
// nodes, and formatting it again changes nothing.
func (f *File) Format() string {
	w := &writer{}
	if f.Package != nil {
		w.item(f.Package)
	}
	if f.Package != nil && len(f.Items) > 0 {
		w.gap()
	}
	w.items(f.Items)
	w.tail(f.Tail, f.Package != nil || len(f.Items) > 0)
	return string(w.b)
}

// A writer prints nodes.
type writer struct {
	b      []byte
	indent int
}

func (w *writer) put(parts ...string) {
	for _, s := range parts {
		w.b = append(w.b, s...)
	}
}

// line begins a line.
func (w *writer) line(parts ...string) {
	w.put(strings.Repeat("    ", w.indent))
	w.put(parts...)
}

func (w *writer) gap() {
	if !bytes.HasSuffix(w.b, []byte("\n\n")) {
		w.put("\n")
	}
}

// name prints an identifier, with % if it would be a keyword.
func name(s string) string {
	if IsKeyword(s) {
		return "%" + s
	}
	return s
}

// items prints items with an empty line between them where there was one, and
// around everything that has braces.
func (w *writer) items(items []Item) {
	for i, item := range items {
		if i > 0 && (separate(items[i-1], item) || braced(items[i-1]) || braced(item)) {
			w.gap()
		}
		w.item(item)
	}
}

// separate reports whether an empty line stood between two items.
func separate(before, after Item) bool {
	end, start := before.ItemHead().Span, first(after.ItemHead())
	return end.Source != nil && end.Source == start.Source && end.End <= start.Start &&
		strings.Count(end.Source.Text[end.End:start.Start], "\n") > 1
}

// first is where an item begins, its comments included.
func first(h *Head) Span {
	s := h.Span
	for _, a := range h.Attributes {
		s.Start = min(s.Start, a.Span.Start)
	}
	for _, c := range h.Comments {
		s.Start = min(s.Start, c.Span.Start)
	}
	return s
}

func braced(item Item) bool {
	switch n := item.(type) {
	case *Interface, *World:
		return true
	case *Package:
		return n.Nested
	case *TypeDef:
		return n.Kind != Alias && (n.Kind != Resource || n.Body)
	case *Extern:
		return n.Interface != nil
	}
	return false
}

func (w *writer) item(item Item) {
	w.head(item.ItemHead())
	switch n := item.(type) {
	case *Package:
		w.packageItem(n)
	case *Interface:
		w.line("interface ", name(n.Name.Name), " ")
		w.body(n.Items, n.Tail)
	case *World:
		w.line("world ", name(n.Name.Name), " ")
		w.body(n.Items, n.Tail)
	case *Use:
		w.use(n)
	case *Include:
		w.include(n)
	case *Extern:
		w.extern(n)
	case *TypeDef:
		w.typeDef(n)
	case *Func:
		w.function(n)
	}
	w.behind(item.ItemHead())
}

// behind puts a comment at the end of the line that was just ended.
func (w *writer) behind(h *Head) {
	if h.Behind == nil {
		return
	}
	w.b = bytes.TrimSuffix(w.b, []byte("\n"))
	w.put(" ", strings.TrimRight(h.Behind.Span.Text(), " \t\r"), "\n")
}

// head prints comments and attributes, each on its own line.
func (w *writer) head(h *Head) {
	for _, c := range h.Comments {
		w.comment(c)
	}
	for _, a := range h.Attributes {
		w.line("@", a.Name)
		switch a.Name {
		case "unstable":
			w.put("(feature = ", name(a.Value), ")\n")
		case "external-id":
			w.put("(", quote(a.Value), ")\n")
		default:
			w.put("(version = ", a.Value, ")\n")
		}
	}
}

// comment prints a comment. The lines of a block keep the layout that they have
// among themselves.
func (w *writer) comment(c Comment) {
	for i, text := range strings.Split(c.Span.Text(), "\n") {
		text = strings.TrimRight(text, " \t\r")
		trimmed := strings.TrimLeft(text, " \t")
		switch {
		case i == 0:
			w.line(text, "\n")
		case strings.HasPrefix(trimmed, "*"):
			w.line(" ", trimmed, "\n")
		default:
			w.put(text, "\n")
		}
	}
}

// tail prints the comments before a closing brace or the end.
func (w *writer) tail(comments []Comment, gap bool) {
	if gap && len(comments) > 0 {
		w.gap()
	}
	for _, c := range comments {
		w.comment(c)
	}
}

// body prints items in braces and ends the line.
func (w *writer) body(items []Item, tail []Comment) {
	if len(items) == 0 && len(tail) == 0 {
		w.put("{}\n")
		return
	}
	w.put("{\n")
	w.indent++
	w.items(items)
	w.tail(tail, len(items) > 0)
	w.indent--
	w.line("}\n")
}

func (w *writer) packageItem(n *Package) {
	w.line("package ", n.Name.String())
	if n.Nested {
		w.put(" ")
		w.body(n.Items, n.Tail)
		return
	}
	w.put(";\n")
}

// String returns the name as it is written.
func (n PackageName) String() string {
	var b strings.Builder
	for _, part := range n.Namespace {
		b.WriteString(name(part.Name) + ":")
	}
	for i, part := range n.Name {
		if i > 0 {
			b.WriteByte('/')
		}
		b.WriteString(name(part.Name))
	}
	if n.Version != "" {
		b.WriteString("@" + n.Version)
	}
	return b.String()
}

// String returns the path as it is written.
func (p Path) String() string {
	if p.Package == nil {
		return name(p.Name.Name)
	}
	pkg, version := *p.Package, ""
	if pkg.Version != "" {
		pkg.Version, version = "", "@"+pkg.Version
	}
	return pkg.String() + "/" + name(p.Name.Name) + version
}

func (w *writer) use(n *Use) {
	w.line("use ", n.From.String())
	if n.As.Name != "" {
		w.put(" as ", name(n.As.Name))
	}
	if n.Names != nil {
		w.put(".{", renamed(n.Names), "}")
	}
	w.put(";\n")
}

func renamed(names []Renamed) string {
	parts := make([]string, len(names))
	for i, r := range names {
		parts[i] = name(r.Name.Name)
		if r.As.Name != "" {
			parts[i] += " as " + name(r.As.Name)
		}
	}
	return strings.Join(parts, ", ")
}

func (w *writer) include(n *Include) {
	w.line("include ", n.World.String())
	if n.With == nil {
		w.put(";\n")
		return
	}
	w.put(" with { ", renamed(n.With), " }\n")
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
	case n.Func != nil:
		w.put(n.Func.String(), ";\n")
	case n.Interface != nil:
		w.put("interface ")
		w.body(n.Interface.Items, n.Interface.Tail)
	default:
		w.put(n.Path.String(), ";\n")
	}
}

func (w *writer) typeDef(n *TypeDef) {
	w.line(n.Kind.String(), " ", name(n.Name.Name))
	switch {
	case n.Kind == Alias:
		w.put(" = ", n.Type.String(), ";\n")
	case n.Kind == Resource && !n.Body:
		w.put(";\n")
	case n.Kind == Resource:
		funcs := make([]Item, len(n.Funcs))
		for i, f := range n.Funcs {
			funcs[i] = f
		}
		w.put(" ")
		w.body(funcs, n.Tail)
	default:
		w.members(n)
	}
}

func (w *writer) members(n *TypeDef) {
	w.put(" {\n")
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
		w.put(",\n")
		w.behind(&m.Head)
	}
	w.tail(n.Tail, false)
	w.indent--
	w.line("}\n")
}

func (w *writer) function(n *Func) {
	switch n.Kind {
	case Constructor:
		w.line("constructor", strings.TrimPrefix(n.Type.String(), "func"), ";\n")
	case Static:
		w.line(name(n.Name.Name), ": static ", n.Type.String(), ";\n")
	default:
		w.line(name(n.Name.Name), ": ", n.Type.String(), ";\n")
	}
}

// String returns the type as it is written, on one line.
func (f *FuncType) String() string {
	var b strings.Builder
	if f.Async {
		b.WriteString("async ")
	}
	b.WriteString("func(")
	for i, p := range f.Params {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(name(p.Name.Name) + ": " + p.Type.String())
	}
	b.WriteByte(')')
	if f.Result != nil {
		b.WriteString(" -> " + f.Result.String())
	}
	return b.String()
}

// String returns the type as it is written, on one line.
func (t *Type) String() string {
	switch t.Kind {
	case Named:
		return name(t.Name.Name)
	case Own, Borrow:
		return t.Kind.String() + "<" + name(t.Name.Name) + ">"
	case FixedList:
		return "list<" + t.Args[0].String() + ", " + strconv.FormatUint(uint64(t.Size), 10) + ">"
	}
	args := make([]string, 0, len(t.Args))
	for _, a := range t.Args {
		if a == nil {
			args = append(args, "_")
		} else {
			args = append(args, a.String())
		}
	}
	if t.Kind != Tuple { // parts that are left out at the end are not written
		for len(args) > 0 && args[len(args)-1] == "_" {
			args = slices.Delete(args, len(args)-1, len(args))
		}
	}
	if len(args) == 0 && t.Kind != Tuple {
		return t.Kind.String()
	}
	return t.Kind.String() + "<" + strings.Join(args, ", ") + ">"
}
