/* test_areal.c: area forms against the zone's closed form, PROJ's geodesics and dense edges. */
#include "geo_fixture.h"

#include <math.h>

static const struct gt_areal *form(struct gt_arena *a, const struct gt_crs *crs, struct gt_box box)
{
    struct gt_err err = {0};
    const struct gt_areal *f = NULL;
    T_STATUS_ERR(gt_areal_new(a, crs, box, &f, &err), GT_OK, &err);
    return f;
}

T_TEST(areal_trapezoid_is_the_zone_between_parallels)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_crs *crs = fix_crs(a, "EPSG:4490");
    uint64_t seed = 1;
    for (int i = 0; i < 200; i++) {
        double x = 70 + 60 * fix_random(&seed), y = -80 + 150 * fix_random(&seed);
        double w = pow(10, -4 * fix_random(&seed)), h = 10 * pow(10, -4 * fix_random(&seed));
        const struct gt_areal *f = form(a, crs, (struct gt_box){x, y, x + w, y + h});
        double ring[] = {x, y, x + w, y, x + w, y + h, x, y + h, x, y};
        double expected = gt_zone_m2(crs->a, crs->f, y, y + h, w);
        T_NEAR(gt_areal_ring(f, ring, 5) / expected, 1, 2e-9 / fmin(w, 1));
        T_NEAR(gt_areal_ring(f, ring, 5), expected, fmax(1e-10 * expected, 1e-4));
    }
}

/* Of a ring in degrees whose edges follow straight edges of a plane in `steps` chords, by PROJ's
 * inverse. */
static double chords_m2(struct gt_arena *a, struct gt_xform *t, const double *ring, int steps)
{
    double *xy = GT_TAKE_N(a, double, 2 * (3 * (size_t)steps + 1));
    size_t at = 0;
    for (size_t i = 0; i < 3; i++)
        for (int k = 0; k < steps; k++, at++)
            for (size_t c = 0; c < 2; c++)
                xy[2 * at + c] =
                    ring[2 * i + c] + (ring[2 * i + 2 + c] - ring[2 * i + c]) * k / steps;
    xy[2 * at] = ring[0];
    xy[2 * at + 1] = ring[1];
    T_EQ_INT(gt_xform_points(t, xy, ++at), 0);
    return gt_geodesic_ring_m2(gt_geodesic_new(a, CGCS2000_A, CGCS2000_F), xy, at);
}

/* What many chords go to: their error falls with the square of their number. */
static double dense_m2(struct gt_arena *a, const struct gt_crs *plane, const double *ring,
                       double size)
{
    struct gt_err err = {0};
    struct gt_xform *t;
    T_STATUS_ERR(gt_xform_new(a, plane, fix_crs(a, "EPSG:4490"), &t, &err), GT_OK, &err);
    int steps = 8 + (int)(size / 500);
    return (4 * chords_m2(a, t, ring, 2 * steps) - chords_m2(a, t, ring, steps)) / 3;
}

/* Gauss-Krüger of 3 and of 6 degrees, UTM, Albers, Mercator: triangles of 30 m to 300 km, 3 degrees
 * off the meridian. */
T_TEST(areal_of_projections_is_that_of_dense_edges)
{
    static const char *const names[] = {"EPSG:4524", "EPSG:4510", "EPSG:32645", "tibet-albers",
                                        "EPSG:3857"};
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t seed = 7;
    for (int i = 0; i < 60; i++) {
        const struct gt_crs *crs = fix_crs(a, names[i % 5]), *deg = fix_crs(a, "EPSG:4490");
        struct gt_err err = {0};
        struct gt_xform *t;
        T_STATUS_ERR(gt_xform_new(a, deg, crs, &t, &err), GT_OK, &err);
        double at[2] = {(i % 5 ? 87 : 108) + 6 * (fix_random(&seed) - 0.5),
                        31 + 10 * (fix_random(&seed) - 0.5)};
        double size = 30 * pow(10, 4 * fix_random(&seed)), ring[8];
        T_EQ_INT(gt_xform_points(t, at, 1), 0);
        for (int k = 0; k < 6; k++)
            ring[k] = at[k % 2] + size * (2 * fix_random(&seed) - 1);
        ring[6] = ring[0];
        ring[7] = ring[1];
        struct gt_box box = {at[0] - size, at[1] - size, at[0] + size, at[1] + size};
        struct gt_box wide = {at[0] - 4e5, at[1] - 4e5, at[0] + 3e5, at[1] + 4e5};
        double expected = dense_m2(a, crs, ring, size), tolerance = 2e-3 + 1e-9 * fabs(expected);
        T_NEAR(gt_areal_ring(form(a, crs, box), ring, 4), expected, tolerance);
        T_NEAR(gt_areal_ring(form(a, crs, wide), ring, 4), expected, tolerance);
    }
}

T_TEST(areal_edges_cancel_bit_for_bit)
{
    static const char *const names[] = {"EPSG:4490", "EPSG:4524"};
    GT_AUTO_ARENA a = gt_arena_new();
    uint64_t seed = 3;
    for (size_t c = 0; c < 2; c++) {
        struct gt_box box =
            c ? (struct gt_box){36e6 + 4e5, 3e6, 36e6 + 6e5, 4e6} : (struct gt_box){80, 20, 90, 40};
        const struct gt_areal *f = form(a, fix_crs(a, names[c]), box);
        for (int i = 0; i < 500; i++) {
            double p[4];
            for (int k = 0; k < 4; k++)
                p[k] = k % 2 ? box.y0 + (box.y1 - box.y0) * fix_random(&seed)
                             : box.x0 + (box.x1 - box.x0) * fix_random(&seed);
            T_EQ_NUM(gt_areal_edge(f, p[0], p[1], p[2], p[3]),
                     -gt_areal_edge(f, p[2], p[3], p[0], p[1]));
        }
    }
}

T_TEST(areal_refuses_what_has_no_ground)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_err err = {0};
    const struct gt_areal *f;
    const struct gt_crs *plane = fix_crs(a, "EPSG:4524"), *deg = fix_crs(a, "EPSG:4490");
    struct gt_box nan = {(double)NAN, 0, 1, 1}, far = {-1e9, -1e9, 1e9, 1e9};
    T_STATUS(gt_areal_new(a, plane, nan, &f, &err), GT_EINPUT);
    T_STATUS(gt_areal_new(a, plane, far, &f, &err), GT_EINPUT);
    T_STATUS(gt_areal_new(a, deg, (struct gt_box){0, 80, 1, 91}, &f, &err), GT_EINPUT);
    T_STATUS(gt_areal_new(a, deg, nan, &f, &err), GT_EINPUT);
}

T_TEST(side_of_a_ring_is_exact)
{
    /* r lies on, or by one last digit beside, the diagonal; the plain determinant gets these wrong
     */
    double one = 36400000.1, up = nextafter(one, 1e9);
    double p[2] = {12, 12}, q[2] = {one + 24, one + 24}, r[2] = {one, one};
    T_EQ_INT(gt_orient(p, q, r), 0);
    r[1] = up;
    T_EQ_INT(gt_orient(p, q, r), 1);
    T_EQ_INT(gt_orient(q, p, r), -1);
    const double ring[] = {0, 0, one, one, one, 0, 0, 0};
    double third = one / 3;
    T_EQ_INT(gt_ring_side(ring, 4, third, third), GT_ON_BORDER);
    T_EQ_INT(gt_ring_side(ring, 4, third, nextafter(third, 0)), GT_INSIDE);
    T_EQ_INT(gt_ring_side(ring, 4, third, nextafter(third, 1e9)), GT_OUTSIDE);
    T_EQ_INT(gt_ring_side(ring, 4, 0, 0), GT_ON_BORDER);
    T_EQ_INT(gt_ring_side(ring, 4, one, one / 7), GT_ON_BORDER);
    T_EQ_INT(gt_ring_side(ring, 4, -1, 0), GT_OUTSIDE);
    T_EQ_INT(gt_ring_side(ring, 4, (double)NAN, 0), GT_OUTSIDE);
}
