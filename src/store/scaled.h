/* scaled.h: a raster of measures in another unit. Part of module store. */
#ifndef GUOTU_STORE_SCALED_H
#define GUOTU_STORE_SCALED_H

#include "guotu/raster.h"

/* The i-th of cells, NaN where it is no-data. */
double gt_cell_at(const struct gt_raster_info *info, const void *cells, size_t i);
/* Cells of `inner` times scale, plus add, as f32 with NaN as no-data. */
const struct gt_raster_source *gt_scaled_source(struct gt_arena *a,
                                                const struct gt_raster_source *inner, double scale,
                                                double add);

#endif
