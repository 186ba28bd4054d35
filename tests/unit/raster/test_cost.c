/* The cost distance against a person's sums, a slow loop, and itself with other tiles. */
#include "cost_int.h"
#include "engine.h"

#include <string.h>

struct job {
    struct gt_arena *a;
    struct gt_raster_info info;
    const float *cost, *target;
    const struct gt_shapes *shapes; /* instead of target */
    double max;
    size_t memory;
    int threads;
    const char *dir;
    struct gt_err err;
};

static struct job job_new(struct gt_arena *a, struct gt_raster_info info)
{
    info.type = GT_F32;
    return (struct job){
        .a = a, .info = info, .max = (double)INFINITY, .memory = 64 << 20, .threads = 1};
}

/* NULL: refused. */
static float *job_try(struct job *j)
{
    const struct gt_metric *metric;
    T_STATUS_ERR(gt_metric_new(j->a, j->info.crs, &j->info.grid, &metric, &j->err), GT_OK, &j->err);
    float *out = GT_TAKE_N(j->a, float, (size_t)(j->info.grid.w * j->info.grid.h));
    struct gt_raster_layer layer = {.shapes = j->shapes};
    const struct gt_raster_source *in[] = {gt_memory_source(j->a, &j->info, j->cost),
                                           j->shapes ? NULL
                                                     : gt_memory_source(j->a, &j->info, j->target)};
    const struct gt_raster_layer *layers[] = {NULL, j->shapes ? &layer : NULL};
    struct gt_work work = {.pool = j->threads > 1 ? gt_pool_new(j->threads) : NULL};
    struct gt_step step = {.name = "cost", .max_m = j->max};
    struct gt_global g = {.step = &step,
                          .grid = &j->info.grid,
                          .metric = metric,
                          .crs = j->info.crs,
                          .in = in,
                          .layer = layers,
                          .out = gt_memory_sink(j->a, &j->info, out),
                          .memory = j->memory,
                          .scratch_dir = j->dir,
                          .work = &work};
    enum gt_status status = gt_global_of(GT_STEP_COST_DISTANCE)->run(j->a, &g, &j->err);
    gt_pool_free(work.pool);
    return status == GT_OK ? out : NULL;
}

static float *job_run(struct job *j)
{
    float *out = job_try(j);
    T_EQ_STR(j->err.text, "");
    T_OK(out != NULL);
    return out;
}

/* ---- By hand ---- */

T_TEST(a_way_round_a_wall_is_the_sum_of_its_steps)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 4, 3, 10));
    const float n = NAN;
    /* The wall leaves the bottom row open. */
    const float cost[] = {1, n, 2, 2, 1, n, 2, 2, 1, 3, 2, 2};
    const float target[] = {7, n, n, n, n, n, n, n, n, n, n, n};
    j.cost = cost;
    j.target = target;
    const float *v = job_run(&j);
    double down = 10, slant = 10 * sqrt(2) * 2, up = 10 * sqrt(2) * 2.5, last = 10 * sqrt(2) * 2;
    T_EQ_NUM(v[0], 0);
    T_EQ_NUM(v[4], 10);
    T_NEAR(v[9], down + slant, 1e-5); /* (1 + 3) / 2 a metre over 14.1 m */
    T_NEAR(v[6], down + slant + up, 1e-5);
    T_NEAR(v[10], down + slant + 25, 1e-5);
    T_NEAR(v[7], down + slant + 25 + last, 1e-4);
    T_OK(isnan(v[1]) && isnan(v[5]));
}

T_TEST(what_cannot_be_reached_is_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 5, 1, 10));
    const float n = NAN;
    const float cost[] = {1, 1, n, 1, 1}, target[] = {n, 1, 1, n, n};
    j.cost = cost;
    j.target = target; /* the one on the wall does not count */
    const float *v = job_run(&j);
    T_EQ_NUM(v[0], 10);
    T_EQ_NUM(v[1], 0);
    T_OK(isnan(v[2]) && isnan(v[3]) && isnan(v[4]));
}

T_TEST(costs_beyond_the_bound_are_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 6, 1, 10));
    const float n = NAN;
    const float cost[] = {2, 2, 2, 2, 2, 2}, target[] = {1, n, n, n, n, n};
    j.cost = cost;
    j.target = target;
    j.max = 60; /* itself is within */
    const float *v = job_run(&j);
    T_EQ_NUM(v[3], 60);
    T_OK(isnan(v[4]) && isnan(v[5]));
}

T_TEST(features_are_targets_where_they_are_burnt)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 8, 4, 10));
    float cost[32];
    for (int i = 0; i < 32; i++)
        cost[i] = 1;
    j.cost = cost;
    static const double POINT[] = {500025, 3199985}; /* column 2, row 1 */
    j.shapes = engine_shape(a, j.info.crs, GT_SHAPE_POINT, POINT, 1);
    const float *v = job_run(&j);
    T_EQ_NUM(v[1 * 8 + 2], 0);
    T_EQ_NUM(v[1 * 8 + 6], 40);
    static const double LINE[] = {500005, 3199995, 500075, 3199995}; /* the first row */
    j.shapes = engine_shape(a, j.info.crs, GT_SHAPE_LINE, LINE, 2);
    v = job_run(&j);
    for (int i = 0; i < 8; i++)
        T_EQ_NUM(v[3 * 8 + i], 30);
    static const double RING[] = {500040,  3200000, 500080,  3200000, 500080,
                                  3199960, 500040,  3199960, 500040,  3200000};
    j.shapes = engine_shape(a, j.info.crs, GT_SHAPE_POLYGON, RING, 5);
    v = job_run(&j);
    for (int i = 0; i < 8; i++)
        T_EQ_NUM(v[8 + i], i < 4 ? (4 - i) * 10 : 0);
}

/* ---- Bad input ---- */

static void refuse(float bad, const char *part)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 3, 2, 10));
    const float n = NAN;
    const float cost[] = {1, 1, 1, 1, bad, 1}, target[] = {1, n, n, n, n, n};
    j.cost = cost;
    j.target = target;
    T_OK(job_try(&j) == NULL);
    T_EQ_INT(j.err.status, GT_EINPUT);
    T_HAS(j.err.text, "plane: expected a cost above 0");
    T_HAS(j.err.text, part);
}

T_TEST(costs_of_zero_and_below_are_refused_with_their_place)
{
    refuse(0, "found 0 in column 2, row 2");
    refuse(-3.5F, "found -3.5 in column 2, row 2");
}

T_TEST(a_raster_without_targets_is_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = job_new(a, engine_plane(a, 2, 1, 10));
    const float cost[] = {1, 1}, target[] = {NAN, NAN};
    j.cost = cost;
    j.target = target;
    T_OK(job_try(&j) == NULL);
    T_EQ_INT(j.err.status, GT_EINPUT);
    T_HAS(j.err.text, "cost: expected features or cells to reach");
}

/* ---- Against the slow loop ---- */

static double length(const struct gt_metric *m, const struct gt_grid *g, int64_t at, int dx, int dy)
{
    struct gt_tensor i = gt_metric_at(m, at % g->w, at / g->w);
    double x = dx * g->dx, y = -dy * g->dy, det = i.xx * i.yy - i.xy * i.xy;
    return sqrt((i.yy * x * x - 2 * i.xy * x * y + i.xx * y * y) / det);
}

static double *ways(const struct job *j, const struct gt_metric *m)
{
    const struct gt_grid *g = &j->info.grid;
    double *way = GT_TAKE_N(j->a, double, (size_t)(9 * g->w * g->h));
    for (int64_t i = 0; i < 9 * g->w * g->h; i++)
        way[i] = length(m, g, i / 9, (int)(i % 3) - 1, (int)(i % 9) / 3 - 1);
    return way;
}

/* Bellman and Ford: all steps again and again until nothing becomes cheaper. */
static double *slow(const struct job *j)
{
    const struct gt_grid *g = &j->info.grid;
    const struct gt_metric *m;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_metric_new(j->a, j->info.crs, g, &m, &err), GT_OK, &err);
    double *d = GT_TAKE_N(j->a, double, (size_t)(g->w * g->h)), *way = ways(j, m);
    for (int64_t i = 0; i < g->w * g->h; i++)
        d[i] = isnan(j->target[i]) || isnan(j->cost[i]) ? (double)INFINITY : 0;
    for (bool changed = true; changed;) {
        changed = false;
        for (int64_t i = 0; i < g->w * g->h; i++)
            for (int k = 0; k < 9; k++) {
                int dx = k % 3 - 1, dy = k / 3 - 1;
                int64_t x = i % g->w + dx, y = i / g->w + dy, to = y * g->w + x;
                if (k == 4 || x < 0 || y < 0 || x >= g->w || y >= g->h)
                    continue;
                double half = (way[9 * i + k] + way[9 * to + k]) / 4;
                double sum = d[i] + half * ((double)j->cost[i] + (double)j->cost[to]);
                if (sum < d[to] * (1 - 1e-14)) {
                    d[to] = sum;
                    changed = true;
                }
            }
    }
    return d;
}

struct ground {
    const char *crs;
    double x, y, cell, near; /* near: of two ways of saying how long a step is */
};
static const struct ground GROUND[] = {{"EPSG:4538", 500000, 3200000, 30, 1e-6},
                                       {"EPSG:4490", 91, 30, 0.001, 1e-6},
                                       {"tibet-albers", 1e5, 1e5, 250, 1e-4}};

/* Costs of `spread` orders, some walls, `targets` of a thousand cells. */
static struct job random_job(struct gt_arena *a, const struct ground *ground, double spread,
                             double targets, uint64_t seed)
{
    struct gt_raster_info info = engine_plane(a, 150, 133, ground->cell);
    info.crs = engine_crs(a, ground->crs);
    info.grid.x0 = ground->x;
    info.grid.y0 = ground->y;
    struct job j = job_new(a, info);
    size_t n = 150 * 133;
    float *cost = GT_TAKE_N(a, float, n), *target = GT_TAKE_N(a, float, n);
    for (size_t i = 0; i < n; i++) {
        cost[i] = dice_unit(&seed) < 0.2 ? NAN : (float)exp(spread * dice_unit(&seed));
        target[i] = dice_unit(&seed) < targets ? 1 : NAN;
    }
    target[77] = 1;
    cost[77] = 1;
    j.cost = cost;
    j.target = target;
    return j;
}

static void check_random(const struct ground *ground, double spread, double targets, uint64_t seed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = random_job(a, ground, spread, targets, seed);
    const double *truth = slow(&j);
    const float *one = job_run(&j);
    int64_t n = j.info.grid.w * j.info.grid.h, reached = 0;
    for (int64_t i = 0; i < n; i++) {
        T_EQ_INT(isnan(one[i]), isinf(truth[i]));
        if (!isnan(one[i]))
            T_NEAR(one[i], truth[i], ground->near * truth[i]);
        reached += !isnan(one[i]);
    }
    T_OK(reached > n / 2);
    static const int THREADS[] = {1, 2, 5};
    for (size_t k = 0; k < GT_LEN(THREADS); k++) {
        j.memory = 1; /* tiles of 64 x 64 cells */
        j.threads = THREADS[k];
        j.dir = k == 1 ? t_tmpdir() : NULL;
        const float *tiled = job_run(&j);
        T_EQ_INT(memcmp(one, tiled, (size_t)n * sizeof *one), 0);
    }
}

T_TEST(random_costs_give_what_the_slow_loop_gives)
{
    for (uint64_t i = 0; i < 3; i++) {
        check_random(&GROUND[i], 2, 0, 5 + i);
        check_random(&GROUND[i], 5, 0.001, 11 + i);
    }
}

T_TEST(costs_of_many_orders_give_what_the_slow_loop_gives)
{
    check_random(&GROUND[0], 25, 0.0005, 3);
    check_random(&GROUND[1], 4, 0.3, 4);
}

T_TEST(the_bound_is_the_same_for_all_tiles)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = random_job(a, &GROUND[0], 3, 0.0002, 9);
    const float *all = job_run(&j);
    j.max = 6000;
    j.memory = 1;
    const float *bound = job_run(&j);
    int64_t out = 0;
    for (int64_t i = 0; i < j.info.grid.w * j.info.grid.h; i++) {
        out += all[i] > 6001;
        if (fabs((double)all[i] - 6000) > 1)
            T_EQ_NUM(bound[i], all[i] < 6000 ? (double)all[i] : (double)NAN);
    }
    T_OK(out > 100);
}

/* A way through all tiles and back many times: a comb of walls. */
T_TEST(a_long_winding_way_goes_through_the_tiles)
{
    GT_AUTO_ARENA a = gt_arena_new();
    enum { W = 200, H = 140 };
    struct job j = job_new(a, engine_plane(a, W, H, 10));
    float *cost = GT_TAKE_N(a, float, W *H), *target = GT_TAKE_N(a, float, W *H);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            bool wall = y % 2 == 1 && x != (y % 4 == 1 ? W - 1 : 0);
            cost[y * W + x] = wall ? NAN : 1;
            target[y * W + x] = NAN;
        }
    target[0] = 1;
    j.cost = cost;
    j.target = target;
    const float *one = job_run(&j);
    j.memory = 1;
    T_EQ_INT(memcmp(one, job_run(&j), W * H * sizeof *one), 0);
    /* Each row: from one end to the cell before the other, and over the corners by two slants. */
    T_NEAR(one[2 * W], 10 * (W - 2) + 10 * (W - 2) + 2 * 10 * sqrt(2), 1e-2);
}

T_TEST(a_queue_that_overflows_is_made_up_for)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = random_job(a, &GROUND[0], 4, 0.02, 21);
    const struct gt_metric *m;
    T_STATUS(gt_metric_new(a, j.info.crs, &j.info.grid, &m, NULL), GT_OK);
    const double *truth = slow(&j);
    struct gt_cost_ground ground;
    T_STATUS(gt_cost_ground_new(a, &j.info.grid, m, &ground, NULL), GT_OK);
    int64_t w = j.info.grid.w, h = j.info.grid.h;
    struct gt_cost_tile t = {.ground = &ground, .unreached = (double)INFINITY};
    T_STATUS(gt_cost_tile_new(a, w, h, &t, NULL), GT_OK);
    t.w = w;
    t.h = h;
    t.stride = w + 2;
    t.queue.chunks = 20;
    t.most_start = 50;
    for (int64_t i = 0; i < (w + 2) * (h + 2); i++)
        t.cost[i] = NAN;
    for (int64_t i = 0; i < w * h; i++)
        t.cost[(i / w + 1) * t.stride + i % w + 1] = j.cost[i];
    gt_cost_tile_begin(&t);
    for (int64_t i = 0; i < w * h; i++)
        if (!isnan(j.target[i]))
            gt_cost_tile_target(&t, i % w, i / w);
    T_OK(t.queue.overrun);
    gt_cost_tile_enter(&t);
    T_STATUS(gt_cost_tile_solve(&t, NULL), GT_OK);
    for (int64_t i = 0; i < w * h; i++) {
        double sum = t.sum[(i / w + 1) * t.stride + i % w + 1];
        T_EQ_INT(isinf(sum), isinf(truth[i]));
        if (!isinf(sum))
            T_NEAR(sum, truth[i], 1e-9 * truth[i]);
    }
}

T_TEST(a_model_takes_it_as_a_step)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\ninputs:\n  dem: {kind: raster, role: dem, unit: m, master: true}\n"
                      "  town: {kind: points}\nsteps:\n"
                      "  cost: {step: expression, value: \"if(dem > 5, 2, 1)\"}\n"
                      "  way: {step: cost_distance, of: cost, to: town, max: 75}\n"
                      "  near: {step: expression, value: \"way / 10\"}\noutputs: [near]\n");
    struct gt_raster_info info = engine_plane(a, 6, 1, 10);
    static const float DEM[] = {0, 0, 0, 9, 9, 9};
    engine_raster(&e, "dem", &info, DEM);
    static const double POINT[] = {500005, 3199995};
    engine_layer(&e, "town", engine_shape(a, info.crs, GT_SHAPE_POINT, POINT, 1));
    const float *v = engine_run(&e, "near");
    const float expected[] = {0, 1, 2, 3.5F, 5.5F, 7.5F};
    for (int i = 0; i < 6; i++)
        T_EQ_NUM(v[i], expected[i]);
}

/* ---- Ways in memory ---- */

T_TEST(ways_cost_what_the_operator_says_and_lead_to_their_targets)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct job j = random_job(a, &GROUND[1], 3, 0.0005, 31);
    const struct gt_grid *g = &j.info.grid;
    const struct gt_metric *m;
    T_STATUS(gt_metric_new(a, j.info.crs, g, &m, NULL), GT_OK);
    const float *sums = job_run(&j);
    int32_t *mark = GT_TAKE_N(a, int32_t, (size_t)(g->w * g->h));
    int targets = 0;
    for (int64_t i = 0; i < g->w * g->h; i++)
        mark[i] = isnan(j.target[i]) ? 0 : ++targets;
    struct gt_ways *s;
    struct gt_ways_opt o = {{0, 0, g->w, g->h}, j.cost, mark, 0, (double)INFINITY, true};
    T_STATUS(gt_ways_new(a, g, m, true, &s, NULL), GT_OK);
    T_STATUS(gt_ways_find(s, &o, NULL, NULL), GT_OK);
    for (int64_t i = 0; i < g->w * g->h; i += 7) {
        int64_t col = i % g->w, row = i / g->w, at = row * s->stride + col;
        T_EQ_NUM(isinf(s->sum[at]) ? (double)NAN : (double)(float)s->sum[at], sums[i]);
        if (isinf(s->sum[at]))
            continue;
        double left = s->sum[at], cost = 0;
        int32_t owner = s->owner[at];
        for (int64_t c = col, r = row;; col = c, row = r) {
            gt_ways_next(s, &c, &r);
            if (c == col && r == row)
                break;
            cost += gt_ways_step(s, col, row, (int)(c - col), (int)(r - row)).cost;
        }
        T_EQ_INT(mark[row * g->w + col], owner);
        T_NEAR(cost, left, 1e-9 * (left + 1));
    }
}

T_TEST(ways_of_a_window_and_one_target_stay_in_them)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info info = engine_plane(a, 9, 5, 10);
    const struct gt_metric *m;
    T_STATUS(gt_metric_new(a, info.crs, &info.grid, &m, NULL), GT_OK);
    float cost[45];
    int32_t mark[45] = {0};
    for (int i = 0; i < 45; i++)
        cost[i] = 1;
    mark[2 * 9 + 2] = 5;
    mark[2 * 9 + 4] = 6;
    mark[0] = 6; /* outside the window */
    struct gt_ways *s;
    struct gt_ways_opt o = {{1, 1, 7, 3}, cost, mark, 6, 32, false};
    T_STATUS(gt_ways_new(a, &info.grid, m, false, &s, NULL), GT_OK);
    T_STATUS(gt_ways_find(s, &o, NULL, NULL), GT_OK);
    T_OK(s->owner == NULL);
    T_EQ_NUM(s->sum[s->stride + 3], 0);
    T_EQ_NUM(s->sum[s->stride + 6], 30);
    T_EQ_NUM(s->sum[s->stride + 0], 30); /* over the other target, and not from the corner */
    int64_t col = 7, row = 1;
    gt_ways_next(s, &col, &row);
    T_OK(col == 7 && row == 1); /* dearer than 32: no way */
}
