/* The smallest circle around points (Welzl 1991), in its incremental form: expected O(n) after a
 * shuffle, which is the same one every time. */
#include "patch_int.h"

struct circle {
    double x, y, r2;
};

static bool inside(const struct circle *c, const double *p)
{
    double dx = p[0] - c->x, dy = p[1] - c->y;
    return dx * dx + dy * dy <= c->r2 * (1 + 1e-12);
}

static struct circle of_two(const double *a, const double *b)
{
    double dx = (b[0] - a[0]) / 2, dy = (b[1] - a[1]) / 2;
    return (struct circle){a[0] + dx, a[1] + dy, dx * dx + dy * dy};
}

/* On one line: around the two that are farthest apart. */
static struct circle of_three(const double *a, const double *b, const double *c)
{
    double bx = b[0] - a[0], by = b[1] - a[1], cx = c[0] - a[0], cy = c[1] - a[1];
    double d = 2 * (bx * cy - by * cx), b2 = bx * bx + by * by, c2 = cx * cx + cy * cy;
    if (d == 0) {
        struct circle ab = of_two(a, b), ac = of_two(a, c), bc = of_two(b, c);
        struct circle most = ab.r2 > ac.r2 ? ab : ac;
        return most.r2 > bc.r2 ? most : bc;
    }
    double x = (cy * b2 - by * c2) / d, y = (bx * c2 - cx * b2) / d;
    return (struct circle){a[0] + x, a[1] + y, x * x + y * y};
}

static void shuffle(double *xy, size_t n)
{
    uint64_t state = 1;
    for (size_t i = n; i > 1; i--) {
        state = state * 6364136223846793005U + 1442695040888963407U;
        size_t k = (size_t)((state >> 33) % i) * 2, last = (i - 1) * 2;
        double x = xy[k], y = xy[k + 1];
        xy[k] = xy[last];
        xy[k + 1] = xy[last + 1];
        xy[last] = x;
        xy[last + 1] = y;
    }
}

/* Around the first i points, with a and the i-th of them on it. */
static struct circle with_two(const double *xy, size_t i, const double *a)
{
    const double *b = xy + 2 * i;
    struct circle c = of_two(a, b);
    for (size_t k = 0; k < i; k++)
        if (!inside(&c, xy + 2 * k))
            c = of_three(a, b, xy + 2 * k);
    return c;
}

static struct circle with_one(const double *xy, size_t i)
{
    const double *a = xy + 2 * i;
    struct circle c = {a[0], a[1], 0};
    for (size_t k = 0; k < i; k++)
        if (!inside(&c, xy + 2 * k))
            c = with_two(xy, k, a);
    return c;
}

double gt_circle_r2(double *xy, size_t n)
{
    shuffle(xy, n);
    struct circle c = {xy[0], xy[1], 0};
    for (size_t i = 1; i < n; i++)
        if (!inside(&c, xy + 2 * i))
            c = with_one(xy, i);
    return c.r2;
}
