/* test_raster.c: rasters written and read back: every type, odd sizes, no-data, statistics, the
 * same bytes whatever the portions. */
#include "gdal/gdal.h"
#include "kit.h"
#include "store_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void write_in_portions(struct gt_txn *t, const char *id, const struct gt_raster_info *info,
                              int64_t portion)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_raster_sink *sink = NULL;
    void *cells = gt_take_n(a, (size_t)(info->grid.w * portion), gt_cell_size(info->type));
    T_STATUS_ERR(gt_txn_raster(t, id, info, &sink, &err), GT_OK, &err);
    for (int64_t row = 0; row < info->grid.h; row += portion) {
        int64_t n = info->grid.h - row < portion ? info->grid.h - row : portion;
        kit_cells(info, 3, row, n, cells);
        T_STATUS_ERR(sink->rows(sink->self, row, n, cells, &err), GT_OK, &err);
    }
    T_STATUS_ERR(kit_describe(t, id, &err), GT_OK, &err);
}

static struct gt_raster_source *source_of(struct gt_store *s, struct gt_arena *a, const char *id,
                                          const struct gt_dataset **d)
{
    struct gt_err err = {0};
    struct gt_raster_source *src = NULL;
    T_STATUS_ERR(gt_store_find(s, a, id, 0, d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_raster(s, a, *d, &src, &err), GT_OK, &err);
    return src;
}

static bool is_none(const struct gt_raster_info *info, const void *cells, int64_t i, double *v)
{
    switch (info->type) {
    case GT_U8: *v = ((const uint8_t *)cells)[i]; return *v == 0;
    case GT_I16: *v = ((const int16_t *)cells)[i]; return *v == -9999;
    case GT_I32: *v = ((const int32_t *)cells)[i]; return *v == -9999;
    default: *v = (double)((const float *)cells)[i]; return isnan(*v);
    }
}

static void check_measures(const struct gt_dataset *d, const struct gt_raster_info *info,
                           const void *cells)
{
    int64_t voids = 0;
    double min = (double)INFINITY, max = -min, v;
    for (int64_t i = 0; i < info->grid.w * info->grid.h; i++) {
        if (is_none(info, cells, i, &v)) {
            voids++;
            continue;
        }
        min = fmin(min, v);
        max = fmax(max, v);
    }
    T_EQ_INT(d->voids, voids);
    T_EQ_NUM(d->min, min);
    T_EQ_NUM(d->max, max);
}

T_TEST(raster_comes_back_as_it_went)
{
    static const enum gt_cell_type types[] = {GT_U8, GT_I16, GT_I32, GT_F32};
    static const int64_t sizes[][2] = {{1, 1},   {1, 700},   {700, 1},  {256, 256},
                                       {257, 3}, {511, 513}, {255, 258}};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    for (size_t k = 0; k < GT_LEN(types) * GT_LEN(sizes); k++) {
        GT_AUTO_ARENA b = gt_arena_new();
        const int64_t *size = sizes[k / GT_LEN(types)];
        struct gt_raster_info info = kit_info(b, types[k % GT_LEN(types)], size[0], size[1]);
        struct gt_txn *t = kit_begin(s);
        T_STATUS_ERR(kit_raster(t, "r", &info, 3, &err), GT_OK, &err);
        kit_commit(t);
        const struct gt_dataset *d;
        struct gt_raster_source *src = source_of(s, b, "r", &d);
        size_t n = (size_t)(size[0] * size[1]), bytes = n * gt_cell_size(info.type);
        void *out = gt_take(b, bytes), *in = gt_take(b, bytes);
        kit_cells(&info, 3, 0, size[1], in);
        T_STATUS_ERR(
            src->read(src->self, 0, (struct gt_window){0, 0, size[0], size[1]}, out, size[0], &err),
            GT_OK, &err);
        T_OK(memcmp(in, out, bytes) == 0);
        T_EQ_INT(src->info.type, info.type);
        T_OK(gt_grid_same(&src->info.grid, &info.grid));
        T_OK(src->info.has_nodata);
        T_EQ_NUM(src->info.nodata, info.nodata);
        check_measures(d, &info, in);
    }
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(raster_windows_with_a_stride)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_raster_info info = kit_info(a, GT_I32, 600, 500);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "r", &info, 3, &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *d;
    struct gt_raster_source *src = source_of(s, a, "r", &d);
    int32_t *all = GT_TAKE_N(a, int32_t, 600 * 500), *part = GT_TAKE_N(a, int32_t, 20 * 1000);
    kit_cells(&info, 3, 0, 500, all);
    for (int i = 0; i < 20000; i++)
        part[i] = 77;
    struct gt_window win = {250, 240, 300, 20};
    T_STATUS_ERR(src->read(src->self, 63, win, part, 1000, &err), GT_OK, &err);
    for (int y = 0; y < 20; y++) {
        T_OK(memcmp(part + y * 1000, all + (240 + y) * 600 + 250, 300 * 4) == 0);
        T_EQ_INT(part[y * 1000 + 300], 77);
    }
    T_STATUS(src->read(src->self, 0, (struct gt_window){599, 0, 2, 1}, part, 2, &err),
             GT_EINTERNAL);
    T_STATUS(src->read(src->self, 64, win, part, 1000, &err), GT_EINTERNAL);
    gt_store_close(s);
}

/* ---- Threads ---- */

struct reading {
    struct gt_raster_source *src;
    const int32_t *all;
    int64_t w;
};

static enum gt_status read_one(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct reading *r = ctx;
    GT_AUTO_ARENA a = gt_arena_new();
    int32_t *cells = GT_TAKE_N(a, int32_t, (size_t)r->w);
    struct gt_window win = {0, i, r->w, 1};
    GT_TRY(r->src->read(r->src->self, worker, win, cells, r->w, err));
    if (memcmp(cells, r->all + i * r->w, (size_t)r->w * 4) != 0)
        return gt_fail(err, GT_EINTERNAL, "row %lld differs", (long long)i);
    return GT_OK;
}

T_TEST(raster_is_read_by_several_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_raster_info info = kit_info(a, GT_I32, 600, 500);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "r", &info, 3, &err), GT_OK, &err);
    kit_commit(t);
    GT_AUTO_ARENA b = gt_arena_new();
    const struct gt_dataset *d;
    struct reading r = {.src = source_of(s, b, "r", &d), .w = 600};
    int32_t *all = GT_TAKE_N(a, int32_t, 600 * 500);
    kit_cells(&info, 3, 0, 500, all);
    r.all = all;
    struct gt_work w = {.pool = gt_pool_new(4)};
    T_STATUS_ERR(gt_par_for(&w, 500, read_one, &r, &err), GT_OK, &err);
    gt_pool_free(w.pool);
    gt_store_close(s);
}

/* ---- Bytes ---- */

static const char *only_file(struct gt_arena *a, const char *dir)
{
    const char **names, *folder = gt_path_join(a, dir, "raster");
    size_t n;
    T_STATUS(gt_dir_list(a, folder, &names, &n, NULL), GT_OK);
    T_EQ_INT(n, 1);
    return gt_path_join(a, folder, names[0]);
}

T_TEST(raster_bytes_do_not_depend_on_portions)
{
    static const int64_t portions[] = {1, 7, 256, 600};
    struct gt_str first = {0};
    char hash[GT_HASH_TEXT], first_hash[GT_HASH_TEXT];
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(portions); i++) {
        struct gt_err err = {0};
        struct gt_str bytes;
        const char *dir = kit_workspace(a);
        struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
        struct gt_txn *t = kit_begin(s);
        struct gt_raster_info info = kit_info(a, GT_F32, 300, 600);
        write_in_portions(t, "r", &info, portions[i]);
        T_STATUS_ERR(gt_txn_hash(t, "r", hash, &err), GT_OK, &err);
        kit_commit(t);
        gt_store_close(s);
        T_STATUS_ERR(gt_file_get(a, only_file(a, dir), 1 << 28, &bytes, &err), GT_OK, &err);
        if (i == 0) {
            first = bytes;
            memcpy(first_hash, hash, sizeof hash);
        }
        T_EQ_STR(hash, first_hash);
        T_EQ_INT(bytes.n, first.n);
        T_OK(memcmp(bytes.p, first.p, first.n) == 0);
    }
}

/* What other programs find in the file. */
T_TEST(raster_file_is_a_tiled_geotiff)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_gdal *gdal;
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_I16, 300, 600);
    T_STATUS_ERR(gt_crs_parse(a, "tibet-albers", &info.crs, &err), GT_OK, &err);
    info.grid.dx = info.grid.dy = 30;
    T_STATUS_ERR(kit_raster(t, "r", &info, 1, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    GDALDatasetH ds = gdal->GDALOpenEx(only_file(a, dir), GDAL_OF_RASTER, NULL, NULL, NULL);
    T_OK(ds != NULL);
    GDALRasterBandH band = gdal->GDALGetRasterBand(ds, 1);
    int w, h, has;
    const char *crs;
    const struct gt_crs *back;
    gdal->GDALGetBlockSize(band, &w, &h);
    T_EQ_INT(w, 256);
    T_EQ_INT(h, 256);
    T_EQ_STR(gdal->GDALGetMetadataItem(ds, "COMPRESSION", "IMAGE_STRUCTURE"), "ZSTD");
    T_EQ_STR(gdal->GDALGetMetadataItem(ds, "PREDICTOR", "IMAGE_STRUCTURE"), "2");
    T_EQ_NUM(gdal->GDALGetRasterNoDataValue(band, &has), -9999);
    T_OK(has);
    T_STATUS_ERR(gt_gdal_crs_text(a, gdal, gdal->GDALGetSpatialRef(ds), &crs, &err), GT_OK, &err);
    T_STATUS_ERR(gt_crs_parse(a, crs, &back, &err), GT_OK, &err);
    T_OK(gt_crs_same(back, info.crs));
    gdal->GDALClose(ds);
}

T_TEST(raster_floats_have_one_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_F32, 4, 1);
    struct gt_raster_sink *sink;
    info.nodata = -5;
    float cells[4] = {-5, 1, -NAN, 2}, back[4];
    T_STATUS_ERR(gt_txn_raster(t, "r", &info, &sink, &err), GT_OK, &err);
    T_STATUS_ERR(sink->rows(sink->self, 0, 1, cells, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "r", &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *d;
    struct gt_raster_source *src = source_of(s, a, "r", &d);
    T_STATUS(src->read(src->self, 0, (struct gt_window){0, 0, 4, 1}, back, 4, &err), GT_OK);
    T_OK(isnan(back[0]) && isnan(back[2]) && memcmp(&back[0], &back[2], 4) == 0);
    T_OK(isnan(src->info.nodata));
    T_EQ_INT(d->voids, 2);
    T_EQ_NUM(d->min, 1);
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(raster_without_values_and_without_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_U8, 2, 2);
    struct gt_raster_sink *sink;
    const uint8_t none[4] = {0};
    const struct gt_dataset *d;
    T_STATUS_ERR(gt_txn_raster(t, "empty", &info, &sink, &err), GT_OK, &err);
    T_STATUS_ERR(sink->rows(sink->self, 0, 2, none, &err), GT_OK, &err);
    info.has_nodata = false;
    T_STATUS_ERR(gt_txn_raster(t, "zero", &info, &sink, &err), GT_OK, &err);
    T_STATUS_ERR(sink->rows(sink->self, 0, 2, none, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "empty", &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "zero", &err), GT_OK, &err);
    kit_commit(t);
    struct gt_raster_source *src = source_of(s, a, "empty", &d);
    T_EQ_INT(d->voids, 4);
    T_OK(isnan(d->min) && isnan(d->max) && src->info.has_nodata);
    src = source_of(s, a, "zero", &d);
    T_EQ_INT(d->voids, 0);
    T_EQ_NUM(d->max, 0);
    T_OK(!src->info.has_nodata);
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(raster_refuses_rows_out_of_order_and_odd_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_U8, 2, 2);
    struct gt_raster_sink *sink;
    const uint8_t cells[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    T_STATUS_ERR(gt_txn_raster(t, "r", &info, &sink, &err), GT_OK, &err);
    T_STATUS(sink->rows(sink->self, 1, 1, cells, &err), GT_EINTERNAL);
    T_STATUS(sink->rows(sink->self, 0, 3, cells, &err), GT_EINTERNAL);
    T_STATUS(gt_txn_hash(t, "r", (char[GT_HASH_TEXT]){0}, &err), GT_EINTERNAL);
    T_STATUS_ERR(sink->rows(sink->self, 0, 2, cells, &err), GT_OK, &err);
    T_STATUS(sink->rows(sink->self, 2, 1, cells, &err), GT_EINTERNAL);
    info.nodata = 256;
    T_STATUS(gt_txn_raster(t, "s", &info, &sink, &err), GT_EINPUT);
    T_HAS(err.text, "256");
    info.nodata = 0.5;
    T_STATUS(gt_txn_raster(t, "s", &info, &sink, &err), GT_EINPUT);
    info.nodata = 0;
    info.grid.w = 0;
    T_STATUS(gt_txn_raster(t, "s", &info, &sink, &err), GT_EINPUT);
    info.grid.w = (int64_t)1 << 33;
    T_OK(gt_txn_raster(t, "s", &info, &sink, &err) != GT_OK);
    gt_txn_drop(t);
    kit_no_orphans(s);
    gt_store_close(s);
}

/* Somebody else's hands on the files. */
T_TEST(raster_file_that_is_gone_or_another)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_raster_source *src;
    const struct gt_dataset *d;
    struct gt_raster_info info = kit_info(a, GT_I16, 300, 300);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "r", &info, 1, &err), GT_OK, &err);
    kit_commit(t);
    const char *path = only_file(a, dir);
    T_STATUS_ERR(gt_store_find(s, a, "r", 0, &d, &err), GT_OK, &err);
    struct gt_str bytes;
    T_STATUS_ERR(gt_file_get(a, path, 1 << 28, &bytes, &err), GT_OK, &err);

    struct kit_file other = {.w = 3, .h = 3, .type = "Int16"};
    kit_file(path, &other);
    T_STATUS(gt_store_raster(s, a, d, &src, &err), GT_EINPUT);
    T_HAS(err.text, "found another raster");
    kit_write_text(path, "text");
    T_STATUS(gt_store_raster(s, a, d, &src, &err), GT_EINPUT);
    T_HAS(err.text, "sound GeoTIFF");
    T_OK(unlink(path) == 0);
    T_STATUS(gt_store_raster(s, a, d, &src, &err), GT_EINPUT);
    T_HAS(err.text, "found none");

    /* Cut off in the middle of its cells: seen when they are read, and nowhere else. */
    char hash[GT_HASH_TEXT];
    kit_write(path, bytes.p, bytes.n * 9 / 10);
    enum gt_status status = gt_store_hash(s, d, NULL, hash, &err);
    T_OK(status != GT_OK);
    T_HAS(err.text, "dataset r");
    gt_store_close(s);
}
