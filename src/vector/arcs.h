/* arcs.h: the arcs of a layer: stretches of border between points where borders meet, each once
 * however many features run along it. */
#ifndef GUOTU_VECTOR_ARCS_H
#define GUOTU_VECTOR_ARCS_H

#include "guotu/vector.h"

/* An arc's points are spots[from..from+n-1]; n >= 2. */
struct gt_arc {
    size_t from, n;
};
struct gt_arcs {
    size_t n_spots;
    const double *xy; /* by spot: each place once */
    size_t n;
    const struct gt_arc *arc;
    const uint32_t *point; /* the spots of arcs */
    const int64_t *part;   /* by part of the shapes, its first place in use; parts + 1 */
    const int64_t *use;    /* arc number + 1; negative: from its end to its start */
};
/* Of polygons and lines. Arcs never begin and end at one spot. Parts without length use no arc.
 * GT_EINPUT: coordinates that are not finite. */
GT_MUST enum gt_status gt_arcs_of(struct gt_arena *a, const struct gt_shapes *s,
                                  const struct gt_arcs **out, struct gt_err *err);

#endif
