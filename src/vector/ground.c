/* ground.c: lengths on the ellipsoid of edges that are straight in their CRS. */
#include "ground.h"

#include <math.h>
#include <string.h>

enum gt_status gt_ground_open(struct gt_arena *a, const struct gt_crs *crs, int n,
                              struct gt_ground **out, struct gt_err *err)
{
    const struct gt_crs *degrees;
    struct gt_ground *g = GT_TAKE_N(a, struct gt_ground, (size_t)n);
    GT_TRY(gt_crs_geographic(a, crs, &degrees, err));
    for (int i = 0; i < n; i++) {
        g[i].crs = crs;
        g[i].geodesic = i == 0 ? gt_geodesic_new(a, crs->a, crs->f) : g[0].geodesic;
        GT_TRY(gt_xform_new(a, crs, degrees, &g[i].to_degrees, err));
    }
    *out = g;
    return GT_OK;
}

static const double longest_m = 5000, degree_m = 111320;

/* Roughly, in metres. */
static double unit_of(const struct gt_ground *g)
{
    return g->crs->unit_m > 0 ? g->crs->unit_m : degree_m;
}

double gt_ground_edge(const struct gt_ground *g, const double p[4])
{
    enum { MOST = 4096 };
    double pieces = ceil(hypot(p[2] - p[0], p[3] - p[1]) * unit_of(g) / longest_m), sum = 0;
    int n = pieces > 1 ? (int)fmin(pieces, MOST) : 1;
    double last[2] = {p[0], p[1]};
    if (!isfinite(pieces) || gt_xform_points(g->to_degrees, last, 1) > 0)
        return (double)NAN;
    for (int k = 1; k <= n; k++) {
        double share = (double)k / n;
        double next[2] = {p[0] + share * (p[2] - p[0]), p[1] + share * (p[3] - p[1])};
        if (k == n)
            memcpy(next, p + 2, sizeof next);
        if (gt_xform_points(g->to_degrees, next, 1) > 0)
            return (double)NAN;
        sum += gt_geodesic_m(g->geodesic, last[0], last[1], next[0], next[1]);
        memcpy(last, next, sizeof last);
    }
    return sum;
}

bool gt_ground_scale(const struct gt_ground *g, double x, double y, double m[2])
{
    double h = 50 / unit_of(g);
    const double ew[4] = {x - h, y, x + h, y}, ns[4] = {x, y - h, x, y + h};
    m[0] = gt_ground_edge(g, ew) / (2 * h);
    m[1] = gt_ground_edge(g, ns) / (2 * h);
    return m[0] > 0 && m[1] > 0 && isfinite(m[0] + m[1]);
}
