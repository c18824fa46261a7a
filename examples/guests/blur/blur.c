// The guest "blur" works on pictures: packed pixels of one, three or four
// channels, each of which it takes by itself. It answers in the form that package
// picture describes: pixels, and 16 bytes behind them.

#include "../tube/tube.h"

typedef struct {
  uint8_t *pixels;
  uint32_t width, height, channels;
  size_t length;
} picture;

// picture_of says which picture was sent; 0 if it is none.
static int picture_of(picture *p, uint8_t *index, size_t length, uint32_t width, uint32_t height) {
  uint64_t area = (uint64_t)width * height;
  for (uint32_t channels = 1; channels <= 4; channels++) {
    if (channels == 2 || area == 0 || area > length || area * channels != length) continue;
    *p = (picture){index, width, height, channels, length};
    return 1;
  }
  return 0;
}

#define NO_PICTURE tube_error("the length is not width times height times 1, 3 or 4")
#define NO_MEMORY tube_error("there is not enough memory")

static void put32(uint8_t *at, uint32_t v) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(v >> (8 * i));
}

// answer writes what stands behind the pixels.
static uint64_t answer(picture p) {
  uint8_t *trailer = p.pixels + p.length;
  put32(trailer, p.width);
  put32(trailer + 4, p.height);
  put32(trailer + 8, p.channels);
  put32(trailer + 12, 0xff474d49); // "IMG" and 0xff
  return tube_reply(p.pixels, p.length + 16);
}

TUBE_EXPORT(grayscale) uint64_t grayscale(uint8_t *index, size_t length, uint32_t width, uint32_t height) {
  picture p;
  if (!picture_of(&p, index, length, width, height)) return NO_PICTURE;
  if (p.channels > 1) {
    for (uint8_t *at = p.pixels, *end = at + p.length; at < end; at += p.channels) {
      at[0] = at[1] = at[2] = (uint8_t)((299 * at[0] + 587 * at[1] + 114 * at[2] + 500) / 1000);
    }
  }
  return answer(p);
}

// sum_row makes of a row the sums of the 2*radius+1 pixels around each of its
// pixels. Where the picture ends its last pixel counts again.
static void sum_row(uint32_t *sums, const uint8_t *row, picture p, int32_t radius) {
  int32_t last = (int32_t)p.width - 1;
  for (uint32_t c = 0; c < p.channels; c++) {
    uint32_t sum = 0;
    for (int32_t x = -radius; x <= radius; x++) sum += row[(uint32_t)(x < 0 ? 0 : x > last ? last : x) * p.channels + c];
    for (int32_t x = 0; x <= last; x++) {
      sums[(uint32_t)x * p.channels + c] = sum;
      int32_t out = x - radius < 0 ? 0 : x - radius, in = x + radius + 1 > last ? last : x + radius + 1;
      sum += row[(uint32_t)in * p.channels + c] - (uint32_t)row[(uint32_t)out * p.channels + c];
    }
  }
}

// blur_picture makes each pixel the mean of the square around it. It keeps the
// sums of the rows of that square, and those of its columns.
static uint64_t blur_picture(picture p, int32_t radius) {
  int32_t rows = 2 * radius + 1, last = (int32_t)p.height - 1;
  size_t samples = (size_t)p.width * p.channels;
  if (samples > (SIZE_MAX / 8) / (size_t)(rows + 1)) return NO_MEMORY;
  uint32_t *ring = tube_scratch(p.pixels, p.length, samples * (size_t)(rows + 1) * sizeof *ring);
  if (!ring) return NO_MEMORY;
  uint32_t *columns = ring + samples * (size_t)rows, area = (uint32_t)(rows * rows);

  for (size_t i = 0; i < samples; i++) columns[i] = 0;
  for (int32_t y = 0; y <= last && y <= radius; y++) sum_row(ring + samples * (size_t)(y % rows), p.pixels + samples * (size_t)y, p, radius);
  for (int32_t y = -radius; y <= radius; y++) {
    const uint32_t *row = ring + samples * (size_t)((y < 0 ? 0 : y > last ? last : y) % rows);
    for (size_t i = 0; i < samples; i++) columns[i] += row[i];
  }
  for (int32_t y = 0; y <= last; y++) {
    uint8_t *to = p.pixels + samples * (size_t)y;
    for (size_t i = 0; i < samples; i++) to[i] = (uint8_t)((columns[i] + area / 2) / area);
    const uint32_t *out = ring + samples * (size_t)((y - radius < 0 ? 0 : y - radius) % rows);
    for (size_t i = 0; i < samples; i++) columns[i] -= out[i];
    int32_t next = y + radius + 1 > last ? last : y + radius + 1;
    uint32_t *in = ring + samples * (size_t)(next % rows);
    if (next == y + radius + 1) sum_row(in, p.pixels + samples * (size_t)next, p, radius);
    for (size_t i = 0; i < samples; i++) columns[i] += in[i];
  }
  return answer(p);
}

TUBE_EXPORT(blur_by) uint64_t blur_by(uint8_t *index, size_t length, uint32_t width, uint32_t height, uint32_t radius) {
  picture p;
  if (!picture_of(&p, index, length, width, height)) return NO_PICTURE;
  if (radius > 255) return tube_error("the radius is not from 0 to 255");
  return blur_picture(p, (int32_t)radius);
}

TUBE_EXPORT(blur) uint64_t blur(uint8_t *index, size_t length, uint32_t width, uint32_t height) {
  return blur_by(index, length, width, height, 2);
}

// mean is the mean of one channel in a part of a picture.
static uint8_t mean(picture p, uint32_t c, size_t left, size_t top, size_t right, size_t bottom) {
  uint64_t sum = 0, area = (uint64_t)(right - left) * (bottom - top);
  for (size_t y = top; y < bottom; y++) {
    for (size_t x = left; x < right; x++) sum += p.pixels[(y * p.width + x) * p.channels + c];
  }
  return (uint8_t)((sum + area / 2) / area);
}

// begin is where the part of a side begins that becomes pixel i.
static size_t begin(uint32_t i, uint32_t side, uint32_t new_side) { return (size_t)((uint64_t)i * side / new_side); }

static size_t end(uint32_t i, uint32_t side, uint32_t new_side) {
  size_t from = begin(i, side, new_side), to = begin(i + 1, side, new_side);
  return to > from ? to : from + 1;
}

// resize makes each new pixel the mean of those that it stands for.
TUBE_EXPORT(resize)
uint64_t resize(uint8_t *index, size_t length, uint32_t width, uint32_t height, uint32_t new_width, uint32_t new_height) {
  picture p;
  if (!picture_of(&p, index, length, width, height)) return NO_PICTURE;
  if (new_width - 1 >= 32768 || new_height - 1 >= 32768) return tube_error("a new side is not from 1 to 32768");
  uint64_t size = (uint64_t)new_width * new_height * p.channels;
  picture to = {0, new_width, new_height, p.channels, (size_t)size};
  if (size > SIZE_MAX / 4 || !(to.pixels = tube_scratch(p.pixels, p.length, to.length + 16))) return NO_MEMORY;
  uint8_t *at = to.pixels;
  for (uint32_t y = 0; y < new_height; y++) {
    size_t top = begin(y, height, new_height), bottom = end(y, height, new_height);
    for (uint32_t x = 0; x < new_width; x++) {
      size_t left = begin(x, width, new_width), right = end(x, width, new_width);
      for (uint32_t c = 0; c < p.channels; c++) *at++ = mean(p, c, left, top, right, bottom);
    }
  }
  return answer(to);
}

static char *put_text(char *at, const char *text) {
  while (*text) *at++ = *text++;
  return at;
}

static char *put_number(char *at, uint32_t n) {
  char digits[10];
  int len = 0;
  do digits[len++] = (char)('0' + n % 10);
  while (n /= 10);
  while (len > 0) *at++ = digits[--len];
  return at;
}

// histogram answers with JSON: for each channel how many of its samples have
// each of the 256 values.
TUBE_EXPORT(histogram) uint64_t histogram(uint8_t *index, size_t length, uint32_t width, uint32_t height) {
  static const char *const colors[] = {"red", "green", "blue", "alpha"}, *const gray[] = {"gray"};
  picture p;
  if (!picture_of(&p, index, length, width, height)) return NO_PICTURE;
  uint32_t *counts = tube_scratch(p.pixels, p.length, 4 * 256 * sizeof *counts + 4 * (256 * 11 + 16));
  if (!counts) return NO_MEMORY;
  for (int i = 0; i < 4 * 256; i++) counts[i] = 0;
  for (size_t i = 0; i < p.length; i++) counts[i % p.channels * 256 + p.pixels[i]]++;
  char *text = (char *)(counts + 4 * 256), *at = text;
  for (uint32_t c = 0; c < p.channels; c++) {
    at = put_text(at, c == 0 ? "{\"" : ",\"");
    at = put_text(at, p.channels == 1 ? gray[c] : colors[c]);
    at = put_text(at, "\":[");
    for (int i = 0; i < 256; i++) {
      if (i > 0) *at++ = ',';
      at = put_number(at, counts[c * 256 + (uint32_t)i]);
    }
    *at++ = ']';
  }
  *at++ = '}';
  return tube_reply(text, (size_t)(at - text));
}

// image_size answers with width and height, in the short form.
TUBE_EXPORT(image_size) int32_t image_size(char *index, size_t length, uint32_t width, uint32_t height) {
  (void)length;
  char *at = put_number(put_text(index, "{\"width\":"), width);
  at = put_number(put_text(at, ",\"height\":"), height);
  *at++ = '}';
  return (int32_t)(at - index);
}

// identity answers with pixels alone: those that it got.
TUBE_EXPORT(identity) int32_t identity(const uint8_t *index, size_t length, uint32_t width, uint32_t height) {
  (void)index;
  (void)width;
  (void)height;
  return (int32_t)length;
}

// echo answers with the payload, which is where the reply belongs.
TUBE_EXPORT(echo) int32_t echo(const char *index, size_t length) {
  (void)index;
  return (int32_t)length;
}
