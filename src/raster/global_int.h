/* global_int.h: steps that must see the whole raster before they can give one cell: flow,
 * components, costs, patterns, cumulative shares. Private to raster.
 *
 * Each is one function over rasters on the model's grid. It reads windows of its inputs as often as
 * it likes, keeps what it must within the memory it is given, puts the rest into scratch rasters,
 * and hands its result row by row, from the first to the last, to the sink. What it gives may
 * depend neither on the memory, nor on the number of threads. */
#ifndef GUOTU_GLOBAL_INT_H
#define GUOTU_GLOBAL_INT_H

#include "guotu/raster.h"

/* What a global step works on. */
struct gt_global {
    const struct gt_step *step;     /* its parameters */
    const struct gt_grid *grid;     /* of every raster below */
    const struct gt_metric *metric; /* metres and areas of cells */
    const struct gt_crs *crs;
    const struct gt_raster_source *const *in;   /* by input of the step; NULL where it is a layer */
    const struct gt_raster_layer *const *layer; /* the same for layers */
    struct gt_raster_sink *out;                 /* cells of the type that gt_global_type gives */
    size_t memory;                              /* bytes to stay within, beside the scratch */
    const char *scratch_dir;                    /* for gt_scratch_new */
    struct gt_work *work;                       /* threads, progress, stop; may be NULL */
};

/* One kind of global step. memory and disk are predictions for `guotu plan`, in bytes: disk counts
 * what the step puts into scratch rasters by itself, not its inputs and its result. */
struct gt_global_op {
    const char *paper; /* the algorithm's source */
    enum gt_status (*run)(struct gt_arena *a, const struct gt_global *g, struct gt_err *err);
    size_t (*memory)(const struct gt_global *g);
    size_t (*disk)(const struct gt_global *g);
};

/* NULL: the kind is none of these. */
const struct gt_global_op *gt_global_of(enum gt_step_kind k);
extern const struct gt_global_op gt_global_fill, gt_global_flow, gt_global_cost,
    gt_global_components, gt_global_pattern, gt_global_cumulative;

/* f32 for measures, u8 for classes, i32 for ids. */
enum gt_cell_type gt_global_type(const struct gt_step *s);

/* A window of a source as f32 with NaN for no-data, whatever its cells are; stride in cells. */
GT_MUST enum gt_status gt_global_read(const struct gt_raster_source *s, int worker,
                                      struct gt_window win, float *out, int64_t stride,
                                      struct gt_err *err);

/* ---- Scratch rasters (scratch.c) ---- */

/* A raster of the run alone, plain cells in a file that has no name: nothing is left behind however
 * the program ends. Windows may be read and written by several threads at once as long as they do
 * not write the same cells. Closed with the arena. */
struct gt_scratch {
    struct gt_raster_source source; /* reads what was written; cells never written are zero bytes */
    struct gt_raster_sink sink;     /* whole rows */
};
/* dir: where there is room; NULL: the memory of the arena instead. GT_EIO with the room that was
 * expected and found. */
GT_MUST enum gt_status gt_scratch_new(struct gt_arena *a, const char *dir,
                                      const struct gt_raster_info *info, struct gt_scratch **out,
                                      struct gt_err *err);
GT_MUST enum gt_status gt_scratch_write(struct gt_scratch *s, struct gt_window win,
                                        const void *cells, int64_t stride, struct gt_err *err);

#endif
