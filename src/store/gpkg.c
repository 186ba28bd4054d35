/* gpkg.c: the tables that make a SQLite file a GeoPackage, and the registration of layers. */
#include "gpkg.h"

#include <stdio.h>
#include <string.h>

enum gt_status gt_gpkg_create(struct sqlite3 *db, struct gt_err *err)
{
    return gt_db_run(
        db,
        "PRAGMA application_id = 0x47504B47; PRAGMA user_version = 10300;"
        "BEGIN;"
        "CREATE TABLE gpkg_spatial_ref_sys (srs_name TEXT NOT NULL, srs_id INTEGER PRIMARY KEY,"
        " organization TEXT NOT NULL, organization_coordsys_id INTEGER NOT NULL,"
        " definition TEXT NOT NULL, description TEXT);"
        "CREATE TABLE gpkg_contents (table_name TEXT NOT NULL PRIMARY KEY,"
        " data_type TEXT NOT NULL, identifier TEXT UNIQUE, description TEXT DEFAULT '',"
        " last_change DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),"
        " min_x DOUBLE, min_y DOUBLE, max_x DOUBLE, max_y DOUBLE,"
        " srs_id INTEGER REFERENCES gpkg_spatial_ref_sys(srs_id));"
        "CREATE TABLE gpkg_geometry_columns (table_name TEXT NOT NULL UNIQUE"
        " REFERENCES gpkg_contents(table_name), column_name TEXT NOT NULL,"
        " geometry_type_name TEXT NOT NULL,"
        " srs_id INTEGER NOT NULL REFERENCES gpkg_spatial_ref_sys(srs_id),"
        " z TINYINT NOT NULL, m TINYINT NOT NULL, PRIMARY KEY (table_name, column_name));"
        "INSERT INTO gpkg_spatial_ref_sys VALUES"
        " ('Undefined Cartesian SRS', -1, 'NONE', -1, 'undefined', NULL),"
        " ('Undefined geographic SRS', 0, 'NONE', 0, 'undefined', NULL),"
        " ('WGS 84 geodetic', 4326, 'EPSG', 4326, 'GEOGCS[\"WGS 84\",DATUM[\"WGS_1984\","
        "SPHEROID[\"WGS 84\",6378137,298.257223563,AUTHORITY[\"EPSG\",\"7030\"]],"
        "AUTHORITY[\"EPSG\",\"6326\"]],PRIMEM[\"Greenwich\",0,AUTHORITY[\"EPSG\",\"8901\"]],"
        "UNIT[\"degree\",0.0174532925199433,AUTHORITY[\"EPSG\",\"9122\"]],"
        "AXIS[\"Latitude\",NORTH],AXIS[\"Longitude\",EAST],AUTHORITY[\"EPSG\",\"4326\"]]', NULL);"
        "COMMIT;",
        err);
}

enum gt_status gt_gpkg_has(struct sqlite3 *db, const char *schema, const char *table, bool *out,
                           struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(
        db, gt_printf(a, "SELECT 1 FROM %s.sqlite_master WHERE name = ?1", gt_db_name(a, schema)),
        &st, err));
    GT_TRY(gt_db_bind(st, err, "t", table));
    return gt_db_step(st, out, err);
}

/* Runs one statement with the names of two tables bound to ?1 and ?2. */
static enum gt_status run_named(struct sqlite3 *db, const char *sql, const char *one,
                                const char *two, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(db, sql, &st, err));
    GT_TRY(two ? gt_db_bind(st, err, "tt", one, two) : gt_db_bind(st, err, "t", one));
    return gt_db_done(st, err);
}

enum gt_status gt_gpkg_unindex(struct sqlite3 *db, const char *schema, const char *table,
                               const char *kept_index, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_VEC(const char *) drop = {0};
    const char *s = gt_db_name(a, schema);
    {
        GT_AUTO_STMT st = NULL;
        GT_TRY(gt_db_prepare(db,
                             gt_printf(a,
                                       "SELECT type, name FROM %s.sqlite_master WHERE "
                                       "(type = 'trigger' AND tbl_name = ?1) OR (type = 'table' "
                                       "AND substr(name, 1, length(?1) + 7) = 'rtree_' || ?1 || "
                                       "'_' AND sql LIKE 'CREATE VIRTUAL TABLE%%') ORDER BY type "
                                       "DESC",
                                       s),
                             &st, err));
        GT_TRY(gt_db_bind(st, err, "t", table));
        for (bool row = true;;) {
            GT_TRY(gt_db_step(st, &row, err));
            if (!row)
                break;
            bool trigger = strcmp(gt_db_text(a, st, 0), "trigger") == 0;
            const char *plain = gt_db_text(a, st, 1), *name = gt_db_name(a, plain);
            if (!trigger && kept_index && strcmp(plain, kept_index) == 0)
                continue;
            *GT_PUSH(a, &drop) = trigger ? gt_printf(a, "DROP TRIGGER %s.%s", s, name)
                                         : gt_printf(a, "DROP TABLE %s.%s", s, name);
        }
    }
    for (size_t i = 0; i < drop.n; i++)
        GT_TRY(gt_db_run(db, drop.v[i], err));
    static const char *const kept[] = {"gpkg_extensions", "gpkg_ogr_contents"};
    for (size_t i = 0; i < GT_LEN(kept); i++) {
        bool has;
        GT_TRY(gt_gpkg_has(db, schema, kept[i], &has, err));
        const char *name = gt_db_name(a, kept[i]);
        const char *sql = gt_printf(a, "DELETE FROM %s.%s WHERE lower(table_name) = ?1", s, name);
        if (has)
            GT_TRY(run_named(db, sql, table, NULL, err));
    }
    return GT_OK;
}

/* Where the file says nothing of columns, there is no such table. */
static enum gt_status change_columns(struct sqlite3 *db, const char *schema, const char *from,
                                     const char *to, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    bool has;
    GT_TRY(gt_gpkg_has(db, schema, "gpkg_data_columns", &has, err));
    if (!has)
        return GT_OK;
    const char *s = gt_db_name(a, schema);
    GT_TRY(run_named(db, gt_printf(a, "DELETE FROM %s.gpkg_data_columns WHERE table_name = ?1", s),
                     to ? to : from, NULL, err));
    if (!to)
        return GT_OK;
    return run_named(
        db,
        gt_printf(a, "UPDATE %s.gpkg_data_columns SET table_name = ?2 WHERE table_name = ?1", s),
        from, to, err);
}

enum gt_status gt_gpkg_rename(struct sqlite3 *db, const char *schema, const char *from,
                              const char *to, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *s = gt_db_name(a, schema);
    const char *index = gt_gpkg_index_name(a, from);
    bool indexed;
    GT_TRY(gt_gpkg_has(db, schema, index, &indexed, err));
    GT_TRY(gt_gpkg_unindex(db, schema, from, index, err));
    GT_TRY(gt_db_run(
        db,
        gt_printf(a, "ALTER TABLE %s.%s RENAME TO %s", s, gt_db_name(a, from), gt_db_name(a, to)),
        err));
    GT_TRY(run_named(
        db,
        gt_printf(a,
                  "UPDATE %s.gpkg_contents SET table_name = ?2, identifier = (SELECT CASE "
                  "WHEN count(*) = 0 THEN ?2 END FROM %s.gpkg_contents WHERE identifier = "
                  "?2) WHERE table_name = ?1",
                  s, s),
        from, to, err));
    GT_TRY(run_named(
        db,
        gt_printf(a, "UPDATE %s.gpkg_geometry_columns SET table_name = ?2 WHERE table_name = ?1",
                  s),
        from, to, err));
    GT_TRY(change_columns(db, schema, from, to, err));
    if (!indexed)
        return GT_OK;
    GT_TRY(gt_db_run(db,
                     gt_printf(a, "ALTER TABLE %s.%s RENAME TO %s", s, gt_db_name(a, index),
                               gt_db_name(a, gt_gpkg_index_name(a, to))),
                     err));
    return gt_gpkg_index_end(db, schema, to, err);
}

enum gt_status gt_gpkg_drop(struct sqlite3 *db, const char *schema, const char *table,
                            struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *s = gt_db_name(a, schema);
    GT_TRY(gt_gpkg_unindex(db, schema, table, NULL, err));
    GT_TRY(change_columns(db, schema, table, NULL, err));
    GT_TRY(gt_db_run(db, gt_printf(a, "DROP TABLE IF EXISTS %s.%s", s, gt_db_name(a, table)), err));
    GT_TRY(run_named(db,
                     gt_printf(a, "DELETE FROM %s.gpkg_geometry_columns WHERE table_name = ?1", s),
                     table, NULL, err));
    return run_named(db, gt_printf(a, "DELETE FROM %s.gpkg_contents WHERE table_name = ?1", s),
                     table, NULL, err);
}
