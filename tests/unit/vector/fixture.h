/* fixture.h: what the tests of module vector share. */
#ifndef GUOTU_TEST_VECTOR_FIXTURE_H
#define GUOTU_TEST_VECTOR_FIXTURE_H

#include "guotu/vector.h"
#include "t.h"

/* The same numbers at every run, 0 to below 1. */
double fix_dice(uint64_t *state);
/* Shapes over the caller's arrays; the test ends when the CRS is none. */
const struct gt_shapes *fix_shapes(struct gt_arena *a, const char *crs, struct gt_shapes given);

#endif
