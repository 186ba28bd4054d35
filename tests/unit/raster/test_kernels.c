/* Each kernel against what a person computes by hand or a slow loop says. */
#include "engine.h"

#include <stdio.h>

#define DEM_INPUT "inputs:\n  dem: {kind: raster, role: dem, unit: m, master: true}\n"

static float *noise(struct gt_arena *a, int64_t n, uint64_t seed, double voids)
{
    float *v = GT_TAKE_N(a, float, (size_t)n);
    for (int64_t i = 0; i < n; i++)
        v[i] = dice_unit(&seed) < voids ? NAN : (float)(3000 + 2000 * dice_unit(&seed));
    return v;
}

T_TEST(slope_of_a_plane_is_its_angle)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\n" DEM_INPUT
                      "steps:\n  s: {step: slope, of: dem}\n  a: {step: aspect, of: dem}\n"
                      "outputs: [s, a]\n");
    struct gt_raster_info info = engine_plane(a, 40, 30, 10);
    float *dem = GT_TAKE_N(a, float, 1200);
    for (int y = 0; y < 30; y++)
        for (int x = 0; x < 40; x++)
            dem[y * 40 + x] = (float)(1000 + 5 * x); /* rises 5 m in 10 m to the east */
    engine_raster(&e, "dem", &info, dem);
    float *s = engine_run(&e, "s");
    for (int y = 1; y < 29; y++)
        for (int x = 1; x < 39; x++)
            T_NEAR(s[y * 40 + x], atan(0.5) * 180 / M_PI, 2e-6);
    T_OK(isnan(s[0]) && isnan(s[39]) && isnan(s[29 * 40 + 7]));
    T_EQ_NUM(engine_run(&e, "a")[5 * 40 + 5], 270); /* falls to the west */
}

T_TEST(slope_follows_horn_in_double_on_noise)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\n" DEM_INPUT "steps:\n  s: {step: slope, of: dem}\noutputs: [s]\n");
    struct gt_raster_info info = engine_plane(a, 97, 61, 30);
    float *z = noise(a, 97 * 61, 7, 0.01);
    engine_raster(&e, "dem", &info, z);
    float *s = engine_run(&e, "s");
    int compared = 0;
    for (int y = 1; y < 60; y++)
        for (int x = 1; x < 96; x++) {
            double n[9], all = 0;
            for (int k = 0; k < 9; k++)
                all += n[k] = (double)z[(y + k / 3 - 1) * 97 + x + k % 3 - 1];
            double gx = ((n[2] + 2 * n[5] + n[8]) - (n[0] + 2 * n[3] + n[6])) / 240;
            double gy = ((n[0] + 2 * n[1] + n[2]) - (n[6] + 2 * n[7] + n[8])) / 240;
            T_EQ_INT(isnan(all), isnan(s[y * 97 + x]));
            if (isnan(all))
                continue;
            T_NEAR(s[y * 97 + x], atan(sqrt(gx * gx + gy * gy)) * 180 / M_PI, 1e-5);
            compared++;
        }
    T_OK(compared > 4000);
}

T_TEST(arc_tangent_is_exact_enough)
{
    for (double t = 0; t < 50; t += 0.00137)
        T_NEAR(gt_atan_deg(t), atan(t) * 180 / M_PI, 1e-12);
    T_EQ_NUM(gt_atan_deg((double)INFINITY), 90);
}

/* The range of a window by looking at every cell of it. */
static float slow_range(const float *z, int w, int h, int x, int y, int r)
{
    float lo = INFINITY, hi = -INFINITY;
    for (int j = y - r; j <= y + r; j++)
        for (int i = x - r; i <= x + r; i++)
            if (j >= 0 && i >= 0 && j < h && i < w && z[j * w + i] == z[j * w + i]) {
                lo = fminf(lo, z[j * w + i]);
                hi = fmaxf(hi, z[j * w + i]);
            }
    return hi >= lo ? hi - lo : NAN;
}

static void check_range(int window, double voids)
{
    GT_AUTO_ARENA a = gt_arena_new();
    char text[200];
    snprintf(text, sizeof text,
             "model: t\n" DEM_INPUT
             "steps:\n  r: {step: range, of: dem, window: %d}\noutputs: [r]\n",
             window);
    struct engine e = engine_new(a, text);
    struct gt_raster_info info = engine_plane(a, 83, 57, 30);
    float *z = noise(a, 83 * 57, (uint64_t)window, voids);
    engine_raster(&e, "dem", &info, z);
    e.block = 17;
    float *r = engine_run(&e, "r");
    for (int y = 0; y < 57; y++)
        for (int x = 0; x < 83; x++)
            T_EQ_NUM(r[y * 83 + x], slow_range(z, 83, 57, x, y, window / 2));
}

T_TEST(range_of_odd_windows_is_the_slow_one)
{
    static const int WINDOWS[] = {3, 5, 7, 9, 11, 13, 15, 17, 31, 33, 63};
    for (size_t i = 0; i < GT_LEN(WINDOWS); i++) {
        check_range(WINDOWS[i], 0);
        check_range(WINDOWS[i], 0.7);
    }
}

T_TEST(mean_ignores_what_is_missing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(
        a, "model: t\n" DEM_INPUT "steps:\n  m: {step: mean, of: dem, window: 3}\noutputs: [m]\n");
    struct gt_raster_info info = engine_plane(a, 3, 3, 30);
    static const float Z[] = {1, 2, NAN, 4, 5, 6, 7, 8, 9};
    engine_raster(&e, "dem", &info, Z);
    float *m = engine_run(&e, "m");
    T_EQ_NUM(m[0], 3);                 /* 1 2 4 5 */
    T_EQ_NUM(m[4], 42 / 8.0);          /* all but the missing one */
    T_EQ_NUM(m[2], (float)(13 / 3.0)); /* 2 5 6: the cell itself is missing */
}

T_TEST(sum_adds_what_is_there)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, "model: t\n" DEM_INPUT
                                    "steps:\n  s: {step: sum, of: dem, window: 3}\noutputs: [s]\n");
    struct gt_raster_info info = engine_plane(a, 5, 3, 30);
    static const float Z[] = {1, 2, NAN, NAN, NAN, 4, 5, -6, NAN, NAN, 7, 8, 0.5F, NAN, NAN};
    engine_raster(&e, "dem", &info, Z);
    float *s = engine_run(&e, "s");
    T_EQ_NUM(s[0], 12);           /* 1 2 4 5: the grid ends */
    T_EQ_NUM(s[6], 21.5);         /* all but the missing one */
    T_EQ_NUM(s[8], -5.5);         /* -6 0.5: the cell itself is missing */
    T_OK(isnan(s[9]));            /* nothing around */
    T_EQ_NUM(s[2], 2 + 5 - 6.0F); /* the upper edge */
}

T_TEST(running_sums_forget_nothing)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(a, "model: t\n" DEM_INPUT
                                    "steps:\n  s: {step: sum, of: dem, window: 3}\noutputs: [s]\n");
    struct gt_raster_info info = engine_plane(a, 12, 12, 30);
    float *z = GT_TAKE_N(a, float, 144);
    for (int i = 0; i < 144; i++)
        z[i] = 1e-3F;
    z[0] = 1e14F; /* in double, nothing of the thousandths would be left behind it */
    z[143] = 2e14F;
    engine_raster(&e, "dem", &info, z);
    float *s = engine_run(&e, "s");
    T_EQ_NUM(s[1 * 12 + 3], (float)(9 * (double)1e-3F));
    T_EQ_NUM(s[3 * 12 + 1], (float)(9 * (double)1e-3F));
    T_EQ_NUM(s[0], 1e14F);
    T_OK(isnan(s[143]) && isnan(s[130])); /* too large to be added exactly */
    T_EQ_NUM(s[129], (float)(9 * (double)1e-3F));
}

/* A window larger than the raster is the whole raster, for every cell. */
T_TEST(widest_window_is_all_of_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\n" DEM_INPUT
                      "steps:\n  s: {step: sum, of: dem, window: 1023}\noutputs: [s]\n");
    struct gt_raster_info info = engine_plane(a, 83, 57, 30);
    float *z = noise(a, 83 * 57, 5, 0.2);
    double sum = 0;
    for (int i = 0; i < 83 * 57; i++)
        sum += isnan(z[i]) ? 0 : (double)z[i]; /* 24 bits each, so exact */
    engine_raster(&e, "dem", &info, z);
    e.block = 16;
    float *s = engine_run(&e, "s");
    for (int i = 0; i < 83 * 57; i++)
        T_EQ_NUM(s[i], (float)sum);
}

T_TEST(classes_decide_on_the_very_bounds)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e = engine_new(
        a,
        "model: t\n" DEM_INPUT "steps:\n  c:\n    step: classify\n    of: dem\n    classes:\n"
        "    - {in: \"(-inf, 2]\", class: 1, en: a}\n    - {in: \"(2, 6.1)\", class: 2, en: b}\n"
        "    - {in: \"[6.1, 15]\", class: 3, en: c}\n    - {in: \"(15, inf)\", class: 4, en: d}\n"
        "outputs: [c]\n");
    struct gt_raster_info info = engine_plane(a, 8, 1, 30);
    const float v[] = {2,  nextafterf(2, 3),   6.1F, nextafterf(6.1F, 0),
                       15, nextafterf(15, 16), NAN,  -5};
    engine_raster(&e, "dem", &info, v);
    float *c = engine_run(&e, "c");
    const struct gt_classes *classes = e.m->steps[gt_model_step(e.m, "c")].classes;
    for (int i = 0; i < 8; i++) {
        const struct gt_class *truth = gt_classes_find(classes, (double)v[i]);
        T_EQ_NUM(c[i], truth ? truth->code : (double)NAN);
    }
}

T_TEST(tables_know_one_zero)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n"
                      "  zone: {kind: raster, cells: id}\nsteps:\n  t: {step: zonal, of: dem, "
                      "zones: zone, stats: [min, max, sum]}\noutputs: [dem]\n");
    struct gt_raster_info info = engine_plane(a, 2, 1, 30);
    static const float Z[] = {-0.0F, 0}, ZONE[] = {3, 3};
    engine_raster(&e, "dem", &info, Z);
    engine_raster(&e, "zone", &info, ZONE);
    engine_run(&e, "t");
    T_EQ_INT(e.result.zonal[0].n, 1);
    T_OK(!signbit(e.result.zonal[0].row[0].min) && !signbit(e.result.zonal[0].row[0].max));
    T_EQ_NUM(e.result.zonal[0].row[0].sum, 0);
}

T_TEST(tables_refuse_what_is_no_code)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct engine e =
        engine_new(a, "model: t\ninputs:\n  dem: {kind: raster, unit: m, master: true}\n"
                      "  zone: {kind: raster, cells: id}\nsteps:\n  t: {step: zonal, of: dem, "
                      "zones: zone, stats: [sum]}\noutputs: [dem]\n");
    struct gt_raster_info info = engine_plane(a, 2, 1, 30);
    static const float Z[] = {1, 2}, ZONE[] = {3, 3.5F}, HIGH[] = {1, 3e9F};
    engine_raster(&e, "dem", &info, Z);
    engine_raster(&e, "zone", &info, ZONE);
    T_OK(engine_try(&e, "t") == NULL);
    T_HAS(e.err.text,
          "step t: found 3.5 as a zone or class, expected whole numbers up to 16777216");
    engine_raster(&e, "dem", &info, HIGH);
    engine_raster(&e, "zone", &info, Z);
    T_OK(engine_try(&e, "t") == NULL);
    T_HAS(e.err.text, "the value 3e+09 is too large to be summed exactly");
}

T_TEST(voids_take_the_values_around)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_raster_info info = engine_plane(a, 60, 50, 30);
    info.type = GT_I16;
    info.nodata = -32768;
    int16_t *z = GT_TAKE_N(a, int16_t, 3000), *filled = GT_TAKE_N(a, int16_t, 3000);
    for (int i = 0; i < 3000; i++)
        z[i] = (int16_t)(i % 60 >= 20 && i % 60 < 25 && i / 60 > 10 && i / 60 < 20 ? -32768 : 4000);
    struct gt_raster_source *src = gt_memory_source(a, &info, z);
    struct gt_raster_sink *sink = gt_memory_sink(a, &info, filled);
    struct gt_err err = {0};
    struct gt_filled done;
    T_STATUS_ERR(gt_fill_voids(src, 16, sink, NULL, &done, &err), GT_OK, &err);
    T_EQ_INT(done.filled, 45);
    T_EQ_INT(done.left, 0);
    for (int i = 0; i < 3000; i++)
        T_EQ_INT(filled[i], 4000);
}
