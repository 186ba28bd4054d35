/* mosaic.c: several files on one lattice, read as one raster: the first file that has a value wins.
 */
#include "mosaic.h"

#include <math.h>
#include <string.h>

#define SIZE_TOLERANCE 1e-6    /* of a cell's size, relative */
#define LATTICE_TOLERANCE 1e-3 /* of a cell: how far a file may lie off the first one's lattice */

/* ---- One lattice ---- */

static enum gt_status check_same(const struct gt_tile *one, const struct gt_tile *two,
                                 struct gt_err *err)
{
    const struct gt_grid *a = &one->grid, *b = &two->grid;
    if (!gt_crs_same(one->crs, two->crs))
        return gt_fail(
            err, GT_EINPUT,
            "expected files of one coordinate system, found %s (%s) in %s and %s (%s) in "
            "%s",
            one->crs->name, one->crs->code, one->file->path, two->crs->name, two->crs->code,
            two->file->path);
    if (fabs(a->dx - b->dx) > SIZE_TOLERANCE * a->dx ||
        fabs(a->dy - b->dy) > SIZE_TOLERANCE * a->dy)
        return gt_fail(
            err, GT_EINPUT,
            "expected files of one cell size, found %.12g x %.12g in %s and %.12g x %.12g "
            "in %s",
            a->dx, a->dy, one->file->path, b->dx, b->dy, two->file->path);
    double col = (b->x0 - a->x0) / a->dx, row = (a->y0 - b->y0) / a->dy;
    if (!(fabs(col - round(col)) <= LATTICE_TOLERANCE &&
          fabs(row - round(row)) <= LATTICE_TOLERANCE))
        return gt_fail(
            err, GT_EINPUT,
            "expected files whose cells lie on one lattice, found %s to be off that of %s "
            "by %.3g columns and %.3g rows",
            two->file->path, one->file->path, col - round(col), row - round(row));
    return GT_OK;
}

/* The union of all files, on the first one's lattice; each file's place in it. */
static enum gt_status lay_out(struct gt_mosaic *m, struct gt_err *err)
{
    struct gt_grid *all = &m->src.info.grid;
    const struct gt_grid *first = &m->tile[0].grid;
    int64_t col0 = 0, row0 = 0, col1 = first->w, row1 = first->h;
    for (size_t i = 0; i < m->n; i++) {
        struct gt_tile *t = &m->tile[i];
        GT_TRY(check_same(&m->tile[0], t, err));
        double col = (t->grid.x0 - first->x0) / first->dx;
        double row = (first->y0 - t->grid.y0) / first->dy;
        if (!(fabs(col) < 1e12 && fabs(row) < 1e12))
            return gt_fail(err, GT_EINPUT,
                           "%s: expected files that lie near each other, found %s far "
                           "away",
                           t->file->path, m->tile[0].file->path);
        t->col = (int64_t)round(col);
        t->row = (int64_t)round(row);
        col0 = t->col < col0 ? t->col : col0;
        row0 = t->row < row0 ? t->row : row0;
        col1 = t->col + t->grid.w > col1 ? t->col + t->grid.w : col1;
        row1 = t->row + t->grid.h > row1 ? t->row + t->grid.h : row1;
    }
    for (size_t i = 0; i < m->n; i++) {
        m->tile[i].col -= col0;
        m->tile[i].row -= row0;
    }
    *all = *first;
    all->x0 = first->x0 + (double)col0 * first->dx;
    all->y0 = first->y0 - (double)row0 * first->dy;
    all->w = col1 - col0;
    all->h = row1 - row0;
    return gt_grid_check(all, err);
}

/* ---- One type ---- */

/* The type that keeps every value of both. */
static enum gt_cell_type join(enum gt_cell_type a, enum gt_cell_type b)
{
    return a > b ? a : b;
}
_Static_assert(GT_U8 < GT_I16 && GT_I16 < GT_I32 && GT_I32 < GT_F32, "types widen in this order");

static bool has_gaps(const struct gt_mosaic *m)
{
    double area = 0;
    const struct gt_grid *g = &m->src.info.grid;
    for (size_t i = 0; i < m->n; i++)
        area += (double)m->tile[i].grid.w * (double)m->tile[i].grid.h;
    return m->n > 1 && area < (double)g->w * (double)g->h;
}

static bool whole_in(double v, double lo, double hi)
{
    return v >= lo && v <= hi && v == floor(v);
}

/* A no-data value that these cells can have: the first file's, else the usual one. Bytes without
 * one have none, unless there are cells that no file covers or masks that hide some. */
static void choose_nodata(struct gt_mosaic *m, bool masked)
{
    static const double lo[] = {[GT_U8] = 0, [GT_I16] = INT16_MIN, [GT_I32] = INT32_MIN};
    static const double hi[] = {[GT_U8] = UINT8_MAX, [GT_I16] = INT16_MAX, [GT_I32] = INT32_MAX};
    struct gt_raster_info *info = &m->src.info;
    info->has_nodata = true;
    info->nodata = (double)NAN;
    if (info->type == GT_F32)
        return;
    for (size_t i = 0; i < m->n; i++) {
        const struct gt_tile *t = &m->tile[i];
        if (t->has_nodata && whole_in(t->nodata, lo[info->type], hi[info->type])) {
            info->nodata = t->nodata;
            return;
        }
    }
    bool needed = masked || m->n > 1 || has_gaps(m);
    if (info->type == GT_U8 && !needed) {
        info->has_nodata = false;
        return;
    }
    if (info->type == GT_U8)
        info->type = GT_I16;
    info->nodata = info->type == GT_I16 ? INT16_MIN : INT32_MIN;
}

/* Classes and ids are whole numbers, also where a file keeps them as real ones. */
static void choose_type(struct gt_mosaic *m, const struct gt_layer_role *role)
{
    bool masked = false;
    m->src.info.type = GT_U8;
    for (size_t i = 0; i < m->n; i++) {
        m->src.info.type = join(m->src.info.type, gt_tile_type(&m->tile[i]));
        masked = masked || m->tile[i].mask;
    }
    if (role && role->cells != GT_CELLS_MEASURE && m->src.info.type == GT_F32)
        m->src.info.type = GT_I32;
    choose_nodata(m, masked);
}

/* ---- Reading ---- */

static void fill_void(const struct gt_raster_info *info, void *row, size_t n)
{
    for (size_t i = 0; i < n; i++)
        switch (info->type) {
        case GT_U8: ((uint8_t *)row)[i] = info->has_nodata ? (uint8_t)info->nodata : 0; break;
        case GT_I16: ((int16_t *)row)[i] = (int16_t)info->nodata; break;
        case GT_I32: ((int32_t *)row)[i] = (int32_t)info->nodata; break;
        case GT_F32: ((float *)row)[i] = NAN; break;
        }
}

/* Puts values where there are none yet; gives the number of cells that have another one. */
#define MERGE(name, T, IS_VOID)                                        \
    static int64_t name(T *to, const T *from, size_t n, double nodata) \
    {                                                                  \
        T none = (T)nodata;                                            \
        int64_t differing = 0;                                         \
        (void)none;                                                    \
        for (size_t i = 0; i < n; i++) {                               \
            if (IS_VOID(from[i]))                                      \
                continue;                                              \
            if (IS_VOID(to[i]))                                        \
                to[i] = from[i];                                       \
            else                                                       \
                differing += to[i] != from[i];                         \
        }                                                              \
        return differing;                                              \
    }
#define IS_NONE(v) ((v) == none)
#define IS_NAN(v) ((v) != (v))
MERGE(merge_u8, uint8_t, IS_NONE)
MERGE(merge_i16, int16_t, IS_NONE)
MERGE(merge_i32, int32_t, IS_NONE)
MERGE(merge_f32, float, IS_NAN)

static int64_t merge(const struct gt_raster_info *info, void *to, const void *from, size_t n)
{
    switch (info->type) {
    case GT_U8: return merge_u8(to, from, n, info->nodata);
    case GT_I16: return merge_i16(to, from, n, info->nodata);
    case GT_I32: return merge_i32(to, from, n, info->nodata);
    default: return merge_f32(to, from, n, info->nodata);
    }
}

static bool meet(const struct gt_tile *t, struct gt_window win, struct gt_window *out)
{
    int64_t col0 = win.col > t->col ? win.col : t->col, row0 = win.row > t->row ? win.row : t->row;
    int64_t col1 = win.col + win.w, row1 = win.row + win.h;
    if (t->col + t->grid.w < col1)
        col1 = t->col + t->grid.w;
    if (t->row + t->grid.h < row1)
        row1 = t->row + t->grid.h;
    *out = (struct gt_window){col0, row0, col1 - col0, row1 - row0};
    return out->w > 0 && out->h > 0;
}

/* Cells of one call, row after row with `stride` cells from one to the next. */
struct target {
    struct gt_window win;
    unsigned char *cells;
    int64_t stride;
};

static void note_infinite(struct gt_mosaic *m, struct gt_tile *t, const struct gt_tile_window *part)
{
    if (!m->counting || part->infinite == 0)
        return;
    if (m->infinite == 0) {
        m->infinite_in = t;
        m->infinite_col = t->col + part->win.col + part->infinite_at % part->win.w;
        m->infinite_row = t->row + part->win.row + part->infinite_at / part->win.w;
    }
    m->infinite += part->infinite;
}

static enum gt_status add_tile(struct gt_mosaic *m, struct gt_tile *t, const struct target *to,
                               struct gt_err *err)
{
    struct gt_window meets;
    struct gt_tile_window part = {0};
    const struct gt_raster_info *info = &m->src.info;
    size_t size = gt_cell_size(info->type);
    if (!meet(t, to->win, &meets))
        return GT_OK;
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n = (size_t)meets.w * (size_t)meets.h;
    GT_TRY(gt_reserve(a, n, size, "cells of a file", &part.cells, err));
    GT_TRY(gt_reserve(a, n, 8, "cells of a file", &part.scratch, err));
    part.win = (struct gt_window){meets.col - t->col, meets.row - t->row, meets.w, meets.h};
    GT_TRY(gt_tile_read(t, info, &part, err));
    note_infinite(m, t, &part);
    int64_t differing = 0;
    for (int64_t y = 0; y < meets.h; y++) {
        int64_t at = (meets.row + y - to->win.row) * to->stride + meets.col - to->win.col;
        const unsigned char *from = (unsigned char *)part.cells + (size_t)(y * meets.w) * size;
        unsigned char *row = to->cells + (size_t)at * size;
        if (info->has_nodata)
            differing += merge(info, row, from, (size_t)meets.w);
        else
            memcpy(row, from, (size_t)meets.w * size);
    }
    m->differing += m->counting ? differing : 0;
    return GT_OK;
}

static enum gt_status read_all(struct gt_mosaic *m, const struct target *to, struct gt_err *err)
{
    size_t size = gt_cell_size(m->src.info.type);
    for (int64_t y = 0; y < to->win.h; y++)
        fill_void(&m->src.info, to->cells + (size_t)(y * to->stride) * size, (size_t)to->win.w);
    for (size_t i = 0; i < m->n; i++)
        GT_TRY(add_tile(m, &m->tile[i], to, err));
    return GT_OK;
}

/* One thread at a time: the files' handles are shared, and decoding them is not what takes time. */
static enum gt_status read_window(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    struct gt_mosaic *m = self;
    (void)worker;
    pthread_mutex_lock(&m->lock);
    struct target to = {.win = win, .cells = cells, .stride = stride};
    enum gt_status status = read_all(m, &to, err);
    pthread_mutex_unlock(&m->lock);
    return status;
}

enum gt_status gt_mosaic_open(struct gt_txn *t, struct gt_arena *a, const struct gt_import *in,
                              struct gt_work *w, struct gt_mosaic **out, struct gt_err *err)
{
    struct gt_mosaic *m = GT_TAKE(a, struct gt_mosaic);
    if (in->n_files == 0)
        return gt_fail(err, GT_EUSE, "expected a file to import, found none");
    GT_TRY(gt_gdal_get(&m->gdal, err));
    m->w = w;
    m->n = in->n_files;
    m->tile = GT_TAKE_N(a, struct gt_tile, m->n);
    pthread_mutex_init(&m->lock, NULL);
    for (size_t i = 0; i < m->n; i++) {
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(gt_tile_open(t->s, a, in, in->files[i], &m->tile[i], err));
    }
    GT_TRY(lay_out(m, err));
    choose_type(m, in->role);
    m->src.info.crs = m->tile[0].crs;
    m->src.info.id = "files to import";
    m->src.self = m;
    m->src.read = read_window;
    *out = m;
    return GT_OK;
}
