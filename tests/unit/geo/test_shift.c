/* test_shift.c: parameters between datums against PROJ's pipelines and numpy's least squares, both
 * run apart from this program. */
#include "t.h"
#include "guotu/geo.h"

#include <math.h>
#include <string.h>

static struct gt_arena *a;
static struct gt_err err;

static void begin(void)
{
    gt_arena_free(a);
    a = gt_arena_new();
    err = (struct gt_err){0};
}

static const struct gt_crs *crs(const char *text)
{
    const struct gt_crs *c = NULL;
    T_STATUS_ERR(gt_crs_parse(a, text, &c, &err), GT_OK, &err);
    return c;
}

static struct gt_shift shift_of(enum gt_shift_kind kind, const char *from, const char *to)
{
    return (struct gt_shift){.kind = kind, .from = crs(from), .to = crs(to)};
}

static const struct gt_shapes *points(const double *xy, size_t n, const struct gt_crs *c)
{
    struct gt_shapes *s = GT_TAKE(a, struct gt_shapes);
    int64_t *part = GT_TAKE_N(a, int64_t, n + 1);
    for (size_t i = 0; i <= n; i++)
        part[i] = (int64_t)i;
    *s = (struct gt_shapes){
        .kind = GT_SHAPE_POINT, .crs = c, .n = n, .part = part, .point = part, .xy = xy};
    return s;
}

static const double given[7] = {112.3, -48.7, -61.2, 1.25, -2.5, 3.75, -4.5};

/* proj=cart, proj=helmert +convention=..., proj=cart inverse, of PROJ 9. */
static const struct {
    enum gt_shift_kind kind;
    double lon, lat, height, to_lon, to_lat;
} known[] = {
    {GT_SHIFT_POSITION_VECTOR, 87.05, 28.15, 0, 87.050233477783, 28.150079985425},
    {GT_SHIFT_POSITION_VECTOR, 91.1, 29.65, 4500, 91.100288851260, 29.650082801799},
    {GT_SHIFT_POSITION_VECTOR, 79.5, 33.25, 4500, 79.500165898560, 33.250144115287},
    {GT_SHIFT_COORDINATE_FRAME, 87.05, 28.15, 0, 87.047431923719, 28.149312088489},
    {GT_SHIFT_COORDINATE_FRAME, 91.1, 29.65, 4500, 91.097412792072, 29.649412818189},
    {GT_SHIFT_COORDINATE_FRAME, 79.5, 33.25, 4500, 79.497275622502, 33.249205639146},
};

T_TEST(shift_in_space_is_as_projs)
{
    begin();
    for (size_t i = 0; i < GT_LEN(known); i++) {
        struct gt_shift s = shift_of(known[i].kind, "EPSG:4610", "EPSG:4490");
        double xy[2] = {known[i].lon, known[i].lat};
        const struct gt_shapes *out;
        memcpy(s.p, given, sizeof given);
        s.height_m = known[i].height;
        T_STATUS_ERR(gt_shift_check(&s, &err), GT_OK, &err);
        T_STATUS_ERR(gt_shift_shapes(a, &s, points(xy, 1, s.from), &out, &err), GT_OK, &err);
        T_NEAR(out->xy[0], known[i].to_lon, 1e-11);
        T_NEAR(out->xy[1], known[i].to_lat, 1e-11);
        T_OK(gt_crs_same(out->crs, s.to));
    }
}

/* From one zone to another system's zone: the same as through degrees. */
T_TEST(shift_in_space_takes_projected_shapes)
{
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_POSITION_VECTOR, "EPSG:4610", "EPSG:4517");
    struct gt_xform *to_old, *to_new;
    double xy[2] = {87.05, 28.15}, want[2] = {87.050233477783, 28.150079985425};
    const struct gt_shapes *out;
    memcpy(s.p, given, sizeof given);
    T_STATUS(gt_xform_new(a, s.from, crs("EPSG:2353"), &to_old, &err), GT_OK);
    T_STATUS(gt_xform_new(a, crs("EPSG:4490"), s.to, &to_new, &err), GT_OK);
    gt_xform_points(to_old, xy, 1);
    gt_xform_points(to_new, want, 1);
    T_STATUS_ERR(gt_shift_shapes(a, &s, points(xy, 1, crs("EPSG:2353")), &out, &err), GT_OK, &err);
    T_NEAR(out->xy[0], want[0], 1e-5);
    T_NEAR(out->xy[1], want[1], 1e-5);
    T_STATUS(gt_shift_shapes(a, &s, points(xy, 1, crs("EPSG:4517")), &out, &err), GT_EINPUT);
    T_HAS(err.text, "expected datums with a published transformation");
}

/* A polygon keeps its points, and no others, between two zones of metres. */
T_TEST(shift_keeps_points_of_polygons)
{
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_POSITION_VECTOR, "EPSG:2353", "EPSG:4517");
    static const double xy[] = {29500000, 3100000, 29501000, 3100000,
                                29501000, 3101000, 29500000, 3100000};
    static const int64_t part[] = {0, 1}, point[] = {0, 4};
    struct gt_shapes in = {GT_SHAPE_POLYGON, s.from, 1, part, point, xy, {0, 0, 0, 0}};
    const struct gt_shapes *out;
    memcpy(s.p, given, sizeof given);
    T_STATUS_ERR(gt_shift_shapes(a, &s, &in, &out, &err), GT_OK, &err);
    T_EQ_INT(out->point[1], 4);
    T_EQ_NUM(out->xy[0], out->xy[6]);
    s.to = crs("EPSG:4490");
    T_STATUS_ERR(gt_shift_shapes(a, &s, &in, &out, &err), GT_OK, &err);
    T_OK(out->point[1] > 4); /* straight in metres is not straight in degrees */
}

/* A quarter turn in the plane by hand: E' = 100 - 1.001 N, N' = 200 + 1.001 E cannot be: turns of
 * datums are small; so half a degree, with its sine and cosine to 16 digits. */
T_TEST(shift_in_the_plane_is_as_by_hand)
{
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_PLANE, "EPSG:2374", "EPSG:4538");
    double xy[2] = {500000, 3100000}, k = 1.000005;
    double sine = 0.008726535498373935, cosine = 0.9999619230641713;
    const struct gt_shapes *out;
    s.p[0] = 100;
    s.p[1] = 200;
    s.p[2] = 1800;
    s.p[3] = 5;
    T_STATUS_ERR(gt_shift_shapes(a, &s, points(xy, 1, s.from), &out, &err), GT_OK, &err);
    T_NEAR(out->xy[0], 100 + k * (cosine * 500000 - sine * 3100000), 1e-7);
    T_NEAR(out->xy[1], 200 + k * (sine * 500000 + cosine * 3100000), 1e-7);
}

/* numpy.linalg.lstsq on the same points; the last column of its residuals is ours. */
static const struct gt_control five[] = {
    {"P1", {29500560.000, 3100000.000, NAN}, {29500570.512, 3100063.358, NAN}},
    {"P2", {29511254.000, 3120000.000, NAN}, {29511264.151, 3120063.619, NAN}},
    {"P3", {29529422.000, 3098000.000, NAN}, {29529432.665, 3098063.930, NAN}},
    {"P4", {29504526.000, 3135000.000, NAN}, {29504535.891, 3135063.582, NAN}},
    {"P5", {29525426.000, 3141000.000, NAN}, {29525435.773, 3141064.019, NAN}},
};

T_TEST(shift_fit_in_the_plane_is_as_numpys)
{
    static const double v[5][2] = {{-0.008269, -0.005904},
                                   {-0.012968, -0.028024},
                                   {0.001325, 0.003551},
                                   {0.047363, 0.013778},
                                   {-0.027451, 0.016599}};
    struct gt_shift_fit f;
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_PLANE, "EPSG:2353", "EPSG:4517");
    T_STATUS_ERR(gt_shift_fit(a, &s, five, 5, &f, &err), GT_OK, &err);
    T_NEAR(f.shift.p[0], -34.510145, 2e-6);
    T_NEAR(f.shift.p[1], -530.150241, 2e-6);
    T_NEAR(f.shift.p[2], 4.071726868, 1e-8);
    T_NEAR(f.shift.p[3], 3.600991877, 1e-6);
    for (int i = 0; i < 5; i++) {
        T_NEAR(f.residual[i].east, v[i][0], 1e-6);
        T_NEAR(f.residual[i].north, v[i][1], 1e-6);
        T_OK(!f.residual[i].gross);
    }
    T_EQ_INT(f.redundancy, 6);
    T_NEAR(f.rms_m, 0.030111, 1e-6);
    T_NEAR(f.sigma_m, 0.027487, 1e-6);
    T_NEAR(f.residual[2].left_out_m, 0.007626, 1e-6);
    T_NEAR(f.max_m, hypot(0.047363, 0.013778), 2e-6);
}

T_TEST(shift_fit_of_two_points_has_no_redundancy)
{
    struct gt_shift_fit f;
    const struct gt_shapes *out;
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_PLANE, "EPSG:2353", "EPSG:4517");
    T_STATUS_ERR(gt_shift_fit(a, &s, five, 2, &f, &err), GT_OK, &err);
    T_EQ_INT(f.redundancy, 0);
    T_OK(isnan(f.sigma_m) && isnan(f.residual[0].left_out_m) && f.max_m < 1e-6);
    T_STATUS_ERR(gt_shift_shapes(a, &f.shift, points(five[1].from, 1, s.from), &out, &err), GT_OK,
                 &err);
    T_NEAR(out->xy[0], five[1].to[0], 1e-6);
    T_NEAR(out->xy[1], five[1].to[1], 1e-6);
    T_STATUS(gt_shift_fit(a, &s, five, 1, &f, &err), GT_EINPUT);
    T_HAS(err.text, "expected 2 to 2000 control points for 4 parameters, found 1");
    struct gt_control same[2] = {five[0], five[0]};
    T_STATUS(gt_shift_fit(a, &s, same, 2, &f, &err), GT_EINPUT);
}

T_TEST(shift_fit_names_the_gross_point)
{
    struct gt_control c[5];
    struct gt_shift_fit f;
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_PLANE, "EPSG:2353", "EPSG:4517");
    memcpy(c, five, sizeof c);
    c[3].to[1] += 1.0;
    T_STATUS_ERR(gt_shift_fit(a, &s, c, 5, &f, &err), GT_OK, &err);
    for (int i = 0; i < 5; i++)
        T_EQ_INT(f.residual[i].gross, i == 3);
    T_OK(f.residual[3].left_out_m > 0.9);
}

/* Points that the given parameters moved (by PROJ's formulas, tested above) give them back. */
static void fits_back(enum gt_shift_kind kind)
{
    enum { N = 6 };
    struct gt_control c[N];
    struct gt_shift_fit f;
    begin();
    struct gt_shift s = shift_of(kind, "EPSG:4610", "EPSG:4490");
    for (int i = 0; i < N; i++) {
        double xy[2] = {87 + 0.1 * i, 28 + 0.1 * ((i * i) % 5)}, height = 4000 + 150 * (i % 3);
        const struct gt_shapes *out;
        memcpy(s.p, given, sizeof given);
        s.height_m = height;
        T_STATUS_ERR(gt_shift_shapes(a, &s, points(xy, 1, s.from), &out, &err), GT_OK, &err);
        c[i] = (struct gt_control){"P", {xy[0], xy[1], NAN}, {out->xy[0], out->xy[1], NAN}};
    }
    s.height_m = 4150;
    memset(s.p, 0, sizeof s.p);
    T_STATUS_ERR(gt_shift_fit(a, &s, c, N, &f, &err), GT_OK, &err);
    T_EQ_INT(f.redundancy, 3 * N - 7);
    for (int i = 0; i < N; i++) { /* in the plane as they were moved, to 2 cm */
        const struct gt_shapes *out;
        T_STATUS(gt_shift_shapes(a, &f.shift, points(c[i].from, 1, s.from), &out, &err), GT_OK);
        T_NEAR(out->xy[0], c[i].to[0], 2e-7);
        T_NEAR(out->xy[1], c[i].to[1], 2e-7);
    }
}

T_TEST(shift_fit_in_space_without_heights)
{
    fits_back(GT_SHIFT_POSITION_VECTOR);
    fits_back(GT_SHIFT_COORDINATE_FRAME);
}

/* With heights on both sides the parameters themselves come back; heights from PROJ, as above. */
T_TEST(shift_fit_in_space_gives_the_parameters_back)
{
    static const struct gt_control c[] = {
        {"A", {87.05, 28.15, 0}, {87.050233477783, 28.150079985425, -92.227133}},
        {"B", {91.1, 29.65, 4500}, {91.100288851260, 29.650082801799, 4399.937550}},
        {"C", {79.5, 33.25, 4500}, {79.500165898560, 33.250144115287, 4417.973258}},
    };
    struct gt_shift_fit f;
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_POSITION_VECTOR, "EPSG:4610", "EPSG:4490");
    T_STATUS_ERR(gt_shift_fit(a, &s, c, 3, &f, &err), GT_OK, &err);
    for (int i = 0; i < 7; i++)
        T_NEAR(f.shift.p[i], given[i], i < 3 ? 1e-3 : 1e-5);
    s.kind = GT_SHIFT_COORDINATE_FRAME;
    T_STATUS_ERR(gt_shift_fit(a, &s, c, 3, &f, &err), GT_OK, &err);
    T_NEAR(f.shift.p[3], -given[3], 1e-5);
    T_STATUS(gt_shift_fit(a, &s, c, 2, &f, &err), GT_EINPUT);
}

T_TEST(shift_refuses_what_cannot_be)
{
    begin();
    struct gt_shift s = shift_of(GT_SHIFT_POSITION_VECTOR, "EPSG:4610", "EPSG:4490");
    s.p[3] = 100;
    T_STATUS(gt_shift_check(&s, &err), GT_EINPUT);
    T_HAS(err.text, "parameter rx: expected a number of seconds of arc from -60 to 60, found 100");
    s.p[3] = NAN;
    T_STATUS(gt_shift_check(&s, &err), GT_EINPUT);
    s.p[3] = 0;
    s.height_m = 1e5;
    T_STATUS(gt_shift_check(&s, &err), GT_EINPUT);
    s = shift_of(GT_SHIFT_PLANE, "EPSG:4610", "EPSG:4490");
    T_STATUS(gt_shift_check(&s, &err), GT_EINPUT);
    T_HAS(err.text, "two projected systems in metres");
}
