/* shift_fit.c: parameters between datums from points that are known on both, by least squares. Both
 * similarities are linear in their unknowns, and with coordinates about their means the unknowns
 * part: no iteration, and no loss of digits for places far from the origin. Cost: n fits of n
 * points, for the residuals of points left out. */
#include "shift.h"

#include <string.h>

#define MOST_POINTS 2000
#define GROSS 3.0
#define LEAST_SIGMA 1e-3 /* m: coordinates are given to the millimetre */
#define LEAST_SPREAD 1e-6

/* A point in the space in which it is fitted: plane or geocentric metres. */
struct place {
    double from[3], to[3];
    double lon, lat; /* of space: where up is up */
};

struct fit {
    const struct gt_shift *s;
    const struct place *v;
    size_t n;
    int dims;
};

/* ---- Solving ---- */

struct solved {
    double scale, turn[3], shift[3]; /* scale - 1; turn already times scale */
};

static void means(const struct fit *f, size_t without, double from[3], double to[3])
{
    double n = 0;
    for (int k = 0; k < 3; k++)
        from[k] = to[k] = 0;
    for (size_t i = 0; i < f->n; i++) {
        if (i == without)
            continue;
        n++;
        for (int k = 0; k < 3; k++) {
            from[k] += (f->v[i].from[k] - from[k]) / n;
            to[k] += (f->v[i].to[k] - to[k]) / n;
        }
    }
}

static double determinant(double m[3][3])
{
    return m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1]) -
           m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0]) +
           m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0]);
}

/* Cramer's rule; false: the points are all but on a line, about which they may turn freely. */
static bool solve_turn(double m[3][3], const double right[3], double out[3])
{
    double third = (m[0][0] + m[1][1] + m[2][2]) / 3, whole = determinant(m);
    if (!(whole > LEAST_SPREAD * third * third * third))
        return false;
    for (int k = 0; k < 3; k++) {
        double other[3][3];
        memcpy(other, m, sizeof other);
        for (int i = 0; i < 3; i++)
            other[i][k] = right[i];
        out[k] = determinant(other) / whole;
    }
    return true;
}

/* d: about the mean; e: how much more it is in the other system. */
static bool solve(const struct fit *f, size_t without, struct solved *out)
{
    double from[3], to[3], square = 0, along = 0, right[3] = {0, 0, 0}, m[3][3] = {{0}};
    means(f, without, from, to);
    for (size_t i = 0; i < f->n; i++) {
        double d[3], e[3];
        if (i == without)
            continue;
        for (int k = 0; k < 3; k++) {
            d[k] = f->v[i].from[k] - from[k];
            e[k] = (f->v[i].to[k] - to[k]) - d[k];
            square += d[k] * d[k];
            along += d[k] * e[k];
        }
        for (int k = 0; k < 3; k++) {
            int p = (k + 1) % 3, q = (k + 2) % 3;
            right[k] += d[p] * e[q] - d[q] * e[p];
            m[k][k] += d[p] * d[p] + d[q] * d[q];
            m[k][p] -= d[k] * d[p];
            m[k][q] -= d[k] * d[q];
        }
    }
    if (!(square > 1)) /* within a metre of each other */
        return false;
    *out = (struct solved){.scale = along / square};
    if (f->dims == 2)
        out->turn[2] = right[2] / square;
    else if (!solve_turn(m, right, out->turn))
        return false;
    double k = 1 + out->scale, *t = out->turn;
    out->shift[0] = to[0] - (k * from[0] - t[2] * from[1] + t[1] * from[2]);
    out->shift[1] = to[1] - (t[2] * from[0] + k * from[1] - t[0] * from[2]);
    out->shift[2] = to[2] - (-t[1] * from[0] + t[0] * from[1] + k * from[2]);
    return true;
}

/* Known minus fitted. */
static double residual_of(const struct solved *s, const struct place *p, double out[3])
{
    double k = s->scale, x = p->from[0], y = p->from[1], z = p->from[2];
    const double *t = s->turn;
    out[0] = p->to[0] - x - (s->shift[0] + k * x - t[2] * y + t[1] * z);
    out[1] = p->to[1] - y - (s->shift[1] + t[2] * x + k * y - t[0] * z);
    out[2] = p->to[2] - z - (s->shift[2] - t[1] * x + t[0] * y + k * z);
    return sqrt(out[0] * out[0] + out[1] * out[1] + out[2] * out[2]);
}

static double sum_squares(const struct fit *f, const struct solved *s, size_t without)
{
    double sum = 0, v[3];
    for (size_t i = 0; i < f->n; i++) {
        double size = i == without ? 0 : residual_of(s, &f->v[i], v);
        sum += size * size;
    }
    return sum;
}

/* ---- Points ---- */

static enum gt_status check_count(const struct gt_shift *s, size_t n, struct gt_err *err)
{
    size_t least = s->kind == GT_SHIFT_PLANE ? 2 : 3;
    if (n >= least && n <= MOST_POINTS)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "expected %zu to %d control points for %d parameters, found %zu",
                   least, MOST_POINTS, gt_shift_parameters(s->kind), n);
}

static enum gt_status lost(const struct gt_control *c, const struct gt_crs *crs, struct gt_err *err)
{
    return gt_fail(err, GT_EINPUT, "control point %s: expected coordinates of %s, found others",
                   c->name, crs->name);
}

static enum gt_status to_space(struct gt_arena *a, const struct gt_shift *s,
                               const struct gt_control *c, size_t n, struct place *out,
                               struct gt_err *err)
{
    const struct gt_crs *old, *fresh;
    struct gt_xform *from, *to;
    GT_TRY(gt_shift_degrees_crs(a, s->from, &old, err));
    GT_TRY(gt_shift_degrees_crs(a, s->to, &fresh, err));
    GT_TRY(gt_xform_new(a, s->from, old, &from, err));
    GT_TRY(gt_xform_new(a, s->to, fresh, &to, err));
    for (size_t i = 0; i < n; i++) {
        bool heights = isfinite(c[i].from[2]) && isfinite(c[i].to[2]);
        double p[3] = {c[i].from[0], c[i].from[1], heights ? c[i].from[2] : s->height_m};
        double q[3] = {c[i].to[0], c[i].to[1], heights ? c[i].to[2] : s->height_m};
        if (gt_xform_points(from, p, 1) > 0)
            return lost(&c[i], s->from, err);
        if (gt_xform_points(to, q, 1) > 0)
            return lost(&c[i], s->to, err);
        gt_geocentric(old->a, old->f, p, out[i].from);
        gt_geocentric(fresh->a, fresh->f, q, out[i].to);
        out[i].lon = q[0] * GT_RAD;
        out[i].lat = q[1] * GT_RAD;
    }
    return GT_OK;
}

static enum gt_status to_places(struct gt_arena *a, const struct gt_shift *s,
                                const struct gt_control *c, size_t n, struct place *out,
                                struct gt_err *err)
{
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++)
            if (!isfinite(c[i].from[k]) || !isfinite(c[i].to[k]))
                return gt_fail(err, GT_EINPUT,
                               "control point %s: expected finite coordinates, found others",
                               c[i].name);
    if (s->kind != GT_SHIFT_PLANE)
        return to_space(a, s, c, n, out, err);
    for (size_t i = 0; i < n; i++)
        for (int k = 0; k < 2; k++) {
            out[i].from[k] = c[i].from[k];
            out[i].to[k] = c[i].to[k];
        }
    return GT_OK;
}

/* ---- Results ---- */

static void parameters_of(const struct fit *f, const struct solved *x, double p[GT_SHIFT_MOST])
{
    double k = 1 + x->scale;
    double sign = f->s->kind == GT_SHIFT_COORDINATE_FRAME ? -1 : 1;
    memset(p, 0, GT_SHIFT_MOST * sizeof *p);
    if (f->dims == 2) {
        p[0] = x->shift[0];
        p[1] = x->shift[1];
        p[2] = atan2(x->turn[2], k) / GT_ARCSEC;
        p[3] = (hypot(k, x->turn[2]) - 1) * 1e6;
        return;
    }
    for (int i = 0; i < 3; i++) {
        p[i] = x->shift[i];
        p[3 + i] = sign * x->turn[i] / k / GT_ARCSEC;
    }
    p[6] = x->scale * 1e6;
}

static struct gt_control_residual local_of(const struct fit *f, const struct place *p,
                                           const double v[3])
{
    struct gt_control_residual r = {.east = v[0], .north = v[1], .left_out_m = (double)NAN};
    if (f->dims == 2)
        return r;
    double sl = sin(p->lon), cl = cos(p->lon), sb = sin(p->lat), cb = cos(p->lat);
    r.east = -sl * v[0] + cl * v[1];
    r.north = -sb * cl * v[0] - sb * sl * v[1] + cb * v[2];
    r.up = cb * cl * v[0] + cb * sl * v[1] + sb * v[2];
    return r;
}

/* Three sigma, and more where sigma itself is taken from few observations: close to Student's
 * quantile of the same probability. */
static double limit_of(int redundancy)
{
    double r = redundancy;
    return GROSS * (1 + 3 / r + 8 / (r * r));
}

/* A point whose residual, freed of its own pull on the fit, is beyond what the others let expect of
 * it. */
static void leave_out(const struct fit *f, size_t i, struct gt_control_residual *r)
{
    struct solved others;
    double v[3];
    int least = f->dims == 2 ? 2 : 3, unknowns = f->dims == 2 ? 4 : 7;
    if (f->n <= (size_t)least || !solve(f, i, &others))
        return;
    r->left_out_m = residual_of(&others, &f->v[i], v);
    int redundancy = f->dims * (int)(f->n - 1) - unknowns;
    if (redundancy <= 0)
        return;
    double sigma = sqrt(sum_squares(f, &others, i) / redundancy);
    r->gross = sqrt(r->size_m * r->left_out_m) > limit_of(redundancy) * fmax(sigma, LEAST_SIGMA);
}

enum gt_status gt_shift_fit(struct gt_arena *a, const struct gt_shift *s,
                            const struct gt_control *control, size_t n, struct gt_shift_fit *out,
                            struct gt_err *err)
{
    struct solved x;
    struct fit f = {.s = s, .n = n, .dims = s->kind == GT_SHIFT_PLANE ? 2 : 3};
    GT_TRY(check_count(s, n, err));
    struct place *place = GT_TAKE_N(a, struct place, n);
    struct gt_control_residual *r = GT_TAKE_N(a, struct gt_control_residual, n);
    f.v = place;
    GT_TRY(to_places(a, s, control, n, place, err));
    if (!solve(&f, n, &x))
        return gt_fail(
            err, GT_EINPUT,
            "expected control points that are apart from each other%s, found all of them "
            "%s",
            f.dims == 3 ? " and not on one line" : "",
            f.dims == 3 ? "in one place or on one line" : "in one place");
    *out = (struct gt_shift_fit){.shift = *s, .n = n, .residual = r, .sigma_m = (double)NAN};
    for (size_t i = 0; i < n; i++) {
        double v[3], size = residual_of(&x, &place[i], v);
        r[i] = local_of(&f, &place[i], v);
        r[i].size_m = size;
        out->max_m = fmax(out->max_m, size);
        leave_out(&f, i, &r[i]);
    }
    double sum = sum_squares(&f, &x, n);
    out->redundancy = f.dims * (int)n - (f.dims == 2 ? 4 : 7);
    out->rms_m = sqrt(sum / (double)n);
    if (out->redundancy > 0)
        out->sigma_m = sqrt(sum / out->redundancy);
    parameters_of(&f, &x, out->shift.p);
    return gt_shift_check(&out->shift, err);
}
