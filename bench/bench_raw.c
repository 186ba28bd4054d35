/* The engine's pass from flat files of cells into another: no decoding, no store.
 * Usage: bench-raw FOLDER SIDE THREADS OUT; prints counts by zone and grade. */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

struct raw {
    struct gt_raster_source source;
    struct gt_raster_sink sink;
    int64_t line; /* bytes of a row */
    int fd;
};

static enum gt_status take(int fd, void *to, int64_t n, int64_t at, struct gt_err *err)
{
    while (n > 0) {
        ssize_t got = pread(fd, to, (size_t)n, at);
        if (got <= 0)
            return gt_fail(err, GT_EIO, "expected %lld bytes more", (long long)n);
        to = (char *)to + got;
        at += got;
        n -= got;
    }
    return GT_OK;
}

static enum gt_status read_window(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    (void)worker;
    const struct raw *r = self;
    int64_t cell = (int64_t)gt_cell_size(r->source.info.type);
    int64_t at = win.row * r->line + win.col * cell;
    if (win.w == stride && win.w * cell == r->line)
        return take(r->fd, cells, win.h * r->line, at, err);
    for (int64_t y = 0; y < win.h; y++)
        GT_TRY(take(r->fd, (char *)cells + y * stride * cell, win.w * cell, at + y * r->line, err));
    return GT_OK;
}

static enum gt_status write_rows(void *self, int64_t row, int64_t n, const void *cells,
                                 struct gt_err *err)
{
    const struct raw *r = self;
    int64_t left = n * r->line, at = row * r->line;
    for (const char *from = cells; left > 0;) {
        ssize_t put = pwrite(r->fd, from, (size_t)left, at);
        if (put <= 0)
            return gt_fail(err, GT_EIO, "expected room for %lld bytes more", (long long)left);
        from += put;
        at += put;
        left -= put;
    }
    return GT_OK;
}

static struct raw *open_raw(struct gt_arena *a, const char *folder, const char *id, int64_t side)
{
    struct raw *r = GT_TAKE(a, struct raw);
    bool dem = id[0] == 'd';
    const char *path = gt_printf(a, "%s/%s.raw", folder, id);
    r->source.info = bench_info(a, id, side, dem ? GT_F32 : GT_U8);
    r->source.self = r;
    r->source.read = read_window;
    r->line = side * (int64_t)gt_cell_size(r->source.info.type);
    r->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0)
        bench_die("%s: expected the input", path);
    return r;
}

int main(int argc, char **argv)
{
    if (argc != 5)
        bench_die("expected FOLDER SIDE THREADS OUT");
    int64_t side = bench_number(argv[2]), counts[(BENCH_ZONES + 1) * BENCH_GRADES] = {0};
    int threads = (int)bench_number(argv[3]);
    GT_AUTO_ARENA a = gt_arena_new();
    const struct raw *dem = open_raw(a, argv[1], "dem", side);
    const struct raw *zone = open_raw(a, argv[1], "zone", side);
    struct raw out = {.line = side};
    out.fd = open(argv[4], O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    if (out.fd < 0)
        bench_die("%s: expected to make this file anew", argv[4]);
    out.sink = (struct gt_raster_sink){.self = &out, .rows = write_rows};
    bench_run(bench_plan(a, &dem->source, &zone->source, threads), &out.sink, threads, counts);
    close(out.fd);
    for (int z = 1; z <= BENCH_ZONES; z++)
        for (int g = 1; g < BENCH_GRADES; g++)
            if (counts[z * BENCH_GRADES + g])
                printf("%d %d %lld\n", z, g, (long long)counts[z * BENCH_GRADES + g]);
    return 0;
}
