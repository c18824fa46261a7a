// Package wasmtime is a second engine: wasmtime, by cgo, behind the seam of
// package engine.
package wasmtime
