// Package wave reads and prints values of component types as text, in the form
// that WIT people know: {x: 1, y: 2}, some("a"), [1, 2], add(1, 2).
//
// The form is WAVE, as wasm-tools and wasmtime have it (crates/wasm-wave,
// README), with maps as lists of pairs. Nothing stands between text and values:
// a parser knows the type that it wants next. Errors are [syntax.Error]s and
// say what was expected and where. Values of handles, streams, futures and
// error contexts have no text that can be read.
package wave
