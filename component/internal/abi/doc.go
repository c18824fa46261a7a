// Package abi is the canonical ABI for values: how those of component types lie
// in linear memory and on the stack of a core function, and how they get there
// and back.
//
// A [Signature] is made once for a function's type: how it is flattened, what is
// spilled to memory. Values cross in one of three ways, each with loading,
// storing, flat lifting and flat lowering:
//
//   - as [types.Value], by steps that are made of the types when a function is
//     first called with values, for callers that know no Go types; records and
//     lists become images, which are copies of what lies in memory;
//   - as Go values, by a [Binding] of a Go type to a component type: reflection
//     runs when it is made, and a flat list of operations with offsets when
//     values cross;
//   - from one memory to another, by a [Transfer], without Go values between.
//
// A [Context] is one side of a crossing: memory, realloc, string encoding and
// handle table of an instance.
//
// The files are ordered and named as the sections of the specification's
// CanonicalABI.md and its definitions.py. Where that says trap_if, the call ends
// with an [engine.Trap] whose text is what wasmtime says in the same place. A Go
// value that does not fit is the caller's fault and an error that is no trap.
//
// Guests are not trusted. Every pointer and length is compared with the memory as
// it is at that time, which realloc may have changed; what lifting allocates is
// counted against a budget, because a few bytes of a guest can describe many of
// the host.
//
// NaNs pass through with their bits: the specification lets an implementation
// change them and does not ask for it.
package abi
