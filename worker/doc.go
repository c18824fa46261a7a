// Package worker keeps plugins alive and changes them while they are called. A
// [Worker] is a plugin of any contract as a supervised child: see
// [Worker.Child].
//
// # Failure
//
// A guest that traps has its instance replaced by the plugin's pool; its caller
// gets the trap, and nothing else happens. The worker fails, and its supervisor
// acts, when the plugin cannot make an instance, or when the worker's [Circuit]
// opens: by default after 10 traps in a row, or when half of at least 20 calls
// within 10 seconds trapped. What callers meet between that and the restart is the
// worker's [Policy], in the words of Envoy: they wait, within their deadlines
// (reload), or get an error (closed), or are told to go on without it (open).
//
// # Swapping
//
// [Worker.Swap] puts another version in the place of the one that runs. The steps
// are: its bytes are checked, loaded (compiled, linked, initialized), its
// operations are compared with those of the old version, and it is probed. A
// version that fails in a step is an error, a [*SwapError] that names the step,
// and changes nothing. Then new calls and those that wait go to the new version,
// and the old one ends its calls. No call is lost and none fails for it.
//
// For a while the new version is on [Trial]: if too many of its calls fail it is
// rolled back, and its bytes are not taken again unless somebody asks for them.
//
// With a [Watcher] a change of the worker's file is a swap. A file that is written
// in place is taken when it has been quiet for a while; one that is renamed into
// place is seen too. A file that is broken is an event and changes nothing.
//
// # Versions
//
// The bytes of the last versions are kept by their digest, in the folder
// Options.State or else in memory, so that [Worker.Rollback] and [Worker.Pin] do
// not need the file. What is pinned and what was rolled back is remembered there
// too: a worker that starts again, also after a crash, begins with the pinned
// version; without one, with its file; and if that is broken or was rolled back
// before, with the version that was in use last.
//
// # Handover
//
// State moves, and exclusive things are given up, only by a [Handover], which
// needs a plugin of one instance.
//
// # Concurrency
//
// All methods of a Worker are safe for concurrent use. A call that finds the
// worker running costs some nanoseconds more than the plugin's own and allocates
// nothing.
package worker
