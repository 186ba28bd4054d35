/* text.h: own readers of texts from outside: the ministry's coordinate text, VCT, tables with
 * coordinates. Bytes in, features out; no file is opened and no GDAL is asked. Part of module
 * store; builds on base.h, geo.h, vector.h. */
#ifndef GUOTU_STORE_TEXT_H
#define GUOTU_STORE_TEXT_H

#include "guotu/base.h"
#include "guotu/vector.h"

/* One layer of a text. shapes.crs is set by whoever opens the file, from the text's `crs`. */
struct gt_text_layer {
    const char *name;
    bool table; /* without shapes; f.n_rows */
    struct gt_features f;
    struct gt_shapes shapes; /* f.shapes points here unless table */
};

struct gt_text {
    size_t n;
    struct gt_text_layer *v;
    const char *format;   /* for people: "coordinate text" */
    const char *encoding; /* "UTF-8", "GB18030"... */
    const char *crs;      /* "EPSG:4527"; "" where the text does not say */
};

struct gt_text_opt {
    const char *file;     /* as messages call it */
    const char *encoding; /* NULL: a mark of byte order, UTF-8 where it is that, else GB18030 */
    struct gt_work *work; /* for warnings; NULL: none */
};

/* The ministry's coordinate text (坐标交换格式): a header [属性描述], then parcels with numbered
 * points under [地块坐标]. X is to the north, Y to the east. Fields JZDS, DKMJ, DKBH, DKMC, TXSX,
 * TFH, DKYT, DLBM, and QT9... for what a province puts behind them. One layer a kind of shape.
 * GT_EINPUT names the line. */
GT_MUST enum gt_status gt_text_parcels(struct gt_arena *a, struct gt_str bytes,
                                       const struct gt_text_opt *opt, struct gt_text *out,
                                       struct gt_err *err);

/* VCT as text (GB/T 17798-2007 and the land survey's 2.0 and 3.0; the form of 1999): a layer a
 * table and kind of shape. Lines that polygons refer to are put together; annotations and topology
 * are left out, and said. */
GT_MUST enum gt_status gt_text_vct(struct gt_arena *a, struct gt_str bytes,
                                   const struct gt_text_opt *opt, struct gt_text *out,
                                   struct gt_err *err);

/* Comma, semicolon or tab separated with a heading and coordinates: a column of WKT, or a row a
 * vertex (feature, part, x, y), or a row a point. GT_ENOTFOUND: a table without coordinates. */
GT_MUST enum gt_status gt_text_csv(struct gt_arena *a, struct gt_str bytes,
                                   const struct gt_text_opt *opt, struct gt_text *out,
                                   struct gt_err *err);

/* By their first bytes, whatever the file's name. */
bool gt_text_is_parcels(struct gt_str head);
bool gt_text_is_vct(struct gt_str head);
/* A table whose heading has well-known text, or the vertices of features. */
bool gt_text_is_shapes(struct gt_str head);

#endif
