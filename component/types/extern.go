package types

import (
	"fmt"
	"strings"
)

// An ExternKind says what an import or export of a component is.
type ExternKind uint8

// The kinds of imports and exports.
const (
	ExternModule ExternKind = iota + 1
	ExternFunc
	ExternValue
	ExternType
	ExternComponent
	ExternInstance
)

var externNames = [...]string{
	ExternModule: "core module", ExternFunc: "func", ExternValue: "value", ExternType: "type",
	ExternComponent: "component", ExternInstance: "instance",
}

// String returns the kind's name in the text format.
func (k ExternKind) String() string {
	if k > 0 && int(k) < len(externNames) {
		return externNames[k]
	}
	return fmt.Sprintf("extern(%d)", uint8(k))
}

// An Extern is the type of an import or export. One of its pointers is set: the
// one that Kind says, and for ExternType the one for the type that is bound.
type Extern struct {
	Kind      ExternKind
	Module    *ModuleType
	Func      *FuncType
	Value     *Type // of an ExternValue, or the value type that is bound
	Resource  *ResourceType
	Component *ComponentType
	Instance  *InstanceType

	// Fresh says that an ExternType is (sub resource): it brings Resource into
	// being and does not refer to a known one.
	Fresh bool
}

// A NamedExtern is an import or export with its name and attributes.
type NamedExtern struct {
	Name string
	Extern

	// Implements, VersionSuffix and ExternalID are the name's attributes; ""
	// where there is none.
	Implements    string
	VersionSuffix string
	ExternalID    string
}

// An InstanceType is the type of an instance: what it exports, in order.
type InstanceType struct {
	Exports []NamedExtern
}

// Export returns the export of that name, and whether there is one. It looks at
// one after the other.
func (t *InstanceType) Export(name string) (Extern, bool) { return find(t.Exports, name) }

// A ComponentType is the type of a component: what it asks for and what it
// exports, in order.
type ComponentType struct {
	Imports []NamedExtern
	Exports []NamedExtern
}

// Import returns the import of that name, and whether there is one.
func (t *ComponentType) Import(name string) (Extern, bool) { return find(t.Imports, name) }

// Export returns the export of that name, and whether there is one.
func (t *ComponentType) Export(name string) (Extern, bool) { return find(t.Exports, name) }

// String returns the type as in `component (import "a" (func() -> u32)) (export
// "b" (instance of 2 exports))`, of long ones the beginning.
func (t *ComponentType) String() string {
	w := memberWriter{shown: []string{"component"}}
	for i := range t.Imports {
		w.add("(import %q (%v))", t.Imports[i].Name, &t.Imports[i].Extern)
	}
	for i := range t.Exports {
		w.add("(export %q (%v))", t.Exports[i].Name, &t.Exports[i].Extern)
	}
	return w.text()
}

// maxShown is how many members messages have at most.
const maxShown = 12

// A memberWriter writes what types import and export until there is enough of it.
type memberWriter struct {
	shown []string
	more  int
}

func (w *memberWriter) add(format string, args ...any) {
	if len(w.shown) == maxShown {
		w.more++
		return
	}
	w.shown = append(w.shown, fmt.Sprintf(format, args...))
}

func (w *memberWriter) text() string {
	text := strings.Join(w.shown, " ")
	if w.more > 0 {
		text += fmt.Sprintf(" and %d more", w.more)
	}
	return text
}

func find(externs []NamedExtern, name string) (Extern, bool) {
	for i := range externs {
		if externs[i].Name == name {
			return externs[i].Extern, true
		}
	}
	return Extern{}, false
}

// String returns the type of a function, value or type in full, else the kind.
func (e Extern) String() string {
	switch {
	case e.Func != nil:
		return e.Func.String()
	case e.Resource != nil:
		return "resource " + e.Resource.String()
	case e.Value != nil:
		return e.Kind.String() + " " + e.Value.String()
	case e.Instance != nil:
		return fmt.Sprintf("instance of %d exports", len(e.Instance.Exports))
	}
	return e.Kind.String()
}
