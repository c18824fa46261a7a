// place.c is what the tests look for in the line tables of place-*.wasm.
// See build.sh for how those are made.

#include "sub/inner.h"

static int depth;

__attribute__((noinline)) int divide(int a, int b) {
    int quotient =
        a / b; // line 10
    return quotient + depth;
}

int outer(int a) {
    depth++;
    return inner(a) + 1; // inner is inlined here
}

int main(void) {
    return divide(outer(3), depth);
}

void _start(void) {
    main();
}
