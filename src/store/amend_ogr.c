/* amend_ogr.c: shapes of single features through GDAL's drivers: file geodatabases. */
#include "amend.h"
#include "gdal/gdal.h"

#include <string.h>

struct amending {
    const struct gt_gdal *gdal;
    const struct gt_amend *m;
    OGRLayerH layer;
};

static bool is_multi(const struct gt_gdal *gdal, OGRGeometryH g)
{
    switch ((int)gdal->OGR_GT_Flatten(gdal->OGR_G_GetGeometryType(g))) {
    case wkbMultiPolygon:
    case wkbMultiSurface:
    case wkbGeometryCollection: return true;
    default: return false;
    }
}

/* Before anything is changed. */
static enum gt_status check_layer(const struct amending *p, struct gt_err *err)
{
    const struct gt_gdal *gdal = p->gdal;
    const OGRwkbGeometryType type = gdal->OGR_L_GetGeomType(p->layer);
    const int flat = (int)gdal->OGR_GT_Flatten(type);
    if (flat == wkbNone || flat != (int)type)
        return gt_fail(err, GT_EUSE,
                       "%s: its shapes have heights or measures, which would be lost, or it has "
                       "none",
                       p->m->layer);
    for (size_t i = 0; i < p->m->n; i++) {
        OGRFeatureH f = gdal->OGR_L_GetFeature(p->layer, p->m->v[i].id);
        const bool has = f && gdal->OGR_F_GetGeometryRef(f);
        if (f)
            gdal->OGR_F_Destroy(f);
        if (!has)
            return gt_fail(err, GT_EUSE, "%s: expected a feature %lld with a geometry, found none",
                           p->m->layer, (long long)p->m->v[i].id);
    }
    return GT_OK;
}

static enum gt_status set_shape(const struct amending *p, const struct gt_amendment *v,
                                struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_gdal *gdal = p->gdal;
    struct gt_buf wkb = {.a = a};
    OGRGeometryH g = NULL;
    bool several;
    OGRFeatureH f = gdal->OGR_L_GetFeature(p->layer, v->id);
    OGRGeometryH old = f ? gdal->OGR_F_GetGeometryRef(f) : NULL;
    enum gt_status status =
        gt_amend_wkb(&wkb, p->m, v->shape, old && is_multi(gdal, old), &several, err);
    bool ok = status == GT_OK && old &&
              gdal->OGR_G_CreateFromWkbEx(wkb.p, NULL, &g, wkb.n) == OGRERR_NONE &&
              gdal->OGR_F_SetGeometryDirectly(f, g) == OGRERR_NONE &&
              gdal->OGR_L_SetFeature(p->layer, f) == OGRERR_NONE;
    if (f)
        gdal->OGR_F_Destroy(f);
    if (status == GT_OK && !ok)
        return gt_fail(err, GT_EIO, "%s, feature %lld: cannot change its shape", p->m->layer,
                       (long long)v->id);
    return status;
}

static enum gt_status amend(const struct amending *p, const struct gt_gdal_said *said,
                            struct gt_err *err)
{
    for (size_t i = 0; i < p->m->n; i++) {
        const struct gt_amendment *v = &p->m->v[i];
        if (v->remove && p->gdal->OGR_L_DeleteFeature(p->layer, v->id) != OGRERR_NONE)
            return gt_gdal_fail(said, GT_EIO, err, "%s, feature %lld: cannot remove it",
                                p->m->layer, (long long)v->id);
        if (!v->remove)
            GT_TRY(set_shape(p, v, err));
        if (said->failures)
            return gt_gdal_fail(said, GT_EIO, err, "%s, feature %lld", p->m->layer,
                                (long long)v->id);
    }
    return GT_OK;
}

enum gt_status gt_amend_ogr(const char *path, const struct gt_amend *m, struct gt_err *err)
{
    static const char *const drivers[] = {"OpenFileGDB", NULL};
    struct amending p = {.m = m};
    GT_TRY(gt_gdal_get(&p.gdal, err));
    GT_GDAL_LISTEN(said, p.gdal);
    GDALDatasetH ds = p.gdal->GDALOpenEx(
        path, GDAL_OF_VECTOR | GDAL_OF_UPDATE | GDAL_OF_VERBOSE_ERROR, drivers, NULL, NULL);
    if (!ds)
        return gt_gdal_fail(&said, GT_EUSE, err, "%s: cannot be changed", gt_path_base(path));
    p.layer = p.gdal->GDALDatasetGetLayerByName(ds, m->layer);
    enum gt_status status = p.layer ? check_layer(&p, err)
                                    : gt_fail(err, GT_EUSE, "%s: expected a layer %s, found none",
                                              gt_path_base(path), m->layer);
    if (status == GT_OK)
        status = amend(&p, &said, err);
    GT_GDAL_LISTEN(closing, p.gdal);
    p.gdal->GDALClose(ds);
    if (status == GT_OK && closing.failures)
        return gt_gdal_fail(&closing, GT_EIO, err, "%s: cannot finish", gt_path_base(path));
    return status;
}
