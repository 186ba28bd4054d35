/* test_fix.c: what is mended is gone afterwards, what is not stays, and areas balance. */
#include "plots.h"
#include "t.h"

#include <math.h>
#include <string.h>

static const struct gt_coverage_opt full = {.full = true};

static const char *flaws_of(struct gt_arena *a, const struct gt_shapes *s)
{
    struct told t = {.a = a};
    struct gt_err err = {0};
    const struct gt_features f = {.shapes = s};
    const struct gt_layer_source *l = gt_layer_of(a, "fixed", &f);
    T_STATUS_ERR(gt_check_shapes(l, &full, told_flaw, &t, &err), GT_OK, &err);
    T_STATUS_ERR(gt_check_coverage(l, &full, told_flaw, &t, &err), GT_OK, &err);
    return told_text(&t);
}

static double sum(const double *v, size_t n)
{
    double s = 0;
    for (size_t i = 0; i < n; i++)
        s += v[i];
    return s;
}

static double total_area(struct gt_arena *a, const struct gt_shapes *s)
{
    double *m2 = GT_TAKE_N(a, double, s->n + 1);
    struct gt_err err = {0};
    T_STATUS_ERR(gt_shapes_area_m2(a, s, m2, &err), GT_OK, &err);
    return sum(m2, s->n);
}

/* Mends; what is left must be `left`, and the areas must add up. */
static struct gt_coverage_fix mend(struct plots *p, enum plot_place place, const char *left)
{
    struct gt_err err = {0};
    struct gt_coverage_fix fix;
    const struct gt_shapes *s = plots_shapes(p, place);
    T_STATUS_ERR(gt_fix_coverage(p->a, s, &full, &fix, &err), GT_OK, &err);
    T_EQ_STR(flaws_of(p->a, fix.shapes), left);
    double before = total_area(p->a, s), after = total_area(p->a, fix.shapes);
    T_NEAR(sum(fix.moved_m2, s->n), after - before, 1e-6 * before);
    return fix;
}

T_TEST(clean_coverage_stays_as_it_is)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 6, 6, 2);
    struct gt_coverage_fix f = mend(p, PLOT_ZONE, "");
    const struct gt_shapes *s = plots_shapes(p, PLOT_ZONE);
    T_EQ_INT(f.shapes->n, 36);
    T_EQ_INT(memcmp(f.shapes->xy, s->xy, 2 * (size_t)s->point[36] * sizeof(double)), 0);
    T_EQ_INT(f.points + f.rings + f.spikes + f.snapped + f.slivers, 0);
}

T_TEST(points_rings_and_spikes_are_mended)
{
    for (int place = PLOT_SHEARED; place <= PLOT_DEGREES; place++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct plots *p = plots_new(a, 5, 5, 2);
        const double *u = p->v[12].xy[0];
        plot_insert(a, &p->v[12], 0, 3, u[4], u[5]);
        u = p->v[6].xy[0];
        plot_insert(a, &p->v[6], 0, 2, u[2] + 1, u[3] + 40);
        u = p->v[6].xy[0];
        plot_insert(a, &p->v[6], 0, 3, u[2], u[3]);
        p->v[18].rings = 3;
        p->v[18].n[1] = p->v[18].n[2] = 3;
        const double hole[] = {345, 345, 355, 345, 350, 355};
        p->v[18].xy[1] = p->v[18].xy[2] = GT_TAKE_N(a, double, 6);
        memcpy(p->v[18].xy[1], hole, sizeof hole);
        struct gt_coverage_fix f = mend(p, (enum plot_place)place, "gap 19 0");
        T_EQ_INT(f.points, 1);
        T_EQ_INT(f.spikes, 1);
        T_EQ_INT(f.rings, 1);
        T_EQ_INT(f.shapes->n, 25);
    }
}

T_TEST(slivers_go_to_the_longest_neighbour)
{
    for (int place = PLOT_SHEARED; place <= PLOT_DEGREES; place++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct plots *p = plots_new(a, 5, 5, 2);
        p->v[12].xy[0][2 * 1 + 1] += 0.05; /* gap to 8 */
        p->v[18].xy[0][2 * 1 + 1] -= 0.05; /* overlap with 14 */
        struct gt_coverage_fix f = mend(p, (enum plot_place)place, "");
        T_EQ_INT(f.slivers, 2);
        T_EQ_INT(f.shapes->n, 25);
        for (size_t i = 0; i < 25; i++) {
            bool near = i == 12 || i == 7 || i == 18 || i == 13;
            T_OK(fabs(f.moved_m2[i]) < 5);
            if (!near)
                T_OK(fabs(f.moved_m2[i]) < 1e-6);
        }
        T_OK(f.moved_m2[12] + f.moved_m2[7] > 0.5);
        T_OK(f.moved_m2[18] + f.moved_m2[13] < -0.5);
    }
}

T_TEST(borders_get_the_same_points)
{
    for (int place = PLOT_SHEARED; place <= PLOT_DEGREES; place++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct plots *p = plots_new(a, 5, 5, 2);
        const double *u = p->v[12].xy[0];
        plot_insert(a, &p->v[12], 0, 2, (u[2] + u[4]) / 2, (u[3] + u[5]) / 2);
        struct gt_coverage_fix f = mend(p, (enum plot_place)place, "");
        T_EQ_INT(f.snapped, 1);
        T_NEAR(f.moved_m2[12], 0, 0.1);
    }
}

T_TEST(narrow_feature_ends_in_its_neighbour)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 2, 1, 0);
    double *v = p->v[1].xy[0], *w = p->v[0].xy[0];
    const double xy[] = {w[2], w[3], v[0] + 0.06, v[1], v[6] + 0.06, v[7], w[4], w[5]};
    plots_add(p, xy, 4);
    v[0] += 0.06;
    v[6] += 0.06;
    struct gt_coverage_fix f = mend(p, PLOT_ZONE, "");
    T_EQ_INT(f.shapes->n, 2);
    T_EQ_INT(f.owner[1], 1);
    T_NEAR(f.moved_m2[2], -(f.moved_m2[0] + f.moved_m2[1]), 1e-4);
    T_OK(f.moved_m2[2] < -4);
}

T_TEST(broad_overlaps_and_gaps_stay)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct plots *p = plots_new(a, 5, 5, 2);
    p->v[12].xy[0][2 * 1 + 1] += 3;
    p->v[18].xy[0][2 * 1 + 1] -= 3;
    p->v[6].xy[0][2 * 7] += 0.05;
    mend(p, PLOT_ZONE, "overlap 14 19; gap 8 13");
}

T_TEST(small_damage_is_all_mended)
{
    uint64_t state = 77;
    for (int round = 0; round < (t_slow() ? 500 : 25); round++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct plots *p = plots_new(a, 7, 7, 2);
        for (int i = 0; i < 12; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            struct plot *q = &p->v[8 + (state >> 33) % 33];
            double *xy = q->xy[0] + 2 * ((state >> 45) % (unsigned)q->n[0]);
            xy[0] += (double)((state >> 50) % 61) / 1000 - 0.03;
            xy[1] += (double)((state >> 20) % 61) / 1000 - 0.03;
        }
        struct gt_coverage_fix f = mend(p, (enum plot_place)(1 + round % 3), "");
        T_EQ_INT(f.shapes->n, 49);
        for (size_t i = 0; i < 49; i++)
            T_OK(fabs(f.moved_m2[i]) < 20);
    }
}
