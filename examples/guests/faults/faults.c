// The guest "faults" breaks every rule that a guest can break, one in each
// operation, and some that only look broken. It keeps its names and its line
// table: the last frame of a trap is the function named below.

#include "faults.h"

#include "../wapc/wapc.h"

#define FRAME __attribute__((noinline)) static

// What the optimizer must not know, and where what it must not drop goes.
static volatile int32_t zero, minus_one = -1, least = INT32_MIN, sink;
static volatile float not_a_number = __builtin_nanf("");

FRAME void load_out_of_bounds(void) { sink = *(volatile int32_t *)0xfffffff0; }
FRAME void store_out_of_bounds(void) { *(volatile int32_t *)0xfffffff0 = 1; }
FRAME void fill_out_of_bounds(void) { __builtin_memset((char *)0xfffff000, 1, 0x800u + (uint32_t)zero); }
FRAME void divide_by_zero(void) { sink = least / zero; }
FRAME void divide_overflow(void) { sink = least / minus_one; }
FRAME void truncate_not_a_number(void) { sink = __builtin_wasm_trunc_s_i32_f32(not_a_number); }
FRAME void reach_unreachable(void) { __builtin_trap(); }

// Calls through the table: of another type, of an empty place, beyond the end.
static void takes_nothing(void) { zero = 0; }
typedef int32_t (*takes_two)(int32_t, int32_t);
static void (*volatile wrong_type)(void) = takes_nothing;
static volatile uintptr_t empty_place = 0, beyond_table = 1000000;

FRAME void call_wrong_type(void) { sink = ((takes_two)(uintptr_t)wrong_type)(1, 2); }
FRAME void call_empty_place(void) { sink = ((takes_two)empty_place)(1, 2); }
FRAME void call_beyond_table(void) { sink = ((takes_two)beyond_table)(1, 2); }

// recurse_forever needs no memory of its own, so it is the engine's stack that
// runs out.
FRAME int32_t recurse_forever(int32_t depth) {
  if (zero != 0) return depth;
  return recurse_forever(depth + 1) + zero;
}

// grow_forever takes pages until the host refuses, and returns how many there
// are then.
FRAME size_t grow_forever(void) {
  while (__builtin_wasm_memory_grow(0, 1) != (size_t)-1) {
  }
  return __builtin_wasm_memory_size(0);
}

static int32_t traps(text operation, text payload) {
  if (IS("unreachable")) reach_unreachable();
  if (IS("oob")) load_out_of_bounds();
  if (IS("oob_store")) store_out_of_bounds();
  if (IS("oob_fill")) fill_out_of_bounds();
  if (IS("div0")) divide_by_zero();
  if (IS("overflow")) divide_overflow();
  if (IS("trunc")) truncate_not_a_number();
  if (IS("badcall")) call_wrong_type();
  if (IS("nullcall")) call_empty_place();
  if (IS("farcall")) call_beyond_table();
  if (IS("recurse")) recurse_forever(0);
  if (IS("grow")) return reply(decimal(grow_forever()));
  if (IS("abort_after_error")) {
    fail(payload);
    reach_unreachable();
  }
  return unknown;
}

static int32_t handle(text operation, text payload) {
  int32_t result = traps(operation, payload);
  if (result == unknown) result = lies(operation);
  if (result == unknown) result = outcomes(operation);
  if (result == unknown) result = talks(operation, payload);
  if (result != unknown) return result;
  return fail(join(join(TEXT("Could not find function \""), operation), TEXT("\"")));
}
