// Package oracle runs components under wasmtime's own component runtime, for
// tests and benchmarks to hold package component against. It goes through cgo and
// the C API, which the static library that wasmtime-go brings has in full; without
// cgo the package is empty.
//
// Values go over in one piece: a call takes one crossing from Go to C, and so does
// a function that Go serves.
package oracle
