/* tile_read.c: cells of a file from outside as cells of the mosaic. */
#include "mosaic.h"

#include <float.h>
#include <math.h>
#include <string.h>

static GDALDataType gdal_type(enum gt_cell_type t)
{
    static const GDALDataType types[] = {
        [GT_U8] = GDT_Byte, [GT_I16] = GDT_Int16, [GT_I32] = GDT_Int32, [GT_F32] = GDT_Float32};
    return types[t];
}

struct target {
    GDALRasterBandH band; /* the cells', or the mask's */
    void *cells;
    GDALDataType type;
    int64_t size; /* of a cell, bytes */
};

/* Rows from the north, whatever their order in the file: by a negative distance between lines. */
static enum gt_status fetch(const struct gt_tile *t, struct gt_window win, const struct target *to,
                            struct gt_err *err)
{
    const struct gt_gdal *gdal = t->file->gdal;
    GT_GDAL_LISTEN(said, gdal);
    int64_t line = win.w * to->size, row = win.row;
    char *first = to->cells;
    if (t->flip) {
        row = t->grid.h - win.row - win.h;
        first += (win.h - 1) * line;
        line = -line;
    }
    CPLErr rc =
        gdal->GDALRasterIOEx(to->band, GF_Read, (int)win.col, (int)row, (int)win.w, (int)win.h,
                             first, (int)win.w, (int)win.h, to->type, to->size, line, NULL);
    if (rc != CE_None || said.failures)
        return gt_gdal_fail(&said, GT_EINPUT, err,
                            "%s: expected %lld x %lld cells at column %lld, row %lld, cannot read "
                            "them: the file is cut off or damaged",
                            t->file->path, (long long)win.w, (long long)win.h, (long long)win.col,
                            (long long)win.row);
    return GT_OK;
}

/* Whether doubles must stand between the file's cells and ours. */
static bool needs_doubles(const struct gt_tile *t, const struct gt_raster_info *info)
{
    return t->scaled || t->from == GDT_Float64 || t->from == GDT_UInt32 ||
           (t->from == GDT_Float32 && info->type != GT_F32);
}

/* The no-data value as a float cell has it: files tell it with more or fewer digits. */
static float float_nodata(const struct gt_tile *t)
{
    double limit = (double)FLT_MAX;
    if (!t->has_nodata)
        return NAN;
    return t->nodata > limit ? FLT_MAX : t->nodata < -limit ? -FLT_MAX : (float)t->nodata;
}

static bool is_void(const struct gt_tile *t, double v, float nodata)
{
    if (isnan(v))
        return true;
    return t->from == GDT_Float32 ? (float)v == nodata : t->has_nodata && v == t->nodata;
}

static enum gt_status unfit(const struct gt_tile *t, const struct gt_tile_window *out, size_t i,
                            double v, struct gt_err *err)
{
    return gt_fail(err, GT_EINPUT, "%s: column %lld, row %lld: expected a %s, found %.10g",
                   t->file->path, (long long)(out->win.col + (int64_t)i % out->win.w),
                   (long long)(out->win.row + (int64_t)i / out->win.w),
                   fabs(v) > INT32_MAX ? "number that 32 bits can hold"
                                       : "whole number (a class or an id)",
                   v);
}

static enum gt_status from_doubles(const struct gt_tile *t, const struct gt_raster_info *info,
                                   struct gt_tile_window *out, struct gt_err *err)
{
    const double *in = out->scratch;
    size_t n = (size_t)(out->win.w * out->win.h);
    float nodata = float_nodata(t);
    for (size_t i = 0; i < n; i++) {
        bool none = is_void(t, in[i], nodata);
        double v = in[i] * t->scale + t->offset;
        if (info->type == GT_F32) {
            if (!none && isfinite(v) && fabs(v) > (double)FLT_MAX)
                return unfit(t, out, i, v, err);
            ((float *)out->cells)[i] = none ? NAN : (float)v;
            continue;
        }
        if (!none && (!(fabs(v) <= INT32_MAX) || v != floor(v)))
            return unfit(t, out, i, v, err);
        ((int32_t *)out->cells)[i] = (int32_t)(none ? info->nodata : v);
    }
    return GT_OK;
}

/* The file's own no-data becomes the mosaic's. A cell that has the mosaic's value without being
 * no-data in its file would be lost. */
#define SWAP_NODATA(name, T)                                                  \
    static int64_t name(T *cells, size_t n, double from, bool has, double to) \
    {                                                                         \
        T old = has ? (T)from : (T)to, new = (T)to;                           \
        for (size_t i = 0; i < n; i++) {                                      \
            if (cells[i] == new &&old != new)                                 \
                return (int64_t)i;                                            \
            if (cells[i] == old)                                              \
                cells[i] = new;                                               \
        }                                                                     \
        return -1;                                                            \
    }
SWAP_NODATA(swap_u8, uint8_t)
SWAP_NODATA(swap_i16, int16_t)
SWAP_NODATA(swap_i32, int32_t)

static bool fits(enum gt_cell_type type, double v)
{
    switch (type) {
    case GT_U8: return v >= 0 && v <= UINT8_MAX && v == floor(v);
    case GT_I16: return v >= INT16_MIN && v <= INT16_MAX && v == floor(v);
    default: return v >= INT32_MIN && v <= INT32_MAX && v == floor(v);
    }
}

static enum gt_status swap_nodata(const struct gt_tile *t, const struct gt_raster_info *info,
                                  struct gt_tile_window *out, struct gt_err *err)
{
    size_t n = (size_t)(out->win.w * out->win.h);
    int64_t lost = -1;
    if (!info->has_nodata)
        return GT_OK;
    /* A value that no cell of this type can have marks none. */
    bool has = t->has_nodata && fits(info->type, t->nodata);
    if (t->has_nodata && !has)
        return GT_OK;
    switch (info->type) {
    case GT_U8: lost = swap_u8(out->cells, n, t->nodata, has, info->nodata); break;
    case GT_I16: lost = swap_i16(out->cells, n, t->nodata, has, info->nodata); break;
    case GT_I32: lost = swap_i32(out->cells, n, t->nodata, has, info->nodata); break;
    case GT_F32: break;
    }
    if (lost < 0)
        return GT_OK;
    return gt_fail(
        err, GT_EINPUT,
        "%s: column %lld, row %lld: expected no cell with %g, which is no-data in the first "
        "file (here it is %g)",
        t->file->path, (long long)(out->win.col + lost % out->win.w),
        (long long)(out->win.row + lost / out->win.w), info->nodata, t->nodata);
}

static void clear_floats(const struct gt_tile *t, const struct gt_raster_info *info,
                         struct gt_tile_window *out)
{
    float *cells = out->cells;
    size_t n = (size_t)(out->win.w * out->win.h);
    float nodata = needs_doubles(t, info) ? NAN : float_nodata(t);
    for (size_t i = 0; i < n; i++) {
        if (cells[i] == nodata)
            cells[i] = NAN;
        if (!isinf(cells[i]))
            continue;
        if (out->infinite++ == 0)
            out->infinite_at = (int64_t)i;
        cells[i] = NAN;
    }
}

static enum gt_status apply_mask(const struct gt_tile *t, const struct gt_raster_info *info,
                                 struct gt_tile_window *out, struct gt_err *err)
{
    size_t n = (size_t)(out->win.w * out->win.h);
    struct target to = {.band = t->mask, .cells = out->scratch, .type = GDT_Byte, .size = 1};
    GT_TRY(fetch(t, out->win, &to, err));
    const unsigned char *mask = out->scratch;
    for (size_t i = 0; i < n; i++) {
        if (mask[i])
            continue;
        switch (info->type) {
        case GT_U8: ((uint8_t *)out->cells)[i] = (uint8_t)info->nodata; break;
        case GT_I16: ((int16_t *)out->cells)[i] = (int16_t)info->nodata; break;
        case GT_I32: ((int32_t *)out->cells)[i] = (int32_t)info->nodata; break;
        case GT_F32: ((float *)out->cells)[i] = NAN; break;
        }
    }
    return GT_OK;
}

enum gt_status gt_tile_read(const struct gt_tile *t, const struct gt_raster_info *info,
                            struct gt_tile_window *out, struct gt_err *err)
{
    struct target to = {.band = t->band, .cells = out->scratch, .type = GDT_Float64, .size = 8};
    out->infinite = 0;
    if (needs_doubles(t, info)) {
        GT_TRY(fetch(t, out->win, &to, err));
        GT_TRY(from_doubles(t, info, out, err));
    } else {
        to.cells = out->cells;
        to.type = gdal_type(info->type);
        to.size = (int64_t)gt_cell_size(info->type);
        GT_TRY(fetch(t, out->win, &to, err));
        GT_TRY(swap_nodata(t, info, out, err));
    }
    if (info->type == GT_F32)
        clear_floats(t, info, out);
    return t->mask ? apply_mask(t, info, out, err) : GT_OK;
}
