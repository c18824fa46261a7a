package component

import (
	"strconv"

	"github.com/patchbay-go/patchbay/component/internal/abi"
	"github.com/patchbay-go/patchbay/component/internal/task"
	"github.com/patchbay-go/patchbay/component/internal/validate"
	"github.com/patchbay-go/patchbay/component/types"
	"github.com/patchbay-go/patchbay/engine"
)

// A program is a component with all that is nested in it as one list of steps.
// Whatever a step makes has its place in a list of the instance, by an index that
// is fixed here.
type program struct {
	steps []step

	parents   []int // of component instances
	modules   []*Module
	cores     int // how many core instances
	lifts     []liftPlan
	lowers    []lowerPlan
	resources []resourcePlan
	imports   []importPlan

	// calls are the core functions that the host calls, and memories the memories
	// that it sees: each once, however many use it.
	calls, memories itemList

	// adapters are the core modules that take calls between component instances,
	// and fused is how many functions they have. Apart are the steps without them.
	adapters []adapterPlan
	made     int // how many instances of them
	fused    int
	apart    []step

	mostImports int // of a step

	// functions are what core modules import from the host instance.
	functions []engine.HostFunc

	builtins []builtinPlan

	exports map[string]item

	// open says that this is no more than the imports: what the component does
	// depends on modules or components among them.
	open bool
}

// nextName returns the name of the next function: short, see renameImports.
func (p *program) nextName() string { return strconv.FormatInt(int64(len(p.functions)), 36) }

// separate has calls between component instances go through Go.
func (p *program) separate() {
	p.steps, p.adapters, p.made, p.fused = p.apart, nil, 0, 0
	p.measure()
}

// measure finds what instances need room for.
func (p *program) measure() {
	for n := range p.steps {
		p.mostImports = max(p.mostImports, len(p.steps[n].imports))
	}
}

// given returns what the first core instance of each module is given as imports.
func (p *program) given() [][]coreItem {
	given := make([][]coreItem, len(p.modules))
	for n := range p.steps {
		if s := &p.steps[n]; s.kind == stepCore && given[s.module] == nil {
			given[s.module] = s.imports
		}
	}
	return given
}

// A step makes one thing.
type step struct {
	kind  stepKind
	index int // in the list of its kind

	// Of a core instance or adapter: its module, and where its imports come from.
	module  int
	imports []coreItem
}

type stepKind uint8

const (
	stepCore stepKind = iota
	stepLower
	stepResource
	stepAdapter
)

// A coreItem is an export of a core instance, or if function is not noFunction
// one of the host instance. Instances before the first are adapters, the last of
// them the first: see adapterInstance.
type coreItem struct {
	instance int
	name     string
	function int
}

const noFunction = -1

// An itemList numbers items.
type itemList struct {
	items []coreItem
	index map[coreItem]int
}

// add returns the number of an item.
func (l *itemList) add(item coreItem) int {
	if known, ok := l.index[item]; ok {
		return known
	}
	if l.index == nil {
		l.index = map[coreItem]int{}
	}
	l.index[item] = len(l.items)
	l.items = append(l.items, item)
	return len(l.items) - 1
}

// An optionPlan is the options of a lifted or lowered function: numbers of
// memories and calls, or notGiven.
type optionPlan struct {
	encoding                    abi.Encoding
	memory, realloc, postReturn int
	shared                      bool // the memory is one that threads share
}

const notGiven = -1

type liftPlan struct {
	signature *abi.Signature
	core      int // of the calls
	instance  int
	options   optionPlan
}

// A lowerPlan lowers a function that is lifted, or an import.
type lowerPlan struct {
	signature *abi.Signature
	instance  int
	options   optionPlan
	callee    function
	transfer  *abi.Transfer // to a lifted function
	function  int           // of the functions
}

// A builtinPlan is a built-in with which an instance makes or drops handles.
type builtinPlan struct {
	instance int
	slot     task.Slot
	drops    bool
}

// A resourcePlan is a resource type: of an instance, or an import.
type resourcePlan struct {
	typ      *types.ResourceType // as signatures have it
	name     string
	instance int
	imported bool
	index    int // of an import
	dtor     int // of the calls, or notGiven
}

// An importPlan is something that the host must have, or must not have as
// something else: what is at that path, of names of instances and its own.
type importPlan struct {
	path      []string
	kind      importKind
	extern    types.Extern   // as the component has it
	signature *abi.Signature // of a function
	index     int            // of sameResource: that of the import that it must be the same as
}

type importKind uint8

const (
	importFunction importKind = iota
	importResource
	importInstance // need not be there: what is in it is imported by itself
	sameResource   // need not be there
	importModule
	importComponent
)

// An item is what an index or a name means.
type item struct {
	function  *function
	instance  *instanceItem
	component *componentItem
	module    *Module
	resource  *types.ResourceType // as signatures have it
}

// A function is a function of a component: an import if lift is notLifted.
type function struct {
	signature *abi.Signature
	lift      int
	imported  int
}

const notLifted = -1

type instanceItem struct{ exports map[string]item }

// A componentItem is a component, and where it was defined: scope is nil if that
// is nowhere, and code has its core modules.
type componentItem struct {
	def   *validate.Component
	scope *scope
	code  *code
}
