package main

import (
	"bytes"
	"context"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"

	"github.com/patchbay-go/patchbay/engine"
	"github.com/patchbay-go/patchbay/plugin"
)

// A kernel is work that plugins are made for, as a function of a guest, with an
// input and the one right answer to it. The guest has it from guests/kernels-c
// or guests/kernels-rust.
type kernel struct {
	name   string // of the figure
	export string
	args   []uint64
	input  []byte
	want   []byte
}

// kernels compares what is metered with what is not, for each kernel in each
// language.
func (h *hosts) kernels(ctx context.Context) ([]figure, error) {
	var figures []figure
	for _, guest := range []struct {
		language string
		binary   []byte
	}{{"C", kernelsC}, {"Rust", kernelsRust}} {
		bare, err := bareWorkbench(ctx, guest.binary)
		if err != nil {
			return nil, fmt.Errorf("kernels in %s: %w", guest.language, err)
		}
		metered, err := h.patchbay.workbench(ctx, guest.binary)
		if err != nil {
			return nil, fmt.Errorf("kernels in %s: %w", guest.language, err)
		}
		for _, k := range kernels() {
			figures = append(figures, figure{fmt.Sprintf("kernel: %s in %s", k.name, guest.language), []subject{
				{name: bareLoop, run: bare.runs(k)},
				{name: "patchbay", run: metered.runs(k), against: []against{{bareLoop, bound{1.1, 1.02}}}},
			}})
		}
	}
	return figures, nil
}

// kernels are what a guest has, each with its input.
func kernels() []kernel {
	hashed := noise(256 << 10)
	text := document(1000)
	pixels := noise(512 * 384 * channels)
	return []kernel{
		{"SHA-256 of 256 KiB", "sha256", []uint64{uint64(len(hashed))}, hashed, digest(hashed)},
		{fmt.Sprintf("JSON of %d KB parsed to a tree", len(text)/1000), "json", []uint64{uint64(len(text))}, text, counts(text)},
		{"image of 512x384 resized to 200x150", "resize", []uint64{512, 384, 200, 150}, pixels, resized(pixels, 512, 384, 200, 150)},
	}
}

// A workbench is a guest with kernels under one host.
type workbench struct {
	input, output uint64 // where the guest's buffers are
	memory        func() []byte
	call          func(export string) func(stack []uint64) error
}

func bareWorkbench(ctx context.Context, binary []byte) (*workbench, error) {
	guest, err := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig()).Instantiate(ctx, binary)
	if err != nil {
		return nil, err
	}
	return newWorkbench(
		func() []byte { return whole(guest.Memory()) },
		func(export string) func([]uint64) error {
			f := guest.ExportedFunction(export)
			return func(stack []uint64) error { return f.CallWithStack(ctx, stack) }
		})
}

func whole(memory api.Memory) []byte {
	view, _ := memory.Read(0, memory.Size())
	return view
}

// workbench is the guest metered, with a deadline as plugins have it.
func (p *patchbayHost) workbench(ctx context.Context, binary []byte) (*workbench, error) {
	module, err := p.engine.Compile(ctx, binary, engine.Limits{Timeout: plugin.DefaultTimeout})
	if err != nil {
		return nil, err
	}
	guest, err := module.Instantiate(ctx, nil, engine.InstanceConfig{})
	if err != nil {
		return nil, err
	}
	return newWorkbench(guest.Memory("memory").Bytes,
		func(export string) func([]uint64) error {
			f := guest.Func(export)
			return func(stack []uint64) error { return f.Call(ctx, stack) }
		})
}

func newWorkbench(memory func() []byte, call func(export string) func([]uint64) error) (*workbench, error) {
	w := &workbench{memory: memory, call: call}
	for export, at := range map[string]*uint64{"input": &w.input, "output": &w.output} {
		stack := make([]uint64, 1)
		if err := call(export)(stack); err != nil {
			return nil, err
		}
		*at = stack[0]
	}
	return w, nil
}

// runs returns what works n times. The input is written anew each time, and the
// last answer is held against the right one.
func (w *workbench) runs(k kernel) func(n int) error {
	f, stack := w.call(k.export), make([]uint64, max(len(k.args), 1))
	return func(n int) error {
		for range n {
			copy(w.memory()[w.input:], k.input)
			copy(stack, k.args)
			if err := f(stack); err != nil {
				return err
			}
		}
		if got := w.memory()[w.output:][:uint32(stack[0])]; !bytes.Equal(got, k.want) {
			return fmt.Errorf("%s answered %x, not %x", k.export, got[:min(len(got), 64)], k.want[:min(len(k.want), 64)])
		}
		return nil
	}
}
