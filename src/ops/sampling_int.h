/* sampling_int.h: what the files of operation `sample` share. */
#ifndef GUOTU_OPS_SAMPLING_INT_H
#define GUOTU_OPS_SAMPLING_INT_H

#include "sampling.h"

#include "guotu/sample.h"
#include "guotu/store.h"

/* The land survey being written. */
struct survey_run {
    struct gt_call *c;
    const struct gt_survey *survey;
    const struct gt_standard *standard;
    int64_t cells, seed, parcels;
    struct gt_survey_lists lists; /* of the second year */
};

/* Both years of the parcels, and the plan upon the second. */
GT_MUST enum gt_status sampling_survey(struct survey_run *r, struct gt_txn *t, struct gt_err *err);
/* One layer again, for replay. */
GT_MUST enum gt_status sampling_survey_again(struct survey_run *r, struct gt_txn *t, const char *id,
                                             struct gt_survey_part part, const char *layer,
                                             struct gt_err *err);

/* The submissions of the county, in the workspace's folder. */
GT_MUST enum gt_status sampling_package(struct survey_run *r, const struct gt_sample *s,
                                        struct gt_store *store, struct gt_err *err);

enum { PACKAGE_MAPS = 5 };
struct package_run {
    struct gt_arena *a;
    struct survey_run *run;
    struct gt_store *store;
    const struct gt_survey *survey; /* the one that is submitted */
    const struct gt_profile *profile;
    struct gt_plan_totals totals;
    struct gt_plan_documents documents;
    struct gt_str map[PACKAGE_MAPS]; /* PNG */
};
#define PACKAGE_VECTORS "矢量数据/" GT_SAMPLE_REGION ".gpkg"
#define PACKAGE_MADE "2023-12-31T00:00:00Z" /* the same files whenever they are made */
GT_MUST enum gt_status package_put(struct gt_arena *a, const char *dir, const char *path,
                                   struct gt_str bytes, struct gt_err *err);
/* submission-faulty and planted.json beside the clean submission. */
GT_MUST enum gt_status package_faulty(struct package_run *p, const char *clean, struct gt_err *err);
const char *package_map_title(size_t i);
GT_MUST enum gt_status package_draw(struct package_run *p, struct gt_err *err);

#endif
