#include "bench.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct gt_err bench_err;

void bench_die(const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    fputs("bench: ", stderr);
    vfprintf(stderr, fmt, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void bench_must(enum gt_status s)
{
    if (s != GT_OK)
        bench_die("%s", bench_err.text);
}

int64_t bench_number(const char *text)
{
    int64_t n;
    if (!gt_parse_int(text, &n) || n < 1)
        bench_die("expected a whole number from 1, found '%s'", text);
    return n;
}

/* ---- Input ---- */

/* A number from 0 to 1 for the corner i, j of octave k's lattice. */
static double corner(int64_t i, int64_t j, int k)
{
    uint64_t h =
        (uint64_t)i * 0x9E3779B97F4A7C15u ^ (uint64_t)j * 0xC2B2AE3D27D4EB4Fu ^ (uint64_t)k << 60;
    h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9u;
    return (double)(h >> 11) / 9007199254740992.0;
}

static double smooth(double f)
{
    return f * f * (3 - 2 * f);
}

enum { OCTAVES = 8, FIRST_STEP = 512 };

void bench_heights(int64_t y, int64_t n, float *out)
{
    double *sum = calloc((size_t)n, sizeof *sum), size = 1600;
    int64_t step = FIRST_STEP;
    if (!sum)
        bench_die("expected room for a row of %lld cells", (long long)n);
    for (int k = 0; k < OCTAVES; k++, size *= 0.55, step /= 2) {
        double fv = smooth((double)(y % step) / (double)step);
        for (int64_t x0 = 0; x0 < n; x0 += step) {
            int64_t i = x0 / step, j = y / step;
            double left = corner(i, j, k) * (1 - fv) + corner(i, j + 1, k) * fv;
            double right = corner(i + 1, j, k) * (1 - fv) + corner(i + 1, j + 1, k) * fv;
            for (int64_t x = x0; x < n && x < x0 + step; x++) {
                double fu = smooth((double)(x - x0) / (double)step);
                sum[x] += size * (left * (1 - fu) + right * fu);
            }
        }
    }
    for (int64_t x = 0; x < n; x++)
        out[x] = (float)(3000 + sum[x]);
    free(sum);
}

void bench_zones(int64_t y, int64_t n, uint8_t *out)
{
    for (int64_t x = 0; x < n; x++)
        out[x] = (uint8_t)(1 + (x / 700 + y / 900 * 3) % BENCH_ZONES);
}

struct gt_raster_info bench_info(struct gt_arena *a, const char *id, int64_t side,
                                 enum gt_cell_type type)
{
    struct gt_raster_info info = {
        .id = id, .grid = {side, side, 500000, 3200000, 30, 30}, .type = type};
    bench_must(gt_crs_parse(a, "EPSG:4538", &info.crs, &bench_err));
    return info;
}

/* ---- The pass ---- */

const struct gt_plan *bench_plan(struct gt_arena *a, const struct gt_raster_source *dem,
                                 const struct gt_raster_source *zone, int threads)
{
    const struct gt_model *m;
    struct gt_model_opt opt = {0};
    bench_must(gt_model_load(a, GT_SOURCE_DIR "/bench/bench.yaml", &opt, &m, &bench_err));
    struct gt_binding *bind = GT_TAKE_N(a, struct gt_binding, (size_t)m->n_steps);
    bind[gt_model_step(m, "dem")].raster = dem;
    bind[gt_model_step(m, "zone")].raster = zone;
    int *write = GT_TAKE(a, int);
    *write = gt_model_step(m, "grade");
    struct gt_plan_opt plan_opt = {.bind = bind, .write = write, .n_write = 1, .threads = threads};
    const struct gt_plan *p;
    bench_must(gt_plan_new(a, m, &plan_opt, &p, &bench_err));
    return p;
}

double bench_run(const struct gt_plan *p, struct gt_raster_sink *sink, int threads, int64_t *counts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_pool *pool = gt_pool_new(threads);
    struct gt_work work = {.pool = pool};
    struct gt_run_result result;
    double start = gt_clock_s();
    bench_must(gt_plan_run(a, p, &sink, &work, &result, &bench_err));
    double seconds = gt_clock_s() - start;
    gt_pool_free(pool);
    for (size_t i = 0; i < result.zonal[0].n && counts; i++) {
        const struct gt_zone_row *r = &result.zonal[0].row[i];
        counts[r->zone * BENCH_GRADES + r->cls] += r->count;
    }
    return seconds;
}
