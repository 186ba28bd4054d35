/* side.c: points in polygons: on which side one lies, and one that lies well inside. */
#include "guotu/vector.h"

#include <math.h>
#include <stdlib.h>

enum gt_side gt_polygon_side(const struct gt_shapes *s, size_t i, double x, double y)
{
    bool in = false;
    for (int64_t part = s->part[i]; part < s->part[i + 1]; part++) {
        int64_t from = s->point[part], n = s->point[part + 1] - from;
        if (n == 0)
            continue;
        enum gt_side side = gt_ring_side(s->xy + 2 * from, (size_t)n, x, y);
        if (side == GT_ON_BORDER)
            return side;
        in ^= side == GT_INSIDE;
    }
    return in ? GT_INSIDE : GT_OUTSIDE;
}

/* ---- A point inside ---- */

/* The polygon's points are xy[from..to-1]; v has room for as many numbers. */
struct inner {
    const struct gt_shapes *s;
    size_t i;
    int64_t from, to;
    double *v;
    double x, y, room; /* the best so far; room: its squared distance from the border */
};

static int by_value(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return (p > q) - (p < q);
}

static double distance2(const double *p, const double *q, double x, double y)
{
    double dx = q[0] - p[0], dy = q[1] - p[1], length2 = dx * dx + dy * dy;
    double share = length2 > 0 ? ((x - p[0]) * dx + (y - p[1]) * dy) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    dx = x - p[0] - share * dx;
    dy = y - p[1] - share * dy;
    return dx * dx + dy * dy;
}

static double room_at(const struct inner *in, double x, double y)
{
    double room = INFINITY;
    for (int64_t part = in->s->part[in->i]; part < in->s->part[in->i + 1]; part++)
        for (int64_t k = in->s->point[part]; k + 1 < in->s->point[part + 1]; k++)
            room = fmin(room, distance2(in->s->xy + 2 * k, in->s->xy + 2 * k + 2, x, y));
    return room;
}

/* The middle of the widest stretch of the parallel y that lies inside. */
static void try_level(struct inner *in, double y)
{
    size_t n = 0, widest = 0;
    for (int64_t part = in->s->part[in->i]; part < in->s->part[in->i + 1]; part++)
        for (int64_t k = in->s->point[part]; k + 1 < in->s->point[part + 1]; k++) {
            const double *p = in->s->xy + 2 * k;
            if ((p[1] > y) != (p[3] > y))
                in->v[n++] = p[0] + (y - p[1]) / (p[3] - p[1]) * (p[2] - p[0]);
        }
    if (n < 2)
        return;
    qsort(in->v, n, sizeof *in->v, by_value);
    for (size_t k = 2; k + 1 < n; k += 2)
        if (in->v[k + 1] - in->v[k] > in->v[widest + 1] - in->v[widest])
            widest = k;
    double x = in->v[widest] / 2 + in->v[widest + 1] / 2, room = room_at(in, x, y);
    if (room > in->room && gt_polygon_side(in->s, in->i, x, y) == GT_INSIDE) {
        in->x = x;
        in->y = y;
        in->room = room;
    }
}

/* Half way between the heights of points just below and above y. */
static double between(const struct inner *in, double y)
{
    double below = -INFINITY, above = INFINITY;
    for (int64_t k = in->from; k < in->to; k++) {
        double at = in->s->xy[2 * k + 1];
        if (at <= y)
            below = fmax(below, at);
        else
            above = fmin(above, at);
    }
    return below / 2 + above / 2;
}

/* Where the usual levels found nothing: half way between all neighbouring heights of points, at
 * most MOST of them, evenly spread. */
static void try_all(struct inner *in)
{
    enum { MOST = 512 };
    size_t n = (size_t)(in->to - in->from), step = n / MOST + 1;
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *y = GT_TAKE_N(scratch, double, n);
    for (size_t k = 0; k < n; k++)
        y[k] = in->s->xy[2 * (in->from + (int64_t)k) + 1];
    qsort(y, n, sizeof *y, by_value);
    for (size_t k = 0; k + 1 < n; k += step)
        if (y[k] < y[k + 1])
            try_level(in, y[k] / 2 + y[k + 1] / 2);
}

void gt_polygon_inner(const struct gt_shapes *s, size_t i, double *x, double *y)
{
    static const double levels[] = {0.5, 0.25, 0.75, 0.375, 0.625};
    double few[256];
    struct gt_box b = gt_shape_box(s, i);
    struct inner in = {s,   i,           s->point[s->part[i]], s->point[s->part[i + 1]],
                       few, (double)NAN, (double)NAN,          0};
    size_t n = (size_t)(in.to - in.from);
    *x = *y = (double)NAN;
    if (!(b.x1 > b.x0 && b.y1 > b.y0))
        return;
    GT_AUTO_ARENA scratch = n > GT_LEN(few) ? gt_arena_new() : NULL;
    if (scratch)
        in.v = GT_TAKE_N(scratch, double, n);
    for (size_t k = 0; k < GT_LEN(levels); k++)
        try_level(&in, between(&in, b.y0 + levels[k] * (b.y1 - b.y0)));
    if (isnan(in.x))
        try_all(&in);
    *x = in.x;
    *y = in.y;
}
