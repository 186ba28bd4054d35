/* test_txn.c: versions, transactions that end well and badly, removal, the catalog's answers. */
#include "gpkg.h"
#include "kit.h"

#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void add(struct gt_store *s, const char *raster, const char *layer, int seed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_I16, 20, 10);
    if (raster)
        T_STATUS_ERR(kit_raster(t, raster, &info, seed, &err), GT_OK, &err);
    if (layer)
        T_STATUS_ERR(kit_squares(t, layer, (size_t)seed, seed, &err), GT_OK, &err);
    kit_commit(t);
}

static const struct gt_dataset *find(struct gt_store *s, struct gt_arena *a, const char *id,
                                     int64_t version)
{
    struct gt_err err = {0};
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, a, id, version, &d, &err), GT_OK, &err);
    return d;
}

T_TEST(txn_catalog_keeps_what_is_said_of_a_dataset)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, "dem", "county", 4);
    gt_store_close(s);
    s = kit_open(a, dir, GT_STORE_READ);
    const struct gt_dataset *d = find(s, a, "dem", 0);
    T_EQ_INT(d->version, 1);
    T_EQ_STR(d->role, "test");
    T_EQ_STR(d->title.zh, "测试");
    T_EQ_STR(d->grade, "公开");
    T_EQ_STR(d->crs, "EPSG:4490");
    T_EQ_STR(d->lineage, "{\"op\":\"test\"}");
    T_HAS(d->hash, "blake2b:");
    T_EQ_INT(strlen(d->created), 20);
    T_EQ_NUM(d->box.x1, 87.02);
    d = find(s, a, "county", 0);
    T_EQ_STR(d->geometry, "polygon");
    T_EQ_INT(d->features, 4);
    T_NEAR(d->box.x1, 87.04, 1e-12);
    struct gt_json *obj = gt_json_obj(a);
    gt_dataset_json(d, obj);
    T_EQ_STR(gt_json_str(gt_json_get(gt_json_get(obj, "lineage"), "op"), ""), "test");
    T_EQ_INT(gt_json_len(gt_json_get(obj, "box")), 4);
    T_EQ_STR(gt_json_str(gt_json_get(gt_json_get(obj, "title"), "en"), ""), "a test");
    gt_store_close(s);
}

T_TEST(txn_versions_stay_until_removed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    const struct gt_features *f;
    for (int i = 1; i <= 3; i++)
        add(s, "dem", "county", i);
    for (int i = 1; i <= 3; i++) {
        const struct gt_dataset *d = find(s, a, "county", i);
        T_EQ_INT(d->features, i);
        T_STATUS_ERR(gt_store_features(s, a, d, &f, &err), GT_OK, &err);
        T_EQ_INT(f->shapes->n, i);
        T_EQ_INT(find(s, a, "dem", i)->version, i);
    }
    T_EQ_INT(find(s, a, "county", 0)->version, 3);
    kit_verify(s);
    kit_no_orphans(s);
    const struct gt_dataset *d;
    size_t n;
    T_STATUS_ERR(gt_store_list(s, a, &d, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 2);
    T_EQ_STR(d[0].id, "county");
    T_EQ_STR(d[1].id, "dem");
    T_STATUS(gt_store_find(s, a, "dem", 4, &d, &err), GT_ENOTFOUND);
    T_HAS(err.text, "versions 1 to 3");
    gt_store_close(s);
}

T_TEST(txn_removed_datasets_are_gone_and_numbers_do_not_return)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    const struct gt_dataset *d;
    size_t n;
    add(s, "dem", "county", 1);
    add(s, "dem", "county", 2);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_remove(t, "dem", &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_remove(t, "county", &err), GT_OK, &err);
    T_STATUS(gt_txn_remove(t, "none", &err), GT_ENOTFOUND);
    kit_commit(t);
    T_STATUS_ERR(gt_store_list(s, a, &d, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 0);
    kit_no_orphans(s);
    T_STATUS(gt_store_find(s, a, "dem", 0, &d, &err), GT_ENOTFOUND);
    T_HAS(err.text, "none yet");
    add(s, "dem", "county", 3);
    T_EQ_INT(find(s, a, "dem", 0)->version, 3);
    T_EQ_INT(find(s, a, "county", 0)->version, 3);
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(txn_kind_of_a_dataset_may_change)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    add(s, NULL, "x", 1);
    add(s, "x", NULL, 2);
    add(s, NULL, "x", 3);
    T_EQ_INT(find(s, a, "x", 1)->features, 1);
    T_EQ_INT(find(s, a, "x", 2)->kind, GT_DATASET_RASTER);
    T_EQ_INT(find(s, a, "x", 3)->features, 3);
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(txn_dropped_leaves_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, "dem", "county", 2);
    const char *before = kit_catalog(s, a);
    struct gt_raster_info info = kit_info(a, GT_I16, 20, 10);
    struct gt_raster_sink *sink;
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "dem", &info, 5, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "county", 5, 5, &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_raster(t, "half", &info, &sink, &err), GT_OK, &err);
    /* What is not published is not seen, by this store either. */
    T_EQ_STR(kit_catalog(s, a), before);
    kit_verify(s);
    gt_txn_drop(t);
    gt_txn_drop(NULL);
    T_EQ_STR(kit_catalog(s, a), before);
    kit_no_orphans(s);
    /* Not whole, not described: refused, and nothing of it stays. */
    t = kit_begin(s);
    T_STATUS_ERR(gt_txn_raster(t, "half", &info, &sink, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, "half", &err), GT_OK, &err);
    T_STATUS(gt_txn_commit(t, &err), GT_EINTERNAL);
    t = kit_begin(s);
    T_STATUS_ERR(gt_txn_vector(t, "v", kit_features(a, 1, 1), &err), GT_OK, &err);
    T_STATUS(gt_txn_commit(t, &err), GT_EINTERNAL);
    T_EQ_STR(kit_catalog(s, a), before);
    kit_no_orphans(s);
    /* Closing ends what is open. */
    t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "county", 5, 5, &err), GT_OK, &err);
    gt_store_close(s);
    s = kit_open(a, dir, GT_STORE_READ);
    T_EQ_STR(kit_catalog(s, a), before);
    gt_store_close(s);
}

T_TEST(txn_refuses_wrong_names_and_readers)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    static const char *const bad[] = {"",  "A",         "1a",       "a b", "a-b",  "../x",
                                      "ä", "gpkg_data", "sqlite_x", "a;b", "a\"b", "a@1"};
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s), *second;
    T_STATUS(gt_txn_begin(s, &second, &err), GT_EINTERNAL);
    for (size_t i = 0; i < GT_LEN(bad); i++)
        T_STATUS(kit_squares(t, bad[i], 1, 1, &err), GT_EUSE);
    gt_txn_drop(t);
    gt_store_close(s);
    s = kit_open(a, dir, GT_STORE_READ);
    T_STATUS(gt_txn_begin(s, &t, &err), GT_EINTERNAL);
    gt_store_close(s);
}

T_TEST(txn_makes_two_versions_of_a_layer_that_comes_twice)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_dataset *d;
    size_t n;
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "x", 1, 1, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "x", 2, 1, &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_commit(t, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_versions(s, a, "x", &d, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 2);
    T_EQ_INT(d[0].version, 1);
    T_EQ_INT(d[1].version, 2);
    for (size_t i = 0; i < n; i++) {
        char hash[GT_HASH_TEXT];
        T_STATUS_ERR(gt_store_hash(s, &d[i], NULL, hash, &err), GT_OK, &err);
        T_EQ_STR(hash, d[i].hash);
    }
    gt_store_close(s);
}

T_TEST(txn_hash_tells_the_content_before_the_commit)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    char hash[GT_HASH_TEXT], other[GT_HASH_TEXT];
    add(s, "dem", "county", 2);
    struct gt_raster_info info = kit_info(a, GT_I16, 20, 10);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "dem", &info, 2, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "county", 2, 2, &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_hash(t, "dem", hash, &err), GT_OK, &err);
    T_EQ_STR(hash, find(s, a, "dem", 0)->hash);
    T_STATUS_ERR(gt_txn_hash(t, "county", hash, &err), GT_OK, &err);
    T_EQ_STR(hash, find(s, a, "county", 0)->hash);
    T_STATUS(gt_txn_hash(t, "none", hash, &err), GT_EINTERNAL);
    gt_txn_drop(t);
    /* Other cells, another grid, another value: another fingerprint. */
    t = kit_begin(s);
    T_STATUS_ERR(kit_raster(t, "a", &info, 3, &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_hash(t, "a", hash, &err), GT_OK, &err);
    T_OK(strcmp(hash, find(s, a, "dem", 0)->hash) != 0);
    info.grid.x0 += 1e-9;
    T_STATUS_ERR(kit_raster(t, "b", &info, 3, &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_hash(t, "b", other, &err), GT_OK, &err);
    T_OK(strcmp(hash, other) != 0);
    gt_txn_drop(t);
    gt_store_close(s);
}

T_TEST(txn_find_names_the_nearest_and_the_role)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s = kit_open(a, kit_workspace(a), GT_STORE_WRITE);
    const struct gt_dataset *d;
    add(s, "height", "county", 1);
    T_STATUS(gt_store_find(s, a, "hight", 0, &d, &err), GT_ENOTFOUND);
    T_HAS(err.text, "height, county");
    T_STATUS(gt_store_find_role(s, a, "test", &d, &err), GT_EINPUT);
    T_HAS(err.text, "county, height");
    T_OK(d == NULL);
    T_STATUS_ERR(gt_store_find_role(s, a, "none", &d, &err), GT_OK, &err);
    T_OK(d == NULL);
    add(s, "test", NULL, 1);
    T_STATUS_ERR(gt_store_find_role(s, a, "test", &d, &err), GT_OK, &err);
    T_EQ_STR(d->id, "test");
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_remove(t, "test", &err), GT_OK, &err);
    T_STATUS_ERR(gt_txn_remove(t, "county", &err), GT_OK, &err);
    kit_commit(t);
    T_STATUS_ERR(gt_store_find_role(s, a, "test", &d, &err), GT_OK, &err);
    T_EQ_STR(d->id, "height");
    gt_store_close(s);
}

/* ---- Other hands on the workspace ---- */

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

static int64_t ask_sql(const char *path, const char *sql)
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

T_TEST(txn_sweeps_only_its_own_orphans)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, "dem", NULL, 1);
    gt_store_close(s);
    static const char *const kept[] = {"raster/note.txt",
                                       "raster/a@b.tif",
                                       "raster/dem@1-0123456789abcde.tif",
                                       "raster/dem@1-0123456789abcdef.tif.aux.xml",
                                       "state.db.bak",
                                       "mine.tmp"};
    static const char *const swept[] = {"raster/x@7-0123456789abcdef.tif", "state.db-mj12345678",
                                        ".guotu-0123456789abcdef.tmp"};
    for (size_t i = 0; i < GT_LEN(kept); i++)
        kit_write_text(kit_path(a, dir, kept[i]), "x");
    for (size_t i = 0; i < GT_LEN(swept); i++)
        kit_write_text(kit_path(a, dir, swept[i]), "x");
    gt_store_close(kit_open(a, dir, GT_STORE_READ));
    T_OK(gt_path_exists(kit_path(a, dir, swept[0])));
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
    for (size_t i = 0; i < GT_LEN(kept); i++)
        T_OK(gt_path_exists(kit_path(a, dir, kept[i])));
    for (size_t i = 0; i < GT_LEN(swept); i++)
        T_OK(!gt_path_exists(kit_path(a, dir, swept[i])));
    s = kit_open(a, dir, GT_STORE_READ);
    kit_verify(s);
    gt_store_close(s);
}

T_TEST(txn_takes_a_plan_that_was_left_in_wal_mode)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, "dem", "county", 2);
    gt_store_close(s);
    run_sql(plan, "PRAGMA journal_mode = WAL; CREATE TABLE mine (x)");
    s = kit_open(a, dir, GT_STORE_READ);
    kit_verify(s);
    gt_store_close(s);
    s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, "dem", "county", 3);
    kit_verify(s);
    gt_store_close(s);
    T_OK(!gt_path_exists(kit_path(a, dir, "plan.gpkg-wal")));
    run_sql(plan, "INSERT INTO mine VALUES (1)");
}

T_TEST(txn_says_who_holds_a_plan_in_wal_mode)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s;
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    sqlite3 *db;
    setenv("GUOTU_LOCK_WAIT", "0.2", 1);
    T_OK(sqlite3_open(plan, &db) == SQLITE_OK);
    T_OK(sqlite3_exec(db, "PRAGMA journal_mode = WAL; SELECT * FROM gpkg_contents", NULL, NULL,
                      NULL) == SQLITE_OK);
    T_STATUS(gt_store_open(a, dir, GT_STORE_WRITE, &s, &err), GT_EBUSY);
    T_HAS(err.text, "plan.gpkg");
    T_HAS(err.text, "close it");
    sqlite3_close(db);
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
    unsetenv("GUOTU_LOCK_WAIT");
}

T_TEST(txn_says_when_another_program_writes_the_plan)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, NULL, "county", 1);
    gt_store_close(s);
    setenv("GUOTU_LOCK_WAIT", "0.2", 1);
    s = kit_open(a, dir, GT_STORE_WRITE);
    unsetenv("GUOTU_LOCK_WAIT");
    const char *before = kit_catalog(s, a);
    sqlite3 *db;
    T_OK(sqlite3_open(plan, &db) == SQLITE_OK);
    /* It writes: nothing can be added. */
    T_OK(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK);
    struct gt_txn *t = kit_begin(s);
    T_STATUS(kit_squares(t, "county", 2, 2, &err), GT_EBUSY);
    T_HAS(err.text, "in use by another program");
    gt_txn_drop(t);
    /* It only reads, and does not end: what was added cannot be published. */
    T_OK(sqlite3_exec(db, "COMMIT; BEGIN; SELECT * FROM county", NULL, NULL, NULL) == SQLITE_OK);
    t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "county", 2, 2, &err), GT_OK, &err);
    T_STATUS(gt_txn_commit(t, &err), GT_EBUSY);
    T_EQ_STR(kit_catalog(s, a), before);
    sqlite3_close(db);
    add(s, NULL, "county", 3);
    kit_verify(s);
    gt_store_close(s);
}

/* A spatial index as other programs make it: a virtual table, and triggers that call functions
 * which only they have. */
T_TEST(txn_supersedes_a_layer_that_others_indexed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, NULL, "county", 2);
    gt_store_close(s);
    run_sql(
        plan,
        "CREATE VIRTUAL TABLE rtree_county_shape USING rtree(id, minx, maxx, miny, maxy);"
        "INSERT INTO rtree_county_shape VALUES (1, 0, 1, 0, 1);"
        "CREATE TRIGGER rtree_county_shape_insert AFTER INSERT ON county WHEN (new.geom NOT NULL)"
        " BEGIN INSERT OR REPLACE INTO rtree_county_shape VALUES (NEW.fid, ST_Mine(NEW.geom), 1,"
        " 2, 3); END;"
        "INSERT INTO gpkg_extensions VALUES ('county', 'shape', 'gpkg_rtree_index', 'x', 'y'),"
        " ('mine', 'geom', 'gpkg_rtree_index', 'x', 'y');"
        "CREATE TABLE gpkg_ogr_contents (table_name TEXT PRIMARY KEY, feature_count INTEGER);"
        "INSERT INTO gpkg_ogr_contents VALUES ('county', 2);");
    s = kit_open(a, dir, GT_STORE_WRITE);
    add(s, NULL, "county", 3);
    kit_verify(s);
    struct gt_err err = {0};
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_remove(t, "county", &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    T_EQ_INT(ask_sql(plan, "SELECT count(*) FROM gpkg_extensions"), 1);
    T_EQ_INT(ask_sql(plan, "SELECT count(*) FROM gpkg_ogr_contents"), 0);
    T_EQ_INT(ask_sql(plan, "SELECT count(*) FROM gpkg_contents"), 0);
    T_EQ_INT(ask_sql(plan, "SELECT count(*) FROM sqlite_master WHERE name LIKE '%county%'"), 0);
}

T_TEST(txn_does_not_touch_tables_of_others)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    run_sql(plan, "CREATE TABLE county (x); INSERT INTO county VALUES (5)");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "county", 1, 1, &err), GT_OK, &err);
    T_STATUS(gt_txn_commit(t, &err), GT_EEXISTS);
    T_HAS(err.text, "county");
    add(s, "county", NULL, 1);
    gt_store_close(s);
    T_EQ_INT(ask_sql(plan, "SELECT sum(x) FROM county"), 5);
}

T_TEST(txn_layer_changed_or_lost_behind_our_back)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a), *plan = kit_path(a, dir, "plan.gpkg");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    char hash[GT_HASH_TEXT];
    const struct gt_features *f;
    add(s, NULL, "county", 2);
    run_sql(plan, "UPDATE county SET code = 'x' WHERE fid = 1");
    const struct gt_dataset *d = find(s, a, "county", 0);
    T_STATUS_ERR(gt_store_hash(s, d, NULL, hash, &err), GT_OK, &err);
    T_OK(strcmp(hash, d->hash) != 0);
    run_sql(plan, "UPDATE county SET geom = x'4750' WHERE fid = 2");
    T_STATUS(gt_store_features(s, a, d, &f, &err), GT_EINPUT);
    T_HAS(err.text, "table county of plan.gpkg, fid 2");
    run_sql(plan, "UPDATE county SET geom = NULL WHERE fid = 2");
    T_STATUS(gt_store_features(s, a, d, &f, &err), GT_EINPUT);
    run_sql(plan, "DROP TABLE county");
    T_STATUS(gt_store_features(s, a, d, &f, &err), GT_EINPUT);
    T_HAS(err.text, "found none");
    /* And still a new version can be published. */
    add(s, NULL, "county", 3);
    T_STATUS_ERR(gt_store_features(s, a, find(s, a, "county", 0), &f, &err), GT_OK, &err);
    gt_store_close(s);
}
