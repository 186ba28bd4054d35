/* gpkg.h: vector layers, and tables without shapes ("attributes"), as tables of a GeoPackage (OGC
 * 12-128r17), read and written through SQLite.
 * Part of module store; builds on base.h, geo.h. `schema` is the name by which SQLite knows the
 * file: "main" or "plan". */
#ifndef GUOTU_STORE_GPKG_H
#define GUOTU_STORE_GPKG_H

#include "guotu/store.h"
#include "sqlite/db.h"

/* Makes the empty file that db has open as "main" a GeoPackage. */
GT_MUST enum gt_status gt_gpkg_create(struct sqlite3 *db, struct gt_err *err);

struct gt_gpkg_table {
    const char *schema, *table;
    /* to be written */
    struct gt_text2 title;
    const char *time; /* of the last change: UTC, as gt_time_now */
    /* to be read: as the catalog knows it; crs NULL: a table without shapes */
    enum gt_shape_kind kind;
    const struct gt_crs *crs;
    /* of other files, and NULL in plan.gpkg: columns of shapes and numbers, the file's name */
    const char *geom, *fid, *file;
    bool loose;  /* what is odd about geometries becomes traits; spatial indexes are not trusted */
    bool shapes; /* loose: there are some, though crs is NULL */
};

/* ---- gpkg_write.c: chunk by chunk ---- */

struct gt_gpkg_out;
struct gt_gpkg_made {
    int64_t n;
    struct gt_box box;
    char hash[GT_HASH_TEXT]; /* of the features as they were written */
};
/* Makes the table for features with the fields, kind and CRS of `like`, types of which are as
 * declared, else the narrowest that keep the values of like. t and like's fields must last until
 * the end; all is let go with the arena. */
GT_MUST enum gt_status gt_gpkg_begin(struct sqlite3 *db, struct gt_arena *a,
                                     const struct gt_gpkg_table *t, const struct gt_features *like,
                                     struct gt_gpkg_out **out, struct gt_err *err);
/* GT_EINPUT: a text in a field of numbers, or one that is not whole in one of whole numbers. */
GT_MUST enum gt_status gt_gpkg_add(struct gt_gpkg_out *w, const struct gt_features *chunk,
                                   struct gt_err *err);
/* Registers the table, with its spatial index. */
GT_MUST enum gt_status gt_gpkg_end(struct gt_gpkg_out *w, struct gt_gpkg_made *out,
                                   struct gt_err *err);
/* All at once. */
GT_MUST enum gt_status gt_gpkg_write(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                     const struct gt_features *f, struct gt_gpkg_made *out,
                                     struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_has(struct sqlite3 *db, const char *schema, const char *table,
                                   bool *out, struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_rename(struct sqlite3 *db, const char *schema, const char *from,
                                      const char *to, struct gt_err *err);
/* Drops spatial indexes with their triggers, and counts of features that other programs keep; these
 * would stand in the way of the table's new name. The index kept_index (may be NULL) stays, without
 * its triggers. */
GT_MUST enum gt_status gt_gpkg_unindex(struct sqlite3 *db, const char *schema, const char *table,
                                       const char *kept_index, struct gt_err *err);
/* Absent is fine. */
GT_MUST enum gt_status gt_gpkg_drop(struct sqlite3 *db, const char *schema, const char *table,
                                    struct gt_err *err);

/* ---- gpkg_read.c ---- */

/* A geometry of arcs as one of straight edges, in a. *out NULL: it cannot be. */
GT_MUST enum gt_status gt_wkb_straight(struct gt_arena *a, const void *wkb, size_t n,
                                       const void **out, size_t *n_out, struct gt_err *err);

/* How a table is to be read. */
struct gt_gpkg_how {
    const struct gt_layer_query *q; /* NULL: all */
    int64_t count;                  /* of its rows; 0: not known */
    char *hash;                     /* room for the fingerprint of what is read; NULL: not wanted */
};
GT_MUST enum gt_status gt_gpkg_read(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                    const struct gt_gpkg_how *how, struct gt_arena *a,
                                    const struct gt_features **out, struct gt_err *err);
/* The columns as they are declared. */
GT_MUST enum gt_status gt_gpkg_fields(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                      struct gt_arena *a, const struct gt_field **out, size_t *n,
                                      struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_count(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                     int64_t *out, struct gt_err *err);

/* ---- gpkg_index.c: the R-tree of a layer (extension gpkg_rtree_index) ---- */

/* An empty one, beside the table that has been made; its triggers come with gt_gpkg_index_end. */
GT_MUST enum gt_status gt_gpkg_index_begin(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                           struct sqlite3_stmt **add, struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_index_add(struct sqlite3_stmt *add, int64_t fid, struct gt_box b,
                                         struct gt_err *err);
/* Triggers, as the standard has them, and the row that tells of the index. */
GT_MUST enum gt_status gt_gpkg_index_end(struct sqlite3 *db, const char *schema, const char *table,
                                         struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_index_has(struct sqlite3 *db, const char *schema, const char *table,
                                         bool *out, struct gt_err *err);
/* "rtree_TABLE_geom", not quoted. */
const char *gt_gpkg_index_name(struct gt_arena *a, const char *table);

/* ---- gpkg_srs.c ---- */

/* Registers the coordinate system where it is not yet; NULL: an undefined one. */
GT_MUST enum gt_status gt_gpkg_srs(struct sqlite3 *db, const char *schema, const struct gt_crs *crs,
                                   int64_t *id, struct gt_err *err);

/* ---- Shared by the files gpkg*.c ---- */

/* Titles and code lists of columns that a data standard knows (Schema extension). */
GT_MUST enum gt_status gt_gpkg_columns(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                       const struct gt_features *like, struct gt_err *err);

enum gt_gpkg_type { GT_GPKG_TEXT, GT_GPKG_INT, GT_GPKG_REAL };
/* The narrowest type that keeps every value of a field as it is. */
enum gt_gpkg_type gt_gpkg_type_of(const struct gt_features *f, size_t field);

/* "TEXT(18)", "MEDIUMINT", ... and back. */
const char *gt_gpkg_type_text(struct gt_arena *a, const struct gt_field *f);
void gt_gpkg_type_read(const char *text, struct gt_field *out);

bool gt_gpkg_is_whole(double v); /* and exact */
/* The functions that triggers of spatial indexes call, and gt_multi(geom). */
GT_MUST enum gt_status gt_gpkg_functions(struct sqlite3 *db, struct gt_err *err);
/* What stands before the one member of a multi geometry of that single type; gives its bytes.
 * empty: it has none. */
size_t gt_gpkg_multi_head(unsigned char out[static 9], uint32_t single, bool empty);

/* Fingerprint of features: coordinate system and field names, then for each feature its values and
 * its WKB. crs NULL: of a table. */
void gt_gpkg_hash_begin(struct gt_hash *h, const struct gt_crs *crs, const char *const *name,
                        size_t n);
void gt_gpkg_hash_value(struct gt_hash *h, const struct gt_value *v);
void gt_gpkg_hash_wkb(struct gt_hash *h, const void *wkb, size_t n);

/* Bytes before the WKB of a geometry blob; 0: not one. *empty: its mark. */
size_t gt_gpkg_head(const unsigned char *blob, size_t n, bool *empty);

#define GT_GPKG_FID "fid"
#define GT_GPKG_GEOM "geom"

#endif
