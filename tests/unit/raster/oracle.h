/* oracle.h: the reference interpreter: what a model means, computed as plainly as can be. The whole
 * master grid at once, one loop a step, double arithmetic rounded to f32 once a step. No blocks, no
 * threads, no fusion. NaN is no-data, and a cell outside the grid is no-data for every step. Needs
 * nothing of the test harness, so that fuzz targets can use it too. */
#ifndef GUOTU_TEST_ORACLE_H
#define GUOTU_TEST_ORACLE_H

#include "guotu/raster.h"

#include <math.h>

enum { ORACLE_STEPS = 64 };

struct oracle {
    struct gt_arena *a;
    const struct gt_binding *bind; /* by step */
    const struct gt_raster_info *master;
    const struct gt_metric *metric;
    int64_t w, h;
    /* by step: w * h cells; NULL: none (layers, tables, steps not made yet) */
    const float *cells[ORACLE_STEPS];
    const float *tan2[ORACLE_STEPS]; /* of slopes: squared tangents */
};

GT_MUST enum gt_status oracle_new(struct gt_arena *a, const struct gt_binding *bind, int master,
                                  struct oracle *out, struct gt_err *err);
/* Makes the cells of one step, whose inputs were made before. */
GT_MUST enum gt_status oracle_step(struct oracle *o, const struct gt_model *m, int step,
                                   struct gt_err *err);
/* The table of a zonal step over a part of the grid. */
void oracle_zonal(const struct oracle *o, const struct gt_model *m, int step,
                  struct gt_window region, struct gt_zonal_result *out);

/* The cell's value; NaN outside the grid. */
double oracle_at(const struct oracle *o, const float *cells, int64_t col, int64_t row);
float *oracle_cells(const struct oracle *o); /* room for a step */
float oracle_f32(double v);                  /* rounded; too large for f32 is no-data */

/* oracle_input.c */
GT_MUST enum gt_status oracle_raster(const struct oracle *o, const struct gt_step *s,
                                     const struct gt_raster_source *src, float *out,
                                     struct gt_err *err);
/* oracle_around.c: steps that look at the cells around */
float *oracle_tan2(const struct oracle *o, const float *z);
void oracle_degrees(const struct oracle *o, const float *tan2, float *out);
void oracle_aspect(const struct oracle *o, const float *z, float *out);
void oracle_hillshade(const struct oracle *o, const struct gt_step *s, const float *z, float *out);
void oracle_window(const struct oracle *o, const struct gt_step *s, const float *in, float *out);
void oracle_fill(const struct oracle *o, int radius, const float *in, float *out);
/* oracle_layer.c */
GT_MUST enum gt_status oracle_rasterise(const struct oracle *o, const struct gt_step *s,
                                        const struct gt_raster_layer *layer, float *out,
                                        struct gt_err *err);
GT_MUST enum gt_status oracle_distance(const struct oracle *o, const struct gt_step *s,
                                       const struct gt_raster_layer *layer, float *out,
                                       struct gt_err *err);

#endif
