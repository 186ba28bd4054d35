/* test_area.c: ground of polygons on the ellipsoid. */
#include "geo_fixture.h"

#include <math.h>

/* A degree square with a hole of a tenth of a degree: bounded by meridians and parallels, which
 * have an exact formula. */
T_TEST(area_of_a_square_with_a_hole)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_crs *crs;
    T_STATUS_ERR(gt_crs_parse(a, "EPSG:4490", &crs, &err), GT_OK, &err);
    static const double xy[] = {88,   30,   89,   30,   89,   31,   88,   31,   88,   30,
                                88.4, 30.4, 88.5, 30.4, 88.5, 30.5, 88.4, 30.5, 88.4, 30.4};
    static const int64_t part[] = {0, 2, 3}, point[] = {0, 5, 10, 15};
    double all[30];
    for (int i = 0; i < 20; i++)
        all[i] = xy[i];
    for (int i = 0; i < 10; i++)
        all[20 + i] = xy[i];
    struct gt_shapes s = {.kind = GT_SHAPE_POLYGON,
                          .crs = crs,
                          .n = 2,
                          .part = part,
                          .point = point,
                          .xy = all,
                          .box = {88, 30, 89, 31}};
    double m2[2];
    T_STATUS_ERR(gt_shapes_area_m2(a, &s, m2, &err), GT_OK, &err);
    double whole = gt_zone_m2(crs->a, crs->f, 30, 31, 1);
    double hole = gt_zone_m2(crs->a, crs->f, 30.4, 30.5, 0.1);
    T_OK(fabs(m2[1] - whole) < 300);
    T_OK(fabs(m2[0] - (whole - hole)) < 300);
    T_OK(whole > 1e10 && hole > 1e8);
}
