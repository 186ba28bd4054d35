/* climate_stations.c: weather stations and their days as the climate is derived from them, and what
 * may be wrong with them. */
#include "climate.h"

#include "guotu/io.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NAMED 5 /* stations that a warning names */
#define DEGREE_KM 111.0

/* While reading: stations of the layer, before those without days are dropped. */
struct reading {
    struct climate *k;
    const struct gt_features *points, *rows;
    size_t n;
    struct gt_climate_station *s;
    double *xy, *own; /* in dem's CRS, and as they are stored */
    bool degrees;     /* they are stored in degrees */
    struct gt_map *index;
};

/* ---- Datasets and rules ---------------------------------------------------------------------- */

static enum gt_status find_input(const struct climate *k, const char *role,
                                 const struct ops_input *in, const struct gt_dataset **out,
                                 struct gt_err *err)
{
    if (in->id)
        GT_TRY(gt_store_find(k->store, k->a, in->id, in->version, out, err));
    else
        GT_TRY(gt_store_find_role(k->store, k->a, role, out, err));
    if (!*out)
        return gt_fail(err, GT_ENOTFOUND,
                       "expected a dataset that plays the role '%s', found none; import one with "
                       "'guotu import %s FILE'",
                       role, role);
    if (in->hash && strcmp(in->hash, (*out)->hash) != 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s' is not what it was: expected %s, found %s",
                       (*out)->id, in->hash, (*out)->hash);
    return GT_OK;
}

static enum gt_status expect_kind(const struct gt_dataset *d, enum gt_dataset_kind kind,
                                  const char *what, struct gt_err *err)
{
    if (d->kind == kind && (kind != GT_DATASET_VECTOR || strcmp(d->geometry, "point") == 0))
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "dataset '%s': expected %s", d->id, what);
}

static enum gt_status open_inputs(struct climate *k, struct gt_err *err)
{
    struct gt_raster_source *terrain;
    GT_TRY(find_input(k, "station", &k->opt.station, &k->station, err));
    GT_TRY(find_input(k, "station_daily", &k->opt.daily, &k->daily, err));
    GT_TRY(find_input(k, "dem", &k->opt.dem, &k->dem, err));
    GT_TRY(expect_kind(k->station, GT_DATASET_VECTOR, "points, the weather stations", err));
    GT_TRY(expect_kind(k->daily, GT_DATASET_TABLE, "a table, the stations' days", err));
    GT_TRY(expect_kind(k->dem, GT_DATASET_RASTER, "a raster of heights", err));
    GT_TRY(gt_store_raster(k->store, k->a, k->dem, &terrain, err));
    k->terrain = terrain;
    struct gt_ruleset_opt opt = {.id = "climate", .file = k->opt.rules_file};
    opt.dir = gt_rules_dir(k->a, err);
    if (!opt.dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_ruleset_load_with(k->a, &opt, &k->rules, err));
    return gt_climate_limits_of(k->rules, &k->limits, err);
}

/* ---- Stations -------------------------------------------------------------------------------- */

static double number_at(const struct gt_features *f, size_t row, int field)
{
    double v = (double)NAN;
    if (field < 0)
        return v;
    const struct gt_value *cell = &f->value[row * f->n_fields + (size_t)field];
    if (cell->kind == GT_V_NUM)
        return cell->num;
    if (cell->kind == GT_V_TEXT && !gt_parse_num(cell->text, &v))
        v = (double)NAN;
    return v;
}

static enum gt_status need_field(const struct gt_features *f, const struct gt_dataset *d,
                                 const char *name, int *out, struct gt_err *err)
{
    *out = gt_features_field(f, name);
    if (*out < 0)
        return gt_fail(err, GT_EINPUT, "expected the attribute '%s' in dataset '%s', found none",
                       name, d->id);
    return GT_OK;
}

static enum gt_status read_points(struct reading *r, struct gt_err *err)
{
    struct climate *k = r->k;
    const struct gt_features *f = r->points;
    const struct gt_shapes *shapes = f->shapes;
    int code, altitude = gt_features_field(f, "altitude");
    GT_TRY(need_field(f, k->station, "code", &code, err));
    for (size_t i = 0; i < r->n; i++) {
        struct gt_climate_station *s = &r->s[i];
        int64_t at = shapes->point[shapes->part[i]];
        s->code = ops_value_text(k->a, &f->value[i * f->n_fields + (size_t)code]);
        s->altitude_m = number_at(f, i, altitude);
        r->own[2 * i] = r->xy[2 * i] = shapes->xy[2 * at];
        r->own[2 * i + 1] = r->xy[2 * i + 1] = shapes->xy[2 * at + 1];
        if (gt_map_get(r->index, s->code))
            return gt_fail(err, GT_EINPUT, "dataset '%s' has the station '%s' twice",
                           k->station->id, s->code);
        gt_map_put(r->index, s->code, s);
    }
    r->degrees = shapes->crs->kind == GT_CRS_GEOGRAPHIC;
    struct gt_xform *t;
    GT_TRY(gt_xform_new(k->a, shapes->crs, k->terrain->info.crs, &t, err));
    gt_xform_points(t, r->xy, r->n);
    return GT_OK;
}

/* Kilometres from the region; NaN where the place is none. */
static double away_km(const struct climate *k, double x, double y)
{
    struct gt_box b = gt_grid_box(&k->terrain->info.grid);
    const struct gt_crs *crs = k->terrain->info.crs;
    bool degrees = crs->kind == GT_CRS_GEOGRAPHIC;
    double km = degrees ? DEGREE_KM : crs->unit_m / 1000;
    double dx = fmax(fmax(b.x0 - x, x - b.x1), 0), dy = fmax(fmax(b.y0 - y, y - b.y1), 0);
    if (isnan(x) || isnan(y))
        return (double)NAN;
    return sqrt(dx * dx + dy * dy) * km;
}

/* Would the place be near the region with its two numbers exchanged? */
static bool is_swapped(const struct reading *r, size_t i)
{
    double xy[2] = {r->own[2 * i + 1], r->own[2 * i]};
    struct gt_xform *t;
    if (!r->degrees ||
        gt_xform_new(r->k->a, r->points->shapes->crs, r->k->terrain->info.crs, &t, NULL) != GT_OK)
        return false;
    gt_xform_points(t, xy, 1);
    return away_km(r->k, xy[0], xy[1]) <= r->k->limits.away;
}

static enum gt_status check_places(const struct reading *r, struct gt_err *err)
{
    for (size_t i = 0; i < r->n; i++) {
        double x = r->own[2 * i], y = r->own[2 * i + 1], limit = r->k->limits.away;
        double km = away_km(r->k, r->xy[2 * i], r->xy[2 * i + 1]);
        if (km <= limit)
            continue;
        const char *where = gt_printf(r->k->a, "station %s lies at %g, %g", r->s[i].code, x, y);
        if (!(x < 0 || x > 0 || y < 0 || y > 0))
            return gt_fail(err, GT_EINPUT, "%s, which stands for no coordinates; give it a place",
                           where);
        if (is_swapped(r, i))
            return gt_fail(err, GT_EINPUT,
                           "%s, far from the region: longitude and latitude look exchanged", where);
        return gt_fail(err, GT_EINPUT,
                       "%s, more than %g km from the heights '%s'; correct its place, or raise "
                       "clim.away",
                       where, limit, r->k->dem->id);
    }
    return GT_OK;
}

/* Values of one place that differ cannot both be met. */
static enum gt_status check_apart(const struct reading *r, struct gt_err *err)
{
    const struct gt_crs *crs = r->k->terrain->info.crs;
    bool degrees = crs->kind == GT_CRS_GEOGRAPHIC;
    double m = degrees ? DEGREE_KM * 1000 : crs->unit_m;
    for (size_t i = 0; i < r->n; i++)
        for (size_t j = 0; j < i; j++) {
            double dx = r->xy[2 * i] - r->xy[2 * j], dy = r->xy[2 * i + 1] - r->xy[2 * j + 1];
            dx *= degrees ? cos(r->xy[2 * i + 1] * M_PI / 180) : 1;
            if (sqrt(dx * dx + dy * dy) * m < 2)
                return gt_fail(err, GT_EINPUT,
                               "stations %s and %s lie at one place; expected one station a place",
                               r->s[j].code, r->s[i].code);
        }
    return GT_OK;
}

/* ---- Days ------------------------------------------------------------------------------------ */

static int by_day(const void *a, const void *b)
{
    const struct gt_climate_day *x = a, *y = b;
    return (x->day > y->day) - (x->day < y->day);
}

struct columns {
    int station, date, tmean, tmax, tmin, precip, humidity, wind, wind_max;
};

static enum gt_status find_columns(const struct reading *r, struct columns *c, struct gt_err *err)
{
    const struct gt_features *f = r->rows;
    GT_TRY(need_field(f, r->k->daily, "station", &c->station, err));
    GT_TRY(need_field(f, r->k->daily, "date", &c->date, err));
    c->tmean = gt_features_field(f, "tmean");
    c->tmax = gt_features_field(f, "tmax");
    c->tmin = gt_features_field(f, "tmin");
    c->precip = gt_features_field(f, "precip");
    c->humidity = gt_features_field(f, "humidity");
    c->wind = gt_features_field(f, "wind");
    c->wind_max = gt_features_field(f, "wind_max");
    return GT_OK;
}

/* The station of a row. */
static enum gt_status station_of(const struct reading *r, const struct columns *c, size_t row,
                                 struct gt_climate_station **out, struct gt_err *err)
{
    const char *code =
        ops_value_text(r->k->a, &r->rows->value[row * r->rows->n_fields + (size_t)c->station]);
    *out = gt_map_get(r->index, code);
    if (!*out)
        return gt_fail(err, GT_EINPUT,
                       "dataset '%s', row %zu: expected a station of '%s', found '%s'",
                       r->k->daily->id, row + 1, r->k->station->id, code);
    return GT_OK;
}

static enum gt_status read_day(const struct reading *r, const struct columns *c, size_t row,
                               struct gt_climate_day *d, struct gt_err *err)
{
    const struct gt_features *f = r->rows;
    const struct gt_value *date = &f->value[row * f->n_fields + (size_t)c->date];
    if (date->kind != GT_V_TEXT || !gt_climate_date(date->text, d))
        return gt_fail(err, GT_EINPUT, "dataset '%s', row %zu: expected a date, found '%s'",
                       r->k->daily->id, row + 1, ops_value_text(r->k->a, date));
    d->tmean = number_at(f, row, c->tmean);
    d->tmax = number_at(f, row, c->tmax);
    d->tmin = number_at(f, row, c->tmin);
    d->precip = number_at(f, row, c->precip);
    d->humidity = number_at(f, row, c->humidity);
    d->wind = number_at(f, row, c->wind);
    d->wind_max = number_at(f, row, c->wind_max);
    return GT_OK;
}

/* Two passes over the rows: days are counted, then put behind their station. */
static enum gt_status read_days(struct reading *r, struct gt_err *err)
{
    struct columns c;
    struct gt_climate_station *s;
    void *room;
    size_t n = r->rows->n_rows, at = 0;
    GT_TRY(find_columns(r, &c, err));
    for (size_t i = 0; i < n; i++) {
        GT_TRY(station_of(r, &c, i, &s, err));
        s->n++;
    }
    GT_TRY(gt_reserve(r->k->a, n, sizeof(struct gt_climate_day), "days of stations", &room, err));
    struct gt_climate_day *day = room;
    for (size_t i = 0; i < r->n; i++) {
        r->s[i].day = day + at;
        at += r->s[i].n;
        r->s[i].n = 0;
    }
    for (size_t i = 0; i < n; i++) {
        GT_TRY(station_of(r, &c, i, &s, err));
        GT_TRY(read_day(r, &c, i, &day[s->day - day + (ptrdiff_t)s->n++], err));
    }
    for (size_t i = 0; i < r->n; i++) {
        qsort(day + (r->s[i].day - day), r->s[i].n, sizeof *day, by_day);
        GT_TRY(gt_climate_check(&r->s[i], err));
    }
    return GT_OK;
}

/* ---- What is told ---------------------------------------------------------------------------- */

/* Names gathered for one warning. */
struct names {
    struct gt_buf b;
    size_t n;
};

static void name(struct gt_call *c, struct names *all, const char *text)
{
    if (all->n++ < NAMED)
        gt_buf_addf(&all->b, "%s%s", all->n > 1 ? OPS_SAY(c, ", ", "、") : "", text);
    else if (all->n == NAMED + 1)
        gt_buf_add(&all->b, OPS_SAY(c, ", ...", "等"));
}

static enum gt_status check_altitudes(struct reading *r, struct gt_err *err)
{
    struct climate *k = r->k;
    struct names off = {.b.a = k->a}, taken = {.b.a = k->a};
    for (size_t i = 0; i < r->n; i++) {
        struct gt_climate_station *s = &r->s[i];
        double z;
        GT_TRY(gt_raster_value(k->terrain, r->xy[2 * i], r->xy[2 * i + 1], &z, err));
        if (isnan(s->altitude_m) && isnan(z))
            return gt_fail(err, GT_EINPUT,
                           "station %s has no altitude, and the heights '%s' have none there",
                           s->code, k->dem->id);
        if (isnan(s->altitude_m)) {
            s->altitude_m = z;
            name(k->c, &taken, s->code);
        }
        if (fabs(z - s->altitude_m) > k->limits.altitude_off)
            name(k->c, &off, gt_printf(k->a, "%s (%g, %g m)", s->code, s->altitude_m, round(z)));
    }
    if (taken.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c, "%zu stations have no altitude; that of the heights is taken: %s",
                        "%zu 个站点没有海拔，取高程数据的值：%s"),
                taken.n, taken.b.p);
    if (off.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c, "the altitude of %zu stations is not that of the heights: %s",
                        "%zu 个站点的海拔与高程数据不符：%s"),
                off.n, off.b.p);
    return GT_OK;
}

static void tell_missing(const struct climate *k)
{
    struct names holes = {.b.a = k->a};
    for (size_t i = 0; i < k->n; i++) {
        struct gt_climate_missing m = gt_climate_missing_of(&k->s[i]);
        const double share[] = {m.tmean, m.tmax, m.precip, m.humidity, m.wind, m.wind_max};
        double worst = 0;
        for (size_t j = 0; j < GT_LEN(share); j++)
            worst = share[j] < 1 && share[j] > worst ? share[j] : worst;
        if (worst > k->limits.missing)
            name(k->c, &holes, gt_printf(k->a, "%s (%.3g %%)", k->s[i].code, worst * 100));
    }
    if (holes.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c,
                        "the series of %zu stations have holes, months with more than %g %% of "
                        "their days missing are left out: %s",
                        "%zu 个站点的序列有缺测，缺测日数超过 %g%% 的月份不参与统计：%s"),
                holes.n, k->limits.missing * 100, holes.b.p);
}

static void tell_whole_rain(const struct climate *k)
{
    struct names whole = {.b.a = k->a};
    for (size_t i = 0; i < k->n; i++)
        if (gt_climate_whole_rain(&k->s[i]))
            name(k->c, &whole, k->s[i].code);
    if (whole.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c,
                        "the rain of %zu stations is always a whole number of millimetres; check "
                        "that it is not tenths: %s",
                        "%zu 个站点的降水量全为整数毫米，请核对单位是否为 0.1 毫米：%s"),
                whole.n, whole.b.p);
}

/* Keeps the stations that have days. */
static enum gt_status keep_stations(const struct reading *r, struct gt_err *err)
{
    struct climate *k = r->k;
    struct names empty = {.b.a = k->a};
    for (size_t i = 0; i < r->n; i++) {
        if (r->s[i].n == 0) {
            name(k->c, &empty, r->s[i].code);
            continue;
        }
        r->s[k->n] = r->s[i];
        r->xy[2 * k->n] = r->xy[2 * i];
        r->xy[2 * k->n + 1] = r->xy[2 * i + 1];
        k->n++;
    }
    k->s = r->s;
    k->xy = r->xy;
    if (k->n == 0)
        return gt_fail(err, GT_EINPUT, "dataset '%s': expected days of stations, found none",
                       k->daily->id);
    if (empty.n)
        gt_warn(k->c->work,
                OPS_SAY(k->c, "%zu stations have no days and take no part: %s",
                        "%zu 个站点没有逐日观测，不参与统计：%s"),
                empty.n, empty.b.p);
    return GT_OK;
}

enum gt_status climate_stations(struct climate *k, struct gt_err *err)
{
    struct reading r = {.k = k, .index = gt_map_new(k->a)};
    void *s, *xy, *own;
    GT_TRY(open_inputs(k, err));
    GT_TRY(gt_store_features(k->store, k->a, k->station, &r.points, err));
    GT_TRY(gt_store_features(k->store, k->a, k->daily, &r.rows, err));
    r.n = r.points->shapes->n;
    GT_TRY(gt_reserve(k->a, r.n, sizeof(struct gt_climate_station), "stations", &s, err));
    GT_TRY(gt_reserve(k->a, r.n, 2 * sizeof(double), "stations", &xy, err));
    GT_TRY(gt_reserve(k->a, r.n, 2 * sizeof(double), "stations", &own, err));
    r.s = s;
    r.xy = xy;
    r.own = own;
    GT_TRY(read_points(&r, err));
    GT_TRY(check_places(&r, err));
    GT_TRY(check_apart(&r, err));
    GT_TRY(check_altitudes(&r, err));
    GT_TRY(read_days(&r, err));
    GT_TRY(keep_stations(&r, err));
    tell_missing(k);
    tell_whole_rain(k);
    return GT_OK;
}
