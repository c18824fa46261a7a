// tube.h is the tube contract for a guest in C without a library: one place for
// what the host sends, scratch memory behind it, and the two forms of a reply.
// It is included once.

#ifndef TUBE_H
#define TUBE_H

#include <stddef.h>
#include <stdint.h>

#define TUBE_EXPORT(name) __attribute__((export_name(#name)))

// tube_room is how many bytes the host leaves behind a payload.
enum { tube_room = 4096, tube_page = 65536 };

extern unsigned char __heap_base;

static size_t tube_place_size;

// tube_have grows the memory to so many bytes; 0 if there are no more.
static int tube_have(size_t end) {
  size_t has = __builtin_wasm_memory_size(0) * (size_t)tube_page;
  if (end <= has) return 1;
  return __builtin_wasm_memory_grow(0, (end - has + tube_page - 1) / tube_page) != (size_t)-1;
}

static uint8_t *tube_align(uint8_t *at) { return (uint8_t *)(((size_t)at + 15) & ~(size_t)15); }

static uint8_t *tube_place(void) { return tube_align(&__heap_base); }

// tube_alloc gives the host its place. There is one: the host gives it back
// before it asks for a larger one.
TUBE_EXPORT(tube_alloc) uint8_t *tube_alloc(size_t size) {
  uint8_t *place = tube_place();
  if (size > SIZE_MAX / 2 || !tube_have((size_t)place + size)) return 0;
  tube_place_size = size;
  return place;
}

TUBE_EXPORT(tube_free) void tube_free(uint8_t *place, size_t size) {
  (void)place;
  (void)size;
}

// tube_scratch returns so many bytes behind the place and the payload, which
// hold until the next call of it; 0 if there are no more.
static void *tube_scratch(const uint8_t *payload, size_t length, size_t size) {
  uint8_t *behind = tube_place() + tube_place_size;
  uint8_t *after = (uint8_t *)payload + length + tube_room;
  uint8_t *at = tube_align(after > behind ? after : behind);
  if (size > SIZE_MAX / 2 || !tube_have((size_t)at + size)) return 0;
  return at;
}

// tube_reply answers with bytes that lie anywhere, until the next call.
static uint64_t tube_reply(const void *at, size_t length) { return (uint64_t)(size_t)at << 32 | (uint32_t)length; }

// tube_error answers that the call failed, and why.
static uint64_t tube_error_text(const char *text, size_t length) {
  return (uint64_t)(size_t)text << 32 | (uint32_t)-(int32_t)length;
}
#define tube_error(text) tube_error_text(text, sizeof text - 1)

#endif
