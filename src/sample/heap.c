/* heap.c: a binary heap of the lattice's nodes, and who is a node's neighbour. */
#include "sample_int.h"

static bool before(struct gt_heap_entry a, struct gt_heap_entry b)
{
    return a.key < b.key || (!(b.key < a.key) && a.node < b.node);
}

void gt_sample_push(struct gt_heap *h, struct gt_heap_entry e)
{
    int32_t at = h->n++;
    while (at > 0 && before(e, h->v[(at - 1) / 2])) {
        h->v[at] = h->v[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    h->v[at] = e;
}

struct gt_heap_entry gt_sample_pop(struct gt_heap *h)
{
    struct gt_heap_entry top = h->v[0], last = h->v[--h->n];
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

int gt_sample_neighbours(int32_t node, int32_t out[static 8])
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
