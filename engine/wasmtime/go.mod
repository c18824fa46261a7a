module github.com/patchbay-go/patchbay/engine/wasmtime

go 1.26.0

require (
	github.com/bytecodealliance/wasmtime-go/v44 v44.0.0
	github.com/google/go-cmp v0.7.0
	github.com/patchbay-go/patchbay v0.0.0
)

require (
	github.com/tetratelabs/wazero v1.12.0 // indirect
	golang.org/x/mod v0.41.0 // indirect
	golang.org/x/sys v0.48.0 // indirect
)

replace github.com/patchbay-go/patchbay => ../..
