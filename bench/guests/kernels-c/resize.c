// Makes an image smaller: each pixel is the mean of the area that it covers,
// in two passes, with weights of 16 bits. Pixels are RGBA, a byte each. The
// answer is 0 bytes if the image does not fit or would be larger.

#include "kernels.h"

enum { most = 1024, channels = 4, one = 1 << 16 };

// A span is what one pixel takes from a row or a column.
typedef struct {
  uint32_t first, count, weights;  // weights: index of the first one
} span;

static span spans[most];
static uint32_t weights[3 * most];
static uint8_t between[most * most];

// cover finds the spans when from pixels become to. What the weights lack of
// one by rounding is the last one's.
static void cover(uint32_t from, uint32_t to) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < to; i++) {
    uint32_t begin = i * from, end = begin + from, sum = 0;
    span *s = &spans[i];
    *s = (span){begin / to, 0, at};
    for (uint32_t j = s->first; j * to < end; j++) {
      uint32_t low = j * to > begin ? j * to : begin;
      uint32_t high = (j + 1) * to < end ? (j + 1) * to : end;
      weights[at] = (uint32_t)((uint64_t)(high - low) * one / from);
      sum += weights[at++];
      s->count++;
    }
    weights[at - 1] += one - sum;
  }
}

// mean is a pixel: what its span covers of pixels that are step bytes apart.
static void mean(uint8_t *to, const uint8_t *from, uint32_t step, const span *s) {
  uint32_t sum[channels] = {0};
  from += s->first * step;
  for (uint32_t k = 0; k < s->count; k++, from += step) {
    uint32_t weight = weights[s->weights + k];
    for (int c = 0; c < channels; c++) sum[c] += from[c] * weight;
  }
  for (int c = 0; c < channels; c++) to[c] = (uint8_t)((sum[c] + one / 2) >> 16);
}

EXPORT("resize") uint32_t resize(uint32_t width, uint32_t height, uint32_t to_width, uint32_t to_height) {
  if (width > most || height > most || to_width > width || to_height > height) return 0;
  if (to_width == 0 || to_height == 0 || width * height * channels > input_size) return 0;
  if (to_width * height * channels > sizeof between || to_width * to_height * channels > output_size) return 0;

  cover(width, to_width);
  uint32_t row = width * channels, to_row = to_width * channels;
  for (uint32_t y = 0; y < height; y++)
    for (uint32_t x = 0; x < to_width; x++)
      mean(between + y * to_row + x * channels, input_bytes + y * row, channels, &spans[x]);

  cover(height, to_height);
  for (uint32_t y = 0; y < to_height; y++)
    for (uint32_t x = 0; x < to_width; x++)
      mean(output_bytes + y * to_row + x * channels, between + x * channels, to_row, &spans[y]);
  return to_row * to_height;
}
