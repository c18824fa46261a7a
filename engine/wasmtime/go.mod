module github.com/patchbay-go/patchbay/engine/wasmtime

go 1.26

require (
	github.com/bytecodealliance/wasmtime-go/v44 v44.0.0
	github.com/patchbay-go/patchbay v0.0.0
)

replace github.com/patchbay-go/patchbay => ../..
