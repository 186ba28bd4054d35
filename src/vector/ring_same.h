/* ring_same.h: whether two shapes are one. Part of module vector. */
#ifndef GUOTU_VECTOR_RING_SAME_H
#define GUOTU_VECTOR_RING_SAME_H

#include "guotu/vector.h"

/* Their points lie within 0.1 mm of each other (1e-9 degrees), wherever rings begin and whichever
 * way they run; rings may come in any order. Lines and points as they come. */
bool gt_shape_same(const struct gt_shapes *s, size_t i, const struct gt_shapes *t, size_t j);

#endif
