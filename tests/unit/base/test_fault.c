/* Simulated faults: at every operation, the old state or the new one. */
#include "t.h"
#include "guotu/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *text_of(struct gt_arena *a, const char *path)
{
    struct gt_str text;
    return gt_file_get(a, path, 1 << 20, &text, NULL) == GT_OK ? text.p : NULL;
}

static size_t count_names(struct gt_arena *a, const char *dir)
{
    const char **names;
    size_t n = 0;
    T_STATUS(gt_dir_list(a, dir, &names, &n, NULL), GT_OK);
    return n;
}

/* Runs fn(dir) in a child of its own with the fault; returns its exit status. */
static int in_child(void (*fn)(const char *dir), const char *dir, enum gt_io_fault fault, int at)
{
    fflush(NULL);
    pid_t pid = fork();
    T_OK(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDERR_FILENO);
        gt_io_fault_set(fault, at);
        fn(dir);
        _exit(0);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    T_OK(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void put_new(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    enum gt_status status = gt_file_put(gt_path_join(a, dir, "f"), "newer", 5, NULL);
    (void)status;
}

T_TEST(operations_are_counted)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    gt_io_fault_set(GT_IO_NONE, 0);
    T_EQ_INT(gt_io_ops(), 0);
    put_new(dir);
    T_EQ_INT(gt_io_ops(), 5); /* create, write, sync, rename, sync of the folder */
    T_EQ_INT(gt_io_before(GT_IO_COMMIT, "x"), GT_IO_NONE);
    T_EQ_INT(gt_io_ops(), 6);
    T_STATUS(gt_dir_make(dir, NULL), GT_OK);
    T_EQ_INT(gt_io_ops(), 6); /* nothing to make */
    T_STATUS(gt_dir_make(gt_path_join(a, dir, "d"), NULL), GT_OK);
    T_EQ_INT(gt_io_ops(), 7);
}

T_TEST(put_survives_a_crash_at_every_operation)
{
    GT_AUTO_ARENA a = gt_arena_new();
    int old = 0, new = 0;
    for (int at = 1; at <= 6; at++) {
        const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f");
        T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
        T_EQ_INT(in_child(put_new, dir, GT_IO_CRASH, at), at <= 5 ? 137 : 0);
        const char *text = text_of(a, path);
        T_OK(text != NULL);
        old += strcmp(text, "old") == 0;
        new += strcmp(text, "newer") == 0;
    }
    T_EQ_INT(old, 4);
    T_EQ_INT(new, 2);
}

/* What put leaves when the n-th operation fails, in this process. */
static void check_failed_put(enum gt_io_fault fault, int at, bool fails)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f");
    struct gt_err err = {0};
    T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
    gt_io_fault_set(fault, at);
    enum gt_status status = gt_file_put(path, "newer", 5, &err);
    gt_io_fault_set(GT_IO_NONE, 0);
    T_STATUS_ERR(status, fails ? GT_EIO : GT_OK, &err);
    if (fails)
        T_HAS(err.text, "No space left on device");
    T_EQ_STR(text_of(a, path), at <= 4 && fails ? "old" : "newer");
    T_EQ_INT(count_names(a, dir), 1);
}

T_TEST(put_survives_a_full_disk_at_every_operation)
{
    for (int at = 1; at <= 6; at++)
        check_failed_put(GT_IO_FULL, at, at <= 5);
}

T_TEST(put_survives_a_short_write)
{
    for (int at = 1; at <= 6; at++)
        check_failed_put(GT_IO_SHORT, at, at <= 5);
}

T_TEST(a_full_disk_still_removes_and_shrinks)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f");
    struct gt_file *f, *other;
    T_STATUS(gt_file_create(path, &f, NULL), GT_OK);
    T_STATUS(gt_file_write(f, "abcdef", 6, NULL), GT_OK);
    gt_io_fault_set(GT_IO_FULL, 1);
    enum gt_status first = gt_file_write(f, "x", 1, NULL);
    enum gt_status later = gt_file_write(f, "x", 1, NULL);
    enum gt_status sync = gt_file_sync(f, NULL);
    enum gt_status shrink = gt_file_truncate(f, 3, NULL);
    enum gt_status grow = gt_file_truncate(f, 9, NULL);
    enum gt_status create = gt_file_create(gt_path_join(a, dir, "g"), &other, NULL);
    enum gt_status rename = gt_path_rename(path, gt_path_join(a, dir, "h"), NULL);
    enum gt_status make = gt_dir_make(gt_path_join(a, dir, "d"), NULL);
    enum gt_status folder = gt_dir_sync(dir, NULL);
    int64_t size = gt_file_size(f);
    enum gt_status close = gt_file_close(f, NULL);
    enum gt_status remove = gt_path_remove(path, NULL);
    gt_io_fault_set(GT_IO_NONE, 0);
    T_STATUS(first, GT_EIO);
    T_STATUS(later, GT_EIO);
    T_STATUS(sync, GT_EIO);
    T_STATUS(shrink, GT_OK);
    T_STATUS(grow, GT_EIO);
    T_EQ_INT(size, 3);
    T_STATUS(create, GT_EIO);
    T_STATUS(rename, GT_EIO);
    T_STATUS(make, GT_EIO);
    T_STATUS(folder, GT_EIO);
    T_STATUS(close, GT_OK);
    T_STATUS(remove, GT_OK);
    T_EQ_INT(count_names(a, dir), 0);
}

T_TEST(a_short_write_leaves_half)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, t_tmpdir(), "f");
    struct gt_file *f;
    T_STATUS(gt_file_create(path, &f, NULL), GT_OK);
    gt_io_fault_set(GT_IO_SHORT, 1);
    enum gt_status status = gt_file_write(f, "abcdef", 6, NULL);
    int64_t size = gt_file_size(f);
    enum gt_status later = gt_file_write(f, "g", 1, NULL);
    gt_io_fault_set(GT_IO_NONE, 0);
    T_STATUS(gt_file_close(f, NULL), GT_OK);
    T_STATUS(status, GT_EIO);
    T_EQ_INT(size, 3);
    T_STATUS(later, GT_OK);
    T_EQ_STR(text_of(a, path), "abcg");
}

T_TEST(shims_are_told_what_to_do)
{
    gt_io_fault_set(GT_IO_SHORT, 2);
    enum gt_io_fault one = gt_io_before(GT_IO_WRITE, "x"), two = gt_io_before(GT_IO_COMMIT, "x");
    enum gt_io_fault three = gt_io_before(GT_IO_WRITE, "x");
    gt_io_fault_set(GT_IO_SHORT, 1);
    enum gt_io_fault sync = gt_io_before(GT_IO_SYNC, "x");
    gt_io_fault_set(GT_IO_FULL, 2);
    enum gt_io_fault before = gt_io_before(GT_IO_WRITE, "x"), full = gt_io_before(GT_IO_SYNC, "x");
    enum gt_io_fault remove = gt_io_before(GT_IO_REMOVE, "x");
    enum gt_io_fault shrink = gt_io_before(GT_IO_TRUNCATE, "x");
    enum gt_io_fault commit = gt_io_before(GT_IO_COMMIT, "x");
    gt_io_fault_set(GT_IO_NONE, 0);
    T_EQ_INT(one, GT_IO_NONE);
    T_EQ_INT(two, GT_IO_SHORT);
    T_EQ_INT(three, GT_IO_NONE);
    T_EQ_INT(sync, GT_IO_FULL);
    T_EQ_INT(before, GT_IO_NONE);
    T_EQ_INT(full, GT_IO_FULL);
    T_EQ_INT(remove, GT_IO_NONE);
    T_EQ_INT(shrink, GT_IO_NONE);
    T_EQ_INT(commit, GT_IO_FULL);
}

/* ---- What a loss of power takes -------------------------------------------------------------- */

static void must(enum gt_status status)
{
    if (status != GT_OK)
        _exit(99);
}

static void write_sync_write(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_file *f;
    must(gt_file_create(gt_path_join(a, dir, "f"), &f, NULL));
    must(gt_dir_sync(dir, NULL));
    must(gt_file_write(f, "synced", 6, NULL));
    must(gt_file_sync(f, NULL));
    must(gt_file_write(f, " and not", 8, NULL));
    must(gt_file_close(f, NULL));
    gt_io_before(GT_IO_COMMIT, "the last");
}

T_TEST(unsynced_bytes_are_lost)
{
    static const char *const after[] = {NULL, NULL, "", "", "synced", "synced", "synced and not"};
    GT_AUTO_ARENA a = gt_arena_new();
    for (int at = 1; at <= 7; at++) {
        const char *dir = t_tmpdir();
        T_EQ_INT(in_child(write_sync_write, dir, GT_IO_CRASH, at), at <= 6 ? 137 : 0);
        T_EQ_STR(text_of(a, gt_path_join(a, dir, "f")), after[at - 1]);
    }
}

static void forget_the_folder(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_file *f;
    must(gt_file_create(gt_path_join(a, dir, "f"), &f, NULL));
    must(gt_file_write(f, "x", 1, NULL));
    must(gt_file_sync(f, NULL));
    must(gt_file_close(f, NULL));
    gt_io_before(GT_IO_COMMIT, "the last");
}

T_TEST(a_file_whose_folder_was_not_synced_is_lost)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    T_EQ_INT(in_child(forget_the_folder, dir, GT_IO_CRASH, 4), 137);
    T_EQ_INT(count_names(a, dir), 0);
    T_EQ_INT(in_child(forget_the_folder, dir, GT_IO_CRASH, 99), 0);
    T_EQ_INT(count_names(a, dir), 1);
}

static void rename_unsynced(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_file *f;
    const char *temp = gt_path_join(a, dir, "t"), *path = gt_path_join(a, dir, "f");
    must(gt_file_create(temp, &f, NULL));
    must(gt_file_write(f, "newer", 5, NULL));
    must(gt_file_close(f, NULL));
    must(gt_path_rename(temp, path, NULL));
    gt_io_before(GT_IO_COMMIT, "the last");
}

/* The mistake that gt_file_put does not make. */
T_TEST(renaming_what_was_not_synced_leaves_an_empty_file)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f");
    T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
    T_EQ_INT(in_child(rename_unsynced, dir, GT_IO_CRASH, 4), 137);
    T_EQ_STR(text_of(a, path), "");
}

static void drop_one(const char *dir)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_file *f;
    const char *path = gt_path_join(a, dir, "f");
    must(gt_file_create(path, &f, NULL));
    gt_file_drop(f);
    must(gt_file_create(path, &f, NULL));
    must(gt_file_write(f, "x", 1, NULL));
    must(gt_file_sync(f, NULL));
    must(gt_file_close(f, NULL));
    must(gt_dir_sync(dir, NULL));
    gt_io_before(GT_IO_COMMIT, "the last");
}

T_TEST(a_name_used_again_is_the_new_file)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir();
    T_EQ_INT(in_child(drop_one, dir, GT_IO_CRASH, 7), 137);
    T_EQ_STR(text_of(a, gt_path_join(a, dir, "f")), "x");
}

/* ---- Faults from the environment ------------------------------------------------------------- */

T_TEST(five_operations)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_STATUS(gt_file_put(gt_path_join(a, t_tmpdir(), "f"), "x", 1, NULL), GT_OK);
}

/* This program again, with GUOTU_FAULT, for the test above alone; returns its exit status. */
static int run_with(const char *fault)
{
    fflush(NULL);
    pid_t pid = fork();
    T_OK(pid >= 0);
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY);
        dup2(null, STDOUT_FILENO);
        dup2(null, STDERR_FILENO);
        setenv("GUOTU_FAULT", fault, 1);
        execl("/proc/self/exe", "unit", "test_fault.five_operations", (char *)NULL);
        _exit(98);
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 97;
}

T_TEST(faults_from_the_environment)
{
    T_EQ_INT(run_with(""), 0);
    T_EQ_INT(run_with("crash:3"), 137);
    T_EQ_INT(run_with("crash:5"), 137);
    T_EQ_INT(run_with("crash:6"), 0);
    T_EQ_INT(run_with("full:2"), 1);
    T_EQ_INT(run_with("full:6"), 0);
    T_EQ_INT(run_with("short:2"), 1);
    static const char *const wrong[] = {"crash",   "crash:", "crash:0",
                                        "crash:x", "boom:1", "count:"};
    for (size_t i = 0; i < GT_LEN(wrong); i++)
        T_EQ_INT(run_with(wrong[i]), 2);
}

T_TEST(operations_are_counted_to_a_file)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, t_tmpdir(), "count");
    T_EQ_INT(run_with(gt_printf(a, "count:%s", path)), 0);
    T_EQ_STR(text_of(a, path), "5\n");
}
