/* climate.c: months and years of air, rain and wind, and how often they do harm. Temperature falls
 * with height; rain and damp grow eastward and upward; wind blows hardest on the heights in late
 * winter. */
#include "sample_int.h"

#include <math.h>

static const int month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static struct gt_site in_month(const struct gt_site *p, int month)
{
    struct gt_site other = *p;
    other.month = month;
    return other;
}

static double sum_of_months(const struct gt_site *p, double (*at)(const struct gt_site *))
{
    double sum = 0;
    for (int month = 1; month <= 12; month++) {
        struct gt_site m = in_month(p, month);
        sum += at(&m);
    }
    return sum;
}

/* ---- Air ---- */

/* How much colder January is than height alone would have it: cold air that lies in basins. */
static double cold_pool(const struct gt_site *p)
{
    return clampd(2.5 + 3.5 * gt_site_nth(p, ST_AIR, 0, 8000), 0, 6);
}

/* Only months that are below zero anyhow get colder, so heat sums stay what they are. */
double gt_climate_degc(const struct gt_site *p)
{
    double degc = gt_sample_month_degc(p->month, p->z);
    double share = p->month == 1 ? 1 : p->month == 12 ? 0.7 : 0;
    return degc - share * cold_pool(p);
}

static double temperature_range(const struct gt_site *p)
{
    return gt_sample_month_degc(6, p->z) - gt_sample_month_degc(1, p->z) + cold_pool(p);
}

static double warm_month(const struct gt_site *p)
{
    double degc = gt_sample_month_degc(p->month, p->z);
    return degc >= 10 ? degc * (p->month == 2 ? 28.25 : month_days[p->month - 1]) : 0;
}

static double heat_sum_10(const struct gt_site *p)
{
    return sum_of_months(p, warm_month);
}

double gt_climate_humidity(const struct gt_site *p)
{
    static const double share[12] = {0.28, 0.27, 0.29, 0.37, 0.45, 0.54,
                                     0.63, 0.66, 0.62, 0.47, 0.34, 0.30};
    return clampd(share[p->month - 1] + 0.0003 * (gt_climate_rain(p) - 350) +
                      0.04 * gt_site_nth(p, ST_AIR, 1, 6000),
                  0.05, 0.95);
}

/* ---- Rain and evaporation ---- */

double gt_climate_rain(const struct gt_site *p)
{
    return gt_sample_rain(p->s, p->x, p->y, p->z);
}

double gt_climate_month_rain(const struct gt_site *p)
{
    static const double share[12] = {0.002, 0.003, 0.008, 0.020, 0.060, 0.160,
                                     0.280, 0.270, 0.150, 0.035, 0.007, 0.005};
    return share[p->month - 1] * gt_climate_rain(p);
}

double gt_climate_rain_days(const struct gt_site *p)
{
    return floor(clampd(0.5 + gt_climate_month_rain(p) / 5.5, 0, month_days[p->month - 1] - 3));
}

/* Warm, dry air takes up more. */
static double evaporation(const struct gt_site *p)
{
    double warm = gt_sample_month_degc(p->month, p->z) + 7;
    double day_mm = 0.9 + 0.15 * (warm > 0 ? warm : 0);
    return month_days[p->month - 1] * day_mm * (1.2 - 0.45 * gt_climate_humidity(p));
}

static double potential_evaporation(const struct gt_site *p)
{
    return sum_of_months(p, evaporation);
}

/* Turc's curve between rain and what the air could take, with 0.6 of it for ground that is seldom
 * wet. */
static double evapotranspiration(const struct gt_site *p)
{
    double mm = gt_climate_rain(p), ratio = mm / (0.6 * potential_evaporation(p));
    return mm / sqrt(0.9 + ratio * ratio);
}

/* Grows faster than the rain itself. */
static double rain_erosivity(const struct gt_site *p)
{
    double mm = gt_climate_rain(p);
    return 0.045 * mm * sqrt(mm);
}

/* ---- Wind ---- */

double gt_climate_wind(const struct gt_site *p)
{
    return clampd(2.1 + 0.0009 * (p->z - 3900) + 1.4 * gt_site_nth(p, ST_AIR, 2, 9000), 0.4, 8);
}

double gt_climate_month_wind(const struct gt_site *p)
{
    static const double share[12] = {1.15, 1.30, 1.40, 1.30, 1.15, 1.00,
                                     0.80, 0.75, 0.80, 0.85, 0.95, 1.05};
    return share[p->month - 1] * gt_climate_wind(p);
}

/* Days of the month with wind above 6 m/s. */
static double windy_days(const struct gt_site *p)
{
    return clampd((gt_climate_month_wind(p) - 1.5) * 3.2, 0, 28);
}

static double wind_factor(const struct gt_site *p)
{
    double u = 5.5 + 0.5 * gt_climate_month_wind(p);
    return windy_days(p) * u * (u - 5) * (u - 5);
}

static double sand_wind_days(const struct gt_site *p)
{
    return sum_of_months(p, windy_days);
}

static double gale_days(const struct gt_site *p)
{
    return 0.35 * sand_wind_days(p);
}

static double calm_days(const struct gt_site *p)
{
    return clampd(0.42 - 0.11 * gt_climate_wind(p), 0.01, 0.6);
}

/* ---- Snow, and years with harm ---- */

static double snow_cover(const struct gt_site *p)
{
    double v = 0.9 * smoothd(p->z, 3800, 5700) + 0.06 * gt_site_nth(p, ST_AIR, 3, 3000);
    return clampd(v, 0, 0.98);
}

/* Years of 32, so that a cell holds the share exactly. */
static double years(const struct gt_site *p, int nth, double share)
{
    double v = share + 0.26 * gt_site_nth(p, ST_HAZARD, nth, 7000);
    return floor(32 * clampd(v, 0, 1) + 0.5) / 32;
}

static double hazard_rain(const struct gt_site *p)
{
    return years(p, 0, 0.55 - (p->z - 3600) / 5000);
}

static double hazard_heat(const struct gt_site *p)
{
    return years(p, 1, 0.55 - (p->z - 3600) / 1200);
}

static double hazard_cold(const struct gt_site *p)
{
    return years(p, 2, 0.10 + (p->z - 3650) / 1500);
}

static double hazard_wind(const struct gt_site *p)
{
    return years(p, 3, (gt_climate_wind(p) - 1.2) / 4);
}

static double hazard_drought(const struct gt_site *p)
{
    return years(p, 4, 0.95 - (gt_climate_rain(p) - 180) / 330);
}

static double hazard_snow(const struct gt_site *p)
{
    return years(p, 5, (p->z - 4050) / 1300);
}

const struct gt_cell_maker gt_sample_climate[] = {
    {GT_SAMPLE_TEMPERATURE, 0x1p-5, gt_climate_degc},
    {GT_SAMPLE_HUMIDITY, 0x1p-8, gt_climate_humidity},
    {GT_SAMPLE_RAIN, 0x1p-5, gt_climate_month_rain},
    {GT_SAMPLE_EVAPORATION, 0x1p-4, evaporation},
    {GT_SAMPLE_WIND_FACTOR, 0x1p-2, wind_factor},
    {GT_SAMPLE_RAIN_DAYS, 1, gt_climate_rain_days},
    {GT_SAMPLE_EVAPOTRANSPIRATION, 0x1p-2, evapotranspiration},
    {GT_SAMPLE_POTENTIAL_EVAPORATION, 0x1p-2, potential_evaporation},
    {GT_SAMPLE_HEAT_SUM_10, 0x1p-1, heat_sum_10},
    {GT_SAMPLE_TEMPERATURE_RANGE, 0x1p-5, temperature_range},
    {GT_SAMPLE_RAIN_EROSIVITY, 0x1p-2, rain_erosivity},
    {GT_SAMPLE_GALE_DAYS, 0x1p-2, gale_days},
    {GT_SAMPLE_SAND_WIND_DAYS, 0x1p-2, sand_wind_days},
    {GT_SAMPLE_CALM_DAYS, 0x1p-10, calm_days},
    {GT_SAMPLE_WIND_SPEED, 0x1p-6, gt_climate_wind},
    {GT_SAMPLE_SNOW_COVER, 0x1p-10, snow_cover},
    {GT_SAMPLE_HAZARD_RAIN, 0x1p-5, hazard_rain},
    {GT_SAMPLE_HAZARD_HEAT, 0x1p-5, hazard_heat},
    {GT_SAMPLE_HAZARD_COLD, 0x1p-5, hazard_cold},
    {GT_SAMPLE_HAZARD_WIND, 0x1p-5, hazard_wind},
    {GT_SAMPLE_HAZARD_DROUGHT, 0x1p-5, hazard_drought},
    {GT_SAMPLE_HAZARD_SNOW, 0x1p-5, hazard_snow},
    {GT_SAMPLE_DEM, 0, NULL}};
