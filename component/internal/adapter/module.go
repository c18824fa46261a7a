package adapter

import (
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// A Module is a core module that is being generated. The zero value is empty.
type Module struct {
	// Flags are the flags that the module defines and exports, those that edges
	// name and others.
	Flags []Item

	edges   []*Edge
	imports []Item
	indices map[Item]uint32
	builder corewasm.Builder
}

// Add adds the function of an edge, which the module exports.
func (m *Module) Add(e *Edge) { m.edges = append(m.edges, e) }

// Build returns the binary and what it imports, in that order. All imports are
// from a module without a name.
func (m *Module) Build() (binary []byte, imports []Item) {
	m.indices = map[Item]uint32{}
	for _, e := range m.edges {
		m.importFunc(e.Core, e.Lift.Lift)
		m.importFunc(e.PostReturn, engine.FuncType{Params: e.Lift.Lift.Results})
		if e.canFail() {
			m.importFunc(e.Whole, e.Lower.Lower)
		}
		m.importFunc(e.Rest, RestType(e.Lower))
	}
	m.flags()
	for _, e := range m.edges {
		m.builder.Export(e.Name, corewasm.KindFunc, m.function(e))
	}
	return m.builder.Bytes(), m.imports
}

// function returns the function of an edge: the core function itself if nothing is
// to be done on the way to it and back.
func (m *Module) function(e *Edge) uint32 {
	w := writer{module: m, edge: e, slots: e.Lower.Lower.Params}
	w.write()
	if !w.worked && !e.canFail() {
		return m.indices[e.Core]
	}
	t := e.Lower.Lower
	return m.builder.Func(coreTypes(t.Params), coreTypes(t.Results), w.locals, w.code)
}

func (m *Module) importFunc(item Item, t engine.FuncType) {
	if _, known := m.indices[item]; known || item == (Item{}) {
		return
	}
	m.indices[item] = m.builder.ImportFunc("", item.Name, coreTypes(t.Params), coreTypes(t.Results))
	m.imports = append(m.imports, item)
}

// flags imports the flags that edges need, or defines them.
func (m *Module) flags() {
	defined := map[Item]bool{}
	for _, flag := range m.Flags {
		defined[flag] = true
	}
	for _, e := range m.edges {
		for _, flag := range []Item{e.CallerLeaves, e.CalleeLeaves} {
			if _, known := m.indices[flag]; known || flag == (Item{}) || defined[flag] {
				continue
			}
			m.indices[flag] = m.builder.Import("", flag.Name, corewasm.Desc{Kind: corewasm.KindGlobal, Value: corewasm.I32, Mutable: true})
			m.imports = append(m.imports, flag)
		}
	}
	for _, flag := range m.Flags {
		m.indices[flag] = m.builder.Global(corewasm.I32, true, corewasm.Code{}.I32Const(1))
		m.builder.Export(flag.Name, corewasm.KindGlobal, m.indices[flag])
	}
}

func coreTypes(types []engine.ValueType) []corewasm.ValueType {
	out := make([]corewasm.ValueType, len(types))
	for i, t := range types {
		out[i] = corewasm.ValueType(t)
	}
	return out
}
