package types

import (
	"strconv"
	"strings"
)

// maxText bounds what String writes: types can be far larger than the bytes that
// describe them.
const maxText = 4 << 10

// String returns the type as in WIT, with records, variants, enums and flags
// written out: "list<record { x: s32, y: s32 }>". Long texts are cut.
func (t *Type) String() string {
	var w textWriter
	w.typ(t)
	return w.text()
}

// A textWriter writes types until there is too much of it.
type textWriter struct{ strings.Builder }

func (w *textWriter) full() bool { return w.Len() > maxText }

func (w *textWriter) text() string {
	if w.full() {
		return strings.ToValidUTF8(w.String()[:maxText], "") + "…"
	}
	return w.String()
}

func (w *textWriter) typ(t *Type) {
	switch {
	case w.full():
	case t == nil:
		w.WriteString("_")
	case t.kind == Record:
		w.fields(" { ", t, " }")
	case t.kind == Variant, t.kind == Enum, t.kind == Flags:
		w.fields(" { ", t, " }")
	default:
		w.WriteString(t.kind.String())
		w.arguments(t)
	}
}

func (w *textWriter) arguments(t *Type) {
	switch t.kind {
	case List, Option:
		w.list(t.elem)
	case FixedList:
		w.WriteString("<")
		w.typ(t.elem)
		w.WriteString(", " + strconv.FormatUint(uint64(t.length), 10) + ">")
	case Map:
		w.list(t.elem.fields[0].Type, t.elem.fields[1].Type)
	case Tuple:
		parts := make([]*Type, len(t.fields))
		for i, f := range t.fields {
			parts[i] = f.Type
		}
		w.list(parts...)
	case Result:
		w.result(t.fields[0].Type, t.fields[1].Type)
	case Own, Borrow:
		w.WriteString("<" + t.resource.String() + ">")
	case Stream, Future:
		if t.elem != nil {
			w.list(t.elem)
		}
	}
}

func (w *textWriter) result(ok, err *Type) {
	switch {
	case err != nil:
		w.list(ok, err)
	case ok != nil:
		w.list(ok)
	}
}

func (w *textWriter) list(parts ...*Type) {
	w.WriteString("<")
	for i, part := range parts {
		if i > 0 {
			w.WriteString(", ")
		}
		w.typ(part)
	}
	w.WriteString(">")
}

// fields writes a type that has names: of a record "name: type", of a variant
// "name(type)".
func (w *textWriter) fields(before string, t *Type, after string) {
	w.WriteString(t.kind.String() + before)
	for i, f := range t.fields {
		if w.full() {
			return
		}
		if i > 0 {
			w.WriteString(", ")
		}
		w.WriteString(f.Name)
		switch {
		case t.kind == Record:
			w.WriteString(": ")
			w.typ(f.Type)
		case f.Type != nil:
			w.WriteString("(")
			w.typ(f.Type)
			w.WriteString(")")
		}
	}
	w.WriteString(after)
}
