/* evaluate_int.h: what the files of module evaluate share. */
#ifndef GUOTU_EVALUATE_INT_H
#define GUOTU_EVALUATE_INT_H

#include "guotu/evaluate.h"

/* Of a zonal result's rows: zones by index, areas rounded. */
struct gt_evaluate_areas gt_evaluate_rows(struct gt_arena *a, const struct gt_zonal_result *z,
                                          bool by_zone);

#endif
