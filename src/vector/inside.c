/* inside.c: lengths of lines inside polygons. Each edge of a line is cut where it meets the
 * polygon's border, and the pieces are told by an exact predicate of their middles; pieces that run
 * along the border are known by their ends. O(edges of the line x edges of the polygon) a pair. */
#include "ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 64 }; /* lines a task, whatever the number of threads */

/* Places along an edge, 0..1: cuts, and stretches on the border. */
struct stretch {
    double from, to;
};
struct cuts {
    struct gt_arena *a;
    GT_VEC(double) at;
    GT_VEC(struct stretch) border;
};

struct found {
    struct gt_arena *a;
    GT_VEC(struct gt_line_inside) v;
};

struct inside {
    const struct gt_shapes *lines, *polygons;
    const struct gt_index *ix;
    struct gt_ground *ground; /* by worker */
    struct found *found;      /* by block */
};

/* ---- One edge and one polygon ---- */

static double share_of(const double *p, const double *q, const double *at)
{
    double dx = q[0] - p[0], dy = q[1] - p[1];
    double share = fabs(dx) > fabs(dy) ? (at[0] - p[0]) / dx : (at[1] - p[1]) / dy;
    return fmin(fmax(share, 0), 1);
}

/* Where p-q meets the border's edge u-v. */
static void cut(struct cuts *c, const double *p, const double *q, const double *u, const double *v)
{
    if (fmax(p[0], q[0]) < fmin(u[0], v[0]) || fmin(p[0], q[0]) > fmax(u[0], v[0]) ||
        fmax(p[1], q[1]) < fmin(u[1], v[1]) || fmin(p[1], q[1]) > fmax(u[1], v[1]))
        return;
    int su = gt_orient(p, q, u), sv = gt_orient(p, q, v);
    if (su == 0)
        *GT_PUSH(c->a, &c->at) = share_of(p, q, u);
    if (sv == 0)
        *GT_PUSH(c->a, &c->at) = share_of(p, q, v);
    if (su == 0 && sv == 0) {
        double s = share_of(p, q, u), t = share_of(p, q, v);
        *GT_PUSH(c->a, &c->border) = (struct stretch){fmin(s, t), fmax(s, t)};
        return;
    }
    if (su * sv >= 0 || gt_orient(u, v, p) * gt_orient(u, v, q) > 0)
        return;
    double wx = v[0] - u[0], wy = v[1] - u[1];
    double den = (q[0] - p[0]) * wy - (q[1] - p[1]) * wx;
    double t = ((u[0] - p[0]) * wy - (u[1] - p[1]) * wx) / den;
    if (t > 0 && t < 1)
        *GT_PUSH(c->a, &c->at) = t;
}

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static bool on_border(const struct cuts *c, double at)
{
    for (size_t i = 0; i < c->border.n; i++)
        if (at >= c->border.v[i].from && at <= c->border.v[i].to)
            return true;
    return false;
}

static double edge_inside(const struct inside *x, const struct gt_ground *g, const double *p,
                          size_t polygon, struct cuts *c)
{
    const struct gt_shapes *s = x->polygons;
    const double *q = p + 2;
    double sum = 0;
    c->at.n = c->border.n = 0;
    *GT_PUSH(c->a, &c->at) = 0;
    for (int64_t j = s->part[polygon]; j < s->part[polygon + 1]; j++)
        for (int64_t k = s->point[j]; k + 1 < s->point[j + 1]; k++)
            cut(c, p, q, s->xy + 2 * k, s->xy + 2 * k + 2);
    *GT_PUSH(c->a, &c->at) = 1;
    qsort(c->at.v, c->at.n, sizeof *c->at.v, by_value);
    for (size_t i = 0; i + 1 < c->at.n; i++) {
        double from = c->at.v[i], to = c->at.v[i + 1], mid = (from + to) / 2;
        if (from == to || on_border(c, mid) ||
            gt_polygon_side(s, polygon, p[0] + mid * (q[0] - p[0]), p[1] + mid * (q[1] - p[1])) !=
                GT_INSIDE)
            continue;
        const double piece[4] = {p[0] + from * (q[0] - p[0]), p[1] + from * (q[1] - p[1]),
                                 p[0] + to * (q[0] - p[0]), p[1] + to * (q[1] - p[1])};
        sum += gt_ground_edge(g, from == 0 && to == 1 ? p : piece);
    }
    return sum;
}

/* ---- One line and all polygons ---- */

struct hits {
    struct gt_arena *a;
    GT_VEC(size_t) v;
};

static bool add_hit(void *ctx, size_t i)
{
    struct hits *h = ctx;
    *GT_PUSH(h->a, &h->v) = i;
    return true;
}

static int by_number(const void *a, const void *b)
{
    size_t p = *(const size_t *)a, q = *(const size_t *)b;
    return (p > q) - (p < q);
}

static double line_inside(const struct inside *x, const struct gt_ground *g, size_t line,
                          size_t polygon, struct cuts *c)
{
    const struct gt_shapes *s = x->lines;
    struct gt_box box = gt_shape_box(x->polygons, polygon);
    double sum = 0;
    for (int64_t j = s->part[line]; j < s->part[line + 1]; j++)
        for (int64_t k = s->point[j]; k + 1 < s->point[j + 1]; k++) {
            const double *p = s->xy + 2 * k;
            struct gt_box edge = {fmin(p[0], p[2]), fmin(p[1], p[3]), fmax(p[0], p[2]),
                                  fmax(p[1], p[3])};
            if (gt_box_meets(edge, box))
                sum += edge_inside(x, g, p, polygon, c);
        }
    return sum;
}

GT_MUST static enum gt_status some_lines(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    struct inside *x = ctx;
    struct found *found = x->found + block;
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct cuts c = {.a = scratch};
    struct hits h = {.a = scratch};
    size_t from = (size_t)block * BLOCK, to = from + BLOCK;
    (void)err;
    found->a = gt_arena_new();
    for (size_t i = from; i < to && i < x->lines->n; i++) {
        h.v.n = 0;
        gt_index_search(x->ix, gt_shape_box(x->lines, i), add_hit, &h);
        if (h.v.n > 0)
            qsort(h.v.v, h.v.n, sizeof *h.v.v, by_number);
        for (size_t k = 0; k < h.v.n; k++) {
            double m = line_inside(x, x->ground + worker, i, h.v.v[k], &c);
            if (m > 0)
                *GT_PUSH(found->a, &found->v) =
                    (struct gt_line_inside){(int64_t)i, (int64_t)h.v.v[k], m};
        }
    }
    return GT_OK;
}

GT_MUST static enum gt_status join(struct gt_arena *a, const struct inside *x, size_t blocks,
                                   struct gt_lines_inside *out, struct gt_err *err)
{
    size_t all = 0;
    void *block;
    for (size_t i = 0; i < blocks; i++)
        all += x->found[i].v.n;
    GT_TRY(gt_reserve(a, all + 1, sizeof *out->v, "lines in polygons", &block, err));
    struct gt_line_inside *v = block;
    *out = (struct gt_lines_inside){0, v};
    for (size_t i = 0; i < blocks; i++)
        for (size_t k = 0; k < x->found[i].v.n; k++)
            v[out->n++] = x->found[i].v.v[k];
    return GT_OK;
}

enum gt_status gt_lines_inside(struct gt_arena *a, const struct gt_shapes *lines,
                               const struct gt_shapes *polygons, struct gt_work *w,
                               struct gt_lines_inside *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct inside x = {.lines = lines, .polygons = polygons};
    size_t blocks = (lines->n + BLOCK - 1) / BLOCK;
    GT_TRY(gt_index_of(scratch, polygons, &x.ix, err));
    GT_TRY(gt_ground_open(scratch, lines->crs, w ? gt_pool_threads(w->pool) : 1, &x.ground, err));
    x.found = GT_TAKE_N(scratch, struct found, blocks + 1);
    enum gt_status status = gt_par_for(w, (int64_t)blocks, some_lines, &x, err);
    if (status == GT_OK)
        status = join(a, &x, blocks, out, err);
    for (size_t i = 0; i < blocks; i++)
        gt_arena_free(x.found[i].a);
    return status;
}
