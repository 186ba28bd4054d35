/* drain.c: where the water of each node goes. Hollows drain over their lowest saddle (priority
 * flood: Barnes, Lehman, Mulla 2014, Computers & Geosciences 62); O(n log n), n = LAND_N. */
#include "sample_int.h"

/* Reaches every node from the outlet, lowest saddle first. */
static void flood(struct gt_arena *a, struct gt_land *land)
{
    struct gt_heap heap = {GT_TAKE_N(a, struct gt_heap_entry, LAND_N), 0};
    bool *seen = GT_TAKE_N(a, bool, LAND_N);
    int32_t done = 0;
    seen[land->outlet] = true;
    land->to[land->outlet] = -1;
    gt_sample_push(&heap, (struct gt_heap_entry){land->z[land->outlet], land->outlet});
    while (heap.n) {
        struct gt_heap_entry e = gt_sample_pop(&heap);
        int32_t next[8];
        int n = gt_sample_neighbours(e.node, next);
        land->order[done++] = e.node;
        for (int i = 0; i < n; i++) {
            if (seen[next[i]])
                continue;
            seen[next[i]] = true;
            land->to[next[i]] = e.node;
            double z = land->z[next[i]];
            gt_sample_push(&heap, (struct gt_heap_entry){z > e.key ? z : e.key, next[i]});
        }
    }
}

/* A steep way down, where there is one: it comes earlier in the order than the node itself. Luck
 * among the neighbours keeps rivers from running straight along the lattice. */
static void steepen(struct gt_land *land)
{
    for (int32_t node = 0; node < LAND_N; node++) {
        int32_t next[8];
        int n = gt_sample_neighbours(node, next);
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
