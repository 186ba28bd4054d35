/* clip_int.h: the area that two polygons share, without making the polygon that they share.
 *
 * Let u be the edges of one polygon and v those of the other, with +1 for edges above the inside
 * and -1 for edges below it (s). A point lies in the polygon s(u) times below its edges, summed; so
 * it lies in both as often as the products s(u) s(v) say of the edges that it lies below at once.
 * The shared area is therefore the sum over all pairs of edges of -s(u) s(v) times the area that
 * lies above v and below u: no crossing has to be decided, and borders that touch, coincide or
 * nearly do change the result no more than they change the area.
 *
 * Edges are taken in a window, the meeting of the two boxes, from its lower left corner so that no
 * digits are lost; what lies above or below the window becomes flat. Windows with many edges, or
 * too wide for the ground's scale to be of the second order, are halved. */
#ifndef GUOTU_CLIP_INT_H
#define GUOTU_CLIP_INT_H

#include "guotu/vector.h"

/* ---- The ground (clip_ground.c) ---- */

/* m2 a square unit of the plane near x, y: w + wx dx + wy dy + wxx dx² + wxy dx dy + wyy dy². */
struct gt_clip_scale {
    double x, y, w, wx, wy, wxx, wxy, wyy;
};
struct gt_clip_ground;
GT_MUST enum gt_status gt_clip_ground_new(struct gt_arena *a, const struct gt_crs *crs,
                                          struct gt_box box, const struct gt_clip_ground **out,
                                          struct gt_err *err);
/* The scales met last, of one thread. */
enum { GT_CLIP_SCALES = 64 };
struct gt_clip_scales {
    int64_t col[GT_CLIP_SCALES], row[GT_CLIP_SCALES];
    bool known[GT_CLIP_SCALES];
    struct gt_clip_scale v[GT_CLIP_SCALES];
};
double gt_clip_ground_widest(const struct gt_clip_ground *g); /* side of a window, CRS units */
/* By the place alone, whatever was asked before. */
struct gt_clip_scale gt_clip_ground_at(const struct gt_clip_ground *g, struct gt_clip_scales *c,
                                       double x, double y);

/* ---- A polygon made ready (clip_polygon.c) ---- */

/* sign[ring]: 1 counterclockwise outer rings and clockwise holes, -1 the others. */
struct gt_clip {
    const double *xy;
    const int64_t *point; /* rings + 1 */
    size_t rings;
    const int8_t *sign;
    const struct gt_box *const *tree; /* by ring; NULL, or NULL in it: a short ring */
    struct gt_box box;                /* NaN: nothing that has an area */
    double plane;                     /* square units */
};

/* ---- Edges in a window (clip_gather.c) ---- */

/* From x0 to x1 > x0, in the window's own coordinates. */
struct gt_clip_edge {
    double x0, y0, x1, y1, slope, s;
};
/* What one thread works with; its edges are a stack. */
struct gt_clip_desk {
    struct gt_arena *a;
    struct gt_clip_edge *edge;
    size_t n, cap;
    void *lanes; /* room of clip.c */
    size_t lanes_cap;
    struct gt_clip_scales scales;
};
struct gt_clip_range {
    size_t from, n;
};
enum { GT_CLIP_FAN = 16, GT_CLIP_SHORT = 64 };
/* Boxes of 16, 256... edges of a ring of n edges, level by level. */
const struct gt_box *gt_clip_tree(struct gt_arena *a, const double *xy, size_t edges);

/* Pushes the polygon's edges in the window. top: flat edges are kept where the polygon reaches
 * above the window, else where it reaches below; the others never count. */
struct gt_clip_range gt_clip_gather(struct gt_clip_desk *d, const struct gt_clip *p,
                                    struct gt_box window, bool top);
/* The same of edges on the desk; the window is in their coordinates. */
struct gt_clip_range gt_clip_narrow(struct gt_clip_desk *d, struct gt_clip_range r,
                                    struct gt_box window, bool top);

/* ---- Areas (clip.c) ---- */

/* The same bits with each: sums are taken lane by lane. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(GT_NO_CLONES) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GT_CLIP_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GT_CLIP_CLONES
#endif

/* What both share: m2, or square units with g NULL. As exact as doubles from the window's corner
 * are: about 1e-15 of the window. */
double gt_clip_area(struct gt_clip_desk *d, const struct gt_clip *a, const struct gt_clip *b,
                    const struct gt_clip_ground *g);
/* The polygon's own. */
double gt_clip_own(struct gt_clip_desk *d, const struct gt_clip *a, const struct gt_clip_ground *g);

/* Makes feature i ready. false: its rings do not bound an area (they cross themselves or each
 * other), so that the sums above would count parts of it twice. */
bool gt_clip_ready(struct gt_arena *a, struct gt_clip_desk *d, const struct gt_shapes *s, size_t i,
                   struct gt_clip *out);

#endif
