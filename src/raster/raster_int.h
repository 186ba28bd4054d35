/* raster_int.h: what the engine's files share: nodes, kernels, feeds, the plan. Private to raster.
 *
 * A model's steps become nodes. Nodes that bring data in (rasters on their own or another grid,
 * burnt layers, distances) have a feed, which fills a whole band of rows before any kernel sees it.
 * All other nodes have a kernel that makes one row from the rows around it. Rows are f32, no-data
 * is NaN, and a cell outside the master grid is no-data for every step. */
#ifndef GUOTU_RASTER_INT_H
#define GUOTU_RASTER_INT_H

#include "guotu/raster.h"

#include <math.h>

/* Several versions of a hot loop for several processors; all give the same bits (no contraction, no
 * reordering). Sanitizers do without. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(GT_NO_CLONES) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define GT_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define GT_CLONES
#endif

/* Codes and ids are carried in f32 rows: integers beyond this do not fit. */
#define GT_CODE_MAX 16777216.0

struct gt_node;

/* One row of work for a kernel. in[k] points at 2*radius+1 row pointers of the k-th input, from row
 * - radius to row + radius; each is placed so that [j] is the cell of column col + j, and is valid
 * for j from -radius to n - 1 + radius. */
struct gt_row {
    const struct gt_pass *plan;
    const struct gt_node *node;
    void *state; /* of this worker and node */
    int64_t row, col;
    int64_t n;
    float *out;
    const float *const *const *in;
    bool first; /* the first row of a chunk: state from the row before is void */
};

/* What a step kind does. prepare and state_bytes may be NULL. */
struct gt_kernel {
    int (*radius)(const struct gt_pass *p, const struct gt_step *s);
    enum gt_status (*prepare)(struct gt_arena *a, const struct gt_pass *p, struct gt_node *node,
                              struct gt_err *err);
    size_t (*state_bytes)(const struct gt_node *node, int64_t max_n);
    void (*row)(const struct gt_row *r);
};

enum gt_feed_kind { GT_FEED_NONE, GT_FEED_ALIGNED, GT_FEED_WARPED, GT_FEED_BURN, GT_FEED_DISTANCE };

struct gt_lattice;  /* where cells of the master lie in a source (warp.c) */
struct gt_edges;    /* a layer's edges in cells of the grid, by row (burn.c) */
struct gt_segments; /* a layer's segments as a tree (distance.c) */

/* How a node's band comes in. */
struct gt_feed {
    enum gt_feed_kind kind;
    const struct gt_raster_source *source;
    enum gt_cell_type type; /* of the band's cells in memory */
    int64_t dcol, drow;     /* aligned: column of the source = column of the master + dcol */
    bool whole;             /* warped, but whole cells away all the same: by dcol, drow */
    const struct gt_raster_layer *layer;
    const double *burn; /* value of each feature */
    const struct gt_edges *edges;
    const struct gt_segments *segments;
    const struct gt_lattice *lattice;
};

struct gt_node {
    int step; /* of the model */
    const struct gt_step *s;
    const struct gt_kernel *kernel; /* NULL: a feed */
    struct gt_feed feed;
    int n_in;
    int *in;      /* nodes */
    bool tan2;    /* carries the squared tangent of a slope, not degrees */
    bool listed;  /* zonal: has a result table */
    bool watched; /* classes that do not cover all values: what they leave is counted */
    int radius;   /* of its neighbourhood, cells */
    int margin;   /* rows and columns needed around a block */
    int ring;     /* rows kept */
    size_t state; /* bytes a worker */
    int write;    /* index of the sink, -1: none */
    const void *data;
};

struct gt_pass {
    struct gt_arena *a;
    const struct gt_model *model;
    const struct gt_raster_source *master;
    const struct gt_crs *crs;
    struct gt_grid grid; /* the master's */
    const struct gt_metric *metric;
    struct gt_window region;
    int n;
    struct gt_node *node; /* each after its inputs */
    int n_write;
    const int *write; /* steps */
    bool raw;         /* sinks take f32 whatever the step is */
    int margin;       /* greatest */
    int64_t band, chunk;
    int threads;
    size_t memory;
};

/* ---- Kernels, by step kind; NULL: the step has a feed ---- */
const struct gt_kernel *gt_kernel_of(enum gt_step_kind k);
extern const struct gt_kernel gt_kernel_expression, gt_kernel_classify, gt_kernel_matrix,
    gt_kernel_combine, gt_kernel_slope, gt_kernel_degrees, gt_kernel_aspect, gt_kernel_hillshade,
    gt_kernel_range, gt_kernel_mean, gt_kernel_sum, gt_kernel_fill, gt_kernel_zonal;

/* Cells on each side of the middle, of a step that names a window or its area. */
int gt_half_window(const struct gt_pass *p, const struct gt_step *s);

/* Degrees of an arc tangent, the same bits on every machine (no libm). t >= 0. */
double gt_atan_deg(double t);

/* ---- Cells (cells.c) ---- */

/* The no-data value where a cell of the type can be equal to it; else NaN, which equals nothing. */
double gt_cells_nodata(const struct gt_raster_info *in);
/* n cells as f32 with NaN for no-data (and for infinite cells). GT_EINPUT: a code too large. */
GT_MUST enum gt_status gt_cells_f32(const struct gt_raster_info *info, const void *in, float *out,
                                    int64_t n, struct gt_err *err);

/* ---- Feeds ---- */

/* The rows of one node that a band of work needs, full width of the region and its margin. */
struct gt_band {
    void *cells;     /* of feed.type */
    int64_t row0;    /* first row held */
    int64_t rows;    /* rows filled */
    int64_t col0, w; /* columns held; w is also the stride */
    int64_t cap;     /* rows of room */
    int64_t last;    /* row up to which pieces are being filled */
};

GT_MUST enum gt_status gt_feed_prepare(struct gt_arena *a, const struct gt_pass *p,
                                       struct gt_node *node, const struct gt_binding *bind,
                                       struct gt_err *err);
/* Columns and rows that the band of a feed covers; rows of room; bytes. */
void gt_feed_band_size(const struct gt_pass *p, const struct gt_node *node, struct gt_band *b);
/* Rows of the master grid (clipped to it) that must be there for the output rows [row0, row1). */
void gt_feed_rows(const struct gt_pass *p, const struct gt_node *node, int64_t row0, int64_t row1,
                  int64_t *first, int64_t *last);
/* Makes `to` start at row `first`, keeping what `from` (the band before; NULL: none) has of it. */
void gt_feed_carry(const struct gt_node *node, const struct gt_band *from, struct gt_band *to,
                   int64_t first);
/* Pieces of work that fill `to` up to row `last`; each may run on any worker. */
int64_t gt_feed_pieces(const struct gt_node *node, struct gt_band *to, int64_t last);
GT_MUST enum gt_status gt_feed_piece(const struct gt_pass *p, const struct gt_node *node,
                                     const struct gt_band *to, int64_t piece, int worker,
                                     struct gt_err *err);
/* Cells of one row. */
struct gt_span {
    int64_t row, col, n;
};
/* Part of a band's row as f32 with NaN for no-data. GT_EINPUT: a code too large. */
GT_MUST enum gt_status gt_feed_row(const struct gt_node *node, const struct gt_band *b,
                                   struct gt_span at, float *out, struct gt_err *err);

/* burn.c */
GT_MUST enum gt_status gt_edges_new(struct gt_arena *a, const struct gt_pass *p,
                                    const struct gt_shapes *shapes, const struct gt_edges **out,
                                    struct gt_err *err);
/* Burns value[feature] (NaN: skipped) into rows [row0, row1) of the band, NaN elsewhere. */
GT_MUST enum gt_status gt_edges_burn(const struct gt_edges *e, const double *value,
                                     const struct gt_band *b, int64_t row0, int64_t row1,
                                     struct gt_err *err);
/* distance.c */
GT_MUST enum gt_status gt_segments_new(struct gt_arena *a, const struct gt_pass *p,
                                       const struct gt_shapes *shapes,
                                       const struct gt_segments **out, struct gt_err *err);
/* The distances of the node's own feed into rows [row0, row1) of the band. */
GT_MUST enum gt_status gt_segments_fill(const struct gt_pass *p, const struct gt_node *node,
                                        const struct gt_band *b, int64_t row0, int64_t row1,
                                        struct gt_err *err);
/* warp.c */
GT_MUST enum gt_status gt_lattice_new(struct gt_arena *a, const struct gt_pass *p,
                                      const struct gt_node *node, const struct gt_lattice **out,
                                      struct gt_err *err);
/* Resamples the source into rows [row0, row1) of the band. */
GT_MUST enum gt_status gt_lattice_fill(const struct gt_lattice *l, const struct gt_node *node,
                                       struct gt_window win, const struct gt_band *b, int worker,
                                       struct gt_err *err);

/* ---- Zonal ---- */
void gt_zonal_begin(const struct gt_node *node, void *state);
GT_MUST enum gt_status gt_zonal_failed(const struct gt_node *node, const void *state,
                                       struct gt_err *err);
GT_MUST enum gt_status gt_zonal_result(struct gt_arena *a, const struct gt_node *node,
                                       void *const *states, int n, struct gt_zonal_result *out,
                                       struct gt_err *err);
void gt_zonal_end(void *state);

/* ---- One pass (plan.c, run.c) ---- */

enum gt_pass_use {
    GT_PASS_RESULTS, /* with the tables by zone */
    GT_PASS_STAGE,   /* for the inputs of global steps */
    GT_PASS_PROBE    /* all sinks take f32, whatever the step is */
};
GT_MUST enum gt_status gt_pass_build(struct gt_arena *a, const struct gt_model *m,
                                     const struct gt_plan_opt *opt, enum gt_pass_use use,
                                     const struct gt_pass **out, struct gt_err *err);
struct gt_raster_info gt_pass_output(const struct gt_pass *p, int i);
GT_MUST enum gt_status gt_pass_run(struct gt_arena *a, const struct gt_pass *p,
                                   struct gt_raster_sink *const *sinks, struct gt_work *w,
                                   struct gt_run_result *out, struct gt_err *err);
void gt_pass_describe(const struct gt_pass *p, struct gt_json *obj);
void gt_pass_memory(const struct gt_pass *p, struct gt_json *memory); /* by part */
/* Adds the bytes that are read and written. */
void gt_pass_io(const struct gt_pass *p, int64_t *read, int64_t *written);

/* ---- All passes (passes.c) ---- */

/* Like gt_plan_new; probe: all sinks take f32, and there are no tables. */
GT_MUST enum gt_status gt_plan_build(struct gt_arena *a, const struct gt_model *m,
                                     const struct gt_plan_opt *opt, bool probe,
                                     const struct gt_plan **out, struct gt_err *err);

#endif
