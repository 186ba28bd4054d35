/* buffer.c: buffers in metres on the ground, made in a plane of metres around each feature's
 * middle. */
#include "geos.h"
#include "ground.h"

#include <math.h>

enum { QUARTER = 32 }; /* edges of a quarter circle */

struct buffer {
    const struct gt_shapes *s;
    double metres;
    struct gt_ground *ground; /* by worker */
};

/* From CRS units to metres around a place, and back. */
struct local {
    double x, y, m[2];
};

static void to_metres(const struct local *l, double *xy, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = (xy[2 * i] - l->x) * l->m[0];
        xy[2 * i + 1] = (xy[2 * i + 1] - l->y) * l->m[1];
    }
}

static void to_units(const struct local *l, double *xy, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = xy[2 * i] / l->m[0] + l->x;
        xy[2 * i + 1] = xy[2 * i + 1] / l->m[1] + l->y;
    }
}

/* Feature i alone, in metres. */
static struct gt_shapes moved(const struct buffer *x, struct gt_arena *a, size_t i,
                              const struct local *l)
{
    const struct gt_shapes *s = x->s;
    int64_t parts = s->part[i + 1] - s->part[i], from = s->point[s->part[i]];
    size_t n = (size_t)(s->point[s->part[i + 1]] - from);
    int64_t *part = GT_TAKE_N(a, int64_t, 2), *point = GT_TAKE_N(a, int64_t, (size_t)parts + 1);
    double *xy = GT_TAKE_N(a, double, 2 * n + 1);
    for (int64_t j = 0; j <= parts; j++)
        point[j] = s->point[s->part[i] + j] - from;
    for (size_t k = 0; k < 2 * n; k++)
        xy[k] = s->xy[2 * from + (int64_t)k];
    to_metres(l, xy, n);
    part[1] = parts;
    return (struct gt_shapes){s->kind, s->crs, 1, part, point, xy, {0, 0, 0, 0}};
}

GT_MUST static enum gt_status middle_of(const struct buffer *x, const struct gt_ground *ground,
                                        size_t i, struct local *l, struct gt_err *err)
{
    struct gt_box b = gt_shape_box(x->s, i);
    l->x = b.x0 / 2 + b.x1 / 2;
    l->y = b.y0 / 2 + b.y1 / 2;
    if (isnan(b.x0) || !gt_ground_scale(ground, l->x, l->y, l->m))
        return gt_fail(err, GT_EINPUT,
                       "feature %zu: expected coordinates in the domain of \"%s\", found others",
                       i + 1, x->s->crs->name);
    return GT_OK;
}

GT_MUST static enum gt_status one_feature(void *ctx, struct gt_geos *g, size_t i,
                                          struct gt_build *b, struct gt_err *err)
{
    const struct buffer *x = ctx;
    GT_AUTO_ARENA scratch = gt_arena_new();
    GT_AUTO_GEOM m = {0};
    GT_AUTO_GEOM made = {0};
    struct local l;
    if (x->s->point[x->s->part[i]] == x->s->point[x->s->part[i + 1]])
        return GT_OK;
    GT_TRY(middle_of(x, x->ground + g->worker, i, &l, err));
    struct gt_shapes one = moved(x, scratch, i, &l);
    GT_TRY(gt_geos_from(g, &one, 0, &m, err));
    made = (struct gt_geom){g, GEOSBuffer_r(g->h, m.p, x->metres, QUARTER)};
    if (!made.p) {
        enum gt_status status = gt_geos_fail(g, err, "the buffer cannot be made");
        gt_wrap(err, "feature %zu", i + 1);
        return status;
    }
    size_t before = b->xy.n;
    GT_TRY(gt_build_geom(b, g, GT_SHAPE_POLYGON, made.p, err));
    if (b->xy.n > before)
        to_units(&l, b->xy.v + before, (b->xy.n - before) / 2);
    return GT_OK;
}

enum gt_status gt_buffer(struct gt_arena *a, const struct gt_shapes *s, double metres,
                         struct gt_work *w, const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_shapes like = {.kind = GT_SHAPE_POLYGON, .crs = s->crs};
    struct buffer x = {.s = s, .metres = metres};
    if (!isfinite(metres) || (metres < 0 && s->kind != GT_SHAPE_POLYGON))
        return gt_fail(err, GT_EUSE,
                       "expected a distance in metres, not negative unless of polygons, found %g",
                       metres);
    GT_TRY(gt_ground_open(scratch, s->crs, w ? gt_pool_threads(w->pool) : 1, &x.ground, err));
    struct gt_each e = {.fn = one_feature, .ctx = &x, .n = s->n, .like = &like};
    return gt_each_feature(a, &e, w, out, err);
}
