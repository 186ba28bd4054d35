/* sine.c: the sine of an angle in degrees from products and sums alone, so that it is the same bit
 * for bit on every machine and library. */
#include "guotu/base.h"

#include <math.h>

#define RADIANS 0.017453292519943295 /* of a degree */

/* Taylor's series, to within a rounding for angles up to 45 degrees. */
static double series(double x, double first, int from)
{
    double term = first, sum = first;
    for (int k = from; k < from + 18; k += 2) {
        term = -term * x * x / (k * (k + 1));
        sum += term;
    }
    return sum;
}

double gt_sin_deg(double deg)
{
    double r = fmod(deg, 360);
    if (!isfinite(r))
        return (double)NAN;
    if (r < 0)
        return -gt_sin_deg(-r);
    if (r >= 180)
        return -gt_sin_deg(r - 180);
    r = r > 90 ? 180 - r : r;
    double x = (r > 45 ? 90 - r : r) * RADIANS;
    return r > 45 ? series(x, 1, 1) : series(x, x, 2);
}
