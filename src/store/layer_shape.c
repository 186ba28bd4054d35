/* layer_shape.c: geometries from outside, checked one by one, repaired where that is asked for. */
#include "layer.h"

#include <math.h>
#include <string.h>

static const char *const plural[] = {"points", "lines", "polygons"};

/* ---- What kind ---- */

static bool kind_of(const struct gt_gdal *gdal, OGRGeometryH g, enum gt_shape_kind *out)
{
    switch ((int)gdal->OGR_GT_Flatten(gdal->OGR_G_GetGeometryType(g))) {
    case wkbPoint:
    case wkbMultiPoint: *out = GT_SHAPE_POINT; return true;
    case wkbLineString:
    case wkbMultiLineString: *out = GT_SHAPE_LINE; return true;
    case wkbPolygon:
    case wkbMultiPolygon: *out = GT_SHAPE_POLYGON; return true;
    default: return false;
    }
}

static enum gt_status check_role(const struct gt_layer *l, enum gt_shape_kind kind,
                                 struct gt_err *err)
{
    static const enum gt_shape_role wanted[] = {GT_POINTS, GT_LINES, GT_POLYGONS};
    const struct gt_layer_role *role = l->in->role;
    if (!role || role->shape == GT_ANY_SHAPE || role->shape == wanted[kind])
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "%s: expected %s for %s, found %s (%s)", l->file->path,
                   plural[role->shape - GT_POINTS], role->id, plural[kind], gt_layer_where(l));
}

/* ---- Checks that GEOS does not survive or does not make ---- */

static enum gt_status check_numbers(const struct gt_layer *l, const double *xy, size_t n,
                                    struct gt_err *err)
{
    for (size_t i = 0; i < n; i++)
        if (!isfinite(xy[2 * i]) || !isfinite(xy[2 * i + 1]))
            return gt_fail(err, GT_EINPUT,
                           "%s, %s: expected finite coordinates, found %g, %g at its point %zu",
                           l->file->path, gt_layer_where(l), xy[2 * i], xy[2 * i + 1], i + 1);
    return GT_OK;
}

static enum gt_status check_ring(const struct gt_layer *l, const double *xy, size_t n,
                                 struct gt_err *err)
{
    const double *end = xy + 2 * (n - 1);
    if (n < 4)
        return gt_fail(
            err, GT_EINPUT,
            "%s, %s: expected rings of at least 4 points, found one of %zu at %.9g, %.9g",
            l->file->path, gt_layer_where(l), n, xy[0], xy[1]);
    if (xy[0] != end[0] || xy[1] != end[1])
        return gt_fail(
            err, GT_EINPUT,
            "%s, %s: expected closed rings, found one that starts at %.9g, %.9g and ends at "
            "%.9g, %.9g",
            l->file->path, gt_layer_where(l), xy[0], xy[1], end[0], end[1]);
    return GT_OK;
}

static enum gt_status check_line(const struct gt_layer *l, const double *xy, size_t n,
                                 struct gt_err *err)
{
    for (size_t i = 1; i < n; i++)
        if (xy[2 * i] != xy[0] || xy[2 * i + 1] != xy[1])
            return GT_OK;
    return gt_fail(
        err, GT_EINPUT,
        "%s, %s: expected lines of at least 2 different points, found one without a length "
        "at %.9g, %.9g",
        l->file->path, gt_layer_where(l), xy[0], xy[1]);
}

/* The last feature of b. */
static enum gt_status check_parts(const struct gt_layer *l, const struct gt_shape_builder *b,
                                  struct gt_err *err)
{
    int64_t from = b->part[b->n - 1], to = b->part[b->n];
    for (int64_t j = from; j < to; j++) {
        const double *xy = b->xy + 2 * b->point[j];
        size_t n = (size_t)(b->point[j + 1] - b->point[j]);
        GT_TRY(check_numbers(l, xy, n, err));
        if (b->kind == GT_SHAPE_POLYGON)
            GT_TRY(check_ring(l, xy, n, err));
        else if (b->kind == GT_SHAPE_LINE)
            GT_TRY(check_line(l, xy, n, err));
    }
    return GT_OK;
}

/* ---- Adding ---- */

static enum gt_status add_wkb(struct gt_layer *l, struct gt_shape_builder *b, OGRGeometryH g,
                              struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *wkb;
    size_t n = l->gdal->OGR_G_WkbSizeEx(g);
    GT_TRY(gt_reserve(scratch, n, 1, "a geometry", &wkb, err));
    if (l->gdal->OGR_G_ExportToIsoWkb(g, wkbNDR, wkb) != OGRERR_NONE)
        return gt_fail(err, GT_EINPUT,
                       "%s, %s: expected a geometry, found one that cannot be written",
                       l->file->path, gt_layer_where(l));
    if (gt_shape_add_wkb(b, wkb, n, err) != GT_OK)
        return gt_wrap(err, "%s, %s", l->file->path, gt_layer_where(l));
    return GT_OK;
}

/* Adds it and checks its parts; on failure b is as it was. */
static enum gt_status add_checked(struct gt_layer *l, struct gt_shape_builder *b, OGRGeometryH g,
                                  struct gt_err *err)
{
    struct gt_shape_builder before = *b;
    enum gt_status status = add_wkb(l, b, g, err);
    if (status == GT_OK)
        status = check_parts(l, b, err);
    if (status == GT_OK)
        return GT_OK;
    b->n = before.n;
    b->n_parts = before.n_parts;
    b->n_points = before.n_points;
    return status;
}

/* "Self-intersection at or near point 87.1 28.2" as GEOS says it. */
static bool is_valid(const struct gt_layer *l, OGRGeometryH g, char why[static 200])
{
    GT_GDAL_LISTEN(said, l->gdal);
    bool ok = l->gdal->OGR_G_IsValid(g);
    const char *text = said.warnings ? said.warning : said.failures ? said.error : "unknown fault";
    size_t n = strlen(text) < 199 ? strlen(text) : 199;
    memcpy(why, text, n);
    why[n] = '\0';
    return ok;
}

/* ---- Repair ---- */

/* The polygons of a repaired geometry; lines and points that fell off are left behind. */
static OGRGeometryH only_polygons(const struct gt_gdal *gdal, OGRGeometryH g)
{
    OGRGeometryH out = gdal->OGR_G_CreateGeometry(wkbMultiPolygon);
    int n = gdal->OGR_G_GetGeometryCount(g);
    OGRwkbGeometryType type = gdal->OGR_GT_Flatten(gdal->OGR_G_GetGeometryType(g));
    if (type == wkbPolygon) {
        gdal->OGR_G_AddGeometry(out, g);
        return out;
    }
    for (int i = 0; i < n; i++) {
        OGRGeometryH part = gdal->OGR_G_GetGeometryRef(g, i);
        type = gdal->OGR_GT_Flatten(gdal->OGR_G_GetGeometryType(part));
        if (type == wkbPolygon) {
            gdal->OGR_G_AddGeometry(out, part);
        } else if (type == wkbMultiPolygon) {
            for (int j = 0; j < gdal->OGR_G_GetGeometryCount(part); j++)
                gdal->OGR_G_AddGeometry(out, gdal->OGR_G_GetGeometryRef(part, j));
        }
    }
    return out;
}

static enum gt_status repair(struct gt_layer *l, struct gt_layer_shapes *s, OGRGeometryH g,
                             bool *added, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, l->gdal);
    l->gdal->OGR_G_CloseRings(g);
    OGRGeometryH fixed = l->gdal->OGR_G_MakeValid(g);
    if (!fixed)
        return gt_gdal_fail(&said, GT_EINPUT, err, "%s, %s: cannot be repaired", l->file->path,
                            gt_layer_where(l));
    OGRGeometryH polygons = only_polygons(l->gdal, fixed);
    double area = l->gdal->OGR_G_Area(polygons);
    enum gt_status status = GT_OK;
    s->repaired++;
    s->area += area;
    s->area_moved += fabs(area - l->gdal->OGR_G_Area(g));
    *added = area > 0;
    if (*added)
        status = add_checked(l, &s->b, polygons, err);
    else
        s->dropped++;
    l->gdal->OGR_G_DestroyGeometry(polygons);
    l->gdal->OGR_G_DestroyGeometry(fixed);
    return status;
}

/* Coordinates that are no numbers are beyond repair. */
static enum gt_status finite_or_fail(struct gt_layer *l, OGRGeometryH g, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_shape_builder b;
    gt_shape_begin(&b, scratch, GT_SHAPE_POLYGON);
    GT_TRY(add_wkb(l, &b, g, err));
    return check_numbers(l, b.xy, b.n_points, err);
}

static enum gt_status add_polygon(struct gt_layer *l, struct gt_layer_shapes *s, OGRGeometryH g,
                                  bool *added, struct gt_err *err)
{
    char why[200];
    struct gt_err first = {0};
    struct gt_shape_builder before = s->b;
    if (add_checked(l, &s->b, g, &first) != GT_OK) {
        GT_TRY(finite_or_fail(l, g, err));
        if (!l->in->repair)
            return gt_fail(err, first.status, "%s; --repair mends it", first.text);
        return repair(l, s, g, added, err);
    }
    if (is_valid(l, g, why))
        return GT_OK;
    if (!l->in->repair)
        return gt_fail(err, GT_EINPUT,
                       "%s, %s: expected a valid polygon, found: %s; --repair mends it",
                       l->file->path, gt_layer_where(l), why);
    s->b.n = before.n;
    s->b.n_parts = before.n_parts;
    s->b.n_points = before.n_points;
    return repair(l, s, g, added, err);
}

/* ---- One feature ---- */

/* A geometry of straight edges and two dimensions: g itself, changed, or a new one in *made. */
static OGRGeometryH simplify(struct gt_layer *l, struct gt_layer_shapes *s, OGRGeometryH g,
                             OGRGeometryH *made)
{
    *made = NULL;
    if (l->gdal->OGR_G_HasCurveGeometry(g, 1)) {
        s->curved++;
        *made = l->gdal->OGR_G_GetLinearGeometry(g, 0, NULL);
        g = *made ? *made : g;
    }
    if (l->gdal->OGR_G_Is3D(g) || l->gdal->OGR_G_IsMeasured(g)) {
        s->flattened++;
        l->gdal->OGR_G_FlattenTo2D(g);
    }
    return g;
}

static enum gt_status add_shape(struct gt_layer *l, struct gt_layer_shapes *s, OGRGeometryH g,
                                bool *added, struct gt_err *err)
{
    enum gt_shape_kind kind;
    if (!kind_of(l->gdal, g, &kind))
        return gt_fail(err, GT_EINPUT, "%s, %s: expected points, lines or polygons, found a %s",
                       l->file->path, gt_layer_where(l), l->gdal->OGR_G_GetGeometryName(g));
    s->count[kind]++;
    if (!s->begun) {
        GT_TRY(check_role(l, kind, err));
        gt_shape_begin(&s->b, l->a, kind);
        s->begun = true;
    }
    /* Only counted from here on: the layer is refused at its end. */
    *added = kind == s->b.kind;
    if (!*added)
        return GT_OK;
    return kind == GT_SHAPE_POLYGON ? add_polygon(l, s, g, added, err)
                                    : add_checked(l, &s->b, g, err);
}

enum gt_status gt_layer_shape(struct gt_layer *l, struct gt_layer_shapes *s, OGRFeatureH f,
                              bool *added, struct gt_err *err)
{
    OGRGeometryH made, g = l->gdal->OGR_F_GetGeometryRef(f);
    *added = false;
    if (!g || l->gdal->OGR_G_IsEmpty(g)) {
        s->empty++;
        return GT_OK;
    }
    g = simplify(l, s, g, &made);
    enum gt_status status = add_shape(l, s, g, added, err);
    l->gdal->OGR_G_DestroyGeometry(made);
    return status;
}
