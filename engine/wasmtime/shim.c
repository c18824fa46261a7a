#include "shim.h"

#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

wasm_engine_t *patchbay_engine_new(size_t max_stack, bool fuel) {
  wasm_config_t *config = wasm_config_new();
  wasmtime_config_epoch_interruption_set(config, true);
  wasmtime_config_consume_fuel_set(config, fuel);
  wasmtime_config_max_wasm_stack_set(config, max_stack);
  wasmtime_config_parallel_compilation_set(config, false);
  wasmtime_config_memory_may_move_set(config, false);
  wasmtime_config_wasm_threads_set(config, true);
  wasmtime_config_shared_memory_set(config, true);
  wasmtime_config_wasm_tail_call_set(config, true);
  wasmtime_config_wasm_function_references_set(config, true);
  wasmtime_config_wasm_exceptions_set(config, true);
  wasmtime_config_wasm_gc_set(config, false);
  wasmtime_config_wasm_relaxed_simd_set(config, false);
  wasmtime_config_wasm_multi_memory_set(config, false);
  wasmtime_config_wasm_memory64_set(config, false);
  return wasm_engine_new_with_config(config);
}

// tick is called when the epoch moved on while a guest runs.
static wasmtime_error_t *tick(wasmtime_context_t *context, void *handle, uint64_t *delta, uint8_t *kind) {
  *delta = 1;
  *kind = 0;
  if (patchbayTick((uintptr_t)handle)) return NULL;
  return wasmtime_error_new("stopped");
}

wasmtime_store_t *patchbay_store_new(wasm_engine_t *engine, uintptr_t handle) {
  wasmtime_store_t *store = wasmtime_store_new(engine, (void *)handle, NULL);
  wasmtime_store_epoch_deadline_callback(store, tick, (void *)handle, NULL);
  return store;
}

static wasm_trap_t *host_call(void *number, wasmtime_caller_t *caller, wasmtime_val_raw_t *stack, size_t slots) {
  void *handle = wasmtime_context_get_data(wasmtime_caller_context(caller));
  if (patchbayHost((uintptr_t)handle, (uintptr_t)number, caller, stack, slots)) return NULL;
  return patchbay_stop();
}

void patchbay_func_new(wasmtime_context_t *context, const wasm_importtype_t *type, uintptr_t number, wasmtime_func_t *out) {
  const wasm_functype_t *of = wasm_externtype_as_functype_const(wasm_importtype_type(type));
  wasmtime_func_new_unchecked(context, of, host_call, (void *)number, NULL, out);
}

wasm_trap_t *patchbay_stop(void) { return wasmtime_trap_new("stopped", 7); }

// outermost is where the stack of this thread was when the first of the calls
// that are nested in each other began; 0 outside of all.
static __thread uintptr_t outermost;

// Nested calls may take this much of the thread's stack, besides what the
// innermost guest may.
enum { nesting = 1 << 20 };

bool patchbay_call(wasmtime_context_t *context, uint64_t store, uintptr_t func, wasmtime_val_raw_t *stack, size_t slots,
                   patchbay_end *end) {
  wasmtime_func_t called = {store, (void *)func};
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  bool first = outermost == 0;
  if (first) outermost = here;
  if (outermost - here > nesting) return false;
  bool counted = end->fuel > 0;
  if (counted) patchbay_refuel(context, end->fuel);
  wasmtime_context_set_epoch_deadline(context, 1);
  end->error = wasmtime_func_call_unchecked(context, &called, stack, slots, &end->trap);
  if (counted) end->fuel = patchbay_fuel(context);
  if (first) outermost = 0;
  return !end->error && !end->trap;
}

// done deletes an error and reports whether there was none.
static bool done(wasmtime_error_t *error) {
  if (!error) return true;
  wasmtime_error_delete(error);
  return false;
}

uint64_t patchbay_fuel(wasmtime_context_t *context) {
  uint64_t fuel = 0;
  done(wasmtime_context_get_fuel(context, &fuel));
  return fuel;
}

void patchbay_refuel(wasmtime_context_t *context, uint64_t fuel) { done(wasmtime_context_set_fuel(context, fuel)); }

int patchbay_trap_code(const patchbay_end *end) {
  uint8_t code;
  if (!end->trap || !wasmtime_trap_code(end->trap, &code)) return -1;
  return code;
}

// number_of reads a name of 16 hexadecimal digits; other names are 0.
static uint64_t number_of(const wasm_byte_vec_t *name) {
  uint64_t number = 0;
  if (!name || name->size != 16) return 0;
  for (size_t i = 0; i < 16; i++) {
    char c = name->data[i];
    number = number << 4 | (uint64_t)(c <= '9' ? c - '0' : c - 'a' + 10);
  }
  return number;
}

size_t patchbay_frames(const patchbay_end *end, patchbay_frame *frames, size_t max) {
  wasm_frame_vec_t trace = {0, NULL};
  if (end->trap) wasm_trap_trace(end->trap, &trace);
  else if (end->error) wasmtime_error_wasm_trace(end->error, &trace);
  size_t n = trace.size < max ? trace.size : max;
  for (size_t i = 0; i < n; i++) {
    frames[i].func = wasm_frame_func_index(trace.data[i]);
    frames[i].offset = wasm_frame_module_offset(trace.data[i]);
    frames[i].module = number_of(wasmtime_frame_module_name(trace.data[i]));
  }
  wasm_frame_vec_delete(&trace);
  return n;
}

void patchbay_message(const patchbay_end *end, wasm_byte_vec_t *out) {
  if (end->trap) wasm_trap_message(end->trap, out);
  else if (end->error) wasmtime_error_message(end->error, out);
}

void patchbay_end_delete(patchbay_end *end) {
  if (end->trap) wasm_trap_delete(end->trap);
  if (end->error) wasmtime_error_delete(end->error);
  end->trap = NULL;
  end->error = NULL;
}

bool patchbay_uncaught(wasmtime_context_t *context) {
  wasmtime_exn_t *exception = NULL;
  if (!wasmtime_context_take_exception(context, &exception)) return false;
  wasmtime_exn_delete(exception);
  return true;
}

void *patchbay_caller(wasmtime_caller_t *caller, const char *name, size_t size) {
  wasmtime_extern_t item;
  if (!wasmtime_caller_export_get(caller, name, size, &item)) return NULL;
  return item.kind == EXTERN_FUNC ? item.of.func.part : NULL;
}

patchbay_bytes patchbay_memory(wasmtime_context_t *context, const wasmtime_extern_t *memory) {
  patchbay_bytes bytes;
  if (memory->kind == EXTERN_SHARED) {
    bytes.data = wasmtime_sharedmemory_data(memory->of.shared);
    bytes.size = wasmtime_sharedmemory_data_size(memory->of.shared);
  } else {
    bytes.data = wasmtime_memory_data(context, &memory->of.item);
    bytes.size = wasmtime_memory_data_size(context, &memory->of.item);
  }
  return bytes;
}

bool patchbay_grow(wasmtime_context_t *context, const wasmtime_extern_t *memory, uint64_t pages, uint64_t *before) {
  if (memory->kind == EXTERN_SHARED) return done(wasmtime_sharedmemory_grow(memory->of.shared, pages, before));
  return done(wasmtime_memory_grow(context, &memory->of.item, pages, before));
}

uint64_t patchbay_global_get(wasmtime_context_t *context, const wasmtime_extern_t *global) {
  wasmtime_val_t value;
  memset(&value, 0, sizeof value);
  wasmtime_global_get(context, &global->of.global, &value);
  switch (value.kind) {
  case VALUE_I32:
  case VALUE_F32:
    return (uint32_t)value.of.i32;
  case VALUE_I64:
  case VALUE_F64:
    return (uint64_t)value.of.i64;
  }
  return 0;
}

bool patchbay_global_set(wasmtime_context_t *context, const wasmtime_extern_t *global, uint64_t bits) {
  wasmtime_val_t value;
  memset(&value, 0, sizeof value);
  wasmtime_global_get(context, &global->of.global, &value);
  if (value.kind > VALUE_F64) return false;
  value.of.i64 = (int64_t)bits;
  return done(wasmtime_global_set(context, &global->of.global, &value));
}

bool patchbay_table_set(wasmtime_context_t *context, const wasmtime_extern_t *table, uint64_t index, const wasmtime_func_t *func) {
  wasmtime_val_t value;
  memset(&value, 0, sizeof value);
  value.kind = VALUE_FUNCREF;
  value.of.func = *func;
  return done(wasmtime_table_set(context, &table->of.item, index, &value));
}
