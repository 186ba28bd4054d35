/* files.c: GDAL's files through io.h, so that faults can be simulated under it. */
#ifndef _LARGEFILE64_SOURCE
#define _LARGEFILE64_SOURCE /* stat64, which GDAL's interface names */
#endif
#include "gdal/gdal.h"
#include "guotu/io.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

struct handle {
    struct gt_arena *a;
    const struct gt_gdal *gdal;
    struct gt_file *file;
    int64_t at;
    bool end, failed;
};

static const struct gt_gdal *table_of(void *user)
{
    const struct gt_gdal *const *shared = user;
    return *shared;
}

/* GDAL loses the cause of a failed write; so it is said here. */
static void complain(struct handle *h, const struct gt_err *err)
{
    h->failed = true;
    h->gdal->CPLError(CE_Failure, GT_GDAL_EIO, "%s", err->text);
}

static int stat_file(void *user, const char *name, VSIStatBufL *st, int flags)
{
    (void)user;
    (void)flags;
    return stat64(name, st);
}

static int unlink_file(void *user, const char *name)
{
    (void)user;
    return gt_path_remove(name, NULL) == GT_OK ? 0 : -1;
}

static void *open_file(void *user, const char *name, const char *access)
{
    if (access[0] != 'w') {
        errno = ENOENT;
        return NULL;
    }
    struct gt_err err = {0};
    struct gt_arena *a = gt_arena_new();
    struct handle *h = GT_TAKE(a, struct handle);
    *h = (struct handle){.a = a, .gdal = table_of(user)};
    if (gt_file_create(name, &h->file, &err) == GT_OK)
        return h;
    complain(h, &err);
    gt_arena_free(a);
    return NULL;
}

static vsi_l_offset tell(void *file)
{
    const struct handle *h = file;
    return (vsi_l_offset)h->at;
}

static int seek(void *file, vsi_l_offset offset, int whence)
{
    struct handle *h = file;
    int64_t from = whence == SEEK_CUR ? h->at : whence == SEEK_END ? gt_file_size(h->file) : 0;
    if (offset > INT64_MAX || __builtin_add_overflow(from, (int64_t)offset, &h->at))
        return -1;
    h->end = false;
    return 0;
}

static size_t read_file(void *file, void *to, size_t size, size_t count)
{
    struct handle *h = file;
    struct gt_err err = {0};
    size_t got, want;
    if (size == 0 || __builtin_mul_overflow(size, count, &want))
        return 0;
    if (gt_file_pread(h->file, h->at, to, want, &got, &err) != GT_OK) {
        complain(h, &err);
        return 0;
    }
    h->at += (int64_t)got;
    h->end = got < want;
    return got / size;
}

static int at_end(void *file)
{
    const struct handle *h = file;
    return h->end;
}

static size_t write_file(void *file, const void *from, size_t size, size_t count)
{
    struct handle *h = file;
    struct gt_err err = {0};
    size_t n;
    if (h->failed || size == 0 || __builtin_mul_overflow(size, count, &n))
        return 0;
    if (gt_file_pwrite(h->file, h->at, from, n, &err) != GT_OK) {
        complain(h, &err);
        return 0;
    }
    h->at += (int64_t)n;
    return count;
}

static int truncate_file(void *file, vsi_l_offset size)
{
    struct handle *h = file;
    struct gt_err err = {0};
    if (gt_file_truncate(h->file, (int64_t)size, &err) == GT_OK)
        return 0;
    complain(h, &err);
    return -1;
}

static int close_file(void *file)
{
    struct handle *h = file;
    struct gt_err err = {0};
    bool failed = h->failed;
    if (!failed && gt_file_sync(h->file, &err) != GT_OK)
        complain(h, &err);
    if (gt_file_close(h->file, failed ? NULL : &err) != GT_OK && !h->failed)
        complain(h, &err);
    failed = h->failed;
    gt_arena_free(h->a);
    return failed ? -1 : 0;
}

enum gt_status gt_gdal_io_install(const struct gt_gdal *gdal, struct gt_err *err)
{
    VSIFilesystemPluginCallbacksStruct *io = gdal->VSIAllocFilesystemPluginCallbacksStruct();
    if (!io)
        return gt_fail(err, GT_EINTERNAL, "GDAL takes no file handler");
    static const struct gt_gdal *shared;
    shared = gdal;
    io->pUserData = &shared;
    io->stat = stat_file;
    io->unlink = unlink_file;
    io->open = open_file;
    io->tell = tell;
    io->seek = seek;
    io->read = read_file;
    io->eof = at_end;
    io->write = write_file;
    io->truncate = truncate_file;
    io->close = close_file;
    bool ok = gdal->VSIInstallPluginHandler(GT_GDAL_IO, io) == 0;
    gdal->VSIFreeFilesystemPluginCallbacksStruct(io);
    if (!ok)
        return gt_fail(err, GT_EINTERNAL, "GDAL takes no file handler");
    return GT_OK;
}
