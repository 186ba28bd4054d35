/* scaled.c: a raster of measures whose values are multiplied and shifted on the way. */
#include "scaled.h"

#include <math.h>

struct scaled {
    const struct gt_raster_source *inner;
    double scale, add;
};

static double value_at(const struct gt_raster_info *info, const void *cells, size_t i)
{
    switch (info->type) {
    case GT_U8: return ((const uint8_t *)cells)[i];
    case GT_I16: return ((const int16_t *)cells)[i];
    case GT_I32: return ((const int32_t *)cells)[i];
    default: return (double)((const float *)cells)[i];
    }
}

double gt_cell_at(const struct gt_raster_info *info, const void *cells, size_t i)
{
    double v = value_at(info, cells, i);
    return info->has_nodata && v == info->nodata ? (double)NAN : v;
}

static enum gt_status read_scaled(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    const struct scaled *s = self;
    const struct gt_raster_info *info = &s->inner->info;
    GT_AUTO_ARENA a = gt_arena_new();
    void *raw;
    float *out = cells;
    GT_TRY(gt_reserve(a, (size_t)win.w * (size_t)win.h, gt_cell_size(info->type),
                      "rows of a raster", &raw, err));
    GT_TRY(s->inner->read(s->inner->self, worker, win, raw, win.w, err));
    for (int64_t row = 0; row < win.h; row++)
        for (int64_t col = 0; col < win.w; col++) {
            double v = gt_cell_at(info, raw, (size_t)(row * win.w + col));
            out[row * stride + col] = (float)(v * s->scale + s->add);
        }
    return GT_OK;
}

const struct gt_raster_source *
gt_scaled_source(struct gt_arena *a, const struct gt_raster_source *inner, double scale, double add)
{
    struct scaled *self = GT_TAKE(a, struct scaled);
    struct gt_raster_source *out = GT_TAKE(a, struct gt_raster_source);
    *self = (struct scaled){inner, scale, add};
    *out = (struct gt_raster_source){inner->info, self, read_scaled};
    out->info.type = GT_F32;
    out->info.has_nodata = true;
    out->info.nodata = gt_cell_nodata(GT_F32);
    return out;
}
