/* fill_depressions: every hollow raised to the height at which its water finds a way out, over the
 * raster's edge or into no-data. Barnes, Lehman, Mulla 2014 within a tile (flow_flood.c), Barnes
 * 2016 over tiles (flow_spill.c). Cost: O(n log n) at worst, near O(n) on real ground. Memory: 16
 * bytes a cell of a tile, one tile a thread; 128 for each cell of the tiles' borders. Disk where
 * there is more than one tile: 8 bytes a cell. */
#include "flow_int.h"

struct turn {
    const struct gt_flow_filled *f;
    int32_t *label; /* a row */
};

static enum gt_status raise_rows(void *ctx, struct gt_window win, float *z, struct gt_err *err)
{
    const struct turn *t = ctx;
    const struct gt_raster_source *label = &t->f->label->source;
    for (int64_t y = 0; y < win.h; y++, z += win.w) {
        struct gt_window row = {0, win.row + y, win.w, 1};
        GT_TRY(label->read(label->self, 0, row, t->label, win.w, err));
        for (int64_t x = 0; x < win.w; x++)
            z[x] = gt_flow_level(t->f->level, z[x], t->label[x]);
    }
    return GT_OK;
}

static enum gt_status fill_whole(struct gt_arena *a, const struct gt_global *g,
                                 const struct gt_flow_layout *l, struct gt_err *err)
{
    struct gt_flow_tile t = {0};
    GT_TRY(gt_flow_tile_new(a, l, false, &t, err));
    gt_flow_tile_at(&t, gt_flow_window(l, 0));
    GT_TRY(gt_flow_read(g->in[0], g->grid, 0, &t, err));
    GT_TRY(gt_flow_flood(&t, g->work, err));
    for (int64_t y = 0; y < l->h; y += t.rows_n) {
        int64_t n = y + t.rows_n < l->h ? t.rows_n : l->h - y;
        for (int64_t i = 0; i < n; i++)
            for (int64_t x = 0; x < l->w; x++)
                t.rows[i * l->w + x] = t.cell[gt_flow_index(&t, x, y + i)].z;
        GT_TRY(g->out->rows(g->out->self, y, n, t.rows, err));
    }
    return GT_OK;
}

enum gt_status gt_flow_run_fill(struct gt_arena *a, const struct gt_global *g, int64_t side,
                                struct gt_err *err)
{
    struct gt_flow_layout l = gt_flow_layout_of(g->grid, side, gt_flow_workers(g));
    if (l.nx * l.ny == 1)
        return fill_whole(a, g, &l, err);
    struct gt_flow_filled f = {0};
    void *row;
    GT_TRY(gt_flow_fill_tiles(a, g, &l, &f, err));
    GT_TRY(gt_reserve(a, (size_t)l.w, sizeof(int32_t), "a row of labels", &row, err));
    return gt_flow_give(g, f.z, raise_rows, &(struct turn){&f, row}, err);
}

static enum gt_status run(struct gt_arena *a, const struct gt_global *g, struct gt_err *err)
{
    return gt_flow_run_fill(a, g, gt_flow_side(g), err);
}

static size_t memory(const struct gt_global *g)
{
    return gt_flow_memory(g->grid, gt_flow_side(g), gt_flow_workers(g));
}

static size_t disk(const struct gt_global *g)
{
    struct gt_flow_layout l = gt_flow_layout_of(g->grid, gt_flow_side(g), gt_flow_workers(g));
    return l.nx * l.ny == 1 ? 0 : 8 * (size_t)l.w * (size_t)l.h;
}

const struct gt_global_op gt_global_fill = {
    .paper = "Barnes, Lehman, Mulla 2014; Barnes 2016", .run = run, .memory = memory, .disk = disk};
