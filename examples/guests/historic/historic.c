// The guest "historic" calls the host as guests did before April 2020, when
// __host_call had no binding (six arguments) and, earlier, no namespace either
// (four). HOST_CALL_ARGUMENTS says which.

#include "../wapc/wapc.h"

#if HOST_CALL_ARGUMENTS == 4
WAPC_IMPORT(__host_call)
int32_t historic_call(const char *operation, size_t operation_len, const char *at, size_t len);
#define CALL(operation, payload) historic_call(operation.at, operation.len, payload.at, payload.len)
#else
WAPC_IMPORT(__host_call)
int32_t historic_call(const char *ns, size_t ns_len, const char *operation, size_t operation_len, const char *at,
                      size_t len);
#define CALL(operation, payload) historic_call("historic", 8, operation.at, operation.len, payload.at, payload.len)
#endif

// Every operation is passed on to the host with its payload.
static int32_t handle(text operation, text payload) {
  int32_t result = CALL(operation, payload);
  text answer = {NULL, result == 1 ? host_response_len() : host_error_len()};
  answer.at = take(answer.len);
  if (result != 1) {
    host_error(answer.at);
    return fail(answer);
  }
  host_response(answer.at);
  return reply(answer);
}
