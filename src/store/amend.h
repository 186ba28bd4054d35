/* amend.h: shapes of single features changed in files that are there. Part of module store; builds
 * on store_int.h, wkb.h. */
#ifndef GUOTU_STORE_AMEND_H
#define GUOTU_STORE_AMEND_H

#include "store_int.h"
#include "wkb.h"

/* One a format; as gt_layer_amend. */
typedef enum gt_status gt_amend_fn(const char *path, const struct gt_amend *m, struct gt_err *err);
gt_amend_fn gt_amend_gpkg; /* through SQLite, in one transaction */
gt_amend_fn gt_amend_ogr;  /* through GDAL, feature by feature */
gt_amend_fn gt_amend_shp;  /* .shp and .shx anew, of .dbf the marks of removed rows alone */

/* A shape as WKB: multi where `multi`, else single where it has one part. *several: it has more. */
GT_MUST enum gt_status gt_amend_wkb(struct gt_buf *out, const struct gt_amend *m, size_t shape,
                                    bool multi, bool *several, struct gt_err *err);

#endif
