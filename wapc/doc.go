// Package wapc is the waPC contract: a guest exports one function that takes
// the lengths of an operation's name and of a payload, fetches both into
// buffers of its own, may call the host meanwhile, and hands over a reply or an
// error text.
//
// [NewHost] offers the functions that such guests import, once for each engine;
// [Host.Link] checks a compiled module against the contract and finds its
// imports; [Module.Instantiate] makes an [Instance] and runs its initializers;
// [Instance.CallAppend] calls it. What a guest asks of the host goes to a
// [bus.Handler].
//
// # Where hosts disagree
//
// Initializers are _start, _initialize and wapc_init, in that order, each if
// exported, once per instance, and none of them runs unless __guest_call is
// there with its right type (WP-02, WP-08). Exit code 0 ends an initializer
// well and leaves the instance callable (WP-04, WP-05). A guest that answers
// "done" and hands over nothing has given an empty reply; one that handed over a
// reply and an error, and says "done", has replied (table A.4.1 of the
// contract's notes). During initializers there is no request: __guest_request
// writes nothing (WP-10).
//
// Pointers of guests are not trusted: what is not within the guest's memory
// ends the guest's call with a trap (WP-22, WP-47), as do names and texts that
// are not UTF-8 (WP-46); zero bytes are legal at any pointer (WP-21).
//
// # Bytes
//
// A payload is copied once at each crossing (WP-25, WP-49): the request from the
// caller's slice into the guest, the reply from the guest into the caller's
// dst, a host call's payload from the guest into a buffer of the instance, and
// the handler's reply into the guest. Nothing that a handler or a caller holds is
// a view into a guest.
//
// # Older guests
//
// __host_call has eight parameters since 2020; guests of before, with six (no
// binding) or four (no namespace either), are told apart by its type. The
// functions env.abort, env.trace, env.seed and env.__console_log are there for
// AssemblyScript and Zig.
package wapc
