/* Flats: how many steps over level ground it is to a cell that has a lower neighbour or lets water
 * out, the gradient towards lower terrain of Barnes, Lehman, Mulla 2014 ("An efficient assignment
 * of drainage direction over flat surfaces in raster digital elevation models", Computers &
 * Geosciences 62), without the one away from higher terrain, which would need whole flats at once.
 * Steps are a property of the raster, so tiles settle on the same ones: a tile first looks at
 * itself, then again with its neighbours' results in the ring, until none changes. Cost: O(n) a
 * look. Memory: 8 bytes a cell and 8 for the queue. */
#include "flow_int.h"

#include <math.h>
#include <stdlib.h>

struct flats {
    struct gt_flow_tile *t;
    uint32_t *queue; /* first in, first out: each cell once */
    int64_t head, tail;
};

/* What the eight around a cell say: whether water goes down or out, and whether there is level
 * ground. */
struct around {
    bool falls, level;
};

static struct around look_around(const struct gt_flow_tile *t, const struct gt_flow_cell *c)
{
    struct around r = {false, false};
    for (int k = 0; k < FLOW_WAYS; k++) {
        float z = c[t->way[k]].z;
        r.falls |= !(z >= c->z);
        r.level |= z == c->z;
    }
    return r;
}

/* Nearest cells first, so each gets its number once. */
static void reach_from(struct flats *f, uint32_t at)
{
    struct gt_flow_cell *c = f->t->cell + at;
    for (int k = 0; k < FLOW_WAYS; k++) {
        struct gt_flow_cell *n = c + f->t->way[k];
        if (n->z != c->z || n->k <= c->k + 1)
            continue;
        n->k = c->k + 1;
        f->queue[f->tail++] = (uint32_t)(n - f->t->cell);
    }
}

/* The ring is not the tile's to number: while a tile is worked on, its heights there are none. */
static void hide_ring(struct gt_flow_tile *t)
{
    struct gt_flow_cell *last = t->cell + t->n - t->stride;
    for (int64_t x = 0; x < t->stride; x++)
        t->cell[x].k = last[x].k = -1;
    for (int64_t y = 0; y < t->win.h + 2; y++)
        t->cell[y * t->stride].k = t->cell[(y + 1) * t->stride - 1].k = -1;
}

bool gt_flow_flats(struct gt_flow_tile *t)
{
    struct flats f = {.t = t, .queue = (uint32_t *)(void *)t->queue};
    for (int64_t y = 0; y < t->win.h; y++) {
        struct gt_flow_cell *c = t->cell + gt_flow_index(t, 0, y);
        for (int64_t x = 0; x < t->win.w; x++, c++) {
            struct around r = look_around(t, c);
            c->k = r.falls ? 0 : FLOW_FAR;
            if (!r.falls && !r.level && !isnan(c->z))
                return false;
            if (r.falls && r.level)
                f.queue[f.tail++] = (uint32_t)(c - t->cell);
        }
    }
    for (int64_t i = 0; i < gt_flow_rim_n(t->win); i++)
        t->before[i] = FLOW_FAR;
    hide_ring(t);
    while (f.head < f.tail)
        reach_from(&f, f.queue[f.head++]);
    return true;
}

static struct gt_flow_cell *border_cell(const struct gt_flow_tile *t, int64_t i)
{
    int64_t x, y;
    gt_flow_rim_place(t->win, i, &x, &y);
    return t->cell + gt_flow_index(t, x, y);
}

/* ---- Again, with what the neighbours know ---- */

/* A border cell with fewer steps than it had: steps above, cell below. */
static uint64_t shorter_way(const struct gt_flow_tile *t, const struct gt_flow_cell *c)
{
    int32_t best = c->k;
    for (int k = 0; k < FLOW_WAYS; k++) {
        const struct gt_flow_cell *n = c + t->way[k];
        if (n->z == c->z && n->k < best - 1)
            best = n->k + 1;
    }
    return best < c->k ? (uint64_t)best << 32 | (uint32_t)(c - t->cell) : 0;
}

static int by_steps(const void *a, const void *b)
{
    const uint64_t *p = a, *q = b;
    return *p < *q ? -1 : *p > *q;
}

bool gt_flow_flats_again(struct gt_flow_tile *t)
{
    int64_t rim = gt_flow_rim_n(t->win), n = 0;
    struct flats f = {.t = t, .queue = (uint32_t *)(void *)t->queue};
    uint64_t *seed = t->queue + t->n;
    for (int64_t i = 0; i < rim; i++) {
        const struct gt_flow_cell *c = border_cell(t, i);
        uint64_t s = shorter_way(t, c);
        t->before[i] = c->k;
        seed[n] = s;
        n += s != 0;
    }
    if (n == 0)
        return false;
    hide_ring(t);
    qsort(seed, (size_t)n, sizeof *seed, by_steps);
    for (int64_t i = 0; i < n || f.head < f.tail;) {
        int32_t steps = f.head < f.tail ? t->cell[f.queue[f.head]].k : FLOW_FAR;
        if (i == n || (seed[i] >> 32) > (uint64_t)steps) {
            reach_from(&f, f.queue[f.head++]);
            continue;
        }
        struct gt_flow_cell *c = t->cell + (uint32_t)seed[i];
        if (c->k > (int32_t)(seed[i] >> 32)) {
            c->k = (int32_t)(seed[i] >> 32);
            reach_from(&f, (uint32_t)seed[i]);
        }
        i++;
    }
    return true;
}

/* -1, 0 or 1: before, in or behind 0..n-1. */
static int side_of(int64_t at, int64_t n)
{
    return at < 0 ? -1 : at >= n;
}

unsigned gt_flow_flats_tell(const struct gt_flow_tile *t)
{
    unsigned tell = 0;
    for (int64_t i = 0; i < gt_flow_rim_n(t->win); i++) {
        const struct gt_flow_cell *c = border_cell(t, i);
        int64_t x, y;
        gt_flow_rim_place(t->win, i, &x, &y);
        for (int k = 0; k < FLOW_WAYS && c->k < t->before[i]; k++) {
            int dx = side_of(x + gt_flow_dx[k], t->win.w);
            int dy = side_of(y + gt_flow_dy[k], t->win.h);
            if (c[t->way[k]].z == c->z)
                tell |= 1U << (3 * (dy + 1) + dx + 1);
        }
    }
    return tell & ~(1U << 4);
}

int64_t gt_flow_flats_left(const struct gt_flow_tile *t)
{
    int64_t left = 0;
    for (int64_t y = 0; y < t->win.h; y++) {
        const struct gt_flow_cell *c = t->cell + gt_flow_index(t, 0, y);
        for (int64_t x = 0; x < t->win.w; x++)
            left += c[x].k == FLOW_FAR && !isnan(c[x].z);
    }
    return left;
}
