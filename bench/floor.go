package main

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A floor is the least that a waPC host on wazero can be: one guest, its state
// in reach of the host functions without a lookup, every payload copied once at
// each crossing, no limits, no pool, no errors worth reading.
type floor struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
	config  wazero.ModuleConfig
	guest   api.Module
	call    api.Function
	stack   [8]uint64

	operation string
	payload   []byte
	reply     []byte // the caller's buffer, filled by the guest
	host      []byte // what the host answered
}

func newFloor(ctx context.Context, binary []byte) (*floor, error) {
	f := &floor{runtime: wazero.NewRuntime(ctx)}
	builder := f.runtime.NewHostModuleBuilder("wapc")
	for name, fn := range map[string]struct {
		params, results int
		call            func(memory api.Memory, stack []uint64)
	}{
		"__guest_request":     {2, 0, f.guestRequest},
		"__guest_response":    {2, 0, f.guestResponse},
		"__guest_error":       {2, 0, func(api.Memory, []uint64) { panic(errors.New("the guest answered with an error")) }},
		"__host_call":         {8, 1, f.hostCall},
		"__host_response_len": {0, 1, func(_ api.Memory, stack []uint64) { stack[0] = uint64(len(f.host)) }},
		"__host_response":     {1, 0, func(memory api.Memory, stack []uint64) { write(memory, stack[0], f.host) }},
		"__host_error_len":    {0, 1, func(_ api.Memory, stack []uint64) { stack[0] = 0 }},
		"__host_error":        {1, 0, func(api.Memory, []uint64) {}},
		"__console_log":       {2, 0, func(api.Memory, []uint64) {}},
	} {
		call := fn.call
		builder.NewFunctionBuilder().WithGoModuleFunction(
			api.GoModuleFunc(func(_ context.Context, m api.Module, stack []uint64) { call(m.Memory(), stack) }),
			slots(fn.params), slots(fn.results)).Export(name)
	}
	if _, err := builder.Instantiate(ctx); err != nil {
		return nil, err
	}
	var err error
	if f.module, err = f.runtime.CompileModule(ctx, binary); err != nil {
		return nil, err
	}
	f.config = wazero.NewModuleConfig().WithName("").WithStartFunctions()
	if f.guest, err = f.runtime.InstantiateModule(ctx, f.module, f.config); err != nil {
		return nil, err
	}
	f.call = f.guest.ExportedFunction("__guest_call")
	return f, nil
}

func slots(n int) []api.ValueType {
	types := make([]api.ValueType, n)
	for i := range types {
		types[i] = api.ValueTypeI32
	}
	return types
}

func (f *floor) callAppend(ctx context.Context, dst []byte, operation string, payload []byte) ([]byte, error) {
	f.operation, f.payload, f.reply = operation, payload, dst
	f.stack[0], f.stack[1] = uint64(len(operation)), uint64(len(payload))
	if err := f.call.CallWithStack(ctx, f.stack[:2]); err != nil {
		return dst, err
	}
	return f.reply, nil
}

// cycle makes an instance and closes it.
func (f *floor) cycle(ctx context.Context) error {
	guest, err := f.runtime.InstantiateModule(ctx, f.module, f.config)
	if err != nil {
		return err
	}
	return guest.Close(ctx)
}

func (f *floor) guestRequest(memory api.Memory, stack []uint64) {
	memory.WriteString(uint32(stack[0]), f.operation)
	write(memory, stack[1], f.payload)
}

func (f *floor) guestResponse(memory api.Memory, stack []uint64) {
	f.reply = append(f.reply, read(memory, stack[0], stack[1])...)
}

// hostCall answers with the payload.
func (f *floor) hostCall(memory api.Memory, stack []uint64) {
	f.host = append(f.host[:0], read(memory, stack[6], stack[7])...)
	stack[0] = 1
}

func read(memory api.Memory, ptr, size uint64) []byte {
	view, ok := memory.Read(uint32(ptr), uint32(size))
	if !ok {
		panic(errors.New("out of the guest's memory"))
	}
	return view
}

func write(memory api.Memory, ptr uint64, data []byte) {
	if !memory.Write(uint32(ptr), data) {
		panic(errors.New("out of the guest's memory"))
	}
}
