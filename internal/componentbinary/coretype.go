package componentbinary

import "github.com/patchbay-go/patchbay/internal/corewasm"

// A CoreTypeDef is a core type definition and where it stands.
type CoreTypeDef struct {
	Offset uint32
	Type   CoreType
}

// A CoreType is one of [CoreFuncs] and [*ModuleType].
type CoreType any

// CoreFuncs are function types that are defined together: one, or those of a
// recursive group, each of which takes an index.
type CoreFuncs []corewasm.FuncType

// A ModuleType is the type of a core module.
type ModuleType struct {
	Decls []ModuleDecl
}

// A ModuleDecl is a declaration in the type of a module.
type ModuleDecl struct {
	Offset uint32

	// Def is one of [CoreFuncs], [corewasm.Import], [CoreAlias] and
	// [CoreExportDecl].
	Def any
}

// A CoreAlias is an outer alias of a core type in the type of a module.
type CoreAlias struct {
	Count, Index uint32
}

// A CoreExportDecl says that a module has an export of that name and type.
type CoreExportDecl struct {
	Name string
	Desc corewasm.Desc
}

// The bytes that begin core types.
const (
	formSub    = 0x50 // after a zero
	formModule = 0x50
)

func (r *reader) coreType() CoreTypeDef {
	def := CoreTypeDef{Offset: r.here()}
	switch {
	case r.accept(formModule):
		def.Type = &ModuleType{list(r, "declaration", 3, (*reader).moduleDecl)}
	case r.accept(0x00):
		def.Type = r.subType()
	default:
		def.Type = r.coreFuncs()
	}
	return def
}

// subType reads a type that others may be made from. The zero before it tells it
// from the type of a module (Binary.md#type-definitions).
func (r *reader) subType() CoreFuncs {
	at := r.pos
	if b := r.byte(); b != formSub {
		r.leading(at, b, "non-final sub type")
		return nil
	}
	r.pos = at
	return r.coreFuncs()
}

func (r *reader) coreFuncs() CoreFuncs {
	return embed(r, r.core.FuncTypes)
}

func (r *reader) moduleDecl() ModuleDecl {
	d := ModuleDecl{Offset: r.here()}
	switch b := r.byte(); b {
	case 0x00:
		d.Def = corewasm.Import{Module: r.name(), Name: r.name(), Desc: embed(r, r.core.Desc)}
	case 0x01:
		d.Def = r.coreFuncs()
	case 0x02:
		d.Def = r.coreAlias()
	case 0x03:
		d.Def = CoreExportDecl{Name: r.name(), Desc: embed(r, r.core.Desc)}
	default:
		r.leading(int(d.Offset), b, "type definition")
	}
	return d
}

func (r *reader) coreAlias() CoreAlias {
	at := r.pos
	if b := r.byte(); b != byte(CoreSortType&0xff) {
		r.leading(at, b, "outer alias kind")
	}
	at = r.pos
	if b := r.byte(); b != 0x01 {
		r.leading(at, b, "outer alias target")
	}
	return CoreAlias{Count: r.u32(), Index: r.u32()}
}
