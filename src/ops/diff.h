/* diff.h: what the files of operation diff share. */
#ifndef GUOTU_OPS_DIFF_H
#define GUOTU_OPS_DIFF_H

#include "ops_int.h"

struct ops_diff {
    struct gt_call *c;
    struct gt_arena *a;
    const struct gt_dataset *d[2]; /* before, after */
    const struct gt_layer_source *source[2];
    const char *key; /* NULL: by shape */
    const struct gt_layer_diff *found;
    int class_field[2]; /* of the sources; -1: none */
};

/* Ground by class before and after, in whole hundredths of m2 (cents), so that rows add up. */
struct ops_transfer {
    size_t n; /* classes, by code; the last one is "" where features have none */
    const char *const *code;
    int64_t *before, *after; /* by class */
    int64_t *moved;          /* n + 1 by n + 1: [from * (n + 1) + to]; place n: outside the layer */
    int64_t rest;            /* sum of what `after` says less what the pieces give */
    struct gt_robust_count robust;
};
/* Polygons with a class field only. */
GT_MUST enum gt_status ops_transfer(struct ops_diff *d, struct ops_transfer *out,
                                    struct gt_err *err);
void ops_transfer_json(const struct ops_transfer *t, struct gt_json *in);
void ops_transfer_text(struct ops_diff *d, const struct ops_transfer *t);

#endif
