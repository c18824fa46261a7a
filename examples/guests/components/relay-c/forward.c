// Answers with what the imports of the same names answer. relay.h and relay.c are
// what `wit-bindgen c` 0.61.1 makes of the world relay.
#include <stdlib.h>

#include "relay.h"

#define OURS(name) exports_patchbay_kinds_echo_##name
#define THEIRS(name) patchbay_kinds_echo_##name

// What is passed as a number.
#define NUMBER(name, type) \
  type OURS(name)(type v) { return THEIRS(name)(v); }

// What is passed by address: the argument is ours to free.
#define FLAT(name, type) \
  void OURS(name)(type *v, type *ret) { THEIRS(name)(v, ret); }
#define MOVED(name, type, free_type) \
  void OURS(name)(type *v, type *ret) { THEIRS(name)(v, ret); free_type(v); }

void OURS(nop)(void) { THEIRS(nop)(); }

uint32_t OURS(add)(uint32_t a, uint32_t b) { return THEIRS(add)(a, b); }

NUMBER(echo_bool, bool)
NUMBER(echo_s8, int8_t)
NUMBER(echo_u8, uint8_t)
NUMBER(echo_s16, int16_t)
NUMBER(echo_u16, uint16_t)
NUMBER(echo_s32, int32_t)
NUMBER(echo_u32, uint32_t)
NUMBER(echo_s64, int64_t)
NUMBER(echo_u64, uint64_t)
NUMBER(echo_f32, float)
NUMBER(echo_f64, double)
NUMBER(echo_char, uint32_t)
NUMBER(echo_color, OURS(color_t))
NUMBER(echo_access, OURS(access_t))
NUMBER(echo_days, OURS(days_t))
NUMBER(echo_bits, OURS(bits_t))

FLAT(echo_point, OURS(point_t))
MOVED(echo_string, relay_string_t, relay_string_free)
MOVED(echo_bytes, relay_list_u8_t, relay_list_u8_free)
MOVED(echo_bools, relay_list_bool_t, relay_list_bool_free)
MOVED(echo_shorts, relay_list_s16_t, relay_list_s16_free)
MOVED(echo_longs, relay_list_u64_t, relay_list_u64_free)
MOVED(echo_floats, relay_list_f32_t, relay_list_f32_free)
MOVED(echo_doubles, relay_list_f64_t, relay_list_f64_free)
MOVED(echo_chars, relay_list_char32_t, relay_list_char32_free)
MOVED(echo_strings, relay_list_string_t, relay_list_string_free)
MOVED(echo_cube, relay_list_list_list_u16_t, relay_list_list_list_u16_free)
MOVED(echo_pair, relay_tuple3_u8_u64_string_t, relay_tuple3_u8_u64_string_free)
MOVED(echo_reading, OURS(reading_t), OURS(reading_free))
MOVED(echo_mixed, OURS(mixed_t), OURS(mixed_free))
MOVED(echo_shape, OURS(shape_t), OURS(shape_free))

void OURS(echo_colors)(OURS(list_color_t) * v, OURS(list_color_t) * ret) {
  THEIRS(echo_colors)((THEIRS(list_color_t) *)v, (THEIRS(list_color_t) *)ret);
  OURS(list_color_free)(v);
}

void OURS(echo_points)(OURS(list_point_t) * v, OURS(list_point_t) * ret) {
  THEIRS(echo_points)((THEIRS(list_point_t) *)v, (THEIRS(list_point_t) *)ret);
  OURS(list_point_free)(v);
}

void OURS(echo_readings)(OURS(list_reading_t) * v, OURS(list_reading_t) * ret) {
  THEIRS(echo_readings)((THEIRS(list_reading_t) *)v, (THEIRS(list_reading_t) *)ret);
  OURS(list_reading_free)(v);
}

void OURS(echo_shapes)(OURS(list_shape_t) * v, OURS(list_shape_t) * ret) {
  THEIRS(echo_shapes)((THEIRS(list_shape_t) *)v, (THEIRS(list_shape_t) *)ret);
  OURS(list_shape_free)(v);
}

void OURS(echo_deep)(OURS(list_option_result_tuple2_string_list_shape_mixed_t) * v,
                     OURS(list_option_result_tuple2_string_list_shape_mixed_t) * ret) {
  THEIRS(echo_deep)((THEIRS(list_option_result_tuple2_string_list_shape_mixed_t) *)v,
                    (THEIRS(list_option_result_tuple2_string_list_shape_mixed_t) *)ret);
  OURS(list_option_result_tuple2_string_list_shape_mixed_free)(v);
}

void OURS(echo_many)(uint8_t a, int16_t b, uint32_t c, uint64_t d, float e, double f, relay_string_t *g, relay_list_u8_t *h,
                     uint32_t *i, OURS(color_t) j, OURS(point_t) * k, bool l, uint32_t m, relay_list_string_t *ret) {
  THEIRS(echo_many)(a, b, c, d, e, f, g, h, i, j, k, l, m, ret);
  relay_string_free(g);
  relay_list_u8_free(h);
}

bool OURS(echo_option)(uint32_t *v, uint32_t *ret) { return THEIRS(echo_option)(v, ret); }

bool OURS(echo_options)(relay_option_string_t *v, relay_option_string_t *ret) {
  bool some = THEIRS(echo_options)(v, ret);
  if (v) relay_option_string_free(v);
  return some;
}

bool OURS(echo_result)(OURS(result_u32_string_t) * v, uint32_t *ret, relay_string_t *err) {
  bool ok = THEIRS(echo_result)((THEIRS(result_u32_string_t) *)v, ret, err);
  OURS(result_u32_string_free)(v);
  return ok;
}

bool OURS(echo_ok)(OURS(result_string_void_t) * v, relay_string_t *ret) {
  bool ok = THEIRS(echo_ok)((THEIRS(result_string_void_t) *)v, ret);
  OURS(result_string_void_free)(v);
  return ok;
}

bool OURS(echo_error)(OURS(result_void_color_t) * v, OURS(color_t) * err) {
  return THEIRS(echo_error)((THEIRS(result_void_color_t) *)v, err);
}

bool OURS(echo_bare)(OURS(result_void_void_t) * v) { return THEIRS(echo_bare)((THEIRS(result_void_void_t) *)v); }

bool OURS(echo_join)(OURS(result_f64_u32_t) * v, double *ret, uint32_t *err) {
  return THEIRS(echo_join)((THEIRS(result_f64_u32_t) *)v, ret, err);
}

// A counter of ours is one of theirs.

typedef exports_patchbay_kinds_counters_own_counter_t our_own;
typedef exports_patchbay_kinds_counters_borrow_counter_t our_borrow;
typedef patchbay_kinds_counters_own_counter_t their_own;
typedef patchbay_kinds_counters_borrow_counter_t their_borrow;

struct exports_patchbay_kinds_counters_counter_t {
  their_own counter;
};

static our_own wrap(their_own counter) {
  our_borrow c = malloc(sizeof *c);
  if (!c) abort();
  c->counter = counter;
  return exports_patchbay_kinds_counters_counter_new(c);
}

// unwrap takes theirs out of ours, which is dropped.
static their_own unwrap(our_own own) {
  our_borrow c = exports_patchbay_kinds_counters_counter_rep(own);
  their_own counter = c->counter;
  c->counter.__handle = 0;
  exports_patchbay_kinds_counters_counter_drop_own(own);
  return counter;
}

static their_borrow lend(our_borrow c) { return patchbay_kinds_counters_borrow_counter(c->counter); }

void exports_patchbay_kinds_counters_counter_destructor(our_borrow c) {
  if (c->counter.__handle) patchbay_kinds_counters_counter_drop_own(c->counter);
  free(c);
}

our_own exports_patchbay_kinds_counters_constructor_counter(int32_t start) {
  return wrap(patchbay_kinds_counters_constructor_counter(start));
}

int32_t exports_patchbay_kinds_counters_method_counter_add(our_borrow c, int32_t n) {
  return patchbay_kinds_counters_method_counter_add(lend(c), n);
}

int32_t exports_patchbay_kinds_counters_method_counter_value(our_borrow c) {
  return patchbay_kinds_counters_method_counter_value(lend(c));
}

our_own exports_patchbay_kinds_counters_static_counter_merge(our_own a, our_own b) {
  their_own first = unwrap(a);
  return wrap(patchbay_kinds_counters_static_counter_merge(first, unwrap(b)));
}

int64_t exports_patchbay_kinds_counters_static_counter_sum(exports_patchbay_kinds_counters_list_borrow_counter_t *all) {
  patchbay_kinds_counters_list_borrow_counter_t theirs = {malloc(all->len * sizeof(their_borrow) + 1), all->len};
  if (!theirs.ptr) abort();
  for (size_t i = 0; i < all->len; i++) theirs.ptr[i] = lend(all->ptr[i]);
  int64_t sum = patchbay_kinds_counters_static_counter_sum(&theirs);
  free(theirs.ptr);
  exports_patchbay_kinds_counters_list_borrow_counter_free(all);
  return sum;
}

void exports_patchbay_kinds_counters_split(our_borrow c, uint32_t parts,
                                           exports_patchbay_kinds_counters_list_own_counter_t *ret) {
  patchbay_kinds_counters_list_own_counter_t theirs;
  patchbay_kinds_counters_split(lend(c), parts, &theirs);
  ret->len = theirs.len;
  ret->ptr = (our_own *)theirs.ptr; // of one size
  for (size_t i = 0; i < theirs.len; i++) ret->ptr[i] = wrap(theirs.ptr[i]);
}

bool exports_patchbay_kinds_counters_open(int32_t start, our_own *ret, relay_string_t *err) {
  their_own counter;
  bool ok = patchbay_kinds_counters_open(start, &counter, err);
  if (ok) *ret = wrap(counter);
  return ok;
}

bool exports_patchbay_kinds_counters_pass(our_own *c, our_own *ret) {
  their_own given, counter;
  if (c) given = unwrap(*c);
  bool some = patchbay_kinds_counters_pass(c ? &given : NULL, &counter);
  if (some) *ret = wrap(counter);
  return some;
}

uint32_t exports_patchbay_kinds_counters_alive(void) { return patchbay_kinds_counters_alive(); }

// The bindings ask for an object with the world in it, so that it is not left
// out; here the world is put into the finished module.
void __component_type_object_force_link_relay(void) {}
