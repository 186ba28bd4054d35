/* drain.c: where the water of each node goes. Hollows drain over their lowest saddle (priority
 * flood: Barnes, Lehman, Mulla 2014, Computers & Geosciences 62); O(n log n), n = LAND_N. */
#include "sample_int.h"

struct entry {
    double key;
    int32_t node;
};

struct heap {
    struct entry *v;
    int32_t n;
};

/* Ties are broken by the node's number, so the order is one and the same everywhere. */
static bool before(struct entry a, struct entry b)
{
    return a.key < b.key || (!(b.key < a.key) && a.node < b.node);
}

static void heap_push(struct heap *h, struct entry e)
{
    int32_t at = h->n++;
    while (at > 0 && before(e, h->v[(at - 1) / 2])) {
        h->v[at] = h->v[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->v[at] = e;
}

static struct entry heap_pop(struct heap *h)
{
    struct entry top = h->v[0], last = h->v[--h->n];
    int32_t at = 0;
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= h->n)
            break;
        if (child + 1 < h->n && before(h->v[child + 1], h->v[child]))
            child++;
        if (!before(h->v[child], last))
            break;
        h->v[at] = h->v[child];
        at = child;
    }
    h->v[at] = last;
    return top;
}

/* The up to eight neighbours of a node. */
static int neighbours(int32_t node, int32_t out[static 8])
{
    int n = 0, col = node % LAND_W, row = node / LAND_W;
    for (int dy = -1; dy <= 1; dy++)
        for (int dx = -1; dx <= 1; dx++) {
            int c = col + dx, r = row + dy;
            if ((dx || dy) && c >= 0 && r >= 0 && c < LAND_W && r < LAND_H)
                out[n++] = r * LAND_W + c;
        }
    return n;
}

/* Reaches every node from the outlet, lowest saddle first. */
static void flood(struct gt_arena *a, struct gt_land *land)
{
    struct heap heap = {GT_TAKE_N(a, struct entry, LAND_N), 0};
    bool *seen = GT_TAKE_N(a, bool, LAND_N);
    int32_t done = 0;
    seen[land->outlet] = true;
    land->to[land->outlet] = -1;
    heap_push(&heap, (struct entry){land->z[land->outlet], land->outlet});
    while (heap.n) {
        struct entry e = heap_pop(&heap);
        int32_t next[8];
        int n = neighbours(e.node, next);
        land->order[done++] = e.node;
        for (int i = 0; i < n; i++) {
            if (seen[next[i]])
                continue;
            seen[next[i]] = true;
            land->to[next[i]] = e.node;
            double z = land->z[next[i]];
            heap_push(&heap, (struct entry){z > e.key ? z : e.key, next[i]});
        }
    }
}

/* A steep way down, where there is one: it comes earlier in the order than the node itself. Luck
 * among the neighbours keeps rivers from running straight along the lattice. */
static void steepen(struct gt_land *land)
{
    for (int32_t node = 0; node < LAND_N; node++) {
        int32_t next[8];
        int n = neighbours(node, next);
        double best = 0;
        for (int i = 0; i < n && node != land->outlet; i++) {
            double dist =
                gt_sample_hypot(land->x[next[i]] - land->x[node], land->y[next[i]] - land->y[node]);
            double luck = 0.6 + 0.8 * gt_sample_unit(land->seed, ST_COURSE, node, i);
            double fall = luck * (land->z[node] - land->z[next[i]]) / dist;
            if (fall > best) {
                best = fall;
                land->to[node] = next[i];
            }
        }
    }
}

void gt_sample_drain(struct gt_arena *a, struct gt_land *land, double inflow_m2, bool steepest)
{
    flood(a, land);
    if (steepest)
        steepen(land);
    for (int32_t i = 0; i < LAND_N; i++)
        land->upstream[i] = LAND_STEP * LAND_STEP;
    land->upstream[land->inlet] += inflow_m2;
    for (int32_t i = LAND_N - 1; i > 0; i--)
        land->upstream[land->to[land->order[i]]] += land->upstream[land->order[i]];
}
