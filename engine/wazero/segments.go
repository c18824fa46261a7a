package wazero

import (
	"strings"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
	"github.com/patchbay-go/patchbay/internal/leb128"
)

// elementsOutside reports whether an active element segment is out of the bounds
// of a table that the module defines: wazero passes over such a segment, where the
// specification has a trap. A segment for an imported table, or at an offset that
// is no constant, is not looked at.
func elementsOutside(module *corewasm.Module) bool {
	for _, s := range module.Elements {
		if s.Mode != corewasm.Active || uint64(s.Index) < uint64(module.ImportCount(corewasm.KindTable)) {
			continue
		}
		table, ok := module.Desc(corewasm.KindTable, s.Index)
		at, constant := constantOffset(module.Bytes(s.At))
		if ok && constant && uint64(at)+uint64(s.Count) > uint64(table.Limits.Min) {
			return true
		}
	}
	return false
}

// constantOffset reads a constant expression that is one i32.const.
func constantOffset(expr []byte) (uint32, bool) {
	const i32const = 0x41
	if len(expr) < 3 || expr[0] != i32const {
		return 0, false
	}
	v, size, err := leb128.Int32(expr[1:])
	return uint32(v), err == nil && len(expr) == size+2
}

// dataOutside turns wazero's error for a data segment out of bounds into the trap
// that it is.
func dataOutside(err error) error {
	if text := err.Error(); strings.HasPrefix(text, "data[") && strings.HasSuffix(text, "]: out of bounds memory access") {
		return &engine.Trap{Kind: engine.MemoryBounds}
	}
	return err
}
