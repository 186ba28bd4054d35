/* reference.c: reference systems: declared, on CGCS2000, geographic or in 3-degree zones, the zone
 * of the place, one for all layers, within the unit. Of one layer only the first fault is told. */
#include <math.h>
#include <string.h>

#include "review_int.h"

enum fault { NONE, MISSING, DATUM, PROJECTION, ZONE, DIFFER, EXTENT };

static bool spatial(const struct review_layer *l)
{
    return !l->source->table && !l->dead;
}

/* The central meridian of a 3-degree zone of CGCS2000 by its code, and the zone if it is written
 * before the easting (0: it is not); false: another system. */
static bool zone_of(const struct gt_crs *crs, double *meridian, int *zone)
{
    int64_t code = 0;
    if (!gt_starts(crs->code, "EPSG:") || !gt_parse_int(crs->code + 5, &code))
        return false;
    if (code >= 4513 && code <= 4533) {
        *zone = (int)(code - 4513) + 25;
        *meridian = 3.0 * *zone;
        return true;
    }
    *zone = 0;
    *meridian = 75 + 3 * (double)(code - 4534);
    return code >= 4534 && code <= 4554;
}

static bool in_degrees(const struct review_layer *l, struct gt_box *out)
{
    const struct gt_box b = isfinite(l->box.x0) ? l->box : l->source->box;
    if (!l->to_degrees || !isfinite(b.x0))
        return false;
    double xy[8] = {b.x0, b.y0, b.x1, b.y0, b.x1, b.y1, b.x0, b.y1};
    if (gt_xform_points(l->to_degrees, xy, 4) > 0)
        return false;
    *out = (struct gt_box){fmin(xy[0], xy[6]), fmin(xy[1], xy[3]), fmax(xy[2], xy[4]),
                           fmax(xy[5], xy[7])};
    return true;
}

/* The box of the unit, from the first layer of units. */
static const struct review_layer *unit_layer(const struct review *r)
{
    static const char *const code[] = {"XZQX", "XZQ", "XZQXZ", "XZQC", "XZQS", "XZQDS", "XZQXS"};
    for (size_t i = 0; i < GT_LEN(code); i++) {
        const struct review_layer *l = review_layer(r, code[i]);
        if (l && l->source->n > 0)
            return l;
    }
    return NULL;
}

static double tolerance(const struct review *r, const char *rule)
{
    const struct gt_check_rule *found = gt_profile_rule(r->profile, rule);
    return found && isfinite(found->tolerance) ? found->tolerance : 0;
}

static bool wrong_zone(const struct review *r, const struct review_layer *l)
{
    double meridian;
    int zone;
    struct gt_box b;
    if (!zone_of(l->source->crs, &meridian, &zone) || !isfinite(l->source->box.x0))
        return false;
    if (zone > 0 && !(fabs(floor(l->source->box.x0 / 1e6) - zone) < 0.5))
        return true;
    if (zone == 0 && fabs(l->source->box.x0) > 1e7)
        return true;
    return in_degrees(l, &b) &&
           fabs((b.x0 + b.x1) / 2 - meridian) > 1.5 + tolerance(r, "reference.zone");
}

/* The system that most layers of the package are in. */
static const struct gt_crs *common(const struct review *r)
{
    const struct gt_crs *best = NULL;
    size_t most = 0;
    for (size_t i = 0; i < r->n_layers; i++) {
        size_t n = 0;
        for (size_t k = 0; k < r->n_layers && spatial(&r->layer[i]); k++)
            n += spatial(&r->layer[k]) && r->layer[i].source->crs && r->layer[k].source->crs &&
                 strcmp(r->layer[i].source->crs->wkt, r->layer[k].source->crs->wkt) == 0;
        if (n > most) {
            most = n;
            best = r->layer[i].source->crs;
        }
    }
    return best;
}

/* Where no unit tells: beyond all that plans by these standards are made for, generously. */
static bool nowhere(const struct review_layer *l)
{
    static const struct gt_box all = {70, 0, 140, 60};
    struct gt_box b;
    if (!isfinite(l->box.x0) || !l->to_degrees)
        return false;
    return !in_degrees(l, &b) || b.x0 < all.x0 || b.y0 < all.y0 || b.x1 > all.x1 || b.y1 > all.y1;
}

static bool outside(const struct review *r, const struct review_layer *l)
{
    const struct review_layer *unit = unit_layer(r);
    struct gt_box a, b;
    if (!unit || unit == l || !in_degrees(unit, &a))
        return nowhere(l);
    if (!in_degrees(l, &b))
        return isfinite(l->box.x0) && l->to_degrees;
    const double more = tolerance(r, "reference.extent");
    return b.x0 < a.x0 - more || b.y0 < a.y0 - more || b.x1 > a.x1 + more || b.y1 > a.y1 + more;
}

static enum fault fault_of(const struct review *r, const struct review_layer *l)
{
    const struct gt_crs *crs = l->source->crs, *most = common(r);
    double meridian;
    int zone;
    if (!crs)
        return MISSING;
    if (*crs->geodetic ? strcmp(crs->geodetic, "EPSG:4490") != 0 : !l->to_degrees)
        return DATUM;
    if (crs->kind != GT_CRS_GEOGRAPHIC && !zone_of(crs, &meridian, &zone) &&
        !strstr(crs->name, "3-degree") && !strstr(crs->name, "3_Degree"))
        return PROJECTION;
    if (wrong_zone(r, l))
        return ZONE;
    if (most && most != crs && strcmp(most->wkt, crs->wkt) != 0 && !gt_crs_same(most, crs))
        return DIFFER;
    return outside(r, l) ? EXTENT : NONE;
}

static void say_fault(struct review *r, struct review_layer *l, const char *rule)
{
    struct review_hit *h = review_hit(r, rule, l);
    if (!h)
        return;
    const struct gt_box b = isfinite(l->box.x0) ? l->box : l->source->box;
    const char *name = l->source->crs ? l->source->crs->name : "";
    const char *where =
        isfinite(b.x0) ? gt_printf(r->a, "%.6g %.6g … %.6g %.6g", b.x0, b.y0, b.x1, b.y1) : "";
    review_say(r, h,
               gt_printf(r->a, "%s：%s；实为 %s，坐标 %s", l->code, h->rule->text.zh,
                         *name ? name : "未声明", where),
               gt_printf(r->a, "%s: expected that %s; found %s, coordinates %s", l->code,
                         h->rule->text.en, *name ? name : "none declared", where));
}

static enum gt_status check_fault(struct review *r, const char *rule, enum fault fault)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_layers; i++) {
        if (!spatial(&r->layer[i]))
            continue;
        n++;
        if (review_rule(r, rule) && fault_of(r, &r->layer[i]) == fault)
            say_fault(r, &r->layer[i], rule);
    }
    if (n == 0)
        review_skip(r, rule, "没有图层", "there is no layer with geometries");
    return GT_OK;
}

static enum gt_status missing(struct review *r, struct gt_err *err)
{
    (void)err;
    return check_fault(r, "reference.missing", MISSING);
}
static enum gt_status datum(struct review *r, struct gt_err *err)
{
    (void)err;
    return check_fault(r, "reference.datum", DATUM);
}
static enum gt_status projection(struct review *r, struct gt_err *err)
{
    (void)err;
    return check_fault(r, "reference.projection", PROJECTION);
}
static enum gt_status zone(struct review *r, struct gt_err *err)
{
    (void)err;
    return check_fault(r, "reference.zone", ZONE);
}
static enum gt_status differ(struct review *r, struct gt_err *err)
{
    (void)err;
    return check_fault(r, "reference.differ", DIFFER);
}

static enum gt_status extent(struct review *r, struct gt_err *err)
{
    (void)err;
    bool told = false;
    for (size_t i = 0; i < r->n_layers; i++)
        told = told || (spatial(&r->layer[i]) && fault_of(r, &r->layer[i]) == EXTENT);
    if (!unit_layer(r) && !told) {
        review_skip(r, "reference.extent", "没有行政区图层", "there is no layer of units");
        return GT_OK;
    }
    return check_fault(r, "reference.extent", EXTENT);
}

/* Metadata that name another height datum than that of 1985. */
static enum gt_status height(struct review *r, struct gt_err *err)
{
    (void)err;
    bool any = false;
    for (size_t i = 0; i < r->s->n_documents; i++) {
        const struct gt_review_document *d = &r->s->document[i];
        if (!d->text || !strstr(d->text, "高程"))
            continue;
        if (!review_rule(r, "reference.height"))
            return GT_OK;
        any = true;
        if (strstr(d->text, "1985") ||
            !(strstr(d->text, "1956") || strstr(d->text, "黄海") || strstr(d->text, "大地高")))
            continue;
        struct review_hit *h = review_hit(r, "reference.height", NULL);
        if (!h)
            continue;
        h->path = gt_strdup(r->a, d->path);
        review_say(r, h, gt_printf(r->a, "“%s”写明的高程基准不是 1985 国家高程基准", d->path),
                   gt_printf(r->a, "%s names another height datum than that of 1985", d->path));
    }
    if (!any)
        review_skip(r, "reference.height", "没有文件写明高程基准", "no file names a height datum");
    return GT_OK;
}

const struct review_check review_reference[] = {{"reference.missing", missing},
                                                {"reference.datum", datum},
                                                {"reference.projection", projection},
                                                {"reference.zone", zone},
                                                {"reference.differ", differ},
                                                {"reference.height", height},
                                                {NULL, NULL}};
/* When all coordinates were read. */
const struct review_check review_extent[] = {{"reference.extent", extent}, {NULL, NULL}};
