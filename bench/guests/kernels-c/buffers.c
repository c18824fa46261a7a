#include "kernels.h"

uint8_t input_bytes[input_size];
uint8_t output_bytes[output_size];

EXPORT("input") uint8_t *input(void) { return input_bytes; }
EXPORT("output") uint8_t *output(void) { return output_bytes; }
