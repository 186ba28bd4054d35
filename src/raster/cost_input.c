/* What the cost distance reads: costs that must be positive, and targets from features or cells. */
#include "cost_int.h"

enum gt_status gt_cost_input_new(struct gt_arena *a, const struct gt_global *g,
                                 struct gt_cost_input *out, struct gt_err *err)
{
    const struct gt_raster_layer *layer = g->layer ? g->layer[1] : NULL;
    *out = (struct gt_cost_input){.g = g};
    if (!layer)
        return GT_OK;
    const struct gt_shapes *shapes;
    GT_TRY(gt_shapes_to_crs(a, layer->shapes, g->crs, 1e-3, &shapes, err));
    struct gt_pass *p = GT_TAKE(a, struct gt_pass);
    *p = (struct gt_pass){.grid = *g->grid, .region = {0, 0, g->grid->w, g->grid->h}};
    double *one;
    GT_TRY(gt_reserve(a, shapes->n + 1, sizeof *one, "features", (void **)&one, err));
    for (size_t i = 0; i < shapes->n; i++)
        one[i] = 1;
    out->one = one;
    return gt_edges_new(a, p, shapes, &out->edges, err);
}

enum gt_status gt_cost_targets(const struct gt_cost_input *in, int worker, struct gt_window win,
                               float *out, struct gt_err *err)
{
    if (!in->edges)
        return gt_global_read(in->g->in[1], worker, win, out, win.w, err);
    struct gt_band band = {.cells = out,
                           .row0 = win.row,
                           .rows = win.h,
                           .col0 = win.col,
                           .w = win.w,
                           .cap = win.h,
                           .last = win.row + win.h};
    return gt_edges_burn(in->edges, in->one, &band, win.row, win.row + win.h, err);
}

/* ---- The first look ---- */

struct look {
    const struct gt_cost_input *in;
    int64_t rows, side, across;
    float *const *cells; /* a worker's: rows of the raster */
    _Atomic bool *held;
};

static enum gt_status check_costs(const struct gt_global *g, struct gt_window win, const float *v,
                                  struct gt_err *err)
{
    for (int64_t i = 0; i < win.w * win.h; i++)
        if (v[i] <= 0)
            return gt_fail(err, GT_EINPUT,
                           "%s: expected a cost above 0 in every cell (no-data where nobody can "
                           "go), found %g in column %lld, row %lld",
                           g->in[0]->info.id, (double)v[i], (long long)(i % win.w + 1),
                           (long long)(win.row + i / win.w + 1));
    return GT_OK;
}

/* One band of whole rows. */
static enum gt_status look_at(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct look *l = ctx;
    const struct gt_grid *grid = l->in->g->grid;
    float *v = l->cells[worker];
    struct gt_window win = {0, i * l->rows, grid->w, l->rows};
    if (win.row + win.h > grid->h)
        win.h = grid->h - win.row;
    GT_TRY(gt_global_read(l->in->g->in[0], worker, win, v, win.w, err));
    GT_TRY(check_costs(l->in->g, win, v, err));
    GT_TRY(gt_cost_targets(l->in, worker, win, v, err));
    for (int64_t y = 0; y < win.h; y++)
        for (int64_t x = 0; x < win.w; x++)
            if (v[y * win.w + x] == v[y * win.w + x])
                l->held[(win.row + y) / l->side * l->across + x / l->side] = true;
    return GT_OK;
}

static int64_t rows_of(const struct gt_global *g, int threads)
{
    int64_t fit = (int64_t)(g->memory / 4) / threads / (g->grid->w * (int64_t)sizeof(float));
    return fit < 1 ? 1 : fit > 64 ? 64 : fit;
}

enum gt_status gt_cost_input_check(const struct gt_cost_input *in, int64_t side, _Atomic bool *held,
                                   struct gt_err *err)
{
    const struct gt_global *g = in->g;
    int threads = gt_pool_threads(g->work ? g->work->pool : NULL);
    GT_AUTO_ARENA a = gt_arena_new();
    float **cells = GT_TAKE_N(a, float *, (size_t)threads);
    int64_t rows = rows_of(g, threads), across = (g->grid->w - 1) / side + 1;
    for (int i = 0; i < threads; i++)
        GT_TRY(gt_reserve(a, (size_t)(rows * g->grid->w), sizeof **cells, "rows of costs",
                          (void **)&cells[i], err));
    struct look l = {in, rows, side, across, cells, held};
    GT_TRY(gt_par_for(g->work, (g->grid->h - 1) / rows + 1, look_at, &l, err));
    for (int64_t i = 0; i < ((g->grid->h - 1) / side + 1) * across; i++)
        if (held[i])
            return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected features or cells to reach, found none that lie in the raster",
                   g->step->name);
}
