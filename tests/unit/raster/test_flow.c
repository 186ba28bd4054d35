/* Filled hollows and flow against slow, simple versions, for any tiles and threads. */
#include "flow_int.h"

#include "engine.h"

#include <string.h>

struct field {
    struct gt_arena *a;
    struct gt_raster_info info;
    const struct gt_metric *metric;
    float *z;
    int64_t w, h, n;
};

enum scene { ROUGH, STEPS, LEVEL, HOLES, SLOPE, SCENES };

static float height(enum scene s, uint64_t *bits, int64_t x, int64_t y)
{
    double u = dice_unit(bits);
    switch (s) {
    case ROUGH: return (float)(u * 100);
    case STEPS: return (float)(int)(u * 4) - 1;
    case LEVEL: return u < 0.03 ? -1 : 7;
    case HOLES: return u < 0.08 ? (float)NAN : (float)(int)(dice_unit(bits) * 6);
    default: return (float)(x * 3 + y * 2) + (float)(u * 12);
    }
}

static struct field field_of(struct gt_arena *a, int64_t w, int64_t h)
{
    struct field f = {.a = a, .w = w, .h = h, .n = w * h, .info = engine_plane(a, w, h, 30)};
    struct gt_err err = {0};
    f.z = GT_TAKE_N(a, float, (size_t)f.n);
    T_STATUS_ERR(gt_metric_new(a, f.info.crs, &f.info.grid, &f.metric, &err), GT_OK, &err);
    return f;
}

/* Degrees: distances and areas change by row. */
static void in_degrees(struct field *f, const char *crs, double cell)
{
    struct gt_err err = {0};
    f->info.crs = engine_crs(f->a, crs);
    f->info.grid = (struct gt_grid){f->w, f->h, 84, 34, cell, cell};
    T_STATUS_ERR(gt_metric_new(f->a, f->info.crs, &f->info.grid, &f->metric, &err), GT_OK, &err);
}

static void make(struct field *f, enum scene s, uint64_t seed)
{
    for (int64_t i = 0; i < f->n; i++)
        f->z[i] = height(s, &seed, i % f->w, i / f->w);
}

/* ---- The operators ---- */

struct way {
    int64_t side; /* 0: the operator's own choice */
    int threads;
    size_t memory;
    enum gt_give give;
    _Atomic bool *stop;
};

static enum gt_status try(const struct field *f, bool flow, struct way how, float *out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_step step = {.name = "flow", .give = how.give};
    const struct gt_raster_source *in = gt_memory_source(a, &f->info, f->z);
    struct gt_work work = {.pool = how.threads > 1 ? gt_pool_new(how.threads) : NULL,
                           .stop = how.stop};
    struct gt_global g = {.step = &step,
                          .grid = &f->info.grid,
                          .metric = f->metric,
                          .crs = f->info.crs,
                          .in = &in,
                          .out = gt_memory_sink(a, &f->info, out),
                          .memory = how.memory,
                          .scratch_dir = t_tmpdir(),
                          .work = &work};
    const struct gt_global_op *op = flow ? &gt_global_flow : &gt_global_fill;
    struct gt_err err = {0};
    enum gt_status s = how.side == 0 ? op->run(a, &g, &err)
                       : flow        ? gt_flow_run(a, &g, how.side, &err)
                                     : gt_flow_run_fill(a, &g, how.side, &err);
    gt_pool_free(work.pool);
    if (!how.stop)
        T_EQ_STR(err.text, "");
    return s;
}

static float *run(const struct field *f, bool flow, struct way how)
{
    float *out = GT_TAKE_N(f->a, float, (size_t)f->n);
    T_STATUS(try(f, flow, how, out), GT_OK);
    return out;
}

/* ---- The slow way ---- */

/* The height of a neighbour; NaN: no-data, or beyond the edge. */
static int64_t neighbour(const struct field *f, int64_t i, int k)
{
    int64_t x = i % f->w + gt_flow_dx[k], y = i / f->w + gt_flow_dy[k];
    return x < 0 || y < 0 || x >= f->w || y >= f->h || isnan(f->z[y * f->w + x]) ? -1
                                                                                 : y * f->w + x;
}

static bool at_edge(const struct field *f, int64_t i)
{
    for (int k = 0; k < FLOW_WAYS; k++)
        if (neighbour(f, i, k) < 0)
            return true;
    return false;
}

/* Heights sink from above until none sinks any more. */
static float *slow_fill(const struct field *f)
{
    float *out = GT_TAKE_N(f->a, float, (size_t)f->n);
    for (int64_t i = 0; i < f->n; i++)
        out[i] = isnan(f->z[i]) || at_edge(f, i) ? f->z[i] : INFINITY;
    for (bool again = true; again;) {
        again = false;
        for (int64_t i = 0; i < f->n; i++)
            for (int k = 0; k < FLOW_WAYS && !isnan(f->z[i]); k++) {
                int64_t n = neighbour(f, i, k);
                float way = n < 0 ? f->z[i] : fmaxf(f->z[i], out[n]);
                if (way < out[i]) {
                    out[i] = way;
                    again = true;
                }
            }
    }
    return out;
}

static double metres(const struct field *f, int64_t i, int k)
{
    struct gt_tensor t = gt_metric_at(f->metric, i % f->w, i / f->w);
    double det = t.xx * t.yy - t.xy * t.xy;
    double dx = gt_flow_dx[k] * f->info.grid.dx, dy = -gt_flow_dy[k] * f->info.grid.dy;
    return sqrt((t.yy * dx * dx - 2 * t.xy * dx * dy + t.xx * dy * dy) / det);
}

/* Down from a cell of filled heights; -1: none is lower. */
static int64_t steepest(const struct field *f, const float *z, int64_t i)
{
    int64_t best = -1;
    double most = 0;
    for (int k = 0; k < FLOW_WAYS; k++) {
        int64_t n = neighbour(f, i, k);
        double steep = n < 0 ? 0 : ((double)z[i] - (double)z[n]) / metres(f, i, k);
        if (steep > most * (1 + 1e-12)) {
            most = steep;
            best = n;
        }
    }
    return best;
}

/* Where each cell drains to; -1: out. */
static int64_t *slow_down(const struct field *f, const float *z)
{
    int64_t *to = GT_TAKE_N(f->a, int64_t, (size_t)f->n);
    int *steps = GT_TAKE_N(f->a, int, (size_t)f->n);
    for (int64_t i = 0; i < f->n; i++) {
        to[i] = isnan(z[i]) ? -1 : steepest(f, z, i);
        steps[i] = to[i] >= 0 || at_edge(f, i) ? 0 : -1;
    }
    for (int s = 0, found = 1; found; s++) {
        found = s == 0;
        for (int64_t i = 0; i < f->n; i++)
            for (int k = 0; k < FLOW_WAYS && steps[i] < 0 && !isnan(z[i]); k++) {
                int64_t n = neighbour(f, i, k);
                if (n >= 0 && z[n] == z[i] && steps[n] == s) {
                    to[i] = n;
                    found = 1;
                    steps[i] = s + 1;
                }
            }
    }
    for (int64_t i = 0; i < f->n; i++)
        T_OK(isnan(z[i]) || steps[i] >= 0);
    return to;
}

/* Each cell's ground added to all cells on its way. */
static double *slow_sums(const struct field *f, const int64_t *to, bool area)
{
    double *sum = GT_TAKE_N(f->a, double, (size_t)f->n);
    for (int64_t i = 0; i < f->n; i++) {
        double own = area ? gt_metric_cell_m2(f->metric, i % f->w, i / f->w) : 1;
        for (int64_t at = i; at >= 0 && !isnan(f->z[i]); at = to[at])
            sum[at] += own;
    }
    return sum;
}

/* ---- Checks ---- */

static void same(const float *found, const float *expected, int64_t n)
{
    T_EQ_INT(memcmp(found, expected, (size_t)n * sizeof *found), 0);
}

static void same_cells(const struct field *f, const float *found, const float *expected)
{
    for (int64_t i = 0; i < f->n; i++)
        T_EQ_NUM(found[i], expected[i]);
}

static const int64_t SIDES[] = {1, 2, 3, 5, 8, 17, 1000};

static void check_fill(const struct field *f)
{
    float *one = run(f, false, (struct way){.side = 1000});
    same_cells(f, one, slow_fill(f));
    for (size_t i = 0; i < GT_LEN(SIDES); i++)
        same(run(f, false, (struct way){.side = SIDES[i], .threads = 1 + (int)i % 3}), one, f->n);
}

/* Water that leaves is all the water that there is. */
static void check_balance(const struct field *f, const int64_t *to, const float *cells)
{
    int64_t out = 0, all = 0;
    for (int64_t i = 0; i < f->n; i++) {
        all += !isnan(f->z[i]);
        out += !isnan(f->z[i]) && to[i] < 0 ? (int64_t)cells[i] : 0;
    }
    T_EQ_INT(out, all);
}

static void check_flow(const struct field *f)
{
    int64_t *to = slow_down(f, slow_fill(f));
    double *cells = slow_sums(f, to, false), *area = slow_sums(f, to, true);
    float *one = run(f, true, (struct way){.side = 1000, .give = GT_GIVE_CELLS});
    float *m2 = run(f, true, (struct way){.side = 1000, .give = GT_GIVE_AREA});
    float *length = run(f, true, (struct way){.side = 1000, .give = GT_GIVE_LENGTH});
    for (int64_t i = 0; i < f->n; i++) {
        bool none = isnan(f->z[i]);
        double own = gt_metric_cell_m2(f->metric, i % f->w, i / f->w);
        T_EQ_NUM(one[i], none ? (double)NAN : cells[i]);
        T_NEAR(m2[i], none ? (double)NAN : area[i], area[i] * 1e-6);
        T_NEAR(length[i], none ? (double)NAN : area[i] / sqrt(own), area[i] / sqrt(own) * 1e-6);
    }
    check_balance(f, to, one);
    for (size_t i = 0; i < GT_LEN(SIDES); i++) {
        struct way how = {.side = SIDES[i], .threads = 1 + (int)i % 3, .give = GT_GIVE_CELLS};
        same(run(f, true, how), one, f->n);
        how.give = GT_GIVE_AREA;
        same(run(f, true, how), m2, f->n);
    }
}

/* ---- Tests ---- */

T_TEST(flow_fill_is_the_lowest_way_out_for_any_tiles)
{
    for (int s = 0; s < SCENES; s++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct field f = field_of(a, 33, 26);
        make(&f, (enum scene)s, 7 + (uint64_t)s);
        check_fill(&f);
    }
}

T_TEST(flow_sums_follow_the_way_down_for_any_tiles)
{
    for (int s = 0; s < SCENES; s++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct field f = field_of(a, 27, 31);
        make(&f, (enum scene)s, 70 + (uint64_t)s);
        check_flow(&f);
    }
}

T_TEST(flow_measures_by_the_ground)
{
    for (int s = 0; s < SCENES; s++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct field f = field_of(a, 24, 20);
        in_degrees(&f, "EPSG:4490", 0.3);
        make(&f, (enum scene)s, 90 + (uint64_t)s);
        check_flow(&f);
    }
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 40, 30);
    f.info.crs = engine_crs(a, "tibet-albers");
    f.info.grid = (struct gt_grid){f.w, f.h, -900000, 900000, 50000, 40000};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_metric_new(a, f.info.crs, &f.info.grid, &f.metric, &err), GT_OK, &err);
    make(&f, ROUGH, 5);
    check_flow(&f);
}

T_TEST(flow_takes_rasters_of_any_shape)
{
    static const int64_t SHAPE[][2] = {{1, 1}, {1, 40}, {40, 1}, {2, 19}, {19, 2}, {3, 3}};
    for (size_t k = 0; k < GT_LEN(SHAPE); k++)
        for (int s = 0; s < SCENES; s++) {
            GT_AUTO_ARENA a = gt_arena_new();
            struct field f = field_of(a, SHAPE[k][0], SHAPE[k][1]);
            make(&f, (enum scene)s, 11 + (uint64_t)s);
            check_fill(&f);
            check_flow(&f);
        }
}

T_TEST(flow_gives_no_data_where_nothing_is)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 9, 7);
    for (int64_t i = 0; i < f.n; i++)
        f.z[i] = NAN;
    check_fill(&f);
    check_flow(&f);
}

/* A valley that winds through all tiles between walls, level from end to end, and once with its
 * mouth dammed. */
static void wind(struct field *f, float dam)
{
    for (int64_t i = 0; i < f->n; i++) {
        int64_t x = i % f->w, y = i / f->w, turn = y / 2 % 2 ? 1 : f->w - 2;
        bool inner = x > 0 && y > 0 && x < f->w - 1 && y < f->h - 1;
        f->z[i] = inner && (y % 2 || x == turn) ? 1 : 9;
    }
    f->z[1] = dam;
}

T_TEST(flow_follows_level_ground_through_many_tiles)
{
    for (int dammed = 0; dammed < 2; dammed++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct field f = field_of(a, 25, 23);
        wind(&f, dammed ? 4 : 1);
        check_fill(&f);
        check_flow(&f);
        float *cells = run(&f, true, (struct way){.side = 4, .give = GT_GIVE_CELLS});
        T_OK(cells[1] > 200);
        T_EQ_NUM(run(&f, false, (struct way){.side = 4})[f.w + 1], dammed ? 4 : 1);
    }
}

T_TEST(flow_fills_by_itself_what_is_not_filled)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 40, 37), filled = f;
    make(&f, ROUGH, 3);
    filled.z = run(&f, false, (struct way){.side = 6});
    same(run(&filled, false, (struct way){.side = 9}), filled.z, f.n);
    struct way how = {.side = 7, .give = GT_GIVE_AREA};
    same(run(&filled, true, how), run(&f, true, how), f.n);
}

T_TEST(flow_keeps_to_the_memory_it_is_given)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 300, 280);
    make(&f, SLOPE, 12);
    struct way whole = {.memory = 1 << 30}, tight = {.memory = 1, .threads = 2};
    same(run(&f, false, tight), run(&f, false, whole), f.n);
    same(run(&f, true, tight), run(&f, true, whole), f.n);
    struct gt_global g = {.grid = &f.info.grid, .memory = 1 << 30};
    T_EQ_INT(gt_flow_side(&g), 300);
    T_EQ_INT(gt_global_flow.disk(&g), 0);
    T_OK(gt_global_flow.memory(&g) > 300 * 280 * 17 && gt_global_flow.memory(&g) < 1 << 22);
    g.memory = 1;
    T_OK(gt_flow_side(&g) < 280);
    T_EQ_INT(gt_global_flow.disk(&g), 300 * 280 * 9);
    T_EQ_INT(gt_global_fill.disk(&g), 300 * 280 * 8);
}

T_TEST(flow_plans_rasters_of_any_size)
{
    struct gt_grid large = {100000, 100000, 0, 0, 30, 30}, thin = {INT32_MAX, 4, 0, 0, 30, 30};
    struct gt_global g = {.grid = &large, .memory = (size_t)4 << 30};
    T_OK(gt_flow_side(&g) >= 4096);
    T_OK(gt_global_flow.memory(&g) <= g.memory);
    g.grid = &thin;
    T_OK(gt_flow_side(&g) >= 4096);
}

T_TEST(flow_is_a_step_of_models)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 31, 22);
    make(&f, ROUGH, 8);
    struct engine e = engine_new(a, "model: water\n"
                                    "inputs: {dem: {kind: raster, unit: m}}\n"
                                    "steps:\n"
                                    "  filled: {step: fill_depressions, of: dem}\n"
                                    "  cells: {step: flow, of: filled, give: cells}\n"
                                    "  ground: {step: flow, of: dem}\n"
                                    "outputs: [cells, ground]\n");
    engine_raster(&e, "dem", &f.info, f.z);
    struct way how = {.side = 1000, .give = GT_GIVE_CELLS};
    same(engine_run(&e, "cells"), run(&f, true, how), f.n);
    same(engine_run(&e, "filled"), run(&f, false, how), f.n);
    how.give = GT_GIVE_AREA;
    same(engine_run(&e, "ground"), run(&f, true, how), f.n);
}

T_TEST(flow_stops_when_told)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, 60, 60);
    _Atomic bool stop = true;
    make(&f, ROUGH, 1);
    float *out = GT_TAKE_N(a, float, (size_t)f.n);
    T_STATUS(try(&f, false, (struct way){.side = 10, .stop = &stop}, out), GT_ECANCELLED);
    T_STATUS(try(&f, true, (struct way){.side = 10, .stop = &stop}, out), GT_ECANCELLED);
    T_STATUS(try(&f, true, (struct way){.side = 60, .stop = &stop}, out), GT_ECANCELLED);
}
