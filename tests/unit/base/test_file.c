/* Files and folders written and read. */
#include "guotu/io.h"
#include "t.h"

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *in_tmp(struct gt_arena *a, const char *name)
{
    return gt_path_join(a, t_tmpdir(), name);
}

static const char *text_of(struct gt_arena *a, const char *path)
{
    struct gt_str text;
    return gt_file_get(a, path, 1 << 20, &text, NULL) == GT_OK ? text.p : NULL;
}

T_TEST(a_file_is_written_in_any_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_file *f;
    char back[8] = "";
    size_t got;
    T_STATUS(gt_file_create(path, &f, NULL), GT_OK);
    T_STATUS(gt_file_pwrite(f, 4, "ef", 2, NULL), GT_OK);
    T_EQ_INT(gt_file_size(f), 6);
    T_STATUS(gt_file_pwrite(f, 0, "abcd", 4, NULL), GT_OK);
    T_EQ_INT(gt_file_size(f), 6);
    T_STATUS(gt_file_write(f, "gh", 2, NULL), GT_OK);
    T_STATUS(gt_file_write(f, NULL, 0, NULL), GT_OK);
    T_EQ_INT(gt_file_size(f), 8);
    T_STATUS(gt_file_pread(f, 3, back, 3, &got, NULL), GT_OK);
    T_EQ_INT(got, 3);
    T_EQ_STR(back, "def");
    T_STATUS(gt_file_pread(f, 6, back, 5, &got, NULL), GT_OK);
    T_EQ_INT(got, 2);
    T_STATUS(gt_file_pread(f, 99, back, 5, &got, NULL), GT_OK);
    T_EQ_INT(got, 0);
    T_STATUS(gt_file_truncate(f, 5, NULL), GT_OK);
    T_STATUS(gt_file_write(f, "!", 1, NULL), GT_OK);
    T_STATUS(gt_file_sync(f, NULL), GT_OK);
    T_STATUS(gt_file_close(f, NULL), GT_OK);
    T_EQ_STR(text_of(a, path), "abcde!");
}

T_TEST(growing_by_truncate_gives_zeros)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_file *f;
    struct gt_str text;
    T_STATUS(gt_file_create(path, &f, NULL), GT_OK);
    T_STATUS(gt_file_write(f, "a", 1, NULL), GT_OK);
    T_STATUS(gt_file_truncate(f, 3, NULL), GT_OK);
    T_EQ_INT(gt_file_size(f), 3);
    T_STATUS(gt_file_close(f, NULL), GT_OK);
    T_STATUS(gt_file_get(a, path, 3, &text, NULL), GT_OK);
    T_EQ_INT(text.n, 3);
    T_OK(memcmp(text.p, "a\0\0", 4) == 0);
}

T_TEST(a_live_file_is_never_made_again)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_file *f;
    struct gt_err err = {0};
    T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
    T_STATUS(gt_file_create(path, &f, &err), GT_EEXISTS);
    T_OK(f == NULL);
    T_HAS(err.text, path);
    T_EQ_STR(text_of(a, path), "old");
    T_STATUS(gt_file_create(gt_path_join(a, path, "below"), &f, &err), GT_ENOTFOUND);
}

T_TEST(a_dropped_file_is_gone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_file *f;
    T_STATUS(gt_file_create(path, &f, NULL), GT_OK);
    T_STATUS(gt_file_write(f, "x", 1, NULL), GT_OK);
    gt_file_drop(f);
    T_OK(!gt_path_exists(path));
    gt_file_drop(NULL);
}

struct blocks {
    struct gt_file *f;
};

static enum gt_status write_block(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    struct blocks *b = ctx;
    char block[100];
    (void)worker;
    memset(block, 'a' + (int)(i % 26), sizeof block);
    return gt_file_pwrite(b->f, i * 100, block, sizeof block, err);
}

T_TEST(a_file_without_a_name_is_never_seen)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_file *f;
    const char *dir = t_tmpdir(), **names;
    size_t n, got;
    char back[4] = "";
    T_STATUS_ERR(gt_file_unnamed(dir, &f, &err), GT_OK, &err);
    T_STATUS_ERR(gt_file_pwrite(f, 1000, "abc", 3, &err), GT_OK, &err);
    T_STATUS_ERR(gt_dir_list(a, dir, &names, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 0);
    T_STATUS_ERR(gt_file_pread(f, 1000, back, 3, &got, &err), GT_OK, &err);
    T_EQ_STR(back, "abc");
    T_STATUS_ERR(gt_file_close(f, &err), GT_OK, &err);
    T_STATUS(gt_file_unnamed(gt_path_join(a, dir, "absent"), &f, &err), GT_ENOTFOUND);
    T_HAS(err.text, "absent: cannot make a temporary file");
}

T_TEST(threads_write_one_file)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_work w = {.pool = gt_pool_new(4)};
    struct blocks b;
    T_STATUS(gt_file_create(path, &b.f, NULL), GT_OK);
    enum gt_status status = gt_par_for(&w, 500, write_block, &b, NULL);
    gt_pool_free(w.pool);
    int64_t size = gt_file_size(b.f);
    T_STATUS(gt_file_close(b.f, NULL), GT_OK);
    T_STATUS(status, GT_OK);
    T_EQ_INT(size, 50000);
    const char *text = text_of(a, path);
    for (size_t i = 0; i < 50000; i++)
        T_EQ_INT(text[i], 'a' + (int)(i / 100 % 26));
}

T_TEST(folders_with_their_parents)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const char *root = t_tmpdir(), *deep = gt_path_join(a, root, "a/b//c/");
    T_STATUS(gt_dir_make(deep, NULL), GT_OK);
    T_OK(gt_path_is_dir(deep));
    T_STATUS(gt_dir_make(deep, NULL), GT_OK);
    T_STATUS(gt_dir_make("/", NULL), GT_OK);
    const char *file = gt_path_join(a, root, "f");
    T_STATUS(gt_file_put(file, "", 0, NULL), GT_OK);
    T_OK(gt_path_exists(file) && !gt_path_is_dir(file));
    T_STATUS(gt_dir_make(file, &err), GT_EEXISTS);
    T_STATUS(gt_dir_make(gt_path_join(a, file, "x"), &err), GT_EEXISTS);
    T_HAS(err.text, "cannot make this folder");
    T_STATUS(gt_dir_sync(deep, NULL), GT_OK);
    T_STATUS(gt_dir_sync(gt_path_join(a, root, "none"), &err), GT_ENOTFOUND);
}

T_TEST(removing_and_renaming)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *f = gt_path_join(a, dir, "f"), *g = gt_path_join(a, dir, "g");
    struct gt_err err = {0};
    T_STATUS(gt_path_remove(f, NULL), GT_OK);
    T_STATUS(gt_path_rename(f, g, &err), GT_ENOTFOUND);
    T_STATUS(gt_file_put(f, "1", 1, NULL), GT_OK);
    T_STATUS(gt_path_rename(f, g, NULL), GT_OK);
    T_OK(!gt_path_exists(f));
    T_EQ_STR(text_of(a, g), "1");
    T_STATUS(gt_path_remove(g, NULL), GT_OK);
    T_OK(!gt_path_exists(g));
    T_STATUS(gt_path_remove(dir, &err), GT_EIO);
    T_HAS(err.text, dir);
}

T_TEST(whole_files)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "f");
    struct gt_err err = {0};
    struct gt_str text;
    T_STATUS(gt_file_put(path, "12345", 5, NULL), GT_OK);
    T_STATUS(gt_file_get(a, path, 5, &text, NULL), GT_OK);
    T_EQ_INT(text.n, 5);
    T_EQ_STR(text.p, "12345");
    T_STATUS(gt_file_get(a, path, 4, &text, &err), GT_ETOOBIG);
    T_HAS(err.text, "expected at most 4 bytes");
    T_EQ_INT(text.n, 0);
    T_STATUS(gt_file_get(a, "/nonexistent", 4, &text, &err), GT_ENOTFOUND);
    T_STATUS(gt_file_get(a, "/", 4, &text, &err), GT_EIO);
    T_STATUS(gt_file_put(path, "", 0, NULL), GT_OK);
    T_STATUS(gt_file_get(a, path, 0, &text, NULL), GT_OK);
    T_EQ_STR(text.p, "");
}

/* Files of /proc and pipes say that they have no bytes. */
T_TEST(files_without_a_size)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_str text;
    struct gt_err err = {0};
    T_STATUS(gt_file_get(a, "/proc/self/status", 1 << 20, &text, NULL), GT_OK);
    T_OK(text.n > 100);
    T_EQ_INT(strlen(text.p), text.n);
    T_STATUS(gt_file_get(a, "/proc/self/status", 100, &text, &err), GT_ETOOBIG);
    T_STATUS(gt_file_get(a, "/dev/zero", 200000, &text, &err), GT_ETOOBIG);
}

static void on_alarm(int number)
{
    (void)number;
}

/* Signals all the time, with no SA_RESTART, while a pipe brings its bytes slowly. */
T_TEST(signals_do_not_cut_reading)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = in_tmp(a, "pipe");
    T_EQ_INT(mkfifo(path, 0600), 0);
    pid_t pid = fork();
    T_OK(pid >= 0);
    if (pid == 0) {
        usleep(30000);
        int fd = open(path, O_WRONLY);
        for (int i = 0; i < 20; i++) {
            usleep(3000);
            if (write(fd, "0123456789", 10) != 10)
                _exit(1);
        }
        _exit(0);
    }
    struct sigaction old, now = {.sa_handler = on_alarm};
    struct itimerval every = {.it_interval = {0, 2000}, .it_value = {0, 2000}}, off = {0};
    struct gt_str text;
    sigaction(SIGALRM, &now, &old);
    setitimer(ITIMER_REAL, &every, NULL);
    enum gt_status status = gt_file_get(a, path, 1000, &text, NULL);
    setitimer(ITIMER_REAL, &off, NULL);
    sigaction(SIGALRM, &old, NULL);
    waitpid(pid, NULL, 0);
    T_STATUS(status, GT_OK);
    T_EQ_INT(text.n, 200);
}

T_TEST(folders_are_listed_in_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), **names;
    struct gt_err err = {0};
    size_t n = 9;
    T_STATUS(gt_dir_list(a, dir, &names, &n, NULL), GT_OK);
    T_EQ_INT(n, 0);
    static const char *const made[] = {"b", "a", ".hidden", "国", "a1", "B"};
    for (size_t i = 0; i < GT_LEN(made); i++)
        T_STATUS(gt_file_put(gt_path_join(a, dir, made[i]), "", 0, NULL), GT_OK);
    T_STATUS(gt_dir_list(a, dir, &names, &n, NULL), GT_OK);
    static const char *const sorted[] = {".hidden", "B", "a", "a1", "b", "国"};
    T_EQ_INT(n, GT_LEN(sorted));
    for (size_t i = 0; i < n; i++)
        T_EQ_STR(names[i], sorted[i]);
    T_STATUS(gt_dir_list(a, "/nonexistent", &names, &n, &err), GT_ENOTFOUND);
}

T_TEST(names_of_paths)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_STR(gt_path_join(a, "a", "b"), "a/b");
    T_EQ_STR(gt_path_join(a, "a/", "b"), "a/b");
    T_EQ_STR(gt_path_join(a, "/", "b"), "/b");
    T_EQ_STR(gt_path_join(a, "", "b"), "b");
    T_EQ_STR(gt_path_base("a/b.tif"), "b.tif");
    T_EQ_STR(gt_path_base("b.tif"), "b.tif");
    T_EQ_STR(gt_path_base("/a/b/"), "b/");
    T_EQ_STR(gt_path_base(""), "");
    T_EQ_STR(gt_path_base("/"), "/");
}

/* ---- gt_file_put ----------------------------------------------------------------------------- */

T_TEST(put_replaces)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f"), **names;
    size_t n;
    T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
    T_STATUS(gt_file_put(path, "newer", 5, NULL), GT_OK);
    T_EQ_STR(text_of(a, path), "newer");
    T_STATUS(gt_dir_list(a, dir, &names, &n, NULL), GT_OK);
    T_EQ_INT(n, 1);
}

T_TEST(put_writes_through_a_link)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *dir = t_tmpdir(), *path = gt_path_join(a, dir, "f");
    const char *link = gt_path_join(a, dir, "link");
    struct stat st;
    T_STATUS(gt_file_put(path, "old", 3, NULL), GT_OK);
    T_EQ_INT(symlink("f", link), 0);
    T_STATUS(gt_file_put(link, "new", 3, NULL), GT_OK);
    T_EQ_STR(text_of(a, path), "new");
    T_OK(lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
}

T_TEST(put_refuses_what_is_no_file)
{
    struct gt_err err = {0};
    T_STATUS(gt_file_put("/dev/null", "x", 1, &err), GT_EINPUT);
    T_HAS(err.text, "device");
    T_STATUS(gt_file_put(t_tmpdir(), "x", 1, &err), GT_EINPUT);
    T_HAS(err.text, "folder");
    T_STATUS(gt_file_put("/nonexistent/f", "x", 1, &err), GT_ENOTFOUND);
}
