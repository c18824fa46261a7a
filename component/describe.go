package component

import (
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// Describe decodes and validates a component, whatever features it has, and
// returns what it imports and exports. Nothing is compiled.
func Describe(binary []byte, limits engine.Limits) (*types.ComponentType, error) {
	syntax, err := componentbinary.Parse(binary)
	if err != nil {
		return nil, err
	}
	valid, err := validate.Validate(syntax, validate.Config{Features: validate.All(), Limits: limits})
	if err != nil {
		return nil, err
	}
	return valid.Type, nil
}
