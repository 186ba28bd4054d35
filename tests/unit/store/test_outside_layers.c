/* test_outside_layers.c: layers of outside files as they come, odd geometries and letters. */
#include "gpkg.h"
#include "kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gt_err err;
static char notes[2000];

static void take_note(void *ctx, enum gt_note_kind kind, const char *text)
{
    size_t n = strlen(notes);
    (void)ctx;
    (void)kind;
    snprintf(notes + n, sizeof notes - n, "%s\n", text);
}

static struct gt_work work = {.on_note = take_note};

static const struct gt_layer_source *only(struct gt_arena *a, const char *path)
{
    const struct gt_layer_source *const *l;
    size_t n;
    notes[0] = '\0';
    T_STATUS_ERR(gt_outside_layers(a, path, NULL, &work, &l, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 1);
    return l[0];
}

static const struct gt_features *all(const struct gt_layer_source *l, struct gt_arena *a)
{
    const struct gt_features *f = NULL;
    T_STATUS_ERR(gt_layer_read(l, a, NULL, &f, &err), GT_OK, &err);
    return f;
}

/* A workspace with one layer of squares, exported. */
static const char *exported(struct gt_arena *a, const char *name, size_t n)
{
    const char *dir = kit_workspace(a), *path = kit_path(a, kit_tmpdir(), name);
    const struct gt_dataset *d;
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "squares", n, 1, &err), GT_OK, &err);
    kit_commit(t);
    T_STATUS_ERR(gt_store_find(s, a, "squares", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_export(s, d, path, &(struct gt_file_opt){0}, NULL, &err), GT_OK, &err);
    gt_store_close(s);
    return path;
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK);
    T_STATUS(gt_gpkg_functions(db, NULL), GT_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        t_fail(T_HERE("sql"), "%s: %s", sql, why);
    sqlite3_close(db);
}

T_TEST(outside_layers_of_every_format)
{
    /* FlatGeobuf keeps an order of its own. */
    static const char *const names[] = {"squares.gpkg", "squares.shp", "squares.gdb",
                                        "squares.geojson"};
    for (size_t i = 0; i < GT_LEN(names); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_layer_source *l = only(a, exported(a, names[i], 20));
        T_EQ_STR(l->name, "squares");
        T_EQ_INT(l->kind, GT_SHAPE_POLYGON);
        T_EQ_INT(l->n, 20);
        T_OK(l->crs != NULL);
        T_OK(gt_layer_field(l, "CODE") == 0);
        const struct gt_features *f = all(l, a);
        T_EQ_INT(f->shapes->n, 20);
        T_OK(f->trait == NULL);
        T_EQ_STR(f->value[3 * 3].text, "03");
        T_EQ_STR(f->value[1 * 3 + 2].text, "定日 'x' \"y\"");
        T_OK(f->value[2].kind == GT_V_NODATA);
        T_EQ_INT(f->outer[0], 1);
        T_EQ_INT(f->outer[2], 0);
        struct gt_box box = {87.035, 28.0, 87.055, 28.5};
        const struct gt_layer_query q = {.box = &box}, part = {.from = 5, .count = 4};
        T_STATUS_ERR(gt_layer_read(l, a, &q, &f, &err), GT_OK, &err);
        T_EQ_INT(f->shapes->n, 3);
        T_EQ_STR(f->value[0].text, "03");
        for (int again = 0; again < 2; again++) {
            T_STATUS_ERR(gt_layer_read(l, a, &part, &f, &err), GT_OK, &err);
            T_EQ_INT(f->shapes->n, 4);
            T_EQ_STR(f->value[0].text, "05");
        }
    }
}

/* Geometries as bytes: an open ring, NaN, a point, two polygons, z, nothing, rubbish. */
T_TEST(outside_layers_show_odd_geometries)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = exported(a, "odd.gpkg", 9);
    run_sql(path,
            "UPDATE squares SET geom = NULL WHERE fid = 1;"
            "UPDATE squares SET geom = x'4750000100000000' || x'0103000000' || x'01000000' || "
            "x'04000000' || zeroblob(16) || x'000000000000F03F' || zeroblob(8) || "
            "x'000000000000F03F000000000000F03F' || x'0000000000000000000000000000F03F' WHERE fid "
            "= 2;"
            "UPDATE squares SET geom = x'4750000100000000' || x'0101000000' || zeroblob(16) WHERE "
            "fid = 3;"
            "UPDATE squares SET geom = x'4750000100000000' || x'0103000000' || x'01000000' || "
            "x'04000000' || zeroblob(16) || x'000000000000F87F' || zeroblob(40) WHERE fid = 4;"
            "UPDATE squares SET geom = x'4750000100000000' || x'01EB030000' || x'01000000' || "
            "x'04000000' || zeroblob(24) || x'000000000000F03F' || zeroblob(16) || "
            "x'000000000000F03F000000000000F03F' || zeroblob(8) || zeroblob(24) WHERE fid = 5;"
            "UPDATE squares SET geom = x'4750000100000000' || x'0103000000' || x'00000000' WHERE "
            "fid = 6;"
            "UPDATE squares SET geom = x'00112233' WHERE fid = 7;"
            "UPDATE squares SET geom = x'4750000100000000' || x'010A000000' || x'01000000' || "
            "x'0108000000' || x'05000000' || zeroblob(16) || x'000000000000F03F000000000000F03F' "
            "|| x'00000000000000400000000000000000' || x'000000000000F03F000000000000F0BF' || "
            "zeroblob(16) WHERE fid = 8;");
    const struct gt_layer_source *l = only(a, path);
    const struct gt_features *f = all(l, a);
    static const int wanted[9] = {GT_TRAIT_NULL,       GT_TRAIT_OPEN,   GT_TRAIT_OTHER_KIND,
                                  GT_TRAIT_NOT_FINITE, GT_TRAIT_Z,      GT_TRAIT_EMPTY,
                                  GT_TRAIT_UNREADABLE, GT_TRAIT_CURVED, 0};
    T_EQ_INT(f->shapes->n, 9);
    for (int i = 0; i < 9; i++)
        T_EQ_INT(f->trait[i], wanted[i]);
    const struct gt_shapes *s = f->shapes;
    T_EQ_INT(s->point[s->part[2]] - s->point[s->part[1]], 5);
    T_EQ_NUM(s->xy[2 * s->point[s->part[2]] - 2], 0);
    T_EQ_INT(s->part[4] - s->part[2], 0);
    T_OK(s->point[s->part[8]] - s->point[s->part[7]] > 20);
    T_EQ_NUM(s->box.x1, 87.09);
}

/* Neither a .cpg nor a mark in the .dbf. */
static void forget_letters(struct gt_arena *a, const char *shp)
{
    const char *stem = gt_strndup(a, shp, strlen(shp) - 4), *dbf = gt_printf(a, "%s.dbf", stem);
    T_STATUS_ERR(gt_path_remove(gt_printf(a, "%s.cpg", stem), &err), GT_OK, &err);
    struct gt_str bytes;
    T_STATUS_ERR(gt_file_get(a, dbf, 1 << 20, &bytes, &err), GT_OK, &err);
    char *p = gt_strndup(a, bytes.p, bytes.n);
    memcpy(p, bytes.p, bytes.n);
    p[29] = 0;
    kit_write(dbf, p, bytes.n);
}

T_TEST(outside_layers_guess_letters)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = exported(a, "gbk.shp", 4), *utf = kit_path(a, kit_tmpdir(), "utf.shp");
    forget_letters(a, path);
    const struct gt_layer_source *l = only(a, path);
    const struct gt_features *f = all(l, a);
    T_EQ_STR(f->value[5].text, "定日 'x' \"y\"");
    T_HAS(notes, "by their bytes they are read as GB18030");
    /* The same in UTF-8. */
    const struct gt_file_layer again = {.name = "gbk", .source = l};
    const struct gt_file_opt opt = {.encoding = "UTF-8", .overwrite = true};
    T_STATUS_ERR(gt_layers_write(utf, &again, 1, &opt, NULL, &err), GT_OK, &err);
    forget_letters(a, utf);
    f = all(only(a, utf), a);
    T_EQ_STR(f->value[5].text, "定日 'x' \"y\"");
    T_HAS(notes, "read as UTF-8");
}

T_TEST(outside_layers_tell_what_cannot_be_read)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_source *const *l;
    size_t n;
    const char *path = kit_path(a, kit_tmpdir(), "plain.gpkg");
    run_sql(path, "CREATE TABLE x (y)");
    T_STATUS(gt_outside_layers(a, path, NULL, NULL, &l, &n, &err), GT_EINPUT);
    T_HAS(err.text, "SQLite file that is no GeoPackage");
    path = kit_path(a, kit_tmpdir(), "plain.mdb");
    kit_write(path, "\0\1\0\0Standard Jet DB", 19);
    T_STATUS(gt_outside_layers(a, path, NULL, NULL, &l, &n, &err), GT_EINPUT);
    T_HAS(err.text, "personal geodatabase");
    T_STATUS(gt_outside_layers(a, "nowhere.shp", NULL, NULL, &l, &n, &err), GT_ENOTFOUND);
}

T_TEST(outside_tables_of_texts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = kit_path(a, kit_tmpdir(), "t.csv");
    /* "名称" in GBK */
    kit_write_text(path, "\xc3\xfb\xb3\xc6,v\n\xb6\xa8\xc8\xd5,01\n");
    const struct gt_layer_source *l = only(a, path);
    const struct gt_features *f = all(l, a);
    T_OK(l->table);
    T_EQ_STR(l->field[0].name, "名称");
    T_EQ_STR(f->value[0].text, "定日");
    T_EQ_STR(f->value[1].text, "01");
}
