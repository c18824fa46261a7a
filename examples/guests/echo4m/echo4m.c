// The guest "echo4m" is for measuring a host: it has 4 MiB of memory from the
// start and does as little as the contract allows, with as few host functions.

#include "../wapc/host.h"

enum { payload_size = 3 << 20, operation_size = 64 };

static char payload[payload_size];
static char operation[operation_size];

static int32_t fail(text message) {
  guest_error(message.at, message.len);
  return 0;
}

// hostecho makes one host call with the payload and answers with the host's
// reply, through the same buffer.
static int32_t hostecho(size_t len) {
  if (host_call("b", 1, "n", 1, "o", 1, payload, len) != 1) return fail(TEXT("hostecho: the host call failed"));
  size_t reply_len = host_response_len();
  if (reply_len > payload_size) return fail(TEXT("hostecho: the reply is above 3 MiB"));
  host_response(payload);
  guest_response(payload, reply_len);
  return 1;
}

WAPC_EXPORT(__guest_call) int32_t guest_call(size_t operation_len, size_t payload_len) {
  if (operation_len > operation_size) return fail(TEXT("the operation's name is above 64 bytes"));
  if (payload_len > payload_size) return fail(TEXT("the payload is above 3 MiB"));
  guest_request(operation, payload);
  if (operation[0] == 'h') return hostecho(payload_len);
  guest_response(payload, payload_len);
  return 1;
}
