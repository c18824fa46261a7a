package wazero

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// narrowHandlers returns a module that wazero's compiler makes the right thing of, and
// where its code was if it had to be changed. When that compiler catches an
// exception it goes back to a copy of the stack from the start of the try_table,
// and to the locals in it. Later versions of wazero do not: when one is
// required, this can go.
func narrowHandlers(module *corewasm.Module, limits engine.Limits) (*corewasm.Module, *corewasm.OffsetMap, error) {
	narrowed, err := corewasm.NarrowHandlers(module)
	var refused *corewasm.Error
	switch {
	case errors.As(err, &refused):
		return nil, nil, forgets(&engine.BinaryError{
			Section: refused.Section, Item: refused.Item, Offset: refused.Offset, Reason: refused.Reason,
		})
	case err != nil || narrowed == nil:
		return module, nil, err
	}
	if err := engine.Check(narrowed.Binary, limits); err != nil {
		return nil, nil, forgets(fmt.Errorf("with each call in a try_table of its own: %w", err))
	}
	module, err = corewasm.Parse(narrowed.Binary)
	return module, narrowed.Offsets, err
}

// forgets says why a module with exceptions is refused, and what to do.
func forgets(err error) error {
	return fmt.Errorf("%w: the compiler of wazero 1.12 would forget changes of local variables; "+
		"run the module with the interpreter or engine/wasmtime, or build it without WebAssembly exceptions", err)
}
