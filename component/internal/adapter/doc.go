// Package adapter generates core modules that take calls from one component
// instance to another: what canon lower and canon lift do between two guests, as
// WebAssembly code, so that such a call does not leave the guests' code.
//
// A [Module] has a function for each [Edge]: a function that one instance lowers
// and another one lifts. It checks and normalizes what goes through, as the
// canonical ABI has it, and calls the core function. What it cannot do, or will
// not because it is a trap, it leaves to a function of the host, which does the
// same in Go: before anything has happened the whole call, and after the callee
// has returned what is left of it. So there is one place that knows what traps are
// called.
//
// Engines have no modules with two memories, so an adapter has the caller's. To that
// of the callee it gets by the functions of a module that [AccessTo] makes, which
// pass as many bytes at once as fit into registers. Strings and lists that are long
// are Go's: adapters are not interrupted. So are strings that have to be transcoded,
// and handles.
//
// It has no code for entering instances. Who asks for an edge knows that no call
// through it can find the callee entered, see package component.
package adapter
