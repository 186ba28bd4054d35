/* overlay_int.h: the plane graph of the borders of two layers, from which pieces are taken.
 *
 * Points lie on a decimal grid of a micrometre or so (coarser for wide layers), as whole numbers,
 * so that every turn is decided exactly. All borders are noded at once by snap rounding (Hobby
 * 1999, Segment intersection with output sensitive... hot pixels): where borders cross, and where
 * one passes within half a step of a point, both get the same point. What both sides of an edge
 * belong to follows by crossing edges, even-odd by feature. */
#ifndef GUOTU_OVERLAY_INT_H
#define GUOTU_OVERLAY_INT_H

#include "guotu/vector.h"

/* ---- Grid and noding (overlay_node.c) ---- */

struct gt_node {
    int64_t x, y; /* steps from the grid's origin; below 2^41 */
};

struct gt_graph_grid {
    double power; /* of ten: steps a unit, or units a step */
    bool fine;    /* steps a unit */
    int64_t x, y; /* its origin, in steps */
};

/* An edge of the graph, from < to, and its owners: features whose border passes along it an odd
 * number of times. A feature of the second layer has its number plus that of the first's. */
struct gt_graph_edge {
    uint32_t from, to;
    size_t owner; /* place of the first */
};
struct gt_graph {
    struct gt_graph_grid grid;
    size_t n_first; /* features of the first layer */
    size_t n_nodes, n_edges;
    const struct gt_node *node;       /* by x, then y */
    const struct gt_graph_edge *edge; /* n_edges + 1, by from, then to */
    const uint32_t *owner;
};
double gt_graph_x(const struct gt_graph *g, uint32_t node);
double gt_graph_y(const struct gt_graph *g, uint32_t node);
/* Whole layers; lb may be NULL. Features with coordinates that are not finite are left out. */
GT_MUST enum gt_status gt_graph_new(struct gt_arena *a, const struct gt_shapes *la,
                                    const struct gt_shapes *lb, struct gt_work *w,
                                    struct gt_graph *out, struct gt_err *err);
/* 1: r lies to the left of p-q, -1 to the right, 0 on its line. */
int gt_node_turn(struct gt_node p, struct gt_node q, struct gt_node r);

/* ---- Sides (overlay_sides.c) ---- */

/* Half edge 2e runs along edge e, 2e + 1 against it. */
static inline uint32_t gt_half_from(const struct gt_graph *g, uint32_t h)
{
    return h & 1 ? g->edge[h >> 1].to : g->edge[h >> 1].from;
}

/* Sets of features, each kept once. */
struct gt_sets;
const uint32_t *gt_set_of(const struct gt_sets *s, uint32_t set, size_t *n); /* ascending */

struct gt_sides {
    const uint32_t *next; /* by half edge: the next one around the face to its left */
    const uint32_t *set;  /* by half edge: features in which what lies to its left is */
    const struct gt_sets *sets;
};
GT_MUST enum gt_status gt_sides_new(struct gt_arena *a, const struct gt_graph *g,
                                    struct gt_sides *out, struct gt_err *err);

/* ---- Layers (overlay.c) ---- */

/* Polygons, in one CRS. GT_EINPUT */
GT_MUST enum gt_status gt_overlay_check(const struct gt_shapes *la, const struct gt_shapes *lb,
                                        struct gt_err *err);

/* ---- Pieces (overlay_pieces.c) ---- */

GT_MUST enum gt_status gt_graph_pieces(struct gt_arena *a, const struct gt_graph *g,
                                       const struct gt_sides *s, enum gt_overlay_kind kind,
                                       struct gt_overlay_result *out, struct gt_err *err);

#endif
