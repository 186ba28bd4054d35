/* test_workspace.c: making and opening workspaces, and what is said where there is none. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kit.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct gt_workspace_info plain = {
    .title = "t", .region = "54", .crs = "EPSG:4490", .cell = 0.01};

static enum gt_status open_close(const char *dir, enum gt_store_mode mode, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s;
    GT_TRY(gt_store_open(a, dir, mode, &s, err));
    gt_store_close(s);
    return GT_OK;
}

static size_t entries(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char **names;
    size_t n = 0;
    T_STATUS(gt_dir_list(a, dir, &names, &n, NULL), GT_OK);
    return n;
}

T_TEST(workspace_keeps_what_it_was_made_with)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_path(a, kit_tmpdir(), "a/b/ws/");
    struct gt_workspace_info info = {
        .title = "日喀则市 \"双评价\" \\ 2020: #1\ttab",
        .region = "540200",
        .crs = "+proj=aea +lat_1=28.5 +lat_2=34.5 +lon_0=89 +ellps=GRS80 +units=m",
        .cell = 1.0 / 1200,
        .synthetic = true,
    };
    T_STATUS_ERR(gt_store_init(dir, &info, &err), GT_OK, &err);
    struct gt_store *s = kit_open(a, dir, GT_STORE_READ);
    const struct gt_workspace_info *back = gt_store_info(s);
    T_EQ_STR(back->title, info.title);
    T_EQ_STR(back->region, info.region);
    T_EQ_STR(back->crs, info.crs);
    T_EQ_NUM(back->cell, info.cell);
    T_OK(back->synthetic);
    T_OK(gt_path_is_dir(kit_path(a, gt_store_dir(s), "files")));
    T_OK(gt_path_is_dir(kit_path(a, gt_store_dir(s), "out")));
    gt_store_close(s);
}

T_TEST(workspace_is_not_made_of_a_folder_in_use)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_tmpdir(), *file = kit_path(a, dir, "other");
    kit_write_text(file, "x");
    T_STATUS(gt_store_init(dir, &plain, &err), GT_EEXISTS);
    T_HAS(err.text, "'other'");
    T_EQ_INT(entries(dir), 1);
    T_STATUS(gt_store_init(file, &plain, &err), GT_EEXISTS);
    T_HAS(err.text, "found a file");
    dir = kit_workspace(a);
    T_STATUS(gt_store_init(dir, &plain, &err), GT_EEXISTS);
    T_HAS(err.text, "found a workspace");
    T_STATUS(open_close(dir, GT_STORE_WRITE, &err), GT_OK);
}

T_TEST(workspace_in_an_empty_folder_and_with_links)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_tmpdir(), *link = kit_path(a, kit_tmpdir(), "link");
    T_OK(symlink(dir, link) == 0);
    T_STATUS_ERR(gt_store_init(link, &plain, &err), GT_OK, &err);
    T_STATUS_ERR(open_close(link, GT_STORE_WRITE, &err), GT_OK, &err);
    T_STATUS_ERR(open_close(dir, GT_STORE_READ, &err), GT_OK, &err);
}

T_TEST(workspace_info_is_checked)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *top = kit_tmpdir(), *dir = kit_path(a, top, "new/ws");
    struct {
        struct gt_workspace_info info;
        const char *says;
    } bad[] = {
        {{.title = "\xff", .region = "54", .crs = "EPSG:4490", .cell = 1}, "title"},
        {{.title = "a\x01z", .region = "54", .crs = "EPSG:4490", .cell = 1}, "title"},
        {{.title = "a\xc2\x85z", .region = "54", .crs = "EPSG:4490", .cell = 1}, "title"},
        {{.title = "t", .region = "54a", .crs = "EPSG:4490", .cell = 1}, "region"},
        {{.title = "t", .region = "54", .crs = "EPSG:1", .cell = 1}, "crs"},
        {{.title = "t", .region = "54", .crs = "", .cell = 1}, "crs"},
        {{.title = "t", .region = "54", .crs = "EPSG:4490", .cell = 0}, "cell"},
        {{.title = "t", .region = "54", .crs = "EPSG:4490", .cell = -1}, "cell"},
        {{.title = "t", .region = "54", .crs = "EPSG:4490", .cell = 1e300 * 1e300}, "cell"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        enum gt_status status = gt_store_init(dir, &bad[i].info, &err);
        T_OK(status != GT_OK);
        T_HAS(err.text, bad[i].says);
    }
    T_EQ_INT(entries(top), 0);
}

T_TEST(workspace_where_there_is_none)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_tmpdir();
    T_STATUS(open_close(dir, GT_STORE_READ, &err), GT_ENOTFOUND);
    T_HAS(err.text, "found none");
    T_STATUS(open_close(kit_path(a, dir, "no"), GT_STORE_READ, &err), GT_ENOTFOUND);
    T_HAS(err.text, "found nothing");
    T_EQ_INT(entries(dir), 0);
}

/* What is put into workspace.yaml, and what is said of it. */
T_TEST(workspace_description_is_read_strictly)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const char rest[] = "region: '54'\ncrs: EPSG:4490\ncell: 0.1\nstore: embedded\n"
                               "synthetic: false\n";
    struct {
        const char *text;
        enum gt_status status;
        const char *says;
    } bad[] = {
        {"", GT_EINPUT, "workspace.yaml"},
        {"format: 2\nanything: new\n", GT_EVERSION, "newer version"},
        {"format: 99999999999999999999\n", GT_EINPUT, "format"},
        {"format: 0\n", GT_EINPUT, "format"},
        {"format: one\n", GT_EINPUT, "format"},
        {"title: t\n", GT_EINPUT, "format"},
        {"- a\n", GT_EINPUT, "workspace.yaml:1:1"},
        {"format: 1\ntitle: t\ntitel: t\n", GT_EINPUT, "titel"},
        {"format: 1\ntitle: t\ntitle: u\n", GT_EINPUT, "title"},
        {"format: 1\ntitle: [t]\n", GT_EINPUT, "title"},
        {"format: 1\n\tx", GT_EINPUT, "workspace.yaml:2"},
        {"\xff\xfe\x00", GT_EINPUT, "workspace.yaml"},
    };
    const char *dir = kit_workspace(a), *path = kit_path(a, dir, "workspace.yaml");
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        const char *more = strstr(bad[i].text, "title") ? rest : "";
        kit_write_text(path, gt_printf(a, "%s%s", bad[i].text, more));
        T_STATUS_ERR(open_close(dir, GT_STORE_READ, &err), bad[i].status, &err);
        T_HAS(err.text, bad[i].says);
    }
    kit_write_text(path, gt_printf(a, "format: 1\ntitle: t\n%s", rest));
    T_STATUS_ERR(open_close(dir, GT_STORE_READ, &err), GT_OK, &err);
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    T_OK(sqlite3_open(path, &db) == SQLITE_OK);
    T_OK(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
    sqlite3_close(db);
}

T_TEST(workspace_files_that_are_missing_or_other)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a), *state = kit_path(a, dir, "state.db");
    run_sql(state, "PRAGMA user_version = 2");
    T_STATUS(open_close(dir, GT_STORE_READ, &err), GT_EVERSION);
    T_HAS(err.text, "newer version");
    run_sql(state, "PRAGMA user_version = 1; PRAGMA application_id = 5");
    T_STATUS(open_close(dir, GT_STORE_READ, &err), GT_EINPUT);
    T_HAS(err.text, "another SQLite file");
    kit_write_text(state, "this is no database, and it is long enough to be looked at as one: "
                          "............................................................");
    T_STATUS(open_close(dir, GT_STORE_WRITE, &err), GT_EINPUT);
    T_HAS(err.text, "state.db");
    T_HAS(err.text, "damaged");
    T_OK(unlink(state) == 0);
    T_STATUS(open_close(dir, GT_STORE_WRITE, &err), GT_EINPUT);
    T_HAS(err.text, "state.db");
    T_OK(!gt_path_exists(state));
    dir = kit_workspace(a);
    T_OK(unlink(kit_path(a, dir, "plan.gpkg")) == 0);
    T_STATUS(open_close(dir, GT_STORE_READ, &err), GT_EINPUT);
    T_HAS(err.text, "plan.gpkg");
}

T_TEST(workspace_left_half_made_is_made_anew)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    T_OK(unlink(kit_path(a, dir, "workspace.yaml")) == 0);
    T_STATUS(gt_store_init(dir, &plain, &err), GT_EEXISTS);
    kit_write_text(kit_path(a, dir, ".guotu-init"), "");
    kit_write_text(kit_path(a, dir, "state.db-journal"), "");
    T_STATUS_ERR(gt_store_init(dir, &plain, &err), GT_OK, &err);
    T_STATUS_ERR(open_close(dir, GT_STORE_WRITE, &err), GT_OK, &err);
    T_OK(!gt_path_exists(kit_path(a, dir, ".guotu-init")));
}

T_TEST(workspace_init_leaves_nothing_at_any_fault)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *top = kit_tmpdir(), *dir = kit_path(a, top, "x/ws");
    static const enum gt_io_fault faults[] = {GT_IO_FULL, GT_IO_SHORT};
    for (size_t k = 0; k < GT_LEN(faults); k++) {
        int failed = 0;
        for (int64_t n = 1, ops = n; ops >= n; n++) {
            gt_io_fault_set(faults[k], n);
            enum gt_status status = gt_store_init(dir, &plain, &err);
            ops = gt_io_ops();
            gt_io_fault_set(GT_IO_NONE, 0);
            if (status != GT_OK) {
                failed++;
                if (entries(top) != 0)
                    t_fail(T_HERE("nothing left"), "%zu at %lld: %s", k, (long long)n, err.text);
                continue;
            }
            T_STATUS_ERR(open_close(dir, GT_STORE_WRITE, &err), GT_OK, &err);
            top = kit_tmpdir();
            dir = kit_path(a, top, "x/ws");
        }
        T_OK(failed > 20);
    }
}
