/* The landscape of an ecological network: resistances and cores, read whole, and the cores
 * measured.
 */
#include "network_int.h"

#include <math.h>
#include <string.h>

/* Some rows of both rasters: those that one row of the network's grid covers. */
struct rows {
    int64_t first, n, w;
    float *cost;
    int32_t *core;
};

static enum gt_status check_rows(const struct network *s, const struct rows *r, struct gt_err *err)
{
    for (int64_t i = 0; i < r->n * r->w; i++)
        if (r->cost[i] <= 0)
            return gt_fail(err, GT_EINPUT,
                           "%s: expected a resistance above 0 in every cell (no-data where nobody "
                           "gets through), found %g in column %lld, row %lld",
                           s->opt->resistance->info.id, (double)r->cost[i],
                           (long long)(i % r->w + 1), (long long)(r->first + i / r->w + 1));
    return GT_OK;
}

static enum gt_status read_rows(const struct network *s, struct rows *r, struct gt_err *err)
{
    const struct gt_raster_source *cost = s->opt->resistance, *core = s->opt->cores;
    struct gt_window win = {0, r->first, r->w, r->n};
    GT_TRY(cost->read(cost->self, 0, win, r->cost, r->w, err));
    GT_TRY(core->read(core->self, 0, win, r->core, r->w, err));
    for (int64_t i = 0; i < r->n * r->w; i++) {
        float v = r->cost[i];
        if (!isfinite(v) || (cost->info.has_nodata && (double)v == cost->info.nodata))
            r->cost[i] = NAN;
    }
    return check_rows(s, r, err);
}

/* The core that holds at least half of the n cells of a block; 0: none. Of two, the lower id. */
static int32_t core_of(const struct rows *r, int64_t x0, int64_t x1)
{
    int64_t best = 0, all = (x1 - x0) * r->n;
    int32_t id = 0, last = 0;
    for (int64_t i = 0; i < all; i++) {
        int32_t now = r->core[i / (x1 - x0) * r->w + x0 + i % (x1 - x0)];
        int64_t count = 0;
        if (now <= 0 || now == last)
            continue;
        last = now;
        for (int64_t k = 0; k < all; k++)
            count += r->core[k / (x1 - x0) * r->w + x0 + k % (x1 - x0)] == now;
        if (2 * count >= all && (count > best || (count == best && now < id))) {
            best = count;
            id = now;
        }
    }
    return id;
}

/* The mean of a block's resistances; no-data unless at least half of its cells have one. */
static float cost_of(const struct rows *r, int64_t x0, int64_t x1)
{
    double sum = 0;
    int64_t n = 0;
    for (int64_t y = 0; y < r->n; y++)
        for (int64_t x = x0; x < x1; x++) {
            float v = r->cost[y * r->w + x];
            sum += v == v ? (double)v : 0;
            n += v == v;
        }
    return 2 * n >= (x1 - x0) * r->n ? (float)(sum / (double)n) : NAN;
}

/* One row of the network's grid. */
static enum gt_status read_row(struct network *s, struct rows *r, int64_t row, struct gt_err *err)
{
    int64_t size = s->opt->coarser > 1 ? s->opt->coarser : 1, h = s->opt->cores->info.grid.h;
    r->first = row * size;
    r->n = h - r->first < size ? h - r->first : size;
    GT_TRY(read_rows(s, r, err));
    for (int64_t x = 0; x < s->grid.w; x++) {
        int64_t x0 = x * size, x1 = r->w - x0 < size ? r->w : x0 + size;
        float cost = cost_of(r, x0, x1);
        s->cost[row * s->grid.w + x] = cost;
        s->mark[row * s->grid.w + x] = core_of(r, x0, x1);
        if (cost < s->least)
            s->least = cost;
    }
    return GT_OK;
}

static enum gt_status read_all(struct network *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct rows r = {.w = s->opt->cores->info.grid.w};
    size_t n = (size_t)(r.w * (s->opt->coarser > 1 ? s->opt->coarser : 1));
    GT_TRY(gt_reserve(a, n, sizeof *r.cost, "rows", (void **)&r.cost, err));
    GT_TRY(gt_reserve(a, n, sizeof *r.core, "rows", (void **)&r.core, err));
    s->least = INFINITY;
    for (int64_t row = 0; row < s->grid.h; row++) {
        if (gt_stopped(s->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(read_row(s, &r, row, err));
    }
    return GT_OK;
}

/* ---- Cores ---- */

/* Index of the id among the n cores found so far, or where it would stand. */
static size_t place_of(const struct gt_network_core *core, size_t n, int32_t id)
{
    size_t lo = 0, hi = n;
    while (lo < hi) {
        size_t middle = (lo + hi) / 2;
        if (core[middle].id < id)
            lo = middle + 1;
        else
            hi = middle;
    }
    return lo;
}

static enum gt_status find_ids(struct network *s, struct gt_err *err)
{
    struct gt_network *o = s->out;
    int32_t last = 0;
    o->core = GT_TAKE_N(s->a, struct gt_network_core, NETWORK_CORES);
    for (int64_t i = 0; i < s->grid.w * s->grid.h; i++) {
        if (s->mark[i] == 0 || s->mark[i] == last)
            continue;
        last = s->mark[i];
        size_t at = place_of(o->core, o->n_cores, last);
        if (at < o->n_cores && o->core[at].id == last)
            continue;
        if (o->n_cores == NETWORK_CORES)
            return gt_fail(err, GT_EINPUT,
                           "%s: expected at most %d cores, found more; raise the least area of a "
                           "core",
                           s->opt->cores->info.id, NETWORK_CORES);
        memmove(o->core + at + 1, o->core + at, (o->n_cores - at) * sizeof *o->core);
        o->core[at] = (struct gt_network_core){.id = last};
        o->n_cores++;
    }
    if (o->n_cores == 0)
        return gt_fail(err, GT_EINPUT, "%s: expected cores, found none", s->opt->cores->info.id);
    return GT_OK;
}

/* One row: ids become indices from 1, and what is summed by core is. */
static void measure_row(struct network *s, int64_t row, double *middle)
{
    struct gt_network *o = s->out;
    size_t at = 0;
    for (int64_t x = 0; x < s->grid.w; x++) {
        int32_t *mark = &s->mark[row * s->grid.w + x];
        if (*mark == 0)
            continue;
        if (o->core[at].id != *mark)
            at = place_of(o->core, o->n_cores, *mark);
        struct gt_network_core *c = &o->core[at];
        struct gt_window *b = &s->box[at];
        float cost = s->cost[row * s->grid.w + x];
        *mark = (int32_t)at + 1;
        if (c->cells++ == 0)
            *b = (struct gt_window){x, row, 1, 1};
        if (x < b->col) {
            b->w += b->col - x;
            b->col = x;
        }
        b->w = x - b->col + 1 > b->w ? x - b->col + 1 : b->w;
        b->h = row - b->row + 1;
        c->m2 += gt_metric_cell_m2(s->metric, x, row);
        c->resistance += cost == cost ? (double)cost : 0;
        middle[2 * at] += (double)x;
        middle[2 * at + 1] += (double)row;
    }
}

/* The core's cell that is nearest to its middle. */
static void place_cores(struct network *s, const double *middle)
{
    struct gt_network *o = s->out;
    for (size_t i = 0; i < o->n_cores; i++) {
        struct gt_network_core *c = &o->core[i];
        struct gt_window b = s->box[i];
        double mx = middle[2 * i] / (double)c->cells, my = middle[2 * i + 1] / (double)c->cells;
        double best = (double)INFINITY;
        for (int64_t y = b.row; y < b.row + b.h; y++)
            for (int64_t x = b.col; x < b.col + b.w; x++) {
                double dx = (double)x - mx, dy = (double)y - my, d = dx * dx + dy * dy;
                if (s->mark[y * s->grid.w + x] != (int32_t)i + 1 || d >= best)
                    continue;
                best = d;
                c->x = gt_grid_x(&s->grid, (double)x + 0.5);
                c->y = gt_grid_y(&s->grid, (double)y + 0.5);
            }
        c->resistance /= (double)c->cells;
    }
}

enum gt_status gt_network_read(struct network *s, struct gt_err *err)
{
    size_t n = (size_t)s->grid.w * (size_t)s->grid.h;
    GT_TRY(gt_reserve(s->a, n, sizeof *s->cost, "resistances", (void **)&s->cost, err));
    GT_TRY(gt_reserve(s->a, n, sizeof *s->mark, "cores", (void **)&s->mark, err));
    GT_TRY(read_all(s, err));
    GT_TRY(find_ids(s, err));
    s->box = GT_TAKE_N(s->a, struct gt_window, s->out->n_cores);
    double *middle = GT_TAKE_N(s->a, double, 2 * s->out->n_cores);
    for (int64_t row = 0; row < s->grid.h; row++)
        measure_row(s, row, middle);
    place_cores(s, middle);
    return GT_OK;
}
