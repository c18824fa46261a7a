package task

import (
	"fmt"

	"github.com/patchbay-go/patchbay/engine"
)

func trapf(format string, args ...any) error {
	return &engine.Trap{Kind: engine.BadValue, Text: fmt.Sprintf(format, args...)}
}

// CannotEnter returns the trap of a call into an instance that may not be
// entered: one that is being called, or that trapped.
func CannotEnter() error { return trapf(cannotEnter) }

const cannotEnter = "cannot enter component instance"

func isCannotEnter(err error) bool {
	trap := engine.AsTrap(err)
	return trap != nil && trap.Text == cannotEnter
}

// CannotLeave returns the trap of a call out of an instance while it may not be
// left: in realloc and post-return.
func CannotLeave() error { return trapf("cannot leave component instance") }
