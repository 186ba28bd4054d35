/* fixture.h: what the tests of module vector share. */
#ifndef GUOTU_TEST_VECTOR_FIXTURE_H
#define GUOTU_TEST_VECTOR_FIXTURE_H

#include "guotu/vector.h"
#include "t.h"

/* The same numbers at every run, 0 to below 1. */
double fix_dice(uint64_t *state);
/* Shapes over the caller's arrays; the test ends when the CRS is none. */
const struct gt_shapes *fix_shapes(struct gt_arena *a, enum gt_shape_kind kind, const char *crs,
                                   size_t n, const int64_t *part, const int64_t *point,
                                   const double *xy);

#endif
