/* network_int.h: what the files of the ecological network share. Private to evaluate. */
#ifndef GUOTU_NETWORK_INT_H
#define GUOTU_NETWORK_INT_H

#include "guotu/evaluate.h"

#define NETWORK_CORES 2000
/* Connectivity without each core and corridor is computed up to here: its work grows with the third
 * power. */
#define NETWORK_EXACT 400

/* The landscape in memory. */
struct network {
    struct gt_arena *a;
    const struct gt_network_opt *opt;
    struct gt_work *work;
    struct gt_grid grid;
    const struct gt_metric *metric;
    float *cost;           /* no-data: NaN */
    int32_t *mark;         /* 0, or 1 + index of the core */
    float least;           /* of all costs */
    struct gt_window *box; /* of each core */
    struct gt_ways *ways;
    double *sum;    /* of the window: the costs to a corridor's first core */
    int32_t *band;  /* of the grid: 1 + index of the corridor, 0: none */
    float *excess;  /* of the grid: by how much the way costs more, as a share */
    double *direct; /* n * n: least cost over where two allocations meet; INFINITY: they do not */
    struct gt_network *out;
    GT_VEC(struct gt_network_link) link;
    GT_VEC(struct gt_network_pinch) pinch;
    GT_VEC(double) xy;
};

/* A corridor's way, cell by cell. */
struct network_way {
    int64_t n;
    int64_t *col, *row;
    double *metres; /* from its beginning */
    double *left;   /* cost still to go */
};

/* network_cores.c: reads both rasters and measures the cores. */
GT_MUST enum gt_status gt_network_read(struct network *s, struct gt_err *err);
/* network_links.c: the corridors. */
GT_MUST enum gt_status gt_network_links(struct network *s, struct gt_err *err);
/* network_width.c: area and widths of corridor l, whose sums are in s->sum and s->ways, and its
 * pinch points; marks its band. */
void gt_network_width(struct network *s, int l, const struct network_way *way);
/* network_graph.c: groups, connectivity, ranks. */
GT_MUST enum gt_status gt_network_graph(struct network *s, struct gt_err *err);

#endif
