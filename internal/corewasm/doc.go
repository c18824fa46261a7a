// Package corewasm reads, builds and rewrites core WebAssembly modules.
//
// [Check] looks for what can hurt an engine, [Parse] reads a module's interface
// and finds its parts, [Rewrite] makes a module ready for an engine that cannot
// interrupt code, [Builder] makes small modules. They decode what a module says
// of itself, and leave the types of instructions to the engine that compiles
// them.
//
// The bytes are not trusted. No count is believed before it was compared with
// the bytes that are left, so that memory stays a small multiple of the input,
// and every error is an [*Error] that says section, item and offset.
package corewasm
