package engine

import (
	"bytes"
	"sync"

	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A Description is what a binary says of itself, for adapters whose engine does
// not keep all of it. It does not keep the binary. It is safe for concurrent
// use.
type Description struct {
	// Imports lists what the module asks for, in order.
	Imports []Import

	// Exports lists what the module offers, in order.
	Exports []Export

	// Memories lists the memories that the module defines, exported or not.
	Memories []MemoryType

	customs  map[string][][]byte
	names    func() map[uint32]string
	exported map[uint32]string // functions by their first export's name
}

// Describe reads a binary that [Check] has accepted. Errors are of type
// [*BinaryError].
func Describe(binary []byte) (*Description, error) {
	module, err := corewasm.Parse(binary)
	if err != nil {
		return nil, binaryError(err)
	}
	c := newConverter(module)
	d := &Description{
		Imports:  make([]Import, len(module.Imports)),
		Exports:  make([]Export, len(module.Exports)),
		customs:  map[string][][]byte{},
		exported: map[uint32]string{},
	}
	for i, imported := range module.Imports {
		d.Imports[i] = Import{imported.Module, imported.Name, c.externType(imported.Desc)}
	}
	for i, exported := range module.Exports {
		desc, ok := module.Desc(exported.Kind, exported.Index)
		if !ok {
			desc.Kind = exported.Kind
		}
		d.Exports[i] = Export{exported.Name, c.externType(desc)}
		if _, named := d.exported[exported.Index]; !named && exported.Kind == corewasm.KindFunc {
			d.exported[exported.Index] = exported.Name
		}
	}
	for _, memory := range module.Memories {
		d.Memories = append(d.Memories, c.externType(memory).Memory)
	}
	for _, custom := range module.Customs {
		content := bytes.Clone(module.Bytes(custom.Content))
		d.customs[custom.Name] = append(d.customs[custom.Name], content)
	}
	d.names = sync.OnceValue(lazyNames(d.customs["name"], module.ImportCount(corewasm.KindFunc)+len(module.Functions)))
	return d, nil
}

// lazyNames keeps of the module only what it needs, so that the binary is not
// kept.
func lazyNames(sections [][]byte, functions int) func() map[uint32]string {
	return func() map[uint32]string {
		if len(sections) == 0 {
			return nil
		}
		return corewasm.FunctionNames(sections[0], functions)
	}
}

// Custom returns the contents of the custom sections of that name, in order.
// The caller does not modify them.
func (d *Description) Custom(name string) [][]byte {
	return d.customs[name]
}

// FunctionName returns the name that the module's name section gives to the
// function of that index, imports included, else the name of its first export,
// else the empty string. The first call reads the section.
func (d *Description) FunctionName(index uint32) string {
	if name := d.names()[index]; name != "" {
		return name
	}
	return d.exported[index]
}

// converter turns the types of a module into ours. Each function type is turned
// once and shared, since a small binary can use a large type very often.
type converter struct {
	types []FuncType
}

func newConverter(module *corewasm.Module) converter {
	c := converter{make([]FuncType, len(module.Types))}
	for i, t := range module.Types {
		c.types[i] = FuncType{valueTypes(t.Params), valueTypes(t.Results)}
	}
	return c
}

func (c converter) externType(desc corewasm.Desc) ExternType {
	t := ExternType{Kind: ExternKind(desc.Kind)}
	l := desc.Limits
	switch desc.Kind {
	case corewasm.KindFunc, corewasm.KindTag:
		if uint64(desc.Type) < uint64(len(c.types)) {
			t.Func = c.types[desc.Type]
		}
	case corewasm.KindTable:
		t.Table = TableType{ValueType(desc.Value.Byte()), l.Min, l.Max, l.HasMax}
	case corewasm.KindMemory:
		t.Memory = MemoryType{l.Min, l.Max, l.HasMax, l.Shared}
	case corewasm.KindGlobal:
		t.Global = GlobalType{ValueType(desc.Value.Byte()), desc.Mutable}
	}
	return t
}

func valueTypes(types []corewasm.ValueType) []ValueType {
	if len(types) == 0 {
		return nil
	}
	converted := make([]ValueType, len(types))
	for i, t := range types {
		converted[i] = ValueType(t.Byte())
	}
	return converted
}
