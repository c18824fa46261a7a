// The guest "greet" in C, with no library but the two headers beside it.

#include "../wapc/json.h"
#include "../wapc/wapc.h"

static text last_host_error(void) {
  text t = {NULL, host_error_len()};
  t.at = take(t.len);
  host_error(t.at);
  return t;
}

// greet answers {"name":"Ada"} with {"greeting":"Hello, Ada!"}, and tells the
// host who was visited.
static int32_t greet(text payload) {
  text name = json_member(payload, TEXT("name"));
  if (name.len == 0) return fail(TEXT("greet: name is missing"));

  text line = join(TEXT("greeting "), name);
  console_log(line.at, line.len);

  text binding = TEXT("examples"), ns = TEXT("greet"), op = TEXT("visited");
  if (host_call(binding.at, binding.len, ns.at, ns.len, op.at, op.len, name.at, name.len) != 1)
    return fail(join(TEXT("greet: host: "), last_host_error()));

  text greeting = json_quote(join(join(TEXT("Hello, "), name), TEXT("!")));
  return reply(join(join(TEXT("{\"greeting\":"), greeting), TEXT("}")));
}

static int32_t handle(text operation, text payload) {
  if (text_equal(operation, TEXT("greet"))) return greet(payload);
  if (text_equal(operation, TEXT("echo"))) return reply(payload);
  if (text_equal(operation, TEXT("fail"))) return fail(payload);
  return fail(join(join(TEXT("Could not find function \""), operation), TEXT("\"")));
}
