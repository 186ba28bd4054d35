/* gpkg_index.c: the R-tree of a layer, with the triggers by which other programs keep it right
 * (OGC 12-128r17, F.3). */
#include "gpkg.h"

#include <math.h>
#include <string.h>

const char *gt_gpkg_index_name(struct gt_arena *a, const char *table)
{
    return gt_printf(a, "rtree_%s_%s", table, GT_GPKG_GEOM);
}

enum gt_status gt_gpkg_index_has(struct sqlite3 *db, const char *schema, const char *table,
                                 bool *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    return gt_gpkg_has(db, schema, gt_gpkg_index_name(a, table), out, err);
}

enum gt_status gt_gpkg_index_begin(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                   struct sqlite3_stmt **add, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *schema = gt_db_name(a, t->schema);
    const char *name = gt_db_name(a, gt_gpkg_index_name(a, t->table));
    GT_TRY(gt_db_run(db,
                     gt_printf(a,
                               "CREATE TABLE IF NOT EXISTS %s.gpkg_extensions (table_name TEXT, "
                               "column_name TEXT, extension_name TEXT NOT NULL, definition TEXT "
                               "NOT NULL, scope TEXT NOT NULL, CONSTRAINT ge_tce UNIQUE "
                               "(table_name, column_name, extension_name))",
                               schema),
                     err));
    GT_TRY(gt_db_run(db,
                     gt_printf(a,
                               "CREATE VIRTUAL TABLE %s.%s USING rtree(id, minx, maxx, miny, "
                               "maxy)",
                               schema, name),
                     err));
    return gt_db_prepare(
        db, gt_printf(a, "INSERT INTO %s.%s VALUES (?1, ?2, ?3, ?4, ?5)", schema, name), add, err);
}

enum gt_status gt_gpkg_index_add(struct sqlite3_stmt *add, int64_t fid, struct gt_box b,
                                 struct gt_err *err)
{
    GT_TRY(gt_db_bind(add, err, "innnn", fid, b.x0, b.x1, b.y0, b.y1));
    return gt_db_done(add, err);
}

/* ---- Triggers ---- */

/* Of the standard; T is the table, R the index, both quoted, S the schema. */
static const struct {
    const char *name, *when, *body;
} triggers[] = {
    {"insert", "AFTER INSERT ON T WHEN (new.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))",
     "INSERT OR REPLACE INTO R VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), "
     "ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"},
    {"update1",
     "AFTER UPDATE OF geom ON T WHEN OLD.fid = NEW.fid AND (NEW.geom NOTNULL AND NOT "
     "ST_IsEmpty(NEW.geom))",
     "INSERT OR REPLACE INTO R VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), "
     "ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"},
    {"update2",
     "AFTER UPDATE OF geom ON T WHEN OLD.fid = NEW.fid AND (NEW.geom ISNULL OR "
     "ST_IsEmpty(NEW.geom))",
     "DELETE FROM R WHERE id = OLD.fid;"},
    {"update3",
     "AFTER UPDATE ON T WHEN OLD.fid != NEW.fid AND (NEW.geom NOTNULL AND NOT "
     "ST_IsEmpty(NEW.geom))",
     "DELETE FROM R WHERE id = OLD.fid; INSERT OR REPLACE INTO R VALUES (NEW.fid, "
     "ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));"},
    {"update4",
     "AFTER UPDATE ON T WHEN OLD.fid != NEW.fid AND (NEW.geom ISNULL OR ST_IsEmpty(NEW.geom))",
     "DELETE FROM R WHERE id IN (OLD.fid, NEW.fid);"},
    {"delete", "AFTER DELETE ON T WHEN old.geom NOT NULL", "DELETE FROM R WHERE id = OLD.fid;"},
};

/* `text` with T and R, where they stand alone, as the names. */
static void add_named(struct gt_buf *out, const char *text, const char *table, const char *index)
{
    for (const char *p = text; *p; p++) {
        bool alone = p > text && p[-1] == ' ' && (p[1] == ' ' || p[1] == '\0');
        if (alone && *p == 'T')
            gt_buf_add(out, table);
        else if (alone && *p == 'R')
            gt_buf_add(out, index);
        else
            gt_buf_addn(out, p, 1);
    }
}

enum gt_status gt_gpkg_index_end(struct sqlite3 *db, const char *schema, const char *table,
                                 struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    const char *index = gt_gpkg_index_name(a, table), *s = gt_db_name(a, schema);
    for (size_t i = 0; i < GT_LEN(triggers); i++) {
        struct gt_buf sql = {.a = a};
        gt_buf_addf(&sql, "CREATE TRIGGER %s.%s ", s,
                    gt_db_name(a, gt_printf(a, "%s_%s", index, triggers[i].name)));
        add_named(&sql, triggers[i].when, gt_db_name(a, table), "");
        gt_buf_add(&sql, " BEGIN ");
        add_named(&sql, triggers[i].body, "", gt_db_name(a, index));
        gt_buf_add(&sql, " END");
        GT_TRY(gt_db_run(db, sql.p, err));
    }
    GT_TRY(gt_db_prepare(
        db,
        gt_printf(a,
                  "INSERT OR REPLACE INTO %s.gpkg_extensions VALUES (?1, ?2, 'gpkg_rtree_index', "
                  "'http://www.geopackage.org/spec120/#extension_rtree', 'write-only')",
                  s),
        &st, err));
    GT_TRY(gt_db_bind(st, err, "tt", table, GT_GPKG_GEOM));
    return gt_db_done(st, err);
}
