/* areal.c: area forms: the ground beside an edge of a CRS, without transforming its points.
 *
 * By Green's theorem the ground inside a ring is the integral of P dy along it, P being the
 * integral of J over x, and J the ground of a unit of the CRS's plane. Projected: J from PROJ's
 * inverse at the nodes of a Chebyshev grid, by differences of the sixth order; its series is
 * integrated over x term by term. Geographic: J depends on the latitude alone, and the integral
 * over latitude is the series of the trapezoid formula. */
#include "geo_int.h"

#include <string.h>

enum {
    MOST = 48,          /* terms of a series in one direction */
    TRAPEZOID_TERMS = 5 /* A to E */
};

struct gt_areal {
    bool geographic;
    double trapezoid[TRAPEZOID_TERMS]; /* of sin B, sin 3B..., m2 a radian; with their signs */
    double x, y, rx, ry;               /* middle and half size of the box */
    size_t nx, ny;                     /* terms of P */
    const double *p;                   /* p[i * ny + j] of T_i(x) T_j(y), m2 a unit of y */
    size_t n_nodes;                    /* pairs of nodes to both sides of an edge's middle */
    const double *node, *weight;
};

/* ---- Geographic ---- */

/* The coefficients as the technical rules of the land surveys have them (椭球面积计算公式). */
static void trapezoid_terms(struct gt_areal *f, double a, double flat)
{
    double e2 = flat * (2 - flat), e4 = e2 * e2, e6 = e4 * e2, e8 = e4 * e4;
    double b2 = a * (1 - flat) * a * (1 - flat);
    f->trapezoid[0] = b2 * (1 + 3 * e2 / 6 + 30 * e4 / 80 + 35 * e6 / 112 + 630 * e8 / 2304);
    f->trapezoid[1] = -b2 * (e2 / 6 + 15 * e4 / 80 + 21 * e6 / 112 + 420 * e8 / 2304);
    f->trapezoid[2] = b2 * (3 * e4 / 80 + 7 * e6 / 112 + 180 * e8 / 2304);
    f->trapezoid[3] = -b2 * (e6 / 112 + 45 * e8 / 2304);
    f->trapezoid[4] = b2 * 5 * e8 / 2304;
}

/* sin x / x */
static double sinc(double x)
{
    return fabs(x) < 1e-4 ? 1 - x * x / 6 : sin(x) / x;
}

/* The mean of sin kB over an edge is sin(k Bm) sinc(k dB/2); both by angle addition from k = 1. */
static double geographic_edge(const struct gt_areal *f, double x0, double y0, double x1, double y1)
{
    double dlon = (x1 - x0) * GT_RAD, middle = (y0 + y1) / 2 * GT_RAD;
    double half = (y1 - y0) / 2 * GT_RAD, s = sin(middle), c = cos(middle);
    double s2 = 2 * s * c, c2 = 1 - 2 * s * s, sum = 0;
    for (int k = 0; k < TRAPEZOID_TERMS; k++) {
        sum += f->trapezoid[k] * s * sinc((2 * k + 1) * half);
        double next = s * c2 + c * s2;
        c = c * c2 - s * s2;
        s = next;
    }
    return -sum * dlon;
}

/* ---- The scale of a projection ---- */

/* The difference of 6th order of values at -3, -2, -1, 1, 2, 3 steps. */
static double slope(const double v[6], double step)
{
    return ((v[5] - v[0]) - 9 * (v[4] - v[1]) + 45 * (v[3] - v[2])) / (60 * step);
}

static const double stencil[6] = {-3, -2, -1, 1, 2, 3};
static const double step_m = 1e4;

struct scale {
    PJ *to_degrees;
    double a, f, step;
};

/* m2 of ground a square unit of the plane; NaN outside the domain. */
static double scale_at(const struct scale *s, double x, double y)
{
    double at[26] = {x, y}, lon[6], lat[6], d[2][2];
    for (int i = 0; i < 6; i++) {
        at[2 + 2 * i] = x + stencil[i] * s->step;
        at[3 + 2 * i] = y;
        at[14 + 2 * i] = x;
        at[15 + 2 * i] = y + stencil[i] * s->step;
    }
    gt_proj_pairs(s->to_degrees, PJ_FWD, at, 13);
    for (int way = 0; way < 2; way++) {
        for (int i = 0; i < 6; i++) {
            lon[i] = remainder(at[2 + 12 * way + 2 * i] - at[0], 360);
            lat[i] = at[3 + 12 * way + 2 * i];
        }
        d[way][0] = slope(lon, s->step) * GT_RAD;
        d[way][1] = slope(lat, s->step) * GT_RAD;
    }
    struct gt_radii r = gt_radii_at(s->a, s->f, at[1]);
    return fabs(d[0][0] * d[1][1] - d[0][1] * d[1][0]) * r.parallel * r.meridian;
}

/* ---- The series ---- */

static double node_at(size_t i, size_t n)
{
    return cos(M_PI * ((double)i + 0.5) / (double)n);
}

/* In place, n values at the nodes with a stride, into coefficients. */
static void chebyshev(double *v, size_t n, size_t stride)
{
    double c[MOST];
    for (size_t k = 0; k < n; k++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += v[i * stride] * cos(M_PI * (double)k * ((double)i + 0.5) / (double)n);
        c[k] = sum * (k == 0 ? 1 : 2) / (double)n;
    }
    for (size_t k = 0; k < n; k++)
        v[k * stride] = c[k];
}

/* Coefficients of J for n x n nodes; false: outside the domain. */
static bool fit(const struct gt_areal *f, const struct scale *s, size_t n, double *c)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            c[i * n + j] = scale_at(s, f->x + f->rx * node_at(i, n), f->y + f->ry * node_at(j, n));
            if (!isfinite(c[i * n + j]))
                return false;
        }
    for (size_t i = 0; i < n; i++)
        chebyshev(c + i * n, n, 1);
    for (size_t j = 0; j < n; j++)
        chebyshev(c + j, n, n);
    return true;
}

/* The largest coefficient of the last terms of both directions, against the first. */
static double tail(const double *c, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = n - 2; k < n; k++)
            most = fmax(most, fmax(fabs(c[i * n + k]), fabs(c[k * n + i])));
    return most / c[0];
}

static const double enough = 1e-12, least = 1e-10;

/* Terms that all lie below the noise are dropped: *nx, *ny of c's n are left. */
static void trim(const double *c, size_t n, size_t *nx, size_t *ny)
{
    *nx = *ny = 1;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++)
            if (fabs(c[i * n + j]) > enough / 2 * c[0]) {
                *nx = i + 1 > *nx ? i + 1 : *nx;
                *ny = j + 1 > *ny ? j + 1 : *ny;
            }
}

/* P from J: the integral of T_i is (T_i+1/(i+1) - T_i-1/(i-1))/2; constants fall out of rings. */
static void integrate(struct gt_arena *a, struct gt_areal *f, const double *c, size_t n)
{
    size_t nx, ny;
    trim(c, n, &nx, &ny);
    double *p = GT_TAKE_N(a, double, (nx + 1) * ny);
    for (size_t i = 0; i < nx; i++)
        for (size_t j = 0; j < ny; j++) {
            double v = c[i * n + j] * f->rx;
            if (i < 2) {
                p[(i + 1) * ny + j] += i == 0 ? v : v / 4;
                continue;
            }
            p[(i + 1) * ny + j] += v / (2 * (double)(i + 1));
            p[(i - 1) * ny + j] -= v / (2 * (double)(i - 1));
        }
    f->p = p;
    f->nx = nx + 1;
    f->ny = ny;
}

/* Gauss-Legendre on -1..1 with 2 n nodes: the positive ones (Newton from Tricomi's guess). */
static void legendre(size_t n, double *node, double *weight)
{
    double all = 2 * (double)n;
    for (size_t i = 0; i < n; i++) {
        double x = cos(M_PI * ((double)i + 0.75) / (all + 0.5)), slope_at = 1;
        for (int round = 0; round < 10; round++) {
            double before = 1, now = x;
            for (double k = 2; k <= all; k++) {
                double next = ((2 * k - 1) * x * now - (k - 1) * before) / k;
                before = now;
                now = next;
            }
            slope_at = all * (x * now - before) / (x * x - 1);
            x -= now / slope_at;
        }
        node[i] = x;
        weight[i] = 2 / ((1 - x * x) * slope_at * slope_at);
    }
}

GT_MUST static enum gt_status projected(struct gt_arena *a, struct gt_areal *f,
                                        const struct scale *s, const struct gt_crs *crs,
                                        struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    double *c = GT_TAKE_N(scratch, double, MOST *MOST), last = 1;
    for (size_t n = 6; n <= MOST; n *= 2) {
        if (!fit(f, s, n, c))
            return gt_fail(err, GT_EINPUT,
                           "expected coordinates in the domain of \"%s\", found a box around "
                           "(%.9g, %.9g) that leaves it",
                           crs->name, f->x, f->y);
        last = tail(c, n);
        if (last <= enough || (n == MOST && last <= least)) {
            integrate(a, f, c, n);
            f->n_nodes = (f->nx + f->ny + 3) / 4;
            double *rule = GT_TAKE_N(a, double, 2 * f->n_nodes);
            legendre(f->n_nodes, rule, rule + f->n_nodes);
            f->node = rule;
            f->weight = rule + f->n_nodes;
            return GT_OK;
        }
    }
    return gt_fail(err, GT_EINPUT,
                   "expected a box of coordinates over which the scale of \"%s\" is smooth, found "
                   "%.9g x %.9g units around (%.9g, %.9g), where its series is off by %.2g",
                   crs->name, 2 * f->rx, 2 * f->ry, f->x, f->y, last);
}

/* ---- Edges ---- */

/* Two places at a time, one in each lane. */
typedef double lanes __attribute__((vector_size(2 * sizeof(double))));

/* The sum of P at both. */
static double series_sum(const struct gt_areal *f, lanes x, lanes y)
{
    lanes t[MOST], b0 = {0, 0}, b1 = {0, 0}, x2 = x + x, y2 = y + y;
    t[0] = (lanes){1, 1};
    t[1] = y;
    for (size_t j = 2; j < f->ny; j++)
        t[j] = y2 * t[j - 1] - t[j - 2];
    const double *row = f->p + f->nx * f->ny;
    for (size_t i = f->nx; i-- > 1;) {
        row -= f->ny;
        lanes c = {row[0], row[0]};
        for (size_t j = 1; j < f->ny; j++)
            c += row[j] * t[j];
        lanes next = x2 * b0 - b1 + c;
        b1 = b0;
        b0 = next;
    }
    lanes c = {0, 0};
    for (size_t j = 0; j < f->ny; j++)
        c += f->p[j] * t[j];
    c += x * b0 - b1;
    return c[0] + c[1];
}

/* Edges up to this share of the box's half size need two nodes: what is left of the series over so
 * short an edge is below the noise. */
static const double is_short = 0.02;

static double projected_edge(const struct gt_areal *f, double x0, double y0, double x1, double y1)
{
    static const double two_node = 0.57735026918962576451, two_weight = 1;
    double mx = ((x0 - f->x) + (x1 - f->x)) / (2 * f->rx), dx = (x1 - x0) / (2 * f->rx);
    double my = ((y0 - f->y) + (y1 - f->y)) / (2 * f->ry), dy = (y1 - y0) / (2 * f->ry);
    bool few = fabs(dx) <= is_short && fabs(dy) <= is_short;
    size_t n = few ? 1 : f->n_nodes;
    const double *node = few ? &two_node : f->node, *weight = few ? &two_weight : f->weight;
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += weight[k] * series_sum(f, (lanes){mx + node[k] * dx, mx - node[k] * dx},
                                      (lanes){my + node[k] * dy, my - node[k] * dy});
    return sum * (y1 - y0) / 2;
}

double gt_areal_edge(const struct gt_areal *f, double x0, double y0, double x1, double y1)
{
    return f->geographic ? geographic_edge(f, x0, y0, x1, y1) : projected_edge(f, x0, y0, x1, y1);
}

/* ---- Making one ---- */

GT_MUST static enum gt_status open_scale(struct gt_proj *p, const struct gt_crs *crs, PJ **out,
                                         struct gt_err *err)
{
    GT_TRY(gt_proj_open(p, err));
    GT_AUTO_PJ own = proj_create(p->ctx, crs->wkt);
    GT_AUTO_PJ base = own ? proj_crs_get_geodetic_crs(p->ctx, own) : NULL;
    if (!base || !(*out = gt_proj_between(p, own, base)))
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": its projection cannot be computed: %s",
                       crs->name, p->log);
    return GT_OK;
}

enum gt_status gt_areal_new(struct gt_arena *a, const struct gt_crs *crs, struct gt_box box,
                            const struct gt_areal **out, struct gt_err *err)
{
    struct gt_areal *f = GT_TAKE(a, struct gt_areal);
    bool geographic = crs->kind == GT_CRS_GEOGRAPHIC;
    *out = f;
    if (!isfinite(box.x0 + box.y0 + box.x1 + box.y1) ||
        (geographic && !(box.y0 >= -90 && box.y1 <= 90)))
        return gt_fail(err, GT_EINPUT,
                       "expected coordinates of \"%s\", found the box (%g, %g) to (%g, %g)",
                       crs->name, box.x0, box.y0, box.x1, box.y1);
    f->geographic = geographic;
    if (geographic) {
        trapezoid_terms(f, crs->a, crs->f);
        return GT_OK;
    }
    GT_AUTO_PROJ p = {0};
    GT_AUTO_PJ to_degrees = NULL;
    GT_TRY(open_scale(&p, crs, &to_degrees, err));
    struct scale s = {to_degrees, crs->a, crs->f, step_m / crs->unit_m};
    f->x = (box.x0 + box.x1) / 2;
    f->y = (box.y0 + box.y1) / 2;
    f->rx = fmax((box.x1 - box.x0) / 2, s.step / 10);
    f->ry = fmax((box.y1 - box.y0) / 2, s.step / 10);
    return projected(a, f, &s, crs, err);
}
