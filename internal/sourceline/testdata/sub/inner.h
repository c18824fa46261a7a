// inner.h has a function that is inlined.

static inline __attribute__((always_inline)) int inner(int a) {
    int *p = (int *)(__UINTPTR_TYPE__)a;
    *p = a; // line 5
    return a * 7;
}
