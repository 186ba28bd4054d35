/* gpkg_read.c: a table of a GeoPackage into memory, in the order of its fids. Other programs may
 * have changed it since it was written, so nothing in it is trusted. */
#include "gpkg.h"
#include "letters.h"
#include "wkb.h"

#include <math.h>
#include <stdlib.h>
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

static bool has_shapes(const struct gt_gpkg_table *t)
{
    return t->crs || t->shapes;
}

static const char *geom_of(const struct gt_gpkg_table *t)
{
    return t->geom ? t->geom : GT_GPKG_GEOM;
}

static const char *fid_of(const struct gt_gpkg_table *t)
{
    return t->fid ? t->fid : GT_GPKG_FID;
}

static const char *file_of(const struct gt_gpkg_table *t)
{
    return t->file ? t->file : "plan.gpkg";
}

struct reading {
    struct sqlite3_stmt *st;
    struct gt_arena *a;
    const struct gt_gpkg_table *t;
    const struct gt_layer_query *q;
    bool shapes_wanted;
    struct gt_shape_builder shapes;
    const struct gt_field *all; /* columns of the table */
    size_t n_all;
    struct gt_field *field; /* those that are read: columns from `first` of the statement */
    size_t n_fields;
    int first;
    struct gt_value *value;
    int64_t *id;
    uint16_t *trait;
    bool odd;       /* some have traits */
    bool other_ids; /* some are not 1, 2, 3... */
    int64_t last;   /* the greatest rowid, which tells roughly how many rows there are */
    int64_t count;  /* of the table; 0: not known */
    int64_t bytes;  /* of the file */
    size_t n;       /* rows read */
    size_t cap;     /* rows that value and id have room for */
    struct gt_hash *hash;
};

/* ---- Columns ---- */

static enum gt_status prepare_all(struct sqlite3 *db, const struct gt_gpkg_table *t,
                                  struct sqlite3_stmt **st, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    bool has;
    GT_TRY(gt_gpkg_has(db, t->schema, t->table, &has, err));
    if (!has)
        return gt_fail(err, GT_EINPUT,
                       "expected a table %s in %s, found none: another "
                       "program has removed or renamed it",
                       t->table, file_of(t));
    return gt_db_prepare(
        db, gt_printf(a, "SELECT * FROM %s.%s", gt_db_name(a, t->schema), gt_db_name(a, t->table)),
        st, err);
}

enum gt_status gt_gpkg_fields(struct sqlite3 *db, const struct gt_gpkg_table *t, struct gt_arena *a,
                              const struct gt_field **out, size_t *n, struct gt_err *err)
{
    GT_AUTO_STMT st = NULL;
    bool geom = false;
    GT_TRY(prepare_all(db, t, &st, err));
    int columns = sqlite3_column_count(st);
    struct gt_field *field = GT_TAKE_N(a, struct gt_field, (size_t)columns + 1);
    *n = 0;
    for (int i = 0; i < columns; i++) {
        const char *name = sqlite3_column_name(st, i), *type = sqlite3_column_decltype(st, i);
        if (strcasecmp(name, geom_of(t)) == 0) {
            geom = true;
        } else if (strcasecmp(name, fid_of(t)) != 0) {
            gt_gpkg_type_read(type ? type : "", &field[*n]);
            field[(*n)++].name = gt_strdup(a, name);
        }
    }
    *out = field;
    if (!geom && has_shapes(t))
        return gt_fail(err, GT_EINPUT, "table %s of %s: expected a column %s, found none", t->table,
                       file_of(t), geom_of(t));
    return GT_OK;
}

static enum gt_status choose_fields(struct reading *r, struct gt_err *err)
{
    r->n_fields = r->q->no_fields ? 0 : r->q->field ? r->q->n_fields : r->n_all;
    r->field = GT_TAKE_N(r->a, struct gt_field, r->n_fields + 1);
    for (size_t i = 0; i < r->n_fields; i++) {
        size_t at = r->q->field ? (size_t)r->q->field[i] : i;
        if (at >= r->n_all)
            return gt_fail(err, GT_EINTERNAL, "expected a field below %zu, found %zu", r->n_all,
                           at);
        r->field[i] = r->all[at];
    }
    return GT_OK;
}

/* ---- The statement ---- */

/* Whether the fids are 1, 2, 3... as this program writes them: then places are fids. */
static enum gt_status is_dense(struct reading *r, struct sqlite3 *db, bool *out, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    const char *s = gt_db_name(a, r->t->schema), *t = gt_db_name(a, r->t->table);
    int64_t count = r->count;
    if (!count)
        GT_TRY(gt_gpkg_count(db, r->t, &count, err));
    GT_TRY(gt_db_prepare(db, gt_printf(a, "SELECT min(rowid) FROM %s.%s", s, t), &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    *out = row && gt_db_int(st, 0) == 1 && r->last == count;
    return GT_OK;
}

static enum gt_status find_last(struct reading *r, struct sqlite3 *db, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(db,
                         gt_printf(a,
                                   "SELECT (SELECT max(rowid) FROM %s.%s), page_count * page_size "
                                   "FROM pragma_page_count(?1), pragma_page_size(?1)",
                                   gt_db_name(a, r->t->schema), gt_db_name(a, r->t->table)),
                         &st, err));
    GT_TRY(gt_db_bind(st, err, "t", r->t->schema));
    GT_TRY(gt_db_step(st, &row, err));
    r->last = row ? gt_db_int(st, 0) : 0;
    r->bytes = row ? gt_db_int(st, 1) : 0;
    return GT_OK;
}

static enum gt_status add_where(struct reading *r, struct sqlite3 *db, struct gt_buf *sql,
                                struct gt_err *err)
{
    struct gt_arena *a = sql->a;
    const char *s = gt_db_name(a, r->t->schema), *t = gt_db_name(a, r->t->table);
    bool dense = false, indexed = false;
    int64_t from = r->q->from > 0 ? r->q->from : 0, count = r->q->count;
    if (from || count)
        GT_TRY(is_dense(r, db, &dense, err));
    gt_buf_add(sql, " WHERE 1");
    if (dense && count)
        gt_buf_addf(sql, " AND rowid BETWEEN %lld AND %lld", (long long)from + 1,
                    (long long)(from + count));
    else if (dense)
        gt_buf_addf(sql, " AND rowid > %lld", (long long)from);
    else if (from || count)
        gt_buf_addf(sql,
                    " AND rowid IN (SELECT rowid FROM %s.%s ORDER BY rowid LIMIT %lld OFFSET "
                    "%lld)",
                    s, t, count ? (long long)count : -1LL, (long long)from);
    if (r->q->box && has_shapes(r->t) && !r->t->loose)
        GT_TRY(gt_gpkg_index_has(db, r->t->schema, r->t->table, &indexed, err));
    if (indexed)
        gt_buf_addf(sql,
                    " AND rowid IN (SELECT id FROM %s.%s WHERE maxx >= ?1 AND minx <= ?3 AND maxy "
                    ">= ?2 AND miny <= ?4)",
                    s, gt_db_name(a, gt_gpkg_index_name(a, r->t->table)));
    gt_buf_add(sql, " ORDER BY rowid");
    return GT_OK;
}

static enum gt_status prepare(struct reading *r, struct sqlite3 *db, struct sqlite3_stmt **st,
                              struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf sql = {.a = a};
    gt_buf_add(&sql, "SELECT rowid");
    if (r->shapes_wanted)
        gt_buf_addf(&sql, ", %s", gt_db_name(a, geom_of(r->t)));
    r->first = r->shapes_wanted ? 2 : 1;
    for (size_t i = 0; i < r->n_fields; i++)
        gt_buf_addf(&sql, ", %s", gt_db_name(a, r->field[i].name));
    gt_buf_addf(&sql, " FROM %s.%s", gt_db_name(a, r->t->schema), gt_db_name(a, r->t->table));
    GT_TRY(add_where(r, db, &sql, err));
    GT_TRY(gt_db_prepare(db, sql.p, st, err));
    const struct gt_box *b = r->q->box;
    if (b && sqlite3_bind_parameter_count(*st) > 0)
        GT_TRY(gt_db_bind(*st, err, "nnnn", b->x0, b->y0, b->x1, b->y1));
    return GT_OK;
}

/* ---- Rows ---- */

/* Identifiers of 18 digits are no exact doubles: they are given as texts. */
static struct gt_value whole(struct reading *r, int64_t v)
{
    if (gt_gpkg_is_whole((double)v))
        return (struct gt_value){.kind = GT_V_NUM, .num = (double)v};
    return (struct gt_value){.kind = GT_V_TEXT, .text = gt_printf(r->a, "%lld", (long long)v)};
}

static enum gt_status read_value(struct reading *r, int col, struct gt_value *v, struct gt_err *err)
{
    *v = (struct gt_value){.kind = GT_V_NODATA};
    switch (sqlite3_column_type(r->st, col)) {
    case SQLITE_INTEGER: *v = whole(r, sqlite3_column_int64(r->st, col)); return GT_OK;
    case SQLITE_FLOAT:
        *v = (struct gt_value){.kind = GT_V_NUM, .num = sqlite3_column_double(r->st, col)};
        return GT_OK;
    case SQLITE_TEXT: {
        const char *text = gt_db_text(r->a, r->st, col);
        if (!gt_is_utf8(text, strlen(text)) && r->t->loose)
            text = gt_letters_any(r->a, text);
        else if (!gt_is_utf8(text, strlen(text)))
            return gt_fail(err, GT_EINPUT, "column %s: expected UTF-8 text, found other bytes",
                           sqlite3_column_name(r->st, col));
        *v = (struct gt_value){.kind = GT_V_TEXT, .text = text};
        return GT_OK;
    }
    default: return GT_OK;
    }
}

static enum gt_status add_loose(struct reading *r, const unsigned char *blob, size_t n,
                                struct gt_err *err)
{
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, n, &empty) : 0;
    const void *wkb = head ? blob + head : NULL;
    size_t size = head ? n - head : 0;
    uint16_t *trait = &r->trait[r->n];
    *trait = 0;
    if (!head) {
        *trait = blob ? GT_TRAIT_UNREADABLE : GT_TRAIT_NULL;
        r->odd = true;
        return gt_shape_add_empty(&r->shapes, err);
    }
    if (gt_wkb_is_curved(wkb, size)) {
        *trait = GT_TRAIT_CURVED;
        GT_TRY(gt_wkb_straight(r->a, wkb, size, &wkb, &size, err));
        size = wkb ? size : 0;
    }
    GT_TRY(gt_shape_add_loose(&r->shapes, wkb ? wkb : "", size, trait, err));
    r->odd = r->odd || *trait;
    return GT_OK;
}

/* *meets: its own box meets the one that is asked for. */
static enum gt_status read_geometry(struct reading *r, bool *meets, struct gt_err *err)
{
    const unsigned char *blob = sqlite3_column_blob(r->st, 1);
    size_t n = (size_t)sqlite3_column_bytes(r->st, 1);
    bool empty;
    size_t head = blob ? gt_gpkg_head(blob, n, &empty) : 0;
    struct gt_shape_builder before = r->shapes;
    if (r->t->loose)
        GT_TRY(add_loose(r, blob, n, err));
    else if (!head)
        return gt_fail(err, GT_EINPUT, "expected a geometry of a GeoPackage, found %s",
                       blob ? "other bytes" : "none");
    else
        GT_TRY(gt_shape_add_wkb(&r->shapes, blob + head, n - head, err));
    *meets = !r->q->box || gt_shape_last_meets(&r->shapes, *r->q->box);
    if (!*meets)
        gt_shape_back(&r->shapes, &before);
    else if (r->hash && blob)
        gt_gpkg_hash_wkb(r->hash, blob + head, n - head);
    else if (r->hash)
        gt_gpkg_hash_wkb(r->hash, "", 0);
    return GT_OK;
}

#define SAMPLE 1024 /* rows after which the size of the others is guessed */

/* Rows that are to come in all, as far as is known: no more than the file can hold. */
static int64_t rows_expected(const struct reading *r)
{
    int64_t from = r->q->from > 0 ? r->q->from : 0;
    int64_t n = r->last - from;
    if (r->q->count && r->q->count < n)
        n = r->q->count;
    if (n > r->bytes / (int64_t)(16 + 16 * r->shapes.n_points / SAMPLE))
        n = 0; /* gaps in the numbers */
    return r->q->box || n < SAMPLE ? 0 : n;
}

static enum gt_status room_for_one(struct reading *r, struct gt_err *err)
{
    void *value, *id, *trait;
    if (r->n < r->cap)
        return GT_OK;
    int64_t expected = r->n == SAMPLE ? rows_expected(r) : 0;
    size_t cap = r->cap ? r->cap * 2 : SAMPLE;
    cap = expected > (int64_t)cap ? (size_t)expected : cap;
    if (expected && r->shapes_wanted)
        GT_TRY(gt_shape_expect(&r->shapes, expected, err));
    GT_TRY(gt_reserve(r->a, cap, r->n_fields * sizeof *r->value + 1, "attributes", &value, err));
    GT_TRY(gt_reserve(r->a, cap, sizeof *r->id, "attributes", &id, err));
    GT_TRY(gt_reserve(r->a, cap, sizeof *r->trait, "attributes", &trait, err));
    if (r->n) {
        memcpy(trait, r->trait, r->n * sizeof *r->trait);
        memcpy(value, r->value, r->n * r->n_fields * sizeof *r->value);
        memcpy(id, r->id, r->n * sizeof *r->id);
    }
    r->value = value;
    r->id = id;
    r->trait = trait;
    r->cap = cap;
    return GT_OK;
}

static enum gt_status read_row(struct reading *r, struct gt_err *err)
{
    bool meets = true;
    struct gt_value *v = r->value + r->n * r->n_fields;
    for (size_t j = 0; j < r->n_fields; j++) {
        GT_TRY(read_value(r, r->first + (int)j, &v[j], err));
        if (r->hash)
            gt_gpkg_hash_value(r->hash, &v[j]);
    }
    if (r->shapes_wanted)
        GT_TRY(read_geometry(r, &meets, err));
    if (!meets)
        return GT_OK;
    r->id[r->n] = sqlite3_column_int64(r->st, 0);
    r->other_ids = r->other_ids || r->id[r->n] != (int64_t)r->n + 1;
    r->n++;
    return GT_OK;
}

static enum gt_status read_rows(struct reading *r, struct gt_err *err)
{
    for (bool row;;) {
        GT_TRY(gt_db_step(r->st, &row, err));
        if (!row)
            return GT_OK;
        GT_TRY(room_for_one(r, err));
        if (read_row(r, err) != GT_OK)
            return gt_wrap(err, "table %s of %s, fid %lld", r->t->table, file_of(r->t),
                           (long long)gt_db_int(r->st, 0));
    }
}

static const struct gt_features *features_of(const struct reading *r)
{
    struct gt_features *f = GT_TAKE(r->a, struct gt_features);
    const char **names = GT_TAKE_N(r->a, const char *, r->n_fields + 1);
    for (size_t i = 0; i < r->n_fields; i++)
        names[i] = r->field[i].name;
    struct gt_shape_builder shapes = r->shapes;
    *f = (struct gt_features){
        .shapes = r->shapes_wanted ? gt_shape_end(&shapes, r->t->crs) : NULL,
        .n_rows = r->n,
        .n_fields = r->n_fields,
        .field = names,
        .value = r->value,
        .type = r->field,
        .id = r->other_ids ? r->id : NULL,
        .trait = r->odd ? r->trait : NULL,
        .outer = r->t->loose && r->shapes_wanted ? shapes.outer : NULL,
    };
    return f;
}

enum gt_status gt_gpkg_count(struct sqlite3 *db, const struct gt_gpkg_table *t, int64_t *out,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    GT_AUTO_STMT st = NULL;
    bool row;
    GT_TRY(gt_db_prepare(db,
                         gt_printf(a, "SELECT count(*) FROM %s.%s", gt_db_name(a, t->schema),
                                   gt_db_name(a, t->table)),
                         &st, err));
    GT_TRY(gt_db_step(st, &row, err));
    *out = row ? gt_db_int(st, 0) : 0;
    return GT_OK;
}

enum gt_status gt_gpkg_read(struct sqlite3 *db, const struct gt_gpkg_table *t,
                            const struct gt_gpkg_how *how, struct gt_arena *a,
                            const struct gt_features **out, struct gt_err *err)
{
    static const struct gt_layer_query everything = {0};
    GT_AUTO_STMT st = NULL;
    struct gt_hash hash;
    struct reading r = {.a = a, .t = t, .q = how->q ? how->q : &everything, .count = how->count};
    r.shapes_wanted = has_shapes(t) && (!r.q->no_shapes || r.q->box);
    if (has_shapes(t))
        gt_shape_begin(&r.shapes, a, t->kind);
    GT_TRY(gt_gpkg_fields(db, t, a, &r.all, &r.n_all, err));
    GT_TRY(choose_fields(&r, err));
    GT_TRY(find_last(&r, db, err));
    GT_TRY(prepare(&r, db, &st, err));
    r.st = st;
    if (how->hash) {
        const char **names = GT_TAKE_N(a, const char *, r.n_fields + 1);
        for (size_t i = 0; i < r.n_fields; i++)
            names[i] = r.field[i].name;
        gt_gpkg_hash_begin(&hash, t->crs, names, r.n_fields);
        r.hash = &hash;
    }
    GT_TRY(read_rows(&r, err));
    if (how->hash)
        gt_hash_end(&hash, how->hash);
    r.shapes_wanted = r.shapes_wanted && !r.q->no_shapes;
    *out = features_of(&r);
    return GT_OK;
}
