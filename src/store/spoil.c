/* spoil.c: faults put into a GeoPackage on purpose, so that checks have something to find. */
#include "gpkg.h"

#include <stdlib.h>
#include <string.h>

struct spoiling {
    struct sqlite3 *db;
    struct gt_arena *a;
    const struct gt_spoil *s;
};

static enum gt_status run_bound(const struct spoiling *p, const char *sql, int64_t one,
                                struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_TRY(gt_db_prepare(p->db, sql, &st, err));
    GT_TRY(gt_db_bind(st, err, "i", one));
    return gt_db_done(st, err);
}

static enum gt_status set_value(const struct spoiling *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    const struct gt_value *v = &p->s->value;
    GT_TRY(gt_db_prepare(p->db,
                         gt_printf(p->a, "UPDATE %s SET %s = ?1 WHERE fid = ?2",
                                   gt_db_name(p->a, p->s->layer), gt_db_name(p->a, p->s->field)),
                         &st, err));
    GT_TRY(v->kind == GT_V_NUM
               ? gt_db_bind(st, err, "ni", v->num, p->s->fid)
               : gt_db_bind(st, err, "ti", v->kind == GT_V_TEXT ? v->text : NULL, p->s->fid));
    return gt_db_done(st, err);
}

/* The head of a geometry without a box, then the WKB as it is. */
static enum gt_status set_shape(const struct spoiling *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_AUTO_STMT srs = NULL;
    struct gt_buf blob = {.a = p->a};
    bool row;
    GT_TRY(gt_db_prepare(p->db, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = ?1",
                         &srs, err));
    GT_TRY(gt_db_bind(srs, err, "t", p->s->layer));
    GT_TRY(gt_db_step(srs, &row, err));
    int32_t id = row ? (int32_t)gt_db_int(srs, 0) : 0;
    gt_buf_addn(&blob, "GP\0\1", 4);
    gt_buf_addn(&blob, &id, sizeof id);
    gt_buf_addn(&blob, p->s->wkb, p->s->n);
    GT_TRY(gt_db_prepare(
        p->db,
        gt_printf(p->a, "UPDATE %s SET geom = ?2 WHERE fid = ?1", gt_db_name(p->a, p->s->layer)),
        &st, err));
    GT_TRY(gt_db_bind(st, err, "i", p->s->fid));
    int rc = p->s->n ? sqlite3_bind_blob64(st, 2, blob.p, blob.n, SQLITE_STATIC)
                     : sqlite3_bind_null(st, 2);
    return rc == SQLITE_OK ? gt_db_done(st, err) : gt_db_fail(p->db, rc, err);
}

/* The box that the file tells of a layer takes a point that leaves it. */
static enum gt_status widen_box(const struct spoiling *p, struct gt_err *err)
{
    enum { HEAD = 5, POINT = HEAD + 16 };
    GT_AUTO_STMT st = NULL;
    double xy[2];
    if (p->s->n != POINT)
        return GT_OK;
    memcpy(xy, p->s->wkb + HEAD, sizeof xy);
    GT_TRY(gt_db_prepare(p->db,
                         "UPDATE gpkg_contents SET min_x = min(min_x, ?2), min_y = min(min_y, ?3), "
                         "max_x = max(max_x, ?2), max_y = max(max_y, ?3) WHERE table_name = ?1",
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "tnn", p->s->layer, xy[0], xy[1]));
    return gt_db_done(st, err);
}

static enum gt_status columns(const struct spoiling *p, const char **out, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    struct gt_buf list = {.a = p->a};
    GT_TRY(gt_db_prepare(p->db, "SELECT name FROM pragma_table_info(?1) WHERE name <> 'fid'", &st,
                         err));
    GT_TRY(gt_db_bind(st, err, "t", p->s->layer));
    for (bool row = true;;) {
        GT_TRY(gt_db_step(st, &row, err));
        if (!row)
            break;
        gt_buf_addf(&list, "%s%s", list.n ? ", " : "", gt_db_name(p->a, gt_db_text(p->a, st, 0)));
    }
    *out = list.p;
    return GT_OK;
}

static enum gt_status copy(const struct spoiling *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    const char *names;
    GT_TRY(columns(p, &names, err));
    struct gt_buf sql = {.a = p->a};
    const char *table = gt_db_name(p->a, p->s->layer);
    gt_buf_addf(&sql, "INSERT INTO %s (fid, ", table);
    gt_buf_addf(&sql, "%s) SELECT ?2, %s FROM %s WHERE fid = ?1", names, names, table);
    GT_TRY(gt_db_prepare(p->db, sql.p, &st, err));
    GT_TRY(gt_db_bind(st, err, "ii", p->s->fid, p->s->to));
    return gt_db_done(st, err);
}

static enum gt_status rename_field(const struct spoiling *p, const char *from, const char *to,
                                   struct gt_err *err)
{
    return gt_db_run(p->db,
                     gt_printf(p->a, "ALTER TABLE %s RENAME COLUMN %s TO %s",
                               gt_db_name(p->a, p->s->layer), gt_db_name(p->a, from),
                               gt_db_name(p->a, to)),
                     err);
}

/* The table's own text is what declares a column's type. */
static enum gt_status declare(const struct spoiling *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    GT_AUTO_STMT put = NULL;
    bool row;
    GT_TRY(gt_db_prepare(p->db, "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?1",
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "t", p->s->layer));
    GT_TRY(gt_db_step(st, &row, err));
    const char *sql = row ? gt_db_text(p->a, st, 0) : "";
    const char *name = gt_printf(p->a, "%s ", gt_db_name(p->a, p->s->field));
    const char *at = strstr(sql, name);
    if (!at)
        return gt_fail(err, GT_EINTERNAL, "%s: expected a field %s, found none", p->s->layer,
                       p->s->field);
    const char *rest = at + strlen(name);
    int depth = 0;
    while (*rest && (depth > 0 || (*rest != ',' && *rest != ')'))) {
        depth += *rest == '(' ? 1 : *rest == ')' ? -1 : 0;
        rest++;
    }
    const char *changed =
        gt_printf(p->a, "%.*s%s%s%s", (int)(at - sql), sql, name, p->s->text, rest);
    GT_TRY(gt_db_prepare(
        p->db, "UPDATE sqlite_master SET sql = ?2 WHERE type = 'table' AND name = ?1", &put, err));
    GT_TRY(gt_db_bind(put, err, "tt", p->s->layer, changed));
    return gt_db_done(put, err);
}

static enum gt_status set_srs(const struct spoiling *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    int64_t id = p->s->to;
    if (id > 0) {
        const struct gt_crs *crs;
        GT_TRY(gt_crs_parse(p->a, gt_printf(p->a, "EPSG:%lld", (long long)id), &crs, err));
        GT_TRY(gt_gpkg_srs(p->db, "main", crs, &id, err));
    }
    GT_TRY(gt_db_prepare(
        p->db, "UPDATE gpkg_geometry_columns SET srs_id = ?2 WHERE table_name = ?1", &st, err));
    GT_TRY(gt_db_bind(st, err, "ti", p->s->layer, id));
    GT_TRY(gt_db_done(st, err));
    GT_AUTO_STMT contents = NULL;
    GT_TRY(gt_db_prepare(p->db, "UPDATE gpkg_contents SET srs_id = ?2 WHERE table_name = ?1",
                         &contents, err));
    GT_TRY(gt_db_bind(contents, err, "ti", p->s->layer, id));
    return gt_db_done(contents, err);
}

/* Registered under its own name, as the table that it is a copy of. */
static enum gt_status copy_layer(const struct spoiling *p, struct gt_err *err)
{
    static const char *const register_as[] = {
        "INSERT INTO gpkg_contents SELECT ?2, data_type, ?2, description, last_change, min_x, "
        "min_y, max_x, max_y, srs_id FROM gpkg_contents WHERE table_name = ?1",
        "INSERT INTO gpkg_geometry_columns SELECT ?2, column_name, geometry_type_name, srs_id, z, "
        "m FROM gpkg_geometry_columns WHERE table_name = ?1"};
    GT_TRY(gt_db_run(p->db,
                     gt_printf(p->a, "CREATE TABLE %s AS SELECT * FROM %s",
                               gt_db_name(p->a, p->s->text), gt_db_name(p->a, p->s->layer)),
                     err));
    for (size_t i = 0; i < GT_LEN(register_as); i++) {
        GT_AUTO_STMT st = NULL;
        GT_TRY(gt_db_prepare(p->db, register_as[i], &st, err));
        GT_TRY(gt_db_bind(st, err, "tt", p->s->layer, p->s->text));
        GT_TRY(gt_db_done(st, err));
    }
    return GT_OK;
}

static enum gt_status drop(const struct spoiling *p, struct gt_err *err)
{
    if (p->s->fid)
        return run_bound(
            p, gt_printf(p->a, "DELETE FROM %s WHERE fid = ?1", gt_db_name(p->a, p->s->layer)),
            p->s->fid, err);
    return gt_db_run(p->db, gt_printf(p->a, "DELETE FROM %s", gt_db_name(p->a, p->s->layer)), err);
}

static enum gt_status add_field(const struct spoiling *p, struct gt_err *err)
{
    struct gt_buf sql = {.a = p->a};
    gt_buf_addf(&sql, "ALTER TABLE %s ADD COLUMN %s", gt_db_name(p->a, p->s->layer),
                gt_db_name(p->a, p->s->field));
    gt_buf_addf(&sql, " %s", p->s->text);
    return gt_db_run(p->db, sql.p, err);
}

static enum gt_status spoil_field(const struct spoiling *p, struct gt_err *err)
{
    switch (p->s->kind) {
    case GT_SPOIL_ADD_FIELD: return add_field(p, err);
    case GT_SPOIL_DROP_FIELD:
        return gt_db_run(p->db,
                         gt_printf(p->a, "ALTER TABLE %s DROP COLUMN %s",
                                   gt_db_name(p->a, p->s->layer), gt_db_name(p->a, p->s->field)),
                         err);
    case GT_SPOIL_SWAP_FIELDS:
        GT_TRY(rename_field(p, p->s->field, "guotu_swap", err));
        GT_TRY(rename_field(p, p->s->text, p->s->field, err));
        return rename_field(p, "guotu_swap", p->s->text, err);
    default: return declare(p, err);
    }
}

static enum gt_status spoil_one(const struct spoiling *p, struct gt_err *err)
{
    switch (p->s->kind) {
    case GT_SPOIL_VALUE: return set_value(p, err);
    case GT_SPOIL_SHAPE: GT_TRY(widen_box(p, err)); return set_shape(p, err);
    case GT_SPOIL_COPY: return copy(p, err);
    case GT_SPOIL_DROP: return drop(p, err);
    case GT_SPOIL_DROP_LAYER: return gt_gpkg_drop(p->db, "main", p->s->layer, err);
    case GT_SPOIL_SRS: return set_srs(p, err);
    case GT_SPOIL_COPY_LAYER: return copy_layer(p, err);
    default: return spoil_field(p, err);
    }
}

static enum gt_status spoil_all(struct sqlite3 *db, const struct gt_spoil *v, size_t n,
                                struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *before = "";
    GT_TRY(gt_gpkg_functions(db, err));
    int rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    if (rc != SQLITE_OK)
        return gt_db_fail(db, rc, err);
    GT_TRY(gt_db_run(db, "PRAGMA foreign_keys = OFF; PRAGMA writable_schema = ON; BEGIN", err));
    for (size_t i = 0; i < n; i++) {
        struct spoiling p = {db, a, &v[i]};
        if (strcmp(before, v[i].layer) != 0)
            GT_TRY(gt_gpkg_unindex(db, "main", v[i].layer, NULL, err));
        before = v[i].layer;
        if (spoil_one(&p, err) != GT_OK)
            return gt_wrap(err, "%s", v[i].layer);
    }
    return gt_db_run(db, "COMMIT; PRAGMA writable_schema = OFF", err);
}

enum gt_status gt_package_spoil(const char *path, const struct gt_spoil *v, size_t n,
                                struct gt_err *err)
{
    struct sqlite3 *db;
    GT_TRY(gt_db_open(path, false, &db, err));
    enum gt_status status = spoil_all(db, v, n, err);
    gt_db_close(db);
    return status;
}
