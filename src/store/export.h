/* export.h: datasets into files of other programs. Part of module store; builds on store_int.h. */
#ifndef GUOTU_STORE_EXPORT_H
#define GUOTU_STORE_EXPORT_H

#include "gdal/gdal.h"
#include "store_int.h"

struct gt_exporting {
    struct gt_store *s;
    struct gt_arena *a;
    const struct gt_dataset *d;
    struct gt_work *w;
    const struct gt_gdal *gdal;
    const char *path; /* of the main file, in a folder of its own until it is whole */
    const char *dir;  /* that folder */
};

/* One a format; writes e->path and what belongs beside it. */
typedef enum gt_status gt_export_fn(struct gt_exporting *e, struct gt_err *err);
gt_export_fn gt_export_cog, gt_export_img, gt_export_asc;
gt_export_fn gt_export_gpkg, gt_export_geojson, gt_export_shp, gt_export_fgb, gt_export_csv;
gt_export_fn gt_export_table;

/* Names of fields in at most `room` bytes each, cut between letters, numbered where they clash
 * (without regard to case); names that fit stay. Tells in one warning which are others. */
const char *const *gt_export_names(struct gt_exporting *e, const struct gt_features *f,
                                   size_t room);

#endif
