/* engine.h: models run on small rasters in memory, for the engine's tests. */
#ifndef GUOTU_TEST_ENGINE_H
#define GUOTU_TEST_ENGINE_H

#include "dice.h"
#include "raster_int.h"
#include "t.h"

enum { ENGINE_STEPS = 64 };

struct engine {
    struct gt_arena *a;
    const struct gt_model *m;
    struct gt_binding bind[ENGINE_STEPS];
    int threads;
    int64_t block;
    struct gt_run_result result; /* of the last run */
    struct gt_err err;
};

/* The model's text; fails the test where it does not load. threads 1, block chosen. */
struct engine engine_new(struct gt_arena *a, const char *text);
const struct gt_crs *engine_crs(struct gt_arena *a, const char *text);
void engine_raster(struct engine *e, const char *input, const struct gt_raster_info *info,
                   const void *cells);
void engine_layer(struct engine *e, const char *input, const struct gt_shapes *shapes);
/* Attribute number of each feature of a layer already given. */
void engine_numbers(struct engine *e, const char *input, const char *name, const double *v);
/* Runs for one step; its cells as f32, in the arena. NULL: refused, see err. */
float *engine_try(struct engine *e, const char *step);
float *engine_run(struct engine *e, const char *step); /* fails the test when refused */

/* value by step of the model. */
enum gt_status engine_probe(struct engine *e, int64_t col, int64_t row, double *value);

/* Plans the steps (NULL behind the last one) as opt says otherwise; fails the test when refused. */
const struct gt_plan *engine_plan(struct engine *e, struct gt_plan_opt opt,
                                  const char *const *steps);
/* The same, and gives the status: e->err says why. */
enum gt_status engine_plan_try(struct engine *e, struct gt_plan_opt opt, const char *const *steps,
                               const struct gt_plan **out);
/* Sinks into memory for all that a plan writes; cells[i] takes the i-th. */
struct gt_raster_sink **engine_sinks(struct gt_arena *a, const struct gt_plan *p, void **cells);

/* Planar metres (a Gauss-Krüger zone): w x h cells of `cell`. */
struct gt_raster_info engine_plane(struct gt_arena *a, int64_t w, int64_t h, double cell);
/* One ring or line from pairs, for the CRS. */
const struct gt_shapes *engine_shape(struct gt_arena *a, const struct gt_crs *crs,
                                     enum gt_shape_kind kind, const double *xy, int64_t points);

#endif
