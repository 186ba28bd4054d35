/* shapes.c: flat geometries in another CRS. An edge is straight where it is stored; in the other
 * CRS it becomes a chain of edges that follows it to a tolerance on the ground. Edges are halved
 * until they do, and always from their lesser end to their greater, so that neighbours keep the
 * same points. */
#include "geo_int.h"

#include <inttypes.h>
#include <string.h>

enum { DEEPEST = 20 };

struct pair {
    double x, y;
};

struct densify {
    struct gt_xform *t;
    const struct gt_crs *to;
    double tol_m;
    struct gt_arena *a; /* of xy, while it grows */
    struct pair *xy;
    size_t n, cap;
};

/* A place as it is stored, in degrees on the target's datum, and in the target. */
struct spot {
    struct pair stored, deg, target;
};

static struct spot spot_at(struct densify *d, struct pair p)
{
    struct spot s = {p, p, p};
    gt_xform_degrees(d->t, &s.deg.x, 1);
    s.target = s.deg;
    if (d->t->project)
        gt_proj_pairs(d->t->project, PJ_FWD, &s.target.x, 1);
    return s;
}

static struct spot middle(struct densify *d, const struct spot *p, const struct spot *q)
{
    return spot_at(d,
                   (struct pair){(p->stored.x + q->stored.x) / 2, (p->stored.y + q->stored.y) / 2});
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
    d->xy[d->n++] = p;
    return GT_OK;
}

/* ---- Edges ---- */

/* A chord: what an edge becomes when it is not halved. */
struct edge {
    struct spot p, q;
};

/* The point of the chord nearest to s, as a share of its length; outside 0..1 beyond its ends. */
static double share_of(const struct edge *e, const struct spot *s)
{
    struct pair p = e->p.target, q = e->q.target;
    double x = q.x - p.x, y = q.y - p.y, length2 = x * x + y * y;
    return length2 > 0 ? ((s->target.x - p.x) * x + (s->target.y - p.y) * y) / length2 : 0.5;
}

/* Metres on the ground from s to that point. */
static double off_m(struct densify *d, const struct edge *e, const struct spot *s)
{
    double share = fmin(fmax(share_of(e, s), 0), 1);
    struct pair p = e->p.target, q = e->q.target;
    struct pair foot = {p.x + share * (q.x - p.x), p.y + share * (q.y - p.y)};
    double dlon = s->deg.x - foot.x;
    if (d->t->project) {
        gt_proj_pairs(d->t->project, PJ_INV, &foot.x, 1);
        dlon = remainder(s->deg.x - foot.x, 360);
    }
    struct gt_radii r = gt_radii_at(d->to->a, d->to->f, s->deg.y);
    return hypot(dlon * GT_RAD * r.parallel, (s->deg.y - foot.y) * GT_RAD * r.meridian);
}

/* Roughly, and in the target's plane: a chord over a cut of the projection is long. */
static double length_m(const struct densify *d, const struct edge *e)
{
    double unit_m = d->to->unit_m > 0 ? d->to->unit_m : GT_RAD * d->to->a;
    return unit_m * hypot(e->q.target.x - e->p.target.x, e->q.target.y - e->p.target.y);
}

/* Between the places looked at, an S-shaped edge can be off by 3 % more than found. */
static const double margin = 0.95;
/* An edge this many times longer than the tolerance and shorter (1 km for 1 mm) bends to one side,
 * to a thousandth of the tolerance: its middle is enough. */
static const double one_bend = 1e6;

/* m: the edge's middle. The quarters are for images that cross their chord in the middle; the share
 * is for cuts, where the ends lie on both sides of the map. */
static bool follows(struct densify *d, const struct edge *e, const struct spot *m)
{
    double tol = margin * d->tol_m, length = length_m(d, e);
    if (!(off_m(d, e, m) <= tol))
        return false;
    if (length > d->tol_m && fabs(share_of(e, m) - 0.5) > 0.25)
        return false;
    if (length <= one_bend * d->tol_m)
        return true;
    struct spot first = middle(d, &e->p, m), last = middle(d, m, &e->q);
    return off_m(d, e, &first) <= tol && off_m(d, e, &last) <= tol;
}

/* Adds the points inside the edge. */
GT_MUST static enum gt_status split(struct densify *d, const struct edge *e, int depth,
                                    struct gt_err *err)
{
    struct spot m = middle(d, &e->p, &e->q);
    if (follows(d, e, &m))
        return GT_OK;
    if (depth == DEEPEST || isnan(m.target.x))
        return gt_fail(err, GT_EINPUT, "the edge at (%.9g, %.9g) cannot be followed into \"%s\"",
                       m.stored.x, m.stored.y, d->to->name);
    GT_TRY(split(d, &(struct edge){e->p, m}, depth + 1, err));
    GT_TRY(push(d, m.target, err));
    return split(d, &(struct edge){m, e->q}, depth + 1, err);
}

static void reverse(struct pair *p, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct pair kept = p[i];
        p[i] = p[n - 1 - i];
        p[n - 1 - i] = kept;
    }
}

/* Adds the points inside the edge and its end. */
GT_MUST static enum gt_status add_edge(struct densify *d, const struct edge *e, struct gt_err *err)
{
    struct pair p = e->p.stored, q = e->q.stored;
    bool turned = p.x > q.x || (p.x == q.x && p.y > q.y);
    struct edge way = turned ? (struct edge){e->q, e->p} : *e;
    size_t before = d->n;
    GT_TRY(split(d, &way, 0, err));
    if (turned && d->n > before)
        reverse(d->xy + before, d->n - before);
    return push(d, e->q.target, err);
}

GT_MUST static enum gt_status add_part(struct densify *d, const struct gt_shapes *in, int64_t part,
                                       struct gt_err *err)
{
    struct edge e = {0};
    int64_t first = in->point[part];
    for (int64_t i = first; i < in->point[part + 1]; i++) {
        e.p = e.q;
        e.q = spot_at(d, (struct pair){in->xy[2 * i], in->xy[2 * i + 1]});
        if (isnan(e.q.target.x))
            return gt_fail(err, GT_EINPUT, "point (%.9g, %.9g) lies outside the domain of \"%s\"",
                           e.q.stored.x, e.q.stored.y, d->to->name);
        if (i == first || in->kind == GT_SHAPE_POINT)
            GT_TRY(push(d, e.q.target, err));
        else
            GT_TRY(add_edge(d, &e, err));
    }
    return GT_OK;
}

/* ---- Shapes ---- */

GT_MUST static enum gt_status check_finite(const struct gt_shapes *in, struct gt_err *err)
{
    for (size_t f = 0; f < in->n; f++)
        for (int64_t part = in->part[f]; part < in->part[f + 1]; part++)
            for (int64_t i = in->point[part]; i < in->point[part + 1]; i++)
                if (!isfinite(in->xy[2 * i]) || !isfinite(in->xy[2 * i + 1]))
                    return gt_fail(err, GT_EINPUT,
                                   "feature %zu, part %" PRId64
                                   ": expected finite coordinates, found (%g, %g)",
                                   f + 1, part - in->part[f] + 1, in->xy[2 * i], in->xy[2 * i + 1]);
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
            enum gt_status status = add_part(d, in, part, err);
            if (status != GT_OK) {
                gt_wrap(err, "feature %zu, part %" PRId64, f + 1, part - in->part[f] + 1);
                return status;
            }
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
        gt_reserve(a, d->n + 1, sizeof(struct pair), "points of transformed shapes", &block, err));
    if (d->n > 0)
        memcpy(block, d->xy, d->n * sizeof(struct pair));
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
