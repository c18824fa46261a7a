// Package p1 is WASI preview 1 (wasi_snapshot_preview1) and its predecessor
// wasi_unstable, over the engine seam: every function of both, with what
// [wasi.Config] grants and nothing else.
//
// A [Host] holds the functions, once for each engine; a [System] holds what one
// instance has open, and is given to it as engine.InstanceConfig.System. Waiting
// (poll_oneoff, reading an input that has nothing yet) obeys the deadline and
// the context of the guest's call.
//
// What the guest asks for wrongly is answered with an [Errno], a pointer out of
// its memory with EFAULT. The call ends with an error when the instance has no
// System or exports no memory named "memory".
//
// # Rights
//
// Rights are as in the specification: a descriptor has rights, and may give
// those it inherits to what is opened from it; they can be dropped and never be
// gained. A guest that asks for more than it can have gets what there is, except
// that opening for reading or writing fails if that is not to be had, because
// guests rely on both.
//
// # Concurrency
//
// A Host is safe for concurrent use. A System belongs to its instance.
package p1
