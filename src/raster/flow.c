/* flow: how much ground drains through each cell, itself included.
 *
 * Water runs from each cell to one neighbour (flow_down.c), over flats the shortest way to where it
 * goes down (flow_flat.c), and leaves at the raster's edge and into no-data. Where water finds no
 * way down the hollows are filled first (flow_spill.c), which heights from fill_depressions need
 * not. Every cell's water leaves somewhere: sums at the outlets make up the whole. Over tiles as
 * Barnes 2017 has it (flow_graph.c). Cost: O(n log n) at worst, near O(n) on real ground. Memory:
 * 17 bytes a cell of a tile, one tile a thread; 128 for each cell of the tiles' borders. Disk where
 * there is more than one tile: 9 bytes a cell. */
#include "flow_int.h"

#include <math.h>

struct worker {
    struct gt_flow_tile tile;
};

struct flow {
    const struct gt_global *g;
    const struct gt_flow_layout *l;
    struct gt_arena *room; /* of the tiles; NULL: none now */
    struct worker *worker;
    const struct gt_raster_source *heights;
    struct gt_scratch *steps, *dir; /* steps, and the results in the end */
    struct gt_flow_filled filled;
    struct gt_flow_measure measure;
    struct gt_flow_graph graph;
    _Atomic uint8_t *look; /* flats of the tile are to be looked at again */
    int64_t *left;         /* cells of each tile without a way */
    int colour;            /* tiles of one colour do not touch */
    _Atomic bool pit;
    _Atomic int64_t done;
};

static struct gt_flow_tile *tile_of(const struct flow *f, int64_t i, int worker)
{
    struct gt_flow_tile *t = &f->worker[worker].tile;
    gt_flow_tile_at(t, gt_flow_window(f->l, i));
    return t;
}

static void tell_progress(struct flow *f, const char *what)
{
    gt_progress(f->g->work, what, atomic_fetch_add(&f->done, 1) + 1, f->l->nx * f->l->ny);
}

GT_MUST static enum gt_status make_room(struct flow *f, struct gt_err *err)
{
    f->room = gt_arena_new();
    f->worker = GT_TAKE_N(f->room, struct worker, (size_t)f->l->workers);
    for (int i = 0; i < f->l->workers; i++)
        GT_TRY(gt_flow_tile_new(f->room, f->l, true, &f->worker[i].tile, err));
    return GT_OK;
}

static void end_room(struct flow *f)
{
    gt_arena_free(f->room);
    f->room = NULL;
}

/* Runs a task over all tiles; the room for them stays. */
GT_MUST static enum gt_status all_tiles(struct flow *f, gt_task_fn *task, struct gt_err *err)
{
    if (!f->room)
        GT_TRY(make_room(f, err));
    f->done = 0;
    return gt_par_for(f->g->work, f->l->nx * f->l->ny, task, f, err);
}

/* ---- Flats over tiles ---- */

static void tell_neighbours(const struct flow *f, int64_t tile, unsigned tell)
{
    int64_t x = tile % f->l->nx, y = tile / f->l->nx;
    for (int i = 0; i < 9; i++) {
        int64_t nx = x + i % 3 - 1, ny = y + i / 3 - 1;
        if (tell >> i & 1 && nx >= 0 && ny >= 0 && nx < f->l->nx && ny < f->l->ny)
            f->look[ny * f->l->nx + nx] = 1;
    }
}

static enum gt_status flats_of_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct flow *f = ctx;
    struct gt_flow_tile *t = tile_of(f, i, worker);
    if (f->pit)
        return GT_OK;
    GT_TRY(gt_flow_read(f->heights, f->g->grid, worker, t, err));
    if (!gt_flow_flats(t)) {
        f->pit = true;
        return GT_OK;
    }
    f->left[i] = gt_flow_flats_left(t);
    tell_neighbours(f, i, gt_flow_flats_tell(t));
    GT_TRY(gt_flow_write_k(f->steps, t, err));
    tell_progress(f, "flats");
    return GT_OK;
}

static enum gt_status again_of_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct flow *f = ctx;
    int64_t x = i % f->l->nx, y = i / f->l->nx;
    if (x % 2 + y % 2 * 2 != f->colour || !f->look[i])
        return GT_OK;
    struct gt_flow_tile *t = tile_of(f, i, worker);
    f->look[i] = 0;
    GT_TRY(gt_flow_read(f->heights, f->g->grid, worker, t, err));
    GT_TRY(gt_flow_read_k(f->steps, worker, t, err));
    if (!gt_flow_flats_again(t))
        return GT_OK;
    f->left[i] = gt_flow_flats_left(t);
    tell_neighbours(f, i, gt_flow_flats_tell(t));
    return gt_flow_write_k(f->steps, t, err);
}

static bool any_to_look_at(const struct flow *f)
{
    for (int64_t i = 0; i < f->l->nx * f->l->ny; i++)
        if (f->look[i])
            return true;
    return false;
}

/* Steps over flats; settled: every cell has a way. */
GT_MUST static enum gt_status settle(struct flow *f, bool *settled, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int64_t tiles = f->l->nx * f->l->ny, left = 0;
    f->look = GT_TAKE_N(a, _Atomic uint8_t, (size_t)tiles);
    f->left = GT_TAKE_N(a, int64_t, (size_t)tiles);
    f->pit = false;
    GT_TRY(all_tiles(f, flats_of_tile, err));
    while (!f->pit && any_to_look_at(f))
        for (f->colour = 0; f->colour < 4; f->colour++)
            GT_TRY(all_tiles(f, again_of_tile, err));
    for (int64_t i = 0; i < tiles; i++)
        left += f->left[i];
    *settled = !f->pit && left == 0;
    return GT_OK;
}

/* ---- Filling, where it is needed ---- */

/* No tile reads what another one writes. */
static enum gt_status raise_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct flow *f = ctx;
    struct gt_flow_tile *t = tile_of(f, i, worker);
    const struct gt_raster_source *z = &f->filled.z->source, *label = &f->steps->source;
    int32_t *k = (int32_t *)(void *)t->queue;
    struct gt_window win = t->win;
    for (int64_t y = 0; y < t->win.h; y += win.h) {
        win.row = t->win.row + y;
        win.h = t->rows_n < t->win.h - y ? t->rows_n : t->win.h - y;
        GT_TRY(z->read(z->self, worker, win, t->rows, win.w, err));
        GT_TRY(label->read(label->self, worker, win, k, win.w, err));
        for (int64_t n = 0; n < win.w * win.h; n++)
            t->rows[n] = gt_flow_level(f->filled.level, t->rows[n], k[n]);
        GT_TRY(gt_scratch_write(f->filled.z, win, t->rows, win.w, err));
    }
    return GT_OK;
}

/* Heights in a scratch raster, and their flats settled. */
GT_MUST static enum gt_status fill(struct gt_arena *a, struct flow *f, struct gt_err *err)
{
    bool settled;
    f->filled.label = f->steps;
    end_room(f);
    GT_TRY(gt_flow_fill_tiles(a, f->g, f->l, &f->filled, err));
    GT_TRY(all_tiles(f, raise_tile, err));
    f->heights = &f->filled.z->source;
    GT_TRY(settle(f, &settled, err));
    return settled ? GT_OK : gt_fail(err, GT_EINTERNAL, "a hollow was left behind by filling");
}

/* ---- The way down over tiles ---- */

static enum gt_status direct_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct flow *f = ctx;
    struct gt_flow_tile *t = tile_of(f, i, worker);
    GT_TRY(gt_flow_read(f->heights, f->g->grid, worker, t, err));
    GT_TRY(gt_flow_read_k(f->steps, worker, t, err));
    gt_flow_directions(f->g, t);
    GT_TRY(gt_scratch_write(f->dir, t->win, t->dir + gt_flow_index(t, 0, 0), t->stride, err));
    gt_flow_begin(&f->measure, t);
    gt_flow_drain(t);
    gt_flow_graph_put(&f->graph, i, t);
    tell_progress(f, "flow within tiles");
    return GT_OK;
}

static enum gt_status drain_tile(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct flow *f = ctx;
    struct gt_flow_tile *t = tile_of(f, i, worker);
    const struct gt_raster_source *dir = &f->dir->source;
    gt_flow_directions_clear(t);
    GT_TRY(dir->read(dir->self, worker, t->win, t->dir + gt_flow_index(t, 0, 0), t->stride, err));
    gt_flow_begin(&f->measure, t);
    gt_flow_graph_get(&f->graph, i, t);
    gt_flow_drain(t);
    struct gt_window win = t->win;
    for (int64_t y = 0; y < t->win.h; y += win.h) {
        win.row = t->win.row + y;
        win.h = t->rows_n < t->win.h - y ? t->rows_n : t->win.h - y;
        for (int64_t k = 0; k < win.h; k++)
            gt_flow_result(&f->measure, t, y + k, t->rows + k * win.w);
        GT_TRY(gt_scratch_write(f->steps, win, t->rows, win.w, err));
    }
    tell_progress(f, "flow over tiles");
    return GT_OK;
}

GT_MUST static enum gt_status over_tiles(struct gt_arena *a, struct flow *f, struct gt_err *err)
{
    bool settled;
    GT_TRY(gt_flow_scratch(a, f->g, GT_I32, &f->steps, err));
    GT_TRY(settle(f, &settled, err));
    if (!settled)
        GT_TRY(fill(a, f, err));
    GT_TRY(gt_flow_scratch(a, f->g, GT_U8, &f->dir, err));
    GT_TRY(gt_flow_graph_new(a, f->l, &f->graph, err));
    GT_TRY(all_tiles(f, direct_tile, err));
    gt_flow_graph_solve(&f->graph);
    GT_TRY(all_tiles(f, drain_tile, err));
    return gt_flow_give(f->g, f->steps, NULL, NULL, err);
}

static enum gt_status run_tiles(struct gt_arena *a, const struct gt_global *g,
                                const struct gt_flow_layout *l, struct gt_err *err)
{
    struct flow f = {.g = g, .l = l, .heights = g->in[0], .measure = gt_flow_measure_of(g)};
    enum gt_status s = over_tiles(a, &f, err);
    end_room(&f);
    return s;
}

/* ---- One tile ---- */

GT_MUST static enum gt_status look_up(const struct gt_global *g, int64_t done, struct gt_err *err)
{
    gt_progress(g->work, "flow", done, 5);
    return gt_stopped(g->work) ? gt_fail(err, GT_ECANCELLED, "stopped") : GT_OK;
}

static enum gt_status run_whole(struct gt_arena *a, const struct gt_global *g,
                                const struct gt_flow_layout *l, struct gt_err *err)
{
    struct gt_flow_measure m = gt_flow_measure_of(g);
    struct gt_flow_tile t = {0};
    GT_TRY(gt_flow_tile_new(a, l, true, &t, err));
    gt_flow_tile_at(&t, gt_flow_window(l, 0));
    GT_TRY(gt_flow_read(g->in[0], g->grid, 0, &t, err));
    if (!gt_flow_flats(&t) || gt_flow_flats_left(&t) > 0) {
        GT_TRY(gt_flow_flood(&t, g->work, err));
        GT_TRY(look_up(g, 1, err));
        if (!gt_flow_flats(&t) || gt_flow_flats_left(&t) > 0)
            return gt_fail(err, GT_EINTERNAL, "a hollow was left behind by filling");
    }
    GT_TRY(look_up(g, 2, err));
    gt_flow_directions(g, &t);
    GT_TRY(look_up(g, 3, err));
    gt_flow_begin(&m, &t);
    gt_flow_drain(&t);
    GT_TRY(look_up(g, 4, err));
    for (int64_t y = 0, n; y < l->h; y += n) {
        n = t.rows_n < l->h - y ? t.rows_n : l->h - y;
        for (int64_t i = 0; i < n; i++)
            gt_flow_result(&m, &t, y + i, t.rows + i * l->w);
        GT_TRY(g->out->rows(g->out->self, y, n, t.rows, err));
    }
    return look_up(g, 5, err);
}

enum gt_status gt_flow_run(struct gt_arena *a, const struct gt_global *g, int64_t side,
                           struct gt_err *err)
{
    struct gt_flow_layout l = gt_flow_layout_of(g->grid, side, gt_flow_workers(g));
    return l.nx * l.ny == 1 ? run_whole(a, g, &l, err) : run_tiles(a, g, &l, err);
}

static enum gt_status run(struct gt_arena *a, const struct gt_global *g, struct gt_err *err)
{
    return gt_flow_run(a, g, gt_flow_side(g), err);
}

static size_t memory(const struct gt_global *g)
{
    return gt_flow_memory(g->grid, gt_flow_side(g), gt_flow_workers(g));
}

static size_t disk(const struct gt_global *g)
{
    struct gt_flow_layout l = gt_flow_layout_of(g->grid, gt_flow_side(g), gt_flow_workers(g));
    return l.nx * l.ny == 1 ? 0 : 9 * (size_t)l.w * (size_t)l.h;
}

const struct gt_global_op gt_global_flow = {.paper =
                                                "O'Callaghan, Mark 1984; Barnes 2014, 2016, 2017",
                                            .run = run,
                                            .memory = memory,
                                            .disk = disk};
