/* sampling_int.h: what the files of operation `sample` share. */
#ifndef GUOTU_OPS_SAMPLING_INT_H
#define GUOTU_OPS_SAMPLING_INT_H

#include "sampling.h"

#include "guotu/sample.h"

/* The land survey being written. */
struct survey_run {
    struct gt_call *c;
    const struct gt_survey *survey;
    const struct gt_standard *standard;
    int64_t cells, seed, parcels;
    struct gt_plan_totals totals; /* of the second year */
};

/* Both years of the parcels, and the plan upon the second, each in a transaction of its own. */
GT_MUST enum gt_status sampling_survey(struct survey_run *r, struct gt_store *store,
                                       struct gt_err *err);
/* One layer again, for replay. */
GT_MUST enum gt_status sampling_survey_again(struct survey_run *r, struct gt_txn *t, const char *id,
                                             struct gt_survey_part part, const char *layer,
                                             struct gt_err *err);

#endif
