// The guest "spin": every operation but echo runs until somebody stops it. It
// keeps its names and its line table, so that who stops it can say where.

#include "../wapc/wapc.h"

#define FRAME __attribute__((noinline))

static volatile uint32_t turns;

// spin_forever is the tightest loop there is: it touches nothing.
FRAME static void spin_forever(void) {
  for (;;) __asm__ volatile("");
}

FRAME static void spin_outer(void) {
  spin_forever();
  turns++;
}

// count_one is a call that does next to nothing.
FRAME static void count_one(void) { turns++; }

FRAME static void call_forever(void) {
  for (;;) count_one();
}

// sleepless calls itself twice at each of its 80 levels: it would return after
// the sun has gone out, and never needs more than a shallow stack.
FRAME static uint32_t sleepless(uint32_t level) {
  if (level == 0) return ++turns;
  return sleepless(level - 1) + sleepless(level - 1);
}

// fill_forever spends its time inside single instructions (memory.fill).
FRAME static void fill_forever(void) {
  enum { size = 1 << 24 };
  char *at = take(size);
  for (;;) __builtin_memset(at, (int)turns++, size);
}

// ask_forever spends its time between short calls of the host.
FRAME static void ask_forever(void) {
  for (;;) host_call("b", 1, "n", 1, "o", 1, NULL, 0);
}

static int32_t handle(text operation, text payload) {
  if (text_equal(operation, TEXT("spin"))) spin_outer();
  if (text_equal(operation, TEXT("spin_calls"))) call_forever();
  if (text_equal(operation, TEXT("sleepless"))) sleepless(80);
  if (text_equal(operation, TEXT("spin_fill"))) fill_forever();
  if (text_equal(operation, TEXT("spin_host"))) ask_forever();
  if (text_equal(operation, TEXT("echo"))) return reply(payload);
  return fail(join(join(TEXT("Could not find function \""), operation), TEXT("\"")));
}
