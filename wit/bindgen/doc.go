// Package bindgen writes the Go with which a host talks to components of a WIT
// world: types, clients for what they export, and interfaces to implement for
// what they import.
//
// The types of a world are those that package component binds: records are
// structs, variants structs with a pointer for each case, enums and flags
// integers with constants, options pointers (types.Maybe if options nest), lists
// slices. A function whose result is a result<T, E> returns (T, error), and the
// error is a component.ResultError[E]. Handles are *types.Handle.
//
// For an interface store that the world exports there is a struct StoreExports
// with a method for each function, and a type for each resource; for one that it
// imports an interface StoreImports, and a function DefineStore that offers an
// implementation through a component.Linker. The functions of the world itself
// stand under its own name. Bind and the world's name binds an instance. A
// resource's own method drop is CallDrop, beside the Drop that all have.
//
// A type is called by its WIT name, behind that of its interface where two would
// have one name. What cannot be told apart all the same, and what hosts cannot
// have yet (streams, futures, async functions), is an error that names the item.
package bindgen
