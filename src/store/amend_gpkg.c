/* amend_gpkg.c: shapes of single features of a GeoPackage through SQLite; the triggers of spatial
 * indexes and of other programs' counts do their part. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "amend.h"
#include "gpkg.h"

#include <stdlib.h>
#include <string.h>

struct amending {
    struct sqlite3 *db;
    struct gt_arena *a;
    const struct gt_amend *m;
    const char *geom; /* its column */
    bool single;      /* the column takes polygons of one part alone */
};

static enum gt_status find_column(struct amending *p, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(
        p->db,
        "SELECT g.column_name, upper(g.geometry_type_name), g.z = 1 OR g.m = 1 FROM "
        "gpkg_geometry_columns g JOIN sqlite_master t ON t.name = g.table_name WHERE g.table_name "
        "= ?1 AND t.type = 'table' AND instr(upper(t.sql), 'WITHOUT ROWID') = 0",
        &st, err));
    GT_TRY(gt_db_bind(st, err, "t", p->m->layer));
    GT_TRY(gt_db_step(st, &row, err));
    if (!row)
        return gt_fail(err, GT_EUSE, "%s: expected a table of features, found none", p->m->layer);
    if (gt_db_int(st, 2))
        return gt_fail(err, GT_EUSE,
                       "%s: its shapes must have heights or measures, which would be lost",
                       p->m->layer);
    const char *type = gt_db_text(p->a, st, 1);
    p->single = strcmp(type, "POLYGON") == 0 || strcmp(type, "CURVEPOLYGON") == 0;
    p->geom = gt_db_text(p->a, st, 0);
    return GT_OK;
}

/* The number of the coordinate system in a blob's head, and whether its geometry is a multi one. */
static bool look_at(const unsigned char *blob, size_t n, int32_t *srs, bool *multi)
{
    enum { MULTI_FROM = 4, COLLECTION = 7, MULTI_CURVE = 11, MULTI_SURFACE = 12 };
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, n, &empty) : 0;
    uint32_t type, code;
    if (!head || n < head + 5)
        return false;
    memcpy(&code, blob + 4, sizeof code);
    code = blob[3] & 1 ? code : __builtin_bswap32(code);
    memcpy(srs, &code, sizeof *srs);
    memcpy(&type, blob + head + 1, sizeof type);
    type = (blob[head] == 1 ? type : __builtin_bswap32(type)) & 0xFFFF;
    type %= 1000;
    *multi =
        (type >= MULTI_FROM && type <= COLLECTION) || type == MULTI_CURVE || type == MULTI_SURFACE;
    return true;
}

static enum gt_status add_head(struct amending *p, const struct gt_amendment *v,
                               struct sqlite3_stmt *get, struct gt_buf *out, bool *multi,
                               struct gt_err *err)
{
    int32_t srs;
    bool row;
    sqlite3_reset(get);
    GT_TRY(gt_db_bind(get, err, "i", v->id));
    GT_TRY(gt_db_step(get, &row, err));
    if (!row ||
        !look_at(sqlite3_column_blob(get, 0), (size_t)sqlite3_column_bytes(get, 0), &srs, multi))
        return gt_fail(err, GT_EUSE, "%s: expected a feature %lld with a geometry, found none",
                       p->m->layer, (long long)v->id);
    const struct gt_box b = gt_shape_box(p->m->shapes, v->shape);
    const double box[4] = {b.x0, b.x1, b.y0, b.y1};
    gt_buf_addn(out, "GP\0\3", 4);
    gt_buf_addn(out, &srs, sizeof srs);
    gt_buf_addn(out, box, sizeof box);
    return GT_OK;
}

static enum gt_status set_shape(struct amending *p, const struct gt_amendment *v,
                                struct sqlite3_stmt *get, struct sqlite3_stmt *put,
                                struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_buf blob = {.a = scratch};
    bool multi = false, several;
    GT_TRY(add_head(p, v, get, &blob, &multi, err));
    GT_TRY(gt_amend_wkb(&blob, p->m, v->shape, multi, &several, err));
    if (several && p->single && !multi)
        return gt_fail(err, GT_EUSE, "%s, feature %lld: mended it has several parts", p->m->layer,
                       (long long)v->id);
    GT_TRY(gt_db_bind(put, err, "i", v->id));
    const int rc = sqlite3_bind_blob64(put, 2, blob.p, blob.n, SQLITE_STATIC);
    GT_TRY(rc == SQLITE_OK ? gt_db_done(put, err) : gt_db_fail(p->db, rc, err));
    sqlite3_clear_bindings(put);
    return GT_OK;
}

static enum gt_status set_all(struct amending *p, struct gt_err *err)
{
    GT_AUTO_STMT get = NULL;
    GT_AUTO_STMT put = NULL;
    GT_AUTO_STMT drop = NULL;
    const char *table = gt_db_name(p->a, p->m->layer);
    const char *geom = gt_db_name(p->a, p->geom);
    GT_TRY(gt_db_prepare(p->db, gt_printf(p->a, "SELECT %s FROM %s WHERE rowid = ?1", geom, table),
                         &get, err));
    GT_TRY(gt_db_prepare(
        p->db, gt_printf(p->a, "UPDATE %s SET %s = ?2 WHERE rowid = ?1", table, geom), &put, err));
    GT_TRY(gt_db_prepare(p->db, gt_printf(p->a, "DELETE FROM %s WHERE rowid = ?1", table), &drop,
                         err));
    for (size_t i = 0; i < p->m->n; i++) {
        const struct gt_amendment *v = &p->m->v[i];
        if (!v->remove) {
            GT_TRY(set_shape(p, v, get, put, err));
            continue;
        }
        GT_TRY(gt_db_bind(drop, err, "i", v->id));
        GT_TRY(gt_db_done(drop, err));
    }
    sqlite3_reset(get);
    return GT_OK;
}

static enum gt_status amend(struct amending *p, struct gt_err *err)
{
    GT_TRY(gt_gpkg_functions(p->db, err));
    /* Triggers keep the R-tree, which SQLite counts among what a file may not touch by itself. */
    const int rc = sqlite3_db_config(p->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 1, NULL);
    if (rc != SQLITE_OK)
        return gt_db_fail(p->db, rc, err);
    GT_TRY(find_column(p, err));
    GT_TRY(gt_db_run(p->db, "BEGIN IMMEDIATE", err));
    GT_TRY(set_all(p, err));
    return gt_db_run(p->db, "COMMIT", err);
}

enum gt_status gt_amend_gpkg(const char *path, const struct gt_amend *m, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct amending p = {.a = a, .m = m};
    struct gt_err why = {0};
    char *found = realpath(path, NULL);
    const char *real = found ? gt_strdup(a, found) : NULL;
    free(found);
    if (!real)
        return gt_fail_errno(err, "%s: cannot open", path);
    enum gt_status status = gt_db_open(real, false, &p.db, &why);
    if (status == GT_OK) {
        status = amend(&p, &why);
        gt_db_close(p.db);
    }
    /* What has not been committed has not happened, whatever the reason. */
    if (status != GT_OK && status != GT_EIO && status != GT_ECANCELLED)
        status = GT_EUSE;
    return status == GT_OK ? GT_OK : gt_fail(err, status, "%s: %s", gt_path_base(path), why.text);
}
