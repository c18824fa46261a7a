package wazero

import (
	"errors"
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// checkHandlers refuses a module of which wazero's compiler makes something
// else. When it catches an exception it goes back to a copy of the stack from the
// start of the try_table, and to the locals in it. Later versions of wazero do
// not: when one is required, this can go.
func checkHandlers(module *corewasm.Module) error {
	err := corewasm.CheckHandlers(module)
	var stale *corewasm.Error
	if !errors.As(err, &stale) {
		return err
	}
	return fmt.Errorf("%w: the compiler of wazero 1.12 would forget the change; "+
		"run the module with the interpreter or engine/wasmtime, or build it without WebAssembly exceptions",
		&engine.BinaryError{Section: stale.Section, Item: stale.Item, Offset: stale.Offset, Reason: stale.Reason})
}
