/* height.c: the ground at any place: the lattice made smooth, fine detail where it is steep, rivers
 * and lakes cut in; and the climate and soil that follow from it. */
#include "sample_int.h"

#include <math.h>

#define DETAIL_M 320.0 /* the widest wave of the fine detail */

/* ---- Heights ---- */

/* The four weights of a uniform cubic B-spline at t = 0..1 between its middle nodes. */
static void spline(double t, double w[4])
{
    double u = 1 - t;
    w[0] = u * u * u / 6;
    w[1] = (3 * t * t * t - 6 * t * t + 4) / 6;
    w[2] = (3 * u * u * u - 6 * u * u + 4) / 6;
    w[3] = t * t * t / 6;
}

double gt_sample_land_at(const double *nodes, double x, double y)
{
    double fx = x / LAND_STEP + LAND_MARGIN, fy = y / LAND_STEP + LAND_MARGIN;
    int col = (int)clampd(floor(fx), 1, LAND_W - 3), row = (int)clampd(floor(fy), 1, LAND_H - 3);
    double wx[4], wy[4], sum = 0;
    spline(fx - col, wx);
    spline(fy - row, wy);
    for (int i = 0; i < 4; i++) {
        const double *at = nodes + (row - 1) * LAND_W + col - 1 + i;
        sum += wx[i] * (wy[0] * at[0] + wy[1] * at[LAND_W] + wy[2] * at[2 * LAND_W] +
                        wy[3] * at[3 * LAND_W]);
    }
    return sum;
}

void gt_sample_rough(struct gt_arena *a, struct gt_sample *s)
{
    s->rough = GT_TAKE_N(a, double, LAND_N);
    for (int i = 0; i < LAND_N; i++)
        s->rough[i] = 0.25 + 26 * clampd(gt_sample_land_slope(&s->land, i) - 0.02, 0, 1);
}

/* Waves from DETAIL_M down to the finest asked for, crests sharp and hollows round. */
static double detail(uint64_t seed, double x, double y, double wave_m)
{
    double sum = 0, weight = 1, wave = DETAIL_M;
    for (uint64_t i = 0; wave >= wave_m && i < 16; i++) {
        double v = gt_sample_noise(seed + i, ST_DETAIL, x / wave, y / wave);
        sum += weight * (0.5 - 2 * fabs(v) + 0.5 * v);
        weight *= 0.45;
        wave *= 0.5;
    }
    return sum;
}

double gt_sample_height(const struct gt_sample *s, double x, double y, double wave_m)
{
    bool near;
    const struct gt_lake *lake = gt_sample_lake_at(s->lake, s->n_lakes, x, y, &near);
    if (lake && !near)
        return lake->level;
    double ground = gt_sample_land_at(s->land.z, x, y);
    ground += gt_sample_land_at(s->rough, x, y) * detail(s->seed, x, y, wave_m);
    ground = gt_sample_rivers_carve(&s->rivers, x, y, ground);
    return lake && ground < lake->level ? lake->level : ground;
}

/* ---- Climate and soil ---- */

double gt_sample_rain(const struct gt_sample *s, double x, double y, double z)
{
    double wind = gt_sample_fbm(s->seed, ST_RAIN, x / 9000, y / 9000, 2);
    return clampd(165 + 210 * x / BOX_W + 0.105 * (z - 3700) + 30 * wind, 60, 1500);
}

/* At 3,650 m, falling by 0.6 degC in 100 m. */
double gt_sample_month_degc(int month, double z)
{
    static const double month_degc[12] = {-1.5, 1.5,  5.2,  8.8, 12.7, 15.9,
                                          15.9, 15.1, 13.0, 8.5, 2.9,  -0.8};
    return month_degc[month - 1] - 0.006 * (z - 3650);
}

/* What of the months' means is above zero, summed over the days. */
double gt_sample_heat(double z)
{
    static const double days[12] = {31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    double sum = 0;
    for (int i = 0; i < 12; i++) {
        double mean = gt_sample_month_degc(i + 1, z);
        sum += mean > 0 ? mean * days[i] : 0;
    }
    return sum;
}

double gt_sample_silt(const struct gt_sample *s, double x, double y, double z)
{
    double patch = gt_sample_fbm(s->seed, ST_SILT, x / 4200, y / 4200, 3);
    double dust = smoothd(4300 - z, 0, 600); /* blown into the valleys */
    return clampd(0.40 + 0.24 * patch + 0.16 * dust, 0.05, 0.92);
}

/* ---- Voids ---- */

void gt_sample_holes(struct gt_sample *s)
{
    for (int i = 0; i < VOIDS; i++) {
        double best = -1;
        for (int try = 0; try < 24; try++) {
            double u = gt_sample_unit(s->seed, ST_VOID, i, 2 * try);
            double v = gt_sample_unit(s->seed, ST_VOID, i, 2 * try + 1);
            int col = LAND_MARGIN + 10 + (int)(u * 280), row = LAND_MARGIN + 10 + (int)(v * 172);
            double steep = gt_sample_land_slope(&s->land, row * LAND_W + col);
            if (steep <= best)
                continue;
            best = steep;
            s->hole[i] = (struct gt_void_spot){(col - LAND_MARGIN) * LAND_STEP,
                                               (row - LAND_MARGIN) * LAND_STEP, 60 + 60 * u};
        }
    }
}
