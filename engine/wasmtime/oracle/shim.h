// Calls of components in one crossing from Go each: values go over as bytes, and
// what wasmtime wants them to be is made and taken apart here.
#ifndef PATCHBAY_ORACLE_SHIM_H
#define PATCHBAY_ORACLE_SHIM_H

#include "capi.h"

// Besides wasmtime's kinds: a list whose elements are numbers one after the
// other, and a resource of the host.
enum { KIND_PACKED = 100, KIND_HOST_RESOURCE = 101 };

// Bytes that grow. The zero value is empty.
typedef struct { uint8_t *data; size_t size, room; } oracle_buffer;

// Calls a function with so many values that args has, and its post-return, and
// writes its result if it has one to out, instead of what is there.
wasmtime_error_t *oracle_call(wasmtime_context_t *context, const wasmtime_component_func_t *func, const uint8_t *args,
                              size_t count, bool result, oracle_buffer *out);

// Adds a function that Go serves under that number.
wasmtime_error_t *oracle_define(wasmtime_component_linker_instance_t *to, const char *name, size_t size, uintptr_t number);

// Adds a resource type of the host; Go hears of what is dropped.
wasmtime_error_t *oracle_define_resource(wasmtime_component_linker_instance_t *to, const char *name, size_t size,
                                         uintptr_t number);

// Copies bytes to memory of C's.
void *oracle_copy(const void *data, size_t size);

#endif
