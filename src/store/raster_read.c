/* raster_read.c: stored rasters as sources: a handle of GDAL's for each worker, opened when it
 * first reads. */
#include "gdal/gdal.h"
#include "store_int.h"

#include <string.h>

#define WORKERS 64

struct reader {
    struct gt_raster_source src;
    const struct gt_gdal *gdal;
    const char *path;
    GDALDatasetH ds[WORKERS];
};

static GDALDataType gdal_type(enum gt_cell_type t)
{
    static const GDALDataType types[] = {
        [GT_U8] = GDT_Byte, [GT_I16] = GDT_Int16, [GT_I32] = GDT_Int32, [GT_F32] = GDT_Float32};
    return types[t];
}

static void close_all(void *p)
{
    struct reader *r = p;
    GT_GDAL_LISTEN(said, r->gdal);
    for (int i = 0; i < WORKERS; i++)
        if (r->ds[i])
            r->gdal->GDALClose(r->ds[i]);
}

/* The catalog knows what the file must be. */
static enum gt_status check_file(const struct reader *r, GDALDatasetH ds, struct gt_err *err)
{
    const struct gt_raster_info *info = &r->src.info;
    int w = r->gdal->GDALGetRasterXSize(ds), h = r->gdal->GDALGetRasterYSize(ds);
    GDALRasterBandH band = r->gdal->GDALGetRasterBand(ds, 1);
    if (!band || w != info->grid.w || h != info->grid.h ||
        r->gdal->GDALGetRasterDataType(band) != gdal_type(info->type))
        return gt_fail(
            err, GT_EINPUT,
            "dataset %s: expected %lld x %lld cells of %s in %s, found another raster; put "
            "the file back",
            info->id, (long long)info->grid.w, (long long)info->grid.h, gt_cell_name(info->type),
            r->path);
    return GT_OK;
}

static enum gt_status open_for(struct reader *r, int worker, struct gt_err *err)
{
    static const char *const drivers[] = {"GTiff", NULL};
    if (r->ds[worker])
        return GT_OK;
    if (!gt_path_exists(r->path))
        return gt_fail(err, GT_EINPUT,
                       "dataset %s: expected its file %s, found none; put it back, or remove the "
                       "dataset",
                       r->src.info.id, r->path);
    GT_GDAL_LISTEN(said, r->gdal);
    GDALDatasetH ds =
        r->gdal->GDALOpenEx(r->path, GDAL_OF_RASTER | GDAL_OF_INTERNAL, drivers, NULL, NULL);
    if (!ds)
        return gt_gdal_fail(&said, GT_EINPUT, err, "dataset %s: expected a sound GeoTIFF in %s",
                            r->src.info.id, r->path);
    enum gt_status status = check_file(r, ds, err);
    if (status != GT_OK)
        r->gdal->GDALClose(ds);
    else
        r->ds[worker] = ds;
    return status;
}

static enum gt_status read_window(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    struct reader *r = self;
    const struct gt_grid *g = &r->src.info.grid;
    if (worker < 0 || worker >= WORKERS || win.col < 0 || win.row < 0 || win.w < 1 || win.h < 1 ||
        win.w > g->w - win.col || win.h > g->h - win.row)
        return gt_fail(err, GT_EINTERNAL, "dataset %s: expected a window inside the raster",
                       r->src.info.id);
    GT_TRY(open_for(r, worker, err));
    GT_GDAL_LISTEN(said, r->gdal);
    GSpacing cell = (GSpacing)gt_cell_size(r->src.info.type);
    CPLErr rc =
        r->gdal->GDALRasterIOEx(r->gdal->GDALGetRasterBand(r->ds[worker], 1), GF_Read, (int)win.col,
                                (int)win.row, (int)win.w, (int)win.h, cells, (int)win.w, (int)win.h,
                                gdal_type(r->src.info.type), cell, stride * cell, NULL);
    if (rc != CE_None || said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "dataset %s: cannot read the cells of %s",
                            r->src.info.id, r->path);
    return GT_OK;
}

enum gt_status gt_raster_reader(struct gt_store *s, struct gt_arena *a, const struct gt_entry *e,
                                struct gt_raster_source **out, struct gt_err *err)
{
    struct reader *r = GT_TAKE(a, struct reader);
    *out = NULL;
    GT_TRY(gt_gdal_get(&r->gdal, err));
    r->path = gt_raster_path(a, s, e->place);
    r->src = (struct gt_raster_source){
        .info = {.id = e->d.id,
                 .grid = e->d.grid,
                 .type = e->d.cell,
                 .has_nodata = e->has_nodata,
                 .nodata = e->nodata,
                 .tile_w = 256,
                 .tile_h = 256},
        .self = r,
        .read = read_window,
    };
    if (gt_crs_parse(a, e->d.crs, &r->src.info.crs, err) != GT_OK)
        return gt_wrap(err, "dataset %s", e->d.id);
    gt_arena_defer(a, close_all, r);
    GT_TRY(open_for(r, 0, err));
    *out = &r->src;
    return GT_OK;
}

enum gt_status gt_store_raster(struct gt_store *s, struct gt_arena *a, const struct gt_dataset *d,
                               struct gt_raster_source **out, struct gt_err *err)
{
    struct gt_entry e;
    *out = NULL;
    if (d->kind != GT_DATASET_RASTER)
        return gt_fail(err, GT_EINPUT, "dataset %s: expected a raster, found a vector layer",
                       d->id);
    GT_TRY(gt_catalog_entry(s, a, d->id, d->version, &e, err));
    return gt_raster_reader(s, a, &e, out, err);
}
