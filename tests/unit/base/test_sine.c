/* test_sine.c: the sine of degrees against the library's, and where it must be exact. */
#include "guotu/base.h"
#include "t.h"

#include <math.h>

T_TEST(sine_is_exact_at_right_angles)
{
    T_OK(gt_sin_deg(0) == 0);
    T_OK(gt_sin_deg(90) == 1);
    T_OK(gt_sin_deg(180) == 0);
    T_OK(gt_sin_deg(270) == -1);
    T_OK(gt_sin_deg(-90) == -1);
    T_OK(gt_sin_deg(450) == 1);
    T_OK(isnan(gt_sin_deg((double)INFINITY)));
    T_OK(isnan(gt_sin_deg((double)NAN)));
}

T_TEST(sine_follows_the_library)
{
    for (int i = -7200; i <= 7200; i++) {
        double deg = i * 0.1, expected = sin(deg * (M_PI / 180));
        T_OK(fabs(gt_sin_deg(deg) - expected) <= 4e-15);
    }
}
