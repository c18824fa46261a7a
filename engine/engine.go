package engine

import "context"

// An Engine compiles core modules and hosts functions for them. It is safe for
// concurrent use.
type Engine interface {
	// Compile checks the binary against limits (see [Check]) and compiles it.
	// The context bounds the wait for a free compiler; a compilation that has
	// begun runs to its end. The engine does not keep binary.
	Compile(ctx context.Context, binary []byte, limits Limits) (Module, error)

	// Host makes an instance whose exports are the given functions of the host,
	// under their names. It costs some microseconds per function, so make one
	// for each contract and share it among all guests: a function learns at each
	// call which instance called it. The functions go when the instance and all
	// that import from it are closed, or with the engine.
	Host(ctx context.Context, funcs ...HostFunc) (Instance, error)

	// Close closes every module and every instance of the engine. Their calls
	// must have returned before: a guest that still runs then has no memory.
	Close(ctx context.Context) error
}

// A CheckedCompiler is an [Engine] that compiles what was checked before, so that
// whoever has to know that a module is sound before it is compiled does not have it
// checked twice.
type CheckedCompiler interface {
	// CompileChecked is Compile for a module that was checked against its limits.
	// The names, unless they are nil, are those of the exports that its imports will
	// be given, one for each import and in that order: an engine that looks imports
	// up by name is then saved making a module for each name that differs, at each
	// instantiation, to say so. Imports may be given others.
	CompileChecked(ctx context.Context, module *Checked, names []string) (Module, error)
}

// An Interpreter is an [Engine] that may interpret guests. What hosts generate to
// stay within guests' code is then slower than to leave it.
type Interpreter interface {
	// Interprets reports whether guests are interpreted.
	Interprets() bool
}

// A Module is a compiled core module. It is immutable and safe for concurrent
// use.
type Module interface {
	// Imports lists what the module asks for, in the order of its binary. The
	// same module and name may stand there more than once.
	Imports() []Import

	// Exports lists what the module offers, in the order of its binary.
	Exports() []Export

	// Custom returns the contents of the custom sections of that name, in the
	// order of the binary. The caller does not modify them.
	Custom(name string) [][]byte

	// Instantiate links imports, one for each of Imports and in that order,
	// and runs the start function if there is one. The start function obeys ctx
	// and the timeout of the module's limits like any call. The engine does not
	// keep imports.
	Instantiate(ctx context.Context, imports []Extern, config InstanceConfig) (Instance, error)

	// Close gives the compiled code back once the last instance is closed.
	Close(ctx context.Context) error
}

// InstanceConfig is what one instance gets besides its imports. Data and System
// are for the host functions that it calls: the engine keeps them and never looks
// at them.
type InstanceConfig struct {
	// Data is the state of the contract under which the guest runs; host
	// functions find it as their caller's [Instance.Data].
	Data any

	// System is the state of the system interface that the guest was granted;
	// host functions find it as their caller's [Instance.System].
	System any

	// Beside is an instance of the same engine that this one belongs to, or nil:
	// others may import from both, whatever has run in either by then. One
	// goroutine at a time uses instances that belong together.
	Beside Instance
}

// An Instance is an instantiated module. One goroutine at a time uses it. A
// trap leaves it callable, but with a memory in whatever state the guest left
// it: the layers above discard it.
type Instance interface {
	// Func returns the exported function of that name, or nil. Look it up once:
	// the lookup is slow, and a Func keeps its machine stack for the next call.
	Func(name string) Func

	// Memory returns the exported memory of that name, or nil.
	Memory(name string) Memory

	// Global returns the exported global of that name, or nil.
	Global(name string) Global

	// Export returns the type of the export of that name, and whether there is
	// one.
	Export(name string) (ExternType, bool)

	// Data returns InstanceConfig.Data.
	Data() any

	// System returns InstanceConfig.System.
	System() any

	// Close frees the instance and gives its memory back. A call that is still
	// running must have returned before.
	Close(ctx context.Context) error
}

// A Func is an exported function of an instance.
type Func interface {
	// Type returns the function's type. The caller does not modify it.
	Type() FuncType

	// Call runs the function. The stack holds one slot per parameter and is
	// overwritten with one per result; it is as long as the larger of the two.
	// An i32 is in the low half of its slot, and the high half of a result is
	// zero; floats are their bits. A v128 takes two slots, low half first.
	//
	// The guest stops when ctx ends and when the call has lasted as long as
	// [Limits.Timeout]. The error is a [*Trap] when the guest is at fault or
	// was stopped. A Func may be called again from within its own call.
	Call(ctx context.Context, stack []uint64) error
}

// A Memory is a linear memory.
type Memory interface {
	// Bytes is the memory as it is now, of its whole size. It is a view: it
	// sees what the guest writes, and it must not be used after the guest ran
	// again or the memory grew.
	Bytes() []byte

	// Grow adds pages of 64 KiB and returns the size in pages before, or false
	// when the memory's maximum or the limits forbid it.
	Grow(pages uint32) (before uint32, ok bool)
}

// A Global is an exported global variable. The value is in a slot as in
// [Func.Call]; v128 and reference globals are not reachable from the host.
type Global interface {
	// Get returns the value.
	Get() uint64

	// Set changes the value. It panics if the global is immutable.
	Set(value uint64)
}

// An Extern is an export of an instance, given to another one as an import.
type Extern struct {
	Instance Instance
	Name     string
}

// A HostFunc is a function of the host that guests can import.
type HostFunc struct {
	// Name is the name under which the host instance exports it.
	Name string

	// Type is the type that guests import it with.
	Type FuncType

	// Blocks says that the function may wait for something outside the guest:
	// before it runs the call is stopped if it must end (see [Task.Block]).
	// Functions that return at once leave it false.
	Blocks bool

	// Call is the function. The stack holds the parameters, the high half of an
	// i32 slot already cleared, and takes the results. The caller is the
	// instance whose code made the call; reach its state through Data. ctx is
	// the call's context (see [Task]): it is valid until Call returns.
	//
	// An error ends the guest's call: a *Trap as it is; any other error as what
	// stopped the call if its context has ended, else as a Trap of kind
	// [HostFault] that wraps it. A panic is a HostFault too.
	Call func(ctx context.Context, caller Instance, stack []uint64) error
}

// View returns size bytes of m from ptr on, or false if they are not all within
// the memory. Zero bytes are legal at any pointer, also beyond the memory
// (WP-21). The view obeys the rules of [Memory.Bytes].
func View(m Memory, ptr, size uint32) ([]byte, bool) {
	if size == 0 {
		return nil, true
	}
	bytes := m.Bytes()
	end := uint64(ptr) + uint64(size)
	if end > uint64(len(bytes)) {
		return nil, false
	}
	return bytes[ptr:end:end], true
}
