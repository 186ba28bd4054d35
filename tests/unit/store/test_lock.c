/* test_lock.c: several processes on one workspace: one writes, others wait or are told; readers see
 * the last commit all the while. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void nap(int ms)
{
    nanosleep(&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L}, NULL);
}

/* A process that holds the workspace until it is killed or the pipe's other end closes. */
static pid_t holder(const char *dir, int *hold)
{
    int ready[2], go[2];
    char byte = 0;
    T_OK(pipe(ready) == 0 && pipe(go) == 0);
    fflush(NULL);
    pid_t child = fork();
    T_OK(child >= 0);
    if (child == 0) {
        struct gt_err err = {0};
        struct gt_store *s;
        struct gt_arena *a = gt_arena_new();
        close(go[1]);
        if (gt_store_open(a, dir, GT_STORE_WRITE, &s, &err) != GT_OK ||
            write(ready[1], "x", 1) != 1)
            _exit(1);
        ssize_t n = read(go[0], &byte, 1);
        gt_store_close(s);
        gt_arena_free(a);
        _exit(n == 0 ? 0 : 2);
    }
    close(ready[1]);
    close(go[0]);
    T_OK(read(ready[0], &byte, 1) == 1);
    close(ready[0]);
    *hold = go[1];
    return child;
}

T_TEST(lock_refuses_a_second_writer_and_names_the_first)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *s;
    const char *dir = kit_workspace(a);
    int hold, status;
    pid_t child = holder(dir, &hold);
    setenv("GUOTU_LOCK_WAIT", "0.1", 1);
    T_STATUS(gt_store_open(a, dir, GT_STORE_WRITE, &s, &err), GT_EBUSY);
    T_HAS(err.text, gt_printf(a, "is being changed by process %ld since 20", (long)child));
    unsetenv("GUOTU_LOCK_WAIT");
    /* Readers are not kept out. */
    gt_store_close(kit_open(a, dir, GT_STORE_READ));
    close(hold);
    T_OK(waitpid(child, &status, 0) == child && status == 0);
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
}

T_TEST(lock_waits_for_a_writer_that_ends)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    int hold, status;
    pid_t child = holder(dir, &hold);
    fflush(NULL);
    pid_t closer = fork();
    if (closer == 0) {
        nap(300);
        close(hold);
        kill(child, SIGTERM);
        _exit(0);
    }
    double from = gt_clock_s();
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
    T_OK(gt_clock_s() - from > 0.2);
    close(hold);
    T_OK(waitpid(child, &status, 0) == child && waitpid(closer, &status, 0) == closer);
}

T_TEST(lock_of_a_killed_writer_is_free)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    int hold, status;
    pid_t child = holder(dir, &hold);
    T_OK(kill(child, SIGKILL) == 0);
    T_OK(waitpid(child, &status, 0) == child);
    close(hold);
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
}

T_TEST(lock_holds_against_a_second_store_of_the_process)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_store *first, *second;
    const char *dir = kit_workspace(a);
    first = kit_open(a, dir, GT_STORE_WRITE);
    setenv("GUOTU_LOCK_WAIT", "0", 1);
    T_STATUS(gt_store_open(a, dir, GT_STORE_WRITE, &second, &err), GT_EBUSY);
    unsetenv("GUOTU_LOCK_WAIT");
    gt_store_close(first);
    gt_store_close(kit_open(a, dir, GT_STORE_WRITE));
}

/* ---- Readers while others write ---- */

/* Commits version after version: in each, the layer has as many squares as its version says, and
 * the raster's greatest value as well. */
static enum gt_status write_version(struct gt_store *s, int v, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_txn *t;
    struct gt_raster_sink *sink;
    struct gt_raster_info info = kit_info(a, GT_I32, 10, 10);
    int32_t cells[100];
    for (int i = 0; i < 100; i++)
        cells[i] = v;
    GT_TRY(gt_txn_begin(s, &t, err));
    enum gt_status status = gt_txn_raster(t, "r", &info, &sink, err);
    if (status == GT_OK)
        status = sink->rows(sink->self, 0, 10, cells, err);
    if (status == GT_OK)
        status = kit_describe(t, "r", err);
    if (status == GT_OK)
        status = kit_squares(t, "v", (size_t)v, v, err);
    if (status == GT_OK)
        return gt_txn_commit(t, err);
    gt_txn_drop(t);
    return status;
}

static pid_t writer(const char *dir, int versions)
{
    fflush(NULL);
    pid_t child = fork();
    T_OK(child >= 0);
    if (child == 0) {
        struct gt_err err = {0};
        struct gt_arena *a = gt_arena_new();
        struct gt_store *s;
        enum gt_status status = gt_store_open(a, dir, GT_STORE_WRITE, &s, &err);
        for (int v = 2; status == GT_OK && v <= versions; v++)
            status = write_version(s, v, &err);
        if (status != GT_OK)
            fprintf(stderr, "writer: %s\n", err.text);
        _exit(status == GT_OK ? 0 : 1);
    }
    return child;
}

T_TEST(lock_readers_see_whole_commits)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    struct gt_store *s = kit_open(a, dir, GT_STORE_WRITE);
    T_STATUS_ERR(write_version(s, 1, &err), GT_OK, &err);
    gt_store_close(s);
    const int versions = 30;
    pid_t child = writer(dir, versions);
    s = kit_open(a, dir, GT_STORE_READ);
    int64_t seen = 0, looks = 0;
    for (int status = 0; seen < versions; looks++) {
        GT_AUTO_ARENA b = gt_arena_new();
        const struct gt_dataset *d;
        const struct gt_features *f;
        struct gt_raster_source *src;
        size_t n;
        int32_t cell;
        T_STATUS_ERR(gt_store_list(s, b, &d, &n, &err), GT_OK, &err);
        T_EQ_INT(n, 2);
        T_EQ_INT(d[0].version, d[1].version);
        T_EQ_NUM(d[0].max, d[1].features);
        T_EQ_INT(d[0].version, d[0].max);
        T_OK(d[0].version >= seen);
        seen = d[0].version;
        /* Also when a new version has come meanwhile, this one is what it was. */
        T_STATUS_ERR(gt_store_features(s, b, &d[1], &f, &err), GT_OK, &err);
        T_EQ_INT(f->shapes->n, seen);
        T_STATUS_ERR(gt_store_raster(s, b, &d[0], &src, &err), GT_OK, &err);
        T_STATUS_ERR(src->read(src->self, 0, (struct gt_window){5, 5, 1, 1}, &cell, 1, &err), GT_OK,
                     &err);
        T_EQ_INT(cell, seen);
        if (waitpid(child, &status, WNOHANG) == child) {
            T_EQ_INT(status, 0);
            child = 0;
        }
    }
    gt_store_close(s);
    int status;
    if (child)
        T_OK(waitpid(child, &status, 0) == child && status == 0);
    T_OK(looks > 2);
}

T_TEST(lock_two_writers_take_turns)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *dir = kit_workspace(a);
    pid_t child[3];
    for (int k = 0; k < 3; k++) {
        fflush(NULL);
        child[k] = fork();
        T_OK(child[k] >= 0);
        if (child[k] != 0)
            continue;
        for (int i = 0; i < 5; i++) {
            struct gt_arena *b = gt_arena_new();
            struct gt_store *s;
            struct gt_txn *t;
            if (gt_store_open(b, dir, GT_STORE_WRITE, &s, &err) != GT_OK ||
                gt_txn_begin(s, &t, &err) != GT_OK ||
                kit_squares(t, "v", (size_t)i + 1, k, &err) != GT_OK ||
                gt_txn_commit(t, &err) != GT_OK) {
                fprintf(stderr, "writer %d: %s\n", k, err.text);
                _exit(1);
            }
            gt_store_close(s);
            gt_arena_free(b);
        }
        _exit(0);
    }
    for (int k = 0; k < 3; k++) {
        int status;
        T_OK(waitpid(child[k], &status, 0) == child[k]);
        T_EQ_INT(status, 0);
    }
    struct gt_store *s = kit_open(a, dir, GT_STORE_READ);
    const struct gt_dataset *d = NULL;
    T_STATUS_ERR(gt_store_find(s, a, "v", 0, &d, &err), GT_OK, &err);
    T_EQ_INT(d->version, 15);
    kit_verify(s);
    kit_no_orphans(s);
    gt_store_close(s);
}

/* Root may write everywhere: then somebody else tries. */
T_TEST(lock_a_folder_that_cannot_be_written)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = kit_workspace(a);
    char top[4096];
    snprintf(top, sizeof top, "%.*s", (int)(strlen(dir) - strlen("/ws")), dir);
    T_OK(chmod(top, 0755) == 0);
    T_OK(chmod(dir, 0555) == 0);
    T_OK(chmod(gt_path_join(a, dir, ".lock"), 0444) == 0);
    fflush(NULL);
    pid_t child = fork();
    T_OK(child >= 0);
    if (child == 0) {
        struct gt_err err = {0};
        struct gt_store *s;
        struct gt_arena *b = gt_arena_new();
        if (geteuid() == 0 && setresuid(65534, 65534, 65534) != 0)
            _exit(3);
        if (gt_store_open(b, dir, GT_STORE_WRITE, &s, &err) != GT_EIO ||
            !strstr(err.text, "lock file"))
            _exit(4);
        if (gt_store_open(b, dir, GT_STORE_READ, &s, &err) != GT_OK)
            _exit(5);
        gt_store_close(s);
        _exit(gt_store_init(gt_path_join(b, dir, "inner"), gt_store_info(s), &err) == GT_EIO ? 0
                                                                                             : 6);
    }
    int status;
    T_OK(waitpid(child, &status, 0) == child);
    T_EQ_INT(status, 0);
    T_OK(chmod(dir, 0755) == 0);
}
