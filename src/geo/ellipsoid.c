/* ellipsoid.c: radii of curvature, and areas between parallels in closed form. */
#include "geo_int.h"

static double square(double v)
{
    return v * v;
}

/* By the distance from the pole, so that it keeps its digits there. */
static double cosine(double lat_deg)
{
    return sin((90 - fabs(lat_deg)) * GT_RAD);
}

struct gt_radii gt_radii_at(double a, double f, double lat_deg)
{
    double e2 = f * (2 - f), s = sin(lat_deg * GT_RAD);
    double w2 = 1 - e2 * s * s, n = a / sqrt(w2);
    return (struct gt_radii){.parallel = n * cosine(lat_deg), .meridian = n * (1 - e2) / w2};
}

/* The area from the equator to sine s is b²/2 (s/(1 - e²s²) + atanh(es)/e) a radian of longitude
 * (Snyder 1987, 3-12). The difference of two of them is formed from the difference d of the sines,
 * by the addition theorem of atanh, so that nothing cancels however thin the zone is. */
double gt_zone_mid_m2(double a, double f, double lat_mid, double dlat, double dlon)
{
    double e2 = f * (2 - f), e = sqrt(e2);
    double s0 = sin((lat_mid - dlat / 2) * GT_RAD), s1 = sin((lat_mid + dlat / 2) * GT_RAD);
    double d = 2 * cosine(lat_mid) * sin(dlat / 2 * GT_RAD);
    double u = d / (1 - e2 * s0 * s1);
    double rational = d * (1 + e2 * s0 * s1) / ((1 - e2 * s0 * s0) * (1 - e2 * s1 * s1));
    double transcendent = e > 0 ? atanh(e * u) / e : u;
    return square(a * (1 - f)) / 2 * (rational + transcendent) * dlon * GT_RAD;
}

double gt_zone_m2(double a, double f, double lat0, double lat1, double dlon)
{
    return gt_zone_mid_m2(a, f, (lat0 + lat1) / 2, lat1 - lat0, dlon);
}
