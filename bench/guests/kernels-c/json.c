// Parses the input as JSON (RFC 8259) to a tree, as a program would that works
// with it, and then walks the tree. The answer is eight numbers of 64 bits: how
// many nulls, booleans, numbers, strings, arrays and objects there are, how many
// bytes all strings and keys have, and the sum of all numbers' bits. It is 0
// bytes if the input is not JSON.

#include "kernels.h"

typedef enum { null, boolean, number, string, array, object } kind;

typedef struct value value;
struct value {
  kind kind;
  uint32_t size;        // of text, or how many children
  const uint8_t *text;  // of a string
  double number;        // also 1 for true
  const uint8_t *key;   // in an object
  uint32_t key_size;
  value *first, *next;
};

static uint8_t arena[4 << 20];
static uint32_t taken;

static void *take(uint32_t size) {
  uint32_t at = (taken + 7) & ~7u;
  if (size > sizeof arena - at) return NULL;
  taken = at + size;
  return arena + at;
}

typedef struct {
  const uint8_t *at, *end;
  int depth;
} parser;

static void skip_space(parser *p) {
  while (p->at < p->end && (*p->at == ' ' || *p->at == '\n' || *p->at == '\r' || *p->at == '\t')) p->at++;
}

static int skip(parser *p, uint8_t c) {
  skip_space(p);
  if (p->at == p->end || *p->at != c) return 0;
  p->at++;
  return 1;
}

static int word(parser *p, const char *w, uint32_t size) {
  if ((uint32_t)(p->end - p->at) < size) return 0;
  for (uint32_t i = 0; i < size; i++)
    if (p->at[i] != (uint8_t)w[i]) return 0;
  p->at += size;
  return 1;
}

// hex reads the four digits of \u, or answers -1.
static int32_t hex(parser *p) {
  int32_t n = 0;
  if (p->end - p->at < 4) return -1;
  for (int i = 0; i < 4; i++) {
    uint8_t c = *p->at++;
    if (c >= '0' && c <= '9') n = n * 16 + c - '0';
    else if ((c | 32) >= 'a' && (c | 32) <= 'f') n = n * 16 + (c | 32) - 'a' + 10;
    else return -1;
  }
  return n;
}

// rune reads what follows \u and writes it as UTF-8.
static uint8_t *rune(parser *p, uint8_t *to) {
  int32_t r = hex(p);
  if (r >= 0xd800 && r < 0xdc00 && word(p, "\\u", 2)) {
    int32_t low = hex(p);
    if (low < 0xdc00 || low > 0xdfff) return NULL;
    r = 0x10000 + ((r - 0xd800) << 10) + low - 0xdc00;
  }
  if (r < 0 || (r >= 0xd800 && r <= 0xdfff)) return NULL;
  if (r < 0x80) {
    *to++ = (uint8_t)r;
  } else if (r < 0x800) {
    *to++ = (uint8_t)(0xc0 | r >> 6), *to++ = (uint8_t)(0x80 | (r & 63));
  } else if (r < 0x10000) {
    *to++ = (uint8_t)(0xe0 | r >> 12), *to++ = (uint8_t)(0x80 | (r >> 6 & 63)), *to++ = (uint8_t)(0x80 | (r & 63));
  } else {
    *to++ = (uint8_t)(0xf0 | r >> 18), *to++ = (uint8_t)(0x80 | (r >> 12 & 63));
    *to++ = (uint8_t)(0x80 | (r >> 6 & 63)), *to++ = (uint8_t)(0x80 | (r & 63));
  }
  return to;
}

static uint8_t *escape(parser *p, uint8_t *to) {
  if (p->at == p->end) return NULL;
  switch (*p->at++) {
  case '"': *to++ = '"'; return to;
  case '\\': *to++ = '\\'; return to;
  case '/': *to++ = '/'; return to;
  case 'b': *to++ = '\b'; return to;
  case 'f': *to++ = '\f'; return to;
  case 'n': *to++ = '\n'; return to;
  case 'r': *to++ = '\r'; return to;
  case 't': *to++ = '\t'; return to;
  case 'u': return rune(p, to);
  }
  return NULL;
}

// text reads a string after its first quote. It is never longer than it was.
static int text(parser *p, const uint8_t **bytes, uint32_t *size) {
  const uint8_t *close = p->at;
  while (close < p->end && *close != '"') close += *close == '\\' ? 2 : 1;
  if (close >= p->end) return 0;
  uint8_t *to = take((uint32_t)(close - p->at));
  if (to == NULL) return 0;
  *bytes = to;
  while (p->at < close) {
    uint8_t c = *p->at++;
    if (c < ' ') return 0;
    if (c != '\\') *to++ = c;
    else if ((to = escape(p, to)) == NULL) return 0;
  }
  p->at = close + 1;
  *size = (uint32_t)(to - *bytes);
  return 1;
}

static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                              1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

static int is_digit(const parser *p) { return p->at < p->end && *p->at >= '0' && *p->at <= '9'; }

// numeral reads a number. It is the nearest double if its digits are at most 15
// and its exponent at most 22.
static int numeral(parser *p, double *to) {
  int negative = word(p, "-", 1), scale = 0;
  uint64_t digits = 0;
  if (!is_digit(p)) return 0;
  if (!word(p, "0", 1))
    while (is_digit(p)) digits = digits * 10 + *p->at++ - '0';
  if (word(p, ".", 1)) {
    if (!is_digit(p)) return 0;
    while (is_digit(p)) digits = digits * 10 + *p->at++ - '0', scale--;
  }
  if (word(p, "e", 1) || word(p, "E", 1)) {
    int minus = word(p, "-", 1), exponent = 0;
    if (!minus) word(p, "+", 1);
    if (!is_digit(p)) return 0;
    while (is_digit(p)) exponent = exponent < 10000 ? exponent * 10 + *p->at++ - '0' : (p->at++, exponent);
    scale += minus ? -exponent : exponent;
  }
  double d = (double)digits;
  for (; scale > 0 && d != 0; scale -= scale > 22 ? 22 : scale) d *= tens[scale > 22 ? 22 : scale];
  for (; scale < 0 && d != 0; scale += scale < -22 ? 22 : -scale) d /= tens[scale < -22 ? 22 : -scale];
  *to = negative ? -d : d;
  return 1;
}

static int any(parser *p, value *v);

// members reads the children of an array or an object after the bracket.
static int members(parser *p, value *parent, uint8_t close) {
  value **link = &parent->first;
  if (skip(p, close)) return 1;
  do {
    value *v = take(sizeof(value));
    if (v == NULL) return 0;
    *v = (value){0};
    if (close == '}' && !(skip(p, '"') && text(p, &v->key, &v->key_size) && skip(p, ':'))) return 0;
    if (!any(p, v)) return 0;
    *link = v;
    link = &v->next;
    parent->size++;
  } while (skip(p, ','));
  return skip(p, close);
}

static int nested(parser *p, value *v, uint8_t close) {
  p->at++;
  if (++p->depth > 128) return 0;
  int ok = members(p, v, close);
  p->depth--;
  return ok;
}

static int any(parser *p, value *v) {
  skip_space(p);
  if (p->at == p->end) return 0;
  switch (*p->at) {
  case 'n': v->kind = null; return word(p, "null", 4);
  case 't': v->kind = boolean, v->number = 1; return word(p, "true", 4);
  case 'f': v->kind = boolean; return word(p, "false", 5);
  case '"': v->kind = string, p->at++; return text(p, &v->text, &v->size);
  case '[': v->kind = array; return nested(p, v, ']');
  case '{': v->kind = object; return nested(p, v, '}');
  }
  v->kind = number;
  return numeral(p, &v->number);
}

static void walk(const value *v, uint64_t counts[8]) {
  counts[v->kind]++;
  counts[6] += v->key_size;
  if (v->kind == string) counts[6] += v->size;
  if (v->kind == number) {
    uint64_t bits;
    __builtin_memcpy(&bits, &v->number, sizeof bits);
    counts[7] += bits;
  }
  for (const value *child = v->first; child != NULL; child = child->next) walk(child, counts);
}

EXPORT("json") uint32_t json(uint32_t size) {
  if (size > input_size) return 0;
  taken = 0;
  parser p = {input_bytes, input_bytes + size, 0};
  value root = {0};
  if (!any(&p, &root)) return 0;
  skip_space(&p);
  if (p.at != p.end) return 0;
  uint64_t counts[8] = {0};
  walk(&root, counts);
  __builtin_memcpy(output_bytes, counts, sizeof counts);
  return sizeof counts;
}
