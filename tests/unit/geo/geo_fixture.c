/* geo_fixture.c: what the tests of module geo share. */
#include "geo_fixture.h"

#include <geodesic.h>

const struct gt_crs *fix_crs(struct gt_arena *a, const char *text)
{
    const struct gt_crs *crs = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_crs_parse(a, text, &crs, &err), GT_OK, &err);
    return crs;
}

struct gt_xform *fix_xform(struct gt_arena *a, const char *from, const char *to)
{
    struct gt_xform *t = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_xform_new(a, fix_crs(a, from), fix_crs(a, to), &t, &err), GT_OK, &err);
    return t;
}

double fix_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(*state >> 11) * 0x1p-53;
}

double fix_geodesic_m(double lon0, double lat0, double lon1, double lat1)
{
    struct geod_geodesic g;
    geod_init(&g, CGCS2000_A, CGCS2000_F);
    double metres = 0;
    geod_inverse(&g, lat0, lon0, lat1, lon1, &metres, NULL, NULL);
    return metres;
}
