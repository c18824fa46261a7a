package syntax

import (
	"bytes"
	"strings"
)

// Format prints the file in the usual layout: four spaces for each level, one
// member on each line, parameters and names each on its own line if they were,
// an empty line between items that had one. Comments stay where they stood, or at
// the end of the line. What it prints parses to the same nodes, and formatting it
// again changes nothing.
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

// Same reports whether two lists of items are the same but for comments and
// layout.
func Same(a, b []Item) bool {
	x, y := writer{bare: true}, writer{bare: true}
	x.items(a)
	y.items(b)
	return string(x.b) == string(y.b)
}

// A writer prints nodes.
type writer struct {
	bare   bool // without comments, and without empty lines between items
	b      []byte
	indent int
	start  int // where the line in hand begins, with what was put behind it
}

func (w *writer) put(parts ...string) {
	for _, s := range parts {
		w.b = append(w.b, s...)
	}
}

// line begins a line.
func (w *writer) line(parts ...string) {
	w.start = len(w.b)
	w.put(strings.Repeat("    ", w.indent))
	w.put(parts...)
}

func (w *writer) gap() {
	if !bytes.HasSuffix(w.b, []byte("\n\n")) {
		w.put("\n")
	}
}

// end ends what line began. The comments that stood between its tokens come back
// to where they were, and the one that followed behind it.
func (w *writer) end(h *Head) {
	behind := h.Behind
	if w.bare {
		w.put("\n")
		return
	}
	if len(h.strays) > 0 {
		woven, last := weave(string(w.b[w.start:]), h.strays, strings.Repeat("    ", w.indent+1), behind == nil)
		w.b = append(w.b[:w.start], woven...)
		if last != nil {
			behind = last
		}
	}
	if behind != nil {
		w.put(" ", strings.TrimRight(behind.Span.Text(), " \t\r"))
	}
	w.put("\n")
}

// items prints items with an empty line between them where there was one, and
// around everything that has braces.
func (w *writer) items(items []Item) {
	for i, item := range items {
		if i > 0 && !w.bare && (separate(items[i-1], item) || braced(items[i-1]) || braced(item)) {
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
	h := item.ItemHead()
	w.head(h)
	switch n := item.(type) {
	case *Package:
		w.packageItem(n)
	case *Interface:
		w.line("interface ", name(n.Name.Name), " ")
		w.body(h, n.Items, n.Tail)
	case *World:
		w.line("world ", name(n.Name.Name), " ")
		w.body(h, n.Items, n.Tail)
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
			w.put("(feature = ", name(a.Value), ")")
		case "external-id":
			w.put("(", quote(a.Value), ")")
		default:
			w.put("(version = ", a.Value, ")")
		}
		w.end(&Head{strays: a.strays})
	}
}

// comment prints a comment. The lines of a block keep the layout that they have
// among themselves.
func (w *writer) comment(c Comment) {
	if w.bare {
		return
	}
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
	if gap && len(comments) > 0 && !w.bare {
		w.gap()
	}
	for _, c := range comments {
		w.comment(c)
	}
}

// body prints items in braces behind what line began, and ends the line.
func (w *writer) body(h *Head, items []Item, tail []Comment) {
	if len(items) == 0 && (len(tail) == 0 || w.bare) {
		w.put("{}")
		w.end(h)
		return
	}
	w.put("{")
	w.end(&Head{strays: h.strays})
	w.indent++
	w.items(items)
	w.tail(tail, len(items) > 0)
	w.indent--
	w.line("}")
	w.end(&Head{Behind: h.Behind})
}

// A part is what a list has, with the comments around it.
type part struct {
	text     string
	comments []Comment
	behind   *Comment
}

// list prints parts with commas between them: on one line, or each on its own if
// they were, or if there are comments.
func (w *writer) list(begin, end string, lines bool, parts []part, tail []Comment) {
	lines = lines && len(parts) > 0 || len(tail) > 0
	for _, p := range parts {
		lines = lines || len(p.comments) > 0 || p.behind != nil
	}
	if lines && !w.bare {
		w.put(strings.TrimSpace(begin))
		w.lines(parts, tail)
		w.put(strings.TrimSpace(end))
		return
	}
	w.put(begin)
	for i, p := range parts {
		if i > 0 {
			w.put(", ")
		}
		w.put(p.text)
	}
	w.put(end)
}

// lines prints parts, each on a line of its own.
func (w *writer) lines(parts []part, tail []Comment) {
	start := w.start
	w.put("\n")
	w.indent++
	for _, p := range parts {
		for _, c := range p.comments {
			w.comment(c)
		}
		w.line(p.text, ",")
		w.end(&Head{Behind: p.behind})
	}
	w.tail(tail, false)
	w.indent--
	w.line()
	w.start = start
}
