/* test_crs.c: what is read as a CRS, what is refused, and which two are the same. */
#include "geo_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "geo_int.h"

/* As ESRI writes .prj files. */
#define ESRI_CGCS2000                                                              \
    "GEOGCS[\"GCS_China_Geodetic_Coordinate_System_2000\",DATUM[\"D_China_2000\"," \
    "SPHEROID[\"CGCS2000\",6378137.0,298.257222101]],PRIMEM[\"Greenwich\",0.0],"   \
    "UNIT[\"Degree\",0.0174532925199433]]"
#define ESRI_ZONE(central)                                                             \
    "PROJCS[\"CGCS2000_3_Degree_GK_CM_" central "E\"," ESRI_CGCS2000                   \
    ",PROJECTION[\"Gauss_Kruger\"],PARAMETER[\"False_Easting\",500000.0],"             \
    "PARAMETER[\"False_Northing\",0.0],PARAMETER[\"Central_Meridian\"," central ".0]," \
    "PARAMETER[\"Scale_Factor\",1.0],PARAMETER[\"Latitude_Of_Origin\",0.0],UNIT[\"Meter\",1.0]]"
#define OLD_BEIJING                                                                      \
    "GEOGCS[\"Beijing 1954\",DATUM[\"Beijing_1954\",SPHEROID[\"Krassowsky "              \
    "1940\",6378245,298.3],TOWGS84[15.8,-154.4,-82.3,0,0,0,0]],PRIMEM[\"Greenwich\",0]," \
    "UNIT[\"degree\",0.0174532925199433],AUTHORITY[\"EPSG\",\"4214\"]]"

T_TEST(reads_kinds)
{
    static const struct {
        const char *text;
        enum gt_crs_kind kind;
        const char *code, *geodetic;
        double unit_m;
    } rows[] = {
        {"EPSG:4490", GT_CRS_GEOGRAPHIC, "EPSG:4490", "EPSG:4490", 0},
        {" epsg:4490", GT_CRS_GEOGRAPHIC, "EPSG:4490", "EPSG:4490", 0},
        {"EPSG:4524", GT_CRS_PLANAR, "EPSG:4524", "EPSG:4490", 1},
        {"EPSG:4502", GT_CRS_PLANAR, "EPSG:4502", "EPSG:4490", 1},
        {"EPSG:32645", GT_CRS_PLANAR, "EPSG:32645", "EPSG:4326", 1},
        {"tibet-albers", GT_CRS_SCALED, "", "EPSG:4490", 1},
        {"EPSG:3857", GT_CRS_SCALED, "EPSG:3857", "EPSG:4326", 1},
        {"EPSG:3413", GT_CRS_SCALED, "EPSG:3413", "EPSG:4326", 1},
        {"EPSG:2227", GT_CRS_SCALED, "EPSG:2227", "EPSG:4269", 1200 / 3937.0},
        {"ESRI:102025", GT_CRS_SCALED, "ESRI:102025", "EPSG:4326", 1},
        {"EPSG:4979", GT_CRS_GEOGRAPHIC, "EPSG:4326", "EPSG:4326", 0},
        {"EPSG:7415", GT_CRS_SCALED, "EPSG:28992", "EPSG:4289", 1},
        {"EPSG:4490+5737", GT_CRS_GEOGRAPHIC, "EPSG:4490", "EPSG:4490", 0},
        {ESRI_CGCS2000, GT_CRS_GEOGRAPHIC, "", "EPSG:4490", 0},
        {ESRI_ZONE("87"), GT_CRS_PLANAR, "", "EPSG:4490", 1},
        {OLD_BEIJING, GT_CRS_GEOGRAPHIC, "EPSG:4214", "EPSG:4214", 0},
        {"+proj=longlat +datum=WGS84", GT_CRS_GEOGRAPHIC, "", "EPSG:4326", 0},
        {"+proj=utm +zone=45 +datum=WGS84 +units=km", GT_CRS_PLANAR, "", "EPSG:4326", 1000},
        {"+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80", GT_CRS_SCALED, "", "", 1},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        const struct gt_crs *crs = fix_crs(a, rows[i].text);
        T_EQ_INT(crs->kind, rows[i].kind);
        T_EQ_STR(crs->code, rows[i].code);
        T_EQ_STR(crs->geodetic, rows[i].geodetic);
        T_NEAR(crs->unit_m, rows[i].unit_m, 1e-9);
        T_OK(!strpbrk(crs->wkt, "\r\n") && !strstr(crs->wkt, "BOUNDCRS"));
        T_OK(!strpbrk(crs->wkt1, "\r\n") && !strstr(crs->wkt1, "TOWGS84"));
    }
}

T_TEST(reads_ellipsoids)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *crs = fix_crs(a, "EPSG:4524");
    T_EQ_STR(crs->name, "CGCS2000 / 3-degree Gauss-Kruger zone 36");
    T_EQ_NUM(crs->a, CGCS2000_A);
    T_NEAR(1 / crs->f, 298.257222101, 1e-12);
    T_EQ_NUM(fix_crs(a, "+proj=longlat +R=6371000")->f, 0);
}

T_TEST(refuses_what_has_no_plane)
{
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"", "found \"\""},
        {"CGCS2000", "expected EPSG:N"},
        {"EPSG:", "expected EPSG:N"},
        {"EPSG:4490 x", "expected EPSG:N"},
        {"EPSG:999999", "is unknown"},
        {"GEOGCS[\"x", "is unknown"},
        {"+init=epsg:4326", "expected EPSG:N"},
        {"+proj=longlat +init=epsg:4326", "expected EPSG:N"},
        {"+lat_0=3", "expected EPSG:N"},
        {"+proj=nonsense", "is unknown"},
        {"EPSG:4479", "geocentric"},
        {"EPSG:5737", "vertical"},
        {"LOCAL_CS[\"site\"]", "engineering"},
        {"+proj=ob_tran +o_proj=longlat +o_lat_p=40 +lon_0=10", "derived"},
        {"EPSG:2046", "west"},
        {"EPSG:27572", "grad"},
        {"ELLIPSOID[\"x\",6378137,298]", "no CRS"},
        {"GEOGCS[\"x\",DATUM[\"x\",SPHEROID[\"x\",6378137,1.5]],PRIMEM[\"Greenwich\",0],"
         "UNIT[\"degree\",0.0174532925199433]]",
         "flattened"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        const struct gt_crs *crs = NULL;
        struct gt_err err = {0};
        T_STATUS(gt_crs_parse(a, rows[i].text, &crs, &err), GT_EINPUT);
        T_HAS(err.text, rows[i].says);
        T_OK(strlen(err.text) < 400);
    }
    const struct gt_crs *crs = NULL;
    T_STATUS(gt_crs_parse(a, NULL, &crs, NULL), GT_EINPUT);
}

static const char *refusal(struct gt_arena *a, const char *text)
{
    const struct gt_crs *crs = NULL;
    struct gt_err err = {0};
    T_STATUS(gt_crs_parse(a, text, &crs, &err), GT_EINPUT);
    return gt_strdup(a, err.text);
}

T_TEST(errors_are_one_short_line)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char *text = gt_take(a, 100001);
    memset(text, 'x', 100000);
    T_OK(strlen(refusal(a, text)) < 200);
    for (size_t i = 0; i < 3; i++) {
        struct gt_buf b = {.a = a};
        gt_buf_addn(&b, "xx", i);
        for (int k = 0; k < 100; k++)
            gt_buf_add(&b, "国");
        const char *said = refusal(a, b.p);
        T_OK(gt_is_utf8(said, strlen(said)));
    }
    T_OK(!strpbrk(refusal(a, "GEOGCS[\"x\",\r\nDATUM[\"y\"\n]\n,,]"), "\r\n"));
    T_OK(!strpbrk(refusal(a, "GEOGCRS[\"x\",\nDATUM[\"y\"\n]\n,,]"), "\r\n"));
}

T_TEST(written_forms_read_back)
{
    static const char *const texts[] = {"EPSG:4490",    "EPSG:4524",
                                        "tibet-albers", ESRI_ZONE("87"),
                                        "EPSG:3857",    "+proj=utm +zone=45 +datum=WGS84"};
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(texts); i++) {
        const struct gt_crs *crs = fix_crs(a, texts[i]);
        const struct gt_crs *again = fix_crs(a, crs->wkt);
        T_OK(gt_crs_same(crs, again));
        if (strcmp(texts[i], "EPSG:3857") != 0) /* which PROJ replaces by one of its own */
            T_EQ_STR(again->wkt, crs->wkt);
        T_EQ_STR(again->code, crs->code);
        T_EQ_STR(again->geodetic, crs->geodetic);
        T_EQ_INT(again->kind, crs->kind);
        T_OK(gt_crs_same(crs, fix_crs(a, crs->wkt1)));
    }
}

T_TEST(same_means_the_same_place)
{
    static const struct {
        const char *a, *b;
        bool same;
    } rows[] = {
        {"EPSG:4490", "EPSG:4490", true},
        {"EPSG:4490", ESRI_CGCS2000, true},
        {"EPSG:4538", ESRI_ZONE("87"), true}, /* north, east against east, north */
        {"EPSG:4538", ESRI_ZONE("90"), false},
        {"EPSG:4326", "OGC:CRS84", true},
        {"EPSG:4326", "+proj=longlat +datum=WGS84", true},
        {"EPSG:32645", "+proj=utm +zone=45 +datum=WGS84", true},
        {"EPSG:32645", "+proj=utm +zone=45 +datum=WGS84 +units=km", false},
        {"EPSG:32645", "EPSG:32646", false},
        {"EPSG:4326", "EPSG:4490", false},
        {"EPSG:4490", "EPSG:4610", false},
        {"EPSG:4490", "EPSG:4538", false},
        {"EPSG:4538", "EPSG:4526", false}, /* 87 E with and without the zone's number */
        {"EPSG:4979", "EPSG:4326", true},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        const struct gt_crs *x = fix_crs(a, rows[i].a), *y = fix_crs(a, rows[i].b);
        if (gt_crs_same(x, y) != rows[i].same || gt_crs_same(y, x) != rows[i].same)
            t_fail(T_HERE("gt_crs_same"), "%s, %s", rows[i].a, rows[i].b);
    }
}

T_TEST(network_is_off)
{
    setenv("PROJ_NETWORK", "ON", 1);
    GT_AUTO_PROJ p = {0};
    T_STATUS(gt_proj_open(&p, NULL), GT_OK);
    int enabled = proj_context_is_network_enabled(p.ctx);
    unsetenv("PROJ_NETWORK");
    T_EQ_INT(enabled, 0);
}

T_TEST(nothing_is_printed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char *path = gt_printf(a, "%s/stderr", t_tmpdir());
    FILE *file = fopen(path, "w+");
    T_OK(file);
    fflush(stderr);
    int kept = dup(STDERR_FILENO);
    T_OK(kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    const struct gt_crs *crs = NULL;
    enum gt_status status = gt_crs_parse(a, "+proj=nonsense", &crs, NULL);
    dup2(kept, STDERR_FILENO);
    close(kept);
    fseek(file, 0, SEEK_END);
    long printed = ftell(file);
    fclose(file);
    T_STATUS(status, GT_EINPUT);
    T_EQ_INT(printed, 0);
}

static enum gt_status parse_one(void *ctx, int64_t i, int worker, struct gt_err *err)
{
    (void)ctx, (void)worker;
    static const char *const texts[] = {"EPSG:4490", "EPSG:4538", "tibet-albers", "EPSG:4326"};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *from, *to;
    struct gt_xform *t;
    GT_TRY(gt_crs_parse(a, texts[i % 4], &from, err));
    GT_TRY(gt_crs_parse(a, texts[(i + 1) % 4], &to, err));
    GT_TRY(gt_xform_new(a, from, to, &t, err));
    double xy[2] = {from->unit_m > 0 ? 5e5 : 87, from->unit_m > 0 ? 3.2e6 : 29};
    return gt_xform_points(t, xy, 1) == 0 ? GT_OK : gt_fail(err, GT_EINTERNAL, "lost");
}

T_TEST(threads_do_not_meet)
{
    struct gt_work work = {.pool = gt_pool_new(4)};
    struct gt_err err = {0};
    enum gt_status status = gt_par_for(&work, 16, parse_one, NULL, &err);
    gt_pool_free(work.pool);
    T_STATUS_ERR(status, GT_OK, &err);
}
