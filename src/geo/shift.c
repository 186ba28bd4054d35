/* shift.c: coordinates on an old datum, brought to a new one by parameters that somebody gives. */
#include "shift.h"

#include <string.h>

#define MOST_SHIFT 2000.0   /* m, in space: old datums of the world lie within 1200 m */
#define MOST_ROTATION 60.0  /* seconds of arc, in space */
#define MOST_SCALE 100.0    /* parts in a million, in space */
#define MOST_TURN 7200.0    /* seconds of arc, in the plane: local systems are turned too */
#define MOST_STRETCH 2000.0 /* parts in a million, in the plane */
#define TOL_M 1e-3
#define ROUNDS 20

const char *gt_shift_name(enum gt_shift_kind k)
{
    static const char *const names[] = {
#define NAME(e, name, n) name,
        GT_SHIFT_TABLE(NAME)
#undef NAME
    };
    return (int)k >= 0 && k < GT_SHIFT_KINDS ? names[k] : "";
}

int gt_shift_parameters(enum gt_shift_kind k)
{
    static const int counts[] = {
#define COUNT(e, name, n) n,
        GT_SHIFT_TABLE(COUNT)
#undef COUNT
    };
    return (int)k >= 0 && k < GT_SHIFT_KINDS ? counts[k] : 0;
}

const char *gt_shift_parameter(enum gt_shift_kind k, int i)
{
    static const char *const plane[] = {"de", "dn", "rotation", "scale"};
    static const char *const space[] = {"tx", "ty", "tz", "rx", "ry", "rz", "scale"};
    if (i < 0 || i >= gt_shift_parameters(k))
        return "";
    return k == GT_SHIFT_PLANE ? plane[i] : space[i];
}

/* ---- Whether parameters can be ones ---- */

static double most_of(enum gt_shift_kind k, int i)
{
    if (k == GT_SHIFT_PLANE) /* zone numbers and rotations about a far origin make shifts large */
        return i < 2 ? 1e8 : i == 2 ? MOST_TURN : MOST_STRETCH;
    return i < 3 ? MOST_SHIFT : i < 6 ? MOST_ROTATION : MOST_SCALE;
}

static const char *unit_of(enum gt_shift_kind k, int i)
{
    bool turn = k == GT_SHIFT_PLANE ? i == 2 : i >= 3 && i < 6;
    return turn ? "seconds of arc" : i == gt_shift_parameters(k) - 1 ? "parts in a million" : "m";
}

enum gt_status gt_shift_check(const struct gt_shift *s, struct gt_err *err)
{
    for (int i = 0; i < gt_shift_parameters(s->kind); i++)
        if (!(fabs(s->p[i]) <= most_of(s->kind, i)))
            return gt_fail(err, GT_EINPUT,
                           "parameter %s: expected a number of %s from -%g to %g, found %g",
                           gt_shift_parameter(s->kind, i), unit_of(s->kind, i), most_of(s->kind, i),
                           most_of(s->kind, i), s->p[i]);
    if (!(s->height_m >= -500 && s->height_m <= 9000))
        return gt_fail(err, GT_EINPUT, "height: expected metres from -500 to 9000, found %g",
                       s->height_m);
    bool metres = s->from->unit_m == 1 && s->to->unit_m == 1;
    if (s->kind == GT_SHIFT_PLANE && !metres)
        return gt_fail(
            err, GT_EINPUT,
            "expected two projected systems in metres for parameters in the plane, found "
            "%s and %s",
            s->from->name, s->to->name);
    return GT_OK;
}

/* ---- Formulas ---- */

void gt_geocentric(double a, double f, const double lonlath[3], double xyz[3])
{
    double lon = lonlath[0] * GT_RAD, lat = lonlath[1] * GT_RAD, h = lonlath[2];
    double e2 = f * (2 - f), n = a / sqrt(1 - e2 * sin(lat) * sin(lat));
    xyz[0] = (n + h) * cos(lat) * cos(lon);
    xyz[1] = (n + h) * cos(lat) * sin(lon);
    xyz[2] = (n * (1 - e2) + h) * sin(lat);
}

/* By steps, each of which gains more than two digits near the ground. */
void gt_geodetic(double a, double f, const double xyz[3], double lonlath[3])
{
    double e2 = f * (2 - f), p = hypot(xyz[0], xyz[1]);
    double lat = atan2(xyz[2], p * (1 - e2)), n = a;
    for (int i = 0; i < ROUNDS; i++) {
        double sine = sin(lat), before = lat;
        n = a / sqrt(1 - e2 * sine * sine);
        lat = atan2(xyz[2] + e2 * n * sine, p);
        if (fabs(lat - before) < 1e-15)
            break;
    }
    lonlath[0] = atan2(xyz[1], xyz[0]) / GT_RAD;
    lonlath[1] = lat / GT_RAD;
    lonlath[2] = p * cos(lat) + xyz[2] * sin(lat) - a * a / n;
}

void gt_shift_xyz(const struct gt_shift *s, const double in[3], double out[3])
{
    double sign = s->kind == GT_SHIFT_COORDINATE_FRAME ? -1 : 1, k = 1 + s->p[6] * 1e-6;
    double rx = sign * s->p[3] * GT_ARCSEC, ry = sign * s->p[4] * GT_ARCSEC,
           rz = sign * s->p[5] * GT_ARCSEC;
    double x = in[0], y = in[1], z = in[2];
    out[0] = s->p[0] + k * (x - rz * y + ry * z);
    out[1] = s->p[1] + k * (rz * x + y - rx * z);
    out[2] = s->p[2] + k * (-ry * x + rx * y + z);
}

void gt_shift_plane(const struct gt_shift *s, double xy[2])
{
    double r = s->p[2] * GT_ARCSEC, k = 1 + s->p[3] * 1e-6, e = xy[0], n = xy[1];
    xy[0] = s->p[0] + k * (cos(r) * e - sin(r) * n);
    xy[1] = s->p[1] + k * (sin(r) * e + cos(r) * n);
}

/* ---- Shapes ---- */

enum gt_status gt_shift_degrees_crs(struct gt_arena *a, const struct gt_crs *crs,
                                    const struct gt_crs **out, struct gt_err *err)
{
    *out = crs;
    if (crs->kind == GT_CRS_GEOGRAPHIC)
        return GT_OK;
    if (!crs->geodetic[0])
        return gt_fail(err, GT_EINPUT,
                       "CRS \"%s\": expected one whose datum has a code, found none", crs->name);
    return gt_crs_parse(a, crs->geodetic, out, err);
}

struct ways {
    const struct gt_shift *s;
    struct gt_xform *down, *up; /* middle -> degrees of the old datum, degrees of the new -> out */
    const struct gt_crs *old, *fresh;
};

static void shift_pairs(const struct ways *w, double *xy, size_t n)
{
    if (w->s->kind == GT_SHIFT_PLANE) {
        for (size_t i = 0; i < n; i++)
            gt_shift_plane(w->s, xy + 2 * i);
        return;
    }
    gt_xform_points(w->down, xy, n);
    for (size_t i = 0; i < n; i++) {
        double at[3] = {xy[2 * i], xy[2 * i + 1], w->s->height_m}, xyz[3], moved[3];
        gt_geocentric(w->old->a, w->old->f, at, xyz);
        gt_shift_xyz(w->s, xyz, moved);
        gt_geodetic(w->fresh->a, w->fresh->f, moved, at);
        xy[2 * i] = at[0];
        xy[2 * i + 1] = at[1];
    }
    gt_xform_points(w->up, xy, n);
}

/* Where the vertices are moved one by one: edges that are straight before are so after. */
static enum gt_status choose(struct gt_arena *a, const struct gt_shift *s, const struct gt_crs *in,
                             const struct gt_crs **middle, const struct gt_crs **after,
                             struct gt_err *err)
{
    *middle = s->from;
    *after = s->to;
    if (s->kind == GT_SHIFT_PLANE)
        return GT_OK;
    *middle = in;
    if (in->kind == GT_CRS_GEOGRAPHIC)
        return gt_shift_degrees_crs(a, s->to, after, err);
    return s->to->kind == GT_CRS_GEOGRAPHIC ? gt_shift_degrees_crs(a, s->from, middle, err) : GT_OK;
}

static enum gt_status find_ways(struct gt_arena *a, struct ways *w, const struct gt_crs *middle,
                                const struct gt_crs *after, struct gt_err *err)
{
    if (w->s->kind == GT_SHIFT_PLANE)
        return GT_OK;
    GT_TRY(gt_shift_degrees_crs(a, w->s->from, &w->old, err));
    GT_TRY(gt_shift_degrees_crs(a, w->s->to, &w->fresh, err));
    GT_TRY(gt_xform_new(a, middle, w->old, &w->down, err));
    return gt_xform_new(a, w->fresh, after, &w->up, err);
}

static struct gt_box box_of(const double *xy, size_t n)
{
    struct gt_box b = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < n; i++)
        b = (struct gt_box){fmin(b.x0, xy[2 * i]), fmin(b.y0, xy[2 * i + 1]), fmax(b.x1, xy[2 * i]),
                            fmax(b.y1, xy[2 * i + 1])};
    return b;
}

enum gt_status gt_shift_shapes(struct gt_arena *a, const struct gt_shift *s,
                               const struct gt_shapes *in, const struct gt_shapes **out,
                               struct gt_err *err)
{
    const struct gt_crs *middle, *after;
    const struct gt_shapes *ready;
    struct ways w = {.s = s};
    void *room;
    GT_TRY(choose(a, s, in->crs, &middle, &after, err));
    GT_TRY(find_ways(a, &w, middle, after, err));
    GT_TRY(gt_shapes_to_crs(a, in, middle, TOL_M, &ready, err));
    size_t n = (size_t)ready->point[ready->part[ready->n]];
    GT_TRY(gt_reserve(a, n + 1, 2 * sizeof(double), "points of transformed shapes", &room, err));
    double *xy = room;
    if (n > 0)
        memcpy(xy, ready->xy, n * 2 * sizeof *xy);
    shift_pairs(&w, xy, n);
    for (size_t i = 0; i < 2 * n; i++)
        if (!isfinite(xy[i]))
            return gt_fail(err, GT_EINPUT,
                           "expected points that the transformation to %s can move, found one of "
                           "%.10g, %.10g",
                           s->to->name, ready->xy[i & ~(size_t)1], ready->xy[i | 1]);
    struct gt_shapes *moved = GT_TAKE(a, struct gt_shapes);
    *moved = *ready;
    moved->crs = after;
    moved->xy = xy;
    moved->box = box_of(xy, n);
    return gt_shapes_to_crs(a, moved, s->to, TOL_M, out, err);
}
