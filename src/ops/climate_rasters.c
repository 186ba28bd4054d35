/* climate_rasters.c: the grid of the climate, and one raster of it: the stations' values by level
 * of height, interpolated. */
#include "climate.h"

#include <math.h>

/* ---- The grid -------------------------------------------------------------------------------- */

/* Whole cells of the heights that are about a kilometre together. */
static enum gt_status cell_of(const struct climate *k, double *out, struct gt_err *err)
{
    const struct gt_raster_info *in = &k->terrain->info;
    const struct gt_metric *metric;
    double ew, ns;
    *out = k->opt.cell;
    if (*out > 0 && *out < in->grid.dx)
        return gt_fail(err, GT_EUSE,
                       "--cell: expected no less than the %g of the heights '%s', "
                       "found %g",
                       in->grid.dx, k->dem->id, *out);
    if (*out > 0)
        return GT_OK;
    GT_TRY(gt_metric_new(k->a, in->crs, &in->grid, &metric, err));
    gt_metric_cell_size(metric, &ew, &ns);
    *out = in->grid.dx * fmax(1, round(1000 / ew));
    return GT_OK;
}

enum gt_status climate_grid(struct climate *k, struct gt_err *err)
{
    const struct gt_raster_info *in = &k->terrain->info;
    double cell;
    void *heights;
    GT_TRY(cell_of(k, &cell, err));
    struct gt_grid g = {.x0 = in->grid.x0, .y0 = in->grid.y0, .dx = cell, .dy = cell};
    g.w = (int64_t)ceil((double)in->grid.w * in->grid.dx / cell - 1e-9);
    g.h = (int64_t)ceil((double)in->grid.h * in->grid.dy / cell - 1e-9);
    GT_TRY(gt_grid_check(&g, err));
    k->info = (struct gt_raster_info){.id = "heights",
                                      .grid = g,
                                      .crs = in->crs,
                                      .type = GT_F32,
                                      .has_nodata = true,
                                      .nodata = (double)NAN};
    GT_TRY(gt_reserve(k->a, (size_t)(g.w * g.h), sizeof(float), "heights", &heights, err));
    k->heights = heights;
    GT_TRY(gt_raster_coarsen(k->terrain, &g, k->heights, k->c->work, err));
    k->lowest = (double)INFINITY;
    k->highest = -(double)INFINITY;
    for (int64_t i = 0; i < g.w * g.h; i++) {
        double z = (double)k->heights[i];
        k->lowest = z < k->lowest ? z : k->lowest;
        k->highest = z > k->highest ? z : k->highest;
    }
    if (k->lowest > k->highest)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected heights, found no data alone",
                       k->dem->id);
    return GT_OK;
}

/* ---- One raster ------------------------------------------------------------------------------ */

/* Levels that hold the region and the stations, which are compared with each other. */
static void choose_levels(const struct climate *k, const struct climate_raster *r,
                          struct gt_interpolate *in)
{
    double lo = k->lowest, hi = k->highest;
    in->n_levels = r->p->height == GT_CLIMATE_FLAT ? 1 : 2;
    in->step_m = CLIMATE_LAPSE_M;
    if (r->p->height != GT_CLIMATE_LEVELS)
        return;
    for (size_t i = 0; i < k->n; i++) {
        lo = fmin(lo, k->s[i].altitude_m);
        hi = fmax(hi, k->s[i].altitude_m);
    }
    in->step_m = CLIMATE_LEVEL_M;
    in->level_m = floor(lo / CLIMATE_LEVEL_M) * CLIMATE_LEVEL_M;
    in->n_levels = (size_t)(ceil((hi - in->level_m) / CLIMATE_LEVEL_M)) + 1;
    in->n_levels = in->n_levels < 2 ? 2 : in->n_levels;
}

/* The values of the stations that have them; where[] tells which. */
struct values {
    double *value, *xy;
    size_t *where;
};

static void gather(const struct climate *k, struct climate_raster *r, struct gt_interpolate *in,
                   const struct values *v)
{
    r->points = 0;
    r->years = INT32_MAX;
    r->level_error = 0;
    for (size_t i = 0; i < k->n; i++) {
        const struct gt_climate_station *s = &k->s[i];
        double *of = v->value + r->points * in->n_levels;
        if (isnan(gt_climate_value(s, &k->limits, r->p, r->month, s->altitude_m)))
            continue;
        for (size_t j = 0; j < in->n_levels; j++) {
            double z = in->level_m + (double)j * in->step_m;
            of[j] = gt_climate_value(s, &k->limits, r->p, r->month, z);
            if (r->p->height == GT_CLIMATE_LEVELS)
                r->level_error = fmax(r->level_error,
                                      gt_climate_level_error(s, &k->limits, r->p, z, in->step_m));
        }
        v->xy[2 * r->points] = k->xy[2 * i];
        v->xy[2 * r->points + 1] = k->xy[2 * i + 1];
        v->where[r->points++] = i;
        int years = gt_climate_years(s, &k->limits, r->p, r->month);
        r->years = years < r->years ? years : r->years;
    }
    in->n = r->points;
}

/* Each station against what the others say of its place. */
static double error_of(const struct climate *k, const struct climate_raster *r,
                       const struct gt_interpolator *t, const struct values *v)
{
    double sum = 0;
    for (size_t i = 0; i < r->points; i++) {
        const struct gt_climate_station *s = &k->s[v->where[i]];
        const double at[] = {v->xy[2 * i], v->xy[2 * i + 1], s->altitude_m};
        double d = gt_interpolator_at(t, at, (int64_t)i) -
                   gt_climate_value(s, &k->limits, r->p, r->month, s->altitude_m);
        sum += d * d;
    }
    return r->points > 1 ? sqrt(sum / (double)r->points) : (double)NAN;
}

enum gt_status climate_make(const struct climate *k, struct gt_txn *t, struct climate_raster *r,
                            struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    struct gt_interpolate in = {.crs = k->info.crs,
                                .by = k->opt.by,
                                .power = k->opt.power,
                                .nearest = k->opt.nearest,
                                .lo = r->p->lo,
                                .hi = r->p->hi};
    const struct gt_interpolator *ready;
    struct gt_raster_sink *sink;
    void *value, *xy, *where;
    choose_levels(k, r, &in);
    GT_TRY(gt_reserve(mine, k->n * in.n_levels, sizeof(double), "values by level", &value, err));
    GT_TRY(gt_reserve(mine, k->n, 2 * sizeof(double), "stations", &xy, err));
    GT_TRY(gt_reserve(mine, k->n, sizeof(size_t), "stations", &where, err));
    struct values v = {value, xy, where};
    gather(k, r, &in, &v);
    if (r->points == 0)
        return GT_OK;
    in.value = v.value;
    in.xy = v.xy;
    if (in.by == GT_BY_KRIGING && gt_variogram_fit(&in, &in.variogram, err) != GT_OK)
        return gt_wrap(err, "%s", r->role);
    if (gt_interpolator_new(mine, &in, &ready, err) != GT_OK)
        return gt_wrap(err, "%s", r->role);
    r->variogram = in.variogram;
    r->error = error_of(k, r, ready, &v);
    GT_TRY(gt_txn_raster(t, r->id, &k->info, &sink, err));
    const struct gt_raster_source *heights = gt_memory_source(mine, &k->info, k->heights);
    return gt_interpolator_run(ready, &k->info.grid, heights, sink, k->c->work, err);
}
