#include "shim.h"

#include <stdlib.h>
#include <string.h>

extern char *oracleServe(uintptr_t number, uint8_t *args, size_t size, uint8_t **result);
extern void oracleDropped(uintptr_t number, uint32_t rep);

enum { MAX_ARGS = 32, HOST_TYPE = 1 };

static uint8_t take8(const uint8_t **at) { return *(*at)++; }

static uint32_t take32(const uint8_t **at) {
  uint32_t v;
  memcpy(&v, *at, sizeof v);
  *at += sizeof v;
  return v;
}

static uint64_t take64(const uint8_t **at) {
  uint64_t v;
  memcpy(&v, *at, sizeof v);
  *at += sizeof v;
  return v;
}

static void take_text(const uint8_t **at, wasm_byte_vec_t *to) {
  uint32_t size = take32(at);
  wasm_byte_vec_new(to, size, (const char *)*at);
  *at += size;
}

static void take(wasmtime_context_t *context, const uint8_t **at, wasmtime_component_val_t *to);

// take_payload takes a value that may not be there.
static wasmtime_component_val_t *take_payload(wasmtime_context_t *context, const uint8_t **at) {
  if (!take8(at)) return NULL;
  wasmtime_component_val_t val;
  take(context, at, &val);
  return wasmtime_component_val_new(&val);
}

static void take_packed(const uint8_t **at, wasmtime_component_val_t *to) {
  uint8_t kind = take8(at), size = take8(at);
  uint32_t count = take32(at);
  to->kind = KIND_LIST;
  wasmtime_component_vallist_new_uninit(&to->of.list, count);
  for (uint32_t i = 0; i < count; i++, *at += size) {
    wasmtime_component_val_t *val = &to->of.list.data[i];
    val->kind = kind;
    memcpy(&val->of, *at, size);
  }
}

static void take_resource(wasmtime_context_t *context, const uint8_t **at, wasmtime_component_val_t *to) {
  bool owned = take8(at);
  uint32_t rep = take32(at);
  wasmtime_component_resource_host_t *host = wasmtime_component_resource_host_new(owned, rep, HOST_TYPE);
  to->kind = KIND_RESOURCE;
  wasmtime_error_t *error = wasmtime_component_resource_host_to_any(context, host, &to->of.resource);
  if (error) abort();
  wasmtime_component_resource_host_delete(host);
}

static void take(wasmtime_context_t *context, const uint8_t **at, wasmtime_component_val_t *to) {
  to->kind = take8(at);
  switch (to->kind) {
  case KIND_STRING:
  case KIND_ENUM:
    take_text(at, &to->of.string);
    break;
  case KIND_LIST:
  case KIND_TUPLE: // which are alike
    wasmtime_component_vallist_new_uninit(&to->of.list, take32(at));
    for (size_t i = 0; i < to->of.list.size; i++) take(context, at, &to->of.list.data[i]);
    break;
  case KIND_RECORD:
    wasmtime_component_valrecord_new_uninit(&to->of.record, take32(at));
    for (size_t i = 0; i < to->of.record.size; i++) {
      take_text(at, &to->of.record.data[i].name);
      take(context, at, &to->of.record.data[i].val);
    }
    break;
  case KIND_VARIANT:
    take_text(at, &to->of.variant.discriminant);
    to->of.variant.val = take_payload(context, at);
    break;
  case KIND_OPTION:
    to->of.option = take_payload(context, at);
    break;
  case KIND_RESULT:
    to->of.result.is_ok = take8(at);
    to->of.result.val = take_payload(context, at);
    break;
  case KIND_FLAGS:
    wasmtime_component_valflags_new_uninit(&to->of.flags, take32(at));
    for (size_t i = 0; i < to->of.flags.size; i++) take_text(at, &to->of.flags.data[i]);
    break;
  case KIND_RESOURCE:
    to->of.resource = wasmtime_component_resource_any_clone((void *)(uintptr_t)take64(at));
    break;
  case KIND_PACKED:
    take_packed(at, to);
    break;
  case KIND_HOST_RESOURCE:
    take_resource(context, at, to);
    break;
  default:
    to->of.u64 = take64(at);
  }
}

static uint8_t *more(oracle_buffer *to, size_t size) {
  if (to->size + size > to->room) {
    to->room = 2 * to->room + size;
    to->data = realloc(to->data, to->room);
    if (!to->data) abort();
  }
  to->size += size;
  return to->data + to->size - size;
}

static void put(oracle_buffer *to, const void *from, size_t size) {
  if (size) memcpy(more(to, size), from, size);
}

static void put8(oracle_buffer *to, uint8_t v) { *more(to, 1) = v; }

static void put32(oracle_buffer *to, uint32_t v) { put(to, &v, sizeof v); }

static void put_text(oracle_buffer *to, const wasm_byte_vec_t *text) {
  put32(to, text->size);
  put(to, text->data, text->size);
}

static void put_value(wasmtime_context_t *context, oracle_buffer *to, const wasmtime_component_val_t *val);

static void put_payload(wasmtime_context_t *context, oracle_buffer *to, const wasmtime_component_val_t *val) {
  put8(to, val != NULL);
  if (val) put_value(context, to, val);
}

static const uint8_t number_sizes[] = {1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 4};

static void put_list(wasmtime_context_t *context, oracle_buffer *to, const wasmtime_component_vallist_t *list) {
  if (list->size == 0 || list->data[0].kind > KIND_CHAR) {
    put8(to, KIND_LIST);
    put32(to, list->size);
    for (size_t i = 0; i < list->size; i++) put_value(context, to, &list->data[i]);
    return;
  }
  uint8_t kind = list->data[0].kind, size = number_sizes[kind];
  put8(to, KIND_PACKED);
  put8(to, kind);
  put8(to, size);
  put32(to, list->size);
  uint8_t *at = more(to, list->size * size);
  for (size_t i = 0; i < list->size; i++, at += size) memcpy(at, &list->data[i].of, size);
}

// put_resource writes what identifies a resource: the number that the host gave
// it, or where it is, which the reader must give back.
static void put_resource(wasmtime_context_t *context, oracle_buffer *to, wasmtime_component_resource_any_t *any) {
  wasmtime_component_resource_host_t *host;
  wasmtime_error_t *error = wasmtime_component_resource_any_to_host(context, any, &host);
  bool owned = wasmtime_component_resource_any_owned(any);
  if (error) {
    wasmtime_error_delete(error);
    uint64_t at = (uintptr_t)wasmtime_component_resource_any_clone(any);
    put8(to, KIND_RESOURCE);
    put8(to, owned);
    put(to, &at, sizeof at);
    return;
  }
  put8(to, KIND_HOST_RESOURCE);
  put8(to, owned);
  put32(to, wasmtime_component_resource_host_rep(host));
  wasmtime_component_resource_host_delete(host);
}

static void put_number(oracle_buffer *to, const wasmtime_component_val_t *val) {
  uint64_t bits = 0;
  put8(to, val->kind);
  switch (val->kind) {
  case KIND_S8: bits = (int64_t)val->of.s8; break;
  case KIND_S16: bits = (int64_t)val->of.s16; break;
  case KIND_S32: bits = (int64_t)val->of.s32; break;
  default: memcpy(&bits, &val->of, number_sizes[val->kind]);
  }
  put(to, &bits, sizeof bits);
}

static void put_value(wasmtime_context_t *context, oracle_buffer *to, const wasmtime_component_val_t *val) {
  if (val->kind <= KIND_CHAR) {
    put_number(to, val);
    return;
  }
  if (val->kind == KIND_LIST) {
    put_list(context, to, &val->of.list);
    return;
  }
  if (val->kind == KIND_RESOURCE) {
    put_resource(context, to, val->of.resource);
    return;
  }
  put8(to, val->kind);
  switch (val->kind) {
  case KIND_STRING:
  case KIND_ENUM:
    put_text(to, &val->of.string);
    break;
  case KIND_TUPLE:
    put32(to, val->of.tuple.size);
    for (size_t i = 0; i < val->of.tuple.size; i++) put_value(context, to, &val->of.tuple.data[i]);
    break;
  case KIND_RECORD:
    put32(to, val->of.record.size);
    for (size_t i = 0; i < val->of.record.size; i++) put_value(context, to, &val->of.record.data[i].val);
    break;
  case KIND_VARIANT:
    put_text(to, &val->of.variant.discriminant);
    put_payload(context, to, val->of.variant.val);
    break;
  case KIND_OPTION:
    put_payload(context, to, val->of.option);
    break;
  case KIND_RESULT:
    put8(to, val->of.result.is_ok);
    put_payload(context, to, val->of.result.val);
    break;
  case KIND_FLAGS:
    put32(to, val->of.flags.size);
    for (size_t i = 0; i < val->of.flags.size; i++) put_text(to, &val->of.flags.data[i]);
    break;
  }
}

wasmtime_error_t *oracle_call(wasmtime_context_t *context, const wasmtime_component_func_t *func, const uint8_t *args,
                              size_t count, bool result, oracle_buffer *out) {
  wasmtime_component_val_t vals[MAX_ARGS], back = {0}; // wasmtime drops what is there
  for (size_t i = 0; i < count; i++) take(context, &args, &vals[i]);
  wasmtime_error_t *error = wasmtime_component_func_call(func, context, vals, count, &back, result);
  for (size_t i = 0; i < count; i++) wasmtime_component_val_delete(&vals[i]);
  if (error) return error;
  out->size = 0;
  if (result) {
    put_value(context, out, &back);
    wasmtime_component_val_delete(&back);
  }
  return wasmtime_component_func_post_return(func, context);
}

static wasmtime_error_t *serve(void *number, wasmtime_context_t *context, const wasmtime_component_func_type_t *type,
                               wasmtime_component_val_t *args, size_t count, wasmtime_component_val_t *results,
                               size_t result_count) {
  (void)type;
  oracle_buffer buffer = {0};
  for (size_t i = 0; i < count; i++) put_value(context, &buffer, &args[i]);
  uint8_t *result = NULL;
  char *reason = oracleServe((uintptr_t)number, buffer.data, buffer.size, &result);
  free(buffer.data);
  if (reason) {
    wasmtime_error_t *error = wasmtime_error_new(reason);
    free(reason);
    return error;
  }
  const uint8_t *at = result;
  if (result_count) take(context, &at, &results[0]);
  free(result);
  return NULL;
}

wasmtime_error_t *oracle_define(wasmtime_component_linker_instance_t *to, const char *name, size_t size, uintptr_t number) {
  return wasmtime_component_linker_instance_add_func(to, name, size, serve, (void *)number, NULL);
}

static wasmtime_error_t *dropped(void *number, wasmtime_context_t *context, uint32_t rep) {
  (void)context;
  oracleDropped((uintptr_t)number, rep);
  return NULL;
}

wasmtime_error_t *oracle_define_resource(wasmtime_component_linker_instance_t *to, const char *name, size_t size,
                                         uintptr_t number) {
  wasmtime_component_resource_type_t *type = wasmtime_component_resource_type_new_host(HOST_TYPE);
  wasmtime_error_t *error =
      wasmtime_component_linker_instance_add_resource(to, name, size, type, dropped, (void *)number, NULL);
  wasmtime_component_resource_type_delete(type);
  return error;
}

void *oracle_copy(const void *data, size_t size) {
  void *copy = malloc(size);
  if (!copy) abort();
  return memcpy(copy, data, size);
}
