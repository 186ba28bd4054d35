/* coverage_scale.c: metres a unit of a layer's coordinates, and short distances. */
#include "coverage_int.h"

#define RAD (M_PI / 180)

struct gt_scale gt_scale_of(const struct gt_crs *crs, double tolerance)
{
    struct gt_scale s = {.unit_m = 1, .tolerance = tolerance};
    if (!crs)
        return s;
    s.degrees = crs->kind == GT_CRS_GEOGRAPHIC;
    s.a = crs->a;
    s.e2 = crs->f * (2 - crs->f);
    s.unit_m = crs->unit_m > 0 ? crs->unit_m : 1;
    return s;
}

void gt_scale_at(const struct gt_scale *s, double y, double *kx, double *ky)
{
    if (!s->degrees) {
        *kx = *ky = s->unit_m;
        return;
    }
    double lat = fmin(fmax(y, -89.9), 89.9) * RAD, sine = sin(lat);
    double w2 = 1 - s->e2 * sine * sine, n = s->a / sqrt(w2);
    *kx = n * cos(lat) * RAD;
    *ky = n * (1 - s->e2) / w2 * RAD;
}

double gt_scale_distance(const struct gt_scale *s, double x0, double y0, double x1, double y1)
{
    double kx, ky;
    gt_scale_at(s, (y0 + y1) / 2, &kx, &ky);
    return hypot((x1 - x0) * kx, (y1 - y0) * ky);
}

double gt_scale_to_segment(const struct gt_scale *s, double x, double y, const double seg[4])
{
    double kx, ky;
    gt_scale_at(s, y, &kx, &ky);
    double dx = (seg[2] - seg[0]) * kx, dy = (seg[3] - seg[1]) * ky;
    double px = (x - seg[0]) * kx, py = (y - seg[1]) * ky, l2 = dx * dx + dy * dy;
    double t = l2 > 0 ? fmin(fmax((px * dx + py * dy) / l2, 0), 1) : 0;
    return hypot(px - t * dx, py - t * dy);
}
