package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/plugin"
)

// explain finds the exit code of an error and what to try next.
func explain(err error, interrupted bool) *failure {
	var known *failure
	var trap *engine.Trap
	switch {
	case interrupted && errors.Is(err, context.Canceled):
		return &failure{code: exitInterrupt, err: err}
	case errors.As(err, &known):
		return &failure{known.code, err, known.hint}
	case errors.As(err, &trap):
		return explainTrap(err, trap)
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{exitDeadline, err, deadlineHint}
	}
	return &failure{code: exitHost, err: err}
}

const deadlineHint = "give it longer with --timeout, or no deadline with --timeout 0"

func explainTrap(err error, trap *engine.Trap) *failure {
	f := &failure{code: exitTrap, err: err}
	switch trap.Kind {
	case engine.Deadline:
		f.code, f.hint = exitDeadline, deadlineHint
		if strings.HasSuffix(trap.Text, "without waiting") { // engine.Limits.Stretch
			f.hint = "let it compute for longer with --stretch, or as long as it likes with --stretch 0"
		}
	case engine.Canceled:
		f.code = exitHost
	case engine.HostFault:
		f.code = exitHost
	case engine.MemoryLimit:
		f.hint = "raise --max-memory"
	case engine.OutOfHostBytes:
		f.hint = "raise --max-host-bytes"
	case engine.StackOverflow:
		f.hint = "the guest recurses too deeply, perhaps without end; if it has to, raise --max-stack"
	case engine.Unreachable:
		if strings.Contains(trap.Text, "is not UTF-8") { // a host function ended it
			f.hint = faultHint(trap)
			break
		}
		f.hint = "the guest gave up (a panic, an abort or a failed assertion); what it logged before may say why"
	case engine.Exit:
		f.hint = "the guest ended itself instead of answering; what it wrote before may say why"
	default:
		f.hint = faultHint(trap)
	}
	return f
}

func faultHint(trap *engine.Trap) string {
	if len(trap.Frames) > 0 && trap.Frames[0].File != "" {
		return "this is a fault in the guest, at the place that is named above"
	}
	return "this is a fault in the guest; build it with debug information to see files and lines"
}

// refused is the failure of a module that could not be loaded.
func refused(path string, err error) error {
	var binary *engine.BinaryError
	var invalid *componentbinary.Error
	var link *engine.LinkError
	var imports *component.LinkError
	var other *plugin.UnsupportedError
	f := &failure{code: exitRefused, err: err}
	switch {
	case errors.As(err, &invalid):
		f.hint = componentHint(invalid)
	case errors.As(err, &binary):
		f.hint = binaryHint(path, binary)
	case errors.As(err, &link):
		f.err = &unmetError{filepath.Base(path), link}
		f.hint = "patchbay inspect " + path + " lists all imports, and what would provide these"
	case errors.As(err, &imports):
		f.err = &unmetImportsError{filepath.Base(path), imports}
		f.hint = "patchbay wit " + path + " shows what it imports"
	case errors.As(err, &other) && other.Contract == plugin.Command:
		f.hint = "patchbay run " + path
	case errors.Is(err, errNoStart):
		f.hint = "patchbay inspect " + path + " says how the module is called"
	case unreadable(err):
		f.code, f.hint = exitHost, "FILE is the path of a WebAssembly module"
	case engine.AsTrap(err) != nil, errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	default:
		f.hint = "patchbay inspect " + path + " says what the module is"
	}
	return f
}

// An unmetError says of a module, a line for each, which imports nothing
// provides.
type unmetError struct {
	name string
	link *engine.LinkError
}

// mostUnmet is how many imports are named.
const mostUnmet = 10

// Error returns one line, and more lines if there is more than one import.
func (e *unmetError) Error() string {
	lines := make([]string, 0, mostUnmet)
	for i, unmet := range e.link.Unmet {
		if i == mostUnmet {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.link.Unmet)-i))
			break
		}
		imp := unmet.Import
		lines = append(lines, fmt.Sprintf("import %s.%s %v: %s", word(imp.Module), word(imp.Name), imp.Type, unmet.Reason))
	}
	if len(lines) == 1 {
		return fmt.Sprintf("load %s: %s", e.name, lines[0])
	}
	return fmt.Sprintf("load %s: %d imports that nothing provides\n%s", e.name, len(e.link.Unmet), strings.Join(lines, "\n"))
}

func (e *unmetError) Unwrap() error { return e.link }

// An unmetImportsError says the same of a component.
type unmetImportsError struct {
	name string
	link *component.LinkError
}

// Error returns one line, and more lines if there is more than one import.
func (e *unmetImportsError) Error() string {
	if len(e.link.Unmet) == 1 {
		return fmt.Sprintf("load %s: %v", e.name, e.link)
	}
	lines := make([]string, 0, len(e.link.Unmet)+1)
	for i := range e.link.Unmet {
		lines = append(lines, e.link.Unmet[i].Entry())
	}
	if e.link.More > 0 {
		lines = append(lines, fmt.Sprintf("and %d more", e.link.More))
	}
	return fmt.Sprintf("load %s: %d imports that nothing provides\n%s", e.name, len(e.link.Unmet)+e.link.More, strings.Join(lines, "\n"))
}

func (e *unmetImportsError) Unwrap() error { return e.link }

// unreadable reports whether the file could not be read at all.
func unreadable(err error) bool {
	var path *fs.PathError
	return errors.As(err, &path)
}

func componentHint(err *componentbinary.Error) string {
	switch {
	case err.Limit != "":
		return "no flag raises this limit; make the component smaller"
	case err.Feature != "":
		return "build the component without " + err.Feature
	}
	return "the component is damaged or not valid; fetch or build it again"
}

func binaryHint(path string, err *engine.BinaryError) string {
	switch {
	case err.Limit == "MemoryBytes":
		return "raise --max-memory if you trust the module"
	case err.Limit != "":
		return "no flag raises this limit; make the module smaller"
	case err.Feature != "":
		return "build the module without " + err.Feature
	case err.Offset == 0:
		return "FILE must be a WebAssembly module in the binary format (.wasm)"
	}
	return "the file is damaged or cut short; fetch or build it again"
}
