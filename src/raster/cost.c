/* Cost distance: the least cost of the way from every cell to the nearest target, over eight
 * neighbours (Dijkstra 1959; on rasters, with the mean of two cells' costs: Tomlin 1990).
 *
 * The raster is one tile where the memory allows. Else tiles are solved one after another, the one
 * with the cheapest news first, each with its neighbours' edges around it; a tile whose edge became
 * cheaper wakes the neighbours that this may help, until all sleep. The least sums are the only
 * ones at which nothing can change, so neither tiles nor threads nor their order show in the
 * result. Memory: 23 bytes a cell of a thread's tile, 32 bytes for each cell along one side of
 * every tile. 8 bytes a cell besides where there are several tiles, on disk if the memory ends. */
#include "cost_int.h"

#include <string.h>

/* Tiles of 512 cells a side stay in a processor's cache: larger ones are slower. */
enum { LEAST_SIDE = 64, GREATEST_SIDE = 512, PER_THREAD = 2, STRIP = 16 };
enum side { NORTH, SOUTH, WEST, EAST };

struct visit {
    int64_t tile;
    double *edge; /* as in struct tiles; after the round: what was there before */
};

struct tiles {
    const struct gt_global *g;
    struct gt_cost_input in;
    struct gt_cost_ground ground;
    int threads;
    int64_t side, across, down;
    double unreached;
    _Atomic bool *held; /* has a target */
    bool *visited;
    double *due;              /* least cost of its news; INFINITY: it sleeps */
    double *edge;             /* of each tile: 4 * side sums, by enum side */
    struct gt_scratch *store; /* two cells of four bytes for a sum; NULL: there is one tile */
    struct gt_cost_tile *worker;
    float **strip; /* a worker's */
    struct visit *visit;
    int n_visit;
};

static int threads_of(const struct gt_global *g)
{
    return gt_pool_threads(g->work ? g->work->pool : NULL);
}

/* ---- How large ---- */

static int64_t tiles_of(const struct gt_grid *g, int64_t side)
{
    return ((g->w - 1) / side + 1) * ((g->h - 1) / side + 1);
}

static int64_t least_of(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static size_t bytes_for(const struct gt_global *g, int64_t side)
{
    size_t threads = (size_t)threads_of(g), n = (size_t)tiles_of(g->grid, side);
    int64_t w = least_of(side, g->grid->w), h = least_of(side, g->grid->h);
    size_t each = gt_cost_tile_bytes(w, h) + (size_t)(STRIP * w) * sizeof(float) +
                  PER_THREAD * 4 * (size_t)side * sizeof(double);
    size_t table = n * (4 * (size_t)side + 2) * sizeof(double);
    return gt_cost_ground_bytes(g->grid, g->metric) + threads * each + (n > 1 ? table : 0);
}

/* Of the tiles: the whole raster where it is small, else a power of two. */
static int64_t side_for(const struct gt_global *g)
{
    int64_t whole = g->grid->w > g->grid->h ? g->grid->w : g->grid->h, side = GREATEST_SIDE;
    if (whole <= side && bytes_for(g, whole) <= g->memory)
        return whole;
    while (side > LEAST_SIDE && (side >= whole || bytes_for(g, side) > g->memory))
        side /= 2;
    return side;
}

/* Bytes for the sums of all tiles, 0 where there is one. */
static size_t store_bytes(const struct gt_global *g, int64_t side)
{
    size_t cells = (size_t)g->grid->w * (size_t)g->grid->h;
    return tiles_of(g->grid, side) > 1 ? cells * sizeof(double) : 0;
}

static bool on_disk(const struct gt_global *g, int64_t side)
{
    return g->scratch_dir && store_bytes(g, side) + bytes_for(g, side) > g->memory;
}

static struct gt_window window_of(const struct tiles *s, int64_t tile)
{
    const struct gt_grid *g = s->g->grid;
    int64_t col = tile % s->across * s->side, row = tile / s->across * s->side;
    return (struct gt_window){col, row, least_of(s->side, g->w - col),
                              least_of(s->side, g->h - row)};
}

static double *edge_of(const struct tiles *s, int64_t tile, enum side side)
{
    return s->edge + (tile * 4 + (int64_t)side) * s->side;
}

/* ---- A tile comes in ---- */

static enum gt_status read_costs(const struct tiles *s, int worker, struct gt_cost_tile *t,
                                 struct gt_err *err)
{
    const struct gt_grid *g = s->g->grid;
    for (int64_t i = 0; i < t->stride * (t->h + 2); i++)
        t->cost[i] = NAN;
    int64_t left = t->col > 0, top = t->row > 0;
    struct gt_window win = {t->col - left, t->row - top, t->w + left, t->h + top};
    win.w += t->col + t->w < g->w;
    win.h += t->row + t->h < g->h;
    return gt_global_read(s->g->in[0], worker, win, t->cost + (1 - top) * t->stride + 1 - left,
                          t->stride, err);
}

static enum gt_status set_targets(const struct tiles *s, int worker, struct gt_cost_tile *t,
                                  struct gt_err *err)
{
    float *strip = s->strip[worker];
    for (int64_t y = 0; y < t->h; y += STRIP) {
        int64_t rows = least_of(STRIP, t->h - y);
        GT_TRY(gt_cost_targets(&s->in, worker, (struct gt_window){t->col, t->row + y, t->w, rows},
                               strip, err));
        for (int64_t i = 0; i < rows * t->w; i++)
            if (strip[i] == strip[i])
                gt_cost_tile_target(t, i % t->w, y + i / t->w);
    }
    return GT_OK;
}

static struct gt_window sums_of(struct gt_window w)
{
    return (struct gt_window){2 * w.col, w.row, 2 * w.w, w.h};
}

static bool there(const struct tiles *s, int64_t x, int64_t y)
{
    return x >= 0 && y >= 0 && x < s->across && y < s->down && s->visited[y * s->across + x];
}

/* The neighbours' edges, corners too, into the tile's ring. */
static void set_ring(const struct tiles *s, int64_t tile, struct gt_cost_tile *t)
{
    int64_t x = tile % s->across, y = tile / s->across, bottom = (t->h + 1) * t->stride;
    for (int64_t dx = -1; dx <= 1; dx++) {
        int64_t from = dx < 0 ? s->side - 1 : 0, n = dx == 0 ? t->w : 1;
        int64_t to = dx < 0 ? 0 : dx == 0 ? 1 : t->w + 1;
        if (there(s, x + dx, y - 1))
            memcpy(t->sum + to, edge_of(s, tile - s->across + dx, SOUTH) + from,
                   (size_t)n * sizeof(double));
        if (there(s, x + dx, y + 1))
            memcpy(t->sum + bottom + to, edge_of(s, tile + s->across + dx, NORTH) + from,
                   (size_t)n * sizeof(double));
    }
    for (int64_t i = 0; i < t->h; i++) {
        if (there(s, x - 1, y))
            t->sum[(i + 1) * t->stride] = edge_of(s, tile - 1, EAST)[i];
        if (there(s, x + 1, y))
            t->sum[(i + 1) * t->stride + t->w + 1] = edge_of(s, tile + 1, WEST)[i];
    }
}

/* ---- and goes out ---- */

static void take_edges(const struct tiles *s, const struct gt_cost_tile *t, double *edge)
{
    const double *first = t->sum + t->stride + 1;
    memcpy(edge + NORTH * s->side, first, (size_t)t->w * sizeof *edge);
    memcpy(edge + SOUTH * s->side, first + (t->h - 1) * t->stride, (size_t)t->w * sizeof *edge);
    for (int64_t i = 0; i < t->h; i++) {
        edge[WEST * s->side + i] = first[i * t->stride];
        edge[EAST * s->side + i] = first[i * t->stride + t->w - 1];
    }
}

static enum gt_status visit_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    const struct tiles *s = ctx;
    const struct visit *v = &s->visit[i];
    struct gt_cost_tile *t = &s->worker[worker];
    struct gt_window win = window_of(s, v->tile);
    t->col = win.col;
    t->row = win.row;
    t->w = win.w;
    t->h = win.h;
    t->stride = win.w + 2;
    GT_TRY(read_costs(s, worker, t, err));
    gt_cost_tile_begin(t);
    double *first = t->sum + t->stride + 1;
    if (s->visited[v->tile])
        GT_TRY(s->store->source.read(s->store->source.self, worker, sums_of(win), first,
                                     2 * t->stride, err));
    else if (s->held[v->tile])
        GT_TRY(set_targets(s, worker, t, err));
    if (s->store)
        set_ring(s, v->tile, t);
    gt_cost_tile_enter(t);
    GT_TRY(gt_cost_tile_solve(t, err));
    if (!s->store)
        return GT_OK;
    take_edges(s, t, v->edge);
    return gt_scratch_write(s->store, sums_of(win), first, 2 * t->stride, err);
}

/* ---- Rounds ---- */

/* A cell's new sum is news to a neighbour if one of the three cells that it touches there costs
 * more. */
static bool is_news(const double *facing, int64_t i, int64_t n, double sum)
{
    for (int64_t j = i > 0 ? i - 1 : 0; j <= i + 1 && j < n; j++)
        if (facing[j] > sum)
            return true;
    return false;
}

/* ours[0..n-1] against the neighbour's cells facing[0..n-1]. */
static void wake(struct tiles *s, int64_t tile, const double *facing, const double *ours,
                 const double *before, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (ours[i] < before[i] && ours[i] < s->due[tile] &&
            (!s->visited[tile] || is_news(facing, i, n, ours[i])))
            s->due[tile] = ours[i];
}

static void wake_around(struct tiles *s, const struct visit *v)
{
    struct gt_window win = window_of(s, v->tile);
    int64_t x = v->tile % s->across, y = v->tile / s->across;
    for (int64_t dy = -1; dy <= 1; dy++)
        for (int64_t dx = -1; dx <= 1; dx++) {
            int64_t to = v->tile + dy * s->across + dx;
            if ((dx == 0 && dy == 0) || x + dx < 0 || x + dx >= s->across || y + dy < 0 ||
                y + dy >= s->down)
                continue;
            enum side out = dy < 0 ? NORTH : dy > 0 ? SOUTH : dx < 0 ? WEST : EAST;
            enum side in = dy < 0 ? SOUTH : dy > 0 ? NORTH : dx < 0 ? EAST : WEST;
            const double *facing = edge_of(s, to, in), *ours = edge_of(s, v->tile, out);
            const double *before = v->edge + (int64_t)out * s->side;
            int64_t n = dy != 0 ? win.w : win.h, from = 0, at = 0;
            if (dx != 0 && dy != 0) {
                from = dx > 0 ? win.w - 1 : 0;
                at = dx < 0 ? s->side - 1 : 0;
                n = 1;
            }
            wake(s, to, facing + at, ours + from, before + from, n);
        }
}

/* What the tiles of a round found becomes known to all, and then wakes their neighbours. */
static void publish(struct tiles *s)
{
    for (int i = 0; i < s->n_visit; i++) {
        const struct visit *v = &s->visit[i];
        double *known = edge_of(s, v->tile, NORTH);
        for (int64_t k = 0; k < 4 * s->side; k++) {
            double found = v->edge[k];
            v->edge[k] = s->visited[v->tile] ? known[k] : s->unreached;
            known[k] = found;
        }
        s->visited[v->tile] = true;
    }
    for (int i = 0; i < s->n_visit; i++)
        wake_around(s, &s->visit[i]);
}

/* The tiles with the cheapest news, which are news no longer. */
static void choose(struct tiles *s)
{
    int64_t n = s->across * s->down;
    int most = s->threads > 1 ? s->threads * PER_THREAD : 1;
    for (s->n_visit = 0; s->n_visit < most; s->n_visit++) {
        int64_t best = 0;
        for (int64_t i = 1; i < n; i++)
            best = s->due[i] < s->due[best] ? i : best;
        if (!(s->due[best] < (double)INFINITY))
            return;
        s->due[best] = (double)INFINITY;
        s->visit[s->n_visit].tile = best;
    }
}

static enum gt_status settle(struct tiles *s, struct gt_err *err)
{
    int64_t n = s->across * s->down, done = 0;
    if (!s->store)
        return visit_tile(s, 0, 0, err);
    for (choose(s); s->n_visit > 0; choose(s)) {
        GT_TRY(gt_par_for(s->g->work, s->n_visit, visit_tile, s, err));
        for (int i = 0; i < s->n_visit; i++)
            done += !s->visited[s->visit[i].tile];
        publish(s);
        gt_progress(s->g->work, s->g->step->name, done, n);
    }
    return GT_OK;
}

/* ---- The result ---- */

static enum gt_status sums_into(const struct tiles *s, struct gt_window win, double *room,
                                float *out, struct gt_err *err)
{
    const double *from = room;
    int64_t stride = win.w, tile = win.row / s->side * s->across + win.col / s->side;
    if (!s->store) {
        stride = s->worker[0].stride;
        from = s->worker[0].sum + (win.row + 1) * stride + 1;
    } else if (s->visited[tile]) {
        GT_TRY(s->store->source.read(s->store->source.self, 0, sums_of(win), room, 2 * win.w, err));
    }
    bool none = s->store && !s->visited[tile];
    for (int64_t y = 0; y < win.h; y++)
        for (int64_t x = 0; x < win.w; x++) {
            double sum = none ? s->unreached : from[y * stride + x];
            out[y * s->g->grid->w + win.col + x] = sum < s->unreached ? (float)sum : NAN;
        }
    return GT_OK;
}

static enum gt_status give(const struct tiles *s, struct gt_err *err)
{
    const struct gt_grid *g = s->g->grid;
    GT_AUTO_ARENA a = gt_arena_new();
    float *out;
    double *room;
    GT_TRY(gt_reserve(a, (size_t)(STRIP * g->w), sizeof *out, "rows", (void **)&out, err));
    GT_TRY(gt_reserve(a, (size_t)(STRIP * s->side), sizeof *room, "rows", (void **)&room, err));
    for (int64_t row = 0; row < g->h; row += STRIP) {
        int64_t rows = least_of(STRIP, g->h - row);
        for (int64_t col = 0; col < g->w; col += s->side)
            GT_TRY(sums_into(s, (struct gt_window){col, row, least_of(s->side, g->w - col), rows},
                             room, out, err));
        GT_TRY(s->g->out->rows(s->g->out->self, row, rows, out, err));
    }
    return GT_OK;
}

/* ---- The operator ---- */

static enum gt_status make_room(struct gt_arena *a, struct tiles *s, struct gt_err *err)
{
    const struct gt_grid *g = s->g->grid;
    size_t threads = (size_t)s->threads, n = (size_t)(s->across * s->down);
    int64_t w = least_of(s->side, g->w), h = least_of(s->side, g->h);
    void *held;
    GT_TRY(gt_reserve(a, n, sizeof *s->held, "tiles", &held, err));
    s->held = held;
    GT_TRY(gt_reserve(a, n, 1, "tiles", (void **)&s->visited, err));
    GT_TRY(gt_reserve(a, n, sizeof *s->due, "tiles", (void **)&s->due, err));
    s->worker = GT_TAKE_N(a, struct gt_cost_tile, threads);
    s->strip = GT_TAKE_N(a, float *, threads);
    s->visit = GT_TAKE_N(a, struct visit, threads * PER_THREAD);
    for (size_t i = 0; i < threads; i++) {
        s->worker[i].ground = &s->ground;
        s->worker[i].unreached = s->unreached;
        s->worker[i].work = s->g->work;
        s->strip[i] = GT_TAKE_N(a, float, (size_t)(STRIP * w));
        GT_TRY(gt_cost_tile_new(a, w, h, &s->worker[i], err));
    }
    if (n == 1)
        return GT_OK;
    size_t ring = 4 * (size_t)s->side;
    for (size_t i = 0; i < threads * PER_THREAD; i++)
        s->visit[i].edge = GT_TAKE_N(a, double, ring);
    GT_TRY(gt_reserve(a, n * ring, sizeof *s->edge, "edges of tiles", (void **)&s->edge, err));
    struct gt_raster_info info = {.id = "sums", .grid = *g, .crs = s->g->crs, .type = GT_I32};
    info.grid.w *= 2;
    const char *dir = on_disk(s->g, s->side) ? s->g->scratch_dir : NULL;
    return gt_scratch_new(a, dir, &info, &s->store, err);
}

static enum gt_status run(struct gt_arena *a, const struct gt_global *g, struct gt_err *err)
{
    struct tiles *s = GT_TAKE(a, struct tiles);
    double max = g->step->max_m;
    *s = (struct tiles){.g = g, .side = side_for(g), .threads = threads_of(g)};
    s->unreached = max < (double)INFINITY ? nextafter(max, (double)INFINITY) : (double)INFINITY;
    s->across = (g->grid->w - 1) / s->side + 1;
    s->down = (g->grid->h - 1) / s->side + 1;
    GT_TRY(gt_cost_ground_new(a, g->grid, g->metric, &s->ground, err));
    GT_TRY(gt_cost_input_new(a, g, &s->in, err));
    GT_TRY(make_room(a, s, err));
    GT_TRY(gt_cost_input_check(&s->in, s->side, s->held, err));
    for (int64_t i = 0; i < s->across * s->down; i++)
        s->due[i] = s->held[i] ? 0 : (double)INFINITY;
    GT_TRY(settle(s, err));
    return give(s, err);
}

static size_t memory(const struct gt_global *g)
{
    int64_t side = side_for(g);
    return bytes_for(g, side) + (on_disk(g, side) ? 0 : store_bytes(g, side));
}

static size_t disk(const struct gt_global *g)
{
    int64_t side = side_for(g);
    return on_disk(g, side) ? store_bytes(g, side) : 0;
}

const struct gt_global_op gt_global_cost = {
    .paper = "Dijkstra 1959, A note on two problems in connexion with graphs; buckets: Dial 1969, "
             "Algorithm 360",
    .run = run,
    .memory = memory,
    .disk = disk};
