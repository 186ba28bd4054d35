/* planning_int.h: what the files about the planning layers of the fictional county share. */
#ifndef GUOTU_PLANNING_INT_H
#define GUOTU_PLANNING_INT_H

#include "parcel_int.h"

#include "guotu/standard.h"

/* What the plan makes of a block (planning_zone.c). */
struct gt_zone {
    bool red, core, reserve; /* inside the red line; zones of a protected area */
    int town;                /* whose development boundary it is; -1: none */
    int64_t window;          /* parcel left out of that boundary; -1: none */
    double centre[2], m2;
    struct gt_parcel_facts is;
    double slope, height;
};
/* Of a village: zone by block. */
GT_MUST enum gt_status gt_zones(const struct gt_survey *v, struct gt_arena *a,
                                const struct gt_village *l, int year, struct gt_zone **out,
                                struct gt_err *err);
/* A parcel is among the cropland to be kept (耕地保护红线); among the permanent basic farmland. */
bool gt_zone_keeps(const struct gt_zone *z, const struct gt_village *l, size_t parcel);
bool gt_zone_basic(const struct gt_zone *z, const struct gt_village *l, size_t parcel);

/* The blocks of a village as polygons. */
const struct gt_shapes *gt_plan_blocks(const struct gt_survey *v, struct gt_arena *a,
                                       const struct gt_village *l);

/* A layer being made for one village. */
struct gt_planner {
    const struct gt_survey *v;
    const struct gt_standard *std;
    const struct gt_village *l;
    const struct gt_zone *zone;
    int village, year;
    struct gt_plan_totals *totals;
};
struct gt_plan_draft {
    struct gt_sketch k;
    const struct gt_planner *p;
    size_t n_fields;
    const struct gt_field *type;
    struct gt_value *row; /* of the feature being made */
    const char *bsm, *ysdm;
    int64_t serial;
};
/* A layer of the plan: `field` where the standard has no table of it. */
struct gt_plan_maker {
    struct gt_survey_layer is;
    const char *ysdm, *bsm; /* 10 digits; 4 digits */
    const struct gt_field *field;
    size_t n_fields;
    void (*make)(struct gt_plan_draft *d, const struct gt_planner *p);
};
extern const struct gt_plan_maker gt_plan_makers[];

/* Begins a feature with its number, unit and year filled in; then rings and attributes. */
void gt_plan_feature(struct gt_plan_draft *d);
void gt_plan_ring(struct gt_plan_draft *d, const double *xy, size_t n); /* closed */
void gt_plan_text(struct gt_plan_draft *d, const char *field, const char *text);
void gt_plan_num(struct gt_plan_draft *d, const char *field, double v);

/* The features of a layer in a village; serial: the number of the last one before, and after. */
GT_MUST enum gt_status gt_plan_make(const struct gt_planner *p, struct gt_arena *a, int layer,
                                    int64_t *serial, const struct gt_features **out,
                                    struct gt_err *err);

/* What the parcels' own fields say too (parcel_fields.c): KCDLBM to GDPDJB of cropland. */
void gt_parcel_deduction(struct gt_plan_draft *d, const struct gt_parcel *p);

#endif
