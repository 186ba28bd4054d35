/* evaluate.h: the dual evaluation: which model answers a question under a rule set, how much ground
 * each class covers in each county, and the tables and sentences that a report is made of. Builds
 * on base.h, geo.h, raster.h, rules.h, table.h. */
#ifndef GUOTU_EVALUATE_H
#define GUOTU_EVALUATE_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/raster.h"
#include "guotu/rules.h"
#include "guotu/table.h"

#define GT_EVALUATE_RULES "mnr-2020-01" /* the guide in force */

/* ---- Functions and models ---- */

/* What land is evaluated for, in the order in which one takes the results of the other. */
struct gt_evaluate_function {
    const char *id; /* "urban" */
    struct gt_text2 title;
};
/* NULL: unknown. The names are those of the operation's choices; the list ends with id NULL. */
const struct gt_evaluate_function *gt_evaluate_function_find(const char *id);
extern const struct gt_evaluate_function gt_evaluate_functions[];

/* The model for a function under a rule set: the file rules_dir/models/FUNCTION-*.yaml whose key
 * `rules` names the set or else, where none does, the set that it is based on. GT_ENOTFOUND lists
 * the sets that have one; GT_EINPUT where two files claim it. */
GT_MUST enum gt_status gt_evaluate_model(struct gt_arena *a, const char *rules_dir,
                                         const char *function, const char *rules,
                                         const char **model, struct gt_err *err);

/* ---- Areas ---- */

/* A class of a result. */
struct gt_evaluate_class {
    double code;
    const char *title;
};

/* What is counted: one zone is a feature of the county layer. */
struct gt_evaluate_zone {
    const char *code, *name;
};

/* Ground by zone and class; the class 0 is ground without one (voids, water where it is taken
 * out...). */
struct gt_evaluate_area {
    int zone; /* index into the zones; -1: outside all of them, or there are none */
    int64_t code, cells;
    double m2; /* on the ellipsoid */
    /* The same in hundredths of a hectare, rounded zone by zone so that they sum to the zone's
     * rounded area: tables are made of these and their sums, so every printed total is the sum of
     * what stands above it. 1 km2 = 10,000. */
    int64_t ares;
};
struct gt_evaluate_areas {
    size_t n;
    const struct gt_evaluate_area *v; /* ascending by zone, then class; -1 first */
    int64_t cells;                    /* of the raster: the sum of all rows */
};

/* Counts every cell of a class raster once. zones NULL: none. The raster's no-data becomes class 0.
 */
GT_MUST enum gt_status gt_evaluate_count(struct gt_arena *a, const struct gt_raster_source *raster,
                                         const struct gt_shapes *zones, struct gt_work *w,
                                         struct gt_evaluate_areas *out, struct gt_err *err);

/* How much of the ground that has a height has no class where an input has no data: of all inputs
 * in one pass. */
struct gt_evaluate_part {
    const struct gt_raster_source *input;
    bool is_class; /* its cells are codes: the nearest; else bilinear */
    int64_t lost;  /* filled in: cells that lack it */
};
struct gt_evaluate_lack {
    const struct gt_raster_source *result, *heights;
    const struct gt_shapes *zones; /* NULL: the whole grid is asked about */
    struct gt_evaluate_part *part;
    size_t n;
    int64_t cells; /* filled in: with a height */
};
GT_MUST enum gt_status gt_evaluate_lack(struct gt_evaluate_lack *lack, struct gt_work *w,
                                        struct gt_err *err);

struct gt_evaluate_tables {
    const struct gt_evaluate_areas *areas;
    const struct gt_evaluate_class *classes; /* in the order of the table */
    size_t n_classes;
    const struct gt_evaluate_zone *zones;
    size_t n_zones;
    enum gt_lang lang;
    /* Of the long table, in each of its rows: rule set, factors left out, a remark; NULL: empty. */
    const char *rules, *left_out, *note;
};
/* By class: cells, hm2, km2, mu and the share of the classified ground; a row for all of that, and
 * below it, where there is any, ground without a class. */
struct gt_table *gt_evaluate_by_class(struct gt_arena *a, const struct gt_evaluate_tables *t);
/* A row a zone, a column a class that is there in hm2, then ground without a class and all of it; a
 * last row for all. NULL: no zones. */
struct gt_table *gt_evaluate_by_zone(struct gt_arena *a, const struct gt_evaluate_tables *t);
/* A row for each zone and class, in all units, with the dataset's id: for spreadsheets. */
struct gt_table *gt_evaluate_long(struct gt_arena *a, const struct gt_evaluate_tables *t,
                                  const char *dataset);
/* Sum over all zones, those outside too where there are none. */
struct gt_evaluate_area gt_evaluate_sum(const struct gt_evaluate_tables *t, int64_t code);
/* ... over the classes of the table. */
double gt_evaluate_share(const struct gt_evaluate_tables *t, int64_t code);

/* ---- What decided ---- */

/* The limits of a table of classes: interval or values, class, meaning. */
struct gt_table *gt_evaluate_limits(struct gt_arena *a, const struct gt_classes *c,
                                    enum gt_lang lang);
/* "> 3°, ≤ 8°", "> 25°" and the like; for listed values "1, 2". */
const char *gt_evaluate_interval(struct gt_arena *a, const struct gt_classes *c,
                                 const struct gt_class *v, enum gt_lang lang);
/* The sentences on method that hold for every evaluation; n of them. */
const struct gt_text2 *gt_evaluate_method(size_t *n);
/* What a kind of step does, in a word. */
struct gt_text2 gt_evaluate_kind(enum gt_step_kind kind);
/* What to say of a class of a result, and what to do about it: for the report. */
struct gt_evaluate_advice {
    const char *output; /* of a model: "problems_zone" */
    int64_t code;
    enum gt_advice_kind {
        GT_ADVICE_PROBLEM,
        GT_ADVICE_RISK,
        GT_ADVICE_POTENTIAL,
        GT_ADVICE_CHECK
    } kind;
    struct gt_text2 finding, advice;
};
const struct gt_evaluate_advice *gt_evaluate_advice(size_t *n);
/* How a rule set stands: in force, a draft, a local one. */
struct gt_text2 gt_evaluate_standing(const struct gt_ruleset *r);

/* ---- Climate from stations ---- */

/* A day of a station, NaN where nothing was observed. */
struct gt_climate_day {
    int64_t day;           /* from 1970-01-01 */
    int year, month, mday; /* months from 1 */

    double tmean, tmax, tmin, precip, humidity, wind, wind_max; /* degC, mm, fraction, m/s */
};
/* Sets day, year, month and mday from "2020-01-31"; false: no date. */
bool gt_climate_date(const char *text, struct gt_climate_day *out);

struct gt_climate_station {
    const char *code;
    double altitude_m;
    const struct gt_climate_day *day; /* ascending, no two of a day */
    size_t n;
};

/* The numbers of rules/climate: clim.lapse and so on. */
struct gt_climate_limits {
    double missing, years, altitude_off, away;
    double lapse, heat0, heat10;
    double rain_day, erosive, erosive_power, erosive_warm, erosive_cold, warm_from, warm_to;
    double anemometer, sand_start, gale, sand_wind, calm;
    struct gt_climate_hazards { /* clim.hazard.rain10 ... */
        double rain10, rain20, hot, very_hot, hot_run, hot_runs, hot_days, cold, cold_days;
        double season_from, season_to, wind_days;
    } hazard;
};
/* GT_EINPUT names the number that the set lacks. */
GT_MUST enum gt_status gt_climate_limits_of(const struct gt_ruleset *r,
                                            struct gt_climate_limits *out, struct gt_err *err);

/* What is derived: the layer role that it fills, its twelve months or one number a year. */
struct gt_climate_product {
    const char *role;
    bool months;
    /* how it knows height: not; by the lapse rate; or only through daily values, so that it must be
     * derived level by level */
    enum { GT_CLIMATE_FLAT, GT_CLIMATE_LAPSE, GT_CLIMATE_LEVELS } height;
    double lo, hi;             /* of sound results; equal: none */
    const char *const *number; /* ids of the rules that decide it; ends with NULL */
    /* how it is made: climate_products.c */
    int how, hazard;
    double (*day)(const struct gt_climate_limits *l, const struct gt_climate_day *d,
                  double shift_c);
};
extern const struct gt_climate_product gt_climate_products[]; /* ends with role NULL */

/* A station's value of the product, for a month (1..12; else 0), as it would be at another height:
 * daily temperatures are changed by the lapse rate before anything is counted or summed. The mean
 * over the years whose months have records enough; NaN where there is none. */
double gt_climate_value(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                        const struct gt_climate_product *p, int month, double height_m);
/* Years that the value rests on; without a month, the fewest of all months. */
int gt_climate_years(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                     const struct gt_climate_product *p, int month);
/* How far a heat sum that is taken between two levels can be from that of the days: each day whose
 * temperature passes the sum's limit between them is wrong by a quarter of the levels' difference
 * of temperature where the limit is 0, else by no more than limit and difference. 0 for products
 * that are no heat sums. */
double gt_climate_level_error(const struct gt_climate_station *s, const struct gt_climate_limits *l,
                              const struct gt_climate_product *p, double level_m, double step_m);

/* Records that cannot be in the units expected (tenths, percent): GT_EINPUT with station, date and
 * value. */
GT_MUST enum gt_status gt_climate_check(const struct gt_climate_station *s, struct gt_err *err);
/* At least 100 days with rain, and never a part of a millimetre: tenths, perhaps. */
bool gt_climate_whole_rain(const struct gt_climate_station *s);
/* Share of the days from the first to the last for which nothing was observed; by column. */
struct gt_climate_missing {
    double tmean, tmax, precip, humidity, wind, wind_max;
};
struct gt_climate_missing gt_climate_missing_of(const struct gt_climate_station *s);
/* ---- The ecological network ---- */

struct gt_network_opt {
    const struct gt_raster_source *resistance; /* f32, above 0; no-data: nobody gets through */
    const struct gt_raster_source *cores;      /* i32: ids from 1; the same grid */
    double tolerance; /* a corridor is where a way costs at most 1 + this times the least */
    double max_cost;  /* dearer corridors are left out; INFINITY: none */
    double pinch;     /* a pinch point is narrower than this share of the corridor's mean width */
    double reach;     /* cost at which every second animal turns back; 0: the median corridor's */
    int64_t coarser;  /* so many cells on a side become one, by their mean and main core; 0: 1 */
    /* i32, of gt_network_grid: number of the corridor from 1, INT32_MIN elsewhere; NULL: none */
    struct gt_raster_sink *bands;
};

struct gt_network_core {
    int32_t id;
    int64_t cells;
    double m2, resistance; /* mean of its cells */
    double x, y;           /* of the cell of it that is nearest to its middle */
    int degree;            /* corridors */
    double dpc;            /* percent of the probability of connectivity that goes without it */
    int rank;              /* by dpc, from 1 */
    int group;             /* cores that corridors connect, from 1 */
};

struct gt_network_link {
    int from, to; /* cores, by index */
    double cost, length_m;
    double band_m2, mean_width_m, least_width_m;
    double gravity, dpc;
    int rank;           /* by dpc, then gravity */
    int64_t point, end; /* of gt_network.xy: pairs, from core to core */
};

struct gt_network_pinch {
    int link;
    double x, y, width_m, share; /* share: of the corridor's mean width */
};

struct gt_network {
    size_t n_cores, n_links, n_pinches;
    struct gt_network_core *core; /* ascending by id */
    struct gt_network_link *link; /* ascending by cores */
    struct gt_network_pinch *pinch;
    double *xy;
    int groups;
    double reach;   /* that was used */
    size_t through; /* corridors left out because they lead through a third core */
};

/* The grid that the network is found on. */
struct gt_grid gt_network_grid(const struct gt_network_opt *opt);
/* Cores, least-cost corridors between those whose allocations by cost meet, how wide and how
 * important they are. Held in memory: about 55 bytes a cell. GT_EINPUT: a resistance of 0 or less,
 * no core or more than 2,000; GT_ETOOBIG. Papers: src/evaluate/network*.c. */
GT_MUST enum gt_status gt_network_find(struct gt_arena *a, const struct gt_network_opt *opt,
                                       struct gt_work *w, struct gt_network *out,
                                       struct gt_err *err);

/* ---- Carrying capacity ---- */

enum gt_bound { GT_BOUND_UNKNOWN, GT_BOUND_WATER, GT_BOUND_SPACE, GT_BOUND_BOTH };
const char *gt_bound_id(enum gt_bound b); /* "water" */
struct gt_text2 gt_bound_title(enum gt_bound b);

/* A county; NaN: not known. Areas in m2. */
struct gt_capacity {
    const char *code, *name;
    /* m3 a year; shares 0..1; m3/ha; m3 and m2 for a person */
    double use_m3, agriculture_share, urban_share, irrigation_quota, rain_fed_ha, unreasonable_m3;
    double per_capita_m3, per_capita_land_m2;
    double crop_space_m2, urban_space_m2; /* ground that counts as space */
    double crop_present_m2, urban_present_m2, urban_people;
    /* computed. By water: crops S = W p / q + rain-fed (which counts as 0 where it is not known);
     * towns A = W p / d a. excess: land irrigated with water beyond what is reasonable. */
    double crop_water_m2, crop_m2, crop_excess_m2;
    double people_water, urban_water_m2, urban_m2, people;
    enum gt_bound crop_bound, urban_bound;
};
/* Fills in what is computed; a capacity needs both constraints, else it is not known. */
void gt_capacity_compute(struct gt_capacity *c);
/* A row a county and one for all that are known, of cropland or of towns. */
struct gt_table *gt_capacity_table(struct gt_arena *a, const struct gt_capacity *v, size_t n,
                                   bool crops, enum gt_lang lang);

/* ---- Grazing ---- */

enum { GT_ANIMALS = 7 };
extern const char *const gt_animal_id[GT_ANIMALS]; /* columns of county_livestock: "sheep" ... */

/* Numbers of the rule set. */
struct gt_livestock_limits {
    double intake_kg, feed_kg;      /* of standard hay, of finished feed, for a sheep unit a day */
    double days;                    /* of grazing in a year */
    double sheep_units[GT_ANIMALS]; /* of one head */
    const struct gt_classes *overload;
};

/* A county; NaN: not known. */
struct gt_livestock {
    const char *code, *name;
    double pasture_m2, hay_kg; /* usable standard hay of a year */
    double head[GT_ANIMALS], feed_t;
    double feed_land_m2; /* for husbandry on feed */
    /* computed, in sheep units: what the pasture carries, what is kept, what finished feed feeds,
     * and what is left to the pasture; feed that is not known feeds none */
    double carried, kept, fed, grazing;
    double overload_pct; /* (grazing - carried) / carried */
    int class;           /* of the overload; 0: not known */
    struct gt_text2 class_title;
};
/* Fills in what is computed. */
void gt_livestock_compute(struct gt_livestock *c, const struct gt_livestock_limits *l);
struct gt_table *gt_livestock_table(struct gt_arena *a, const struct gt_livestock *v, size_t n,
                                    enum gt_lang lang);

#endif
