package plugin

import (
	"errors"
	"fmt"
	"strings"

	"github.com/patchbay-go/patchbay/engine"
)

// An ImportError says that a guest imports what nothing provides, and what
// would provide it.
type ImportError struct {
	// Link lists the imports.
	Link *engine.LinkError
}

// Error lists the unmet imports, one reason and one hint each.
func (e *ImportError) Error() string {
	const most = 8
	var lines []string
	for n, unmet := range e.Link.Unmet {
		if n == most {
			lines = append(lines, fmt.Sprintf("and %d more", len(e.Link.Unmet)-most))
			break
		}
		imp := unmet.Import
		line := fmt.Sprintf("import %s.%s %v: %s", cut(imp.Module), cut(imp.Name), imp.Type, unmet.Reason)
		if hint := Provider(imp); hint != "" {
			line += "; " + hint
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

// Unwrap returns Link.
func (e *ImportError) Unwrap() error { return e.Link }

// explained adds to a linker's error what would provide the imports.
func explained(err error) error {
	var link *engine.LinkError
	if errors.As(err, &link) {
		return &ImportError{Link: link}
	}
	return err
}

// providers say what would provide imports, by the beginning of
// "module.name". The longest that fits counts.
var providers = []struct{ prefix, hint string }{
	{"env.emscripten_", "it is part of Emscripten's JavaScript; link with -sSTANDALONE_WASM, and with fixed memory for " +
		"emscripten_notify_memory_growth"},
	{"env._emscripten_", "it is part of Emscripten's JavaScript; link with -sSTANDALONE_WASM"},
	{"env.invoke_", "it is part of Emscripten's JavaScript exceptions; compile with -fwasm-exceptions or without exceptions"},
	{"env.__cxa_", "it is part of a C++ runtime for exceptions; compile with -fno-exceptions or link the runtime"},
	{"env.", "the linker most likely left it undefined; link the library that has it"},
	{"wasix_", "it is a system call of WASIX, which belongs to guests of the bus contract"},
	{"wasm-bus.", "it belongs to guests of the bus contract"},
	{"wasi_snapshot_preview1.sock_", "it is an extension of WASI preview 1 by other hosts; preview 1 cannot open sockets"},
	{"wasi_", "it is not part of WASI preview 1, which is always linked"},
	{"wasi:", "it is an interface of WASI 0.2 for components; compile for wasm32-wasip1"},
	{"gojs.", "it is part of Go's JavaScript; compile with GOOS=wasip1"},
	{"go.", "it is part of Go's JavaScript; compile with GOOS=wasip1"},
	{"wbg.", "it is part of wasm-bindgen's JavaScript; compile without wasm-bindgen"},
	{"__wbindgen_", "it is part of wasm-bindgen's JavaScript; compile without wasm-bindgen"},
	{"extism:", "it belongs to Extism plugins"},
	{"spectest.", "it belongs to the tests of the WebAssembly specification"},
	{"GOT.", "the module is a shared library for dynamic linking; link it statically"},
}

// Provider says, for an import that is not provided, what would provide it or
// how to do without; empty if that is not known.
func Provider(imp engine.Import) string {
	name, longest, hint := imp.Module+"."+imp.Name, 0, ""
	for _, p := range providers {
		if strings.HasPrefix(name, p.prefix) && len(p.prefix) > longest {
			longest, hint = len(p.prefix), p.hint
		}
	}
	return hint
}
