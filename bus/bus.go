// Package bus is the vocabulary of the invocation bus: what is asked
// ([Invocation]), what comes back ([Reply] or [Fault]) and who answers
// ([Handler]). A guest's call to the host is an invocation; so will be every
// call between guests, services and machines.
//
// It moves bytes and knows no guest, no contract and no engine.
package bus

import "context"

// A Handler answers invocations. It is called from many goroutines at once.
//
// An error that is or wraps a [*Fault] travels with its code and text; any other
// error is a fault of code [Unknown] with the error's text. Guests see the text.
//
// The context ends with the guest's call, carries the values of the call's own
// context, and is the handler's until it returns: it is reused for later calls
// then, unless it was asked for its Done, Deadline, Err or a Value before. A
// goroutine that outlives the handler gets one that was derived from it with
// context.WithCancel before the handler returned.
type Handler interface {
	Invoke(ctx context.Context, inv *Invocation) (Reply, error)
}

// A HandlerFunc is a function that is a Handler.
type HandlerFunc func(ctx context.Context, inv *Invocation) (Reply, error)

// Invoke calls f.
func (f HandlerFunc) Invoke(ctx context.Context, inv *Invocation) (Reply, error) {
	return f(ctx, inv)
}

// An Invocation is one request. The handler reads it; it and its payload are
// valid until the handler returns, so a handler that keeps any of it clones it.
type Invocation struct {
	// Caller is who asks.
	Caller Caller

	// Binding, Namespace and Operation say what is asked for, from the outside
	// in. Each may be empty, and what they mean is between guest and handler:
	// waPC guests name a configured connection, a family of operations and the
	// operation (WP-40).
	Binding   string
	Namespace string
	Operation string

	// Format says how Payload is written, if the contract says it.
	Format Format

	// Payload is the argument; it may be empty.
	Payload []byte
}

// A Caller is the guest that makes an invocation. The zero Caller is the host's
// own program.
type Caller struct {
	// Plugin is the name under which the guest was loaded.
	Plugin string

	// Instance tells the instances of one process apart; it counts from 1
	// (WP-60).
	Instance uint64
}

// A Reply is a successful answer. The payload belongs to the bus once the
// handler has returned; it may be the invocation's own payload.
type Reply struct {
	Format  Format
	Payload []byte
}

// A Format says how a payload is written. The zero Format is bytes about which
// nothing is known.
type Format string

// The formats with a name.
const (
	Bytes       Format = ""
	JSON        Format = "json"
	MessagePack Format = "messagepack"
	CBOR        Format = "cbor"
	Text        Format = "text"
)
