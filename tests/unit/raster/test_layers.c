/* Features burnt and distances to them. */
#include "compare.h"
#include "engine.h"

#define INPUTS                                                                                    \
    "inputs:\n  dem: {kind: raster, role: dem, unit: m, master: true}\n  zone: {kind: polygons, " \
    "role: county}\n"

T_TEST(cells_whose_centre_is_inside_are_burnt)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, "model: t\n" INPUTS
                                    "steps:\n  b: {step: rasterise, of: zone}\noutputs: [b]\n");
    struct gt_raster_info info = engine_plane(a, 20, 10, 10);
    engine_raster(&e, "dem", &info, GT_TAKE_N(a, float, 200));
    /* Columns 3..6 by their centres: 35 <= x < 75; rows 2..4. */
    const double x = 500000, y = 3200000;
    const double ring[] = {x + 31,   y - 21, x + 74,   y - 21, x + 74,
                           y - 49.9, x + 31, y - 49.9, x + 31, y - 21};
    engine_layer(&e, "zone", engine_shape(a, info.crs, GT_SHAPE_POLYGON, ring, 5));
    float *b = engine_run(&e, "b");
    for (int r = 0; r < 10; r++)
        for (int c = 0; c < 20; c++)
            T_EQ_NUM(b[r * 20 + c], r >= 2 && r <= 4 && c >= 3 && c <= 6 ? 1 : (double)NAN);
}

T_TEST(distance_is_planar_in_a_zone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(
        a, "model: t\ninputs:\n  dem: {kind: raster, role: dem, unit: m, master: true}\n"
           "  f: {kind: lines, role: fault}\nsteps:\n  d: {step: distance, to: f}\noutputs: [d]\n");
    struct gt_raster_info info = engine_plane(a, 300, 200, 30);
    engine_raster(&e, "dem", &info, GT_TAKE_N(a, float, 60000));
    const double line[] = {500300, 3199000, 505000, 3196000, 507000, 3199500};
    engine_layer(&e, "f", engine_shape(a, info.crs, GT_SHAPE_LINE, line, 3));
    float *d = engine_run(&e, "d");
    for (int r = 0; r < 200; r += 7)
        for (int c = 0; c < 300; c += 7) {
            double px = 500000 + 30 * (c + 0.5), py = 3200000 - 30 * (r + 0.5), best = 1e30;
            for (int k = 0; k < 2; k++) {
                double ax = line[2 * k], ay = line[2 * k + 1];
                double bx = line[2 * k + 2] - ax, by = line[2 * k + 3] - ay;
                double t = ((px - ax) * bx + (py - ay) * by) / (bx * bx + by * by);
                t = t < 0 ? 0 : t > 1 ? 1 : t;
                best = fmin(best, hypot(px - ax - t * bx, py - ay - t * by));
            }
            T_NEAR(d[r * 300 + c], best, 1e-3);
        }
}

/* Many small lines in one corner: more than a tile looks at one by one. */
static const struct gt_shapes *crowd(struct gt_arena *a, const struct gt_raster_info *master)
{
    enum { LINES = 700 };
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(a, int64_t, LINES + 1);
    double *xy = GT_TAKE_N(a, double, 4 * LINES);
    uint64_t state = 11;
    for (int64_t i = 0; i < LINES; i++) {
        double col = 20 * dice_unit(&state), row = 60 + 20 * dice_unit(&state);
        part[i + 1] = i + 1;
        for (int64_t k = 0; k < 2; k++) {
            xy[4 * i + 2 * k] = gt_grid_x(&master->grid, col + dice_unit(&state));
            xy[4 * i + 2 * k + 1] = gt_grid_y(&master->grid, row + dice_unit(&state));
        }
    }
    int64_t *point = GT_TAKE_N(a, int64_t, LINES + 1);
    for (int64_t i = 0; i <= LINES; i++)
        point[i] = 2 * i;
    *s = (struct gt_shapes){.kind = GT_SHAPE_LINE,
                            .crs = master->crs,
                            .n = LINES,
                            .part = part,
                            .point = point,
                            .xy = xy,
                            .box = gt_grid_box(&master->grid)};
    return s;
}

static void check_crowd(struct gt_raster_info master, const char *step)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, gt_printf(a,
                                "model: t\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n"
                                "  f: {kind: lines}\nsteps:\n  d: %s\noutputs: [d]\n",
                                step));
    int64_t n = master.grid.w * master.grid.h;
    engine_raster(&e, "dem", &master, GT_TAKE_N(a, float, (size_t)n));
    engine_layer(&e, "f", crowd(a, &master));
    const float *whole = engine_run(&e, "d");
    e.block = 23; /* tiles are cut elsewhere */
    const float *cut = engine_run(&e, "d");
    struct oracle o;
    T_STATUS_ERR(oracle_new(a, e.bind, e.m->master, &o, &e.err), GT_OK, &e.err);
    T_STATUS_ERR(oracle_step(&o, e.m, gt_model_step(e.m, "d"), &e.err), GT_OK, &e.err);
    const float *expected = o.cells[gt_model_step(e.m, "d")];
    for (int64_t i = 0; i < n; i++) {
        T_OK(compare_same(whole[i], cut[i]));
        T_NEAR(whole[i], expected[i], 1e-6 * fabs((double)expected[i]) + 1e-6);
    }
}

T_TEST(distance_to_many_features_is_the_least)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info master = engine_plane(a, 130, 90, 30);
    check_crowd(master, "{step: distance, to: f}");
    check_crowd(master, "{step: distance, to: f, max: 900}");
    master.crs = engine_crs(a, "EPSG:4490");
    master.grid = (struct gt_grid){130, 90, 87, 62, 0.01, 0.01};
    check_crowd(master, "{step: distance, to: f}");
    master.crs = engine_crs(a, "tibet-albers");
    master.grid = (struct gt_grid){130, 90, 700000, 3000000, 5000, 5000};
    check_crowd(master, "{step: distance, to: f}");
}
