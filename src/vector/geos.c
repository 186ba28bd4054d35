/* geos.c: GEOS's handles, its geometries from flat shapes, and the robust chain of overlays. */
#include "geos.h"

#include <math.h>
#include <string.h>

/* ---- Handles ---- */

static void keep_message(const char *message, void *ctx)
{
    struct gt_geos *g = ctx;
    size_t n = strnlen(message, sizeof g->text - 1);
    memcpy(g->text, message, n);
    g->text[n] = '\0';
}

static void close_handle(void *p)
{
    struct gt_geos *g = p;
    GEOS_finish_r(g->h);
}

enum gt_status gt_geos_open(struct gt_arena *a, int n, struct gt_geos **out, struct gt_err *err)
{
    *out = GT_TAKE_N(a, struct gt_geos, (size_t)n);
    for (int i = 0; i < n; i++) {
        struct gt_geos *g = *out + i;
        g->worker = i;
        if (!(g->h = GEOS_init_r()))
            return gt_fail(err, GT_EINTERNAL, "GEOS cannot make a handle");
        gt_arena_defer(a, close_handle, g);
        GEOSContext_setErrorMessageHandler_r(g->h, keep_message, g);
    }
    return GT_OK;
}

enum gt_status gt_geos_fail(struct gt_geos *g, struct gt_err *err, const char *what)
{
    return gt_fail(err, GT_EINPUT, "%s: %s", what, g->text[0] ? g->text : "GEOS gives no reason");
}

void gt_geom_free(struct gt_geom *m)
{
    if (m->p)
        GEOSGeom_destroy_r(m->g->h, m->p);
    m->p = NULL;
}

/* Takes p over; NULL is a failure. */
GT_MUST static enum gt_status keep(struct gt_geos *g, GEOSGeometry *p, struct gt_geom *out,
                                   const char *what, struct gt_err *err)
{
    *out = (struct gt_geom){g, p};
    return p ? GT_OK : gt_geos_fail(g, err, what);
}

/* ---- From flat shapes ---- */

static GEOSCoordSequence *points_of(struct gt_geos *g, const double *xy, size_t n)
{
    return GEOSCoordSeq_copyFromBuffer_r(g->h, xy, (unsigned)n, 0, 0);
}

static GEOSGeometry *ring_of(struct gt_geos *g, const struct gt_shapes *s, int64_t part)
{
    int64_t from = s->point[part];
    GEOSCoordSequence *c = points_of(g, s->xy + 2 * from, (size_t)(s->point[part + 1] - from));
    return c ? GEOSGeom_createLinearRing_r(g->h, c) : NULL;
}

static bool too_short(const struct gt_shapes *s, int64_t part)
{
    int64_t n = s->point[part + 1] - s->point[part];
    if (n > INT32_MAX)
        return true;
    return n < (s->kind == GT_SHAPE_POLYGON ? 4 : s->kind == GT_SHAPE_LINE ? 2 : 1);
}

struct pieces {
    GEOSGeometry **v;
    unsigned n;
};

/* One geometry of all pieces, which it takes over. */
static GEOSGeometry *collect(struct gt_geos *g, struct pieces *p, int type)
{
    return p->n == 1 ? p->v[0] : GEOSGeom_createCollection_r(g->h, type, p->v, p->n);
}

/* Depth and parent are by ring; a hole whose parent is too short is left out. */
static GEOSGeometry *polygon_of(struct gt_geos *g, const struct gt_shapes *s, int64_t from,
                                int64_t outer, const int32_t *parent, struct pieces *holes)
{
    GEOSGeometry *shell = ring_of(g, s, from + outer);
    if (!shell)
        return NULL;
    holes->n = 0;
    for (int64_t r = 0; parent[r] != INT32_MIN; r++) {
        if (parent[r] != outer || too_short(s, from + r))
            continue;
        if (!(holes->v[holes->n] = ring_of(g, s, from + r)))
            break;
        holes->n++;
    }
    return GEOSGeom_createPolygon_r(g->h, shell, holes->v, holes->n);
}

static GEOSGeometry *polygons_of(struct gt_geos *g, struct gt_arena *a, const struct gt_shapes *s,
                                 size_t i)
{
    int64_t from = s->part[i], n = s->part[i + 1] - from;
    int32_t *depth = GT_TAKE_N(a, int32_t, (size_t)n);
    int32_t *parent = GT_TAKE_N(a, int32_t, (size_t)n + 1);
    struct pieces holes = {GT_TAKE_N(a, GEOSGeometry *, (size_t)n), 0};
    struct pieces all = {GT_TAKE_N(a, GEOSGeometry *, (size_t)n), 0};
    gt_ring_nesting(s, i, depth, parent);
    parent[n] = INT32_MIN;
    for (int64_t r = 0; r < n; r++)
        if (depth[r] % 2 == 0)
            parent[r] = -1;
    for (int64_t r = 0; r < n; r++) {
        if (depth[r] % 2 != 0 || too_short(s, from + r))
            continue;
        if (!(all.v[all.n] = polygon_of(g, s, from, r, parent, &holes))) {
            while (all.n > 0)
                GEOSGeom_destroy_r(g->h, all.v[--all.n]);
            return NULL;
        }
        all.n++;
    }
    return collect(g, &all, GEOS_MULTIPOLYGON);
}

static GEOSGeometry *others_of(struct gt_geos *g, struct gt_arena *a, const struct gt_shapes *s,
                               size_t i)
{
    bool line = s->kind == GT_SHAPE_LINE;
    int64_t from = s->part[i], n = s->part[i + 1] - from;
    struct pieces all = {GT_TAKE_N(a, GEOSGeometry *, (size_t)n), 0};
    for (int64_t r = from; r < from + n; r++) {
        if (too_short(s, r))
            continue;
        int64_t at = s->point[r];
        GEOSCoordSequence *c =
            points_of(g, s->xy + 2 * at, line ? (size_t)(s->point[r + 1] - at) : 1);
        GEOSGeometry *one = !c     ? NULL
                            : line ? GEOSGeom_createLineString_r(g->h, c)
                                   : GEOSGeom_createPoint_r(g->h, c);
        if (one)
            all.v[all.n++] = one;
    }
    return collect(g, &all, line ? GEOS_MULTILINESTRING : GEOS_MULTIPOINT);
}

static bool all_finite(const struct gt_shapes *s, size_t i)
{
    for (int64_t k = s->point[s->part[i]]; k < s->point[s->part[i + 1]]; k++)
        if (!isfinite(s->xy[2 * k]) || !isfinite(s->xy[2 * k + 1]))
            return false;
    return true;
}

/* GEOS keeps the envelope when it is first asked for. */
static void touch(struct gt_geom *m)
{
    double x;
    if (m->p && !GEOSisEmpty_r(m->g->h, m->p))
        (void)GEOSGeom_getXMin_r(m->g->h, m->p, &x);
}

enum gt_status gt_geos_from(struct gt_geos *g, const struct gt_shapes *s, size_t i,
                            struct gt_geom *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    *out = (struct gt_geom){g, NULL};
    if (!all_finite(s, i))
        return gt_fail(err, GT_EINPUT, "feature %zu: expected finite coordinates, found others",
                       i + 1);
    out->p =
        s->kind == GT_SHAPE_POLYGON ? polygons_of(g, scratch, s, i) : others_of(g, scratch, s, i);
    if (!out->p) {
        (void)gt_geos_fail(g, err, "expected a geometry");
        return gt_wrap(err, "feature %zu", i + 1);
    }
    touch(out);
    return GT_OK;
}

enum gt_status gt_geos_line(struct gt_geos *g, const double *xy, size_t n, struct gt_geom *out,
                            struct gt_err *err)
{
    GEOSCoordSequence *c = points_of(g, xy, n);
    return keep(g, c ? GEOSGeom_createLineString_r(g->h, c) : NULL, out, "expected a line", err);
}

/* ---- Measures ---- */

double gt_geos_area(struct gt_geos *g, const GEOSGeometry *p)
{
    double v = 0;
    return GEOSArea_r(g->h, p, &v) == 1 ? v : (double)NAN;
}

double gt_geos_length(struct gt_geos *g, const GEOSGeometry *p)
{
    double v = 0;
    return GEOSLength_r(g->h, p, &v) == 1 ? v : (double)NAN;
}

bool gt_geos_valid(struct gt_geos *g, const GEOSGeometry *p)
{
    return GEOSisValid_r(g->h, p) == 1;
}

enum gt_status gt_geos_make_valid(struct gt_geos *g, const GEOSGeometry *p, struct gt_geom *out,
                                  struct gt_err *err)
{
    GEOSMakeValidParams *how = GEOSMakeValidParams_create_r(g->h);
    GEOSGeometry *made = NULL;
    if (how && GEOSMakeValidParams_setMethod_r(g->h, how, GEOS_MAKE_VALID_STRUCTURE) &&
        GEOSMakeValidParams_setKeepCollapsed_r(g->h, how, 0))
        made = GEOSMakeValidWithParams_r(g->h, p, how);
    if (how)
        GEOSMakeValidParams_destroy_r(g->h, how);
    return keep(g, made, out, "the geometry cannot be made valid", err);
}

/* ---- The robust chain ---- */

static GEOSGeometry *overlay(struct gt_geos *g, enum gt_geos_op op, const GEOSGeometry *p,
                             const GEOSGeometry *q)
{
    if (!q)
        return GEOSUnaryUnion_r(g->h, p);
    switch (op) {
    case GT_GEOS_INTERSECTION: return GEOSIntersection_r(g->h, p, q);
    case GT_GEOS_DIFFERENCE: return GEOSDifference_r(g->h, p, q);
    default: return GEOSUnion_r(g->h, p, q);
    }
}

static GEOSGeometry *overlay_on_grid(struct gt_geos *g, enum gt_geos_op op, const GEOSGeometry *p,
                                     const GEOSGeometry *q, double grid)
{
    if (!q)
        return GEOSUnaryUnionPrec_r(g->h, p, grid);
    switch (op) {
    case GT_GEOS_INTERSECTION: return GEOSIntersectionPrec_r(g->h, p, q, grid);
    case GT_GEOS_DIFFERENCE: return GEOSDifferencePrec_r(g->h, p, q, grid);
    default: return GEOSUnionPrec_r(g->h, p, q, grid);
    }
}

/* Whether the result can be one of these two: overlay gone wrong loses or makes whole faces. */
static bool plausible(struct gt_geos *g, enum gt_geos_op op, const struct gt_geom *in,
                      const GEOSGeometry *r)
{
    double a = gt_geos_area(g, in[0].p), b = in[1].p ? gt_geos_area(g, in[1].p) : 0;
    double area = gt_geos_area(g, r), slack = 1e-6 * (a + b);
    if (!(area >= 0) || !gt_geos_valid(g, r))
        return false;
    if (!in[1].p)
        return area <= a + slack;
    switch (op) {
    case GT_GEOS_INTERSECTION: return area <= fmin(a, b) + slack;
    case GT_GEOS_DIFFERENCE: return area <= a + slack && area >= a - b - slack;
    default: return area <= a + b + slack && area >= fmax(a, b) - slack;
    }
}

/* 1e-12 of the largest coordinate, as GEOS's own snapping overlay takes it. */
static double snap_of(struct gt_geos *g, const GEOSGeometry *p)
{
    double most = 0, v[4] = {0};
    if (GEOSisEmpty_r(g->h, p) != 0)
        return 1e-12;
    GEOSGeom_getXMin_r(g->h, p, &v[0]);
    GEOSGeom_getXMax_r(g->h, p, &v[1]);
    GEOSGeom_getYMin_r(g->h, p, &v[2]);
    GEOSGeom_getYMax_r(g->h, p, &v[3]);
    for (int i = 0; i < 4; i++)
        most = fmax(most, fabs(v[i]));
    return fmax(most, 1) * 1e-12;
}

/* Both made valid; the second snapped to the first. */
GT_MUST static enum gt_status prepare(struct gt_geos *g, double snap, const GEOSGeometry *p,
                                      const GEOSGeometry *q, struct gt_geom in[2],
                                      struct gt_err *err)
{
    GT_TRY(gt_geos_make_valid(g, p, &in[0], err));
    if (!q)
        return GT_OK;
    GT_AUTO_GEOM valid = {0};
    GT_AUTO_GEOM snapped = {0};
    GT_TRY(gt_geos_make_valid(g, q, &valid, err));
    GT_TRY(keep(g, GEOSSnap_r(g->h, valid.p, in[0].p, snap), &snapped,
                "the geometries cannot be snapped", err));
    return gt_geos_make_valid(g, snapped.p, &in[1], err);
}

static bool served(struct gt_geos *g, enum gt_geos_op op, const struct gt_geom *in,
                   GEOSGeometry *result, struct gt_geom *out)
{
    *out = (struct gt_geom){g, result};
    if (result && plausible(g, op, in, result))
        return true;
    gt_geom_free(out);
    return false;
}

enum gt_status gt_geos_robust(struct gt_geos *g, const struct gt_geos_try *how, struct gt_geom *out,
                              enum gt_robust *step, struct gt_err *err)
{
    const GEOSGeometry *p = how->p, *q = how->q;
    /* only looked at: these two are not ours */
    const struct gt_geom given[2] = {{g, (GEOSGeometry *)(uintptr_t)p},
                                     {g, (GEOSGeometry *)(uintptr_t)q}};
    double snap = how->snap > 0 ? how->snap : snap_of(g, p);
    g->text[0] = '\0';
    *step = GT_ROBUST_FLOATING;
    if (served(g, how->op, given, overlay(g, how->op, p, q), out))
        return GT_OK;
    GT_AUTO_GEOM first = {0};
    GT_AUTO_GEOM second = {0};
    struct gt_geom in[2] = {{0}};
    enum gt_status status = prepare(g, snap, p, q, in, err);
    first = in[0];
    second = in[1];
    GT_TRY(status);
    *step = GT_ROBUST_SNAPPED;
    if (served(g, how->op, in, overlay(g, how->op, first.p, second.p), out))
        return GT_OK;
    *step = GT_ROBUST_FIXED;
    if (served(g, how->op, in, overlay_on_grid(g, how->op, first.p, second.p, snap), out))
        return GT_OK;
    return gt_geos_fail(g, err, "the geometries cannot be overlaid");
}
