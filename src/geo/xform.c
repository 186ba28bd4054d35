/* xform.c: transformations between CRS, in three legs: off the projection, between the datums, onto
 * the other projection. */
#include "geo_int.h"

#include <ctype.h>
#include <string.h>

/* ---- Policy on datums ---- */

/* Names begin like this, blanks and case aside. */
static const char *const same_as_cgcs2000[] = {
    "CGCS 2000",  "China Geodetic Coordinate System 2000",
    "China 2000", "World Geodetic System 1984",
    "WGS 84",     "International Terrestrial Reference Frame",
    "ITRF"};
/* What PROJ knows of these holds in some oil fields and in China's seas only. */
static const char *const needs_parameters[] = {"Xian 1980", "Beijing 1954", "New Beijing"};

static bool name_starts(const char *name, const char *start)
{
    for (;; name++, start++) {
        while (*name && !isalnum((unsigned char)*name))
            name++;
        while (*start && !isalnum((unsigned char)*start))
            start++;
        if (!*start)
            return true;
        if (tolower((unsigned char)*name) != tolower((unsigned char)*start))
            return false;
    }
}

static bool datum_in(PJ_CONTEXT *ctx, const PJ *geodetic, const char *const *names, size_t n)
{
    GT_AUTO_PJ datum = proj_crs_get_datum_forced(ctx, geodetic);
    const char *name = datum ? proj_get_name(datum) : NULL;
    if (name &&
        gt_starts(name, "D_")) /* ESRI's mark, where PROJ does not know the name behind it */
        name += 2;
    for (size_t i = 0; name && i < n; i++)
        if (name_starts(name, names[i]))
            return true;
    return false;
}

static bool from_greenwich(PJ_CONTEXT *ctx, const PJ *geodetic)
{
    GT_AUTO_PJ meridian = proj_get_prime_meridian(ctx, geodetic);
    double lon = 0;
    return meridian && proj_prime_meridian_get_parameters(ctx, meridian, &lon, NULL, NULL) &&
           lon == 0;
}

static bool is_cgcs2000(PJ_CONTEXT *ctx, const PJ *geodetic)
{
    return datum_in(ctx, geodetic, same_as_cgcs2000, GT_LEN(same_as_cgcs2000)) &&
           from_greenwich(ctx, geodetic);
}

static bool same_datum(PJ_CONTEXT *ctx, const PJ *from, const PJ *to)
{
    return proj_is_equivalent_to_with_ctx(ctx, from, to,
                                          PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS) ||
           (is_cgcs2000(ctx, from) && is_cgcs2000(ctx, to));
}

/* ---- The legs ---- */

GT_MUST static enum gt_status datum_leg(struct gt_xform *t, const PJ *from, const PJ *to,
                                        struct gt_err *err)
{
    PJ_CONTEXT *ctx = t->proj.ctx;
    if (same_datum(ctx, from, to))
        return GT_OK;
    if (!datum_in(ctx, from, needs_parameters, GT_LEN(needs_parameters)) &&
        !datum_in(ctx, to, needs_parameters, GT_LEN(needs_parameters)))
        t->datum = gt_proj_between(&t->proj, from, to);
    if (t->datum)
        return GT_OK;
    return gt_fail(
        err, GT_EINPUT,
        "CRS: expected datums with a published transformation, found \"%s\" and \"%s\": the "
        "parameters "
        "between them must be given by the surveying authority: register them with 'transform add' "
        "and import with --transform",
        proj_get_name(from), proj_get_name(to));
}

GT_MUST static enum gt_status legs(struct gt_xform *t, const struct gt_crs *from,
                                   const struct gt_crs *to, struct gt_err *err)
{
    struct gt_proj *p = &t->proj;
    GT_AUTO_PJ source = proj_create(p->ctx, from->wkt);
    GT_AUTO_PJ target = proj_create(p->ctx, to->wkt);
    GT_AUTO_PJ source_base = source ? proj_crs_get_geodetic_crs(p->ctx, source) : NULL;
    GT_AUTO_PJ target_base = target ? proj_crs_get_geodetic_crs(p->ctx, target) : NULL;
    if (!source_base || !target_base)
        return gt_fail(err, GT_EINTERNAL, "CRS \"%s\" or \"%s\" cannot be read again: %s",
                       from->name, to->name, p->log);
    GT_TRY(datum_leg(t, source_base, target_base, err));
    if (from->kind != GT_CRS_GEOGRAPHIC &&
        !(t->unproject = gt_proj_between(p, source, source_base)))
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": its projection cannot be computed: %s",
                       from->name, p->log);
    if (to->kind != GT_CRS_GEOGRAPHIC && !(t->project = gt_proj_between(p, target_base, target)))
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": its projection cannot be computed: %s",
                       to->name, p->log);
    return GT_OK;
}

static void close_xform(void *p)
{
    struct gt_xform *t = p;
    proj_destroy(t->unproject);
    proj_destroy(t->datum);
    proj_destroy(t->project);
    gt_proj_close(&t->proj);
}

enum gt_status gt_xform_new(struct gt_arena *a, const struct gt_crs *from, const struct gt_crs *to,
                            struct gt_xform **out, struct gt_err *err)
{
    struct gt_xform *t = GT_TAKE(a, struct gt_xform);
    gt_arena_defer(a, close_xform, t);
    if (!gt_crs_same(from, to)) {
        GT_TRY(gt_proj_open(&t->proj, err));
        GT_TRY(legs(t, from, to, err));
    }
    *out = t;
    return GT_OK;
}

bool gt_xform_is_identity(const struct gt_xform *t)
{
    return !t->unproject && !t->datum && !t->project;
}

void gt_xform_degrees(struct gt_xform *t, double *xy, size_t n)
{
    if (t->unproject)
        gt_proj_pairs(t->unproject, PJ_FWD, xy, n);
    if (t->datum)
        gt_proj_pairs(t->datum, PJ_FWD, xy, n);
}

size_t gt_xform_points(struct gt_xform *t, double *xy, size_t n)
{
    gt_xform_degrees(t, xy, n);
    if (t->project)
        gt_proj_pairs(t->project, PJ_FWD, xy, n);
    size_t lost = 0;
    for (size_t i = 0; i < n; i++) {
        if (isfinite(xy[2 * i]) && isfinite(xy[2 * i + 1]))
            continue;
        xy[2 * i] = xy[2 * i + 1] = (double)NAN;
        lost++;
    }
    return lost;
}
