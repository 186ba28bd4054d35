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
};
/* Makes the table, registers it and fills it; hash: of the features as they were written. */
GT_MUST enum gt_status gt_gpkg_write(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                     const struct gt_features *f, char hash[static GT_HASH_TEXT],
                                     struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_has(struct sqlite3 *db, const char *schema, const char *table,
                                   bool *out, struct gt_err *err);
GT_MUST enum gt_status gt_gpkg_rename(struct sqlite3 *db, const char *schema, const char *from,
                                      const char *to, struct gt_err *err);
/* Absent is fine. */
GT_MUST enum gt_status gt_gpkg_drop(struct sqlite3 *db, const char *schema, const char *table,
                                    struct gt_err *err);
/* hash may be NULL. */
GT_MUST enum gt_status gt_gpkg_read(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                    struct gt_arena *a, const struct gt_features **out,
                                    char hash[GT_HASH_TEXT], struct gt_err *err);

/* ---- Shared by the files gpkg*.c ---- */

enum gt_gpkg_type { GT_GPKG_TEXT, GT_GPKG_INT, GT_GPKG_REAL };
/* The narrowest type that keeps every value of a field as it is. */
enum gt_gpkg_type gt_gpkg_type_of(const struct gt_features *f, size_t field);

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
