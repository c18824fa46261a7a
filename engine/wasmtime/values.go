//go:build cgo

package wasmtime

import (
	"errors"

	"github.com/patchbay-go/patchbay/engine"
)

// A value is a value as wasmtime passes it: 16 bytes, of which all but vectors
// use the first 8 or 4.
type value struct{ low, high uint64 }

// errReference is the error of a reference that the host made up.
var errReference = errors.New("the host cannot pass references other than null")

// toValues puts the slots of values of these types where wasmtime wants them.
// It clears the high halves of 32-bit values. References must be null: wasmtime
// would believe any other and follow it.
func toValues(values []value, types []engine.ValueType, slots []uint64) error {
	for i, t := range types {
		switch t {
		case engine.I32, engine.F32:
			values[i].low = uint64(uint32(slots[0]))
		case engine.V128:
			values[i].low, values[i].high = slots[0], slots[1]
			slots = slots[1:]
		case engine.I64, engine.F64:
			values[i].low = slots[0]
		default:
			if values[i] = (value{}); slots[0] != 0 {
				return errReference
			}
		}
		slots = slots[1:]
	}
	return nil
}

// fromValues is the way back.
func fromValues(slots []uint64, types []engine.ValueType, values []value) {
	for i, t := range types {
		switch t {
		case engine.I32, engine.F32:
			slots[0] = uint64(uint32(values[i].low))
		case engine.V128:
			slots[0], slots[1] = values[i].low, values[i].high
			slots = slots[1:]
		default:
			slots[0] = values[i].low
		}
		slots = slots[1:]
	}
}

// valueCount is how many values a call of that type passes in one place.
func valueCount(t engine.FuncType) int { return max(len(t.Params), len(t.Results)) }
