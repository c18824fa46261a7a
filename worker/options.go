package worker

import (
	"cmp"
	"context"
	"time"

	"github.com/patchbay-go/patchbay/plugin"
)

// A Loader loads a guest. LoadWith of patchbay.Host is one; see also [From].
type Loader func(ctx context.Context, binary []byte, options plugin.Options) (*plugin.Plugin, error)

// From returns the loader of plugins that share hosts.
func From(hosts *plugin.Hosts) Loader {
	return func(ctx context.Context, binary []byte, options plugin.Options) (*plugin.Plugin, error) {
		return plugin.New(ctx, hosts, binary, options)
	}
}

// Options say what a worker runs and how it is kept alive.
type Options struct {
	// Plugin is how each version is loaded. Its Name is the worker's.
	Plugin plugin.Options

	// File is where the guest's binary is. It is read when the worker starts.
	File string

	// Watcher, if there is one, tells when File has changed; a good version is
	// swapped in then. Without one the file is read when asked for.
	Watcher *Watcher

	// ReloadOnTouch makes a file with the old contents and a new time as good as a
	// new version: all instances are made anew (WT-24).
	ReloadOnTouch bool

	// AwaitFile keeps a worker whose guest cannot be loaded running: it is down
	// until the file changes, and tries again then; and every minute at least if
	// something else than the file may be at fault. Without it, or without a
	// Watcher, Run returns the error, and whoever supervises it decides.
	AwaitFile bool

	// State is a folder in which the bytes of versions are kept and what is known
	// of them: which one is pinned, which ones were rolled back. A worker started
	// there again, also after a crash, goes on with the pinned version, or else
	// does not take a file that it has rolled back. Workers of several names share
	// a folder; one name is for one worker in one process at a time. Empty means
	// that all this is kept in memory.
	State string

	// Keep is how many versions are kept, the one in use included; by default 5,
	// or 2 if they are kept in memory. The one in use and the pinned one are always
	// kept.
	Keep int

	// Binary is the guest if there is no File.
	Binary []byte

	// Digest, if it is not empty, is the SHA-256 of the only version that may be
	// loaded, in hexadecimal.
	Digest string

	// Policy is what calls meet while the worker is down.
	Policy Policy

	// Circuit says when the worker fails because its guest does.
	Circuit Circuit

	// Probe is a call that a version must pass before it is used; nil means none.
	Probe *Probe

	// AllowMissing lets a new version lack operations that the old one has. The
	// bytes of a tube guest tell its operations; those of a waPC guest do not, and
	// nothing is compared.
	AllowMissing bool

	// Trial says when a new version is rolled back.
	Trial Trial

	// Handover is what the old version is asked before the new one takes over.
	Handover Handover

	// Drain is how long the calls of an old version are waited for; by default
	// 30 s. Those that take longer are not harmed: they end by their own limits,
	// and the version is freed then. An event says so.
	Drain time.Duration

	// Events is called for each event, in order. It must not block and must not
	// call the worker's methods other than Status. It may be nil.
	Events func(Event)
}

func (o Options) withDefaults() Options {
	o.Plugin.Name = cmp.Or(o.Plugin.Name, "plugin")
	o.Drain = cmp.Or(o.Drain, 30*time.Second)
	if o.Keep <= 0 {
		o.Keep = 5
		if o.State == "" {
			o.Keep = 2
		}
	}
	o.Circuit = o.Circuit.withDefaults()
	o.Trial = o.Trial.withDefaults()
	if o.Handover.wanted() {
		o.Plugin.Pool.Size = max(1, o.Plugin.Pool.Size)
	}
	return o
}

// check says what contradicts itself.
func (o Options) check() error {
	switch {
	case o.File == "" && o.Binary == nil:
		return ErrNoGuest
	case o.Handover.wanted() && o.Plugin.Pool.Size > 1:
		return ErrHandoverPool
	}
	return nil
}

// A Policy is what calls meet while a worker is down.
type Policy int

// The policies, in Envoy's words.
const (
	// Reload lets calls wait until the worker is up again, as long as their
	// context and the plugin's Limits.Timeout let them.
	Reload Policy = iota

	// Closed answers calls with [ErrDown].
	Closed

	// Open answers calls with [ErrSkipped]: the caller goes on as if there were
	// no plugin.
	Open
)

// String returns Envoy's word.
func (p Policy) String() string {
	switch p {
	case Closed:
		return "closed"
	case Open:
		return "open"
	}
	return "reload"
}

// A Probe is a call that a version must pass before it is used.
type Probe struct {
	// Operation and Payload are what is called.
	Operation string
	Payload   []byte

	// Check looks at what came of the call, and returns an error if that is not
	// what it must be. Without it the call must not fail.
	Check func(reply []byte, err error) error

	// Timeout is how long the call may take; by default as long as any.
	Timeout time.Duration
}

// A Handover is what the old version is asked before the new one takes over: each
// field is the name of an operation, called without a payload unless said, and
// not called if it is empty. Calls wait meanwhile, whatever the Policy, and for
// Options.Drain at most; then the swap is given up. A guest that answers an
// operation of the old version with an error, or lacks it, does not offer it, and
// nothing is done.
//
// Instances have a state each, so a plugin with a handover has a pool of one.
type Handover struct {
	// Quiesce has the old version give up what only one can have. With it the new
	// version is loaded after that, while calls wait.
	Quiesce string

	// Resume is called if the swap is given up after Quiesce.
	Resume string

	// Save answers with the state of the old version, and Restore takes it as its
	// payload in the new one. A new version that cannot restore it is not used.
	Save    string
	Restore string
}

func (h Handover) wanted() bool { return h != Handover{} }

// A Trial says when a new version is rolled back. It begins with a swap. As long
// as it lasts the version before stays loaded, so that to go back takes no time;
// after a [Handover] it does not, and to go back is a restart.
type Trial struct {
	// Off means that versions are never rolled back by themselves.
	Off bool

	// Calls and Time are how long it lasts: until that many calls were made, or
	// for so long, whichever ends first; by default 1,000 and 1 minute.
	Calls uint64
	Time  time.Duration

	// Rate is which part of the calls may fail; by default 0.5. Traps, errors of
	// the guest and instances that cannot be made are failures, what the caller is
	// to blame for is not.
	Rate float64

	// Least is how many calls must have failed before the rate counts; by default 5.
	Least uint64
}

func (t Trial) withDefaults() Trial {
	t.Calls = cmp.Or(t.Calls, 1000)
	t.Time = cmp.Or(t.Time, time.Minute)
	t.Rate = cmp.Or(t.Rate, 0.5)
	t.Least = cmp.Or(t.Least, 5)
	return t
}

// A Circuit opens when a guest fails too much, and the worker fails then. A call
// that was stopped at a deadline of its caller's or canceled is no failure of the
// guest; one that ran into the plugin's own Limits is, unless it had waited for an
// instance for most of that time.
type Circuit struct {
	// Row is how many traps in a row open it; by default 10, and any number does
	// not if it is less than 0.
	Row int

	// Rate is which part of the calls within Window must trap to open it, if they
	// are Least at least; by default half of 20 within 10 s. A window begins with a
	// trap, and the next one with the first trap after its end.
	Rate   float64
	Window time.Duration
	Least  uint64
}

func (c Circuit) withDefaults() Circuit {
	c.Row = cmp.Or(c.Row, 10)
	c.Rate = cmp.Or(c.Rate, 0.5)
	c.Window = cmp.Or(c.Window, 10*time.Second)
	c.Least = cmp.Or(c.Least, 20)
	return c
}
