/* What a plan says before it runs, and what it refuses. */
#include "engine.h"

#include <string.h>

#define MODEL                                                                              \
    "model: t\ninputs:\n"                                                                  \
    "  dem: {kind: raster, role: dem, unit: m, master: true}\n"                            \
    "  soil: {kind: raster, role: soil, cells: class, optional: true}\n"                   \
    "  town: {kind: polygons, role: town, optional: true}\n"                               \
    "steps:\n"                                                                             \
    "  slope: {step: slope, of: dem}\n"                                                    \
    "  smooth: {step: mean, of: slope, window: 21}\n"                                      \
    "  relief: {step: range, of: dem, window: 11}\n"                                       \
    "  soil_class: {step: classify, of: soil, classes: [{is: 1, class: 1}], other: 300}\n" \
    "  town_cells: {step: rasterise, of: town}\n"                                          \
    "outputs: [smooth, relief]\n"

static const char *const BOTH[] = {"smooth", "relief", NULL};

/* The model with heights bound to `dem`. */
static struct engine with_dem(struct gt_arena *a, int64_t w, int64_t h)
{
    struct engine e = engine_new(a, MODEL);
    struct gt_raster_info info = engine_plane(a, w, h, 30);
    info.id = "heights";
    engine_raster(&e, "dem", &info, GT_TAKE_N(a, float, 4));
    return e;
}

static const struct gt_json *described(struct gt_arena *a, const struct gt_plan *p)
{
    struct gt_json *obj = gt_json_obj(a);
    gt_plan_describe(p, obj);
    return obj;
}

static const struct gt_json *step_of(const struct gt_json *plan, const char *name)
{
    const struct gt_json *steps = gt_json_get(gt_json_at(gt_json_get(plan, "passes"), 0), "steps");
    for (size_t i = 0; i < gt_json_len(steps); i++)
        if (strcmp(gt_json_str(gt_json_get(gt_json_at(steps, i), "step"), ""), name) == 0)
            return gt_json_at(steps, i);
    return NULL;
}

static int64_t number(const struct gt_json *obj, const char *key)
{
    return gt_json_int(gt_json_get(obj, key), -1);
}

T_TEST(a_plan_says_how_far_each_step_looks)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 1000, 800);
    const struct gt_plan *p = engine_plan(&e, (struct gt_plan_opt){.threads = 2}, BOTH);
    const struct gt_json *plan = described(a, p);
    T_EQ_INT(number(gt_json_at(gt_json_get(plan, "passes"), 0), "halo"), 11);
    T_EQ_INT(number(step_of(plan, "dem"), "halo"), 11); /* 10 around the mean, 1 around the slope */
    T_EQ_INT(number(step_of(plan, "slope"), "halo"), 10);
    T_EQ_INT(number(step_of(plan, "smooth"), "halo"), 0);
    T_EQ_INT(number(step_of(plan, "smooth"), "window"), 21);
    T_EQ_INT(number(step_of(plan, "relief"), "window"), 11);
    T_EQ_STR(gt_json_str(gt_json_get(step_of(plan, "dem"), "how"), ""), "read on its own grid");
    T_OK(!gt_json_bool(gt_json_get(step_of(plan, "slope"), "written"), true));
    T_EQ_STR(gt_json_str(gt_json_get(step_of(plan, "smooth"), "cells"), ""), "f32");
    T_OK(step_of(plan, "soil") == NULL); /* nobody asked */
    T_EQ_INT(number(gt_json_get(plan, "io"), "read"), 1000 * 800 * 4);
    T_EQ_INT(number(gt_json_get(plan, "io"), "written"), 2 * 1000 * 800 * 4);
    T_EQ_INT(number(gt_json_get(plan, "io"), "temporary"), 0);
    T_EQ_INT(number(gt_json_get(plan, "memory"), "total"), gt_plan_memory(p));
    T_EQ_INT(number(plan, "threads"), 2);
}

T_TEST(memory_grows_with_the_width_alone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t memory[3];
    static const int64_t SIZE[3][2] = {{20000, 5000}, {20000, 200000}, {40000, 5000}};
    for (int i = 0; i < 3; i++) {
        struct engine e = with_dem(a, SIZE[i][0], SIZE[i][1]);
        memory[i] = gt_plan_memory(engine_plan(&e, (struct gt_plan_opt){0}, BOTH));
    }
    T_EQ_INT(memory[0], memory[1]);
    T_OK(memory[2] > memory[0] && memory[2] < 2 * memory[0]);
    T_OK(memory[0] < (size_t)512 << 20);
}

/* ---- Refusals ---- */

T_TEST(what_does_not_fit_in_memory_is_refused_at_the_start)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 20000, 5000);
    const struct gt_plan *p;
    size_t before = gt_memory_limit();
    gt_memory_limit_set((size_t)16 << 20);
    enum gt_status big = engine_plan_try(&e, (struct gt_plan_opt){0}, BOTH, &p);
    struct gt_err why = e.err;
    enum gt_status small = engine_plan_try(&e, (struct gt_plan_opt){.block = 16}, BOTH, &p);
    gt_memory_limit_set(before);
    T_EQ_INT(big, GT_ETOOBIG);
    T_HAS(why.text, "may use 16 MB: give a smaller --block");
    T_STATUS_ERR(small, GT_OK, &e.err);
}

T_TEST(an_input_beside_the_grid_is_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 100, 100);
    static const char *const SOIL[] = {"soil_class", NULL};
    const struct gt_plan *p;
    struct gt_raster_info soil = engine_plane(a, 10, 10, 30);
    soil.id = "soil map";
    soil.grid.x0 += 30 * 100;
    engine_raster(&e, "soil", &soil, GT_TAKE_N(a, float, 100));
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, SOIL, &p), GT_EINPUT);
    T_HAS(e.err.text, "soil map does not meet heights");
    soil.crs = engine_crs(a, "EPSG:4490");
    soil.grid = (struct gt_grid){10, 10, 100, 28.9, 0.01, 0.01};
    engine_raster(&e, "soil", &soil, GT_TAKE_N(a, float, 100));
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, SOIL, &p), GT_EINPUT);
    T_HAS(e.err.text, "step soil: raster soil map does not meet heights");
}

T_TEST(a_layer_beside_the_grid_is_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 100, 100);
    static const char *const TOWN[] = {"town_cells", NULL};
    const struct gt_plan *p;
    const double ring[] = {400000, 3100000, 401000, 3100000, 401000, 3101000, 400000, 3100000};
    engine_layer(&e, "town",
                 engine_shape(a, engine_crs(a, "EPSG:4538"), GT_SHAPE_POLYGON, ring, 4));
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, TOWN, &p), GT_EINPUT);
    T_HAS(e.err.text, "x 400000 to 401000");
    T_HAS(e.err.text, "do not meet the raster heights");
}

T_TEST(a_missing_or_wrong_input_is_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, MODEL);
    static const char *const SOIL[] = {"soil_class", NULL}, *const TOWN[] = {"town_cells", NULL};
    const struct gt_plan *p;
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, BOTH, &p), GT_EINPUT);
    T_HAS(e.err.text, "input dem, which gives the grid, is no raster");
    e = with_dem(a, 10, 10);
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, SOIL, &p), GT_EINPUT);
    T_HAS(e.err.text, "expected a raster as input soil");
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, TOWN, &p), GT_EINPUT);
    T_HAS(e.err.text, "expected a vector layer as input of step town_cells");
}

T_TEST(a_region_lies_inside_the_grid)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 100, 50);
    const struct gt_plan *p;
    static const struct gt_window BAD[] = {
        {-1, 0, 5, 5}, {0, 46, 5, 5}, {96, 0, 5, 5}, {0, 0, 5, 0}, {0, 0, -5, 5}};
    for (size_t i = 0; i < GT_LEN(BAD); i++)
        T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){.region = BAD[i]}, BOTH, &p), GT_EUSE);
    struct gt_plan_opt good = {.region = {95, 45, 5, 5}};
    struct gt_raster_info out = gt_plan_output(engine_plan(&e, good, BOTH), 1);
    T_EQ_STR(out.id, "relief");
    T_EQ_INT(out.grid.w, 5);
    T_EQ_NUM(out.grid.x0, 500000 + 95 * 30);
    T_EQ_NUM(out.grid.y0, 3200000 - 45 * 30);
}

T_TEST(codes_that_cells_cannot_hold_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 10, 10);
    static const char *const SOIL[] = {"soil_class", NULL};
    const struct gt_plan *p;
    struct gt_raster_info soil = engine_plane(a, 10, 10, 30);
    soil.id = "soil map";
    soil.type = GT_I32;
    soil.has_nodata = false;
    int32_t *cells = GT_TAKE_N(a, int32_t, 100);
    cells[42] = 16777217;
    engine_raster(&e, "soil", &soil, cells);
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, SOIL, &p), GT_EINPUT);
    T_HAS(e.err.text, "step soil_class gives the class code 300");
    T_OK(engine_try(&e, "soil_class") == NULL); /* not written as classes: f32 holds 300 */
    T_HAS(e.err.text, "row 4: soil map holds a code beyond 16777216");
}

T_TEST(a_step_without_cells_is_not_written)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = with_dem(a, 10, 10);
    const struct gt_plan *p;
    static const char *const TOWN[] = {"town", NULL}, *const TWICE[] = {"slope", "slope", NULL};
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, TOWN, &p), GT_EUSE);
    T_HAS(e.err.text, "step town has no cells to write");
    T_STATUS(engine_plan_try(&e, (struct gt_plan_opt){0}, TWICE, &p), GT_EUSE);
}
