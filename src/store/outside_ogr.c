/* outside_ogr.c: layers of outside files through OGR, read in parts: geometries as well-known
 * binary, so that what is odd about them is seen. */
#include "gpkg.h"
#include "letters.h"
#include "outside_layers.h"

#include <math.h>
#include <string.h>

struct ogr_layer {
    struct gt_layer l;
    struct gt_outside_set *set;
    struct gt_layer_source source;
    int64_t at; /* place of the next feature; -1: to be begun again */
    bool told;  /* of a file that is damaged */
};

/* ---- Geometries ---- */

static const void *wkb_of(const struct gt_gdal *gdal, struct gt_arena *a, OGRGeometryH g, size_t *n)
{
    void *wkb;
    *n = gdal->OGR_G_WkbSizeEx(g);
    if (gt_reserve(a, *n, 1, "a geometry", &wkb, NULL) != GT_OK ||
        gdal->OGR_G_ExportToIsoWkb(g, wkbNDR, wkb) != OGRERR_NONE)
        return NULL;
    return wkb;
}

enum gt_status gt_wkb_straight(struct gt_arena *a, const void *wkb, size_t n, const void **out,
                               size_t *n_out, struct gt_err *err)
{
    const struct gt_gdal *gdal;
    OGRGeometryH g = NULL, line = NULL;
    *out = NULL;
    GT_TRY(gt_gdal_get(&gdal, err));
    GT_GDAL_LISTEN(said, gdal);
    if (gdal->OGR_G_CreateFromWkbEx(wkb, NULL, &g, n) == OGRERR_NONE)
        line = gdal->OGR_G_GetLinearGeometry(g, 0, NULL);
    if (line)
        *out = wkb_of(gdal, a, line, n_out);
    gdal->OGR_G_DestroyGeometry(line);
    gdal->OGR_G_DestroyGeometry(g);
    return GT_OK;
}

static enum gt_status add_geometry(const struct ogr_layer *o, struct gt_shape_builder *b,
                                   OGRGeometryH g, uint16_t *trait, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_gdal *gdal = o->l.gdal;
    size_t n = 0;
    *trait = 0;
    if (!g) {
        *trait = GT_TRAIT_NULL;
        return gt_shape_add_empty(b, err);
    }
    const void *wkb;
    if (gdal->OGR_G_HasCurveGeometry(g, 1)) {
        OGRGeometryH line = gdal->OGR_G_GetLinearGeometry(g, 0, NULL);
        *trait = GT_TRAIT_CURVED;
        wkb = line ? wkb_of(gdal, scratch, line, &n) : NULL;
        gdal->OGR_G_DestroyGeometry(line);
    } else {
        wkb = wkb_of(gdal, scratch, g, &n);
    }
    return gt_shape_add_loose(b, wkb ? wkb : "", wkb ? n : 0, trait, err);
}

/* ---- A part ---- */

struct part {
    struct gt_arena *a;
    const struct gt_layer_query *q;
    struct gt_shape_builder shapes;
    struct gt_value *all, *value; /* of one feature, all fields; of the part, those wanted */
    int64_t *id;
    uint16_t *trait;
    size_t n_fields, n, value_cap, id_cap, trait_cap;
    bool shapes_wanted;
};

static enum gt_status skip_to(struct ogr_layer *o, int64_t from, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->l.gdal;
    if (o->at == from)
        return GT_OK;
    if (from > 0 && gdal->OGR_L_TestCapability(o->l.ogr, OLCFastSetNextByIndex) &&
        gdal->OGR_L_SetNextByIndex(o->l.ogr, from) == OGRERR_NONE) {
        o->at = from;
        return GT_OK;
    }
    if (o->at < 0 || o->at > from) {
        gdal->OGR_L_ResetReading(o->l.ogr);
        o->at = 0;
    }
    for (; o->at < from; o->at++) {
        OGRFeatureH f = gdal->OGR_L_GetNextFeature(o->l.ogr);
        if (!f)
            break;
        gdal->OGR_F_Destroy(f);
        if (gt_stopped(o->set->w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
    }
    return GT_OK;
}

static enum gt_status take_values(struct ogr_layer *o, struct part *p, OGRFeatureH f,
                                  struct gt_err *err)
{
    size_t need = (p->n + 1) * (p->n_fields + 1);
    if (p->n_fields == 0)
        return GT_OK;
    GT_TRY(gt_shape_room(p->a, &p->value, need, &p->value_cap, sizeof *p->value, err));
    o->l.a = p->a;
    o->l.feature = f;
    enum gt_status status = gt_layer_values(&o->l, f, p->all, err);
    o->l.feature = NULL;
    for (size_t i = 0; i < p->n_fields; i++)
        p->value[p->n * p->n_fields + i] = p->all[p->q->field ? (size_t)p->q->field[i] : i];
    return status;
}

static enum gt_status take(struct ogr_layer *o, struct part *p, OGRFeatureH f, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->l.gdal;
    struct gt_shape_builder before = p->shapes;
    GT_TRY(gt_shape_room(p->a, &p->trait, p->n, &p->trait_cap, sizeof *p->trait, err));
    GT_TRY(gt_shape_room(p->a, &p->id, p->n, &p->id_cap, sizeof *p->id, err));
    if (p->shapes_wanted) {
        GT_TRY(add_geometry(o, &p->shapes, gdal->OGR_F_GetGeometryRef(f), &p->trait[p->n], err));
        if (p->q->box && !gt_shape_last_meets(&p->shapes, *p->q->box)) {
            gt_shape_back(&p->shapes, &before);
            return GT_OK;
        }
    }
    GT_TRY(take_values(o, p, f, err));
    p->id[p->n++] = gdal->OGR_F_GetFID(f);
    return GT_OK;
}

static void tell_damage(struct ogr_layer *o, const struct gt_gdal_said *said)
{
    if (said->failures && !o->told)
        gt_warn(o->set->w, "%s, layer %s: the file is cut off or damaged: %s", o->source.file,
                o->source.name, said->error);
    o->told = o->told || said->failures;
}

static enum gt_status take_all(struct ogr_layer *o, struct part *p, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->l.gdal;
    GT_GDAL_LISTEN(said, gdal);
    const struct gt_box *box = o->source.table ? NULL : p->q->box;
    bool by_box = box && !p->q->from && !p->q->count;
    int64_t end = p->q->count ? p->q->from + p->q->count : INT64_MAX;
    if (by_box) {
        gdal->OGR_L_SetSpatialFilterRect(o->l.ogr, box->x0, box->y0, box->x1, box->y1);
        o->at = -1;
    }
    enum gt_status status = skip_to(o, p->q->from, err);
    while (status == GT_OK && o->at < end) {
        OGRFeatureH f = gdal->OGR_L_GetNextFeature(o->l.ogr);
        if (!f)
            break;
        o->at++;
        status =
            gt_stopped(o->set->w) ? gt_fail(err, GT_ECANCELLED, "stopped") : take(o, p, f, err);
        gdal->OGR_F_Destroy(f);
    }
    if (by_box) {
        gdal->OGR_L_SetSpatialFilter(o->l.ogr, NULL);
        o->at = -1;
    }
    tell_damage(o, &said);
    return status;
}

static const struct gt_features *features_of(const struct ogr_layer *o, struct part *p)
{
    struct gt_features *f = GT_TAKE(p->a, struct gt_features);
    const char **names = GT_TAKE_N(p->a, const char *, p->n_fields + 1);
    struct gt_field *type = GT_TAKE_N(p->a, struct gt_field, p->n_fields + 1);
    bool odd = false;
    for (size_t i = 0; i < p->n_fields; i++) {
        type[i] = o->source.field[p->q->field ? (size_t)p->q->field[i] : i];
        names[i] = type[i].name;
    }
    for (size_t i = 0; i < p->n; i++)
        odd = odd || p->trait[i];
    bool shapes = p->shapes_wanted && !p->q->no_shapes;
    *f = (struct gt_features){
        .shapes = shapes ? gt_shape_end(&p->shapes, o->source.crs) : NULL,
        .n_rows = p->n,
        .n_fields = p->n_fields,
        .field = names,
        .value = p->value,
        .type = type,
        .id = p->id,
        .trait = odd ? p->trait : NULL,
        .outer = shapes ? p->shapes.outer : NULL,
    };
    return f;
}

static enum gt_status read_part(void *ctx, struct gt_arena *a, const struct gt_layer_query *q,
                                const struct gt_features **out, struct gt_err *err)
{
    struct ogr_layer *o = ctx;
    struct part p = {.a = a, .q = q};
    size_t all = o->source.n_fields;
    p.n_fields = q->no_fields ? 0 : q->field ? q->n_fields : all;
    p.shapes_wanted = !o->source.table && (!q->no_shapes || q->box);
    for (size_t i = 0; q->field && i < p.n_fields; i++)
        if (q->field[i] < 0 || (size_t)q->field[i] >= all)
            return gt_fail(err, GT_EINTERNAL, "expected a field below %zu, found %d", all,
                           q->field[i]);
    p.all = GT_TAKE_N(a, struct gt_value, all + 1);
    gt_shape_begin(&p.shapes, a, o->source.kind);
    GT_TRY(take_all(o, &p, err));
    *out = features_of(o, &p);
    return GT_OK;
}

/* ---- What a layer is ---- */

/* 0 points, 1 lines, 2 polygons, 3 no shapes, -1 not said. */
static int kind_of(const struct gt_gdal *gdal, OGRwkbGeometryType type)
{
    switch ((int)gdal->OGR_GT_Flatten(type)) {
    case wkbPoint:
    case wkbMultiPoint: return 0;
    case wkbLineString:
    case wkbMultiLineString:
    case wkbCircularString:
    case wkbCompoundCurve:
    case wkbMultiCurve:
    case wkbCurve: return 1;
    case wkbPolygon:
    case wkbMultiPolygon:
    case wkbCurvePolygon:
    case wkbMultiSurface:
    case wkbSurface:
    case wkbPolyhedralSurface:
    case wkbTIN:
    case wkbTriangle: return 2;
    case wkbNone: return 3;
    default: return -1;
    }
}

/* The kind that most features have, where the layer does not say. */
static int commonest_kind(const struct gt_gdal *gdal, OGRLayerH layer)
{
    int64_t n[3] = {0};
    gdal->OGR_L_ResetReading(layer);
    for (OGRFeatureH f; (f = gdal->OGR_L_GetNextFeature(layer)) != NULL;) {
        OGRGeometryH g = gdal->OGR_F_GetGeometryRef(f);
        int kind = g ? kind_of(gdal, gdal->OGR_G_GetGeometryType(g)) : -1;
        if (kind >= 0 && kind < 3)
            n[kind]++;
        gdal->OGR_F_Destroy(f);
    }
    return n[2] && n[2] >= n[1] && n[2] >= n[0] ? 2 : n[1] > n[0] ? 1 : 0;
}

static enum gt_column_kind column_kind(OGRFieldType type)
{
    if (type == OFTInteger || type == OFTInteger64)
        return GT_COLUMN_INT;
    return type == OFTReal ? GT_COLUMN_REAL : GT_COLUMN_TEXT;
}

static enum gt_status find_fields(struct ogr_layer *o, struct gt_err *err)
{
    const struct gt_gdal *gdal = o->l.gdal;
    GT_TRY(gt_layer_source_columns(&o->l, err));
    OGRFeatureDefnH defn = gdal->OGR_L_GetLayerDefn(o->l.ogr);
    struct gt_field *field = GT_TAKE_N(o->set->a, struct gt_field, o->l.column.n + 1);
    for (size_t i = 0; i < o->l.column.n; i++) {
        const struct gt_layer_column *c = &o->l.column.v[i];
        OGRFieldDefnH fd = gdal->OGR_FD_GetFieldDefn(defn, c->field);
        field[i] = (struct gt_field){.name = c->name,
                                     .kind = column_kind(c->type),
                                     .length = gdal->OGR_Fld_GetWidth(fd),
                                     .decimals = gdal->OGR_Fld_GetPrecision(fd)};
    }
    o->source.field = field;
    o->source.n_fields = o->l.column.n;
    return GT_OK;
}

static enum gt_status add_layer(struct gt_outside_set *set, const struct gt_layer *like,
                                OGRLayerH layer, bool table, struct gt_err *err)
{
    double none = (double)NAN;
    const struct gt_gdal *gdal = like->gdal;
    struct ogr_layer *o = GT_TAKE(set->a, struct ogr_layer);
    GT_GDAL_LISTEN(said, gdal);
    *o = (struct ogr_layer){.l = *like, .set = set, .at = -1};
    o->l.ogr = layer;
    const char *name = gdal->OGR_L_GetName(layer), *crs = NULL;
    GT_TRY(gt_layer_text(&o->l, "the names of layers", name, &name, err));
    o->l.name = name;
    int kind = table ? 3 : kind_of(gdal, gdal->OGR_L_GetGeomType(layer));
    if (kind < 0)
        kind = commonest_kind(gdal, layer);
    o->source = (struct gt_layer_source){
        .name = name,
        .file = set->path,
        .table = kind == 3,
        .kind = kind == 3 ? GT_SHAPE_POINT : (enum gt_shape_kind)kind,
        .n = gdal->OGR_L_GetFeatureCount(layer, 1),
        .box = {none, none, none, none},
        .read = read_part,
        .ctx = o,
    };
    GT_TRY(find_fields(o, err));
    if (kind != 3) {
        GT_TRY(gt_gdal_crs_text(set->a, gdal, gdal->OGR_L_GetSpatialRef(layer), &crs, err));
        o->source.crs = gt_outside_set_crs(set, crs);
    }
    *GT_PUSH(set->a, &set->layer) = &o->source;
    return GT_OK;
}

/* ---- Letters ---- */

static enum gt_status open_again_raw(struct gt_outside_set *set, struct gt_layer *l,
                                     const struct gt_outside_opt *opt, struct gt_err *err)
{
    static const char *const raw[] = {"ENCODING=", NULL};
    struct gt_outside_opt again = *opt;
    again.options = raw;
    GT_TRY(gt_outside_open(NULL, set->a, set->path, &again, &l->file, err));
    l->ogr = l->gdal->GDALDatasetGetLayer(l->file->ds, 0);
    l->raw = true;
    if (l->ogr)
        gt_layer_guess_letters(l);
    return GT_OK;
}

/* ---- Files ---- */

static enum gt_status open_set(struct gt_outside_set *set, bool table, struct gt_err *err)
{
    static const struct gt_import none = {0};
    static const char *const of_csv[] = {"HEADERS=YES", "AUTODETECT_TYPE=NO",
                                         "EMPTY_STRING_AS_NULL=YES", NULL};
    struct gt_layer l = {.a = set->a, .in = &none, .w = set->w, .table = table, .loose = true};
    const char *const given[] = {
        set->how.encoding ? gt_printf(set->a, "ENCODING=%s", set->how.encoding) : NULL, NULL};
    bool csv = table && gt_ends(set->path, "csv");
    const struct gt_outside_opt opt = {.kind = table ? GT_OUTSIDE_TABLE : GT_OUTSIDE_VECTOR,
                                       .options = csv ? of_csv : given,
                                       .no_hash = true};
    GT_TRY(gt_gdal_get(&l.gdal, err));
    GT_TRY(gt_outside_open(NULL, set->a, set->path, &opt, &l.file, err));
    if (!set->how.encoding && strcmp(l.file->driver, "ESRI Shapefile") == 0) {
        l.ogr = l.gdal->GDALDatasetGetLayer(l.file->ds, 0);
        if (l.ogr && !gt_layer_encoding_known(&l))
            GT_TRY(open_again_raw(set, &l, &opt, err));
    }
    int n = l.gdal->GDALDatasetGetLayerCount(l.file->ds);
    for (int i = 0; i < n; i++) {
        OGRLayerH layer = l.gdal->GDALDatasetGetLayer(l.file->ds, i);
        OGRFeatureDefnH defn = layer ? l.gdal->OGR_L_GetLayerDefn(layer) : NULL;
        if (!layer || (l.gdal->OGR_FD_GetGeomFieldCount(defn) == 0 &&
                       l.gdal->OGR_FD_GetFieldCount(defn) == 0))
            continue;
        GT_TRY(add_layer(set, &l, layer, table, err));
    }
    return GT_OK;
}

enum gt_status gt_outside_by_ogr(struct gt_outside_set *set, struct gt_err *err)
{
    return open_set(set, false, err);
}

enum gt_status gt_outside_by_table(struct gt_outside_set *set, struct gt_err *err)
{
    return open_set(set, true, err);
}
