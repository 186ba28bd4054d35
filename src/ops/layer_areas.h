/* layer_areas.h: areas of a layer of polygons by class and unit, adding up exactly. Private to
 * ops. */
#ifndef GUOTU_OPS_LAYER_AREAS_H
#define GUOTU_OPS_LAYER_AREAS_H

#include "layer_made.h"

/* The answer of `areas` for a layer of polygons. */
GT_MUST enum gt_status layer_areas(struct gt_call *c, struct gt_store *store, struct gt_arena *a,
                                   const struct gt_dataset *d, struct gt_err *err);

#endif
