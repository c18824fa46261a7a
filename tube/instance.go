package tube

import (
	"context"
	"math"

	"github.com/patchbay-go/patchbay/engine"
)

// An Instance is one instance of a guest, its initializers done. One goroutine
// at a time uses it. It keeps its memory from call to call (WT-16); after a trap
// that is in whatever state the guest left it, and the instance should be
// closed.
type Instance struct {
	module *Module
	core   engine.Instance
	memory engine.Memory

	callees map[string]*callee // by name, those that were called
	place   place
	busy    bool
	closed  bool
}

// A Request is one call of a guest.
type Request struct {
	// Function is the name of the guest's export.
	Function string

	// Payload is what is written at the index. It is only read.
	Payload []byte

	// Extra are the arguments after index and length. For an i32 each is of
	// -2³¹ to 2³²-1.
	Extra []int64

	// Index is where the payload lies in this call, whatever the allocator or
	// [Config] say; 0 means that they do.
	Index uint32
}

// Call calls a function that takes index and length, and returns its reply in a
// slice of its own. See [Instance.CallWith].
func (in *Instance) Call(ctx context.Context, function string, payload []byte) ([]byte, error) {
	return in.CallAppend(ctx, nil, function, payload)
}

// CallAppend calls a function that takes index and length, and returns dst with
// the reply appended. See [Instance.CallWith].
func (in *Instance) CallAppend(ctx context.Context, dst []byte, function string, payload []byte) ([]byte, error) {
	return in.call(ctx, dst, &Request{Function: function, Payload: payload})
}

// CallWith makes a call and returns dst with the reply appended. The payload
// must not overlap the free part of dst. If dst has room for the reply, and the
// guest a place for the payload, the call allocates nothing; payload and reply
// are copied once each.
//
// Errors are a [*MissingError] or [*SignatureError] for the function, a
// [*SizeError] or [*AllocError] for a payload that has no place, a
// [*GuestError] that the guest answered with, a [*LengthError] for a length that
// is none, and an [*engine.Trap]. After an error that is or wraps a trap the
// instance should be closed. dst is returned as it was then, but the bytes after
// its end may have changed.
func (in *Instance) CallWith(ctx context.Context, dst []byte, request *Request) ([]byte, error) {
	return in.call(ctx, dst, request)
}

// A callee is a function that was looked up.
type callee struct {
	Function
	code  engine.Func
	stack []uint64
}

func (in *Instance) call(ctx context.Context, dst []byte, request *Request) ([]byte, error) {
	if err := in.enter(); err != nil {
		return dst, err
	}
	if timeout := in.module.config.Timeout; timeout > 0 && in.asks(request) {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	in.busy = true
	reply, err := in.exchange(ctx, dst, request)
	in.busy = false
	if err != nil {
		return dst, err
	}
	return reply, nil
}

// enter says why the instance cannot be used now.
func (in *Instance) enter() error {
	switch {
	case in.closed:
		return ErrClosed
	case in.busy:
		return ErrBusy
	}
	return nil
}

// exchange writes the payload, calls the function and reads the reply.
func (in *Instance) exchange(ctx context.Context, dst []byte, request *Request) ([]byte, error) {
	f, err := in.callee(request)
	if err != nil {
		return nil, err
	}
	index, err := in.write(ctx, request.Index, request.Payload)
	if err != nil {
		return nil, err
	}
	f.stack[0], f.stack[1] = uint64(index), uint64(len(request.Payload))
	for i, extra := range request.Extra {
		f.stack[2+i] = slot(f.Extra[i], extra)
	}
	if err := f.code.Call(ctx, f.stack); err != nil {
		return nil, err
	}
	return in.reply(dst, f, index)
}

// callee returns the function of a request, if it takes such arguments.
func (in *Instance) callee(request *Request) (*callee, error) {
	f := in.callees[request.Function]
	if f == nil {
		known, ok := in.module.functions[request.Function]
		if !ok {
			return nil, in.module.missing(request.Function)
		}
		f = &callee{Function: known, code: in.core.Func(known.Name), stack: make([]uint64, known.slots)}
		in.callees[known.Name] = f
	}
	if len(request.Extra) != len(f.Extra) {
		return nil, &SignatureError{Function: f.Name, Type: f.code.Type(), Extra: len(request.Extra), contract: true}
	}
	for i, extra := range request.Extra {
		if f.Extra[i] == engine.I32 && (extra < math.MinInt32 || extra > math.MaxUint32) {
			return nil, outOfRange(f, i, extra)
		}
	}
	return f, nil
}

// slot returns the argument as it crosses the seam.
func slot(t engine.ValueType, extra int64) uint64 {
	if t == engine.I32 {
		return uint64(uint32(extra))
	}
	return uint64(extra)
}

// reply appends what the guest answered to dst.
func (in *Instance) reply(dst []byte, f *callee, index uint32) ([]byte, error) {
	pointer, length := index, int32(f.stack[0])
	if f.Long {
		pointer = uint32(f.stack[0] >> 32)
		if length < 0 {
			return nil, in.guestError(f, pointer, length)
		}
	}
	if length < 0 {
		return nil, &LengthError{Function: f.Name, Length: int64(length)}
	}
	view, ok := engine.View(in.memory, pointer, uint32(length))
	if !ok {
		return nil, &LengthError{Function: f.Name, Length: int64(length), trap: outside(in.memory, "reply", pointer, uint32(length))}
	}
	return append(dst, view...), nil
}

// MemorySize returns the size of the guest's memory in bytes.
func (in *Instance) MemorySize() uint64 {
	if in.closed {
		return 0
	}
	return uint64(len(in.memory.Bytes()))
}

// Spent returns how many units of fuel the guest's code has spent since the
// instance was made, its initializers included, or 0 if the engine does not
// count them (see [engine.Metered]).
func (in *Instance) Spent() uint64 {
	if metered, ok := in.core.(engine.Metered); ok {
		return metered.Spent()
	}
	return 0
}

// Close frees the instance. Calls after it fail with [ErrClosed]; to close again
// does nothing. It cannot be closed from within its own call.
func (in *Instance) Close(ctx context.Context) error {
	switch {
	case in.closed:
		return nil
	case in.busy:
		return ErrBusy
	}
	in.closed = true
	in.memory, in.callees = nil, nil
	return in.core.Close(ctx)
}
