/* raster_write.c: rows into a tiled GeoTIFF, block by block in their order, so that the file's
 * bytes depend on nothing but the cells. */
#include "gdal/gdal.h"
#include "store_int.h"

#include <math.h>
#include <string.h>

#define TILE 256

struct gt_raster_writer {
    struct gt_txn *t;
    struct gt_staged *made;
    struct gt_raster_sink sink;
    const struct gt_gdal *gdal;
    GDALDatasetH ds;
    GDALRasterBandH band;
    struct gt_cell_stats stats;
    size_t cell;         /* bytes */
    int64_t row;         /* the next one */
    unsigned char *rows; /* of the tiles that are being filled: TILE rows */
    unsigned char *tile;
    char hash[GT_HASH_TEXT]; /* here, since writers end in threads that share the arena */
};

const char *gt_raster_path(struct gt_arena *a, const struct gt_store *s, const char *file)
{
    const char *dir = gt_path_join(a, s->dir, GT_FOLDER_RASTER);
    return file[0] ? gt_path_join(a, dir, file) : dir;
}

static GDALDataType gdal_type(enum gt_cell_type t)
{
    static const GDALDataType types[] = {
        [GT_U8] = GDT_Byte, [GT_I16] = GDT_Int16, [GT_I32] = GDT_Int32, [GT_F32] = GDT_Float32};
    return types[t];
}

/* docs/decisions: measured for writing once and reading often. */
static char **options_for(const struct gt_gdal *gdal, enum gt_cell_type t)
{
    static const char *const all[][2] = {
        {"TILED", "YES"},    {"BLOCKXSIZE", "256"},   {"BLOCKYSIZE", "256"}, {"COMPRESS", "ZSTD"},
        {"ZSTD_LEVEL", "1"}, {"BIGTIFF", "IF_SAFER"}, {"SPARSE_OK", "NO"}};
    char **out = NULL;
    for (size_t i = 0; i < GT_LEN(all); i++)
        out = gdal->CSLSetNameValue(out, all[i][0], all[i][1]);
    return gdal->CSLSetNameValue(out, "PREDICTOR", t == GT_U8 ? "1" : "2");
}

static enum gt_status set_up(struct gt_raster_writer *w, struct gt_err *err)
{
    const struct gt_raster_info *info = &w->stats.info;
    const struct gt_grid *g = &info->grid;
    double to[6] = {g->x0, g->dx, 0, g->y0, 0, -g->dy};
    OGRSpatialReferenceH srs;
    GT_TRY(gt_gdal_crs_new(w->gdal, info->crs, &srs, err));
    w->band = w->gdal->GDALGetRasterBand(w->ds, 1);
    bool ok = w->gdal->GDALSetSpatialRef(w->ds, srs) == CE_None &&
              w->gdal->GDALSetGeoTransform(w->ds, to) == CE_None;
    if (ok && w->made->e.has_nodata)
        ok = w->gdal->GDALSetRasterNoDataValue(w->band, w->made->e.nodata) == CE_None;
    w->gdal->OSRDestroySpatialReference(srs);
    if (!ok)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: GDAL does not take its grid",
                       w->made->e.d.id);
    return GT_OK;
}

static enum gt_status create(struct gt_raster_writer *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_raster_info *info = &w->stats.info;
    GT_GDAL_LISTEN(said, w->gdal);
    const char *path = gt_printf(a, GT_GDAL_IO "%s", gt_raster_path(a, w->t->s, w->made->e.place));
    char **options = options_for(w->gdal, info->type);
    /* No file of GDAL's own beside it. */
    w->gdal->CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    w->ds = w->gdal->GDALCreate(w->gdal->GDALGetDriverByName("GTiff"), path, (int)info->grid.w,
                                (int)info->grid.h, 1, gdal_type(info->type), options);
    w->gdal->CSLDestroy(options);
    enum gt_status status = GT_OK;
    if (!w->ds)
        status = gt_gdal_fail(&said, GT_EIO, err, "dataset %s: cannot make its file", info->id);
    if (status == GT_OK)
        status = set_up(w, err);
    w->gdal->CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    return status;
}

/* ---- Rows ---- */

/* Cells beyond the raster's edge repeat the last ones: they compress best and mean nothing. */
static void cut_tile(struct gt_raster_writer *w, int64_t col, int64_t n_rows)
{
    size_t cell = w->cell, width = (size_t)w->stats.info.grid.w;
    size_t have = width - (size_t)col < TILE ? width - (size_t)col : TILE;
    for (int64_t r = 0; r < TILE; r++) {
        int64_t from = r < n_rows ? r : n_rows - 1;
        unsigned char *to = w->tile + (size_t)r * TILE * cell;
        memcpy(to, w->rows + ((size_t)from * width + (size_t)col) * cell, have * cell);
        for (size_t c = have; c < TILE; c++)
            memcpy(to + c * cell, to + (have - 1) * cell, cell);
    }
}

static enum gt_status write_tiles(struct gt_raster_writer *w, int64_t n_rows, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, w->gdal);
    int64_t y = (w->row - 1) / TILE;
    for (int64_t col = 0; col < w->stats.info.grid.w; col += TILE) {
        cut_tile(w, col, n_rows);
        if (w->gdal->GDALWriteBlock(w->band, (int)(col / TILE), (int)y, w->tile) != CE_None ||
            said.failures)
            return gt_gdal_fail(&said, GT_EIO, err, "dataset %s: cannot write its cells",
                                w->made->e.d.id);
    }
    return GT_OK;
}

static enum gt_status close_file(struct gt_raster_writer *w, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, w->gdal);
    w->gdal->CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO");
    w->gdal->GDALClose(w->ds);
    w->gdal->CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", NULL);
    w->ds = NULL;
    if (said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "dataset %s: cannot finish its file",
                            w->made->e.d.id);
    return GT_OK;
}

static enum gt_status finish(struct gt_raster_writer *w, struct gt_err *err)
{
    struct gt_dataset *d = &w->made->e.d;
    GT_TRY(close_file(w, err));
    gt_cells_end(&w->stats, w->hash);
    d->hash = w->hash;
    d->voids = w->stats.voids;
    d->min = w->stats.min;
    d->max = w->stats.max;
    w->made->complete = true;
    return GT_OK;
}

static enum gt_status take_rows(void *self, int64_t row, int64_t n, const void *cells,
                                struct gt_err *err)
{
    struct gt_raster_writer *w = self;
    const unsigned char *from = cells;
    size_t width = (size_t)w->stats.info.grid.w, bytes = width * w->cell;
    if (row != w->row || n < 0 || n > w->stats.info.grid.h - row || (!w->ds && n > 0))
        return gt_fail(err, GT_EINTERNAL,
                       "dataset %s: expected row %lld of %lld, found rows %lld to "
                       "%lld",
                       w->made->e.d.id, (long long)w->row, (long long)w->stats.info.grid.h,
                       (long long)row, (long long)(row + n - 1));
    for (int64_t i = 0; i < n; i++, from += bytes) {
        int64_t at = w->row % TILE;
        gt_cells_add(&w->stats, from, w->rows + (size_t)at * bytes, width);
        w->row++;
        if (at == TILE - 1 || w->row == w->stats.info.grid.h)
            GT_TRY(write_tiles(w, at + 1, err));
    }
    return w->ds && w->row == w->stats.info.grid.h ? finish(w, err) : GT_OK;
}

void gt_raster_writer_drop(struct gt_raster_writer *w)
{
    if (!w || !w->ds)
        return;
    GT_GDAL_LISTEN(said, w->gdal);
    w->gdal->GDALClose(w->ds);
    w->ds = NULL;
}

/* ---- Begin ---- */

static enum gt_status check_info(const struct gt_raster_info *info, struct gt_err *err)
{
    GT_TRY(gt_grid_check(&info->grid, err));
    if (info->grid.w > INT32_MAX || info->grid.h > INT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected at most %d rows and columns, found %lld x %lld",
                       INT32_MAX, (long long)info->grid.w, (long long)info->grid.h);
    static const double lo[] = {[GT_U8] = 0, [GT_I16] = INT16_MIN, [GT_I32] = INT32_MIN};
    static const double hi[] = {[GT_U8] = UINT8_MAX, [GT_I16] = INT16_MAX, [GT_I32] = INT32_MAX};
    if (!info->has_nodata || info->type == GT_F32)
        return GT_OK;
    double v = info->nodata;
    if (!(v >= lo[info->type] && v <= hi[info->type]) || v != floor(v))
        return gt_fail(err, GT_EINPUT, "expected a no-data value that %s cells can hold, found %g",
                       gt_cell_name(info->type), v);
    return GT_OK;
}

static enum gt_status make_room(struct gt_raster_writer *w, struct gt_err *err)
{
    void *p;
    size_t row = (size_t)w->stats.info.grid.w * w->cell;
    GT_TRY(gt_reserve(w->t->a, row, TILE, "rows of a raster being written", &p, err));
    w->rows = p;
    w->tile = gt_take(w->t->a, TILE * TILE * w->cell);
    return GT_OK;
}

/* What the catalog knows of it from the start. f32 is always stored with NaN. */
static void note_info(struct gt_staged *made, struct gt_arena *a, const struct gt_raster_info *info)
{
    struct gt_dataset *d = &made->e.d;
    char random[17];
    gt_random_hex(random);
    made->e.has_nodata = info->has_nodata || info->type == GT_F32;
    made->e.nodata = info->has_nodata && info->type != GT_F32 ? info->nodata : (double)NAN;
    made->e.place = gt_printf(a, "%s@%lld-%s.tif", d->id, (long long)d->version, random);
    d->cell = info->type;
    d->grid = info->grid;
    d->box = gt_grid_box(&info->grid);
    d->crs = gt_strdup(a, info->crs->code[0] ? info->crs->code : info->crs->wkt);
}

enum gt_status gt_txn_raster(struct gt_txn *t, const char *id, const struct gt_raster_info *info,
                             struct gt_raster_sink **out, struct gt_err *err)
{
    struct gt_staged *made;
    *out = NULL;
    if (check_info(info, err) != GT_OK)
        return gt_wrap(err, "dataset %s", id);
    struct gt_raster_writer *w = GT_TAKE(t->a, struct gt_raster_writer);
    GT_TRY(gt_gdal_get(&w->gdal, err));
    GT_TRY(gt_txn_stage(t, id, GT_DATASET_RASTER, &made, err));
    struct gt_raster_info stored = *info;
    stored.id = made->e.d.id;
    w->t = t;
    w->made = made;
    w->cell = gt_cell_size(info->type);
    note_info(made, t->a, &stored);
    gt_cells_begin(&w->stats, &stored);
    GT_TRY(make_room(w, err));
    made->writer = w;
    GT_TRY(create(w, err));
    w->sink = (struct gt_raster_sink){.self = w, .rows = take_rows};
    *out = &w->sink;
    return GT_OK;
}
