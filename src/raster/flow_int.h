/* flow_int.h: what filling hollows and following water share: tiles, the flood, flats, ways down.
 * Private to raster, files flow*.c.
 *
 * The raster is cut into tiles of at most `side` cells a side; where all of it fits into the memory
 * there is one tile and nothing goes to the disk. A tile stands in memory with a ring of one cell
 * around it, which holds the neighbours' cells, or NaN beyond the raster's edge. What a tile gives
 * never depends on its borders once the graph between tiles is solved. */
#ifndef GUOTU_FLOW_INT_H
#define GUOTU_FLOW_INT_H

#include "global_int.h"

/* Eight ways to a neighbour, the order in which ties are broken: N W E S, then the diagonals. */
enum { FLOW_WAYS = 8, FLOW_LEAVES = 0, FLOW_NODATA = 9, FLOW_FAR = INT32_MAX };
extern const int gt_flow_dx[FLOW_WAYS], gt_flow_dy[FLOW_WAYS];

/* A height, and beside it what the work at hand knows of the cell: the flood its label, flats the
 * steps to where water leaves. */
struct gt_flow_cell {
    float z; /* NaN: no-data */
    int32_t k;
};

/* Labels of the flood. Those from FLOW_FIRST on are the tile's own, one for each cell of its border
 * at most. */
enum { FLOW_BLOCKED = -1, FLOW_NEW = 0, FLOW_OUTSIDE = 1, FLOW_FIRST = 2 };

struct gt_flow_layout {
    int64_t w, h;   /* the raster */
    int64_t tw, th; /* of a full tile */
    int64_t nx, ny; /* tiles across and down */
    int64_t rim;    /* border cells of a full tile: ids of tile t begin at t * rim */
    int workers;    /* tiles in memory at a time */
};

struct gt_flow_layout gt_flow_layout_of(const struct gt_grid *g, int64_t side, int workers);
struct gt_window gt_flow_window(const struct gt_flow_layout *l, int64_t tile);
/* The longest side of tiles that stay within the memory, whole raster included; where not even
 * small ones do, the side that needs the least. */
int64_t gt_flow_side(const struct gt_global *g);
int gt_flow_workers(const struct gt_global *g);
/* Predicted bytes of a run with such tiles. */
size_t gt_flow_memory(const struct gt_grid *g, int64_t side, int workers);

/* Border cells are numbered row by row. */
int64_t gt_flow_rim_n(struct gt_window win);
int64_t gt_flow_rim_index(struct gt_window win, int64_t x, int64_t y);
void gt_flow_rim_place(struct gt_window win, int64_t i, int64_t *x, int64_t *y);

/* One worker's room for a tile. Cell x, y of the tile is at (y + 1) * stride + x + 1. */
struct gt_flow_tile {
    struct gt_window win;
    int64_t stride, n;      /* n: cells, ring included */
    int32_t way[FLOW_WAYS]; /* from a cell to its neighbours */
    struct gt_flow_cell *cell;
    int64_t *sum;    /* the same room: what drains through each cell, once heights are done with */
    uint64_t *queue; /* room for every cell and twice more for the border */
    int32_t *before; /* steps of the border before the last look at flats */
    uint8_t *dir;    /* way + 1, FLOW_LEAVES or FLOW_NODATA; the upper half counts what comes in */
    float *rows;     /* for reading and writing */
    int64_t rows_n;  /* rows of it */
};

enum gt_status gt_flow_tile_new(struct gt_arena *a, const struct gt_flow_layout *l, bool way_down,
                                struct gt_flow_tile *out, struct gt_err *err);
void gt_flow_tile_at(struct gt_flow_tile *t, struct gt_window win);
static inline int64_t gt_flow_index(const struct gt_flow_tile *t, int64_t x, int64_t y)
{
    return (y + 1) * t->stride + x + 1;
}
/* Heights with their ring; -0 becomes 0. */
GT_MUST enum gt_status gt_flow_read(const struct gt_raster_source *s, const struct gt_grid *g,
                                    int worker, struct gt_flow_tile *t, struct gt_err *err);
/* The other half of the cells with their ring, from a scratch raster of four-byte cells, and both
 * halves into one, without the ring. */
GT_MUST enum gt_status gt_flow_read_k(const struct gt_scratch *s, int worker,
                                      struct gt_flow_tile *t, struct gt_err *err);
GT_MUST enum gt_status gt_flow_write_z(struct gt_scratch *s, struct gt_flow_tile *t,
                                       struct gt_err *err);
GT_MUST enum gt_status gt_flow_write_k(struct gt_scratch *s, struct gt_flow_tile *t,
                                       struct gt_err *err);
/* A scratch raster of the step's grid. */
GT_MUST enum gt_status gt_flow_scratch(struct gt_arena *a, const struct gt_global *g,
                                       enum gt_cell_type type, struct gt_scratch **out,
                                       struct gt_err *err);
/* Whole rows of a scratch raster of f32 into the sink. turn (NULL: nothing) changes n cells of the
 * row before. */
typedef enum gt_status gt_flow_turn(void *ctx, struct gt_window win, float *cells,
                                    struct gt_err *err);
GT_MUST enum gt_status gt_flow_give(const struct gt_global *g, const struct gt_scratch *from,
                                    gt_flow_turn *turn, void *ctx, struct gt_err *err);

/* ---- The flood (flow_flood.c) ---- */

/* Raises the tile's heights so that from each cell a way that never rises leads to the tile's
 * border, to the raster's edge or to no-data, and labels the cells by where it ends: FLOW_OUTSIDE,
 * or labels from FLOW_FIRST on. */
GT_MUST enum gt_status gt_flow_flood(struct gt_flow_tile *t, const struct gt_work *w,
                                     struct gt_err *err);

/* Water passes between a and b (labels) from the height z on. */
struct gt_flow_pass {
    float z;
    int32_t a, b;
};
struct gt_flow_passes {
    GT_VEC(struct gt_flow_pass) list;
};
/* The lowest passes between the labels of a flooded tile, as few as join all that can be joined. */
GT_MUST enum gt_status gt_flow_tile_passes(struct gt_arena *a, const struct gt_flow_tile *t,
                                           struct gt_flow_passes *out, struct gt_err *err);
/* Keeps only the passes that count, labels in 0..n-1; level[label], if given, becomes the height up
 * to which water stands before it finds the outside; INFINITY: none. */
GT_MUST enum gt_status gt_flow_join(struct gt_flow_passes *p, int64_t n, float *level,
                                    struct gt_err *err);

/* Heights filled over all tiles: scratch rasters of heights by tile and of labels (made where they
 * are NULL), and the level of each label. The height of a cell is the higher one. */
struct gt_flow_filled {
    struct gt_scratch *z, *label;
    float *level;
};
GT_MUST enum gt_status gt_flow_fill_tiles(struct gt_arena *a, const struct gt_global *g,
                                          const struct gt_flow_layout *l,
                                          struct gt_flow_filled *out, struct gt_err *err);
static inline float gt_flow_level(const float *level, float z, int32_t label)
{
    return label >= FLOW_FIRST && level[label] > z ? level[label] : z;
}

/* ---- Flats (flow_flat.c) ---- */

/* Steps over level ground to a cell that has a lower neighbour or lets water out: 0 for such cells,
 * FLOW_FAR where none was found. False: the tile has a pit, a cell below all its neighbours, and so
 * the heights are not filled. */
bool gt_flow_flats(struct gt_flow_tile *t);
/* Takes shorter ways from the ring in; whether anything changed. */
bool gt_flow_flats_again(struct gt_flow_tile *t);
/* The tiles around that can gain by what the tile found last: bit 3 * (dy + 1) + dx + 1. */
unsigned gt_flow_flats_tell(const struct gt_flow_tile *t);
int64_t gt_flow_flats_left(const struct gt_flow_tile *t); /* cells still FLOW_FAR */

/* ---- The way down (flow_down.c) ---- */

/* What a cell adds, and what the sums are worth at the end. */
struct gt_flow_measure {
    const struct gt_global *g;
    enum gt_give give;
    double fine; /* units of a sum for one m2, a power of two */
};
struct gt_flow_measure gt_flow_measure_of(const struct gt_global *g);

void gt_flow_directions(const struct gt_global *g, struct gt_flow_tile *t);
/* For directions that come from elsewhere: none in the ring. */
void gt_flow_directions_clear(struct gt_flow_tile *t);
/* Sums start with each cell's own ground. */
void gt_flow_begin(const struct gt_flow_measure *m, struct gt_flow_tile *t);
void gt_flow_drain(struct gt_flow_tile *t);
/* For each border cell: the border cell (by its number) by which water that enters there leaves the
 * tile again; -1: it does not. */
void gt_flow_links(struct gt_flow_tile *t, int32_t *link);
/* The sums of row y of the tile as results; NaN for no-data. */
void gt_flow_result(const struct gt_flow_measure *m, const struct gt_flow_tile *t, int64_t y,
                    float *out);

/* What crosses borders between tiles (flow_graph.c); arrays by tile * rim + border cell. */
struct gt_flow_graph {
    const struct gt_flow_layout *l;
    int64_t n;
    int64_t *sum, *in; /* at the border inside the tile alone; what comes from other tiles */
    int32_t *link, *wait;
    uint8_t *dir, *from;
};
GT_MUST enum gt_status gt_flow_graph_new(struct gt_arena *a, const struct gt_flow_layout *l,
                                         struct gt_flow_graph *out, struct gt_err *err);
void gt_flow_graph_put(struct gt_flow_graph *g, int64_t tile, struct gt_flow_tile *t);
void gt_flow_graph_solve(struct gt_flow_graph *g);
/* Adds what comes in to the sums of the tile's border. */
void gt_flow_graph_get(const struct gt_flow_graph *g, int64_t tile, struct gt_flow_tile *t);

/* The two operators with tiles of a given side: for the tests. */
GT_MUST enum gt_status gt_flow_run_fill(struct gt_arena *a, const struct gt_global *g, int64_t side,
                                        struct gt_err *err);
GT_MUST enum gt_status gt_flow_run(struct gt_arena *a, const struct gt_global *g, int64_t side,
                                   struct gt_err *err);

#endif
