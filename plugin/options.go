package plugin

import (
	"cmp"
	"log/slog"
	"runtime"
	"time"

	"github.com/patchbay-go/patchbay/bus"
	"github.com/patchbay-go/patchbay/component"
	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/wasi"
)

// DefaultTimeout is how long a call may last when Limits.Timeout does not say.
const DefaultTimeout = 10 * time.Second

// Options say how a guest is loaded. The zero value grants it nothing and
// answers every call that it makes with an error.
type Options struct {
	// Name stands in errors, in logs, and in the Caller of invocations. It is
	// usually the file's name; "plugin" if it is empty.
	Name string

	// Contract says how the guest is called. Empty, the module tells by its
	// imports, its exports and the names of its custom sections.
	Contract Contract

	// Index is where the payloads of a tube guest lie in its memory. 0 means that
	// its allocator says, or [tube.DefaultIndex] if it has none.
	Index uint32

	// Handler answers what guests ask of the host. It is called from many
	// goroutines at once. For a component it answers the functions that it
	// imports: the interface is the invocation's namespace, the function its
	// operation, the payload a JSON array of arguments and the reply the result as
	// JSON.
	Handler bus.Handler

	// Imports offers what components import, in Go: what package wit/bindgen writes
	// for a world fits, as in world.Imports{Log: logger}.Define. What it offers the
	// Handler is not asked for. It is called for each component that is loaded, also
	// by Replace.
	Imports func(*component.Linker)

	// UnmetTraps lets a component be loaded whose imports nothing provides: calls
	// of them trap. Else the error names them all.
	UnmetTraps bool

	// WASI is what the guest may touch. Every instance gets it anew: a table of
	// descriptors of its own, over the same files and streams.
	WASI wasi.Config

	// Limits bound the module and each of its instances. Timeout is how long a
	// call may last, the wait for an instance included, and how long each
	// initializer of an instance; 0 means DefaultTimeout, less means for ever.
	// The context of a call can only shorten it.
	Limits engine.Limits

	// Pool says how many instances there may be and how long they live.
	Pool Pool

	// Logger gets what guests log, at level Info and with the attributes plugin
	// and instance, and what goes wrong where no caller would learn of it. Nil
	// means slog.Default().
	Logger *slog.Logger
}

// Pool says how many instances a plugin has and how long they live.
type Pool struct {
	// Size is how many instances there may be at once; by default
	// runtime.GOMAXPROCS(0). More make sense when handlers wait for something.
	Size int

	// Warm is how many instances are kept, in use or not: that many are made
	// when the plugin is loaded, and those that end are replaced at once. There
	// is one at least when loading returns. It is at most Size.
	Warm int

	// Queue is how many calls may wait while the pool is full; by default
	// 65,536, and none if it is less than 0. One more gets [ErrOverloaded].
	Queue int

	// MaxCalls retires an instance after that many calls; 0 means never.
	MaxCalls uint64

	// MaxAge retires an instance that long after it was made, when it is free
	// or becomes so; 0 means never.
	MaxAge time.Duration

	// MaxMemory retires an instance whose linear memory is larger than that
	// many bytes after a call; 0 means never. Linear memory never shrinks: this
	// is how to get it back.
	MaxMemory uint64
}

func (p Pool) withDefaults() Pool {
	if p.Size <= 0 {
		p.Size = runtime.GOMAXPROCS(0)
	}
	p.Warm = min(max(p.Warm, 0), p.Size)
	switch {
	case p.Queue == 0:
		p.Queue = 65_536
	case p.Queue < 0:
		p.Queue = 0
	}
	return p
}

func (o Options) withDefaults() Options {
	o.Name = cmp.Or(o.Name, "plugin")
	switch {
	case o.Limits.Timeout == 0:
		o.Limits.Timeout = DefaultTimeout
	case o.Limits.Timeout < 0:
		o.Limits.Timeout = 0
	}
	o.Pool = o.Pool.withDefaults()
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	return o
}
