/* Filling hollows and following the water on heights in memory.
 * Usage: bench-flow SIDE MEMORY_MB THREADS FOLDER [HEIGHTS]: memory decides on the tiles, FOLDER
 * takes what lies between passes. The heights are fractal, or flat f32 cells of a file; with these
 * the results are left in FOLDER as filled.raw and cells.raw for flow.py. Prints a line a step,
 * then the peak memory, in which heights and a result are besides (8 bytes a cell). */
#include "bench.h"

#include "global_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

struct heights {
    int64_t side;
    float *z;
};

static enum gt_status fill_row(void *ctx, int64_t y, int worker, struct gt_err *err)
{
    (void)worker;
    (void)err;
    const struct heights *h = ctx;
    bench_heights(y, h->side, h->z + y * h->side);
    return GT_OK;
}

static void timed(const char *name, const struct gt_global_op *op, const struct gt_global *g)
{
    GT_AUTO_ARENA a = gt_arena_new();
    clock_t busy = clock();
    double start = gt_clock_s();
    bench_must(op->run(a, g, &bench_err));
    double took = gt_clock_s() - start, cells = (double)g->grid->w * (double)g->grid->h;
    printf("%s %.3f s, processor %.3f s, %.2f M cells/s, predicted %.0f MB, disk %.0f MB\n", name,
           took, (double)(clock() - busy) / CLOCKS_PER_SEC, cells / took / 1e6,
           (double)op->memory(g) / 1e6, (double)op->disk(g) / 1e6);
}

/* Flat cells, as written by bench-make. */
static void file_cells(const char *path, const char *mode, float *cells, size_t n)
{
    FILE *f = fopen(path, mode);
    if (!f)
        bench_die("%s: expected to open it", path);
    size_t done =
        *mode == 'r' ? fread(cells, sizeof *cells, n, f) : fwrite(cells, sizeof *cells, n, f);
    if (fclose(f) != 0 || done != n)
        bench_die("%s: expected %zu cells", path, n);
}

int main(int argc, char **argv)
{
    if (argc != 5 && argc != 6)
        bench_die("expected SIDE MEMORY_MB THREADS FOLDER [HEIGHTS]");
    const char *file = argv[5];
    GT_AUTO_ARENA a = gt_arena_new();
    struct heights h = {.side = bench_number(argv[1])};
    size_t n = (size_t)h.side * (size_t)h.side;
    struct gt_raster_info info = bench_info(a, "dem", h.side, GT_F32);
    struct gt_work all = {.pool = gt_pool_new(0)};
    float *out = calloc(n, sizeof *out);
    h.z = calloc(n, sizeof *h.z);
    if (!h.z || !out)
        bench_die("expected room for %zu cells", n);
    if (file)
        file_cells(file, "rb", h.z, n);
    else
        bench_must(gt_par_for(&all, h.side, fill_row, &h, &bench_err));
    gt_pool_free(all.pool);

    struct gt_work work = {.pool = gt_pool_new((int)bench_number(argv[3]))};
    struct gt_step step = {.name = "flow", .give = file ? GT_GIVE_CELLS : GT_GIVE_AREA};
    const struct gt_raster_source *in = gt_memory_source(a, &info, h.z);
    struct gt_global g = {.step = &step,
                          .grid = &info.grid,
                          .crs = info.crs,
                          .in = &in,
                          .out = gt_memory_sink(a, &info, out),
                          .memory = (size_t)bench_number(argv[2]) << 20,
                          .scratch_dir = argv[4],
                          .work = &work};
    bench_must(gt_metric_new(a, info.crs, &info.grid, &g.metric, &bench_err));
    timed("flow, filling included", &gt_global_flow, &g);
    if (file)
        file_cells(gt_printf(a, "%s/cells.raw", argv[4]), "wb", out, n);
    timed("fill_depressions", &gt_global_fill, &g);
    if (file)
        file_cells(gt_printf(a, "%s/filled.raw", argv[4]), "wb", out, n);
    const struct gt_raster_source *filled = gt_memory_source(a, &info, out);
    g.in = &filled;
    g.out = gt_memory_sink(a, &info, h.z);
    timed("flow of filled heights", &gt_global_flow, &g);
    struct rusage use;
    getrusage(RUSAGE_SELF, &use);
    printf("peak %ld MB\n", use.ru_maxrss / 1024);
    gt_pool_free(work.pool);
    free(h.z);
    free(out);
    return 0;
}
