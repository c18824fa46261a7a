package component_test

import (
	"errors"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
	"github.com/patchbay-go/patchbay/internal/wast"
)

// stricter are reasons for which we refuse what wasm-tools accepts: it does not
// look at the code of modules here, nor at what is newer than it.
var stricter = []string{
	"section code",
	"is no mutability", // it knows shared globals
	"maximum byte size",
	"map key cannot be",
	"`callback` uses",              // it still takes callbacks of one parameter
	"unexpected end-of-file",       // it does not hold nested sections against those around them
	"conflicts with previous name", // it tells upper from lower case in methods and interfaces
	"is not a valid semver",        // it does not look at the version in implements
	"a version suffix",             // it does not look at version suffixes
	"is not a canonical version",
	"cannot contain a `borrow`", // it allows borrows in streams and futures
	"for component value type",  // it allows integers that are longer than need be
}

// wider are its reasons for refusing what is valid: it looks for an interface that
// WIT can express, and at some parts of core modules that are the engine's to
// check.
var wider = []string{
	"decode WIT", "was not a function or instance", "a single export", "world name to be fully qualified",
	"start function", "func index out of bounds", "type mismatch: expected", // in core modules
	"invalid interface version", // a canonical one without its suffix
	"malformed section id: 12",  // it has no values
}

// TestOracle changes components at random and wants us to decide of each as
// wasm-tools does.
func TestOracle(t *testing.T) {
	tool := needTool(t)
	seeds := seedComponents(t, tool)
	random := rand.New(rand.NewPCG(1, 2))
	accepted, mutants := 0, 8_000
	if testing.Short() {
		mutants = 1_000
	}
	for i := range len(seeds) + mutants {
		binary := seeds[min(i, len(seeds)-1)]
		if i >= len(seeds) {
			binary = mutate(random, seeds[random.IntN(len(seeds))])
		}
		ours := validity(binary)
		_, theirs := tool.Wit(t.Context(), binary)
		if ours == nil && theirs == nil {
			accepted++
		}
		switch {
		case ours != nil && theirs == nil && !excused(ours, stricter):
			t.Errorf("%x\nwe refuse it: %v", binary, ours)
		case ours == nil && theirs != nil && engine.AsTrap(theirs) == nil && !excused(theirs, wider):
			t.Errorf("%x\nwasm-tools refuses it: %v", binary, theirs)
		}
	}
	if t.Logf("both accept %d of %d", accepted, len(seeds)+mutants); accepted < len(seeds)/4 {
		t.Error("too few components are accepted for this to say anything")
	}
}

func validity(binary []byte) error {
	syntax, err := componentbinary.Parse(binary)
	if err == nil {
		_, err = validate.Validate(syntax, validate.Config{Features: validate.All()})
	}
	return err
}

// excused reports whether an error is for a known reason, or due to a feature.
func excused(err error, reasons []string) bool {
	var fault *componentbinary.Error
	if errors.As(err, &fault) && fault.Feature != "" {
		return true
	}
	for _, reason := range reasons {
		if strings.Contains(err.Error(), reason) {
			return true
		}
	}
	return false
}

// mutate returns a binary with a few other bytes.
func mutate(random *rand.Rand, binary []byte) []byte {
	changed := append([]byte{}, binary...)
	for range 1 + random.IntN(2) {
		at := 8 + random.IntN(len(changed)-8)
		switch random.IntN(3) {
		case 0:
			changed[at] = byte(random.IntN(256))
		case 1:
			changed[at] += byte(random.IntN(5)) - 2
		case 2:
			changed[at] = byte(random.IntN(8))
		}
	}
	return changed
}

// seedComponents returns the components of our scripts, and of those suites of
// which there is a checkout.
func seedComponents(t *testing.T, tool *wast.Tool) [][]byte {
	files := scripts(t)
	for _, s := range suites {
		if root := os.Getenv(s.variable); root != "" {
			files = append(files, s.files(t, root)...)
		}
	}
	var seeds [][]byte
	for _, file := range files {
		for _, c := range translated(t, tool, file) {
			if c.Source != nil && !c.Source.Core && len(c.Source.Binary) > 8 && len(c.Source.Binary) < 3000 {
				seeds = append(seeds, c.Source.Binary)
			}
		}
	}
	return seeds
}
