/* dice.h: random choices, from a seed or from given bytes: a fuzzer steers by the bytes, and when
 * they are used up every choice is the first one. The same on every machine. */
#ifndef GUOTU_TEST_DICE_H
#define GUOTU_TEST_DICE_H

#include "guotu/base.h"

struct dice {
    const uint8_t *p; /* NULL: from the state alone */
    size_t n;
    uint64_t state;
};

int dice_below(struct dice *d, int n); /* 0..n-1; n at most 65536 */
int dice_within(struct dice *d, int lo, int hi);
bool dice_chance(struct dice *d, int percent);
/* A state for bulk numbers (cells): one choice of the dice makes many of them. */
uint64_t dice_fork(struct dice *d);
uint64_t dice_bits(uint64_t *state);
double dice_unit(uint64_t *state); /* 0 <= v < 1 */
/* One of the listed ones. */
#define DICE_PICK(d, ...) \
    (((const int[]){__VA_ARGS__})[dice_below((d), (int)GT_LEN(((const int[]){__VA_ARGS__})))])

#endif
