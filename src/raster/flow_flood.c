/* The flood that fills hollows, within one tile.
 *
 * A priority flood (Barnes, Lehman, Mulla 2014, "Priority-flood", Computers & Geosciences 62) that
 * spares the heap wherever it can (after Zhou, Sun, Fu 2016, "An efficient variant of the
 * priority-flood algorithm", Computers & Geosciences 90): what stands no lower than the flooded
 * cell next to it is done at its own height, whatever the order; only cells with a lower neighbour
 * not yet reached must wait for their turn by height. Heights that come out are the only ones
 * possible, so the order among equals does not matter. Cost: O(n), with O(log n) for each cell that
 * waits. Memory: 16 bytes a cell: stack and heap grow towards each other in one room, since a cell
 * is never in both. */
#include "flow_int.h"

#include <math.h>
#include <string.h>

/* Cells between two looks at the stop flag. */
enum { LOOK_EVERY = 1 << 20 };

struct flood {
    struct gt_flow_tile *t;
    struct gt_flow_cell *cell;
    int32_t way[FLOW_WAYS];
    uint32_t *stack; /* grows up */
    int64_t n_stack;
    uint64_t *top; /* the heap grows down: its element i is top[-i], from 1 */
    int64_t n_heap;
    int64_t n_doubt; /* behind the heap: cells that may have to wait */
    float level;     /* of the cell that waited last */
    int32_t label;   /* the next new one */
    int64_t until_look;
};

/* ---- The heap: height above, cell below ---- */

static uint64_t key_of(float z, uint32_t at)
{
    uint32_t bits;
    memcpy(&bits, &z, sizeof bits);
    bits ^= bits >> 31 ? UINT32_MAX : UINT32_C(1) << 31;
    return (uint64_t)bits << 32 | at;
}

static void wait_for_turn(struct flood *f, uint32_t at)
{
    uint64_t *top = f->top, key = key_of(f->cell[at].z, at);
    int64_t i = ++f->n_heap; /* over the place of a doubtful one that was looked at */
    for (; i > 1 && top[-(i / 2)] > key; i /= 2)
        top[-i] = top[-(i / 2)];
    top[-i] = key;
}

static uint32_t first_in_turn(struct flood *f)
{
    uint64_t *top = f->top, first = top[-1], last = top[-f->n_heap];
    int64_t n = --f->n_heap, i = 1;
    for (int64_t k; (k = 2 * i) <= n; i = k) {
        k += k < n && top[-(k + 1)] < top[-k];
        if (last <= top[-k])
            break;
        top[-i] = top[-k];
    }
    top[-i] = last;
    return (uint32_t)first;
}

/* ---- The flood ---- */

/* Takes in the neighbours of a flooded cell, and lets it wait when one of them is lower still. */
static void spread(struct flood *f, uint32_t at)
{
    struct gt_flow_cell *c = f->cell + at;
    bool waits = false;
    for (int k = 0; k < FLOW_WAYS; k++) {
        struct gt_flow_cell *n = c + f->way[k];
        if (n->k != FLOW_NEW)
            continue;
        if (n->z < c->z) {
            if (c->z > f->level) {
                waits = true;
                continue;
            }
            n->z = c->z;
        }
        n->k = c->k;
        f->stack[f->n_stack++] = (uint32_t)(n - f->cell);
    }
    if (waits)
        f->top[-(f->n_heap + ++f->n_doubt)] = at;
}

/* Most cells whose lower neighbours were not reached at first need not wait: others reached them.
 */
static void settle_doubt(struct flood *f)
{
    int64_t first = f->n_heap + 1, end = first + f->n_doubt;
    f->n_doubt = 0;
    for (int64_t i = first; i < end; i++) {
        uint32_t at = (uint32_t)f->top[-i];
        const struct gt_flow_cell *c = f->cell + at;
        bool waits = false;
        for (int k = 0; k < FLOW_WAYS; k++)
            waits |= c[f->way[k]].k == FLOW_NEW;
        if (waits)
            wait_for_turn(f, at);
    }
}

GT_MUST static enum gt_status empty_stack(struct flood *f, const struct gt_work *w,
                                          struct gt_err *err)
{
    while (f->n_stack > 0) {
        spread(f, f->stack[--f->n_stack]);
        if (--f->until_look > 0)
            continue;
        f->until_look = LOOK_EVERY;
        if (gt_stopped(w))
            return gt_fail(err, GT_ECANCELLED, "stopped");
    }
    settle_doubt(f);
    return GT_OK;
}

/* Water leaves into no-data around, which the ring is beyond the raster's edge. */
static bool lets_out(const struct gt_flow_tile *t, const struct gt_flow_cell *c)
{
    for (int k = 0; k < FLOW_WAYS; k++)
        if (isnan(c[t->way[k]].z))
            return true;
    return false;
}

/* Cells that let water out begin; those on the tile's border wait. */
static void begin(struct flood *f)
{
    struct gt_flow_tile *t = f->t;
    for (int64_t i = 0; i < t->n; i++)
        t->cell[i].k = isnan(t->cell[i].z) ? FLOW_BLOCKED : FLOW_NEW;
    for (int64_t y = -1; y <= t->win.h; y++) {
        int64_t step = y < 0 || y == t->win.h ? 1 : t->win.w + 1;
        for (int64_t x = -1; x <= t->win.w; x += step)
            t->cell[gt_flow_index(t, x, y)].k = FLOW_BLOCKED;
    }
    for (int64_t y = 0; y < t->win.h; y++)
        for (int64_t x = 0; x < t->win.w; x++) {
            uint32_t at = (uint32_t)gt_flow_index(t, x, y);
            bool border = x == 0 || y == 0 || x == t->win.w - 1 || y == t->win.h - 1;
            if (f->cell[at].k != FLOW_NEW)
                continue;
            if (lets_out(t, f->cell + at)) {
                f->cell[at].k = FLOW_OUTSIDE;
                f->stack[f->n_stack++] = at;
            } else if (border) {
                wait_for_turn(f, at);
            }
        }
}

enum gt_status gt_flow_flood(struct gt_flow_tile *t, const struct gt_work *w, struct gt_err *err)
{
    int64_t room = t->n + 2 * gt_flow_rim_n(t->win);
    struct flood f = {.t = t,
                      .cell = t->cell,
                      .stack = (uint32_t *)(void *)t->queue,
                      .top = t->queue + room,
                      .level = -INFINITY,
                      .label = FLOW_FIRST,
                      .until_look = LOOK_EVERY};
    memcpy(f.way, t->way, sizeof f.way);
    begin(&f);
    GT_TRY(empty_stack(&f, w, err));
    while (f.n_heap > 0) {
        uint32_t at = first_in_turn(&f);
        f.level = f.cell[at].z;
        if (f.cell[at].k == FLOW_NEW)
            f.cell[at].k = f.label++;
        spread(&f, at);
        GT_TRY(empty_stack(&f, w, err));
    }
    return GT_OK;
}
