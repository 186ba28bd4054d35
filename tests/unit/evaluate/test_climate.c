/* Climate from days, against what a person computes by hand; the numbers of rules/climate decide.
 */
#include "guotu/evaluate.h"

#include "t.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define NONE ((double)NAN)

static struct gt_climate_limits limits_of(struct gt_arena *a)
{
    const struct gt_ruleset *r = NULL;
    struct gt_climate_limits l;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_ruleset_load(a, GT_SOURCE_DIR "/rules", "climate", &r, &err), GT_OK, &err);
    T_STATUS_ERR(gt_climate_limits_of(r, &l, &err), GT_OK, &err);
    return l;
}

static const struct gt_climate_product *product(const char *role)
{
    for (const struct gt_climate_product *p = gt_climate_products; p->role; p++)
        if (strcmp(p->role, role) == 0)
            return p;
    t_fail(T_HERE("role"), "no product %s", role);
    return NULL;
}

/* All days of the years from..to, nothing observed but a mean temperature of 5. */
static struct gt_climate_station days_of(struct gt_arena *a, int from, int to)
{
    size_t room = (size_t)(to - from + 1) * 366;
    struct gt_climate_day *v = GT_TAKE_N(a, struct gt_climate_day, room);
    struct gt_climate_station s = {.code = "55591", .altitude_m = 3650, .day = v};
    for (int y = from; y <= to; y++)
        for (int m = 1; m <= 12; m++)
            for (int d = 1; d <= 31; d++) {
                char date[40];
                snprintf(date, sizeof date, "%04d-%02d-%02d", y, m, d);
                v[s.n] = (struct gt_climate_day){0, 0, 0, 0, 5, NONE, NONE, NONE, NONE, NONE, NONE};
                s.n += gt_climate_date(date, &v[s.n]);
            }
    return s;
}

static struct gt_climate_day *on(const struct gt_climate_station *s, int year, int month, int mday)
{
    struct gt_climate_day *v = (struct gt_climate_day *)(uintptr_t)s->day;
    for (size_t i = 0; i < s->n; i++)
        if (v[i].year == year && v[i].month == month && v[i].mday == mday)
            return &v[i];
    t_fail(T_HERE("day"), "no such day");
    return NULL;
}

static double of(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                 const char *role, int month, double height)
{
    return gt_climate_value(s, l, product(role), month, height);
}

/* ---- Dates ---- */

T_TEST(climate_dates)
{
    struct gt_climate_day d;
    T_OK(gt_climate_date("1970-01-01", &d));
    T_EQ_INT(d.day, 0);
    T_OK(gt_climate_date("2020-02-29", &d));
    T_EQ_INT(d.day, 18321);
    T_EQ_INT(d.month * 100 + d.mday, 229);
    T_OK(gt_climate_date("1969-12-31", &d));
    T_EQ_INT(d.day, -1);
    T_OK(!gt_climate_date("2019-02-29", &d) && !gt_climate_date("2019-13-01", &d));
    T_OK(!gt_climate_date("2019-2-1", &d) && !gt_climate_date("2019/02/01", &d));
}

/* ---- Months and holes ---- */

T_TEST(months_are_means_over_the_years)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2020);
    for (int d = 1; d <= 31; d++)
        on(&s, 2019, 1, d)->tmean = -8;
    T_NEAR(of(&s, &l, "temperature", 1, 3650), -1.5, 1e-12); /* -8 and 5 */
    T_NEAR(of(&s, &l, "temperature", 1, 4650), -7.5, 1e-12); /* 0.6 degC less a 100 m */
    T_NEAR(of(&s, &l, "temperature", 2, 3650), 5, 1e-12);
    T_NEAR(of(&s, &l, "temperature_range", 0, 3650), 6.5, 1e-12);
    T_OK(isnan(of(&s, &l, "rain", 1, 0)));
    T_EQ_INT(gt_climate_years(&s, &l, product("temperature"), 0), 2);
    T_EQ_INT(gt_climate_years(&s, &l, product("rain"), 0), 0);
}

/* A month may lack three of 31 days; its sum is scaled to all of them. */
T_TEST(holes_are_scaled_or_left_out)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2020);
    for (size_t i = 0; i < s.n; i++)
        on(&s, s.day[i].year, s.day[i].month, s.day[i].mday)->precip = 1;
    for (int d = 1; d <= 3; d++)
        on(&s, 2019, 7, d)->precip = NONE;
    T_NEAR(of(&s, &l, "rain", 7, 0), 31, 1e-12);
    T_NEAR(of(&s, &l, "rain", 2, 0), 28.5, 1e-12);
    T_NEAR(of(&s, &l, "precipitation", 0, 0), 365.5, 1e-9);
    T_NEAR(of(&s, &l, "rain_days", 7, 0), 31, 1e-12);
    for (int d = 1; d <= 31; d++)
        on(&s, 2020, 7, d)->precip = 2;
    T_NEAR(of(&s, &l, "rain", 7, 0), 46.5, 1e-12);
    on(&s, 2020, 7, 9)->precip = on(&s, 2020, 7, 8)->precip = NONE;
    on(&s, 2020, 7, 7)->precip = on(&s, 2020, 7, 6)->precip = NONE;
    T_NEAR(of(&s, &l, "rain", 7, 0), 31, 1e-12); /* four are too many: 2019 alone */
    T_EQ_INT(gt_climate_years(&s, &l, product("precipitation"), 0), 1);
    T_NEAR(gt_climate_missing_of(&s).precip, 7 / 731.0, 1e-12);
    T_EQ_NUM(gt_climate_missing_of(&s).tmean, 0);
}

T_TEST(rain_days_begin_at_a_tenth)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    for (int d = 1; d <= 31; d++)
        on(&s, 2019, 7, d)->precip = d <= 10 ? 0.1 : 0.09;
    T_NEAR(of(&s, &l, "rain_days", 7, 0), 10, 1e-12);
}

/* ---- Heat sums ---- */

/* The lapse rate is taken off the days: where it is too cold, nothing is left, and never less. */
T_TEST(heat_sums_lapse_by_day)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    for (size_t i = 0; i < s.n; i++)
        on(&s, 2019, s.day[i].month, s.day[i].mday)->tmean = s.day[i].month == 7 ? 12 : -1;
    T_NEAR(of(&s, &l, "heat_sum", 0, 3650), 31 * 12, 1e-9);
    T_NEAR(of(&s, &l, "heat_sum", 0, 4650), 31 * 6, 1e-9);
    T_NEAR(of(&s, &l, "heat_sum", 0, 5650), 0, 1e-9); /* 12 - 12: 0 counts, and adds 0 */
    T_EQ_NUM(of(&s, &l, "heat_sum", 0, 6650), 0);     /* not 31 * 12 - 18 */
    T_NEAR(of(&s, &l, "heat_sum", 0, 3150), 31 * 15 + 334 * 2, 1e-9);
    T_NEAR(of(&s, &l, "heat_sum_10", 0, 3650), 31 * 12, 1e-9);
    T_NEAR(of(&s, &l, "heat_sum_10", 0, 3980), 31 * 10.02, 1e-9);
    T_EQ_NUM(of(&s, &l, "heat_sum_10", 0, 4000), 0); /* 9.9 */
}

/* Between two levels, the straight line is within the bound that is stated. */
T_TEST(levels_keep_their_bound)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2018, 2020);
    unsigned seed = 7;
    double worst[2] = {0}, bound[2] = {0};
    for (size_t i = 0; i < s.n; i++) {
        struct gt_climate_day *d = (struct gt_climate_day *)(uintptr_t)&s.day[i];
        seed = seed * 1103515245U + 12345;
        d->tmean = 8 - 12 * cos((double)(d->day % 365) * 0.0172) + (double)(seed >> 16) / 16384 - 2;
        d->tmean = seed >> 16 & 15 ? d->tmean : NONE;
    }
    for (double level = 3000; level < 6000; level += 50) {
        for (int k = 0; k < 2; k++) {
            const struct gt_climate_product *p = product(k ? "heat_sum_10" : "heat_sum");
            double lo = gt_climate_value(&s, &l, p, 0, level);
            double hi = gt_climate_value(&s, &l, p, 0, level + 50);
            double slow = gt_climate_value(&s, &l, p, 0, level + 20);
            double error = fabs(lo + (hi - lo) * 0.4 - slow);
            double most = gt_climate_level_error(&s, &l, p, level, 50);
            T_OK(error <= most + 1e-9);
            worst[k] = fmax(worst[k], error);
            bound[k] = fmax(bound[k], most);
        }
    }
    T_OK(worst[0] > 0 && bound[0] < 2); /* of sums of about 3000 */
    T_OK(worst[1] > 1 && bound[1] < 100);
    T_EQ_NUM(gt_climate_level_error(&s, &l, product("rain"), 3000, 50), 0);
}

/* ---- Rain that erodes ---- */

T_TEST(erosivity_by_half_months)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    for (size_t i = 0; i < s.n; i++)
        on(&s, 2019, s.day[i].month, s.day[i].mday)->precip = 0;
    on(&s, 2019, 7, 3)->precip = 11.9; /* does not erode */
    on(&s, 2019, 7, 4)->precip = 12;
    on(&s, 2019, 7, 20)->precip = 30;
    on(&s, 2019, 10, 1)->precip = 20;
    double warm = 0.3937 * (pow(12, 1.7265) + pow(30, 1.7265)), cold = 0.3101 * pow(20, 1.7265);
    T_NEAR(of(&s, &l, "rain_erosivity", 0, 0), warm + cold, 1e-9);
    on(&s, 2019, 7, 5)->precip = NONE; /* one of 15: the half-month is scaled by 15/14 */
    T_NEAR(of(&s, &l, "rain_erosivity", 0, 0),
           0.3937 * (pow(12, 1.7265) * 15 / 14 + pow(30, 1.7265)) + cold, 1e-9);
    on(&s, 2019, 5, 31)->precip = 12;
    on(&s, 2019, 4, 30)->precip = 12;
    on(&s, 2019, 9, 30)->precip = 12;
    T_NEAR(of(&s, &l, "rain_erosivity", 0, 0),
           0.3937 * (pow(12, 1.7265) * (15 / 14.0 + 2) + pow(30, 1.7265)) + cold +
               0.3101 * pow(12, 1.7265),
           1e-9);
}

/* ---- Wind ---- */

T_TEST(wind_factor_cuts_weak_winds)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    double to_2m = 4.87 / log(67.8 * 10 - 5.42);
    T_NEAR(to_2m, 0.748, 1e-3);
    for (int d = 1; d <= 30; d++)
        on(&s, 2019, 4, d)->wind = d <= 2 ? 10 : 2; /* u2: 7.48 and 1.5, below 5 */
    double u2 = 10 * to_2m;
    T_NEAR(of(&s, &l, "wind_factor", 4, 0), 2 * u2 * (u2 - 5) * (u2 - 5), 1e-9);
    for (int d = 3; d <= 5; d++)
        on(&s, 2019, 4, d)->wind = NONE; /* over N observations, times the days */
    T_NEAR(of(&s, &l, "wind_factor", 4, 0), 2 * u2 * (u2 - 5) * (u2 - 5) / 27 * 30, 1e-9);
    for (int d = 1; d <= 30; d++)
        on(&s, 2019, 4, d)->wind = 5 / to_2m;
    T_NEAR(of(&s, &l, "wind_factor", 4, 0), 0, 1e-9);
}

T_TEST(winds_by_their_limits)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    for (size_t i = 0; i < s.n; i++) {
        struct gt_climate_day *d = (struct gt_climate_day *)(uintptr_t)&s.day[i];
        bool july = d->month == 7;
        d->wind_max = july ? 17 : 16.9;
        d->wind = july ? 6.1 : 6;
    }
    T_NEAR(of(&s, &l, "gale_days", 0, 0), 31, 1e-9);
    T_NEAR(of(&s, &l, "sand_wind_days", 0, 0), 31, 1e-9);
    T_EQ_NUM(of(&s, &l, "calm_days", 0, 0), 0);
    T_NEAR(of(&s, &l, "wind_speed", 0, 0), 6 + 0.1 * 31 / 365.2425, 1e-9);
    T_EQ_NUM(of(&s, &l, "hazard_wind", 0, 0), 1); /* 31 days of 30 */
    on(&s, 2019, 7, 1)->wind_max = on(&s, 2019, 7, 2)->wind_max = 2.9;
    on(&s, 2019, 7, 3)->wind_max = 3;
    T_EQ_NUM(of(&s, &l, "hazard_wind", 0, 0), 0);
    T_NEAR(of(&s, &l, "calm_days", 0, 0), 2 / 365.2425, 1e-9);
    T_NEAR(of(&s, &l, "gale_days", 0, 0), 28, 1e-9);
}

/* ---- Hazards ---- */

static void fill(const struct gt_climate_station *s, double tmax, double precip)
{
    for (size_t i = 0; i < s->n; i++) {
        struct gt_climate_day *d = (struct gt_climate_day *)(uintptr_t)&s->day[i];
        d->tmax = tmax;
        d->precip = precip;
    }
}

/* Years WITH the hazard by years: one in two here. */
T_TEST(rain_hazard_counts_years_with_it)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2018, 2021);
    fill(&s, 20, 0);
    T_EQ_NUM(of(&s, &l, "hazard_rain", 0, 0), 0);
    for (int d = 11; d <= 20; d++)
        on(&s, 2019, 7, d)->precip = 25; /* 250 in ten days */
    T_EQ_NUM(of(&s, &l, "hazard_rain", 0, 0), 0.25);
    on(&s, 2019, 7, 20)->precip = 0;
    on(&s, 2019, 7, 21)->precip = 25; /* the same in eleven days */
    T_EQ_NUM(of(&s, &l, "hazard_rain", 0, 0), 0);
    on(&s, 2019, 7, 29)->precip = 100; /* 350 within twenty */
    T_EQ_NUM(of(&s, &l, "hazard_rain", 0, 0), 0.25);
    on(&s, 2019, 7, 29)->precip = 99.9;
    T_EQ_NUM(of(&s, &l, "hazard_rain", 0, 0), 0);
    on(&s, 2020, 8, 1)->precip = 250;
    for (int d = 1; d <= 31; d++)
        on(&s, 2018, 1, d)->precip = on(&s, 2018, 3, d)->precip = NONE;
    T_NEAR(of(&s, &l, "hazard_rain", 0, 0), 1 / 3.0, 1e-12); /* 2018 lacks too much */
    T_EQ_INT(gt_climate_years(&s, &l, product("hazard_rain"), 0), 3);
}

static void hot(const struct gt_climate_station *s, int month, const double *t, int n)
{
    for (int i = 0; i < n; i++)
        on(s, 2019, month, 1 + i)->tmax = t[i];
}

T_TEST(heat_hazard_counts_processes)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    static const double THREE[] = {35, 35, 35}, TWO[] = {35, 38}, ONE[] = {38}, NOT[] = {37, 37};
    fill(&s, 20, 0);
    hot(&s, 5, THREE, 3);
    hot(&s, 6, TWO, 2);
    hot(&s, 7, ONE, 1);
    hot(&s, 8, NOT, 2);
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 3650), 0); /* three processes */
    hot(&s, 8, THREE, 3);
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 3650), 1); /* more than three */
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 4200), 0); /* 3.3 degC colder: none is hot */
    on(&s, 2019, 8, 2)->tmax = NONE;
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 3650), 0); /* what is missing ends a row */
    fill(&s, 20, 0);
    for (size_t i = 100; i < 130; i++)
        ((struct gt_climate_day *)(uintptr_t)s.day)[i].tmax = 38;
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 3650), 0); /* one process of 30 days */
    ((struct gt_climate_day *)(uintptr_t)s.day)[130].tmax = 38;
    T_EQ_NUM(of(&s, &l, "hazard_heat", 0, 3650), 1); /* 31 hot days */
}

T_TEST(cold_hazard_looks_at_the_season)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_limits l = limits_of(a);
    struct gt_climate_station s = days_of(a, 2019, 2019);
    for (size_t i = 0; i < s.n; i++) {
        struct gt_climate_day *d = (struct gt_climate_day *)(uintptr_t)&s.day[i];
        int date = d->month * 100 + d->mday;
        d->tmean = date < 412 || date > 916 ? -5 : date < 501 ? 14.9 : 15;
    }
    T_EQ_NUM(of(&s, &l, "hazard_cold", 0, 3650), 0); /* 19 days: 12 to 30 April */
    on(&s, 2019, 9, 16)->tmean = 14;
    T_EQ_NUM(of(&s, &l, "hazard_cold", 0, 3650), 1);
    T_EQ_NUM(of(&s, &l, "hazard_cold", 0, 3500), 0); /* 0.9 degC warmer */
}

/* ---- Records that cannot be right ---- */

static const char *refusal(const struct gt_climate_station *s, struct gt_err *err)
{
    *err = (struct gt_err){0};
    T_STATUS(gt_climate_check(s, err), GT_EINPUT);
    return err->text;
}

T_TEST(records_in_other_units_are_refused)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_station s = days_of(a, 2019, 2019);
    struct gt_err err = {0};
    T_STATUS_ERR(gt_climate_check(&s, &err), GT_OK, &err);
    on(&s, 2019, 7, 1)->tmean = 153;
    T_HAS(refusal(&s, &err), "station 55591, 2019-07-01: tmean is 153, expected -70 to 50");
    on(&s, 2019, 7, 1)->tmean = 48; /* could be, but not beside -60 */
    on(&s, 2019, 1, 1)->tmean = -60;
    T_HAS(refusal(&s, &err), "from -60 to 48 degC, which looks like tenths of a degree");
    on(&s, 2019, 1, 1)->tmean = 0;
    on(&s, 2019, 3, 1)->humidity = 45;
    T_HAS(refusal(&s, &err), "humidity is 45, expected 0 to 1");
    on(&s, 2019, 3, 1)->humidity = 0.45;
    *on(&s, 2019, 3, 2) = *on(&s, 2019, 3, 1);
    T_HAS(refusal(&s, &err), "has 2019-03-01 twice");
}

T_TEST(tenths_of_rain_and_wind_are_seen)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_climate_station s = days_of(a, 2019, 2019);
    struct gt_err err = {0};
    fill(&s, 20, 36);
    T_HAS(refusal(&s, &err), "mean rain of a day is 36 mm, which looks like tenths");
    T_OK(gt_climate_whole_rain(&s));
    fill(&s, 20, 35);
    T_STATUS_ERR(gt_climate_check(&s, &err), GT_OK, &err);
    on(&s, 2019, 8, 1)->precip = 0.4;
    T_OK(!gt_climate_whole_rain(&s));
    for (size_t i = 0; i < s.n; i++)
        on(&s, 2019, s.day[i].month, s.day[i].mday)->wind = 21;
    T_HAS(refusal(&s, &err), "mean wind is 21 m/s, which looks like tenths");
}
