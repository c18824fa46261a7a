// Package plugin holds loaded guests. A [Plugin] is a compiled module of some
// contract, told apart by its bytes, and a bounded pool of instances of it.
//
// # Calls
//
// An instance runs one call at a time; a plugin runs as many as its pool has
// instances. A free instance is reused before a new one is made, and a new one
// is made only while the pool is not full. When nothing is free, calls wait in
// the order in which they came, as long as their context, the plugin's timeout
// and the queue's limit allow. A call that found a free instance neither locks
// nor allocates.
//
// A trap ends an instance: it is never called again, and the pool makes another
// one when it is needed. An error that the guest answers with does not.
//
// A handler that calls the plugin that called it gets a free instance or makes
// one. When there is none and the pool is full it gets [ErrHeld] at once, for it
// would wait for itself.
//
// # Components
//
// Besides bytes, components are called with types: [Plugin.Func], [Bind], and clients
// that package wit/bindgen generated, which are bound to the plugin itself. All take
// an instance of the pool for each call. Calls that pass handles to resources of the
// guest need one of their own, which a [Session] keeps.
//
// # Budgets
//
// All plugins of one [Hosts] have a [Budget] together: linear memory, instances,
// compilations at a time. What goes beyond is refused with a [*BudgetError], and
// nothing else suffers. Calls that find an instance never meet it.
//
// # Errors
//
// Every error of a plugin is or wraps an [*Error], which names the plugin and
// the operation. Below it is a *wapc.GuestError or a *tube.GuestError when the
// guest answered with an error, an *engine.Trap when the guest was at fault or was
// stopped, a context's error, one of the sentinels of this package, or another
// error of package tube, about how a tube guest was called or what it returned.
//
// # Concurrency
//
// All methods of a Plugin are safe for concurrent use.
package plugin
