// Package outline finds what a component imports and exports, and keeps apart
// every name that its binary gives to a type. In the type system another name of
// a type is the type; in WIT it is an alias, or a use from another interface.
//
// [Of] goes through the definitions as they stand in the binary and gives each
// type an identity: two are the same if they are one pointer, and Of leads from a
// name to what it is another name of. What is nested is gone through for each
// instance of it, so that what an instance exports has the identities of its
// arguments.
//
// It does not validate: that types fit is not looked at, function bodies and core
// modules are passed over. But it believes nothing: an index that leads nowhere
// is an error, and what grows beyond all proportion to the binary is one, too.
package outline

import "github.com/patchbay-go/patchbay/internal/componentbinary"

// A Component is what a component asks for and what it gives, in order.
type Component struct {
	Imports, Exports []Extern
}

// An Instance is what an instance exports, in order.
type Instance struct {
	Exports []Extern

	index  map[string]int // the exports by name
	weight int64
}

// An Extern is an import or export. Of its pointers that for its Sort is set;
// none is for modules and values.
type Extern struct {
	componentbinary.ExternName
	Sort   componentbinary.Sort
	Offset uint32 // in the binary

	Func      *Func
	Type      *Type // the name that the import or export gives
	Instance  *Instance
	Component *Component // if it was declared by its type

	definition *definition // of a component
}

// A Func is the type of a function.
type Func struct {
	Async  bool
	Params []Param
	Result Value

	weight int64
}

// A Param is a parameter.
type Param struct {
	Name string
	Type Value
}

// A Value is the type of a value where it is used. The zero Value is none.
type Value struct {
	// Primitive is a primitive type, or 0.
	Primitive componentbinary.ValueType

	// Type is any other type, or nil.
	Type *Type
}

// A Type is a type under one of its names, or without any.
type Type struct {
	// Of is the type that this is another name of, or nil.
	Of *Type

	// Def is what stands in the binary, without what its indices lead to. It is
	// nil for another name, and for a resource type that is imported.
	Def componentbinary.Type

	// Parts are what a type of values is made from, in the order of the binary:
	// fields, cases, elements, ok and error, key and value.
	Parts []Value

	// Handle is the resource type of own and borrow.
	Handle *Type

	// Component is what a type of components asks for and gives. It is there if
	// an import or export gave this name.
	Component *Component

	Offset uint32 // in the binary

	fn    *Func
	scope *scope // around the type of an instance or a component

	root   *Type // of another name
	names  int   // how many names there are on the way to root
	depth  int   // of nesting
	weight int64 // how many words it takes to write the type
}

// Root returns the type behind all names.
func (t *Type) Root() *Type {
	if t.root != nil {
		return t.root
	}
	return t
}

// IsResource reports whether it is a type of resources.
func (t *Type) IsResource() bool {
	switch t.Root().Def.(type) {
	case nil, *componentbinary.Resource:
		return true
	}
	return false
}

// Of finds what a component imports and exports. Errors are of type
// [*componentbinary.Error]. It takes time and memory in proportion to the binary
// without its core modules, and never more than some hundred megabytes.
func Of(c *componentbinary.Component) (*Component, error) {
	e := &evaluator{steps: baseSteps + stepsPerByte*min(int64(sizeWithoutModules(c)), maxSize)}
	s := e.component(&scope{}, c, nil)
	if e.err != nil {
		return nil, e.err
	}
	return &s.out, nil
}

// How many steps there are: one for each definition that is looked at, which
// takes some hundred bytes, and one for each word that it takes to write it.
const (
	baseSteps    = 200_000
	stepsPerByte = 4
	maxSize      = 700_000 // bytes that count
)

func sizeWithoutModules(c *componentbinary.Component) int {
	size := int(c.Range.Size)
	for _, m := range c.Modules {
		size -= int(m.Size)
	}
	for _, inner := range c.Components {
		size -= int(inner.Range.Size) - sizeWithoutModules(inner)
	}
	return size
}
