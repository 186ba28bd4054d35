/* geos.h: what the files of module vector share of GEOS: handles, geometries and flat shapes, the
 * robust chain; and shapes that grow. */
#ifndef GUOTU_VECTOR_GEOS_H
#define GUOTU_VECTOR_GEOS_H

#include "guotu/vector.h"

#define GEOS_USE_ONLY_R_API
#include <geos_c.h>

/* ---- Handles ---- */

/* One a worker: a handle belongs to one thread at a time. text: its last message. */
struct gt_geos {
    GEOSContextHandle_t h;
    int worker; /* 0, 1... */
    char text[300];
};
/* n handles, closed with the arena. */
GT_MUST enum gt_status gt_geos_open(struct gt_arena *a, int n, struct gt_geos **out,
                                    struct gt_err *err);
/* GT_EINPUT with the handle's last message; what: "feature 12: cannot be buffered". */
enum gt_status gt_geos_fail(struct gt_geos *g, struct gt_err *err, const char *what);

/* A geometry with the handle that frees it. */
struct gt_geom {
    struct gt_geos *g;
    GEOSGeometry *p;
};
void gt_geom_free(struct gt_geom *m); /* also of {0}; afterwards p is NULL */
#define GT_AUTO_GEOM __attribute__((cleanup(gt_geom_free))) struct gt_geom

/* Feature i as (multi)polygon, by even-odd nesting of its rings (nothing is repaired), as
 * (multi)linestring or (multi)point. Rings of fewer than four points and lines of fewer than two
 * are left out. Its envelope is computed, so that other threads may read it. */
GT_MUST enum gt_status gt_geos_from(struct gt_geos *g, const struct gt_shapes *s, size_t i,
                                    struct gt_geom *out, struct gt_err *err);
/* The same of n points as one linestring. */
GT_MUST enum gt_status gt_geos_line(struct gt_geos *g, const double *xy, size_t n,
                                    struct gt_geom *out, struct gt_err *err);
/* In the plane of the CRS. */
double gt_geos_area(struct gt_geos *g, const GEOSGeometry *p);
double gt_geos_length(struct gt_geos *g, const GEOSGeometry *p);
bool gt_geos_valid(struct gt_geos *g, const GEOSGeometry *p);
/* By the structure of rings: holes inside shells, whatever their sense. */
GT_MUST enum gt_status gt_geos_make_valid(struct gt_geos *g, const GEOSGeometry *p,
                                          struct gt_geom *out, struct gt_err *err);

/* ---- The robust chain ---- */

enum gt_geos_op { GT_GEOS_INTERSECTION, GT_GEOS_DIFFERENCE, GT_GEOS_UNION };
/* Polygons p and q (q NULL: the union of all of p) are overlaid in three steps, until one gives a
 * valid result of a possible area: 1. doubles as they are (GEOS may node them more carefully by
 * itself); 2. both made valid and snapped together at snap; 3. on a grid of that size. step tells
 * which one served; GT_EINPUT: none did. The result may be empty. */
struct gt_geos_try {
    enum gt_geos_op op;
    double snap; /* CRS units; 0: by the size of the coordinates, as GEOS does */
    const GEOSGeometry *p, *q;
};
GT_MUST enum gt_status gt_geos_robust(struct gt_geos *g, const struct gt_geos_try *how,
                                      struct gt_geom *out, enum gt_robust *step,
                                      struct gt_err *err);

/* ---- Shapes that grow ---- */

/* Points are added to the part at hand, parts to the feature at hand. */
struct gt_build {
    struct gt_arena *a;
    GT_VEC(int64_t) part, point;
    GT_VEC(double) xy;
};
void gt_build_init(struct gt_build *b, struct gt_arena *a);
void gt_build_points(struct gt_build *b, const double *xy, size_t n); /* n pairs */
void gt_build_end_part(struct gt_build *b);
void gt_build_end_feature(struct gt_build *b);
/* All polygons (outer ring, then its holes) or lines of a geometry, as parts of the feature at
 * hand; other kinds in it are left out. */
GT_MUST enum gt_status gt_build_geom(struct gt_build *b, struct gt_geos *g, enum gt_shape_kind kind,
                                     const GEOSGeometry *p, struct gt_err *err);
/* The shapes of n builders one after the other, in a. */
GT_MUST enum gt_status gt_build_join(struct gt_arena *a, const struct gt_build *const *b, size_t n,
                                     const struct gt_shapes *like, const struct gt_shapes **out,
                                     struct gt_err *err);

/* ---- Features on all threads ---- */

/* fn makes feature i of the result (parts only; the feature is ended for it) from feature i of s.
 * The result is in a, in order. */
typedef enum gt_status gt_each_fn(void *ctx, struct gt_geos *g, size_t i, struct gt_build *b,
                                  struct gt_err *err);
struct gt_each {
    gt_each_fn *fn;
    void *ctx;
    size_t n;                     /* features of the result */
    size_t block;                 /* features a task; 0: 128 */
    const struct gt_shapes *like; /* kind and CRS of the result */
};
GT_MUST enum gt_status gt_each_feature(struct gt_arena *a, const struct gt_each *e,
                                       struct gt_work *w, const struct gt_shapes **out,
                                       struct gt_err *err);

#endif
