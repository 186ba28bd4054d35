/* layer.h: a vector layer from outside: opened, its fields named, its geometries checked. Part of
 * module store; builds on outside.h, wkb.h. */
#ifndef GUOTU_STORE_LAYER_H
#define GUOTU_STORE_LAYER_H

#include "guotu/standard.h"
#include "outside.h"
#include "wkb.h"

/* A column of what becomes of the layer. */
struct gt_layer_column {
    const char *name;
    int field;    /* of the source; -1: the feature's own id */
    bool as_text; /* codes and names, whatever the source keeps them as */
    OGRFieldType type;
    const struct gt_field_role *role;         /* NULL: of no role */
    const struct gt_standard_field *standard; /* NULL: of no standard */
    struct gt_field declared;                 /* of a layer of the standards */
    int64_t misfits;                          /* values that do not keep to the standard */
    double mul, div;                          /* of tables: from the heading's unit to the role's */
};

struct gt_layer {
    struct gt_txn *t;
    struct gt_arena *a;
    const struct gt_import *in;
    struct gt_work *w;
    const struct gt_gdal *gdal;
    struct gt_outside *file;
    OGRLayerH ogr;
    const char *name;
    const struct gt_crs *crs;
    bool loose;        /* texts that are none are read all the same, names of columns stay */
    const char *guess; /* of raw texts: their encoding */
    bool raw;          /* texts are as their bytes are, in no known encoding */
    bool table;        /* without shapes */
    GT_VEC(struct gt_layer_column) column;
    OGRFeatureH feature; /* the one at hand, for messages */
};

/* ---- layer_open.c ---- */

/* Opens the file and its one layer; encoding and coordinate system are settled. */
GT_MUST enum gt_status gt_layer_open(struct gt_layer *l, struct gt_err *err);

/* Of the file; where in->fingerprint is another one: GT_EINPUT. */
GT_MUST enum gt_status gt_layer_fingerprint(struct gt_layer *l, char hash[static GT_HASH_TEXT],
                                            struct gt_err *err);

/* Whether a shapefile says in which encoding its texts are. */
bool gt_layer_encoding_known(const struct gt_layer *l);

/* Where it does not: guesses by the bytes of the first features, and says so. */
void gt_layer_guess_letters(struct gt_layer *l);

/* ---- layer_fields.c ---- */

/* Whether text has to be taken to UTF-8 by gt_layer_text. */
bool gt_layer_is_foreign(const struct gt_layer *l, const char *text);
GT_MUST enum gt_status gt_layer_columns(struct gt_layer *l, struct gt_err *err);
/* The columns as the source has them, under free names. */
GT_MUST enum gt_status gt_layer_source_columns(struct gt_layer *l, struct gt_err *err);
struct gt_layer_column *gt_layer_find_column(struct gt_layer *l, const char *name);
/* "" or the name with a number behind it, so that no column has it. */
const char *gt_layer_free_name(struct gt_layer *l, const char *name);
const char *gt_layer_list_columns(const struct gt_layer *l);
/* The values of a feature, one a column. */
GT_MUST enum gt_status gt_layer_values(struct gt_layer *l, OGRFeatureH f, struct gt_value *out,
                                       struct gt_err *err);
/* "feature 12 ('Lhasa')": its number in the file and its first text. */
const char *gt_layer_where(const struct gt_layer *l);
/* The text in UTF-8. GT_EINPUT: bytes that are none; says which encoding they would fit. */
GT_MUST enum gt_status gt_layer_text(const struct gt_layer *l, const char *what, const char *text,
                                     const char **out, struct gt_err *err);

/* Codes and names stay texts, whatever the source keeps them as. */
bool gt_layer_is_text(const char *role);

/* ---- layer_standard.c ---- */

/* The standard's fields under their codes, in its order; others behind them. Tells of missing ones.
 */
void gt_layer_standard_columns(struct gt_layer *l, const struct gt_standard_layer *s);
/* Values of a feature as the fields' types want them. GT_EINPUT: one that does not fit, unless
 * in->as_is. */
GT_MUST enum gt_status gt_layer_standard_values(struct gt_layer *l, struct gt_value *v,
                                                struct gt_err *err);
/* What the columns are declared as, once all values have come. */
const struct gt_field *gt_layer_standard_types(struct gt_layer *l);

/* ---- layer_table.c ---- */

/* The columns of a table: those that the role wants under their names and with their units. */
GT_MUST enum gt_status gt_sheet_columns(struct gt_layer *l, struct gt_err *err);
/* Makes the values of a row as the role wants them: numbers whole and within bounds, dates as
 * 2020-01-31. row: for messages, from 1. */
GT_MUST enum gt_status gt_sheet_values(struct gt_layer *l, int64_t row, struct gt_value *v,
                                       struct gt_err *err);

/* Text without blanks at both ends, wide ones and a mark of byte order among them. */
const char *gt_sheet_trim(struct gt_arena *a, const char *text);
/* The first column, of those that no field has taken, whose heading is this without case and
 * without a unit in brackets, which *unit gets; NULL: none. */
struct gt_layer_column *gt_sheet_heading(struct gt_layer *l, const char *name, const char **unit);

/* ---- import_points.c ---- */

/* Is it a table by its name's ending? Then places are in its columns. */
bool gt_points_are_in(const char *file);
GT_MUST enum gt_status gt_import_points(struct gt_layer *l, const char *id,
                                        struct gt_import_report *out, struct gt_err *err);

/* ---- transforms.c ---- */

/* Brings the shapes to another datum where the import names a transformation; l->crs is theirs
 * then. */
GT_MUST enum gt_status gt_layer_transform(struct gt_layer *l, const struct gt_shapes **shapes,
                                          struct gt_err *err);

/* ---- layer_filter.c ---- */

/* in->where with its names bound to the columns; NULL: none. */
GT_MUST enum gt_status gt_layer_filter(struct gt_layer *l, const struct gt_expr **out,
                                       struct gt_err *err);
GT_MUST enum gt_status gt_layer_passes(struct gt_layer *l, const struct gt_expr *where,
                                       const struct gt_value *v, bool *out, struct gt_err *err);

/* ---- layer_shape.c ---- */

/* Geometries on their way into flat shapes. */
struct gt_layer_shapes {
    struct gt_shape_builder b;
    bool begun;       /* b has its kind */
    int64_t count[3]; /* features of each kind, as they came */
    int64_t empty, curved, flattened, repaired, dropped;
    double area, area_moved; /* of repaired ones: after, and by how much it changed; layer units */
};
/* Adds the feature's geometry. *added false: it has none (left out). */
GT_MUST enum gt_status gt_layer_shape(struct gt_layer *l, struct gt_layer_shapes *s, OGRFeatureH f,
                                      bool *added, struct gt_err *err);

#endif
