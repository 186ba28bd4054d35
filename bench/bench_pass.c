/* The engine's pass on cells in memory, beside the same work written by hand: what compiling a
 * model costs. Usage: bench-pass SIDE ROUNDS THREADS; prints a line "compiled hand" of seconds a
 * round. Ends with status 1 where cells or counts differ. */
#include "bench.h"
#include "hand.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct cells {
    int64_t side;
    float *dem;
    uint8_t *zone, *compiled, *by_hand;
};

static void *room(int64_t cells, size_t size)
{
    void *p = calloc((size_t)cells, size);
    if (!p)
        bench_die("expected room for %lld cells", (long long)cells);
    return p;
}

static enum gt_status fill(void *ctx, int64_t y, int worker, struct gt_err *err)
{
    (void)worker;
    (void)err;
    const struct cells *c = ctx;
    bench_heights(y, c->side, c->dem + y * c->side);
    bench_zones(y, c->side, c->zone + y * c->side);
    return GT_OK;
}

static double compiled(const struct cells *c, int threads, int64_t *counts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info dem = bench_info(a, "dem", c->side, GT_F32);
    struct gt_raster_info zone = bench_info(a, "zone", c->side, GT_U8);
    const struct gt_plan *p = bench_plan(a, gt_memory_source(a, &dem, c->dem),
                                         gt_memory_source(a, &zone, c->zone), threads);
    struct gt_raster_info out = gt_plan_output(p, 0);
    return bench_run(p, gt_memory_sink(a, &out, c->compiled), threads, counts);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        bench_die("expected SIDE ROUNDS THREADS");
    struct cells c = {.side = bench_number(argv[1])};
    int64_t rounds = bench_number(argv[2]), n = c.side * c.side;
    int threads = (int)bench_number(argv[3]);
    c.dem = room(n, sizeof *c.dem);
    c.zone = room(n, 1);
    c.compiled = room(n, 1);
    c.by_hand = room(n, 1);
    struct gt_work work = {.pool = gt_pool_new(0)};
    bench_must(gt_par_for(&work, c.side, fill, &c, &bench_err));
    gt_pool_free(work.pool);
    for (int64_t round = 0; round < rounds; round++) {
        int64_t counts[(BENCH_ZONES + 1) * BENCH_GRADES] = {0}, hand_counts[256 * 8] = {0};
        double engine = compiled(&c, threads, counts);
        double hand = hand_run(c.dem, c.zone, c.side, threads, c.by_hand, hand_counts);
        if (memcmp(c.compiled, c.by_hand, (size_t)n) != 0 ||
            memcmp(counts, hand_counts, sizeof counts) != 0)
            bench_die("the compiled pass and the one by hand differ");
        printf("%.4f %.4f\n", engine, hand);
    }
    free(c.dem);
    free(c.zone);
    free(c.compiled);
    free(c.by_hand);
    return 0;
}
