/* Cell types, and rasters in memory. */
#include "raster_int.h"

#include <string.h>

static const struct {
    size_t size;
    const char *name;
    double nodata;
} CELLS[] = {
    [GT_U8] = {1, "u8", 0},
    [GT_I16] = {2, "i16", -32768},
    [GT_I32] = {4, "i32", -2147483648.0},
    [GT_F32] = {4, "f32", NAN},
};

size_t gt_cell_size(enum gt_cell_type t)
{
    return CELLS[t].size;
}

const char *gt_cell_name(enum gt_cell_type t)
{
    return CELLS[t].name;
}

double gt_cell_nodata(enum gt_cell_type t)
{
    return CELLS[t].nodata;
}

double gt_cells_nodata(const struct gt_raster_info *in)
{
    static const double LEAST[] = {0, INT16_MIN, INT32_MIN},
                        MOST[] = {UINT8_MAX, INT16_MAX, INT32_MAX};
    double v = in->has_nodata ? in->nodata : (double)NAN;
    if (in->type == GT_F32)
        return v;
    return v >= LEAST[in->type] && v <= MOST[in->type] && v == floor(v) ? v : (double)NAN;
}

GT_CLONES static void from_u8(const uint8_t *in, float nodata, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        float v = in[j];
        out[j] = v == nodata ? NAN : v;
    }
}

GT_CLONES static void from_i16(const int16_t *in, float nodata, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++) {
        float v = in[j];
        out[j] = v == nodata ? NAN : v;
    }
}

GT_CLONES static int from_i32(const int32_t *in, int64_t nodata, float *out, int64_t n)
{
    int large = 0;
    for (int64_t j = 0; j < n; j++) {
        bool none = in[j] == nodata;
        large |= !none && (in[j] > (int32_t)GT_CODE_MAX || in[j] < -(int32_t)GT_CODE_MAX);
        out[j] = none ? NAN : (float)in[j];
    }
    return large;
}

GT_CLONES static void from_f32(const float *in, float nodata, float *out, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        out[j] = in[j] == nodata || fabsf(in[j]) == INFINITY ? NAN : in[j];
}

enum gt_status gt_cells_f32(const struct gt_raster_info *info, const void *in, float *out,
                            int64_t n, struct gt_err *err)
{
    double nodata = gt_cells_nodata(info);
    switch (info->type) {
    case GT_U8: from_u8(in, (float)nodata, out, n); break;
    case GT_I16: from_i16(in, (float)nodata, out, n); break;
    case GT_F32: from_f32(in, (float)nodata, out, n); break;
    case GT_I32:
        if (from_i32(in, nodata == nodata ? (int64_t)nodata : INT64_MIN, out, n))
            return gt_fail(err, GT_EINPUT,
                           "%s holds a code beyond %.0f, more than steps can carry; map the codes "
                           "to smaller ones first",
                           info->id, GT_CODE_MAX);
    }
    return GT_OK;
}

/* ---- Rasters in memory ---- */

struct memory {
    struct gt_raster_info info;
    const unsigned char *in;
    unsigned char *out;
};

static enum gt_status memory_read(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    (void)worker, (void)err;
    const struct memory *m = self;
    size_t size = gt_cell_size(m->info.type);
    for (int64_t y = 0; y < win.h; y++) {
        const unsigned char *from =
            m->in + (size_t)((win.row + y) * m->info.grid.w + win.col) * size;
        memcpy((unsigned char *)cells + (size_t)(y * stride) * size, from, (size_t)win.w * size);
    }
    return GT_OK;
}

struct gt_raster_source *gt_memory_source(struct gt_arena *a, const struct gt_raster_info *info,
                                          const void *cells)
{
    struct memory *m = GT_TAKE(a, struct memory);
    m->info = *info;
    m->in = cells;
    struct gt_raster_source *s = GT_TAKE(a, struct gt_raster_source);
    *s = (struct gt_raster_source){.info = *info, .self = m, .read = memory_read};
    return s;
}

static enum gt_status memory_rows(void *self, int64_t row, int64_t n, const void *cells,
                                  struct gt_err *err)
{
    (void)err;
    const struct memory *m = self;
    size_t line = (size_t)m->info.grid.w * gt_cell_size(m->info.type);
    memcpy(m->out + (size_t)row * line, cells, (size_t)n * line);
    return GT_OK;
}

struct gt_raster_sink *gt_memory_sink(struct gt_arena *a, const struct gt_raster_info *info,
                                      void *cells)
{
    struct memory *m = GT_TAKE(a, struct memory);
    m->info = *info;
    m->out = cells;
    struct gt_raster_sink *s = GT_TAKE(a, struct gt_raster_sink);
    *s = (struct gt_raster_sink){.self = m, .rows = memory_rows};
    return s;
}
