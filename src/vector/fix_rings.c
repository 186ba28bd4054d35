/* fix_rings.c: rings of one feature without doubled points, and without rings that are there
 * twice. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

static bool before(const double *p, const double *q)
{
    return p[0] < q[0] || (!(p[0] > q[0]) && p[1] < q[1]);
}

/* Of near neighbours the one furthest west stays, whichever way the ring runs. */
static void clean_ring(struct gt_arena *a, const double *xy, int64_t n,
                       const struct gt_scale *scale, struct gt_new_ring *out)
{
    out->xy = GT_TAKE_N(a, double, 2 * (size_t)n + 2);
    out->n = 0;
    for (int64_t k = 0; k < n; k++) {
        const double *p = xy + 2 * k;
        double *last = out->n ? out->xy + 2 * (out->n - 1) : NULL;
        if (last && gt_scale_distance(scale, last[0], last[1], p[0], p[1]) <= scale->tolerance) {
            if (before(p, last))
                memcpy(last, p, 2 * sizeof *p);
            continue;
        }
        memcpy(out->xy + 2 * out->n++, p, 2 * sizeof *p);
    }
    while (out->n > 1) {
        double *last = out->xy + 2 * (out->n - 1);
        if (gt_scale_distance(scale, last[0], last[1], out->xy[0], out->xy[1]) > scale->tolerance)
            return;
        if (before(last, out->xy))
            memcpy(out->xy, last, 2 * sizeof *last);
        out->n--;
    }
}

static int by_point(const void *a, const void *b)
{
    return before(a, b) ? -1 : before(b, a);
}

/* The same points, each within the tolerance. */
static bool same_ring(struct gt_arena *a, const struct gt_new_ring *p, const struct gt_new_ring *q,
                      const struct gt_scale *scale)
{
    if (p->n != q->n)
        return false;
    double *u = GT_TAKE_N(a, double, 2 * p->n + 1), *v = GT_TAKE_N(a, double, 2 * p->n + 1);
    memcpy(u, p->xy, 2 * p->n * sizeof *u);
    memcpy(v, q->xy, 2 * p->n * sizeof *v);
    qsort(u, p->n, 2 * sizeof *u, by_point);
    qsort(v, p->n, 2 * sizeof *v, by_point);
    for (size_t i = 0; i < 2 * p->n; i += 2)
        if (gt_scale_distance(scale, u[i], u[i + 1], v[i], v[i + 1]) > scale->tolerance)
            return false;
    return true;
}

void gt_fix_rings(struct gt_arena *a, const struct gt_shapes *s, size_t i,
                  const struct gt_scale *scale, struct gt_new_feature *out)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    int64_t from = s->part[i], to = s->part[i + 1];
    out->given = true;
    out->ring = GT_TAKE_N(a, struct gt_new_ring, (size_t)(to - from) + 1);
    for (int64_t p = from; p < to; p++) {
        struct gt_new_ring *r = &out->ring[out->n];
        clean_ring(a, s->xy + 2 * s->point[p], s->point[p + 1] - s->point[p], scale, r);
        bool again = r->n < 3;
        for (size_t k = 0; k < out->n && !again; k++)
            again = same_ring(tmp, &out->ring[k], r, scale);
        out->n += !again;
    }
}
