/* arcs.c: borders cut into arcs at the points where other than two edges meet. Rings that meet no
 * other border, and loops, are cut at their least point and at the one furthest from it. Expected
 * O(n). */
#include "arcs.h"

#include <math.h>
#include <string.h>

struct arcs {
    struct gt_arena *a; /* of what is only needed on the way */
    const struct gt_shapes *s;
    uint32_t *spot; /* by point of the shapes */
    double *xy;     /* by spot */
    size_t n_spots;
    uint8_t *edges; /* by spot: edges that meet there, 3 for more */
    uint8_t *node;  /* by spot */
    /* the arcs found, by their directed first edge */
    uint64_t *key;
    int64_t *found;
    size_t size;
    GT_VEC(struct gt_arc) arc;
    GT_VEC(uint32_t) point;
    GT_VEC(int64_t) use;
};

static uint64_t mixed(uint64_t h)
{
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

static size_t table_size(size_t n)
{
    size_t size = 16;
    while (size < 2 * n)
        size *= 2;
    return size;
}

static uint64_t hash_point(const double *p)
{
    uint64_t bits[2];
    const double q[2] = {p[0] + 0.0, p[1] + 0.0}; /* no -0 */
    memcpy(bits, q, sizeof bits);
    return mixed(bits[0] ^ mixed(bits[1]));
}

/* ---- Spots ---- */

GT_MUST static enum gt_status find_spots(struct gt_arena *a, struct arcs *x, struct gt_err *err)
{
    const struct gt_shapes *s = x->s;
    size_t n = (size_t)s->point[s->part[s->n]], size = table_size(n);
    void *spot, *xy, *table;
    if (n >= UINT32_MAX)
        return gt_fail(err, GT_ETOOBIG, "expected fewer than 4 billion points, found %zu", n);
    GT_TRY(gt_reserve(x->a, n + 1, sizeof(uint32_t), "points of borders", &spot, err));
    GT_TRY(gt_reserve(a, n + 1, 2 * sizeof(double), "points of borders", &xy, err));
    GT_TRY(gt_reserve(x->a, size, sizeof(uint32_t), "points of borders", &table, err));
    uint32_t *slot = table; /* spots from 1 */
    x->spot = spot;
    x->xy = xy;
    for (size_t i = 0; i < n; i++) {
        const double *p = s->xy + 2 * i;
        if (!isfinite(p[0]) || !isfinite(p[1]))
            return gt_fail(err, GT_EINPUT, "point %zu: expected finite coordinates, found (%g, %g)",
                           i + 1, p[0], p[1]);
        size_t at = hash_point(p) & (size - 1);
        while (slot[at] &&
               (x->xy[2 * (slot[at] - 1)] != p[0] || x->xy[2 * (slot[at] - 1) + 1] != p[1]))
            at = (at + 1) & (size - 1);
        if (!slot[at]) {
            memcpy(x->xy + 2 * x->n_spots, p, 2 * sizeof *p);
            slot[at] = (uint32_t)++x->n_spots;
        }
        x->spot[i] = slot[at] - 1;
    }
    return GT_OK;
}

/* ---- Nodes ---- */

static uint64_t edge_key(uint32_t u, uint32_t v)
{
    return ((uint64_t)u << 32 | v) + 1;
}

/* Counts each edge at both ends the first time that it is seen. */
GT_MUST static enum gt_status count_edges(struct arcs *x, struct gt_err *err)
{
    const struct gt_shapes *s = x->s;
    size_t n = (size_t)s->point[s->part[s->n]], size = table_size(n);
    void *table, *edges, *node;
    GT_TRY(gt_reserve(x->a, size, sizeof(uint64_t), "edges of borders", &table, err));
    GT_TRY(gt_reserve(x->a, x->n_spots + 1, 1, "points of borders", &edges, err));
    GT_TRY(gt_reserve(x->a, x->n_spots + 1, 1, "points of borders", &node, err));
    uint64_t *slot = table;
    x->edges = edges;
    x->node = node;
    for (int64_t part = 0; part < s->part[s->n]; part++)
        for (int64_t i = s->point[part]; i + 1 < s->point[part + 1]; i++) {
            uint32_t u = x->spot[i], v = x->spot[i + 1];
            uint64_t key = u < v ? edge_key(u, v) : edge_key(v, u);
            size_t at = mixed(key) & (size - 1);
            while (slot[at] && slot[at] != key)
                at = (at + 1) & (size - 1);
            if (slot[at] || u == v)
                continue;
            slot[at] = key;
            if (x->edges[u] < 3)
                x->edges[u]++;
            if (x->edges[v] < 3)
                x->edges[v]++;
        }
    for (size_t k = 0; k < x->n_spots; k++)
        x->node[k] = x->edges[k] != 2;
    return GT_OK;
}

static bool is_less(const double *p, const double *q)
{
    return p[0] != q[0] ? p[0] < q[0] : p[1] < q[1];
}

/* The spots of one part, without repeats of neighbours; a ring's last is its first. */
struct walk {
    const uint32_t *v;
    size_t n;
    bool ring;
};

static struct walk walk_of(struct arcs *x, int64_t part, uint32_t *room)
{
    const struct gt_shapes *s = x->s;
    struct walk w = {.v = room};
    for (int64_t i = s->point[part]; i < s->point[part + 1]; i++)
        if (w.n == 0 || room[w.n - 1] != x->spot[i])
            room[w.n++] = x->spot[i];
    w.ring = w.n > 1 && room[0] == room[w.n - 1];
    return w;
}

/* Cuts a loop from place i to place j, both at one spot, at the spot furthest from there. */
static void cut_loop(struct arcs *x, const struct walk *w, size_t i, size_t j)
{
    const double *p = x->xy + 2 * w->v[i];
    double most = -1;
    uint32_t best = w->v[i];
    for (size_t k = i + 1; k < j; k++) {
        const double *q = x->xy + 2 * w->v[k];
        double d = hypot(q[0] - p[0], q[1] - p[1]);
        if (d > most || (!(d < most) && is_less(q, x->xy + 2 * best))) {
            most = d;
            best = w->v[k];
        }
    }
    x->node[best] = 1;
}

/* A ring's first node; without one its least spot becomes one. */
static size_t first_node(struct arcs *x, const struct walk *w)
{
    size_t least = 0;
    for (size_t i = 0; i < w->n; i++) {
        if (x->node[w->v[i]])
            return i;
        if (is_less(x->xy + 2 * w->v[i], x->xy + 2 * w->v[least]))
            least = i;
    }
    x->node[w->v[least]] = 1;
    return least;
}

/* Turns a ring so that it begins at a node. */
static void turn(struct walk *w, uint32_t *room, size_t first, uint32_t *spare)
{
    if (first == 0)
        return;
    size_t n = w->n - 1;
    for (size_t i = 0; i <= n; i++)
        spare[i] = w->v[(first + i) % n];
    memcpy(room, spare, w->n * sizeof *room);
}

/* A part from its first node on; n is 0 where it has no length. */
static struct walk from_node(struct arcs *x, int64_t part, uint32_t *room, uint32_t *spare)
{
    struct walk w = walk_of(x, part, room);
    if (w.n < 2)
        return (struct walk){0};
    if (w.ring)
        turn(&w, room, first_node(x, &w), spare);
    else
        x->node[room[0]] = x->node[room[w.n - 1]] = 1;
    return w;
}

static void cut_loops(struct arcs *x, const struct walk *w)
{
    size_t last = 0;
    for (size_t i = 1; i < w->n; i++)
        if (x->node[w->v[i]]) {
            if (w->v[i] == w->v[last])
                cut_loop(x, w, last, i);
            last = i;
        }
}

/* ---- Arcs ---- */

static size_t slot_of(const struct arcs *x, uint64_t key)
{
    size_t at = mixed(key) & (x->size - 1);
    while (x->key[at] && x->key[at] != key)
        at = (at + 1) & (x->size - 1);
    return at;
}

/* The arc from place i to place j of a walk, made where it is new. */
static void use_arc(struct gt_arena *a, struct arcs *x, const struct walk *w, size_t i, size_t j)
{
    uint64_t ahead = edge_key(w->v[i], w->v[i + 1]), back = edge_key(w->v[j], w->v[j - 1]);
    size_t at = slot_of(x, ahead);
    if (!x->key[at]) {
        *GT_PUSH(x->a, &x->arc) = (struct gt_arc){x->point.n, j - i + 1};
        for (size_t k = i; k <= j; k++)
            *GT_PUSH(a, &x->point) = w->v[k];
        x->key[at] = ahead;
        x->found[at] = (int64_t)x->arc.n;
        size_t end = slot_of(x, back);
        x->key[end] = back;
        x->found[end] = -(int64_t)x->arc.n;
    }
    *GT_PUSH(a, &x->use) = x->found[at];
}

static void use_arcs(struct gt_arena *a, struct arcs *x, const struct walk *w)
{
    size_t last = 0;
    for (size_t i = 1; i < w->n; i++)
        if (x->node[w->v[i]]) {
            use_arc(a, x, w, last, i);
            last = i;
        }
}

GT_MUST static enum gt_status open_table(struct arcs *x, struct gt_err *err)
{
    void *key, *found;
    x->size = table_size((size_t)x->s->point[x->s->part[x->s->n]]);
    GT_TRY(gt_reserve(x->a, x->size, sizeof(uint64_t), "arcs of borders", &key, err));
    GT_TRY(gt_reserve(x->a, x->size, sizeof(int64_t), "arcs of borders", &found, err));
    x->key = key;
    x->found = found;
    return GT_OK;
}

static size_t longest_part(const struct gt_shapes *s)
{
    int64_t most = 0;
    for (int64_t part = 0; part < s->part[s->n]; part++)
        if (s->point[part + 1] - s->point[part] > most)
            most = s->point[part + 1] - s->point[part];
    return (size_t)most;
}

enum gt_status gt_arcs_of(struct gt_arena *a, const struct gt_shapes *s, const struct gt_arcs **out,
                          struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct arcs x = {.a = scratch, .s = s};
    struct gt_arcs *made = GT_TAKE(a, struct gt_arcs);
    int64_t parts = s->part[s->n];
    size_t longest = longest_part(s);
    void *first, *room, *spare, *arc;
    GT_TRY(gt_reserve(a, (size_t)parts + 1, sizeof(int64_t), "parts of borders", &first, err));
    GT_TRY(gt_reserve(scratch, longest + 1, sizeof(uint32_t), "points of borders", &room, err));
    GT_TRY(gt_reserve(scratch, longest + 1, sizeof(uint32_t), "points of borders", &spare, err));
    GT_TRY(find_spots(a, &x, err));
    GT_TRY(count_edges(&x, err));
    GT_TRY(open_table(&x, err));
    for (int64_t part = 0; part < parts; part++) {
        struct walk w = from_node(&x, part, room, spare);
        cut_loops(&x, &w);
    }
    for (int64_t part = 0; part < parts; part++) {
        struct walk w = from_node(&x, part, room, spare);
        use_arcs(a, &x, &w);
        ((int64_t *)first)[part + 1] = (int64_t)x.use.n;
    }
    GT_TRY(gt_reserve(a, x.arc.n + 1, sizeof(struct gt_arc), "arcs of borders", &arc, err));
    if (x.arc.n > 0)
        memcpy(arc, x.arc.v, x.arc.n * sizeof(struct gt_arc));
    *made = (struct gt_arcs){.n_spots = x.n_spots,
                             .xy = x.xy,
                             .n = x.arc.n,
                             .arc = arc,
                             .point = x.point.v,
                             .part = first,
                             .use = x.use.v};
    *out = made;
    return GT_OK;
}
