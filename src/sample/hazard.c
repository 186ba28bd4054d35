/* hazard.c: erosion, rock that lies bare, shaking, sliding and sinking ground, and what the waters
 * can bear. */
#include "sample_int.h"

#include <math.h>

/* ---- Erosion ---- */

/* How many of the n rising limits a value reaches. */
static int reached(double v, const double *limit, int n)
{
    int i = 0;
    while (i < n && v >= limit[i])
        i++;
    return i;
}

static double karst(const struct gt_site *p)
{
    double steep = smoothd(gt_site_fact(p, FACT_SLOPE), 0.05, 0.5);
    double lime = 0.12 + 0.62 * gt_site_nth(p, ST_HAZARD, 20, 5200) + 0.35 * p->x / BOX_W;
    return clampd(lime * (0.45 + 0.75 * steep), 0, 0.98);
}

static double water_erosion(const struct gt_site *p)
{
    static const double limit[] = {0.06, 0.14, 0.24, 0.34, 0.45};
    double bare = 1.05 - gt_cover_green(p), rain = gt_climate_rain(p) / 400;
    double v =
        gt_site_fact(p, FACT_SLOPE) * bare * rain * (1 + 0.5 * gt_site_nth(p, ST_HAZARD, 21, 1600));
    return 1 + reached(v, limit, GT_LEN(limit));
}

static double wind_erosion(const struct gt_site *p)
{
    static const double limit[] = {0.16, 0.32, 0.52, 0.72, 0.92};
    double bare = 1 - gt_cover_green(p), flat = 1 - smoothd(gt_site_fact(p, FACT_SLOPE), 0.15, 0.6);
    double v = bare * flat * gt_climate_wind(p) / 2.6 * (0.25 + gt_soil_at(p).sand);
    return 1 + reached(v, limit, GT_LEN(limit));
}

static double rocky_desert(const struct gt_site *p)
{
    static const double limit[] = {0.18, 0.34, 0.5, 0.66};
    return 1 + reached(karst(p) * (1.1 - gt_cover_green(p)), limit, GT_LEN(limit));
}

/* ---- Earth ---- */

static double to_segment(const double *a, const double *b, double x, double y)
{
    double dx = b[0] - a[0], dy = b[1] - a[1], along = dx * dx + dy * dy;
    double t = along > 0 ? clampd(((x - a[0]) * dx + (y - a[1]) * dy) / along, 0, 1) : 0;
    return gt_sample_hypot(a[0] + t * dx - x, a[1] + t * dy - y);
}

/* Metres to the nearest of the first n faults. */
static double fault_m(const struct gt_site *p, int64_t n)
{
    const struct gt_shapes *g = &p->s->vector[GT_SAMPLE_FAULT].shapes;
    double least = 1e6, x = p->s->x0 + p->x, y = p->s->y0 - p->y;
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = g->point[i]; j + 1 < g->point[i + 1]; j++) {
            double d = to_segment(g->xy + 2 * j, g->xy + 2 * j + 2, x, y);
            least = d < least ? d : least;
        }
    return least;
}

/* Strong ground beside the first fault, the large thrust. */
static double pga(const struct gt_site *p)
{
    static const double limit[] = {1500, 4500, 8500, 12500, 16500};
    static const double g[] = {0.40, 0.30, 0.20, 0.15, 0.10, 0.05};
    return g[reached(fault_m(p, 1), limit, GT_LEN(limit))];
}

static double geohazard(const struct gt_site *p)
{
    static const double limit[] = {0.30, 0.46, 0.64, 0.88};
    double slope = gt_site_fact(p, FACT_SLOPE), river = gt_site_fact(p, FACT_RIVER);
    double v = slope + 0.25 * (1 - smoothd(fault_m(p, 4), 0, 1500)) +
               0.12 * (1 - smoothd(river, 0, 700)) * smoothd(slope, 0.05, 0.3) +
               0.08 * gt_site_nth(p, ST_HAZARD, 22, 1400);
    return 5 - reached(v, limit, GT_LEN(limit));
}

/* Two bowls where groundwater is drawn: below the first town, and beside the second. */
static double subsidence(const struct gt_site *p)
{
    double v = 4 + 3 * gt_site_nth(p, ST_HAZARD, 23, 2500);
    for (int i = 0; i < 2 && i < p->s->n_towns; i++) {
        const struct gt_blob *t = &p->s->town[i];
        double d = gt_sample_hypot(p->x - t->x - 500, p->y - t->y);
        v += (i ? 520 : 1900) * (1 - smoothd(d, 0, 2600));
    }
    return clampd(v, 0, 3000);
}

static double subsidence_rate(const struct gt_site *p)
{
    return subsidence(p) / 28;
}

/* ---- Waters ---- */

/* Much along the trunk river, little where no river is near. */
static double water_environment(const struct gt_site *p)
{
    double most = 60 * clampd(0.6 + gt_site_nth(p, ST_HAZARD, 24, 3000), 0.05, 2);
    const struct gt_rivers *r = &p->s->rivers;
    for (int i = 0; i < 9; i++) { /* the reaches around: each look goes RIVER_REACH far */
        double dist, upstream = 0, x = p->x + 120 * (i % 3 - 1), y = p->y + 120 * (i / 3 - 1);
        if (!gt_sample_rivers_near(r, x, y, &dist, &upstream))
            continue;
        double v = upstream > 1e9 ? 6200 : 0.000062 * upstream;
        v = upstream > 1e9 ? v : clampd(v, 0, 4600);
        most = v > most ? v : most;
    }
    return most;
}

/* By part of the county, as a yearbook would have it. */
static double urban_water(const struct gt_site *p)
{
    return gt_sample_part_water(
        gt_sample_part_at(&p->s->vector[GT_SAMPLE_COUNTY], p->s, p->x, p->y));
}

const struct gt_cell_maker gt_sample_hazard[] = {
    {GT_SAMPLE_KARST, 0x1p-10, karst},
    {GT_SAMPLE_WATER_EROSION, 0, water_erosion},
    {GT_SAMPLE_WIND_EROSION, 0, wind_erosion},
    {GT_SAMPLE_ROCKY_DESERT, 0, rocky_desert},
    {GT_SAMPLE_GEOHAZARD, 0, geohazard},
    {GT_SAMPLE_PGA, 0x1p-40, pga},
    {GT_SAMPLE_SUBSIDENCE, 0x1p-2, subsidence},
    {GT_SAMPLE_SUBSIDENCE_RATE, 0x1p-6, subsidence_rate},
    {GT_SAMPLE_WATER_ENVIRONMENT, 0x1p-2, water_environment},
    {GT_SAMPLE_URBAN_WATER, 1, urban_water},
    {GT_SAMPLE_DEM, 0, NULL}};
