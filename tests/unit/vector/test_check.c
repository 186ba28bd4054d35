/* test_check.c: flaws of single features, each told once at its place. */
#include "plots.h"
#include "t.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* "x y, x y; ring" as one feature; '#' before a ring marks an outer one, '-' a hole. */
static struct told check_as(struct gt_arena *a, const char *text, enum gt_shape_kind kind,
                            double x0)
{
    GT_VEC(double) xy = {0};
    GT_VEC(int64_t) point = {0};
    GT_VEC(uint8_t) outer = {0};
    bool marks = false;
    *GT_PUSH(a, &point) = 0;
    for (const char *p = text; *p;) {
        marks |= *p == '#' || *p == '-';
        *GT_PUSH(a, &outer) = *p != '-';
        p += *p == '#' || *p == '-';
        for (; *p && *p != ';'; p += *p == ',') {
            char *end;
            *GT_PUSH(a, &xy) = x0 + strtod(p, &end);
            *GT_PUSH(a, &xy) = 3300000 + strtod(end, &end);
            for (p = end; *p == ' '; p++)
                ;
        }
        *GT_PUSH(a, &point) = (int64_t)xy.n / 2;
        for (p += *p == ';'; *p == ' '; p++)
            ;
    }
    int64_t part[2] = {0, (int64_t)point.n - 1};
    struct gt_shapes s = {
        .kind = kind, .n = 1, .part = part, .point = point.v, .xy = xy.v, .box = {0}};
    struct gt_features f = {.shapes = &s, .outer = marks ? outer.v : NULL};
    struct told t = {.a = a};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_check_shapes(gt_layer_of(a, "one", &f), NULL, told_flaw, &t, &err), GT_OK,
                 &err);
    return t;
}

struct shape_case {
    const char *text, *told;
    double x, y;
    enum gt_shape_kind kind;
};

static const struct shape_case cases[] = {
    {"0 0, 10 0, 10 10, 0 10, 0 0", "", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 0 10, 10 10, 10 0, 0 0", "", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 0, 10 10, 0 10, 0 0", "duplicate_point", 10, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10.00005 0, 10 10, 0 10, 0 0", "duplicate_point", 10, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 0, 10 0, 10 10, 0 10, 0 0", "duplicate_point", 10, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10.001 0, 10 10, 0 10, 0 0", "", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 0 0, 10 0, 10 10, 0 10, 0 0", "duplicate_point", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 10, 0 10, 0 0, 0 0", "duplicate_point", 0, 0, GT_SHAPE_POLYGON},
    /* spikes: outward, inward, along a side, at the first point, of several points */
    {"0 0, 10 0, 10 5, 20 5, 10 5, 10 10, 0 10, 0 0", "spike", 20, 5, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 5, 4 5, 10 5, 10 10, 0 10, 0 0", "spike", 4, 5, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 14, 10 10, 0 10, 0 0", "spike", 10, 14, GT_SHAPE_POLYGON},
    {"5 20, 5 10, 0 10, 0 0, 10 0, 10 10, 5 10, 5 20", "spike", 5, 20, GT_SHAPE_POLYGON},
    {"10 5, 20 5, 25 8, 20 5, 10 5, 10 10, 0 10, 0 0, 10 0, 10 5", "spike", 25, 8,
     GT_SHAPE_POLYGON},
    /* crossings */
    {"0 0, 10 10, 10 0, 0 10, 0 0", "self_crossing", 5, 5, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 10, 3 10, 3 -2, 2 -2, 2 10, 0 10, 0 0", "self_crossing self_crossing", 2, 0,
     GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 6, 5 10, 0 6, 10 6.5, 10 10, 0 10, 0 0", "self_crossing", 0, 0,
     (enum gt_shape_kind)99},
    /* touching: side by side cuts, a hole that hangs on a point does not, a chain of holes does */
    {"0 0, 10 0, 5 5, 10 10, 0 10, 5 5, 0 0", "self_touching", 5, 5, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 10, 0 10, 0 0, 3 6, 6 6, 6 3, 0 0", "", 0, 0, (enum gt_shape_kind)99},
    {"0 0, 10 0, 10 10, 0 10, 0 0; 0 5, 5 6, 5 4, 0 5", "", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 10, 0 10, 0 0; 0 5, 5 6, 10 5, 5 4, 0 5", "self_touching", 10, 5,
     GT_SHAPE_POLYGON},
    {"0 0, 4 0, 4 4, 0 4, 0 0; 4 4, 8 4, 8 8, 4 8, 4 4", "", 0, 0, GT_SHAPE_POLYGON},
    /* rings */
    {"0 0, 10 0, 10 10, 0 10, 0 0; 10 10, 0 10, 0 0, 10 0, 10 10", "duplicate_ring", 0, 0,
     (enum gt_shape_kind)98},
    {"0 0, 10 0, 10 10, 0 10, 0 0; 8 4, 14 4, 14 6, 8 6, 8 4", "hole_outside", 10, 4,
     GT_SHAPE_POLYGON},
    {"#0 0, 10 0, 10 10, 0 10, 0 0; -20 4, 24 4, 24 6, 20 6, 20 4", "hole_outside", 20, 4,
     GT_SHAPE_POLYGON},
    {"#0 0, 10 0, 10 10, 0 10, 0 0; -2 2, 8 2, 8 8, 2 8, 2 2; -4 4, 6 4, 6 6, 4 6, 4 4",
     "hole_outside", 4, 4, GT_SHAPE_POLYGON},
    {"#0 0, 10 0, 10 10, 0 10, 0 0; #2 2, 8 2, 8 8, 2 8, 2 2", "hole_outside", 2, 2,
     GT_SHAPE_POLYGON},
    {"#0 0, 10 0, 10 10, 0 10, 0 0; -2 2, 8 2, 8 8, 2 8, 2 2; #4 4, 6 4, 6 6, 4 6, 4 4", "", 0, 0,
     GT_SHAPE_POLYGON},
    /* nothing inside */
    {"0 0, 10 0, 5 0, 0 0", "zero_area", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 0 0, 0 0, 0 0", "zero_area", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 10 0.00005, 0 0", "zero_area", 0, 0, GT_SHAPE_POLYGON},
    {"0 0, 10 0, 0 0", "zero_area", 0, 0, GT_SHAPE_POLYGON},
    /* lines and points */
    {"0 0, 10 0, 10 10, 5 -5", "self_crossing", 20. / 3, 0, GT_SHAPE_LINE},
    {"0 0, 10 0, 10 10, 0 0", "", 0, 0, GT_SHAPE_LINE},
    {"0 0, 10 0, 10 0, 20 0", "duplicate_point", 10, 0, GT_SHAPE_LINE},
    {"0 0, 10 0, 5 0, 5 5", "spike", 10, 0, GT_SHAPE_LINE},
    {"3 3, 3 3", "zero_area", 3, 3, GT_SHAPE_LINE},
    {"0 0, 10 0; 5 -5, 5 5", "", 0, 0, GT_SHAPE_LINE},
    {"1 1, 2 2, 1 1", "duplicate_point", 1, 1, GT_SHAPE_POINT},
};

static const char *kinds_of(const struct told *t)
{
    struct gt_buf b = {.a = t->a};
    gt_buf_add(&b, "");
    for (size_t i = 0; i < t->n; i++)
        gt_buf_addf(&b, "%s%s", i ? " " : "", gt_flaw_name(t->v[i].kind));
    return b.p;
}

T_TEST(each_flaw_of_a_feature_is_told_once_at_its_place)
{
    static const double x0[] = {0, 500000, 36412345};
    for (size_t i = 0; i < GT_LEN(cases); i++)
        for (size_t k = 0; k < GT_LEN(x0); k++) {
            GT_AUTO_ARENA a = gt_arena_new();
            const struct shape_case *c = &cases[i];
            bool anywhere = c->kind > GT_SHAPE_POLYGON;
            struct told t = check_as(a, c->text, anywhere ? GT_SHAPE_POLYGON : c->kind, x0[k]);
            if (strcmp(kinds_of(&t), c->told) != 0)
                t_fail(T_HERE("case"), "%s: found %s, expected %s", c->text, kinds_of(&t), c->told);
            if (!*c->told || anywhere)
                continue;
            if (fabs(t.v[0].x - x0[k] - c->x) > 2e-4 || fabs(t.v[0].y - 3300000 - c->y) > 2e-4)
                t_fail(T_HERE("place"), "%s: found %.9g %.9g", c->text, t.v[0].x - x0[k],
                       t.v[0].y - 3300000);
        }
}

T_TEST(rings_of_many_points_are_quick)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const int teeth = t_slow() ? 250000 : 10000;
    struct plots *p = plots_new(a, 0, 0, 0);
    double *xy = GT_TAKE_N(a, double, 8 * (size_t)teeth + 8);
    int n = 0;
    for (int i = 0; i < teeth; i++, n += 4) {
        const double tooth[] = {0, i, 1e6, i, 1e6, i + 0.5, 1, i + 0.5};
        memcpy(xy + 2 * n, tooth, sizeof tooth);
    }
    xy[2 * n] = 1;
    xy[2 * n++ + 1] = teeth;
    xy[2 * n] = 0;
    xy[2 * n++ + 1] = teeth;
    for (int i = teeth - 1; i >= 0; i--)
        xy[8 * i] = 1;
    xy[0] = 0;
    plots_add(p, xy, n);
    struct told t = {.a = a};
    struct gt_err err = {0};
    double start = gt_clock_s();
    T_STATUS_ERR(gt_check_shapes(plots_layer(p, PLOT_METRES), NULL, told_flaw, &t, &err), GT_OK,
                 &err);
    T_EQ_INT(t.n, 0);
    xy[2] += 2e6;
    xy[7] += 1;
    p->n = 0;
    plots_add(p, xy, n);
    T_STATUS_ERR(gt_check_shapes(plots_layer(p, PLOT_METRES), NULL, told_flaw, &t, &err), GT_OK,
                 &err);
    T_OK(t.n > 0);
    T_OK(gt_clock_s() - start < (t_slow() ? 60 : 20));
}

T_TEST(clean_coverage_has_clean_features)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 20, 20, 3);
    struct told t = {.a = a};
    struct gt_err err = {0};
    for (int place = PLOT_METRES; place <= PLOT_DEGREES; place++)
        T_STATUS_ERR(
            gt_check_shapes(plots_layer(p, (enum plot_place)place), NULL, told_flaw, &t, &err),
            GT_OK, &err);
    T_EQ_STR(told_text(&t), "");
}

/* One polygon with n x n square holes, every second one filled by a feature of its own. */
T_TEST(polygon_of_many_holes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const int n = t_slow() ? 200 : 30;
    size_t filled = 0, rings = 1 + (size_t)(n * n), k = 5, r = 1;
    double *xy = GT_TAKE_N(a, double, 4 * rings * 10);
    int64_t *point = GT_TAKE_N(a, int64_t, 2 * rings + 1);
    int64_t *part = GT_TAKE_N(a, int64_t, rings + 2);
    uint8_t *outer = GT_TAKE_N(a, uint8_t, 2 * rings);
    const double side = 10.0 * n + 5, frame[] = {0, 0, side, 0, side, side, 0, side, 0, 0};
    memcpy(xy, frame, sizeof frame);
    point[1] = 5;
    outer[0] = 1;
    size_t features = 1;
    for (int pass = 0; pass < 2; pass++)
        for (int i = 0; i < n * n; i++) {
            if (pass && i % 2)
                continue;
            double x = 5 + 10.0 * (i % n), y = 5 + 10.0 * (i / n);
            const double hole[] = {x, y, x, y + 5, x + 5, y + 5, x + 5, y, x, y};
            memcpy(xy + 2 * k, hole, sizeof hole);
            outer[r] = pass == 1;
            point[++r] = (int64_t)(k += 5);
            part[features] = (int64_t)r;
            features += pass == 1;
            filled += pass == 1;
            if (pass == 0)
                part[1] = (int64_t)r;
            if (pass == 0 && i == n * n - 1)
                features = 2;
        }
    struct gt_shapes s = {.kind = GT_SHAPE_POLYGON, .n = features - 1, .part = part};
    s.point = point;
    s.xy = xy;
    struct gt_features f = {.shapes = &s, .outer = outer};
    struct told t = {.a = a};
    struct gt_err err = {0};
    struct gt_coverage_opt opt = {.full = true};
    const struct gt_layer_source *l = gt_layer_of(a, "holes", &f);
    T_STATUS_ERR(gt_check_shapes(l, &opt, told_flaw, &t, &err), GT_OK, &err);
    T_EQ_INT(t.n, 0);
    T_STATUS_ERR(gt_check_coverage(l, &opt, told_flaw, &t, &err), GT_OK, &err);
    T_EQ_INT(t.n, (size_t)(n * n) - filled);
    for (size_t i = 0; i < t.n; i++)
        T_OK(t.v[i].kind == GT_FLAW_GAP && t.v[i].a == 1 && t.v[i].b == 0);
}
