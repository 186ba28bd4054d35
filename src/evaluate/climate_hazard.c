/* Years in which a weather hazard happened. A year counts when no more than the share clim.missing
 * of its days (for cold: of the growing season's) lacks a record; what is missing is no hazard, and
 * ends a row of hot days. */
#include "climate.h"

#include <math.h>

struct year {
    const struct gt_climate_day *day;
    size_t n;
};

static int whole_days(int year)
{
    return 337 + climate_month_days(year, 2);
}

/* ---- Does it happen? -1: too few records ---- */

/* Greatest rain of `length` days in a row. */
static double greatest_rain(const struct year *y, int length)
{
    double most = 0, sum = 0;
    size_t first = 0;
    for (size_t i = 0; i < y->n; i++) {
        sum += isnan(y->day[i].precip) ? 0 : y->day[i].precip;
        for (; y->day[first].day <= y->day[i].day - length; first++)
            sum -= isnan(y->day[first].precip) ? 0 : y->day[first].precip;
        most = sum > most ? sum : most;
    }
    return most;
}

static int few(const struct gt_climate_limits *l, int seen, int days)
{
    return (double)(days - seen) > l->missing * (double)days;
}

static int rain(const struct year *y, const struct gt_climate_limits *l, double shift_c)
{
    int seen = 0;
    (void)shift_c;
    for (size_t i = 0; i < y->n; i++)
        seen += !isnan(y->day[i].precip);
    if (few(l, seen, whole_days(y->day[0].year)))
        return -1;
    const double nothing = 1e-9; /* sums of tenths are not exact */
    return greatest_rain(y, 10) >= l->hazard.rain10 - nothing ||
           greatest_rain(y, 20) >= l->hazard.rain20 - nothing;
}

static int heat(const struct year *y, const struct gt_climate_limits *l, double shift_c)
{
    int seen = 0, runs = 0, hot_days = 0, length = 0;
    bool counted = false, very_hot = false;
    for (size_t i = 0; i < y->n; i++) {
        double t = y->day[i].tmax + shift_c;
        bool hot = t >= l->hazard.hot;
        bool goes_on = hot && i > 0 && length > 0 && y->day[i].day == y->day[i - 1].day + 1;
        length = goes_on ? length + 1 : hot;
        counted = goes_on && counted;
        very_hot = (goes_on && very_hot) || t >= l->hazard.very_hot;
        seen += !isnan(t);
        hot_days += t >= l->hazard.very_hot;
        if (length > 0 && !counted && (very_hot || length >= l->hazard.hot_run)) {
            runs++;
            counted = true;
        }
    }
    if (few(l, seen, whole_days(y->day[0].year)))
        return -1;
    return runs > l->hazard.hot_runs || hot_days > l->hazard.hot_days;
}

/* Days from the first of the season to the last, both in it. */
static int season_days(const struct gt_climate_limits *l, int year)
{
    int days = 0;
    for (int m = 1; m <= 12; m++)
        for (int d = 1; d <= climate_month_days(year, m); d++)
            days += m * 100 + d >= l->hazard.season_from && m * 100 + d <= l->hazard.season_to;
    return days;
}

static int cold(const struct year *y, const struct gt_climate_limits *l, double shift_c)
{
    int seen = 0, cold_days = 0;
    for (size_t i = 0; i < y->n; i++) {
        const struct gt_climate_day *d = &y->day[i];
        int date = d->month * 100 + d->mday;
        if (date < l->hazard.season_from || date > l->hazard.season_to)
            continue;
        seen += !isnan(d->tmean);
        cold_days += d->tmean + shift_c < l->hazard.cold;
    }
    if (few(l, seen, season_days(l, y->day[0].year)))
        return -1;
    return cold_days >= l->hazard.cold_days;
}

static int wind(const struct year *y, const struct gt_climate_limits *l, double shift_c)
{
    int seen = 0, gales = 0;
    (void)shift_c;
    for (size_t i = 0; i < y->n; i++) {
        seen += !isnan(y->day[i].wind_max);
        gales += y->day[i].wind_max >= l->gale;
    }
    if (few(l, seen, whole_days(y->day[0].year)))
        return -1;
    return gales >= l->hazard.wind_days;
}

struct climate_mean climate_hazard(const struct gt_climate_station *s,
                                   const struct gt_climate_limits *l, enum climate_hazard hazard,
                                   double shift_c)
{
    static int (*const HAPPENS[])(const struct year *, const struct gt_climate_limits *,
                                  double) = {[CLIMATE_RAIN_HAZARD] = rain,
                                             [CLIMATE_HEAT_HAZARD] = heat,
                                             [CLIMATE_COLD_HAZARD] = cold,
                                             [CLIMATE_WIND_HAZARD] = wind};
    struct climate_mean all = {0};
    for (size_t i = 0; i < s->n;) {
        struct year y = {.day = s->day + i};
        while (i + y.n < s->n && y.day[y.n].year == y.day[0].year)
            y.n++;
        int happens = HAPPENS[hazard](&y, l, shift_c);
        all.value += happens > 0;
        all.years += happens >= 0;
        i += y.n;
    }
    all.value = all.years ? all.value / all.years : (double)NAN;
    return all;
}
