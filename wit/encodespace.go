package wit

import (
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// The bytes that begin declarations and the types that have some
// (Binary.md#type-definitions).
const (
	declType   = 0x01
	declAlias  = 0x02
	declImport = 0x03
	declExport = 0x04

	formComponent = 0x41
	formInstance  = 0x42
)

// A space is the type of a component or of an instance while it is encoded: its
// declarations, and how many types there are.
type space struct {
	decls []byte
	count uint32
	types uint32

	defs      map[*TypeDef]uint32
	anonymous map[anonymous]uint32
	functions map[string]uint32
}

func newSpace() *space {
	return &space{
		defs: make(map[*TypeDef]uint32), anonymous: make(map[anonymous]uint32), functions: make(map[string]uint32),
	}
}

func (s *space) component() []byte { return s.encoded(formComponent) }
func (s *space) instance() []byte  { return s.encoded(formInstance) }

func (s *space) encoded(form byte) []byte {
	return append(leb128.AppendUint32([]byte{form}, s.count), s.decls...)
}

func (s *space) declare(kind byte) {
	s.count++
	s.decls = append(s.decls, kind)
}

// define declares a type and returns its index.
func (s *space) define(def []byte) uint32 {
	s.declare(declType)
	s.decls = append(s.decls, def...)
	return s.newType()
}

func (s *space) newType() uint32 {
	s.types++
	return s.types - 1
}

func (s *space) imported(name, implements, externalID string, sort componentbinary.Sort, index uint32) {
	s.declare(declImport)
	s.decls = append(appendExternName(s.decls, name, implements, externalID), byte(sort))
	s.decls = leb128.AppendUint32(s.decls, index)
}

func (s *space) export(name, implements, externalID string, sort componentbinary.Sort, index uint32) {
	s.declare(declExport)
	s.decls = append(appendExternName(s.decls, name, implements, externalID), byte(sort))
	s.decls = leb128.AppendUint32(s.decls, index)
}

// name declares another name of a type, or of a resource type that it brings,
// and returns the index that the name has.
func (s *space) name(decl byte, def *TypeDef, bound componentbinary.Bound, index uint32) uint32 {
	s.declare(decl)
	s.decls = appendExternName(s.decls, def.Name, "", def.ExternalID)
	s.decls = append(s.decls, byte(componentbinary.SortType), byte(bound))
	if bound == componentbinary.BoundEqual {
		s.decls = leb128.AppendUint32(s.decls, index)
	}
	return s.newType()
}

// aliasExport takes a type from an instance.
func (s *space) aliasExport(instance uint32, name string) uint32 {
	s.declare(declAlias)
	s.decls = append(s.decls, byte(componentbinary.SortType), byte(componentbinary.AliasExport))
	s.decls = appendName(leb128.AppendUint32(s.decls, instance), name)
	return s.newType()
}

// aliasOuter takes a type from around.
func (s *space) aliasOuter(index uint32) uint32 {
	s.declare(declAlias)
	s.decls = append(s.decls, byte(componentbinary.SortType), byte(componentbinary.AliasOuter), 1)
	s.decls = leb128.AppendUint32(s.decls, index)
	return s.newType()
}

// appendExternName appends a name with its attributes: in the plain form if it
// has none.
func appendExternName(dst []byte, name, implements, externalID string) []byte {
	if implements == "" && externalID == "" {
		return appendName(append(dst, 0x00), name)
	}
	count, attributes := byte(0), []byte(nil)
	if implements != "" {
		count++
		attributes = appendName(append(attributes, componentbinary.AttributeImplements), implements)
	}
	if externalID != "" {
		count++
		attributes = appendName(append(attributes, componentbinary.AttributeExternalID), externalID)
	}
	return append(append(appendName(append(dst, 0x02), name), count), attributes...)
}
