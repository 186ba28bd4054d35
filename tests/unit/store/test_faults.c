/* test_faults.c: a crash, a full disk and a short write at every write, sync, removal and commit of
 * what changes a workspace: it is the old one or the new one, never a mix, and goes on working. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define CRASHED 137

/* ---- What changes a workspace ---- */

struct scenario {
    const char *name;
    enum gt_status (*run)(struct gt_store *s, const char *files, struct gt_err *err);
    int quick; /* in the quick run each so-many-th operation is tried */
};

static enum gt_status end(struct gt_txn *t, enum gt_status status, struct gt_err *err)
{
    if (status == GT_OK)
        return gt_txn_commit(t, err);
    gt_txn_drop(t);
    return status;
}

static enum gt_status import_raster(struct gt_store *s, const char *files, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_txn *t;
    struct gt_import_report report;
    struct gt_layer_role role = {.id = "dem", .raster = true, .unit = "m"};
    const char *names[] = {gt_path_join(a, files, "a.tif"), gt_path_join(a, files, "b.tif")};
    struct gt_import in = {.files = names, .n_files = 2, .role = &role, .fill_voids = true};
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = gt_import_raster(t, "dem", &in, NULL, &report, err);
    if (status == GT_OK)
        status = kit_describe(t, "dem", err);
    return end(t, status, err);
}

static enum gt_status import_vector(struct gt_store *s, const char *files, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_txn *t;
    struct gt_import_report report;
    struct gt_layer_role role = {.id = "county"};
    const char *name = gt_path_join(a, files, "c.geojson");
    struct gt_import in = {.files = &name, .n_files = 1, .role = &role};
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = gt_import_vector(t, "county", &in, NULL, &report, err);
    if (status == GT_OK)
        status = kit_describe(t, "county", err);
    return end(t, status, err);
}

/* New versions of a raster and a layer that are there, and a new raster: one run's outputs. */
static enum gt_status replace(struct gt_store *s, const char *files, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_txn *t;
    struct gt_raster_info u8 = kit_info(a, GT_U8, 300, 20), f32 = kit_info(a, GT_F32, 30, 280);
    (void)files;
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = kit_raster(t, "height", &f32, 7, err);
    if (status == GT_OK)
        status = kit_squares(t, "parcel", 9, 7, err);
    if (status == GT_OK)
        status = kit_raster(t, "grade", &u8, 8, err);
    return end(t, status, err);
}

static enum gt_status take_away(struct gt_store *s, const char *files, struct gt_err *err)
{
    struct gt_txn *t;
    (void)files;
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = gt_txn_remove(t, "height", err);
    if (status == GT_OK)
        status = gt_txn_remove(t, "parcel", err);
    if (status == GT_OK)
        status = kit_squares(t, "parcel", 2, 3, err);
    return end(t, status, err);
}

static const struct scenario scenarios[] = {
    {"import of rasters", import_raster, 9},
    {"import of a layer", import_vector, 7},
    {"several new versions", replace, 9},
    {"removal", take_away, 7},
};

/* ---- Runs ---- */

struct bench {
    struct gt_arena *a;
    const char *top;       /* folder of all */
    const char *before;    /* the workspace as it was, to be copied */
    const char *files;     /* to be imported */
    const char *old, *new; /* catalogs */
    int64_t ops;
};

static enum gt_status run_in(const char *dir, const struct bench *b, const struct scenario *sc,
                             struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_store *s;
    GT_TRY(gt_store_open(a, dir, GT_STORE_WRITE, &s, err));
    enum gt_status status = sc->run(s, b->files, err);
    gt_store_close(s);
    return status;
}

static const char *catalog_of(struct gt_arena *a, const char *dir)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_store *s = kit_open(scratch, dir, GT_STORE_READ);
    const char *text = kit_catalog(s, a);
    kit_verify(s);
    gt_store_close(s);
    return text;
}

static void make_before(struct bench *b)
{
    struct gt_err err = {0};
    GT_AUTO_ARENA a = gt_arena_new();
    b->before = kit_workspace(b->a);
    struct gt_store *s = kit_open(a, b->before, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_I16, 270, 30);
    T_STATUS_ERR(kit_raster(t, "height", &info, 1, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "parcel", 5, 1, &err), GT_OK, &err);
    kit_commit(t);
    t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "parcel", 6, 2, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
}

static void make_files(struct bench *b)
{
    struct kit_file f = {.w = 260, .h = 20, .type = "Int16", .has_nodata = true, .nodata = 40};
    b->files = b->top;
    kit_file(gt_path_join(b->a, b->files, "a.tif"), &f);
    f.x0 = 87.26;
    kit_file(gt_path_join(b->a, b->files, "b.tif"), &f);
    kit_write_text(
        gt_path_join(b->a, b->files, "c.geojson"),
        "{\"type\":\"FeatureCollection\",\"features\":[{\"type\":\"Feature\",\"properties\":"
        "{\"name\":\"定日县\"},\"geometry\":{\"type\":\"Polygon\",\"coordinates\":[[[87,28],"
        "[88,28],[88,29],[87,28]]]}}]}");
}

/* Once without a fault: what the new state is, and how many operations lead there. */
static void begin(struct bench *b, struct gt_arena *a, const struct scenario *sc)
{
    struct gt_err err = {0};
    *b = (struct bench){.a = a, .top = kit_tmpdir()};
    setenv("SOURCE_DATE_EPOCH", "1600000000", 1);
    make_files(b);
    make_before(b);
    b->old = catalog_of(a, b->before);
    const char *dir = gt_path_join(a, b->top, "whole");
    kit_copy(b->before, dir);
    gt_io_fault_set(GT_IO_NONE, 0);
    T_STATUS_ERR(run_in(dir, b, sc, &err), GT_OK, &err);
    b->ops = gt_io_ops();
    b->new = catalog_of(a, dir);
    T_OK(strcmp(b->old, b->new) != 0);
    T_OK(b->ops > 10);
}

/* What the process that met the fault says: done, failed, or nothing more. */
enum said { DONE, FAILED_SAID, GONE };

static enum said crash_at(const char *dir, const struct bench *b, const struct scenario *sc,
                          int64_t n)
{
    fflush(NULL);
    pid_t child = fork();
    T_OK(child >= 0);
    if (child == 0) {
        struct gt_err err = {0};
        if (!freopen("/dev/null", "w", stderr))
            _exit(99);
        gt_io_fault_set(GT_IO_CRASH, n);
        _exit(run_in(dir, b, sc, &err) == GT_OK ? 0 : 98);
    }
    int status;
    T_OK(waitpid(child, &status, 0) == child);
    T_OK(WIFEXITED(status));
    if (WEXITSTATUS(status) == CRASHED)
        return GONE;
    T_EQ_INT(WEXITSTATUS(status), 0);
    return DONE;
}

static enum said fail_at(const char *dir, const struct bench *b, const struct scenario *sc,
                         enum gt_io_fault fault, int64_t n)
{
    struct gt_err err = {0};
    gt_io_fault_set(fault, n);
    enum gt_status status = run_in(dir, b, sc, &err);
    gt_io_fault_set(GT_IO_NONE, 0);
    if (status == GT_OK)
        return DONE;
    if (status != GT_EIO || !err.text[0])
        t_fail(T_HERE("a full disk is GT_EIO"), "%s: %s", gt_status_name(status), err.text);
    return FAILED_SAID;
}

/* The workspace that somebody finds afterwards. */
static void check_after(struct bench *b, const char *dir, enum said said, const char *at)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *now = catalog_of(a, dir);
    bool old = strcmp(now, b->old) == 0, new = strcmp(now, b->new) == 0;
    if (!old && !new)
        t_fail(T_HERE("old or new"), "%s: neither:\n%s", at, now);
    if ((said == DONE && !new) || (said == FAILED_SAID && !old))
        t_fail(T_HERE("as it was said"), "%s: said %d, is %s", at, (int)said, old ? "old" : "new");
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    kit_no_orphans(s);
    T_EQ_STR(kit_catalog(s, a), now);
    struct gt_txn *t = kit_begin(s);
    struct gt_raster_info info = kit_info(a, GT_I32, 5, 5);
    T_STATUS_ERR(kit_raster(t, "height", &info, 9, &err), GT_OK, &err);
    T_STATUS_ERR(kit_squares(t, "parcel", 3, 9, &err), GT_OK, &err);
    kit_commit(t);
    kit_verify(s);
    kit_no_orphans(s);
    gt_store_close(s);
    T_OK(!gt_path_exists(gt_path_join(a, dir, "state.db-journal")));
    T_OK(!gt_path_exists(gt_path_join(a, dir, "plan.gpkg-journal")));
}

static void try_fault(struct bench *b, const struct scenario *sc, enum gt_io_fault fault, int64_t n)
{
    static const char *const names[] = {"none", "crash", "full", "short"};
    GT_AUTO_ARENA a = gt_arena_new();
    const char *at = gt_printf(a, "%s, %s at %lld", sc->name, names[fault], (long long)n);
    const char *dir = gt_printf(a, "%s/%s-%lld", b->top, names[fault], (long long)n);
    kit_copy(b->before, dir);
    enum said said = fault == GT_IO_CRASH ? crash_at(dir, b, sc, n) : fail_at(dir, b, sc, fault, n);
    check_after(b, dir, said, at);
}

static void try_all(const struct scenario *sc, enum gt_io_fault fault)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct bench b;
    begin(&b, a, sc);
    int step = t_slow() ? 1 : sc->quick;
    for (int64_t n = 1; n <= b.ops + 1; n += step)
        try_fault(&b, sc, fault, n);
    /* The commit itself, whole: that is where the danger is. */
    for (int64_t n = b.ops - 11; step > 1 && n <= b.ops; n++)
        if (n > 0 && (n - 1) % step != 0)
            try_fault(&b, sc, fault, n);
    unsetenv("SOURCE_DATE_EPOCH");
}

T_TEST(fault_crash_while_rasters_are_imported)
{
    try_all(&scenarios[0], GT_IO_CRASH);
}

T_TEST(fault_crash_while_a_layer_is_imported)
{
    try_all(&scenarios[1], GT_IO_CRASH);
}

T_TEST(fault_crash_while_versions_are_published)
{
    try_all(&scenarios[2], GT_IO_CRASH);
}

T_TEST(fault_crash_while_datasets_are_removed)
{
    try_all(&scenarios[3], GT_IO_CRASH);
}

T_TEST(fault_full_disk_while_rasters_are_imported)
{
    try_all(&scenarios[0], GT_IO_FULL);
    try_all(&scenarios[0], GT_IO_SHORT);
}

T_TEST(fault_full_disk_while_a_layer_is_imported)
{
    try_all(&scenarios[1], GT_IO_FULL);
    try_all(&scenarios[1], GT_IO_SHORT);
}

T_TEST(fault_full_disk_while_versions_are_published)
{
    try_all(&scenarios[2], GT_IO_FULL);
    try_all(&scenarios[2], GT_IO_SHORT);
}

T_TEST(fault_full_disk_while_datasets_are_removed)
{
    try_all(&scenarios[3], GT_IO_FULL);
    try_all(&scenarios[3], GT_IO_SHORT);
}

/* ---- Killed in earnest ---- */

T_TEST(fault_killed_at_any_moment)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct bench b;
    const struct scenario *sc = &scenarios[2];
    begin(&b, a, sc);
    int runs = t_slow() ? 300 : 12;
    for (int i = 0; i < runs; i++) {
        const char *dir = gt_printf(a, "%s/kill-%d", b.top, i);
        kit_copy(b.before, dir);
        fflush(NULL);
        pid_t child = fork();
        T_OK(child >= 0);
        if (child == 0) {
            struct gt_err err = {0};
            gt_io_fault_set(GT_IO_NONE, 0);
            _exit(run_in(dir, &b, sc, &err) == GT_OK ? 0 : 98);
        }
        /* A fixed spread of moments over about as long as the run takes. */
        nanosleep(&(struct timespec){.tv_nsec = (i * 7919 % runs) * (60000000 / runs)}, NULL);
        kill(child, SIGKILL);
        int status;
        T_OK(waitpid(child, &status, 0) == child);
        bool done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
        check_after(&b, dir, done ? DONE : GONE, gt_printf(a, "killed, run %d", i));
    }
    unsetenv("SOURCE_DATE_EPOCH");
}
