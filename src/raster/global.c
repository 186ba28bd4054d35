/* Global steps: which kind is done by which operator, and what their rasters hold. */
#include "global_int.h"
#include "raster_int.h"

static const struct gt_global_op *const OPS[GT_STEP_KINDS] = {
    [GT_STEP_COMPONENTS] = &gt_global_components, [GT_STEP_PATTERN] = &gt_global_pattern,
    [GT_STEP_FILL_DEPRESSIONS] = &gt_global_fill, [GT_STEP_FLOW] = &gt_global_flow,
    [GT_STEP_CUMULATIVE] = &gt_global_cumulative, [GT_STEP_COST_DISTANCE] = &gt_global_cost,
};

const struct gt_global_op *gt_global_of(enum gt_step_kind k)
{
    return OPS[k];
}

enum gt_cell_type gt_global_type(const struct gt_step *s)
{
    static const enum gt_cell_type TYPE[] = {
        [GT_CELLS_MEASURE] = GT_F32, [GT_CELLS_CLASS] = GT_U8, [GT_CELLS_ID] = GT_I32};
    return TYPE[s->cells];
}

/* Four-byte cells are turned into numbers where they lie. */
enum gt_status gt_global_read(const struct gt_raster_source *s, int worker, struct gt_window win,
                              float *out, int64_t stride, struct gt_err *err)
{
    const struct gt_raster_info *info = &s->info;
    size_t size = gt_cell_size(info->type);
    if (size == sizeof(float)) {
        GT_TRY(s->read(s->self, worker, win, out, stride, err));
        for (int64_t y = 0; y < win.h; y++)
            GT_TRY(gt_cells_f32(info, out + y * stride, out + y * stride, win.w, err));
        return GT_OK;
    }
    GT_AUTO_ARENA mine = gt_arena_new();
    void *cells;
    GT_TRY(gt_reserve(mine, (size_t)win.w * (size_t)win.h, size, "cells", &cells, err));
    GT_TRY(s->read(s->self, worker, win, cells, win.w, err));
    for (int64_t y = 0; y < win.h; y++)
        GT_TRY(gt_cells_f32(info, (uint8_t *)cells + (size_t)(y * win.w) * size, out + y * stride,
                            win.w, err));
    return GT_OK;
}
