/* cover.c: what grows and stands on the ground, how green it is, and how the land is used. Belts by
 * height; within them damp and shady ground carries more. */
#include "sample_int.h"

#include <math.h>

/* Codes of land_cover. */
enum {
    OAK = 1,
    CONIFER,
    MIXED,
    BROADLEAF,
    LARCH,
    WOODLAND,
    EVERGREEN_SHRUB,
    SHRUB,
    CONIFER_SHRUB,
    THIN_SHRUB,
    MEADOW,
    STEPPE,
    TUSSOCK,
    THIN_GRASS,
    WETLAND,
    WATER,
    PADDY,
    DRY_FIELD,
    ORCHARD,
    SHRUB_ORCHARD,
    SETTLED,
    DESERT,
    ICE,
    ROCK,
    DUNE,
    COVERS
};

/* ---- Ground that is not wild ---- */

static bool is_water(const struct gt_site *p)
{
    bool shore;
    double dist, upstream = 0;
    if (gt_sample_lake_at(p->s->lake, p->s->n_lakes, p->x, p->y, &shore) && !shore)
        return true;
    if (!gt_sample_rivers_near(&p->s->rivers, p->x, p->y, &dist, &upstream) || upstream < 2e7)
        return false;
    return dist < 8 + 0.0009 * sqrt(upstream);
}

static bool is_settled(const struct gt_site *p)
{
    const struct gt_sample *s = p->s;
    return gt_sample_blob_at(s->town, s->n_towns, p->x, p->y) >= 0 ||
           gt_sample_blob_at(s->village, s->n_villages, p->x, p->y) >= 0;
}

static int crop(const struct gt_site *p)
{
    double luck = gt_site_nth(p, ST_COVER, 3, 1300);
    bool low = p->z < 3760, town = gt_site_fact(p, FACT_TOWN) < 2600;
    if (low && luck > 0.95 && gt_site_fact(p, FACT_ABOVE) < 20)
        return PADDY;
    if (town && luck < -0.5)
        return p->z < 3900 ? ORCHARD : SHRUB_ORCHARD;
    return town && luck < -0.38 ? SHRUB_ORCHARD : DRY_FIELD;
}

/* ---- Wild ground ---- */

/* How well plants are off for water: 0 middling. */
static double damp(const struct gt_site *p)
{
    double rain = (gt_climate_rain(p) - 330) / 130;
    double shade = clampd(gt_site_fact(p, FACT_NORTH) * 3, -1, 1);
    return rain + 0.55 * shade + 0.55 * gt_site_nth(p, ST_COVER, 0, 2600) +
           0.25 * gt_site_nth(p, ST_COVER, 1, 500);
}

static int forest(const struct gt_site *p)
{
    double luck = gt_site_nth(p, ST_COVER, 2, 1700);
    if (p->z < 3850 && luck > 0.25)
        return OAK;
    if (p->z < 4000)
        return luck < -0.2 ? BROADLEAF : MIXED;
    if (p->z > 4150 && luck > 0.2)
        return LARCH;
    return CONIFER;
}

static int below_tree_line(const struct gt_site *p, double m)
{
    if (m > 0.75)
        return forest(p);
    if (m > 0.5)
        return WOODLAND;
    if (m > 0.05)
        return gt_site_fact(p, FACT_NORTH) < -0.05 ? CONIFER_SHRUB : SHRUB;
    if (m > -0.6)
        return TUSSOCK;
    return m > -1.0 ? STEPPE : m > -1.5 ? THIN_SHRUB : DESERT;
}

static int above_tree_line(const struct gt_site *p, double m)
{
    if (p->z < 4650)
        return m > 0.9 ? EVERGREEN_SHRUB : m > 0.4 ? SHRUB : m > -0.9 ? STEPPE : THIN_SHRUB;
    if (p->z < 5080)
        return m > 0.7 ? MEADOW : m > -0.5 ? STEPPE : THIN_GRASS;
    if (p->z < 5260)
        return m > 0.3 ? MEADOW : THIN_GRASS;
    return m > 1.0 ? THIN_GRASS : DESERT;
}

static bool is_wet(const struct gt_site *p, double slope)
{
    double river = gt_site_fact(p, FACT_RIVER), luck = gt_site_nth(p, ST_COVER, 4, 1100);
    return p->z > 3750 && slope < 0.09 && gt_site_fact(p, FACT_ABOVE) < 26 &&
           river < 650 + 400 * luck;
}

static bool is_dune(const struct gt_site *p, double slope)
{
    double luck = gt_site_nth(p, ST_COVER, 5, 1900) + 0.5 - 1.2 * p->x / BOX_W;
    return p->z < 3850 && slope < 0.3 && luck > 0.62;
}

int gt_cover_at(const struct gt_site *p)
{
    double slope = gt_site_fact(p, FACT_SLOPE);
    if (is_water(p))
        return WATER;
    if (gt_sample_between(p->s->land.z, p->x, p->y) >= SNOW_LINE)
        return ICE;
    if (is_settled(p))
        return SETTLED;
    if (gt_sample_blob_at(p->s->mine, p->s->n_mines, p->x, p->y) >= 0)
        return ROCK;
    if (gt_site_fact(p, FACT_CROP) >= 0)
        return crop(p);
    if (slope + smoothd(p->z, 5150, 5900) > 0.86)
        return ROCK;
    if (is_dune(p, slope))
        return DUNE;
    if (is_wet(p, slope))
        return WETLAND;
    double m = damp(p);
    return p->z < 4300 ? below_tree_line(p, m) : above_tree_line(p, m);
}

/* ---- Green and growth ---- */

double gt_cover_green(const struct gt_site *p)
{
    static const double mean[COVERS] = {0,    0.86, 0.80, 0.84, 0.78, 0.76, 0.52, 0.72, 0.62,
                                        0.55, 0.28, 0.70, 0.38, 0.46, 0.16, 0.72, 0.00, 0.60,
                                        0.45, 0.55, 0.50, 0.22, 0.06, 0.00, 0.03, 0.07};
    int cover = gt_cover_at(p);
    if (cover == WATER || cover == ICE)
        return 0;
    double rain = 0.0004 * (gt_climate_rain(p) - 340);
    return clampd(mean[cover] * (1 + rain + 0.22 * gt_site_nth(p, ST_COVER, 6, 700)), 0, 0.99);
}

/* 1 in the warm valleys, little above 5,000 m. */
static double warmth(double z)
{
    return 0.12 + 0.88 * smoothd(5500 - z, 0, 1900);
}

static double npp(const struct gt_site *p)
{
    return 760 * gt_cover_green(p) * warmth(p->z);
}

static double grass_type(const struct gt_site *p)
{
    switch (gt_cover_at(p)) {
    case MEADOW: return p->z > 4700 ? 1 : 5;
    case STEPPE: return p->z > 4500 ? 2 : 6;
    case TUSSOCK: return p->z > 4000 ? 5 : 6;
    case THIN_GRASS: return 3;
    case DESERT: return p->z > 4500 ? 4 : 3;
    case WETLAND: return 7;
    default: return (double)NAN;
    }
}

/* Hay, kg/ha; nothing where no grass grows. */
static double grass_yield(const struct gt_site *p)
{
    static const double best[] = {0, 2100, 1000, 420, 160, 2300, 1300, 3600};
    double type = grass_type(p);
    return isnan(type) ? type : best[(int)type] * gt_cover_green(p) * (0.4 + 0.6 * warmth(p->z));
}

/* ---- Use ---- */

static double land_cover(const struct gt_site *p)
{
    return gt_cover_at(p);
}

/* Watered land lies low beside rivers. */
static int field_use(const struct gt_site *p)
{
    return gt_site_fact(p, FACT_ABOVE) < 35 && gt_site_fact(p, FACT_SLOPE) < 0.11 ? 2 : 3;
}

static double land_use(const struct gt_site *p)
{
    const struct gt_sample *s = p->s;
    int cover = gt_cover_at(p);
    if (cover == SETTLED)
        return gt_sample_blob_at(s->town, s->n_towns, p->x, p->y) >= 0 ? 10 : 11;
    if (cover == ROCK && gt_sample_blob_at(s->mine, s->n_mines, p->x, p->y) >= 0)
        return 12;
    if (cover <= THIN_SHRUB)
        return gt_site_fact(p, FACT_TOWN) < 2600 && gt_site_nth(p, ST_COVER, 7, 800) > 0.3 ? 6 : 5;
    if (cover <= THIN_GRASS)
        return 7;
    switch (cover) {
    case WETLAND: return 8;
    case WATER: return 9;
    case PADDY: return 1;
    case DRY_FIELD: return field_use(p);
    case ORCHARD:
    case SHRUB_ORCHARD: return 4;
    default: return 13;
    }
}

/* ---- Classes of the third survey ---- */

/* What stands in a town or village, by chance: the class up to a share. */
struct built {
    double upto;
    const char *code;
};
static const struct built in_town[] = {
    {0.40, "0701"}, {0.50, "05H1"}, {0.58, "0601"}, {0.65, "08H1"}, {0.73, "08H2"},
    {0.79, "0809"}, {0.86, "0810"}, {0.94, "1004"}, {0.97, "0508"}, {1, "1201"}};
static const struct built in_village[] = {{0.74, "0702"}, {0.80, "1004"}, {0.86, "1202"},
                                          {0.91, "08H2"}, {0.95, "1201"}, {1, "0809"}};

static const char *built_at(const struct built *v, double luck)
{
    while (luck >= v->upto)
        v++;
    return v->code;
}

static const char *wild(const struct gt_site *p, int cover)
{
    bool shore = false;
    if (cover == WATER)
        return gt_sample_lake_at(p->s->lake, p->s->n_lakes, p->x, p->y, &shore) ? "1102" : "1101";
    if (cover == WETLAND)
        return gt_site_fact(p, FACT_RIVER) < 200 ? "1106" : p->z > 4300 ? "0402" : "1108";
    if (cover <= LARCH)
        return "0301";
    if (cover == WOODLAND)
        return "0307";
    if (cover <= THIN_SHRUB)
        return "0305";
    if (cover <= STEPPE)
        return "0401";
    return cover <= THIN_GRASS ? "0404" : cover == ICE ? "1110" : cover == DUNE ? "1205" : "1206";
}

const char *gt_cover_survey(const struct gt_site *p, double luck)
{
    const struct gt_sample *s = p->s;
    int cover = gt_cover_at(p);
    switch (cover) {
    case SETTLED:
        return gt_sample_blob_at(s->town, s->n_towns, p->x, p->y) >= 0 ? built_at(in_town, luck)
                                                                       : built_at(in_village, luck);
    case PADDY: return "0101";
    case DRY_FIELD: return luck < 0.02 ? "1202" : field_use(p) == 2 ? "0102" : "0103";
    case ORCHARD: return "0201";
    case SHRUB_ORCHARD: return "0204";
    case ROCK: return gt_sample_blob_at(s->mine, s->n_mines, p->x, p->y) >= 0 ? "0602" : "1207";
    default: return wild(p, cover);
    }
}

const struct gt_cell_maker gt_sample_cover[] = {
    {GT_SAMPLE_LAND_COVER, 0, land_cover},
    {GT_SAMPLE_LAND_USE, 0, land_use},
    {GT_SAMPLE_VEGETATION_COVER, 0x1p-8, gt_cover_green},
    {GT_SAMPLE_NPP, 0x1p-1, npp},
    {GT_SAMPLE_GRASS_YIELD, 1, grass_yield},
    {GT_SAMPLE_GRASS_TYPE, 0, grass_type},
    {GT_SAMPLE_DEM, 0, NULL}};
