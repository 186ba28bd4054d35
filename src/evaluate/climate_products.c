/* What is derived from stations' days: one entry a layer role, with the formula of the reference
 * and the rules that it takes. */
#include "climate.h"

#include <math.h>

/* ---- Days ---- */

static double at_least(double v, double limit)
{
    return isnan(v) ? v : v >= limit;
}

static double temperature(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                          double shift_c)
{
    (void)l;
    return d->tmean + shift_c;
}

static double humidity(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                       double shift_c)
{
    (void)l, (void)shift_c;
    return d->humidity;
}

static double rain(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                   double shift_c)
{
    (void)l, (void)shift_c;
    return d->precip;
}

static double rain_day(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                       double shift_c)
{
    (void)shift_c;
    return at_least(d->precip, l->rain_day);
}

/* u2 (u2 - 5)^2; winds at or below the threshold move no sand. */
static double wind_factor(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                          double shift_c)
{
    (void)shift_c;
    double u2 = d->wind * (4.87 / log(67.8 * l->anemometer - 5.42));
    if (isnan(u2) || u2 <= l->sand_start)
        return isnan(u2) ? u2 : 0;
    return u2 * (u2 - l->sand_start) * (u2 - l->sand_start);
}

static double gale_day(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                       double shift_c)
{
    (void)shift_c;
    return at_least(d->wind_max, l->gale);
}

static double sand_wind_day(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                            double shift_c)
{
    (void)shift_c;
    return isnan(d->wind) ? d->wind : d->wind > l->sand_wind;
}

static double calm_day(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                       double shift_c)
{
    (void)shift_c;
    return isnan(d->wind_max) ? d->wind_max : d->wind_max < l->calm;
}

static double wind_speed(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                         double shift_c)
{
    (void)l, (void)shift_c;
    return d->wind;
}

static double heat_above(double t, double base)
{
    if (isnan(t))
        return t;
    return t >= base ? t : 0;
}

static double heat0(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                    double shift_c)
{
    return heat_above(d->tmean + shift_c, l->heat0);
}

static double heat10(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                     double shift_c)
{
    return heat_above(d->tmean + shift_c, l->heat10);
}

/* Days that a heat sum counts, for its error. */
static double warm0(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                    double shift_c)
{
    return at_least(d->tmean + shift_c, l->heat0);
}

static double warm10(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                     double shift_c)
{
    return at_least(d->tmean + shift_c, l->heat10);
}

static double erosivity(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                        double shift_c)
{
    (void)shift_c;
    bool warm = d->month >= l->warm_from && d->month <= l->warm_to;
    if (isnan(d->precip) || d->precip < l->erosive)
        return isnan(d->precip) ? d->precip : 0;
    return (warm ? l->erosive_warm : l->erosive_cold) * pow(d->precip, l->erosive_power);
}

/* ---- Products ---- */

enum how { MONTH_MEAN, MONTH_SUM, YEAR_MEAN, YEAR_SUM, HALF_MONTHS, RANGE, HAZARD };

static struct climate_mean derive(const struct gt_climate_station *s,
                                  const struct gt_climate_limits *l,
                                  const struct gt_climate_product *p, int month, double shift_c)
{
    struct climate_of of = {.day = p->day,
                            .shift_c = shift_c,
                            .mean = p->how == MONTH_MEAN || p->how == YEAR_MEAN || p->how == RANGE,
                            .half = p->how == HALF_MONTHS};
    if (p->how == HAZARD)
        return climate_hazard(s, l, (enum climate_hazard)p->hazard, shift_c);
    if (p->months && month)
        return climate_period(s, l, &of, month);
    struct climate_mean m = climate_year(s, l, &of);
    if (p->how == RANGE)
        m.value = climate_range(s, l, &of);
    return m;
}

double gt_climate_value(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                        const struct gt_climate_product *p, int month, double height_m)
{
    double shift = p->height == GT_CLIMATE_FLAT ? 0 : l->lapse * (s->altitude_m - height_m);
    return derive(s, l, p, month, shift).value;
}

int gt_climate_years(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                     const struct gt_climate_product *p, int month)
{
    return derive(s, l, p, month, 0).years;
}

double gt_climate_level_error(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                              const struct gt_climate_product *p, double level_m, double step_m)
{
    bool ten = p->day == heat10;
    if (p->day != heat0 && !ten)
        return 0;
    struct climate_of of = {.day = ten ? warm10 : warm0,
                            .shift_c = l->lapse * (s->altitude_m - level_m)};
    double step = l->lapse * step_m, base = ten ? l->heat10 : l->heat0;
    double below = climate_year(s, l, &of).value;
    of.shift_c -= step;
    double crossing = below - climate_year(s, l, &of).value;
    return crossing * (base <= 0 && base >= 0 ? step / 4 : fabs(base) + step);
}

#define NUMBERS(...) ((const char *const[]){"clim.missing", __VA_ARGS__, NULL})

const struct gt_climate_product gt_climate_products[] = {
    {.role = "temperature",
     .months = true,
     .how = MONTH_MEAN,
     .day = temperature,
     .height = GT_CLIMATE_LAPSE,
     .number = NUMBERS("clim.lapse")},
    {.role = "humidity",
     .months = true,
     .how = MONTH_MEAN,
     .day = humidity,
     .hi = 1,
     .number = NUMBERS(NULL)},
    {.role = "rain",
     .months = true,
     .how = MONTH_SUM,
     .day = rain,
     .hi = 1e5,
     .number = NUMBERS(NULL)},
    {.role = "rain_days",
     .months = true,
     .how = MONTH_SUM,
     .day = rain_day,
     .hi = 31,
     .number = NUMBERS("clim.rain_day")},
    {.role = "wind_factor",
     .months = true,
     .how = MONTH_SUM,
     .day = wind_factor,
     .hi = 1e7,
     .number = NUMBERS("clim.anemometer", "clim.sand_start")},
    {.role = "precipitation", .how = YEAR_SUM, .day = rain, .hi = 1e5, .number = NUMBERS(NULL)},
    {.role = "heat_sum",
     .how = YEAR_SUM,
     .day = heat0,
     .height = GT_CLIMATE_LEVELS,
     .hi = 2e4,
     .number = NUMBERS("clim.lapse", "clim.heat0")},
    {.role = "heat_sum_10",
     .how = YEAR_SUM,
     .day = heat10,
     .height = GT_CLIMATE_LEVELS,
     .hi = 2e4,
     .number = NUMBERS("clim.lapse", "clim.heat10")},
    {.role = "temperature_range",
     .how = RANGE,
     .day = temperature,
     .hi = 100,
     .number = NUMBERS(NULL)},
    {.role = "rain_erosivity",
     .how = HALF_MONTHS,
     .day = erosivity,
     .hi = 1e6,
     .number = NUMBERS("clim.erosive", "clim.erosive_power", "clim.erosive_warm",
                       "clim.erosive_cold", "clim.warm_from", "clim.warm_to")},
    {.role = "gale_days",
     .how = YEAR_SUM,
     .day = gale_day,
     .hi = 366,
     .number = NUMBERS("clim.gale")},
    {.role = "sand_wind_days",
     .how = YEAR_SUM,
     .day = sand_wind_day,
     .hi = 366,
     .number = NUMBERS("clim.sand_wind")},
    {.role = "calm_days",
     .how = YEAR_MEAN,
     .day = calm_day,
     .hi = 1,
     .number = NUMBERS("clim.calm")},
    {.role = "wind_speed", .how = YEAR_MEAN, .day = wind_speed, .hi = 100, .number = NUMBERS(NULL)},
    {.role = "hazard_rain",
     .how = HAZARD,
     .hazard = CLIMATE_RAIN_HAZARD,
     .hi = 1,
     .number = NUMBERS("clim.hazard.rain10", "clim.hazard.rain20")},
    {.role = "hazard_heat",
     .how = HAZARD,
     .hazard = CLIMATE_HEAT_HAZARD,
     .height = GT_CLIMATE_LEVELS,
     .hi = 1,
     .number = NUMBERS("clim.lapse", "clim.hazard.hot", "clim.hazard.very_hot",
                       "clim.hazard.hot_run", "clim.hazard.hot_runs", "clim.hazard.hot_days")},
    {.role = "hazard_cold",
     .how = HAZARD,
     .hazard = CLIMATE_COLD_HAZARD,
     .height = GT_CLIMATE_LEVELS,
     .hi = 1,
     .number = NUMBERS("clim.lapse", "clim.hazard.cold", "clim.hazard.cold_days",
                       "clim.hazard.season_from", "clim.hazard.season_to")},
    {.role = "hazard_wind",
     .how = HAZARD,
     .hazard = CLIMATE_WIND_HAZARD,
     .hi = 1,
     .number = NUMBERS("clim.gale", "clim.hazard.wind_days")},
    {.role = NULL},
};
