/* sampling.h: a layer of the fictional county made again: what `sample` and `replay` share. Private
 * to ops. */
#ifndef GUOTU_SAMPLING_H
#define GUOTU_SAMPLING_H

#include "ops_int.h"

/* The layer that a dataset's lineage tells of, as a new dataset `id` of the transaction. GT_EINPUT
 * where the lineage names no layer of the sample. */
GT_MUST enum gt_status sampling_again(struct gt_call *c, struct gt_txn *t, const char *id,
                                      const struct gt_json *lineage, struct gt_err *err);

#endif
