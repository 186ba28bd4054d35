/* coverage_int.h: what checking and mending of geometries and coverages share: the ground's scale,
 * pairs of near edges, edges joined to a net within a tolerance, the faces of a net. */
#ifndef GUOTU_COVERAGE_INT_H
#define GUOTU_COVERAGE_INT_H

#include "guotu/vector.h"

#include <math.h>

/* ---- The ground's scale (coverage_scale.c) ---- */

/* Metres a unit of a layer's x and y: of degrees by the ellipsoid's radii at y; of projected CRS
 * the unit alone, whatever the projection's scale. */
struct gt_scale {
    bool degrees;
    double a, e2, unit_m;
    double tolerance; /* metres; points nearer than it are one */
};
struct gt_scale gt_scale_of(const struct gt_crs *crs, double tolerance); /* NULL: metres */
void gt_scale_at(const struct gt_scale *s, double y, double *kx, double *ky);
double gt_scale_distance(const struct gt_scale *s, double x0, double y0, double x1, double y1);
/* From a point to a segment. */
double gt_scale_to_segment(const struct gt_scale *s, double x, double y, const double seg[4]);

/* ---- Pairs of near edges (coverage_join.c) ---- */

/* A packed tree over the boxes of edges in the order they have; an order that keeps neighbours
 * together makes it quick. n log n for edges that meet few others. */
struct gt_join;
const struct gt_join *gt_join_new(struct gt_arena *a, const struct gt_box *box, size_t n);
/* Calls fn(ctx, i, j), i < j, for all pairs whose boxes meet and of which one is fresh (NULL: all),
 * until it says false. The order depends on the boxes alone. */
typedef bool gt_pair_fn(void *ctx, size_t i, size_t j);
void gt_join_pairs(const struct gt_join *t, const uint8_t *fresh, gt_pair_fn *fn, void *ctx);
/* Calls fn(ctx, 0, j) for each box that meets. */
void gt_join_search(const struct gt_join *t, struct gt_box box, gt_pair_fn *fn, void *ctx);
/* The edge right below a point, by fn: y of edge j at the point's x; NaN or more than y: none. -1:
 * no edge. */
typedef bool gt_below_fn(void *ctx, size_t j, double *y, double *slope);
int64_t gt_join_below(const struct gt_join *t, double x, double y, gt_below_fn *fn, void *ctx);
/* Places 0..n-1 by the Morton code of the boxes' middles; equal ones by their place. */
const uint32_t *gt_join_order(struct gt_arena *a, const struct gt_box *box, size_t n);

/* ---- Edges joined to a net (coverage_net.c) ---- */

/* A directed edge of an input, with what it belongs to. */
struct gt_net_in {
    double x0, y0, x1, y1;
    int32_t tag;
};
/* Part of an input edge: `from` its place in the input. Parts of one input follow one another in
 * its direction. */
struct gt_net_seg {
    int32_t u, v, tag, from;
};
/* A point that lay within the tolerance of an edge and was put on it. */
struct gt_net_joined {
    int32_t vertex, tag;
    double m;
};
/* Whole-number coordinates of a net: a place is x0 + qx * x. */
struct gt_net_point {
    int64_t x, y;
};
struct gt_net {
    struct gt_scale scale;
    double x0, y0, qx, qy;
    size_t n_in;
    const struct gt_net_in *in;
    struct gt_net_point *at; /* by vertex */
    double *xy;              /* by vertex: of the input's point that stands for it, or a crossing */
    uint8_t *crossing;       /* by vertex: no point of the input */
    size_t n_at, cap_at;
    int32_t *end; /* 2 by input edge: its vertices */
    struct gt_net_seg *seg;
    size_t n_seg;
    struct gt_net_joined *joined;
    size_t n_joined, cap_joined;
};
/* Points within the tolerance become one, edges are cut where points lie within the tolerance of
 * them and where they cross, until nothing is left to cut. Tags are >= -1. The order of the input
 * decides which of two near points stays. */
GT_MUST enum gt_status gt_net_make(struct gt_arena *a, const struct gt_net_in *in, size_t n,
                                   const struct gt_scale *scale, struct gt_net *out,
                                   struct gt_err *err);
/* > 0: c lies left of a -> b; exact. */
int gt_net_turn(struct gt_net_point a, struct gt_net_point b, struct gt_net_point c);

/* ---- The faces of a net (coverage_faces.c) ---- */

/* How often a tag's edges run along an edge, +1 from u to v and -1 back. */
struct gt_graph_item {
    int32_t tag, sum, n;
};
struct gt_graph_edge {
    int32_t u, v; /* u < v */
    int32_t item, n_items;
    int32_t net, unit; /* sum of items with tag >= 0, and with tag -1 */
    int32_t next[2];   /* half-edge 2e runs u -> v, 2e + 1 back: what follows it around its face */
    int32_t cycle[2];
};
/* Faces: 0 is the unbounded one. cover, unit: how many features (by direction of their edges) and
 * units lie over it. A face's border: cycles first[face].. in cycle_of. */
struct gt_graph {
    const struct gt_net *net;
    size_t n_edges, n_items, n_cycles, n_faces;
    struct gt_graph_edge *edge;
    struct gt_graph_item *item;
    int32_t *start;    /* by cycle: a half-edge of it */
    int32_t *face;     /* by cycle */
    double *area;      /* by face: of the outer cycle less the others, in net units squared */
    int32_t *first;    /* by face, n_faces + 1 */
    int32_t *cycle_of; /* cycles by face */
    int32_t *cover, *unit;
    const int32_t **set; /* by face, of parity graphs: tags whose inside it is; [0] their number */
};
enum gt_graph_mode {
    GT_GRAPH_COUNT, /* edges that cancel are left out; fills cover, unit */
    GT_GRAPH_PARITY /* edges that a tag has twice are left out for it; fills set */
};
GT_MUST enum gt_status gt_graph_make(struct gt_arena *a, const struct gt_net *net,
                                     enum gt_graph_mode mode, struct gt_graph *out,
                                     struct gt_err *err);
int32_t gt_graph_tail(const struct gt_graph *g, int32_t half);
int32_t gt_graph_face(const struct gt_graph *g, int32_t half); /* left of it */
bool gt_graph_in(const int32_t *set, int32_t tag);
/* Which face a place lies in. */
struct gt_locator;
const struct gt_locator *gt_locator_new(struct gt_arena *a, const struct gt_graph *g);
int32_t gt_locate(const struct gt_locator *l, double x, double y);

/* Faces that belong together, as rings. */
struct gt_piece {
    size_t n_rings;
    int64_t *ring; /* n_rings + 1, in points */
    double *xy;
    int32_t *half;       /* by point: the half-edge that starts there; -1: the ring's last point */
    double m2, border_m; /* by the local scale */
    double x, y;         /* a place inside */
};
/* The border of some faces; in[face] is the same for these alone. */
void gt_piece_make(struct gt_arena *a, const struct gt_graph *g, const int32_t *in,
                   const int32_t *some, size_t n, struct gt_piece *out);
double gt_piece_width(const struct gt_piece *p); /* mean width in metres: 2 area / border */

/* ---- One feature's edges (coverage_ring.c) ---- */

/* The border of a polygon as directed edges, its inside on their left, by the even-odd rule.
 * Simple ones are given by turning rings around: turn[part - first part]. Others as edges. */
struct gt_oriented {
    bool simple, empty, faulty; /* faulty: its edges meet one another */
    const uint8_t *turn;
    const struct gt_net_in *edge;
    size_t n;
};
GT_MUST enum gt_status gt_cov_orient(struct gt_arena *a, const struct gt_shapes *s, size_t i,
                                     const struct gt_scale *scale, struct gt_oriented *out,
                                     struct gt_err *err);
/* Area and border by the scale at the feature. */
double gt_oriented_m2(const struct gt_scale *scale, const struct gt_shapes *s, size_t i,
                      const struct gt_oriented *o, double *border_m);
/* Whether edges of the feature meet elsewhere than at the ends of neighbours; with a tolerance
 * above 0: or come as near. May say yes in doubt. ring_end NULL: an open line. */
bool gt_usable(const double *xy); /* finite, and near enough for tolerances to mean something */
bool gt_ring_meets(struct gt_arena *a, const struct gt_net_in *edge, size_t n,
                   const int64_t *ring_end, const struct gt_scale *scale, double tolerance);

/* ---- Flaws of one feature (check_clean.c, check_rings.c) ---- */

/* Paths of a feature without doubled points; closed ones without their repeated first point. */
struct gt_path {
    double *xy;
    int32_t n, part; /* part: of the feature, from 0 */
    bool closed;
};
struct gt_flaws {
    struct gt_arena *a;
    int64_t id;
    GT_VEC(struct gt_flaw) all;
};
struct gt_flaw *gt_flaw_add(struct gt_flaws *w, enum gt_flaw_kind kind, double x, double y,
                            double value);
/* Doubled points are told and left out; paths of which nothing is left are told and left out. */
struct gt_path *gt_check_clean(struct gt_flaws *w, const struct gt_shapes *s, size_t i,
                               const struct gt_scale *scale, size_t *n);
/* Whether ring s lies in r, by the first point that is not on its border. */
bool gt_path_lies_in(const struct gt_path *s, const struct gt_path *r,
                     const struct gt_scale *scale);
/* What paths whose edges come near one another do there. */
GT_MUST enum gt_status gt_check_contacts(struct gt_flaws *w, const struct gt_path *path, size_t n,
                                         const struct gt_scale *scale, struct gt_err *err);
/* Rings where their marks don't allow them; outer: by part of the feature. */
void gt_check_nesting(struct gt_flaws *w, const struct gt_path *path, size_t n,
                      const uint8_t *outer, const struct gt_scale *scale);

/* ---- Edges without their counterpart (coverage_match.c) ---- */

/* Options with their defaults filled in. */
struct gt_cov {
    const struct gt_layer_source *layer;
    const struct gt_shapes *unit;
    struct gt_scale scale;
    double sliver, thin; /* thin: what is narrower is told as a border, not as an area */
    bool full;
    size_t memory;
    struct gt_work *work;
};
GT_MUST enum gt_status gt_cov_open(const struct gt_layer_source *s,
                                   const struct gt_coverage_opt *opt, struct gt_cov *out,
                                   struct gt_err *err);
/* Calls fn for each chunk of the layer in order; `first` is the place of its first feature. */
typedef enum gt_status gt_chunk_fn(void *ctx, const struct gt_features *f, int64_t first,
                                   struct gt_err *err);
GT_MUST enum gt_status gt_cov_chunks(const struct gt_cov *c, gt_chunk_fn *fn, void *ctx,
                                     struct gt_err *err);

struct gt_narrow {
    int32_t tag;
    double x, y, width;
    struct gt_box box;
};
/* What is left of all edges when those that run in both directions are taken out: the outline and
 * all places where something may be wrong. Tags are places in the layer; -1: of the unit. */
struct gt_match {
    struct gt_net_in *edge;
    size_t n;
    int64_t *id; /* by feature */
    size_t n_features;
    int32_t *faulty; /* features whose edges meet one another, ascending */
    size_t n_faulty;
    struct gt_narrow *narrow; /* features narrower than slivers may be, ascending */
    size_t n_narrow;
};
GT_MUST enum gt_status gt_match_edges(struct gt_arena *a, const struct gt_cov *c,
                                      struct gt_match *out, struct gt_err *err);

/* ---- Flaws of a coverage (coverage_flaws.c, coverage_pairs.c) ---- */

struct gt_found {
    struct gt_flaw flaw;
    int32_t tag_a, tag_b; /* -1: none */
    bool measure;         /* value is to be the area of its rings on the ellipsoid */
    double x, y;          /* inside its piece; NaN: it has none */
    struct gt_box box;    /* of its piece or place */
};
struct gt_finding {
    const struct gt_cov *cov;
    const struct gt_match *match;
    struct gt_arena *a;
    const struct gt_net *net;
    const struct gt_graph *graph; /* of match's edges, GT_GRAPH_COUNT */
    GT_VEC(struct gt_found) found;
    GT_VEC(struct gt_box) boxes; /* where features cover one another or leave the unit */
};
struct gt_found *gt_found_piece(struct gt_finding *w, enum gt_flaw_kind kind,
                                const struct gt_piece *p);
/* The vertex of a thin piece that made it, and how far it lies off: a border that does not match.
 */
struct gt_found *gt_found_thin(struct gt_finding *w, const struct gt_piece *p);
/* What the edges without counterpart alone tell: gaps, borders with different points; and where to
 * look closer. */
GT_MUST enum gt_status gt_find_outline(struct gt_finding *w, struct gt_err *err);
/* Overlaps and duplicates by pairs, what lies outside the unit by features. */
GT_MUST enum gt_status gt_find_pairs(struct gt_finding *w, struct gt_err *err);
/* All flaws of a coverage in their order, with areas; their memory is of w->a. */
GT_MUST enum gt_status gt_find_flaws(struct gt_finding *w, struct gt_err *err);

/* ---- Mending (fix.c, fix_rings.c, fix_faces.c) ---- */

/* New rings of features, without the repeated first point; a feature without `given` keeps what it
 * has. */
struct gt_new_ring {
    double *xy;
    size_t n;
};
struct gt_new_feature {
    bool given, net; /* net: it takes part in the net */
    struct gt_new_ring *ring;
    size_t n;
};
/* Rings without doubled points and doubled rings. */
void gt_fix_rings(struct gt_arena *a, const struct gt_shapes *s, size_t i,
                  const struct gt_scale *scale, struct gt_new_feature *out);
/* One net of all features that are marked for it: gives narrow faces away and takes the rings
 * anew. *slivers: how many were given away. */
GT_MUST enum gt_status gt_fix_faces(struct gt_arena *a, const struct gt_shapes *s,
                                    const struct gt_finding *found, struct gt_new_feature *to,
                                    int64_t *slivers, struct gt_err *err);

#endif
