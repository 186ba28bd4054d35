/* lock.c: the one writer of a workspace. The system frees the lock when its holder ends, however it
 * ends; the text in the file only says who that is. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "store_int.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

#define NAP_NS 20000000

/* "process 123 since 2026-11-23T16:28:00Z", as the holder wrote it. */
static void read_holder(int fd, char out[static 100])
{
    ssize_t n = pread(fd, out, 99, 0);
    out[n > 0 ? n : 0] = '\0';
    for (char *p = out; *p; p++)
        if (*p < ' ' || *p > '~')
            *p = '\0';
    if (!gt_starts(out, "process "))
        memcpy(out, "another process", sizeof "another process");
}

/* Best effort: without it the lock holds just as well. */
static void write_holder(int fd, const char *path)
{
    char text[100], now[32];
    gt_time_now(now);
    int n = snprintf(text, sizeof text, "process %ld since %s\n", (long)getpid(), now);
    if (gt_io_before(GT_IO_WRITE, path) != GT_IO_NONE)
        return;
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)n, 0) != n)
        return;
}

static enum gt_status wait_for(int fd, const char *dir, struct gt_err *err)
{
    double until = gt_clock_s() + gt_db_wait_s();
    while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return gt_fail_errno(err, "%s: cannot lock this workspace", dir);
        if (gt_clock_s() >= until) {
            char holder[100];
            read_holder(fd, holder);
            return gt_fail(err, GT_EBUSY,
                           "workspace %s is being changed by %s; wait until it is done", dir,
                           holder);
        }
        nanosleep(&(struct timespec){.tv_nsec = NAP_NS}, NULL);
    }
    return GT_OK;
}

enum gt_status gt_lock_take(const char *dir, int *fd, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const char *path = gt_path_join(a, dir, GT_FILE_LOCK);
    *fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (*fd < 0)
        return gt_fail_errno(err, "%s: cannot open the workspace's lock file", path);
    enum gt_status status = wait_for(*fd, dir, err);
    if (status != GT_OK) {
        close(*fd);
        *fd = -1;
        return status;
    }
    write_holder(*fd, path);
    return GT_OK;
}

void gt_lock_leave(int fd)
{
    if (fd >= 0)
        close(fd);
}
