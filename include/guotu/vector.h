/* vector.h: layers of features: what they are and how they are read in parts; index, points in
 * polygons, overlay, coverages, cleaning. Builds on base.h, geo.h, rules.h (values); wraps GEOS
 * (reentrant, one handle a thread).
 *
 * Coordinates are in the layer's CRS and its edges are straight there; lengths and areas that are
 * said in metres are on the ellipsoid. Results are the same for any number of threads. */
#ifndef GUOTU_VECTOR_H
#define GUOTU_VECTOR_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/rules.h"

/* ---- Features -------------------------------------------------------------------------------- */

enum gt_column_kind { GT_COLUMN_TEXT, GT_COLUMN_INT, GT_COLUMN_REAL };

/* A column as its file or a standard declares it. */
struct gt_field {
    const char *name;
    enum gt_column_kind kind;
    int length;   /* letters of texts, digits of numbers; 0: not said */
    int decimals; /* of GT_COLUMN_REAL; 0: not said */
};

/* What was odd about a feature's geometry as it came. gt_shapes holds it in order all the same:
 * rings closed, numbers finite, curves as strokes, z and m left out, no points where nothing is
 * left. */
enum gt_trait {
    GT_TRAIT_NULL = 1,    /* none at all */
    GT_TRAIT_EMPTY = 2,   /* one without points */
    GT_TRAIT_OPEN = 4,    /* a ring whose last point is not its first */
    GT_TRAIT_Z = 8,       /* with heights */
    GT_TRAIT_M = 16,      /* with measures */
    GT_TRAIT_CURVED = 32, /* arcs */
    GT_TRAIT_NOT_FINITE =
        64, /* NaN or infinite coordinates: all points of the feature are left out */
    GT_TRAIT_OTHER_KIND = 128, /* points in a layer of polygons...: left out */
    GT_TRAIT_MULTI = 256,      /* more than one polygon, line or point */
    GT_TRAIT_SHORT = 512,      /* a ring of fewer than four points, a line of fewer than two */
    GT_TRAIT_UNREADABLE = 1024 /* bytes that are no geometry: left out */
};

struct gt_standard_layer; /* standard.h */
/* Features of one layer in memory: shapes, and attributes as text, number or nothing. Of a table
 * shapes is NULL, and a feature is a row. Arrays by feature, part and field may be NULL where it is
 * said. */
struct gt_features {
    const struct gt_shapes *shapes;
    size_t n_rows; /* of a table */
    size_t n_fields;
    const char *const *field;
    const struct gt_value *value; /* value[feature * n_fields + field] */
    const struct gt_field *type;  /* by field; NULL: not declared */
    const int64_t *id;            /* number in the source; NULL: 1, 2, 3... */
    const uint16_t *trait;        /* enum gt_trait, by feature; NULL: nothing odd */
    const uint8_t *outer;         /* by part: 1 an outer ring, 0 a hole of the last outer one before
                                     it; NULL: as even-odd says */
    const struct gt_standard_layer *standard; /* of the data standards, which its fields keep to;
                                                 NULL: none */
};
int gt_features_field(const struct gt_features *f, const char *name); /* -1; exact, else by case */
size_t gt_features_count(const struct gt_features *f);                /* features or rows */
int64_t gt_features_id(const struct gt_features *f, size_t i);
/* The text of a value, numbers in their shortest form; "" for nothing. */
const char *gt_value_text(struct gt_arena *a, const struct gt_value *v);

/* The features at these places, in this order; texts are shared with `f`. */
GT_MUST enum gt_status gt_features_pick(struct gt_arena *a, const struct gt_features *f,
                                        const size_t *which, size_t n,
                                        const struct gt_features **out, struct gt_err *err);
/* Features of several with the same fields and CRS, behind one another; n > 0. Ids, traits and
 * marks of rings are kept where all of them have them. */
GT_MUST enum gt_status gt_features_join(struct gt_arena *a, const struct gt_features *const *f,
                                        size_t n, const struct gt_features **out,
                                        struct gt_err *err);

/* Which part of a layer. */
struct gt_layer_query {
    const struct gt_box *box; /* features whose own box meets it; NULL: wherever */
    int64_t from, count;      /* places in the layer's order, from 0; count 0: all that follow */
    const int *field;         /* which fields, in this order; NULL: all */
    size_t n_fields;          /* with field NULL: ignored unless no_fields */
    bool no_fields, no_shapes;
};

/* A layer that is read in parts, by one thread at a time. n counts all features, those without
 * geometry among them. */
struct gt_layer_source {
    const char *name; /* the layer's, as its file has it */
    const char *file; /* as messages call it */
    bool table;       /* without shapes */
    enum gt_shape_kind kind;
    const struct gt_crs *crs; /* NULL: a table, or the file does not say */
    int64_t n;
    struct gt_box box; /* NaN: not known */
    size_t n_fields;
    const struct gt_field *field;
    enum gt_status (*read)(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                           const struct gt_features **out, struct gt_err *err);
    void *ctx;
};
/* q NULL: all of it. */
GT_MUST enum gt_status gt_layer_read(const struct gt_layer_source *s, struct gt_arena *a,
                                     const struct gt_layer_query *q, const struct gt_features **out,
                                     struct gt_err *err);
int gt_layer_field(const struct gt_layer_source *s, const char *name); /* -1; exact, else by case */
/* Features in memory as a source; they must outlive it. */
const struct gt_layer_source *gt_layer_of(struct gt_arena *a, const char *name,
                                          const struct gt_features *f);

/* Where features go, chunk by chunk, all with the same fields, kind and CRS. */
struct gt_layer_sink {
    enum gt_status (*write)(void *ctx, const struct gt_features *chunk, struct gt_err *err);
    void *ctx;
};

/* ---- Index ----------------------------------------------------------------------------------- */

/* A packed tree over boxes: immutable, may be shared by threads. Boxes with NaN are never found. */
struct gt_index;
GT_MUST enum gt_status gt_index_new(struct gt_arena *a, const struct gt_box *box, size_t n,
                                    const struct gt_index **out, struct gt_err *err);
GT_MUST enum gt_status gt_index_of(struct gt_arena *a, const struct gt_shapes *s,
                                   const struct gt_index **out, struct gt_err *err);
/* Calls fn for each box that meets (touching is enough) until it says false; order is fixed by the
 * boxes alone. */
typedef bool gt_hit_fn(void *ctx, size_t i);
void gt_index_search(const struct gt_index *ix, struct gt_box box, gt_hit_fn *fn, void *ctx);
struct gt_box gt_shape_box(const struct gt_shapes *s, size_t i);

/* ---- Points in polygons ---------------------------------------------------------------------- */

/* Exact; rings even-odd. */
enum gt_side gt_polygon_side(const struct gt_shapes *s, size_t i, double x, double y);
/* A point inside the polygon, well away from its border where there is room; NaN: no inside. */
void gt_polygon_inner(const struct gt_shapes *s, size_t i, double *x, double *y);

/* ---- Areas and lengths ----------------------------------------------------------------------- */

/* TRAPEZOID: the series of the ellipsoid's trapezoids (椭球面积), edges straight in the layer's
 * CRS (gt_areal). GEODESIC: edges are geodesics between the points; the second opinion. */
enum gt_area_method { GT_AREA_TRAPEZOID, GT_AREA_GEODESIC };
/* Ground of each polygon in m2, rings even-odd, out[s->n]; on all threads of w (NULL: one). NaN
 * where coordinates are not finite, outside the CRS's domain or too far apart for its area form:
 * the fault of that feature alone, whose area depends on no other. A ring that crosses itself
 * counts its loops by their sense: mend it first. */
GT_MUST enum gt_status gt_polygon_areas(const struct gt_shapes *s, enum gt_area_method method,
                                        struct gt_work *w, double *out, struct gt_err *err);
/* Length of each line, or of each polygon's border, on the ellipsoid in m: geodesics between the
 * points, edges over 5 km cut into shorter ones first. NaN as above. */
GT_MUST enum gt_status gt_shape_lengths(const struct gt_shapes *s, struct gt_work *w, double *out,
                                        struct gt_err *err);

/* ---- Overlay --------------------------------------------------------------------------------- */

/* Which step of the robust chain served: doubles as they are, points snapped together, a grid of
 * fixed precision. Shared areas of polygons whose rings bound an area take doubles as they are, and
 * polygons that cross themselves are first made anew, even-odd, on a grid; pieces always are on
 * one. */
enum gt_robust { GT_ROBUST_FLOATING, GT_ROBUST_SNAPPED, GT_ROBUST_FIXED, GT_ROBUST_STEPS };
struct gt_robust_count {
    int64_t n[GT_ROBUST_STEPS]; /* pairs of features by the step that served */
};

/* Areas that two layers of polygons share, summed by groups. Both in one CRS; without one, areas
 * are square units of the plane. A group is a number 0..n-1 a feature; -1 leaves the feature out.
 * NULL: each feature is its own group. Sums are of whole square millimetres a pair of features
 * (1e-3 m2 where the layers span more than 4e12 m2; without a CRS a 2^-58th of their box), so that
 * they add up exactly and do not depend on the threads; a pair that shares less is none. Rests too:
 * a feature's own area less what it shares, or less the union of what it shares where features of
 * the other layer overlap each other there. */
struct gt_overlay_areas_opt {
    const int32_t *group_a, *group_b;
    bool rests; /* also what of A no feature of B covers (b = -1), and of B no feature of A */
    struct gt_work *work;
};
struct gt_shared_area {
    int64_t a, b; /* groups; -1: none */
    double m2;    /* on the ellipsoid */
    int64_t pairs;
};
struct gt_shared_areas {
    size_t n;
    const struct gt_shared_area *v; /* by a, then b */
    double total_m2;                /* of what both cover */
    struct gt_robust_count robust;
};
GT_MUST enum gt_status gt_overlay_areas(struct gt_arena *a, const struct gt_shapes *la,
                                        const struct gt_shapes *lb,
                                        const struct gt_overlay_areas_opt *opt,
                                        struct gt_shared_areas *out, struct gt_err *err);

enum gt_overlay_kind {
    GT_OVERLAY_INTERSECTION,
    GT_OVERLAY_DIFFERENCE,
    GT_OVERLAY_UNION,
    GT_OVERLAY_IDENTITY
};
struct gt_overlay_opt {
    enum gt_overlay_kind kind;
    double min_m2; /* pieces below it are left out, and counted; 0: all stay */
    struct gt_work *work;
};
/* Pieces as polygons; piece i is of feature a[i] of the first and b[i] of the second layer, -1:
 * of none; by a, then b, -1 last. All points lie on a decimal grid of a micrometre (1e-11 degrees;
 * coarser where the layers are wider than 2^40 of its steps), and borders move by at most its
 * diagonal, all of them at once: neighbouring pieces share their border's points exactly. Polygons
 * that cross themselves count even-odd. Features of one layer that overlap each other make pieces
 * that do. */
struct gt_overlay_result {
    const struct gt_shapes *shapes;
    const int64_t *a, *b;
    const double *m2; /* ground of each piece; without a CRS square units */
    int64_t small;
    double small_m2;
    struct gt_robust_count robust;
};
GT_MUST enum gt_status gt_overlay(struct gt_arena *a, const struct gt_shapes *la,
                                  const struct gt_shapes *lb, const struct gt_overlay_opt *opt,
                                  struct gt_overlay_result *out, struct gt_err *err);

/* ---- Dissolve, buffer, simplify, polygonise ----------------------------------------------------
 */

/* Which group each feature belongs to. */
struct gt_groups {
    size_t n;
    const int32_t *of; /* by feature: 0..n-1; -1: left out */
};
/* Polygons of one group become one feature; borders that both sides share point by point vanish
 * exactly, others go through the union of GEOS. */
GT_MUST enum gt_status gt_dissolve(struct gt_arena *a, const struct gt_shapes *s,
                                   const struct gt_groups *groups, struct gt_work *w,
                                   const struct gt_shapes **out, struct gt_err *err);
/* metres on the ground (by the scale at the feature's middle); negative: inwards, polygons only.
 * Corners and ends are round, 32 edges a quarter: short of the true distance by at most 0.03 %. */
GT_MUST enum gt_status gt_buffer(struct gt_arena *a, const struct gt_shapes *s, double metres,
                                 struct gt_work *w, const struct gt_shapes **out,
                                 struct gt_err *err);
struct gt_line_inside {
    int64_t line, polygon;
    double m;
};
struct gt_lines_inside {
    size_t n;
    const struct gt_line_inside *v;
};
/* Length in metres of each line inside each polygon, by line, then polygon; what runs along the
 * polygon's border is not inside. */
GT_MUST enum gt_status gt_lines_inside(struct gt_arena *a, const struct gt_shapes *lines,
                                       const struct gt_shapes *polygons, struct gt_work *w,
                                       struct gt_lines_inside *out, struct gt_err *err);
/* Of lines or polygons: no point left out lies further than `metres` from the new border. Borders
 * shared by two features are simplified once, points where more than two meet stay, and no edge
 * comes to cross another or changes sides with a point: a clean coverage stays one, and no ring
 * collapses. Rings begin at another point. */
GT_MUST enum gt_status gt_simplify(struct gt_arena *a, const struct gt_shapes *s, double metres,
                                   const struct gt_shapes **out, struct gt_err *err);
/* The faces that lines enclose, one a feature; lines may cross and overlap. */
GT_MUST enum gt_status gt_polygonise(struct gt_arena *a, const struct gt_shapes *lines,
                                     const struct gt_shapes **out, struct gt_err *err);
/* Polygons that are none (crossing, touching themselves) made valid; valid ones stay as they are.
 * moved_m2[i] (may be NULL): by how much the area grew; NaN, and no polygon, where coordinates are
 * not finite. */
GT_MUST enum gt_status gt_make_valid(struct gt_arena *a, const struct gt_shapes *s,
                                     struct gt_work *w, double *moved_m2,
                                     const struct gt_shapes **out, struct gt_err *err);

/* ---- Checking geometries and coverages ---------------------------------------------------------
 *
 * docs/checks.md says what each flaw is, and why a fault is told once. Mean width: 2 area / border.
 */

/* X(enum, name): what can be wrong with one feature, then with a coverage of polygons. */
#define GT_FLAW_TABLE(X)                                                                         \
    X(GT_FLAW_DUPLICATE_POINT, "duplicate_point") /* neighbouring points within the tolerance */ \
    X(GT_FLAW_DUPLICATE_RING, "duplicate_ring")                                                  \
    X(GT_FLAW_SPIKE, "spike") /* the border goes out and back on itself */                       \
    X(GT_FLAW_SELF_CROSSING, "self_crossing")                                                    \
    X(GT_FLAW_SELF_TOUCHING, "self_touching") /* the inside is cut in two by a point */          \
    X(GT_FLAW_HOLE_OUTSIDE, "hole_outside")                                                      \
    X(GT_FLAW_ZERO_AREA, "zero_area")                                                            \
    X(GT_FLAW_DUPLICATE, "duplicate") /* two features of one shape */                            \
    X(GT_FLAW_OVERLAP, "overlap")                                                                \
    X(GT_FLAW_GAP, "gap")                                                                        \
    X(GT_FLAW_SLIVER, "sliver")   /* a feature, gap or overlap narrower than opt->sliver_m */    \
    X(GT_FLAW_BORDER, "border")   /* neighbours meet with points that are not the same ones */   \
    X(GT_FLAW_OUTSIDE, "outside") /* part of the feature lies outside its unit */

enum gt_flaw_kind {
#define GT_FLAW_ENUM(e, name) e,
    GT_FLAW_TABLE(GT_FLAW_ENUM)
#undef GT_FLAW_ENUM
        GT_FLAW_KINDS
};
const char *gt_flaw_name(enum gt_flaw_kind k);

struct gt_flaw {
    enum gt_flaw_kind kind;
    enum gt_flaw_kind of; /* of slivers: GT_FLAW_GAP, GT_FLAW_OVERLAP, or itself: a feature */
    /* Ids of features (gt_features_id), the smaller first; 0: none. Of gaps: the two with the
     * longest border along it. */
    int64_t a, b;
    double x, y;         /* a place on it, in the layer's CRS */
    double value;        /* m2 of areas, m of distances */
    bool is_area;        /* value is m2 */
    const double *xy;    /* the flawed area as rings, NULL: a point says it all */
    const int64_t *ring; /* n_rings + 1 places in xy, in points */
    size_t n_rings;
};
/* Called in a fixed order, one at a time; the flaw is the caller's only during the call. */
typedef enum gt_status gt_flaw_fn(void *ctx, const struct gt_flaw *f, struct gt_err *err);

struct gt_coverage_opt {
    /* Points nearer than this are one; 0: 1e-4. A gap or overlap that is no broader than ten times
     * as much is no area but a border that does not match. */
    double tolerance_m;
    double sliver_m;              /* mean width; 0: 0.1. Of gaps, overlaps and features */
    bool full;                    /* gaps are flaws: the layer should cover its unit */
    const struct gt_shapes *unit; /* the polygons that it should cover and not leave; NULL: the
                                     layer's own outline, so only gaps enclosed by it are found */
    size_t memory; /* bytes; 0: a quarter of the machine's. Larger layers are read in passes */
    struct gt_work *work;
};
/* The flaws of single features, whatever the kind of shapes. */
GT_MUST enum gt_status gt_check_shapes(const struct gt_layer_source *s,
                                       const struct gt_coverage_opt *opt, gt_flaw_fn *fn, void *ctx,
                                       struct gt_err *err);
/* Overlaps, gaps, slivers, borders that don't match, duplicates, what lies outside the unit: none
 * missed above the tolerance, none invented below it. Features that the first check faults (other
 * than doubled points) take part with what even-odd makes of them. */
GT_MUST enum gt_status gt_check_coverage(const struct gt_layer_source *s,
                                         const struct gt_coverage_opt *opt, gt_flaw_fn *fn,
                                         void *ctx, struct gt_err *err);

/* Mends what is safe: doubled points and rings, spikes, points within the tolerance of a
 * neighbour's border snapped to it, slivers (gaps, overlaps, features) given to the neighbour with
 * the longest shared border. *owner[i]: the feature of the input that feature i of the result
 * continues. moved_m2 by feature of the input: gained (+) or lost (-). */
struct gt_coverage_fix {
    const struct gt_shapes *shapes;
    const int64_t *owner;
    const double *moved_m2;
    int64_t points, rings, spikes, snapped, slivers; /* what was done, how often */
};
GT_MUST enum gt_status gt_fix_coverage(struct gt_arena *a, const struct gt_shapes *s,
                                       const struct gt_coverage_opt *opt,
                                       struct gt_coverage_fix *out, struct gt_err *err);

/* ---- Two states of a layer ------------------------------------------------------------------- */

enum gt_change_kind { GT_ADDED, GT_REMOVED, GT_CHANGED, GT_CHANGE_KINDS };
const char *gt_change_name(enum gt_change_kind k); /* "added" */

struct gt_change {
    enum gt_change_kind kind;
    size_t before,
        after;  /* places in gt_layer_diff.before and .after; of no use where the kind has none */
    bool shape; /* of GT_CHANGED: the geometry is another one */
    size_t n_fields; /* ... and these fields, as places in gt_layer_diff.field */
    const int *field;
};
/* Features are told by their key; those without one, or without a key field, by their shape. Of
 * several with one key the first meets the first. Shapes are the same where their points lie within
 * 0.1 mm of each other, wherever the rings begin and whichever way they run; texts without blanks
 * behind them, and an empty text is no value. */
struct gt_layer_diff {
    int64_t n_before, n_after, same;
    int64_t repeated; /* features whose key another feature of their state has */
    int64_t count[GT_CHANGE_KINDS];
    const struct gt_features *before, *after; /* those that are part of a change, as they come */
    size_t n;
    const struct gt_change *v; /* in the order of the first state, then added ones */
    size_t n_fields;
    const char *const *field;             /* that both states have */
    const char *only_before, *only_after; /* fields that the other has not: "A, B"; "" */
};
struct gt_diff_opt {
    const char *key;           /* NULL: by shape */
    const char *const *ignore; /* fields that are not compared, ends with NULL; NULL: none */
    struct gt_work *work;
};
/* Reads in parts; keeps 40 bytes a feature and what has changed. */
GT_MUST enum gt_status gt_layers_diff(struct gt_arena *a, const struct gt_layer_source *before,
                                      const struct gt_layer_source *after,
                                      const struct gt_diff_opt *opt,
                                      const struct gt_layer_diff **out, struct gt_err *err);

#endif
