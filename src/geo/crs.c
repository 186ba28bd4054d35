/* crs.c: coordinate reference systems: read, reduced to their horizontal part, compared. */
#include "geo_int.h"

#include <ctype.h>
#include <proj_experimental.h> /* proj_crs_demote_to_2D */
#include <string.h>

/* ---- Shipped aliases ---- */

struct alias {
    const char *name, *wkt;
};

static const struct alias aliases[] = {
    {"tibet-albers",
     "PROJCRS[\"CGCS2000 / Tibet Albers\","
     "BASEGEOGCRS[\"China Geodetic Coordinate System 2000\","
     "DATUM[\"China 2000\",ELLIPSOID[\"CGCS2000\",6378137,298.257222101,LENGTHUNIT[\"metre\",1]]],"
     "PRIMEM[\"Greenwich\",0,ANGLEUNIT[\"degree\",0.0174532925199433]],ID[\"EPSG\",4490]],"
     "CONVERSION[\"Tibet Albers\",METHOD[\"Albers Equal Area\",ID[\"EPSG\",9822]],"
     "PARAMETER[\"Latitude of false origin\",0,ANGLEUNIT[\"degree\",0.0174532925199433]],"
     "PARAMETER[\"Longitude of false origin\",89,ANGLEUNIT[\"degree\",0.0174532925199433]],"
     "PARAMETER[\"Latitude of 1st standard "
     "parallel\",28.5,ANGLEUNIT[\"degree\",0.0174532925199433]],"
     "PARAMETER[\"Latitude of 2nd standard "
     "parallel\",34.5,ANGLEUNIT[\"degree\",0.0174532925199433]],"
     "PARAMETER[\"Easting at false origin\",0,LENGTHUNIT[\"metre\",1]],"
     "PARAMETER[\"Northing at false origin\",0,LENGTHUNIT[\"metre\",1]]],"
     "CS[Cartesian,2],AXIS[\"easting (E)\",east],AXIS[\"northing "
     "(N)\",north],LENGTHUNIT[\"metre\",1]]"},
};

/* ---- Reading ---- */

/* The beginning of a definition, on one line, for errors. */
static const char *shown(struct gt_arena *a, const char *text)
{
    enum { MOST = 80 };
    size_t n = strnlen(text, MOST);
    while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) /* not within a letter */
        n--;
    char *copy = gt_strndup(a, text, n);
    for (char *p = copy; *p; p++)
        if (iscntrl((unsigned char)*p))
            *p = ' ';
    return copy;
}

static bool is_code(const char *text)
{
    const char *p = text;
    while (isalnum((unsigned char)*p) || *p == '_')
        p++;
    if (p == text || *p++ != ':')
        return false;
    const char *code = p;
    while (isalnum((unsigned char)*p) || *p == '_' || *p == '+')
        p++;
    return p > code && !*p;
}

/* The text as PROJ takes it, or NULL: none of the forms that we take. PROJ alone would also search
 * its database for names and open files. */
static const char *for_proj(struct gt_arena *a, const char *text)
{
    for (size_t i = 0; i < GT_LEN(aliases); i++)
        if (strcmp(text, aliases[i].name) == 0)
            return aliases[i].wkt;
    if (is_code(text))
        return text;
    if (text[0] == '+') {
        if (!strstr(text, "+proj=") || strstr(text, "+init="))
            return NULL;
        return strstr(text, "+type=crs") ? text : gt_printf(a, "%s +type=crs", text);
    }
    size_t keyword = 0;
    while (isalpha((unsigned char)text[keyword]) || text[keyword] == '_')
        keyword++;
    return keyword > 0 && text[keyword + strspn(text + keyword, " \t\r\n")] == '[' ? text : NULL;
}

/* NULL: a geographic or projected CRS of two dimensions. */
static const char *refused_kind(PJ_CONTEXT *ctx, const PJ *crs)
{
    switch (proj_get_type(crs)) {
    case PJ_TYPE_PROJECTED_CRS: return NULL;
    case PJ_TYPE_GEOGRAPHIC_2D_CRS: {
        GT_AUTO_PJ derived = proj_crs_get_coordoperation(ctx, crs);
        return derived ? "a derived CRS" : NULL;
    }
    case PJ_TYPE_GEOCENTRIC_CRS: return "geocentric";
    case PJ_TYPE_VERTICAL_CRS: return "vertical";
    case PJ_TYPE_ENGINEERING_CRS: return "a local engineering CRS";
    case PJ_TYPE_TEMPORAL_CRS: return "temporal";
    case PJ_TYPE_OTHER_CRS: return "a derived CRS";
    default: return "no CRS";
    }
}

/* The horizontal, two-dimensional CRS inside crs, which it takes over. */
static PJ *horizontal(PJ_CONTEXT *ctx, PJ *crs)
{
    for (;;) {
        PJ_TYPE type = proj_get_type(crs);
        if (type != PJ_TYPE_BOUND_CRS && type != PJ_TYPE_COMPOUND_CRS)
            break;
        PJ *inner = type == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(ctx, crs)
                                              : proj_crs_get_sub_crs(ctx, crs, 0);
        proj_destroy(crs);
        if (!inner)
            return NULL;
        crs = inner;
    }
    PJ_TYPE type = proj_get_type(crs);
    if (type != PJ_TYPE_GEOGRAPHIC_3D_CRS && type != PJ_TYPE_PROJECTED_CRS)
        return crs;
    PJ *flat = proj_crs_demote_to_2D(ctx, NULL, crs);
    proj_destroy(crs);
    return flat;
}

static const char *code_of(struct gt_arena *a, const PJ *obj)
{
    const char *authority = proj_get_id_auth_name(obj, 0), *code = proj_get_id_code(obj, 0);
    return authority && code ? gt_printf(a, "%s:%s", authority, code) : "";
}

/* A geographic CRS without a code (as ESRI writes it, or a PROJ string) is looked up by its
 * meaning. */
static const char *geodetic_code(struct gt_arena *a, PJ_CONTEXT *ctx, const PJ *geodetic)
{
    const char *code = code_of(a, geodetic);
    if (*code)
        return code;
    PJ_OBJ_LIST *found = proj_identify(ctx, geodetic, "EPSG", NULL, NULL);
    int n = found ? proj_list_get_count(found) : 0;
    for (int i = 0; i < n && !*code; i++) {
        GT_AUTO_PJ one = proj_list_get(ctx, found, i);
        if (one && proj_is_equivalent_to_with_ctx(ctx, geodetic, one,
                                                  PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS))
            code = code_of(a, one);
    }
    proj_list_destroy(found);
    return code;
}

struct axis {
    char direction[32];
    double unit; /* radians or metres */
    char unit_name[64];
};

static bool read_axes(PJ_CONTEXT *ctx, const PJ *crs, struct axis axis[2])
{
    GT_AUTO_PJ cs = proj_crs_get_coordinate_system(ctx, crs);
    if (!cs || proj_cs_get_axis_count(ctx, cs) != 2)
        return false;
    for (int i = 0; i < 2; i++) {
        const char *direction = NULL, *unit = NULL;
        if (!proj_cs_get_axis_info(ctx, cs, i, NULL, NULL, &direction, &axis[i].unit, &unit, NULL,
                                   NULL))
            return false;
        axis[i] = (struct axis){.unit = axis[i].unit};
        memcpy(axis[i].direction, direction, strnlen(direction, sizeof axis[i].direction - 1));
        memcpy(axis[i].unit_name, unit, strnlen(unit, sizeof axis[i].unit_name - 1));
    }
    return true;
}

/* East and north in any order; both north or both south at the poles. */
static bool axes_fit(const struct axis axis[2])
{
    const char *p = axis[0].direction, *q = axis[1].direction;
    if (strcmp(p, q) == 0)
        return strcmp(p, "north") == 0 || strcmp(p, "south") == 0;
    return (strcmp(p, "east") == 0 && strcmp(q, "north") == 0) ||
           (strcmp(p, "north") == 0 && strcmp(q, "east") == 0);
}

GT_MUST static enum gt_status check_axes(PJ_CONTEXT *ctx, const PJ *crs, const PJ *geodetic,
                                         double *unit, struct gt_err *err)
{
    struct axis axis[2], angle[2];
    const char *name = proj_get_name(crs);
    if (!read_axes(ctx, crs, axis) || !read_axes(ctx, geodetic, angle))
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": expected two axes", name);
    if (!axes_fit(axis))
        return gt_fail(err, GT_EINPUT,
                       "CRS \"%s\": expected axes to the east and to the north, found %s and %s",
                       name, axis[0].direction, axis[1].direction);
    if (!(fabs(angle[0].unit / GT_RAD - 1) < 1e-9 && fabs(angle[1].unit / GT_RAD - 1) < 1e-9))
        return gt_fail(err, GT_EINPUT,
                       "CRS \"%s\": expected longitude and latitude in degrees, found %s", name,
                       angle[0].unit_name);
    if (!(axis[0].unit > 0 && axis[0].unit == axis[1].unit))
        return gt_fail(err, GT_EINPUT,
                       "CRS \"%s\": expected one unit for both axes, found %s and %s", name,
                       axis[0].unit_name, axis[1].unit_name);
    *unit = axis[0].unit;
    return GT_OK;
}

static enum gt_crs_kind kind_of(PJ_CONTEXT *ctx, const PJ *crs)
{
    if (proj_get_type(crs) != PJ_TYPE_PROJECTED_CRS)
        return GT_CRS_GEOGRAPHIC;
    GT_AUTO_PJ conversion = proj_crs_get_coordoperation(ctx, crs);
    const char *method = NULL;
    if (conversion && proj_coordoperation_get_method_info(ctx, conversion, &method, NULL, NULL) &&
        method && gt_starts(method, "Transverse Mercator"))
        return GT_CRS_PLANAR;
    return GT_CRS_SCALED;
}

GT_MUST static enum gt_status read_ellipsoid(PJ_CONTEXT *ctx, const PJ *crs, struct gt_crs *c,
                                             struct gt_err *err)
{
    GT_AUTO_PJ ellipsoid = proj_get_ellipsoid(ctx, crs);
    double a = 0, inverse = 0;
    if (!ellipsoid || !proj_ellipsoid_get_parameters(ctx, ellipsoid, &a, NULL, NULL, &inverse))
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": expected an ellipsoid", proj_get_name(crs));
    double f = inverse == 0 ? 0 : 1 / inverse;
    if (!(isfinite(a) && a > 0 && f >= 0 && f < 0.5))
        return gt_fail(
            err, GT_EINPUT,
            "CRS \"%s\": expected an ellipsoid flattened at the poles, found a = %g, f = %g",
            proj_get_name(crs), a, f);
    c->a = a;
    c->f = f;
    return GT_OK;
}

static const char *as_wkt(struct gt_arena *a, PJ_CONTEXT *ctx, const PJ *crs, PJ_WKT_TYPE type)
{
    static const char *const options[] = {"MULTILINE=NO", NULL};
    const char *wkt = proj_as_wkt(ctx, crs, type, options);
    return wkt ? gt_strdup(a, wkt) : "";
}

GT_MUST static enum gt_status fill(struct gt_arena *a, struct gt_proj *p, const PJ *crs,
                                   struct gt_crs *c, struct gt_err *err)
{
    GT_AUTO_PJ geodetic = proj_crs_get_geodetic_crs(p->ctx, crs);
    if (!geodetic)
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": expected a geodetic datum", proj_get_name(crs));
    double unit = 0;
    GT_TRY(check_axes(p->ctx, crs, geodetic, &unit, err));
    GT_TRY(read_ellipsoid(p->ctx, crs, c, err));
    c->kind = kind_of(p->ctx, crs);
    c->unit_m = c->kind == GT_CRS_GEOGRAPHIC ? 0 : unit;
    c->name = gt_strdup(a, proj_get_name(crs));
    c->code = code_of(a, crs);
    c->geodetic = geodetic_code(a, p->ctx, geodetic);
    c->wkt = as_wkt(a, p->ctx, crs, PJ_WKT2_2019);
    c->wkt1 = as_wkt(a, p->ctx, crs, PJ_WKT1_GDAL);
    if (!*c->wkt)
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": cannot be written as WKT: %s", c->name, p->log);
    return GT_OK;
}

enum gt_status gt_crs_parse(struct gt_arena *a, const char *text, const struct gt_crs **out,
                            struct gt_err *err)
{
    text = text ? text + strspn(text, " \t\r\n") : "";
    const char *definition = for_proj(a, text);
    if (!definition)
        return gt_fail(
            err, GT_EINPUT,
            "CRS: expected EPSG:N, WKT, a PROJ string (+proj=...) or tibet-albers, found \"%s\"",
            shown(a, text));
    GT_AUTO_PROJ p = {0};
    GT_TRY(gt_proj_open(&p, err));
    PJ *given = proj_create(p.ctx, definition);
    if (!given)
        return gt_fail(err, GT_EINPUT, "CRS \"%s\" is unknown: %s", shown(a, text), p.log);
    GT_AUTO_PJ crs = horizontal(p.ctx, given);
    if (!crs)
        return gt_fail(err, GT_EINPUT, "CRS \"%s\": its horizontal part cannot be read: %s",
                       shown(a, text), p.log);
    const char *refused = refused_kind(p.ctx, crs);
    if (refused)
        return gt_fail(err, GT_EINPUT,
                       "CRS: expected a geographic or projected one, found \"%s\", which is %s",
                       shown(a, text), refused);
    struct gt_crs *c = GT_TAKE(a, struct gt_crs);
    GT_TRY(fill(a, &p, crs, c, err));
    *out = c;
    return GT_OK;
}

enum gt_status gt_crs_geographic(struct gt_arena *a, const struct gt_crs *crs,
                                 const struct gt_crs **out, struct gt_err *err)
{
    *out = crs;
    if (crs->kind == GT_CRS_GEOGRAPHIC)
        return GT_OK;
    GT_AUTO_PROJ p = {0};
    GT_TRY(gt_proj_open(&p, err));
    GT_AUTO_PJ own = proj_create(p.ctx, crs->wkt);
    GT_AUTO_PJ base = own ? proj_crs_get_geodetic_crs(p.ctx, own) : NULL;
    if (!base)
        return gt_fail(err, GT_EINTERNAL, "CRS \"%s\" cannot be read again: %s", crs->name, p.log);
    return gt_crs_parse(a, as_wkt(a, p.ctx, base, PJ_WKT2_2019), out, err);
}

/* ---- Comparing ---- */

static PJ *normalised(struct gt_proj *p, const struct gt_crs *crs)
{
    GT_AUTO_PJ own = proj_create(p->ctx, crs->wkt);
    return own ? proj_normalize_for_visualization(p->ctx, own) : NULL;
}

bool gt_crs_same(const struct gt_crs *a, const struct gt_crs *b)
{
    if (a == b || strcmp(a->wkt, b->wkt) == 0)
        return true;
    if (a->kind != b->kind)
        return false;
    GT_AUTO_PROJ p = {0};
    if (gt_proj_open(&p, NULL) != GT_OK)
        return false;
    GT_AUTO_PJ x = normalised(&p, a);
    GT_AUTO_PJ y = normalised(&p, b);
    return x && y &&
           proj_is_equivalent_to_with_ctx(p.ctx, x, y,
                                          PJ_COMP_EQUIVALENT_EXCEPT_AXIS_ORDER_GEOGCRS);
}
