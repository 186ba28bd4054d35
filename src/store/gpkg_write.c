/* gpkg_write.c: features into a new table of a GeoPackage. */
#include "gpkg.h"
#include "wkb.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Fingerprint ---- */

static void hash_text(struct gt_hash *h, const char *text)
{
    uint64_t n = strlen(text);
    gt_hash_add(h, &n, sizeof n);
    gt_hash_add(h, text, (size_t)n);
}

void gt_gpkg_hash_begin(struct gt_hash *h, const struct gt_crs *crs, const char *const *name,
                        size_t n)
{
    uint64_t count = n;
    gt_hash_begin(h);
    hash_text(h, !crs ? "table" : crs->code[0] ? crs->code : crs->name);
    gt_hash_add(h, &count, sizeof count);
    for (size_t i = 0; i < n; i++)
        hash_text(h, name[i]);
}

void gt_gpkg_hash_value(struct gt_hash *h, const struct gt_value *v)
{
    unsigned char kind = (unsigned char)v->kind;
    gt_hash_add(h, &kind, 1);
    if (v->kind == GT_V_NUM)
        gt_hash_add(h, &v->num, sizeof v->num);
    else if (v->kind == GT_V_TEXT)
        hash_text(h, v->text);
}

void gt_gpkg_hash_wkb(struct gt_hash *h, const void *wkb, size_t n)
{
    uint64_t count = n;
    gt_hash_add(h, &count, sizeof count);
    gt_hash_add(h, wkb, n);
}

/* ---- Coordinate system ---- */

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

/* Registers the coordinate system where it is not yet. */
static enum gt_status srs_id(struct sqlite3 *db, const char *schema, const struct gt_crs *crs,
                             int64_t *id, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    int64_t code = 0;
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

/* ---- Columns ---- */

/* Whole numbers below are exact in a double. */
#define EXACT_INT 9007199254740992.0 /* 2^53 */

static bool is_whole(double v)
{
    return fabs(v) < EXACT_INT && v == floor(v);
}

enum gt_gpkg_type gt_gpkg_type_of(const struct gt_features *f, size_t field)
{
    bool any = false, whole = true;
    for (size_t i = 0; i < gt_features_count(f); i++) {
        const struct gt_value *v = &f->value[i * f->n_fields + field];
        if (v->kind == GT_V_TEXT)
            return GT_GPKG_TEXT;
        if (v->kind == GT_V_NODATA)
            continue;
        any = true;
        whole = whole && is_whole(v->num);
    }
    if (!any)
        return GT_GPKG_TEXT;
    return whole ? GT_GPKG_INT : GT_GPKG_REAL;
}

static const char *geometry_type(const struct gt_shapes *s, bool multi)
{
    switch (s->kind) {
    case GT_SHAPE_POINT: return multi ? "MULTIPOINT" : "POINT";
    case GT_SHAPE_LINE: return multi ? "MULTILINESTRING" : "LINESTRING";
    default: return multi ? "MULTIPOLYGON" : "POLYGON";
    }
}

struct writing {
    struct sqlite3 *db;
    const struct gt_gpkg_table *t;
    const struct gt_features *f;
    struct gt_arena *a;
    enum gt_gpkg_type *type;
    struct gt_buf blob; /* of the row being written */
    int64_t srs;
    bool multi;
};

static enum gt_status make_table(struct writing *w, struct gt_err *err)
{
    static const char *const types[] = {"TEXT", "INTEGER", "REAL"};
    struct gt_buf sql = {.a = w->a};
    const char *schema = gt_db_name(w->a, w->t->schema);
    const char *table = gt_db_name(w->a, w->t->table);
    gt_buf_addf(&sql, "CREATE TABLE %s.%s (", schema, table);
    gt_buf_add(&sql, "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (w->f->shapes)
        gt_buf_addf(&sql, ", geom %s", geometry_type(w->f->shapes, w->multi));
    for (size_t i = 0; i < w->f->n_fields; i++)
        gt_buf_addf(&sql, ", %s %s", gt_db_name(w->a, w->f->field[i]), types[w->type[i]]);
    gt_buf_add(&sql, ")");
    return gt_db_run(w->db, sql.p, err);
}

static enum gt_status enlist_contents(struct writing *w, struct gt_box b, struct gt_err *err)
{
    GT_AUTO_STMT contents = NULL;
    const char *s = gt_db_name(w->a, w->t->schema);
    GT_TRY(gt_db_prepare(
        w->db,
        gt_printf(
            w->a,
            "INSERT INTO %s.gpkg_contents VALUES (?1, ?10, (SELECT CASE WHEN count(*) = 0 "
            "THEN ?2 END FROM %s.gpkg_contents WHERE identifier = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            s, s),
        &contents, err));
    GT_TRY(gt_db_bind(contents, err, "ttttnnnnit", w->t->table, w->t->table,
                      gt_text2(w->t->title, GT_ZH), w->t->time, b.x0, b.y0, b.x1, b.y1, w->srs,
                      w->f->shapes ? "features" : "attributes"));
    return gt_db_done(contents, err);
}

static enum gt_status enlist(struct writing *w, struct gt_err *err)
{
    GT_AUTO_STMT columns = NULL;
    const char *s = gt_db_name(w->a, w->t->schema);
    double none = (double)NAN;
    if (!w->f->shapes)
        return enlist_contents(w, (struct gt_box){none, none, none, none}, err);
    GT_TRY(enlist_contents(w, w->f->shapes->box, err));
    GT_TRY(gt_db_prepare(
        w->db,
        gt_printf(w->a, "INSERT INTO %s.gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, 0, 0)", s),
        &columns, err));
    GT_TRY(gt_db_bind(columns, err, "ttti", w->t->table, GT_GPKG_GEOM,
                      geometry_type(w->f->shapes, w->multi), w->srs));
    return gt_db_done(columns, err);
}

/* ---- Rows ---- */

/* "GP", version 0, flags (little-endian, box of x and y), SRS, box; then the WKB. */
static enum gt_status make_blob(struct writing *w, size_t i, size_t *head, struct gt_err *err)
{
    struct gt_buf *out = &w->blob;
    out->n = 0;
    const struct gt_shapes *s = w->f->shapes;
    size_t n = (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
    const double *xy = s->xy && n ? s->xy + 2 * s->point[s->part[i]] : NULL;
    unsigned char flags = xy ? 0x03 : 0x11;
    int32_t srs = (int32_t)w->srs;
    gt_buf_addn(out, "GP\0", 3);
    gt_buf_addn(out, &flags, 1);
    gt_buf_addn(out, &srs, 4);
    if (xy) {
        double box[4] = {xy[0], xy[0], xy[1], xy[1]};
        for (size_t j = 1; j < n; j++) {
            box[0] = fmin(box[0], xy[2 * j]);
            box[1] = fmax(box[1], xy[2 * j]);
            box[2] = fmin(box[2], xy[2 * j + 1]);
            box[3] = fmax(box[3], xy[2 * j + 1]);
        }
        gt_buf_addn(out, box, sizeof box);
    }
    *head = out->n;
    return gt_wkb_add(out, s, i, w->multi, err);
}

/* The value as the column keeps it: texts and numbers never mix in one. */
static struct gt_value as_stored(struct gt_value v, enum gt_gpkg_type type, char buf[static 32])
{
    v.num += 0.0; /* SQLite knows no -0 */
    if (v.kind == GT_V_NUM && type == GT_GPKG_TEXT)
        return (struct gt_value){.kind = GT_V_TEXT, .text = gt_fmt_num(v.num, buf)};
    if (v.kind == GT_V_NUM && isnan(v.num))
        return (struct gt_value){.kind = GT_V_NODATA};
    return v;
}

static int bind_value(struct sqlite3_stmt *st, int at, const struct gt_value *v,
                      enum gt_gpkg_type type)
{
    if (v->kind == GT_V_NODATA)
        return sqlite3_bind_null(st, at);
    if (v->kind == GT_V_TEXT)
        return sqlite3_bind_text(st, at, v->text, -1, SQLITE_TRANSIENT);
    if (type == GT_GPKG_INT)
        return sqlite3_bind_int64(st, at, (int64_t)v->num);
    return sqlite3_bind_double(st, at, v->num);
}

static enum gt_status add_row(struct writing *w, struct sqlite3_stmt *st, size_t i,
                              struct gt_hash *h, struct gt_err *err)
{
    size_t head = 0;
    int rc = SQLITE_OK;
    if (w->f->shapes) {
        GT_TRY(make_blob(w, i, &head, err));
        rc = sqlite3_bind_blob64(st, 1, w->blob.p, w->blob.n, SQLITE_STATIC);
    }
    for (size_t j = 0; j < w->f->n_fields && rc == SQLITE_OK; j++) {
        char buf[32];
        struct gt_value v = as_stored(w->f->value[i * w->f->n_fields + j], w->type[j], buf);
        rc = bind_value(st, (int)j + 2, &v, w->type[j]);
        gt_gpkg_hash_value(h, &v);
    }
    if (rc != SQLITE_OK)
        return gt_db_fail(w->db, rc, err);
    if (w->f->shapes)
        gt_gpkg_hash_wkb(h, w->blob.p + head, w->blob.n - head);
    return gt_db_done(st, err);
}

static enum gt_status add_rows(struct writing *w, char hash[static GT_HASH_TEXT],
                               struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    struct gt_hash h;
    struct gt_buf sql = {.a = w->a};
    const char *schema = gt_db_name(w->a, w->t->schema);
    const char *table = gt_db_name(w->a, w->t->table);
    gt_buf_addf(&sql, "INSERT INTO %s.%s (", schema, table);
    gt_buf_add(&sql, w->f->shapes ? "geom" : "fid");
    for (size_t i = 0; i < w->f->n_fields; i++)
        gt_buf_addf(&sql, ", %s", gt_db_name(w->a, w->f->field[i]));
    gt_buf_add(&sql, ") VALUES (?1"); /* a table's fid stays unbound: SQLite gives it */
    for (size_t i = 0; i < w->f->n_fields; i++)
        gt_buf_addf(&sql, ", ?%zu", i + 2);
    gt_buf_add(&sql, ")");
    GT_TRY(gt_db_prepare(w->db, sql.p, &st, err));
    gt_gpkg_hash_begin(&h, w->f->shapes ? w->f->shapes->crs : NULL, w->f->field, w->f->n_fields);
    for (size_t i = 0; i < gt_features_count(w->f); i++)
        GT_TRY(add_row(w, st, i, &h, err));
    gt_hash_end(&h, hash);
    return GT_OK;
}

static enum gt_status check_names(const struct gt_features *f, struct gt_err *err)
{
    if (f->n_fields > 1900)
        return gt_fail(err, GT_ETOOBIG, "expected at most 1900 fields, found %zu", f->n_fields);
    for (size_t i = 0; i < f->n_fields; i++) {
        const char *name = f->field[i];
        if (!name[0] || strcasecmp(name, GT_GPKG_FID) == 0 || strcasecmp(name, GT_GPKG_GEOM) == 0)
            return gt_fail(err, GT_EINPUT,
                           "expected fields of other names than '', fid and geom, found '%s'",
                           name);
        for (size_t j = 0; j < i; j++)
            if (strcasecmp(name, f->field[j]) == 0)
                return gt_fail(err, GT_EINPUT,
                               "expected fields of different names, found '%s' twice", name);
    }
    return GT_OK;
}

enum gt_status gt_gpkg_write(struct sqlite3 *db, const struct gt_gpkg_table *t,
                             const struct gt_features *f, char hash[static GT_HASH_TEXT],
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_TRY(check_names(f, err));
    struct writing w = {
        .db = db,
        .t = t,
        .f = f,
        .a = a,
        .type = GT_TAKE_N(a, enum gt_gpkg_type, f->n_fields + 1),
        .blob = {.a = a},
        .multi = f->shapes && gt_wkb_is_multi(f->shapes),
    };
    for (size_t i = 0; i < f->n_fields; i++)
        w.type[i] = gt_gpkg_type_of(f, i);
    if (f->shapes)
        GT_TRY(srs_id(db, t->schema, f->shapes->crs, &w.srs, err));
    GT_TRY(make_table(&w, err));
    GT_TRY(enlist(&w, err));
    return add_rows(&w, hash, err);
}
