package wazero

import (
	"errors"
	"fmt"
	"slices"

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

// checkRethrow refuses a module that throws an exception by its reference.
// wazero 1.12 keeps only the last exception alive: behind a reference to another
// one is memory that Go may have given to something else. A module without tags
// has no exceptions.
func checkRethrow(module *corewasm.Module) error {
	if _, tags := module.Section(corewasm.SectionTag); !tags && !importsTag(module) {
		return nil
	}
	at := corewasm.Rethrow(module)
	if at == 0 {
		return nil
	}
	return &engine.BinaryError{
		Section: "code", Offset: at, Feature: "throw_ref",
		Reason: "throw_ref throws an exception that wazero 1.12 may have freed; run the module with engine/wasmtime, or build it without WebAssembly exceptions",
	}
}

func importsTag(module *corewasm.Module) bool {
	return slices.ContainsFunc(module.Imports, func(i corewasm.Import) bool { return i.Desc.Kind == corewasm.KindTag })
}

// forgets says why a module with exceptions is refused, and what to do.
func forgets(err error) error {
	return fmt.Errorf("%w: the compiler of wazero 1.12 would forget changes of local variables; "+
		"run the module with the interpreter or engine/wasmtime, or build it without WebAssembly exceptions", err)
}
