/* Patches and patterns on cells in memory: seconds by the clock and of the processor, cells a
 * second of the latter, and bytes of memory a cell. Usage: bench-patch WHAT SIDE [MB | SEED FILE];
 * WHAT is a list by commas of number, cells, area, compactness, gap, pattern. On random blobs, and
 * on salt and pepper (each cell by itself, half of them). MB: memory to stay within (4096), beyond
 * it on disk in TMPDIR. With SEED, the blobs (1) or the pepper (2) are written to FILE as bytes,
 * for others. */
#include "../src/raster/global_int.h"
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static const double ONE[] = {1};

struct scene {
    int64_t side;
    uint8_t *cell;
    bool pepper;
    size_t memory;
};

static uint32_t mixed(uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x7feb352dU;
    x = (x ^ (x >> 15)) * 0x846ca68bU;
    return x ^ (x >> 16);
}

/* Value noise: corners 32 and 8 cells apart, linear between; cells above the middle are 1. */
static uint32_t noise(int64_t x, int64_t y, int64_t step, uint32_t seed)
{
    uint32_t v[4], fx = (uint32_t)(x % step), fy = (uint32_t)(y % step), s = (uint32_t)step;
    for (uint32_t k = 0; k < 4; k++)
        v[k] = mixed((uint32_t)(x / step + (k & 1)) * 73856093U ^
                     (uint32_t)(y / step + (k >> 1)) * 19349663U ^ seed) >>
               16;
    return ((v[0] * (s - fx) + v[1] * fx) / s * (s - fy) + (v[2] * (s - fx) + v[3] * fx) / s * fy) /
           s;
}

static enum gt_status fill(void *ctx, int64_t y, int worker, struct gt_err *err)
{
    (void)worker, (void)err;
    const struct scene *s = ctx;
    for (int64_t x = 0; x < s->side; x++)
        s->cell[y * s->side + x] = s->pepper
                                       ? (mixed((uint32_t)(y * s->side + x)) & 1) != 0
                                       : noise(x, y, 32, 1) * 3 + noise(x, y, 8, 2) > 4 * 32768;
    return GT_OK;
}

/* ---- One step ---- */

static enum gt_status drop(void *self, int64_t row, int64_t n, const void *cells,
                           struct gt_err *err)
{
    int32_t *most = self;
    (void)row, (void)n, (void)err;
    const int32_t *id = cells;
    for (int64_t x = 0; most[1] && x < most[1]; x++)
        most[0] = id[x] > most[0] ? id[x] : most[0];
    return GT_OK;
}

static void step_of(const char *what, struct gt_step *s)
{
    static const struct {
        const char *name;
        enum gt_give give;
    } GIVE[] = {{"cells", GT_GIVE_CELLS},
                {"area", GT_GIVE_AREA},
                {"compactness", GT_GIVE_COMPACTNESS},
                {"number", GT_GIVE_NUMBER},
                {"gap", GT_GIVE_NUMBER}};
    *s = (struct gt_step){.kind = GT_STEP_COMPONENTS, .connect = 8, .values = ONE, .n_values = 1};
    for (size_t i = 0; i < GT_LEN(GIVE); i++)
        if (strcmp(what, GIVE[i].name) == 0)
            s->give = GIVE[i].give;
    if (strcmp(what, "gap") == 0)
        s->gap_m = 50;
    s->cells = s->give == GT_GIVE_NUMBER ? GT_CELLS_ID : GT_CELLS_MEASURE;
    if (strcmp(what, "pattern") != 0)
        return;
    s->kind = GT_STEP_PATTERN;
    s->edge_m = 60;
    s->cells = GT_CELLS_CLASS;
}

static double processor_s(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
           (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) * 1e-6;
}

static long peak_kb(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

static void one(const struct scene *scene, const char *what)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_step step;
    int32_t most[2] = {0, 0};
    struct gt_raster_sink sink = {.self = most, .rows = drop};
    struct gt_raster_info info = bench_info(a, "codes", scene->side, GT_U8);
    const struct gt_raster_source *in = gt_memory_source(a, &info, scene->cell);
    step_of(what, &step);
    most[1] = step.cells == GT_CELLS_ID ? (int32_t)scene->side : 0;
    struct gt_global g = {.step = &step,
                          .grid = &info.grid,
                          .crs = info.crs,
                          .in = &in,
                          .out = &sink,
                          .memory = scene->memory,
                          .scratch_dir = getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp"};
    bench_must(gt_metric_new(a, info.crs, &info.grid, &g.metric, &bench_err));
    double n = (double)scene->side * (double)scene->side, start = gt_clock_s();
    double busy = processor_s();
    long before = peak_kb();
    bench_must(gt_global_of(step.kind)->run(a, &g, &bench_err));
    double s = gt_clock_s() - start;
    busy = processor_s() - busy;
    printf("%-12s %-7s %7.3f s %7.3f s busy %8.1f M cells/s %6.1f bytes/cell", what,
           scene->pepper ? "pepper" : "blobs", s, busy, n / busy / 1e6,
           (double)(peak_kb() - before) * 1024 / n);
    if (most[1])
        printf(" %d patches", most[0]);
    putchar('\n');
}

/* In a process of its own, whose peak of memory is that of the one step. */
static void apart(const struct scene *scene, const char *what)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        one(scene, what);
        exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child || status != 0)
        bench_die("%s: expected it to run", what);
}

static void save(const struct scene *s, const char *path)
{
    FILE *f = fopen(path, "wb");
    size_t n = (size_t)(s->side * s->side);
    if (!f || fwrite(s->cell, 1, n, f) != n || fclose(f) != 0)
        bench_die("%s: expected room for %zu bytes", path, n);
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 5)
        bench_die("expected WHAT SIDE [MB | SEED FILE]");
    struct scene s = {.side = bench_number(argv[2]), .memory = (size_t)4 << 30};
    if (argc == 4)
        s.memory = (size_t)bench_number(argv[3]) << 20;
    s.cell = malloc((size_t)(s.side * s.side));
    if (!s.cell)
        bench_die("expected room for the cells");
    for (int pepper = 0; pepper < 2; pepper++) {
        char list[200], *rest = list;
        struct gt_work work = {0};
        if (argc == 5 && bench_number(argv[3]) != pepper + 1)
            continue;
        s.pepper = pepper;
        bench_must(gt_par_for(&work, s.side, fill, &s, &bench_err));
        if (argc == 5)
            save(&s, argv[4]);
        snprintf(list, sizeof list, "%s", argv[1]);
        for (char *what; (what = strsep(&rest, ",")) && *what;)
            apart(&s, what);
    }
    free(s.cell);
    return 0;
}
