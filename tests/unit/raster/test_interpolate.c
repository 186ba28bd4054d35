/* Interpolation from points: exact at the points, against other ways to the same numbers. */
#include "engine.h"
#include "interpolate_int.h"

#include <string.h>

static struct gt_interpolate points_of(struct gt_arena *a, size_t n, uint64_t seed)
{
    double *xy = GT_TAKE_N(a, double, 2 * n), *v = GT_TAKE_N(a, double, n);
    for (size_t i = 0; i < n; i++) {
        xy[2 * i] = 500000 + 90000 * dice_unit(&seed);
        xy[2 * i + 1] = 3200000 - 80000 * dice_unit(&seed);
        v[i] = sin(xy[2 * i] / 20000) * 5 + xy[2 * i + 1] / 30000 + dice_unit(&seed);
    }
    return (struct gt_interpolate){.crs = engine_crs(a, "EPSG:4538"), .n = n, .xy = xy, .value = v};
}

static const struct gt_interpolator *ready(struct gt_arena *a, const struct gt_interpolate *in)
{
    const struct gt_interpolator *t = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_interpolator_new(a, in, &t, &err), GT_OK, &err);
    return t;
}

static double at(const struct gt_interpolator *t, double x, double y, double z)
{
    const double xyz[3] = {x, y, z};
    return gt_interpolator_at(t, xyz, -1);
}

T_TEST(interpolation_is_exact_at_points)
{
    for (int by = 0; by < 2; by++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct gt_interpolate in = points_of(a, 60, 4);
        in.by = by ? GT_BY_KRIGING : GT_BY_DISTANCE;
        in.variogram = (struct gt_variogram){.sill = 3, .nugget = 0.2, .range_m = 40000};
        const struct gt_interpolator *t = ready(a, &in);
        for (size_t i = 0; i < in.n; i++)
            T_NEAR(at(t, in.xy[2 * i], in.xy[2 * i + 1], 0), in.value[i], 1e-9);
    }
}

T_TEST(inverse_distance_by_hand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const double XY[] = {0, 0, 400, 0, 0, 9000}, V[] = {10, 20, 1000};
    struct gt_interpolate in = {
        .crs = engine_crs(a, "EPSG:4538"), .n = 3, .xy = XY, .value = V, .nearest = 2};
    T_NEAR(at(ready(a, &in), 100, 0, 0), (10 * 9 + 20) / 10.0, 1e-12); /* 1 : 1/9 */
    in.power = 1;
    T_NEAR(at(ready(a, &in), 100, 0, 0), (10 * 3 + 20) / 4.0, 1e-12);
    in.lo = 13;
    in.hi = 15;
    T_EQ_NUM(at(ready(a, &in), 100, 0, 0), 13);
}

/* Two points: the weights of kriging in closed form, 1/2 +- (g2 - g1) / (2 g12). */
T_TEST(kriging_of_two_points_by_hand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const double XY[] = {0, 0, 1000, 0}, V[] = {0, 1};
    struct gt_interpolate in = {.crs = engine_crs(a, "EPSG:4538"),
                                .n = 2,
                                .xy = XY,
                                .value = V,
                                .by = GT_BY_KRIGING,
                                .variogram = {.sill = 2, .nugget = 0.5, .range_m = 4000}};
    for (int shape = 0; shape < 2; shape++) {
        in.variogram.exponential = shape == 1;
        const struct gt_variogram *v = &in.variogram;
        double g1 = gt_variogram_at(v, 200), g2 = gt_variogram_at(v, 800);
        double g12 = gt_variogram_at(v, 1000);
        T_NEAR(at(ready(a, &in), 200, 0, 0), 0.5 + (g1 - g2) / (2 * g12), 1e-12);
    }
    T_NEAR(gt_variogram_at(&(struct gt_variogram){.sill = 2, .nugget = 0.5, .range_m = 4000}, 2000),
           0.5 + 1.5 * (0.75 - 0.0625), 1e-12);
    T_EQ_NUM(gt_variogram_at(&in.variogram, 0), 0);
}

/* The weights solve the system that they come from. */
T_TEST(kriging_weights_solve_their_system)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 32, 9);
    struct gt_variogram v = {.sill = 3, .nugget = 0.1, .range_m = 60000, .exponential = true};
    struct gt_place place[32], here = gt_place_of(in.crs, 530000, 3170000);
    int64_t point[32];
    double w[32], sum = 0, mu[32];
    for (int i = 0; i < 32; i++) {
        place[i] = gt_place_of(in.crs, in.xy[2 * i], in.xy[2 * i + 1]);
        point[i] = i;
    }
    struct gt_kriging k = {.variogram = &v, .places = place};
    for (int again = 0; again < 2; again++)
        gt_kriging_weights(&k, 32, point, here, w);
    for (int i = 0; i < 32; i++) {
        sum += w[i];
        mu[i] = gt_variogram_at(&v, gt_place_distance(place[i], here));
        for (int j = 0; j < 32; j++)
            mu[i] -= w[j] * gt_variogram_at(&v, gt_place_distance(place[i], place[j]));
    }
    T_NEAR(sum, 1, 1e-10);
    for (int i = 1; i < 32; i++)
        T_NEAR(mu[i], mu[0], 1e-10); /* Lagrange's number, the same in every line */
}

T_TEST(levels_bring_lapse_rates_back)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 20, 2);
    uint64_t seed = 5;
    double *v = GT_TAKE_N(a, double, 40);
    for (size_t i = 0; i < 20; i++) { /* one atmosphere: 25 at sea level, 6 less a 1000 m */
        double z = 3000 + 2000 * dice_unit(&seed), value = 25 - 0.006 * z;
        v[2 * i] = value + 0.006 * z;
        v[2 * i + 1] = value + 0.006 * (z - 1000);
    }
    in.value = v;
    in.n_levels = 2;
    in.step_m = 1000;
    for (int by = 0; by < 2; by++) {
        in.by = by ? GT_BY_KRIGING : GT_BY_DISTANCE;
        in.variogram = (struct gt_variogram){.sill = 1, .range_m = 50000};
        const struct gt_interpolator *t = ready(a, &in);
        T_NEAR(at(t, 540000, 3160000, 4321), 25 - 0.006 * 4321, 1e-9);
        T_NEAR(at(t, 540000, 3160000, -200), 25 + 0.006 * 200, 1e-9);
        T_NEAR(at(t, 500000, 3190000, 500), 22, 1e-9);
    }
}

T_TEST(levels_are_met_exactly)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const double XY[] = {0, 0}, V[] = {100, 70, 20, 0};
    struct gt_interpolate in = {.crs = engine_crs(a, "EPSG:4538"),
                                .n = 1,
                                .xy = XY,
                                .value = V,
                                .n_levels = 4,
                                .level_m = 3000,
                                .step_m = 50};
    const struct gt_interpolator *t = ready(a, &in);
    for (int i = 0; i < 4; i++)
        T_EQ_NUM(at(t, 7, 7, 3000 + 50 * i), V[i]);
    T_EQ_NUM(at(t, 7, 7, 3075), 45);
    T_EQ_NUM(at(t, 7, 7, 2950), 130); /* straight on */
    T_EQ_NUM(at(t, 7, 7, 3175), -10);
}

T_TEST(interpolated_grids_know_no_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 50, 3);
    in.by = GT_BY_KRIGING;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_variogram_fit(&in, &in.variogram, &err), GT_OK, &err);
    struct gt_raster_info info = engine_plane(a, 90, 80, 1000);
    const struct gt_interpolator *t = ready(a, &in);
    float *cells[2];
    struct gt_pool *pool = gt_pool_new(3);
    struct gt_work work = {.pool = pool};
    for (int i = 0; i < 2; i++) {
        cells[i] = GT_TAKE_N(a, float, 7200);
        T_STATUS_ERR(gt_interpolator_run(t, &info.grid, NULL, gt_memory_sink(a, &info, cells[i]),
                                         i ? &work : NULL, &err),
                     GT_OK, &err);
    }
    gt_pool_free(pool);
    T_EQ_INT(memcmp(cells[0], cells[1], 7200 * sizeof(float)), 0);
    for (int i = 0; i < 7200; i += 97)
        T_EQ_NUM(cells[0][i],
                 (float)at(t, 500000 + 1000 * (i % 90 + 0.5), 3200000 - 1000 * (i / 90 + 0.5), 0));
}

T_TEST(grids_take_heights)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const double XY[] = {500500, 3199500}, V[] = {10, 4};
    static const float Z[] = {0, 1000, NAN, 500};
    struct gt_raster_info info = engine_plane(a, 4, 1, 1000);
    struct gt_interpolate in = {
        .crs = info.crs, .n = 1, .xy = XY, .value = V, .n_levels = 2, .step_m = 1000};
    float out[4];
    struct gt_err err = {0};
    T_STATUS_ERR(gt_interpolator_run(ready(a, &in), &info.grid, gt_memory_source(a, &info, Z),
                                     gt_memory_sink(a, &info, out), NULL, &err),
                 GT_OK, &err);
    T_EQ_NUM(out[0], 10);
    T_EQ_NUM(out[1], 4);
    T_OK(isnan(out[2]));
    T_EQ_NUM(out[3], 7);
}

T_TEST(distances_in_degrees_are_metres)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *crs = engine_crs(a, "EPSG:4490");
    double east = gt_place_distance(gt_place_of(crs, 90, 30), gt_place_of(crs, 91, 30));
    double north = gt_place_distance(gt_place_of(crs, 90, 30), gt_place_of(crs, 90, 31));
    T_NEAR(east, 96486, 300); /* on the ellipsoid */
    T_NEAR(north, 110858, 400);
}

/* Values with a known variogram: sums of many waves whose lengths fade like one. */
T_TEST(variogram_is_found_again)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 150, 8);
    struct gt_err err = {0};
    struct gt_variogram v;
    T_STATUS_ERR(gt_variogram_fit(&in, &v, &err), GT_OK, &err);
    T_OK(v.pairs > 1000);
    T_OK(v.misfit < 0.35);
    T_OK(v.range_m > 5000 && v.range_m < 200000);
    T_OK(v.sill > v.nugget && v.nugget >= 0);
    double *double_v = GT_TAKE_N(a, double, in.n);
    for (size_t i = 0; i < in.n; i++)
        double_v[i] = 2 * in.value[i];
    struct gt_interpolate twice = in;
    struct gt_variogram v2;
    twice.value = double_v;
    T_STATUS_ERR(gt_variogram_fit(&twice, &v2, &err), GT_OK, &err);
    T_NEAR(v2.sill, 4 * v.sill, 1e-6 * v.sill);
    T_NEAR(v2.range_m, v.range_m, 1e-6);
}

T_TEST(variogram_of_few_or_equal_values_is_a_guess)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 9, 8);
    struct gt_err err = {0};
    struct gt_variogram v;
    T_STATUS_ERR(gt_variogram_fit(&in, &v, &err), GT_OK, &err);
    T_EQ_INT(v.pairs, 0);
    in = points_of(a, 40, 8);
    double *same = GT_TAKE_N(a, double, in.n);
    for (size_t i = 0; i < in.n; i++)
        same[i] = 7;
    in.value = same;
    in.by = GT_BY_KRIGING;
    T_STATUS_ERR(gt_variogram_fit(&in, &in.variogram, &err), GT_OK, &err);
    T_EQ_INT(in.variogram.pairs, 0);
    T_NEAR(at(ready(a, &in), 512345, 3177777, 0), 7, 1e-9);
}

T_TEST(points_are_checked)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_interpolate in = points_of(a, 4, 8);
    const struct gt_interpolator *t;
    struct gt_err err = {0};
    double *xy = GT_TAKE_N(a, double, 8), *v = GT_TAKE_N(a, double, 4);
    memcpy(xy, in.xy, 8 * sizeof *xy);
    xy[6] = xy[2];
    xy[7] = xy[3] + 0.5;
    in.xy = xy;
    T_STATUS(gt_interpolator_new(a, &in, &t, &err), GT_EINPUT);
    T_HAS(err.text, "points 2 and 4 lie at one place");
    in = points_of(a, 4, 8);
    memcpy(v, in.value, 4 * sizeof *v);
    v[2] = (double)NAN;
    in.value = v;
    T_STATUS(gt_interpolator_new(a, &in, &t, &err), GT_EINPUT);
    T_HAS(err.text, "point 3 has no value");
    in.n = 0;
    T_STATUS(gt_interpolator_new(a, &in, &t, &err), GT_EINPUT);
}
