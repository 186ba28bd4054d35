/* ring_same.c: whether two shapes are one, however their rings are written down. */
#include "ring_same.h"

#include <math.h>

struct ring {
    const double *p;
    int64_t n; /* points, without the repeated one of a closed ring */
};

static struct ring ring_of(const struct gt_shapes *s, int64_t part)
{
    int64_t n = s->point[part + 1] - s->point[part];
    return (struct ring){s->xy + 2 * s->point[part],
                         s->kind == GT_SHAPE_POLYGON && n > 0 ? n - 1 : n};
}

static bool near(const double *p, const double *q, double tolerance)
{
    return fabs(p[0] - q[0]) <= tolerance && fabs(p[1] - q[1]) <= tolerance;
}

/* Point k of a is point (start + step * k) of b, all around. */
static bool same_from(struct ring a, struct ring b, int64_t start, int64_t step, double tolerance)
{
    for (int64_t k = 0; k < a.n; k++) {
        int64_t at = (start + (step > 0 ? k : a.n - k)) % a.n;
        if (!near(a.p + 2 * k, b.p + 2 * at, tolerance))
            return false;
    }
    return true;
}

static bool same_ring(struct ring a, struct ring b, bool closed, double tolerance)
{
    if (a.n != b.n)
        return false;
    if (a.n == 0 || !closed)
        return same_from(a, b, 0, 1, tolerance);
    for (int64_t start = 0; start < a.n; start++)
        if (near(a.p, b.p + 2 * start, tolerance) &&
            (same_from(a, b, start, 1, tolerance) || same_from(a, b, start, -1, tolerance)))
            return true;
    return false;
}

bool gt_shape_same(const struct gt_shapes *s, size_t i, const struct gt_shapes *t, size_t j)
{
    bool closed = s->kind == GT_SHAPE_POLYGON;
    double tolerance = s->crs && s->crs->kind == GT_CRS_GEOGRAPHIC ? 1e-9 : 1e-4;
    int64_t n = s->part[i + 1] - s->part[i];
    if (n != t->part[j + 1] - t->part[j])
        return false;
    for (int64_t r = 0; r < n; r++) {
        struct ring a = ring_of(s, s->part[i] + r);
        bool found = same_ring(a, ring_of(t, t->part[j] + r), closed, tolerance);
        for (int64_t other = 0; closed && !found && other < n; other++)
            found = same_ring(a, ring_of(t, t->part[j] + other), closed, tolerance);
        if (!found)
            return false;
    }
    return true;
}
