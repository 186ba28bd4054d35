/* gpkg_columns.c: what the data standards say of columns, as the Schema extension of GeoPackage
 * keeps it: titles and code lists, which other programs show. */
#include "gpkg.h"
#include "guotu/standard.h"

static enum gt_status make_tables(struct sqlite3 *db, const char *s, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    return gt_db_run(
        db,
        gt_printf(
            a,
            "CREATE TABLE IF NOT EXISTS %1$s.gpkg_data_columns (table_name TEXT NOT NULL, "
            "column_name TEXT "
            "NOT NULL, name TEXT, title TEXT, description TEXT, mime_type TEXT, constraint_name "
            "TEXT, "
            "PRIMARY KEY (table_name, column_name), UNIQUE (table_name, name));"
            "CREATE TABLE IF NOT EXISTS %1$s.gpkg_data_column_constraints (constraint_name TEXT "
            "NOT NULL, "
            "constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max "
            "NUMERIC, "
            "max_is_inclusive BOOLEAN, description TEXT, UNIQUE (constraint_name, constraint_type, "
            "value));"
            "CREATE TABLE IF NOT EXISTS %1$s.gpkg_extensions (table_name TEXT, column_name TEXT, "
            "extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL, UNIQUE "
            "(table_name, column_name, extension_name));"
            "INSERT INTO %1$s.gpkg_extensions SELECT t, NULL, 'gpkg_schema', "
            "'http://www.geopackage.org/spec121/#extension_schema', 'read-write' FROM (SELECT "
            "'gpkg_data_columns' AS t UNION SELECT 'gpkg_data_column_constraints') WHERE NOT "
            "EXISTS "
            "(SELECT 1 FROM %1$s.gpkg_extensions WHERE table_name = t)",
            s),
        err);
}

/* Other values of an incomplete list may be right: it is no constraint. */
static bool has_codes(const struct gt_standard_field *f)
{
    return f->domain && f->domain->complete && f->domain->n > 0;
}

static enum gt_status add_codes(struct sqlite3 *db, const char *s, const struct gt_domain *d,
                                struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(db,
                         gt_printf(a,
                                   "INSERT OR IGNORE INTO %s.gpkg_data_column_constraints "
                                   "(constraint_name, constraint_type, value, description) "
                                   "VALUES (?1, 'enum', ?2, ?3)",
                                   s),
                         &st, err));
    for (size_t i = 0; i < d->n; i++) {
        GT_TRY(gt_db_bind(st, err, "ttt", d->id, d->code[i], d->name[i] ? d->name[i] : ""));
        GT_TRY(gt_db_done(st, err));
    }
    return GT_OK;
}

/* What the standard says of one column. */
struct column {
    const char *table, *name;
    const struct gt_standard_field *standard;
};

static enum gt_status add_column(struct sqlite3 *db, const char *s, const struct column *c,
                                 struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    const struct gt_standard_field *std = c->standard;
    GT_TRY(gt_db_prepare(db,
                         gt_printf(a,
                                   "INSERT OR REPLACE INTO %s.gpkg_data_columns (table_name, "
                                   "column_name, name, title, description, constraint_name) "
                                   "VALUES (?1, ?2, ?2, ?3, ?4, ?5)",
                                   s),
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "ttttt", c->table, c->name, std->title, std->note ? std->note : "",
                      has_codes(std) ? std->domain->id : NULL));
    GT_TRY(gt_db_done(st, err));
    return has_codes(std) ? add_codes(db, s, std->domain, err) : GT_OK;
}

enum gt_status gt_gpkg_columns(struct sqlite3 *db, const struct gt_gpkg_table *t,
                               const struct gt_features *like, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *s = gt_db_name(a, t->schema);
    if (!like->standard)
        return GT_OK;
    GT_TRY(make_tables(db, s, err));
    for (size_t i = 0; i < like->n_fields; i++) {
        struct column c = {t->table, like->field[i],
                           gt_standard_field(like->standard, like->field[i])};
        if (c.standard)
            GT_TRY(add_column(db, s, &c, err));
    }
    return GT_OK;
}
