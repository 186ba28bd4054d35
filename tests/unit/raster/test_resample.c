/* Inputs on other grids, and what in them is no-data. */
#include "engine.h"

#define TWO(resample)                                                   \
    "model: t\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n" \
    "  other: {kind: raster, unit: m" resample "}\nsteps:\n"            \
    "  o: {step: expression, value: other}\noutputs: [o]\n"

/* An engine whose master has w x h cells. */
static struct engine over(struct gt_arena *a, const char *model, struct gt_raster_info master)
{
    struct engine e = engine_new(a, model);
    size_t n = (size_t)(master.grid.w * master.grid.h);
    engine_raster(&e, "dem", &master, GT_TAKE_N(a, float, n));
    return e;
}

T_TEST(coarse_cells_blend_between_their_centres)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info coarse = engine_plane(a, 2, 1, 100);
    static const float CELLS[] = {0, 10};
    static const double SMOOTH[] = {0, 0, 1.25, 3.75, 6.25, 8.75, 10, 10, NAN};
    static const double NEAREST[] = {0, 0, 0, 0, 10, 10, 10, 10, NAN};
    struct engine e = over(a, TWO(""), engine_plane(a, 9, 1, 25));
    engine_raster(&e, "other", &coarse, CELLS);
    const float *smooth = engine_run(&e, "o");
    e = over(a, TWO(", resample: nearest"), engine_plane(a, 9, 1, 25));
    engine_raster(&e, "other", &coarse, CELLS);
    const float *nearest = engine_run(&e, "o");
    for (int i = 0; i < 9; i++) {
        T_EQ_NUM(smooth[i], SMOOTH[i]);
        T_EQ_NUM(nearest[i], NEAREST[i]);
    }
}

T_TEST(a_missing_cell_does_not_drag_its_neighbours)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info coarse = engine_plane(a, 2, 1, 100);
    coarse.type = GT_I16;
    coarse.nodata = -32768;
    static const int16_t CELLS[] = {-32768, 10};
    struct engine e = over(a, TWO(""), engine_plane(a, 8, 1, 25));
    engine_raster(&e, "other", &coarse, CELLS);
    const float *v = engine_run(&e, "o");
    for (int i = 0; i < 8; i++)
        T_EQ_NUM(v[i], i < 4 ? (double)NAN : 10);
}

/* Values that grow evenly with longitude and latitude say where a cell was looked up. */
static void check_places(struct gt_arena *a, const char *crs)
{
    struct gt_raster_info master = engine_plane(a, 150, 110, 250), degrees = master;
    double corner[2] = {86.9, 28.9};
    struct gt_xform *t;
    master.crs = engine_crs(a, crs);
    degrees.crs = engine_crs(a, "EPSG:4490");
    T_STATUS(gt_xform_new(a, degrees.crs, master.crs, &t, NULL), GT_OK);
    gt_xform_points(t, corner, 1);
    master.grid.x0 = corner[0];
    master.grid.y0 = corner[1];
    degrees.grid = (struct gt_grid){80, 80, 86.6, 29.3, 0.02, 0.02};
    float *v = GT_TAKE_N(a, float, 6400);
    for (int i = 0; i < 6400; i++)
        v[i] = (float)(10000 * 0.02 * (i % 80 + 0.5) + 30000 * 0.02 * (i / 80 + 0.5));
    struct engine e = over(a, TWO(""), master);
    engine_raster(&e, "other", &degrees, v);
    const float *found = engine_run(&e, "o");
    T_STATUS(gt_xform_new(a, master.crs, degrees.crs, &t, NULL), GT_OK);
    for (int i = 0; i < 150 * 110; i++) {
        double at[2] = {gt_grid_x(&master.grid, i % 150 + 0.5),
                        gt_grid_y(&master.grid, i / 150 + 0.5)};
        gt_xform_points(t, at, 1);
        double expected = 10000 * (at[0] - 86.6) + 30000 * (29.3 - at[1]);
        T_NEAR(found[i], expected, 0.6); /* 2 m on the ground */
    }
}

T_TEST(cells_in_another_crs_are_found_to_two_metres)
{
    GT_AUTO_ARENA a = gt_arena_new();
    check_places(a, "EPSG:4538");
    check_places(a, "EPSG:4540"); /* two zones off: 6 degrees from its meridian */
    check_places(a, "tibet-albers");
}

/* ---- What is no-data ---- */

/* A raster shifted west by two cells: its value where it ends, and one cell beyond. */
static void check_end(enum gt_cell_type type, double nodata, const void *cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info info = engine_plane(a, 4, 1, 25);
    struct engine e = over(a, TWO(""), info);
    info.grid.x0 -= 50;
    info.type = type;
    info.nodata = nodata;
    engine_raster(&e, "other", &info, cells);
    const float *v = engine_run(&e, "o");
    T_EQ_NUM(v[0], 7);
    T_EQ_NUM(v[1], 44);
    T_OK(isnan(v[2]) && isnan(v[3]));
}

T_TEST(a_no_data_value_that_cells_cannot_hold_is_none)
{
    static const uint8_t U8[] = {1, 2, 7, 44};
    static const int16_t I16[] = {1, 2, 7, 44};
    static const int32_t I32[] = {1, 2, 7, 44};
    check_end(GT_U8, 300, U8); /* 300 in eight bits is 44 */
    check_end(GT_U8, -9999, U8);
    check_end(GT_U8, 7.5, U8);
    check_end(GT_I16, 65536 + 44, I16);
    check_end(GT_I32, 44.5, I32);
    check_end(GT_I32, -3.4e38, I32);
}

T_TEST(infinite_cells_are_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info info = engine_plane(a, 4, 1, 25);
    struct engine e = over(a, TWO(""), info);
    static const float CELLS[] = {INFINITY, -INFINITY, NAN, 5};
    engine_raster(&e, "other", &info, CELLS);
    const float *v = engine_run(&e, "o");
    T_OK(isnan(v[0]) && isnan(v[1]) && isnan(v[2]) && v[3] == 5);
}

T_TEST(a_probe_beside_an_input_finds_no_data)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = over(a, TWO(""), engine_plane(a, 40, 1, 25));
    struct gt_raster_info coarse = engine_plane(a, 2, 1, 100);
    static const float CELLS[] = {3, 3};
    engine_raster(&e, "other", &coarse, CELLS);
    double value[ENGINE_STEPS];
    T_STATUS_ERR(engine_probe(&e, 30, 0, value), GT_OK, &e.err);
    T_OK(isnan(value[gt_model_step(e.m, "o")]));
    T_EQ_NUM(value[gt_model_step(e.m, "dem")], 0);
}
