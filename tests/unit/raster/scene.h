/* scene.h: random grids, rasters on them and layers over them. */
#ifndef GUOTU_TEST_SCENE_H
#define GUOTU_TEST_SCENE_H

#include "dice.h"
#include "guotu/raster.h"

#include <math.h>

struct scene {
    struct gt_arena *a;
    struct dice *dice;
    const struct gt_crs *crs[3]; /* degrees, Gauss-Krüger, Albers */
    struct gt_raster_info master;
};

enum scene_values { SCENE_HEIGHTS, SCENE_CLASSES, SCENE_IDS };

/* A CRS and a grid for the master. Fails only where PROJ does. */
GT_MUST enum gt_status scene_new(struct gt_arena *a, struct dice *d, struct scene *out,
                                 struct gt_err *err);
/* Random cells of a random type on the master's grid. */
const struct gt_raster_source *scene_master(struct scene *s, enum scene_values values);
/* The same on the master's grid, on one beside it, on a coarser or finer one, in another CRS; it
 * meets the master. */
GT_MUST enum gt_status scene_raster(struct scene *s, enum scene_values values,
                                    const struct gt_raster_source **out, struct gt_err *err);
/* Features over and around the master, with numbers named "number", in any of the CRS. */
GT_MUST enum gt_status scene_layer(struct scene *s, enum gt_shape_kind kind,
                                   const struct gt_raster_layer **out, struct gt_err *err);
/* A line that says what the raster is. */
const char *scene_describe(struct gt_arena *a, const struct gt_raster_info *info);

#endif
