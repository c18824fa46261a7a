package corewasm

// The bits of an element segment's flags. The bit of the index means
// declarative when the segment is not active.
const (
	elementPassive = 1
	elementIndex   = 2
	elementExprs   = 4
)

// element reads an element segment and leaves the reader after it.
func (r *reader) element() Segment {
	at := r.pos
	flags := r.u32()
	if flags > 7 {
		r.failAt(at, "%#x are no flags of an element segment", flags)
	}
	segment := Segment{Type: FuncRef, Exprs: flags&elementExprs != 0}
	switch {
	case flags&elementPassive == 0:
		if flags&elementIndex != 0 {
			segment.Index = r.u32()
		}
		segment.At = r.constExpr()
	case flags&elementIndex != 0:
		segment.Mode = Declarative
	default:
		segment.Mode = Passive
	}
	if flags&(elementPassive|elementIndex) != 0 {
		r.elementKind(&segment)
	}
	r.elements(&segment)
	return segment
}

func (r *reader) elementKind(segment *Segment) {
	if segment.Exprs {
		segment.Type = r.elementType()
		return
	}
	if at := r.pos; r.byte() != 0 {
		r.failAt(at, "kind of elements is not 0")
	}
}

// elements passes over a segment's elements.
func (r *reader) elements(segment *Segment) {
	n := r.count(1)
	start := r.pos
	segment.Count = uint32(n)
	for ; n > 0 && r.err == nil; n-- {
		if segment.Exprs {
			r.constExprOf(segment.Type)
		} else {
			r.function()
		}
	}
	segment.Items = r.since(start)
}

// dataSegment reads a data segment and leaves the reader after it.
func (r *reader) dataSegment() Segment {
	var segment Segment
	at := r.pos
	switch flags := r.u32(); flags {
	case 0:
		segment.At = r.constExpr()
	case 1:
		segment.Mode = Passive
	case 2:
		segment.Index = r.u32()
		segment.At = r.constExpr()
	default:
		r.failAt(at, "%#x are no flags of a data segment", flags)
	}
	segment.Count = r.u32()
	start := r.pos
	r.skip(segment.Count)
	segment.Items = r.since(start)
	return segment
}

// body reads the size before a function's body and returns where the body is.
func (r *reader) body() Range {
	size := r.u32()
	start := r.pos
	r.skip(size)
	return r.since(start)
}
