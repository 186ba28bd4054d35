/* overlay_sides.c: the faces of a plane graph, and in which features each lies: told from the face
 * outside, edge by edge, as an edge is the border of its owners and of no other. Parts of the graph
 * that hang together with nothing else ask the edge below them. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* qsort_r */
#endif
#include "overlay_int.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Sets ---- */

struct set {
    size_t from, n;
};

struct gt_sets {
    struct gt_arena *a;
    GT_VEC(struct set) set;
    GT_VEC(uint32_t) member;
    uint32_t *slot; /* set + 1 */
    size_t slots;
};

const uint32_t *gt_set_of(const struct gt_sets *s, uint32_t set, size_t *n)
{
    *n = s->set.v[set].n;
    return s->member.v + s->set.v[set].from;
}

static uint64_t hash_of(const uint32_t *v, size_t n)
{
    uint64_t h = 1469598103934665603U;
    for (size_t i = 0; i < n; i++)
        h = (h ^ v[i]) * 1099511628211U;
    return h ^ (h >> 29);
}

static uint32_t *slot_of(const struct gt_sets *s, const uint32_t *v, size_t n)
{
    for (size_t at = hash_of(v, n) & (s->slots - 1);; at = (at + 1) & (s->slots - 1)) {
        if (s->slot[at] == 0)
            return &s->slot[at];
        struct set old = s->set.v[s->slot[at] - 1];
        if (old.n == n && memcmp(s->member.v + old.from, v, n * sizeof *v) == 0)
            return &s->slot[at];
    }
}

GT_MUST static enum gt_status more_slots(struct gt_sets *s, struct gt_err *err)
{
    void *p;
    s->slots = s->slots ? 4 * s->slots : 1024;
    GT_TRY(gt_reserve(s->a, s->slots, sizeof *s->slot, "sets of features", &p, err));
    s->slot = p;
    for (uint32_t i = 0; i < s->set.n; i++)
        *slot_of(s, s->member.v + s->set.v[i].from, s->set.v[i].n) = i + 1;
    return GT_OK;
}

/* The set whose members are the last n of `member`; known ones are taken off again. */
GT_MUST static enum gt_status keep_last(struct gt_sets *s, size_t n, uint32_t *out,
                                        struct gt_err *err)
{
    size_t from = s->member.n - n;
    if (2 * (s->set.n + 1) > s->slots)
        GT_TRY(more_slots(s, err));
    uint32_t *slot = slot_of(s, s->member.v + from, n);
    if (*slot != 0) {
        s->member.n = from;
        *out = *slot - 1;
        return GT_OK;
    }
    *GT_PUSH(s->a, &s->set) = (struct set){from, n};
    *slot = (uint32_t)s->set.n;
    *out = *slot - 1;
    return GT_OK;
}

/* The set on the other side of an edge with these owners: in one or the other, not in both. */
GT_MUST static enum gt_status across(struct gt_sets *s, uint32_t set, const uint32_t *owner,
                                     size_t n, uint32_t *out, struct gt_err *err)
{
    struct set old = s->set.v[set];
    size_t i = 0, k = 0, m = 0;
    while (i < old.n || k < n) {
        uint32_t a = i < old.n ? s->member.v[old.from + i] : UINT32_MAX;
        uint32_t b = k < n ? owner[k] : UINT32_MAX;
        i += a <= b;
        k += b <= a;
        if (a == b)
            continue;
        *GT_PUSH(s->a, &s->member) = a < b ? a : b;
        m++;
    }
    return keep_last(s, m, out, err);
}

/* ---- Faces ---- */

struct building {
    const struct gt_graph *g;
    struct gt_sets *sets;
    uint32_t *next, *set, *around; /* around: half edges by the node they leave, counterclockwise */
    size_t *first;                 /* by node: its first place in around */
    const struct gt_index *edges;
    uint32_t *queue;
};

static const uint32_t NO_SET = UINT32_MAX;

static struct gt_node node_at(const struct gt_graph *g, uint32_t n)
{
    return g->node[n];
}

static bool upper_half(struct gt_node d)
{
    return d.y > 0 || (d.y == 0 && d.x > 0);
}

/* By direction, counterclockwise from east. */
static int by_angle(const void *pa, const void *pb, void *ctx)
{
    const struct gt_graph *g = ctx;
    uint32_t a = *(const uint32_t *)pa, b = *(const uint32_t *)pb;
    struct gt_node o = node_at(g, gt_half_from(g, a));
    struct gt_node p = node_at(g, gt_half_from(g, a ^ 1)), q = node_at(g, gt_half_from(g, b ^ 1));
    bool up = upper_half((struct gt_node){p.x - o.x, p.y - o.y});
    if (up != upper_half((struct gt_node){q.x - o.x, q.y - o.y}))
        return up ? -1 : 1;
    return -gt_node_turn(o, p, q);
}

static void sort_around(struct building *b)
{
    const struct gt_graph *g = b->g;
    for (uint32_t h = 0; h < 2 * g->n_edges; h++)
        b->first[gt_half_from(g, h) + 1]++;
    for (size_t n = 0; n < g->n_nodes; n++)
        b->first[n + 1] += b->first[n];
    for (uint32_t h = (uint32_t)(2 * g->n_edges); h-- > 0;)
        b->around[--b->first[gt_half_from(g, h) + 1]] = h;
    /* each start stands one place too far: that of the node before it */
    for (size_t n = 0; n < g->n_nodes; n++)
        b->first[n] = b->first[n + 1];
    b->first[g->n_nodes] = 2 * g->n_edges;
    for (size_t n = 0; n < g->n_nodes; n++)
        qsort_r(b->around + b->first[n], b->first[n + 1] - b->first[n], sizeof *b->around, by_angle,
                (void *)(uintptr_t)g);
}

/* Arriving at a node, the face to the left goes on by the edge next clockwise from the way back. */
static void link_faces(struct building *b)
{
    for (size_t n = 0; n < b->g->n_nodes; n++) {
        size_t from = b->first[n], to = b->first[n + 1];
        for (size_t i = from; i < to; i++)
            b->next[b->around[i] ^ 1] = b->around[i == from ? to - 1 : i - 1];
    }
}

/* ---- What lies below a node ---- */

struct below {
    const struct building *b;
    struct gt_node at;
    uint32_t edge; /* the highest yet; UINT32_MAX: none */
};

/* Whether edge e lies above f just to the right of x, which both reach over. */
static bool higher(const struct gt_graph *g, uint32_t e, uint32_t f)
{
    struct gt_node a = node_at(g, g->edge[e].from), b = node_at(g, g->edge[e].to);
    struct gt_node c = node_at(g, g->edge[f].from), d = node_at(g, g->edge[f].to);
    int turn = a.x >= c.x ? gt_node_turn(c, d, a) : -gt_node_turn(a, b, c);
    if (turn == 0)
        turn = b.x <= d.x ? gt_node_turn(c, d, b) : -gt_node_turn(a, b, d);
    return turn > 0;
}

static bool look_below(void *ctx, size_t i)
{
    struct below *w = ctx;
    const struct gt_graph *g = w->b->g;
    struct gt_node p = node_at(g, g->edge[i].from), q = node_at(g, g->edge[i].to);
    uint32_t e = (uint32_t)i;
    if (p.x > w->at.x || q.x <= w->at.x || gt_node_turn(p, q, w->at) <= 0)
        return true;
    if (w->edge == UINT32_MAX || higher(g, e, w->edge))
        w->edge = e;
    return true;
}

/* The set of the face in which a part of the graph lies whose lowest node on its left is `at`. */
static uint32_t set_around(const struct building *b, struct gt_node at, double height)
{
    struct below w = {b, at, UINT32_MAX};
    double x = (double)at.x, y = (double)at.y, tall = 1024;
    for (bool more = true; more; tall *= 8) {
        struct gt_box box = {x, y - tall, x, y};
        more = tall < height;
        w.edge = UINT32_MAX;
        gt_index_search(b->edges, box, look_below, &w);
        if (w.edge == UINT32_MAX)
            continue;
        /* one that is met further down than the box reaches may hide a higher one */
        struct gt_node p = node_at(b->g, b->g->edge[w.edge].from);
        struct gt_node q = node_at(b->g, b->g->edge[w.edge].to);
        struct gt_node floor_at = {at.x, at.y - (int64_t)fmin(tall, height)};
        if (!more || gt_node_turn(p, q, floor_at) <= 0)
            return b->set[2 * w.edge];
    }
    return w.edge == UINT32_MAX ? 0 : b->set[2 * w.edge];
}

/* ---- Parts that hang together ---- */

/* The lowest node on the left of each part: nodes come by x, then y, so it is met first. */
static size_t find_parts(const struct building *b, bool *seen, uint32_t *out)
{
    const struct gt_graph *g = b->g;
    size_t n = 0;
    for (uint32_t start = 0; start < g->n_nodes; start++) {
        if (seen[start] || b->first[start] == b->first[start + 1])
            continue;
        size_t head = 0, tail = 0;
        seen[start] = true;
        b->queue[tail++] = start;
        while (head < tail) {
            uint32_t at = b->queue[head++];
            for (size_t i = b->first[at]; i < b->first[at + 1]; i++) {
                uint32_t to = gt_half_from(g, b->around[i] ^ 1);
                if (!seen[to])
                    b->queue[tail++] = to;
                seen[to] = true;
            }
        }
        out[n++] = start;
    }
    return n;
}

/* All half edges of h's face. */
static void mark_face(struct building *b, uint32_t h, uint32_t set, size_t *tail)
{
    uint32_t at = h;
    do {
        b->set[at] = set;
        b->queue[(*tail)++] = at;
        at = b->next[at];
    } while (at != h);
}

/* From the face around the part inwards. All edges leave its lowest node on the left to the right,
 * or straight up: the face around lies to the right of the first of them from straight down on. */
GT_MUST static enum gt_status mark_part(struct building *b, uint32_t node, uint32_t set,
                                        struct gt_err *err)
{
    const struct gt_graph *g = b->g;
    size_t head = 0, tail = 0;
    /* around starts at east: those below it come last */
    size_t lowest = b->first[node];
    for (size_t i = b->first[node]; i < b->first[node + 1]; i++) {
        struct gt_node to = node_at(g, gt_half_from(g, b->around[i] ^ 1));
        if (to.y < g->node[node].y) {
            lowest = i;
            break;
        }
    }
    mark_face(b, b->around[lowest] ^ 1, set, &tail);
    while (head < tail) {
        uint32_t h = b->queue[head++];
        if (b->set[h ^ 1] != NO_SET)
            continue;
        const struct gt_graph_edge *e = &g->edge[h >> 1];
        uint32_t other;
        GT_TRY(across(b->sets, b->set[h], g->owner + e->owner, e[1].owner - e->owner, &other, err));
        mark_face(b, h ^ 1, other, &tail);
    }
    return GT_OK;
}

/* An edge below the lowest node on the left of a part is of a part that starts further left. */
GT_MUST static enum gt_status mark_all(struct gt_arena *scratch, struct building *b,
                                       struct gt_err *err)
{
    const struct gt_graph *g = b->g;
    void *seen, *parts;
    double height = 0;
    GT_TRY(gt_reserve(scratch, g->n_nodes, sizeof(bool), "marks of points", &seen, err));
    GT_TRY(gt_reserve(scratch, g->n_nodes, sizeof(uint32_t), "parts of a graph", &parts, err));
    for (size_t i = 0; i < g->n_nodes; i++)
        height = fmax(height, (double)g->node[i].y);
    uint32_t *part = parts;
    size_t n = find_parts(b, seen, part);
    for (size_t i = 0; i < n; i++) {
        uint32_t set = set_around(b, g->node[part[i]], height + 1);
        GT_TRY(mark_part(b, part[i], set, err));
    }
    return GT_OK;
}

GT_MUST static enum gt_status index_edges(struct gt_arena *a, struct building *b,
                                          struct gt_err *err)
{
    const struct gt_graph *g = b->g;
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *p;
    GT_TRY(gt_reserve(scratch, g->n_edges, sizeof(struct gt_box), "boxes of edges", &p, err));
    struct gt_box *box = p;
    for (size_t i = 0; i < g->n_edges; i++) {
        struct gt_node from = g->node[g->edge[i].from], to = g->node[g->edge[i].to];
        box[i] = (struct gt_box){(double)from.x, fmin((double)from.y, (double)to.y), (double)to.x,
                                 fmax((double)from.y, (double)to.y)};
    }
    return gt_index_new(a, box, g->n_edges, &b->edges, err);
}

enum gt_status gt_sides_new(struct gt_arena *a, const struct gt_graph *g, struct gt_sides *out,
                            struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    size_t halves = 2 * g->n_edges;
    void *next, *set, *around, *first, *queue;
    GT_TRY(gt_reserve(a, halves, sizeof(uint32_t), "faces", &next, err));
    GT_TRY(gt_reserve(a, halves, sizeof(uint32_t), "faces", &set, err));
    GT_TRY(gt_reserve(scratch, halves, sizeof(uint32_t), "edges by point", &around, err));
    GT_TRY(gt_reserve(scratch, g->n_nodes + 2, sizeof(size_t), "edges by point", &first, err));
    GT_TRY(gt_reserve(scratch, halves > g->n_nodes ? halves : g->n_nodes, sizeof(uint32_t),
                      "a queue of edges", &queue, err));
    struct gt_sets *sets = GT_TAKE(a, struct gt_sets);
    struct building b = {g, sets, next, set, around, first, NULL, queue};
    uint32_t empty;
    sets->a = a;
    *GT_PUSH(a, &sets->member) = 0; /* so that the empty set has a place as well */
    sets->member.n = 0;
    *out = (struct gt_sides){next, set, sets};
    GT_TRY(keep_last(sets, 0, &empty, err));
    if (g->n_edges == 0)
        return GT_OK;
    for (size_t h = 0; h < halves; h++)
        b.set[h] = NO_SET;
    sort_around(&b);
    link_faces(&b);
    GT_TRY(index_edges(scratch, &b, err));
    return mark_all(scratch, &b, err);
}
