/* raster.h: the raster engine: sources and sinks of cells, and the fused pass that a model is
 * compiled into. Builds on base.h, geo.h, rules.h. Knows no file format: store implements sources
 * and sinks. */
#ifndef GUOTU_RASTER_H
#define GUOTU_RASTER_H

#include "guotu/base.h"
#include "guotu/geo.h"
#include "guotu/json.h"
#include "guotu/rules.h"

/* ---- Cells ---- */

enum gt_cell_type { GT_U8, GT_I16, GT_I32, GT_F32 };
size_t gt_cell_size(enum gt_cell_type t);
const char *gt_cell_name(enum gt_cell_type t); /* "u8" "i16" "i32" "f32" */

struct gt_raster_info {
    const char *id; /* for messages */
    struct gt_grid grid;
    const struct gt_crs *crs;
    enum gt_cell_type type;
    bool has_nodata;
    double nodata;      /* f32: cells that are not finite are no-data besides */
    int tile_w, tile_h; /* the file's blocks; 0: unknown */
};

struct gt_window {
    int64_t col, row, w, h;
};

/* A raster that can be read. read may be called by several threads at once with different `worker`
 * numbers (0..63); the window lies inside the grid; cells are of info.type, w*h of them, row by
 * row. */
struct gt_raster_source {
    struct gt_raster_info info;
    void *self;
    enum gt_status (*read)(void *self, int worker, struct gt_window win, void *cells,
                           int64_t stride, struct gt_err *err);
};

/* A raster being written: whole rows in order from the first to the last, by one thread at a time.
 */
struct gt_raster_sink {
    void *self;
    enum gt_status (*rows)(void *self, int64_t row, int64_t n, const void *cells,
                           struct gt_err *err);
};

/* No-data of results: f32 NaN, u8 0, i32 INT32_MIN. */
double gt_cell_nodata(enum gt_cell_type t);

/* A vector layer as the engine takes it: shapes, and the numbers that rasterise may burn. */
struct gt_raster_layer {
    const struct gt_shapes *shapes;
    size_t n_columns;
    const char *const *column;   /* names of attributes */
    const double *const *number; /* number[column][feature]; NaN: none (the feature is not burnt) */
};

/* ---- Compiling a model ---- */

/* What fills an input step of the model: one of the two. */
struct gt_binding {
    const struct gt_raster_source *raster;
    const struct gt_raster_layer *layer;
};

struct gt_plan_opt {
    const struct gt_binding *bind; /* n_steps of them; those of non-input steps are ignored */
    const int *write;              /* steps whose cells are wanted, in the order of the sinks */
    int n_write;
    int64_t block;           /* rows of a band and columns of a chunk; 0: chosen */
    int threads;             /* for the prediction of memory */
    struct gt_window region; /* of the master grid; w = 0: all of it */
    /* For steps that see the whole raster: memory to stay within (0: GT_GLOBAL_MEMORY), and the
     * folder for what lies between two passes (NULL: it is held in memory). */
    size_t global_memory;
    const char *scratch_dir;
};
#define GT_GLOBAL_MEMORY ((size_t)4 << 30)

/* A compiled model: passes of fused steps, and between them the steps that see the whole raster.
 * Lives in the arena; runs once at a time. Refused at the start
 * (status): an input that does not meet the master grid (GT_EINPUT), predicted memory above
 * gt_memory_limit (GT_ETOOBIG), codes that a cell type cannot hold. */
struct gt_plan;
GT_MUST enum gt_status gt_plan_new(struct gt_arena *a, const struct gt_model *m,
                                   const struct gt_plan_opt *opt, const struct gt_plan **out,
                                   struct gt_err *err);

int gt_plan_outputs(const struct gt_plan *p); /* how many steps are written */
/* The raster that the i-th written step becomes: id is the step's name; f32, u8 or i32. */
struct gt_raster_info gt_plan_output(const struct gt_plan *p, int i);
/* Passes, steps with their halo, memory by part, cells read and written: for `guotu plan`. */
void gt_plan_describe(const struct gt_plan *p, struct gt_json *obj);
size_t gt_plan_memory(const struct gt_plan *p); /* predicted peak, bytes */

/* ---- Running it ---- */

/* One row of a zonal step's result: the count always, of the rest only what the step asks for, else
 * 0. Sums are exact to 2^-32 a cell and areas to 2^-20 m², in whatever order cells come. Zones and
 * classes that are no whole numbers up to 2^24, and values from 2^31 on: GT_EINPUT. */
struct gt_zone_row {
    int64_t zone;
    int64_t cls; /* per_class: the value of `of`; else 0 */
    int64_t count;
    double sum, mean, min, max, area_m2;
};
/* Ascending by zone, then class. Cells whose `of` is no-data are not counted; cells without a zone
 * are counted under zone GT_NO_ZONE, so that sums balance. */
#define GT_NO_ZONE INT64_MIN
struct gt_zonal_result {
    int step;
    struct gt_zone_row *row;
    size_t n;
};

/* Values that a table of classes does not cover: those cells became no-data. */
struct gt_uncovered {
    int step;
    int64_t cells;
    double lo, hi; /* the least and the greatest such value */
};
/* What a pass, or a step that sees the whole raster, took: by the clock, and of all threads. */
struct gt_run_time {
    int step; /* -1: a pass */
    double clock_s, busy_s;
};

struct gt_run_result {
    struct gt_zonal_result *zonal; /* in the caller's arena */
    int n_zonal;
    struct gt_run_time *time; /* in their order */
    int n_times;
    struct gt_uncovered *uncovered; /* of steps where there are any */
    int n_uncovered;
    int64_t cells;         /* of the region */
    int64_t *nodata_cells; /* of each written step */
};

/* Bit for bit the same cells and tables for any number of threads and any block. sinks: n_write. */
GT_MUST enum gt_status gt_plan_run(struct gt_arena *a, const struct gt_plan *p,
                                   struct gt_raster_sink *const *sinks, struct gt_work *w,
                                   struct gt_run_result *out, struct gt_err *err);

/* Steps' values at one cell of the master grid. Steps that see the whole raster are run over all of
 * it, as in a run. */
struct gt_probe {
    const struct gt_binding *bind;
    int64_t col, row;
    const bool *wanted;      /* by step; NULL: all */
    const char *scratch_dir; /* as in gt_plan_opt */
    struct gt_work *work;    /* may be NULL */
    double *value; /* filled in, by step; NaN: no-data, not wanted, or not a step with cells */
};
GT_MUST enum gt_status gt_plan_probe(const struct gt_model *m, const struct gt_probe *probe,
                                     struct gt_err *err);

/* Window of range/mean steps given as an area: the smallest odd number of cells on a side whose
 * ground area in the grid's middle is at least area_ha. */
int gt_window_for_area(const struct gt_metric *m, double area_ha);

/* ---- Least-cost ways over cells in memory ---- */

/* What the ways lead to, and within what. */
struct gt_ways_opt {
    struct gt_window win; /* of the grid; nothing outside it counts */
    const float *cost;    /* of the whole grid: of a metre, above 0; NaN: nobody can go there */
    const int32_t *mark;  /* of the whole grid: 0, or the number of a target */
    int32_t target;       /* the cells with this mark; 0: all that have one */
    double max;           /* dearer ways are left out; INFINITY: none */
    bool owner;           /* find out to which target each way leads */
};

/* The least costs of a window, as cost_distance defines them. */
struct gt_ways {
    struct gt_window win;
    int64_t stride;
    const double *sum;    /* of the window's first cell, rows `stride` apart; above max: no way */
    const int32_t *owner; /* the same; the target's mark. NULL: was not asked for */
    void *self;
};
/* Room for windows up to the whole grid: 21 bytes a cell, 4 more for owners. GT_ETOOBIG. Used by
 * one thread at a time. */
GT_MUST enum gt_status gt_ways_new(struct gt_arena *a, const struct gt_grid *g,
                                   const struct gt_metric *m, bool owner, struct gt_ways **out,
                                   struct gt_err *err);
/* Until the next call the sums are those of this one. GT_ECANCELLED when w (may be NULL) stops. */
GT_MUST enum gt_status gt_ways_find(struct gt_ways *s, const struct gt_ways_opt *opt,
                                    struct gt_work *w, struct gt_err *err);
/* From a cell of the grid one step on towards its target; the same cell where that is reached, or
 * there is no way. */
void gt_ways_next(const struct gt_ways *s, int64_t *col, int64_t *row);
/* Metres and cost of the step between two neighbouring cells of the window. */
struct gt_ways_step {
    double metres, cost;
};
struct gt_ways_step gt_ways_step(const struct gt_ways *s, int64_t col, int64_t row, int dcol,
                                 int drow);

/* ---- Memory rasters ---- */

/* A source over cells in memory (tests, the sample, coarse inputs); info.type cells, row by row. */
struct gt_raster_source *gt_memory_source(struct gt_arena *a, const struct gt_raster_info *info,
                                          const void *cells);
/* A sink into memory that the caller made: info.grid.w * h cells of the type. */
struct gt_raster_sink *gt_memory_sink(struct gt_arena *a, const struct gt_raster_info *info,
                                      void *cells);

/* ---- Cells to polygons ---- */

/* A sink that traces the borders of equal i32 cells while they come in: one polygon for each patch
 * whose cells touch by their sides, with its holes, along the cells' edges (corners only where the
 * border turns). No-data (INT32_MIN) is in none. Memory grows with the borders, not the cells. */
struct gt_tracer;
struct gt_tracer *gt_tracer_new(struct gt_arena *a, const struct gt_raster_info *info);
struct gt_raster_sink *gt_tracer_sink(struct gt_tracer *t);
/* After the last row: polygons in the order of their first cell, and the value of each. Outer rings
 * run counter-clockwise (y up), holes clockwise; a ring's last point equals its first. In the
 * tracer's arena. */
GT_MUST enum gt_status gt_tracer_end(struct gt_tracer *t, const struct gt_shapes **shapes,
                                     const int32_t **value, struct gt_err *err);

/* ---- Filling voids of one raster ---- */

struct gt_filled {
    int64_t filled, left; /* cells */
};
/* The operator behind fill_voids, for import: no-data cells of src become the
 * inverse-square-distance mean of the nearest valid cell in each of 16 directions within `radius`
 * cells; cells that none reaches stay no-data. Type and grid are kept. */
GT_MUST enum gt_status gt_fill_voids(const struct gt_raster_source *src, int radius,
                                     struct gt_raster_sink *sink, struct gt_work *w,
                                     struct gt_filled *out, struct gt_err *err);

/* ---- Coarser rasters ---- */

/* Cells of src, averaged over the larger cells of `grid` that their centres lie in, as f32; NaN
 * where no cell of src with a value does. out: grid->w * grid->h. Both in one CRS. */
GT_MUST enum gt_status gt_raster_coarsen(const struct gt_raster_source *src,
                                         const struct gt_grid *grid, float *out, struct gt_work *w,
                                         struct gt_err *err);
/* The value of the cell that a place lies in; NaN for no-data, and outside. */
GT_MUST enum gt_status gt_raster_value(const struct gt_raster_source *src, double x, double y,
                                       double *out, struct gt_err *err);

/* ---- Values at points, brought to a grid ---- */

/* Half the mean squared difference of two values that lie h metres apart: nugget + (sill - nugget)
 * * shape(h / range), 0 at h = 0. Spherical: 1.5 t - 0.5 t^3, 1 beyond the range; exponential: 1 -
 * exp(-3 t). */
struct gt_variogram {
    bool exponential; /* else spherical */
    double nugget, sill, range_m;
    /* of a fitted one */
    int64_t pairs; /* that took part; 0: given, or too few to fit */
    double misfit; /* root of the mean squared relative difference, weighted by pairs */
};

enum gt_interpolate_by { GT_BY_DISTANCE, GT_BY_KRIGING };

enum { GT_NEAREST_MAX = 32 };

/* Points with values, and how cells get theirs. A point has one value, or one for each of
 * n_levels heights level_m, level_m + step_m, ...: a cell takes the values of the two levels around
 * its own height, and its place between them (beyond the ends, straight on). Two levels whose
 * values differ by a lapse rate reduce all points to one level and bring cells back to their own
 * height. Distances are chords of the ellipsoid's mean sphere in degrees, else those of the plane.
 */
struct gt_interpolate {
    const struct gt_crs *crs;
    size_t n;         /* points */
    const double *xy; /* pairs, in the CRS */
    size_t n_levels;  /* 0 and 1: values know no height */
    double level_m, step_m;
    const double *value; /* value[point * n_levels + level] */
    enum gt_interpolate_by by;
    double power; /* of the inverse distance; 0: 2 */
    int nearest;  /* points that a cell takes, at most GT_NEAREST_MAX; 0: 12 */
    struct gt_variogram variogram;
    double lo, hi; /* results are kept within; equal: no bounds */
};

/* Points made ready, immutable. GT_EINPUT: no point, two at one place (named by their numbers from
 * 1), a value or a place that is no number. Keeps what `in` points to. */
struct gt_interpolator;
GT_MUST enum gt_status gt_interpolator_new(struct gt_arena *a, const struct gt_interpolate *in,
                                           const struct gt_interpolator **out, struct gt_err *err);
/* The value at a place, and at a height where there are levels; without: a point left out (for
 * judging the result by it), -1: none. NaN: no point is left. */
double gt_interpolator_at(const struct gt_interpolator *t, const double xyz[3], int64_t without);
/* Every cell of the grid, as f32: the value at its centre and at the height that `heights` (on the
 * same grid; NULL without levels) has there; no-data where that has none. The same for any number
 * of threads. */
GT_MUST enum gt_status gt_interpolator_run(const struct gt_interpolator *t,
                                           const struct gt_grid *grid,
                                           const struct gt_raster_source *heights,
                                           struct gt_raster_sink *sink, struct gt_work *w,
                                           struct gt_err *err);

/* The variogram of the points' values (of the first level) by weighted least squares: both shapes,
 * the better one. Fewer than 10 points, or values that are all equal: a straight guess with pairs
 * 0. The shape alone decides the weights of kriging, not the sill. */
GT_MUST enum gt_status gt_variogram_fit(const struct gt_interpolate *in, struct gt_variogram *out,
                                        struct gt_err *err);

#endif
