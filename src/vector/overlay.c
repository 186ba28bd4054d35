/* overlay.c: the pieces of two layers of polygons. */
#include "overlay_int.h"

#include <math.h>
#include <string.h>

/* What a caller may hand in wrongly. */
enum gt_status gt_overlay_check(const struct gt_shapes *la, const struct gt_shapes *lb,
                                struct gt_err *err)
{
    if (la->kind != GT_SHAPE_POLYGON || lb->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EINPUT,
                       "expected two layers of polygons, found one of points or lines");
    if (la->crs != lb->crs && (!la->crs || !lb->crs || !gt_crs_same(la->crs, lb->crs)))
        return gt_fail(err, GT_EINPUT, "expected two layers in one CRS, found \"%s\" and \"%s\"",
                       la->crs ? la->crs->name : "none", lb->crs ? lb->crs->name : "none");
    return GT_OK;
}

/* ---- Areas ---- */

static double plane_ring(const double *xy, int64_t points)
{
    double sum = 0;
    for (const double *p = xy; p < xy + 2 * points - 2; p += 2)
        sum += (p[0] - xy[0]) * (p[3] - xy[1]) - (p[2] - xy[0]) * (p[1] - xy[1]);
    return sum / 2;
}

struct measuring {
    const struct gt_shapes *s;
    const struct gt_areal *form; /* NULL: the plane */
    double *m2;
};

enum { CHUNK = 512 };

/* Pieces lie to the left of their rings. */
static enum gt_status measure_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    (void)worker, (void)err;
    struct measuring *m = ctx;
    const struct gt_shapes *s = m->s;
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < s->n ? from + CHUNK : s->n;
    for (size_t i = from; i < to; i++)
        for (int64_t part = s->part[i]; part < s->part[i + 1]; part++) {
            const double *xy = s->xy + 2 * s->point[part];
            int64_t points = s->point[part + 1] - s->point[part];
            m->m2[i] +=
                m->form ? gt_areal_ring(m->form, xy, (size_t)points) : plane_ring(xy, points);
        }
    return GT_OK;
}

GT_MUST static enum gt_status measure(struct gt_arena *a, const struct gt_shapes *s,
                                      struct gt_work *w, double **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct measuring m = {.s = s};
    void *p;
    GT_TRY(gt_reserve(a, s->n, sizeof(double), "areas of pieces", &p, err));
    *out = m.m2 = p;
    if (s->crs && s->n > 0)
        GT_TRY(gt_areal_new(scratch, s->crs, s->box, &m.form, err));
    return gt_par_for(w, (int64_t)((s->n + CHUNK - 1) / CHUNK), measure_chunk, &m, err);
}

/* ---- Small pieces ---- */

struct pieces {
    struct gt_shapes *shapes;
    double *xy, *m2;
    int64_t *part, *point, *a, *b;
};

GT_MUST static enum gt_status room_for(struct gt_arena *a, const struct gt_shapes *s,
                                       struct pieces *out, struct gt_err *err)
{
    size_t parts = (size_t)s->part[s->n], points = (size_t)s->point[parts];
    void *v[6];
    const size_t n[] = {2 * points, s->n, s->n + 1, parts + 1, s->n, s->n};
    for (int i = 0; i < 6; i++)
        GT_TRY(gt_reserve(a, n[i], sizeof(double), "pieces of an overlay", &v[i], err));
    *out = (struct pieces){GT_TAKE(a, struct gt_shapes), v[0], v[1], v[2], v[3], v[4], v[5]};
    return GT_OK;
}

static void keep_piece(struct pieces *k, const struct gt_overlay_result *r, size_t i)
{
    const struct gt_shapes *s = r->shapes;
    size_t n = k->shapes->n++;
    int64_t part = k->part[n];
    for (int64_t from = s->part[i]; from < s->part[i + 1]; from++, part++) {
        int64_t points = s->point[from + 1] - s->point[from];
        memcpy(k->xy + 2 * k->point[part], s->xy + 2 * s->point[from],
               2 * (size_t)points * sizeof(double));
        k->point[part + 1] = k->point[part] + points;
    }
    k->part[n + 1] = part;
    k->a[n] = r->a[i];
    k->b[n] = r->b[i];
    k->m2[n] = r->m2[i];
}

GT_MUST static enum gt_status drop_small(struct gt_arena *a, double min_m2,
                                         struct gt_overlay_result *r, struct gt_err *err)
{
    struct pieces k;
    GT_TRY(room_for(a, r->shapes, &k, err));
    *k.shapes = *r->shapes;
    k.shapes->n = 0;
    k.shapes->part = k.part;
    k.shapes->point = k.point;
    k.shapes->xy = k.xy;
    for (size_t i = 0; i < r->shapes->n; i++) {
        if (r->m2[i] >= min_m2) {
            keep_piece(&k, r, i);
            continue;
        }
        r->small++;
        r->small_m2 += r->m2[i];
    }
    r->shapes = k.shapes;
    r->a = k.a;
    r->b = k.b;
    r->m2 = k.m2;
    return GT_OK;
}

enum gt_status gt_overlay(struct gt_arena *a, const struct gt_shapes *la,
                          const struct gt_shapes *lb, const struct gt_overlay_opt *opt,
                          struct gt_overlay_result *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_graph g;
    struct gt_sides sides;
    double *m2;
    GT_TRY(gt_overlay_check(la, lb, err));
    GT_TRY(gt_graph_new(scratch, la, lb, opt->work, &g, err));
    GT_TRY(gt_sides_new(scratch, &g, &sides, err));
    GT_TRY(gt_graph_pieces(a, &g, &sides, opt->kind, out, err));
    struct gt_shapes *shapes = GT_TAKE(a, struct gt_shapes);
    *shapes = *out->shapes;
    shapes->crs = la->crs;
    out->shapes = shapes;
    GT_TRY(measure(a, shapes, opt->work, &m2, err));
    out->m2 = m2;
    out->robust.n[GT_ROBUST_FIXED] = (int64_t)shapes->n;
    return opt->min_m2 > 0 ? drop_small(a, opt->min_m2, out, err) : GT_OK;
}
