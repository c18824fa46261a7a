package types

import (
	"math"
	"strconv"
)

// String returns the value as WAVE has it: {x: 1, y: 2}, some("a"), [1, 2].
// Handles are written as their resource type and representation. Long texts are
// cut.
func (v Value) String() string {
	var w textWriter
	w.value(v)
	return w.text()
}

func (w *textWriter) value(v Value) {
	switch kind := v.Kind(); {
	case w.full():
	case kind == 0:
		w.WriteString("_")
	case kind == Record:
		w.record(v)
	case kind == Tuple:
		w.values("(", v, ")")
	case kind == List, kind == FixedList, kind == Map:
		w.values("[", v, "]")
	case v.typ.IsVariant():
		w.variant(v)
	case kind == Flags:
		w.flags(v)
	case kind == Own, kind == Borrow:
		w.handle(v)
	default:
		w.WriteString(scalarText(v))
	}
}

func scalarText(v Value) string {
	switch v.Kind() {
	case Bool:
		return strconv.FormatBool(v.Bits() != 0)
	case F32:
		return floatText(v.Float(), 32)
	case F64:
		return floatText(v.Float(), 64)
	case Char:
		return strconv.QuoteRune(v.Char())
	case String:
		return strconv.Quote(v.Text()[:min(len(v.Text()), maxText)])
	case S8, S16, S32, S64:
		return strconv.FormatInt(v.Int(), 10)
	}
	return strconv.FormatUint(v.Bits(), 10)
}

func floatText(f float64, size int) string {
	switch {
	case math.IsNaN(f):
		return "nan"
	case math.IsInf(f, 1):
		return "inf"
	case math.IsInf(f, -1):
		return "-inf"
	}
	return strconv.FormatFloat(f, 'g', -1, size)
}

func (w *textWriter) record(v Value) {
	w.WriteString("{")
	for i, field := range v.All() {
		if w.full() {
			return
		}
		if i > 0 {
			w.WriteString(", ")
		}
		if i < len(v.typ.fields) {
			w.WriteString(v.typ.fields[i].Name + ": ")
		}
		w.value(field)
	}
	w.WriteString("}")
}

func (w *textWriter) values(before string, v Value, after string) {
	w.WriteString(before)
	for i, elem := range v.All() {
		if w.full() {
			return
		}
		if i > 0 {
			w.WriteString(", ")
		}
		w.value(elem)
	}
	w.WriteString(after)
}

func (w *textWriter) variant(v Value) {
	name := v.Case()
	switch {
	case name == "":
		name = "case(" + strconv.FormatUint(v.Bits(), 10) + ")"
	case v.Kind() == Result && name == "error":
		name = "err"
	}
	w.WriteString(name)
	if payload, ok := v.Payload(); ok {
		w.WriteString("(")
		w.value(payload)
		w.WriteString(")")
	}
}

func (w *textWriter) flags(v Value) {
	w.WriteString("{")
	separator := ""
	for i, label := range v.typ.fields {
		if v.Bits()>>i&1 != 0 {
			w.WriteString(separator + label.Name)
			separator = ", "
		}
	}
	w.WriteString("}")
}

func (w *textWriter) handle(v Value) {
	w.WriteString(v.typ.String())
	if h := v.Handle(); h != nil {
		w.WriteString("(" + strconv.FormatUint(uint64(h.Rep), 10) + ")")
	}
}
