package component_test

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// gates are the features that commands of the suites need and that are not there.
// A reason in a list is one of them, with what needs it if that is known.
var gates = []string{
	"async", "threads", "error-context", "values", // of components
	"memory64", "multi-memory", "GC types", "custom page sizes", "shared types", // of core modules, or both
}

// A difference is where wasmtime and the specification do not agree, and we do as
// the latter says. No version of ours will pass these commands.
type difference struct{ what, words string }

const differences = "wasmtime's own"

var ownWays = []difference{
	{"no component is imported at the root", "root-level component imports"},
	{"no component is exported at the root", "exporting a component from the root component"},
	{"no function is exported again at the root", "is a reexport of an imported function which is not implemented"},
	{"strings are longer than 2^28-1 bytes", "string content out-of-bounds: longer than 2^28-1 bytes"},
	{"a string that shrinks to Latin-1 is aligned to 2", `refused for another reason than "unaligned pointer": unreachable executed in f`},
}

// reasonOf says what an outcome that failed would take.
func reasonOf(err error) string {
	var unsupported *component.UnsupportedError
	var decoding *componentbinary.Error
	switch {
	case errors.As(err, &unsupported) && unsupported.What != "":
		return unsupported.Feature + ": " + unsupported.What
	case errors.As(err, &decoding) && decoding.Feature != "":
		return decoding.Feature
	}
	for _, d := range ownWays {
		if strings.Contains(err.Error(), d.words) {
			return differences + ": " + d.what
		}
	}
	return "a fix: " + err.Error()
}

// head returns the feature that a reason names.
func head(reason string) string {
	feature, _, _ := strings.Cut(reason, ":")
	return feature
}

// TestNotYet wants the lists to be in order and to name nothing but features that
// are gated and wasmtime's own ways, and the README to count them.
func TestNotYet(t *testing.T) {
	used := map[string]bool{}
	for _, s := range suites {
		list, _ := readList(t, s.list())
		for place, reason := range list {
			used[head(reason)], used[reason] = true, true
			if !slices.Contains(gates, head(reason)) && !isOwnWay(reason) {
				t.Errorf("%s: %s:%d: %s is neither a gate nor one of wasmtime's own ways", s.list(), place.File, place.Line, reason)
			}
		}
		text, err := os.ReadFile(s.list())
		if err != nil {
			t.Fatal(err)
		}
		var sorted strings.Builder
		if err := list.Write(&sorted); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(sorted.String(), string(text)); diff != "" {
			t.Errorf("%s is not in order, or has a command twice: %s", s.list(), diff)
		}
		if cells := s.cells(t); cells[len(cells)-1] != countReasons(list) {
			t.Errorf("README.md: %s lacks %s, the list %s", s.name, cells[len(cells)-1], countReasons(list))
		}
	}
	for _, g := range gates {
		if !used[g] {
			t.Errorf("nothing needs %s any more", g)
		}
	}
	for _, d := range ownWays {
		if !used[differences+": "+d.what] {
			t.Errorf("nothing is %s: %s", differences, d.what)
		}
	}
}

func isOwnWay(reason string) bool {
	return slices.ContainsFunc(ownWays, func(d difference) bool { return reason == differences+": "+d.what })
}

// countReasons returns how many commands each feature is missing for, as in
// "async 12, values 3".
func countReasons(list wast.NotYet) string {
	counts := map[string]int{}
	for _, reason := range list {
		counts[head(reason)]++
	}
	var parts []string
	for _, g := range append(slices.Clone(gates), differences) {
		if counts[g] > 0 {
			parts = append(parts, fmt.Sprintf("%s %d", g, counts[g]))
		}
	}
	return strings.Join(parts, ", ")
}

// row returns the row of the README's table for the suite.
func (s suite) row(sum tally, list wast.NotYet) string {
	return fmt.Sprintf("| %s | %s | %s | %s | %s | %s |", s.title(), s.revision,
		sum.of("valid"), sum.of("invalid", "malformed"), sum.of("run"), countReasons(list))
}

func (s suite) title() string {
	if s.name == "component-model" {
		return "WebAssembly/component-model"
	}
	return s.name
}

const readme = "../README.md"

// cells returns the cells of the suite's row in the README.
func (s suite) cells(t *testing.T) []string {
	t.Helper()
	_, row := s.find(t)
	return strings.Split(strings.Trim(row, "| "), " | ")
}

// find returns the README and the suite's row in it.
func (s suite) find(t *testing.T) (text, row string) {
	t.Helper()
	content, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		if strings.HasPrefix(line, "| "+s.title()+" | "+s.revision) {
			return string(content), strings.TrimSuffix(line, "\n")
		}
	}
	t.Fatalf("README.md has no row of %s at revision %s", s.name, s.revision)
	return "", ""
}

// checkRow wants the README to say what came of the suite.
func (s suite) checkRow(t *testing.T, want string) {
	t.Helper()
	text, row := s.find(t)
	switch {
	case row == want:
	case *update:
		if err := os.WriteFile(readme, []byte(strings.Replace(text, row, want, 1)), 0o666); err != nil {
			t.Fatal(err)
		}
	default:
		t.Errorf("README.md has\n%s\nand it is\n%s", row, want)
	}
}
