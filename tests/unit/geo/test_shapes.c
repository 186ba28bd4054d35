/* test_shapes.c: geometries in another CRS follow their edges to a millimetre on the ground. */
#include "geo_fixture.h"

#include <math.h>
#include <string.h>

static const double tol_m = 1e-3;

static struct gt_shapes line(const struct gt_crs *crs, const double *xy, const int64_t point[2])
{
    static const int64_t part[2] = {0, 1};
    return (struct gt_shapes){
        .kind = GT_SHAPE_LINE, .crs = crs, .n = 1, .part = part, .point = point, .xy = xy};
}

static const struct gt_shapes *moved(struct gt_arena *a, const struct gt_shapes *in, const char *to)
{
    const struct gt_shapes *out = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_shapes_to_crs(a, in, fix_crs(a, to), tol_m, &out, &err), GT_OK, &err);
    return out;
}

/* Metres on the ground from a place (in the chain's CRS) to a chain of n points. */
static double off_m(struct gt_xform *to_deg, const double *chain, size_t n, const double *p)
{
    double nearest = (double)INFINITY, foot[2] = {0, 0};
    for (size_t i = 0; i + 1 < n; i++) {
        const double *b = chain + 2 * i;
        double x = b[2] - b[0], y = b[3] - b[1], length2 = x * x + y * y;
        double share = length2 > 0 ? ((p[0] - b[0]) * x + (p[1] - b[1]) * y) / length2 : 0;
        share = fmin(fmax(share, 0), 1);
        double q[2] = {b[0] + share * x, b[1] + share * y};
        if (hypot(q[0] - p[0], q[1] - p[1]) < nearest) {
            nearest = hypot(q[0] - p[0], q[1] - p[1]);
            memcpy(foot, q, sizeof foot);
        }
    }
    double both[4] = {p[0], p[1], foot[0], foot[1]};
    gt_xform_points(to_deg, both, 2);
    return fix_geodesic_m(both[0], both[1], both[2], both[3]);
}

struct follow {
    struct gt_arena *a;
    const struct gt_crs *from;
    const char *to;
    struct gt_xform *there, *to_deg;
};

/* The number of points that the edge became. */
static size_t check_edge(const struct follow *f, const double xy[4])
{
    static const int64_t point[2] = {0, 2};
    struct gt_shapes in = line(f->from, xy, point);
    const struct gt_shapes *out = moved(f->a, &in, f->to);
    size_t n = (size_t)out->point[1];
    double worst = 0;
    for (int i = 0; i <= 331; i++) {
        double share = i / 331.0;
        double p[2] = {xy[0] + share * (xy[2] - xy[0]), xy[1] + share * (xy[3] - xy[1])};
        gt_xform_points(f->there, p, 1);
        worst = fmax(worst, off_m(f->to_deg, out->xy, n, p));
    }
    t_near(T_HERE("off by"), worst, 0, tol_m);
    return n;
}

T_TEST(edges_are_followed)
{
    static const char *const pairs[][2] = {
        {"EPSG:4490", "EPSG:4538"},    {"EPSG:4538", "EPSG:4490"},    {"EPSG:4490", "tibet-albers"},
        {"tibet-albers", "EPSG:4490"}, {"EPSG:4524", "tibet-albers"}, {"EPSG:4490", "EPSG:3857"},
        {"EPSG:4326", "EPSG:4538"},    {"EPSG:4538", "EPSG:4540"},
    };
    for (size_t i = 0; i < GT_LEN(pairs); i++) {
        GT_AUTO_ARENA a = gt_arena_new();
        struct follow f = {.a = a, .from = fix_crs(a, pairs[i][0]), .to = pairs[i][1]};
        f.there = fix_xform(a, pairs[i][0], pairs[i][1]);
        f.to_deg = fix_xform(a, pairs[i][1], "EPSG:4490");
        struct gt_xform *place = fix_xform(a, "EPSG:4490", pairs[i][0]);
        double unit = f.from->unit_m > 0 ? 1 : 1 / 111000.0;
        uint64_t seed = i;
        for (int k = 0; k < 14; k++) {
            double length = unit * pow(2, k + 4) * (1 + fix_random(&seed)); /* 16 m to 260 km */
            double way = 2 * M_PI * fix_random(&seed);
            double xy[4] = {84 + 6 * fix_random(&seed), 28 + 6 * fix_random(&seed), 0, 0};
            gt_xform_points(place, xy, 1);
            xy[2] = xy[0] + length * cos(way);
            xy[3] = xy[1] + length * sin(way);
            check_edge(&f, xy);
        }
    }
}

/* The image of an edge that is symmetric about the central meridian's foot on the equator is an S:
 * its middle lies on the chord. */
T_TEST(s_shaped_edges_are_followed)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct follow f = {.a = a, .from = fix_crs(a, "EPSG:4490"), .to = "EPSG:4538"};
    f.there = fix_xform(a, "EPSG:4490", "EPSG:4538");
    f.to_deg = fix_xform(a, "EPSG:4538", "EPSG:4490");
    const double xy[4] = {86, -1, 88, 1};
    T_OK(check_edge(&f, xy) > 10);
}

T_TEST(points_are_not_wasted)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct follow f = {.a = a, .from = fix_crs(a, "EPSG:4490"), .to = "EPSG:4538"};
    f.there = fix_xform(a, "EPSG:4490", "EPSG:4538");
    f.to_deg = fix_xform(a, "EPSG:4538", "EPSG:4490");
    const double shorter[4] = {86, 29, 86.002, 29.001};
    T_EQ_INT(check_edge(&f, shorter), 2);
    const double meridian[4] = {87, 28, 87,
                                30}; /* straight, though its points are not evenly spread */
    T_EQ_INT(check_edge(&f, meridian), 2);
    /* Half a degree of a parallel, 49 km: the arc's height over its chord is s² tan(lat) / 8 R, so
     * that 1 mm allows pieces of 303 m, or 161; halving gives 256 at most, and the margin no more.
     */
    const double parallel[4] = {86, 29, 86.5, 29};
    size_t n = check_edge(&f, parallel);
    T_OK(n > 161 && n <= 257);
}

T_TEST(both_directions_are_the_same)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *crs = fix_crs(a, "EPSG:4490");
    uint64_t seed = 3;
    for (int k = 0; k < 20; k++) {
        double xy[8];
        for (int i = 0; i < 8; i += 2) {
            xy[i] = 86 + fix_random(&seed);
            xy[i + 1] = k % 5 == 0 ? 29 : 28 + fix_random(&seed);
        }
        double turned[8];
        for (int i = 0; i < 8; i++)
            turned[i] = xy[6 - i / 2 * 2 + i % 2];
        static const int64_t point[2] = {0, 4};
        struct gt_shapes in = line(crs, xy, point), in_turned = line(crs, turned, point);
        const struct gt_shapes *p = moved(a, &in, "EPSG:4524"),
                               *q = moved(a, &in_turned, "EPSG:4524");
        T_EQ_INT(p->point[1], q->point[1]);
        int64_t n = p->point[1];
        for (int64_t i = 0; i < n; i++)
            T_OK(memcmp(p->xy + 2 * i, q->xy + 2 * (n - 1 - i), 2 * sizeof(double)) == 0);
    }
}

static const int64_t two_parts[] = {0, 2, 3}, three_points[] = {0, 5, 10, 15};
static const double rings[30] = {
    86,   28,   86.4, 28,   86.4, 28.4, 86,   28.4, 86,   28,   /* outer */
    86.1, 28.1, 86.1, 28.2, 86.2, 28.2, 86.2, 28.1, 86.1, 28.1, /* hole */
    86.4, 28,   86.4, 28.4, 86.8, 28.4, 86.8, 28,   86.4, 28,   /* neighbour */
};

T_TEST(polygons_keep_their_build)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_shapes in = {.kind = GT_SHAPE_POLYGON,
                           .crs = fix_crs(a, "EPSG:4490"),
                           .n = 2,
                           .part = two_parts,
                           .point = three_points,
                           .xy = rings};
    const struct gt_shapes *out = moved(a, &in, "EPSG:4538");
    T_EQ_STR(out->crs->code, "EPSG:4538");
    T_EQ_INT(out->kind, GT_SHAPE_POLYGON);
    T_EQ_INT(out->n, 2);
    T_EQ_INT(out->part[1], 2);
    T_EQ_INT(out->part[2], 3);
    struct gt_box box = {(double)INFINITY, (double)INFINITY, -(double)INFINITY, -(double)INFINITY};
    for (int64_t j = 0; j < 3; j++) {
        const double *first = out->xy + 2 * out->point[j],
                     *last = out->xy + 2 * (out->point[j + 1] - 1);
        T_OK(out->point[j + 1] - out->point[j] >= 5);
        T_OK(first[0] == last[0] && first[1] == last[1]);
    }
    for (int64_t i = 0; i < out->point[3]; i++) {
        box.x0 = fmin(box.x0, out->xy[2 * i]);
        box.x1 = fmax(box.x1, out->xy[2 * i]);
        box.y0 = fmin(box.y0, out->xy[2 * i + 1]);
        box.y1 = fmax(box.y1, out->xy[2 * i + 1]);
    }
    T_OK(memcmp(&box, &out->box, sizeof box) == 0);
}

T_TEST(points_are_not_joined)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int64_t part[2] = {0, 1}, point[2] = {0, 3};
    static const double xy[6] = {86, 28, 88, 30, 90, 28};
    struct gt_shapes in = line(fix_crs(a, "EPSG:4490"), xy, point);
    in.kind = GT_SHAPE_POINT;
    in.part = part;
    const struct gt_shapes *out = moved(a, &in, "EPSG:4538");
    T_EQ_INT(out->point[1], 3);
    double p[6];
    memcpy(p, xy, sizeof p);
    gt_xform_points(fix_xform(a, "EPSG:4490", "EPSG:4538"), p, 3);
    T_OK(memcmp(p, out->xy, sizeof p) == 0);
}

T_TEST(same_place_is_shared)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int64_t point[2] = {0, 2};
    static const double xy[4] = {80, 28, 95, 33};
    struct gt_shapes in = line(fix_crs(a, "EPSG:4326"), xy, point);
    const struct gt_shapes *out = moved(a, &in, "EPSG:4490");
    T_OK(out->xy == xy);
    T_EQ_STR(out->crs->code, "EPSG:4490");
}

T_TEST(nothing_becomes_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int64_t zero[3] = {0, 0, 0};
    struct gt_shapes in = {.kind = GT_SHAPE_POLYGON,
                           .crs = fix_crs(a, "EPSG:4490"),
                           .n = 0,
                           .part = zero,
                           .point = zero};
    const struct gt_shapes *out = moved(a, &in, "EPSG:4538");
    T_EQ_INT(out->n, 0);
    T_OK(isnan(out->box.x0) && isnan(out->box.y1));
    in.n = 2; /* two features without parts */
    out = moved(a, &in, "EPSG:4538");
    T_EQ_INT(out->n, 2);
    T_EQ_INT(out->part[2], 0);
    static const int64_t one[2] = {0, 1}, none[2] = {0, 0};
    in = (struct gt_shapes){
        .kind = GT_SHAPE_LINE, .crs = in.crs, .n = 1, .part = one, .point = none};
    out = moved(a, &in, "EPSG:4538"); /* a part without points */
    T_EQ_INT(out->point[1], 0);
}

static void refused(const char *crs, const char *to, const double xy[4], const char *says)
{
    GT_AUTO_ARENA a = gt_arena_new();
    static const int64_t part[3] = {0, 0, 2}, point[3] = {0, 0, 2};
    struct gt_shapes in = {.kind = GT_SHAPE_LINE,
                           .crs = fix_crs(a, crs),
                           .n = 2,
                           .part = part,
                           .point = point,
                           .xy = xy};
    const struct gt_shapes *out = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_shapes_to_crs(a, &in, fix_crs(a, to), tol_m, &out, &err), GT_EINPUT, &err);
    T_HAS(err.text, says);
    if (strcmp(says, "parameters") != 0)
        T_HAS(err.text, "feature 2, part 2");
    T_STATUS(gt_shapes_to_crs(a, &in, fix_crs(a, to), tol_m, &out, NULL), GT_EINPUT);
}

T_TEST(bad_coordinates_are_named)
{
    refused("EPSG:4490", "EPSG:4538", (double[]){86, 28, (double)NAN, 28}, "finite");
    refused("EPSG:4490", "EPSG:4490", (double[]){86, 28, 87, (double)INFINITY}, "finite");
    refused("EPSG:4490", "EPSG:4538", (double[]){86, 28, 86, 91}, "domain");
    refused("EPSG:4610", "EPSG:4490", (double[]){86, 28, 87, 28}, "parameters");
}

static const char pacific[] = "+proj=merc +lon_0=150 +datum=WGS84";

T_TEST(edges_over_a_cut_are_refused)
{
    refused(pacific, "EPSG:4326", (double[]){3e6, 3e6, 4e6, 3e6}, "cannot be followed");
    /* the same, shorter than 1 km and than the deepest division can tell from the tolerance */
    GT_AUTO_ARENA a = gt_arena_new();
    double cut[2] = {179.999, 26};
    gt_xform_points(fix_xform(a, "EPSG:4326", pacific), cut, 1);
    refused(pacific, "EPSG:4326", (double[]){cut[0], cut[1], cut[0] + 200, cut[1] + 3},
            "cannot be followed");
    refused(pacific, "+proj=aea +lat_1=25 +lat_2=47 +lon_0=0 +datum=WGS84",
            (double[]){cut[0], cut[1], cut[0] + 200, cut[1] + 3}, "cannot be followed");
}

T_TEST(antimeridian_is_no_cut_elsewhere)
{
    GT_AUTO_ARENA a = gt_arena_new();
    double cut[2] = {180, 30};
    gt_xform_points(fix_xform(a, "EPSG:4326", pacific), cut, 1);
    const double across[4] = {3e6, 3e6, 4e6, 3e6}, along[4] = {cut[0], 3e6, cut[0] + 0.001, 4e6};
    struct gt_shapes in = line(fix_crs(a, pacific), across, (int64_t[]){0, 2});
    T_OK(moved(a, &in, "+proj=aea +lat_1=25 +lat_2=47 +lon_0=170 +datum=WGS84")->point[1] > 100);
    in.xy = along;
    T_EQ_INT(moved(a, &in, "+proj=aea +lat_1=25 +lat_2=47 +lon_0=170 +datum=WGS84")->point[1], 2);
}

T_TEST(output_passes_the_memory_gate)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_shapes in =
        line(fix_crs(a, "EPSG:4490"), (double[]){70, 30, 120, 31}, (int64_t[]){0, 2});
    const struct gt_crs *to = fix_crs(a, "EPSG:4538");
    const struct gt_shapes *out = NULL;
    struct gt_err err = {0};
    size_t kept = gt_memory_limit();
    gt_memory_limit_set(20000);
    enum gt_status status = gt_shapes_to_crs(a, &in, to, tol_m, &out, &err);
    gt_memory_limit_set(kept);
    T_STATUS_ERR(status, GT_ETOOBIG, &err);
}
