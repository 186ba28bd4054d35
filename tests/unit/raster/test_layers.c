/* Features burnt and distances to them. */
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
