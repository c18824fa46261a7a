// Package task is the state of component instances that runs through their
// calls: who may enter and leave, which handles an instance holds, and which of
// them a call lent.
//
// It is the part of the canonical ABI that is not about values: CanonicalABI.md,
// "Component Instances", "Tasks", "Runtime State" and "Subtask State", for
// synchronous calls. An instance's table holds entries of any kind, a call is a
// [Task] on the callee's side and a [Subtask] on the caller's, so that what waits
// (streams, futures, waitable sets) has its place here.
//
// All instances of one component belong to one tree and are used by one goroutine
// at a time.
//
// Traps say what wasmtime says in the same place.
package task
