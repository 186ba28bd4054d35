/* update.h: what the files of operation update share. */
#ifndef GUOTU_OPS_UPDATE_H
#define GUOTU_OPS_UPDATE_H

#include "ops_int.h"

enum ops_fate { OPS_KEPT, OPS_REPLACED, OPS_CUT };

/* A layer, and the features that take the place of some of its own. */
struct ops_update {
    struct gt_call *c;
    struct gt_arena *a;
    const struct gt_dataset *base, *with;
    const struct gt_features *old, *fresh; /* fresh: with the fields and in the CRS of old */
    unsigned char *fate;                   /* enum ops_fate, by feature of old */
    int64_t count[3];
    double replaced_m2, fresh_m2; /* ground that was taken out, and put in; NaN: no polygons */
};

/* By a field: what has the key of a fresh feature is replaced. */
GT_MUST enum gt_status ops_update_by_key(struct ops_update *u, const char *key, struct gt_err *err);
/* By ground: what lies within the fresh features is replaced. Features that only lie partly within
 * them are GT_EINPUT, or cut where `cut` is set. */
GT_MUST enum gt_status ops_update_by_ground(struct ops_update *u, bool cut, struct gt_err *err);
/* The new state: kept features, what is left of cut ones, fresh ones. */
GT_MUST enum gt_status ops_update_join(struct ops_update *u, const struct gt_features **out,
                                       struct gt_err *err);

#endif
