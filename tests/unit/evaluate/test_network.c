/* The ecological network on small landscapes that a person can compute. */
#include "guotu/evaluate.h"
#include "t.h"

#include <math.h>
#include <stdlib.h>

enum { W = 40, H = 21 };

struct land {
    struct gt_arena *a;
    struct gt_raster_info info;
    float cost[W * H];
    int32_t core[W * H], band[W * H];
    struct gt_network_opt opt;
    struct gt_network out;
    struct gt_err err;
};

static struct land *land_new(struct gt_arena *a, float cost)
{
    struct land *l = GT_TAKE(a, struct land);
    l->a = a;
    l->info = (struct gt_raster_info){
        .id = "land", .grid = {W, H, 500000, 3200000, 10, 10}, .has_nodata = true};
    T_STATUS(gt_crs_parse(a, "EPSG:4538", &l->info.crs, NULL), GT_OK);
    for (int i = 0; i < W * H; i++) {
        l->cost[i] = cost;
        l->core[i] = INT32_MIN;
    }
    l->opt = (struct gt_network_opt){.tolerance = 0.1, .max_cost = (double)INFINITY, .pinch = 0.5};
    return l;
}

static void fill(struct land *l, int x0, int y0, int x1, int y1, float cost)
{
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++)
            l->cost[y * W + x] = cost;
}

static void add_core(struct land *l, int x0, int y0, int x1, int y1, int32_t id)
{
    fill(l, x0, y0, x1, y1, 1);
    for (int y = y0; y <= y1; y++)
        for (int x = x0; x <= x1; x++)
            l->core[y * W + x] = id;
}

static enum gt_status land_try(struct land *l)
{
    struct gt_raster_info cost = l->info, core = l->info;
    cost.type = GT_F32;
    cost.nodata = (double)NAN;
    core.type = GT_I32;
    core.nodata = INT32_MIN;
    l->opt.resistance = gt_memory_source(l->a, &cost, l->cost);
    l->opt.cores = gt_memory_source(l->a, &core, l->core);
    l->opt.bands = gt_memory_sink(l->a, &core, l->band);
    return gt_network_find(l->a, &l->opt, NULL, &l->out, &l->err);
}

static void land_run(struct land *l)
{
    T_STATUS_ERR(land_try(l), GT_OK, &l->err);
}

/* Two cores of 5 x 5 cells, 31 steps from each other along a strip of five rows that is one row
 * wide in columns 18 to 23. */
static struct land *strait(struct gt_arena *a)
{
    struct land *l = land_new(a, 100);
    fill(l, 0, 8, W - 1, 12, 1);
    fill(l, 18, 8, 23, 9, 100);
    fill(l, 18, 11, 23, 12, 100);
    add_core(l, 0, 8, 4, 12, 7);
    add_core(l, 35, 8, 39, 12, 90);
    return l;
}

T_TEST(a_strip_between_two_cores_is_their_corridor)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    land_run(l);
    T_EQ_INT(l->out.n_cores, 2);
    T_EQ_INT(l->out.n_links, 1);
    const struct gt_network_link *k = l->out.link;
    T_EQ_INT(l->out.core[k->from].id, 7);
    T_EQ_INT(l->out.core[k->to].id, 90);
    T_NEAR(k->cost, 310, 1e-9);
    T_NEAR(k->length_m, 310, 1e-9);
    /* 13 and 11 columns of 5 rows, 6 of one. */
    T_NEAR(k->band_m2, 12600, 1);
    T_NEAR(k->mean_width_m, 12600 / 310.0, 0.01);
    T_EQ_INT(k->end - k->point, 2); /* a straight line */
    T_NEAR(l->out.xy[0], 500045, 1e-6);
    T_NEAR(l->out.xy[2], 500355, 1e-6);
    T_NEAR(l->out.xy[1], 3200000 - 105, 1e-6);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            bool narrow = x >= 18 && x <= 23, rows = narrow ? y == 10 : y >= 8 && y <= 12;
            T_EQ_INT(l->band[y * W + x], rows && x > 4 && x < 35 ? 1 : INT32_MIN);
        }
}

T_TEST(the_gap_is_a_pinch_point)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    land_run(l);
    T_EQ_INT(l->out.n_pinches, 1);
    const struct gt_network_pinch *p = l->out.pinch;
    T_EQ_INT(p->link, 0);
    T_NEAR(p->width_m, 10, 0.5);
    T_NEAR(p->share, 10 / (12600 / 310.0), 0.02);
    T_NEAR(p->y, 3200000 - 105, 1e-6);
    T_OK(p->x > 500180 && p->x < 500240);
    T_NEAR(l->out.link->least_width_m, p->width_m, 1e-9);
    l->opt.pinch = 0.1; /* nothing is as narrow as that */
    land_run(l);
    T_EQ_INT(l->out.n_pinches, 0);
}

T_TEST(importance_is_what_the_papers_say)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    l->opt.reach = 310; /* the corridor's probability is one half */
    land_run(l);
    const struct gt_network_link *k = l->out.link;
    double m2 = l->out.core[0].m2, masses = log(m2) * log(l->out.core[1].m2);
    T_NEAR(m2, 2500, 0.5);
    T_NEAR(k->gravity, masses, 1e-6);            /* resistances 1, the greatest cost */
    T_NEAR(k->dpc, 100 / 3.0, 1e-3);             /* of 1 + 1 + 2/2 parts one goes */
    T_NEAR(l->out.core[0].dpc, 200 / 3.0, 1e-3); /* all but the other core with itself */
    T_EQ_INT(k->rank, 1);
    T_EQ_INT(l->out.core[0].degree, 1);
    T_EQ_INT(l->out.groups, 1);
}

T_TEST(a_core_between_two_makes_two_corridors)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = land_new(a, 1);
    add_core(l, 0, 0, 3, H - 1, 1);
    add_core(l, 18, 8, 20, 12, 2);
    add_core(l, 36, 0, 39, H - 1, 3);
    fill(l, 4, 0, 35, 7, 50);
    fill(l, 4, 13, 35, 20, 50);
    fill(l, 4, 0, 35, 0, 1.5F); /* here 1 and 3 touch, beside 2; but the way through 2 is cheaper */
    land_run(l);
    T_EQ_INT(l->out.n_links, 2);
    T_EQ_INT(l->out.through, 1);
    T_NEAR(l->out.link[0].cost, 150, 1e-9);
    T_NEAR(l->out.link[1].cost, 160, 1e-9);
    T_EQ_INT(l->out.core[1].degree, 2);
    T_EQ_INT(l->out.core[1].rank, 3); /* small, and yet */
    T_OK(l->out.core[1].dpc > 10);
    T_OK(l->out.link[0].dpc > l->out.link[1].dpc);
    T_EQ_INT(l->out.link[0].rank, 1);
    T_EQ_INT(l->out.link[1].rank, 2);
}

T_TEST(what_is_cut_off_is_a_group_of_its_own)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    fill(l, 21, 0, 21, H - 1, NAN);
    land_run(l);
    T_EQ_INT(l->out.n_links, 0);
    T_EQ_INT(l->out.groups, 2);
    T_EQ_INT(l->out.core[1].group, 2);
    T_NEAR(l->out.core[0].dpc, 50, 1e-5);
    l = strait(a);
    l->opt.max_cost = 300;
    land_run(l);
    T_EQ_INT(l->out.n_links, 0);
}

T_TEST(corridors_may_turn)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = land_new(a, NAN);
    fill(l, 2, 2, 30, 2, 2);
    fill(l, 30, 2, 30, 18, 2);
    add_core(l, 0, 1, 1, 3, 1);
    add_core(l, 29, 19, 31, 20, 2);
    land_run(l);
    T_EQ_INT(l->out.n_links, 1);
    /* 28 and 16 steps, one of them slantwise over the corner, the first and the last half in a
     * core.
     */
    T_NEAR(l->out.link->length_m, 27 * 10 + 16 * 10 + 10 * sqrt(2) + 10, 30);
    T_OK(l->out.link->end - l->out.link->point >= 3);
}

T_TEST(bad_landscapes_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    l->cost[5 * W + 6] = 0;
    T_STATUS(land_try(l), GT_EINPUT);
    T_HAS(l->err.text, "found 0 in column 7, row 6");
    l = land_new(a, 1);
    T_STATUS(land_try(l), GT_EINPUT);
    T_HAS(l->err.text, "expected cores, found none");
}

/* Each cell of the strait as four of half its size. */
T_TEST(coarser_cells_are_means_and_main_cores)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = strait(a);
    land_run(l);
    struct gt_network fine = l->out;
    struct gt_raster_info cost = l->info, core = l->info;
    cost.grid = (struct gt_grid){2 * W - 1, 2 * H, 500000, 3200000, 5, 5};
    cost.type = GT_F32;
    core.grid = cost.grid;
    core.type = GT_I32;
    core.nodata = INT32_MIN;
    float *v = GT_TAKE_N(a, float, 4 * W * H);
    int32_t *m = GT_TAKE_N(a, int32_t, 4 * W * H);
    for (int y = 0; y < 2 * H; y++)
        for (int x = 0; x < 2 * W - 1; x++) {
            float mean = l->cost[y / 2 * W + x / 2], off = x % 2 ? 0.25F : -0.25F;
            v[y * (2 * W - 1) + x] = x < 2 * W - 2 ? mean + off : mean;
            m[y * (2 * W - 1) + x] = l->core[y / 2 * W + x / 2];
        }
    m[21 * (2 * W - 1) + 30] = 7; /* a quarter of a cell */
    l->opt.coarser = 2;
    l->opt.resistance = gt_memory_source(a, &cost, v);
    l->opt.cores = gt_memory_source(a, &core, m);
    T_EQ_INT(gt_network_grid(&l->opt).w, W);
    T_STATUS_ERR(gt_network_find(a, &l->opt, NULL, &l->out, &l->err), GT_OK, &l->err);
    T_EQ_INT(l->out.n_links, 1);
    T_NEAR(l->out.link->cost, fine.link->cost, 1e-6);
    T_NEAR(l->out.link->band_m2, fine.link->band_m2, 1e-3);
    T_EQ_INT(l->out.core[0].cells, 25);
    T_EQ_INT(l->out.n_pinches, 1);
}

/* ---- The graph, against all pairs one by one ---- */

/* The sum over pairs of cores, without one core or one corridor (-1: with all). */
static double connectivity(const struct gt_network *n, int no_core, int no_link)
{
    enum { MOST = 16 };
    double d[MOST][MOST], sum = 0;
    int cores = (int)n->n_cores;
    T_OK(cores <= MOST);
    for (int i = 0; i < cores; i++)
        for (int k = 0; k < cores; k++)
            d[i][k] = i == k ? 0 : (double)INFINITY;
    for (int i = 0; i < (int)n->n_links; i++) {
        const struct gt_network_link *l = &n->link[i];
        if (i != no_link && l->from != no_core && l->to != no_core)
            d[l->from][l->to] = d[l->to][l->from] = l->cost;
    }
    for (int k = 0; k < cores; k++)
        for (int i = 0; i < cores; i++)
            for (int j = 0; j < cores; j++)
                d[i][j] = fmin(d[i][j], d[i][k] + d[k][j]);
    for (int i = 0; i < cores; i++)
        for (int k = 0; k < cores; k++)
            if (i != no_core && k != no_core)
                sum += n->core[i].m2 * n->core[k].m2 * pow(0.5, d[i][k] / n->reach);
    return sum;
}

T_TEST(what_goes_with_a_core_or_corridor_is_what_all_pairs_say)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct land *l = land_new(a, 3);
    static const int AT[][2] = {{1, 1}, {12, 3}, {25, 0}, {35, 8}, {3, 14}, {17, 11}, {29, 16}};
    for (int i = 0; i < (int)GT_LEN(AT); i++)
        add_core(l, AT[i][0], AT[i][1], AT[i][0] + 1 + i % 3, AT[i][1] + 2, 10 + i);
    fill(l, 20, 0, 21, 9, 40);
    land_run(l);
    const struct gt_network *n = &l->out;
    T_EQ_INT(n->n_cores, GT_LEN(AT));
    T_OK(n->n_links >= 8);
    double all = connectivity(n, -1, -1);
    for (int i = 0; i < (int)n->n_links; i++)
        T_NEAR(n->link[i].dpc, 100 * (1 - connectivity(n, -1, i) / all), 1e-8);
    for (int i = 0; i < (int)n->n_cores; i++)
        T_NEAR(n->core[i].dpc, 100 * (1 - connectivity(n, i, -1) / all), 1e-8);
}
