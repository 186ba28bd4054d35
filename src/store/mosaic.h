/* mosaic.h: raster files from outside, checked and put together as one source of cells. Part of
 * module store; builds on outside.h, raster.h. */
#ifndef GUOTU_STORE_MOSAIC_H
#define GUOTU_STORE_MOSAIC_H

#include "outside.h"

#include <pthread.h>

struct gt_tile {
    struct gt_outside *file;
    GDALRasterBandH band, mask; /* mask NULL: none of its own */
    GDALDataType from;
    const struct gt_crs *crs;
    struct gt_grid grid;
    int64_t col, row; /* place in the mosaic */
    bool flip;        /* its rows go north */
    bool has_nodata;
    double nodata;
    bool scaled; /* values are scale * cell + offset */
    double scale, offset;
};

struct gt_mosaic {
    struct gt_raster_source src;
    const struct gt_gdal *gdal;
    struct gt_work *w;
    struct gt_tile *tile;
    size_t n;
    pthread_mutex_t lock; /* of the handles and of what follows */
    bool counting;        /* on one pass over all cells, each once */
    int64_t differing;    /* cells in which a later file says otherwise */
    int64_t infinite;
    struct gt_tile *infinite_in;
    int64_t infinite_col, infinite_row; /* the first, in the mosaic */
};

/* Opens and checks the files: one coordinate system, one cell size, one lattice. Lives in a. */
GT_MUST enum gt_status gt_mosaic_open(struct gt_txn *t, struct gt_arena *a,
                                      const struct gt_import *in, struct gt_work *w,
                                      struct gt_mosaic **out, struct gt_err *err);

/* ---- tile.c ---- */

GT_MUST enum gt_status gt_tile_open(struct gt_store *s, struct gt_arena *a,
                                    const struct gt_import *in, const char *path,
                                    struct gt_tile *out, struct gt_err *err);
/* The type that keeps every value of such cells. */
enum gt_cell_type gt_tile_type(const struct gt_tile *t);

/* ---- tile_read.c ---- */

/* Cells of a window of the tile as cells of `info`, its no-data among them; scratch has room for
 * win.w * win.h doubles. Infinite cells are counted in *infinite, the first one's place in *at. */
struct gt_tile_window {
    struct gt_window win; /* inside the tile, rows from the north */
    void *cells, *scratch;
    int64_t infinite, infinite_at;
};
GT_MUST enum gt_status gt_tile_read(const struct gt_tile *t, const struct gt_raster_info *info,
                                    struct gt_tile_window *out, struct gt_err *err);

#endif
