module github.com/patchbay-go/patchbay/bench

go 1.26.0

replace (
	github.com/patchbay-go/patchbay => ../
	github.com/patchbay-go/patchbay/engine/wasmtime => ../engine/wasmtime
)

require (
	github.com/extism/go-sdk v1.7.1
	github.com/patchbay-go/patchbay v0.0.0
	github.com/patchbay-go/patchbay/engine/wasmtime v0.0.0-00010101000000-000000000000
	github.com/tetratelabs/wazero v1.12.0
	github.com/wapc/wapc-go v0.7.0
	golang.org/x/sys v0.48.0
)

require (
	github.com/Workiva/go-datastructures v1.1.5 // indirect
	github.com/bytecodealliance/wasmtime-go/v44 v44.0.0 // indirect
	github.com/dylibso/observe-sdk/go v0.0.0-20240819160327-2d926c5d788a // indirect
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	github.com/gobwas/glob v0.2.3 // indirect
	github.com/ianlancetaylor/demangle v0.0.0-20240805132620-81f5be970eca // indirect
	github.com/tetratelabs/wabin v0.0.0-20230304001439-f6f874872834 // indirect
	go.opentelemetry.io/proto/otlp v1.11.0 // indirect
	golang.org/x/image v0.43.0 // indirect
	google.golang.org/protobuf v1.36.12 // indirect
)
