/* file.c: files written, all through the hook of fault.c. Position-based, safe against signals,
 * short writes continued. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct gt_file {
    int fd;
    _Atomic int64_t size;
    char path[];
};

/* Asks the hook; false with errno ENOSPC when the operation must not happen. *half: half of it
 * must. */
static bool may(enum gt_io_op op, const char *path, bool *half)
{
    enum gt_io_fault fault = gt_io_before(op, path);
    if (half)
        *half = fault == GT_IO_SHORT;
    if (fault == GT_IO_NONE || (half && *half))
        return true;
    errno = ENOSPC;
    return false;
}

static int sync_again(int fd)
{
    int rc;
    do
        rc = fsync(fd);
    while (rc != 0 && errno == EINTR);
    return rc;
}

enum gt_status gt_file_create(const char *path, struct gt_file **out, struct gt_err *err)
{
    *out = NULL;
    int fd = -1;
    if (may(GT_IO_CREATE, path, NULL))
        fd = gt_open_(path, O_RDWR | O_CREAT | O_EXCL);
    if (fd < 0)
        return gt_fail_errno(err, "%s: cannot make this file", path);
    size_t n = strlen(path) + 1;
    struct gt_file *f = calloc(1, sizeof *f + n);
    if (!f)
        gt_die_("out of memory");
    f->fd = fd;
    memcpy(f->path, path, n);
    gt_track_made_(fd, path);
    *out = f;
    return GT_OK;
}

/* Some file systems know no files without names: there it has one for a moment. */
static int open_unnamed(const char *dir)
{
    static _Atomic int64_t number;
    int fd = gt_open_(dir, O_RDWR | O_TMPFILE);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL))
        return fd;
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_printf(a, "%s/.scratch-%lld-%lld", dir, (long long)getpid(),
                                 (long long)atomic_fetch_add(&number, 1));
    fd = gt_open_(path, O_RDWR | O_CREAT | O_EXCL);
    if (fd >= 0)
        unlink(path);
    return fd;
}

enum gt_status gt_file_unnamed(const char *dir, struct gt_file **out, struct gt_err *err)
{
    *out = NULL;
    int fd = -1;
    if (may(GT_IO_CREATE, dir, NULL))
        fd = open_unnamed(dir);
    if (fd < 0)
        return gt_fail_errno(err, "%s: cannot make a temporary file in this folder", dir);
    size_t n = strlen(dir) + 1;
    struct gt_file *f = calloc(1, sizeof *f + n);
    if (!f)
        gt_die_("out of memory");
    f->fd = fd;
    memcpy(f->path, dir, n);
    *out = f;
    return GT_OK;
}

static bool write_all(int fd, int64_t at, const void *p, size_t n)
{
    const char *from = p;
    while (n > 0) {
        ssize_t put = pwrite(fd, from, n, (off_t)at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        from += put;
        at += put;
        n -= (size_t)put;
    }
    return true;
}

/* Other threads may be writing further on. */
static void raise_size(struct gt_file *f, int64_t end)
{
    int64_t size = atomic_load(&f->size);
    while (size < end && !atomic_compare_exchange_weak(&f->size, &size, end))
        continue;
}

enum gt_status gt_file_pwrite(struct gt_file *f, int64_t at, const void *p, size_t n,
                              struct gt_err *err)
{
    bool half = false;
    bool ok = may(GT_IO_WRITE, f->path, &half);
    if (ok && half) {
        if (write_all(f->fd, at, p, n / 2))
            raise_size(f, at + (int64_t)(n / 2));
        errno = ENOSPC;
        ok = false;
    } else if (ok) {
        ok = write_all(f->fd, at, p, n);
    }
    if (!ok)
        return gt_fail_errno(err, "%s: cannot write %zu bytes at byte %lld", f->path, n,
                             (long long)at);
    raise_size(f, at + (int64_t)n);
    return GT_OK;
}

enum gt_status gt_file_write(struct gt_file *f, const void *p, size_t n, struct gt_err *err)
{
    return gt_file_pwrite(f, atomic_load(&f->size), p, n, err);
}

enum gt_status gt_file_pread(struct gt_file *f, int64_t at, void *p, size_t n, size_t *got,
                             struct gt_err *err)
{
    char *to = p;
    *got = 0;
    while (*got < n) {
        ssize_t in = pread(f->fd, to + *got, n - *got, (off_t)(at + (int64_t)*got));
        if (in < 0 && errno == EINTR)
            continue;
        if (in < 0)
            return gt_fail_errno(err, "%s: cannot read %zu bytes at byte %lld", f->path, n,
                                 (long long)at);
        if (in == 0)
            break;
        *got += (size_t)in;
    }
    return GT_OK;
}

enum gt_status gt_file_truncate(struct gt_file *f, int64_t size, struct gt_err *err)
{
    /* Growing takes space, and meets a full disk as a write does. */
    bool grows = size > atomic_load(&f->size);
    int rc = -1;
    if (may(grows ? GT_IO_WRITE : GT_IO_TRUNCATE, f->path, NULL)) {
        do
            rc = ftruncate(f->fd, (off_t)size);
        while (rc != 0 && errno == EINTR);
    }
    if (rc != 0)
        return gt_fail_errno(err, "%s: cannot set its size to %lld bytes", f->path,
                             (long long)size);
    atomic_store(&f->size, size);
    return GT_OK;
}

int64_t gt_file_size(struct gt_file *f)
{
    return atomic_load(&f->size);
}

enum gt_status gt_file_sync(struct gt_file *f, struct gt_err *err)
{
    if (!may(GT_IO_SYNC, f->path, NULL) || sync_again(f->fd) != 0)
        return gt_fail_errno(err, "%s: cannot bring it to the disk", f->path);
    gt_track_synced_(f->fd);
    return GT_OK;
}

enum gt_status gt_file_close(struct gt_file *f, struct gt_err *err)
{
    enum gt_status status = GT_OK;
    if (close(f->fd) != 0 && errno != EINTR)
        status = gt_fail_errno(err, "%s: cannot close", f->path);
    free(f);
    return status;
}

void gt_file_drop(struct gt_file *f)
{
    if (!f)
        return;
    close(f->fd);
    if (may(GT_IO_REMOVE, f->path, NULL))
        unlink(f->path);
    free(f);
}

enum gt_status gt_dir_sync(const char *path, struct gt_err *err)
{
    if (!may(GT_IO_SYNC, path, NULL))
        return gt_fail_errno(err, "%s: cannot bring this folder to the disk", path);
    int fd = gt_open_(path, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        return gt_fail_errno(err, "%s: cannot open this folder", path);
    /* Some file systems keep folders in order by themselves and refuse the call. */
    bool ok = sync_again(fd) == 0 || errno == EINVAL || errno == ENOTSUP;
    enum gt_status status = GT_OK;
    if (!ok)
        status = gt_fail_errno(err, "%s: cannot bring this folder to the disk", path);
    else
        gt_track_dir_(fd);
    close(fd);
    return status;
}

enum gt_status gt_path_remove(const char *path, struct gt_err *err)
{
    if (may(GT_IO_REMOVE, path, NULL) && unlink(path) == 0)
        return GT_OK;
    return errno == ENOENT ? GT_OK : gt_fail_errno(err, "%s: cannot remove this file", path);
}

enum gt_status gt_path_rename(const char *from, const char *to, struct gt_err *err)
{
    if (!may(GT_IO_RENAME, from, NULL) || rename(from, to) != 0)
        return gt_fail_errno(err, "%s: cannot give it the name %s", from, to);
    return GT_OK;
}

static enum gt_status make_one(const char *path, struct gt_err *err)
{
    if (gt_path_is_dir(path))
        return GT_OK;
    if (may(GT_IO_MKDIR, path, NULL) && mkdir(path, 0777) == 0)
        return GT_OK;
    int e = errno;
    if (e == EEXIST && gt_path_is_dir(path))
        return GT_OK;
    errno = e;
    return gt_fail_errno(err, "%s: cannot make this folder", path);
}

enum gt_status gt_dir_make(const char *path, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char *copy = gt_strdup(a, path);
    for (char *p = copy; (p = strchr(p, '/')) != NULL; p++) {
        if (p == copy)
            continue;
        *p = '\0';
        GT_TRY(make_one(copy, err));
        *p = '/';
    }
    size_t n = strlen(copy);
    return n > 0 && copy[n - 1] == '/' ? GT_OK : make_one(copy, err);
}
