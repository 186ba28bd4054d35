/* export_vector.c: vector layers as GeoPackage (by our own hand) and through GDAL's drivers. */
#include "export.h"
#include "gpkg.h"
#include "wkb.h"

#include <math.h>
#include <string.h>

#define DBF_NAME 10 /* bytes */

enum gt_status gt_export_gpkg(struct gt_exporting *e, struct gt_err *err)
{
    const struct gt_features *f;
    struct sqlite3 *db;
    struct gt_gpkg_made made;
    char now[32];
    GT_TRY(gt_store_features(e->s, e->a, e->d, &f, err));
    gt_time_now(now);
    struct gt_gpkg_table t = {
        .schema = "main", .table = e->d->id, .title = e->d->title, .time = now};
    GT_TRY(gt_db_open(e->path, true, &db, err));
    enum gt_status status = gt_gpkg_create(db, err);
    if (status == GT_OK)
        status = gt_gpkg_functions(db, err);
    if (status == GT_OK)
        status = gt_db_run(db, "BEGIN", err);
    if (status == GT_OK)
        status = gt_gpkg_write(db, &t, f, &made, err);
    if (status == GT_OK)
        status = gt_db_run(db, "COMMIT", err);
    gt_db_close(db);
    return status;
}

/* ---- Through GDAL ---- */

struct layer_out {
    struct gt_exporting *e;
    const struct gt_features *f;
    const char *driver;
    const char *const (*options)[2]; /* of the layer; ends with NULL */
    const char *const *name;         /* of the fields, where the format does not keep f's */
    GDALDatasetH ds;
    OGRLayerH layer;
    enum gt_gpkg_type *type;
    bool multi;
};

static OGRwkbGeometryType layer_type(const struct layer_out *o)
{
    switch (o->f->shapes->kind) {
    case GT_SHAPE_POINT: return o->multi ? wkbMultiPoint : wkbPoint;
    case GT_SHAPE_LINE: return o->multi ? wkbMultiLineString : wkbLineString;
    default: return o->multi ? wkbMultiPolygon : wkbPolygon;
    }
}

static enum gt_status make_layer(struct layer_out *o, struct gt_err *err)
{
    static const OGRFieldType types[] = {OFTString, OFTInteger64, OFTReal};
    const struct gt_gdal *gdal = o->e->gdal;
    GT_GDAL_LISTEN(said, gdal);
    OGRSpatialReferenceH srs;
    char **list = NULL;
    GT_TRY(gt_gdal_crs_new(gdal, o->f->shapes->crs, &srs, err));
    for (const char *const(*p)[2] = o->options; (*p)[0]; p++)
        list = gdal->CSLSetNameValue(list, (*p)[0], (*p)[1]);
    o->ds = gdal->GDALCreate(gdal->GDALGetDriverByName(o->driver), o->e->path, 0, 0, 0, GDT_Unknown,
                             NULL);
    if (o->ds)
        o->layer = gdal->GDALDatasetCreateLayer(o->ds, o->e->d->id, srs, layer_type(o), list);
    gdal->CSLDestroy(list);
    gdal->OSRDestroySpatialReference(srs);
    bool ok = o->layer != NULL;
    for (size_t i = 0; ok && i < o->f->n_fields; i++) {
        const char *name = o->name ? o->name[i] : o->f->field[i];
        OGRFieldDefnH field = gdal->OGR_Fld_Create(name, types[o->type[i]]);
        ok = gdal->OGR_L_CreateField(o->layer, field, 1) == OGRERR_NONE;
        gdal->OGR_Fld_Destroy(field);
    }
    if (!ok || said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "cannot make %s", gt_path_base(o->e->path));
    if (said.warnings)
        gt_warn(o->e->w, "%s: %s", o->e->d->id, said.warning);
    return GT_OK;
}

static void set_field(const struct layer_out *o, OGRFeatureH to, int i, const struct gt_value *v)
{
    const struct gt_gdal *gdal = o->e->gdal;
    if (v->kind == GT_V_TEXT)
        gdal->OGR_F_SetFieldString(to, i, v->text);
    else if (v->kind == GT_V_NUM && o->type[i] == GT_GPKG_INT)
        gdal->OGR_F_SetFieldInteger64(to, i, (GIntBig)v->num);
    else if (v->kind == GT_V_NUM)
        gdal->OGR_F_SetFieldDouble(to, i, v->num);
    else
        gdal->OGR_F_SetFieldNull(to, i);
}

static enum gt_status add_feature(struct layer_out *o, size_t i, struct gt_buf *wkb,
                                  struct gt_gdal_said *said, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->e->gdal;
    OGRGeometryH g = NULL;
    wkb->n = 0;
    GT_TRY(gt_wkb_add(wkb, o->f->shapes, i, o->multi, err));
    if (gdal->OGR_G_CreateFromWkbEx(wkb->p, NULL, &g, wkb->n) != OGRERR_NONE)
        return gt_gdal_fail(said, GT_EINTERNAL, err, "feature %zu: GDAL does not take its geometry",
                            i + 1);
    OGRFeatureH f = gdal->OGR_F_Create(gdal->OGR_L_GetLayerDefn(o->layer));
    for (size_t j = 0; j < o->f->n_fields; j++)
        set_field(o, f, (int)j, &o->f->value[i * o->f->n_fields + j]);
    gdal->OGR_F_SetGeometryDirectly(f, g);
    bool ok = gdal->OGR_L_CreateFeature(o->layer, f) == OGRERR_NONE && !said->failures;
    gdal->OGR_F_Destroy(f);
    if (!ok)
        return gt_gdal_fail(said, GT_EIO, err, "feature %zu: cannot write it", i + 1);
    return GT_OK;
}

static enum gt_status add_features(struct layer_out *o, struct gt_err *err)
{
    struct gt_buf wkb = {.a = o->e->a};
    GT_GDAL_LISTEN(said, o->e->gdal);
    for (size_t i = 0; i < o->f->shapes->n; i++) {
        if (gt_stopped(o->e->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(add_feature(o, i, &wkb, &said, err));
        if (i % 256 == 0)
            gt_progress(o->e->w, o->e->d->id, (int64_t)i, (int64_t)o->f->shapes->n);
    }
    if (said.warnings)
        gt_warn(o->e->w, "%s: %s", o->e->d->id, said.warning);
    return GT_OK;
}

static enum gt_status close_layer(struct layer_out *o, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, o->e->gdal);
    o->e->gdal->GDALClose(o->ds);
    if (said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "cannot finish %s", gt_path_base(o->e->path));
    return GT_OK;
}

static enum gt_status write_layer(struct layer_out *o, struct gt_err *err)
{
    o->type = GT_TAKE_N(o->e->a, enum gt_gpkg_type, o->f->n_fields + 1);
    for (size_t i = 0; i < o->f->n_fields; i++)
        o->type[i] = gt_gpkg_type_of(o->f, i);
    o->multi = gt_wkb_is_multi(o->f->shapes);
    enum gt_status status = make_layer(o, err);
    if (status == GT_OK)
        status = add_features(o, err);
    if (!o->ds)
        return status;
    enum gt_status closed = close_layer(o, status == GT_OK ? err : NULL);
    return status == GT_OK ? closed : status;
}

static enum gt_status export_by(struct gt_exporting *e, const char *driver,
                                const char *const options[][2], struct gt_err *err)
{
    struct layer_out o = {.e = e, .driver = driver, .options = options};
    GT_TRY(gt_store_features(e->s, e->a, e->d, &o.f, err));
    return write_layer(&o, err);
}

enum gt_status gt_export_geojson(struct gt_exporting *e, struct gt_err *err)
{
    static const char *const options[][2] = {
        {"RFC7946", "YES"}, {"COORDINATE_PRECISION", "9"}, {NULL, NULL}};
    struct layer_out o = {.e = e, .driver = "GeoJSON", .options = options};
    const struct gt_crs *lon_lat;
    const struct gt_shapes *shapes;
    GT_TRY(gt_store_features(e->s, e->a, e->d, &o.f, err));
    GT_TRY(gt_crs_parse(e->a, "EPSG:4326", &lon_lat, err));
    GT_TRY(gt_shapes_to_crs(e->a, o.f->shapes, lon_lat, 1e-3, &shapes, err));
    struct gt_features moved = *o.f;
    struct gt_shapes plain = *shapes;
    plain.crs = lon_lat;
    moved.shapes = &plain;
    o.f = &moved;
    return write_layer(&o, err);
}

enum gt_status gt_export_shp(struct gt_exporting *e, struct gt_err *err)
{
    static const char *const options[][2] = {{"ENCODING", "UTF-8"}, {NULL, NULL}};
    struct layer_out o = {.e = e, .driver = "ESRI Shapefile", .options = options};
    GT_TRY(gt_store_features(e->s, e->a, e->d, &o.f, err));
    o.name = gt_export_names(e, o.f, DBF_NAME);
    return write_layer(&o, err);
}

enum gt_status gt_export_fgb(struct gt_exporting *e, struct gt_err *err)
{
    const char *const options[][2] = {{"TEMPORARY_DIR", e->dir}, {NULL, NULL}};
    return export_by(e, "FlatGeobuf", options, err);
}

enum gt_status gt_export_csv(struct gt_exporting *e, struct gt_err *err)
{
    static const char *const options[][2] = {
        {"GEOMETRY", "AS_WKT"}, {"WRITE_BOM", "YES"}, {"CREATE_CSVT", "NO"}, {NULL, NULL}};
    return export_by(e, "CSV", options, err);
}
