/* kit.h: what the tests of module store share: small workspaces, rasters and layers. */
#ifndef GUOTU_TEST_STORE_KIT_H
#define GUOTU_TEST_STORE_KIT_H

#include "guotu/io.h"
#include "guotu/store.h"
#include "t.h"

/* A new folder, in memory where the machine has such: syncing thousands of times is slow on disks.
 */
const char *kit_tmpdir(void);
/* A new workspace on EPSG:4490 in a new folder. */
const char *kit_workspace(struct gt_arena *a);
struct gt_store *kit_open(struct gt_arena *a, const char *dir, enum gt_store_mode mode);
struct gt_txn *kit_begin(struct gt_store *s);
void kit_commit(struct gt_txn *t);

/* A grid of cells of 0.001 degrees at 87 E, 28 N. */
struct gt_raster_info kit_info(struct gt_arena *a, enum gt_cell_type type, int64_t w, int64_t h);
/* Cells that depend on seed, place and type alone; some of them no-data. */
void kit_cells(const struct gt_raster_info *info, int seed, int64_t row, int64_t n, void *cells);
/* A described raster or layer of so many cells or squares. */
enum gt_status kit_raster(struct gt_txn *t, const char *id, const struct gt_raster_info *info,
                          int seed, struct gt_err *err);
enum gt_status kit_squares(struct gt_txn *t, const char *id, size_t n, int seed,
                           struct gt_err *err);
enum gt_status kit_describe(struct gt_txn *t, const char *id, struct gt_err *err);
const struct gt_features *kit_features(struct gt_arena *a, size_t n, int seed);

/* The whole catalog, all versions of all ids, as JSON. */
const char *kit_catalog(struct gt_store *s, struct gt_arena *a);
/* Reads every version of every dataset: its fingerprint must be the catalog's. */
void kit_verify(struct gt_store *s);
/* The folder holds what the catalog names, and nothing that an interrupted writer leaves. */
void kit_no_orphans(struct gt_store *s);

/* A folder with all that is in it. */
void kit_copy(const char *from, const char *to);
void kit_write(const char *path, const void *p, size_t n);
void kit_write_text(const char *path, const char *text);
const char *kit_path(struct gt_arena *a, const char *dir, const char *name);

/* ---- Files of other programs ---- */

/* A GeoTIFF (or what the driver makes) of doubles; ends the test where GDAL refuses. */
struct kit_file {
    const char *driver, *crs; /* NULL: GTiff, EPSG:4490; crs "": none */
    const char *type;         /* "Byte" "Int16" ...; NULL: Float32 */
    int64_t w, h;
    double x0, y0, dx, dy; /* dy is negative for rows to the south; 0: 87, 28, 0.001, -0.001 */
    double rotation;
    bool has_nodata;
    double nodata;
    const double *v;        /* w * h; NULL: col + row */
    const char *options[8]; /* KEY=VALUE; ends with NULL */
    int bands;              /* 0: 1 */
};
void kit_file(const char *path, const struct kit_file *f);

/* Imports into a new version, describes and commits. */
enum gt_status kit_import(const char *dir, const char *id, const struct gt_import *in,
                          struct gt_import_report *out, struct gt_err *err);
/* The notes of the last kit_import, one a line. */
const char *kit_notes(void);

#endif
