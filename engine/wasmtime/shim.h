// The steps that are made in C, so that each costs one crossing from Go.
#ifndef PATCHBAY_SHIM_H
#define PATCHBAY_SHIM_H

#include "capi.h"

// How a call ended: at most one of trap and error is there, and the caller's to
// delete. Where fuel is counted, fuel is what the call gets and then what is left.
typedef struct { wasm_trap_t *trap; wasmtime_error_t *error; uint64_t fuel; } patchbay_end;

// One frame of a trap: the function's index, where it is in the binary that
// wasmtime compiled, and the number that is the name of that module.
typedef struct { uint32_t func; uint64_t offset; uint64_t module; } patchbay_frame;

// The bytes of a memory as it is now.
typedef struct { uint8_t *data; size_t size; } patchbay_bytes;

// An engine; it counts fuel if that is wanted.
wasm_engine_t *patchbay_engine_new(size_t max_stack, bool fuel);

// A store whose callbacks into Go carry the handle.
wasmtime_store_t *patchbay_store_new(wasm_engine_t *engine, uintptr_t handle);

// A host function: the number-th of its store.
void patchbay_func_new(wasmtime_context_t *context, const wasm_importtype_t *type, uintptr_t number, wasmtime_func_t *out);

// Calls a function with a deadline one tick away. It reports whether it ended
// well; else end says how. A call that is nested too deep in others is refused:
// then end says nothing.
bool patchbay_call(wasmtime_context_t *context, uint64_t store, uintptr_t func, wasmtime_val_raw_t *stack, size_t slots,
                   patchbay_end *end);

// What fuel a store has left, and giving it some.
uint64_t patchbay_fuel(wasmtime_context_t *context);
void patchbay_refuel(wasmtime_context_t *context, uint64_t fuel);

// What kind of trap it is: wasmtime's code, or -1 if it has none.
int patchbay_trap_code(const patchbay_end *end);

// Fills at most max frames, the innermost first, and returns how many.
size_t patchbay_frames(const patchbay_end *end, patchbay_frame *frames, size_t max);

// The text of the trap or error, to be deleted.
void patchbay_message(const patchbay_end *end, wasm_byte_vec_t *out);

// Gives trap and error back.
void patchbay_end_delete(patchbay_end *end);

// Takes the exception that ended a call from the store; reports whether there
// was one.
bool patchbay_uncaught(wasmtime_context_t *context);

// What identifies the instance whose code calls the host: a function that only
// it exports under that name; NULL if it has none.
void *patchbay_caller(wasmtime_caller_t *caller, const char *name, size_t size);

patchbay_bytes patchbay_memory(wasmtime_context_t *context, const wasmtime_extern_t *memory);
bool patchbay_grow(wasmtime_context_t *context, const wasmtime_extern_t *memory, uint64_t pages, uint64_t *before);
uint64_t patchbay_global_get(wasmtime_context_t *context, const wasmtime_extern_t *global);
bool patchbay_global_set(wasmtime_context_t *context, const wasmtime_extern_t *global, uint64_t value);
bool patchbay_table_set(wasmtime_context_t *context, const wasmtime_extern_t *table, uint64_t index, const wasmtime_func_t *func);

// The trap with which a host function ends a call; what happened is kept in Go.
wasm_trap_t *patchbay_stop(void);

#endif
