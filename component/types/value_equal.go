package types

import "math"

// Equal reports whether v and w are of equal types and are the same. Floats are
// compared by their bits, except that a NaN is the same as any other; handles by
// their pointers.
func (v Value) Equal(w Value) bool {
	return v.typ.Equal(w.typ) && v.same(w)
}

// same compares values whose types are equal. The parts bring their types along,
// which may differ where values were made by hand.
func (v Value) same(w Value) bool {
	switch {
	case v.Kind() == F32 || v.Kind() == F64:
		return v.Bits() == w.Bits() || math.IsNaN(v.Float()) && math.IsNaN(w.Float())
	case v.Bits() != w.Bits() || v.Handle() != w.Handle() || v.Len() != w.Len():
		return false
	case v.text() != w.text():
		return v.packed() > 0 && v.typ.elem.isFloat() && v.sameFloats(w)
	}
	if v.form == formElems || v.form == formImage {
		for i := range v.Len() {
			if !v.Index(i).Equal(w.Index(i)) {
				return false
			}
		}
	}
	p, has := v.Payload()
	q, also := w.Payload()
	return has == also && (!has || p.Equal(q))
}

func (v Value) sameFloats(w Value) bool {
	if v.Len() != w.Len() {
		return false
	}
	for i := range v.Len() {
		if !v.Index(i).same(w.Index(i)) {
			return false
		}
	}
	return true
}

func (t *Type) isFloat() bool { return t.kind == F32 || t.kind == F64 }
