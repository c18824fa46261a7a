package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/internal/componentbinary"
)

// theHand is the least that can be written by hand for one function: the calls of
// the guest's code that the canonical ABI asks for, the copies, the checks of
// what the guest gives, and the result. It has no types, no handles and no state.
const theHand = "by hand on the engine (the floor)"

// A hand calls the core module of a component that needs no other one.
type hand struct {
	ctx     context.Context
	core    engine.Instance
	memory  engine.Memory
	realloc engine.Func
	stack   [4]uint64
}

// newHand instantiates the first core module of a component.
func newHand(ctx context.Context, e engine.Engine, code []byte) (*hand, error) {
	c, err := componentbinary.Parse(code)
	if err != nil {
		return nil, err
	}
	module, err := e.Compile(ctx, c.Bytes(c.Modules[0]), engine.Limits{})
	if err != nil {
		return nil, err
	}
	imports, err := unserved(ctx, e, module)
	if err != nil {
		return nil, err
	}
	core, err := module.Instantiate(ctx, imports, engine.InstanceConfig{})
	if err != nil {
		return nil, err
	}
	return &hand{ctx: ctx, core: core, memory: core.Memory("memory"), realloc: core.Func("cabi_realloc")}, nil
}

// unserved returns functions for the imports of a module, none of which is called.
func unserved(ctx context.Context, e engine.Engine, module engine.Module) ([]engine.Extern, error) {
	var imports []engine.Extern
	for _, wanted := range module.Imports() {
		host, err := e.Host(ctx, engine.HostFunc{
			Name: wanted.Name, Type: wanted.Type.Func,
			Call: func(context.Context, engine.Instance, []uint64) error { return errors.New("not served") },
		})
		if err != nil {
			return nil, err
		}
		imports = append(imports, engine.Extern{Instance: host, Name: wanted.Name})
	}
	return imports, nil
}

// A handFunc is an export and what frees its result.
type handFunc struct{ run, post engine.Func }

func (h *hand) export(name string) handFunc {
	name = theEcho + "#" + name
	return handFunc{h.core.Func(name), h.core.Func("cabi_post_" + name)}
}

// add calls add(u32, u32).
func (h *hand) add(f handFunc, a, b uint32) (uint32, error) {
	h.stack[0], h.stack[1] = uint64(a), uint64(b)
	err := f.run.Call(h.ctx, h.stack[:2])
	return uint32(h.stack[0]), err
}

// give copies text into the guest.
func (h *hand) give(text string) (ptr uint32, err error) {
	if !utf8.ValidString(text) {
		return 0, errors.New("no UTF-8")
	}
	h.stack = [4]uint64{0, 0, 1, uint64(len(text))}
	if err := h.realloc.Call(h.ctx, h.stack[:]); err != nil {
		return 0, err
	}
	ptr = uint32(h.stack[0])
	memory := h.memory.Bytes()
	if uint64(ptr)+uint64(len(text)) > uint64(len(memory)) {
		return 0, errors.New("out of bounds")
	}
	copy(memory[ptr:], text)
	return ptr, nil
}

// stringAt returns the string whose address and length are at ptr.
func stringAt(memory []byte, ptr uint64) (string, error) {
	area := memory[ptr:][:8]
	at, size := uint64(binary.LittleEndian.Uint32(area)), uint64(binary.LittleEndian.Uint32(area[4:]))
	if at+size > uint64(len(memory)) {
		return "", errors.New("out of bounds")
	}
	if content := memory[at:][:size]; utf8.Valid(content) {
		return string(content), nil
	}
	return "", errors.New("no UTF-8")
}

// echo calls echo-string.
func (h *hand) echo(f handFunc, s string) (string, error) {
	ptr, err := h.give(s)
	if err != nil {
		return "", err
	}
	h.stack[0], h.stack[1] = uint64(ptr), uint64(len(s))
	if err := f.run.Call(h.ctx, h.stack[:2]); err != nil {
		return "", err
	}
	got, err := stringAt(h.memory.Bytes(), h.stack[0])
	return got, errors.Join(err, f.post.Call(h.ctx, h.stack[:1]))
}

// reading calls echo-reading.
func (h *hand) reading(f handFunc, r reading) (got reading, err error) {
	ptr, err := h.give(r.Name)
	if err != nil {
		return got, err
	}
	valid := uint64(0)
	if r.Valid {
		valid = 1
	}
	stack := [5]uint64{uint64(ptr), uint64(len(r.Name)), uint64(r.Count), math.Float64bits(r.Mean), valid}
	if err := f.run.Call(h.ctx, stack[:]); err != nil {
		return got, err
	}
	memory := h.memory.Bytes()
	area := memory[stack[0]:][:25]
	if got.Name, err = stringAt(memory, stack[0]); err != nil {
		return got, err
	}
	got.Count = binary.LittleEndian.Uint32(area[8:])
	got.Mean = math.Float64frombits(binary.LittleEndian.Uint64(area[16:]))
	got.Valid = area[24] != 0
	return got, f.post.Call(h.ctx, stack[:1])
}

// byHand is the subject that calls by hand.
func byHand[T comparable](want T, call func() (T, error)) subject {
	return subject{name: theHand, run: func(n int) error {
		var got T
		var err error
		for range n {
			if got, err = call(); err != nil {
				return err
			}
		}
		if got != want {
			return fmt.Errorf("by hand: got %.80v", got)
		}
		return nil
	}}
}
