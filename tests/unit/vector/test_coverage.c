/* test_coverage.c: faults planted in a coverage are found, each once, and nothing else. */
#include "plots.h"
#include "t.h"

#include <math.h>
#include <string.h>

static const enum plot_place places[] = {PLOT_METRES, PLOT_SHEARED, PLOT_ZONE, PLOT_DEGREES};

static struct told check(struct plots *p, enum plot_place place, struct gt_coverage_opt opt)
{
    struct told t = {.a = p->a};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_check_coverage(plots_layer(p, place), &opt, told_flaw, &t, &err), GT_OK, &err);
    return t;
}

static void expect(struct plots *p, const char *text)
{
    for (size_t i = 0; i < GT_LEN(places); i++) {
        struct told t = check(p, places[i], (struct gt_coverage_opt){.full = true});
        T_EQ_STR(told_text(&t), text);
    }
}

T_TEST(clean_coverage_has_no_flaws)
{
    GT_AUTO_ARENA a = gt_arena_new();
    expect(plots_new(a, 6, 5, 3), "");
    expect(plots_new(a, 1, 1, 0), "");
    expect(plots_new(a, 0, 0, 0), "");
}

T_TEST(gap_where_a_parcel_is_missing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    p->v[12] = (struct plot){0};
    for (size_t i = 0; i < GT_LEN(places); i++) {
        struct told t = check(p, places[i], (struct gt_coverage_opt){.full = true});
        T_EQ_INT(t.n, 1);
        T_EQ_INT(t.v[0].kind, GT_FLAW_GAP);
        T_OK(t.v[0].value > 5000 && t.v[0].value < 15000 && t.v[0].is_area);
        double x = 250, y = 250;
        plot_at(places[i], &x, &y);
        T_NEAR(t.v[0].x, x, places[i] == PLOT_DEGREES ? 5e-4 : 50);
        T_EQ_INT(check(p, places[i], (struct gt_coverage_opt){.full = false}).n, 0);
    }
}

T_TEST(parcel_laid_over_others_overlaps_each_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    const double xy[] = {250, 250, 350, 250, 350, 350, 250, 350};
    plots_add(p, xy, 4);
    expect(p, "overlap 13 26; overlap 14 26; overlap 18 26; overlap 19 26");
}

T_TEST(parcel_within_another_overlaps_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    const double xy[] = {240, 240, 260, 240, 260, 260, 240, 260};
    plots_add(p, xy, 4);
    struct told t = check(p, PLOT_ZONE, (struct gt_coverage_opt){0});
    T_EQ_STR(told_text(&t), "overlap 13 26");
    T_NEAR(t.v[0].value, 400, 1);
    T_EQ_INT(t.v[0].n_rings, 1);
}

T_TEST(duplicate_is_one_flaw)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    plots_add(p, p->v[7].xy[0], p->v[7].n[0]);
    plots_add(p, p->v[0].xy[0], p->v[0].n[0]);
    plots_add(p, p->v[0].xy[0], p->v[0].n[0]);
    expect(p, "duplicate 1 27; duplicate 1 28; duplicate 8 26");
}

T_TEST(whole_layer_twice_is_duplicates_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 4, 4, 1);
    for (int i = 0; i < 16; i++)
        plots_add(p, p->v[i].xy[0], p->v[i].n[0]);
    struct told t = check(p, PLOT_SHEARED, (struct gt_coverage_opt){.full = true});
    T_EQ_INT(t.n, 16);
    for (size_t i = 0; i < t.n; i++)
        T_OK(t.v[i].kind == GT_FLAW_DUPLICATE && t.v[i].b == t.v[i].a + 16);
}

T_TEST(point_that_the_neighbour_lacks_is_a_border)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    struct plot *q = &p->v[12];
    const double *u = q->xy[0];
    plot_insert(a, q, 0, 2, (u[2] + u[4]) / 2, (u[3] + u[5]) / 2);
    expect(p, "border 8 13");
}

T_TEST(tip_moved_leaves_gap_or_overlap)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    p->v[12].xy[0][2 * 1 + 1] += 2; /* into itself: the south side */
    expect(p, "gap 8 13");
    p->v[12].xy[0][2 * 1 + 1] -= 4;
    expect(p, "overlap 8 13");
}

T_TEST(narrow_ones_are_slivers)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    p->v[12].xy[0][2 * 1 + 1] += 0.05;
    p->v[18].xy[0][2 * 1 + 1] -= 0.05;
    expect(p, "sliver 8 13; sliver 14 19");
    struct told t = check(p, PLOT_METRES, (struct gt_coverage_opt){.full = true});
    T_EQ_INT(t.v[0].of, GT_FLAW_GAP);
    T_EQ_INT(t.v[1].of, GT_FLAW_OVERLAP);
}

T_TEST(below_the_tolerance_nothing_above_it_a_border)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    p->v[12].xy[0][2 * 1] += 0.001;
    for (size_t i = 0; i < 3; i++) {
        struct told t = check(p, places[i], (struct gt_coverage_opt){.tolerance_m = 0.002});
        T_EQ_STR(told_text(&t), "");
    }
    p->v[12].xy[0][2 * 1 + 1] += 0.001;
    struct told t = check(p, PLOT_ZONE, (struct gt_coverage_opt){.full = true});
    T_EQ_STR(told_text(&t), "border 8 13");
}

T_TEST(narrow_feature_is_a_sliver)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 2, 1, 0);
    const double *v = p->v[1].xy[0];
    const double xy[] = {v[2], v[3], v[2] + 0.06, v[3], v[4] + 0.06, v[5], v[4], v[5]};
    plots_add(p, xy, 4);
    expect(p, "sliver 3 0");
}

T_TEST(outside_the_unit_and_gaps_to_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 3, 3, 1), *u = plots_new(a, 0, 0, 0);
    const double xy[] = {-50, -50, 350, -50, 350, 350, -50, 350};
    plots_add(u, xy, 4);
    struct gt_coverage_opt opt = {.full = true, .unit = plots_shapes(u, PLOT_ZONE)};
    struct told t = check(p, PLOT_ZONE, opt);
    T_EQ_INT(t.n, 1);
    T_EQ_INT(t.v[0].kind, GT_FLAW_GAP);
    T_EQ_INT(t.v[0].n_rings, 2);
    u->v[0].xy[0][2] = u->v[0].xy[0][4] = 250;
    opt.unit = plots_shapes(u, PLOT_ZONE);
    opt.full = false;
    t = check(p, PLOT_ZONE, opt);
    T_EQ_STR(told_text(&t), "outside 3 0; outside 6 0; outside 9 0");
}

T_TEST(memory_and_threads_change_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 40, 40, 2);
    for (int i = 0; i < 30; i++) {
        struct plot *q = &p->v[43 * (i + 2) + i % 3];
        q->xy[0][2 * 1 + 1] += i % 2 ? 1 : -1;
    }
    plots_add(p, p->v[77].xy[0], p->v[77].n[0]);
    struct told t = check(p, PLOT_DEGREES, (struct gt_coverage_opt){.full = true});
    T_EQ_INT(t.n, 31);
    struct gt_pool *pool = gt_pool_new(3);
    struct gt_work work = {.pool = pool};
    struct told s = check(p, PLOT_DEGREES,
                          (struct gt_coverage_opt){.full = true, .memory = 300000, .work = &work});
    gt_pool_free(pool);
    T_EQ_STR(told_text(&s), told_text(&t));
    for (size_t i = 0; i < t.n && i < s.n; i++) {
        T_EQ_NUM(s.v[i].x, t.v[i].x);
        T_EQ_NUM(s.v[i].y, t.v[i].y);
        T_EQ_NUM(s.v[i].value, t.v[i].value);
    }
}

/* Checks and mends whatever it is; only the process must live. */
static void survive(struct plots *p)
{
    struct told t = {.a = p->a};
    struct gt_err err = {0};
    struct gt_coverage_fix fix;
    struct gt_coverage_opt opt = {.full = true};
    const struct gt_shapes *s = plots_shapes(p, PLOT_METRES);
    const struct gt_layer_source *l = plots_layer(p, PLOT_METRES);
    T_STATUS_ERR(gt_check_shapes(l, &opt, told_flaw, &t, &err), GT_OK, &err);
    T_STATUS_ERR(gt_check_coverage(l, &opt, told_flaw, &t, &err), GT_OK, &err);
    opt.unit = s;
    T_STATUS_ERR(gt_check_coverage(l, &opt, told_flaw, &t, &err), GT_OK, &err);
    T_STATUS_ERR(gt_fix_coverage(p->a, s, &opt, &fix, &err), GT_OK, &err);
}

T_TEST(hostile_geometries_are_survived)
{
    static const double odd[] = {0, -0.0, 1, 1e-300, 1e300, -1e308, 1e11, 50, 99.9999, 100};
    uint64_t state = 5;
    for (int round = 0; round < 25; round++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct plots *p = plots_new(a, 2, 2, 1);
        for (int k = 0; k < 6; k++) {
            double xy[60];
            int n = 1 + (int)((state >> 40) % 30);
            for (int i = 0; i < 2 * n; i++) {
                state = state * 6364136223846793005u + 1442695040888963407u;
                unsigned die = (unsigned)(state >> 33);
                xy[i] = k == 0 && die % 7 == 0    ? odd[die / 7 % GT_LEN(odd)]
                        : k == 1 && die % 50 == 0 ? (double)NAN
                        : k == 2                  ? die % 4
                        : k == 3                  ? die % 10 * 1e-4
                                                  : die % 200;
            }
            plots_add(p, xy, n);
        }
        survive(p);
    }
}

T_TEST(scribble_is_one_flaw_and_left_out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 2, 2, 1);
    const int n = 3000;
    double *xy = GT_TAKE_N(a, double, 2 * (size_t)n);
    for (int i = 0; i < n; i++) {
        xy[2 * i] = i % 2 ? 200 + i * 0.01 : -i * 0.01;
        xy[2 * i + 1] = i * 7919 % n * 0.05;
    }
    plots_add(p, xy, n);
    struct told t = {.a = a};
    struct gt_err err = {0};
    T_STATUS_ERR(gt_check_shapes(plots_layer(p, PLOT_METRES), NULL, told_flaw, &t, &err), GT_OK,
                 &err);
    T_EQ_INT(t.n, 1);
    T_EQ_INT(t.v[0].kind, GT_FLAW_SELF_CROSSING);
}
