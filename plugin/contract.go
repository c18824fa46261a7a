package plugin

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/tube"
	"github.com/patchbay-go/patchbay/wapc"
)

// A Contract says how a guest is called and how it calls the host.
type Contract string

// The contracts that are told apart. This version runs guests of WaPC and Tube,
// and components.
const (
	// WaPC guests import from the module wapc or export __guest_call.
	WaPC Contract = "wapc"

	// Tube guests take and give JSON, or any bytes, in linear memory. They export
	// the function tube_alloc or have a custom section named tube; those that do
	// not must be declared.
	Tube Contract = "tube"

	// Bus guests are WASI programs that import the bus system calls.
	Bus Contract = "bus"

	// Component guests are components of the Component Model.
	Component Contract = "component"

	// Command is a WASI program: it is run, not called.
	Command Contract = "command"
)

// An UnsupportedError says that a guest is of a contract that this version does
// not run as a plugin.
type UnsupportedError struct {
	// Contract is what the guest is of, or was declared to be of.
	Contract Contract
}

// Error names the contract and what can be done.
func (e *UnsupportedError) Error() string {
	switch e.Contract {
	case Component:
		return "this is a core module, and it was declared to be a component"
	case Bus:
		return "this is a guest of the bus contract (wasmer-bus: it imports bus system calls); this version runs waPC and tube guests and components"
	case Command:
		return "this is a WASI command: it exports _start and nothing by which a plugin is called; run it with: patchbay run FILE"
	}
	return fmt.Sprintf("no contract is called %q; this version runs %s, %s and %s guests", string(e.Contract), WaPC, Tube, Component)
}

// An UnknownError says that a module is of no contract that is known.
type UnknownError struct {
	Imports []engine.Import
	Exports []engine.Export
}

// Error says what was looked for and what there is instead.
func (e *UnknownError) Error() string {
	var imports, exports []string
	for _, i := range e.Imports {
		if !slices.Contains(imports, i.Module) {
			imports = append(imports, i.Module)
		}
	}
	for _, x := range e.Exports {
		exports = append(exports, x.Name)
	}
	text := "not a plugin of a known contract: looked for imports from wapc, an export __guest_call, or the mark of a tube guest " +
		"(an export tube_alloc or a custom section tube); the module " +
		listed("imports from", imports) + " and " + listed("exports", exports)
	if len(tube.Functions(e.Exports)) > 0 {
		text += "; it may be a tube guest without a mark: declare it (--contract tube, or Contract of the options)"
	}
	return text
}

// listed says what there is, cut to a few names; a guest chose them.
func listed(verb string, names []string) string {
	const most = 8
	if len(names) == 0 {
		return verb + " nothing"
	}
	rest := ""
	if len(names) > most {
		rest = fmt.Sprintf(" and %d more", len(names)-most)
		names = names[:most]
	}
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = cut(name)
	}
	return verb + " " + strings.Join(quoted, ", ") + rest
}

// cut returns a name from a binary in a form fit for a line of text.
func cut(name string) string {
	const most = 64
	plain := !strings.ContainsFunc(name, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '"' || r == ',' })
	if plain && name != "" && len(name) <= most {
		return name
	}
	if len(name) > most {
		return fmt.Sprintf("%q…", name[:most])
	}
	return fmt.Sprintf("%q", name)
}

// IsComponent reports whether the binary's header is that of a component.
func IsComponent(binary []byte) bool {
	return len(binary) >= 8 && bytes.Equal(binary[:4], []byte("\x00asm")) && binary[6] == 1 && binary[7] == 0
}

// Recognize tells which contract a core module is of; empty if it is none that
// is known.
func Recognize(m engine.Module) Contract {
	switch {
	case wapc.Recognize(m.Imports(), m.Exports()):
		return WaPC
	case slices.ContainsFunc(m.Imports(), ofBus):
		return Bus
	case tube.Recognize(m):
		return Tube
	case slices.ContainsFunc(m.Exports(), func(e engine.Export) bool { return e.Name == "_start" }):
		return Command
	}
	return ""
}

// ofBus reports whether an import is a system call of the bus, in one of its
// generations.
func ofBus(i engine.Import) bool {
	switch i.Module {
	case "wasm-bus":
		return true
	case "wasix_32v1", "wasix_64v1":
		return strings.HasPrefix(i.Name, "bus_") || strings.HasPrefix(i.Name, "call_")
	case "wasix_snapshot_preview1":
		return strings.HasPrefix(i.Name, "bus_")
	}
	return false
}

// contractOf returns what m is to be run as: what was declared, or what its
// bytes tell. The error is an UnsupportedError or an UnknownError.
func contractOf(m engine.Module, declared Contract) (Contract, error) {
	contract := declared
	if contract == "" {
		contract = Recognize(m)
	}
	switch contract {
	case WaPC, Tube:
		return contract, nil
	case "":
		return "", &UnknownError{Imports: m.Imports(), Exports: m.Exports()}
	}
	return "", &UnsupportedError{Contract: contract}
}
