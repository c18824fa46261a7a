package component

import (
	"fmt"
	"reflect"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/types"
)

// CheckGo reports whether functions of type f can be called with Go values of
// these types: what CallGo would find out at its first call. The result type is
// nil if the function has no result. The error shows both types, and where in
// them they differ.
func CheckGo(f *types.FuncType, result reflect.Type, args ...reflect.Type) error {
	if len(args) != len(f.Params) {
		return fmt.Errorf("parameters: Go types %v for the %d of %v", args, len(f.Params), f)
	}
	for i, p := range f.Params {
		if _, err := abi.Bind(args[i], p.Type); err != nil {
			return fmt.Errorf("argument %s: %w", p.Name, err)
		}
	}
	switch {
	case f.Result == nil && result == nil:
		return nil
	case f.Result == nil:
		return fmt.Errorf("result: Go type %v for that of %v, which has none", result, f)
	case result == nil:
		return fmt.Errorf("result: no Go type for that of %v", f)
	}
	if _, err := abi.Bind(result, f.Result); err != nil {
		return fmt.Errorf("result: %w", err)
	}
	return nil
}
