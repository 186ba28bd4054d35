/* test_layers.c: the layers of the whole evaluation: what roles ask of them, and how they agree
 * with one another. */
#include "sample_int.h"
#include "t.h"

#include <math.h>
#include <string.h>

static const struct gt_sample *county(struct gt_arena *a, int64_t cells, int64_t seed)
{
    const struct gt_sample *s = NULL;
    struct gt_err err = {0};
    struct gt_sample_opt opt = {.cells = cells, .seed = seed};
    T_STATUS_ERR(gt_sample_new(a, &opt, NULL, &s, &err), GT_OK, &err);
    return s;
}

/* The cells of a layer as doubles, NaN where there is no data. */
static double *cells_of(struct gt_arena *a, const struct gt_sample *s, struct gt_sample_item item,
                        size_t *n)
{
    struct gt_raster_info info = gt_sample_raster_info(s, &item);
    struct gt_err err = {0};
    *n = (size_t)(info.grid.w * info.grid.h);
    double *v = GT_TAKE_N(a, double, *n);
    void *p = gt_take(a, *n * gt_cell_size(info.type));
    T_STATUS_ERR(gt_sample_raster(s, &item, gt_memory_sink(a, &info, p), NULL, &err), GT_OK, &err);
    for (size_t i = 0; i < *n; i++) {
        v[i] = info.type == GT_U8 ? ((uint8_t *)p)[i] : (double)((float *)p)[i];
        if (info.type == GT_U8 && !(v[i] > 0))
            v[i] = (double)NAN;
    }
    return v;
}

static double *layer(struct gt_arena *a, const struct gt_sample *s, enum gt_sample_layer l,
                     int month, size_t *n)
{
    return cells_of(a, s, (struct gt_sample_item){.id = "layer", .layer = l, .month = month}, n);
}

static const struct gt_layer_roles *roles_of(struct gt_arena *a)
{
    const struct gt_layer_roles *roles = NULL;
    struct gt_err err = {0};
    T_STATUS_ERR(gt_layer_roles_load(a, GT_SOURCE_DIR "/rules", &roles, &err), GT_OK, &err);
    return roles;
}

/* ---- What the roles ask ---- */

static void check_raster(const struct gt_sample *s, const struct gt_sample_item *item,
                         const struct gt_layer_role *role)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n, empty = 0;
    double *v = cells_of(a, s, *item, &n);
    T_OK(role->raster);
    T_EQ_INT(gt_sample_is_class(item->layer), role->cells == GT_CELLS_CLASS);
    for (size_t i = 0; i < n; i++) {
        empty += isnan(v[i]) ? 1 : 0;
        T_OK(isnan(v[i]) || (v[i] >= role->min && v[i] <= role->max));
    }
    bool grass = item->layer == GT_SAMPLE_GRASS_TYPE || item->layer == GT_SAMPLE_GRASS_YIELD;
    T_OK(empty * 1000 <= n || grass);
    T_OK(empty < n);
}

static int field_of(const struct gt_sample_features *f, const char *name)
{
    for (size_t i = 0; i < f->n_fields; i++)
        if (strcmp(f->field[i], name) == 0)
            return (int)i;
    return -1;
}

static void check_fields(const struct gt_sample_features *f, const struct gt_layer_role *role)
{
    for (size_t i = 0; i < role->n_fields; i++) {
        const struct gt_field_role *r = &role->fields[i];
        int at = field_of(f, r->name);
        T_OK(at >= 0 || !r->required);
        T_OK(at >= 0 || !role->table);
        for (size_t row = 0; at >= 0 && row < f->shapes.n; row++) {
            const struct gt_value *v = &f->value[row * f->n_fields + (size_t)at];
            T_OK(v->kind != GT_V_NODATA || !r->required);
            if (!role->table)
                continue;
            T_EQ_INT(v->kind, r->kind == GT_FIELD_NUMBER ? GT_V_NUM : GT_V_TEXT);
            T_OK(v->kind != GT_V_NUM || (v->num >= r->min && v->num <= r->max));
        }
    }
}

static void check_shapes(const struct gt_sample_features *f, const struct gt_layer_role *role)
{
    static const enum gt_shape_kind kind[] = {
        [GT_POINTS] = GT_SHAPE_POINT, [GT_LINES] = GT_SHAPE_LINE, [GT_POLYGONS] = GT_SHAPE_POLYGON};
    T_OK(f->shapes.n > 0);
    T_OK(f->shapes.n < 400 || role->table);
    check_fields(f, role);
    if (role->table)
        return;
    T_OK(!role->raster);
    T_EQ_INT(f->shapes.kind, kind[role->shape]);
    for (size_t i = 0; i < f->shapes.n; i++)
        T_OK(f->shapes.part[i + 1] > f->shapes.part[i]);
}

T_TEST(sample_layers_are_what_their_roles_ask)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_layer_roles *roles = roles_of(a);
    const struct gt_sample_item *item;
    size_t n = gt_sample_items(a, &item);
    for (int64_t seed = 1; seed <= 2; seed++) {
        const struct gt_sample *s = county(a, 40000, seed);
        for (size_t i = 0; i < n; i++) {
            const struct gt_layer_role *role = gt_layer_role_find(roles, item[i].id);
            if (!role)
                t_fail(T_HERE("a role"), "expected a role '%s', found none", item[i].id);
            if (item[i].layer < GT_SAMPLE_RASTERS)
                check_raster(s, &item[i], role);
            else
                check_shapes(gt_sample_vector(s, item[i].layer), role);
        }
    }
}

/* ---- Rasters that agree ---- */

T_TEST(sample_months_make_the_year)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 20000, 5);
    size_t n;
    const double *rain = layer(a, s, GT_SAMPLE_PRECIPITATION, 0, &n);
    const double *air = layer(a, s, GT_SAMPLE_POTENTIAL_EVAPORATION, 0, &n);
    const double *span = layer(a, s, GT_SAMPLE_TEMPERATURE_RANGE, 0, &n);
    const double *taken = layer(a, s, GT_SAMPLE_EVAPOTRANSPIRATION, 0, &n);
    double *wet = GT_TAKE_N(a, double, n), *dry = GT_TAKE_N(a, double, n),
           *low = GT_TAKE_N(a, double, n), *high = GT_TAKE_N(a, double, n);
    for (int month = 1; month <= 12; month++) {
        const double *mm = layer(a, s, GT_SAMPLE_RAIN, month, &n);
        const double *up = layer(a, s, GT_SAMPLE_EVAPORATION, month, &n);
        const double *degc = layer(a, s, GT_SAMPLE_TEMPERATURE, month, &n);
        const double *days = layer(a, s, GT_SAMPLE_RAIN_DAYS, month, &n);
        for (size_t i = 0; i < n; i++) {
            wet[i] += mm[i];
            dry[i] += up[i];
            low[i] = month > 1 && low[i] < degc[i] ? low[i] : degc[i];
            high[i] = month > 1 && high[i] > degc[i] ? high[i] : degc[i];
            T_OK(days[i] <= 28 && (mm[i] < 20 || days[i] >= 3));
        }
    }
    for (size_t i = 0; i < n; i++) {
        T_NEAR(wet[i], rain[i], 0.4);
        T_NEAR(dry[i], air[i], 0.6);
        T_NEAR(high[i] - low[i], span[i], 0.06);
        T_OK(taken[i] <= rain[i] * 1.06 && taken[i] <= air[i]);
    }
}

/* A map that has 250 m cells knows the sum of what is warm; so do the months of the same place. */
T_TEST(sample_heat_is_that_of_the_months)
{
    static const double days[12] = {31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 5);
    for (int i = 0; i < 50; i++) {
        struct gt_site p = {s, 700.0 * i, 450.0 * i, 3600 + 50.0 * i, 0};
        double sum = 0;
        for (p.month = 1; p.month <= 12; p.month++) {
            double degc = gt_climate_degc(&p);
            sum += degc > 0 ? degc * days[p.month - 1] : 0;
        }
        T_NEAR(sum, gt_sample_heat(p.z), 1e-6);
    }
}

T_TEST(sample_soil_adds_up)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000000, 2);
    size_t n;
    const double *sand = layer(a, s, GT_SAMPLE_SAND, 0, &n);
    const double *clay = layer(a, s, GT_SAMPLE_CLAY, 0, &n);
    const double *silt = layer(a, s, GT_SAMPLE_SILT, 0, &n);
    const double *texture = layer(a, s, GT_SAMPLE_SOIL_TEXTURE, 0, &n);
    for (size_t i = 0; i < n; i++) {
        T_EQ_NUM(sand[i] + clay[i] + silt[i], 1);
        T_OK(texture[i] > 4 || texture[i] < 2 || sand[i] >= 0.6);
        T_OK(texture[i] < 10 || texture[i] > 11 || silt[i] >= 0.65);
        T_OK(texture[i] != 12 || clay[i] >= 0.4);
    }
}

static const struct {
    enum gt_sample_layer layer;
    int n;
} classes[] = {{GT_SAMPLE_LAND_COVER, 25},   {GT_SAMPLE_LAND_USE, 13},
               {GT_SAMPLE_SOIL_TEXTURE, 13}, {GT_SAMPLE_GRASS_TYPE, 7},
               {GT_SAMPLE_WATER_EROSION, 6}, {GT_SAMPLE_WIND_EROSION, 6},
               {GT_SAMPLE_ROCKY_DESERT, 5},  {GT_SAMPLE_GEOHAZARD, 5}};

T_TEST(sample_has_every_class)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 200000, 1);
    for (size_t k = 0; k < GT_LEN(classes); k++) {
        bool seen[32] = {false};
        size_t n;
        const double *v = layer(a, s, classes[k].layer, 0, &n);
        for (size_t i = 0; i < n; i++)
            if (!isnan(v[i]))
                seen[(int)v[i]] = true;
        for (int c = 1; c <= classes[k].n; c++)
            if (!seen[c])
                t_fail(T_HERE("all classes"), "layer %d: class %d occurs nowhere",
                       (int)classes[k].layer, c);
    }
}

/* Values lie on both sides of the limits that tables of the evaluation know. */
T_TEST(sample_values_are_spread)
{
    static const struct {
        enum gt_sample_layer layer;
        double low, high; /* some cell is below, some above */
    } spread[] = {{GT_SAMPLE_CALM_DAYS, 0.05, 0.3},
                  {GT_SAMPLE_WIND_SPEED, 1, 4},
                  {GT_SAMPLE_SAND_WIND_DAYS, 10, 30},
                  {GT_SAMPLE_GALE_DAYS, 20, 30},
                  {GT_SAMPLE_RAIN_EROSIVITY, 100, 500},
                  {GT_SAMPLE_HAZARD_DROUGHT, 0.2, 0.8},
                  {GT_SAMPLE_HAZARD_COLD, 0.2, 0.8},
                  {GT_SAMPLE_HAZARD_WIND, 0.2, 0.8},
                  {GT_SAMPLE_HAZARD_SNOW, 0.2, 0.8},
                  {GT_SAMPLE_KARST, 0.3, 0.7},
                  {GT_SAMPLE_SUBSIDENCE, 100, 1600},
                  {GT_SAMPLE_SUBSIDENCE_RATE, 5, 50},
                  {GT_SAMPLE_WATER_ENVIRONMENT, 20, 5000},
                  {GT_SAMPLE_GROUNDWATER_TDS, 5, 25},
                  {GT_SAMPLE_GROUNDWATER_DEPTH, 1, 5},
                  {GT_SAMPLE_SOIL_CD, 0.3, 4},
                  {GT_SAMPLE_SOIL_HG, 0.5, 6},
                  {GT_SAMPLE_SOIL_AS, 20, 200},
                  {GT_SAMPLE_SOIL_PB, 70, 1000},
                  {GT_SAMPLE_SOIL_CR, 150, 1300},
                  {GT_SAMPLE_SOIL_PH, 5.5, 7.5},
                  {GT_SAMPLE_PGA, 0.1, 0.3},
                  {GT_SAMPLE_VEGETATION_COVER, 0.2, 0.8},
                  {GT_SAMPLE_SNOW_COVER, 0.1, 0.8},
                  {GT_SAMPLE_URBAN_WATER, 50000, 500000}};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 200000, 1);
    for (size_t k = 0; k < GT_LEN(spread); k++) {
        size_t n, below = 0, above = 0;
        const double *v = layer(a, s, spread[k].layer, 0, &n);
        for (size_t i = 0; i < n; i++) {
            below += v[i] <= spread[k].low;
            above += v[i] > spread[k].high;
        }
        if (!below || !above)
            t_fail(T_HERE("spread"), "layer %d: %zu cells up to %g, %zu above %g",
                   (int)spread[k].layer, below, spread[k].low, above, spread[k].high);
    }
}

/* ---- Shapes that agree with cells ---- */

static double use_at(const struct gt_sample *s, double x, double y, enum gt_sample_layer l)
{
    struct gt_site p = {s, x, y, gt_sample_land_at(s->land.z, x, y), 0};
    for (const struct gt_cell_maker *c = gt_sample_cover; c->at; c++)
        if (c->layer == l)
            return c->at(&p);
    return (double)NAN;
}

T_TEST(sample_settlements_are_used_as_such)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 1);
    T_EQ_INT(s->n_towns, TOWNS);
    T_EQ_INT(s->n_villages, VILLAGES);
    size_t water = 0;
    for (int i = 0; i < s->n_towns; i++) {
        double use = use_at(s, s->town[i].x, s->town[i].y, GT_SAMPLE_LAND_USE);
        water += use > 8.5 && use < 9.5; /* a river through the middle of the town */
        T_OK((use > 8.5 && use < 10.5));
    }
    T_OK(water <= 2);
    for (int i = 0; i < s->n_villages; i++) {
        T_EQ_NUM(use_at(s, s->village[i].x, s->village[i].y, GT_SAMPLE_LAND_USE), 11);
        T_EQ_NUM(use_at(s, s->village[i].x, s->village[i].y, GT_SAMPLE_LAND_COVER), 21);
    }
    for (int i = 0; i < s->n_lakes; i++)
        T_EQ_NUM(use_at(s, s->lake[i].x, s->lake[i].y, GT_SAMPLE_LAND_USE), 9);
}

/* Inside a polygon layer, holes counted. */
static bool inside(const struct gt_sample *s, enum gt_sample_layer l, double x, double y)
{
    const struct gt_shapes *g = &gt_sample_vector(s, l)->shapes;
    bool in = false;
    double px = s->x0 + x, py = s->y0 - y;
    for (int64_t part = 0; part < g->part[g->n]; part++)
        in ^= gt_sample_in_ring(g->xy + 2 * g->point[part],
                                (int)(g->point[part + 1] - g->point[part]) - 1, px, py);
    return in;
}

/* Watered and terraced land is cropland or what is built and flows on it; the best of it is kept.
 */
T_TEST(sample_fields_lie_in_cropland)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 1);
    size_t fields = 0, watered = 0, kept = 0, terraced = 0;
    for (double y = 310; y < BOX_H - 300; y += 190)
        for (double x = 310; x < BOX_W - 300; x += 190) {
            double use = use_at(s, x, y, GT_SAMPLE_LAND_USE);
            bool field = use<4.5, built = use> 8.5 && use < 12.5;
            bool in = inside(s, GT_SAMPLE_IRRIGATED, x, y);
            bool best = inside(s, GT_SAMPLE_PBF, x, y), steep = inside(s, GT_SAMPLE_TERRACE, x, y);
            fields += field;
            watered += in;
            kept += best;
            terraced += steep;
            if ((in || best || steep) && !field && !built)
                T_OK(gt_sample_between(s->fact[FACT_CROP], x, y) > -0.03);
            T_OK(!steep || gt_sample_between(s->fact[FACT_SLOPE], x, y) > 0.08);
        }
    T_OK(fields > 500 && watered > 300 && kept > 200 && terraced > 10);
    T_OK(kept < fields && watered < fields);
}

/* Every town and village is reached; each road ends on another one. */
T_TEST(sample_roads_hang_together)
{
    GT_AUTO_ARENA a = gt_arena_new();
    for (int64_t seed = 1; seed <= 2; seed++) {
        const struct gt_sample *s = county(a, 1000, seed);
        const struct gt_shapes *g = &gt_sample_vector(s, GT_SAMPLE_ROAD)->shapes;
        for (size_t i = 1; i < g->n; i++) {
            const double *end = g->xy + 2 * (g->point[g->part[i + 1]] - 1);
            bool joined = false;
            for (int64_t j = 0; j < g->point[g->part[i]] && !joined; j++)
                joined = memcmp(g->xy + 2 * j, end, 16) == 0;
            T_OK(joined);
        }
        for (int i = 0; i < s->n_towns + s->n_villages; i++) {
            const struct gt_blob *b = i < s->n_towns ? &s->town[i] : &s->village[i - s->n_towns];
            double least = 1e9;
            for (int64_t j = 0; j < g->point[g->part[g->n]]; j++) {
                double d =
                    gt_sample_hypot(g->xy[2 * j] - s->x0 - b->x, s->y0 - g->xy[2 * j + 1] - b->y);
                least = d < least ? d : least;
            }
            T_OK(least < 150);
        }
    }
}

static double turn(const double *p, const double *q, const double *r)
{
    return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
}

static bool meet(const double *p, const double *q, const double *r, const double *t)
{
    return (turn(p, q, r) > 0) != (turn(p, q, t) > 0) && (turn(r, t, p) > 0) != (turn(r, t, q) > 0);
}

T_TEST(sample_barriers_leave_the_bridges_open)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 1);
    const struct gt_shapes *bar = &gt_sample_vector(s, GT_SAMPLE_BARRIER)->shapes;
    const struct gt_shapes *road = &gt_sample_vector(s, GT_SAMPLE_ROAD)->shapes;
    T_OK(bar->n > 1);
    for (size_t i = 0; i < bar->n; i++)
        for (int64_t j = bar->point[i]; j + 1 < bar->point[i + 1]; j++)
            for (size_t k = 0; k < road->n; k++)
                for (int64_t l = road->point[k]; l + 1 < road->point[k + 1]; l++)
                    T_OK(!meet(bar->xy + 2 * j, bar->xy + 2 * j + 2, road->xy + 2 * l,
                               road->xy + 2 * l + 2));
}

/* ---- Tables ---- */

T_TEST(sample_tables_have_the_codes_of_the_county)
{
    static const enum gt_sample_layer table[] = {GT_SAMPLE_COUNTY_WATER, GT_SAMPLE_COUNTY_LIVESTOCK,
                                                 GT_SAMPLE_COUNTY_PEOPLE};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 1);
    const struct gt_sample_features *parts = gt_sample_vector(s, GT_SAMPLE_COUNTY);
    for (size_t i = 0; i < GT_LEN(table); i++) {
        const struct gt_sample_features *t = gt_sample_vector(s, table[i]);
        T_EQ_INT(t->shapes.n, COUNTY_PARTS);
        for (size_t row = 0; row < COUNTY_PARTS; row++) {
            T_EQ_STR(t->value[row * t->n_fields].text,
                     gt_printf(a, "%.0f", parts->value[row * parts->n_fields].num));
            T_EQ_STR(t->value[row * t->n_fields + 1].text,
                     parts->value[row * parts->n_fields + 1].text);
        }
    }
}

T_TEST(sample_days_are_those_of_the_climate)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = county(a, 1000, 1);
    const struct gt_sample_features *t = gt_sample_vector(s, GT_SAMPLE_STATION_DAILY);
    const struct gt_sample_features *at = gt_sample_vector(s, GT_SAMPLE_STATION);
    enum { MEAN = 2, MAX, MIN, RAIN, DAMP, WIND, WIND_MAX, SNOW };
    size_t n = at->shapes.n, days = t->shapes.n / n;
    T_EQ_INT(days, 3 * 365 + 1);
    T_EQ_INT(t->shapes.n, n * days);
    for (size_t k = 0; k < n; k++) {
        double x = at->shapes.xy[2 * k] - s->x0, y = s->y0 - at->shapes.xy[2 * k + 1];
        double z = at->value[k * at->n_fields + 2].num, degc = 0, mm = 0;
        struct gt_site p = {s, x, y, z, 7};
        T_NEAR(z, gt_sample_height(s, x, y, 60), 0.051);
        for (size_t i = 0; i < days; i++) {
            const struct gt_value *v = t->value + (k * days + i) * t->n_fields;
            T_EQ_STR(v[0].text, gt_printf(a, "%.0f", at->value[k * at->n_fields].num));
            T_OK(v[MIN].num < v[MEAN].num && v[MEAN].num < v[MAX].num);
            T_OK(v[WIND_MAX].num > v[WIND].num);
            mm += v[RAIN].num / 3;
            degc += i >= 181 && i < 212 ? v[MEAN].num / 31 : 0;
        }
        T_NEAR(degc, gt_climate_degc(&p), 3);
        T_NEAR(mm / gt_climate_rain(&p), 1, 0.35);
    }
    T_EQ_STR(t->value[1].text, "2019-01-01");
    T_EQ_STR(t->value[(days - 1) * t->n_fields + 1].text, "2021-12-31");
}
