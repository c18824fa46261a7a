// Command greet is the guest "greet" in Go. Standard Go and TinyGo both compile
// it, from the same files.
package main

import (
	"errors"

	"github.com/patchbay-go/patchbay/guest/go/wapc"
)

// wapcInit is called by the host once per instance, before the first call.
//
//go:wasmexport wapc_init
func wapcInit() {
	wapc.Register("greet", greet)
	wapc.Register("echo", echo)
	wapc.Register("fail", fail)
}

func main() {}

// greet answers {"name":"Ada"} with {"greeting":"Hello, Ada!"}, and tells the
// host who was visited.
func greet(payload []byte) ([]byte, error) {
	name := stringMember(payload, "name")
	if name == "" {
		return nil, errors.New("greet: name is missing")
	}
	wapc.Log("greeting " + name)
	if _, err := wapc.HostCall("examples", "greet", "visited", []byte(name)); err != nil {
		return nil, errors.New("greet: " + err.Error())
	}
	return []byte(`{"greeting":` + quote("Hello, "+name+"!") + "}"), nil
}

// echo answers with the payload, from the buffer that it came in.
func echo(payload []byte) ([]byte, error) { return payload, nil }

// fail fails with the payload as the text of the error.
func fail(payload []byte) ([]byte, error) { return nil, errors.New(string(payload)) }
