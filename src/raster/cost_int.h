/* cost_int.h: what the files of the cost distance share: the ground's steps, one tile with its
 * queue, and the tiles of a raster. Private to raster.
 *
 * A tile is held with a ring of one cell around it, so that no step needs a check of bounds. A cell
 * that nobody can enter has the cost NaN: every comparison with a sum of it is false. */
#ifndef GUOTU_COST_INT_H
#define GUOTU_COST_INT_H

#include "global_int.h"
#include "raster_int.h"

/* ---- The ground ---- */

/* Half the metres of a step to the east, south, south-east and south-west: a step costs this times
 * the sum of its two cells' costs, the same in both directions. */
struct gt_cost_step {
    double e, s, se, sw;
};

/* By row where the metric is, else one for squares of up to 64 cells and 4 km, anchored to the
 * grid.
 */
struct gt_cost_ground {
    int shift_row, shift_col;
    int64_t cols;
    const struct gt_cost_step *v;
    double shortest, longest; /* of all */
};
GT_MUST enum gt_status gt_cost_ground_new(struct gt_arena *a, const struct gt_grid *g,
                                          const struct gt_metric *m, struct gt_cost_ground *out,
                                          struct gt_err *err);
size_t gt_cost_ground_bytes(const struct gt_grid *g, const struct gt_metric *m);

static inline const struct gt_cost_step *gt_cost_step_at(const struct gt_cost_ground *g,
                                                         int64_t col, int64_t row)
{
    return &g->v[(row >> g->shift_row) * g->cols + (col >> g->shift_col)];
}

/* ---- The queue (cost_queue.c) ---- */

/* Cells to go on from, in buckets by their cost so far; first in, first out within a bucket. A
 * bucket is no wider than the cheapest step where the room allows that many: then every cell is
 * taken up once (Dial 1969; Denardo and Fox 1979). Where it is wider, cells may be taken up again,
 * with the same result in the end. */
struct gt_cost_entry {
    double cost;
    uint32_t at, row; /* cell of the tile, counted with its ring; row of the tile */
};

enum { GT_COST_CHUNK = 15, GT_COST_NONE = -1 };

struct gt_cost_chunk {
    struct gt_cost_entry e[GT_COST_CHUNK];
    int32_t n, next;
    int64_t unused;
};

struct gt_cost_queue {
    struct gt_cost_chunk *chunk;
    int32_t chunks, fresh, free;
    struct gt_cost_bucket {
        int32_t head, tail;
    } * bucket;
    uint64_t *held;  /* a bit for each bucket that is not empty */
    int64_t buckets; /* in use, a power of two */
    int64_t most;    /* there is room for */
    double base, inverse;
    int64_t now;  /* the bucket being emptied, counted from base */
    int read;     /* entries already taken from its first chunk */
    bool overrun; /* an entry found no room: the tile must be looked through again */
};

size_t gt_cost_queue_bytes(int64_t cells);
GT_MUST enum gt_status gt_cost_queue_new(struct gt_arena *a, int64_t cells, struct gt_cost_queue *q,
                                         struct gt_err *err);
/* Empty, for steps that cost from least to greatest. */
void gt_cost_queue_begin(struct gt_cost_queue *q, double least, double greatest);
/* The next bucket that holds something, GT_COST_NONE: all are empty. */
int64_t gt_cost_queue_next(const struct gt_cost_queue *q);
bool gt_cost_queue_pop(struct gt_cost_queue *q, struct gt_cost_entry *out);
/* A chunk at the end of bucket b; false and overrun: no room. */
bool gt_cost_queue_grow(struct gt_cost_queue *q, struct gt_cost_bucket *b, int64_t slot);

/* cost: not less than that of the entry taken last. */
static inline void gt_cost_queue_push(struct gt_cost_queue *q, struct gt_cost_entry e)
{
    int64_t slot = (int64_t)((e.cost - q->base) * q->inverse) & (q->buckets - 1);
    struct gt_cost_bucket *b = &q->bucket[slot];
    if ((b->tail == GT_COST_NONE || q->chunk[b->tail].n == GT_COST_CHUNK) &&
        !gt_cost_queue_grow(q, b, slot))
        return;
    struct gt_cost_chunk *c = &q->chunk[b->tail];
    c->e[c->n++] = e;
}

/* ---- One tile (cost_tile.c) ---- */

struct gt_cost_tile {
    const struct gt_cost_ground *ground;
    int64_t col, row, w, h; /* of the raster, without the ring */
    int64_t stride;         /* w + 2 */
    float *cost;            /* with the ring */
    double *sum;            /* with the ring: least cost known; unreached: none within the bound */
    int32_t *owner;         /* with the ring: of which target the way ends there; NULL: not asked */
    double unreached;       /* the number after the greatest cost that is wanted */
    struct gt_cost_queue queue;
    struct gt_cost_entry *start; /* where to begin, n of them */
    int64_t n_start, most_start;
    const struct gt_work *work;
};

size_t gt_cost_tile_bytes(int64_t w, int64_t h);
/* Room for tiles of at most w x h cells. */
GT_MUST enum gt_status gt_cost_tile_new(struct gt_arena *a, int64_t w, int64_t h,
                                        struct gt_cost_tile *t, struct gt_err *err);
/* Once the costs are there, of the ring too: sets the queue for them, and all sums to unreached. */
void gt_cost_tile_begin(struct gt_cost_tile *t);
/* The cell is a target: its way ends here and costs nothing. Nothing happens where it has no cost.
 */
void gt_cost_tile_target(struct gt_cost_tile *t, int64_t x, int64_t y);
/* The places of the eight neighbours of the cell, from the north-west on clockwise, and half the
 * metres of the steps to them. */
struct gt_cost_around {
    double half[8];
    int64_t to[8];
};
struct gt_cost_around gt_cost_tile_around(const struct gt_cost_tile *t, int64_t at, int64_t y);
/* Takes the ring's sums into the cells beside them, then closes the ring. */
void gt_cost_tile_enter(struct gt_cost_tile *t);
/* Goes on from the starts until no cell of the tile can become cheaper. */
GT_MUST enum gt_status gt_cost_tile_solve(struct gt_cost_tile *t, struct gt_err *err);

/* ---- What goes in (cost_input.c) ---- */

struct gt_cost_input {
    const struct gt_global *g;
    const struct gt_edges *edges; /* NULL: the target is a raster */
    const double *one;
};
GT_MUST enum gt_status gt_cost_input_new(struct gt_arena *a, const struct gt_global *g,
                                         struct gt_cost_input *out, struct gt_err *err);
/* Numbers in the target's cells of the window, NaN elsewhere. */
GT_MUST enum gt_status gt_cost_targets(const struct gt_cost_input *in, int worker,
                                       struct gt_window win, float *out, struct gt_err *err);
/* Looks at every cell once: no cost may be zero or negative, and some cell must be a target.
 * side: of the tiles; held: one for each tile, true where it has a target. */
GT_MUST enum gt_status gt_cost_input_check(const struct gt_cost_input *in, int64_t side,
                                           _Atomic bool *held, struct gt_err *err);

#endif
