/* gpkg_srs.c: coordinate systems of a GeoPackage. */
#include "gpkg.h"

static const char *wkt1_of(const struct gt_crs *crs)
{
    return crs->wkt1[0] ? crs->wkt1 : "undefined";
}

static enum gt_status find_srs(struct sqlite3 *db, const char *schema, const char *definition,
                               int64_t *id, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(db,
                         gt_printf(a,
                                   "SELECT srs_id FROM %s.gpkg_spatial_ref_sys WHERE srs_id >= "
                                   "100000 AND definition = ?1 ORDER BY srs_id",
                                   gt_db_name(a, schema)),
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "t", definition));
    GT_TRY(gt_db_step(st, &row, err));
    *id = row ? gt_db_int(st, 0) : -1;
    return GT_OK;
}

static enum gt_status next_srs(struct sqlite3 *db, const char *schema, int64_t *id,
                               struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(
        db,
        gt_printf(a, "SELECT max(99999, max(srs_id)) + 1 FROM %s.gpkg_spatial_ref_sys",
                  gt_db_name(a, schema)),
        &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    *id = row ? gt_db_int(st, 0) : 100000;
    return GT_OK;
}

enum gt_status gt_gpkg_srs(struct sqlite3 *db, const char *schema, const struct gt_crs *crs,
                           int64_t *id, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    int64_t code = 0;
    *id = -1; /* the undefined one */
    if (!crs)
        return GT_OK;
    bool epsg = gt_starts(crs->code, "EPSG:") && gt_parse_int(crs->code + 5, &code);
    *id = code;
    if (!epsg) {
        GT_TRY(find_srs(db, schema, wkt1_of(crs), id, err));
        if (*id >= 0 && crs->wkt1[0])
            return GT_OK;
        GT_TRY(next_srs(db, schema, id, err));
    }
    GT_TRY(gt_db_prepare(
        db,
        gt_printf(a,
                  "INSERT OR IGNORE INTO %s.gpkg_spatial_ref_sys VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                  gt_db_name(a, schema)),
        &st, err));
    GT_TRY(gt_db_bind(st, err, "tititt", crs->name, *id, epsg ? "EPSG" : "NONE", *id, wkt1_of(crs),
                      crs->name));
    return gt_db_done(st, err);
}
