// The guest "exits" leaves _start by proc_exit with code EXIT_CODE, as TinyGo's
// commands do, and is called nevertheless.

#include "../wapc/wapc.h"

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"), noreturn)) void proc_exit(
    int32_t code);

static int started, initialized;

WAPC_EXPORT(_start) void start(void) {
  started = 1;
  proc_exit(EXIT_CODE);
}

WAPC_EXPORT(wapc_init) void wapc_init(void) { initialized = 1; }

// number reads a decimal number; what is no digit ends it.
static int32_t number(text t) {
  int32_t n = 0;
  for (size_t i = 0; i < t.len && t.at[i] >= '0' && t.at[i] <= '9'; i++) n = n * 10 + t.at[i] - '0';
  return n;
}

static int32_t handle(text operation, text payload) {
  if (text_equal(operation, TEXT("exit"))) proc_exit(number(payload));
  if (text_equal(operation, TEXT("echo"))) return reply(payload);
  if (text_equal(operation, TEXT("state")))
    return reply(join(started ? TEXT("started") : TEXT("not started"),
                      initialized ? TEXT(", initialized") : TEXT(", not initialized")));
  return fail(join(join(TEXT("Could not find function \""), operation), TEXT("\"")));
}
