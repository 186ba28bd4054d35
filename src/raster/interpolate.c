/* Values at points brought to a grid: by inverse distance (Shepard 1968) or ordinary kriging, from
 * the nearest points, with values by level where they depend on height. Each cell is computed by
 * itself, so neither threads nor blocks matter. Cost a cell: one distance to each point, then the
 * weights. */
#include "interpolate_int.h"

#include "global_int.h"

#include <math.h>
#include <string.h>

enum { ROWS = 16, NEAREST = 12 };

struct gt_interpolator {
    struct gt_interpolate in; /* defaults put in */
    struct gt_place *place;
};

/* ---- Places ---- */

static double radius_of(const struct gt_crs *crs)
{
    return crs->a * (1 - crs->f / 3);
}

struct gt_place gt_place_of(const struct gt_crs *crs, double x, double y)
{
    const double rad = 0.017453292519943295;
    if (crs->kind != GT_CRS_GEOGRAPHIC)
        return (struct gt_place){x * crs->unit_m, y * crs->unit_m, 0};
    double r = radius_of(crs), across = r * cos(y * rad);
    return (struct gt_place){across * cos(x * rad), across * sin(x * rad), r * sin(y * rad)};
}

double gt_place_distance(struct gt_place p, struct gt_place q)
{
    double x = p.x - q.x, y = p.y - q.y, z = p.z - q.z;
    return sqrt(x * x + y * y + z * z);
}

/* ---- Making ready ---- */

static size_t levels_of(const struct gt_interpolate *in)
{
    return in->n_levels > 1 ? in->n_levels : 1;
}

static enum gt_status check(const struct gt_interpolate *in, const struct gt_place *place,
                            struct gt_err *err)
{
    size_t levels = levels_of(in);
    if (in->n == 0)
        return gt_fail(err, GT_EINPUT, "there is no point to interpolate from");
    for (size_t i = 0; i < in->n * levels; i++)
        if (!isfinite(in->value[i]))
            return gt_fail(err, GT_EINPUT, "point %zu has no value", i / levels + 1);
    for (size_t i = 0; i < in->n; i++) {
        if (!isfinite(place[i].x + place[i].y + place[i].z))
            return gt_fail(err, GT_EINPUT, "point %zu has no place", i + 1);
        for (size_t k = 0; k < i; k++)
            if (gt_place_distance(place[i], place[k]) < 1)
                return gt_fail(err, GT_EINPUT,
                               "points %zu and %zu lie at one place; expected one value a place",
                               k + 1, i + 1);
    }
    return GT_OK;
}

enum gt_status gt_interpolator_new(struct gt_arena *a, const struct gt_interpolate *in,
                                   const struct gt_interpolator **out, struct gt_err *err)
{
    struct gt_interpolator *t = GT_TAKE(a, struct gt_interpolator);
    void *place;
    GT_TRY(gt_reserve(a, in->n, sizeof(struct gt_place), "points", &place, err));
    t->in = *in;
    t->place = place;
    t->in.power = in->power > 0 ? in->power : 2;
    t->in.nearest = in->nearest > 0 ? in->nearest : NEAREST;
    if (t->in.nearest > GT_NEAREST_MAX)
        t->in.nearest = GT_NEAREST_MAX;
    for (size_t i = 0; i < in->n; i++)
        t->place[i] = gt_place_of(in->crs, in->xy[2 * i], in->xy[2 * i + 1]);
    GT_TRY(check(&t->in, t->place, err));
    *out = t;
    return GT_OK;
}

/* ---- One place ---- */

struct near {
    int n;
    int64_t point[GT_NEAREST_MAX];
    double d2[GT_NEAREST_MAX];
};

static double squared(struct gt_place p, struct gt_place q)
{
    double x = p.x - q.x, y = p.y - q.y, z = p.z - q.z;
    return x * x + y * y + z * z;
}

/* The nearest points, of equally near ones the first; nearest first. */
static void find_near(const struct gt_interpolator *t, struct gt_place at, int64_t without,
                      struct near *out)
{
    out->n = 0;
    for (int64_t i = 0; i < (int64_t)t->in.n; i++) {
        double d2 = squared(t->place[i], at);
        if (i == without || (out->n == t->in.nearest && d2 >= out->d2[out->n - 1]))
            continue;
        int k = out->n < t->in.nearest ? out->n++ : out->n - 1;
        for (; k > 0 && out->d2[k - 1] > d2; k--) {
            out->d2[k] = out->d2[k - 1];
            out->point[k] = out->point[k - 1];
        }
        out->d2[k] = d2;
        out->point[k] = i;
    }
}

static void sort_by_point(struct near *n)
{
    for (int i = 1; i < n->n; i++) {
        int64_t point = n->point[i];
        double d2 = n->d2[i];
        int k = i;
        for (; k > 0 && n->point[k - 1] > point; k--) {
            n->point[k] = n->point[k - 1];
            n->d2[k] = n->d2[k - 1];
        }
        n->point[k] = point;
        n->d2[k] = d2;
    }
}

static void weights_by_distance(const struct gt_interpolator *t, const struct near *near,
                                double *weight)
{
    double sum = 0;
    for (int i = 0; i < near->n; i++) {
        bool square = t->in.power <= 2 && t->in.power >= 2;
        weight[i] = square ? 1 / near->d2[i] : pow(near->d2[i], -t->in.power / 2);
        sum += weight[i];
    }
    for (int i = 0; i < near->n; i++)
        weight[i] /= sum;
}

/* A value by its level, at a height. */
static double value_at(const struct gt_interpolate *in, int64_t point, double height)
{
    size_t levels = levels_of(in);
    const double *v = in->value + point * (int64_t)levels;
    if (levels == 1)
        return v[0];
    double at = (height - in->level_m) / in->step_m, last = (double)(levels - 2);
    double from = at <= 0 ? 0 : at >= last ? last : floor(at);
    size_t i = (size_t)from;
    return v[i] + (v[i + 1] - v[i]) * (at - from);
}

static double interpolate(const struct gt_interpolator *t, struct gt_kriging *k, const double *xyz,
                          int64_t without)
{
    struct near near;
    double weight[GT_NEAREST_MAX], sum = 0;
    struct gt_place at = gt_place_of(t->in.crs, xyz[0], xyz[1]);
    find_near(t, at, without, &near);
    if (near.n == 0)
        return (double)NAN;
    if (near.d2[0] < 1e-6) /* on the point itself */
        near.n = 1;
    sort_by_point(&near);
    if (near.n == 1)
        weight[0] = 1;
    else if (t->in.by == GT_BY_KRIGING)
        gt_kriging_weights(k, near.n, near.point, at, weight);
    else
        weights_by_distance(t, &near, weight);
    for (int i = 0; i < near.n; i++)
        sum += weight[i] * value_at(&t->in, near.point[i], xyz[2]);
    if (t->in.lo < t->in.hi)
        sum = sum < t->in.lo ? t->in.lo : sum > t->in.hi ? t->in.hi : sum;
    return sum;
}

/* The rest of it is written before it is read. */
static void begin(struct gt_kriging *k, const struct gt_interpolator *t)
{
    k->variogram = &t->in.variogram;
    k->places = t->place;
    k->n = 0;
}

double gt_interpolator_at(const struct gt_interpolator *t, const double xyz[3], int64_t without)
{
    struct gt_kriging k;
    begin(&k, t);
    return interpolate(t, &k, xyz, without);
}

/* ---- A grid ---- */

struct filling {
    const struct gt_interpolator *t;
    const struct gt_grid *grid;
    const struct gt_raster_source *heights;
    int64_t first, rows; /* of the band */
    float *cells;
};

static enum gt_status fill_row(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct filling *f = ctx;
    struct gt_window win = {0, f->first + i, f->grid->w, 1};
    float *out = f->cells + i * f->grid->w;
    struct gt_kriging k;
    begin(&k, f->t);
    memset(out, 0, (size_t)f->grid->w * sizeof *out);
    if (f->heights)
        GT_TRY(gt_global_read(f->heights, worker, win, out, f->grid->w, err));
    for (int64_t col = 0; col < f->grid->w; col++) {
        const double xyz[3] = {gt_grid_x(f->grid, (double)col + 0.5),
                               gt_grid_y(f->grid, (double)win.row + 0.5), (double)out[col]};
        out[col] = isnan(out[col]) ? NAN : (float)interpolate(f->t, &k, xyz, -1);
    }
    return GT_OK;
}

enum gt_status gt_interpolator_run(const struct gt_interpolator *t, const struct gt_grid *grid,
                                   const struct gt_raster_source *heights,
                                   struct gt_raster_sink *sink, struct gt_work *w,
                                   struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct filling f = {.t = t, .grid = grid, .heights = heights};
    void *cells;
    if (heights && !gt_grid_same(&heights->info.grid, grid))
        return gt_fail(err, GT_EINPUT, "%s is not on the grid of the result", heights->info.id);
    GT_TRY(gt_reserve(mine, (size_t)grid->w * ROWS, sizeof(float), "cells", &cells, err));
    f.cells = cells;
    for (f.first = 0; f.first < grid->h; f.first += ROWS) {
        f.rows = grid->h - f.first < ROWS ? grid->h - f.first : ROWS;
        GT_TRY(gt_par_for(w, f.rows, fill_row, &f, err));
        GT_TRY(sink->rows(sink->self, f.first, f.rows, f.cells, err));
    }
    return GT_OK;
}
