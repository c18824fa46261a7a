// wapc.h is what a waPC guest in freestanding C needs besides the host: memory
// that lasts for one call, and the function that the host calls.
//
// A guest includes it once and defines one function, handle. Sizes are bounded
// only by the memory that the host grants.

#ifndef WAPC_H
#define WAPC_H

#include "host.h"

extern char __heap_base;
static char *heap_top;

// take returns n bytes that last until the call ends. It traps when the host
// grants no more memory.
static char *take(size_t n) {
  enum { page = 65536 };
  if (heap_top == NULL) heap_top = &__heap_base;
  char *at = heap_top;
  size_t have = __builtin_wasm_memory_size(0) * (size_t)page;
  size_t free_bytes = have - (size_t)at;
  if (n > free_bytes) {
    size_t pages = (n - free_bytes - 1) / page + 1;
    if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) __builtin_trap();
  }
  heap_top = at + n;
  return at;
}

// join returns a followed by b, for the length of the call.
static inline text join(text a, text b) {
  text both = {take(a.len + b.len), a.len + b.len};
  __builtin_memcpy(both.at, a.at, a.len);
  __builtin_memcpy(both.at + a.len, b.at, b.len);
  return both;
}

// reply hands over the answer of the call; the host copies it at once.
static inline int32_t reply(text answer) {
  guest_response(answer.at, answer.len);
  return 1;
}

// fail hands over the error of the call; the host copies it at once.
static inline int32_t fail(text message) {
  guest_error(message.at, message.len);
  return 0;
}

// handle answers one call: by reply, by fail, or by breaking the contract.
static int32_t handle(text operation, text payload);

// What a call takes it gives back, in the order of a stack, so a call that
// comes in while another waits for the host disturbs nothing.
WAPC_EXPORT(__guest_call) int32_t guest_call(size_t operation_len, size_t payload_len) {
  text operation = {take(operation_len), operation_len};
  text payload = {take(payload_len), payload_len};
  guest_request(operation.at, payload.at);
  int32_t result = handle(operation, payload);
  heap_top = operation.at;
  return result;
}

#endif
