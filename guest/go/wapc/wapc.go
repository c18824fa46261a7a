// Package wapc is for authors of waPC plugins in Go: operations that a host
// calls, and calls back to the host.
//
// A plugin is a main package that registers its operations when the host
// starts it:
//
//	//go:wasmexport wapc_init
//	func wapcInit() {
//		wapc.Register("greet", greet)
//	}
//
//	func greet(payload []byte) ([]byte, error) {
//		wapc.Log("greeting " + string(payload))
//		return append([]byte("Hello, "), payload...), nil
//	}
//
//	func main() {}
//
// It may as well register in a package's init, which runs before wapc_init;
// main is never run. Standard Go builds it with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o plugin.wasm .
//
// and TinyGo with
//
//	tinygo build -target wasm-unknown -o plugin.wasm .
//
// # Calls
//
// An instance of a plugin answers one call at a time, and keeps its variables
// from one to the next; a host that wants more at once makes more instances.
// While a handler waits for the host, the host may call the same instance again.
//
// A handler that panics ends the instance: the trace goes to standard error, if
// the host gives one, and the call ends in a trap.
//
// # Tests
//
// Outside of WebAssembly the package compiles as well, so that a plugin can be
// tested with go test: package wapctest plays the host.
package wapc

import "github.com/patchbay-go/patchbay/guest/go/internal/rpc"

// A Handler answers one operation. The payload is the handler's to keep, and it
// may be what the handler returns: then no byte of it is copied in the guest.
// The text of an error is what the host's caller reads.
type Handler = func(payload []byte) ([]byte, error)

// Register makes handler answer operation, which may be any string, also the
// empty one. A second handler for an operation takes the place of the first.
// What is not registered is answered with the error
//
//	Could not find function "operation"
//
// Register panics if handler is nil.
func Register(operation string, handler Handler) { rpc.Register(operation, handler) }

// HostCall calls the host and returns its answer, which is the caller's to keep
// and empty, not nil, when there is none. Which binding, namespace and
// operation there are, and what the payload is, the host defines. The payload
// is not changed and not kept.
//
// If the host's handler failed the error is a [*HostError].
func HostCall(binding, namespace, operation string, payload []byte) ([]byte, error) {
	answer, ok := rpc.HostCall(binding, namespace, operation, payload)
	if !ok {
		return nil, &HostError{Text: string(answer)}
	}
	return answer, nil
}

// Log writes one text to the host's log.
func Log(text string) { rpc.Log(text) }

// HostError is the error of a host call that the host's handler answered with
// an error.
type HostError struct {
	// Text is the error in the host's words, which may be none.
	Text string
}

// Error returns the host's text after "host: ".
func (e *HostError) Error() string { return "host: " + e.Text }
