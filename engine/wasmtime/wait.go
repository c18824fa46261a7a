package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"time"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/corewasm"
)

// hostModule is the module from which rewritten modules import what they need
// of the host.
const hostModule = "patchbay"

// rewrite returns a module that does the same where wasmtime cannot be stopped
// by pieces that can be: large bulk instructions go by chunks, and, in a module
// with a shared memory, functions of the host take the place of
// memory.atomic.wait and notify, since nothing ends a wait of wasmtime's own but
// a notification. memory.grow asks the host if a budget could say no, and
// table.grow adds up the tables if there are several. A module
// that has none of them is returned as it is.
func rewrite(module *corewasm.Module, m *Module) (*corewasm.Module, error) {
	rewritten, err := corewasm.Rewrite(module, corewasm.Options{
		TickModule:    hostModule,
		TickName:      tickName,
		Unmetered:     true, // epochs count the time
		Waits:         true,
		TableElements: uint32(min(uint64(m.limits.TableElements), math.MaxUint32)),
		Grow:          m.limits.Memory != nil || module.ImportCount(corewasm.KindMemory) > 0,
	})
	if err != nil || rewritten.Unneeded {
		return module, err
	}
	m.source.rewritten = rewritten
	changed, err := corewasm.Parse(rewritten.Binary)
	if err != nil {
		return nil, err
	}
	for _, added := range changed.Imports[len(module.Imports):] {
		m.plan.helpers = append(m.plan.helpers, m.engine.helpers[added.Name])
	}
	return changed, nil
}

// tickName is the name of a function that is never called.
const tickName = "tick"

// helperFuncs are what rewritten modules import besides their own imports, by
// name.
func (e *Engine) helperFuncs() map[string]*engine.HostFunc {
	const i32, i64 = engine.I32, engine.I64
	result := []engine.ValueType{i32}
	waits := corewasm.WaitNames()
	return map[string]*engine.HostFunc{
		tickName: {
			Type: engine.FuncType{Results: []engine.ValueType{i64}},
			Call: func(context.Context, engine.Instance, []uint64) error { return nil },
		},
		corewasm.GrowName: {Type: engine.FuncType{Params: result, Results: result}, Call: growMemory},
		waits[0]:          {Type: engine.FuncType{Params: []engine.ValueType{i32, i32, i32}, Results: result}, Call: e.parking.notify},
		waits[1]: {
			Type: engine.FuncType{Params: []engine.ValueType{i32, i32, i64, i32}, Results: result}, Blocks: true, Call: e.parking.wait32,
		},
		waits[2]: {
			Type: engine.FuncType{Params: []engine.ValueType{i32, i64, i64, i32}, Results: result}, Blocks: true, Call: e.parking.wait64,
		},
	}
}

// A parking is where threads wait for one another. It is safe for concurrent
// use.
type parking struct {
	mu      sync.Mutex
	waiting map[uintptr][]chan struct{} // by address in this process, the longest waiting first
}

// The answers of memory.atomic.wait.
const (
	answerWoken uint64 = iota
	answerNotEqual
	answerTimedOut
)

// place returns where in the process a guest's address is.
func place(caller engine.Instance, address, offset uint64, size uint64) (unsafe.Pointer, error) {
	i := guestOf(caller)
	e, err := i.export(i.of.engine.memory)
	if err != nil {
		return nil, err
	}
	bytes := C.patchbay_memory(i.store.context, &e)
	at := address + offset
	switch {
	case at%size != 0:
		return nil, &engine.Trap{Kind: engine.UnalignedAtomic}
	case at+size > uint64(bytes.size):
		return nil, &engine.Trap{Kind: engine.MemoryBounds}
	}
	return unsafe.Add(unsafe.Pointer(bytes.data), at), nil
}

func (p *parking) notify(_ context.Context, caller engine.Instance, stack []uint64) error {
	at, err := place(caller, stack[0], stack[2], 4)
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	waiting := p.waiting[uintptr(at)]
	n := min(uint64(len(waiting)), stack[1])
	for _, woken := range waiting[:n] {
		close(woken)
	}
	p.set(uintptr(at), waiting[n:])
	stack[0] = n
	return nil
}

func (p *parking) wait32(ctx context.Context, caller engine.Instance, stack []uint64) error {
	at, err := place(caller, stack[0], stack[3], 4)
	if err != nil {
		return err
	}
	equal := func() bool { return atomic.LoadUint32((*uint32)(at)) == uint32(stack[1]) }
	stack[0], err = p.wait(ctx, uintptr(at), equal, time.Duration(stack[2]))
	return err
}

func (p *parking) wait64(ctx context.Context, caller engine.Instance, stack []uint64) error {
	at, err := place(caller, stack[0], stack[3], 8)
	if err != nil {
		return err
	}
	equal := func() bool { return atomic.LoadUint64((*uint64)(at)) == stack[1] }
	stack[0], err = p.wait(ctx, uintptr(at), equal, time.Duration(stack[2]))
	return err
}

// wait waits at an address if equal says so: as long as timeout, or without end
// if it is negative. The error is ctx's.
func (p *parking) wait(ctx context.Context, at uintptr, equal func() bool, timeout time.Duration) (uint64, error) {
	p.mu.Lock()
	if !equal() {
		p.mu.Unlock()
		return answerNotEqual, nil
	}
	woken := make(chan struct{})
	p.set(at, append(p.waiting[at], woken))
	p.mu.Unlock()
	var timer <-chan time.Time
	if timeout >= 0 {
		timer = time.After(timeout)
	}
	select {
	case <-woken:
		return answerWoken, nil
	case <-timer:
		return p.leave(at, woken, nil)
	case <-ctx.Done():
		return p.leave(at, woken, ctx.Err())
	}
}

// leave ends a wait that was not answered, unless it has been meanwhile.
func (p *parking) leave(at uintptr, woken chan struct{}, err error) (uint64, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	k := slices.Index(p.waiting[at], woken)
	if k < 0 {
		return answerWoken, nil
	}
	p.set(at, slices.Delete(p.waiting[at], k, k+1))
	return answerTimedOut, err
}

// set says who waits at an address. The lock is held.
func (p *parking) set(at uintptr, waiting []chan struct{}) {
	if len(waiting) == 0 {
		delete(p.waiting, at)
		return
	}
	p.waiting[at] = waiting
}
