/* test_gpkg.c: what other programs find in plan.gpkg, and geometries flat and nested. */
#include "gdal/gdal.h"
#include "kit.h"
#include "wkb.h"

#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct gt_arena *arena;
static const char *ws;
static struct gt_err err;

static void begin(void)
{
    arena = gt_arena_new();
    ws = kit_workspace(arena);
    err = (struct gt_err){0};
}

static void end(void)
{
    gt_arena_free(arena);
}

static void store(const char *id, const struct gt_features *f)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(gt_txn_vector(t, id, f, &err), GT_OK, &err);
    T_STATUS_ERR(kit_describe(t, id, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
}

static const struct gt_features *load(const char *id)
{
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    const struct gt_dataset *d;
    const struct gt_features *f = NULL;
    T_STATUS_ERR(gt_store_find(s, arena, id, 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_store_features(s, arena, d, &f, &err), GT_OK, &err);
    kit_verify(s);
    gt_store_close(s);
    return f;
}

/* ---- Other programs ---- */

T_TEST(gpkg_is_one_for_gdal)
{
    static const char *const systems[] = {"EPSG:4490", "EPSG:4524", "tibet-albers", "EPSG:4326"};
    const struct gt_gdal *gdal;
    begin();
    for (size_t i = 0; i < GT_LEN(systems); i++) {
        struct gt_features f = *kit_features(arena, 3, 1);
        struct gt_shapes s = *f.shapes;
        T_STATUS_ERR(gt_crs_parse(arena, systems[i], &s.crs, &err), GT_OK, &err);
        f.shapes = &s;
        store(gt_printf(arena, "layer%zu", i), &f);
        store("again", &f);
    }
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    static const char *const drivers[] = {"GPKG", NULL};
    GDALDatasetH ds =
        gdal->GDALOpenEx(gt_path_join(arena, ws, "plan.gpkg"), GDAL_OF_VECTOR, drivers, NULL, NULL);
    T_OK(ds != NULL);
    /* Four layers, and the versions of the fifth. */
    T_EQ_INT(gdal->GDALDatasetGetLayerCount(ds), 8);
    for (size_t i = 0; i < GT_LEN(systems); i++) {
        const char *text;
        const struct gt_crs *want, *found;
        OGRLayerH layer = gdal->GDALDatasetGetLayerByName(ds, gt_printf(arena, "layer%zu", i));
        T_OK(layer != NULL);
        T_EQ_INT(gdal->OGR_L_GetFeatureCount(layer, 1), 3);
        T_EQ_INT(gdal->OGR_L_GetGeomType(layer), wkbPolygon);
        T_STATUS_ERR(gt_gdal_crs_text(arena, gdal, gdal->OGR_L_GetSpatialRef(layer), &text, &err),
                     GT_OK, &err);
        T_STATUS_ERR(gt_crs_parse(arena, systems[i], &want, &err), GT_OK, &err);
        T_STATUS_ERR(gt_crs_parse(arena, text, &found, &err), GT_OK, &err);
        T_OK(gt_crs_same(want, found));
        OGRFeatureH f = gdal->OGR_L_GetNextFeature(layer);
        f = (gdal->OGR_F_Destroy(f), gdal->OGR_L_GetNextFeature(layer));
        T_EQ_STR(gdal->OGR_F_GetFieldAsString(f, 0), "01");
        T_NEAR(gdal->OGR_F_GetFieldAsDouble(f, 1), 2.5, 0);
        T_OK(gdal->OGR_G_IsValid(gdal->OGR_F_GetGeometryRef(f)));
        T_NEAR(gdal->OGR_G_Area(gdal->OGR_F_GetGeometryRef(f)), 0.0001 - 0.000036, 1e-12);
        gdal->OGR_F_Destroy(f);
    }
    gdal->GDALClose(ds);
    end();
}

static int64_t ask(const char *sql)
{
    sqlite3 *db;
    sqlite3_stmt *st;
    T_OK(sqlite3_open(gt_path_join(arena, ws, "plan.gpkg"), &db) == SQLITE_OK);
    T_OK(sqlite3_prepare_v2(db, sql, -1, &st, NULL) == SQLITE_OK);
    T_OK(sqlite3_step(st) == SQLITE_ROW);
    int64_t v = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(db);
    return v;
}

T_TEST(gpkg_keeps_to_its_standard)
{
    begin();
    struct gt_features f = *kit_features(arena, 3, 1);
    store("one", &f);
    struct gt_shapes s = *f.shapes;
    T_STATUS_ERR(gt_crs_parse(arena, "tibet-albers", &s.crs, &err), GT_OK, &err);
    f.shapes = &s;
    store("two", &f);
    store("three", &f);
    T_EQ_INT(ask("PRAGMA application_id"), 0x47504B47);
    T_EQ_INT(ask("PRAGMA user_version"), 10300);
    T_EQ_INT(ask("SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id IN (-1, 0, 4326)"), 3);
    T_EQ_INT(
        ask("SELECT organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = 4490 AND "
            "organization = 'EPSG' AND definition LIKE 'GEOGCS%'"),
        4490);
    /* One row for a system without a code, however many layers have it. */
    T_EQ_INT(ask("SELECT count(*) FROM gpkg_spatial_ref_sys WHERE srs_id >= 100000"), 1);
    T_EQ_INT(
        ask("SELECT count(*) FROM gpkg_contents c JOIN gpkg_geometry_columns g USING "
            "(table_name, srs_id) WHERE data_type = 'features' AND identifier = table_name AND "
            "g.geometry_type_name = 'POLYGON' AND z = 0 AND m = 0 AND last_change LIKE "
            "'20__-__-__T__:__:__%Z'"),
        3);
    T_EQ_INT(ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
    T_EQ_INT(ask("SELECT count(*) FROM one WHERE substr(geom, 1, 4) = x'47500003'"), 3);
    end();
}

/* ---- Values ---- */

T_TEST(gpkg_values_keep_their_types)
{
    begin();
    struct gt_features f = *kit_features(arena, 3, 1);
    static const struct gt_value v[3][7] = {
        {{GT_V_NUM, 1, NULL},
         {GT_V_NUM, 0.5, NULL},
         {GT_V_TEXT, 0, ""},
         {0},
         {GT_V_NUM, 1e300, NULL},
         {GT_V_NUM, -0.0, NULL},
         {GT_V_TEXT, 0, "007"}},
        {{GT_V_NUM, -9007199254740991, NULL},
         {GT_V_NUM, 2, NULL},
         {0},
         {0},
         {GT_V_NUM, 1, NULL},
         {GT_V_NUM, 1, NULL},
         {GT_V_NUM, 7, NULL}},
        {{0},
         {GT_V_NUM, (double)NAN, NULL},
         {GT_V_TEXT, 0, "\xe8\xa5\xbf\xe8\x97\x8f'\"\\"},
         {0},
         {GT_V_NUM, (double)INFINITY, NULL},
         {0},
         {0}},
    };
    f.n_fields = 7;
    f.field = (const char *const[]){"whole", "real", "text", "none", "big", "minus", "mixed"};
    f.value = &v[0][0];
    store("v", &f);
    const struct gt_features *back = load("v");
    T_EQ_INT(back->n_fields, 7);
    for (size_t i = 0; i < 21; i++) {
        const struct gt_value *in = &f.value[i], *out = &back->value[i];
        if (i % 7 == 6)
            continue;
        if (in->kind == GT_V_NUM && isnan(in->num)) {
            T_EQ_INT(out->kind, GT_V_NODATA);
            continue;
        }
        T_EQ_INT(out->kind, in->kind);
        if (in->kind == GT_V_NUM)
            T_EQ_NUM(out->num, in->num);
        else if (in->kind == GT_V_TEXT)
            T_EQ_STR(out->text, in->text);
    }
    /* Texts and numbers do not mix in a column. */
    T_EQ_STR(back->value[6].text, "007");
    T_EQ_STR(back->value[13].text, "7");
    T_EQ_INT(ask("SELECT count(*) FROM pragma_table_info('v') WHERE (name IN ('whole', 'minus') "
                 "AND type = "
                 "'INTEGER') OR (name IN ('real', 'big') AND type = 'REAL') OR (name IN ('text', "
                 "'none', 'mixed') AND type = 'TEXT')"),
             7);
    end();
}

T_TEST(gpkg_names_of_fields)
{
    begin();
    struct gt_features f = *kit_features(arena, 1, 1);
    static const char *const odd[] = {"a\"b", "; DROP TABLE gpkg_contents; --", "select"};
    f.field = odd;
    store("v", &f);
    const struct gt_features *back = load("v");
    for (size_t i = 0; i < 3; i++)
        T_EQ_STR(back->field[i], odd[i]);
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    static const char *const bad[][3] = {
        {"fid", "a", "b"}, {"a", "GEOM", "b"}, {"a", "b", "A"}, {"a", "", "b"}};
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_txn *t = kit_begin(s);
        f.field = bad[i];
        T_STATUS(gt_txn_vector(t, "w", &f, &err), GT_EINPUT);
        T_HAS(err.text, "dataset w");
        gt_txn_drop(t);
    }
    gt_store_close(s);
    end();
}

/* ---- Rings ---- */

struct square {
    double x, y, side;
};

/* One feature of so many rings, some of them turned round. */
static struct gt_shapes rings_of(const struct square *sq, size_t n)
{
    int64_t *point = GT_TAKE_N(arena, int64_t, n + 1), *part = GT_TAKE_N(arena, int64_t, 2);
    double *xy = GT_TAKE_N(arena, double, 10 * n);
    for (size_t i = 0; i < n; i++) {
        static const double way[2][10] = {{0, 0, 1, 0, 1, 1, 0, 1, 0, 0},
                                          {0, 0, 0, 1, 1, 1, 1, 0, 0, 0}};
        for (size_t k = 0; k < 10; k++)
            xy[10 * i + k] = (k % 2 ? sq[i].y : sq[i].x) + way[i % 2][k] * sq[i].side;
        point[i + 1] = (int64_t)(5 * (i + 1));
    }
    part[1] = (int64_t)n;
    return (struct gt_shapes){
        .kind = GT_SHAPE_POLYGON, .n = 1, .part = part, .point = point, .xy = xy};
}

T_TEST(gpkg_rings_find_their_shells)
{
    static const struct {
        struct square sq[6];
        size_t n;
        bool multi, invalid;
        double area;
    } all[] = {
        {{{0, 0, 10}}, 1, false, false, 100},
        {{{2, 2, 6}, {0, 0, 10}}, 2, false, false, 64},
        {{{0, 0, 10}, {20, 0, 10}}, 2, true, false, 200},
        /* An island in a lake in a land, and another land with a lake. */
        {{{4, 4, 2}, {0, 0, 10}, {2, 2, 6}, {21, 1, 3}, {20, 0, 10}}, 5, true, false, 64 + 4 + 91},
        /* A lake along the shore, and lakes that touch in corners. */
        {{{0, 0, 10}, {0, 0, 5}}, 2, false, true, 75},
        {{{0, 0, 10}, {1, 1, 2}, {3, 3, 2}, {5, 5, 2}}, 4, false, false, 88},
        /* Side by side: neither is in the other. */
        {{{0, 0, 10}, {10, 0, 10}}, 2, true, true, 200},
    };
    const struct gt_gdal *gdal;
    begin();
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    for (size_t i = 0; i < GT_LEN(all); i++) {
        struct gt_shapes s = rings_of(all[i].sq, all[i].n);
        struct gt_buf wkb = {.a = arena};
        OGRGeometryH g = NULL;
        T_OK(gt_wkb_is_multi(&s) == all[i].multi);
        T_STATUS_ERR(gt_wkb_add(&wkb, &s, 0, all[i].multi, &err), GT_OK, &err);
        T_OK(gdal->OGR_G_CreateFromWkbEx(wkb.p, NULL, &g, wkb.n) == OGRERR_NONE);
        T_NEAR(gdal->OGR_G_Area(g), all[i].area, 1e-9);
        T_OK(gdal->OGR_G_IsValid(g) == !all[i].invalid);
        gdal->OGR_G_DestroyGeometry(g);
        /* And back: the same rings, so the same area by the even-odd rule. */
        struct gt_shape_builder b;
        gt_shape_begin(&b, arena, GT_SHAPE_POLYGON);
        T_STATUS_ERR(gt_shape_add_wkb(&b, wkb.p, wkb.n, &err), GT_OK, &err);
        T_EQ_INT(b.n_parts, all[i].n);
    }
    end();
}

/* A land with 40,000 lakes: seconds would show that each was compared with each. */
T_TEST(gpkg_many_lakes)
{
    begin();
    size_t n = 40000;
    struct square *sq = GT_TAKE_N(arena, struct square, n + 1);
    for (size_t i = 0; i < n; i++)
        sq[i] = (struct square){1 + (double)(i % 200), 1 + (double)(i / 200), 0.5};
    sq[n] = (struct square){0, 0, 300};
    struct gt_shapes s = rings_of(sq, n + 1);
    struct gt_buf wkb = {.a = arena};
    double from = gt_clock_s();
    T_OK(!gt_wkb_is_multi(&s));
    T_STATUS_ERR(gt_wkb_add(&wkb, &s, 0, false, &err), GT_OK, &err);
    T_OK(gt_clock_s() - from < 20);
    uint32_t rings;
    memcpy(&rings, wkb.p + 5, sizeof rings);
    T_EQ_INT(rings, n + 1);
    end();
}

T_TEST(gpkg_blobs_that_are_none)
{
    static const struct {
        enum gt_shape_kind kind;
        unsigned char bytes[24];
        size_t n;
        const char *says;
    } bad[] = {
        {GT_SHAPE_POINT, {1, 1, 0, 0, 0}, 5, "cut off"},
        {GT_SHAPE_POINT, {0}, 0, "cut off"},
        {GT_SHAPE_POINT, {2, 1, 0, 0, 0}, 5, "byte order"},
        {GT_SHAPE_POINT, {1, 2, 0, 0, 0, 0, 0, 0, 0}, 9, "expected a point"},
        {GT_SHAPE_LINE, {1, 2, 0, 0, 0, 255, 255, 255, 255}, 9, "cut off"},
        {GT_SHAPE_POLYGON, {1, 3, 0, 0, 0, 255, 255, 255, 255, 0, 0, 0, 0}, 13, "cut off"},
        {GT_SHAPE_POLYGON, {1, 6, 0, 0, 0, 1, 0, 0, 0, 1, 2, 0, 0, 0}, 14, "members of type 3"},
        {GT_SHAPE_POLYGON, {1, 7, 0, 0, 0, 0, 0, 0, 0}, 9, "expected a polygon"},
        {GT_SHAPE_POINT, {1, 1, 0, 0, 0x20, 0, 0}, 7, "cut off"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        struct gt_shape_builder b;
        gt_shape_begin(&b, arena, bad[i].kind);
        T_STATUS(gt_shape_add_wkb(&b, bad[i].bytes, bad[i].n, &err), GT_EINPUT);
        T_HAS(err.text, bad[i].says);
    }
    end();
}

T_TEST(gpkg_large_layer_is_read_whole)
{
    begin();
    struct gt_features f = *kit_features(arena, 20000, 1);
    store("v", &f);
    const struct gt_features *back = load("v");
    T_EQ_INT(back->shapes->n, 20000);
    T_EQ_INT(back->shapes->point[back->shapes->part[20000]], 150000);
    T_EQ_STR(back->value[3 * 19999].text, "019999");
    end();
}
