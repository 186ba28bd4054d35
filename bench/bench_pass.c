/* The engine's pass on cells in memory, beside the same work written by hand: what compiling a
 * model costs. Usage: bench-pass [CELLS [THREADS]] */
#include "hand.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char MODEL[] =
    "model: bench\n"
    "inputs:\n"
    "  dem: {kind: raster, role: dem, unit: m, master: true}\n"
    "  zone: {kind: raster, role: class_raster, cells: id, resample: nearest}\n"
    "steps:\n"
    "  slope: {step: slope, of: dem}\n"
    "  slope_class:\n"
    "    step: classify\n"
    "    of: slope\n"
    "    classes: [{in: \"(-inf, 2]\", class: 1}, {in: \"(2, 6]\", class: 2}, {in: \"(6, 15]\", "
    "class: 3},"
    " {in: \"(15, 25]\", class: 4}, {in: \"(25, inf)\", class: 5}]\n"
    "  relief: {step: range, of: dem, window: 11}\n"
    "  relief_class:\n"
    "    step: classify\n"
    "    of: relief\n"
    "    classes: [{in: \"(-inf, 50]\", class: 1}, {in: \"(50, 100]\", class: 2},"
    " {in: \"(100, 200]\", class: 3}, {in: \"(200, inf)\", class: 4}]\n"
    "  grade:\n"
    "    step: matrix\n"
    "    rows: slope_class\n"
    "    cols: relief_class\n"
    "    matrix: {rows: [1, 2, 3, 4, 5], cols: [1, 2, 3, 4], cells: [[1, 1, 2, 3], [1, 2, 2, 3],"
    " [2, 3, 3, 4], [3, 4, 4, 5], [5, 5, 5, 5]]}\n"
    "  counts: {step: zonal, of: grade, zones: zone, stats: [count], per_class: true}\n"
    "outputs: [grade]\n";

/* Fractal heights: octaves of smooth noise. */
static float height(int64_t x, int64_t y)
{
    double sum = 0, size = 800, step = 512;
    for (int k = 0; k < 8; k++, size *= 0.55, step /= 2) {
        double u = (double)x / step, v = (double)y / step;
        int64_t i = (int64_t)u, j = (int64_t)v;
        double a[4];
        for (int c = 0; c < 4; c++) {
            uint64_t h = (uint64_t)(i + (c & 1)) * 0x9E3779B97F4A7C15u ^
                         (uint64_t)(j + (c >> 1)) * 0xC2B2AE3D27D4EB4Fu ^ (uint64_t)k << 60;
            h = (h ^ h >> 29) * 0xBF58476D1CE4E5B9u;
            a[c] = (double)(h >> 11) / 9007199254740992.0;
        }
        double fu = u - (double)i, fv = v - (double)j;
        fu = fu * fu * (3 - 2 * fu);
        fv = fv * fv * (3 - 2 * fv);
        sum +=
            size * ((a[0] * (1 - fu) + a[1] * fu) * (1 - fv) + (a[2] * (1 - fu) + a[3] * fu) * fv);
    }
    return (float)(3000 + sum);
}

static struct gt_err failure;

static void must(enum gt_status s)
{
    if (s == GT_OK)
        return;
    fprintf(stderr, "bench-pass: %s\n", failure.text);
    exit(1);
}

struct input {
    struct gt_raster_info dem_info, zone_info;
    float *dem;
    uint8_t *zone;
};

static struct input make_input(struct gt_arena *a, int64_t side)
{
    struct input in = {0};
    const struct gt_crs *crs;
    must(gt_crs_parse(a, "EPSG:4538", &crs, &failure));
    in.dem_info = (struct gt_raster_info){
        .id = "dem", .crs = crs, .grid = {side, side, 500000, 3200000, 30, 30}, .type = GT_F32};
    in.zone_info = in.dem_info;
    in.zone_info.id = "zone";
    in.zone_info.type = GT_U8;
    in.dem = malloc((size_t)(side * side) * sizeof(float));
    in.zone = malloc((size_t)(side * side));
    for (int64_t y = 0; y < side; y++)
        for (int64_t x = 0; x < side; x++) {
            in.dem[y * side + x] = height(x, y);
            in.zone[y * side + x] = (uint8_t)(1 + (x / 700 + y / 900 * 3) % 20);
        }
    return in;
}

static double compiled(struct gt_arena *a, const struct input *in, int threads, uint8_t *out,
                       struct gt_run_result *result)
{
    const struct gt_model *m;
    struct gt_model_opt opt = {0};
    must(gt_model_parse(a, "bench.yaml", gt_s(MODEL), &opt, &m, &failure));
    struct gt_binding *bind = GT_TAKE_N(a, struct gt_binding, (size_t)m->n_steps);
    bind[gt_model_step(m, "dem")].raster = gt_memory_source(a, &in->dem_info, in->dem);
    bind[gt_model_step(m, "zone")].raster = gt_memory_source(a, &in->zone_info, in->zone);
    int write = gt_model_step(m, "grade");
    struct gt_plan_opt plan_opt = {.bind = bind, .write = &write, .n_write = 1, .threads = threads};
    const struct gt_plan *p;
    must(gt_plan_new(a, m, &plan_opt, &p, &failure));
    struct gt_raster_info info = gt_plan_output(p, 0);
    struct gt_raster_sink *sink = gt_memory_sink(a, &info, out);
    struct gt_pool *pool = gt_pool_new(threads);
    struct gt_work work = {.pool = pool};
    double start = gt_clock_s();
    must(gt_plan_run(a, p, &sink, &work, result, &failure));
    double seconds = gt_clock_s() - start;
    gt_pool_free(pool);
    return seconds;
}

int main(int argc, char **argv)
{
    int64_t cells = argc > 1 ? atoll(argv[1]) : 64000000, side = (int64_t)sqrt((double)cells);
    int threads = argc > 2 ? (int)atoll(argv[2]) : 2;
    GT_AUTO_ARENA a = gt_arena_new();
    struct input in = make_input(a, side);
    uint8_t *out = malloc((size_t)(side * side)), *by_hand = malloc((size_t)(side * side));
    memset(out, 0, (size_t)(side * side));
    memset(by_hand, 0, (size_t)(side * side));
    for (int t = 1; t <= threads; t++)
        for (int round = 0; round < 2; round++) {
            struct gt_run_result result;
            double engine = compiled(a, &in, t, out, &result);
            int64_t counts[256 * 8] = {0};
            double hand = hand_run(in.dem, in.zone, side, t, by_hand, counts);
            bool same = memcmp(out, by_hand, (size_t)(side * side)) == 0;
            for (size_t i = 0; i < result.zonal[0].n; i++) {
                const struct gt_zone_row *r = &result.zonal[0].row[i];
                same = same && counts[r->zone * 8 + r->cls] == r->count;
            }
            printf("%d threads: compiled %.3f s (%.2f ns a cell), by hand %.3f s, ratio %.2f, %s\n",
                   t, engine, engine * 1e9 / (double)(side * side), hand, engine / hand,
                   same ? "same cells and counts" : "DIFFERENT");
        }
    free(out);
    free(by_hand);
    free(in.dem);
    free(in.zone);
    return 0;
}
