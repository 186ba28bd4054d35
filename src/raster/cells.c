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
