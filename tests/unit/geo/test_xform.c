/* test_xform.c: transformations against answers that did not come from PROJ. */
#include "geo_fixture.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Transverse Mercator by its definition: the meridian arc, as a function of isometric latitude,
 * continued to complex arguments (Newton's method, 60-point Gauss quadrature); Albers by Snyder
 * 1987, 14-1 to 14-12. Computed apart from this program in double precision; 1e-7 m were kept. */
static const struct {
    const char *to;
    double lon, lat, x, y;
} known[] = {
    {"EPSG:4538", 86.5, 28.5, 451047.6022762, 3153955.4167009},
    {"EPSG:4502", 86.5, 28.5, 1630042.3389099, 3208439.0088525}, /* 11.5 degrees off its meridian */
    {"EPSG:4539", 91.1, 29.65, 606508.7287907, 3281821.8990770},
    {"EPSG:4503", 79.0, 33.0, 313078.0084171, 3654525.3143158},
    {"EPSG:4517", 88.25, 36.4, 29612135.3634720, 4030653.6966942},
    {"EPSG:4524", 86.925, 27.9881, 34400481.4422522, 3283812.8824277},
    {"tibet-albers", 86.5, 28.5, -244739.1391607, 3020093.0330101},
    {"tibet-albers", 79.0, 33.0, -932270.6272037, 3559190.5610182},
    {"tibet-albers", 91.1, 29.65, 203147.4884707, 3146768.8852754},
    {"tibet-albers", 99.0, 36.0, 902008.7473338, 3890564.4820004},
};

T_TEST(meets_known_points)
{
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(known); i++) {
        double xy[2] = {known[i].lon, known[i].lat};
        T_EQ_INT(gt_xform_points(fix_xform(a, "EPSG:4490", known[i].to), xy, 1), 0);
        T_NEAR(xy[0], known[i].x, 1e-6);
        T_NEAR(xy[1], known[i].y, 1e-6);
        T_EQ_INT(gt_xform_points(fix_xform(a, known[i].to, "EPSG:4490"), xy, 1), 0);
        T_NEAR(xy[0], known[i].lon, 1e-11);
        T_NEAR(xy[1], known[i].lat, 1e-11);
    }
}

/* EPSG guidance note 7-2, example of the transverse Mercator (its flattening has one digit less
 * than the CRS's: 5 mm); Snyder 1987, page 292. */
T_TEST(meets_published_examples)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double britain[2] = {0.5, 50.5};
    T_EQ_INT(gt_xform_points(fix_xform(a, "EPSG:4277", "EPSG:27700"), britain, 1), 0);
    T_NEAR(britain[0], 577274.99, 0.01);
    T_NEAR(britain[1], 69740.50, 0.01);
    double america[2] = {-75, 35};
    struct gt_xform *t =
        fix_xform(a, "+proj=longlat +ellps=clrk66",
                  "+proj=aea +lat_1=29.5 +lat_2=45.5 +lat_0=23 +lon_0=-96 +ellps=clrk66");
    T_EQ_INT(gt_xform_points(t, america, 1), 0);
    T_NEAR(america[0], 1885472.7, 0.06);
    T_NEAR(america[1], 1535925.0, 0.06);
}

T_TEST(units_are_the_crs_own)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double m[2] = {86.5, 28.5}, km[2] = {86.5, 28.5};
    gt_xform_points(fix_xform(a, "EPSG:4326", "+proj=utm +zone=45 +datum=WGS84"), m, 1);
    gt_xform_points(fix_xform(a, "EPSG:4326", "+proj=utm +zone=45 +datum=WGS84 +units=km"), km, 1);
    T_NEAR(km[0] * 1000, m[0], 1e-6);
    T_NEAR(km[1] * 1000, m[1], 1e-6);
}

T_TEST(world_systems_are_one)
{
    static const char *const family[] = {"EPSG:4490", "EPSG:4326", "EPSG:9056",
                                         "EPSG:9000", "OGC:CRS84", "+proj=longlat +datum=WGS84"};
    GT_AUTO_ARENA a = gt_arena_new();
    T_OK(gt_xform_is_identity(fix_xform(a,
                                        "GEOGCS[\"x\",DATUM[\"D_CGCS_2000\",SPHEROID[\"CGCS2000\","
                                        "6378137,298.257222101]],PRIMEM[\"Greenwich\",0],"
                                        "UNIT[\"degree\",0.0174532925199433]]",
                                        "EPSG:4490")));
    for (size_t i = 0; i < GT_LEN(family); i++) {
        struct gt_xform *t = fix_xform(a, family[i], "EPSG:4490");
        T_OK(gt_xform_is_identity(t));
        double xy[2] = {86.123456789012345, 28.987654321098765};
        T_EQ_INT(gt_xform_points(t, xy, 1), 0);
        T_EQ_NUM(xy[0], 86.123456789012345);
        T_EQ_NUM(xy[1], 28.987654321098765);
    }
    /* UTM on WGS 84 to Gauss-Krueger on CGCS2000: the angles stay, each ellipsoid is used as it is.
     */
    double xy[2] = {86.5, 28.5};
    gt_xform_points(fix_xform(a, "EPSG:4326", "EPSG:32645"), xy, 1);
    T_OK(!gt_xform_is_identity(fix_xform(a, "EPSG:32645", "EPSG:4538")));
    gt_xform_points(fix_xform(a, "EPSG:32645", "EPSG:4538"), xy, 1);
    T_NEAR(xy[0], known[0].x, 1e-6);
    T_NEAR(xy[1], known[0].y, 1e-6);
}

T_TEST(unknown_datums_are_refused)
{
    static const char *const pairs[][2] = {
        {"EPSG:4610", "EPSG:4490"},
        {"EPSG:4490", "EPSG:4610"},
        {"EPSG:4214", "EPSG:4490"},
        {"EPSG:4214", "EPSG:4326"}, /* PROJ knows some for oil fields */
        {"EPSG:4555", "EPSG:4490"},
        {"EPSG:2379", "EPSG:4538"}, /* Xi'an 80 and CGCS2000, Gauss-Krueger both */
        {"EPSG:4610", "EPSG:4214"},
        {"+proj=longlat +ellps=krass", "EPSG:4490"},
        {"+proj=longlat +ellps=krass +towgs84=15.8,-154.4,-82.3", "EPSG:4490"},
        {"GEOGCS[\"x\",DATUM[\"WGS_1984\",SPHEROID[\"WGS 84\",6378137,298.257223563]],"
         "PRIMEM[\"Paris\",2.33722917],UNIT[\"degree\",0.0174532925199433]]",
         "EPSG:4490"},
    };
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(pairs); i++) {
        struct gt_xform *t = NULL;
        struct gt_err err = {0};
        T_STATUS(gt_xform_new(a, fix_crs(a, pairs[i][0]), fix_crs(a, pairs[i][1]), &t, &err),
                 GT_EINPUT);
        T_HAS(err.text, "parameters");
    }
}

T_TEST(one_old_datum_is_fine)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_xform *t = fix_xform(a, "EPSG:4610", "EPSG:2379");
    struct gt_xform *back = fix_xform(a, "EPSG:2379", "EPSG:4610");
    double xy[2] = {86.5, 28.5};
    T_EQ_INT(gt_xform_points(t, xy, 1), 0);
    T_OK(fabs(xy[1] - 3.2e6) < 2e5);
    T_EQ_INT(gt_xform_points(back, xy, 1), 0);
    T_NEAR(xy[0], 86.5, 1e-11);
    T_NEAR(xy[1], 28.5, 1e-11);
}

T_TEST(published_transformation_is_used)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_xform *t = fix_xform(a, "EPSG:4289", "EPSG:4258"); /* Amersfoort to ETRS89 */
    double xy[2] = {5, 52};
    T_OK(!gt_xform_is_identity(t));
    T_EQ_INT(gt_xform_points(t, xy, 1), 0);
    double moved = fix_geodesic_m(5, 52, xy[0], xy[1]);
    T_OK(moved > 50 && moved < 200);
}

T_TEST(lost_points_are_counted)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double xy[10] = {86.5, 28.5, (double)NAN, 1, 87, (double)INFINITY, 87, 95, 87, 29};
    T_EQ_INT(gt_xform_points(fix_xform(a, "EPSG:4490", "EPSG:4538"), xy, 5), 3);
    for (int i = 1; i < 4; i++)
        T_OK(isnan(xy[2 * i]) && isnan(xy[2 * i + 1]));
    T_NEAR(xy[0], known[0].x, 1e-6);
    T_NEAR(xy[8], 500000, 1e-6);
    double same[4] = {1, (double)NAN, 2, 3};
    T_EQ_INT(gt_xform_points(fix_xform(a, "EPSG:4490", "EPSG:4490"), same, 2), 1);
    T_OK(isnan(same[0]) && same[2] == 2);
    T_EQ_INT(gt_xform_points(fix_xform(a, "EPSG:4490", "EPSG:4538"), xy, 0), 0);
}

T_TEST(goes_there_and_back)
{
    static const char *const crs[] = {"EPSG:4490",    "EPSG:4524",  "EPSG:4504",
                                      "tibet-albers", "EPSG:32645", "EPSG:3857"};
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_xform *to[GT_LEN(crs)], *from[GT_LEN(crs)];
    for (size_t i = 0; i < GT_LEN(crs); i++) {
        to[i] = fix_xform(a, "EPSG:4490", crs[i]);
        from[i] = fix_xform(a, crs[i], "EPSG:4490");
    }
    uint64_t seed = 1;
    for (int k = 0; k < 2000; k++) {
        double lon = 78 + 22 * fix_random(&seed), lat = 26 + 11 * fix_random(&seed);
        for (size_t i = 0; i < GT_LEN(crs); i++) {
            double xy[2] = {lon, lat};
            gt_xform_points(to[i], xy, 1);
            gt_xform_points(from[i], xy, 1);
            T_OK(fabs(xy[0] - lon) < 1e-9 && fabs(xy[1] - lat) < 1e-9);
        }
    }
}

/* Axis order and numbers as another program has them. */
T_TEST(agrees_with_gdaltransform)
{
    FILE *tool =
        popen("gdaltransform -output_xy -s_srs EPSG:4490 -t_srs EPSG:4524 2>/dev/null <<'E'\n"
              "108.5 28.5\n"
              "86.925 27.9881\n"
              "E\n",
              "r");
    double found[4] = {0};
    char line[200];
    int n = 0;
    while (tool && n < 4 && fgets(line, sizeof line, tool)) {
        char *blank = strchr(line, ' ');
        line[strcspn(line, "\n")] = '\0';
        if (blank)
            *blank = '\0';
        if (!blank || !gt_parse_num(line, &found[n]) || !gt_parse_num(blank + 1, &found[n + 1]))
            break;
        n += 2;
    }
    if (tool)
        pclose(tool);
    if (n < 4)
        T_SKIP("gdaltransform is not here");
    GT_AUTO_ARENA a = gt_arena_new();
    double xy[4] = {108.5, 28.5, 86.925, 27.9881};
    gt_xform_points(fix_xform(a, "EPSG:4490", "EPSG:4524"), xy, 2);
    for (int i = 0; i < 4; i++)
        T_NEAR(found[i], xy[i], 1e-6);
}
