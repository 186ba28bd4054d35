/* place.c: coordinates that cannot be are refused where they come in, not where they are used. */
#include "place.h"

#include <math.h>
#include <string.h>

#define SLACK 1.0      /* degrees: cells whose centres lie on the limit reach beyond it */
#define MOST_SCALE 1.4 /* of a transverse Mercator map: some 5600 km off its meridian */
#define STEP 100.0     /* units, for the scale */
#define ZONE 1e6       /* units that one zone number adds to eastings */
#define MOST_ZONES 120
#define POINTS 9

/* ---- Datum ---- */

static bool is_modern_ellipsoid(const struct gt_crs *crs)
{
    return fabs(crs->a - 6378137) < 0.5 && fabs(1 / crs->f - 298.2572) < 1e-3;
}

static enum gt_status check_datum(struct gt_store *s, struct gt_arena *a, const struct gt_place *p,
                                  struct gt_work *w, struct gt_err *err)
{
    const struct gt_crs *own, *modern;
    struct gt_xform *way;
    struct gt_err why = {0};
    GT_TRY(gt_crs_parse(a, s->info->crs, &own, err));
    if (gt_xform_new(a, p->crs, own, &way, &why) == GT_OK)
        return GT_OK;
    GT_TRY(gt_crs_parse(a, "EPSG:4490", &modern, err));
    if (gt_xform_new(a, p->crs, modern, &way, &why) == GT_OK)
        return GT_OK;
    if (!is_modern_ellipsoid(p->crs))
        return gt_fail(err, why.status, "%s: %s", p->path, why.text);
    gt_warn(w,
            "%s: the coordinate system (%s) does not say its datum; the layer can be used only "
            "with others in the same system",
            p->path, p->crs->name);
    return GT_OK;
}

/* ---- Degrees ---- */

static enum gt_status check_degrees(const struct gt_place *p, struct gt_err *err)
{
    const struct gt_box *b = &p->box;
    bool lon = b->x0 >= -180 - SLACK && b->x1 <= 360 + SLACK && b->x1 - b->x0 <= 360 + 2 * SLACK;
    bool lat = b->y0 >= -90 - SLACK && b->y1 <= 90 + SLACK;
    if (lon && lat)
        return GT_OK;
    bool swapped = lon && b->y0 >= -180 && b->y1 <= 180 && b->x0 >= -90 && b->x1 <= 90;
    bool far = fabs(b->x0) > 1000 || fabs(b->y0) > 1000;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected longitudes from -180 to 360 and latitudes from -90 to 90 in %s, "
                   "found x %.10g to %.10g, y %.10g to %.10g%s",
                   p->path, p->crs->name, b->x0, b->x1, b->y0, b->y1,
                   swapped ? "; they look like latitudes and longitudes in turn"
                   : far   ? "; they look like metres of a projected coordinate system"
                           : "");
}

/* ---- Projected ---- */

struct ways {
    bool planar;
    struct gt_xform *to, *back; /* of degrees */
};

/* Metres on a ball between two places in degrees. */
static double ground_m(const double a[2], const double b[2], double radius)
{
    double rad = M_PI / 180, dy = (b[1] - a[1]) * rad;
    double dx = remainder(b[0] - a[0], 360) * rad * cos((a[1] + b[1]) / 2 * rad);
    return radius * hypot(dx, dy);
}

/* How much longer a short way to the north is on the map than on the ground; infinite where there
 * is no ground, or where it is another place's. */
static double scale_at(const struct ways *t, const struct gt_crs *crs, double x, double y)
{
    double there[4] = {x, y, x, y + STEP}, again[2];
    if (gt_xform_points(t->to, there, 2) > 0)
        return (double)INFINITY;
    memcpy(again, there, sizeof again);
    double near = 1 + 1e-3 * (fabs(x) + fabs(y));
    if (gt_xform_points(t->back, again, 1) > 0 || hypot(again[0] - x, again[1] - y) > near)
        return (double)INFINITY;
    double m = ground_m(there, there + 2, crs->a);
    return m > 0 ? STEP * crs->unit_m / m : (double)INFINITY;
}

/* The zone number that eastings lack (positive) or have besides (negative); 0: neither. */
static int zone_off(const struct ways *t, const struct gt_place *p, double x, double y)
{
    int found = 0;
    double best = 1.02;
    for (int zone = -MOST_ZONES; t->planar && zone <= MOST_ZONES; zone++) {
        double scale = scale_at(t, p->crs, x + zone * ZONE, y);
        if (scale < best) {
            best = scale;
            found = zone;
        }
    }
    return found;
}

static const char *likely_cause(struct gt_arena *a, const struct ways *t, const struct gt_place *p)
{
    const struct gt_box *b = &p->box;
    if (b->x0 >= -180 && b->x1 <= 360 && b->y0 >= -90 && b->y1 <= 90)
        return "; they look like degrees";
    int zone = zone_off(t, p, (b->x0 + b->x1) / 2, (b->y0 + b->y1) / 2);
    if (zone > 0)
        return gt_printf(a,
                         "; the eastings look like they lack the zone number %d: their coordinate "
                         "system is the one without it",
                         zone);
    if (zone < 0)
        return gt_printf(a,
                         "; the eastings look like they begin with the zone number %d: their "
                         "coordinate system is the one with it",
                         -zone);
    return "";
}

/* Corners of other maps may lie off the globe, those of transverse Mercator maps may not. */
static enum gt_status check_metres(struct gt_arena *a, const struct ways *t,
                                   const struct gt_place *p, struct gt_err *err)
{
    const struct gt_box *b = &p->box;
    int good = 0;
    for (int i = 0; i < POINTS; i++) {
        double x = b->x0 + (b->x1 - b->x0) * (i % 3) / 2, y = b->y0 + (b->y1 - b->y0) * (i / 3) / 2;
        double scale = scale_at(t, p->crs, x, y);
        good += t->planar ? scale < MOST_SCALE : isfinite(scale);
    }
    if (good == POINTS || (!t->planar && good > 0))
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected coordinates that %s (%s) reaches, found x %.10g to %.10g, y "
                   "%.10g to %.10g%s",
                   p->path, p->crs->name, p->crs->code[0] ? p->crs->code : "no code", b->x0, b->x1,
                   b->y0, b->y1, likely_cause(a, t, p));
}

enum gt_status gt_place_check(struct gt_store *s, const struct gt_place *p, struct gt_work *w,
                              struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct ways t = {.planar = p->crs->kind == GT_CRS_PLANAR};
    const struct gt_crs *degrees;
    GT_TRY(check_datum(s, a, p, w, err));
    if (p->crs->kind == GT_CRS_GEOGRAPHIC)
        return check_degrees(p, err);
    const char *geodetic = p->crs->geodetic[0] ? p->crs->geodetic : "EPSG:4490";
    struct gt_err none = {0};
    /* A datum that is not said: nothing tells where the coordinates are. */
    if (gt_crs_parse(a, geodetic, &degrees, &none) != GT_OK ||
        gt_xform_new(a, p->crs, degrees, &t.to, &none) != GT_OK ||
        gt_xform_new(a, degrees, p->crs, &t.back, &none) != GT_OK)
        return GT_OK;
    return check_metres(a, &t, p, err);
}
