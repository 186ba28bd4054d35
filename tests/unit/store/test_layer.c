/* test_layer.c: stored layers read in parts, and written in chunks. */
#include "gpkg.h"
#include "kit.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static struct gt_err err;

static const struct gt_dataset *find(struct gt_store *s, struct gt_arena *a, const char *id)
{
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, a, id, 0, &d, &err), GT_OK, &err);
    return d;
}

static const struct gt_layer_source *open_layer(struct gt_store *s, struct gt_arena *a,
                                                const char *id)
{
    const struct gt_layer_source *l = NULL;
    T_STATUS_ERR(gt_store_layer(s, a, find(s, a, id), &l, &err), GT_OK, &err);
    return l;
}

static const struct gt_features *part(const struct gt_layer_source *l, struct gt_arena *a,
                                      struct gt_layer_query q)
{
    const struct gt_features *f = NULL;
    T_STATUS_ERR(l->read(l->ctx, a, &q, &f, &err), GT_OK, &err);
    return f;
}

static int64_t ask(const char *path, const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK);
    T_OK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
    T_OK(sqlite3_step(st) == SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return v;
}

static struct gt_features slice(struct gt_arena *a, const struct gt_features *f, size_t from,
                                size_t n)
{
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    struct gt_features out = *f;
    *s = *f->shapes;
    s->part += from;
    s->n = n;
    out.shapes = s;
    out.value += from * f->n_fields;
    return out;
}

static void write_chunks(struct gt_store *s, const char *id, const struct gt_features *f,
                         size_t chunk)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_txn *t = kit_begin(s);
    struct gt_layer_sink *sink;
    T_STATUS_ERR(gt_txn_layer(t, id, f, &sink, &err), GT_OK, &err);
    for (size_t i = 0; i < f->shapes->n; i += chunk) {
        struct gt_features one =
            slice(a, f, i, f->shapes->n - i < chunk ? f->shapes->n - i : chunk);
        T_STATUS_ERR(sink->write(sink->ctx, &one, &err), GT_OK, &err);
    }
    T_STATUS_ERR(kit_describe(t, id, &err), GT_OK, &err);
    T_OK(sink->write(sink->ctx, f, &err) == GT_EINTERNAL);
    kit_commit(t);
}

T_TEST(layer_is_read_in_parts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "squares", 50, 1, &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_layer_source *l = open_layer(s, a, "squares");
    T_EQ_INT(l->n, 50);
    T_EQ_INT(l->n_fields, 3);
    T_EQ_STR(l->field[1].name, "面积");
    T_EQ_INT(l->field[1].kind, GT_COLUMN_REAL);
    T_EQ_NUM(l->box.x1, 87.5);
    const struct gt_features *f = part(l, a, (struct gt_layer_query){.from = 7, .count = 5});
    T_EQ_INT(f->shapes->n, 5);
    T_EQ_INT(gt_features_id(f, 0), 8);
    T_EQ_STR(f->value[0].text, "07");
    static const int fields[] = {2, 0};
    f = part(l, a, (struct gt_layer_query){.from = 48, .field = fields, .n_fields = 2});
    T_EQ_INT(f->shapes->n, 2);
    T_EQ_STR(f->field[1], "code");
    T_EQ_STR(f->value[1].text, "048");
    f = part(l, a, (struct gt_layer_query){.no_fields = true});
    T_EQ_INT(f->n_fields, 0);
    T_EQ_INT(f->shapes->n, 50);
    T_OK(f->id == NULL);
    f = part(l, a, (struct gt_layer_query){.no_shapes = true, .count = 3});
    T_OK(f->shapes == NULL);
    T_EQ_INT(f->n_rows, 3);
    gt_store_close(s);
}

/* Boxes of single precision are wider than the features: what only they meet must not come. */
T_TEST(layer_box_is_exact)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "squares", 200, 0, &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_layer_source *l = open_layer(s, a, "squares");
    const struct gt_features *all = part(l, a, (struct gt_layer_query){0});
    for (int i = 0; i < 60; i++) {
        double x = 86.99 + i * 0.0371 - (i % 3) * 1e-9;
        struct gt_box box = {x, 28.0099999999, x + 0.013, 28.5};
        const struct gt_features *f = part(l, a, (struct gt_layer_query){.box = &box});
        size_t n = 0;
        for (size_t j = 0; j < all->shapes->n; j++) {
            const double *p = all->shapes->xy + 2 * all->shapes->point[all->shapes->part[j]];
            bool meets = p[0] <= box.x1 && p[2] >= box.x0 && p[5] >= box.y0;
            if (!meets)
                continue;
            T_OK(n < f->shapes->n);
            T_EQ_INT(gt_features_id(f, n), j + 1);
            n++;
        }
        T_EQ_INT(f->shapes->n, n);
    }
    gt_store_close(s);
}

T_TEST(layer_in_chunks_is_the_layer_at_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    static const struct gt_field types[] = {{"code", GT_COLUMN_TEXT, 18, 0},
                                            {"面积", GT_COLUMN_REAL, 15, 2},
                                            {"note", GT_COLUMN_TEXT, 0, 0}};
    struct gt_features f = *kit_features(a, 40, 1);
    f.type = types;
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    write_chunks(s, "chunks", &f, 7);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_vector(t, "whole", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "whole", &err), GT_OK, &err);
    kit_commit(t);
    const struct gt_dataset *one = find(s, a, "chunks"), *two = find(s, a, "whole");
    T_EQ_STR(one->hash, two->hash);
    T_EQ_INT(one->features, 40);
    T_EQ_NUM(one->box.x1, two->box.x1);
    kit_verify(s);
    const struct gt_layer_source *l = open_layer(s, a, "chunks");
    T_EQ_INT(l->field[0].length, 18);
    T_EQ_INT(l->field[2].length, 0);
    T_EQ_INT(l->field[1].kind, GT_COLUMN_REAL);
    gt_store_close(s);
    const char *plan = kit_path(a, dir, "plan.gpkg");
    T_EQ_INT(ask(plan, "SELECT count(*) FROM (SELECT fid, geom, code, note FROM chunks EXCEPT "
                       "SELECT fid, geom, code, note FROM whole)"),
             0);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM rtree_chunks_geom"), 40);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM gpkg_extensions WHERE extension_name = "
                       "'gpkg_rtree_index' AND table_name IN ('chunks', 'whole')"),
             2);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM sqlite_master WHERE type = 'trigger' AND tbl_name = "
                       "'chunks' AND sql LIKE '%\"rtree_chunks_geom\"%'"),
             6);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM sqlite_master WHERE name LIKE '%\\_v_%' ESCAPE '\\'"),
             0);
}

/* The first 9 squares are single polygons; then one of two. */
T_TEST(layer_chunks_turn_multi_when_one_does)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_features f = *kit_features(a, 12, 1);
    struct gt_shapes two = *f.shapes;
    int64_t *part_of = GT_TAKE_N(a, int64_t, 12);
    /* Feature 10 takes the rings of 11 with its own. */
    memcpy(part_of, two.part, 10 * sizeof *part_of);
    part_of[10] = two.part[11];
    part_of[11] = two.part[12];
    two.part = part_of;
    two.n = 11;
    f.shapes = &two;
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    for (size_t chunk = 1; chunk <= 11; chunk += 5)
        write_chunks(s, gt_printf(a, "chunks%zu", chunk), &f, chunk);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_vector(t, "whole", &f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "whole", &err), GT_OK, &err);
    kit_commit(t);
    kit_verify(s);
    T_EQ_STR(find(s, a, "chunks1")->hash, find(s, a, "whole")->hash);
    T_EQ_STR(find(s, a, "chunks6")->hash, find(s, a, "whole")->hash);
    gt_store_close(s);
    const char *plan = kit_path(a, dir, "plan.gpkg");
    T_EQ_INT(ask(plan, "SELECT count(*) FROM (SELECT * FROM chunks1 EXCEPT SELECT * FROM whole)"),
             0);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM gpkg_geometry_columns WHERE geometry_type_name = "
                       "'MULTIPOLYGON'"),
             4);
    T_EQ_INT(ask(plan, "SELECT count(*) FROM pragma_table_info('chunks1') WHERE type = "
                       "'MULTIPOLYGON'"),
             1);
}

T_TEST(layer_declared_types_are_kept_to)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    static const struct gt_field whole[] = {{"code", GT_COLUMN_TEXT, 0, 0},
                                            {"面积", GT_COLUMN_INT, 4, 0},
                                            {"note", GT_COLUMN_TEXT, 0, 0}};
    static const struct gt_field number[] = {{"code", GT_COLUMN_REAL, 0, 0},
                                             {"面积", GT_COLUMN_REAL, 0, 0},
                                             {"note", GT_COLUMN_TEXT, 0, 0}};
    struct gt_features f = *kit_features(a, 3, 0);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    f.type = whole;
    T_STATUS(gt_txn_vector(t, "x", &f, &err), GT_EINPUT);
    T_HAS(err.text, "feature 2, field 面积: expected a whole number, found '1.5'");
    f.type = number;
    T_STATUS(gt_txn_vector(t, "y", &f, &err), GT_EINPUT);
    T_HAS(err.text, "feature 1, field code: expected a number, found '00'");
    gt_txn_drop(t);
    gt_store_close(s);
}
