package componentbinary

import "fmt"

// A Sort says which index space is meant. Those of core definitions have
// [coreSort] in them.
type Sort uint16

const coreSort = 0x100

// The sorts of components and of core modules.
const (
	SortFunc      Sort = 0x01
	SortValue     Sort = 0x02
	SortType      Sort = 0x03
	SortComponent Sort = 0x04
	SortInstance  Sort = 0x05

	CoreSortFunc     = coreSort | Sort(0x00)
	CoreSortTable    = coreSort | Sort(0x01)
	CoreSortMemory   = coreSort | Sort(0x02)
	CoreSortGlobal   = coreSort | Sort(0x03)
	CoreSortTag      = coreSort | Sort(0x04)
	CoreSortType     = coreSort | Sort(0x10)
	CoreSortModule   = coreSort | Sort(0x11)
	CoreSortInstance = coreSort | Sort(0x12)
)

// IsCore reports whether s is an index space of core definitions.
func (s Sort) IsCore() bool { return s&coreSort != 0 }

// String returns the sort's name as the text format has it.
func (s Sort) String() string {
	switch s {
	case SortFunc:
		return "func"
	case SortValue:
		return "value"
	case SortType:
		return "type"
	case SortComponent:
		return "component"
	case SortInstance:
		return "instance"
	case CoreSortFunc:
		return "core func"
	case CoreSortTable:
		return "core table"
	case CoreSortMemory:
		return "core memory"
	case CoreSortGlobal:
		return "core global"
	case CoreSortTag:
		return "core tag"
	case CoreSortType:
		return "core type"
	case CoreSortModule:
		return "core module"
	case CoreSortInstance:
		return "core instance"
	}
	return fmt.Sprintf("sort(%#x)", uint16(s))
}

// A SortIndex is an index into the index space of a sort.
type SortIndex struct {
	Sort  Sort
	Index uint32
}

// coreSort reads the sort of a core definition.
func (r *reader) coreSort(of string) Sort {
	at := r.pos
	b := r.byte()
	s := coreSort | Sort(b)
	if b > byte(CoreSortTag&0xff) && s != CoreSortType && s != CoreSortModule && s != CoreSortInstance {
		r.leading(at, b, of)
	}
	return s
}

// sort reads the sort of a definition.
func (r *reader) sort(of string) Sort {
	at := r.pos
	b := r.byte()
	switch {
	case r.err == nil && b == 0:
		return r.coreSort(of)
	case b > byte(SortInstance):
		r.leading(at, b, of)
	}
	return Sort(b)
}

// externSort reads a sort of which there can be imports and exports of
// components: of core definitions only modules.
func (r *reader) externSort() Sort {
	at := r.pos
	s := r.sort("component external kind")
	if r.err == nil && s.IsCore() && s != CoreSortModule {
		r.leading(at+1, byte(s), "component external kind")
	}
	return s
}
