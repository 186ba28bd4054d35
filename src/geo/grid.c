/* grid.c: boxes and grids. */
#include "geo_int.h"

#include <inttypes.h>

bool gt_box_meets(struct gt_box a, struct gt_box b)
{
    return a.x0 <= b.x1 && b.x0 <= a.x1 && a.y0 <= b.y1 && b.y0 <= a.y1;
}

struct gt_box gt_grid_box(const struct gt_grid *g)
{
    return (struct gt_box){g->x0, gt_grid_y(g, (double)g->h), gt_grid_x(g, (double)g->w), g->y0};
}

double gt_grid_x(const struct gt_grid *g, double col)
{
    return g->x0 + col * g->dx;
}

double gt_grid_y(const struct gt_grid *g, double row)
{
    return g->y0 - row * g->dy;
}

double gt_grid_col(const struct gt_grid *g, double x)
{
    return (x - g->x0) / g->dx;
}

double gt_grid_row(const struct gt_grid *g, double y)
{
    return (g->y0 - y) / g->dy;
}

/* The first corner and the last one are at most this share of a cell apart. */
static const double same_share = 1e-6;

bool gt_grid_same(const struct gt_grid *a, const struct gt_grid *b)
{
    if (a->w != b->w || a->h != b->h)
        return false;
    struct gt_box p = gt_grid_box(a), q = gt_grid_box(b);
    double tol_x = same_share * a->dx, tol_y = same_share * a->dy;
    return fabs(p.x0 - q.x0) <= tol_x && fabs(p.x1 - q.x1) <= tol_x && fabs(p.y0 - q.y0) <= tol_y &&
           fabs(p.y1 - q.y1) <= tol_y;
}

enum gt_status gt_grid_check(const struct gt_grid *g, struct gt_err *err)
{
    if (g->w <= 0 || g->h <= 0)
        return gt_fail(err, GT_EINPUT,
                       "grid: expected at least one column and one row, found %" PRId64
                       " x %" PRId64,
                       g->w, g->h);
    int64_t cells;
    if (__builtin_mul_overflow(g->w, g->h, &cells) || cells >= INT64_C(1) << 48)
        return gt_fail(err, GT_ETOOBIG,
                       "grid: expected fewer than 2^48 cells, found %" PRId64 " x %" PRId64, g->w,
                       g->h);
    if (!(isfinite(g->dx) && isfinite(g->dy) && g->dx > 0 && g->dy > 0))
        return gt_fail(err, GT_EINPUT, "grid: expected a positive cell size, found %g x %g", g->dx,
                       g->dy);
    struct gt_box box = gt_grid_box(g);
    if (!(isfinite(box.x0) && isfinite(box.y0) && isfinite(box.x1) && isfinite(box.y1)))
        return gt_fail(err, GT_EINPUT, "grid: expected finite corners, found (%g, %g) to (%g, %g)",
                       box.x0, box.y0, box.x1, box.y1);
    if (!(box.x1 - g->dx < box.x1 && box.x0 + g->dx > box.x0 && box.y1 - g->dy < box.y1 &&
          box.y0 + g->dy > box.y0))
        return gt_fail(err, GT_EINPUT,
                       "grid: cells of %g x %g are too small to be told apart at (%g, %g)", g->dx,
                       g->dy, g->x0, g->y0);
    return GT_OK;
}
