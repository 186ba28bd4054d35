/* test_import_table.c: tables from outside: headings, units, numbers, dates, letters, keys. */
#include "gdal/gdal.h"
#include "kit.h"

#include <math.h>
#include <string.h>

static const struct gt_layer_role water = {
    .id = "county_water",
    .table = true,
    .n_fields = 4,
    .fields =
        (const struct gt_field_role[]){
            {.name = "code",
             .alias = (const char *const[]){"代码"},
             .n_alias = 1,
             .required = true,
             .kind = GT_FIELD_TEXT,
             .unit = ""},
            {.name = "total_m3",
             .alias = (const char *const[]){"水资源总量"},
             .n_alias = 1,
             .kind = GT_FIELD_NUMBER,
             .unit = "m3",
             .min = 0,
             .max = 1e12},
            {.name = "share",
             .alias = (const char *const[]){"占比"},
             .n_alias = 1,
             .kind = GT_FIELD_NUMBER,
             .unit = "fraction",
             .min = 0,
             .max = 1},
            {.name = "date",
             .alias = (const char *const[]){"日期"},
             .n_alias = 1,
             .kind = GT_FIELD_DATE,
             .unit = ""},
        },
    .n_key = 1,
    .key = (const char *const[]){"code"},
};

static const struct gt_layer_role station = {
    .id = "station",
    .shape = GT_POINTS,
    .n_fields = 2,
    .fields =
        (const struct gt_field_role[]){
            {.name = "code",
             .alias = (const char *const[]){"区站号"},
             .n_alias = 1,
             .required = true,
             .unit = ""},
            {.name = "altitude",
             .alias = (const char *const[]){"海拔高度"},
             .n_alias = 1,
             .unit = ""},
        },
};

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

static enum gt_status import_file(const char *path, const char *encoding)
{
    struct gt_import in = {.files = &path, .n_files = 1, .role = &water, .encoding = encoding};
    return kit_import(ws, "t", &in, &report, &err);
}

static enum gt_status import_text(const char *text)
{
    const char *path = kit_path(arena, dir, "t.csv");
    kit_write_text(path, text);
    return import_file(path, NULL);
}

static const struct gt_features *read_back(void)
{
    const struct gt_dataset *d;
    const struct gt_features *f = NULL;
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    T_STATUS_ERR(gt_store_find(s, arena, "t", 0, &d, &err), GT_OK, &err);
    T_EQ_INT(d->kind, GT_DATASET_TABLE);
    T_STATUS_ERR(gt_store_features(s, arena, d, &f, &err), GT_OK, &err);
    T_OK(!f->shapes);
    T_EQ_INT(d->features, (int64_t)gt_features_count(f));
    kit_verify(s);
    gt_store_close(s);
    return f;
}

static const struct gt_value *value(const struct gt_features *f, size_t row, const char *field)
{
    int at = gt_features_field(f, field);
    T_OK(at >= 0);
    return &f->value[row * f->n_fields + (size_t)at];
}

T_TEST(import_table_takes_units_from_headings)
{
    begin();
    T_STATUS_ERR(import_text("\xef\xbb\xbf代码,水资源总量（万m3）,占比(%),日期,备注\n"
                             "0540,1000, 33.9 ,2020/1/2,\"a, b\"\n"
                             ",,,,\n"
                             "0541,,,20200229,\n"),
                 GT_OK, &err);
    T_EQ_INT(report.features, 2);
    const struct gt_features *f = read_back();
    T_EQ_STR(value(f, 0, "code")->text, "0540");
    T_EQ_NUM(value(f, 0, "total_m3")->num, 1e7);
    T_EQ_NUM(value(f, 0, "share")->num, 33.9 / 100);
    T_EQ_STR(value(f, 0, "date")->text, "2020-01-02");
    T_EQ_STR(value(f, 0, "备注")->text, "a, b");
    T_EQ_INT(value(f, 1, "total_m3")->kind, GT_V_NODATA);
    T_EQ_STR(value(f, 1, "date")->text, "2020-02-29");
    end();
}

T_TEST(import_table_refuses_with_a_sentence)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"代码,水资源总量\n1,12abc\n", "row 1: expected a number for total_m3, found '12abc'"},
        {"代码,水资源总量\n1,\"1,200\"\n", "found '1,200'"},
        {"代码,水资源总量\n1,inf\n", "found 'inf'"},
        {"代码,占比\n1,33.9\n", "expected share within 0..1 fraction, found 33.9"},
        {"代码,占比\n1,-0.1\n", "found -0.1"},
        {"代码,水资源总量(万吨)\n1,2\n", "expected a unit of total_m3"},
        {"代码,水资源总量\n1,2\n1,3\n", "expected one row for each code, found '1' twice"},
        {"代码,水资源总量\n1,2\n,3\n", "row 2: expected a value for code, found none"},
        {"编号,水资源总量\n1,2\n", "expected a column for 'code' (one of 代码)"},
        {"代码,水资源总量\n", "expected rows, found none"},
        {"代码,日期\n1,2021-02-29\n", "expected a date such as 2020-01-31"},
        {"代码,日期\n1,2021-13-01\n", "found '2021-13-01'"},
        {"代码,日期\n1,21-1-1\n", "found '21-1-1'"},
        {"{\"a\": 1, \"b\": 2}", "expected a column for 'code'"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        T_STATUS_ERR(import_text(bad[i].text), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].says);
        err = (struct gt_err){0};
    }
    end();
}

/* "代码,水资源总量" and "甲" in GBK. */
T_TEST(import_table_reads_gbk_when_told)
{
    begin();
    const char *path = kit_path(arena, dir, "t.csv");
    kit_write_text(path,
                   "\xb4\xfa\xc2\xeb,\xcb\xae\xd7\xca\xd4\xb4\xd7\xdc\xc1\xbf,x\n1,2,\xbc\xd7\n");
    T_STATUS_ERR(import_file(path, NULL), GT_EINPUT, &err);
    T_HAS(err.text, "--encoding GBK");
    err = (struct gt_err){0};
    T_STATUS_ERR(import_file(path, "GBK"), GT_OK, &err);
    const struct gt_features *f = read_back();
    T_EQ_NUM(value(f, 0, "total_m3")->num, 2);
    T_EQ_STR(value(f, 0, "x")->text, "甲");
    T_STATUS_ERR(import_file(path, "KLINGON"), GT_EUSE, &err);
    end();
}

/* What spreadsheets and old databases write; made here by GDAL's own drivers. */
static const char *make_sheet(const char *driver, const char *name)
{
    const struct gt_gdal *gdal;
    const char *path = kit_path(arena, dir, name);
    T_STATUS_ERR(gt_gdal_get(&gdal, &err), GT_OK, &err);
    GT_GDAL_LISTEN(said, gdal);
    bool dbf = strcmp(driver, "ESRI Shapefile") == 0;
    GDALDatasetH ds =
        gdal->GDALCreate(gdal->GDALGetDriverByName(driver), path, 0, 0, 0, GDT_Unknown, NULL);
    T_OK(ds);
    OGRLayerH layer = gdal->GDALDatasetCreateLayer(ds, "t", NULL, wkbNone, NULL);
    T_OK(layer);
    static const OGRFieldType types[] = {OFTInteger64, OFTReal, OFTString};
    const char *const names[] = {dbf ? "code" : "代码", dbf ? "total_m3" : "水资源总量(万m3)",
                                 "note"};
    for (int i = 0; i < 3; i++) {
        OGRFieldDefnH field = gdal->OGR_Fld_Create(names[i], types[i]);
        T_EQ_INT(gdal->OGR_L_CreateField(layer, field, 1), OGRERR_NONE);
        gdal->OGR_Fld_Destroy(field);
    }
    OGRFeatureH f = gdal->OGR_F_Create(gdal->OGR_L_GetLayerDefn(layer));
    gdal->OGR_F_SetFieldInteger64(f, 0, 540223);
    gdal->OGR_F_SetFieldDouble(f, 1, 12.5);
    gdal->OGR_F_SetFieldString(f, 2, "2");
    T_EQ_INT(gdal->OGR_L_CreateFeature(layer, f), OGRERR_NONE);
    gdal->OGR_F_Destroy(f);
    gdal->GDALClose(ds);
    return path;
}

T_TEST(import_table_of_spreadsheets)
{
    static const char *const made[][2] = {
        {"XLSX", "a.xlsx"}, {"ODS", "a.ods"}, {"ESRI Shapefile", "a.dbf"}};
    begin();
    for (size_t i = 0; i < GT_LEN(made); i++) {
        const char *path = make_sheet(made[i][0], made[i][1]);
        T_STATUS_ERR(import_file(path, NULL), GT_OK, &err);
        const struct gt_features *f = read_back();
        T_EQ_STR(value(f, 0, "code")->text, "540223");
        T_EQ_NUM(value(f, 0, "total_m3")->num, i == 2 ? 12.5 : 125000);
    }
    end();
}

/* A table and a layer take each other's place under one id; removing takes both. */
T_TEST(table_versions_beside_layers)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "t", 3, 1, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    T_STATUS_ERR(import_text("代码,水资源总量\n1,2\n"), GT_OK, &err);
    T_STATUS_ERR(import_text("代码,水资源总量\n1,3\n"), GT_OK, &err);
    const struct gt_features *f = read_back();
    T_EQ_NUM(value(f, 0, "total_m3")->num, 3);
    s = kit_open(arena, ws, GT_STORE_WRITE);
    t = kit_begin(s);
    T_STATUS_ERR(gt_txn_remove(t, "t", &err), GT_OK, &err);
    kit_commit(t);
    kit_no_orphans(s);
    gt_store_close(s);
    end();
}

T_TEST(export_table_comes_back)
{
    const struct gt_dataset *d;
    begin();
    T_STATUS_ERR(import_text("代码,水资源总量,x\n1,0.1,\" a\"\"b\nc\"\n2,,\n"), GT_OK, &err);
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    const char *path = kit_path(arena, dir, "out.csv");
    T_STATUS_ERR(gt_store_find(s, arena, "t", 0, &d, &err), GT_OK, &err);
    T_STATUS_ERR(gt_export(s, d, path, &(struct gt_file_opt){0}, NULL, &err), GT_OK, &err);
    T_STATUS_ERR(
        gt_export(s, d, kit_path(arena, dir, "out.shp"), &(struct gt_file_opt){0}, NULL, &err),
        GT_EUSE, &err);
    gt_store_close(s);
    const char *hash = d->hash;
    T_STATUS_ERR(import_file(path, NULL), GT_OK, &err);
    s = kit_open(arena, ws, GT_STORE_READ);
    T_STATUS_ERR(gt_store_find(s, arena, "t", 0, &d, &err), GT_OK, &err);
    T_EQ_INT(d->version, 2);
    T_EQ_STR(value(read_back(), 0, "x")->text, "a\"b\nc");
    T_OK(hash[0]);
    gt_store_close(s);
    end();
}

/* ---- Points ---- */

static enum gt_status import_stations(const char *text, const char *crs)
{
    const char *path = kit_path(arena, dir, "s.csv");
    kit_write_text(path, text);
    struct gt_import in = {.files = &path, .n_files = 1, .role = &station, .source_crs = crs};
    return kit_import(ws, "s", &in, &report, &err);
}

T_TEST(import_points_from_columns)
{
    const struct gt_dataset *d;
    const struct gt_features *f;
    begin();
    T_STATUS_ERR(import_stations("区站号,经度,纬度(°),海拔高度(m)\n05591,91.1,29.6,3648.9\n"
                                 "55592,-3.5,0,\n",
                                 NULL),
                 GT_OK, &err);
    T_HAS(kit_notes(), "CGCS2000");
    struct gt_store *s = kit_open(arena, ws, GT_STORE_READ);
    T_STATUS_ERR(gt_store_find(s, arena, "s", 0, &d, &err), GT_OK, &err);
    T_EQ_STR(d->geometry, "point");
    T_EQ_STR(d->crs, "EPSG:4490");
    T_STATUS_ERR(gt_store_features(s, arena, d, &f, &err), GT_OK, &err);
    T_EQ_NUM(f->shapes->xy[0], 91.1);
    T_EQ_NUM(f->shapes->xy[1], 29.6);
    T_EQ_STR(value(f, 0, "code")->text, "05591");
    T_EQ_NUM(value(f, 0, "altitude")->num, 3648.9);
    T_EQ_INT(value(f, 1, "altitude")->kind, GT_V_NODATA);
    kit_verify(s);
    gt_store_close(s);
    T_STATUS_ERR(import_stations("区站号,x,y\n1,500000,3300000\n", "EPSG:4509"), GT_OK, &err);
    end();
}

T_TEST(import_points_refuses_wrong_places)
{
    static const struct {
        const char *text, *says;
    } bad[] = {
        {"区站号,经度,纬度\n1,29.6,91.1\n", "which look like the two in turn"},
        {"区站号,经度,纬度\n1,0,0\n", "found 0, 0"},
        {"区站号,经度,纬度\n1,91°06′,29°36′\n", "which are 91.1"},
        {"区站号,经度,纬度\n1,91-06,29-36\n", "degrees and minutes '91-06'"},
        {"区站号,经度,纬度\n1,9106,2936\n", "91°06′ are 91.1"},
        {"区站号,经度,纬度\n1,far,29\n", "expected a number for lon, found 'far'"},
        {"区站号,经度,纬度\n1,91.1,\n", "expected a number for lat, found none"},
        {"区站号,x,y\n1,91.1,29\n", "expected the place in two columns"},
        {"经度,纬度\n91.1,29\n", "expected a column for 'code'"},
        {"区站号,经度,纬度\n,91.1,29\n", "expected a value for code"},
        {"区站号,经度,纬度\n", "expected points, found none"},
    };
    begin();
    for (size_t i = 0; i < GT_LEN(bad); i++) {
        T_STATUS_ERR(import_stations(bad[i].text, NULL), GT_EINPUT, &err);
        T_HAS(err.text, bad[i].says);
        err = (struct gt_err){0};
    }
    end();
}

/* With something to compare with: the squares lie at 87 E, 28 N. */
T_TEST(import_points_far_from_the_region)
{
    begin();
    struct gt_store *s = kit_open(arena, ws, GT_STORE_WRITE);
    struct gt_txn *t = kit_begin(s);
    T_STATUS_ERR(kit_squares(t, "county", 3, 1, &err), GT_OK, &err);
    kit_commit(t);
    gt_store_close(s);
    T_STATUS_ERR(import_stations("区站号,经度,纬度\n1,12.5,48.2\n", NULL), GT_EINPUT, &err);
    T_HAS(err.text, "within 10 degrees of the workspace's region");
    err = (struct gt_err){0};
    T_STATUS_ERR(import_stations("区站号,经度,纬度\n1,28.2,87.1\n", NULL), GT_EINPUT, &err);
    T_HAS(err.text, "the two in turn");
    err = (struct gt_err){0};
    T_STATUS_ERR(import_stations("区站号,经度,纬度\n1,80.2,25.1\n", NULL), GT_OK, &err);
    end();
}
