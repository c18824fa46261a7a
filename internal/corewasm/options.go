package corewasm

// Options say how [Rewrite] changes a module.
type Options struct {
	// Import returns the module name and name that the import of that number
	// gets. If nil, imports keep their names.
	Import func(i int, imported Import) (module, name string)

	// TickModule and TickName are the names of the function import that is
	// added as the last import: type () -> (i64), called when the slice is
	// spent, returning the next one.
	TickModule, TickName string

	// Slice is how many units the counter begins with.
	Slice int64

	// Waits makes memory.atomic.wait32, wait64 and notify of a module with a
	// shared memory calls of functions named [WaitNames], which are imported
	// after the tick from the same module. They get the operands of the
	// instruction and, as an i32 more, its constant offset; they return its i32.
	Waits bool

	// Grow makes memory.grow a call of the function named [GrowName], which is
	// imported after all others from the tick's module. It is for Unmetered.
	Grow bool

	// Unmetered leaves the countdowns out, for an engine that interrupts code
	// itself, though not within an instruction: bulk instructions are still
	// done in chunks. Tick and counter are there and not used.
	Unmetered bool

	// TableElements is how large table.grow can make the tables that the module
	// defines, all together, and those that it imports, unless it is 0. With
	// Unmetered it bounds several tables only; the engine bounds one.
	TableElements uint32

	// CounterName is the name under which the counter is exported, if it is not
	// empty and the module has no export of that name.
	CounterName string

	// ModuleName is the name that the module gets in its new name section, for
	// an engine's stack traces.
	ModuleName string

	// Trace adds debug information that makes wazero's stack traces begin each
	// frame with the offset of the instruction in the code section, as in
	// "0x1a2: ". See [OffsetMap].
	Trace bool

	sizes bulkSizes // others than usualSizes, in tests
}

// A Rewritten is the outcome of [Rewrite].
type Rewritten struct {
	// Binary is the new module.
	Binary []byte

	// Offsets leads from offsets in the new code section to the old.
	Offsets *OffsetMap

	// Functions leads from indices of functions in the new module to the old.
	Functions FunctionMap

	// Unneeded says that the code does what the old code does: no bulk
	// instruction had to be split and nothing replaced. It is for Unmetered.
	Unneeded bool

	// Throws says that the module throws or catches exceptions, for which
	// engines keep things that they may give back only between calls.
	Throws bool
}

// A FunctionMap leads from the indices of functions in a rewritten module to
// those in the original.
type FunctionMap struct {
	tick  uint32 // the first of the imports that were added
	own   uint32 // the first function that the module defines
	first uint32 // the first function that was added after them
}

// Original returns the index of a function in the original module, or false for
// a function that the original does not have.
func (m FunctionMap) Original(index uint32) (uint32, bool) {
	switch {
	case index < m.tick:
		return index, true
	case index < m.own || index >= m.first:
		return 0, false
	}
	return index - m.added(), true
}

// added is by how much the indices of what the module defines have grown.
func (m FunctionMap) added() uint32 { return m.own - m.tick }
