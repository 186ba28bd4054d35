/* Sums and means in a square window over heights in memory.
 * Usage: bench-window SIDE WINDOW FOLDER: heights are flat f32 cells of FOLDER/dem.raw; the results
 * are left there as sum.raw and mean.raw. Prints a line a step, one thread. */
#include "bench.h"

#include "global_int.h"

#include <stdio.h>
#include <time.h>

struct job {
    const char *folder, *window;
    struct gt_raster_info info;
    float *dem, *out;
    size_t n;
};

static void cells_of(const char *path, const char *mode, float *cells, size_t n)
{
    FILE *f = fopen(path, mode);
    if (!f)
        bench_die("%s: expected to open it", path);
    size_t done =
        *mode == 'r' ? fread(cells, sizeof *cells, n, f) : fwrite(cells, sizeof *cells, n, f);
    if (fclose(f) != 0 || done != n)
        bench_die("%s: expected %zu cells", path, n);
}

static void one(const struct job *j, const char *step)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_model *m;
    const struct gt_plan *p;
    struct gt_setting set = {.step = step, .key = "window", .value = j->window};
    struct gt_model_opt opt = {.set = &set, .n_set = 1};
    bench_must(gt_model_load(a, GT_SOURCE_DIR "/bench/window.yaml", &opt, &m, &bench_err));
    struct gt_binding *bind = GT_TAKE_N(a, struct gt_binding, (size_t)m->n_steps);
    bind[gt_model_step(m, "dem")].raster = gt_memory_source(a, &j->info, j->dem);
    int write = gt_model_step(m, step);
    struct gt_plan_opt plan = {.bind = bind, .write = &write, .n_write = 1, .threads = 1};
    bench_must(gt_plan_new(a, m, &plan, &p, &bench_err));
    struct gt_raster_sink *sink = gt_memory_sink(a, &j->info, j->out);
    struct gt_run_result result;
    bench_must(gt_plan_run(a, p, &sink, NULL, &result, &bench_err));
    printf("%s of %s x %s cells %.3f s, processor %.3f s, %.2f M cells/s\n", step, j->window,
           j->window, result.time[0].clock_s, result.time[0].busy_s,
           (double)j->n / result.time[0].busy_s / 1e6);
    cells_of(gt_printf(a, "%s/%s.raw", j->folder, step), "wb", j->out, j->n);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        bench_die("expected SIDE WINDOW FOLDER");
    GT_AUTO_ARENA a = gt_arena_new();
    int64_t side = bench_number(argv[1]);
    struct job j = {.folder = argv[3],
                    .window = argv[2],
                    .info = bench_info(a, "dem", side, GT_F32),
                    .n = (size_t)(side * side)};
    j.dem = GT_TAKE_N(a, float, j.n);
    j.out = GT_TAKE_N(a, float, j.n);
    cells_of(gt_printf(a, "%s/dem.raw", j.folder), "rb", j.dem, j.n);
    one(&j, "sum");
    one(&j, "mean");
    return 0;
}
