/* exact.c: on which side of an edge or of a ring a point lies, exactly. The sign of a determinant
 * is taken in doubles where a bound of its error allows it, else of its exact value as a sum of
 * doubles that do not overlap (Shewchuk 1997, Adaptive precision floating-point arithmetic). */
#include "guotu/geo.h"

#include <float.h>
#include <math.h>

/* a + b = sum + rest, exactly. */
static double two_sum(double a, double b, double *rest)
{
    double sum = a + b, bb = sum - a;
    *rest = (a - (sum - bb)) + (b - bb);
    return sum;
}

enum { TERMS = 16 };

/* Adds v to the expansion e of n terms, smallest first; returns n + 1. */
static int grow(double *e, int n, double v)
{
    for (int i = 0; i < n; i++)
        v = two_sum(v, e[i], &e[i]);
    e[n] = v;
    return n + 1;
}

static int add_product(double *e, int n, double a, double b)
{
    double p = a * b;
    n = grow(e, n, fma(a, b, -p));
    return grow(e, n, p);
}

/* The sign of (a0 + a1)(b0 + b1) - (c0 + c1)(d0 + d1). */
static int exact_sign(const double a[2], const double b[2], const double c[2], const double d[2])
{
    double e[TERMS];
    int n = 0;
    for (int i = 1; i >= 0; i--)
        for (int j = 1; j >= 0; j--) {
            n = add_product(e, n, a[i], b[j]);
            n = add_product(e, n, -c[i], d[j]);
        }
    while (n > 0 && e[n - 1] == 0)
        n--;
    return n == 0 ? 0 : e[n - 1] > 0 ? 1 : -1;
}

int gt_orient(const double p[2], const double q[2], const double r[2])
{
    double left = (p[0] - r[0]) * (q[1] - r[1]), right = (p[1] - r[1]) * (q[0] - r[0]);
    double det = left - right;
    /* 3 eps + 16 eps² of Shewchuk's orient2d, with eps half of DBL_EPSILON */
    double bound = (1.5 * DBL_EPSILON + 4 * DBL_EPSILON * DBL_EPSILON) * (fabs(left) + fabs(right));
    if (det > bound || -det > bound)
        return det > 0 ? 1 : -1;
    if (isnan(det))
        return 0;
    double a[2], b[2], c[2], d[2];
    a[0] = two_sum(p[0], -r[0], &a[1]);
    b[0] = two_sum(q[1], -r[1], &b[1]);
    c[0] = two_sum(p[1], -r[1], &c[1]);
    d[0] = two_sum(q[0], -r[0], &d[1]);
    return exact_sign(a, b, c, d);
}

enum gt_side gt_ring_side(const double *xy, size_t n, double x, double y)
{
    const double at[2] = {x, y};
    bool in = false;
    if (!isfinite(x) || !isfinite(y))
        return GT_OUTSIDE;
    for (size_t i = 0; i + 1 < n; i++) {
        const double *p = xy + 2 * i, *q = p + 2;
        if ((p[1] < y && q[1] < y) || (p[1] > y && q[1] > y) || (p[0] < x && q[0] < x))
            continue;
        bool crosses = (p[1] > y) != (q[1] > y);
        if (p[0] > x && q[0] > x) {
            in ^= crosses;
            continue;
        }
        int turn = gt_orient(p, q, at);
        if (turn == 0 && isfinite(p[0] + p[1] + q[0] + q[1]))
            return GT_ON_BORDER;
        if (crosses)
            in ^= (turn > 0) == (q[1] > p[1]);
    }
    return in ? GT_INSIDE : GT_OUTSIDE;
}
