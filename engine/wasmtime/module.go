package wasmtime

// #include "shim.h"
import "C"

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"github.com/patchbay-go/patchbay/engine"
)

// A Module is a compiled module.
type Module struct {
	engine  *Engine
	raw     *C.wasmtime_module_t
	imports C.wasm_importtype_vec_t // their types, as wasmtime has them
	typing  sync.Mutex              // guards imports: wasmtime completes a type when it is first looked at
	source  *source
	plan    *plan
	exports map[string]engine.ExternType
	limits  engine.Limits

	mu     sync.Mutex
	open   int // instances that are open
	closed bool
}

var _ engine.Module = (*Module)(nil)

// compile prepares and compiles what [engine.Check] has passed.
func (e *Engine) compile(binary []byte, limits engine.Limits) (*Module, error) {
	description, err := engine.Describe(binary)
	if err != nil {
		return nil, err
	}
	m := &Module{
		engine:  e,
		source:  newSource(description),
		exports: make(map[string]engine.ExternType, len(description.Exports)),
		limits:  limits,
	}
	for _, export := range description.Exports {
		m.exports[export.Name] = export.Type
	}
	e.mu.Lock()
	e.numbers++
	m.source.number = e.numbers
	m.source.trusted = limits.Trusted
	e.mu.Unlock()
	prepared, err := e.prepare(m, binary)
	if err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	if err := m.compile(prepared); err != nil {
		return nil, fmt.Errorf("compile: %w", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.modules[m] = struct{}{}
	e.sources[m.source.number] = m.source
	return m, nil
}

// compile has wasmtime compile the prepared binary.
func (m *Module) compile(prepared []byte) error {
	data := (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(prepared)))
	if err := C.wasmtime_module_new(m.engine.raw, data, C.size_t(len(prepared)), &m.raw); err != nil {
		return takeError(err)
	}
	C.wasmtime_module_imports(m.raw, &m.imports)
	return nil
}

// takeError turns wasmtime's error into ours and deletes it.
func takeError(err *C.wasmtime_error_t) error {
	end := C.patchbay_end{error: err}
	defer C.patchbay_end_delete(&end)
	return errors.New(message(&end))
}

// message returns the text of wasmtime's error or trap.
func message(end *C.patchbay_end) string {
	var text C.wasm_byte_vec_t
	C.patchbay_message(end, &text)
	defer C.wasm_byte_vec_delete(&text)
	return string(unsafe.Slice((*byte)(unsafe.Pointer(text.data)), text.size))
}

// importType returns wasmtime's type of the k-th import.
func (m *Module) importType(k int) *C.wasm_importtype_t {
	return unsafe.Slice(m.imports.data, m.imports.size)[k]
}

// Imports implements [engine.Module].
func (m *Module) Imports() []engine.Import { return m.source.description.Imports }

// Exports implements [engine.Module].
func (m *Module) Exports() []engine.Export { return m.source.description.Exports }

// Custom implements [engine.Module].
func (m *Module) Custom(name string) [][]byte { return m.source.description.Custom(name) }

// Close implements [engine.Module].
func (m *Module) Close(context.Context) error {
	m.mu.Lock()
	last := !m.closed && m.open == 0
	m.closed = true
	m.mu.Unlock()
	if last {
		m.free()
	}
	return nil
}

// retain counts an instance that needs the compiled code.
func (m *Module) retain() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.closed {
		return ErrClosed
	}
	m.open++
	return nil
}

// release is the end of what retain began.
func (m *Module) release() {
	m.mu.Lock()
	m.open--
	last := m.closed && m.open == 0
	m.mu.Unlock()
	if last {
		m.free()
	}
}

// free gives the module back to wasmtime, which keeps the code as long as a
// store has an instance of it.
func (m *Module) free() {
	m.engine.mu.Lock()
	delete(m.engine.modules, m)
	delete(m.engine.sources, m.source.number)
	m.engine.mu.Unlock()
	C.wasm_importtype_vec_delete(&m.imports)
	C.wasmtime_module_delete(m.raw)
}

// Instantiate implements [engine.Module].
func (m *Module) Instantiate(ctx context.Context, imports []engine.Extern, config engine.InstanceConfig) (engine.Instance, error) {
	if len(imports) != len(m.Imports()) {
		return nil, fmt.Errorf("instantiate: %d imports given, %d needed", len(imports), len(m.Imports()))
	}
	if err := m.engine.enter(); err != nil {
		return nil, fmt.Errorf("instantiate: engine %w", err)
	}
	defer m.engine.running.Done()
	if err := m.retain(); err != nil {
		return nil, fmt.Errorf("instantiate: module %w", err)
	}
	i := &Instance{of: m, config: config}
	if i.self = i; m.engine.fuel {
		i.self = &metered{i}
	}
	if err := i.make(ctx, imports); err != nil {
		_ = i.Close(ctx) // the reason why is err
		return nil, fmt.Errorf("instantiate: %w", err)
	}
	return i.self, nil
}
