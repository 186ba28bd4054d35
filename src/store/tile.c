/* tile.c: opens one raster file from outside and says what cells it has, where. */
#include "mosaic.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- Grid ---- */

static enum gt_status read_grid(struct gt_tile *t, struct gt_err *err)
{
    const struct gt_gdal *gdal = t->file->gdal;
    const char *path = t->file->path;
    double g[6];
    if (gdal->GDALGetGeoTransform(t->file->ds, g) != CE_None)
        return gt_fail(err, GT_EINPUT, "%s: expected a raster with a place on the ground, found %s",
                       path,
                       gdal->GDALGetGCPCount(t->file->ds) > 0 ? "control points only: rectify it "
                                                                "first"
                                                              : "none");
    if (g[2] != 0 || g[4] != 0)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected rows that run east-west, found a rotated raster: rectify it "
                       "first",
                       path);
    if (!(g[1] > 0) || g[5] == 0 || !isfinite(g[0]) || !isfinite(g[1]) || !isfinite(g[3]) ||
        !isfinite(g[5]))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected columns that run east and cells with a size, found a cell of "
                       "%g x %g",
                       path, g[1], g[5]);
    t->flip = g[5] > 0;
    t->grid = (struct gt_grid){
        .w = gdal->GDALGetRasterXSize(t->file->ds),
        .h = gdal->GDALGetRasterYSize(t->file->ds),
        .x0 = g[0],
        .dx = g[1],
        .dy = fabs(g[5]),
    };
    t->grid.y0 = t->flip ? g[3] + g[5] * (double)t->grid.h : g[3];
    if (gt_grid_check(&t->grid, err) != GT_OK)
        return gt_wrap(err, "%s", path);
    return GT_OK;
}

/* ---- Cells ---- */

static enum gt_status check_type(const struct gt_tile *t, struct gt_err *err)
{
    switch (t->from) {
    case GDT_Byte:
    case GDT_UInt16:
    case GDT_Int16:
    case GDT_UInt32:
    case GDT_Int32:
    case GDT_Float32:
    case GDT_Float64: return GT_OK;
    default:
        return gt_fail(
            err, GT_EINPUT,
            "%s: expected cells that are whole or real numbers of up to 32 bits (or 64-bit "
            "real), found %s",
            t->file->path, t->file->gdal->GDALGetDataTypeName(t->from));
    }
}

/* Bytes signed by a mark beside the type. */
static bool signed_bytes(const struct gt_tile *t)
{
    const char *mark = t->file->gdal->GDALGetMetadataItem(t->band, "PIXELTYPE", "IMAGE_STRUCTURE");
    return t->from == GDT_Byte && mark && strcmp(mark, "SIGNEDBYTE") == 0;
}

enum gt_cell_type gt_tile_type(const struct gt_tile *t)
{
    if (t->scaled)
        return GT_F32;
    switch (t->from) {
    case GDT_Byte: return GT_U8;
    case GDT_Int16: return GT_I16;
    case GDT_Float32:
    case GDT_Float64: return GT_F32;
    default: return GT_I32;
    }
}

static enum gt_status read_band(struct gt_tile *t, struct gt_err *err)
{
    const struct gt_gdal *gdal = t->file->gdal;
    int bands = gdal->GDALGetRasterCount(t->file->ds), has = 0;
    if (bands != 1)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected a raster of one band, found %d; take one out first "
                       "(gdal_translate -b N)",
                       t->file->path, bands);
    t->band = gdal->GDALGetRasterBand(t->file->ds, 1);
    t->from = gdal->GDALGetRasterDataType(t->band);
    GT_TRY(check_type(t, err));
    if (signed_bytes(t))
        return gt_fail(err, GT_EINPUT,
                       "%s: expected bytes from 0 to 255, found signed ones; convert "
                       "them to 16 bits first",
                       t->file->path);
    t->nodata = gdal->GDALGetRasterNoDataValue(t->band, &has);
    t->has_nodata = has != 0;
    t->scale = gdal->GDALGetRasterScale(t->band, &has);
    t->scale = has ? t->scale : 1;
    t->offset = gdal->GDALGetRasterOffset(t->band, &has);
    t->offset = has ? t->offset : 0;
    t->scaled = t->scale != 1 || t->offset != 0;
    if (gdal->GDALGetMaskFlags(t->band) == GMF_PER_DATASET)
        t->mask = gdal->GDALGetMaskBand(t->band);
    return GT_OK;
}

/* ---- Whole file ---- */

/* GDAL reads some blocks that lie beyond the file's end, or were never written, as zeros. */
static enum gt_status check_block(const struct gt_tile *t, int x, int y, int64_t size,
                                  struct gt_err *err)
{
    char key[64];
    const struct gt_gdal *gdal = t->file->gdal;
    int64_t at, n;
    snprintf(key, sizeof key, "BLOCK_OFFSET_%d_%d", x, y);
    const char *offset = gdal->GDALGetMetadataItem(t->band, key, "TIFF");
    if (!offset || !gt_parse_int(offset, &at)) {
        if (t->has_nodata)
            return GT_OK;
        return gt_fail(
            err, GT_EINPUT,
            "%s: expected all blocks of cells to be there, found block %d, %d missing: the "
            "file was not finished",
            t->file->path, x, y);
    }
    snprintf(key, sizeof key, "BLOCK_SIZE_%d_%d", x, y);
    const char *bytes = gdal->GDALGetMetadataItem(t->band, key, "TIFF");
    if (!bytes || !gt_parse_int(bytes, &n))
        n = 0;
    if (at + n > size)
        return gt_fail(err, GT_EINPUT,
                       "%s: expected block %d, %d of cells at bytes %lld to %lld, found the file's "
                       "end at %lld: it is cut off",
                       t->file->path, x, y, (long long)at, (long long)(at + n), (long long)size);
    return GT_OK;
}

static enum gt_status check_blocks(const struct gt_tile *t, struct gt_err *err)
{
    struct stat st;
    int w, h;
    if (stat(t->file->path, &st) != 0)
        return GT_OK;
    t->file->gdal->GDALGetBlockSize(t->band, &w, &h);
    if (w < 1 || h < 1)
        return GT_OK;
    for (int y = 0; y < (t->grid.h + h - 1) / h; y++)
        for (int x = 0; x < (t->grid.w + w - 1) / w; x++)
            GT_TRY(check_block(t, x, y, st.st_size, err));
    return GT_OK;
}

/* Whether a line of an ASCII grid is one of its head: "ncols 10". */
static bool is_head(const char *word)
{
    return isalpha((unsigned char)word[0]) && tolower((unsigned char)word[0]) != 'i' &&
           !(tolower((unsigned char)word[0]) == 'n' && tolower((unsigned char)word[1]) == 'a');
}

/* Counts the numbers behind the head; *ended: white space follows the last one. */
static int64_t count_numbers(FILE *f, bool *ended)
{
    char start[2] = "";
    int64_t words = 0;
    size_t at = 0; /* of the word at hand */
    bool skip = false;
    *ended = true;
    for (int c; (c = getc_unlocked(f)) != EOF;) {
        if (isspace(c)) {
            skip = skip && c != '\n';
            at = 0;
            *ended = true;
            continue;
        }
        *ended = false;
        if (at < 2)
            start[at] = (char)c;
        at++;
        /* The head ends with the first line that begins with a number. */
        if (at == 2 && words <= 1 && !skip && is_head(start)) {
            skip = true;
            words = 0;
        }
        words += at == 1 && !skip;
    }
    return words;
}

/* GDAL takes what is missing at the end of an ASCII grid for zeros, and of a number that is cut in
 * two the first digits still are a number. */
static enum gt_status check_numbers(const struct gt_tile *t, struct gt_err *err)
{
    bool ended = true;
    FILE *f = fopen(t->file->real, "rbe");
    if (!f)
        return gt_fail_errno(err, "%s: cannot read", t->file->path);
    int64_t found = count_numbers(f, &ended), wanted = t->grid.w * t->grid.h;
    fclose(f);
    if (found == wanted && ended)
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected %lld numbers and a line end, found %lld%s: the file "
                   "is cut off or damaged",
                   t->file->path, (long long)wanted, (long long)found, ended ? "" : " and none");
}

/* Bytes that the file must have for all its cells; 0: not known. */
static int64_t bytes_wanted(const struct gt_tile *t)
{
    const struct gt_gdal *gdal = t->file->gdal;
    int64_t offset = 0, w = t->grid.w, h = t->grid.h;
    /* Three records of 80, 648 and 2700 bytes; a mark and a checksum in each column. */
    if (strcmp(t->file->driver, "DTED") == 0)
        return 3428 + w * (12 + 2 * h);
    if (strcmp(t->file->driver, "ENVI") != 0)
        return 0;
    const char *packed = gdal->GDALGetMetadataItem(t->file->ds, "file_compression", "ENVI");
    const char *skip = gdal->GDALGetMetadataItem(t->file->ds, "header_offset", "ENVI");
    if (packed && strcmp(packed, "0") != 0)
        return 0;
    if (skip && !gt_parse_int(skip, &offset))
        offset = 0;
    return offset + w * h * gdal->GDALGetDataTypeSizeBytes(t->from);
}

/* Where GDAL takes what is missing for zeros or no-data. */
static enum gt_status check_bytes(const struct gt_tile *t, struct gt_err *err)
{
    struct stat st;
    int64_t wanted = bytes_wanted(t);
    if (stat(t->file->path, &st) == 0 && st.st_size < wanted)
        return gt_fail(err, GT_EINPUT, "%s: expected %lld bytes, found %lld: it is cut off",
                       t->file->path, (long long)wanted, (long long)st.st_size);
    return GT_OK;
}

static enum gt_status check_whole(const struct gt_tile *t, struct gt_err *err)
{
    if (strcmp(t->file->driver, "AAIGrid") == 0)
        return check_numbers(t, err);
    if (strcmp(t->file->driver, "GTiff") == 0)
        return check_blocks(t, err);
    return check_bytes(t, err);
}

enum gt_status gt_tile_open(struct gt_store *s, struct gt_arena *a, const struct gt_import *in,
                            const char *path, struct gt_tile *out, struct gt_err *err)
{
    *out = (struct gt_tile){0};
    struct gt_outside_opt opt = {.kind = GT_OUTSIDE_RASTER};
    GT_TRY(gt_outside_open(s, a, path, &opt, &out->file, err));
    GT_GDAL_LISTEN(said, out->file->gdal);
    GT_TRY(read_band(out, err));
    GT_TRY(read_grid(out, err));
    GT_TRY(gt_outside_crs(a, out->file, out->file->gdal->GDALGetSpatialRef(out->file->ds), in,
                          &out->crs, err));
    return check_whole(out, err);
}
