/* outside_layers.h: layers of outside files, read as they come. Part of module store; builds on
 * outside.h, layer.h. */
#ifndef GUOTU_STORE_OUTSIDE_LAYERS_H
#define GUOTU_STORE_OUTSIDE_LAYERS_H

#include "layer.h"

/* A file on its way into layers; all lives in a. */
struct gt_outside_set {
    struct gt_arena *a;
    const char *path;
    struct gt_outside_how how;
    struct gt_work *w;
    GT_VEC(const struct gt_layer_source *) layer;
};

/* One a way of reading: appends the file's layers. */
typedef enum gt_status gt_outside_fn(struct gt_outside_set *set, struct gt_err *err);
gt_outside_fn gt_outside_by_ogr;   /* whatever one of the listed drivers opens */
gt_outside_fn gt_outside_by_table; /* .csv, .dbf, .xlsx, .ods through OGR */
gt_outside_fn gt_outside_by_text;  /* GT_ENOTFOUND: no own reader takes it */
/* GeoPackages through SQLite, geometries as their bytes are; through OGR where that cannot be. */
gt_outside_fn gt_outside_by_sqlite;

/* The coordinate system by text ("" or NULL: none is said); the given one where none is. */
const struct gt_crs *gt_outside_set_crs(struct gt_outside_set *set, const char *said);

#endif
