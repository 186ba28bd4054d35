/* test_import_vector.c: layers from outside: letters, fields, filters, geometries good and bad. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "gdal/gdal.h"
#include "kit.h"

#include <arpa/inet.h>
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct gt_layer_role any = {.id = "vector"};
static const struct gt_layer_role areas = {.id = "water", .shape = GT_POLYGONS};
static const struct gt_layer_role county = {
    .id = "county",
    .shape = GT_POLYGONS,
    .n_fields = 2,
    .fields = (const struct gt_field_role[]){
        {.name = "code",
         .alias = (const char *const[]){"XZQDM", "adcode", "id"},
         .n_alias = 3,
         .required = true},
        {.name = "name", .alias = (const char *const[]){"XZQMC", "name"}, .n_alias = 2}}};

static struct gt_arena *arena;
static const char *ws, *dir;
static struct gt_import_report report;
static struct gt_err err;

static void begin(void)
{
    arena = gt_arena_new();
    ws = kit_workspace(arena);
    dir = kit_tmpdir();
    err = (struct gt_err){0};
}

static void end(void)
{
    gt_arena_free(arena);
    arena = NULL;
}

static const char *in_dir(const char *name)
{
    return gt_path_join(arena, dir, name);
}

static struct gt_import import_of(const char *const *file, const struct gt_layer_role *role)
{
    return (struct gt_import){.files = file, .n_files = 1, .role = role};
}

static const struct gt_features *read_back(const char *id, const struct gt_dataset **d)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    const struct gt_features *f = NULL;
    T_STATUS_ERR(gt_store_find(s, arena, id, 0, d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_features(s, arena, *d, &f, &err), GT_OK, &err);
    kit_verify(s);
    gt_store_close(s);
    return f;
}

/* Refused with these words, and the workspace as it was. */
static void refused(const struct gt_import *in, enum gt_status status, const char *says)
{
    const struct gt_dataset *d;
    size_t n;
    GT_AUTO_ARENA a = gt_arena_new();
    T_STATUS_ERR(kit_import(ws, "x", in, NULL, &err), status, &err);
    T_HAS(err.text, says);
    T_OK(!strchr(err.text, '\n'));
    struct gt_store *s = kit_open(a, ws, GT_STORE_READ);
    T_STATUS_ERR(gt_store_list(s, a, &d, &n, &err), GT_OK, &err);
    T_EQ_INT(n, 0);
    gt_store_close(s);
}

/* ---- GeoJSON, written by hand ---- */

struct feature {
    const char *properties, *type, *coordinates;
    const char *more; /* members of the feature itself */
};

static const char *geojson(const char *name, const struct feature *f, size_t n)
{
    struct gt_buf b = {.a = arena};
    gt_buf_add(&b, "{\"type\":\"FeatureCollection\",\"features\":[");
    for (size_t i = 0; i < n; i++) {
        gt_buf_addf(&b, "%s{\"type\":\"Feature\",%s\"properties\":%s,\"geometry\":", i ? "," : "",
                    f[i].more ? f[i].more : "", f[i].properties ? f[i].properties : "{}");
        if (f[i].type)
            gt_buf_addf(&b, "{\"type\":\"%s\",\"coordinates\":%s}}", f[i].type, f[i].coordinates);
        else
            gt_buf_add(&b, f[i].coordinates);
    }
    gt_buf_add(&b, "]}");
    const char *path = in_dir(name);
    kit_write_text(path, b.p);
    return path;
}

#define SQUARE "[[[87,28],[88,28],[88,29],[87,29],[87,28]]]"
#define HOLED                                                                                      \
    "[[[87,28],[88,28],[88,29],[87,29],[87,28]],[[87.2,28.2],[87.4,28.4],[87.4,28.2],[87.2,28.2]]" \
    "]"
#define BOW "[[[87,28],[88,29],[88,28],[87,29],[87,28]]]"
#define OPEN "[[[87,28],[88,28],[88,29],[87,29]]]"

T_TEST(import_layer_comes_back_as_it_was)
{
    begin();
    static const struct feature f[] = {
        {"{\"id\":\"0101\",\"名称\":\"定日县\",\"n\":7,\"r\":0.5,\"b\":true}", "Polygon", HOLED,
         NULL},
        {"{\"id\":\"08\",\"n\":9007199254740993,\"r\":null,\"d\":\"2020-01-31\"}", "MultiPolygon",
         "[" SQUARE ",[[[89,28],[90,28],[90,29],[89,28]]]]", NULL},
    };
    const char *path = geojson("a.geojson", f, 2);
    struct gt_import in = import_of(&path, &any);
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    T_EQ_INT(report.features, 2);
    const struct gt_dataset *d;
    const struct gt_features *v = read_back("x", &d);
    T_EQ_STR(d->geometry, "polygon");
    T_EQ_STR(d->crs, "EPSG:4326");
    T_EQ_NUM(d->box.x1, 90);
    T_EQ_INT(v->n_fields, 6);
    T_EQ_STR(v->field[1], "名称");
    T_EQ_INT(gt_features_field(v, "N"), 2);
    T_EQ_INT(gt_features_field(v, "none"), -1);
    T_EQ_STR(v->value[0].text, "0101");
    T_EQ_STR(v->value[1].text, "定日县");
    /* A number too long for a double keeps its digits, and so does its column. */
    T_EQ_STR(v->value[2].text, "7");
    T_EQ_STR(v->value[6 + 2].text, "9007199254740993");
    T_EQ_NUM(v->value[3].num, 0.5);
    T_EQ_INT(v->value[6 + 3].kind, GT_V_NODATA);
    T_EQ_INT(v->value[5].kind, GT_V_NODATA);
    T_EQ_STR(v->value[6 + 5].text, "2020-01-31");
    T_EQ_INT(v->shapes->n, 2);
    T_EQ_INT(v->shapes->part[1], 2);
    T_EQ_INT(v->shapes->part[2], 4);
    T_EQ_INT(v->shapes->point[2], 9);
    end();
}

T_TEST(import_layer_ids_of_geojson_features)
{
    begin();
    static const struct feature text[] = {
        {"{\"name\":\"a\"}", "Polygon", SQUARE, "\"id\":\"540223\","},
        {"{\"name\":\"b\"}", "Polygon", SQUARE, "\"id\":\"08\","}};
    static const struct feature number[] = {
        {"{\"name\":\"a\"}", "Polygon", SQUARE, "\"id\":540223,"},
        {"{\"name\":\"b\"}", "Polygon", SQUARE, "\"id\":12,"}};
    static const struct feature none[] = {{"{\"name\":\"a\"}", "Polygon", SQUARE, NULL}};
    const struct gt_dataset *d;
    struct gt_expr *where;
    T_STATUS_ERR(gt_expr_parse(arena, "id = '540223'", &where, &err), GT_OK, &err);
    for (int i = 0; i < 2; i++) {
        const char *path = geojson("a.geojson", i ? number : text, 2);
        struct gt_import in = import_of(&path, &county);
        in.where = where;
        T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
        T_EQ_INT(report.features, 1);
        T_EQ_INT(report.skipped, 1);
        const struct gt_features *v = read_back("x", &d);
        int code = gt_features_field(v, "code");
        T_OK(code >= 0 && gt_features_field(v, "id") >= 0);
        T_EQ_STR(v->value[code].text, "540223");
    }
    const char *path = geojson("a.geojson", none, 1);
    struct gt_import in = import_of(&path, &any);
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    T_EQ_INT(gt_features_field(read_back("x", &d), "id"), -1);
    end();
}

/* ---- Fields ---- */

T_TEST(import_layer_fields_that_a_role_wants)
{
    begin();
    static const struct feature f[] = {
        {"{\"code\":\"old\",\"adcode\":540223,\"NAME\":\"a\",\"fid\":5,\"Geom\":1,\"\":2}",
         "Polygon", SQUARE, NULL}};
    const char *path = geojson("a.geojson", f, 1);
    struct gt_import in = import_of(&path, &county);
    const struct gt_dataset *d;
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    const struct gt_features *v = read_back("x", &d);
    static const char *const names[] = {"code_2", "adcode", "name", "fid_2",
                                        "Geom_2", "field",  "code"};
    T_EQ_INT(v->n_fields, GT_LEN(names));
    for (size_t i = 0; i < GT_LEN(names); i++)
        T_EQ_STR(v->field[i], names[i]);
    T_EQ_STR(v->value[0].text, "old");
    T_EQ_NUM(v->value[1].num, 540223);
    T_EQ_STR(v->value[6].text, "540223");
    static const struct feature bare[] = {{"{\"a\":1,\"b\":2}", "Polygon", SQUARE, NULL}};
    path = geojson("b.geojson", bare, 1);
    in = import_of(&path, &county);
    T_STATUS(kit_import(ws, "y", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "XZQDM, adcode, id");
    T_HAS(err.text, "found the fields a, b");
    end();
}

T_TEST(import_layer_filters)
{
    begin();
    static const struct feature f[] = {
        {"{\"n\":1,\"名称\":\"定日县\"}", "Polygon", SQUARE, NULL},
        {"{\"n\":2,\"名称\":\"定结县\"}", "Polygon", BOW, NULL},
        {"{\"n\":null}", "Polygon", SQUARE, NULL},
    };
    const char *path = geojson("a.geojson", f, 3);
    struct gt_import in = import_of(&path, &any);
    struct gt_expr *x;
    static const struct {
        const char *text;
        int taken;
    } good[] = {
        {"n < 2", 1}, {"名称 = '定日县'", 1}, {"isnodata(n) or n = 1", 2}, {"not (n = 2)", 1}};
    for (size_t i = 0; i < GT_LEN(good); i++) {
        T_STATUS_ERR(gt_expr_parse(arena, good[i].text, &x, &err), GT_OK, &err);
        in.where = x;
        T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
        T_EQ_INT(report.features, good[i].taken);
        T_EQ_INT(report.skipped, 3 - good[i].taken);
        T_EQ_INT(x->name, -1);
    }
    static const struct {
        const char *text, *says;
    } bad[] = {{"m = 1", "the fields are: n, 名称"},
               {"n + 0 * n > 5", "expected features, found none (3 read, 3 left out by --where"},
               {"名称 > 1", "feature 0"},
               {"名称", "expected a condition"}};
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        T_STATUS_ERR(gt_expr_parse(arena, bad[i].text, &x, &err), GT_OK, &err);
        in.where = x;
        T_STATUS_ERR(kit_import(ws, "z", &in, NULL, &err), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].says);
    }
    end();
}

/* ---- Geometries ---- */

T_TEST(import_layer_refuses_broken_geometries)
{
    begin();
    static const struct {
        const char *type, *coordinates, *says;
    } bad[] = {
        {"Polygon", BOW, "Self-intersection at or near point 87.5 28.5"},
        {"Polygon", OPEN, "starts at 87, 28 and ends at 87, 29"},
        {"Polygon", "[[[87,28],[88,28],[87,28]]]", "at least 4 points, found one of 3 at 87, 28"},
        {"Polygon", "[[[87,28],[87,28],[87,28],[87,28]]]", "expected a valid polygon"},
        {"Polygon", "[[[87,28],[88,28],[1e999,29],[87,28]]]", "finite coordinates, found inf, 29"},
        {"LineString", "[[87,28],[87,28]]", "without a length at 87, 28"},
        {"Point", "[-1e999,28]", "finite coordinates, found -inf"},
        {"GeometryCollection", "[]", "feature"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct feature f[] = {{"{\"name\":\"好\"}", bad[i].type,
                               i < 5    ? SQUARE
                               : i == 5 ? "[[87,28],[88,29]]"
                                        : "[87,28]",
                               NULL},
                              {"{\"n\":1,\"name\":\"坏\"}", bad[i].type, bad[i].coordinates, NULL}};
        const char *path = geojson("a.geojson", f + (i == 7), i == 7 ? 1 : 2);
        if (i == 7)
            kit_write_text(path, "{\"type\":\"Feature\",\"properties\":{},\"geometry\":{\"type\":"
                                 "\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\","
                                 "\"coordinates\":[1,2]}]}}");
        struct gt_import in = import_of(&path, &any);
        refused(&in, GT_EINPUT, bad[i].says);
        if (i < 7)
            T_HAS(err.text, "feature 1 ('坏')");
    }
    end();
}

T_TEST(import_layer_repairs_when_asked)
{
    begin();
    static const struct feature f[] = {
        {"{\"n\":1}", "Polygon", SQUARE, NULL},
        {"{\"n\":2}", "Polygon", BOW, NULL},
        {"{\"n\":3}", "Polygon", OPEN, NULL},
        {"{\"n\":4}", "Polygon", "[[[87,28],[88,28],[87,28],[87,28]]]", NULL},
    };
    const char *path = geojson("a.geojson", f, 4);
    struct gt_import in = import_of(&path, &areas);
    in.repair = true;
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    T_EQ_INT(report.features, 3);
    T_EQ_INT(report.repaired, 3);
    T_HAS(kit_notes(), "3 invalid polygons were repaired");
    T_HAS(kit_notes(), "1 of them had no area left");
    const struct gt_dataset *d;
    const struct gt_features *v = read_back("x", &d);
    T_EQ_INT(v->shapes->n, 3);
    T_EQ_NUM(v->value[1].num, 2);
    T_EQ_NUM(v->value[2].num, 3);
    T_EQ_INT(v->shapes->part[2] - v->shapes->part[1], 2);
    static const struct feature hopeless[] = {
        {"{}", "Polygon", "[[[87,28],[88,28],[1e999,29],[87,28]]]", NULL}};
    path = geojson("b.geojson", hopeless, 1);
    in = import_of(&path, &areas);
    in.repair = true;
    T_STATUS(kit_import(ws, "y", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "finite");
    end();
}

T_TEST(import_layer_of_one_kind_and_the_right_one)
{
    begin();
    static const struct feature mixed[] = {{"{}", "Point", "[87,28]", NULL},
                                           {"{}", "Polygon", SQUARE, NULL},
                                           {"{}", "Point", "[87,28]", NULL},
                                           {"{}", "LineString", "[[87,28],[88,28]]", NULL}};
    const char *path = geojson("a.geojson", mixed, 4);
    struct gt_import in = import_of(&path, &any);
    refused(&in, GT_EINPUT, "found 2 points, 1 lines and 1 polygons");
    path = geojson("b.geojson", mixed + 3, 1);
    in = import_of(&path, &areas);
    refused(&in, GT_EINPUT, "expected polygons for water, found lines");
    end();
}

T_TEST(import_layer_points_lines_heights_and_nothing)
{
    begin();
    static const struct feature points[] = {
        {"{\"n\":1}", "Point", "[87,28,4000]", NULL},
        {"{\"n\":2}", "MultiPoint", "[[87,28,1],[88,29,2]]", NULL},
        {"{\"n\":3}", NULL, "null}", NULL},
        {"{\"n\":4}", "MultiPoint", "[]", NULL},
        {"{\"n\":5}", "Point", "[90,30]", NULL},
    };
    const char *path = geojson("p.geojson", points, 5);
    struct gt_import in = import_of(&path, &any);
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    T_EQ_INT(report.features, 3);
    T_HAS(kit_notes(), "2 features without a geometry are left out");
    T_HAS(kit_notes(), "heights or measures of 2 features");
    const struct gt_dataset *d;
    const struct gt_features *v = read_back("x", &d);
    T_EQ_INT(v->shapes->kind, GT_SHAPE_POINT);
    T_EQ_NUM(v->value[2].num, 5);
    T_EQ_INT(v->shapes->point[v->shapes->part[3]], 4);
    T_EQ_NUM(v->shapes->xy[6], 90);
    static const struct feature lines[] = {
        {"{}", "MultiLineString", "[[[87,28],[88,28]],[[1,2],[3,4],[5,6]]]", NULL}};
    path = geojson("l.geojson", lines, 1);
    in = import_of(&path, &any);
    T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
    v = read_back("y", &d);
    T_EQ_STR(d->geometry, "line");
    T_EQ_INT(v->shapes->point[2], 5);
    static const struct feature none[] = {{"{}", NULL, "null}", NULL}};
    path = geojson("n.geojson", none, 1);
    in = import_of(&path, &any);
    T_STATUS(kit_import(ws, "z", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "1 without geometry");
    end();
}

/* GeoJSON may name its coordinate system by an address; nobody is asked. */
T_TEST(import_layer_asks_no_address)
{
    begin();
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t n = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    T_OK(listener >= 0 && bind(listener, (struct sockaddr *)&at, sizeof at) == 0);
    T_OK(listen(listener, 5) == 0 && getsockname(listener, (struct sockaddr *)&at, &n) == 0);
    const char *path = in_dir("a.geojson");
    kit_write_text(path,
                   gt_printf(arena,
                             "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"link\","
                             "\"properties\":{\"href\":\"http://127.0.0.1:%d/x\",\"type\":"
                             "\"proj4\"}},\"features\":[{\"type\":\"Feature\",\"properties\":{},"
                             "\"geometry\":{\"type\":\"Point\",\"coordinates\":[87,28]}}]}",
                             ntohs(at.sin_port)));
    struct gt_import in = import_of(&path, &any);
    enum gt_status status = kit_import(ws, "x", &in, NULL, &err);
    T_OK(status == GT_OK || status == GT_EINPUT);
    T_OK(accept(listener, NULL, NULL) < 0 && errno == EAGAIN);
    close(listener);
    end();
}

/* ---- Other drivers' files ---- */

/* Through GDAL's driver: one text field and a number, polygons. */
static const char *make_layer(const char *driver, const char *name, const char *crs,
                              const char *encoding, const char *const *texts)
{
    const struct gt_gdal *gdal;
    const char *path = in_dir(name);
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    GDALDatasetH ds =
        gdal->GDALCreate(gdal->GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    T_OK(ds != NULL);
    OGRSpatialReferenceH srs = NULL;
    if (crs[0]) {
        srs = gdal->OSRNewSpatialReference(NULL);
        T_OK(gdal->OSRSetFromUserInput(srs, crs) == OGRERR_NONE);
        gdal->OSRSetAxisMappingStrategy(srs, OAMS_TRADITIONAL_GIS_ORDER);
    }
    bool shapefile = strcmp(driver, "ESRI Shapefile") == 0;
    char **options = NULL;
    if (shapefile)
        options = gdal->CSLSetNameValue(NULL, "ENCODING", encoding ? encoding : "UTF-8");
    OGRLayerH layer = gdal->GDALDatasetCreateLayer(ds, "layer", srs, wkbPolygon, options);
    T_OK(layer != NULL);
    gdal->CSLDestroy(options);
    if (srs)
        gdal->OSRDestroySpatialReference(srs);
    OGRFieldDefnH field = gdal->OGR_Fld_Create("名称", OFTString);
    T_OK(gdal->OGR_L_CreateField(layer, field, 1) == OGRERR_NONE);
    gdal->OGR_Fld_Destroy(field);
    for (int i = 0; texts[i]; i++) {
        const double x = 87 + i;
        const double xy[10] = {x, 28, x + 1, 28, x + 1, 29, x, 29, x, 28};
        const uint32_t counts[3] = {3, 1, 5}; /* a polygon, rings, points */
        unsigned char bytes[1 + sizeof counts + sizeof xy] = {1};
        memcpy(bytes + 1, counts, sizeof counts);
        memcpy(bytes + 1 + sizeof counts, xy, sizeof xy);
        OGRGeometryH g = NULL;
        T_OK(gdal->OGR_G_CreateFromWkbEx(bytes, NULL, &g, sizeof bytes) == OGRERR_NONE);
        OGRFeatureH f = gdal->OGR_F_Create(gdal->OGR_L_GetLayerDefn(layer));
        gdal->OGR_F_SetFieldString(f, 0, texts[i]);
        gdal->OGR_F_SetGeometryDirectly(f, g);
        T_OK(gdal->OGR_L_CreateFeature(layer, f) == OGRERR_NONE);
        gdal->OGR_F_Destroy(f);
    }
    gdal->GDALClose(ds);
    return path;
}

static const char *const two[] = {"定日县", "定结县", NULL};

T_TEST(import_layer_of_every_driver)
{
    begin();
    static const struct {
        const char *driver, *name, *crs;
    } all[] = {{"ESRI Shapefile", "a.shp", "EPSG:4490"},
               {"GPKG", "a.gpkg", "EPSG:4538"},
               {"OpenFileGDB", "a.gdb", "EPSG:4490"},
               {"FlatGeobuf", "a.fgb", "EPSG:32645"},
               {"GPKG", "b.gpkg", "+proj=aea +lat_1=25 +lat_2=50 +lon_0=87 +datum=WGS84"}};
    const struct gt_dataset *d;
    for (size_t i = 0; i < GT_LEN(all); i++) {
        const char *path = make_layer(all[i].driver, all[i].name, all[i].crs, NULL, two);
        struct gt_import in = import_of(&path, &any);
        T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
        const struct gt_features *v = read_back("x", &d);
        T_EQ_INT(v->shapes->n, 2);
        T_EQ_STR(v->field[0], "名称");
        /* FlatGeobuf keeps features in an order of its own. */
        bool turned = strcmp(v->value[0].text, two[0]) != 0;
        T_EQ_STR(v->value[turned].text, two[0]);
        T_EQ_STR(v->value[!turned].text, two[1]);
        T_EQ_NUM(d->box.x0, 87);
        T_EQ_NUM(d->box.y1, 29);
        if (all[i].crs[0] == 'E')
            T_EQ_STR(d->crs, all[i].crs);
        T_OK(gt_crs_same(v->shapes->crs, v->shapes->crs));
    }
    end();
}

T_TEST(import_layer_letters_of_shapefiles)
{
    begin();
    const char *path = make_layer("ESRI Shapefile", "g.shp", "EPSG:4490", "GBK", two);
    struct gt_import in = import_of(&path, &any);
    const struct gt_dataset *d;
    T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
    T_EQ_STR(read_back("y", &d)->value[0].text, "定日县");
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_remove(t, "y", &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    /* A .cpg may say what is not so. */
    kit_write_text(in_dir("g.cpg"), "UTF-8");
    refused(&in, GT_EINPUT, "--encoding GBK");
    T_OK(unlink(in_dir("g.cpg")) == 0);
    in.encoding = "no such";
    refused(&in, GT_EUSE, "no such");
    in.encoding = "UTF-8";
    refused(&in, GT_EINPUT, "UTF-8");
    in.encoding = "GBK";
    T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
    T_EQ_STR(read_back("y", &d)->value[1].text, "定结县");
    T_EQ_STR(read_back("y", &d)->field[0], "名称");
    /* Plain letters need no .cpg, and UTF-8 is seen to be such. */
    path = make_layer("ESRI Shapefile", "u.shp", "EPSG:4490", "UTF-8", two);
    T_OK(unlink(in_dir("u.cpg")) == 0);
    in = import_of(&path, &any);
    T_STATUS_ERR(kit_import(ws, "z", &in, &report, &err), GT_OK, &err);
    T_EQ_STR(read_back("z", &d)->value[0].text, "定日县");
    end();
}

/* Without the file that says so: by their bytes. Those of the first name in GBK also are UTF-8, of
 * two other letters. */
T_TEST(import_layer_guesses_letters)
{
    static const char *const names[] = {"牛", "定日县", "定结县", NULL};
    begin();
    for (int gbk = 0; gbk < 2; gbk++) {
        const char *path = make_layer("ESRI Shapefile", gbk ? "n.shp" : "m.shp", "EPSG:4490",
                                      gbk ? "GBK" : "UTF-8", names);
        struct gt_import in = import_of(&path, &any);
        const struct gt_dataset *d;
        T_OK(unlink(in_dir(gbk ? "n.cpg" : "m.cpg")) == 0);
        T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
        const struct gt_features *f = read_back("y", &d);
        T_EQ_STR(f->field[0], "名称");
        for (size_t i = 0; i < 3; i++)
            T_EQ_STR(f->value[i].text, names[i]);
    }
    end();
}

T_TEST(import_layer_letters_that_are_none)
{
    begin();
    static const struct feature f[] = {
        {"{\"name\":\"\xb6\xa8\xc8\xd5\"}", "Polygon", SQUARE, NULL}};
    const char *path = geojson("a.geojson", f, 1);
    struct gt_import in = import_of(&path, &any);
    T_OK(kit_import(ws, "x", &in, NULL, &err) == GT_EINPUT);
    T_HAS(err.text, "a.geojson");
    end();
}

/* A GeoPackage with two layers and nothing in them. */
static const char *two_layers(const char *name)
{
    const struct gt_gdal *gdal;
    const char *path = in_dir(name);
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    GDALDatasetH ds =
        gdal->GDALCreate(gdal->GDALGetDriverByName("GPKG"), path, 0, 0, 0, GDT_Unknown, NULL);
    T_OK(ds && gdal->GDALDatasetCreateLayer(ds, "one", NULL, wkbPolygon, NULL) &&
         gdal->GDALDatasetCreateLayer(ds, "two", NULL, wkbPolygon, NULL));
    gdal->GDALClose(ds);
    return path;
}

T_TEST(import_layer_does_not_change_what_a_file_says)
{
    begin();
    const char *path = make_layer("GPKG", "a.gpkg", "EPSG:4490", NULL, two);
    struct gt_import in = import_of(&path, &any);
    in.source_crs = "EPSG:4538";
    refused(&in, GT_EINPUT, "the same one as EPSG:4538, found EPSG:4490; leave --source-crs out");
    /* GeoJSON that says nothing is not taken at GDAL's word; one that does is. */
    static const struct feature f[] = {{NULL, "Polygon", SQUARE, NULL}};
    path = geojson("a.geojson", f, 1);
    in.source_crs = "EPSG:4490";
    T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
    path = in_dir("said.geojson");
    kit_write_text(path,
                   "{\"type\":\"FeatureCollection\",\"crs\":{\"type\":\"name\",\"properties\":"
                   "{\"name\":\"urn:ogc:def:crs:EPSG::4326\"}},\"features\":[{\"type\":"
                   "\"Feature\",\"properties\":{},\"geometry\":{\"type\":\"Polygon\","
                   "\"coordinates\":" SQUARE "}}]}");
    T_STATUS(kit_import(ws, "x", &in, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "found EPSG:4326");
    end();
}

T_TEST(import_layer_refuses_coordinates_that_cannot_be)
{
    begin();
    static const struct feature f[] = {
        {NULL, "Polygon", "[[[480000,3100000],[480100,3100000],[480100,3100100],[480000,3100000]]]",
         NULL}};
    const char *path = geojson("a.geojson", f, 1);
    struct gt_import in = import_of(&path, &any);
    refused(&in, GT_EINPUT, "a.geojson: expected longitudes from -180 to 360");
    in.source_crs = "EPSG:4517";
    refused(&in, GT_EINPUT, "lack the zone number 29");
    in.source_crs = "EPSG:2379";
    refused(&in, GT_EINPUT, "surveying authority");
    in.source_crs = "EPSG:4538";
    T_STATUS_ERR(kit_import(ws, "x", &in, &report, &err), GT_OK, &err);
    end();
}

T_TEST(import_layer_needs_one_layer_and_a_coordinate_system)
{
    begin();
    const char *path = make_layer("ESRI Shapefile", "n.shp", "", NULL, two);
    struct gt_import in = import_of(&path, &any);
    refused(&in, GT_EINPUT, "--source-crs");
    in.source_crs = "EPSG:4490";
    in.layer = "other";
    refused(&in, GT_EINPUT, "expected a layer 'other', found n");
    in.layer = "n";
    T_STATUS_ERR(kit_import(ws, "y", &in, &report, &err), GT_OK, &err);
    /* Several layers: the option that chooses has this name. */
    const char *folder = two_layers("two.gpkg");
    struct gt_import of_two = import_of(&folder, &any);
    T_STATUS(kit_import(ws, "x", &of_two, NULL, &err), GT_EINPUT);
    T_HAS(err.text, "name one with --file-layer");
    const char *const files[] = {path, path};
    in.files = files;
    in.n_files = 2;
    T_STATUS(kit_import(ws, "x", &in, NULL, &err), GT_EUSE);
    end();
}

T_TEST(import_layer_says_what_a_file_is_instead)
{
    begin();
    static const struct {
        const char *name, *text, *says;
    } bad[] = {
        {"a.shp", "text\n", "found text"},
        {"a.geojson", "{\"type\":\"Feature", "a.geojson"},
        {"b.geojson", "{\"a\":1}", "b.geojson"},
        {"c.geojson", "{\"type\":\"FeatureCollection\",\"features\":[]}", "found none"},
        {"a.gpkg", "SQLite format 3\0....", "SQLite file"},
        {"v.vrt", "<OGRVRTDataSource></OGRVRTDataSource>", "virtual layer"},
        {"e.gpkg", "", "empty file"},
        {"a.fgb", "fgb\3fgb\0________", "found none"},
        {"k.kml", "<?xml version=\"1.0\"?><kml></kml>", "found text"},
    };
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        const char *path = in_dir(bad[i].name);
        kit_write_text(path, bad[i].text);
        struct gt_import in = import_of(&path, &any);
        refused(&in, GT_EINPUT, bad[i].says);
    }
    struct gt_import in = import_of(&dir, &any);
    refused(&in, GT_EINPUT, "found a folder");
    const char *plan = gt_path_join(arena, ws, "plan.gpkg");
    in = import_of(&plan, &any);
    refused(&in, GT_EINPUT, "this workspace's own");
    end();
}

/* What is cut off is refused, or what there is of it is whole features. */
T_TEST(import_layer_cut_off)
{
    begin();
    static const char *const drivers[][2] = {{"ESRI Shapefile", "a.shp"},
                                             {"ESRI Shapefile", "b.dbf"},
                                             {"GPKG", "a.gpkg"},
                                             {"FlatGeobuf", "a.fgb"},
                                             {"GeoJSON", "a.geojson"}};
    for (size_t k = 0; k < GT_LEN(drivers); k++) {
        const char *main_name = k == 1 ? "b.shp" : drivers[k][1];
        const char *path = make_layer(drivers[k][0], main_name, "EPSG:4326", NULL, two);
        const char *cut = in_dir(drivers[k][1]);
        struct gt_str whole;
        struct gt_import in = import_of(&path, &any);
        T_STATUS_ERR(gt_file_get(arena, cut, 1 << 26, &whole, &err), GT_OK, &err);
        size_t step = whole.n / (t_slow() ? 200 : 25) + 1;
        for (size_t at = whole.n - 1; at > step; at -= step) {
            kit_write(cut, whole.p, at);
            if (kit_import(ws, "x", &in, &report, &err) != GT_OK)
                continue;
            if (report.features != 2)
                t_fail(T_HERE("whole"), "%s cut at %zu of %zu: %lld features", drivers[k][1], at,
                       whole.n, (long long)report.features);
        }
    }
    end();
}
