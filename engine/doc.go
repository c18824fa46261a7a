// Package engine is the seam between Patchbay and a WebAssembly engine: what
// any engine must do with core modules, and nothing more. It knows no
// contract, no WASI and no component.
//
// An [Engine] compiles bytes to a [Module]; a Module is linked by explicit
// imports to an [Instance]; an Instance is called through a [Func] with a
// reusable stack of uint64 slots, and its [Memory] is read and written. A
// fault of the guest is a [*Trap]; everything else is an ordinary error.
//
// # Untrusted bytes
//
// Every adapter runs [Check] before its engine sees the bytes, so that a
// count field that says four billion is an error with an offset and not an
// allocation.
//
// # Concurrency
//
// Engines and Modules are safe for concurrent use. An Instance, and all that
// was taken from it, belongs to one goroutine at a time; different instances
// may run at once, also when they share a memory that the guest declared
// shared. A host function may call back into the instance that called it.
//
// # Ownership
//
// Closing an Engine closes its modules, closing a Module does not close its
// instances, and an Instance that others imported from stays valid until it is
// itself closed: close those that import first. Close is idempotent.
package engine
