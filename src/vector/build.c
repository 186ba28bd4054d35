/* build.c: shapes that grow, out of GEOS's geometries, and features made on all threads. */
#include "geos.h"

#include <math.h>
#include <string.h>

void gt_build_init(struct gt_build *b, struct gt_arena *a)
{
    *b = (struct gt_build){.a = a};
    *GT_PUSH(a, &b->part) = 0;
    *GT_PUSH(a, &b->point) = 0;
}

/* Room for n more numbers at the end. */
static double *more(struct gt_build *b, size_t n)
{
    while (b->xy.cap - b->xy.n < n) {
        size_t cap = b->xy.cap;
        b->xy.v = gt_grow_(b->a, b->xy.v, &cap, b->xy.n, sizeof *b->xy.v);
        b->xy.cap = cap;
    }
    b->xy.n += n;
    return b->xy.v + b->xy.n - n;
}

void gt_build_points(struct gt_build *b, const double *xy, size_t n)
{
    if (n > 0)
        memcpy(more(b, 2 * n), xy, 2 * n * sizeof *xy);
}

void gt_build_end_part(struct gt_build *b)
{
    *GT_PUSH(b->a, &b->point) = (int64_t)(b->xy.n / 2);
}

void gt_build_end_feature(struct gt_build *b)
{
    *GT_PUSH(b->a, &b->part) = (int64_t)b->point.n - 1;
}

/* ---- Out of GEOS ---- */

GT_MUST static enum gt_status add_points(struct gt_build *b, struct gt_geos *g,
                                         const GEOSGeometry *line, struct gt_err *err)
{
    const GEOSCoordSequence *c = line ? GEOSGeom_getCoordSeq_r(g->h, line) : NULL;
    unsigned n = 0;
    if (!c || !GEOSCoordSeq_getSize_r(g->h, c, &n))
        return gt_geos_fail(g, err, "expected a line of GEOS");
    if (n == 0)
        return GT_OK;
    if (!GEOSCoordSeq_copyToBuffer_r(g->h, c, more(b, 2 * (size_t)n), 0, 0))
        return gt_geos_fail(g, err, "expected the points of a line of GEOS");
    gt_build_end_part(b);
    return GT_OK;
}

GT_MUST static enum gt_status add_polygon(struct gt_build *b, struct gt_geos *g,
                                          const GEOSGeometry *p, struct gt_err *err)
{
    int holes = GEOSGetNumInteriorRings_r(g->h, p);
    GT_TRY(add_points(b, g, GEOSGetExteriorRing_r(g->h, p), err));
    for (int i = 0; i < holes; i++)
        GT_TRY(add_points(b, g, GEOSGetInteriorRingN_r(g->h, p, i), err));
    return GT_OK;
}

enum gt_status gt_build_geom(struct gt_build *b, struct gt_geos *g, enum gt_shape_kind kind,
                             const GEOSGeometry *p, struct gt_err *err)
{
    int type = GEOSGeomTypeId_r(g->h, p);
    if (GEOSisEmpty_r(g->h, p) != 0)
        return GT_OK;
    if (type == GEOS_POLYGON)
        return kind == GT_SHAPE_POLYGON ? add_polygon(b, g, p, err) : GT_OK;
    if (type == GEOS_LINESTRING || type == GEOS_LINEARRING)
        return kind == GT_SHAPE_LINE ? add_points(b, g, p, err) : GT_OK;
    if (type == GEOS_POINT)
        return kind == GT_SHAPE_POINT ? add_points(b, g, p, err) : GT_OK;
    for (int i = 0; i < GEOSGetNumGeometries_r(g->h, p); i++)
        GT_TRY(gt_build_geom(b, g, kind, GEOSGetGeometryN_r(g->h, p, i), err));
    return GT_OK;
}

/* ---- Joining ---- */

static struct gt_box box_of(const double *xy, size_t n)
{
    struct gt_box box = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < n; i++) {
        box.x0 = fmin(box.x0, xy[2 * i]);
        box.x1 = fmax(box.x1, xy[2 * i]);
        box.y0 = fmin(box.y0, xy[2 * i + 1]);
        box.y1 = fmax(box.y1, xy[2 * i + 1]);
    }
    return box;
}

struct joined {
    int64_t *part, *point;
    double *xy;
    size_t features, parts, points;
};

static void append(struct joined *j, const struct gt_build *b)
{
    for (size_t i = 1; i < b->part.n; i++)
        j->part[j->features + i] = (int64_t)j->parts + b->part.v[i];
    for (size_t i = 1; i < b->point.n; i++)
        j->point[j->parts + i] = (int64_t)j->points + b->point.v[i];
    if (b->xy.n > 0)
        memcpy(j->xy + 2 * j->points, b->xy.v, b->xy.n * sizeof *b->xy.v);
    j->features += b->part.n - 1;
    j->parts += b->point.n - 1;
    j->points += b->xy.n / 2;
}

enum gt_status gt_build_join(struct gt_arena *a, const struct gt_build *const *b, size_t n,
                             const struct gt_shapes *like, const struct gt_shapes **out,
                             struct gt_err *err)
{
    struct joined j = {0};
    void *part, *point, *xy;
    for (size_t i = 0; i < n; i++) {
        j.features += b[i]->part.n - 1;
        j.parts += b[i]->point.n - 1;
        j.points += b[i]->xy.n / 2;
    }
    GT_TRY(gt_reserve(a, j.features + 1, sizeof(int64_t), "shapes made", &part, err));
    GT_TRY(gt_reserve(a, j.parts + 1, sizeof(int64_t), "parts of shapes made", &point, err));
    GT_TRY(gt_reserve(a, j.points + 1, 2 * sizeof(double), "points of shapes made", &xy, err));
    j = (struct joined){.part = part, .point = point, .xy = xy};
    for (size_t i = 0; i < n; i++)
        append(&j, b[i]);
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    *s = (struct gt_shapes){.kind = like->kind,
                            .crs = like->crs,
                            .n = j.features,
                            .part = part,
                            .point = point,
                            .xy = xy,
                            .box = box_of(xy, j.points)};
    *out = s;
    return GT_OK;
}

/* ---- On all threads ---- */

enum { BLOCK = 128 }; /* whatever the number of threads */

struct each {
    const struct gt_each *e;
    size_t size;          /* features a block */
    struct gt_geos *geos; /* by worker */
    struct gt_build *build;
    struct gt_arena **arena; /* by block */
};

GT_MUST static enum gt_status each_block(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    struct each *x = ctx;
    struct gt_build *b = x->build + block;
    x->arena[block] = gt_arena_new();
    gt_build_init(b, x->arena[block]);
    size_t from = (size_t)block * x->size, to = from + x->size;
    for (size_t i = from; i < to && i < x->e->n; i++) {
        GT_TRY(x->e->fn(x->e->ctx, x->geos + worker, i, b, err));
        gt_build_end_feature(b);
    }
    return GT_OK;
}

enum gt_status gt_each_feature(struct gt_arena *a, const struct gt_each *e, struct gt_work *w,
                               const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    size_t size = e->block ? e->block : BLOCK, blocks = (e->n + size - 1) / size;
    struct each x = {.e = e,
                     .size = size,
                     .build = GT_TAKE_N(scratch, struct gt_build, blocks + 1),
                     .arena = GT_TAKE_N(scratch, struct gt_arena *, blocks + 1)};
    const struct gt_build **all = GT_TAKE_N(scratch, const struct gt_build *, blocks + 1);
    GT_TRY(gt_geos_open(scratch, w ? gt_pool_threads(w->pool) : 1, &x.geos, err));
    for (size_t i = 0; i < blocks; i++)
        all[i] = &x.build[i];
    enum gt_status status = gt_par_for(w, (int64_t)blocks, each_block, &x, err);
    if (status == GT_OK)
        status = gt_build_join(a, all, blocks, e->like, out, err);
    for (size_t i = 0; i < blocks; i++)
        gt_arena_free(x.arena[i]);
    return status;
}
