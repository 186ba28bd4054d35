/* link.h: directed edges linked into rings; the part that dissolving and mending share. */
#ifndef GUOTU_VECTOR_LINK_H
#define GUOTU_VECTOR_LINK_H

#include "geos.h"

/* The inside lies to the left. */
struct gt_edge {
    double x0, y0, x1, y1;
};
/* Directed edges of polygon i of s with the inside to the left, as rings nest; edges of no length
 * are left out. GT_EINPUT: coordinates that are not finite. */
struct gt_edges {
    struct gt_arena *a;
    struct gt_edge *v;
    size_t n, cap;
};
GT_MUST enum gt_status gt_edges_add(struct gt_edges *e, const struct gt_shapes *s, size_t i,
                                    struct gt_err *err);
/* Takes pairs of one edge in both directions out; the others keep their order. */
GT_MUST enum gt_status gt_edges_cancel(struct gt_edges *e, struct gt_err *err);
/* Links edges that enter and leave each point equally often into rings that visit no point twice:
 * outer ones counterclockwise, each from its least point on. They become parts of the feature at
 * hand. The edges are sorted by the way. */
GT_MUST enum gt_status gt_edges_link(struct gt_edges *e, struct gt_build *b, struct gt_err *err);

#endif
