/* Cumulative shares against sorting all cells. */
#include "global_int.h"

#include "engine.h"

#include <stdlib.h>
#include <string.h>

struct field {
    struct gt_arena *a;
    struct gt_raster_info info;
    const struct gt_metric *metric;
    const float *cells;
    int64_t n;
};

static struct field field_of(struct gt_arena *a, struct gt_raster_info info, const float *cells)
{
    struct field f = {.a = a, .info = info, .cells = cells, .n = info.grid.w * info.grid.h};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_metric_new(a, info.crs, &f.info.grid, &f.metric, &err), GT_OK, &err);
    return f;
}

/* 40 rows over eight degrees of latitude: areas differ by row. */
static struct gt_raster_info degrees(struct gt_arena *a, int64_t w, int64_t h)
{
    struct gt_raster_info info = engine_plane(a, w, h, 1);
    info.crs = engine_crs(a, "EPSG:4490");
    info.grid = (struct gt_grid){w, h, 84, 34, 0.2, 0.2};
    return info;
}

static float *shares(const struct field *f, bool by_area, size_t memory, int threads)
{
    struct gt_step step = {.name = "share", .kind = GT_STEP_CUMULATIVE, .by_area = by_area};
    const struct gt_raster_source *in = gt_memory_source(f->a, &f->info, f->cells);
    float *out = GT_TAKE_N(f->a, float, (size_t)f->n);
    struct gt_pool *pool = threads > 1 ? gt_pool_new(threads) : NULL;
    struct gt_work work = {.pool = pool};
    struct gt_global g = {.step = &step,
                          .grid = &f->info.grid,
                          .metric = f->metric,
                          .crs = f->info.crs,
                          .in = &in,
                          .out = gt_memory_sink(f->a, &f->info, out),
                          .memory = memory,
                          .scratch_dir = t_tmpdir(),
                          .work = &work};
    struct gt_err err = {0};
    T_OK(gt_global_of(GT_STEP_CUMULATIVE) == &gt_global_cumulative);
    T_STATUS_ERR(gt_global_cumulative.run(f->a, &g, &err), GT_OK, &err);
    T_OK(gt_global_cumulative.memory(&g) > 0);
    gt_pool_free(pool);
    return out;
}

/* ---- The slow way ---- */

struct sorted {
    double v, weight;
    int64_t at;
};

static int high_first(const void *a, const void *b)
{
    const struct sorted *x = a, *y = b;
    return (x->v < y->v) - (x->v > y->v);
}

static double *slow(const struct field *f, bool by_area)
{
    struct sorted *s = GT_TAKE_N(f->a, struct sorted, (size_t)f->n);
    double *out = GT_TAKE_N(f->a, double, (size_t)f->n);
    size_t n = 0;
    long double total = 0, sum = 0;
    for (int64_t i = 0; i < f->n; i++) {
        double v = (double)f->cells[i];
        out[i] = (double)NAN;
        if (isnan(v))
            continue;
        double area = gt_metric_cell_m2(f->metric, i % f->info.grid.w, i / f->info.grid.w);
        v = v < 0 && !by_area ? 0 : v;
        s[n++] = (struct sorted){v, by_area ? area : v * area, i};
        total += (long double)s[n - 1].weight;
    }
    qsort(s, n, sizeof *s, high_first);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && s[end].v == s[i].v; end++)
            sum += (long double)s[end].weight;
        for (size_t k = i; k < end; k++)
            out[s[k].at] = total > 0 ? (double)(sum / total) : 1;
    }
    return out;
}

static void check(const struct field *f, bool by_area)
{
    double *expected = slow(f, by_area);
    float *once = shares(f, by_area, (size_t)1 << 32, 1);
    for (int64_t i = 0; i < f->n; i++) {
        T_EQ_INT(isnan(once[i]), isnan(expected[i]));
        if (isnan(once[i]))
            continue;
        T_OK(once[i] > 0 && once[i] <= 1);
        T_NEAR(once[i], expected[i], 1e-7);
    }
    static const size_t MEMORY[] = {0, 3 << 20, 6 << 20};
    for (size_t m = 0; m < GT_LEN(MEMORY); m++) {
        float *again = shares(f, by_area, MEMORY[m], m == 1 ? 3 : 1);
        T_EQ_INT(memcmp(once, again, (size_t)f->n * sizeof *once), 0);
    }
}

static float *values(struct gt_arena *a, int64_t n, uint64_t seed, int sort)
{
    float *v = GT_TAKE_N(a, float, (size_t)n);
    for (int64_t i = 0; i < n; i++) {
        double u = dice_unit(&seed), w = dice_unit(&seed);
        float few = (float)floor(u * 7), wide = (float)(ldexp(1 + u, (int)(w * 60) - 30));
        v[i] = sort == 0 ? few : sort == 1 ? wide : (float)(u * 300 - 40);
        v[i] = dice_unit(&seed) < 0.1 ? NAN : v[i];
    }
    return v;
}

/* ---- Tests ---- */

T_TEST(cumulative_share_is_that_of_sorting)
{
    for (int sort = 0; sort < 3; sort++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct field f = field_of(a, degrees(a, 57, 40), values(a, 57 * 40, 11, sort));
        check(&f, false);
        check(&f, true);
    }
}

T_TEST(cumulative_share_of_planar_cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, engine_plane(a, 90, 71, 30), values(a, 90 * 71, 3, 2));
    check(&f, false);
}

/* Many cells in few bins: tables instead of lists, and more than one chunk. */
T_TEST(cumulative_share_of_many_equal_cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct field f = field_of(a, engine_plane(a, 900, 700, 30), values(a, 900 * 700, 4, 0));
    check(&f, false);
    check(&f, true);
}

T_TEST(cumulative_share_by_hand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const float V[] = {4, 1, NAN, 2, 1, 0, -3, 2};
    struct field f = field_of(a, engine_plane(a, 8, 1, 30), V);
    float *s = shares(&f, false, (size_t)1 << 30, 1);
    T_NEAR(s[0], 0.4, 1e-6); /* total 10; the areas of a plane differ by a hair */
    T_NEAR(s[3], 0.8, 1e-6);
    T_EQ_NUM(s[7], s[3]);
    T_NEAR(s[1], 1, 1e-6);
    T_EQ_NUM(s[5], 1);
    T_EQ_NUM(s[6], 1); /* below 0 counts as 0 */
    T_OK(isnan(s[2]));
    s = shares(&f, true, (size_t)1 << 30, 1);
    T_NEAR(s[0], 1 / 7.0, 1e-6);
    T_NEAR(s[3], 3 / 7.0, 1e-6);
    T_NEAR(s[5], 6 / 7.0, 1e-6);
    T_EQ_NUM(s[6], 1); /* by ground, -3 is the last */
}

T_TEST(cumulative_share_of_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const float ZERO[] = {0, -0.0F, -5, NAN}, NONE[] = {NAN, NAN, NAN, NAN};
    struct field zero = field_of(a, engine_plane(a, 4, 1, 30), ZERO);
    float *s = shares(&zero, false, (size_t)1 << 30, 1);
    for (int i = 0; i < 3; i++)
        T_EQ_NUM(s[i], 1);
    struct field none = field_of(a, engine_plane(a, 2, 2, 30), NONE);
    s = shares(&none, false, 0, 1);
    for (int i = 0; i < 4; i++)
        T_OK(isnan(s[i]));
}

/* Greatest and least floats there are. */
T_TEST(cumulative_share_of_extremes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const float V[] = {3.4e38F, 1e-45F, 1, 3.4e38F};
    struct field f = field_of(a, engine_plane(a, 4, 1, 30), V);
    check(&f, false);
}

T_TEST(cumulative_predicts_what_it_takes)
{
    struct gt_grid grid = {200000, 100000, 0, 0, 1, 1};
    struct gt_global g = {.grid = &grid, .memory = (size_t)4 << 30};
    T_OK(gt_global_cumulative.memory(&g) <= g.memory);
    T_EQ_INT(gt_global_cumulative.disk(&g), (int64_t)4 * 200000 * 100000);
    grid = (struct gt_grid){1000, 1000, 0, 0, 1, 1};
    T_EQ_INT(gt_global_cumulative.disk(&g), 0);
    T_OK(gt_global_cumulative.memory(&g) < (size_t)40 << 20);
}

/* Through a model: the best half, the next three tenths, the rest. */
T_TEST(cumulative_grades_services)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(
        a, "model: t\ninputs:\n  tq: {kind: raster, unit: mm, master: true}\nsteps:\n"
           "  share: {step: cumulative, of: tq}\n"
           "  grade:\n    step: classify\n    of: share\n    unit: fraction\n    classes:\n"
           "    - {in: \"(-inf, 0.5]\", class: 1, en: a}\n"
           "    - {in: \"(0.5, 0.8]\", class: 3, en: b}\n"
           "    - {in: \"(0.8, inf)\", class: 5, en: c}\noutputs: [grade]\n");
    struct gt_raster_info info = engine_plane(a, 6, 2, 30);
    static const float TQ[] = {20, 21, 8, -5, 9, NAN, 10, 3, 2, 10, 6, 10};
    static const float GRADE[] = {1, 1, 5, 5, 5, NAN, 3, 5, 5, 3, 5, 3}; /* of 99: 41, 71, 80 */
    engine_raster(&e, "tq", &info, TQ);
    float *grade = engine_run(&e, "grade");
    for (int i = 0; i < 12; i++)
        T_EQ_NUM(grade[i], GRADE[i]);
}
