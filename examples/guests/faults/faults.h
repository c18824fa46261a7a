// faults.h holds the operations of the guest "faults" that trap by the host's
// judgment or not at all: lies, odd outcomes, and talk with the host.

#ifndef FAULTS_H
#define FAULTS_H

#include "../wapc/wapc.h"

#define IS(name) text_equal(operation, TEXT(name))

// unknown is a result that no operation returns.
enum { unknown = INT32_MIN };

static text decimal(size_t n) {
  text digits = {take(10) + 10, 0};
  do {
    *--digits.at = (char)('0' + n % 10);
    digits.len++;
  } while ((n /= 10) > 0);
  return digits;
}

// last_byte is the last address there is.
static char *last_byte(void) { return (char *)(__builtin_wasm_memory_size(0) * 65536 - 1); }

// ask makes a host call and returns what became of it.
static int32_t ask(text payload) {
  text b = TEXT("examples"), n = TEXT("faults"), o = TEXT("ask");
  return host_call(b.at, b.len, n.at, n.len, o.at, o.len, payload.at, payload.len);
}

// The host is told of places that are not, and of texts that are not UTF-8.
static int32_t lies(text operation) {
  text not_utf8 = TEXT("\xff\xfe"), o = TEXT("o");
  char *last = last_byte(), *wrap = (char *)0xffffffff;
  if (IS("lie_request")) guest_request(last, last);
  else if (IS("lie_response")) guest_response(last, 2);
  else if (IS("lie_response_wrap")) guest_response(wrap, 2);
  else if (IS("lie_response_huge")) guest_response(NULL, 0xffffffff);
  else if (IS("lie_error")) guest_error(last, 2);
  else if (IS("lie_log")) console_log(last, 2);
  else if (IS("lie_host_call")) host_call(o.at, o.len, o.at, o.len, o.at, o.len, last, 2);
  else if (IS("lie_host_names")) host_call(last, 2, o.at, o.len, o.at, o.len, NULL, 0);
  else if (IS("lie_host_response") && ask(TEXT("reply with two bytes or more")) == 1) host_response(last);
  else if (IS("lie_host_error") && ask(TEXT("fail with two bytes or more")) != 1) host_error(last);
  else if (IS("lie_utf8_error")) return fail(not_utf8);
  else if (IS("lie_utf8_log")) console_log(not_utf8.at, not_utf8.len);
  else if (IS("lie_utf8_binding")) host_call(not_utf8.at, not_utf8.len, o.at, o.len, o.at, o.len, NULL, 0);
  else if (IS("lie_utf8_namespace")) host_call(o.at, o.len, not_utf8.at, not_utf8.len, o.at, o.len, NULL, 0);
  else if (IS("lie_utf8_operation")) host_call(o.at, o.len, o.at, o.len, not_utf8.at, not_utf8.len, NULL, 0);
  else return unknown;
  return reply(TEXT("the lie was believed"));
}

// Every row of the table that says what a result means.
static int32_t outcomes(text operation) {
  if (IS("nothing")) return 1;
  if (IS("zero")) return 0;
  if (IS("one_error")) return fail(TEXT("the error")) + 1;
  if (IS("zero_response")) return reply(TEXT("the response")) - 1;
  if (IS("two")) return reply(TEXT("the response")) + 1;
  if (IS("minus_one")) return reply(TEXT("the response")) - 2;
  if (IS("both")) return fail(TEXT("the error")), reply(TEXT("the response"));
  if (IS("zero_both")) return reply(TEXT("the response")), fail(TEXT("the error"));
  if (IS("last_wins")) return reply(TEXT("first")), reply(TEXT("second"));
  if (IS("last_error_wins")) return fail(TEXT("first")), fail(TEXT("second"));
  return unknown;
}

// reenter makes a host call with its payload and answers with the host's reply,
// whatever the host did meanwhile, this guest included.
static int32_t reenter(text payload) {
  int32_t result = ask(payload);
  text answer = {NULL, result == 1 ? host_response_len() : host_error_len()};
  answer.at = take(answer.len);
  if (result == 1) host_response(answer.at);
  else host_error(answer.at);
  return result == 1 ? reply(answer) : fail(answer);
}

// host_state answers with the lengths of the host's reply and error, before and
// after a host call, and the result of the call: "0 0 1 5 0".
static int32_t host_state(text payload) {
  text before = join(join(decimal(host_response_len()), TEXT(" ")), decimal(host_error_len()));
  text result = join(TEXT(" "), decimal((size_t)ask(payload)));
  text after = join(join(decimal(host_response_len()), TEXT(" ")), decimal(host_error_len()));
  return reply(join(join(before, result), join(TEXT(" "), after)));
}

// nowhere hands over nothing from places that are not, which is no lie.
static int32_t nowhere(void) {
  char *far = (char *)0xffffffff;
  console_log(far, 0);
  host_call(far, 0, far, 0, far, 0, far, 0);
  guest_response(far, 0);
  return 1;
}

static int32_t request_twice(text operation, text payload) {
  text again = {take(operation.len), operation.len}, payload_again = {take(payload.len), payload.len};
  guest_request(again.at, payload_again.at);
  return reply(join(join(again, TEXT(" ")), join(payload, payload_again)));
}

static int32_t log_many(void) {
  for (size_t i = 0; i < 100; i++) {
    text line = join(TEXT("line "), decimal(i));
    console_log(line.at, line.len);
  }
  return reply(TEXT("100"));
}

// scribble hands over a response and then changes the bytes.
static int32_t scribble(text payload) {
  int32_t result = reply(payload);
  __builtin_memset(payload.at, '#', payload.len);
  return result;
}

static size_t counted;

static int32_t talks(text operation, text payload) {
  if (IS("echo")) return reply(payload);
  if (IS("reenter")) return reenter(payload);
  if (IS("host_state")) return host_state(payload);
  if (IS("nowhere")) return nowhere();
  if (IS("request_twice")) return request_twice(operation, payload);
  if (IS("log_many")) return log_many();
  if (IS("scribble")) return scribble(payload);
  if (IS("count")) return reply(decimal(++counted));
  return unknown;
}

#endif
