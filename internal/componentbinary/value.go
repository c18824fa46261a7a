package componentbinary

// A Start calls a function when the component is instantiated.
type Start struct {
	Offset  uint32
	Func    uint32
	Args    []uint32 // values
	Results uint32
}

// A Value is a constant: its type and where its bytes are.
type Value struct {
	Offset  uint32
	Type    ValueType
	Content Range
}

func (r *reader) start() Start {
	return Start{Offset: r.here(), Func: r.u32(), Args: list(r, "argument", 1, (*reader).u32), Results: r.u32()}
}

func (r *reader) value() Value {
	v := Value{Offset: r.here(), Type: r.valueType()}
	at := r.pos
	size := r.u32()
	if uint64(size) > uint64(r.left()) {
		r.failAt(at, "unexpected end-of-file: value of %d bytes, and %d are left", size, r.left())
		return v
	}
	v.Content = Range{r.here(), size}
	r.pos += int(size)
	return v
}
