/* gpkg_write.c: features into a new table of a GeoPackage, chunk by chunk. */
#include "gpkg.h"
#include "wkb.h"

#include <math.h>
#include <string.h>
#include <strings.h>

struct gt_gpkg_out {
    struct sqlite3 *db;
    struct gt_arena *a;
    const struct gt_gpkg_table *t;
    const struct gt_features *like;
    enum gt_gpkg_type *type;
    const char **declared;
    struct sqlite3_stmt *row, *index;
    int64_t srs;
    bool z;     /* some have heights */
    bool multi; /* geometries are written as multi ones */
    /* Of geometries as they are; and, until one needs it, as multi ones. */
    struct gt_hash hash, multi_hash;
    struct gt_gpkg_made made;
};

static bool has_shapes(const struct gt_gpkg_out *w)
{
    return w->like->shapes != NULL;
}

/* ---- The table ---- */

static const char *geometry_type(const struct gt_shapes *s, bool multi)
{
    switch (s->kind) {
    case GT_SHAPE_POINT: return multi ? "MULTIPOINT" : "POINT";
    case GT_SHAPE_LINE: return multi ? "MULTILINESTRING" : "LINESTRING";
    default: return multi ? "MULTIPOLYGON" : "POLYGON";
    }
}

static enum gt_status make_table(struct gt_gpkg_out *w, const char *name, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf sql = {.a = a};
    gt_buf_addf(&sql, "CREATE TABLE %s.%s (", gt_db_name(a, w->t->schema), gt_db_name(a, name));
    gt_buf_add(&sql, "fid INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if (has_shapes(w))
        gt_buf_addf(&sql, ", geom %s", geometry_type(w->like->shapes, w->multi));
    for (size_t i = 0; i < w->like->n_fields; i++)
        gt_buf_addf(&sql, ", %s %s", gt_db_name(a, w->like->field[i]), w->declared[i]);
    gt_buf_add(&sql, ")");
    return gt_db_run(w->db, sql.p, err);
}

static enum gt_status prepare_row(struct gt_gpkg_out *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf sql = {.a = a};
    gt_buf_addf(&sql, "INSERT INTO %s.%s (", gt_db_name(a, w->t->schema),
                gt_db_name(a, w->t->table));
    gt_buf_add(&sql, has_shapes(w) ? "geom" : "fid");
    for (size_t i = 0; i < w->like->n_fields; i++)
        gt_buf_addf(&sql, ", %s", gt_db_name(a, w->like->field[i]));
    gt_buf_add(&sql, ") VALUES (?1"); /* a table's fid stays unbound: SQLite gives it */
    for (size_t i = 0; i < w->like->n_fields; i++)
        gt_buf_addf(&sql, ", ?%zu", i + 2);
    gt_buf_add(&sql, ")");
    gt_db_finalize_(&w->row);
    w->row = NULL;
    return gt_db_prepare(w->db, sql.p, &w->row, err);
}

/* A geometry needs the multi kind, and all have one: what was written comes into a new table. */
static enum gt_status become_multi(struct gt_gpkg_out *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *schema = gt_db_name(a, w->t->schema), *table = gt_db_name(a, w->t->table);
    const char *name = gt_printf(a, "%s_multi", w->t->table), *made = gt_db_name(a, name);
    struct gt_buf fields = {.a = a};
    gt_buf_add(&fields, "");
    for (size_t i = 0; i < w->like->n_fields; i++)
        gt_buf_addf(&fields, ", %s", gt_db_name(a, w->like->field[i]));
    w->multi = true;
    w->hash = w->multi_hash;
    gt_db_finalize_(&w->row);
    w->row = NULL;
    GT_TRY(make_table(w, name, err));
    struct gt_buf sql = {.a = a};
    gt_buf_addf(&sql, "INSERT INTO %s.%s (fid, geom", schema, made);
    gt_buf_add(&sql, fields.p);
    gt_buf_add(&sql, ") SELECT fid, gt_multi(geom)");
    gt_buf_add(&sql, fields.p);
    gt_buf_addf(&sql, " FROM %s.%s ORDER BY fid; ", schema, table);
    gt_buf_addf(&sql, "DROP TABLE %s.%s; ", schema, table);
    gt_buf_addf(&sql, "ALTER TABLE %s.%s RENAME TO %s", schema, made, table);
    GT_TRY(gt_db_run(w->db, sql.p, err));
    return prepare_row(w, err);
}

static enum gt_status enlist(struct gt_gpkg_out *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT contents = NULL;
    GT_AUTO_STMT columns = NULL;
    const char *s = gt_db_name(a, w->t->schema);
    struct gt_box b = w->made.box;
    GT_TRY(gt_db_prepare(
        w->db,
        gt_printf(
            a,
            "INSERT INTO %s.gpkg_contents VALUES (?1, ?10, (SELECT CASE WHEN count(*) = 0 "
            "THEN ?2 END FROM %s.gpkg_contents WHERE identifier = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            s, s),
        &contents, err));
    GT_TRY(gt_db_bind(contents, err, "ttttnnnnit", w->t->table, w->t->table,
                      gt_text2(w->t->title, GT_ZH), w->t->time, b.x0, b.y0, b.x1, b.y1, w->srs,
                      has_shapes(w) ? "features" : "attributes"));
    GT_TRY(gt_db_done(contents, err));
    if (!has_shapes(w))
        return GT_OK;
    GT_TRY(gt_db_prepare(
        w->db,
        gt_printf(a, "INSERT INTO %s.gpkg_geometry_columns VALUES (?1, ?2, ?3, ?4, ?5, 0)", s),
        &columns, err));
    GT_TRY(gt_db_bind(columns, err, "tttii", w->t->table, GT_GPKG_GEOM,
                      geometry_type(w->like->shapes, w->multi), w->srs, (int64_t)(w->z ? 2 : 0)));
    return gt_db_done(columns, err);
}

/* ---- Rows ---- */

static struct gt_box box_of(const double *xy, size_t n)
{
    double none = (double)NAN;
    struct gt_box b = {none, none, none, none};
    for (size_t j = 0; j < n; j++) {
        b.x0 = b.x0 <= xy[2 * j] ? b.x0 : xy[2 * j];
        b.x1 = b.x1 >= xy[2 * j] ? b.x1 : xy[2 * j];
        b.y0 = b.y0 <= xy[2 * j + 1] ? b.y0 : xy[2 * j + 1];
        b.y1 = b.y1 >= xy[2 * j + 1] ? b.y1 : xy[2 * j + 1];
    }
    return b;
}

static void widen(struct gt_box *all, struct gt_box b)
{
    all->x0 = all->x0 <= b.x0 ? all->x0 : b.x0;
    all->x1 = all->x1 >= b.x1 ? all->x1 : b.x1;
    all->y0 = all->y0 <= b.y0 ? all->y0 : b.y0;
    all->y1 = all->y1 >= b.y1 ? all->y1 : b.y1;
}

/* "GP", version 0, flags (little-endian, box of x and y), SRS, box; then the WKB. */
static enum gt_status make_blob(struct gt_gpkg_out *w, const struct gt_features *f, size_t i,
                                struct gt_buf *out, size_t *head, struct gt_err *err)
{
    const struct gt_shapes *s = f->shapes;
    size_t n = (size_t)(s->point[s->part[i + 1]] - s->point[s->part[i]]);
    const double *xy = s->xy && n ? s->xy + 2 * s->point[s->part[i]] : NULL;
    unsigned char flags = xy ? 0x03 : 0x11;
    int32_t srs = (int32_t)w->srs;
    out->n = 0;
    gt_buf_addn(out, "GP\0", 3);
    gt_buf_addn(out, &flags, 1);
    gt_buf_addn(out, &srs, 4);
    if (xy) {
        struct gt_box b = box_of(xy, n);
        const double box[4] = {b.x0, b.x1, b.y0, b.y1};
        gt_buf_addn(out, box, sizeof box);
        widen(&w->made.box, b);
        GT_TRY(gt_gpkg_index_add(w->index, w->made.n + 1, b, err));
    }
    *head = out->n;
    w->z = w->z || (f->trait && (f->trait[i] & GT_TRAIT_Z));
    return gt_wkb_add_feature(out, f, i, w->multi, err);
}

size_t gt_gpkg_multi_head(unsigned char out[static 9], uint32_t single, bool empty)
{
    uint32_t type = single + 3, n = empty ? 0 : 1;
    out[0] = 1;
    memcpy(out + 1, &type, 4);
    memcpy(out + 5, &n, 4);
    return 9;
}

static void hash_geometry(struct gt_gpkg_out *w, const unsigned char *wkb, size_t n, bool empty)
{
    unsigned char head[9];
    gt_gpkg_hash_wkb(&w->hash, wkb, n);
    if (w->multi)
        return;
    uint64_t all =
        gt_gpkg_multi_head(head, wkb[1] | (uint32_t)wkb[2] << 8, empty) + (empty ? 0 : n);
    gt_hash_add(&w->multi_hash, &all, sizeof all);
    gt_hash_add(&w->multi_hash, head, sizeof head);
    if (!empty)
        gt_hash_add(&w->multi_hash, wkb, n);
}

/* Whole numbers beyond the exact doubles come as texts; SQLite makes them numbers again. */
static bool is_large(const char *text)
{
    int64_t v;
    return gt_parse_int(text, &v) && !gt_gpkg_is_whole((double)v);
}

/* The value as the column keeps it: texts and numbers never mix in one. */
static enum gt_status as_stored(const struct gt_gpkg_out *w, size_t field, struct gt_value *v,
                                char buf[static 32], struct gt_err *err)
{
    enum gt_gpkg_type type = w->type[field];
    v->num += 0.0; /* SQLite knows no -0 */
    if (v->kind == GT_V_NUM && type == GT_GPKG_TEXT)
        *v = (struct gt_value){.kind = GT_V_TEXT, .text = gt_fmt_num(v->num, buf)};
    if (v->kind == GT_V_NUM && isnan(v->num))
        *v = (struct gt_value){.kind = GT_V_NODATA};
    bool good = v->kind == GT_V_NODATA || type == GT_GPKG_TEXT ||
                (v->kind == GT_V_TEXT && type == GT_GPKG_INT && is_large(v->text)) ||
                (v->kind == GT_V_NUM && (type == GT_GPKG_REAL || gt_gpkg_is_whole(v->num)));
    if (good)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "feature %lld, field %s: expected a %snumber, found '%.60s'",
                   (long long)w->made.n + 1, w->like->field[field],
                   type == GT_GPKG_INT ? "whole " : "",
                   v->kind == GT_V_TEXT ? v->text : gt_fmt_num(v->num, buf));
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

static enum gt_status bind_values(struct gt_gpkg_out *w, const struct gt_features *f, size_t i,
                                  struct gt_err *err)
{
    for (size_t j = 0; j < f->n_fields; j++) {
        char buf[32];
        struct gt_value v = f->value[i * f->n_fields + j];
        GT_TRY(as_stored(w, j, &v, buf, err));
        int rc = bind_value(w->row, (int)j + 2, &v, w->type[j]);
        if (rc != SQLITE_OK)
            return gt_db_fail(w->db, rc, err);
        gt_gpkg_hash_value(&w->hash, &v);
        if (!w->multi)
            gt_gpkg_hash_value(&w->multi_hash, &v);
    }
    return GT_OK;
}

static enum gt_status add_row(struct gt_gpkg_out *w, const struct gt_features *f, size_t i,
                              struct gt_buf *blob, struct gt_err *err)
{
    size_t head = 0;
    GT_TRY(bind_values(w, f, i, err));
    if (f->shapes && f->trait && (f->trait[i] & GT_TRAIT_NULL)) {
        sqlite3_bind_null(w->row, 1);
    } else if (f->shapes) {
        GT_TRY(make_blob(w, f, i, blob, &head, err));
        int rc = sqlite3_bind_blob64(w->row, 1, blob->p, blob->n, SQLITE_STATIC);
        if (rc != SQLITE_OK)
            return gt_db_fail(w->db, rc, err);
        hash_geometry(w, (const unsigned char *)blob->p + head, blob->n - head, head == 8);
    }
    w->made.n++;
    return gt_db_done(w->row, err);
}

enum gt_status gt_gpkg_add(struct gt_gpkg_out *w, const struct gt_features *chunk,
                           struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf blob = {.a = a};
    if (chunk->n_fields != w->like->n_fields || !chunk->shapes != !has_shapes(w) ||
        (chunk->shapes && chunk->shapes->kind != w->like->shapes->kind))
        return gt_fail(err, GT_EINTERNAL, "expected chunks of one kind of features");
    if (chunk->shapes && !w->multi && gt_wkb_features_multi(chunk))
        GT_TRY(become_multi(w, err));
    for (size_t i = 0; i < gt_features_count(chunk); i++)
        GT_TRY(add_row(w, chunk, i, &blob, err));
    /* No row outlives what it was bound to. */
    sqlite3_clear_bindings(w->row);
    return GT_OK;
}

/* ---- Beginning and end ---- */

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

static void let_go(void *p)
{
    struct gt_gpkg_out *w = p;
    gt_db_finalize_(&w->row);
    gt_db_finalize_(&w->index);
}

static void declare(struct gt_gpkg_out *w)
{
    static const char *const guessed[] = {"TEXT", "INTEGER", "REAL"};
    static const enum gt_gpkg_type of[] = {[GT_COLUMN_TEXT] = GT_GPKG_TEXT,
                                           [GT_COLUMN_INT] = GT_GPKG_INT,
                                           [GT_COLUMN_REAL] = GT_GPKG_REAL};
    const struct gt_features *f = w->like;
    w->type = GT_TAKE_N(w->a, enum gt_gpkg_type, f->n_fields + 1);
    w->declared = GT_TAKE_N(w->a, const char *, f->n_fields + 1);
    for (size_t i = 0; i < f->n_fields; i++) {
        w->type[i] = f->type ? of[f->type[i].kind] : gt_gpkg_type_of(f, i);
        w->declared[i] = f->type ? gt_gpkg_type_text(w->a, &f->type[i]) : guessed[w->type[i]];
    }
}

enum gt_status gt_gpkg_begin(struct sqlite3 *db, struct gt_arena *a, const struct gt_gpkg_table *t,
                             const struct gt_features *like, struct gt_gpkg_out **out,
                             struct gt_err *err)
{
    double none = (double)NAN;
    struct gt_gpkg_out *w = GT_TAKE(a, struct gt_gpkg_out);
    GT_TRY(check_names(like, err));
    *w = (struct gt_gpkg_out){.db = db, .a = a, .t = t, .like = like};
    w->made.box = (struct gt_box){none, none, none, none};
    gt_arena_defer(a, let_go, w);
    declare(w);
    GT_TRY(make_table(w, t->table, err));
    GT_TRY(gt_gpkg_columns(db, t, like, err));
    GT_TRY(prepare_row(w, err));
    gt_gpkg_hash_begin(&w->hash, like->shapes ? like->shapes->crs : NULL, like->field,
                       like->n_fields);
    w->multi_hash = w->hash;
    *out = w;
    if (!like->shapes)
        return GT_OK;
    GT_TRY(gt_gpkg_srs(db, t->schema, like->shapes->crs, &w->srs, err));
    return gt_gpkg_index_begin(db, t, &w->index, err);
}

enum gt_status gt_gpkg_end(struct gt_gpkg_out *w, struct gt_gpkg_made *out, struct gt_err *err)
{
    let_go(w);
    w->row = w->index = NULL;
    gt_hash_end(&w->hash, w->made.hash);
    GT_TRY(enlist(w, err));
    if (has_shapes(w))
        GT_TRY(gt_gpkg_index_end(w->db, w->t->schema, w->t->table, err));
    *out = w->made;
    return GT_OK;
}

enum gt_status gt_gpkg_write(struct sqlite3 *db, const struct gt_gpkg_table *t,
                             const struct gt_features *f, struct gt_gpkg_made *out,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_gpkg_out *w;
    GT_TRY(gt_gpkg_begin(db, a, t, f, &w, err));
    GT_TRY(gt_gpkg_add(w, f, err));
    return gt_gpkg_end(w, out, err);
}
