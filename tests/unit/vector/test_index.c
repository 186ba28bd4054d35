/* test_index.c: the packed tree against a plain loop, points in polygons, features in memory. */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>

struct found {
    uint8_t *seen;
    size_t n, most;
};

static bool hit(void *ctx, size_t i)
{
    struct found *f = ctx;
    f->seen[i]++;
    return ++f->n < f->most;
}

T_TEST(index_finds_what_a_loop_finds)
{
    static const size_t sizes[] = {0, 1, 2, 16, 17, 256, 257, 5000};
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t seed = 1;
    for (size_t t = 0; t < GT_LEN(sizes); t++) {
        size_t n = sizes[t];
        struct gt_box *box = GT_TAKE_N(a, struct gt_box, n + 1);
        const struct gt_index *ix;
        struct gt_err err = {0};
        for (size_t i = 0; i < n; i++) {
            double x = 100 * fix_dice(&seed), y = fix_dice(&seed) < 0.1 ? 7 : 100 * fix_dice(&seed);
            box[i] = (struct gt_box){x, y, x + fix_dice(&seed), y + 3 * fix_dice(&seed)};
            if (i % 97 == 5)
                box[i].y1 = (double)NAN;
        }
        T_STATUS_ERR(gt_index_new(a, box, n, &ix, &err), GT_OK, &err);
        for (int q = 0; q < 50; q++) {
            struct gt_box at = {100 * fix_dice(&seed), 100 * fix_dice(&seed), 0, 0};
            at.x1 = at.x0 + 20 * fix_dice(&seed);
            at.y1 = at.y0 + 20 * fix_dice(&seed);
            if (q == 0 && n > 0)
                at = (struct gt_box){box[0].x1, box[0].y1, 1e9, 1e9}; /* touches a corner */
            struct found f = {GT_TAKE_N(a, uint8_t, n + 1), 0, SIZE_MAX};
            gt_index_search(ix, at, hit, &f);
            for (size_t i = 0; i < n; i++)
                T_EQ_INT(f.seen[i], gt_box_meets(box[i], at));
            struct found few = {GT_TAKE_N(a, uint8_t, n + 1), 0, 2};
            gt_index_search(ix, at, hit, &few);
            T_EQ_INT(few.n, f.n < 2 ? f.n : 2);
        }
    }
}

/* ---- Points in polygons ---- */

static const double ring_xy[] = {0, 0, 10, 0, 10,   10, 0, 10, 0, 0, /* a square */
                                 2, 2, 8,  2, 8,    8,  2, 8,  2, 2, /* its hole */
                                 4, 4, 6,  4, 6,    6,  4, 6,  4, 4, /* an island in it */
                                 0, 0, 5,  0, 9,    0,  0, 0,        /* no area */
                                 0, 0, 1,  1, 1e-9, 0,  0, 0};       /* a needle */
static const int64_t ring_part[] = {0, 3, 4, 5, 5}, ring_point[] = {0, 5, 10, 15, 19, 23};
static const struct gt_shapes rings = {.kind = GT_SHAPE_POLYGON,
                                       .n = 4,
                                       .part = ring_part,
                                       .point = ring_point,
                                       .xy = ring_xy,
                                       .box = {0, 0, 10, 10}};

T_TEST(polygon_side_is_even_odd)
{
    T_EQ_INT(gt_polygon_side(&rings, 0, 1, 1), GT_INSIDE);
    T_EQ_INT(gt_polygon_side(&rings, 0, 3, 3), GT_OUTSIDE);
    T_EQ_INT(gt_polygon_side(&rings, 0, 5, 5), GT_INSIDE);
    T_EQ_INT(gt_polygon_side(&rings, 0, 8, 5), GT_ON_BORDER);
    T_EQ_INT(gt_polygon_side(&rings, 0, 4, 4), GT_ON_BORDER);
    T_EQ_INT(gt_polygon_side(&rings, 0, 11, 5), GT_OUTSIDE);
    T_EQ_INT(gt_polygon_side(&rings, 3, 0, 0), GT_OUTSIDE);
    int32_t depth[3], parent[3];
    gt_ring_nesting(&rings, 0, depth, parent);
    T_EQ_INT(depth[0], 0);
    T_EQ_INT(depth[1], 1);
    T_EQ_INT(depth[2], 2);
    T_EQ_INT(parent[2], 1);
    T_EQ_INT(parent[0], -1);
}

T_TEST(polygon_inner_lies_inside)
{
    double x, y;
    gt_polygon_inner(&rings, 0, &x, &y);
    T_EQ_INT(gt_polygon_side(&rings, 0, x, y), GT_INSIDE);
    T_OK(fmin(fabs(x - 1), fabs(x - 9)) < 1e-9 || fabs(x - 5) < 1e-9); /* middle of a band */
    gt_polygon_inner(&rings, 1, &x, &y);
    T_OK(isnan(x) && isnan(y));
    gt_polygon_inner(&rings, 2, &x, &y);
    T_EQ_INT(gt_polygon_side(&rings, 2, x, y), GT_INSIDE);
    gt_polygon_inner(&rings, 3, &x, &y);
    T_OK(isnan(x));
    uint64_t seed = 5;
    for (int t = 0; t < 200; t++) {
        enum { N = 300 };
        double xy[2 * N + 2];
        int64_t part[] = {0, 1}, point[] = {0, N + 1};
        for (int i = 0; i < N; i++) { /* a star */
            double r = 1e-3 + fix_dice(&seed) * fix_dice(&seed), turn = 2 * M_PI * i / N;
            xy[2 * i] = 36400000 + r * cos(turn);
            xy[2 * i + 1] = 3300000 + r * sin(turn);
        }
        xy[2 * N] = xy[0];
        xy[2 * N + 1] = xy[1];
        struct gt_shapes s = {
            .kind = GT_SHAPE_POLYGON, .n = 1, .part = part, .point = point, .xy = xy};
        gt_polygon_inner(&s, 0, &x, &y);
        T_EQ_INT(gt_polygon_side(&s, 0, x, y), GT_INSIDE);
    }
}

/* ---- Features in memory ---- */

T_TEST(layer_of_features_is_read_in_parts)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    static const char *const names[] = {"BSM", "TBMJ"};
    struct gt_value value[8];
    static const char *const text[] = {"a", "b", "c", "d"};
    for (size_t i = 0; i < 4; i++) {
        value[2 * i] = (struct gt_value){GT_V_TEXT, 0, text[i]};
        value[2 * i + 1] = (struct gt_value){GT_V_NUM, (double)i, NULL};
    }
    static const uint16_t trait[] = {0, 0, GT_TRAIT_SHORT, GT_TRAIT_NULL};
    static const uint8_t outer[] = {1, 0, 1, 1, 1};
    struct gt_features f = {.shapes = &rings,
                            .n_fields = 2,
                            .field = names,
                            .value = value,
                            .trait = trait,
                            .outer = outer};
    const struct gt_layer_source *s = gt_layer_of(a, "DLTB", &f);
    const struct gt_features *got;
    T_EQ_INT(s->n, 4);
    T_EQ_INT(s->field[1].kind, GT_COLUMN_REAL);
    T_STATUS_ERR(gt_layer_read(s, a, NULL, &got, &err), GT_OK, &err);
    T_OK(got == &f);
    struct gt_layer_query q = {.from = 1, .count = 2, .field = (const int[]){1}, .n_fields = 1};
    T_STATUS_ERR(gt_layer_read(s, a, &q, &got, &err), GT_OK, &err);
    T_EQ_INT(gt_features_count(got), 2);
    T_EQ_INT(got->id[1], 3);
    T_EQ_STR(got->field[0], "TBMJ");
    T_EQ_NUM(got->value[1].num, 2);
    T_EQ_INT(got->trait[1], GT_TRAIT_SHORT);
    T_EQ_INT(got->shapes->point[2], 8);
    T_EQ_NUM(got->shapes->xy[2], 5);
    T_EQ_NUM(got->shapes->box.x1, 9);
    struct gt_box box = {9.5, 9.5, 20, 20};
    q = (struct gt_layer_query){.box = &box, .no_fields = true};
    T_STATUS_ERR(gt_layer_read(s, a, &q, &got, &err), GT_OK, &err);
    T_EQ_INT(gt_features_count(got), 1);
    T_EQ_INT(got->n_fields, 0);
    T_EQ_INT(got->outer[1], 0);
    q = (struct gt_layer_query){.from = 9, .no_shapes = true};
    T_STATUS_ERR(gt_layer_read(s, a, &q, &got, &err), GT_OK, &err);
    T_EQ_INT(gt_features_count(got), 0);
}
