/* path.c: names of files, and files and folders read. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base_int.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool gt_path_exists(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0;
}

bool gt_path_is_dir(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

const char *gt_path_join(struct gt_arena *a, const char *dir, const char *name)
{
    bool bare = dir[0] == '\0' || gt_ends(dir, "/");
    return gt_printf(a, "%s%s%s", dir, bare ? "" : "/", name);
}

const char *gt_path_base(const char *path)
{
    size_t n = strlen(path);
    while (n > 0 && path[n - 1] == '/')
        n--;
    while (n > 0 && path[n - 1] != '/')
        n--;
    return path + n;
}

int gt_open_(const char *path, int flags)
{
    int fd;
    do
        fd = open(path, flags | O_CLOEXEC, 0666);
    while (fd < 0 && errno == EINTR);
    return fd;
}

bool gt_read_all_(int fd, void *p, size_t n, size_t *got)
{
    char *to = p;
    *got = 0;
    while (*got < n) {
        ssize_t in = read(fd, to + *got, n - *got);
        if (in < 0 && errno == EINTR)
            continue;
        if (in < 0)
            return false;
        if (in == 0)
            break;
        *got += (size_t)in;
    }
    return true;
}

static enum gt_status over_limit(const char *path, size_t max, struct gt_err *err)
{
    return gt_fail(err, GT_ETOOBIG, "%s: expected at most %zu bytes, found more", path, max);
}

/* Pipes and files that grow have no size to trust: the room doubles until the end is met. */
static enum gt_status read_fd(struct gt_arena *a, int fd, const char *path, size_t max,
                              struct gt_str *out, struct gt_err *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return gt_fail_errno(err, "%s: cannot read", path);
    size_t room = S_ISREG(st.st_mode) ? (size_t)st.st_size + 1 : 65536, n = 0;
    if (room - 1 > max && S_ISREG(st.st_mode))
        return over_limit(path, max, err);
    char *text = NULL;
    for (;; room *= 2) {
        void *more;
        size_t got;
        GT_TRY(gt_reserve(a, room + 1, 1, path, &more, err));
        if (text)
            memcpy(more, text, n);
        text = more;
        if (!gt_read_all_(fd, text + n, room - n, &got))
            return gt_fail_errno(err, "%s: cannot read", path);
        n += got;
        if (n > max)
            return over_limit(path, max, err);
        if (n < room)
            break;
    }
    text[n] = '\0';
    *out = (struct gt_str){.p = text, .n = n};
    return GT_OK;
}

enum gt_status gt_file_get(struct gt_arena *a, const char *path, size_t max, struct gt_str *out,
                           struct gt_err *err)
{
    *out = (struct gt_str){.p = "", .n = 0};
    int fd = gt_open_(path, O_RDONLY);
    if (fd < 0)
        return gt_fail_errno(err, "%s: cannot open for reading", path);
    enum gt_status status = read_fd(a, fd, path, max, out, err);
    close(fd);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

enum gt_status gt_dir_list(struct gt_arena *a, const char *path, const char ***names, size_t *n,
                           struct gt_err *err)
{
    GT_VEC(const char *) found = {0};
    *names = NULL;
    *n = 0;
    DIR *dir = opendir(path);
    if (!dir)
        return gt_fail_errno(err, "%s: cannot open this folder", path);
    errno = 0;
    for (struct dirent *e; (e = readdir(dir)) != NULL; errno = 0)
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0)
            *GT_PUSH(a, &found) = gt_strdup(a, e->d_name);
    enum gt_status status = GT_OK;
    if (errno)
        status = gt_fail_errno(err, "%s: cannot read this folder", path);
    closedir(dir);
    if (status != GT_OK)
        return status;
    if (found.n > 1)
        qsort(found.v, found.n, sizeof *found.v, by_name);
    *names = found.v;
    *n = found.n;
    return GT_OK;
}

static bool holds_rules(struct gt_arena *a, const char *dir)
{
    return gt_path_is_dir(gt_path_join(a, dir, "models"));
}

/* The folder of the running program, or NULL. */
static const char *program_dir(struct gt_arena *a)
{
    char exe[4096];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe);
    if (n <= 0 || (size_t)n >= sizeof exe)
        return NULL;
    char *path = gt_strndup(a, exe, (size_t)n);
    char *slash = strrchr(path, '/');
    if (!slash)
        return NULL;
    *slash = '\0';
    return path;
}

const char *gt_rules_dir(struct gt_arena *a, struct gt_err *err)
{
    static const char *const places[] = {"../../rules", "../../../rules", "../share/guotu/rules"};
    const char *given = getenv("GUOTU_RULES");
    if (given && given[0]) {
        if (holds_rules(a, given))
            return gt_strdup(a, given);
        gt_fail(err, GT_ENOTFOUND,
                "GUOTU_RULES: expected the folder of rules, with a folder models in it, found '%s'",
                given);
        return NULL;
    }
    const char *here = program_dir(a);
    for (size_t i = 0; here && i < GT_LEN(places); i++) {
        const char *dir = gt_path_join(a, here, places[i]);
        char *real = holds_rules(a, dir) ? realpath(dir, NULL) : NULL;
        if (real) {
            dir = gt_strdup(a, real);
            free(real);
            return dir;
        }
    }
    gt_fail(err, GT_ENOTFOUND,
            "the folder of rules is neither at ../../rules nor at ../share/guotu/rules beside the "
            "program (%s); set GUOTU_RULES",
            here ? here : "whose place is unknown");
    return NULL;
}
