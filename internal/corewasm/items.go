package corewasm

// What follows reads the items of sections, each where the reader stands.

// valueType reads the type of a value.
func (r *reader) valueType() ValueType {
	at := r.pos
	b := r.byte()
	switch t := ValueType(b); t {
	case I32, I64, F32, F64, V128, FuncRef, ExternRef, ExnRef:
		return t
	case ref, refNull:
		return r.refType(b)
	case formShared:
		r.lack(at, "shared types")
		return 0
	case 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x71, 0x72, 0x73, 0x74:
		r.lack(at, "GC types")
		return 0
	}
	r.failAt(at, "%#x is no value type", b)
	return 0
}

// refType reads the heap type after 0x63 or 0x64 and returns the whole type.
func (r *reader) refType(prefix byte) ValueType {
	at := r.pos
	heap := r.s33()
	if heap < 0 && heap != heapFunc && heap != heapExtern && heap != heapExn {
		r.lack(at, "GC types")
		return 0
	}
	if heap >= 0 {
		r.checkType(at, heap)
	}
	if prefix == refNull && heap < 0 {
		return ValueType(heap & 0x7f)
	}
	return ValueType(heap<<8) | ValueType(prefix)
}

// elementType reads the type of a table's or element segment's elements.
func (r *reader) elementType() ValueType {
	at := r.pos
	t := r.valueType()
	if r.err == nil && !t.IsRef() {
		r.failAt(at, "%s is no reference type", t)
	}
	return t
}

// What the form of a type can be.
const (
	formFunc     = 0x60
	formRec      = 0x4e
	formSub      = 0x50
	formSubFinal = 0x4f
	formStruct   = 0x5f
	formArray    = 0x5e
	formShared   = 0x65
)

// typeForm reads the byte before a function type. Within a group of recursive
// types another group cannot stand.
func (r *reader) typeForm(inGroup bool) byte {
	at := r.pos
	form := r.byte()
	switch {
	case r.err != nil, form == formFunc, form == formRec && !inGroup:
	case form == formSub, form == formSubFinal, form == formStruct, form == formArray:
		r.lack(at, "GC types")
	case form == formShared:
		r.lack(at, "shared types")
	default:
		r.failAt(at, "%#x is no form of a type", form)
	}
	return form
}

// funcTypes calls read for each function type of the entry of the type section
// where the reader stands: one, or those of a group of recursive types.
func (r *reader) funcTypes(read func()) {
	if r.typeForm(false) != formRec {
		read()
		return
	}
	for n := r.count(3); n > 0 && r.err == nil; n-- {
		r.typeForm(true)
		read()
	}
}

func (r *reader) valueTypes() []ValueType {
	n := r.count(1)
	if n == 0 {
		return nil
	}
	types := make([]ValueType, n)
	for i := range types {
		types[i] = r.valueType()
	}
	return types
}

// skipValueTypes reads value types and returns how many.
func (r *reader) skipValueTypes() int {
	n := r.count(1)
	for range n {
		r.valueType()
	}
	return n
}

// The flags of limits.
const (
	limitsMax      = 1
	limitsShared   = 2
	limits64       = 4
	limitsPageSize = 8
)

func (r *reader) limits() Limits {
	at := r.pos
	flags := r.byte()
	switch {
	case flags&limits64 != 0 && flags < 16:
		r.lack(at, "memory64")
	case flags&limitsPageSize != 0 && flags < 16:
		r.lack(at, "custom page sizes")
	case flags > 3:
		r.failAt(at, "%#x are no flags of limits", flags)
	}
	limits := Limits{HasMax: flags&limitsMax != 0, Shared: flags&limitsShared != 0}
	limits.Min = r.u32()
	if limits.HasMax {
		at = r.pos
		limits.Max = r.u32()
		if limits.Max < limits.Min {
			r.failAt(at, "maximum %d is below the minimum %d", limits.Max, limits.Min)
		}
	}
	return limits
}

// MaxPages is how many pages a memory of 32-bit addresses can have.
const MaxPages = 65536

func (r *reader) memory() Desc {
	at := r.pos
	limits := r.limits()
	switch {
	case limits.Min > MaxPages || limits.HasMax && limits.Max > MaxPages:
		r.failAt(at, "memory of more than %d pages", MaxPages)
	case limits.Shared && !limits.HasMax:
		r.failAt(at, "shared memory without a maximum")
	}
	return Desc{Kind: KindMemory, Limits: limits}
}

func (r *reader) tableType() Desc {
	value := r.elementType()
	at := r.pos
	limits := r.limits()
	if limits.Shared {
		r.failAt(at, "shared table")
	}
	return Desc{Kind: KindTable, Value: value, Limits: limits}
}

// table reads a table definition, which may have an initial value.
func (r *reader) table() Definition {
	if r.left() == 0 || r.data[r.pos] != 0x40 {
		return Definition{Desc: r.tableType()}
	}
	r.pos++
	if at := r.pos; r.byte() != 0 {
		r.failAt(at, "0x40 of a table without the 0 after it")
	}
	desc := r.tableType()
	return Definition{Desc: desc, Init: r.constExprOf(desc.Value)}
}

func (r *reader) globalType() Desc {
	value := r.valueType()
	at := r.pos
	mutable := r.byte()
	if mutable > 1 {
		r.failAt(at, "%#x is no mutability", mutable)
	}
	return Desc{Kind: KindGlobal, Value: value, Mutable: mutable == 1}
}

func (r *reader) global() Definition {
	desc := r.globalType()
	return Definition{Desc: desc, Init: r.constExprOf(desc.Value)}
}

func (r *reader) tag() Desc {
	if at := r.pos; r.byte() != 0 {
		r.failAt(at, "attribute of a tag is not 0")
	}
	return Desc{Kind: KindTag, Type: r.typeIndex()}
}

// importItem reads an import; the names are in place.
func (r *reader) importItem() (module, name []byte, desc Desc) {
	module = r.name()
	name = r.name()
	return module, name, r.desc()
}

// desc reads what an import is.
func (r *reader) desc() Desc {
	at := r.pos
	switch kind := Kind(r.byte()); kind {
	case KindFunc:
		return Desc{Kind: KindFunc, Type: r.typeIndex()}
	case KindTable:
		return r.tableType()
	case KindMemory:
		return r.memory()
	case KindGlobal:
		return r.globalType()
	case KindTag:
		return r.tag()
	default:
		r.failAt(at, "%#x is no kind of import", byte(kind))
		return Desc{}
	}
}

// exportItem reads an export; the name is in place.
func (r *reader) exportItem() (name []byte, kind Kind, index uint32) {
	name = r.name()
	at := r.pos
	kind = Kind(r.byte())
	if kind >= kinds {
		r.failAt(at, "%#x is no kind of export", byte(kind))
	}
	switch kind {
	case KindFunc:
		index = r.function()
	case KindGlobal:
		index = r.globalIndex()
	default:
		index = r.u32()
	}
	return name, kind, index
}

// typeIndex reads the index of a type.
func (r *reader) typeIndex() uint32 {
	at := r.pos
	index := r.u32()
	r.checkType(at, int64(index))
	return index
}

func (r *reader) checkType(at int, index int64) {
	if index < 0 || index >= int64(r.types) {
		r.failAt(at, "unknown type %d", index)
	}
}

// globalIndex reads the index of a global.
func (r *reader) globalIndex() uint32 {
	at := r.pos
	index := r.u32()
	if index >= r.globals {
		r.failAt(at, "unknown global %d", index)
	}
	return index
}

// function reads the index of a function.
func (r *reader) function() uint32 {
	at := r.pos
	index := r.u32()
	if r.funcIndex != nil {
		r.funcIndex(at, index)
	}
	return index
}
