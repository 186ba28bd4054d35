/* soil.c: the soil's grain, matter and metals, and the water under it. */
#include "sample_int.h"

#include <math.h>

/* ---- Grain ---- */

/* Clay and sand share what is not silt; dunes and high ground are sandy. */
struct gt_soil gt_soil_at(const struct gt_site *p)
{
    const double unit = 0x1p-10;
    double silt = gt_sample_round(gt_sample_silt(p->s, p->x, p->y, p->z), unit), rest = 1 - silt;
    double fine = 0.28 + 0.42 * gt_site_nth(p, ST_SOIL, 0, 5200) - 0.10 * smoothd(p->z, 4600, 5400);
    double clay = gt_sample_round(rest * clampd(fine, 0.03, 0.85), unit);
    return (struct gt_soil){rest - clay, silt, clay};
}

static double sand(const struct gt_site *p)
{
    return gt_soil_at(p).sand;
}

static double clay(const struct gt_site *p)
{
    return gt_soil_at(p).clay;
}

/* Rock and stones by steepness and height, the rest by grain. */
static double texture(const struct gt_site *p)
{
    struct gt_soil g = gt_soil_at(p);
    double slope = gt_site_fact(p, FACT_SLOPE), bare = slope + smoothd(p->z, 5000, 5900);
    if (bare > 0.85)
        return 13;
    if (bare > 0.68)
        return 1;
    if (g.sand >= 0.60)
        return g.sand >= 0.71 ? 2 : g.sand >= 0.65 ? 3 : 4;
    if (g.silt >= 0.65)
        return g.silt >= 0.80 ? 11 : 10;
    if (g.clay >= 0.40)
        return 12;
    if (g.clay >= 0.30)
        return g.silt >= 0.40 ? 9 : 8;
    if (g.clay >= 0.22)
        return 7;
    return g.sand >= 0.45 ? 5 : 6;
}

/* ---- Matter ---- */

static double organic_carbon(const struct gt_site *p)
{
    double damp = smoothd(gt_climate_rain(p), 180, 520), bare = smoothd(p->z, 4900, 5500);
    double v = 0.006 + 0.045 * damp * (1 - bare) + 0.012 * gt_site_nth(p, ST_SOIL, 1, 2600);
    if (gt_cover_at(p) == 15)
        v += 0.05; /* peat */
    return clampd(v, 0.001, 0.15);
}

static double carbonate(const struct gt_site *p)
{
    double dry = smoothd(480 - gt_climate_rain(p), 0, 300);
    return clampd(0.02 + 0.13 * dry + 0.05 * gt_site_nth(p, ST_SOIL, 2, 5000), 0, 0.35);
}

/* Rain washes the lime out. */
static double ph(const struct gt_site *p)
{
    double v = 8.9 - 0.0085 * (gt_climate_rain(p) - 160) + 0.55 * gt_site_nth(p, ST_SOIL, 3, 3600);
    return clampd(v, 4.6, 9.3);
}

/* ---- Metals ---- */

/* 1 at a place's middle, 0 from `reach` on. */
static double near(const struct gt_site *p, double x, double y, double reach)
{
    return 1 - smoothd(gt_sample_hypot(p->x - x, p->y - y), 0, reach);
}

/* Tailings below the mines, and an old workshop beside the first town. */
static double spill(const struct gt_site *p, int nth)
{
    double most = 0;
    for (int i = nth; i < p->s->n_mines; i += 2) {
        double v = near(p, p->s->mine[i].x, p->s->mine[i].y, 2600);
        most = v > most ? v : most;
    }
    if (nth == 1 && p->s->n_towns > 0) {
        double v = near(p, p->s->town[0].x + 700, p->s->town[0].y, 1500);
        most = v > most ? v : most;
    }
    return most * most;
}

static double metal(const struct gt_site *p, int nth, double ground, double most)
{
    double luck = clampd(1 + 0.45 * gt_site_nth(p, ST_METAL, nth, 3000), 0.2, 2);
    return ground * luck + most * spill(p, nth % 2);
}

static double cd(const struct gt_site *p)
{
    return metal(p, 0, 0.14, 6);
}

static double hg(const struct gt_site *p)
{
    return metal(p, 1, 0.05, 9);
}

static double as(const struct gt_site *p)
{
    return metal(p, 2, 17, 260);
}

static double pb(const struct gt_site *p)
{
    return metal(p, 4, 28, 1500);
}

static double cr(const struct gt_site *p)
{
    return metal(p, 3, 65, 1800);
}

/* ---- Surface and groundwater ---- */

static double roughness(const struct gt_site *p)
{
    double green = gt_cover_green(p), slope = gt_site_fact(p, FACT_SLOPE);
    return clampd(0.95 - 0.5 * green - 0.6 * slope + 0.06 * gt_site_nth(p, ST_SOIL, 4, 1500), 0.05,
                  1);
}

/* Deep under the slopes, at hand beside rivers. */
static double water_depth(const struct gt_site *p)
{
    double above = gt_site_fact(p, FACT_ABOVE), river = gt_site_fact(p, FACT_RIVER);
    double luck = 1 + 0.4 * gt_site_nth(p, ST_SOIL, 5, 1800);
    return clampd((0.5 + 0.12 * above + 0.002 * river) * luck, 0.1, 90);
}

/* Salty where dry flats have no way out. */
static double water_tds(const struct gt_site *p)
{
    double dry = smoothd(330 - gt_climate_rain(p), 0, 160);
    double flat = 1 - smoothd(gt_site_fact(p, FACT_ABOVE), 20, 220);
    double salt = clampd(0.4 + 1.1 * gt_site_nth(p, ST_SOIL, 6, 4200), 0, 1.4);
    return 0.25 + 21 * dry * flat * salt * salt;
}

const struct gt_cell_maker gt_sample_soil[] = {{GT_SAMPLE_SAND, 0x1p-10, sand},
                                               {GT_SAMPLE_CLAY, 0x1p-10, clay},
                                               {GT_SAMPLE_SOIL_TEXTURE, 0, texture},
                                               {GT_SAMPLE_ORGANIC_CARBON, 0x1p-12, organic_carbon},
                                               {GT_SAMPLE_CARBONATE, 0x1p-10, carbonate},
                                               {GT_SAMPLE_SOIL_PH, 0x1p-5, ph},
                                               {GT_SAMPLE_SOIL_CD, 0x1p-10, cd},
                                               {GT_SAMPLE_SOIL_HG, 0x1p-10, hg},
                                               {GT_SAMPLE_SOIL_AS, 0x1p-4, as},
                                               {GT_SAMPLE_SOIL_PB, 0x1p-4, pb},
                                               {GT_SAMPLE_SOIL_CR, 0x1p-4, cr},
                                               {GT_SAMPLE_ROUGHNESS, 0x1p-10, roughness},
                                               {GT_SAMPLE_GROUNDWATER_TDS, 0x1p-6, water_tds},
                                               {GT_SAMPLE_GROUNDWATER_DEPTH, 0x1p-4, water_depth},
                                               {GT_SAMPLE_DEM, 0, NULL}};
