/* parcel_int.h: what the files about the land survey of the fictional county share: plots of ground
 * that are halved again and again, and the parcels that they end as. Coordinates are those of
 * GT_SAMPLE_CRS, multiples of 1e-4 m. Rings are kept open (the first point is not repeated) and run
 * counter-clockwise. */
#ifndef GUOTU_PARCEL_INT_H
#define GUOTU_PARCEL_INT_H

#include <math.h>

#include "guotu/vector.h"
#include "sample_int.h"

/* ---- Plots (plot.c) ---- */

/* Points of rings, as a stack: what a plot is split into lies behind it. */
struct gt_plot_stack {
    struct gt_arena *a;
    double least_m2; /* no smaller plots are made; of strips a tenth */
    GT_VEC(double) xy;
};
struct gt_plot {
    size_t at, n;  /* its ring's points in the stack */
    int64_t quota; /* parcels that it is to end as */
    uint64_t key;  /* where it is in the tree of plots; decides all its random numbers */
    bool strip;    /* long and narrow: a road or a ditch */
};
enum gt_plot_cut { GT_CUT_HALVES, GT_CUT_OTHER_LINE, GT_CUT_STRIP };

/* Splits a plot between two points of its ring, so that no border that is there gets a new point:
 * in two, or in two with a strip between them. The new line stays clear of the ring but for its
 * ends, and depends on seed and key alone; OTHER_LINE runs between the same ends as HALVES. The
 * number of plots, 0: there is no such line. The caller sets their quotas. */
int gt_plot_split(struct gt_plot_stack *st, uint64_t seed, const struct gt_plot *p,
                  enum gt_plot_cut cut, struct gt_plot out[static 3]);
uint64_t gt_plot_key(uint64_t key, int child);
/* Twice the area in m2 in the plane, and the centre of gravity. */
double gt_plot_area2(const double *xy, size_t n, double centre[2]);

#define GT_PLOT_ROUND 1e4 /* coordinates are multiples of 1 / it */
static inline double gt_plot_round(double v)
{
    return floor(v * GT_PLOT_ROUND + 0.5) / GT_PLOT_ROUND;
}
#define POINTS_A_SIDE 5 /* of a square plot */

/* ---- The survey (parcel_units.c, parcel_village.c) ---- */

enum { TOWN_VILLAGES = 16, SURVEY_UNITS = 1 + COUNTY_PARTS + COUNTY_PARTS * TOWN_VILLAGES };

struct gt_survey_unit {
    const char *code, *name;
    int level;     /* 0 the county, 1 a town, 2 a village */
    int parent;    /* -1: none */
    int64_t cents; /* control area, 1e-2 m2 */
    const double *xy;
    size_t n;
    int64_t quota, first; /* parcels, and how many are in villages before it */
    uint64_t key;
};
struct gt_survey {
    const struct gt_sample *s;
    uint64_t seed;
    double least_m2;        /* the smallest parcel that is mapped; 0: there are too many */
    int64_t parcels, block; /* quota of a block at most */
    double change;          /* share of pairs of parcels that change in the second year */
    struct gt_survey_unit unit[SURVEY_UNITS];
};

/* How much ground a place has parcels for: 1 where they are widest. */
double gt_parcel_weight(const struct gt_sample *s, const double place[2]);
/* Shares the quota of a plot out to its n parts: by area and weight, 1 to each strip. */
void gt_parcel_quotas(const struct gt_sample *s, const struct gt_plot_stack *st, int64_t quota,
                      struct gt_plot *part, int n);
/* Whole numbers near the values with the sum `total`: each rounded down, the rest to those that
 * lost most by it. */
void gt_parcel_apportion(struct gt_arena *a, const double *value, size_t n, int64_t total,
                         int64_t *out);

/* Areas on the ellipsoid, 1e-2 m2. */
GT_MUST enum gt_status gt_survey_areas(const struct gt_shapes *s, struct gt_work *w, double *cents,
                                       struct gt_err *err);
/* The units of a level as polygons; -1: all, in their order. */
const struct gt_shapes *gt_survey_unit_shapes(const struct gt_survey *v, struct gt_arena *a,
                                              int level);

/* What a parcel is, by its place alone (parcel_class.c). */
struct gt_parcel_facts {
    const char *code, *name; /* of the class, by the third survey */
    int grade;               /* of the slope, 1..5 */
    bool crop, town;         /* cropland; inside a town */
    double luck;             /* 0..1 */
};
void gt_parcel_facts(const struct gt_sample *s, const double place[2], uint64_t key, bool strip,
                     struct gt_parcel_facts *out);
const char *gt_parcel_class_name(const char *code);
/* CZCSXM; NULL: the class has none. */
const char *gt_parcel_settlement(const struct gt_parcel_facts *f);

struct gt_parcel {
    size_t point, n; /* first point of its closed ring, and their number */
    uint64_t key;
    int64_t cents; /* area, 1e-2 m2 */
    int32_t block;
    int32_t group; /* of those that change together in the second year; -1: stays */
    bool old, now; /* is there in the first year; in the second */
    bool strip;
    int64_t serial; /* of its number; of the county */
    struct gt_parcel_facts is;
};
double gt_parcel_net(const struct gt_parcel *p); /* m2 without field ridges: TBDLMJ */
struct gt_block {
    const double *xy; /* its closed ring */
    size_t n;
    uint64_t key;
};
/* A village cut up: parcels of both years, by block and place. */
struct gt_village {
    const struct gt_survey_unit *unit;
    size_t n, n_blocks, n_groups, n_points;
    struct gt_parcel *parcel;
    const struct gt_block *block;
    const double *xy;
};
GT_MUST enum gt_status gt_survey_village(const struct gt_survey *v, struct gt_arena *a, int village,
                                         struct gt_work *w, struct gt_village *out,
                                         struct gt_err *err);
struct gt_box gt_survey_box(const double *xy, size_t n); /* NaN without points */
/* Those of one year as features of DLTB. */
GT_MUST enum gt_status gt_parcel_features(const struct gt_survey *v, struct gt_arena *a,
                                          const struct gt_village *l, int year,
                                          const struct gt_features **out, struct gt_err *err);
/* All its parcels as polygons; coordinates are shared with it. */
GT_MUST enum gt_status gt_survey_shapes(const struct gt_survey *v, struct gt_arena *a,
                                        const struct gt_village *l, struct gt_shapes *out,
                                        struct gt_err *err);

#endif
