/* fault.c: faults of the file system, simulated: the n-th operation meets a crash, a full disk or a
 * short write.
 *
 * The simulated loss of power drops what a real one may drop: of each file that gt_file_create
 * made, what was appended since its last sync, and the file itself while its folder was never
 * synced since. Renames count as journalled at once. Bytes overwritten in place stay. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "base_int.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CRASH_STATUS 137

static _Atomic int fault_kind;
static _Atomic int64_t fault_at;
static _Atomic int64_t ops;
static const char *count_path; /* in the environment's own memory */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void write_count(void)
{
    FILE *f = fopen(count_path, "we");
    bool ok = f && fprintf(f, "%lld\n", (long long)atomic_load(&ops)) > 0;
    if (f && fclose(f) != 0)
        ok = false;
    if (!ok)
        fprintf(stderr, "guotu: %s: cannot write the count of operations\n", count_path);
}

static bool take_fault(const char *text, const char *name, enum gt_io_fault kind)
{
    int64_t at;
    if (!gt_starts(text, name) || !gt_parse_int(text + strlen(name), &at) || at < 1)
        return false;
    atomic_store(&fault_at, at);
    atomic_store(&fault_kind, (int)kind);
    return true;
}

/* A fault that was asked for and cannot be given would make a test pass for nothing. */
static void read_environment(void)
{
    const char *text = getenv("GUOTU_FAULT");
    if (!text || !text[0])
        return;
    if (gt_starts(text, "count:") && text[6]) {
        count_path = text + 6;
        atexit(write_count);
        return;
    }
    if (take_fault(text, "crash:", GT_IO_CRASH) || take_fault(text, "full:", GT_IO_FULL) ||
        take_fault(text, "short:", GT_IO_SHORT))
        return;
    fprintf(stderr,
            "guotu: GUOTU_FAULT: expected crash:N, full:N, short:N or count:FILE, found '%s'\n",
            text);
    _exit(2);
}

void gt_io_fault_set(enum gt_io_fault fault, int64_t at)
{
    pthread_once(&once, read_environment);
    atomic_store(&fault_kind, (int)GT_IO_NONE);
    atomic_store(&fault_at, at);
    atomic_store(&ops, 0);
    atomic_store(&fault_kind, (int)fault);
}

int64_t gt_io_ops(void)
{
    return atomic_load(&ops);
}

static bool needs_space(enum gt_io_op op)
{
    return op != GT_IO_REMOVE && op != GT_IO_TRUNCATE;
}

enum gt_io_fault gt_io_before(enum gt_io_op op, const char *path)
{
    pthread_once(&once, read_environment);
    int64_t n = atomic_fetch_add(&ops, 1) + 1, at = atomic_load(&fault_at);
    switch ((enum gt_io_fault)atomic_load(&fault_kind)) {
    case GT_IO_CRASH:
        if (n < at)
            return GT_IO_NONE;
        gt_track_crash_();
        fprintf(stderr, "guotu: simulated crash at operation %lld (%s)\n", (long long)n,
                path ? path : "?");
        _exit(CRASH_STATUS);
    case GT_IO_FULL: return n >= at && needs_space(op) ? GT_IO_FULL : GT_IO_NONE;
    case GT_IO_SHORT:
        if (n != at || !needs_space(op))
            return GT_IO_NONE;
        return op == GT_IO_WRITE || op == GT_IO_COMMIT ? GT_IO_SHORT : GT_IO_FULL;
    default: return GT_IO_NONE;
    }
}

/* ---- Files made by this process, while a crash is asked for ---- */

struct made {
    struct made *next;
    int fd; /* a descriptor of our own: keeps the inode from being used again */
    dev_t dev, dir_dev;
    ino_t ino, dir_ino;
    off_t synced;
    bool linked; /* its folder was synced since */
    char path[];
};

static struct made *made;
static pthread_mutex_t made_lock = PTHREAD_MUTEX_INITIALIZER;

static bool tracking(void)
{
    pthread_once(&once, read_environment);
    return atomic_load(&fault_kind) == (int)GT_IO_CRASH;
}

static bool stat_parent(const char *path, struct stat *st)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n = (size_t)(gt_path_base(path) - path);
    return stat(n ? gt_strndup(a, path, n) : ".", st) == 0;
}

void gt_track_made_(int fd, const char *path)
{
    struct stat st, dir;
    if (!tracking() || fstat(fd, &st) != 0 || !stat_parent(path, &dir))
        return;
    size_t n = strlen(path) + 1;
    struct made *m = calloc(1, sizeof *m + n);
    if (!m)
        gt_die_("out of memory");
    memcpy(m->path, path, n);
    m->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (m->fd < 0)
        gt_die_("no file descriptor left to simulate a crash with");
    m->dev = st.st_dev;
    m->ino = st.st_ino;
    m->dir_dev = dir.st_dev;
    m->dir_ino = dir.st_ino;
    pthread_mutex_lock(&made_lock);
    m->next = made;
    made = m;
    pthread_mutex_unlock(&made_lock);
}

static struct made *find_made(const struct stat *st)
{
    struct made *m = made;
    while (m && (m->dev != st->st_dev || m->ino != st->st_ino))
        m = m->next;
    return m;
}

void gt_track_synced_(int fd)
{
    struct stat st;
    if (!tracking() || fstat(fd, &st) != 0)
        return;
    pthread_mutex_lock(&made_lock);
    struct made *m = find_made(&st);
    if (m)
        m->synced = st.st_size;
    pthread_mutex_unlock(&made_lock);
}

void gt_track_dir_(int fd)
{
    struct stat st;
    if (!tracking() || fstat(fd, &st) != 0)
        return;
    pthread_mutex_lock(&made_lock);
    for (struct made *m = made; m; m = m->next)
        if (m->dir_dev == st.st_dev && m->dir_ino == st.st_ino)
            m->linked = true;
    pthread_mutex_unlock(&made_lock);
}

/* Leaves the lock taken: no other thread may go on to change files. */
void gt_track_crash_(void)
{
    struct stat st;
    pthread_mutex_lock(&made_lock);
    for (struct made *m = made; m; m = m->next) {
        if (fstat(m->fd, &st) == 0 && st.st_size > m->synced && ftruncate(m->fd, m->synced) != 0)
            fprintf(stderr, "guotu: %s: cannot drop unsynced bytes\n", m->path);
        if (!m->linked && stat(m->path, &st) == 0 && st.st_dev == m->dev && st.st_ino == m->ino)
            unlink(m->path);
    }
}
