/* One tile of the cost distance: from the cells to begin with, in order of cost, every cell offers
 * its neighbours what they would cost through it (Dijkstra 1959 on eight neighbours, half the way
 * in each of the two cells). The sum of a way is taken from its beginning to its end, and adding
 * never makes a sum smaller, so the least sums are the same in whatever order cells are taken up.
 *
 * Cost: eight additions and comparisons a cell. Memory: 12 bytes a cell, 9 for the queue, 16 for a
 * cell of the tile's edge. */
#include "cost_int.h"

#include <stdlib.h>

/* ---- The ground ---- */

/* Metres of a step by dx, dy units, from the inverse of the ground's metric. */
static double metres(struct gt_tensor i, double dx, double dy)
{
    double det = i.xx * i.yy - i.xy * i.xy;
    return sqrt((i.yy * dx * dx - 2 * i.xy * dx * dy + i.xx * dy * dy) / det);
}

static struct gt_cost_step halves(struct gt_tensor t, const struct gt_grid *g)
{
    return (struct gt_cost_step){metres(t, g->dx, 0) / 2, metres(t, 0, -g->dy) / 2,
                                 metres(t, g->dx, -g->dy) / 2, metres(t, -g->dx, -g->dy) / 2};
}

static struct gt_cost_step between(struct gt_cost_step a, struct gt_cost_step b)
{
    return (struct gt_cost_step){a.e, (a.s + b.s) / 2, (a.se + b.se) / 2, (a.sw + b.sw) / 2};
}

static void reach(struct gt_cost_ground *o, struct gt_cost_step s)
{
    const double v[] = {s.e, s.s, s.se, s.sw};
    for (size_t i = 0; i < GT_LEN(v); i++) {
        o->shortest = v[i] < o->shortest ? v[i] : o->shortest;
        o->longest = v[i] > o->longest ? v[i] : o->longest;
    }
}

static int64_t parts(int64_t n, int shift)
{
    return ((n - 1) >> shift) + 1;
}

/* Cells of a group as a power of two: a few kilometres on a side, over which lengths hardly change.
 */
static int group_of(const struct gt_metric *m)
{
    double ew, ns;
    int shift = 0;
    gt_metric_cell_size(m, &ew, &ns);
    while (shift < 6 && fmax(ew, ns) * (double)(2 << shift) <= 4000)
        shift++;
    return shift;
}

enum { ALL_COLUMNS = 62 };

size_t gt_cost_ground_bytes(const struct gt_grid *g, const struct gt_metric *m)
{
    bool by_row = gt_metric_by_row(m);
    int group = group_of(m);
    int64_t rows = parts(g->h, by_row ? 0 : group);
    return (size_t)(rows * parts(g->w, by_row ? ALL_COLUMNS : group)) * sizeof(struct gt_cost_step);
}

enum gt_status gt_cost_ground_new(struct gt_arena *a, const struct gt_grid *g,
                                  const struct gt_metric *m, struct gt_cost_ground *out,
                                  struct gt_err *err)
{
    bool by_row = gt_metric_by_row(m);
    int group = group_of(m);
    struct gt_cost_ground o = {.shift_row = by_row ? 0 : group,
                               .shift_col = by_row ? ALL_COLUMNS : group,
                               .shortest = (double)INFINITY};
    struct gt_cost_step *v;
    int64_t rows = parts(g->h, o.shift_row), size = INT64_C(1) << o.shift_row;
    o.cols = parts(g->w, o.shift_col);
    GT_TRY(gt_reserve(a, (size_t)(rows * o.cols), sizeof *v, "metres of steps", (void **)&v, err));
    for (int64_t r = 0; r < rows; r++)
        for (int64_t c = 0; c < o.cols; c++) {
            int64_t row = r * size + size / 2, col = by_row ? 0 : c * size + size / 2;
            row = row < g->h ? row : g->h - 1;
            col = col < g->w ? col : g->w - 1;
            struct gt_cost_step s = halves(gt_metric_at(m, col, row), g);
            if (by_row && row + 1 < g->h)
                s = between(s, halves(gt_metric_at(m, col, row + 1), g));
            v[r * o.cols + c] = s;
            reach(&o, s);
        }
    o.v = v;
    *out = o;
    return GT_OK;
}

/* ---- Room ---- */

static int64_t padded(int64_t w, int64_t h)
{
    return (w + 2) * (h + 2);
}

static int64_t starts_for(int64_t w, int64_t h)
{
    return 2 * (w + h) + w * h / 16;
}

size_t gt_cost_tile_bytes(int64_t w, int64_t h)
{
    return (size_t)padded(w, h) * (sizeof(float) + sizeof(double)) + gt_cost_queue_bytes(w * h) +
           (size_t)starts_for(w, h) * sizeof(struct gt_cost_entry);
}

enum gt_status gt_cost_tile_new(struct gt_arena *a, int64_t w, int64_t h, struct gt_cost_tile *t,
                                struct gt_err *err)
{
    size_t n = (size_t)padded(w, h);
    t->most_start = starts_for(w, h);
    GT_TRY(gt_reserve(a, n, sizeof *t->cost, "costs of a tile", (void **)&t->cost, err));
    GT_TRY(gt_reserve(a, n, sizeof *t->sum, "sums of a tile", (void **)&t->sum, err));
    GT_TRY(gt_reserve(a, (size_t)t->most_start, sizeof *t->start, "starts of a tile",
                      (void **)&t->start, err));
    return gt_cost_queue_new(a, w * h, &t->queue, err);
}

/* ---- Steps ---- */

/* Whose steps lead to the eight neighbours: those to the north and west belong to the neighbour. */
struct steps {
    const struct gt_cost_step *own, *west, *north_west, *north, *north_east;
};

static inline struct steps steps_of(const struct gt_cost_tile *t, int64_t at, int64_t y)
{
    const struct gt_cost_ground *g = t->ground;
    int64_t row = t->row + y, up = row > 0 ? row - 1 : 0;
    if (g->cols == 1) {
        const struct gt_cost_step *own = gt_cost_step_at(g, 0, row);
        const struct gt_cost_step *north = gt_cost_step_at(g, 0, up);
        return (struct steps){own, own, north, north, north};
    }
    int64_t col = t->col + at - (y + 1) * t->stride - 1, last = (g->cols << g->shift_col) - 1;
    int64_t left = col > 0 ? col - 1 : 0, right = col < last ? col + 1 : col;
    return (struct steps){gt_cost_step_at(g, col, row), gt_cost_step_at(g, left, row),
                          gt_cost_step_at(g, left, up), gt_cost_step_at(g, col, up),
                          gt_cost_step_at(g, right, up)};
}

struct gt_cost_around gt_cost_tile_around(const struct gt_cost_tile *t, int64_t at, int64_t y)
{
    struct steps s = steps_of(t, at, y);
    int64_t w = t->stride;
    return (struct gt_cost_around){
        {s.north_west->se, s.north->s, s.north_east->sw, s.own->e, s.own->se, s.own->s, s.own->sw,
         s.west->e},
        {at - w - 1, at - w, at - w + 1, at + 1, at + w + 1, at + w, at + w - 1, at - 1}};
}

static double through(const struct gt_cost_tile *t, int64_t from, int64_t to, double half)
{
    return t->sum[from] + ((double)t->cost[from] + (double)t->cost[to]) * half;
}

/* ---- Beginning ---- */

static bool helps(const struct gt_cost_tile *t, int64_t at, int64_t y)
{
    struct gt_cost_around n = gt_cost_tile_around(t, at, y);
    for (int i = 0; i < 8; i++)
        if (through(t, at, n.to[i], n.half[i]) < t->sum[n.to[i]])
            return true;
    return false;
}

void gt_cost_tile_begin(struct gt_cost_tile *t)
{
    float least = INFINITY, greatest = 0;
    int64_t n = padded(t->w, t->h);
    for (int64_t i = 0; i < n; i++) {
        float c = t->cost[i];
        least = c < least ? c : least;
        greatest = c > greatest ? c : greatest;
        t->sum[i] = t->unreached;
    }
    t->n_start = 0;
    bool none = !(greatest > 0) || !(t->ground->longest > 0);
    gt_cost_queue_begin(&t->queue, none ? 1 : 2 * (double)least * t->ground->shortest,
                        none ? 1 : 2 * (double)greatest * t->ground->longest);
}

void gt_cost_tile_target(struct gt_cost_tile *t, int64_t x, int64_t y)
{
    int64_t at = (y + 1) * t->stride + x + 1;
    if (!(t->cost[at] > 0))
        return;
    t->sum[at] = 0;
    if (helps(t, at, y))
        gt_cost_queue_push(&t->queue, (struct gt_cost_entry){0, (uint32_t)at, (uint32_t)y});
}

static bool add_start(struct gt_cost_tile *t, int64_t at, int64_t y)
{
    if (t->n_start == t->most_start) {
        t->queue.overrun = true;
        return false;
    }
    t->start[t->n_start++] = (struct gt_cost_entry){t->sum[at], (uint32_t)at, (uint32_t)y};
    return true;
}

/* Cells that can make a neighbour cheaper, as many as there is room for. */
static void look_through(struct gt_cost_tile *t)
{
    t->n_start = 0;
    for (int64_t y = 0; y < t->h; y++)
        for (int64_t x = 0; x < t->w; x++) {
            int64_t at = (y + 1) * t->stride + x + 1;
            if (t->sum[at] < t->unreached && helps(t, at, y) && !add_start(t, at, y))
                return;
        }
}

static bool in_ring(const struct gt_cost_tile *t, int64_t at)
{
    int64_t y = at / t->stride, x = at % t->stride;
    return y == 0 || x == 0 || y == t->h + 1 || x == t->w + 1;
}

/* One cell beside the ring. */
static void enter_cell(struct gt_cost_tile *t, int64_t x, int64_t y)
{
    int64_t at = (y + 1) * t->stride + x + 1;
    struct gt_cost_around n = gt_cost_tile_around(t, at, y);
    double least = t->sum[at];
    for (int i = 0; i < 8; i++)
        if (in_ring(t, n.to[i])) {
            double sum = through(t, n.to[i], at, n.half[i]);
            least = sum < least ? sum : least;
        }
    if (least < t->sum[at]) {
        t->sum[at] = least;
        add_start(t, at, y);
    }
}

static void close_ring(struct gt_cost_tile *t)
{
    for (int64_t x = 0; x < t->stride; x++)
        t->cost[x] = t->cost[(t->h + 1) * t->stride + x] = NAN;
    for (int64_t y = 0; y < t->h + 2; y++)
        t->cost[y * t->stride] = t->cost[y * t->stride + t->w + 1] = NAN;
}

void gt_cost_tile_enter(struct gt_cost_tile *t)
{
    for (int64_t x = 0; x < t->w; x++) {
        enter_cell(t, x, 0);
        if (t->h > 1)
            enter_cell(t, x, t->h - 1);
    }
    for (int64_t y = 1; y + 1 < t->h; y++) {
        enter_cell(t, 0, y);
        if (t->w > 1)
            enter_cell(t, t->w - 1, y);
    }
    close_ring(t);
}

/* ---- Going on ---- */

static inline void offer(struct gt_cost_tile *t, const struct gt_cost_entry *e, int64_t d_at,
                         int d_row, double half)
{
    int64_t to = (int64_t)e->at + d_at;
    double sum = e->cost + ((double)t->cost[e->at] + (double)t->cost[to]) * half;
    if (sum < t->sum[to]) {
        t->sum[to] = sum;
        if (t->owner)
            t->owner[to] = t->owner[e->at];
        gt_cost_queue_push(
            &t->queue, (struct gt_cost_entry){sum, (uint32_t)to, (uint32_t)((int)e->row + d_row)});
    }
}

static inline void offer_all(struct gt_cost_tile *t, const struct gt_cost_entry *e)
{
    struct steps s = steps_of(t, e->at, e->row);
    int64_t w = t->stride;
    offer(t, e, -w - 1, -1, s.north_west->se);
    offer(t, e, -w, -1, s.north->s);
    offer(t, e, -w + 1, -1, s.north_east->sw);
    offer(t, e, -1, 0, s.west->e);
    offer(t, e, 1, 0, s.own->e);
    offer(t, e, w - 1, 1, s.own->sw);
    offer(t, e, w, 1, s.own->s);
    offer(t, e, w + 1, 1, s.own->se);
}

/* Puts the starts that come before bucket `next` (or all next ones of one cost, if there is none)
 * into the queue; returns how many were put in so far. */
static int64_t feed(struct gt_cost_tile *t, int64_t i, int64_t next)
{
    struct gt_cost_queue *q = &t->queue;
    if (next == GT_COST_NONE && i < t->n_start) {
        q->base = t->start[i].cost;
        q->now = next = 0;
    }
    for (; i < t->n_start; i++) {
        double slot = (t->start[i].cost - q->base) * q->inverse;
        if (!(slot < (double)(next + 1)))
            break;
        gt_cost_queue_push(q, t->start[i]);
    }
    return i;
}

static int by_cost(const void *a, const void *b)
{
    double x = ((const struct gt_cost_entry *)a)->cost, y = ((const struct gt_cost_entry *)b)->cost;
    return x < y ? -1 : x > y;
}

static enum gt_status drain(struct gt_cost_tile *t, struct gt_err *err)
{
    struct gt_cost_queue *q = &t->queue;
    struct gt_cost_entry e;
    qsort(t->start, (size_t)t->n_start, sizeof *t->start, by_cost);
    for (int64_t fed = 0;;) {
        int64_t next = gt_cost_queue_next(q);
        if (fed < t->n_start) {
            fed = feed(t, fed, next);
            next = gt_cost_queue_next(q);
        }
        if (next == GT_COST_NONE)
            return GT_OK;
        if (gt_stopped(t->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        q->now = next;
        while (gt_cost_queue_pop(q, &e))
            if (e.cost == t->sum[e.at])
                offer_all(t, &e);
    }
}

enum gt_status gt_cost_tile_solve(struct gt_cost_tile *t, struct gt_err *err)
{
    GT_TRY(drain(t, err));
    while (t->queue.overrun) {
        t->queue.overrun = false;
        look_through(t);
        GT_TRY(drain(t, err));
    }
    return GT_OK;
}
