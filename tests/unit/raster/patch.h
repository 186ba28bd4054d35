/* patch.h: global steps of patches and patterns run on small rasters given as text or cells. */
#ifndef GUOTU_TEST_PATCH_H
#define GUOTU_TEST_PATCH_H

#include "engine.h"
#include "global_int.h"

/* A raster of codes and how a step is run on it. */
struct patch {
    struct gt_arena *a;
    const char *crs; /* NULL: planar metres */
    int64_t w, h;
    double cell; /* CRS units */
    float *code; /* NaN: no-data */
    struct gt_step step;
    size_t memory;
    const char *dir; /* of scratch rasters; NULL: memory */
};

/* Cells from lines of letters: '.' no-data, else the digit's value. */
struct patch patch_text(struct gt_arena *a, const char *const *line, int n);
/* Codes 0..codes-1 at random in blobs of about `grain` cells; holes: percent of no-data. */
struct patch patch_random(struct gt_arena *a, struct dice *d, int codes);
/* Ground of the raster; grid and metric for the slow versions too. */
void patch_ground(const struct patch *p, struct gt_raster_info *info,
                  const struct gt_metric **metric);
/* The step's cells: f32, i32 or u8 by gt_global_type; fails the test where it is refused. */
void *patch_run(const struct patch *p, enum gt_step_kind kind);
enum gt_status patch_try(const struct patch *p, enum gt_step_kind kind, void **out,
                         struct gt_err *err);

#endif
