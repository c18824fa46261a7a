package adapter

import (
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A Module is a core module that is being generated. The zero value is empty. It
// has one memory at most: all edges that need one have the same for the caller.
type Module struct {
	// Flags are the flags that the module defines and exports, those that edges
	// name and others.
	Flags []Item

	edges    []*Edge
	imports  []imported      // functions
	routines []routine       // functions that edges share
	indices  map[Item]uint32 // of what is imported, and of flags
	builder  corewasm.Builder
}

type imported struct {
	item Item
	of   engine.FuncType
}

// Add adds the function of an edge, which the module exports.
func (m *Module) Add(e *Edge) { m.edges = append(m.edges, e) }

// Build returns the binary and what it imports, in that order. All imports are
// from a module without a name.
func (m *Module) Build() (binary []byte, imports []Item) {
	m.write() // to find out what has to be imported, which indices depend on
	imports = m.write()
	return m.builder.Bytes(), imports
}

// write writes the module, with the imports and routines that are known, and
// returns what it imports.
func (m *Module) write() (imports []Item) {
	m.builder = corewasm.Builder{}
	imports = m.declare()
	known := len(m.routines)
	for i := range known {
		m.routine(i)
	}
	for _, e := range m.edges {
		m.builder.Export(e.Name, corewasm.KindFunc, m.edge(e))
	}
	for i := known; i < len(m.routines); i++ {
		m.routine(i)
	}
	return imports
}

// declare imports what is known to be needed, and defines the flags.
func (m *Module) declare() (imports []Item) {
	m.indices = map[Item]uint32{}
	for _, imp := range m.imports {
		m.indices[imp.item] = m.builder.ImportFunc("", imp.item.Name, coreTypes(imp.of.Params), coreTypes(imp.of.Results))
		imports = append(imports, imp.item)
	}
	flag := corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I32, Mutable: true}
	for _, own := range m.Flags {
		m.indices[own] = 0
	}
	for _, e := range m.edges {
		imports = m.declareOne(imports, e.Caller.MayLeave, flag)
		imports = m.declareOne(imports, e.Callee.MayLeave, flag)
		imports = m.declareOne(imports, e.Caller.Memory, corewasm.Desc{Kind: corewasm.KindMemory})
	}
	for _, own := range m.Flags {
		m.indices[own] = m.builder.Global(corewasm.I32, true, corewasm.Code{}.I32Const(1))
		m.builder.Export(own.Name, corewasm.KindGlobal, m.indices[own])
	}
	return imports
}

func (m *Module) declareOne(imports []Item, item Item, desc corewasm.Desc) []Item {
	if _, known := m.indices[item]; known || item == (Item{}) {
		return imports
	}
	m.indices[item] = m.builder.Import("", item.Name, desc)
	return append(imports, item)
}

// function returns the index of a function that is imported.
func (m *Module) function(item Item, of engine.FuncType) uint32 {
	index, known := m.indices[item]
	if !known {
		index = uint32(len(m.imports))
		m.imports = append(m.imports, imported{item, of})
		m.indices[item] = index
	}
	return index
}

// edge returns the function of an edge: the core function itself if it is plain.
func (m *Module) edge(e *Edge) uint32 {
	t := e.Lower.Lower
	w := writer{module: m, edge: e, slots: t.Params}
	w.write()
	if !w.worked && !e.canFail() {
		return m.indices[e.Core]
	}
	return m.builder.Func(coreTypes(t.Params), coreTypes(t.Results), w.locals, w.code)
}

func coreTypes(types []engine.ValueType) []corewasm.ValueType {
	out := make([]corewasm.ValueType, len(types))
	for i, t := range types {
		out[i] = corewasm.ValueType(t)
	}
	return out
}
