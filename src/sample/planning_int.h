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
/* The largest parcel (field below 25 degrees) of a block that does not touch its border; -1: none.
 */
int64_t gt_zone_inner(const struct gt_village *l, int32_t block, bool now, bool crop);
/* A parcel is among the cropland to be kept (耕地保护红线); among the permanent basic farmland. */
bool gt_zone_keeps(const struct gt_zone *z, const struct gt_village *l, size_t parcel);
bool gt_zone_basic(const struct gt_zone *z, const struct gt_village *l, size_t parcel);

/* The blocks of a village as polygons. */
const struct gt_shapes *gt_plan_blocks(const struct gt_survey *v, struct gt_arena *a,
                                       const struct gt_village *l);

/* What the first draft of the plan has in a village: where its three lines run against one another
 * (planning_drafts.c), and what was approved (planning_approvals.c). */
struct gt_draft_conflict {
    const char *kind, *layer[2], *bsm[2]; /* NULL: no layer; not made by this job */
    size_t at[2];                         /* parcel or block, as the layer has them */
    double place[2], m2;
};
struct gt_draft_approval {
    size_t parcel;
    int state;
    const char *status, *to, *number; /* number: filled in as the layer is made */
};
struct gt_drafts {
    struct gt_arena *a;
    bool *red;       /* by block */
    bool *basic;     /* by parcel */
    int64_t *window; /* by block: parcel left out of the development boundary; -1: none */
    GT_VEC(struct gt_draft_conflict) v;
    GT_VEC(struct gt_draft_approval) approval;
};

/* A layer being made for one village. */
struct gt_planner {
    const struct gt_survey *v;
    const struct gt_standard *std;
    const struct gt_village *l;
    const struct gt_zone *zone;
    int village, year;
    struct gt_plan_totals *totals;
    struct gt_drafts *drafts; /* NULL: its layers are left out */
};
struct gt_plan_draft {
    struct gt_sketch k;
    const struct gt_planner *p;
    size_t n_fields;
    const struct gt_field *type;
    struct gt_value *row; /* of the feature being made */
    const char *code, *bsm, *ysdm;
    int64_t serial;
};
/* A layer of the plan: `field` where the standard has no table of it. */
struct gt_plan_maker {
    struct gt_survey_layer is;
    const char *ysdm, *bsm; /* 10 digits; 4 digits */
    const struct gt_field *field;
    size_t n_fields;
    void (*make)(struct gt_plan_draft *d, const struct gt_planner *p);
    bool draft; /* of gt_drafts */
};
extern const struct gt_plan_maker gt_plan_makers[];

/* Begins a feature with its number, unit and year filled in; then rings and attributes. */
void gt_plan_feature(struct gt_plan_draft *d);
void gt_plan_ring(struct gt_plan_draft *d, const double *xy, size_t n); /* closed */
void gt_plan_text(struct gt_plan_draft *d, const char *field, const char *text);
void gt_plan_num(struct gt_plan_draft *d, const char *field, double v);

/* A feature with its ring and MJ: a parcel of the village; a block. */
void gt_plan_parcel(struct gt_plan_draft *d, const struct gt_parcel *q);
void gt_plan_block(struct gt_plan_draft *d, size_t i);
/* Of the feature being made; its number where the layer has no BSM. */
const char *gt_plan_bsm(const struct gt_plan_draft *d);

void gt_drafts(const struct gt_planner *p, struct gt_arena *a, struct gt_drafts *d);
void gt_drafts_approve(const struct gt_planner *p, struct gt_drafts *d);
void gt_draft_red_line(struct gt_plan_draft *d, const struct gt_planner *p);
void gt_draft_boundary(struct gt_plan_draft *d, const struct gt_planner *p);
void gt_draft_farmland(struct gt_plan_draft *d, const struct gt_planner *p);
void gt_draft_approvals(struct gt_plan_draft *d, const struct gt_planner *p);
void gt_draft_projects(struct gt_plan_draft *d, const struct gt_planner *p);
/* The feature being made is that of parcel or block `at`: conflicts get its number. */
void gt_draft_mark(struct gt_plan_draft *d, size_t at);
/* Appends what the village has; then all places from metres to degrees. */
void gt_draft_list(const struct gt_planner *p, struct gt_survey_lists *lists);
GT_MUST enum gt_status gt_draft_places(const struct gt_survey *v, struct gt_survey_lists *lists,
                                       struct gt_err *err);

/* The features of a layer in a village; serial: the number of the last one before, and after. */
GT_MUST enum gt_status gt_plan_make(const struct gt_planner *p, struct gt_arena *a, int layer,
                                    int64_t *serial, const struct gt_features **out,
                                    struct gt_err *err);

/* What the parcels' own fields say too (parcel_fields.c): KCDLBM to GDPDJB of cropland. */
void gt_parcel_deduction(struct gt_plan_draft *d, const struct gt_parcel *p);

#endif
