/* Running plans: faults, stops, tiles, threads, wide windows. */
#include "engine.h"

#include <string.h>

static float *heights(struct gt_arena *a, int64_t w, int64_t h)
{
    float *z = GT_TAKE_N(a, float, (size_t)(w * h));
    uint64_t state = 5;
    for (int64_t i = 0; i < w * h; i++)
        z[i] = (float)(3000 + 40 * dice_unit(&state) + 300 * sin((double)(i % w) / 30) +
                       200 * cos((double)(i / w) / 50));
    return z;
}

#define DEM "model: t\ninputs:\n  dem: {kind: raster, role: dem, unit: m, master: true}\nsteps:\n"
#define SMOOTH \
    DEM "  s: {step: slope, of: dem}\n  m: {step: mean, of: s, window: 9}\noutputs: [m]\n"

/* ---- Faults ---- */

/* A source and a sink that fail at their n-th call. */
struct faulty {
    const struct gt_raster_source *source;
    struct gt_raster_sink *sink;
    _Atomic int calls;
    int fail_at;
};

static enum gt_status faulty_read(void *self, int worker, struct gt_window win, void *cells,
                                  int64_t stride, struct gt_err *err)
{
    struct faulty *f = self;
    if (atomic_fetch_add(&f->calls, 1) + 1 == f->fail_at)
        return gt_fail(err, GT_EIO, "the disk was pulled");
    return f->source->read(f->source->self, worker, win, cells, stride, err);
}

static enum gt_status faulty_rows(void *self, int64_t row, int64_t n, const void *cells,
                                  struct gt_err *err)
{
    struct faulty *f = self;
    if (atomic_fetch_add(&f->calls, 1) + 1 == f->fail_at)
        return gt_fail(err, GT_EIO, "the disk is full");
    return f->sink->rows(f->sink->self, row, n, cells, err);
}

/* Runs SMOOTH with a fault at the n-th read or write; gives the calls made. */
static int run_with_fault(int fail_at, bool reading, int threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, SMOOTH);
    struct gt_raster_info info = engine_plane(a, 90, 200, 30);
    info.id = "heights";
    struct faulty f = {.source = gt_memory_source(a, &info, heights(a, 90, 200)),
                       .fail_at = fail_at};
    struct gt_raster_source source = {f.source->info, &f, faulty_read};
    e.bind[0].raster = reading ? &source : f.source;
    static const char *const STEPS[] = {"m", NULL};
    struct gt_plan_opt opt = {.block = 16, .threads = threads};
    const struct gt_plan *p = engine_plan(&e, opt, STEPS);
    void *cells;
    struct gt_raster_sink **sinks = engine_sinks(a, p, &cells);
    f.sink = sinks[0];
    struct gt_raster_sink sink = {&f, faulty_rows}, *only = reading ? f.sink : &sink;
    struct gt_work work = {.pool = threads > 1 ? gt_pool_new(threads) : NULL};
    enum gt_status status = gt_plan_run(a, p, &only, &work, &e.result, &e.err);
    gt_pool_free(work.pool);
    T_EQ_INT(status, f.calls < fail_at ? GT_OK : GT_EIO);
    if (status != GT_OK)
        T_EQ_STR(e.err.text,
                 reading ? "heights: the disk was pulled" : "writing m: the disk is full");
    return f.calls;
}

T_TEST(a_fault_at_any_read_or_write_comes_through)
{
    for (int reading = 0; reading < 2; reading++)
        for (int threads = 1; threads < 4; threads += 2) {
            int n = 1;
            while (run_with_fault(n, reading, threads) >= n)
                n++;
            T_OK(n > 5); /* there were several calls, and each has failed once */
        }
}

/* ---- Stopping ---- */

struct stopper {
    _Atomic bool stop;
    int reports, after;
    double share;
};

static void on_progress(void *ctx, const char *what, double share)
{
    struct stopper *s = ctx;
    (void)what;
    s->share = share;
    if (++s->reports == s->after)
        atomic_store(&s->stop, true);
}

static enum gt_status run_and_stop(struct stopper *s, int threads)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, SMOOTH);
    struct gt_raster_info info = engine_plane(a, 90, 200, 30);
    engine_raster(&e, "dem", &info, heights(a, 90, 200));
    static const char *const STEPS[] = {"m", NULL};
    const struct gt_plan *p = engine_plan(&e, (struct gt_plan_opt){.block = 16}, STEPS);
    void *cells;
    struct gt_raster_sink **sinks = engine_sinks(a, p, &cells);
    struct gt_work work = {.pool = threads > 1 ? gt_pool_new(threads) : NULL,
                           .stop = &s->stop,
                           .on_progress = on_progress,
                           .ctx = s};
    enum gt_status status = gt_plan_run(a, p, sinks, &work, &e.result, &e.err);
    gt_pool_free(work.pool);
    return status;
}

T_TEST(a_run_stops_when_it_is_told_to)
{
    for (int threads = 1; threads < 3; threads++) {
        struct stopper never = {.after = 0};
        T_STATUS(run_and_stop(&never, threads), GT_OK);
        T_EQ_NUM(never.share, 1);
        for (int after = 1; after < never.reports; after++) {
            struct stopper s = {.after = after};
            T_STATUS(run_and_stop(&s, threads), GT_ECANCELLED);
            T_EQ_INT(s.reports, after);
        }
        struct stopper before = {.stop = true};
        T_STATUS(run_and_stop(&before, threads), GT_ECANCELLED);
    }
}

/* ---- Tiles ---- */

/* A source that knows which of its tiles were asked for. */
struct tiled {
    const struct gt_raster_source *source;
    _Atomic int *asked; /* by tile */
    int64_t across, tiles;
};

static enum gt_status tiled_read(void *self, int worker, struct gt_window win, void *cells,
                                 int64_t stride, struct gt_err *err)
{
    const struct tiled *t = self;
    int64_t w = t->source->info.tile_w, h = t->source->info.tile_h;
    for (int64_t y = win.row / h; y <= (win.row + win.h - 1) / h; y++)
        for (int64_t x = win.col / w; x <= (win.col + win.w - 1) / w; x++)
            atomic_fetch_add(&t->asked[y * t->across + x], 1);
    return t->source->read(t->source->self, worker, win, cells, stride, err);
}

struct reading {
    struct gt_raster_info info;
    struct gt_plan_opt opt;
    int64_t shift; /* columns and rows by which the source begins before the master */
};

/* Tiles asked for more than once; *unread: those never asked for. */
static int tiles_twice(const struct reading *r, int *unread)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, DEM "  s: {step: slope, of: dem}\n  m: {step: mean, of: s, "
                                        "window: 11}\noutputs: [m]\n");
    static const char *const STEPS[] = {"m", NULL};
    const struct gt_grid *g = &r->info.grid;
    struct tiled t = {.source = gt_memory_source(a, &r->info, heights(a, g->w, g->h))};
    t.across = (g->w + r->info.tile_w - 1) / r->info.tile_w;
    t.tiles = t.across * ((g->h + r->info.tile_h - 1) / r->info.tile_h);
    t.asked = (_Atomic int *)gt_take_n(a, (size_t)t.tiles, sizeof(_Atomic int));
    struct gt_raster_source source = {r->info, &t, tiled_read};
    e.bind[0].raster = &source;
    const struct gt_plan *p = engine_plan(&e, r->opt, STEPS);
    void *cells;
    struct gt_raster_sink **sinks = engine_sinks(a, p, &cells);
    struct gt_work work = {.pool = r->opt.threads > 1 ? gt_pool_new(r->opt.threads) : NULL};
    T_STATUS_ERR(gt_plan_run(a, p, sinks, &work, &e.result, &e.err), GT_OK, &e.err);
    gt_pool_free(work.pool);
    int twice = 0;
    *unread = 0;
    for (int64_t i = 0; i < t.tiles; i++) {
        twice += t.asked[i] > 1;
        *unread += t.asked[i] == 0;
    }
    return twice;
}

T_TEST(each_tile_is_read_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const struct {
        int64_t w, h, block;
        int tile_w, tile_h, threads;
    } CASE[] = {
        {320, 256, 0, 64, 32, 1},   {320, 256, 50, 64, 32, 2},  {320, 256, 1, 64, 32, 1},
        {300, 250, 100, 64, 32, 2}, {5000, 96, 0, 256, 256, 2}, {5000, 96, 40, 16, 16, 3},
        {200, 300, 33, 200, 1, 2},  {200, 300, 64, 200, 7, 1},
    };
    for (size_t i = 0; i < GT_LEN(CASE); i++) {
        struct reading r = {.info = engine_plane(a, CASE[i].w, CASE[i].h, 30)};
        int unread;
        r.info.tile_w = CASE[i].tile_w;
        r.info.tile_h = CASE[i].tile_h;
        r.opt = (struct gt_plan_opt){.block = CASE[i].block, .threads = CASE[i].threads};
        T_EQ_INT(tiles_twice(&r, &unread), 0);
        T_EQ_INT(unread, 0);
    }
}

T_TEST(a_region_reads_its_own_tiles_once)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct reading r = {.info = engine_plane(a, 640, 640, 30)};
    int unread;
    r.info.tile_w = r.info.tile_h = 64;
    /* With its halo of 6 cells: columns 144..275 and rows 94..205, in tiles 2..4 and 1..3. */
    r.opt = (struct gt_plan_opt){.block = 20, .region = {150, 100, 120, 100}};
    T_EQ_INT(tiles_twice(&r, &unread), 0);
    T_EQ_INT(unread, 100 - 3 * 3);
}

/* ---- Blocks, threads, wide windows ---- */

static void same_cells(const float *x, const float *y, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!(x[i] == y[i] || (isnan(x[i]) && isnan(y[i]))))
            t_fail(T_HERE("x[i] == y[i]"), "cell %lld: %.9g and %.9g", (long long)i, (double)x[i],
                   (double)y[i]);
}

/* Least and greatest value around a cell. */
static double slow_range(const float *z, int64_t col, int64_t row, int r)
{
    double lo = (double)INFINITY, hi = -lo;
    for (int64_t y = row - r; y <= row + r; y++)
        for (int64_t x = col - r; x <= col + r; x++)
            if (x >= 0 && y >= 0 && x < 300 && y < 300) {
                lo = fmin(lo, (double)z[y * 300 + x]);
                hi = fmax(hi, (double)z[y * 300 + x]);
            }
    return hi - lo;
}

T_TEST(a_window_may_be_wider_than_blocks)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, DEM "  r: {step: range, of: dem, window: 201}\n"
                                        "  m: {step: mean, of: r, window: 201}\noutputs: [m]\n");
    struct gt_raster_info info = engine_plane(a, 300, 300, 30);
    float *z = heights(a, 300, 300);
    engine_raster(&e, "dem", &info, z);
    e.block = 64;
    float *r = engine_run(&e, "r");
    for (int64_t i = 0; i < 300; i += 13) {
        T_EQ_NUM(r[i * 300 + 299 - i], (float)slow_range(z, 299 - i, i, 100));
        T_EQ_NUM(r[i], (float)slow_range(z, i, 0, 100));
    }
    float *cut = engine_run(&e, "m");
    e.block = 0;
    e.threads = 2;
    same_cells(cut, engine_run(&e, "m"), 90000);
}

/* Margins add up along the steps: 9 steps of 1023 look 9,207 cells far. */
T_TEST(a_chain_of_wide_steps_looks_far)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf text = {.a = a};
    gt_buf_add(&text, "model: t\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n"
                      "  s0: {kind: raster, unit: m}\nsteps:\n");
    for (int i = 1; i < 10; i++)
        gt_buf_addf(&text, "  s%d: {step: fill_voids, of: s%d, radius: 1023}\n", i, i - 1);
    gt_buf_add(&text, "outputs: [s9]\n");
    struct engine e = engine_new(a, text.p);
    struct gt_raster_info info = engine_plane(a, 20000, 1, 30), coarse = info;
    engine_raster(&e, "dem", &info, GT_TAKE_N(a, float, 20000));
    coarse.crs = engine_crs(a, "EPSG:4490");
    coarse.grid = (struct gt_grid){100, 2, 86.5, 28.95, 0.07, 0.07};
    engine_raster(&e, "s0", &coarse, heights(a, 100, 2));
    static const char *const LAST[] = {"s9", NULL};
    struct gt_plan_opt opt = {.region = {9000, 0, 3, 1}};
    const struct gt_plan *p = engine_plan(&e, opt, LAST);
    void *cells;
    struct gt_raster_sink **sinks = engine_sinks(a, p, &cells);
    T_STATUS_ERR(gt_plan_run(a, p, sinks, NULL, &e.result, &e.err), GT_OK, &e.err);
    T_OK(isfinite(((const float *)cells)[1]));
}

#define BENCH                                                                                      \
    DEM "  slope: {step: slope, of: dem}\n"                                                        \
        "  relief: {step: range, of: dem, window: 11}\n"                                           \
        "  grade:\n    step: classify\n    of: slope\n    unit: degree\n    classes:\n"            \
        "    - {in: \"(-inf, 2]\", class: 1}\n    - {in: \"(2, 6]\", class: 2}\n"                  \
        "    - {in: \"(6, 15]\", class: 3}\n    - {in: \"(15, inf)\", class: 4}\n"                 \
        "  rough:\n    step: classify\n    of: relief\n    unit: m\n    classes:\n"                \
        "    - {in: \"(-inf, 100]\", class: 1}\n    - {in: \"(100, inf)\", class: 2}\n"            \
        "  fit:\n    step: matrix\n    rows: grade\n    cols: rough\n    matrix: {rows: [1, "      \
        "2, 3, 4], cols: [1, 2], cells: [[5, 4], [4, 3], [3, 2], [1, 1]]}\n"                       \
        "  table: {step: zonal, of: dem, zones: fit, stats: [count, sum, mean, min, max, area]}\n" \
        "outputs: [fit]\n"

static const uint8_t *run_bench(struct gt_arena *a, int threads, int64_t block,
                                struct gt_run_result *result)
{
    struct engine e = engine_new(a, BENCH);
    struct gt_raster_info info = engine_plane(a, 1000, 1000, 30);
    engine_raster(&e, "dem", &info, heights(a, 1000, 1000));
    static const char *const STEPS[] = {"fit", NULL};
    struct gt_plan_opt opt = {.block = block, .threads = threads};
    const struct gt_plan *p = engine_plan(&e, opt, STEPS);
    void *cells;
    struct gt_raster_sink **sinks = engine_sinks(a, p, &cells);
    struct gt_work work = {.pool = threads > 1 ? gt_pool_new(threads) : NULL};
    T_STATUS_ERR(gt_plan_run(a, p, sinks, &work, result, &e.err), GT_OK, &e.err);
    gt_pool_free(work.pool);
    return cells;
}

T_TEST(one_thread_and_two_make_the_same_million_cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_run_result one, two;
    const uint8_t *first = run_bench(a, 1, 0, &one), *second = run_bench(a, 2, 130, &two);
    T_OK(memcmp(first, second, 1000000) == 0);
    T_EQ_INT(one.zonal[0].n, two.zonal[0].n);
    T_OK(one.zonal[0].n == 6); /* five classes, and the edge that has none */
    T_OK(memcmp(one.zonal[0].row, two.zonal[0].row, 6 * sizeof(struct gt_zone_row)) == 0);
    T_EQ_INT(one.zonal[0].row[0].zone, GT_NO_ZONE);
    T_EQ_INT(one.nodata_cells[0], 3996);
    T_EQ_INT(two.nodata_cells[0], 3996);
    int64_t count = 0;
    for (size_t i = 0; i < 6; i++)
        count += one.zonal[0].row[i].count;
    T_EQ_INT(count, 1000000);
}

T_TEST(a_probe_gives_the_runs_cell_of_every_step)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, BENCH);
    struct gt_raster_info info = engine_plane(a, 60, 40, 30);
    engine_raster(&e, "dem", &info, heights(a, 60, 40));
    const float *relief = engine_run(&e, "relief"), *fit = engine_run(&e, "fit");
    double value[ENGINE_STEPS];
    for (int64_t i = 0; i < 2400; i += 171) {
        T_STATUS_ERR(engine_probe(&e, i % 60, i / 60, value), GT_OK, &e.err);
        T_EQ_NUM(value[gt_model_step(e.m, "relief")], relief[i]);
        T_EQ_NUM(value[gt_model_step(e.m, "fit")], fit[i]);
        T_OK(isnan(value[gt_model_step(e.m, "table")]));
    }
    T_STATUS(engine_probe(&e, 60, 0, value), GT_EUSE);
}
