/* export_vector.c: layers as GeoPackage (by our own hand) and through GDAL's drivers, chunk by
 * chunk. */
#include "export.h"
#include "gpkg.h"
#include "guotu/standard.h"
#include "wkb.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define DBF_NAME 10 /* bytes */
#define CHUNK 8192  /* features */

static const char *const of_geojson[][2] = {
    {"RFC7946", "YES"}, {"COORDINATE_PRECISION", "15"}, {NULL, NULL}};
static const char *const of_csv[][2] = {
    {"GEOMETRY", "AS_WKT"}, {"WRITE_BOM", "YES"}, {"CREATE_CSVT", "NO"}, {NULL, NULL}};
static const char *const of_none[][2] = {{NULL, NULL}};

static const struct gt_layer_format formats[] = {
    {.ending = ".gpkg", .driver = "GPKG", .write = gt_export_gpkg, .many = true},
    {".gdb", "OpenFileGDB", gt_export_ogr, true, false, false, of_none},
    {".shp", "ESRI Shapefile", gt_export_ogr, false, false, true, of_none},
    {".geojson", "GeoJSON", gt_export_ogr, false, true, false, of_geojson},
    {".json", "GeoJSON", gt_export_ogr, false, true, false, of_geojson},
    {".fgb", "FlatGeobuf", gt_export_ogr, false, false, false, of_none},
    {".csv", "CSV", gt_export_ogr, false, false, false, of_csv},
    {".kml", "KML", gt_export_ogr, false, true, false, of_none},
    {".parquet", "Parquet", gt_export_ogr, false, false, false, of_none},
};

const struct gt_layer_format *gt_layer_format_of(const char *path, struct gt_err *err)
{
    const char *dot = strrchr(gt_path_base(path), '.');
    for (size_t i = 0; i < GT_LEN(formats); i++)
        if (dot && strcasecmp(dot, formats[i].ending) == 0)
            return &formats[i];
    gt_fail(
        err, GT_EUSE,
        "%s: expected a name that ends with .gpkg, .gdb, .shp, .geojson, .fgb, .csv or .kml for "
        "a vector layer",
        path);
    return NULL;
}

/* ---- Chunks ---- */

typedef enum gt_status chunk_fn(void *ctx, struct gt_arena *a, const struct gt_features *f,
                                struct gt_err *err);

static enum gt_status each_chunk(const struct gt_exporting *e, const struct gt_file_layer *l,
                                 bool no_fields, chunk_fn *fn, void *ctx, struct gt_err *err)
{
    for (int64_t from = 0; from < l->source->n; from += CHUNK) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_features *f;
        const struct gt_layer_query q = {.from = from, .count = CHUNK, .no_fields = no_fields};
        if (gt_stopped(e->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
        GT_TRY(gt_layer_read(l->source, a, &q, &f, err));
        GT_TRY(fn(ctx, a, f, err));
        gt_progress(e->w, l->name, from, l->source->n);
    }
    return GT_OK;
}

/* What a layer's features are declared as. */
static const struct gt_features *like_of(struct gt_arena *a, const struct gt_layer_source *s)
{
    struct gt_features *f = GT_TAKE(a, struct gt_features);
    const char **names = GT_TAKE_N(a, const char *, s->n_fields + 1);
    struct gt_shape_builder b;
    for (size_t i = 0; i < s->n_fields; i++)
        names[i] = s->field[i].name;
    gt_shape_begin(&b, a, s->kind);
    *f = (struct gt_features){
        .shapes = s->table ? NULL : gt_shape_end(&b, s->crs),
        .n_fields = s->n_fields,
        .field = names,
        .type = s->field,
    };
    return f;
}

/* ---- GeoPackage ---- */

static enum gt_status add_to_gpkg(void *ctx, struct gt_arena *a, const struct gt_features *f,
                                  struct gt_err *err)
{
    (void)a;
    return gt_gpkg_add(ctx, f, err);
}

static enum gt_status write_gpkg(struct gt_exporting *e, struct sqlite3 *db, struct gt_err *err)
{
    char now[32];
    gt_time_now(now);
    GT_TRY(gt_gpkg_create(db, err));
    GT_TRY(gt_gpkg_functions(db, err));
    GT_TRY(gt_db_run(db, "BEGIN", err));
    for (size_t i = 0; i < e->n; i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        const struct gt_file_layer *l = &e->layer[i];
        struct gt_gpkg_table t = {
            .schema = "main", .table = l->name, .title = l->title, .time = now};
        struct gt_gpkg_made made;
        struct gt_gpkg_out *out;
        if (!t.title.en || !t.title.zh)
            t.title = (struct gt_text2){"", ""};
        GT_TRY(gt_gpkg_begin(db, a, &t, like_of(a, l->source), &out, err));
        GT_TRY(each_chunk(e, l, false, add_to_gpkg, out, err));
        GT_TRY(gt_gpkg_end(out, &made, err));
    }
    return gt_db_run(db, "COMMIT", err);
}

enum gt_status gt_export_gpkg(struct gt_exporting *e, struct gt_err *err)
{
    struct sqlite3 *db;
    GT_TRY(gt_db_open(e->path, true, &db, err));
    enum gt_status status = write_gpkg(e, db, err);
    gt_db_close(db);
    return status;
}

/* ---- Through GDAL ---- */

struct layer_out {
    struct gt_exporting *e;
    const struct gt_file_layer *l;
    const char *const *name; /* of the fields, where the format does not keep the source's */
    const struct gt_crs *crs;
    GDALDatasetH ds;
    OGRLayerH layer;
    int first; /* fields that the driver puts before ours, such as Name and Description of KML */
    bool multi;
    const struct gt_standard_field **standard; /* by field: whose width all values fit; NULL */
    int64_t n;
};

static enum gt_status look_for_multi(void *ctx, struct gt_arena *a, const struct gt_features *f,
                                     struct gt_err *err)
{
    struct layer_out *o = ctx;
    (void)a;
    (void)err;
    o->multi = o->multi || (f->shapes && gt_wkb_is_multi(f->shapes));
    return GT_OK;
}

/* Numbers that would lose digits keep the widest field. */
static bool fits(const struct gt_standard_field *f, const struct gt_value *v)
{
    double scale = pow(10, f->decimals),
           most = pow(10, f->length - (f->decimals ? f->decimals + 1 : 0));
    if (v->kind != GT_V_NUM)
        return v->kind == GT_V_NODATA;
    return v->num < most && v->num > -most / 10 &&
           fabs(v->num * scale - round(v->num * scale)) <= 1e-9 * fmax(1, fabs(v->num * scale));
}

static enum gt_status look_for_widths(void *ctx, struct gt_arena *a, const struct gt_features *f,
                                      struct gt_err *err)
{
    struct layer_out *o = ctx;
    (void)a;
    (void)err;
    for (size_t k = 0; k < f->n_fields; k++)
        for (size_t i = 0; i < gt_features_count(f) && o->standard[k]; i++)
            if (!fits(o->standard[k], &f->value[i * f->n_fields + k]))
                o->standard[k] = NULL;
    return GT_OK;
}

static enum gt_status find_widths(struct layer_out *o, struct gt_err *err)
{
    const struct gt_layer_source *s = o->l->source;
    const struct gt_standard_layer *std = o->e->opt->standard;
    o->standard = GT_TAKE_N(o->e->a, const struct gt_standard_field *, s->n_fields + 1);
    if (!std || !o->e->format->dbf)
        return GT_OK;
    for (size_t i = 0; i < s->n_fields; i++) {
        const struct gt_standard_field *f = gt_standard_field(std, s->field[i].name);
        bool number = f && (f->type == GT_TYPE_INT || f->type == GT_TYPE_FLOAT) && f->length > 0;
        o->standard[i] = number && s->field[i].kind != GT_COLUMN_TEXT ? f : NULL;
    }
    return each_chunk(o->e, o->l, false, look_for_widths, o, err);
}

static OGRwkbGeometryType layer_type(const struct layer_out *o)
{
    if (o->l->source->table)
        return wkbNone;
    switch (o->l->source->kind) {
    case GT_SHAPE_POINT: return o->multi ? wkbMultiPoint : wkbPoint;
    case GT_SHAPE_LINE: return o->multi ? wkbMultiLineString : wkbLineString;
    default: return o->multi ? wkbMultiPolygon : wkbPolygon;
    }
}

static bool make_fields(struct layer_out *o)
{
    static const OGRFieldType types[] = {OFTString, OFTInteger64, OFTReal};
    const struct gt_gdal *gdal = o->e->gdal;
    bool ok = true;
    o->first = gdal->OGR_FD_GetFieldCount(gdal->OGR_L_GetLayerDefn(o->layer));
    for (size_t i = 0; ok && i < o->l->source->n_fields; i++) {
        const struct gt_field *f = &o->l->source->field[i];
        OGRFieldType type = types[f->kind];
        if (f->kind == GT_COLUMN_INT && f->length > 0 && f->length <= 9)
            type = OFTInteger;
        OGRFieldDefnH field = gdal->OGR_Fld_Create(o->name ? o->name[i] : f->name, type);
        if (f->kind == GT_COLUMN_TEXT || o->e->format->dbf) {
            const struct gt_standard_field *std = o->standard[i];
            gdal->OGR_Fld_SetWidth(field, std ? std->length : f->length);
            gdal->OGR_Fld_SetPrecision(field, std ? std->decimals : f->length ? f->decimals : 0);
        }
        ok = gdal->OGR_L_CreateField(o->layer, field, 1) == OGRERR_NONE;
        gdal->OGR_Fld_Destroy(field);
    }
    return ok;
}

static enum gt_status make_layer(struct layer_out *o, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->e->gdal;
    const char *encoding = o->e->opt->encoding ? o->e->opt->encoding : "GBK";
    GT_GDAL_LISTEN(said, gdal);
    OGRSpatialReferenceH srs = NULL;
    char **list = NULL;
    if (o->crs)
        GT_TRY(gt_gdal_crs_new(gdal, o->crs, &srs, err));
    for (const char *const(*p)[2] = o->e->format->options; (*p)[0]; p++)
        list = gdal->CSLSetNameValue(list, (*p)[0], (*p)[1]);
    if (o->e->format->dbf)
        list = gdal->CSLSetNameValue(list, "ENCODING", encoding);
    if (strcmp(o->e->format->driver, "FlatGeobuf") == 0)
        list = gdal->CSLSetNameValue(list, "TEMPORARY_DIR", o->e->dir);
    o->layer = gdal->GDALDatasetCreateLayer(o->ds, o->l->name, srs, layer_type(o), list);
    gdal->CSLDestroy(list);
    gdal->OSRDestroySpatialReference(srs);
    bool ok = o->layer && make_fields(o);
    if (!ok || said.failures)
        return gt_gdal_fail(&said, GT_EIO, err, "cannot make %s", gt_path_base(o->e->path));
    if (said.warnings)
        gt_warn(o->e->w, "%s: %s", o->l->name, said.warning);
    return GT_OK;
}

static void set_field(const struct layer_out *o, OGRFeatureH to, size_t field,
                      const struct gt_value *v)
{
    const struct gt_gdal *gdal = o->e->gdal;
    const int i = o->first + (int)field;
    if (v->kind == GT_V_TEXT)
        gdal->OGR_F_SetFieldString(to, i, v->text);
    else if (v->kind == GT_V_NUM && o->l->source->field[field].kind == GT_COLUMN_INT)
        gdal->OGR_F_SetFieldInteger64(to, i, (GIntBig)v->num);
    else if (v->kind == GT_V_NUM)
        gdal->OGR_F_SetFieldDouble(to, i, v->num);
    else
        gdal->OGR_F_SetFieldNull(to, i);
}

static enum gt_status add_feature(struct layer_out *o, const struct gt_features *from, size_t i,
                                  struct gt_buf *wkb, struct gt_gdal_said *said, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->e->gdal;
    OGRGeometryH g = NULL;
    bool none = !from->shapes || (from->trait && (from->trait[i] & GT_TRAIT_NULL));
    wkb->n = 0;
    o->n++;
    if (!none) {
        GT_TRY(gt_wkb_add(wkb, from->shapes, i, o->multi, err));
        if (gdal->OGR_G_CreateFromWkbEx(wkb->p, NULL, &g, wkb->n) != OGRERR_NONE)
            return gt_gdal_fail(said, GT_EINTERNAL, err,
                                "feature %lld: GDAL does not take its geometry", (long long)o->n);
    }
    OGRFeatureH f = gdal->OGR_F_Create(gdal->OGR_L_GetLayerDefn(o->layer));
    for (size_t j = 0; j < from->n_fields; j++)
        set_field(o, f, j, &from->value[i * from->n_fields + j]);
    if (g)
        gdal->OGR_F_SetGeometryDirectly(f, g);
    bool ok = gdal->OGR_L_CreateFeature(o->layer, f) == OGRERR_NONE && !said->failures;
    gdal->OGR_F_Destroy(f);
    if (!ok)
        return gt_gdal_fail(said, GT_EIO, err, "feature %lld: cannot write it", (long long)o->n);
    return GT_OK;
}

/* GDAL goes on with question marks where letters do not fit the encoding. */
static enum gt_status check_letters(const struct layer_out *o, const struct gt_gdal_said *said,
                                    struct gt_err *err)
{
    if (!o->e->format->dbf || !said->warnings || !strstr(said->warning, "convert"))
        return GT_OK;
    return gt_fail(err, GT_EINPUT,
                   "%s: expected letters that %s has, found others up to feature %lld; give "
                   "--encoding GB18030 or UTF-8",
                   o->l->name, o->e->opt->encoding ? o->e->opt->encoding : "GBK", (long long)o->n);
}

static enum gt_status add_chunk(void *ctx, struct gt_arena *a, const struct gt_features *f,
                                struct gt_err *err)
{
    struct layer_out *o = ctx;
    struct gt_buf wkb = {.a = a};
    struct gt_features moved = *f;
    GT_GDAL_LISTEN(said, o->e->gdal);
    if (f->shapes && o->e->format->lon_lat && o->l->source->crs)
        GT_TRY(gt_shapes_to_crs(a, f->shapes, o->crs, 1e-3, &moved.shapes, err));
    for (size_t i = 0; i < gt_features_count(f); i++)
        GT_TRY(add_feature(o, &moved, i, &wkb, &said, err));
    GT_TRY(check_letters(o, &said, err));
    if (said.warnings)
        gt_warn(o->e->w, "%s: %s", o->l->name, said.warning);
    return GT_OK;
}

static enum gt_status write_layer(struct layer_out *o, struct gt_err *err)
{
    struct gt_exporting *e = o->e;
    const char *encoding = e->opt->encoding ? e->opt->encoding : "GBK";
    bool gbk = strcasecmp(encoding, "GBK") == 0 || strcasecmp(encoding, "CP936") == 0;
    o->crs = o->l->source->crs;
    if (e->format->lon_lat && o->crs)
        GT_TRY(gt_crs_parse(e->a, "EPSG:4326", &o->crs, err));
    if (e->format->dbf)
        o->name = gt_export_names(e, o->l, DBF_NAME, gbk ? 2 : 0);
    GT_TRY(each_chunk(e, o->l, true, look_for_multi, o, err));
    GT_TRY(find_widths(o, err));
    GT_TRY(make_layer(o, err));
    return each_chunk(e, o->l, false, add_chunk, o, err);
}

static enum gt_status write_layers(struct gt_exporting *e, GDALDatasetH ds, struct gt_err *err)
{
    for (size_t i = 0; i < e->n; i++) {
        struct layer_out o = {.e = e, .l = &e->layer[i], .ds = ds};
        GT_TRY(write_layer(&o, err));
    }
    return GT_OK;
}

enum gt_status gt_export_ogr(struct gt_exporting *e, struct gt_err *err)
{
    GT_GDAL_LISTEN(said, e->gdal);
    GDALDriverH driver = e->gdal->GDALGetDriverByName(e->format->driver);
    if (!driver)
        return gt_fail(err, GT_EUSE, "%s: GDAL has no driver for %s here; write .gpkg or .fgb",
                       gt_path_base(e->path), e->format->driver);
    GDALDatasetH ds = e->gdal->GDALCreate(driver, e->path, 0, 0, 0, GDT_Unknown, NULL);
    if (!ds)
        return gt_gdal_fail(&said, GT_EIO, err, "cannot make %s", gt_path_base(e->path));
    enum gt_status status = write_layers(e, ds, err);
    GT_GDAL_LISTEN(closing, e->gdal);
    e->gdal->GDALClose(ds);
    if (status == GT_OK && closing.failures)
        return gt_gdal_fail(&closing, GT_EIO, err, "cannot finish %s", gt_path_base(e->path));
    return status;
}

enum gt_status gt_layers_write(const char *path, const struct gt_file_layer *layer, size_t n,
                               const struct gt_file_opt *opt, struct gt_work *w, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_exporting e = {.a = a, .layer = layer, .n = n, .opt = opt, .w = w};
    e.format = gt_layer_format_of(path, err);
    if (!e.format)
        return err ? err->status : GT_EUSE;
    if (n != 1 && !e.format->many)
        return gt_fail(err, GT_EUSE, "%s: expected one layer for a %s file, found %zu", path,
                       e.format->ending, n);
    return gt_export_to(&e, path, opt->overwrite, e.format->write, err);
}
