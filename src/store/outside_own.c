/* outside_own.c: texts that own readers take, as a dataset of GDAL in memory: what imports a layer
 * need not know of them. */
#include "outside.h"
#include "outside_text.h"
#include "wkb.h"

#include <string.h>

struct maker {
    const struct gt_gdal *gdal;
    GDALDatasetH ds;
    const struct gt_text *text;
    const char *path;
};

/* Numbers, unless a cell of the column is something else. */
static OGRFieldType type_of(const struct gt_features *f, size_t n, size_t field)
{
    enum gt_column_kind kind = f->type ? f->type[field].kind : GT_COLUMN_TEXT;
    for (size_t i = 0; i < n && kind != GT_COLUMN_TEXT; i++)
        if (f->value[i * f->n_fields + field].kind == GT_V_TEXT)
            kind = GT_COLUMN_TEXT;
    return kind == GT_COLUMN_INT ? OFTInteger64 : kind == GT_COLUMN_REAL ? OFTReal : OFTString;
}

static bool make_fields(const struct maker *m, OGRLayerH layer, const struct gt_features *f)
{
    size_t n = gt_features_count(f);
    bool ok = true;
    for (size_t i = 0; i < f->n_fields && ok; i++) {
        OGRFieldDefnH d = m->gdal->OGR_Fld_Create(f->field[i], type_of(f, n, i));
        ok = m->gdal->OGR_L_CreateField(layer, d, 1) == OGRERR_NONE;
        m->gdal->OGR_Fld_Destroy(d);
    }
    return ok;
}

static void set_field(const struct maker *m, OGRFeatureH to, int i, const struct gt_value *v)
{
    if (v->kind == GT_V_TEXT)
        m->gdal->OGR_F_SetFieldString(to, i, v->text);
    else if (v->kind == GT_V_NUM)
        m->gdal->OGR_F_SetFieldDouble(to, i, v->num);
}

static enum gt_status add_feature(const struct maker *m, OGRLayerH layer,
                                  const struct gt_features *f, size_t i, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_buf wkb = {.a = a};
    OGRGeometryH g = NULL;
    const struct gt_shapes *s = f->shapes;
    if (s && s->part[i + 1] > s->part[i]) {
        GT_TRY(gt_wkb_add(&wkb, s, i, gt_wkb_is_multi(s), err));
        if (m->gdal->OGR_G_CreateFromWkbEx(wkb.p, NULL, &g, wkb.n) != OGRERR_NONE)
            return gt_fail(err, GT_EINPUT, "%s, feature %lld: expected a geometry, found none",
                           m->path, (long long)gt_features_id(f, i));
    }
    OGRFeatureH to = m->gdal->OGR_F_Create(m->gdal->OGR_L_GetLayerDefn(layer));
    for (size_t k = 0; k < f->n_fields; k++)
        set_field(m, to, (int)k, &f->value[i * f->n_fields + k]);
    if (g)
        m->gdal->OGR_F_SetGeometryDirectly(to, g);
    bool ok = m->gdal->OGR_L_CreateFeature(layer, to) == OGRERR_NONE;
    m->gdal->OGR_F_Destroy(to);
    return ok ? GT_OK
              : gt_fail(err, GT_EINTERNAL, "%s, feature %lld: GDAL cannot hold it", m->path,
                        (long long)gt_features_id(f, i));
}

static enum gt_status add_layer(const struct maker *m, const struct gt_text_layer *l,
                                const struct gt_crs *crs, struct gt_err *err)
{
    static const OGRwkbGeometryType types[] = {wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
    OGRSpatialReferenceH srs = NULL;
    if (crs)
        GT_TRY(gt_gdal_crs_new(m->gdal, crs, &srs, err));
    OGRLayerH layer = m->gdal->GDALDatasetCreateLayer(
        m->ds, l->name, srs, l->table ? wkbNone : types[l->f.shapes->kind], NULL);
    m->gdal->OSRDestroySpatialReference(srs);
    if (!layer || !make_fields(m, layer, &l->f))
        return gt_fail(err, GT_EINTERNAL, "%s: GDAL cannot hold the layer %s", m->path, l->name);
    size_t n = gt_features_count(&l->f);
    for (size_t i = 0; i < n; i++)
        GT_TRY(add_feature(m, layer, &l->f, i, err));
    return GT_OK;
}

enum gt_status gt_outside_own(struct gt_outside *o, struct gt_arena *a,
                              const struct gt_outside_opt *opt, struct gt_err *err)
{
    struct gt_text text;
    const struct gt_crs *crs = NULL;
    const struct gt_text_opt how = {o->path, opt->encoding, opt->work};
    struct maker m = {.gdal = o->gdal, .path = o->path, .text = &text};
    GT_TRY(gt_outside_text_read(a, o->real, &how, &text, err));
    if (text.crs[0])
        GT_TRY(gt_crs_parse(a, text.crs, &crs, err));
    GT_GDAL_LISTEN(said, o->gdal);
    GDALDriverH driver = o->gdal->GDALGetDriverByName("Memory");
    m.ds = driver ? o->gdal->GDALCreate(driver, "", 0, 0, 0, GDT_Unknown, NULL) : NULL;
    if (!m.ds)
        return gt_gdal_fail(&said, GT_EINTERNAL, err, "%s: GDAL has no layers in memory", o->path);
    o->ds = m.ds;
    o->driver = text.format;
    for (size_t i = 0; i < text.n; i++)
        GT_TRY(add_layer(&m, &text.v[i], crs, err));
    return GT_OK;
}
