/* test_shapes_made.c: buffers, lines inside polygons, faces of lines, valid polygons, and the
 * robust chain. */
#include "fixture.h"
#include "geos.h"

#include <math.h>
#include <string.h>

T_TEST(buffer_is_in_metres_on_the_ground)
{
    static const char *const names[] = {"EPSG:4524", "EPSG:4490", "EPSG:3857", "tibet-albers"};
    static const double at[][2] = {{36600000, 3300000}, {88, 31}, {9800000, 3600000}, {1e5, 3.4e6}};
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t c = 0; c < GT_LEN(names); c++) {
        struct gt_err err = {0};
        int64_t part[] = {0, 1}, point[] = {0, 1};
        const struct gt_shapes *s = fix_shapes(a, names[c],
                                               (struct gt_shapes){.kind = GT_SHAPE_POINT,
                                                                  .n = 1,
                                                                  .part = part,
                                                                  .point = point,
                                                                  .xy = at[c]}),
                               *out;
        double m2, m;
        T_STATUS_ERR(gt_buffer(a, s, 500, NULL, &out, &err), GT_OK, &err);
        T_STATUS_ERR(gt_polygon_areas(out, GT_AREA_TRAPEZOID, NULL, &m2, &err), GT_OK, &err);
        T_STATUS_ERR(gt_shape_lengths(out, NULL, &m, &err), GT_OK, &err);
        T_NEAR(m2 / (M_PI * 500 * 500), 1, 1e-3);
        T_NEAR(m / (2 * M_PI * 500), 1, c == 3 ? 2e-3 : 1e-3);
    }
}

T_TEST(buffer_of_lines_and_inwards)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000, y = 3300000;
    double xy[] = {x, y, x + 1000, y, x + 1000, y + 1000, x, y + 1000, x, y};
    int64_t part[] = {0, 1, 1}, point[] = {0, 5};
    const struct gt_shapes *out;
    double m2[2];
    const struct gt_shapes *ring =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 2, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_buffer(a, ring, -100, NULL, &out, &err), GT_OK, &err);
    T_STATUS_ERR(gt_polygon_areas(out, GT_AREA_TRAPEZOID, NULL, m2, &err), GT_OK, &err);
    T_NEAR(m2[0], 800 * 800, 700); /* the plane's scale is 1 there to 1e-4 */
    T_EQ_NUM(m2[1], 0);
    T_STATUS_ERR(gt_buffer(a, ring, -600, NULL, &out, &err), GT_OK, &err);
    T_EQ_INT(out->part[1], 0);
    const struct gt_shapes *line = fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){.kind = GT_SHAPE_LINE, .n = 2, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_buffer(a, line, 10, NULL, &out, &err), GT_OK, &err);
    T_EQ_INT(out->part[1], 2); /* a band with a hole */
    T_STATUS(gt_buffer(a, line, -10, NULL, &out, &err), GT_EUSE);
    T_STATUS(gt_buffer(a, line, (double)NAN, NULL, &out, &err), GT_EUSE);
    xy[2] = (double)NAN;
    T_STATUS(gt_buffer(a, line, 10, NULL, &out, &err), GT_EINPUT);
}

/* Random lines and polygons; the sum over a line is what GEOS's intersection has in the plane. */
T_TEST(lines_inside_are_those_of_geos)
{
    enum { N = 40, RING = 13, LINE = 6 };
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t seed = 17;
    struct gt_err err = {0};
    int64_t part[N + 1], ring[N + 1], line[N + 1];
    double p[2 * N * RING], l[2 * N * LINE];
    for (size_t i = 0; i <= N; i++) {
        part[i] = (int64_t)i;
        ring[i] = (int64_t)(i * RING);
        line[i] = (int64_t)(i * LINE);
    }
    for (size_t i = 0; i < N; i++) {
        double x = 36500000 + 400 * fix_dice(&seed), y = 3300000 + 400 * fix_dice(&seed);
        for (size_t k = 0; k < RING; k++) {
            double r = 30 + 100 * fix_dice(&seed), turn = 2 * M_PI * (double)k / (RING - 1);
            p[2 * (i * RING + k)] = k + 1 < RING ? x + r * cos(turn) : p[2 * i * RING];
            p[2 * (i * RING + k) + 1] = k + 1 < RING ? y + r * sin(turn) : p[2 * i * RING + 1];
        }
        for (size_t k = 0; k < 2 * LINE; k++)
            l[2 * i * LINE + k] = (k % 2 ? 3300000 : 36500000) + 400 * fix_dice(&seed);
    }
    const struct gt_shapes *lines = fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){.kind = GT_SHAPE_LINE, .n = N, .part = part, .point = line, .xy = l});
    const struct gt_shapes *rings = fix_shapes(
        a, "EPSG:4524",
        (struct gt_shapes){.kind = GT_SHAPE_POLYGON, .n = N, .part = part, .point = ring, .xy = p});
    struct gt_lines_inside in, in3;
    size_t at = 0;
    struct gt_geos *g;
    T_STATUS_ERR(gt_geos_open(a, 1, &g, &err), GT_OK, &err);
    T_STATUS_ERR(gt_lines_inside(a, lines, rings, NULL, &in, &err), GT_OK, &err);
    struct gt_work w = {.pool = gt_pool_new(3)};
    T_STATUS_ERR(gt_lines_inside(a, lines, rings, &w, &in3, &err), GT_OK, &err);
    gt_pool_free(w.pool);
    T_OK(in.n == in3.n && memcmp(in.v, in3.v, in.n * sizeof *in.v) == 0);
    for (size_t i = 0; i < N; i++)
        for (size_t k = 0; k < N; k++) {
            GT_AUTO_GEOM q = {0};
            GT_AUTO_GEOM r = {0};
            T_STATUS_ERR(gt_geos_from(g, lines, i, &q, &err), GT_OK, &err);
            T_STATUS_ERR(gt_geos_from(g, rings, k, &r, &err), GT_OK, &err);
            GT_AUTO_GEOM both = {g, GEOSIntersection_r(g->h, q.p, r.p)};
            double m = gt_geos_length(g, both.p);
            if (m < 1e-6)
                continue;
            T_OK(at < in.n);
            T_EQ_INT(in.v[at].line, i);
            T_EQ_INT(in.v[at].polygon, k);
            T_NEAR(in.v[at].m / m, 1, 1e-5); /* the scale of the projection near its meridian */
            at++;
        }
    T_EQ_INT(at, in.n);
}

T_TEST(lines_along_a_border_are_not_inside)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000.3, y = 3300000.7;
    double ring[] = {x, y, x + 70, y + 30, x + 30, y + 90, x, y};
    double line[] = {x - 70, y - 30, x, y, x + 70, y + 30, x + 35, y + 15, x + 30, y + 60};
    int64_t part[] = {0, 1}, points[] = {0, 4}, point[] = {0, 5};
    struct gt_lines_inside in;
    T_STATUS_ERR(
        gt_lines_inside(
            a,
            fix_shapes(
                a, "EPSG:4524",
                (struct gt_shapes){
                    .kind = GT_SHAPE_LINE, .n = 1, .part = part, .point = point, .xy = line}),
            fix_shapes(
                a, "EPSG:4524",
                (struct gt_shapes){
                    .kind = GT_SHAPE_POLYGON, .n = 1, .part = part, .point = points, .xy = ring}),
            NULL, &in, &err),
        GT_OK, &err);
    T_EQ_INT(in.n, 1);
    T_NEAR(in.v[0].m, hypot(5, 45), 1e-2);
}

T_TEST(polygonise_finds_the_faces)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    enum { N = 4 };
    double xy[4 * 2 * (N + 1)];
    int64_t part[2 * N + 3], point[2 * N + 3];
    for (int i = 0; i <= N; i++) { /* a grid, its lines sticking out; one doubled below */
        double *row = xy + 4 * i, *col = xy + 4 * (N + 1 + i);
        row[0] = -1, row[1] = row[3] = i, row[2] = N + 1;
        col[1] = -1, col[0] = col[2] = i, col[3] = N + 1;
    }
    for (int i = 0; i < 2 * N + 3; i++) {
        part[i] = i;
        point[i] = 2 * i;
    }
    const struct gt_shapes *out;
    T_STATUS_ERR(
        gt_polygonise(
            a,
            fix_shapes(
                a, "EPSG:4524",
                (struct gt_shapes){
                    .kind = GT_SHAPE_LINE, .n = 2 * N + 2, .part = part, .point = point, .xy = xy}),
            &out, &err),
        GT_OK, &err);
    T_EQ_INT(out->n, N * N);
    T_STATUS_ERR(
        gt_polygonise(
            a,
            fix_shapes(a, "EPSG:4524",
                       (struct gt_shapes){
                           .kind = GT_SHAPE_LINE, .n = 3, .part = part, .point = point, .xy = xy}),
            &out, &err),
        GT_OK, &err);
    T_EQ_INT(out->n, 0);
}

T_TEST(make_valid_mends_and_leaves_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const double x = 36500000, y = 3300000;
    double xy[] = {x, y, x + 100,     y,       x + 100, y + 100, x, y + 100, x, y, /* 0: square */
                   x, y, x + 100,     y + 100, x + 100, y,       x, y + 100, x, y, /* 1: bow-tie */
                   x, y, (double)NAN, y,       x + 100, y + 9,   x, y,             /* 2 */
                   x, y, x + 50,      y,       x + 100, y,       x, y,             /* 3: line */
                   x, y, x + 9,       y,       x,       y};                        /* 4: short */
    int64_t part[] = {0, 1, 2, 3, 4, 5, 5}, point[] = {0, 5, 10, 14, 18, 21};
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 6, .part = part, .point = point, .xy = xy});
    const struct gt_shapes *out;
    double moved[6];
    T_STATUS_ERR(gt_make_valid(a, s, NULL, moved, &out, &err), GT_OK, &err);
    T_EQ_INT(out->n, 6);
    T_EQ_INT(memcmp(out->xy, xy, 10 * sizeof *xy), 0);
    T_EQ_NUM(moved[0], 0);
    T_NEAR(moved[1], 5000, 1);
    T_OK(isnan(moved[2]));
    T_EQ_INT(out->part[2], 3);
    T_EQ_INT(out->part[6], 3);
    T_NEAR(moved[3], 0, 1e-3);
}

/* Two stars turned against each other by very little, far from the origin. */
T_TEST(robust_chain_serves_what_is_hard)
{
    enum { N = 40 };
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_geos *g;
    T_STATUS_ERR(gt_geos_open(a, 1, &g, &err), GT_OK, &err);
    int64_t part[] = {0, 1, 2}, point[] = {0, N + 1, 2 * (N + 1)};
    for (int t = 0; t < 30; t++) {
        double xy[4 * (N + 1)], turn = pow(10, -3 - t / 3.0);
        for (int i = 0; i < 2 * (N + 1); i++) {
            int k = i % (N + 1) % N;
            double at = 2 * M_PI * k / N + (i > N ? turn : 0), r = k % 2 ? 100 : 40;
            xy[2 * i] = 36500000 + r * cos(at);
            xy[2 * i + 1] = 3300000 + r * sin(at);
        }
        const struct gt_shapes *s = fix_shapes(
            a, "EPSG:4524",
            (struct gt_shapes){
                .kind = GT_SHAPE_POLYGON, .n = 2, .part = part, .point = point, .xy = xy});
        GT_AUTO_GEOM p = {0};
        GT_AUTO_GEOM q = {0};
        T_STATUS_ERR(gt_geos_from(g, s, 0, &p, &err), GT_OK, &err);
        T_STATUS_ERR(gt_geos_from(g, s, 1, &q, &err), GT_OK, &err);
        double area[3];
        for (int op = 0; op < 3; op++) {
            GT_AUTO_GEOM r = {0};
            enum gt_robust step;
            T_STATUS_ERR(
                gt_geos_robust(g,
                               &(struct gt_geos_try){.op = (enum gt_geos_op)op, .p = p.p, .q = q.p},
                               &r, &step, &err),
                GT_OK, &err);
            area[op] = gt_geos_area(g, r.p);
        }
        double one = gt_geos_area(g, p.p), two = gt_geos_area(g, q.p);
        T_NEAR(area[0] + area[1], one, 1e-3);
        T_NEAR(area[0] + area[2], one + two, 1e-3);
    }
}

/* A bow-tie is no polygon: the second step takes it. */
T_TEST(robust_chain_says_which_step_served)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_geos *g;
    enum gt_robust step;
    double xy[] = {0, 0, 100, 100, 100, 0, 0, 100, 0, 0, 0, 0, 100, 0, 100, 100, 0, 100, 0, 0};
    int64_t part[] = {0, 1, 2}, point[] = {0, 5, 10};
    const struct gt_shapes *s =
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 2, .part = part, .point = point, .xy = xy});
    T_STATUS_ERR(gt_geos_open(a, 1, &g, &err), GT_OK, &err);
    GT_AUTO_GEOM p = {0};
    GT_AUTO_GEOM q = {0};
    GT_AUTO_GEOM r = {0};
    T_STATUS_ERR(gt_geos_from(g, s, 0, &p, &err), GT_OK, &err);
    T_STATUS_ERR(gt_geos_from(g, s, 1, &q, &err), GT_OK, &err);
    T_STATUS_ERR(
        gt_geos_robust(g, &(struct gt_geos_try){.op = GT_GEOS_INTERSECTION, .p = q.p, .q = q.p}, &r,
                       &step, &err),
        GT_OK, &err);
    T_EQ_INT(step, GT_ROBUST_FLOATING);
    gt_geom_free(&r);
    T_STATUS_ERR(
        gt_geos_robust(g, &(struct gt_geos_try){.op = GT_GEOS_INTERSECTION, .p = p.p, .q = q.p}, &r,
                       &step, &err),
        GT_OK, &err);
    T_EQ_INT(step, GT_ROBUST_SNAPPED);
    T_NEAR(gt_geos_area(g, r.p), 5000, 1e-9);
}
