// Package wasmtime is a second engine: wasmtime, by cgo, behind the seam of
// package engine. It is there so that the claims of the seam are held to two
// engines that share no code, and for guests that compute much: its code is
// faster than wazero's, its calls are slower.
//
// It is a Go module of its own, because it needs cgo and a static library of
// wasmtime's, which wasmtime-go brings for Linux, macOS and Windows on amd64 and
// for Linux and macOS on arm64. Of wasmtime-go nothing else is used: its calls
// allocate, and it has no shared memories. The few functions of wasmtime's C API
// that are needed are declared in capi.h, and each step of ours is one crossing
// from Go to C (shim.c).
//
// # How guests are kept
//
// A module is checked ([engine.Check]) and prepared before wasmtime sees it: the
// limits become the maxima of its memories and tables, its first function is
// exported under a name that no guest knows, by which a host function finds out
// which instance called it, and its start function is exported instead of
// started, so that it is a call like others.
//
// Instances that import from one another are in one store of wasmtime's; others
// have stores of their own. Since wasmtime cannot move an instance, one that
// imports nothing from guests gets its place when it is first used or imported
// from. Shared memories are in as many stores as there are threads. A module
// with a shared memory is rewritten to wait and to notify in the host, where a
// wait ends with its call.
//
// A guest that runs leaves to Go once in a millisecond, by wasmtime's epochs, and
// its context and deadline are looked at. Between calls nothing ticks. wasmtime
// does not look at the epoch within an instruction: bulk instructions that may be
// large are rewritten to go by chunks of 64 KiB. Where a budget of memory bounds
// what all guests have, memory.grow is a call of the host, about ten times as
// slow. Fuel is wasmtime's, of one unit
// per instruction, and counted if [Config] says so.
//
// # Differences from the letter of the seam, and from wazero
//
//   - Instances that are linked with each other by more than a shared memory
//     belong to one goroutine at a time, all together.
//   - An instance whose memory, table, global or tag is imported together with
//     those of another one, after both were used apart from each other, is
//     refused. Functions are called across stores in that case, and the frames of
//     a trap end at the crossing; what they spend is not the caller's fuel.
//   - A closed instance of a group keeps its memory until all are closed, and a
//     group takes at most 10,000 instances in its life.
//   - A guest that computes holds a thread of the system instead of a share of
//     Go's: the system says how guests that spin and the rest of the program
//     share the cores.
//   - The host cannot pass references to guests but null.
//   - Exceptions that a guest keeps count against the limit of its memory, beside
//     it, and each memory reserves 4 GiB of address space.
//   - A guest has 512 KiB of stack, whatever [engine.Limits] say, calls from the
//     host back into its store included; calls that are nested deeper than 1 MiB
//     of the thread's stack are a stack overflow.
//   - Frames of a trap are cut after 20.
//   - Active element segments of imported tables that are out of bounds are a
//     trap, as the specification has it; wazero ignores them.
//   - A function that is not declared may be referred to if it is the first that
//     the module defines.
//   - A host function must not end its goroutine (runtime.Goexit, FailNow of a
//     test): wasmtime's frames are on its stack.
//   - A fault within wasmtime ends the process: it is not Go, and nothing
//     recovers it.
//   - wasmtime handles SIGSEGV, SIGILL, SIGFPE and SIGBUS, and passes on what is
//     not a guest's to the handlers of Go.
package wasmtime
