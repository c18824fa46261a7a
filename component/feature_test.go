package component_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/engine"
)

// features returns what a script of the suite is written for. The suite of the
// specification wants everything; the others say in each file what they want
// besides what they take for granted.
func (s suite) features(t *testing.T, file string) validate.Features {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	f := validate.Features{Async: true}
	switch s.name {
	case "component-model":
		f = standard()
	case "wasmtime":
		f.Attributes = true
		for _, header := range regexp.MustCompile(`(?m)^;;! component_model_(\w+) = (true|false)`).FindAllStringSubmatch(string(text), -1) {
			enable(&f, header[1], header[2] == "true")
		}
	case "wasm-tools":
		header, _, _ := strings.Cut(string(text), "\n")
		if _, list, ok := strings.Cut(header, "-f "); ok {
			list, _, _ = strings.Cut(list, " ")
			for name := range strings.SplitSeq(list, ",") {
				enable(&f, name, true)
			}
		}
	}
	return f
}

// memoryFor returns how much memory the instances of a script of wasmtime's may
// have, if it is to be more than others have.
func memoryFor(t *testing.T, file string) uint64 {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(text), ";;! hogs_memory = true") {
		return 65_535 * engine.PageSize
	}
	return 0
}

// standard returns all features of the specification but nested names, without
// which names are shorter.
func standard() validate.Features {
	f := validate.All()
	f.NestedNames = false
	return f
}

// enable sets a feature by what wasm-tools or wasmtime call it. Features of core
// modules are the engine's.
func enable(f *validate.Features, name string, on bool) {
	switch strings.ReplaceAll(strings.TrimPrefix(name, "cm-"), "-", "_") {
	case "async":
		f.Async = on
	case "async_stackful":
		f.Stackful = on
	case "more_async_builtins":
		f.MoreAsyncBuiltins = on
	case "threading":
		f.Threads = on
	case "shared_everything_threads":
		f.SharedThreads = on
	case "error_context":
		f.ErrorContext = on
	case "fixed_length_lists":
		f.FixedLengthLists = on
	case "map":
		f.Map = on
	case "values":
		f.Values = on
	case "implements":
		f.Attributes = on
	case "canon_names":
		f.VersionSuffix = on
	case "nested_names":
		f.NestedNames = on
	case "memory64", "cm64":
		f.Memory64 = on
	case "gc":
		f.GC = on
	}
}

// aliases are what we say where the suites expect the words of wasm-tools.
var aliases = map[string][]string{
	"section out of order":                              {"it is out of order or there twice"},
	"expected a version header for a module":            {"it is a component, not a core module"},
	"memory size must be at most":                       {"memory of more than 65536 pages"},
	"start function results size is out of bounds":      {"has a result count of"},
	"unexpected content in the component start section": {"unexpected data at the end of the section"},
	"type mismatch":                                     {"cannot pop"}, // from the engine, of a function's code
	"failed to find `.` character":                      {"no `.` character"},
	"failed to find `>`":                                {"no `>` character"},
	// A gate for exceptions of core modules is the engine's business.
	"exceptions proposal not enabled": {"is not a tag", "tag index out of bounds"},
}

// rewordings turn what wasmtime says of core modules that do not fit into what
// wasm-tools and we do.
var rewordings = []struct {
	from *regexp.Regexp
	to   string
}{
	{regexp.MustCompile("^module (import|export) `(.*)` not defined$"), "missing expected $1 `$2`"},
	{regexp.MustCompile("^(?:module )?(import|export) `(.*)` has the wrong type$"), "type mismatch in $1 `$2`"},
	{regexp.MustCompile("^expected type `(.*)`, found type `(.*)`$"), "expected: $1, found:    $2"},
	{regexp.MustCompile("^expected (func|global|memory|table) found (func|global|memory|table)$"), "expected $1, found $2"},
}

// means reports whether an error says what a script of a suite expects.
func means(err error, message string) bool {
	message, _, _ = strings.Cut(message, " (at offset ")
	for _, words := range append([]string{message}, aliases[message]...) {
		if strings.Contains(err.Error(), words) {
			return true
		}
	}
	for _, r := range rewordings {
		if r.from.MatchString(message) && strings.Contains(err.Error(), r.from.ReplaceAllString(message, r.to)) {
			return true
		}
	}
	return runMeans(err, message)
}
