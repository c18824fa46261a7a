// json.h reads and writes the little JSON that the examples need: one string
// member of an object. It checks the whole document (RFC 8259) and nests to
// JSON_DEPTH levels.

#ifndef JSON_H
#define JSON_H

#include "wapc.h"

#define JSON_DEPTH 127

// A reader that has met an error stays where it is and reads no more.
typedef struct {
  const unsigned char *at, *end;
  int bad;
} json_reader;

static int json_peek(json_reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\t' || *r->at == '\n' || *r->at == '\r')) r->at++;
  return r->bad || r->at == r->end ? -1 : *r->at;
}

static int json_next(json_reader *r) {
  return r->bad || r->at == r->end ? -1 : *r->at++;
}

static int json_accept(json_reader *r, int c) {
  if (json_peek(r) != c) return 0;
  r->at++;
  return 1;
}

static void json_expect(json_reader *r, int c) {
  if (!json_accept(r, c)) r->bad = 1;
}

static uint32_t json_hex4(json_reader *r) {
  uint32_t v = 0;
  for (int i = 0; i < 4; i++) {
    int c = json_next(r);
    if (c >= '0' && c <= '9') v = v * 16 + (uint32_t)(c - '0');
    else if (c >= 'a' && c <= 'f') v = v * 16 + (uint32_t)(c - 'a') + 10;
    else if (c >= 'A' && c <= 'F') v = v * 16 + (uint32_t)(c - 'A') + 10;
    else r->bad = 1;
  }
  return v;
}

static char *json_put_utf8(char *out, uint32_t v) {
  if (v < 0x80) {
    *out++ = (char)v;
    return out;
  }
  int more = v < 0x800 ? 1 : v < 0x10000 ? 2 : 3;
  static const unsigned char lead[] = {0, 0xc0, 0xe0, 0xf0};
  *out++ = (char)(lead[more] | v >> (6 * more));
  while (more-- > 0) *out++ = (char)(0x80 | ((v >> (6 * more)) & 0x3f));
  return out;
}

// json_rune reads what follows \u; half a surrogate pair is an error.
static uint32_t json_rune(json_reader *r) {
  uint32_t v = json_hex4(r);
  if (v < 0xd800 || v > 0xdfff) return v;
  if (v > 0xdbff || json_next(r) != '\\' || json_next(r) != 'u') {
    r->bad = 1;
    return 0;
  }
  uint32_t low = json_hex4(r);
  if (low < 0xdc00 || low > 0xdfff) r->bad = 1;
  return 0x10000 + ((v - 0xd800) << 10) + (low - 0xdc00);
}

static char *json_escape(json_reader *r, char *out) {
  int c = json_next(r);
  switch (c) {
    case '"': case '\\': case '/': *out++ = (char)c; break;
    case 'b': *out++ = '\b'; break;
    case 'f': *out++ = '\f'; break;
    case 'n': *out++ = '\n'; break;
    case 'r': *out++ = '\r'; break;
    case 't': *out++ = '\t'; break;
    case 'u': return json_put_utf8(out, json_rune(r));
    default: r->bad = 1;
  }
  return out;
}

// json_multibyte copies one character of two to four bytes, if it is UTF-8.
static char *json_multibyte(json_reader *r, char *out, int lead) {
  int more = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : 1;
  uint32_t v = (uint32_t)lead & (0x3fu >> more);
  for (int i = 0; i < more; i++) {
    int c = json_next(r);
    if (c < 0 || (c & 0xc0) != 0x80) r->bad = 1;
    v = v << 6 | ((uint32_t)c & 0x3f);
  }
  static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
  if (lead < 0xc2 || lead > 0xf4 || v < least[more] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) r->bad = 1;
  return r->bad ? out : json_put_utf8(out, v);
}

// json_string reads a string; it is never longer than its source.
static text json_string(json_reader *r) {
  json_expect(r, '"');
  char *start = take((size_t)(r->end - r->at)), *out = start;
  for (;;) {
    int c = json_next(r);
    if (c == '"') return (text){start, (size_t)(out - start)};
    if (c < 0x20) r->bad = 1;
    if (r->bad) return (text){start, 0};
    if (c == '\\') out = json_escape(r, out);
    else if (c < 0x80) *out++ = (char)c;
    else out = json_multibyte(r, out, c);
  }
}

static int json_digits(json_reader *r) {
  int n = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; r->at++) n++;
  return n;
}

static void json_number(json_reader *r) {
  json_accept(r, '-');
  int zero = r->at < r->end && *r->at == '0';
  int n = json_digits(r);
  if (n == 0 || (zero && n > 1)) r->bad = 1;
  if (r->at < r->end && *r->at == '.') {
    r->at++;
    if (json_digits(r) == 0) r->bad = 1;
  }
  if (r->at < r->end && (*r->at | 0x20) == 'e') {
    r->at++;
    if (r->at < r->end && (*r->at == '+' || *r->at == '-')) r->at++;
    if (json_digits(r) == 0) r->bad = 1;
  }
}

static void json_word(json_reader *r, text word) {
  for (size_t i = 0; i < word.len; i++)
    if (json_next(r) != word.at[i]) r->bad = 1;
}

static void json_skip(json_reader *r, int depth);

static void json_skip_list(json_reader *r, int depth) {
  if (depth > JSON_DEPTH) r->bad = 1;
  json_expect(r, '[');
  if (json_accept(r, ']')) return;
  do json_skip(r, depth + 1);
  while (json_accept(r, ','));
  json_expect(r, ']');
}

// json_object reads an object and puts into *found the last string under key.
// Another kind of value under that key takes away what was found before.
static void json_object(json_reader *r, int depth, text key, text *found) {
  if (depth > JSON_DEPTH) r->bad = 1;
  json_expect(r, '{');
  if (json_accept(r, '}')) return;
  do {
    int wanted = found != NULL;
    json_peek(r);
    text name = json_string(r);
    wanted = wanted && text_equal(name, key);
    json_expect(r, ':');
    if (wanted) *found = (text){NULL, 0};
    if (wanted && json_peek(r) == '"') *found = json_string(r);
    else json_skip(r, depth + 1);
  } while (json_accept(r, ','));
  json_expect(r, '}');
}

static void json_skip(json_reader *r, int depth) {
  char *mark = take(0);
  int c = json_peek(r);
  if (c == '{') json_object(r, depth, TEXT(""), NULL);
  else if (c == '[') json_skip_list(r, depth);
  else if (c == '"') json_string(r);
  else if (c == 't') json_word(r, TEXT("true"));
  else if (c == 'f') json_word(r, TEXT("false"));
  else if (c == 'n') json_word(r, TEXT("null"));
  else json_number(r);
  heap_top = mark;
}

// json_member returns the string under key in the object that document is. It
// is empty when there is none, or when document is not JSON.
static text json_member(text document, text key) {
  json_reader r = {(const unsigned char *)document.at, (const unsigned char *)document.at + document.len, 0};
  text found = {NULL, 0};
  if (json_peek(&r) != '{') return found;
  json_object(&r, 1, key, &found);
  if (json_peek(&r) != -1 || r.bad) return (text){NULL, 0};
  return found;
}

// json_short is the letter that stands for c after a backslash, or 0.
static char json_short(unsigned char c) {
  switch (c) {
    case '"': case '\\': return (char)c;
    case '\b': return 'b';
    case '\f': return 'f';
    case '\n': return 'n';
    case '\r': return 'r';
    case '\t': return 't';
    default: return 0;
  }
}

// json_quote returns value as a JSON string.
static text json_quote(text value) {
  static const char digits[] = "0123456789abcdef";
  char *start = take(value.len * 6 + 2), *out = start;
  *out++ = '"';
  for (size_t i = 0; i < value.len; i++) {
    unsigned char c = (unsigned char)value.at[i];
    char letter = json_short(c);
    if (letter != 0 || c < 0x20) *out++ = '\\';
    if (letter != 0) {
      *out++ = letter;
    } else if (c < 0x20) {
      text hex = {(char[]){'u', '0', '0', digits[c >> 4], digits[c & 15]}, 5};
      __builtin_memcpy(out, hex.at, hex.len);
      out += hex.len;
    } else {
      *out++ = (char)c;
    }
  }
  *out++ = '"';
  return (text){start, (size_t)(out - start)};
}

#endif
