// Package tubejson answers calls of a tube plugin with Go values, which come and
// go as JSON. It is a package of its own since encoding/json makes a plugin of
// standard Go larger by more than a megabyte.
package tubejson

import (
	"encoding/json"
	"errors"

	"github.com/patchbay-go/patchbay/guest/go/tube"
)

// Answer is [tube.Answer] for a handler of Go values.
//
//	//go:wasmexport greet
//	func greet(index, length uint32) uint64 {
//		return tubejson.Answer(index, length, func(name string) (string, error) {
//			return "Hello, " + name, nil
//		})
//	}
func Answer[Args, Reply any](index, length uint32, handler func(Args) (Reply, error)) uint64 {
	return tube.Answer(index, length, func(payload []byte) ([]byte, error) {
		var args Args
		if err := json.Unmarshal(payload, &args); err != nil {
			return nil, errors.New("arguments: " + err.Error())
		}
		reply, err := handler(args)
		if err != nil {
			return nil, err
		}
		return json.Marshal(reply)
	})
}
