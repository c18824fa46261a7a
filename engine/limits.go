package engine

import "time"

// Limits bound what one module may be and what one instance of it may use. The
// zero value of a field means its default, given with the field.
type Limits struct {
	// ModuleSize is the largest binary in bytes; by default 64 MiB.
	ModuleSize int

	// Functions is how many functions a module may define; by default 100,000.
	Functions int

	// FunctionSize is the largest function body in bytes; by default 4 MiB.
	FunctionSize int

	// Complexity is how much one function may cost a compiler beyond its size,
	// where values, branches, loops and calls multiply; by default 30,000,000,
	// which is more than is known of real programs. A unit is up to 100 ns and some
	// tens of bytes, so at the default the worst function takes some seconds and
	// about 1 GB. All functions of a module together may have that and
	// 10 for each byte.
	Complexity int

	// MemoryBytes is how large the linear memory of one instance may be or
	// grow, rounded down to pages; by default 256 MiB and at most 65,535 pages. A
	// module that declares more is refused; growth beyond it yields -1.
	MemoryBytes uint64

	// Memory is what the instances of this module have linear memory from
	// together with those of others: an instance for which not enough is left is
	// refused with [ErrMemoryBudget], and growth beyond it yields -1. It counts a
	// memory by its size, whether it was written to or not, until the instance is
	// freed. By default there is none.
	Memory *MemoryBudget

	// Stack is how many bytes the machine stack of one call may take, by default
	// 16 MiB; a call that needs more traps with [StackOverflow]. It is looked at
	// some ten thousand times a second at least, so a guest may be beyond by what
	// it calls meanwhile, usually some hundred KiB. A call within a call has a
	// stack of its own. Only engine/wazero looks at it, and only when it compiles:
	// there code has some 100 MB in any case, and 2,000 calls within each other
	// when it is interpreted. What wazero keeps for exception handlers that are
	// open may take four times as much.
	Stack uint64

	// TableElements is how many elements the tables that a module defines may have
	// together; by default 1,000,000. A module that declares more is refused;
	// growth beyond it yields -1. A table counts where it is defined; those that a
	// module imports it can make as large as that together.
	TableElements int

	// Timeout is how long one call, one start function included, may last. By
	// default there is none.
	Timeout time.Duration

	// Stretch is how long the guest may run without calling a host function that
	// can wait ([HostFunc].Blocks); what it waits in one does not count. It is
	// for programs that may last for ever, and stops those that spin: with it and
	// without a Timeout a program may wait for a minute, but not compute for one.
	// It counts from when the guest has run for some microseconds. By default
	// there is no limit.
	Stretch time.Duration

	// Fuel is how many units of work one call may spend, one start function
	// included; a call that spends more traps with [OutOfFuel]. By default there
	// is no limit. A unit is about one pass through a loop or one call of a
	// function, and more for instructions that work for long; what exactly is up
	// to the engine. The same call of the same module in the same state spends
	// the same, on whatever machine. What calls that the host makes into an
	// instance from within its call spend, the outer call has spent too. A call
	// may be stopped late, by some 16,000 units, and where instances call one
	// another directly by as many for each of them, but no call that spent more
	// succeeds.
	//
	// An engine that does not count fuel refuses modules with a limit on it.
	Fuel uint64

	// HostBytes is how many bytes of payloads, replies and texts one call may pass
	// to host functions and get from them, by default 1 GiB; a call that moves
	// more traps with [OutOfHostBytes]. It is the contract under which the guest
	// runs that counts ([HostBytes]): packages wapc and component do, and say what
	// exactly. Request and response of the call itself do not count, and neither
	// does what a guest reads and writes through WASI.
	HostBytes uint64

	// Trusted says that the module is no guest's: the host generated it, and knows
	// that its own code ends soon, whatever it calls. An engine need not count what
	// it spends, and traps have no frames of it.
	Trusted bool
}

// WithDefaults returns l with its defaults filled in.
func (l Limits) WithDefaults() Limits {
	fill(&l.ModuleSize, 64<<20)
	fill(&l.Functions, 100_000)
	fill(&l.FunctionSize, 4<<20)
	fill(&l.Complexity, 30_000_000)
	fill(&l.Stack, 16<<20)
	fill(&l.HostBytes, 1<<30)
	fill(&l.TableElements, 1_000_000)
	fill(&l.MemoryBytes, 256<<20)
	l.MemoryBytes = min(l.MemoryBytes, 65_535*PageSize)
	return l
}

func fill[T int | uint64](field *T, value T) {
	if *field == 0 {
		*field = value
	}
}

// MemoryPages returns MemoryBytes in pages, defaults filled in.
func (l Limits) MemoryPages() uint32 {
	return uint32(l.WithDefaults().MemoryBytes / PageSize)
}
