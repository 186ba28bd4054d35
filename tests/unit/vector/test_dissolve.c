/* test_dissolve.c: dissolving against the union of GEOS, on grids of parcels and on layers that are
 * no coverages. */
#include "fixture.h"
#include "geos.h"

#include <math.h>
#include <string.h>

struct scene {
    struct gt_arena *a;
    const struct gt_shapes *s;
    int32_t *group;
    size_t groups;
};

/* w x h quadrangles with shared, jittered corners and a shared point in the middle of each side. */
static struct scene coverage(struct gt_arena *a, size_t w, size_t h, size_t groups, uint64_t seed)
{
    enum { RING = 9 };
    size_t n = w * h;
    struct scene x = {.a = a, .groups = groups};
    double *node = GT_TAKE_N(a, double, 2 * (2 * w + 1) * (2 * h + 1));
    for (size_t r = 0; r <= 2 * h; r++)
        for (size_t c = 0; c <= 2 * w; c++) {
            double *p = node + 2 * (r * (2 * w + 1) + c);
            p[0] = 36500000 + 50 * ((double)c + 0.6 * (fix_dice(&seed) - 0.5));
            p[1] = 3300000 + 50 * ((double)r + 0.6 * (fix_dice(&seed) - 0.5));
        }
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1), *point = GT_TAKE_N(a, int64_t, n + 1);
    double *xy = GT_TAKE_N(a, double, 2 * n * RING);
    x.group = GT_TAKE_N(a, int32_t, n);
    static const size_t dc[RING] = {0, 1, 2, 2, 2, 1, 0, 0, 0},
                        dr[RING] = {0, 0, 0, 1, 2, 2, 2, 1, 0};
    for (size_t i = 0; i < n; i++) {
        bool back = fix_dice(&seed) < 0.5; /* rings of either sense */
        for (size_t k = 0; k < RING; k++) {
            size_t at = back ? RING - 1 - k : k;
            size_t c = 2 * (i % w) + dc[at], r = 2 * (i / w) + dr[at];
            memcpy(xy + 2 * (i * RING + k), node + 2 * (r * (2 * w + 1) + c), 2 * sizeof *xy);
        }
        part[i + 1] = (int64_t)i + 1;
        point[i + 1] = (int64_t)((i + 1) * RING);
        x.group[i] = (int32_t)(fix_dice(&seed) * ((double)groups + 0.2)) - (fix_dice(&seed) < 0.05);
        if ((size_t)x.group[i] >= groups)
            x.group[i] = -1;
    }
    x.s = fix_shapes(a, "EPSG:4524",
                     (struct gt_shapes){
                         .kind = GT_SHAPE_POLYGON, .n = n, .part = part, .point = point, .xy = xy});
    return x;
}

static const struct gt_shapes *dissolved(const struct scene *x, struct gt_work *w)
{
    const struct gt_shapes *out = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_dissolve(x->a, x->s, &(struct gt_groups){x->groups, x->group}, w, &out, &err),
                 GT_OK, &err);
    T_EQ_INT(out->n, x->groups);
    return out;
}

/* Each group is valid and, as a set of points, what GEOS makes of its members. */
static void check(const struct scene *x, const struct gt_shapes *got)
{
    struct gt_geos *g;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_geos_open(x->a, 1, &g, &err), GT_OK, &err);
    for (size_t k = 0; k < x->groups; k++) {
        GT_AUTO_GEOM mine = {0};
        GT_AUTO_GEOM sum = {g, GEOSGeom_createEmptyPolygon_r(g->h)};
        T_STATUS_ERR(gt_geos_from(g, got, k, &mine, &err), GT_OK, &err);
        T_OK(gt_geos_valid(g, mine.p));
        for (size_t i = 0; i < x->s->n; i++) {
            if (x->group[i] != (int32_t)k)
                continue;
            GT_AUTO_GEOM one = {0};
            GT_AUTO_GEOM valid = {0};
            T_STATUS_ERR(gt_geos_from(g, x->s, i, &one, &err), GT_OK, &err);
            T_STATUS_ERR(gt_geos_make_valid(g, one.p, &valid, &err), GT_OK, &err);
            GEOSGeometry *next = GEOSUnion_r(g->h, sum.p, valid.p);
            gt_geom_free(&sum);
            sum.p = next;
        }
        GT_AUTO_GEOM rest = {g, GEOSSymDifference_r(g->h, sum.p, mine.p)};
        T_NEAR(gt_geos_area(g, rest.p), 0, 1e-3);
        T_NEAR(gt_geos_area(g, mine.p), gt_geos_area(g, sum.p), 1e-3);
    }
}

T_TEST(dissolve_of_coverages_is_their_union)
{
    for (uint64_t seed = 1; seed <= 6; seed++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct scene x = coverage(a, 7 + seed, 9, 1 + seed % 4, seed);
        const struct gt_shapes *got = dissolved(&x, NULL);
        check(&x, got);
    }
}

/* All of one group: the outline alone, every point of it one of the input's. */
T_TEST(dissolve_keeps_points_exactly)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene x = coverage(a, 12, 5, 1, 3);
    memset(x.group, 0, x.s->n * sizeof *x.group);
    const struct gt_shapes *got = dissolved(&x, NULL);
    T_EQ_INT(got->part[1], 1);
    T_EQ_INT(got->point[1], 4 * (12 + 5) + 1);
    for (int64_t k = 0; k < got->point[1]; k++) {
        bool known = false;
        for (int64_t j = 0; j < x.s->point[x.s->n] && !known; j++)
            known = memcmp(got->xy + 2 * k, x.s->xy + 2 * j, 2 * sizeof(double)) == 0;
        T_OK(known);
    }
    T_NEAR(got->box.x1, x.s->box.x1, 0);
}

T_TEST(dissolve_is_the_same_on_many_threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene x = coverage(a, 20, 20, 9, 5);
    struct gt_work w = {.pool = gt_pool_new(3)};
    const struct gt_shapes *one = dissolved(&x, NULL), *three = dissolved(&x, &w);
    gt_pool_free(w.pool);
    T_EQ_INT(one->part[9], three->part[9]);
    size_t points = (size_t)one->point[one->part[9]];
    T_EQ_INT(points, three->point[three->part[9]]);
    T_EQ_INT(memcmp(one->xy, three->xy, 2 * points * sizeof(double)), 0);
}

/* Squares that meet at a corner, a ring around a hole that touches it, overlaps, one square in
 * another, one twice, borders that meet with other points, a bow-tie, a line, nothing at all. */
T_TEST(dissolve_of_what_is_no_coverage)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double xy[] = {0,  0,  10, 0,  10, 10, 0,  10, 0,  0,         /* 0 */
                   10, 10, 20, 10, 20, 20, 10, 20, 10, 10,        /* 1: at its corner */
                   5,  5,  15, 5,  15, 15, 5,  15, 5,  5,         /* 2: overlaps both */
                   30, 0,  40, 0,  40, 10, 30, 10, 30, 0,         /* 3 */
                   33, 3,  36, 3,  36, 6,  33, 6,  33, 3,         /* 4: inside it */
                   30, 0,  40, 0,  40, 10, 30, 10, 30, 0,         /* 5: the same as 3 */
                   50, 0,  60, 0,  60, 10, 50, 10, 50, 0,         /* 6 */
                   60, 0,  70, 0,  70, 10, 60, 10, 60, 5,  60, 0, /* 7: one point more */
                   80, 0,  90, 10, 90, 0,  80, 10, 80, 0,         /* 8: bow-tie */
                   0,  0,  5,  0,  10, 0,  0,  0};                /* 9: a line */
    int64_t part[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10};
    int64_t point[] = {0, 5, 10, 15, 20, 25, 30, 35, 41, 46, 50};
    int32_t group[] = {0, 0, 1, 2, 2, 2, 3, 3, 4, 5, 5};
    struct scene x = {
        a,
        fix_shapes(a, "EPSG:4524",
                   (struct gt_shapes){
                       .kind = GT_SHAPE_POLYGON, .n = 11, .part = part, .point = point, .xy = xy}),
        group, 7};
    const struct gt_shapes *got = dissolved(&x, NULL);
    check(&x, got);
    T_EQ_INT(got->part[1] - got->part[0], 2);
    T_EQ_INT(got->part[6] - got->part[5], 0);
    T_EQ_INT(got->part[7] - got->part[6], 0);
    group[2] = 0;
    check(&x, dissolved(&x, NULL));
    group[0] = 9;
    const struct gt_shapes *out;
    T_STATUS(gt_dissolve(a, x.s, &(struct gt_groups){7, group}, NULL, &out, NULL), GT_EUSE);
}

/* A hole whose corner touches the outer ring stays a ring of its own. */
T_TEST(dissolve_separates_rings_that_touch)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct scene x = coverage(a, 5, 5, 1, 9);
    memset(x.group, 0, x.s->n * sizeof *x.group);
    x.group[6] = x.group[12] = x.group[18] = -1; /* along the diagonal */
    x.group[24] = -1;
    const struct gt_shapes *got = dissolved(&x, NULL);
    T_EQ_INT(got->part[1], 4);
    check(&x, got);
}
