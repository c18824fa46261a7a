package main

import (
	"context"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/plugin"
	"github.com/patchbay-go/patchbay/tube"
)

// A report is what `patchbay inspect` finds out, and what it writes with
// --output json. Fields are only ever added; lists are never null.
type report struct {
	File string `json:"file"` // as it was named
	Size int    `json:"size"` // bytes
	Kind string `json:"kind"` // "module" or "component"

	// Contract is "wapc", "tube", "command", "bus", "component" or "unknown".
	Contract plugin.Contract `json:"contract"`

	Loadable bool   `json:"loadable"` // whether this version takes it, as far as is known without compiling
	Reason   string `json:"reason"`   // why not, or empty

	// Functions are those by which a tube guest can be called, in the order of
	// the binary; also of a module that only may be one.
	Functions []functionReport `json:"functions"`

	Imports  []item          `json:"imports"` // in the order of the binary
	Exports  []item          `json:"exports"` // in the order of the binary
	Memories []memoryReport  `json:"memories"`
	Needs    []need          `json:"needs"`
	Tools    []tool          `json:"tools"`    // of the producers section
	Features []string        `json:"features"` // of the target_features section
	Customs  []sectionReport `json:"custom_sections"`

	// World is a component's world as WIT, or the one that a module says it was
	// made for, NoWorld why it cannot be said; Parts are what is in a component.
	World   string       `json:"world,omitempty"`
	NoWorld string       `json:"no_world,omitempty"`
	Parts   []partReport `json:"parts,omitempty"`
}

// An item is an import or export.
type item struct {
	Module string `json:"module,omitempty"` // of an import
	Name   string `json:"name"`
	Kind   string `json:"kind"`            // "func", "memory", "table", "global" or "tag"
	Type   string `json:"type"`            // as in "(i32, i32) -> (i32)"
	Unmet  string `json:"unmet,omitempty"` // why nothing provides the import
	Hint   string `json:"hint,omitempty"`  // what would provide it
}

// A functionReport is a function of a tube guest.
type functionReport struct {
	Name  string   `json:"name"`
	Extra []string `json:"extra"` // the types of its arguments after index and length
}

// A memoryReport is a linear memory. Pages are of 64 KiB.
type memoryReport struct {
	MinPages uint32   `json:"min_pages"`
	MaxPages *uint32  `json:"max_pages"` // null: no maximum of its own
	Shared   bool     `json:"shared"`
	Import   string   `json:"import,omitempty"` // "module.name" when it is imported
	Exports  []string `json:"exports"`          // the names under which it is exported
}

// A sectionReport is a custom section.
type sectionReport struct {
	Name string `json:"name"`
	Size uint32 `json:"size"` // bytes of its contents
}

// describe reads what a module says of itself. Nothing is compiled, so it works
// on modules that cannot be loaded.
func describe(ctx context.Context, file string, binary []byte) (*report, error) {
	r := &report{
		File: file, Size: len(binary), Kind: "module", Functions: []functionReport{},
		Imports: []item{}, Exports: []item{}, Memories: []memoryReport{}, Needs: []need{},
		Tools: []tool{}, Features: []string{}, Customs: []sectionReport{},
	}
	if plugin.IsComponent(binary) {
		r.Kind, r.Contract = "component", plugin.Component
		return r, r.describeComponent(binary)
	}
	description, err := engine.Describe(binary)
	if err != nil {
		return nil, err
	}
	module, err := corewasm.Parse(binary)
	if err != nil {
		return nil, err
	}
	r.interfaceOf(description)
	r.memoriesOf(module)
	r.notesOf(module)
	r.worldOf(binary)
	return r, r.judge(ctx, binary, description)
}

func (r *report) interfaceOf(d *engine.Description) {
	for _, imp := range d.Imports {
		r.Imports = append(r.Imports, item{Module: imp.Module, Name: imp.Name, Kind: imp.Type.Kind.String(), Type: typeText(imp.Type)})
	}
	for _, exp := range d.Exports {
		r.Exports = append(r.Exports, item{Name: exp.Name, Kind: exp.Type.Kind.String(), Type: typeText(exp.Type)})
	}
	r.Needs = needsOf(d.Imports)
	if contract := plugin.Recognize(paper{d}); contract != plugin.Tube && contract != "" {
		return
	}
	for _, f := range tube.Functions(d.Exports) {
		extra := []string{}
		for _, t := range f.Extra {
			extra = append(extra, t.String())
		}
		r.Functions = append(r.Functions, functionReport{f.Name, extra})
	}
}

// typeText is the type without its kind.
func typeText(t engine.ExternType) string {
	switch t.Kind {
	case engine.KindFunc, engine.KindTag:
		return t.Func.String()
	case engine.KindTable:
		return t.Table.String()
	case engine.KindMemory:
		return t.Memory.String()
	case engine.KindGlobal:
		return t.Global.String()
	}
	return ""
}

func (r *report) memoriesOf(module *corewasm.Module) {
	for _, imp := range module.Imports {
		if imp.Kind == corewasm.KindMemory {
			r.addMemory(imp.Limits, imp.Module+"."+imp.Name)
		}
	}
	for _, memory := range module.Memories {
		r.addMemory(memory.Limits, "")
	}
	for _, exp := range module.Exports {
		if exp.Kind == corewasm.KindMemory && int(exp.Index) < len(r.Memories) {
			m := &r.Memories[exp.Index]
			m.Exports = append(m.Exports, exp.Name)
		}
	}
}

func (r *report) addMemory(limits corewasm.Limits, imported string) {
	m := memoryReport{MinPages: limits.Min, Shared: limits.Shared, Import: imported, Exports: []string{}}
	if limits.HasMax {
		m.MaxPages = &limits.Max
	}
	r.Memories = append(r.Memories, m)
}

func (r *report) notesOf(module *corewasm.Module) {
	for _, custom := range module.Customs {
		r.Customs = append(r.Customs, sectionReport{custom.Name, custom.Content.Size})
	}
	for _, section := range module.Custom("producers") {
		r.Tools = append(r.Tools, parseProducers(section)...)
	}
	for _, section := range module.Custom("target_features") {
		r.Features = append(r.Features, parseFeatures(section)...)
	}
}
