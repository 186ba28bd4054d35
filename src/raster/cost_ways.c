/* Least-cost ways over a window that is held in memory: the sums of cost_distance, to which target
 * a way leads, and the way itself. One tile as large as the window; cost and memory are those of
 * cost_tile.c. Where two ways cost the same, the result is the one that was found first, and always
 * the same one. */
#include "cost_int.h"

struct ways {
    struct gt_ways open;
    struct gt_cost_tile tile;
    struct gt_cost_ground ground;
    struct gt_grid grid;
};

enum gt_status gt_ways_new(struct gt_arena *a, const struct gt_grid *g, const struct gt_metric *m,
                           bool owner, struct gt_ways **out, struct gt_err *err)
{
    struct ways *s = GT_TAKE(a, struct ways);
    int64_t padded = (g->w + 2) * (g->h + 2);
    *s = (struct ways){.grid = *g};
    if (padded > INT32_MAX)
        return gt_fail(err, GT_ETOOBIG,
                       "expected at most %d cells for ways in memory, found %lld x %lld", INT32_MAX,
                       (long long)g->w, (long long)g->h);
    GT_TRY(gt_cost_ground_new(a, g, m, &s->ground, err));
    GT_TRY(gt_cost_tile_new(a, g->w, g->h, &s->tile, err));
    if (owner)
        GT_TRY(gt_reserve(a, (size_t)padded, sizeof *s->tile.owner, "owners of cells",
                          (void **)&s->tile.owner, err));
    s->tile.ground = &s->ground;
    s->open.self = s;
    *out = &s->open;
    return GT_OK;
}

static void set_costs(struct ways *s, const struct gt_ways_opt *o)
{
    struct gt_cost_tile *t = &s->tile;
    for (int64_t i = 0; i < t->stride * (t->h + 2); i++)
        t->cost[i] = NAN;
    for (int64_t y = 0; y < t->h; y++)
        for (int64_t x = 0; x < t->w; x++)
            t->cost[(y + 1) * t->stride + x + 1] =
                o->cost[(o->win.row + y) * s->grid.w + o->win.col + x];
}

static void set_targets(struct ways *s, const struct gt_ways_opt *o)
{
    struct gt_cost_tile *t = &s->tile;
    for (int64_t y = 0; y < t->h; y++)
        for (int64_t x = 0; x < t->w; x++) {
            int32_t mark = o->mark[(o->win.row + y) * s->grid.w + o->win.col + x];
            if (s->open.owner)
                t->owner[(y + 1) * t->stride + x + 1] = mark;
            if (mark && (!o->target || mark == o->target))
                gt_cost_tile_target(t, x, y);
        }
}

enum gt_status gt_ways_find(struct gt_ways *open, const struct gt_ways_opt *o, struct gt_work *w,
                            struct gt_err *err)
{
    struct ways *s = open->self;
    struct gt_cost_tile *t = &s->tile;
    int32_t *owner = t->owner;
    t->col = o->win.col;
    t->row = o->win.row;
    t->w = o->win.w;
    t->h = o->win.h;
    t->stride = t->w + 2;
    t->work = w;
    t->unreached = o->max < (double)INFINITY ? nextafter(o->max, (double)INFINITY) : o->max;
    *open = (struct gt_ways){.win = o->win,
                             .stride = t->stride,
                             .sum = t->sum + t->stride + 1,
                             .owner = o->owner ? owner + t->stride + 1 : NULL,
                             .self = s};
    t->owner = o->owner ? owner : NULL;
    set_costs(s, o);
    gt_cost_tile_begin(t);
    set_targets(s, o);
    enum gt_status status = gt_cost_tile_solve(t, err);
    t->owner = owner;
    return status;
}

/* Place of a cell of the grid in the tile. */
static int64_t place(const struct gt_cost_tile *t, int64_t col, int64_t row)
{
    return (row - t->row + 1) * t->stride + col - t->col + 1;
}

void gt_ways_next(const struct gt_ways *open, int64_t *col, int64_t *row)
{
    const struct ways *s = open->self;
    const struct gt_cost_tile *t = &s->tile;
    int64_t at = place(t, *col, *row);
    if (!(t->sum[at] > 0) || !(t->sum[at] < t->unreached))
        return;
    struct gt_cost_around n = gt_cost_tile_around(t, at, *row - t->row);
    for (int i = 0; i < 8; i++) {
        double pair = (double)t->cost[n.to[i]] + (double)t->cost[at];
        if (t->sum[n.to[i]] < t->sum[at] && t->sum[n.to[i]] + pair * n.half[i] <= t->sum[at]) {
            *col = t->col + n.to[i] % t->stride - 1;
            *row = t->row + n.to[i] / t->stride - 1;
            return;
        }
    }
}

struct gt_ways_step gt_ways_step(const struct gt_ways *open, int64_t col, int64_t row, int dcol,
                                 int drow)
{
    static const int NTH[3][3] = {{0, 1, 2}, {7, -1, 3}, {6, 5, 4}};
    const struct ways *s = open->self;
    const struct gt_cost_tile *t = &s->tile;
    int64_t at = place(t, col, row);
    int i = NTH[drow + 1][dcol + 1];
    if (i < 0)
        return (struct gt_ways_step){0, 0};
    struct gt_cost_around n = gt_cost_tile_around(t, at, row - t->row);
    double pair = (double)t->cost[at] + (double)t->cost[n.to[i]];
    return (struct gt_ways_step){2 * n.half[i], pair * n.half[i]};
}
