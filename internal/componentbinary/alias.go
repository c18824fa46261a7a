package componentbinary

// An AliasTarget says where an alias leads.
type AliasTarget byte

// The targets of aliases.
const (
	AliasExport     AliasTarget = iota // an export of an instance
	AliasCoreExport                    // an export of a core instance
	AliasOuter                         // a definition of a component or type around
)

// An Alias gives an index to something that has another one elsewhere.
type Alias struct {
	Offset   uint32
	Target   AliasTarget
	Sort     Sort
	Instance uint32 // of an export
	Name     string // of an export
	Count    uint32 // of an outer alias: how many scopes outwards
	Index    uint32 // of an outer alias
}

func (r *reader) alias() Alias {
	a := Alias{Offset: r.here()}
	first, second := r.pos, r.pos+1
	a.Sort = r.sort("component outer alias kind")
	at := r.pos
	b := r.byte()
	a.Target = AliasTarget(b)
	switch {
	case r.err != nil:
	case a.Target == AliasExport:
		a.Instance, a.Name = r.u32(), r.name()
	case a.Target == AliasCoreExport:
		r.checkCoreAlias(a.Sort, first, second)
		a.Instance, a.Name = r.u32(), r.name()
	case a.Target == AliasOuter:
		r.checkOuterAlias(a.Sort, first, second)
		a.Count, a.Index = r.u32(), r.u32()
	default:
		r.leading(at, b, "alias")
	}
	return a
}

// checkCoreAlias wants a sort of what instances of modules can export; the bytes
// of the sort stand at first and second.
func (r *reader) checkCoreAlias(s Sort, first, second int) {
	switch {
	case !s.IsCore():
		r.leading(first, byte(s), "external kind")
	case s > CoreSortTag:
		r.leading(second, byte(s), "external kind")
	}
}

// checkOuterAlias wants a sort of what does not change: a type, a module or a
// component (Binary.md#alias-definitions).
func (r *reader) checkOuterAlias(s Sort, first, second int) {
	switch s {
	case SortType, SortComponent, CoreSortType, CoreSortModule:
		return
	}
	if s.IsCore() {
		r.leading(second, byte(s), "component outer alias kind")
	} else {
		r.leading(first, byte(s), "component outer alias kind")
	}
}
