/* gpkg_read.c: a table of a GeoPackage into memory, in the order of its fids. Other programs may
 * have changed it since it was written, so nothing in it is trusted. */
#include "gpkg.h"
#include "wkb.h"

#include <math.h>
#include <string.h>
#include <strings.h>

size_t gt_gpkg_head(const unsigned char *blob, size_t n, bool *empty)
{
    static const size_t envelope[8] = {0, 32, 48, 48, 64, 0, 0, 0};
    *empty = false;
    if (n < 8 || blob[0] != 'G' || blob[1] != 'P' || blob[2] != 0)
        return 0;
    size_t kind = (blob[3] >> 1) & 7, head = 8 + envelope[kind];
    *empty = blob[3] & 0x10;
    return kind > 4 || (blob[3] & 0x20) || head > n ? 0 : head;
}

struct reading {
    struct sqlite3_stmt *st;
    struct gt_arena *a;
    const struct gt_gpkg_table *t;
    struct gt_shape_builder shapes;
    const char **field;
    int *col; /* of each field in the statement */
    size_t n_fields;
    int geom;
    struct gt_value *value;
    size_t n;   /* rows read */
    size_t cap; /* rows that value has room for */
    struct gt_hash hash;
};

/* Column 0 is the fid, whatever its name; geom is found by name. */
static enum gt_status find_columns(struct reading *r, struct gt_err *err)
{
    int n = sqlite3_column_count(r->st);
    r->field = GT_TAKE_N(r->a, const char *, (size_t)n);
    r->col = GT_TAKE_N(r->a, int, (size_t)n);
    r->geom = -1;
    for (int i = 1; i < n; i++) {
        const char *name = sqlite3_column_name(r->st, i);
        if (strcasecmp(name, GT_GPKG_GEOM) == 0) {
            r->geom = i;
        } else if (strcasecmp(name, GT_GPKG_FID) != 0) {
            r->field[r->n_fields] = gt_strdup(r->a, name);
            r->col[r->n_fields++] = i;
        }
    }
    if (r->geom < 0 && r->t->crs)
        return gt_fail(err, GT_EINPUT, "table %s of plan.gpkg: expected a column %s, found none",
                       r->t->table, GT_GPKG_GEOM);
    return GT_OK;
}

static enum gt_status read_value(struct reading *r, int col, struct gt_value *v, struct gt_err *err)
{
    *v = (struct gt_value){.kind = GT_V_NODATA};
    switch (sqlite3_column_type(r->st, col)) {
    case SQLITE_INTEGER:
    case SQLITE_FLOAT:
        *v = (struct gt_value){.kind = GT_V_NUM, .num = sqlite3_column_double(r->st, col)};
        return GT_OK;
    case SQLITE_TEXT: {
        const char *text = gt_db_text(r->a, r->st, col);
        if (!gt_is_utf8(text, strlen(text)))
            return gt_fail(err, GT_EINPUT, "column %s: expected UTF-8 text, found other bytes",
                           sqlite3_column_name(r->st, col));
        *v = (struct gt_value){.kind = GT_V_TEXT, .text = text};
        return GT_OK;
    }
    default: return GT_OK;
    }
}

static enum gt_status read_geometry(struct reading *r, struct gt_err *err)
{
    const unsigned char *blob = sqlite3_column_blob(r->st, r->geom);
    size_t n = (size_t)sqlite3_column_bytes(r->st, r->geom);
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, n, &empty) : 0;
    if (!head)
        return gt_fail(err, GT_EINPUT, "expected a geometry of a GeoPackage, found %s",
                       blob ? "other bytes" : "none");
    gt_gpkg_hash_wkb(&r->hash, blob + head, n - head);
    return gt_shape_add_wkb(&r->shapes, blob + head, n - head, err);
}

/* How much there is to come, so that a large layer is not copied as it grows. */
static enum gt_status expect_rows(struct reading *r, struct sqlite3 *db, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    void *p;
    bool row;
    const char *schema = gt_db_name(a, r->t->schema), *table = gt_db_name(a, r->t->table);
    GT_TRY(gt_db_prepare(
        db,
        r->t->crs ? gt_printf(a, "SELECT count(*), total(length(geom)) FROM %s.%s", schema, table)
                  : gt_printf(a, "SELECT count(*), 0 FROM %s.%s", schema, table),
        &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    double bytes = row ? gt_db_num(st, 1) : 0;
    size_t n = row ? (size_t)gt_db_int(st, 0) : 0;
    if (!(bytes < 1e15))
        return gt_fail(err, GT_ETOOBIG, "geometries: found %g bytes", bytes);
    if (r->t->crs)
        GT_TRY(gt_shape_expect(&r->shapes, n, (size_t)bytes, err));
    GT_TRY(gt_reserve(r->a, (n + 1) * (r->n_fields + 1), sizeof *r->value, "attributes", &p, err));
    r->value = p;
    r->cap = n + 1;
    return GT_OK;
}

static enum gt_status room_for_values(struct reading *r, struct gt_err *err)
{
    void *more;
    if (r->n < r->cap)
        return GT_OK;
    size_t cap = r->cap ? r->cap * 2 : 64;
    GT_TRY(gt_reserve(r->a, cap * (r->n_fields + 1), sizeof *r->value, "attributes", &more, err));
    if (r->value)
        memcpy(more, r->value, r->n * r->n_fields * sizeof *r->value);
    r->value = more;
    r->cap = cap;
    return GT_OK;
}

static enum gt_status read_row(struct reading *r, struct gt_err *err)
{
    GT_TRY(room_for_values(r, err));
    struct gt_value *v = r->value + r->n++ * r->n_fields;
    for (size_t j = 0; j < r->n_fields; j++) {
        GT_TRY(read_value(r, r->col[j], &v[j], err));
        gt_gpkg_hash_value(&r->hash, &v[j]);
    }
    return r->t->crs ? read_geometry(r, err) : GT_OK;
}

static enum gt_status read_rows(struct reading *r, struct gt_err *err)
{
    for (bool row;;) {
        GT_TRY(gt_db_step(r->st, &row, err));
        if (!row)
            return GT_OK;
        if (read_row(r, err) != GT_OK)
            return gt_wrap(err, "table %s of plan.gpkg, fid %lld", r->t->table,
                           (long long)gt_db_int(r->st, 0));
    }
}

enum gt_status gt_gpkg_read(struct sqlite3 *db, const struct gt_gpkg_table *t, struct gt_arena *a,
                            const struct gt_features **out, char hash[GT_HASH_TEXT],
                            struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool has;
    GT_TRY(gt_gpkg_has(db, t->schema, t->table, &has, err));
    if (!has)
        return gt_fail(err, GT_EINPUT,
                       "expected a table %s in plan.gpkg, found none: another "
                       "program has removed or renamed it",
                       t->table);
    GT_TRY(gt_db_prepare(db,
                         gt_printf(scratch, "SELECT rowid, * FROM %s.%s ORDER BY rowid",
                                   gt_db_name(scratch, t->schema), gt_db_name(scratch, t->table)),
                         &st, err));
    struct reading r = {.st = st, .a = a, .t = t};
    if (t->crs)
        gt_shape_begin(&r.shapes, a, t->kind);
    GT_TRY(find_columns(&r, err));
    gt_gpkg_hash_begin(&r.hash, t->crs, r.field, r.n_fields);
    GT_TRY(expect_rows(&r, db, err));
    GT_TRY(read_rows(&r, err));
    char text[GT_HASH_TEXT];
    gt_hash_end(&r.hash, hash ? hash : text);
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    *f = (struct gt_features){
        .shapes = t->crs ? gt_shape_end(&r.shapes, t->crs) : NULL,
        .n_rows = r.n,
        .n_fields = r.n_fields,
        .field = r.field,
        .value = r.value,
    };
    *out = f;
    return GT_OK;
}
