/* test_simplify.c: simplified coverages stay coverages, rings stay rings. */
#include "arcs.h"
#include "fixture.h"
#include "geos.h"

#include <math.h>
#include <string.h>

enum { SIDE = 12, STEPS = 9, RING = 4 * STEPS + 1 };

/* The wandering border from node (c, r) to the right or upwards; the same for both neighbours. */
static void border_point(size_t c, size_t r, bool up, size_t k, double *out)
{
    uint64_t seed = (c * 131 + r) * 2 + up + 77;
    double at[2] = {0, 0};
    for (size_t i = 0; i <= k; i++)
        at[0] = 14 * (fix_dice(&seed) - 0.5), at[1] = 14 * (fix_dice(&seed) - 0.5);
    if (k == 0)
        at[0] = at[1] = 0;
    out[0] = 36500000 + 200 * ((double)c + (up ? 0 : (double)k / STEPS)) + at[0];
    out[1] = 3300000 + 200 * ((double)r + (up ? (double)k / STEPS : 0)) + at[1];
}

static const struct gt_shapes *coverage(struct gt_arena *a)
{
    size_t n = SIDE * SIDE;
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1), *point = GT_TAKE_N(a, int64_t, n + 1);
    double *xy = GT_TAKE_N(a, double, 2 * n * RING);
    for (size_t i = 0; i < n; i++) {
        size_t c = i % SIDE, r = i / SIDE;
        double *p = xy + 2 * i * RING;
        for (size_t k = 0; k < STEPS; k++) {
            border_point(c, r, false, k, p + 2 * k);
            border_point(c + 1, r, true, k, p + 2 * (STEPS + k));
            if (k == 0) {
                border_point(c + 1, r + 1, false, 0, p + 2 * (2 * STEPS));
                border_point(c, r + 1, false, 0, p + 2 * (3 * STEPS));
                continue;
            }
            border_point(c, r + 1, false, STEPS - k, p + 2 * (2 * STEPS + k));
            border_point(c, r, true, STEPS - k, p + 2 * (3 * STEPS + k));
        }
        memcpy(p + 2 * (RING - 1), p, 2 * sizeof *p);
        part[i + 1] = (int64_t)i + 1;
        point[i + 1] = (int64_t)((i + 1) * RING);
    }
    return fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){
            .kind = GT_SHAPE_POLYGON, .n = n, .part = part, .point = point, .xy = xy});
}

/* Each feature valid; no two of them overlap; together they cover what they covered. */
static void check_coverage(struct gt_arena *a, const struct gt_shapes *s, double total)
{
    struct gt_geos *g;
    struct gt_err err = {0};
    double sum = 0;
    T_STATUS_ERR(gt_geos_open(a, 1, &g, &err), GT_OK, &err);
    GEOSGeometry **all = GT_TAKE_N(a, GEOSGeometry *, s->n);
    for (size_t i = 0; i < s->n; i++) {
        struct gt_geom m;
        T_STATUS_ERR(gt_geos_from(g, s, i, &m, &err), GT_OK, &err);
        T_OK(gt_geos_valid(g, m.p));
        T_OK(gt_geos_area(g, m.p) > 0);
        sum += gt_geos_area(g, m.p);
        all[i] = m.p;
    }
    GT_AUTO_GEOM many = {
        g, GEOSGeom_createCollection_r(g->h, GEOS_GEOMETRYCOLLECTION, all, (unsigned)s->n)};
    GT_AUTO_GEOM joined = {g, GEOSUnaryUnion_r(g->h, many.p)};
    T_NEAR(gt_geos_area(g, joined.p), sum, 1e-3);
    if (total > 0)
        T_OK(fabs(sum / total - 1) < 0.02);
    T_EQ_INT(GEOSGetNumGeometries_r(g->h, joined.p), 1);
    if (s->n > 100)
        T_EQ_INT(GEOSGetNumInteriorRings_r(g->h, GEOSGetGeometryN_r(g->h, joined.p, 0)), 0);
}

T_TEST(simplify_keeps_a_coverage)
{
    static const double metres[] = {0, 2, 8, 25, 400};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *s = coverage(a);
    int64_t last = INT64_MAX;
    for (size_t t = 0; t < GT_LEN(metres); t++) {
        const struct gt_shapes *out;
        struct gt_err err = {0};
        T_STATUS_ERR(gt_simplify(a, s, metres[t], &out, &err), GT_OK, &err);
        T_EQ_INT(out->n, s->n);
        check_coverage(a, out, 0);
        int64_t points = out->point[out->part[out->n]];
        T_OK(points <= last);
        last = points;
        if (t == 0)
            T_EQ_INT(points, s->point[s->n]);
    }
    T_EQ_INT(last, 5 * SIDE * SIDE - 4); /* corners alone; where two borders meet is none */
}

/* The result of a feature is the same, whichever feature comes first. */
T_TEST(simplify_does_not_depend_on_order)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *s = coverage(a), *one, *two;
    struct gt_err err = {0};
    int64_t *part = GT_TAKE_N(a, int64_t, s->n + 1), *point = GT_TAKE_N(a, int64_t, s->n + 1);
    double *xy = GT_TAKE_N(a, double, 2 * s->n * RING), m2[2 * SIDE * SIDE];
    for (size_t i = 0; i < s->n; i++) {
        memcpy(xy + 2 * i * RING, s->xy + 2 * (s->n - 1 - i) * RING, 2 * RING * sizeof *xy);
        part[i + 1] = (int64_t)i + 1;
        point[i + 1] = (int64_t)((i + 1) * RING);
    }
    const struct gt_shapes *back = fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){
            .kind = GT_SHAPE_POLYGON, .n = s->n, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_simplify(a, s, 10, &one, &err), GT_OK, &err);
    T_STATUS_ERR(gt_simplify(a, back, 10, &two, &err), GT_OK, &err);
    T_EQ_INT(one->point[one->n], two->point[two->n]);
    T_STATUS_ERR(gt_polygon_areas(one, GT_AREA_TRAPEZOID, NULL, m2, &err), GT_OK, &err);
    T_STATUS_ERR(gt_polygon_areas(two, GT_AREA_TRAPEZOID, NULL, m2 + s->n, &err), GT_OK, &err);
    for (size_t i = 0; i < s->n; i++)
        T_NEAR(m2[i], m2[2 * s->n - 1 - i], 1e-6);
}

/* A round island alone, one in a hole that it fills, and two halves of a disc. */
T_TEST(simplify_collapses_no_ring)
{
    enum { N = 24 };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    double xy[2 * (2 * (N + 1) + 5 + 2 * (N / 2 + 2))];
    size_t n = 0;
    int64_t part[] = {0, 1, 2, 4, 5, 6}, point[7] = {0};
    /* two circles: 0 alone, 1 in the hole of 2 */
    for (int t = 0; t < 2; t++)
        for (int k = 0; k <= N; k++, n++) {
            xy[2 * n] = 36500000 + 500 * t + 5 * cos(2 * M_PI * (k % N) / N);
            xy[2 * n + 1] = 3300000 + 5 * sin(2 * M_PI * (k % N) / N);
        }
    point[1] = N + 1;
    point[2] = 2 * (N + 1);
    static const double square[] = {400, -100, 600, -100, 600, 100, 400, 100, 400, -100};
    double all[2 * (3 * (N + 1) + 5 + 2 * (N / 2 + 2))];
    memcpy(all, xy, 2 * n * sizeof *xy);
    for (size_t k = 0; k < 5; k++, n++) {
        all[2 * n] = 36500000 + square[2 * k];
        all[2 * n + 1] = 3300000 + square[2 * k + 1];
    }
    point[3] = (int64_t)n;
    memcpy(all + 2 * n, xy + 2 * (N + 1), 2 * (N + 1) * sizeof *xy);
    n += N + 1;
    point[4] = (int64_t)n;
    for (int t = 0; t < 2; t++) { /* halves of a disc */
        size_t first = n;
        for (int k = 0; k <= N / 2; k++, n++) {
            int at = (k + t * N / 2) % N;
            all[2 * n] = 36501000 + 5 * cos(2 * M_PI * at / N);
            all[2 * n + 1] = 3300000 + 5 * sin(2 * M_PI * at / N);
        }
        memcpy(all + 2 * n++, all + 2 * first, 2 * sizeof *all);
        point[5 + t] = (int64_t)n;
    }
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 5, .part = part, .point = point, .xy = all});
    const struct gt_shapes *out;
    T_STATUS_ERR(gt_simplify(a, s, 50, &out, &err), GT_OK, &err);
    T_EQ_INT(out->part[5], 6);
    struct gt_geos *g;
    T_STATUS_ERR(gt_geos_open(a, 1, &g, &err), GT_OK, &err);
    for (size_t i = 0; i < 5; i++) {
        GT_AUTO_GEOM m = {0};
        T_STATUS_ERR(gt_geos_from(g, out, i, &m, &err), GT_OK, &err);
        T_OK(gt_geos_valid(g, m.p));
        T_OK(gt_geos_area(g, m.p) > 10);
    }
    T_OK(out->point[1] < N);
}

/* A small island beside a bay stays on its side of the shore. */
T_TEST(simplify_lets_nothing_change_sides)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000, y = 3300000;
    double xy[] = {x,      y,      x + 100, y,      x + 100, y + 50, x + 55, y + 50,
                   x + 50, y + 40, x + 45,  y + 50, x,       y + 50, x,      y, /* a bay */
                   x + 49, y + 47, x + 51,  y + 47, x + 51,  y + 49, x + 49, y + 49,
                   x + 49, y + 47};
    int64_t part[] = {0, 1, 2}, point[] = {0, 8, 13};
    const struct gt_shapes *out;
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 2, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_simplify(a, s, 15, &out, &err), GT_OK, &err);
    T_EQ_INT(gt_polygon_side(out, 0, x + 50, y + 48), GT_OUTSIDE);
    struct gt_shapes alone = *s;
    alone.n = 1;
    T_STATUS_ERR(gt_simplify(a, &alone, 15, &out, &err), GT_OK, &err);
    T_EQ_INT(gt_polygon_side(out, 0, x + 50, y + 48), GT_INSIDE); /* the bay is gone */
}

T_TEST(simplify_lines_and_what_it_refuses)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000, y = 3300000;
    double xy[] = {x, y, x + 10, y + 1, x + 20, y, x + 30, y + 1, x + 20, y, x + 20, y - 30};
    int64_t part[] = {0, 1, 2, 2}, point[] = {0, 4, 6};
    const struct gt_shapes *out;
    const struct gt_shapes *s = fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){.kind = GT_SHAPE_LINE, .n = 3, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_simplify(a, s, 5, &out, &err), GT_OK, &err);
    T_EQ_INT(out->point[1], 3); /* the point where the other line begins stays */
    T_EQ_INT(out->point[2] - out->point[1], 2);
    T_EQ_INT(out->n, 3);
    T_STATUS(gt_simplify(a, s, -1, &out, &err), GT_EUSE);
    xy[2] = INFINITY;
    T_STATUS(gt_simplify(a, s, 1, &out, &err), GT_EINPUT);
    struct gt_shapes points = *s;
    points.kind = GT_SHAPE_POINT;
    T_STATUS(gt_simplify(a, &points, 1, &out, &err), GT_EUSE);
}
