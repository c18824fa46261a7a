// The kernels: what plugins spend their time with, as functions over two
// buffers in the module's memory. The host writes to the one, calls a kernel,
// which answers with how many bytes it left in the other, and reads them.

#include <stddef.h>
#include <stdint.h>

#define EXPORT(name) __attribute__((export_name(name)))

enum { input_size = 1 << 20, output_size = 1 << 17 };

extern uint8_t input_bytes[input_size];
extern uint8_t output_bytes[output_size];
