/* Global steps run by themselves on small rasters in memory. */
#include "patch.h"

#include <string.h>

struct patch patch_text(struct gt_arena *a, const char *const *line, int n)
{
    struct patch p = {.a = a, .cell = 10, .h = n, .w = (int64_t)strlen(line[0]), .memory = 1 << 20};
    p.code = GT_TAKE_N(a, float, (size_t)(p.w * p.h));
    for (int64_t y = 0; y < p.h; y++)
        for (int64_t x = 0; x < p.w; x++)
            p.code[y * p.w + x] = line[y][x] == '.' ? NAN : (float)(line[y][x] - '0');
    return p;
}

struct patch patch_random(struct gt_arena *a, struct dice *d, int codes)
{
    struct patch p = {.a = a, .cell = 10, .memory = 1 << 20};
    p.w = DICE_PICK(d, 1, 2, 9, 17, 30, 41);
    p.h = DICE_PICK(d, 1, 3, 8, 19, 33);
    int grain = DICE_PICK(d, 1, 1, 2, 4), holes = DICE_PICK(d, 0, 0, 5, 30);
    int most = DICE_PICK(d, 0, 50, 70, 90, 100);
    p.code = GT_TAKE_N(a, float, (size_t)(p.w * p.h));
    for (int64_t y = 0; y < p.h; y++)
        for (int64_t x = 0; x < p.w; x++) {
            float *c = &p.code[y * p.w + x];
            if (y % grain)
                *c = c[-p.w];
            else if (x % grain)
                *c = c[-1];
            else
                *c = (float)(dice_chance(d, most) ? 1 : dice_below(d, codes));
        }
    for (int64_t i = 0; i < p.w * p.h; i++)
        if (dice_chance(d, holes))
            p.code[i] = NAN;
    return p;
}

void patch_ground(const struct patch *p, struct gt_raster_info *info,
                  const struct gt_metric **metric)
{
    struct gt_err err = {0};
    *info = engine_plane(p->a, p->w, p->h, p->cell);
    if (p->crs) {
        info->crs = engine_crs(p->a, p->crs);
        info->grid = (struct gt_grid){p->w, p->h, 91, 31, p->cell, p->cell};
    }
    info->id = "codes";
    info->type = GT_F32;
    T_STATUS_ERR(gt_metric_new(p->a, info->crs, &info->grid, metric, &err), GT_OK, &err);
}

enum gt_status patch_try(const struct patch *p, enum gt_step_kind kind, void **out,
                         struct gt_err *err)
{
    struct gt_raster_info info;
    struct gt_step step = p->step;
    struct gt_global g = {.step = &step, .memory = p->memory};
    patch_ground(p, &info, &g.metric);
    step.kind = kind;
    const struct gt_raster_source *in = gt_memory_source(p->a, &info, p->code);
    g.in = &in;
    g.grid = &info.grid;
    g.crs = info.crs;
    g.scratch_dir = p->dir;
    struct gt_raster_info to = info;
    to.type = gt_global_type(&step);
    *out = gt_take(p->a, (size_t)(p->w * p->h) * gt_cell_size(to.type));
    g.out = gt_memory_sink(p->a, &to, *out);
    return gt_global_of(kind)->run(p->a, &g, err);
}

void *patch_run(const struct patch *p, enum gt_step_kind kind)
{
    void *out;
    struct gt_err err = {0};
    T_STATUS_ERR(patch_try(p, kind, &out, &err), GT_OK, &err);
    return out;
}
