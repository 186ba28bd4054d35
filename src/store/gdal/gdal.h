/* gdal.h: GDAL, loaded at first use, quiet, with a few drivers and no network. Part of module
 * store; builds on base.h, geo.h, io.h. */
#ifndef GUOTU_STORE_GDAL_H
#define GUOTU_STORE_GDAL_H

#include "gdal/gdal_fns.h"
#include "guotu/base.h"
#include "guotu/geo.h"

#include <cpl_conv.h>
#include <cpl_error.h>
#include <cpl_http.h>
#include <cpl_string.h>
#include <cpl_vsi.h>
#include <gdal.h>
#include <ogr_api.h>
#include <ogr_srs_api.h>

/* Addresses of the functions: gdal->GDALOpenEx(...). */
struct gt_gdal {
#define GT_GDAL_MEMBER(name) typeof(&(name)) name;
    GT_GDAL_FNS(GT_GDAL_MEMBER)
#undef GT_GDAL_MEMBER
};

/* Loads the library at the first call; safe in threads. The same table every time. GT_EIO: not
 * installed, or without a function that is needed. */
GT_MUST enum gt_status gt_gdal_get(const struct gt_gdal **out, struct gt_err *err);

/* The drivers that outside files are opened with; ends with NULL. No other is registered. */
extern const char *const gt_gdal_raster_drivers[];
extern const char *const gt_gdal_vector_drivers[];
extern const char *const gt_gdal_table_drivers[];

/* ---- What GDAL says ---- */

/* Between begin and end the messages of this thread's calls come here and nowhere else. */
struct gt_gdal_said {
    const struct gt_gdal *gdal;
    int failures; /* errors */
    int warnings;
    int number;      /* of the first error, CPLE_... */
    char error[500]; /* text of the first error */
    char warning[500];
};
void gt_gdal_begin(const struct gt_gdal *gdal, struct gt_gdal_said *said);
void gt_gdal_end_(struct gt_gdal_said *said);
#define GT_GDAL_LISTEN(name, table)                                        \
    __attribute__((cleanup(gt_gdal_end_))) struct gt_gdal_said name = {0}; \
    gt_gdal_begin((table), &(name))

/* GT_EIO where the machine failed (a full disk), else `status`: "what: " + the first error. */
enum gt_status gt_gdal_fail(const struct gt_gdal_said *said, enum gt_status status,
                            struct gt_err *err, const char *fmt, ...) GT_PRINTF(4, 5);

/* ---- Files ---- */

/* The number of errors of io.h, after CPLE_...; they come before others. */
#define GT_GDAL_EIO 7001

/* A path with this before it is written through io.h: new files only, synced when closed. */
#define GT_GDAL_IO "/guotu-io/"
GT_MUST enum gt_status gt_gdal_io_install(const struct gt_gdal *gdal, struct gt_err *err);

/* ---- Coordinate systems ---- */

/* The text by which geo knows it: "EPSG:N" or WKT, without a vertical part. *out NULL: none. */
GT_MUST enum gt_status gt_gdal_crs_text(struct gt_arena *a, const struct gt_gdal *gdal,
                                        OGRSpatialReferenceH srs, const char **out,
                                        struct gt_err *err);
/* To be destroyed by the caller. x is longitude or easting. */
GT_MUST enum gt_status gt_gdal_crs_new(const struct gt_gdal *gdal, const struct gt_crs *crs,
                                       OGRSpatialReferenceH *out, struct gt_err *err);

#endif
