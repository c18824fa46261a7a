package rpc

import (
	"runtime"

	"github.com/patchbay-go/patchbay/guest/go/internal/abi"
)

// HostCall calls the host. ok says whether its handler succeeded; answer is the
// handler's reply if so, and the text of its error if not.
func HostCall(binding, namespace, operation string, payload []byte) (answer []byte, ok bool) {
	result := abi.HostCall(
		atString(binding), uint32(len(binding)),
		atString(namespace), uint32(len(namespace)),
		atString(operation), uint32(len(operation)),
		at(payload), uint32(len(payload)))
	runtime.KeepAlive(payload)
	if result != success {
		answer = make([]byte, abi.HostErrorLen())
		abi.HostError(at(answer))
		return answer, false
	}
	answer = make([]byte, abi.HostResponseLen())
	abi.HostResponse(at(answer))
	return answer, true
}

// Log writes one text to the host's log.
func Log(text string) { abi.ConsoleLog(atString(text), uint32(len(text))) }
