/* test_overlay.c: the pieces of two layers: nothing lost, nothing twice, borders shared exactly. */
#include "overlay_kit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct gt_overlay_result cut(struct gt_arena *a, const struct gt_shapes *la,
                                    const struct gt_shapes *lb, enum gt_overlay_kind kind)
{
    struct gt_overlay_result out;
    struct gt_err err = {0};
    struct gt_overlay_opt opt = {.kind = kind};
    T_STATUS_ERR(gt_overlay(a, la, lb, &opt, &out, &err), GT_OK, &err);
    return out;
}

static double sum_of(const struct gt_overlay_result *r)
{
    double sum = 0;
    for (size_t i = 0; i < r->shapes->n; i++)
        sum += r->m2[i];
    return sum;
}

#define SQUARE "0 0, 4 0, 4 4, 0 4"
#define FRAME SQUARE "; 1 1, 1 3, 3 3, 3 1"

static void pieces_are(const char *ta, const char *tb, enum gt_overlay_kind kind, size_t n,
                       double m2)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_overlay_result r = cut(a, kit_text(a, ta), kit_text(a, tb), kind);
    T_EQ_INT(r.shapes->n, n);
    T_NEAR(sum_of(&r), m2, 1e-9);
}

T_TEST(overlay_of_plain_polygons)
{
    const char *other = "2 2, 6 2, 6 6, 2 6";
    pieces_are(SQUARE, other, GT_OVERLAY_INTERSECTION, 1, 4);
    pieces_are(SQUARE, other, GT_OVERLAY_DIFFERENCE, 1, 12);
    pieces_are(SQUARE, other, GT_OVERLAY_IDENTITY, 2, 16);
    pieces_are(SQUARE, other, GT_OVERLAY_UNION, 3, 28);
    pieces_are(SQUARE, "4 0, 8 0, 8 4, 4 4", GT_OVERLAY_INTERSECTION, 0, 0);
    pieces_are(SQUARE, "4 0, 8 0, 8 4, 4 4", GT_OVERLAY_UNION, 2, 32);
    pieces_are(SQUARE, SQUARE, GT_OVERLAY_UNION, 1, 16);
    pieces_are(SQUARE, SQUARE, GT_OVERLAY_DIFFERENCE, 0, 0);
}

T_TEST(overlay_of_holes_and_islands)
{
    pieces_are(FRAME, "1 1, 3 1, 3 3, 1 3", GT_OVERLAY_UNION, 2, 16);
    pieces_are(FRAME, "1.5 1.5, 2 1.5, 2 2", GT_OVERLAY_UNION, 2, 12.125);
    pieces_are(FRAME, "1.5 1.5, 2 1.5, 2 2", GT_OVERLAY_INTERSECTION, 0, 0);
    pieces_are(SQUARE, "1 1, 2 1, 2 2 | 2 2, 3 2, 3 3 | 5 5, 6 5, 6 6", GT_OVERLAY_UNION, 4, 16.5);
    pieces_are(SQUARE, "1 1, 2 1, 2 2 | 2 2, 3 2, 3 3", GT_OVERLAY_IDENTITY, 3, 16);
    /* an island below and to the left of what is around it, and one in a hole of a hole */
    pieces_are("0 4, 8 4, 8 8, 0 8 | 1 0, 2 0, 2 1 | 0 1, 0.5 1, 0.5 2", "3 0, 5 0, 5 9, 3 9",
               GT_OVERLAY_UNION, 5, 32 + 0.5 + 0.25 + 18 - 8);
    pieces_are("0 0, 9 0, 9 9, 0 9; 1 1, 8 1, 8 8, 1 8; 2 2, 7 2, 7 7, 2 7; 3 3, 6 3, 6 6, 3 6",
               "4 4, 5 4, 5 5, 4 5", GT_OVERLAY_UNION, 2, 81 - 49 + 25 - 9 + 1);
}

T_TEST(overlay_tells_parents)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *la = kit_text(a, "0 0, 2 0, 2 2, 0 2 | 2 0, 4 0, 4 2, 2 2");
    const struct gt_shapes *lb = kit_text(a, "8 8, 9 8, 9 9 | 1 1, 3 1, 3 3, 1 3");
    struct gt_overlay_result r = cut(a, la, lb, GT_OVERLAY_UNION);
    static const int64_t of_a[] = {0, 0, 1, 1, -1, -1}, of_b[] = {1, -1, 1, -1, 0, 1};
    static const double m2[] = {1, 3, 1, 3, 0.5, 2};
    T_EQ_INT(r.shapes->n, 6);
    for (size_t i = 0; i < 6; i++) {
        T_EQ_INT(r.a[i], of_a[i]);
        T_EQ_INT(r.b[i], of_b[i]);
        T_NEAR(r.m2[i], m2[i], 1e-12);
    }
}

T_TEST(overlay_leaves_small_pieces_out_and_counts_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_overlay_result r;
    struct gt_err err = {0};
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_IDENTITY, .min_m2 = 0.6};
    T_STATUS_ERR(gt_overlay(a, kit_text(a, SQUARE), kit_text(a, "1 1, 2 1, 2 2"), &opt, &r, &err),
                 GT_OK, &err);
    T_EQ_INT(r.shapes->n, 1);
    T_EQ_INT(r.small, 1);
    T_NEAR(r.small_m2, 0.5, 1e-12);
    T_EQ_INT(r.b[0], -1);
    T_EQ_INT(r.shapes->part[1], 2);
}

/* ---- Grids ---- */

struct side {
    double x0, y0, x1, y1;
};

static int by_side(const void *pa, const void *pb)
{
    return memcmp(pa, pb, sizeof(struct side));
}

/* Every edge of a piece is met again the other way round in its neighbour, but for those of the
 * outline; returns the number that are not. */
static size_t unmatched(struct gt_arena *a, const struct gt_shapes *s)
{
    size_t points = (size_t)s->point[s->part[s->n]], n = 0, single = 0;
    struct side *v = GT_TAKE_N(a, struct side, points);
    for (int64_t part = 0; part < s->part[s->n]; part++)
        for (int64_t k = s->point[part]; k + 1 < s->point[part + 1]; k++) {
            const double *p = s->xy + 2 * k;
            bool up = p[0] < p[2] || (p[0] == p[2] && p[1] < p[3]);
            v[n++] =
                up ? (struct side){p[0], p[1], p[2], p[3]} : (struct side){p[2], p[3], p[0], p[1]};
        }
    qsort(v, n, sizeof *v, by_side);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && by_side(&v[i], &v[end]) == 0;)
            end++;
        single += end - i == 1;
        T_OK(end - i <= 2);
    }
    return single;
}

static void is_valid(const struct gt_shapes *s)
{
    for (size_t i = 0; i < s->n; i++)
        for (int64_t part = s->part[i]; part < s->part[i + 1]; part++)
            T_OK(s->point[part + 1] - s->point[part] >= 4);
}

static void check_grids(const struct kit_grid *ga, const struct kit_grid *gb)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_shapes *la = kit_grid(a, ga), *lb = kit_grid(a, gb);
    struct gt_overlay_result all = cut(a, la, lb, GT_OVERLAY_UNION);
    struct gt_overlay_result of_a = cut(a, la, lb, GT_OVERLAY_IDENTITY);
    struct gt_overlay_result both = cut(a, la, lb, GT_OVERLAY_INTERSECTION);
    struct gt_overlay_result less = cut(a, la, lb, GT_OVERLAY_DIFFERENCE);
    struct gt_overlay_result alone =
        cut(a, la, kit_text(a, "36400000 3400000, 36400000 3400000, 36400000 3400000"),
            GT_OVERLAY_IDENTITY);
    struct gt_overlay_result back = cut(a, lb, la, GT_OVERLAY_DIFFERENCE);
    double size = ga->cell * ga->cell * ga->n * ga->n, near = 1e-9 * size;
    is_valid(all.shapes);
    T_NEAR(sum_of(&of_a), sum_of(&both) + sum_of(&less), near);
    T_NEAR(sum_of(&all), sum_of(&of_a) + sum_of(&back), near);
    T_NEAR(sum_of(&of_a), sum_of(&alone), 1e-7 * size);
    T_NEAR(sum_of(&both), kit_geos_shared(la, lb), 1e-8 * size);
    /* the outline alone is not shared: as many edges as the outline of all has */
    size_t outer = unmatched(a, all.shapes);
    T_OK(outer > 0 && outer < 40 * (size_t)ga->n * (size_t)(ga->between + 1));
}

T_TEST(overlay_of_grids_loses_nothing_and_shares_borders)
{
    for (uint64_t seed = 0; seed < 3; seed++) {
        double step = seed == 0 ? 0 : seed == 1 ? 1 : 10;
        struct kit_grid ga = {36400000, 3400000, 100, 6, seed == 2 ? 0 : 6, step, seed};
        struct kit_grid gb = {36400037, 3400041, 90, 6, seed == 2 ? 1 : 3, step, seed + 100};
        check_grids(&ga, &gb);
        check_grids(&ga, &ga);
    }
}

T_TEST(overlay_of_odd_polygons_is_that_by_slabs)
{
    uint64_t state = 11;
    for (int round = 0; round < 1000; round++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct kit_layer ka = kit_layer(a), kb = kit_layer(a);
        kit_odd_polygon(&ka, &state);
        kit_odd_polygon(&kb, &state);
        const struct gt_shapes *la = kit_shapes(&ka, NULL), *lb = kit_shapes(&kb, NULL);
        struct gt_overlay_result both = cut(a, la, lb, GT_OVERLAY_INTERSECTION);
        struct gt_overlay_result all = cut(a, la, lb, GT_OVERLAY_UNION);
        double ab = kit_slab_area(la, 0, lb, 0);
        double sum = kit_slab_area(la, 0, la, 0) + kit_slab_area(lb, 0, lb, 0) - ab;
        if (!(fabs(sum_of(&both) - ab) <= 1e-8 && fabs(sum_of(&all) - sum) <= 1e-8))
            t_fail(T_HERE("pieces"), "round %d: found %.12g and %.12g, expected %.12g and %.12g",
                   round, sum_of(&both), sum_of(&all), ab, sum);
        (void)unmatched(a, all.shapes);
    }
}

T_TEST(overlay_is_the_same_on_many_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct kit_grid ga = {36400000, 3400000, 100, 16, 6, 0, 1};
    struct kit_grid gb = {36400037, 3400041, 90, 16, 3, 0, 2};
    const struct gt_shapes *la = kit_grid(a, &ga), *lb = kit_grid(a, &gb);
    struct gt_overlay_result one = cut(a, la, lb, GT_OVERLAY_UNION), many;
    struct gt_pool *pool = gt_pool_new(3);
    struct gt_work w = {.pool = pool};
    struct gt_overlay_opt opt = {.kind = GT_OVERLAY_UNION, .work = &w};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_overlay(a, la, lb, &opt, &many, &err), GT_OK, &err);
    gt_pool_free(pool);
    T_EQ_INT(many.shapes->n, one.shapes->n);
    size_t points = (size_t)one.shapes->point[one.shapes->part[one.shapes->n]];
    T_OK(memcmp(many.shapes->xy, one.shapes->xy, 2 * points * sizeof(double)) == 0);
    T_OK(memcmp(many.m2, one.m2, one.shapes->n * sizeof(double)) == 0);
}
