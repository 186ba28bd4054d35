/* test_areas.c: areas and lengths by both methods, and hostile shapes. */
#include "fixture.h"

#include <math.h>
#include <string.h>

/* Stars of 29 points in a plane, n of them, 20 to 200 m wide over 300 km. */
static const struct gt_shapes *parcels(struct gt_arena *a, const char *crs, size_t n)
{
    enum { POINTS = 29 };
    uint64_t seed = 11;
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1), *point = GT_TAKE_N(a, int64_t, n + 1);
    double *xy = GT_TAKE_N(a, double, 2 * n * (POINTS + 1));
    bool plane = strcmp(crs, "EPSG:4490") != 0;
    for (size_t i = 0; i < n; i++) {
        double unit = plane ? 1 : 1e-5, *p = xy + 2 * i * (POINTS + 1);
        double x = plane ? 36350000 + 3e5 * fix_dice(&seed) : 86 + 3 * fix_dice(&seed);
        double y = plane ? 3200000 + 3e5 * fix_dice(&seed) : 29 + 3 * fix_dice(&seed);
        for (int k = 0; k < POINTS; k++) {
            double r = (10 + 90 * fix_dice(&seed)) * unit, turn = 2 * M_PI * k / POINTS;
            p[2 * k] = x + r * cos(turn);
            p[2 * k + 1] = y + r * sin(turn);
        }
        memcpy(p + 2 * POINTS, p, 2 * sizeof *p);
        part[i + 1] = (int64_t)i + 1;
        point[i + 1] = (int64_t)(i + 1) * (POINTS + 1);
    }
    return fix_shapes(
        a, crs,
        (struct gt_shapes){
            .kind = GT_SHAPE_POLYGON, .n = n, .part = part, .point = point, .xy = xy});
}

T_TEST(areas_of_both_methods_agree_on_parcels)
{
    static const char *const names[] = {"EPSG:4524", "EPSG:4490"};
    GT_AUTO_ARENA a = gt_arena_new();
    for (int c = 0; c < 2; c++) {
        enum { N = 2000 };
        const struct gt_shapes *s = parcels(a, names[c], N);
        struct gt_err err = {0};
        double trapezoid[N], geodesic[N], old[N];
        T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_TRAPEZOID, NULL, trapezoid, &err), GT_OK, &err);
        T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_GEODESIC, NULL, geodesic, &err), GT_OK, &err);
        T_STATUS_ERR(gt_shapes_area_m2(a, s, old, &err), GT_OK, &err);
        for (int i = 0; i < N; i++) {
            T_OK(trapezoid[i] > 300 && trapezoid[i] < 31500);
            T_NEAR(trapezoid[i], geodesic[i], 2e-2);
            T_NEAR(trapezoid[i], old[i], 1e-6 + 1e-9 * old[i]);
        }
    }
}

T_TEST(areas_are_the_same_for_threads_and_for_company)
{
    enum { N = 1500 };
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *s = parcels(a, "EPSG:4524", N);
    struct gt_err err = {0};
    struct gt_work w = {.pool = gt_pool_new(3)};
    double one[N], three[N], alone, m1[N], m3[N];
    T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_TRAPEZOID, NULL, one, &err), GT_OK, &err);
    T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_TRAPEZOID, &w, three, &err), GT_OK, &err);
    T_STATUS_ERR(gt_shape_lengths(s, NULL, m1, &err), GT_OK, &err);
    T_STATUS_ERR(gt_shape_lengths(s, &w, m3, &err), GT_OK, &err);
    T_EQ_INT(memcmp(one, three, sizeof one), 0);
    T_EQ_INT(memcmp(m1, m3, sizeof m1), 0);
    for (size_t i = 0; i < N; i += 100) {
        struct gt_shapes single = *s;
        single.n = 1;
        single.part = s->part + i;
        T_STATUS_ERR(gt_polygon_areas(&single, GT_AREA_TRAPEZOID, &w, &alone, &err), GT_OK, &err);
        T_EQ_NUM(alone, one[i]);
    }
    gt_pool_free(w.pool);
}

T_TEST(areas_of_hostile_shapes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000, y = 3300000;
    double xy[] = {
        x,       y,      x + 100,      y,       x + 100, y + 100, x,       y + 100,
        x,       y, /* 0: square */
        x + 40,  y + 40, x + 60,       y + 40,  x + 60,  y + 60,  x + 40,  y + 60,
        x + 40,  y + 40, /* its hole */
        x,       y,      x + 100,      y + 100, x + 100, y,       x,       y + 100,
        x,       y,                                                               /* 1: bow-tie */
        x,       y,      x + 50,       y,       x + 100, y,       x,       y,     /* 2: line */
        x,       y,      (double)NAN,  y,       x + 100, y + 9,   x,       y,     /* 3: NaN */
        1e300,   1e300,  2e300,        1e300,   2e300,   2e300,   1e300,   1e300, /* 4 */
        x - 5e8, y,      x - 5e8 + 10, y,       x - 5e8, y + 9,   x - 5e8, y};    /* 5 */
    int64_t part[] = {0, 2, 3, 4, 5, 6, 7, 7}, point[] = {0, 5, 10, 15, 19, 23, 27, 31};
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 7, .part = part, .point = point, .xy = xy});
    double m2[7], m[7];
    for (int method = 0; method < 2; method++) {
        enum gt_area_method how = method ? GT_AREA_GEODESIC : GT_AREA_TRAPEZOID;
        T_STATUS_ERR(gt_polygon_areas(s, how, NULL, m2, &err), GT_OK, &err);
        T_NEAR(m2[0], 9600, 1);
        T_NEAR(m2[1], 0, 1e-2);
        T_NEAR(m2[2], 0, 1e-2);
        T_OK(isnan(m2[3]) && isnan(m2[4]) && isnan(m2[5]));
        T_EQ_NUM(m2[6], 0);
    }
    T_STATUS_ERR(gt_shape_lengths(s, NULL, m, &err), GT_OK, &err);
    T_NEAR(m[0], 480, 0.1);
    T_NEAR(m[2], 200, 0.1);
    T_OK(isnan(m[3]) && isnan(m[4]));
    T_EQ_NUM(m[6], 0);
}

T_TEST(geodesic_areas_cross_the_cut_at_180_degrees)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    double xy[] = {179.5, 30, -179.5, 30, -179.5, 31, 179.5, 31, 179.5, 30, 179.5, 30, 180.5, 30,
                   180.5, 31, 179.5,  31, 179.5,  30, 10,    95, 11,    95, 11,    96, 10,    95};
    int64_t part[] = {0, 1, 2, 3}, point[] = {0, 5, 10, 14};
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4490",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 3, .part = part, .point = point, .xy = xy});
    double m2[3], straight[3];
    T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_GEODESIC, NULL, m2, &err), GT_OK, &err);
    T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_TRAPEZOID, NULL, straight, &err), GT_OK, &err);
    T_NEAR(m2[0], m2[1], 1);
    double zone = gt_zone_m2(s->crs->a, s->crs->f, 30, 31, 1);
    T_NEAR(straight[1], zone, 1e-2);
    T_NEAR(straight[0], 359 * zone, 10); /* as its degrees have it: the other way round */
    T_OK(isnan(m2[2]) && isnan(straight[2]));
}

T_TEST(lengths_are_geodesics)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    double xy[] = {90, 30, 90, 31, 100, 31};
    int64_t part[] = {0, 1}, point[] = {0, 3};
    const struct gt_shapes *s = fix_shapes(
        a, "EPSG:4490",
        (struct gt_shapes){.kind = GT_SHAPE_LINE, .n = 1, .part = part, .point = point, .xy = xy});
    double m;
    T_STATUS_ERR(gt_shape_lengths(s, NULL, &m, &err), GT_OK, &err);
    /* a degree of the meridian, and ten of the parallel: N cos B dL */
    double e2 = s->crs->f * (2 - s->crs->f), sine = sin(31 * M_PI / 180);
    double parallel = s->crs->a / sqrt(1 - e2 * sine * sine) * cos(31 * M_PI / 180) * M_PI / 18;
    T_NEAR(m, 110861.27 + parallel, 0.5);
}

/* A ring of a million points: area, side, a point inside, as fast as a small one for its size. */
T_TEST(areas_of_a_million_points)
{
    enum { N = 1000000 };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    double *xy = GT_TAKE_N(a, double, 2 * (N + 1)), m2, x, y;
    int64_t part[] = {0, 1}, point[] = {0, N + 1};
    for (int i = 0; i <= N; i++) {
        double turn = 2 * M_PI * (i % N) / N, r = i % 2 ? 20000 : 19990;
        xy[2 * i] = 36500000 + r * cos(turn);
        xy[2 * i + 1] = 3300000 + r * sin(turn);
    }
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 1, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_polygon_areas(s, GT_AREA_TRAPEZOID, NULL, &m2, &err), GT_OK, &err);
    T_NEAR(m2 / (M_PI * 20000 * 19990), 1, 1e-5);
    T_EQ_INT(gt_polygon_side(s, 0, 36500000, 3300000), GT_INSIDE);
    gt_polygon_inner(s, 0, &x, &y);
    T_EQ_INT(gt_polygon_side(s, 0, x, y), GT_INSIDE);
}
