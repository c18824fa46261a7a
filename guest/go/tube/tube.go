// Package tube is for authors of tube plugins in Go: functions that take and
// give JSON, pictures or any bytes.
//
// A plugin is a main package that exports a function for each operation, and
// hands what it is called with to [Answer], [AnswerPicture] or [AnswerAbout], or
// to package tubejson:
//
//	//go:wasmexport invert
//	func invert(index, length, width, height uint32) uint64 {
//		return tube.AnswerPicture(index, length, width, height, func(p tube.Picture) (tube.Picture, error) {
//			for i := range p.Pixels {
//				p.Pixels[i] = 255 - p.Pixels[i]
//			}
//			return p, nil
//		})
//	}
//
//	func main() {}
//
// Standard Go builds it with
//
//	GOOS=wasip1 GOARCH=wasm go build -buildmode=c-shared -o plugin.wasm .
//
// and TinyGo with
//
//	tinygo build -target wasip1 -buildmode=c-shared -o plugin.wasm .
//
// The package exports tube_alloc and tube_free besides, by which the host finds
// out where payloads lie, and that the module is a tube guest.
//
// # Calls
//
// An instance of a plugin answers one call at a time, and keeps its variables
// from one to the next; a host that wants more at once makes more instances. A
// handler that panics ends the instance.
//
// # Tests
//
// Outside of WebAssembly the package compiles as well: package tubetest calls a
// plugin's functions from a test.
package tube

import "github.com/patchbay-go/patchbay/guest/go/internal/place"

// Answer answers a call with what handler returns. The payload may be changed,
// and returned: then no byte of it is copied in the guest. It must not be kept.
// The text of an error is what the host's caller reads.
func Answer(index, length uint32, handler func(payload []byte) ([]byte, error)) uint64 {
	reply, err := handler(place.Payload(index, length))
	if err != nil {
		return fail(err)
	}
	return place.Reply(reply, false)
}

// fail answers that the call failed. An error without a text has one here,
// since a text of no bytes would be a reply.
func fail(err error) uint64 {
	text := err.Error()
	if text == "" {
		text = "the call failed"
	}
	return place.Reply([]byte(text), true)
}
