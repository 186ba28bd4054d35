/* Scratch rasters: plain cells in a file without a name, or in memory. */
#include "global_int.h"

#include "guotu/io.h"

#include <errno.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

/* Smaller ones are held in memory: a file would gain nothing. */
#define SMALL ((size_t)32 << 20)

/* The public part first: what is handed out is the whole. */
struct scratch {
    struct gt_scratch open;
    struct gt_file *file; /* NULL: in memory */
    uint8_t *cells;
};

static size_t cell_of(const struct scratch *s)
{
    return gt_cell_size(s->open.source.info.type);
}

static int64_t place_of(const struct scratch *s, int64_t col, int64_t row)
{
    return (row * s->open.source.info.grid.w + col) * (int64_t)cell_of(s);
}

static enum gt_status read_run(const struct scratch *s, int64_t at, void *to, size_t n,
                               struct gt_err *err)
{
    size_t got;
    if (!s->file) {
        memcpy(to, s->cells + at, n);
        return GT_OK;
    }
    GT_TRY(gt_file_pread(s->file, at, to, n, &got, err));
    memset((uint8_t *)to + got, 0, n - got);
    return GT_OK;
}

static enum gt_status write_run(const struct scratch *s, int64_t at, const void *from, size_t n,
                                struct gt_err *err)
{
    if (s->file)
        return gt_file_pwrite(s->file, at, from, n, err);
    memcpy(s->cells + at, from, n);
    return GT_OK;
}

/* Windows as wide as the raster are one run. */
static bool is_one_run(const struct scratch *s, struct gt_window win, int64_t stride)
{
    return win.w == s->open.source.info.grid.w && stride == win.w;
}

static enum gt_status read_window(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    const struct scratch *s = self;
    size_t size = cell_of(s);
    (void)worker;
    if (is_one_run(s, win, stride))
        return read_run(s, place_of(s, 0, win.row), cells, (size_t)(win.w * win.h) * size, err);
    for (int64_t y = 0; y < win.h; y++)
        GT_TRY(read_run(s, place_of(s, win.col, win.row + y),
                        (uint8_t *)cells + y * stride * (int64_t)size, (size_t)win.w * size, err));
    return GT_OK;
}

enum gt_status gt_scratch_write(struct gt_scratch *open, struct gt_window win, const void *cells,
                                int64_t stride, struct gt_err *err)
{
    const struct scratch *s = (const struct scratch *)(const void *)open;
    size_t size = cell_of(s);
    if (is_one_run(s, win, stride))
        return write_run(s, place_of(s, 0, win.row), cells, (size_t)(win.w * win.h) * size, err);
    for (int64_t y = 0; y < win.h; y++)
        GT_TRY(write_run(s, place_of(s, win.col, win.row + y),
                         (const uint8_t *)cells + y * stride * (int64_t)size, (size_t)win.w * size,
                         err));
    return GT_OK;
}

static enum gt_status write_rows(void *self, int64_t row, int64_t n, const void *cells,
                                 struct gt_err *err)
{
    struct scratch *s = self;
    int64_t w = s->open.source.info.grid.w;
    return gt_scratch_write(&s->open, (struct gt_window){0, row, w, n}, cells, w, err);
}

static void close_file(void *ctx)
{
    struct scratch *s = ctx;
    if (s->file && gt_file_close(s->file, NULL) != GT_OK)
        s->file = NULL;
}

/* Refused before the work starts, not after hours of it. */
static enum gt_status check_room(const char *dir, double need, struct gt_err *err)
{
    struct statvfs disk;
    double mb = 1e6;
    if (statvfs(dir, &disk) != 0)
        return gt_fail_errno(err, "%s: cannot ask for the free room", dir);
    double there = (double)disk.f_bavail * (double)disk.f_frsize;
    if (need <= there)
        return GT_OK;
    return gt_fail(err, GT_EIO,
                   "%s: expected %.0f MB of free disk for cells between two passes, found %.0f MB",
                   dir, need / mb, there / mb);
}

static enum gt_status open_file(struct gt_arena *a, struct scratch *s, const char *dir, size_t n,
                                struct gt_err *err)
{
    GT_TRY(check_room(dir, (double)n, err));
    GT_TRY(gt_file_unnamed(dir, &s->file, err));
    gt_arena_defer(a, close_file, s);
    return GT_OK;
}

enum gt_status gt_scratch_new(struct gt_arena *a, const char *dir,
                              const struct gt_raster_info *info, struct gt_scratch **out,
                              struct gt_err *err)
{
    struct scratch *s = GT_TAKE(a, struct scratch);
    size_t n = (size_t)info->grid.w * (size_t)info->grid.h * gt_cell_size(info->type);
    *s = (struct scratch){.open.source.info = *info};
    s->open.source.self = s->open.sink.self = s;
    s->open.source.read = read_window;
    s->open.sink.rows = write_rows;
    if (dir && n > SMALL)
        GT_TRY(open_file(a, s, dir, n, err));
    else
        GT_TRY(gt_reserve(a, n, 1, "a raster between two passes", (void **)&s->cells, err));
    *out = &s->open;
    return GT_OK;
}
