// Package canon is canon lift, canon lower and the built-ins of the canonical
// ABI, over the engine seam: CanonicalABI.md, "Canonical Definitions", for
// synchronous functions.
//
// A [Tree] is all instances of one component that was instantiated. [Lift] is a
// core function of it that was made a component's function, and is called by the
// host; [Lower] is a component's function that was made a core function: one that
// the same tree lifted, whose values go from memory to memory, or one of the
// host.
//
// Core modules import the functions of [LowerFunc], [ResourceNewFunc],
// [ResourceRepFunc] and [ResourceDropFunc]. They hold no state: those of one
// component are made once and shared by all its trees. Which tree calls they know
// from the calling instance, whose Data is the [*Tree].
package canon
