// The guest "inits" exports all three initializers. Each one logs its name and
// makes a host call, and operation "order" answers with their order.
//
// INITS_TRAP makes wapc_init trap, INITS_SPIN makes it run for ever.

#include "../wapc/wapc.h"

static char order[64];
static size_t order_len;

static void began(text name) {
  console_log(name.at, name.len);
  text b = TEXT("examples"), n = TEXT("inits");
  host_call(b.at, b.len, n.at, n.len, name.at, name.len, NULL, 0);
  if (order_len > 0) order[order_len++] = ' ';
  __builtin_memcpy(order + order_len, name.at, name.len);
  order_len += name.len;
}

WAPC_EXPORT(wapc_init) void wapc_init(void) {
  began(TEXT("wapc_init"));
#ifdef INITS_TRAP
  __builtin_trap();
#endif
#ifdef INITS_SPIN
  for (;;) __asm__ volatile("");
#endif
}

WAPC_EXPORT(_start) void start(void) { began(TEXT("_start")); }

WAPC_EXPORT(_initialize) void initialize(void) { began(TEXT("_initialize")); }

static int32_t handle(text operation, text payload) {
  if (text_equal(operation, TEXT("order"))) return reply((text){order, order_len});
  if (text_equal(operation, TEXT("echo"))) return reply(payload);
  return fail(join(join(TEXT("Could not find function \""), operation), TEXT("\"")));
}
