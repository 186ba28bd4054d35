/* Means over larger cells, and single cells by their place. */
#include "engine.h"

T_TEST(coarser_cells_are_means)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int16_t Z[] = {1,      2, 3,  4, 5,  /**/ 3, -9, 5, 6,  7,
                                /**/ 8, 8, -9, 9, 10, 8,      8,  9, 12, 20};
    struct gt_raster_info info = engine_plane(a, 5, 4, 10);
    info.type = GT_I16;
    info.nodata = -9;
    const struct gt_raster_source *src = gt_memory_source(a, &info, Z);
    struct gt_grid grid = {4, 2, 500000, 3200000, 20, 20};
    float out[8];
    struct gt_err err = {0};
    T_STATUS_ERR(gt_raster_coarsen(src, &grid, out, NULL, &err), GT_OK, &err);
    T_EQ_NUM(out[0], 2); /* 1 2 3 */
    T_EQ_NUM(out[1], 4.5);
    T_EQ_NUM(out[2], 6);
    T_OK(isnan(out[3])); /* beside the raster */
    T_EQ_NUM(out[4], 8);
    T_EQ_NUM(out[5], 10);
    T_EQ_NUM(out[6], 15);
    double v;
    T_STATUS_ERR(gt_raster_value(src, 500021, 3199999, &v, &err), GT_OK, &err);
    T_EQ_NUM(v, 3);
    T_STATUS_ERR(gt_raster_value(src, 500011, 3199985, &v, &err), GT_OK, &err);
    T_OK(isnan(v)); /* no-data */
    T_STATUS_ERR(gt_raster_value(src, 499999, 3199985, &v, &err), GT_OK, &err);
    T_OK(isnan(v)); /* outside */
}
