/* shapes.c: flat geometries in another CRS. An edge is straight where it is stored; in the other
 * CRS it becomes a chain of edges that follows it to a tolerance on the ground. Edges are halved
 * until they do, and always from their lesser end to their greater, so that neighbours keep the
 * same points. */
#include "geo_int.h"

#include <inttypes.h>
#include <string.h>

enum { DEEPEST = 20 };

struct densify {
    struct gt_xform *t;
    const struct gt_crs *to;
    double tol_m;
    struct gt_arena *a; /* of xy, while it grows */
    double *xy;
    size_t n, cap; /* pairs */
};

struct pair {
    double x, y;
};

static struct pair middle(struct pair p, struct pair q)
{
    return (struct pair){(p.x + q.x) / 2, (p.y + q.y) / 2};
}

static struct pair transformed(struct densify *d, struct pair p)
{
    gt_xform_points(d->t, &p.x, 1);
    return p;
}

GT_MUST static enum gt_status push(struct densify *d, struct pair p, struct gt_err *err)
{
    if (d->n == d->cap) {
        size_t cap = d->cap ? 2 * d->cap : 1024;
        void *grown;
        GT_TRY(gt_reserve(d->a, cap, sizeof p, "points of transformed shapes", &grown, err));
        if (d->n > 0)
            memcpy(grown, d->xy, d->n * sizeof p);
        d->xy = grown;
        d->cap = cap;
    }
    d->xy[2 * d->n] = p.x;
    d->xy[2 * d->n + 1] = p.y;
    d->n++;
    return GT_OK;
}

/* ---- Distance
 * ------------------------------------------------------------------------------------- */

static struct pair to_degrees(struct densify *d, struct pair p)
{
    if (d->t->project)
        gt_proj_pairs(d->t->project, PJ_INV, &p.x, 1);
    return p;
}

/* From p to the chord between b and c, all in the target's CRS, in metres on the ground. */
static double distance_m(struct densify *d, struct pair p, struct pair b, struct pair c)
{
    double ex = c.x - b.x, ey = c.y - b.y, length2 = ex * ex + ey * ey;
    double share = length2 > 0 ? ((p.x - b.x) * ex + (p.y - b.y) * ey) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    struct pair foot = {b.x + share * ex, b.y + share * ey};
    struct pair g = to_degrees(d, p), h = to_degrees(d, foot);
    struct gt_radii r = gt_radii_at(d->to->a, d->to->f, g.y);
    double turn = remainder(g.x - h.x, 360);
    return hypot(turn * GT_RAD * r.parallel, (g.y - h.y) * GT_RAD * r.meridian);
}

/* ---- Edges
 * ---------------------------------------------------------------------------------------- */

struct edge {
    struct pair p, q;   /* where it is stored */
    struct pair tp, tq; /* its ends in the target */
};

/* The places where a chain is compared with its edge: the middle, and the quarters for edges whose
 * image crosses its chord there. Between them an S-shaped edge can be off by 3 % more than found.
 */
static const double margin = 0.95;

static bool follows(struct densify *d, const struct edge *e, struct pair m, struct pair tm)
{
    double tol = margin * d->tol_m;
    return distance_m(d, tm, e->tp, e->tq) <= tol &&
           distance_m(d, transformed(d, middle(e->p, m)), e->tp, e->tq) <= tol &&
           distance_m(d, transformed(d, middle(m, e->q)), e->tp, e->tq) <= tol;
}

/* Adds the points inside the edge. */
GT_MUST static enum gt_status split(struct densify *d, const struct edge *e, int depth,
                                    struct gt_err *err)
{
    struct pair m = middle(e->p, e->q), tm = transformed(d, m);
    if (follows(d, e, m, tm))
        return GT_OK;
    if (depth == DEEPEST || isnan(tm.x))
        return gt_fail(err, GT_EINPUT, "the edge at (%.9g, %.9g) cannot be followed into \"%s\"",
                       m.x, m.y, d->to->name);
    GT_TRY(split(d, &(struct edge){e->p, m, e->tp, tm}, depth + 1, err));
    GT_TRY(push(d, tm, err));
    return split(d, &(struct edge){m, e->q, tm, e->tq}, depth + 1, err);
}

static void reverse(double *xy, size_t n)
{
    for (size_t i = 0; 2 * i + 1 < n; i++) {
        for (size_t k = 0; k < 2; k++) {
            double *p = xy + 2 * i + k, *q = xy + 2 * (n - 1 - i) + k, kept = *p;
            *p = *q;
            *q = kept;
        }
    }
}

/* Adds the points inside the edge and its end. */
GT_MUST static enum gt_status add_edge(struct densify *d, const struct edge *e, struct gt_err *err)
{
    bool turned = e->p.x > e->q.x || (e->p.x == e->q.x && e->p.y > e->q.y);
    struct edge way = turned ? (struct edge){e->q, e->p, e->tq, e->tp} : *e;
    size_t before = d->n;
    GT_TRY(split(d, &way, 0, err));
    if (turned)
        reverse(d->xy + 2 * before, d->n - before);
    return push(d, e->tq, err);
}

GT_MUST static enum gt_status add_part(struct densify *d, const struct gt_shapes *in, int64_t part,
                                       struct gt_err *err)
{
    struct edge e = {0};
    for (int64_t i = in->point[part]; i < in->point[part + 1]; i++) {
        struct pair p = {in->xy[2 * i], in->xy[2 * i + 1]}, tp = transformed(d, p);
        if (isnan(tp.x))
            return gt_fail(err, GT_EINPUT, "point (%.9g, %.9g) lies outside the domain of \"%s\"",
                           p.x, p.y, d->to->name);
        if (i == in->point[part] || in->kind == GT_SHAPE_POINT) {
            GT_TRY(push(d, tp, err));
            e = (struct edge){.q = p, .tq = tp};
            continue;
        }
        e = (struct edge){e.q, p, e.tq, tp};
        GT_TRY(add_edge(d, &e, err));
    }
    return GT_OK;
}

/* ---- Shapes
 * --------------------------------------------------------------------------------------- */

GT_MUST static enum gt_status check_finite(const struct gt_shapes *in, struct gt_err *err)
{
    for (size_t f = 0; f < in->n; f++)
        for (int64_t part = in->part[f]; part < in->part[f + 1]; part++)
            for (int64_t i = in->point[part]; i < in->point[part + 1]; i++)
                if (!isfinite(in->xy[2 * i]) || !isfinite(in->xy[2 * i + 1]))
                    return gt_fail(err, GT_EINPUT,
                                   "feature %zu, part %" PRId64
                                   ": expected finite coordinates, found (%g, %g)",
                                   f, part - in->part[f], in->xy[2 * i], in->xy[2 * i + 1]);
    return GT_OK;
}

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

GT_MUST static enum gt_status densified(struct densify *d, const struct gt_shapes *in,
                                        int64_t *point, struct gt_err *err)
{
    for (size_t f = 0; f < in->n; f++) {
        for (int64_t part = in->part[f]; part < in->part[f + 1]; part++) {
            if (add_part(d, in, part, err) != GT_OK)
                return gt_wrap(err, "feature %zu, part %" PRId64, f, part - in->part[f]);
            point[part + 1] = (int64_t)d->n;
        }
    }
    return GT_OK;
}

GT_MUST static enum gt_status convert(struct gt_arena *a, const struct gt_shapes *in,
                                      struct densify *d, struct gt_shapes *out, struct gt_err *err)
{
    size_t parts = in->n > 0 ? (size_t)in->part[in->n] : 0;
    void *block;
    GT_TRY(gt_reserve(a, parts + 1, sizeof(int64_t), "parts of transformed shapes", &block, err));
    int64_t *point = block;
    GT_TRY(densified(d, in, point, err));
    GT_TRY(
        gt_reserve(a, d->n + 1, 2 * sizeof(double), "points of transformed shapes", &block, err));
    if (d->n > 0)
        memcpy(block, d->xy, d->n * 2 * sizeof(double));
    out->point = point;
    out->xy = block;
    out->box = box_of(out->xy, d->n);
    return GT_OK;
}

enum gt_status gt_shapes_to_crs(struct gt_arena *a, const struct gt_shapes *in,
                                const struct gt_crs *to, double tol_m, const struct gt_shapes **out,
                                struct gt_err *err)
{
    GT_TRY(check_finite(in, err));
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct densify d = {.to = to, .tol_m = tol_m, .a = scratch};
    GT_TRY(gt_xform_new(scratch, in->crs, to, &d.t, err));
    struct gt_shapes *made = GT_TAKE(a, struct gt_shapes);
    *made = *in;
    made->crs = to;
    if (!gt_xform_is_identity(d.t))
        GT_TRY(convert(a, in, &d, made, err));
    *out = made;
    return GT_OK;
}
