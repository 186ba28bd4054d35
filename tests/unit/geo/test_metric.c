/* test_metric.c: the ground's metric and areas against geodesics, numerical integrals and PROJ's
 * factors. */
#include "geo_fixture.h"

#include <geodesic.h>
#include <math.h>
#include <proj.h>
#include <string.h>

static const struct gt_metric *metric(struct gt_arena *a, const char *crs, const struct gt_grid *g)
{
    const struct gt_metric *m = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_metric_new(a, fix_crs(a, crs), g, &m, &err), GT_OK, &err);
    return m;
}

/* The inverse metric tensor at a place, from lengths of geodesics between points of the grid's
 * plane. */
static struct gt_tensor measured(struct gt_xform *to_deg, double x, double y, double h)
{
    static const double way[3][2] = {{1, 0}, {0, 1}, {1, 1}};
    double g[3];
    for (int i = 0; i < 3; i++) {
        double ux = way[i][0] * h / 2, uy = way[i][1] * h / 2;
        double xy[4] = {x - ux, y - uy, x + ux, y + uy};
        gt_xform_points(to_deg, xy, 2);
        double m = fix_geodesic_m(xy[0], xy[1], xy[2], xy[3]) / h;
        g[i] = m * m;
    }
    double xx = g[0], yy = g[1], xy = (g[2] - g[0] - g[1]) / 2, det = xx * yy - xy * xy;
    return (struct gt_tensor){yy / det, -xy / det, xx / det};
}

static void near_tensor(struct t_at at, struct gt_tensor found, struct gt_tensor expected,
                        double share)
{
    double size = sqrt(fabs(expected.xx * expected.yy));
    t_near(at, found.xx / expected.xx, 1, share);
    t_near(at, found.yy / expected.yy, 1, share);
    t_near(at, found.xy / size, expected.xy / size, share);
}

static const struct gt_grid degrees = {
    .w = 300, .h = 500, .x0 = 86, .y0 = 30, .dx = 1 / 1200.0, .dy = 1 / 1200.0};
static const struct gt_grid albers = {
    .w = 700, .h = 900, .x0 = -1000000, .y0 = 3900000, .dx = 100, .dy = 90};
static const struct gt_grid zone = {
    .w = 700, .h = 900, .x0 = 650000, .y0 = 3300000, .dx = 100, .dy = 90};

T_TEST(geographic_tensor_is_geodesic)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, "EPSG:4490", &degrees);
    struct gt_xform *to_deg = fix_xform(a, "EPSG:4490", "EPSG:4490");
    T_OK(gt_metric_by_row(m) && gt_metric_area_by_row(m));
    for (int64_t row = 0; row < degrees.h; row += 83) {
        double y = gt_grid_y(&degrees, (double)row + 0.5);
        near_tensor(T_HERE("row"), gt_metric_at(m, 7, row), measured(to_deg, 86.5, y, 0.01), 2e-8);
        T_EQ_NUM(gt_metric_at(m, 7, row).xx, gt_metric_at(m, 200, row).xx);
    }
}

/* By hand, on the ellipsoid of CGCS2000 at 30 N: N = 6383480.917716, M = 6351377.103584. */
T_TEST(geographic_tensor_by_hand)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid g = {.w = 1, .h = 1, .x0 = 90, .y0 = 30.5, .dx = 1, .dy = 1};
    struct gt_tensor t = gt_metric_at(metric(a, "EPSG:4490", &g), 0, 0);
    const double rad = M_PI / 180;
    T_NEAR(1 / sqrt(t.xx) / (6383480.917716 * sqrt(0.75) * rad), 1, 1e-12);
    T_NEAR(1 / sqrt(t.yy) / (6351377.103584 * rad), 1, 1e-12);
    T_EQ_NUM(t.xy, 0);
}

T_TEST(planar_tensor_is_flat)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, "EPSG:4538", &zone);
    struct gt_tensor t = gt_metric_at(m, 3, 400);
    T_OK(gt_metric_by_row(m) && !gt_metric_area_by_row(m));
    T_EQ_NUM(t.xx, 1);
    T_EQ_NUM(t.xy, 0);
    T_EQ_NUM(t.yy, 1);
    struct gt_grid km = {.w = 10, .h = 10, .x0 = 500, .y0 = 3300, .dx = 1, .dy = 1};
    T_NEAR(gt_metric_at(metric(a, "+proj=utm +zone=45 +datum=WGS84 +units=km", &km), 1, 1).yy, 1e-6,
           1e-20);
}

T_TEST(scaled_tensor_is_geodesic)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, "tibet-albers", &albers);
    struct gt_xform *to_deg = fix_xform(a, "tibet-albers", "EPSG:4490");
    T_OK(!gt_metric_by_row(m) && !gt_metric_area_by_row(m));
    uint64_t seed = 5;
    for (int k = 0; k < 200; k++) {
        int64_t col = (int64_t)(fix_random(&seed) * 700), row = (int64_t)(fix_random(&seed) * 900);
        double x = gt_grid_x(&albers, (double)col + 0.5), y = gt_grid_y(&albers, (double)row + 0.5);
        near_tensor(T_HERE("cell"), gt_metric_at(m, col, row), measured(to_deg, x, y, 200), 1e-7);
    }
}

/* A plane that rises 3 % to the east and 4 % to the north on the ground is a slope of 5 %. */
T_TEST(slope_of_a_known_plane)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, "tibet-albers", &albers);
    struct gt_xform *to_deg = fix_xform(a, "tibet-albers", "EPSG:4490");
    double x = gt_grid_x(&albers, 100.5), y = gt_grid_y(&albers, 200.5), z[4];
    static const double way[4][2] = {{-50, 0}, {50, 0}, {0, -50}, {0, 50}};
    double centre[2] = {x, y};
    gt_xform_points(to_deg, centre, 1);
    for (int i = 0; i < 4; i++) {
        double xy[2] = {x + way[i][0], y + way[i][1]}, azimuth, metres;
        gt_xform_points(to_deg, xy, 1);
        struct geod_geodesic g;
        geod_init(&g, CGCS2000_A, CGCS2000_F);
        geod_inverse(&g, centre[1], centre[0], xy[1], xy[0], &metres, &azimuth, NULL);
        z[i] = metres * (0.03 * sin(azimuth * M_PI / 180) + 0.04 * cos(azimuth * M_PI / 180));
    }
    double gx = (z[1] - z[0]) / 100, gy = (z[3] - z[2]) / 100;
    struct gt_tensor t = gt_metric_at(m, 100, 200);
    T_NEAR(t.xx * gx * gx + 2 * t.xy * gx * gy + t.yy * gy * gy, 0.05 * 0.05, 1e-9);
    T_OK(fabs(gx * gx + gy * gy - 0.05 * 0.05) > 1e-6); /* the plane alone would be wrong */
}

T_TEST(lattice_meets_proj_factors)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid g = {.w = 130, .h = 70, .x0 = -1000000, .y0 = 3900000, .dx = 10, .dy = 10};
    const struct gt_metric *m = metric(a, "tibet-albers", &g);
    PJ *pj = proj_create(NULL, "+proj=aea +lat_1=28.5 +lat_2=34.5 +lon_0=89 +ellps=GRS80 "
                               "+rf=298.257222101");
    T_OK(pj);
    static const int64_t cells[][2] = {{0, 0}, {64, 0}, {129, 69}, {30, 65}};
    for (size_t i = 0; i < GT_LEN(cells); i++) {
        PJ_COORD xy = proj_coord(gt_grid_x(&g, (double)cells[i][0] + 0.5),
                                 gt_grid_y(&g, (double)cells[i][1] + 0.5), 0, 0);
        PJ_FACTORS f = proj_factors(pj, proj_trans(pj, PJ_INV, xy));
        struct gt_tensor t = gt_metric_at(m, cells[i][0], cells[i][1]);
        T_NEAR(t.xx + t.yy,
               f.meridional_scale * f.meridional_scale + f.parallel_scale * f.parallel_scale, 1e-8);
        T_NEAR(sqrt(t.xx * t.yy - t.xy * t.xy), f.areal_scale, 1e-8);
    }
    proj_destroy(pj);
}

T_TEST(rows_are_as_cells)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct {
        const char *crs;
        const struct gt_grid *g;
    } rows[] = {{"EPSG:4490", &degrees}, {"EPSG:4538", &zone}, {"tibet-albers", &albers}};
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        const struct gt_metric *m = metric(a, rows[i].crs, rows[i].g);
        size_t n = (size_t)rows[i].g->w;
        struct gt_tensor *t = GT_TAKE_N(a, struct gt_tensor, n);
        for (int64_t row = 0; row < rows[i].g->h; row += rows[i].g->h - 1) {
            for (int64_t from = 0; from < 70; from += 23) {
                gt_metric_row(m, from, row, n - (size_t)from, t);
                for (int64_t col = from; col < (int64_t)n; col++) {
                    struct gt_tensor one = gt_metric_at(m, col, row);
                    T_OK(memcmp(&one, &t[col - from], sizeof one) == 0);
                }
            }
        }
    }
}

/* ---- Areas ---- */

/* By Gauss quadrature (5 points, in pieces of at most half a degree) of M N cos. */
static double integral_m2(const double row[3])
{
    const long double lat0 = (long double)row[0], height = (long double)row[1] - lat0,
                      dlon = (long double)row[2];
    static const long double x[5] = {
        -0.906179845938663992797626878299392965L, -0.538469310105683091036314420700208805L, 0,
        0.538469310105683091036314420700208805L, 0.906179845938663992797626878299392965L};
    static const long double w[5] = {
        0.236926885056189087514264040719917363L, 0.478628670499366468041291514835638193L,
        0.568888888888888888888888888888888889L, 0.478628670499366468041291514835638193L,
        0.236926885056189087514264040719917363L};
    const long double rad = 3.14159265358979323846264338327950288L / 180, f = 1 / 298.257222101L,
                      e2 = f * (2 - f);
    int pieces = (int)ceill(height / 0.5L);
    long double sum = 0, step = height / pieces;
    for (int i = 0; i < pieces; i++) {
        for (int k = 0; k < 5; k++) {
            long double lat = (lat0 + step * (i + (1 + x[k]) / 2)) * rad, s = sinl(lat),
                        v = 1 - e2 * s * s;
            sum += w[k] / 2 * cosl(lat) / (v * v);
        }
    }
    return (double)(6378137.0L * 6378137.0L * (1 - e2) * sum * step * rad * dlon * rad);
}

T_TEST(zones_meet_the_integral)
{
    static const double rows[][3] = {
        {0, 90, 360},          {-90, 90, 360},
        {28, 29, 1},           {28.5, 28.5 + 1 / 3600.0, 1 / 3600.0},
        {36, 36 + 1e-6, 1e-6}, {89.999, 90, 360},
        {-0.001, 0.001, 0.01}, {0, 1 / 7200.0, 1 / 7200.0},
        {-35, -34, 2},         {27.98, 27.9801, 0.25},
    };
    for (size_t i = 0; i < GT_LEN(rows); i++) {
        double expected = integral_m2(rows[i]);
        double found = gt_zone_m2(CGCS2000_A, CGCS2000_F, rows[i][0], rows[i][1], rows[i][2]);
        T_NEAR(found / expected, 1, 1e-14);
        T_EQ_NUM(gt_zone_m2(CGCS2000_A, CGCS2000_F, rows[i][1], rows[i][0], rows[i][2]), -found);
    }
}

/* The radius of the sphere of equal area, as it is published for WGS 84. */
T_TEST(whole_ellipsoid)
{
    double r = sqrt(gt_zone_m2(6378137, 1 / 298.257223563, -90, 90, 360) / (4 * M_PI));
    T_NEAR(r, 6371007.1809184747, 2e-9);
    T_NEAR(gt_zone_m2(1, 0, -90, 90, 360), 4 * M_PI, 1e-14);
    T_NEAR(gt_zone_m2(1, 0, 0, 30, 360), M_PI, 1e-15);
}

T_TEST(rows_sum_to_their_zone)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid g = {
        .w = 3600, .h = 10800, .x0 = 86, .y0 = 30, .dx = 1 / 3600.0, .dy = 1 / 3600.0};
    const struct gt_metric *m = metric(a, "EPSG:4490", &g);
    double sum = 0;
    for (int64_t row = 0; row < g.h; row++)
        sum += gt_metric_cell_m2(m, 0, row) * (double)g.w;
    T_NEAR(sum / gt_zone_m2(CGCS2000_A, CGCS2000_F, 27, 30, 1), 1, 1e-13);
}

/* Area of a cell from its corners and points between them, as a geodesic polygon. */
static double polygon_m2(struct gt_xform *to_deg, const struct gt_grid *g, int64_t col, int64_t row)
{
    enum { SIDE = 20 };
    static const double corner[5][2] = {{0, 1}, {1, 1}, {1, 0}, {0, 0}, {0, 1}};
    struct geod_geodesic ellipsoid;
    struct geod_polygon p;
    geod_init(&ellipsoid, CGCS2000_A, CGCS2000_F);
    geod_polygon_init(&p, 0);
    for (int i = 0; i < 4 * SIDE; i++) {
        const double *from = corner[i / SIDE], *to = corner[i / SIDE + 1];
        double share = (double)(i % SIDE) / SIDE;
        double xy[2] = {gt_grid_x(g, (double)col + from[0] + share * (to[0] - from[0])),
                        gt_grid_y(g, (double)row + from[1] + share * (to[1] - from[1]))};
        gt_xform_points(to_deg, xy, 1);
        geod_polygon_addpoint(&ellipsoid, &p, xy[1], xy[0]);
    }
    double m2 = 0;
    geod_polygon_compute(&ellipsoid, &p, 0, 1, &m2, NULL);
    return m2;
}

static void areas_meet_polygons(const char *crs, const struct gt_grid *g, double share)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, crs, g);
    struct gt_xform *to_deg = fix_xform(a, crs, "EPSG:4490");
    uint64_t seed = 9;
    for (int k = 0; k < 100; k++) {
        int64_t col = (int64_t)(fix_random(&seed) * (double)g->w);
        int64_t row = (int64_t)(fix_random(&seed) * (double)g->h);
        T_NEAR(gt_metric_cell_m2(m, col, row) / polygon_m2(to_deg, g, col, row), 1, share);
    }
}

T_TEST(cell_areas_meet_geodesic_polygons)
{
    struct gt_grid wide = {.w = 3, .h = 4, .x0 = 86, .y0 = 31, .dx = 0.2, .dy = 0.3};
    areas_meet_polygons("EPSG:4490", &wide, 5e-7);
    struct gt_grid big = {.w = 90, .h = 80, .x0 = 300000, .y0 = 3400000, .dx = 5000, .dy = 5000};
    areas_meet_polygons("EPSG:4538", &big, 2e-7);
    struct gt_grid scaled = {
        .w = 90, .h = 80, .x0 = 9000000, .y0 = 3400000, .dx = 3000, .dy = 3000};
    areas_meet_polygons("+proj=merc +datum=WGS84", &scaled, 2e-7);
}

T_TEST(albers_cells_are_all_equal)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = metric(a, "tibet-albers", &albers);
    for (int64_t row = 0; row < albers.h; row += 29)
        for (int64_t col = 0; col < albers.w; col += 31)
            T_NEAR(gt_metric_cell_m2(m, col, row) / (100.0 * 90), 1, 1e-10);
}

/* ---- Edges ---- */

T_TEST(cell_sizes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double ew, ns;
    struct gt_grid g = {.w = 1, .h = 1, .x0 = 90, .y0 = 30.0005, .dx = 0.001, .dy = 0.001};
    gt_metric_cell_size(metric(a, "EPSG:4490", &g), &ew, &ns);
    T_NEAR(ew, fix_geodesic_m(90, 30, 90.001, 30), 1e-6);
    T_NEAR(ns, fix_geodesic_m(90, 29.9995, 90, 30.0005), 1e-6);
    gt_metric_cell_size(metric(a, "EPSG:4538", &zone), &ew, &ns);
    T_NEAR(ew, 100, 1e-9);
    T_NEAR(ns, 90, 1e-9);
    gt_metric_cell_size(metric(a, "tibet-albers", &albers), &ew, &ns);
    struct gt_xform *to_deg = fix_xform(a, "tibet-albers", "EPSG:4490");
    double x = gt_grid_x(&albers, 350), y = gt_grid_y(&albers, 450.5);
    double xy[4] = {x, y, x + 100, y};
    gt_xform_points(to_deg, xy, 2);
    T_NEAR(ew, fix_geodesic_m(xy[0], xy[1], xy[2], xy[3]), 1e-4);
    T_OK(fabs(ew - 100) > 0.01);
}

T_TEST(smallest_grids)
{
    static const int64_t sizes[][2] = {{1, 1}, {1, 64}, {64, 1}, {65, 63}, {2, 129}};
    GT_AUTO_ARENA a = gt_arena_new();
    for (size_t i = 0; i < GT_LEN(sizes); i++) {
        struct gt_grid g = {sizes[i][0], sizes[i][1], -50000, 3300000, 30, 30};
        const struct gt_metric *m = metric(a, "tibet-albers", &g);
        struct gt_tensor t = gt_metric_at(m, g.w - 1, g.h - 1);
        T_OK(t.xx > 0.9 && t.xx < 1.1 && t.yy > 0.9 && t.yy < 1.1);
        T_NEAR(gt_metric_cell_m2(m, g.w - 1, g.h - 1), 900, 1e-6);
    }
}

T_TEST(beyond_the_domain_there_is_no_metric)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid g = {.w = 100, .h = 100, .x0 = -2e7, .y0 = 2e7, .dx = 4e5, .dy = 4e5};
    const struct gt_metric *m = metric(a, "tibet-albers", &g);
    T_OK(isnan(gt_metric_at(m, 0, 0).xx) && isnan(gt_metric_cell_m2(m, 0, 0)));
    int64_t col = (int64_t)gt_grid_col(&g, 0), row = (int64_t)gt_grid_row(&g, 3.3e6);
    T_NEAR(gt_metric_at(m, col, row).xx, 1, 0.1);
    /* Behind the cone's tip PROJ gives angles all the same. */
    struct gt_grid behind = {.w = 10, .h = 10, .x0 = 1e5, .y0 = 2.3e7, .dx = 1000, .dy = 1000};
    m = metric(a, "tibet-albers", &behind);
    T_OK(isnan(gt_metric_at(m, 5, 5).xx));
}

/* The world ends at x = 20037508. */
T_TEST(metric_ends_at_a_cut)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid g = {.w = 33, .h = 1, .x0 = 20031708, .y0 = 3.3e6, .dx = 100, .dy = 100};
    const struct gt_metric *m = metric(a, "EPSG:3857", &g);
    T_OK(gt_metric_at(m, 32, 0).xx > 1); /* 64 cells on, the next node would lie behind it */
    g.w = 41; /* the last node is so near that only the wide difference reaches over the cut */
    m = metric(a, "EPSG:3857", &g);
    T_OK(gt_metric_at(m, 31, 0).xx > 1 && isnan(gt_metric_at(m, 40, 0).xx));
    g.w = 58;
    m = metric(a, "EPSG:3857", &g);
    T_OK(gt_metric_at(m, 31, 0).xx > 1 && isnan(gt_metric_at(m, 57, 0).xx));
}

T_TEST(metric_ends_at_the_poles)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_grid poles = {.w = 4, .h = 182, .x0 = 0, .y0 = 91, .dx = 1, .dy = 1};
    const struct gt_metric *m = metric(a, "EPSG:4490", &poles);
    T_OK(isnan(gt_metric_at(m, 0, 0).xx) && isnan(gt_metric_cell_m2(m, 0, 0)));
    T_OK(gt_metric_at(m, 0, 1).xx > 0 && gt_metric_cell_m2(m, 0, 1) > 0);
    struct gt_grid half = {.w = 1, .h = 181, .x0 = 0, .y0 = 90.5, .dx = 360, .dy = 1};
    m = metric(a, "EPSG:4490", &half);
    double sum = 0;
    for (int64_t row_i = 0; row_i < half.h; row_i++) {
        double m2 = gt_metric_cell_m2(m, 0, row_i);
        sum += isnan(m2) ? 0 : m2;
    }
    T_NEAR(sum / gt_zone_m2(CGCS2000_A, CGCS2000_F, -90, 90, 360), 1, 1e-13);
}

T_TEST(bad_grid_makes_no_metric)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = NULL;
    struct gt_err err = {0};
    struct gt_grid g = {.w = 0, .h = 1, .x0 = 0, .y0 = 0, .dx = 1, .dy = 1};
    T_STATUS(gt_metric_new(a, fix_crs(a, "EPSG:4490"), &g, &m, &err), GT_EINPUT);
}

T_TEST(lattice_passes_the_memory_gate)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_metric *m = NULL;
    struct gt_err err = {0};
    const struct gt_crs *crs = fix_crs(a, "tibet-albers");
    size_t kept = gt_memory_limit();
    gt_memory_limit_set(1000);
    enum gt_status status = gt_metric_new(a, crs, &albers, &m, &err);
    gt_memory_limit_set(kept);
    T_STATUS_ERR(status, GT_ETOOBIG, &err);
    T_HAS(err.text, "lattice");
}
