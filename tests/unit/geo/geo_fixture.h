/* geo_fixture.h: what the tests of module geo share. */
#ifndef GUOTU_TEST_GEO_FIXTURE_H
#define GUOTU_TEST_GEO_FIXTURE_H

#include "guotu/geo.h"
#include "t.h"

#define CGCS2000_A 6378137.0
#define CGCS2000_F (1 / 298.257222101)

/* Both end the test when they fail. */
const struct gt_crs *fix_crs(struct gt_arena *a, const char *text);
struct gt_xform *fix_xform(struct gt_arena *a, const char *from, const char *to);
/* The same numbers at every run, 0 to below 1. */
double fix_random(uint64_t *state);
/* Metres along the geodesic on the ellipsoid of CGCS2000; degrees. */
double fix_geodesic_m(double lon0, double lat0, double lon1, double lat1);

#endif
