package component

import (
	"fmt"

	"github.com/patchbay-go/patchbay/component/types"
)

// Bounds on programs: few bytes can instantiate a component twice in one that is
// instantiated twice, and so on, or give many functions one huge type. What is in
// nested components counts each time.
const (
	maxSteps  = 100_000   // definitions and imports
	maxCores  = 10_000    // core instances
	maxNames  = 300_000   // imports of core instances, arguments, and exports of bags
	maxPaths  = 64 << 20  // bytes of what leads to the imports of the outermost component
	maxWeight = 2_000_000 // types in the signatures of all functions, see [types.Type.Weight]
)

// spend counts definitions.
func (f *flattener) spend(n int) error {
	if f.work += n; f.work > maxSteps {
		return exceeds("definitions", maxSteps)
	}
	return nil
}

// spendNames counts what definitions have lists of.
func (f *flattener) spendNames(n int) error {
	if f.names += n; f.names > maxNames {
		return exceeds("imports, arguments and exports of its instances", maxNames)
	}
	return nil
}

func exceeds(what string, most int) error {
	return fmt.Errorf("more than %d %s, those of nested components counted each time", most, what)
}

// spendPath counts what leads to an import: its names may be long, and part of
// the paths of many others.
func (f *flattener) spendPath(path []string) error {
	const header = 16
	for _, name := range path {
		f.paths += header + len(name)
	}
	if f.paths > maxPaths {
		return fmt.Errorf("more than %d bytes in the paths of its imports", maxPaths)
	}
	return nil
}

// spendTypes counts the types in a signature.
func (f *flattener) spendTypes(t *types.FuncType) error {
	for _, p := range t.Params {
		f.weight += uint64(p.Type.Weight())
	}
	if t.Result != nil {
		f.weight += uint64(t.Result.Weight())
	}
	if f.weight > maxWeight {
		return fmt.Errorf("more than %d types in the signatures of its functions", maxWeight)
	}
	return nil
}
