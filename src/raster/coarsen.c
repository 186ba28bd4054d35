/* Means of a raster's cells over larger ones. Sums are taken row by row from west to east and north
 * to south, in double, in one thread: the reading is what takes time. Memory: 12 bytes a cell of
 * the result, and 64 rows of the raster. */
#include "global_int.h"

#include <math.h>
#include <string.h>

enum { ROWS = 64 };

struct means {
    const struct gt_raster_source *src;
    const struct gt_grid *grid;
    double *sum;
    int32_t *count;
};

/* -1: outside. */
static int64_t cell_of(double at, int64_t n)
{
    return at >= 0 && at < (double)n ? (int64_t)at : -1;
}

static void add_row(const struct means *m, int64_t row, const float *cells)
{
    const struct gt_grid *from = &m->src->info.grid, *to = m->grid;
    int64_t y = cell_of(gt_grid_row(to, gt_grid_y(from, (double)row + 0.5)), to->h);
    for (int64_t col = 0; col < from->w && y >= 0; col++) {
        int64_t x = cell_of(gt_grid_col(to, gt_grid_x(from, (double)col + 0.5)), to->w);
        if (x < 0 || isnan(cells[col]))
            continue;
        m->sum[y * to->w + x] += (double)cells[col];
        m->count[y * to->w + x]++;
    }
}

static enum gt_status add_all(const struct means *m, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    const struct gt_grid *g = &m->src->info.grid;
    void *room;
    GT_TRY(gt_reserve(mine, (size_t)g->w * ROWS, sizeof(float), "cells", &room, err));
    float *cells = room;
    for (int64_t row = 0; row < g->h; row += ROWS) {
        int64_t n = g->h - row < ROWS ? g->h - row : ROWS;
        struct gt_window win = {0, row, g->w, n};
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped on request");
        GT_TRY(gt_global_read(m->src, 0, win, cells, g->w, err));
        for (int64_t i = 0; i < n; i++)
            add_row(m, row + i, cells + i * g->w);
    }
    return GT_OK;
}

enum gt_status gt_raster_coarsen(const struct gt_raster_source *src, const struct gt_grid *grid,
                                 float *out, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    size_t n = (size_t)(grid->w * grid->h);
    void *sum, *count;
    GT_TRY(gt_reserve(mine, n, sizeof(double), "means", &sum, err));
    GT_TRY(gt_reserve(mine, n, sizeof(int32_t), "means", &count, err));
    struct means m = {src, grid, sum, count};
    GT_TRY(add_all(&m, w, err));
    for (size_t i = 0; i < n; i++)
        out[i] = m.count[i] ? (float)(m.sum[i] / m.count[i]) : NAN;
    return GT_OK;
}

enum gt_status gt_raster_value(const struct gt_raster_source *src, double x, double y, double *out,
                               struct gt_err *err)
{
    const struct gt_grid *g = &src->info.grid;
    int64_t col = cell_of(gt_grid_col(g, x), g->w), row = cell_of(gt_grid_row(g, y), g->h);
    float cell;
    *out = (double)NAN;
    if (col < 0 || row < 0)
        return GT_OK;
    GT_TRY(gt_global_read(src, 0, (struct gt_window){col, row, 1, 1}, &cell, 1, err));
    *out = (double)cell;
    return GT_OK;
}
