/* Corridors: cores are neighbours where the ground that is cheapest to reach from one meets that of
 * the other (the allocation by cost). Between two neighbours the corridor is where the cheapest way
 * through a cell, from core to core, costs little more than the cheapest way of all (least-cost
 * corridors: Adriaensen et al. 2003; the neighbours and the sum of the two cost surfaces as in
 * Linkage Mapper: McRae and Kavanagh 2011). A way through a third core is no corridor of its own.
 *
 * Cost: the cost distance of the whole grid once, and of a corridor's surroundings twice. */
#include "network_int.h"

#include <math.h>
#include <string.h>

/* ---- Neighbours ---- */

static void meet(const struct network *s, int64_t x, int64_t y, int dx, int dy)
{
    const struct gt_ways *w = s->ways;
    if (x + dx < 0 || x + dx >= s->grid.w || y + dy >= s->grid.h)
        return;
    int64_t at = y * w->stride + x, to = (y + dy) * w->stride + x + dx;
    int32_t a = w->owner[at], b = w->owner[to];
    if (a == b || !a || !b || !(w->sum[at] <= s->opt->max_cost) ||
        !(w->sum[to] <= s->opt->max_cost))
        return;
    double cost = w->sum[at] + w->sum[to] + gt_ways_step(w, x, y, dx, dy).cost;
    size_t n = s->out->n_cores, lo = (size_t)(a < b ? a : b) - 1, hi = (size_t)(a < b ? b : a) - 1;
    double *best = &s->direct[lo * n + hi];
    if (cost < *best)
        *best = cost;
}

static enum gt_status find_neighbours(struct network *s, struct gt_err *err)
{
    const struct gt_ways_opt all = {.win = {0, 0, s->grid.w, s->grid.h},
                                    .cost = s->cost,
                                    .mark = s->mark,
                                    .max = s->opt->max_cost,
                                    .owner = true};
    size_t n = s->out->n_cores;
    GT_TRY(gt_reserve(s->a, n * n, sizeof *s->direct, "pairs of cores", (void **)&s->direct, err));
    for (size_t i = 0; i < n * n; i++)
        s->direct[i] = (double)INFINITY;
    GT_TRY(gt_ways_find(s->ways, &all, s->work, err));
    for (int64_t y = 0; y < s->grid.h; y++)
        for (int64_t x = 0; x < s->grid.w; x++) {
            meet(s, x, y, 1, 0);
            meet(s, x, y, -1, 1);
            meet(s, x, y, 0, 1);
            meet(s, x, y, 1, 1);
        }
    return GT_OK;
}

/* ---- One corridor ---- */

/* Both cores and all that a way of this cost can touch. */
static struct gt_window surroundings(const struct network *s, size_t a, size_t b, double cost)
{
    struct gt_window p = s->box[a], q = s->box[b];
    double ew, ns;
    gt_metric_cell_size(s->metric, &ew, &ns);
    double cells = cost / (double)s->least / (ew < ns ? ew : ns) * 1.01 + 2;
    int64_t grow = cells < (double)(s->grid.w + s->grid.h) ? (int64_t)cells : s->grid.w + s->grid.h;
    int64_t x0 = (p.col < q.col ? p.col : q.col) - grow,
            y0 = (p.row < q.row ? p.row : q.row) - grow;
    int64_t px = p.col + p.w, qx = q.col + q.w, py = p.row + p.h, qy = q.row + q.h;
    int64_t x1 = (px > qx ? px : qx) + grow, y1 = (py > qy ? py : qy) + grow;
    x0 = x0 > 0 ? x0 : 0;
    y0 = y0 > 0 ? y0 : 0;
    x1 = x1 < s->grid.w ? x1 : s->grid.w;
    y1 = y1 < s->grid.h ? y1 : s->grid.h;
    return (struct gt_window){x0, y0, x1 - x0, y1 - y0};
}

/* The cell of core a from which the way to the other is cheapest; its cost. */
static double find_start(const struct network *s, size_t a, int64_t *col, int64_t *row)
{
    const struct gt_ways *w = s->ways;
    struct gt_window b = s->box[a];
    double best = (double)INFINITY;
    for (int64_t y = b.row; y < b.row + b.h; y++)
        for (int64_t x = b.col; x < b.col + b.w; x++) {
            double sum = w->sum[(y - w->win.row) * w->stride + x - w->win.col];
            if (s->mark[y * s->grid.w + x] != (int32_t)a + 1 || !(sum < best))
                continue;
            best = sum;
            *col = x;
            *row = y;
        }
    return best;
}

static int64_t count_cells(const struct network *s, int64_t col, int64_t row)
{
    for (int64_t n = 1;; n++) {
        int64_t x = col, y = row;
        gt_ways_next(s->ways, &col, &row);
        if (x == col && y == row)
            return n;
    }
}

/* The way from a cell; false: it leads through a core that is neither of the two. */
static bool trace(const struct network *s, struct gt_arena *a, size_t from, size_t to,
                  struct network_way *way)
{
    const struct gt_ways *w = s->ways;
    int64_t col = 0, row = 0;
    (void)find_start(s, from, &col, &row);
    way->n = count_cells(s, col, row);
    way->col = GT_TAKE_N(a, int64_t, (size_t)way->n);
    way->row = GT_TAKE_N(a, int64_t, (size_t)way->n);
    way->metres = GT_TAKE_N(a, double, (size_t)way->n);
    way->left = GT_TAKE_N(a, double, (size_t)way->n);
    for (int64_t i = 0; i < way->n; i++) {
        int32_t mark = s->mark[row * s->grid.w + col];
        if (mark && mark != (int32_t)from + 1 && mark != (int32_t)to + 1)
            return false;
        way->col[i] = col;
        way->row[i] = row;
        way->left[i] = w->sum[(row - w->win.row) * w->stride + col - w->win.col];
        if (i > 0)
            way->metres[i] = way->metres[i - 1] + gt_ways_step(w, way->col[i - 1], way->row[i - 1],
                                                               (int)(col - way->col[i - 1]),
                                                               (int)(row - way->row[i - 1]))
                                                      .metres;
        gt_ways_next(w, &col, &row);
    }
    return true;
}

/* Centres of the cells where the way begins, turns and ends. */
static void add_points(struct network *s, struct gt_network_link *l, const struct network_way *way)
{
    l->point = (int64_t)s->xy.n / 2;
    for (int64_t i = 0; i < way->n; i++) {
        bool turns = i == 0 || i + 1 == way->n ||
                     way->col[i + 1] - way->col[i] != way->col[i] - way->col[i - 1] ||
                     way->row[i + 1] - way->row[i] != way->row[i] - way->row[i - 1];
        if (!turns)
            continue;
        *GT_PUSH(s->a, &s->xy) = gt_grid_x(&s->grid, (double)way->col[i] + 0.5);
        *GT_PUSH(s->a, &s->xy) = gt_grid_y(&s->grid, (double)way->row[i] + 0.5);
    }
    l->end = (int64_t)s->xy.n / 2;
}

/* Interaction of two cores as masses at a distance (the gravity model on corridors: Linehan et al.
 * 1995; with areas, resistances and the greatest cost: Kong et al. 2010); the greatest cost is put
 * in at the end. */
static double pull(const struct gt_network_core *a, const struct gt_network_core *b, double cost)
{
    double sizes = log(a->m2) * log(b->m2), resistances = a->resistance * b->resistance;
    return sizes / (resistances * cost * cost);
}

static enum gt_status add_link(struct network *s, size_t from, size_t to, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct network_way way;
    double most = s->direct[from * s->out->n_cores + to] * (1 + s->opt->tolerance) * (1 + 1e-9);
    struct gt_ways_opt o = {.win = surroundings(s, from, to, most),
                            .cost = s->cost,
                            .mark = s->mark,
                            .target = (int32_t)from + 1,
                            .max = most};
    GT_TRY(gt_ways_find(s->ways, &o, s->work, err));
    for (int64_t y = 0; y < o.win.h; y++)
        memcpy(s->sum + y * o.win.w, s->ways->sum + y * s->ways->stride,
               (size_t)o.win.w * sizeof *s->sum);
    o.target = (int32_t)to + 1;
    GT_TRY(gt_ways_find(s->ways, &o, s->work, err));
    if (!trace(s, a, from, to, &way)) {
        s->out->through++;
        return GT_OK;
    }
    struct gt_network_link *l = GT_PUSH(s->a, &s->link);
    const struct gt_network_core *core = s->out->core;
    l->from = (int)from;
    l->to = (int)to;
    l->cost = way.left[0];
    l->length_m = way.metres[way.n - 1];
    l->gravity = pull(&core[from], &core[to], l->cost);
    add_points(s, l, &way);
    gt_network_width(s, (int)s->link.n - 1, &way);
    return GT_OK;
}

static void scale_gravity(struct network *s)
{
    double most = 0;
    for (size_t i = 0; i < s->link.n; i++)
        most = s->link.v[i].cost > most ? s->link.v[i].cost : most;
    for (size_t i = 0; i < s->link.n; i++)
        s->link.v[i].gravity *= most * most;
}

enum gt_status gt_network_links(struct network *s, struct gt_err *err)
{
    size_t n = s->out->n_cores, cells = (size_t)(s->grid.w * s->grid.h);
    GT_TRY(gt_ways_new(s->a, &s->grid, s->metric, true, &s->ways, err));
    GT_TRY(find_neighbours(s, err));
    GT_TRY(gt_reserve(s->a, cells, sizeof *s->sum, "sums", (void **)&s->sum, err));
    GT_TRY(gt_reserve(s->a, cells, sizeof *s->band, "corridors", (void **)&s->band, err));
    GT_TRY(gt_reserve(s->a, cells, sizeof *s->excess, "corridors", (void **)&s->excess, err));
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++)
            if (s->direct[i * n + k] < (double)INFINITY && s->direct[i * n + k] <= s->opt->max_cost)
                GT_TRY(add_link(s, i, k, err));
        gt_progress(s->work, "corridors", (int64_t)i + 1, (int64_t)n);
    }
    scale_gravity(s);
    return GT_OK;
}
