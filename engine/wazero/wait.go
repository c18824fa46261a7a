package wazero

import (
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// Threads wait for one another here and not in wazero, whose waits nothing can
// end but another thread, and which keeps something for each address that was
// ever waited on. The rules are those of the threads proposal.

// waitFunctions are what rewritten modules call instead of memory.atomic.notify,
// wait32 and wait64: with the instruction's operands and its constant offset.
func waitFunctions() []engine.HostFunc {
	const i32, i64 = engine.I32, engine.I64
	type types = []engine.ValueType
	names := corewasm.WaitNames()
	return []engine.HostFunc{
		{Name: names[0], Type: engine.FuncType{Params: types{i32, i32, i32}, Results: types{i32}}, Call: notify},
		{Name: names[1], Type: engine.FuncType{Params: types{i32, i32, i64, i32}, Results: types{i32}}, Blocks: true, Call: wait32},
		{Name: names[2], Type: engine.FuncType{Params: types{i32, i64, i64, i32}, Results: types{i32}}, Blocks: true, Call: wait64},
	}
}

// What a wait answers.
const (
	woken    = 0
	notEqual = 1
	timedOut = 2
)

func wait32(ctx context.Context, caller engine.Instance, stack []uint64) error {
	return wait(ctx, caller, stack, 4)
}

func wait64(ctx context.Context, caller engine.Instance, stack []uint64) error {
	return wait(ctx, caller, stack, 8)
}

// wait waits as long as the value of that size at the address is the expected
// one, until somebody notifies, the timeout comes, or the call must end.
func wait(ctx context.Context, caller engine.Instance, stack []uint64, size uint64) error {
	memory := caller.(*Instance).memory
	address, err := memory.atomicAddress(stack[0]+stack[3], size)
	if err != nil {
		return err
	}
	w, ok := memory.waiters.add(memory, address, size, stack[1])
	if !ok {
		stack[0] = notEqual
		return nil
	}
	stack[0], err = memory.waiters.wait(ctx, w, int64(stack[2]))
	return err
}

// notify wakes as many waiters as the guest says, those who waited longest
// first, and answers how many there were.
func notify(_ context.Context, caller engine.Instance, stack []uint64) error {
	memory := caller.(*Instance).memory
	address, err := memory.atomicAddress(stack[0]+stack[2], 4)
	if err != nil {
		return err
	}
	stack[0] = memory.waiters.notify(address, stack[1])
	return nil
}

// atomicAddress checks the address of an atomic access.
func (m *linearMemory) atomicAddress(address, size uint64) (uint64, error) {
	switch {
	case address+size > m.size.Load():
		return 0, &engine.Trap{Kind: engine.MemoryBounds}
	case address%size != 0:
		return 0, &engine.Trap{Kind: engine.UnalignedAtomic}
	}
	return address, nil
}

// atomicLoad reads a value of 4 or 8 bytes, little-endian as all of the memory,
// in one piece.
func (m *linearMemory) atomicLoad(address, size uint64) uint64 {
	at := unsafe.Pointer(&m.bytes()[address])
	var native [8]byte
	if size == 4 {
		binary.NativeEndian.PutUint32(native[:], atomic.LoadUint32((*uint32)(at)))
		return uint64(binary.LittleEndian.Uint32(native[:]))
	}
	binary.NativeEndian.PutUint64(native[:], atomic.LoadUint64((*uint64)(at)))
	return binary.LittleEndian.Uint64(native[:])
}

// waiters are the threads that wait on addresses of one memory. The zero value
// is ready.
type waiters struct {
	mu sync.Mutex
	at map[uint64][]*waiter // in the order in which they came; no empty ones
}

// A waiter is a thread that waits.
type waiter struct {
	address uint64
	ready   chan struct{} // closed when it is notified
}

// add adds a waiter if the value is the expected one: at once with the look at
// the value, so that who changes it and then notifies is not missed.
func (l *waiters) add(m *linearMemory, address, size, expected uint64) (*waiter, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if m.atomicLoad(address, size) != expected {
		return nil, false
	}
	w := &waiter{address: address, ready: make(chan struct{})}
	if l.at == nil {
		l.at = map[uint64][]*waiter{}
	}
	l.at[address] = append(l.at[address], w)
	return w, true
}

// wait waits as long as that many nanoseconds, for ever if that is negative.
func (l *waiters) wait(ctx context.Context, w *waiter, nanoseconds int64) (answer uint64, err error) {
	var timeout <-chan time.Time
	if nanoseconds >= 0 {
		timer := time.NewTimer(time.Duration(nanoseconds))
		defer timer.Stop()
		timeout = timer.C
	}
	answer = timedOut
	select {
	case <-w.ready:
		return woken, nil
	case <-timeout:
	case <-ctx.Done():
		err = fmt.Errorf("wait: %w", ctx.Err())
	}
	if !l.remove(w) && err == nil {
		return woken, nil // somebody counted on it
	}
	return answer, err
}

// remove takes a waiter back, and reports whether it was not notified.
func (l *waiters) remove(w *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.at[w.address]
	k := slices.Index(list, w)
	if k < 0 {
		return false
	}
	l.set(w.address, slices.Delete(list, k, k+1))
	return true
}

// notify wakes at most count waiters and returns how many it woke.
func (l *waiters) notify(address, count uint64) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	list := l.at[address]
	n := min(count, uint64(len(list)))
	for _, w := range list[:n] {
		close(w.ready)
	}
	l.set(address, slices.Delete(list, 0, int(n)))
	return n
}

// set keeps the waiters on an address. The lock is held.
func (l *waiters) set(address uint64, list []*waiter) {
	if len(list) == 0 {
		delete(l.at, address)
		return
	}
	l.at[address] = list
}
