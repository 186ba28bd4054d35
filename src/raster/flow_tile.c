/* Tiles for filling and flow: how large they are, and how they are read and written. */
#include "flow_int.h"

#include <math.h>

const int gt_flow_dx[FLOW_WAYS] = {0, -1, 1, 0, -1, 1, -1, 1};
const int gt_flow_dy[FLOW_WAYS] = {-1, 0, 0, 1, -1, -1, 1, 1};

/* Cells of one go of reading or writing rows, at least a row. */
enum { ROWS_CELLS = 1 << 16, LEAST_SIDE = 64 };

static int64_t less(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* ---- The layout ---- */

struct gt_flow_layout gt_flow_layout_of(const struct gt_grid *g, int64_t side, int workers)
{
    struct gt_flow_layout l = {.w = g->w, .h = g->h, .workers = workers};
    l.tw = less(side, g->w);
    l.th = less(side, g->h);
    l.nx = (l.w + l.tw - 1) / l.tw;
    l.ny = (l.h + l.th - 1) / l.th;
    l.rim = gt_flow_rim_n((struct gt_window){0, 0, l.tw, l.th});
    l.workers = l.nx * l.ny == 1 ? 1 : workers;
    return l;
}

struct gt_window gt_flow_window(const struct gt_flow_layout *l, int64_t tile)
{
    int64_t col = tile % l->nx * l->tw, row = tile / l->nx * l->th;
    return (struct gt_window){col, row, less(l->tw, l->w - col), less(l->th, l->h - row)};
}

static size_t rows_of(int64_t w)
{
    int64_t n = ROWS_CELLS / w;
    return (size_t)(n < 1 ? 1 : n);
}

/* Of a tile: cells, queue, directions; of each border cell: what the graphs keep, and while the
 * flood's passes are sorted, twice that. */
enum { CELL_BYTES = 17, RIM_BYTES = 128 };

size_t gt_flow_memory(const struct gt_grid *g, int64_t side, int workers)
{
    struct gt_flow_layout l = gt_flow_layout_of(g, side, workers);
    size_t cells = (size_t)(l.tw + 2) * (size_t)(l.th + 2);
    size_t tile =
        cells * CELL_BYTES + 64 * (size_t)l.rim + 4 * rows_of(l.tw + 2) * (size_t)(l.tw + 2);
    size_t all = tile * (size_t)l.workers;
    if (l.nx * l.ny > 1)
        all += (size_t)(l.nx * l.ny) * (size_t)l.rim * RIM_BYTES + 8 * rows_of(l.w) * (size_t)l.w;
    return all;
}

/* Cells of a tile are numbered with 32 bits. */
static bool is_whole(const struct gt_global *g)
{
    double cells = (double)(g->grid->w + 2) * (double)(g->grid->h + 2);
    int64_t side = g->grid->w > g->grid->h ? g->grid->w : g->grid->h;
    return cells < 2e9 && gt_flow_memory(g->grid, side, 1) <= g->memory;
}

int gt_flow_workers(const struct gt_global *g)
{
    return g->work ? gt_pool_threads(g->work->pool) : 1;
}

int64_t gt_flow_side(const struct gt_global *g)
{
    int64_t side = g->grid->w > g->grid->h ? g->grid->w : g->grid->h, best = 0;
    if (is_whole(g))
        return side;
    size_t least = SIZE_MAX;
    for (int64_t s = 32768; s >= LEAST_SIDE; s -= s / 8) {
        size_t need = gt_flow_memory(g->grid, s, gt_flow_workers(g));
        if (need <= g->memory)
            return s;
        best = need < least ? s : best;
        least = need < least ? need : least;
    }
    return best;
}

/* ---- Borders ---- */

int64_t gt_flow_rim_n(struct gt_window win)
{
    bool thin = win.w < 3 || win.h < 3;
    return thin ? win.w * win.h : 2 * (win.w + win.h) - 4;
}

int64_t gt_flow_rim_index(struct gt_window win, int64_t x, int64_t y)
{
    if (win.w < 3 || win.h < 3)
        return y * win.w + x;
    if (y == 0)
        return x;
    if (y == win.h - 1)
        return win.w + 2 * (win.h - 2) + x;
    return win.w + 2 * (y - 1) + (x > 0);
}

void gt_flow_rim_place(struct gt_window win, int64_t i, int64_t *x, int64_t *y)
{
    int64_t sides = 2 * (win.h - 2);
    if (win.w < 3 || win.h < 3) {
        *x = i % win.w;
        *y = i / win.w;
        return;
    }
    bool top = i < win.w, low = i >= win.w + sides;
    *y = top ? 0 : low ? win.h - 1 : (i - win.w) / 2 + 1;
    *x = top ? i : low ? i - win.w - sides : (i - win.w) % 2 * (win.w - 1);
}

/* ---- A tile in memory ---- */

enum gt_status gt_flow_tile_new(struct gt_arena *a, const struct gt_flow_layout *l, bool way_down,
                                struct gt_flow_tile *t, struct gt_err *err)
{
    size_t n = (size_t)(l->tw + 2) * (size_t)(l->th + 2);
    void *cell, *queue, *dir = NULL, *rows;
    t->rows_n = (int64_t)rows_of(l->tw + 2);
    GT_TRY(gt_reserve(a, n, sizeof *t->cell, "cells of a tile", &cell, err));
    GT_TRY(gt_reserve(a, n + 2 * (size_t)l->rim, sizeof *t->queue, "queue of a tile", &queue, err));
    GT_TRY(gt_reserve(a, (size_t)t->rows_n * (size_t)(l->tw + 2), sizeof *t->rows, "rows of a tile",
                      &rows, err));
    if (way_down)
        GT_TRY(gt_reserve(a, n, 1, "directions of a tile", &dir, err));
    t->cell = cell;
    t->sum = cell;
    t->queue = queue;
    t->before = (int32_t *)(void *)(t->queue + n + (size_t)l->rim);
    t->rows = rows;
    t->dir = dir;
    return GT_OK;
}

void gt_flow_tile_at(struct gt_flow_tile *t, struct gt_window win)
{
    t->win = win;
    t->stride = win.w + 2;
    t->n = t->stride * (win.h + 2);
    for (int k = 0; k < FLOW_WAYS; k++)
        t->way[k] = (int32_t)(gt_flow_dy[k] * t->stride + gt_flow_dx[k]);
}

/* The tile and its ring, as far as the raster goes. */
static struct gt_window with_ring(const struct gt_flow_tile *t, const struct gt_grid *g)
{
    struct gt_window w = t->win;
    int64_t col = w.col > 0 ? w.col - 1 : 0, row = w.row > 0 ? w.row - 1 : 0;
    return (struct gt_window){col, row, less(w.col + w.w + 1, g->w) - col,
                              less(w.row + w.h + 1, g->h) - row};
}

static void clear_ring(struct gt_flow_tile *t)
{
    const struct gt_flow_cell none = {NAN, FLOW_FAR};
    struct gt_flow_cell *last = t->cell + t->n - t->stride;
    for (int64_t x = 0; x < t->stride; x++)
        t->cell[x] = last[x] = none;
    for (int64_t y = 0; y < t->win.h + 2; y++)
        t->cell[y * t->stride] = t->cell[(y + 1) * t->stride - 1] = none;
}

static struct gt_flow_cell *row_at(const struct gt_flow_tile *t, int64_t col, int64_t row)
{
    return t->cell + gt_flow_index(t, col - t->win.col, row - t->win.row);
}

enum gt_status gt_flow_read(const struct gt_raster_source *s, const struct gt_grid *g, int worker,
                            struct gt_flow_tile *t, struct gt_err *err)
{
    struct gt_window all = with_ring(t, g), win = all;
    clear_ring(t);
    for (int64_t y = 0; y < all.h; y += t->rows_n) {
        win.row = all.row + y;
        win.h = less(t->rows_n, all.h - y);
        GT_TRY(gt_global_read(s, worker, win, t->rows, win.w, err));
        for (int64_t i = 0; i < win.h; i++) {
            struct gt_flow_cell *to = row_at(t, win.col, win.row + i);
            const float *z = t->rows + i * win.w;
            for (int64_t x = 0; x < win.w; x++)
                to[x] = (struct gt_flow_cell){z[x] + 0.0F, FLOW_FAR};
        }
    }
    return GT_OK;
}

enum gt_status gt_flow_read_k(const struct gt_scratch *s, int worker, struct gt_flow_tile *t,
                              struct gt_err *err)
{
    const struct gt_raster_source *from = &s->source;
    struct gt_window all = with_ring(t, &from->info.grid), win = all;
    int32_t *k = (int32_t *)(void *)t->rows;
    for (int64_t y = 0; y < all.h; y += t->rows_n) {
        win.row = all.row + y;
        win.h = less(t->rows_n, all.h - y);
        GT_TRY(from->read(from->self, worker, win, k, win.w, err));
        for (int64_t i = 0; i < win.h; i++) {
            struct gt_flow_cell *to = row_at(t, win.col, win.row + i);
            for (int64_t x = 0; x < win.w; x++)
                to[x].k = k[i * win.w + x];
        }
    }
    return GT_OK;
}

enum gt_status gt_flow_write_z(struct gt_scratch *s, struct gt_flow_tile *t, struct gt_err *err)
{
    struct gt_window win = t->win;
    for (int64_t y = 0; y < t->win.h; y += t->rows_n) {
        win.row = t->win.row + y;
        win.h = less(t->rows_n, t->win.h - y);
        for (int64_t i = 0; i < win.h; i++)
            for (int64_t x = 0; x < win.w; x++)
                t->rows[i * win.w + x] = row_at(t, win.col, win.row + i)[x].z;
        GT_TRY(gt_scratch_write(s, win, t->rows, win.w, err));
    }
    return GT_OK;
}

enum gt_status gt_flow_write_k(struct gt_scratch *s, struct gt_flow_tile *t, struct gt_err *err)
{
    struct gt_window win = t->win;
    int32_t *k = (int32_t *)(void *)t->rows;
    for (int64_t y = 0; y < t->win.h; y += t->rows_n) {
        win.row = t->win.row + y;
        win.h = less(t->rows_n, t->win.h - y);
        for (int64_t i = 0; i < win.h; i++)
            for (int64_t x = 0; x < win.w; x++)
                k[i * win.w + x] = row_at(t, win.col, win.row + i)[x].k;
        GT_TRY(gt_scratch_write(s, win, k, win.w, err));
    }
    return GT_OK;
}

/* ---- Scratch rasters ---- */

enum gt_status gt_flow_scratch(struct gt_arena *a, const struct gt_global *g,
                               enum gt_cell_type type, struct gt_scratch **out, struct gt_err *err)
{
    struct gt_raster_info info = {
        .id = g->step ? g->step->name : "flow", .grid = *g->grid, .crs = g->crs, .type = type};
    return gt_scratch_new(a, g->scratch_dir, &info, out, err);
}

enum gt_status gt_flow_give(const struct gt_global *g, const struct gt_scratch *from,
                            gt_flow_turn *turn, void *ctx, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int64_t w = g->grid->w, h = g->grid->h, rows = (int64_t)rows_of(w);
    void *room;
    GT_TRY(gt_reserve(a, (size_t)w * (size_t)rows, sizeof(float), "rows", &room, err));
    for (int64_t row = 0; row < h; row += rows) {
        struct gt_window win = {0, row, w, less(rows, h - row)};
        GT_TRY(from->source.read(from->source.self, 0, win, room, w, err));
        if (turn)
            GT_TRY(turn(ctx, win, room, err));
        GT_TRY(g->out->rows(g->out->self, row, win.h, room, err));
        if (gt_stopped(g->work))
            return gt_fail(err, GT_ECANCELLED, "stopped");
    }
    return GT_OK;
}
