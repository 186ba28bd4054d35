/* The cost distance over cells in memory, from a few hundred targets: cells a second. Usage:
 * bench-cost SIDE ROUNDS THREADS [MEMORY_MB [FOLDER]]; prints a line of the processor's seconds a
 * round. With a FOLDER, cost.raw and target.raw are written there (flat f32, 0: no target) and the
 * result as sums.raw, for a comparison with r.cost. */
#include "bench.h"
#include "global_int.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct input {
    int64_t side;
    float *cost, *target, *sums;
};

/* Costs from 1 to some hundred, as over mountains; every thousandth cell of a lattice is a target.
 */
static enum gt_status fill(void *ctx, int64_t y, int worker, struct gt_err *err)
{
    (void)worker;
    (void)err;
    const struct input *in = ctx;
    float *cost = in->cost + y * in->side, *target = in->target + y * in->side;
    bench_heights(y, in->side, cost);
    for (int64_t x = 0; x < in->side; x++) {
        float h = cost[x] - 3000;
        cost[x] = 1 + h * h / 5000;
        target[x] = x % 331 == 7 && y % 347 == 11 ? 1 : (float)NAN;
    }
    return GT_OK;
}

static void write_raw(struct gt_arena *a, const char *folder, const char *name,
                      const struct input *in, const float *v)
{
    FILE *f = fopen(gt_printf(a, "%s/%s", folder, name), "wb");
    if (!f)
        bench_die("%s: expected to write %s here", folder, name);
    fwrite(v, sizeof *v, (size_t)(in->side * in->side), f);
    if (ferror(f) | fclose(f))
        bench_die("expected room for %s", name);
}

static double once(const struct gt_raster_info *info, const struct input *in, size_t memory,
                   struct gt_work *work)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *metric;
    bench_must(gt_metric_new(a, info->crs, &info->grid, &metric, &bench_err));
    const struct gt_raster_source *source[] = {gt_memory_source(a, info, in->cost),
                                               gt_memory_source(a, info, in->target)};
    struct gt_step step = {.name = "cost", .max_m = (double)INFINITY};
    struct gt_global g = {.step = &step,
                          .grid = &info->grid,
                          .metric = metric,
                          .crs = info->crs,
                          .in = source,
                          .out = gt_memory_sink(a, info, in->sums),
                          .memory = memory,
                          .work = work};
    clock_t from = clock(); /* of all threads */
    bench_must(gt_global_cost.run(a, &g, &bench_err));
    return (double)(clock() - from) / CLOCKS_PER_SEC;
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 6)
        bench_die("expected SIDE ROUNDS THREADS [MEMORY_MB [FOLDER]]");
    GT_AUTO_ARENA a = gt_arena_new();
    struct input in = {.side = bench_number(argv[1])};
    size_t cells = (size_t)(in.side * in.side);
    size_t memory = (size_t)bench_number(argc > 4 ? argv[4] : "4096") << 20;
    struct gt_raster_info info = bench_info(a, "cost", in.side, GT_F32);
    struct gt_work work = {.pool = gt_pool_new((int)bench_number(argv[3]))};
    in.cost = GT_TAKE_N(a, float, cells);
    in.target = GT_TAKE_N(a, float, cells);
    in.sums = GT_TAKE_N(a, float, cells);
    bench_must(gt_par_for(&work, in.side, fill, &in, &bench_err));
    for (int64_t i = bench_number(argv[2]); i > 0; i--) {
        double s = once(&info, &in, memory, &work);
        printf("%.3f s, %.2f M cells/s\n", s, (double)cells / s / 1e6);
    }
    if (argc > 5) {
        write_raw(a, argv[5], "cost.raw", &in, in.cost);
        write_raw(a, argv[5], "target.raw", &in, in.target);
        write_raw(a, argv[5], "sums.raw", &in, in.sums);
    }
    gt_pool_free(work.pool);
    return 0;
}
