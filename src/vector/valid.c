/* valid.c: polygons made valid, and the faces that lines enclose, by GEOS. */
#include "geos.h"

#include <math.h>
#include <string.h>

/* ---- Valid polygons ---- */

GT_MUST static enum gt_status copy_feature(struct gt_build *b, const struct gt_shapes *s, size_t i)
{
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++) {
        gt_build_points(b, s->xy + 2 * s->point[j], (size_t)(s->point[j + 1] - s->point[j]));
        gt_build_end_part(b);
    }
    return GT_OK;
}

static bool has_short_part(const struct gt_shapes *s, size_t i)
{
    for (int64_t j = s->part[i]; j < s->part[i + 1]; j++)
        if (s->point[j + 1] - s->point[j] < 4)
            return true;
    return false;
}

GT_MUST static enum gt_status one_valid(void *ctx, struct gt_geos *g, size_t i, struct gt_build *b,
                                        struct gt_err *err)
{
    const struct gt_shapes *s = ctx;
    GT_AUTO_GEOM m = {0};
    GT_AUTO_GEOM made = {0};
    if (isnan(gt_shape_box(s, i).x0)) /* empty, or not finite */
        return GT_OK;
    GT_TRY(gt_geos_from(g, s, i, &m, err));
    if (gt_geos_valid(g, m.p) && !has_short_part(s, i))
        return copy_feature(b, s, i);
    enum gt_status status = gt_geos_make_valid(g, m.p, &made, err);
    if (status != GT_OK) {
        gt_wrap(err, "feature %zu", i + 1);
        return status;
    }
    return gt_build_geom(b, g, GT_SHAPE_POLYGON, made.p, err);
}

enum gt_status gt_make_valid(struct gt_arena *a, const struct gt_shapes *s, struct gt_work *w,
                             double *moved_m2, const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_each e = {.fn = one_valid, .ctx = (void *)(uintptr_t)s, .n = s->n, .like = s};
    void *before;
    GT_TRY(gt_each_feature(a, &e, w, out, err));
    if (!moved_m2)
        return GT_OK;
    GT_TRY(gt_reserve(scratch, s->n + 1, sizeof(double), "areas", &before, err));
    GT_TRY(gt_polygon_areas(s, GT_AREA_TRAPEZOID, w, before, err));
    GT_TRY(gt_polygon_areas(*out, GT_AREA_TRAPEZOID, w, moved_m2, err));
    for (size_t i = 0; i < s->n; i++)
        moved_m2[i] -= ((double *)before)[i];
    return GT_OK;
}

/* ---- Faces of lines ---- */

/* All lines, noded, each stretch once. */
GT_MUST static enum gt_status noded(struct gt_geos *g, const struct gt_shapes *lines,
                                    struct gt_geom *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    GEOSGeometry **piece = GT_TAKE_N(scratch, GEOSGeometry *, lines->n + 1);
    unsigned made = 0;
    enum gt_status status = GT_OK;
    for (size_t i = 0; i < lines->n && status == GT_OK; i++) {
        struct gt_geom m;
        status = gt_geos_from(g, lines, i, &m, err);
        if (m.p)
            piece[made++] = m.p;
    }
    if (status != GT_OK) {
        while (made > 0)
            GEOSGeom_destroy_r(g->h, piece[--made]);
        return status;
    }
    GT_AUTO_GEOM all = {g, GEOSGeom_createCollection_r(g->h, GEOS_GEOMETRYCOLLECTION, piece, made)};
    *out = (struct gt_geom){g, all.p ? GEOSUnaryUnion_r(g->h, all.p) : NULL};
    return out->p ? GT_OK : gt_geos_fail(g, err, "the lines cannot be noded");
}

enum gt_status gt_polygonise(struct gt_arena *a, const struct gt_shapes *lines,
                             const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_shapes like = {.kind = GT_SHAPE_POLYGON, .crs = lines->crs};
    struct gt_geos *g;
    struct gt_build b;
    GT_TRY(gt_geos_open(scratch, 1, &g, err));
    GT_AUTO_GEOM net = {0};
    GT_AUTO_GEOM faces = {0};
    gt_build_init(&b, scratch);
    GT_TRY(noded(g, lines, &net, err));
    const GEOSGeometry *const one[] = {net.p};
    faces = (struct gt_geom){g, GEOSPolygonize_r(g->h, one, 1)};
    if (!faces.p)
        return gt_geos_fail(g, err, "the lines cannot be made into polygons");
    for (int i = 0; i < GEOSGetNumGeometries_r(g->h, faces.p); i++) {
        GT_TRY(gt_build_geom(&b, g, GT_SHAPE_POLYGON, GEOSGetGeometryN_r(g->h, faces.p, i), err));
        gt_build_end_feature(&b);
    }
    const struct gt_build *const all[] = {&b};
    return gt_build_join(a, all, 1, &like, out, err);
}
