/* tables.c: what yearbooks and weather stations would tell of the county. */
#include "sample_int.h"

#include <math.h>

/* ---- By part of the county ---- */

struct part {
    double water_m3_km2, use_m3_km2, farm_share, town_share, quota_m3_ha, rain_fed_ha;
    double person_m3, person_land_m2;
    double sheep, goat, yak, cattle, horse, donkey, mule, feed_t;
    double people, townsfolk;
};

/* The first is short of water and overgrazed, the last has more of both than it uses. */
static const struct part part[COUNTY_PARTS] = {
    {44000, 24000, 0.66, 0.22, 6200, 60, 74, 118, 1400, 600, 220, 60, 12, 8, 3, 60, 9800, 3900},
    {88000, 61000, 0.62, 0.24, 5600, 110, 78, 125, 1300, 500, 240, 150, 14, 9, 4, 160, 13400, 6200},
    {265000, 108000, 0.57, 0.30, 5100, 190, 86, 131, 1500, 420, 200, 120, 10, 8, 4, 140, 16100,
     8700},
    {640000, 270000, 0.52, 0.33, 4700, 320, 92, 138, 300, 100, 60, 60, 6, 4, 2, 90, 8600, 3300}};

double gt_sample_part_water(int nth)
{
    return nth < 0 ? 150000 : part[nth].water_m3_km2;
}

static double part_km2(const struct gt_sample *s, int nth)
{
    const struct gt_shapes *g = &s->vector[GT_SAMPLE_COUNTY].shapes;
    const double *o = g->xy + 2 * g->point[nth];
    double m2 = 0;
    for (int64_t i = g->point[nth]; i + 1 < g->point[nth + 1]; i++) {
        const double *p = g->xy + 2 * i, *q = p + 2;
        m2 += ((p[0] - o[0]) * (q[1] - o[1]) - (p[1] - o[1]) * (q[0] - o[0])) / 2;
    }
    return fabs(m2) / 1e6;
}

static void begin_part(struct gt_sketch *k, int nth)
{
    const struct gt_sample_features *county = &k->s->vector[GT_SAMPLE_COUNTY];
    gt_sketch_feature(k);
    gt_sketch_text(k, gt_printf(k->a, "%d", 990101 + nth));
    gt_sketch_text(k, county->value[(size_t)nth * county->n_fields + 1].text);
}

void gt_sample_county_water(struct gt_sketch *k)
{
    static const char *const fields[] = {"code",
                                         "name",
                                         "total_m3",
                                         "use_m3",
                                         "agriculture_share",
                                         "urban_share",
                                         "irrigation_quota",
                                         "rain_fed_ha",
                                         "unreasonable_m3",
                                         "per_capita_m3",
                                         "per_capita_land_m2"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < COUNTY_PARTS; i++) {
        const struct part *p = &part[i];
        double km2 = part_km2(k->s, i);
        begin_part(k, i);
        gt_sketch_num(k, floor(p->water_m3_km2 * km2 / 1000) * 1000);
        gt_sketch_num(k, floor(p->use_m3_km2 * km2 / 1000) * 1000);
        gt_sketch_num(k, p->farm_share);
        gt_sketch_num(k, p->town_share);
        gt_sketch_num(k, p->quota_m3_ha);
        gt_sketch_num(k, p->rain_fed_ha);
        gt_sketch_num(k, floor(p->use_m3_km2 * km2 * p->farm_share / 20000) * 1000);
        gt_sketch_num(k, p->person_m3);
        gt_sketch_num(k, p->person_land_m2);
    }
}

void gt_sample_county_livestock(struct gt_sketch *k)
{
    static const char *const fields[] = {"code",   "name",  "sheep",  "goat", "yak",
                                         "cattle", "horse", "donkey", "mule", "feed_t"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < COUNTY_PARTS; i++) {
        const struct part *p = &part[i];
        const double head[] = {p->sheep, p->goat,   p->yak,  p->cattle,
                               p->horse, p->donkey, p->mule, p->feed_t};
        begin_part(k, i);
        for (size_t j = 0; j < GT_LEN(head); j++)
            gt_sketch_num(k, head[j]);
    }
}

void gt_sample_county_people(struct gt_sketch *k)
{
    static const char *const fields[] = {"code", "name", "population", "urban_population"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int i = 0; i < COUNTY_PARTS; i++) {
        begin_part(k, i);
        gt_sketch_num(k, part[i].people);
        gt_sketch_num(k, part[i].townsfolk);
    }
}

/* ---- Day by day ---- */

enum { FIRST_YEAR = 2019, YEARS = 3 };
static const int month_days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

struct day {
    struct gt_site at; /* month among it */
    int64_t station;
    int64_t nth;   /* of all days, from 0 */
    double within; /* of the month, 0..1 */
    double snow_cm;
};

static double tenth(double v)
{
    return floor(v * 10 + 0.5) / 10;
}

/* 0..1, one for each day, station and purpose. */
static double luck(const struct day *d, int what)
{
    return gt_sample_unit(d->at.s->seed, ST_PEOPLE, 16 * d->station + what, d->nth);
}

/* -1..1, waves of weather that pass over all stations in some days. */
static double weather(const struct day *d, int what, double days)
{
    return gt_sample_noise(d->at.s->seed, ST_PEOPLE, (double)d->nth / days, 100.5 + what);
}

/* A month's mean, sliding into those before and after. */
static double sliding(const struct day *d, double (*month)(const struct gt_site *))
{
    struct gt_site other = d->at;
    double share = d->within - 0.5, here = month(&d->at);
    other.month = share < 0 ? (d->at.month + 10) % 12 + 1 : d->at.month % 12 + 1;
    return here + (share < 0 ? -share : share) * (month(&other) - here);
}

static double precipitation(const struct day *d)
{
    double days = gt_climate_rain_days(&d->at), mm = gt_climate_month_rain(&d->at);
    double often = (days < 1 ? 1 : days) / month_days[d->at.month - 1];
    double wet = 0.5 * luck(d, 0) + 0.25 * (1 + weather(d, 0, 3));
    double limit = 0.2 + 0.6 * often; /* `wet` keeps to the middle of 0..1 */
    if (wet >= limit)
        return 0;
    double u = luck(d, 1);
    return tenth(mm / (days < 1 ? 1 : days) * (0.3 + 2.1 * u * u));
}

/* Snow falls when it freezes and thaws or dries away. */
static void lie(struct day *d, double degc, double mm)
{
    if (degc < 0.5)
        d->snow_cm += 0.9 * mm;
    d->snow_cm = clampd(d->snow_cm - 0.25 - (degc > 0 ? 1.2 * degc : 0), 0, 200);
}

static void add_day(struct gt_sketch *k, struct day *d, const char *code, const char *date)
{
    double mean = sliding(d, gt_climate_degc) + 3.2 * weather(d, 1, 5) + 1.6 * (luck(d, 2) - 0.5);
    double mm = precipitation(d), dull = mm > 0 ? 1 : 0;
    double damp = sliding(d, gt_climate_humidity) + 0.16 * dull + 0.2 * (luck(d, 3) - 0.6);
    double wind =
        gt_climate_month_wind(&d->at) * (0.45 + 0.9 * luck(d, 4) + 0.3 * weather(d, 2, 4));
    lie(d, mean, mm);
    double span = 7.5 - 2.5 * dull + 2 * luck(d, 5);
    gt_sketch_feature(k);
    gt_sketch_text(k, code);
    gt_sketch_text(k, date);
    gt_sketch_num(k, tenth(mean));
    gt_sketch_num(k, tenth(mean + span));
    gt_sketch_num(k, tenth(mean - span));
    gt_sketch_num(k, mm);
    gt_sketch_num(k, floor(100 * clampd(damp, 0.05, 1) + 0.5) / 100);
    gt_sketch_num(k, tenth(clampd(wind, 0, 60)));
    gt_sketch_num(k, tenth(clampd(1 + wind * (1.5 + 1.2 * luck(d, 6)), 0, 80)));
    gt_sketch_num(k, tenth(d->snow_cm));
    gt_sketch_num(k, tenth(clampd(9.4 - 5 * dull + 2 * (luck(d, 7) - 0.5), 0, 13)));
}

static void add_station(struct gt_sketch *k, size_t nth)
{
    const struct gt_sample_features *f = &k->s->vector[GT_SAMPLE_STATION];
    const struct gt_value *v = f->value + nth * f->n_fields;
    const double *xy = f->shapes.xy + 2 * nth;
    struct day d = {{k->s, xy[0] - k->s->x0, k->s->y0 - xy[1], v[2].num, 1}, (int64_t)nth, 0, 0, 0};
    const char *code = gt_printf(k->a, "%.0f", v[0].num);
    for (int year = FIRST_YEAR; year < FIRST_YEAR + YEARS; year++)
        for (int month = 1; month <= 12; month++) {
            int days = month_days[month - 1] + (month == 2 && year % 4 == 0);
            d.at.month = month;
            for (int i = 0; i < days; i++, d.nth++) {
                d.within = (i + 0.5) / days;
                add_day(k, &d, code, gt_printf(k->a, "%d-%02d-%02d", year, month, i + 1));
            }
        }
}

void gt_sample_station_daily(struct gt_sketch *k)
{
    static const char *const fields[] = {"station",  "date",       "tmean",    "tmax",
                                         "tmin",     "precip",     "humidity", "wind",
                                         "wind_max", "snow_depth", "sunshine"};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (size_t i = 0; i < k->s->vector[GT_SAMPLE_STATION].shapes.n; i++)
        add_station(k, i);
}
