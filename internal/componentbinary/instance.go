package componentbinary

// A CoreInstance is a core module that is instantiated, or a bag of exports.
type CoreInstance struct {
	Offset  uint32
	Module  uint32       // if not Inline
	Args    []CoreArg    // if not Inline
	Exports []CoreInline // if Inline
	Inline  bool
}

// A CoreArg is an instance from which a module's imports come.
type CoreArg struct {
	Offset   uint32
	Name     string
	Instance uint32
}

// A CoreInline is an export of a bag.
type CoreInline struct {
	Offset uint32
	Name   string
	Item   SortIndex
}

// An Instance is a component that is instantiated, or a bag of exports.
type Instance struct {
	Offset    uint32
	Component uint32   // if not Inline
	Args      []Arg    // if not Inline
	Exports   []Inline // if Inline
	Inline    bool
}

// An Arg is what an import of a component is.
type Arg struct {
	Offset uint32
	Name   string
	Item   SortIndex
}

// An Inline is an export of a bag.
type Inline struct {
	Offset uint32
	Name   ExternName
	Item   SortIndex
}

func (r *reader) coreInstance() CoreInstance {
	i := CoreInstance{Offset: r.here()}
	switch b := r.byte(); b {
	case 0x00:
		i.Module = r.u32()
		i.Args = list(r, "argument", 3, (*reader).coreArg)
	case 0x01:
		i.Inline = true
		i.Exports = list(r, "export", 3, (*reader).coreInline)
	default:
		r.leading(int(i.Offset), b, "core instance")
	}
	return i
}

func (r *reader) coreArg() CoreArg {
	a := CoreArg{Offset: r.here(), Name: r.name()}
	at := r.pos
	if b := r.byte(); b != byte(CoreSortInstance&0xff) {
		r.leading(at, b, "instantiation arg kind")
	}
	a.Instance = r.u32()
	return a
}

func (r *reader) coreInline() CoreInline {
	e := CoreInline{Offset: r.here(), Name: r.name()}
	e.Item = SortIndex{r.coreItemSort(), r.u32()}
	return e
}

// coreItemSort reads a sort of what instances of modules can export.
func (r *reader) coreItemSort() Sort {
	at := r.pos
	s := r.coreSort("external kind")
	if r.err == nil && s > CoreSortTag {
		r.leading(at, byte(s), "external kind")
	}
	return s
}

func (r *reader) instance() Instance {
	i := Instance{Offset: r.here()}
	switch b := r.byte(); b {
	case 0x00:
		i.Component = r.u32()
		i.Args = list(r, "argument", 3, (*reader).arg)
	case 0x01:
		i.Inline = true
		i.Exports = list(r, "export", 4, (*reader).inline)
	default:
		r.leading(int(i.Offset), b, "instance")
	}
	return i
}

func (r *reader) arg() Arg {
	return Arg{Offset: r.here(), Name: r.name(), Item: r.externItem()}
}

func (r *reader) inline() Inline {
	return Inline{Offset: r.here(), Name: r.externName(), Item: r.externItem()}
}

func (r *reader) externItem() SortIndex {
	return SortIndex{r.externSort(), r.u32()}
}
