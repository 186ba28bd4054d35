/* export.h: datasets into files of other programs. Part of module store; builds on store_int.h. */
#ifndef GUOTU_STORE_EXPORT_H
#define GUOTU_STORE_EXPORT_H

#include "gdal/gdal.h"
#include "store_int.h"

struct gt_exporting {
    struct gt_store *s; /* NULL: of no workspace */
    struct gt_arena *a;
    const struct gt_dataset *d;           /* a raster or table; NULL: layers */
    const struct gt_file_layer *layer;    /* NULL: d */
    size_t n;                             /* of layers */
    const struct gt_file_opt *opt;        /* of layers */
    const struct gt_layer_format *format; /* of layers */
    struct gt_work *w;
    const struct gt_gdal *gdal;
    const char *path; /* of the main file, in a folder of its own until it is whole */
    const char *dir;  /* that folder */
};

/* One a format; writes e->path and what belongs beside it. */
typedef enum gt_status gt_export_fn(struct gt_exporting *e, struct gt_err *err);
gt_export_fn gt_export_cog, gt_export_img, gt_export_asc;
gt_export_fn gt_export_table;
gt_export_fn gt_export_gpkg; /* by our own hand */
gt_export_fn gt_export_ogr;  /* through GDAL, as e->format says */

/* Writes through a folder beside the target, and moves what is whole to its place. */
GT_MUST enum gt_status gt_export_to(struct gt_exporting *e, const char *path, bool overwrite,
                                    gt_export_fn *write, struct gt_err *err);

/* ---- Formats of layers ---- */

struct gt_layer_format {
    const char *ending, *driver;
    gt_export_fn *write;
    bool many;                       /* layers in one file */
    bool lon_lat;                    /* coordinates are longitudes and latitudes on WGS 84 */
    bool dbf;                        /* short names, an encoding of its own */
    const char *const (*options)[2]; /* of the layer; ends with NULL */
};
/* NULL: not one of ours, with the reason in err. */
const struct gt_layer_format *gt_layer_format_of(const char *path, struct gt_err *err);

/* Names of fields in at most `room` bytes each, cut between letters, numbered where they clash
 * (without regard to case); names that fit stay. wide: bytes of a letter that is not of ASCII, 0:
 * as in UTF-8. Tells in one warning which are others. */
const char *const *gt_export_names(struct gt_exporting *e, const struct gt_file_layer *l,
                                   size_t room, size_t wide);

#endif
