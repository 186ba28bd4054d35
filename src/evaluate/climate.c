/* Climate from daily records: months and half-months, means and sums over the years, heights by
 * lapse rate. Pure functions of one station's days.
 *
 * A period of a year (a month or half of one) counts when no more than the share clim.missing of
 * its days lacks a record; its sum is that of the days observed, scaled to all of its days. The
 * result is the mean over the years that count. */
#include "climate.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* ---- Limits ---- */

#define LIMIT(name)                                             \
    {                                                           \
        "clim." #name, offsetof(struct gt_climate_limits, name) \
    }
#define HAZARD(name)                                                          \
    {                                                                         \
        "clim.hazard." #name, offsetof(struct gt_climate_limits, hazard.name) \
    }

enum gt_status gt_climate_limits_of(const struct gt_ruleset *r, struct gt_climate_limits *out,
                                    struct gt_err *err)
{
    static const struct {
        const char *id;
        size_t at;
    } limits[] = {
        LIMIT(missing),      LIMIT(years),         LIMIT(altitude_off), LIMIT(away),
        LIMIT(lapse),        LIMIT(heat0),         LIMIT(heat10),       LIMIT(rain_day),
        LIMIT(erosive),      LIMIT(erosive_power), LIMIT(erosive_warm), LIMIT(erosive_cold),
        LIMIT(warm_from),    LIMIT(warm_to),       LIMIT(anemometer),   LIMIT(sand_start),
        LIMIT(gale),         LIMIT(sand_wind),     LIMIT(calm),         HAZARD(rain10),
        HAZARD(rain20),      HAZARD(hot),          HAZARD(very_hot),    HAZARD(hot_run),
        HAZARD(hot_runs),    HAZARD(hot_days),     HAZARD(cold),        HAZARD(cold_days),
        HAZARD(season_from), HAZARD(season_to),    HAZARD(wind_days),
    };
    for (size_t i = 0; i < GT_LEN(limits); i++) {
        const struct gt_number *number = gt_ruleset_number(r, limits[i].id);
        if (!number)
            return gt_fail(err, GT_EINPUT, "rule set '%s': expected the number %s, found none",
                           r->id, limits[i].id);
        memcpy((char *)out + limits[i].at, &number->v, sizeof number->v);
    }
    return GT_OK;
}

/* ---- Dates ---- */

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int climate_month_days(int year, int month)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return DAYS[month - 1] + (month == 2 && is_leap(year));
}

static bool digits(const char *text, int from, int n, int *out)
{
    *out = 0;
    for (int i = from; i < from + n; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        *out = *out * 10 + (text[i] - '0');
    }
    return true;
}

bool gt_climate_date(const char *text, struct gt_climate_day *out)
{
    int year, month, mday;
    if (strlen(text) != 10 || text[4] != '-' || text[7] != '-' || !digits(text, 0, 4, &year) ||
        !digits(text, 5, 2, &month) || !digits(text, 8, 2, &mday) || year < 1 || month < 1 ||
        month > 12 || mday < 1 || mday > climate_month_days(year, month))
        return false;
    int64_t before = year - 1;
    out->day = before * 365 + before / 4 - before / 100 + before / 400 - 719162 + mday - 1;
    for (int m = 1; m < month; m++)
        out->day += climate_month_days(year, m);
    out->year = year;
    out->month = month;
    out->mday = mday;
    return true;
}

/* ---- Periods ---- */

/* Months 1..12, or half-months 1..24 (the second half from the 16th on). */
static int period_of(const struct gt_climate_day *d, bool half)
{
    return half ? 2 * d->month - (d->mday < 16) : d->month;
}

static int period_days(int year, int period, bool half)
{
    if (!half)
        return climate_month_days(year, period);
    return period % 2 ? 15 : climate_month_days(year, (period + 1) / 2) - 15;
}

/* All periods in one pass over the days. */
struct periods {
    struct climate_mean of[24];
};

static void add_year(const struct gt_climate_limits *l, const struct climate_of *of,
                     struct climate_mean *m, int days, const double seen_and_sum[2])
{
    double seen = seen_and_sum[0], sum = seen_and_sum[1];
    if (seen < 1 || days - seen > l->missing * days)
        return;
    m->value += of->mean ? sum / seen : sum / seen * days;
    m->years++;
}

static struct periods periods_of(const struct gt_climate_station *s,
                                 const struct gt_climate_limits *l, const struct climate_of *of)
{
    struct periods all = {0};
    for (size_t i = 0, end; i < s->n; i = end) {
        int year = s->day[i].year, p = period_of(&s->day[i], of->half);
        double seen_and_sum[2] = {0};
        for (end = i; end < s->n && s->day[end].year == year; end++) {
            if (period_of(&s->day[end], of->half) != p)
                break;
            double v = of->day(l, &s->day[end], of->shift_c);
            seen_and_sum[0] += !isnan(v);
            seen_and_sum[1] += isnan(v) ? 0 : v;
        }
        add_year(l, of, &all.of[p - 1], period_days(year, p, of->half), seen_and_sum);
    }
    for (int p = 0; p < 24; p++)
        all.of[p].value = all.of[p].years ? all.of[p].value / all.of[p].years : (double)NAN;
    return all;
}

struct climate_mean climate_period(const struct gt_climate_station *s,
                                   const struct gt_climate_limits *l, const struct climate_of *of,
                                   int period)
{
    return periods_of(s, l, of).of[period - 1];
}

/* Mean lengths of the months; February's is that of 400 years. */
static const double MONTH[] = {31, 28.2425, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct climate_mean climate_year(const struct gt_climate_station *s,
                                 const struct gt_climate_limits *l, const struct climate_of *of)
{
    struct periods each = periods_of(s, l, of);
    struct climate_mean all = {.years = INT32_MAX};
    for (int p = 0; p < (of->half ? 24 : 12); p++) {
        all.value += each.of[p].value * (of->mean ? MONTH[p] / 365.2425 : 1);
        all.years = each.of[p].years < all.years ? each.of[p].years : all.years;
    }
    return all;
}

double climate_range(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                     const struct climate_of *of)
{
    struct periods each = periods_of(s, l, of);
    double lo = (double)INFINITY, hi = -(double)INFINITY;
    for (int p = 0; p < 12; p++) {
        if (isnan(each.of[p].value))
            return (double)NAN;
        lo = fmin(lo, each.of[p].value);
        hi = fmax(hi, each.of[p].value);
    }
    return hi - lo;
}

/* ---- Records ---- */

static enum gt_status check_one(const struct gt_climate_station *s, const struct gt_climate_day *d,
                                const char *column, const double v[3], struct gt_err *err)
{
    if (isnan(v[0]) || (v[0] >= v[1] && v[0] <= v[2]))
        return GT_OK;
    return gt_fail(
        err, GT_EINPUT,
        "station %s, %04d-%02d-%02d: %s is %g, expected %g to %g: values in tenths or in "
        "percent must be converted first, or the unit named in the column's heading",
        s->code, d->year, d->month, d->mday, column, v[0], v[1], v[2]);
}

#define CHECK(column, lo, hi) \
    GT_TRY(check_one(s, d, #column, (const double[]){d->column, lo, hi}, err))

static enum gt_status check_day(const struct gt_climate_station *s, size_t i, struct gt_err *err)
{
    const struct gt_climate_day *d = &s->day[i];
    if (i > 0 && d->day <= d[-1].day)
        return gt_fail(err, GT_EINPUT,
                       "station %s has %04d-%02d-%02d twice; expected one row a day", s->code,
                       d->year, d->month, d->mday);
    CHECK(tmean, -70, 50);
    CHECK(tmax, -70, 60);
    CHECK(tmin, -80, 50);
    CHECK(precip, 0, 2000);
    CHECK(humidity, 0, 1);
    CHECK(wind, 0, 75);
    CHECK(wind_max, 0, 100);
    return GT_OK;
}

/* No place on Earth has such means. */
#define RANGE_MAX 85.0
#define RAIN_MAX 35.0
#define WIND_MAX 20.0

enum gt_status gt_climate_check(const struct gt_climate_station *s, struct gt_err *err)
{
    double lo = (double)INFINITY, hi = -(double)INFINITY, rain[2] = {0}, wind[2] = {0};
    for (size_t i = 0; i < s->n; i++) {
        const struct gt_climate_day *d = &s->day[i];
        GT_TRY(check_day(s, i, err));
        lo = d->tmean < lo ? d->tmean : lo;
        hi = d->tmean > hi ? d->tmean : hi;
        rain[0] += isnan(d->precip) ? 0 : d->precip;
        rain[1] += !isnan(d->precip);
        wind[0] += isnan(d->wind) ? 0 : d->wind;
        wind[1] += !isnan(d->wind);
    }
    if (hi - lo > RANGE_MAX)
        return gt_fail(
            err, GT_EINPUT,
            "station %s: daily mean temperatures run from %g to %g degC, which looks like "
            "tenths of a degree; convert them first",
            s->code, lo, hi);
    if (rain[0] > RAIN_MAX * rain[1])
        return gt_fail(
            err, GT_EINPUT,
            "station %s: the mean rain of a day is %.3g mm, which looks like tenths of a "
            "millimetre; convert it first",
            s->code, rain[0] / rain[1]);
    if (wind[0] > WIND_MAX * wind[1])
        return gt_fail(
            err, GT_EINPUT,
            "station %s: the mean wind is %.3g m/s, which looks like tenths of a metre a "
            "second; convert it first",
            s->code, wind[0] / wind[1]);
    return GT_OK;
}

bool gt_climate_whole_rain(const struct gt_climate_station *s)
{
    int wet = 0;
    for (size_t i = 0; i < s->n; i++) {
        double v = s->day[i].precip;
        wet += v > 0;
        if (v > floor(v))
            return false;
    }
    return wet >= 100;
}

struct gt_climate_missing gt_climate_missing_of(const struct gt_climate_station *s)
{
    struct gt_climate_missing m = {0};
    if (s->n == 0)
        return (struct gt_climate_missing){1, 1, 1, 1, 1, 1};
    double days = (double)(s->day[s->n - 1].day - s->day[0].day + 1);
    for (size_t i = 0; i < s->n; i++) {
        m.tmean += !isnan(s->day[i].tmean);
        m.tmax += !isnan(s->day[i].tmax);
        m.precip += !isnan(s->day[i].precip);
        m.humidity += !isnan(s->day[i].humidity);
        m.wind += !isnan(s->day[i].wind);
        m.wind_max += !isnan(s->day[i].wind_max);
    }
    return (struct gt_climate_missing){1 - m.tmean / days,  1 - m.tmax / days,
                                       1 - m.precip / days, 1 - m.humidity / days,
                                       1 - m.wind / days,   1 - m.wind_max / days};
}
