/* Models in several passes: what stands between passes, and that neither threads, blocks nor memory
 * change a cell. */
#include "dice.h"
#include "engine.h"
#include "t.h"

#include "guotu/json.h"

#include <math.h>
#include <string.h>

enum { W = 150, H = 110 };

/* Two levels: the patches of high ground are found on classes of a cumulative share, and their
 * areas are classed and shared out again. */
static const char MODEL[] =
    "model: m\n"
    "inputs:\n"
    "  dem: {kind: raster, unit: m, master: true}\n"
    "  other: {kind: raster, unit: 1, scale: 2, add: 1}\n"
    "steps:\n"
    "  smooth: {step: mean, of: dem, window: 5}\n"
    "  share: {step: cumulative, of: smooth}\n"
    "  high: {step: classify, of: share, unit: fraction, classes: [{in: \"(-inf, 0.3]\", class: "
    "1}, "
    "{in: \"(0.3, inf)\", class: 2}]}\n"
    "  patch: {step: components, of: high, values: [1], give: area}\n"
    "  ground: {step: expression, value: \"coalesce(patch, 0) + other * 0\"}\n"
    "  again: {step: cumulative, of: ground, by: area}\n"
    "  slope: {step: slope, of: dem}\n"
    "  flat: {step: classify, of: slope, cells: measure, unit: degree, classes: [{in: \"(-inf, "
    "inf)\", class: 0}]}\n"
    "  result: {step: expression, value: again + flat + other}\n"
    "  table: {step: zonal, of: again, zones: high, stats: [count, sum]}\n"
    "outputs: [result]\n";

static struct engine new_engine(struct gt_arena *a)
{
    struct engine e = engine_new(a, MODEL);
    struct gt_raster_info info = engine_plane(a, W, H, 30);
    float *dem = GT_TAKE_N(a, float, W *H), *other = GT_TAKE_N(a, float, W *H);
    uint64_t state = 7;
    for (int i = 0; i < W * H; i++) {
        dem[i] = (float)(4000 + 300 * dice_unit(&state));
        other[i] = (float)(i % 10);
        if (i % 97 == 0)
            dem[i] = NAN;
    }
    info.type = GT_F32;
    engine_raster(&e, "dem", &info, dem);
    engine_raster(&e, "other", &info, other);
    return e;
}

static const float *run(struct gt_arena *a, const char *step, int threads, int64_t block)
{
    struct engine e = new_engine(a);
    e.threads = threads;
    e.block = block;
    return engine_run(&e, step);
}

T_TEST(threads_and_blocks_change_no_cell)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const char *const STEPS[] = {"share", "patch", "again", "result"};
    for (size_t i = 0; i < GT_LEN(STEPS); i++) {
        const float *one = run(a, STEPS[i], 1, 0);
        T_OK(memcmp(one, run(a, STEPS[i], 3, 16), W * H * sizeof *one) == 0);
        T_OK(memcmp(one, run(a, STEPS[i], 2, 37), W * H * sizeof *one) == 0);
    }
}

T_TEST(passes_mean_what_single_runs_mean)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = new_engine(a);
    const float *high = engine_run(&e, "high"), *patch = engine_run(&e, "patch");
    const float *again = engine_run(&e, "again"), *result = engine_run(&e, "result");
    /* The patches of the classes, found in a model of their own. */
    struct engine alone = engine_new(a, "model: m\ninputs:\n  high: {kind: raster, cells: class, "
                                        "master: true}\nsteps:\n  patch: {step: components, of: "
                                        "high, values: [1], give: area}\noutputs: [patch]\n");
    struct gt_raster_info info = engine_plane(a, W, H, 30);
    uint8_t *classes = GT_TAKE_N(a, uint8_t, W * H);
    for (int i = 0; i < W * H; i++)
        classes[i] = high[i] == high[i] ? (uint8_t)high[i] : 0;
    info.type = GT_U8;
    info.has_nodata = true;
    engine_raster(&alone, "high", &info, classes);
    const float *expected = engine_run(&alone, "patch");
    int found = 0;
    for (int i = 0; i < W * H; i++) {
        T_OK(patch[i] == expected[i] || (isnan(patch[i]) && isnan(expected[i])));
        T_OK(isnan(result[i]) == (isnan(again[i]) || isnan(result[i])));
        found += !isnan(patch[i]);
        if (!isnan(result[i])) /* other is scaled: 2 x + 1 */
            T_OK(fabsf(result[i] - again[i] - (float)(2 * (i % 10) + 1)) < 1e-4f);
    }
    T_OK(found > 100);
}

T_TEST(tables_take_what_global_steps_give)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = new_engine(a);
    const float *again = engine_run(&e, "again");
    double sum = 0;
    for (int i = 0; i < W * H; i++)
        sum += isnan(again[i]) ? 0 : (double)again[i];
    T_OK(engine_try(&e, "table") != NULL);
    double zones = 0;
    for (size_t i = 0; i < e.result.zonal[0].n; i++)
        zones += e.result.zonal[0].row[i].sum;
    T_OK(fabs(zones - sum) < 1e-6 * sum);
}

T_TEST(one_cell_is_asked_as_it_is_run)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = new_engine(a);
    const float *result = engine_run(&e, "result"), *patch = engine_run(&e, "patch");
    double value[ENGINE_STEPS];
    for (int i = 3; i < W * H; i += 3001) {
        T_STATUS_ERR(engine_probe(&e, i % W, i / W, value), GT_OK, &e.err);
        double r = value[gt_model_step(e.m, "result")], p = value[gt_model_step(e.m, "patch")];
        T_OK(r == (double)result[i] || (isnan(r) && isnan(result[i])));
        T_OK(p == (double)patch[i] || (isnan(p) && isnan(patch[i])));
    }
}

T_TEST(a_plan_says_what_stands_between_passes)
{
    static const char *const WRITE[] = {"result", NULL};
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = new_engine(a);
    struct gt_plan_opt opt = {.threads = 2, .scratch_dir = "/tmp"};
    struct gt_json *plan = gt_json_obj(a);
    gt_plan_describe(engine_plan(&e, opt, WRITE), plan);
    const struct gt_json *passes = gt_json_get(plan, "passes");
    static const char *const BETWEEN[] = {"share", "patch", "again"};
    T_EQ_INT(gt_json_len(passes), 4);
    for (size_t i = 0; i < 3; i++) {
        const struct gt_json *then = gt_json_get(gt_json_at(passes, i), "then");
        T_EQ_INT(gt_json_len(then), 1);
        T_EQ_STR(gt_json_str(gt_json_get(gt_json_at(then, 0), "step"), ""), BETWEEN[i]);
        T_OK(gt_json_int(gt_json_get(gt_json_at(then, 0), "disk"), 0) >= (int64_t)(W * H * 4));
    }
    T_EQ_INT(gt_json_len(gt_json_get(gt_json_at(passes, 3), "then")), 0);
    /* Three results and the largest inputs of a level. */
    T_OK(gt_json_int(gt_json_get(gt_json_get(plan, "io"), "temporary"), 0) >=
         (int64_t)(3 * W * H * 4));
}

T_TEST(a_folder_that_is_not_there_is_no_matter_for_small_rasters)
{
    static const char *const WRITE[] = {"result", NULL};
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = new_engine(a);
    struct gt_plan_opt opt = {.scratch_dir = "/nowhere/at/all"};
    const struct gt_plan *p = engine_plan(&e, opt, WRITE);
    void *cells[ENGINE_STEPS];
    struct gt_raster_sink **sinks = engine_sinks(a, p, cells);
    struct gt_run_result result;
    T_STATUS_ERR(gt_plan_run(a, p, sinks, NULL, &result, &e.err), GT_OK, &e.err);
}
