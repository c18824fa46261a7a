package tube

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/patchbay-go/patchbay/engine"
)

const (
	// DefaultIndex is where payloads lie in guests that have no allocator.
	DefaultIndex = 42

	// Room is how many bytes a place that a guest allocates has besides those of
	// the payload.
	Room = 4096

	// Section is the name of the custom section that marks a tube guest.
	Section = "tube"
)

// memoryName is the name under which guests export their memory.
const memoryName = "memory"

// initializerNames are the functions that run once in each new instance, before
// any call, if they are exported.
var initializerNames = [...]string{"_start", "_initialize"}

// Recognize reports whether m says that it is a tube guest: it exports the
// function tube_alloc or has a custom section named tube.
func Recognize(m engine.Module) bool {
	return len(m.Custom(Section)) > 0 || slices.ContainsFunc(m.Exports(), func(e engine.Export) bool {
		return e.Name == allocName && e.Type.Kind == engine.KindFunc
	})
}

// A Function is one that a tube guest can be called by.
type Function struct {
	Name string

	// Extra are the types of the arguments after index and length, each I32 or
	// I64.
	Extra []engine.ValueType

	// Long says that the result is an i64: pointer and length of the reply.
	Long bool

	slots int
}

// String returns the function as in "blur(index, length, i32, i32)".
func (f Function) String() string {
	var b strings.Builder
	b.WriteString(f.Name + "(index, length")
	for _, t := range f.Extra {
		b.WriteString(", " + t.String())
	}
	return b.String() + ")"
}

// Functions returns those of exports by which a tube guest can be called, in
// their order: functions of type (i32, i32, …) -> (i32) or (i64), but none of an
// allocator, and none whose name begins with two underscores.
func Functions(exports []engine.Export) []Function {
	var found []Function
	for _, e := range exports {
		if e.Type.Kind != engine.KindFunc || ofRuntime(e.Name) {
			continue
		}
		if f, ok := function(e.Name, e.Type.Func); ok {
			found = append(found, f)
		}
	}
	return found
}

// function returns the function of that name and type, if it is one of the
// contract.
func function(name string, t engine.FuncType) (Function, bool) {
	integer := func(t engine.ValueType) bool { return t == engine.I32 || t == engine.I64 }
	pair := len(t.Params) >= 2 && t.Params[0] == engine.I32 && t.Params[1] == engine.I32
	if !pair || len(t.Results) != 1 || !integer(t.Results[0]) {
		return Function{}, false
	}
	for _, extra := range t.Params[2:] {
		if !integer(extra) {
			return Function{}, false
		}
	}
	return Function{Name: name, Extra: t.Params[2:], Long: t.Results[0] == engine.I64, slots: t.Slots()}, true
}

// A Config says how the instances of one module are called. Its zero value is
// that of wasmtube, with the guest's allocator if it has one.
type Config struct {
	// Index is where payloads lie. 0 means that the guest's allocator says, or
	// [DefaultIndex] if it has none; with any other index it is not asked. Index
	// 0 itself cannot be had: to most languages it is the null pointer.
	Index uint32

	// Timeout is how long a call may last in which the guest is called twice or
	// more, since its allocator is asked; 0 means as long as ctx lets it. It should
	// be that of the [engine.Limits], which bounds each of these by itself.
	Timeout time.Duration

	// Provided are the modules that the guest may import from, such as those of
	// WASI.
	Provided map[string]engine.Instance
}

// Link checks m against the contract and finds what it imports. A module
// without a memory named memory, without a function of the contract, or with a
// tube_alloc or an initializer of another type than it must have is refused,
// before any of its code runs. Imports that nothing provides are an
// [*engine.LinkError].
func Link(m engine.Module, config Config) (*Module, error) {
	module := &Module{core: m, config: config, functions: map[string]Function{}, types: map[string]engine.ExternType{}}
	for _, e := range m.Exports() {
		module.types[e.Name] = e.Type
	}
	for _, f := range Functions(m.Exports()) {
		module.functions[f.Name] = f
		module.names = append(module.names, f.Name)
	}
	if err := module.checkExports(); err != nil {
		return nil, err
	}
	imports, err := engine.Link(m, config.Provided)
	if err != nil {
		return nil, err
	}
	module.imports = imports
	return module, nil
}

func (m *Module) checkExports() error {
	memory, ok := m.types[memoryName]
	switch {
	case !ok:
		return errors.New("the guest does not export a memory named memory, through which tube guests are called")
	case memory.Kind != engine.KindMemory:
		return fmt.Errorf("export memory is a %v, not a memory", memory.Kind)
	case len(m.functions) == 0:
		return errors.New("the guest exports no function of type (i32, i32, …) -> (i32), by which tube guests are called")
	}
	var err error
	if m.allocator, err = findAllocator(m.types); err != nil {
		return err
	}
	for _, name := range initializerNames {
		t, ok := m.types[name]
		switch {
		case !ok:
			continue
		case t.Kind != engine.KindFunc || !t.Func.Equal(engine.FuncType{}):
			return fmt.Errorf("initializer: export %s is a %v, not a func () -> ()", name, t)
		}
		m.initializers = append(m.initializers, name)
	}
	return nil
}
