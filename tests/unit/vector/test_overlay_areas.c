/* test_overlay_areas.c: shared areas against what GEOS makes of the same polygons. */
#include "overlay_kit.h"

#include <math.h>
#include <string.h>

static struct gt_shared_areas shared(struct gt_arena *a, const struct gt_shapes *la,
                                     const struct gt_shapes *lb)
{
    struct gt_shared_areas out;
    struct gt_err err = {0};
    struct gt_overlay_areas_opt opt = {0};
    T_STATUS_ERR(gt_overlay_areas(a, la, lb, &opt, &out, &err), GT_OK, &err);
    return out;
}

static double shared_of(const char *a, const char *b)
{
    GT_AUTO_ARENA arena = gt_arena_new();
    return shared(arena, kit_text(arena, a), kit_text(arena, b)).total_m2;
}

#define SQUARE "0 0, 4 0, 4 4, 0 4"

T_TEST(shared_areas_of_plain_polygons)
{
    T_NEAR(shared_of(SQUARE, "2 2, 6 2, 6 6, 2 6"), 4, 1e-14);
    T_NEAR(shared_of(SQUARE, SQUARE), 16, 1e-14);
    T_NEAR(shared_of(SQUARE, "0 4, 4 4, 4 0, 0 0"), 16, 1e-14);
    T_NEAR(shared_of(SQUARE, "1 1, 2 1, 1 2"), 0.5, 1e-14);
    T_NEAR(shared_of("1 1, 2 1, 1 2", SQUARE), 0.5, 1e-14);
    T_NEAR(shared_of(SQUARE, "2 -1, 5 2, 2 5, -1 2"), 14, 1e-14);
}

T_TEST(shared_areas_of_polygons_that_only_touch_are_none)
{
    T_EQ_NUM(shared_of(SQUARE, "4 0, 8 0, 8 4, 4 4"), 0);
    T_EQ_NUM(shared_of(SQUARE, "4 1, 8 0, 8 4"), 0);
    T_EQ_NUM(shared_of(SQUARE, "4 4, 8 4, 8 8"), 0);
    T_EQ_NUM(shared_of(SQUARE, "0 0, -4 1, -4 -1"), 0);
    T_EQ_NUM(shared_of(SQUARE, "9 9, 12 9, 12 12"), 0);
}

T_TEST(shared_areas_of_holes_and_parts)
{
    const char *frame = SQUARE "; 1 1, 1 3, 3 3, 3 1";
    T_NEAR(shared_of(frame, SQUARE), 12, 1e-14);
    T_NEAR(shared_of(frame, "1 1, 3 1, 3 3, 1 3"), 0, 1e-14);
    T_NEAR(shared_of(frame, "0 0, 2 0, 2 2, 0 2"), 3, 1e-14);
    /* an island in the hole, and its ring turned the other way */
    T_NEAR(shared_of(SQUARE "; 1 1, 3 1, 3 3, 1 3; 1.5 1.5, 2 1.5, 2 2", SQUARE), 12.125, 1e-14);
    T_NEAR(shared_of("0 0, 1 0, 1 1; 3 3, 4 3, 4 4", SQUARE), 1, 1e-14);
    /* a hole that touches its ring at a point */
    T_NEAR(shared_of(SQUARE "; 0 2, 2 1, 2 3", SQUARE), 14, 1e-14);
}

T_TEST(shared_areas_count_polygons_that_cross_themselves_even_odd)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *bow = kit_text(a, "0 0, 4 4, 4 0, 0 4"), *all = kit_text(a, SQUARE);
    struct gt_shared_areas s = shared(a, bow, all);
    T_NEAR(s.total_m2, 8, 1e-9);
    T_EQ_INT(s.robust.n[GT_ROBUST_FIXED], 1);
    T_EQ_INT(s.robust.n[GT_ROBUST_FLOATING], 0);
    /* twice around, and a ring over another one */
    T_NEAR(shared_of("0 0, 4 0, 4 4, 0 4, 0 0, 4 0, 4 4, 0 4", SQUARE), 0, 1e-9);
    T_NEAR(shared_of("0 0, 2 0, 2 2, 0 2; 1 1, 3 1, 3 3, 1 3", SQUARE), 6, 1e-9);
}

T_TEST(shared_areas_leave_out_what_has_no_area)
{
    GT_AUTO_ARENA a = gt_arena_new();
    T_EQ_NUM(shared_of("0 0, 4 4, 2 2", SQUARE), 0);
    T_EQ_NUM(shared_of("1 1, 1 1, 1 1", SQUARE), 0);
    T_NEAR(shared_of("0 0, 4 0, 4 4, 4 8, 4 4, 0 4", SQUARE), 16, 1e-9);
    const int64_t part[] = {0, 0, 1, 2}, point[] = {0, 4, 8};
    const double xy[] = {0, 0, NAN, 0, 4, 4, 0, 0, 0, 0, INFINITY, 0, 4, 4, 0, 0};
    struct gt_shapes odd = {
        .kind = GT_SHAPE_POLYGON, .n = 3, .part = part, .point = point, .xy = xy};
    T_EQ_INT(shared(a, &odd, kit_text(a, SQUARE)).n, 0);
    struct gt_shapes none = {.kind = GT_SHAPE_POLYGON, .part = part, .point = point, .xy = xy};
    T_EQ_INT(shared(a, &none, kit_text(a, SQUARE)).n, 0);
    T_EQ_INT(shared(a, kit_text(a, SQUARE), &none).n, 0);
}

static void same_as_geos(const struct kit_grid *ga, const struct kit_grid *gb)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *la = kit_grid(a, ga), *lb = kit_grid(a, gb);
    double expected = kit_geos_shared(la, lb);
    struct gt_shared_areas s = shared(a, la, lb);
    T_NEAR(s.total_m2, expected, 1e-11 * expected);
}

T_TEST(shared_areas_of_grids_are_those_of_geos)
{
    for (uint64_t seed = 0; seed < 6; seed++) {
        double step = seed % 3 == 0 ? 0 : seed % 3 == 1 ? 1 : 10;
        struct kit_grid ga = {36400000, 3400000, 100, 6, 6, step, seed};
        struct kit_grid gb = {36400037, 3400041, 90, 6, 3, step, seed + 100};
        same_as_geos(&ga, &gb);
        same_as_geos(&ga, &ga);
    }
}

T_TEST(shared_areas_of_odd_polygons_are_those_by_slabs)
{
    uint64_t state = 7;
    for (int round = 0; round < 3000; round++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct kit_layer ka = kit_layer(a), kb = kit_layer(a);
        kit_odd_polygon(&ka, &state);
        kit_odd_polygon(&kb, &state);
        const struct gt_shapes *la = kit_shapes(&ka, NULL), *lb = kit_shapes(&kb, NULL);
        double expected = kit_slab_area(la, 0, lb, 0), found = shared(a, la, lb).total_m2;
        if (!(fabs(found - expected) <= 1e-9))
            t_fail(T_HERE("shared area"), "round %d: found %.15g, expected %.15g", round, found,
                   expected);
    }
}

T_TEST(shared_areas_of_nearly_parallel_edges)
{
    for (int k = 1; k < 13; k++) {
        double lean = pow(10, -k);
        GT_AUTO_ARENA a = gt_arena_new();
        struct kit_layer l = kit_layer(a);
        const double xy[] = {0, 4 - lean, 4, 4 + lean, 4, 8, 0, 8};
        kit_ring(&l, xy, 4);
        kit_end(&l);
        /* a triangle 2 wide and `lean` high */
        double found = shared(a, kit_text(a, SQUARE), kit_shapes(&l, NULL)).total_m2;
        T_NEAR(found, lean, 1e-14);
    }
}

/* ---- Groups, rests, threads ---- */

static struct gt_shared_areas with(struct gt_arena *a, const struct gt_shapes *la,
                                   const struct gt_shapes *lb,
                                   const struct gt_overlay_areas_opt *opt)
{
    struct gt_shared_areas out;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_overlay_areas(a, la, lb, opt, &out, &err), GT_OK, &err);
    return out;
}

static void is_row(const struct gt_shared_areas *s, size_t i, const struct gt_shared_area *v)
{
    T_OK(i < s->n);
    T_EQ_INT(s->v[i].a, v->a);
    T_EQ_INT(s->v[i].b, v->b);
    T_NEAR(s->v[i].m2, v->m2, 1e-12);
    T_EQ_INT(s->v[i].pairs, v->pairs);
}

T_TEST(shared_areas_by_groups_with_rests)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *la =
        kit_text(a, "0 0, 4 0, 4 4, 0 4 | 4 0, 8 0, 8 4, 4 4 | 9 0, 10 0, 10 1");
    const struct gt_shapes *lb = kit_text(a, "2 2, 6 2, 6 6, 2 6 | 0 0, 1 0, 1 1, 0 1");
    static const int32_t ga[] = {5, 5, -1}, gb[] = {0, 1};
    struct gt_overlay_areas_opt opt = {.group_a = ga, .group_b = gb, .rests = true};
    struct gt_shared_areas s = with(a, la, lb, &opt);
    static const struct gt_shared_area row[] = {
        {-1, 0, 8, 0}, {5, -1, 23, 0}, {5, 0, 8, 2}, {5, 1, 1, 1}};
    T_EQ_INT(s.n, 4);
    for (size_t i = 0; i < 4; i++)
        is_row(&s, i, &row[i]);
    T_NEAR(s.total_m2, 9, 1e-12);
    opt.group_a = NULL;
    s = with(a, la, lb, &opt);
    T_EQ_INT(s.n, 7);
    T_NEAR(s.v[6].m2, 0.5, 1e-12);
}

T_TEST(shared_areas_rests_where_the_other_layer_overlaps_itself)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *la = kit_text(a, SQUARE);
    const struct gt_shapes *lb = kit_text(a, "0 0, 2 0, 2 4, 0 4 | 1 0, 3 0, 3 4, 1 4");
    struct gt_overlay_areas_opt opt = {.rests = true};
    struct gt_shared_areas s = with(a, la, lb, &opt);
    T_EQ_INT(s.n, 3);
    T_NEAR(s.v[0].m2, 4, 1e-9);
    T_EQ_INT(s.v[0].b, -1);
    T_NEAR(s.v[1].m2, 8, 1e-9);
    T_NEAR(s.v[2].m2, 8, 1e-9);
}

T_TEST(shared_areas_of_large_polygons_and_many_small_ones)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct kit_grid g = {0, 0, 10, 20, 3, 0, 3};
    const struct gt_shapes *small = kit_grid(a, &g);
    struct kit_layer l = kit_layer(a);
    enum { POINTS = 5000 };
    double *xy = GT_TAKE_N(a, double, 2 * (size_t)POINTS);
    for (int i = 0; i < POINTS; i++) {
        double angle = 6.283185307179586 * i / POINTS, far = 80 + 15 * sin(40 * angle);
        xy[2 * i] = 100 + far * cos(angle);
        xy[2 * i + 1] = 100 + far * sin(angle);
    }
    kit_ring(&l, xy, POINTS);
    kit_end(&l);
    const struct gt_shapes *large = kit_shapes(&l, NULL);
    double expected = kit_geos_shared(large, small);
    T_NEAR(shared(a, large, small).total_m2, expected, 1e-11 * expected);
    T_NEAR(shared(a, small, large).total_m2, expected, 1e-11 * expected);
    expected = kit_geos_shared(large, large);
    struct gt_shared_areas own = shared(a, large, large);
    T_NEAR(own.total_m2, expected, 1e-11 * expected);
    T_EQ_INT(own.robust.n[GT_ROBUST_FIXED], 0);
    T_EQ_INT(own.robust.n[GT_ROBUST_FLOATING], 1);
}

T_TEST(shared_areas_are_the_same_on_many_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct kit_grid ga = {0, 0, 100, 30, 6, 0, 1}, gb = {37, 41, 90, 30, 3, 1, 2};
    const struct gt_shapes *la = kit_grid(a, &ga), *lb = kit_grid(a, &gb);
    struct gt_pool *pool = gt_pool_new(3);
    struct gt_work w = {.pool = pool};
    struct gt_overlay_areas_opt opt = {.rests = true}, many = {.rests = true, .work = &w};
    struct gt_shared_areas s = with(a, la, lb, &opt), t = with(a, la, lb, &many);
    gt_pool_free(pool);
    T_EQ_INT(s.n, t.n);
    for (size_t i = 0; i < s.n; i++)
        T_OK(s.v[i].a == t.v[i].a && s.v[i].b == t.v[i].b && s.v[i].m2 == t.v[i].m2);
    T_EQ_NUM(s.total_m2, t.total_m2);
}

/* ---- On the ellipsoid ---- */

/* near: m2 by which a piece's area may differ, as its border moves to the grid. */
static void ground_of(const char *code, const struct kit_grid *ga, const struct kit_grid *gb,
                      double near)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    struct gt_shapes la = *kit_grid(a, ga), lb = *kit_grid(a, gb);
    T_STATUS_ERR(gt_crs_parse(a, code, &la.crs, &err), GT_OK, &err);
    lb.crs = la.crs;
    struct gt_shared_areas s = shared(a, &la, &lb);
    struct gt_overlay_result r;
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_INTERSECTION};
    T_STATUS_ERR(gt_overlay(a, &la, &lb, &opt, &r, &err), GT_OK, &err);
    T_EQ_INT(s.n, r.shapes->n);
    double sum = 0, own = 0, *areas = GT_TAKE_N(a, double, la.n);
    for (size_t i = 0; i < s.n; i++) {
        sum += r.m2[i];
        T_NEAR(s.v[i].m2, r.m2[i], 1e-9 * r.m2[i] + near);
    }
    T_NEAR(s.total_m2, sum, 2e-9 * sum);
    /* with itself each polygon shares its own ground */
    T_STATUS_ERR(gt_shapes_area_m2(a, &la, areas, &err), GT_OK, &err);
    for (size_t i = 0; i < la.n; i++)
        own += areas[i];
    T_NEAR(shared(a, &la, &la).total_m2, own, 1e-9 * own);
}

T_TEST(shared_areas_are_on_the_ellipsoid)
{
    ground_of("EPSG:4490", &(struct kit_grid){91, 29, 0.004, 6, 3, 0, 1},
              &(struct kit_grid){91.001, 29.002, 0.003, 6, 3, 0, 2}, 1e-2);
    ground_of("EPSG:4490", &(struct kit_grid){80, 29, 1.5, 3, 3, 0, 1},
              &(struct kit_grid){80.1, 29.2, 1, 4, 3, 0, 2}, 1);
    ground_of("EPSG:4524", &(struct kit_grid){36400000, 3400000, 100, 6, 3, 0, 1},
              &(struct kit_grid){36400037, 3400041, 90, 6, 3, 0, 2}, 1e-3);
    ground_of("EPSG:4524", &(struct kit_grid){36400000, 3400000, 30000, 4, 3, 0, 1},
              &(struct kit_grid){36403700, 3400410, 20000, 4, 3, 0, 2}, 0.1);
}
