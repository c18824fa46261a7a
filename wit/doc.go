// Package wit gives WIT its meaning: packages, interfaces, worlds, types and
// functions with every name resolved, from text, from a folder of it, or from a
// binary.
//
// [Load] reads a file or a folder with its dependencies in deps/, [Parse] reads
// texts, [Decode] a WebAssembly binary. What they return is a [Resolve]: a graph
// in which items point to one another. It does not change any more and is safe
// for concurrent use. [Resolve.Print] makes text of it, and [Package.Encode] a
// package in the binary format.
//
// Worlds are elaborated (WIT.md#wit-worlds): whatever an import or an export
// needs is among the imports, before it. References to a resource have become
// own handles. Items behind a feature that was not asked for are gone, and a
// reference to one is an error (WIT.md#feature-gates).
//
// The order of everything, and the shape of [Resolve.MarshalJSON], are those of
// wasm-tools, so that other tools can read it.
package wit
