/* export_raster.c: rasters as cloud-optimised GeoTIFF, Erdas Imagine and ASCII grid. */
#include "export.h"

#include <math.h>
#include <string.h>

static int CPL_STDCALL on_progress(double share, const char *text, void *ctx)
{
    struct gt_exporting *e = ctx;
    (void)text;
    gt_progress(e->w, e->d->id, (int64_t)(share * 1000), 1000);
    return !gt_stopped(e->w);
}

static GDALDatasetH open_stored(struct gt_exporting *e, struct gt_err *err)
{
    static const char *const drivers[] = {"GTiff", NULL};
    struct gt_entry entry;
    if (gt_catalog_entry(e->s, e->a, e->d->id, e->d->version, &entry, err) != GT_OK)
        return NULL;
    const char *path = gt_raster_path(e->a, e->s, entry.place);
    GT_GDAL_LISTEN(said, e->gdal);
    GDALDatasetH ds = e->gdal->GDALOpenEx(path, GDAL_OF_RASTER, drivers, NULL, NULL);
    if (!ds)
        gt_gdal_fail(&said, GT_EINPUT, err, "dataset %s: expected a sound GeoTIFF in %s", e->d->id,
                     path);
    return ds;
}

static enum gt_status copy_as(struct gt_exporting *e, const char *driver,
                              const char *const options[][2], struct gt_err *err)
{
    GDALDatasetH from = open_stored(e, err);
    char **list = NULL;
    if (!from)
        return err ? err->status : GT_EINPUT;
    for (; (*options)[0]; options++)
        list = e->gdal->CSLSetNameValue(list, (*options)[0], (*options)[1]);
    GT_GDAL_LISTEN(said, e->gdal);
    GDALDatasetH to = e->gdal->GDALCreateCopy(e->gdal->GDALGetDriverByName(driver), e->path, from,
                                              0, list, on_progress, e);
    if (to)
        e->gdal->GDALClose(to);
    e->gdal->GDALClose(from);
    e->gdal->CSLDestroy(list);
    if (gt_stopped(e->w))
        return gt_fail(err, GT_ECANCELLED, "stopped");
    if (!to || said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "cannot write %s", gt_path_base(e->path));
    return GT_OK;
}

enum gt_status gt_export_cog(struct gt_exporting *e, struct gt_err *err)
{
    /* Overviews of classes and ids must not hold values between them. */
    bool measure = e->d->cell == GT_F32 || e->d->cell == GT_I16;
    const char *const options[][2] = {
        {"COMPRESS", "DEFLATE"},
        {"PREDICTOR", "YES"},
        {"BIGTIFF", "IF_SAFER"},
        {"OVERVIEW_RESAMPLING", measure ? "AVERAGE" : "NEAREST"},
        {NULL, NULL},
    };
    return copy_as(e, "COG", options, err);
}

enum gt_status gt_export_img(struct gt_exporting *e, struct gt_err *err)
{
    static const char *const options[][2] = {{"COMPRESSED", "YES"}, {NULL, NULL}};
    return copy_as(e, "HFA", options, err);
}

/* ---- ASCII grid ---- */

/* The usual number, or one that no cell has. */
static double ascii_nodata(const struct gt_raster_source *src, const struct gt_dataset *d)
{
    if (src->info.type != GT_F32)
        return src->info.has_nodata ? src->info.nodata : -9999;
    double v = -9999;
    while (d->min <= v)
        v = v * 10 - 9;
    return v;
}

static enum gt_status add_head(struct gt_buf *b, const struct gt_raster_source *src, double nodata,
                               struct gt_err *err)
{
    const struct gt_grid *g = &src->info.grid;
    char x[32], y[32], dx[32], dy[32], none[32];
    bool square = fabs(g->dx - g->dy) <= 1e-9 * g->dx;
    if (!square)
        return gt_fail(err, GT_EINPUT,
                       "expected square cells for an ASCII grid, found %.12g x %.12g; take .tif",
                       g->dx, g->dy);
    gt_fmt_num(g->x0, x);
    gt_fmt_num(g->y0 - (double)g->h * g->dy, y);
    gt_fmt_num(g->dx, dx);
    gt_fmt_num(g->dy, dy);
    gt_buf_addf(b, "ncols %lld\nnrows %lld\nxllcorner %s\nyllcorner %s\ncellsize %s\n",
                (long long)g->w, (long long)g->h, x, y, dx);
    if (src->info.has_nodata)
        gt_buf_addf(b, "NODATA_value %s\n", gt_fmt_num(nodata, none));
    return GT_OK;
}

static double cell_at(const struct gt_raster_info *info, const void *cells, int64_t i)
{
    switch (info->type) {
    case GT_U8: return ((const uint8_t *)cells)[i];
    case GT_I16: return ((const int16_t *)cells)[i];
    case GT_I32: return ((const int32_t *)cells)[i];
    default: return (double)((const float *)cells)[i];
    }
}

/* As few digits as tell a float from its neighbours. */
static void add_cell(struct gt_buf *b, const struct gt_raster_info *info, double v, double nodata)
{
    char text[32];
    if (isnan(v))
        v = nodata;
    if (info->type != GT_F32) {
        gt_buf_addf(b, "%.0f ", v);
        return;
    }
    for (int digits = 6; digits <= 9; digits++) {
        double back;
        snprintf(text, sizeof text, "%.*g", digits, v);
        if (gt_parse_num(text, &back) && (float)back == (float)v)
            break;
    }
    gt_buf_addf(b, "%s ", text);
}

static enum gt_status add_rows(struct gt_exporting *e, const struct gt_raster_source *src,
                               struct gt_file *f, double nodata, struct gt_err *err)
{
    const struct gt_grid *g = &src->info.grid;
    struct gt_buf b = {.a = e->a};
    void *cells;
    GT_TRY(gt_reserve(e->a, (size_t)g->w, gt_cell_size(src->info.type), "a row", &cells, err));
    GT_TRY(add_head(&b, src, nodata, err));
    for (int64_t row = 0; row < g->h; row++) {
        if (gt_stopped(e->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(src->read(src->self, 0, (struct gt_window){0, row, g->w, 1}, cells, g->w, err));
        for (int64_t i = 0; i < g->w; i++)
            add_cell(&b, &src->info, cell_at(&src->info, cells, i), nodata);
        b.p[b.n - 1] = '\n';
        GT_TRY(gt_file_write(f, b.p, b.n, err));
        b.n = 0;
        gt_progress(e->w, e->d->id, row + 1, g->h);
    }
    return gt_file_sync(f, err);
}

static enum gt_status write_prj(struct gt_exporting *e, const struct gt_crs *crs,
                                struct gt_err *err)
{
    const char *dot = strrchr(e->path, '.');
    const char *path = gt_printf(e->a, "%.*s.prj", (int)(dot - e->path), e->path);
    static const char *const options[] = {"FORMAT=WKT1_ESRI", NULL};
    OGRSpatialReferenceH srs;
    char *wkt = NULL;
    GT_TRY(gt_gdal_crs_new(e->gdal, crs, &srs, err));
    GT_GDAL_LISTEN(said, e->gdal);
    enum gt_status status = GT_OK;
    if (e->gdal->OSRExportToWktEx(srs, &wkt, options) == OGRERR_NONE && wkt)
        status = gt_file_put(path, wkt, strlen(wkt), err);
    else
        gt_warn(e->w, "%s: %s cannot be said in a .prj file; it is left out", e->d->id, crs->name);
    e->gdal->VSIFree(wkt);
    e->gdal->OSRDestroySpatialReference(srs);
    return status;
}

enum gt_status gt_export_asc(struct gt_exporting *e, struct gt_err *err)
{
    struct gt_raster_source *src;
    struct gt_file *f;
    GT_TRY(gt_store_raster(e->s, e->a, e->d, &src, err));
    GT_TRY(gt_file_create(e->path, &f, err));
    enum gt_status status = add_rows(e, src, f, ascii_nodata(src, e->d), err);
    if (status != GT_OK) {
        gt_file_drop(f);
        return status;
    }
    GT_TRY(gt_file_close(f, err));
    return write_prj(e, src->info.crs, err);
}
