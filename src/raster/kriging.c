/* Weights of ordinary kriging: Cressie 1993, Statistics for Spatial Data, 3.2: the semivariances
 * among the neighbours bordered by ones, against those to the place. Solved by elimination with row
 * exchanges (the bordered matrix is not positive definite). Cost: n^3 / 3 where the neighbours are
 * others than before, else n^2. */
#include "interpolate_int.h"

#include <math.h>
#include <string.h>

double gt_variogram_at(const struct gt_variogram *v, double h_m)
{
    double t = h_m / v->range_m;
    if (h_m <= 0)
        return 0;
    if (v->exponential)
        return v->nugget + (v->sill - v->nugget) * (1 - exp(-3 * t));
    return t >= 1 ? v->sill : v->nugget + (v->sill - v->nugget) * (1.5 * t - 0.5 * t * t * t);
}

/* ---- A small dense system ---- */

static void exchange(struct gt_kriging *k, int m, int p, int q)
{
    for (int j = 0; j < m && p != q; j++) {
        double swap = k->lu[p * m + j];
        k->lu[p * m + j] = k->lu[q * m + j];
        k->lu[q * m + j] = swap;
    }
}

static void factorise(struct gt_kriging *k, int m)
{
    for (int c = 0; c < m; c++) {
        int best = c;
        for (int i = c + 1; i < m; i++)
            if (fabs(k->lu[i * m + c]) > fabs(k->lu[best * m + c]))
                best = i;
        k->pivot[c] = best;
        exchange(k, m, c, best);
        for (int i = c + 1; i < m; i++) {
            double f = k->lu[i * m + c] /= k->lu[c * m + c];
            for (int j = c + 1; j < m; j++)
                k->lu[i * m + j] -= f * k->lu[c * m + j];
        }
    }
}

static void solve(const struct gt_kriging *k, int m, double *b)
{
    for (int c = 0; c < m; c++) {
        double swap = b[c];
        b[c] = b[k->pivot[c]];
        b[k->pivot[c]] = swap;
    }
    for (int c = 0; c < m; c++)
        for (int i = c + 1; i < m; i++)
            b[i] -= k->lu[i * m + c] * b[c];
    for (int c = m - 1; c >= 0; c--) {
        for (int j = c + 1; j < m; j++)
            b[c] -= k->lu[c * m + j] * b[j];
        b[c] /= k->lu[c * m + c];
    }
}

/* ---- Neighbours ---- */

static double between(const struct gt_kriging *k, struct gt_place p, struct gt_place q)
{
    return gt_variogram_at(k->variogram, gt_place_distance(p, q));
}

static void prepare(struct gt_kriging *k, int n, const int64_t *point)
{
    int m = n + 1;
    k->n = n;
    memcpy(k->point, point, (size_t)n * sizeof *point);
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < n; j++)
            k->lu[i * m + j] = between(k, k->places[point[i]], k->places[point[j]]);
        k->lu[i * m + n] = k->lu[n * m + i] = 1;
    }
    k->lu[n * m + n] = 0;
    factorise(k, m);
}

void gt_kriging_weights(struct gt_kriging *k, int n, const int64_t *point, struct gt_place at,
                        double *weight)
{
    double b[GT_NEAREST_MAX + 1];
    if (n == 1) {
        weight[0] = 1;
        return;
    }
    if (k->n != n || memcmp(k->point, point, (size_t)n * sizeof *point) != 0)
        prepare(k, n, point);
    for (int i = 0; i < n; i++)
        b[i] = between(k, k->places[point[i]], at);
    b[n] = 1;
    solve(k, n + 1, b);
    memcpy(weight, b, (size_t)n * sizeof *weight);
}
