/* vfs.c: SQLite's file layer with our hook before each write, sync, truncation and removal. All
 * else goes to the system's layer as it is. */
#include "guotu/io.h"
#include "sqlite/db.h"

#include <pthread.h>
#include <string.h>
#include <unistd.h>

struct shim {
    struct sqlite3_file base;
    const char *path; /* SQLite keeps it until the file is closed */
    struct sqlite3_file *real;
};

static struct sqlite3_file *real_of(struct sqlite3_file *file)
{
    return ((struct shim *)(void *)file)->real;
}

static const char *path_of(struct sqlite3_file *file)
{
    return ((struct shim *)(void *)file)->path;
}

static int shim_close(struct sqlite3_file *file)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods ? real->pMethods->xClose(real) : SQLITE_OK;
}

static int shim_read(struct sqlite3_file *file, void *to, int n, sqlite3_int64 at)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xRead(real, to, n, at);
}

static int shim_write(struct sqlite3_file *file, const void *from, int n, sqlite3_int64 at)
{
    struct sqlite3_file *real = real_of(file);
    switch (gt_io_before(GT_IO_WRITE, path_of(file))) {
    case GT_IO_NONE: return real->pMethods->xWrite(real, from, n, at);
    case GT_IO_SHORT: {
        int rc = real->pMethods->xWrite(real, from, n / 2, at);
        return rc == SQLITE_OK ? SQLITE_FULL : rc;
    }
    default: return SQLITE_FULL;
    }
}

static int shim_truncate(struct sqlite3_file *file, sqlite3_int64 size)
{
    struct sqlite3_file *real = real_of(file);
    if (gt_io_before(GT_IO_TRUNCATE, path_of(file)) != GT_IO_NONE)
        return SQLITE_IOERR_TRUNCATE;
    return real->pMethods->xTruncate(real, size);
}

static int shim_sync(struct sqlite3_file *file, int flags)
{
    struct sqlite3_file *real = real_of(file);
    if (gt_io_before(GT_IO_SYNC, path_of(file)) != GT_IO_NONE)
        return SQLITE_IOERR_FSYNC;
    return real->pMethods->xSync(real, flags);
}

static int shim_size(struct sqlite3_file *file, sqlite3_int64 *size)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xFileSize(real, size);
}

static int shim_lock(struct sqlite3_file *file, int lock)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xLock(real, lock);
}

static int shim_unlock(struct sqlite3_file *file, int lock)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xUnlock(real, lock);
}

static int shim_reserved(struct sqlite3_file *file, int *out)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xCheckReservedLock(real, out);
}

static int shim_control(struct sqlite3_file *file, int op, void *arg)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xFileControl(real, op, arg);
}

static int shim_sector(struct sqlite3_file *file)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xSectorSize(real);
}

static int shim_traits(struct sqlite3_file *file)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xDeviceCharacteristics(real);
}

/* For files that another program left in WAL mode. */
static int shim_shm_map(struct sqlite3_file *file, int page, int size, int extend,
                        void volatile **out)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xShmMap(real, page, size, extend, out);
}

static int shim_shm_lock(struct sqlite3_file *file, int offset, int n, int flags)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xShmLock(real, offset, n, flags);
}

static void shim_shm_barrier(struct sqlite3_file *file)
{
    struct sqlite3_file *real = real_of(file);
    real->pMethods->xShmBarrier(real);
}

static int shim_shm_unmap(struct sqlite3_file *file, int remove)
{
    struct sqlite3_file *real = real_of(file);
    return real->pMethods->xShmUnmap(real, remove);
}

static const struct sqlite3_io_methods shim_methods = {
    .iVersion = 2,
    .xClose = shim_close,
    .xRead = shim_read,
    .xWrite = shim_write,
    .xTruncate = shim_truncate,
    .xSync = shim_sync,
    .xFileSize = shim_size,
    .xLock = shim_lock,
    .xUnlock = shim_unlock,
    .xCheckReservedLock = shim_reserved,
    .xFileControl = shim_control,
    .xSectorSize = shim_sector,
    .xDeviceCharacteristics = shim_traits,
    .xShmMap = shim_shm_map,
    .xShmLock = shim_shm_lock,
    .xShmBarrier = shim_shm_barrier,
    .xShmUnmap = shim_shm_unmap,
};

static sqlite3_vfs *system_vfs(sqlite3_vfs *vfs)
{
    return vfs->pAppData;
}

static int shim_open(sqlite3_vfs *vfs, const char *path, struct sqlite3_file *file, int flags,
                     int *out_flags)
{
    struct shim *shim = (struct shim *)(void *)file;
    *shim = (struct shim){.path = path ? path : "a temporary file",
                          .real = (struct sqlite3_file *)(void *)(shim + 1)};
    bool makes = path && (flags & SQLITE_OPEN_CREATE) && access(path, F_OK) != 0;
    if (makes && gt_io_before(GT_IO_CREATE, path) != GT_IO_NONE)
        return SQLITE_FULL;
    int rc = system_vfs(vfs)->xOpen(system_vfs(vfs), path, shim->real, flags, out_flags);
    shim->base.pMethods = rc == SQLITE_OK ? &shim_methods : NULL;
    return rc;
}

static int shim_delete(sqlite3_vfs *vfs, const char *path, int sync_dir)
{
    if (gt_io_before(GT_IO_REMOVE, path) != GT_IO_NONE)
        return SQLITE_IOERR_DELETE;
    return system_vfs(vfs)->xDelete(system_vfs(vfs), path, sync_dir);
}

static int shim_access(sqlite3_vfs *vfs, const char *path, int flags, int *out)
{
    return system_vfs(vfs)->xAccess(system_vfs(vfs), path, flags, out);
}

static int shim_full_path(sqlite3_vfs *vfs, const char *path, int n, char *out)
{
    return system_vfs(vfs)->xFullPathname(system_vfs(vfs), path, n, out);
}

static int shim_random(sqlite3_vfs *vfs, int n, char *out)
{
    return system_vfs(vfs)->xRandomness(system_vfs(vfs), n, out);
}

static int shim_sleep(sqlite3_vfs *vfs, int microseconds)
{
    return system_vfs(vfs)->xSleep(system_vfs(vfs), microseconds);
}

static int shim_time(sqlite3_vfs *vfs, double *out)
{
    return system_vfs(vfs)->xCurrentTime(system_vfs(vfs), out);
}

static int shim_last_error(sqlite3_vfs *vfs, int n, char *out)
{
    return system_vfs(vfs)->xGetLastError(system_vfs(vfs), n, out);
}

static struct {
    pthread_once_t once;
    sqlite3_vfs vfs;
    int rc;
} layer = {.once = PTHREAD_ONCE_INIT};

static void install(void)
{
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);
    if (!real) {
        layer.rc = SQLITE_ERROR;
        return;
    }
    layer.vfs = (sqlite3_vfs){
        .iVersion = 1,
        .szOsFile = (int)sizeof(struct shim) + real->szOsFile,
        .mxPathname = real->mxPathname,
        .zName = GT_DB_VFS,
        .pAppData = real,
        .xOpen = shim_open,
        .xDelete = shim_delete,
        .xAccess = shim_access,
        .xFullPathname = shim_full_path,
        .xRandomness = shim_random,
        .xSleep = shim_sleep,
        .xCurrentTime = shim_time,
        .xGetLastError = shim_last_error,
    };
    layer.rc = sqlite3_vfs_register(&layer.vfs, 0);
}

enum gt_status gt_db_vfs(struct gt_err *err)
{
    pthread_once(&layer.once, install);
    if (layer.rc != SQLITE_OK)
        return gt_fail(err, GT_EINTERNAL, "SQLite takes no file layer: %s",
                       sqlite3_errstr(layer.rc));
    return GT_OK;
}
