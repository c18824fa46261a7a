// wapc.h is all that a waPC guest in freestanding C needs: the nine functions
// of the host, and memory that lasts for one call.
//
// A guest includes it once and defines one function, handle. There is no C
// library: sizes are bounded only by what memory the host grants.

#ifndef WAPC_H
#define WAPC_H

#include <stddef.h>
#include <stdint.h>

#define WAPC_IMPORT(name) __attribute__((import_module("wapc"), import_name(#name)))
#define WAPC_EXPORT(name) __attribute__((export_name(#name)))

WAPC_IMPORT(__guest_request) void guest_request(char *operation, char *payload);
WAPC_IMPORT(__guest_response) void guest_response(const char *at, size_t len);
WAPC_IMPORT(__guest_error) void guest_error(const char *at, size_t len);
WAPC_IMPORT(__console_log) void console_log(const char *at, size_t len);
WAPC_IMPORT(__host_call)
int32_t host_call(const char *binding, size_t binding_len, const char *ns, size_t ns_len,
                  const char *operation, size_t operation_len, const char *at, size_t len);
WAPC_IMPORT(__host_response_len) size_t host_response_len(void);
WAPC_IMPORT(__host_response) void host_response(char *at);
WAPC_IMPORT(__host_error_len) size_t host_error_len(void);
WAPC_IMPORT(__host_error) void host_error(char *at);

// A text is bytes and their number; there is no zero at its end.
typedef struct {
  char *at;
  size_t len;
} text;

// TEXT makes a text of a literal.
#define TEXT(literal) ((text){(char *)(literal), sizeof(literal) - 1})

static inline int text_equal(text a, text b) {
  return a.len == b.len && __builtin_memcmp(a.at, b.at, a.len) == 0;
}

// Compilers call memcmp by name, also where there is no library.
__attribute__((used)) int memcmp(const void *a, const void *b, size_t n) {
  const unsigned char *x = a, *y = b;
  for (; n > 0; n--, x++, y++)
    if (*x != *y) return *x - *y;
  return 0;
}

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
static text join(text a, text b) {
  text both = {take(a.len + b.len), a.len + b.len};
  __builtin_memcpy(both.at, a.at, a.len);
  __builtin_memcpy(both.at + a.len, b.at, b.len);
  return both;
}

// reply hands over the answer of the call; the host copies it at once.
static int32_t reply(text answer) {
  guest_response(answer.at, answer.len);
  return 1;
}

// fail hands over the error of the call; the host copies it at once.
static int32_t fail(text message) {
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
