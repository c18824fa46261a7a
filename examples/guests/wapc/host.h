// host.h declares the nine functions that a waPC host offers, and the texts
// that they take. There is no C library below.

#ifndef HOST_H
#define HOST_H

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

#endif
