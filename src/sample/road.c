/* road.c: roads that shun slopes and large rivers, and the barriers that remain between them. A
 * trunk road follows the main valley; every town and village is tied to it by the cheapest way over
 * the lattice (Dijkstra 1959); O(n log n), n = LAND_N. */
#include "sample_int.h"

#include <math.h>
#include <string.h>

struct net {
    const struct gt_sample *s;
    double *cost;
    int32_t *from;
    bool *on;      /* a road runs through the node */
    double *x, *y; /* where it does */
    int32_t *walk; /* scratch: the nodes of one road */
    struct gt_heap heap;
};

/* ---- Ways ---- */

/* Metres of easy ground that a metre is worth. */
static double toil(const struct gt_sample *s, int node)
{
    bool shore;
    double grade = s->fact[FACT_SLOPE][node] / 0.07, z = s->land.z[node];
    double v = 1 + grade * grade + (z > 5000 ? (z - 5000) / 100 : 0);
    if (gt_sample_lake_at(s->lake, s->n_lakes, land_x(node), land_y(node), &shore) && !shore)
        return 400;
    return s->land.upstream[node] > 2e8 ? v + 12 : v;
}

static void offer(struct net *n, int32_t node, double cost, int32_t from)
{
    if (cost >= n->cost[node])
        return;
    n->cost[node] = cost;
    n->from[node] = from;
    if (n->heap.n < 8 * LAND_N)
        gt_sample_push(&n->heap, (struct gt_heap_entry){cost, node});
}

/* Costs from the nodes that were offered at none. */
static void spread(struct net *n)
{
    while (n->heap.n) {
        struct gt_heap_entry e = gt_sample_pop(&n->heap);
        if (e.key > n->cost[e.node])
            continue;
        int32_t next[8];
        int count = gt_sample_neighbours(e.node, next);
        double here = toil(n->s, e.node);
        for (int i = 0; i < count; i++) {
            double dx = land_x(next[i]) - land_x(e.node), dy = land_y(next[i]) - land_y(e.node);
            double mean = (here + toil(n->s, next[i])) / 2;
            if (land_inside(next[i], 0))
                offer(n, next[i], e.key + mean * gt_sample_hypot(dx, dy), e.node);
        }
    }
}

static void clear(struct net *n)
{
    for (int i = 0; i < LAND_N; i++) {
        n->cost[i] = (double)INFINITY;
        n->from[i] = -1;
    }
    n->heap.n = 0;
}

static int node_at(double x, double y)
{
    int col = (int)clampd(floor(x / LAND_STEP + 0.5), 0, LAND_W - 1 - 2 * LAND_MARGIN);
    int row = (int)clampd(floor(y / LAND_STEP + 0.5), 0, LAND_H - 1 - 2 * LAND_MARGIN);
    return (row + LAND_MARGIN) * LAND_W + col + LAND_MARGIN;
}

/* ---- Lines ---- */

/* Moves the inner points of a way towards their neighbours' middle. */
static void smooth(double *v, int n)
{
    for (int round = 0; round < 3; round++) {
        double before = v[0];
        for (int i = 1; i + 1 < n; i++) {
            double here = v[i];
            v[i] = (before + 2 * here + v[i + 1]) / 4;
            before = here;
        }
    }
}

/* Draws the way from a node to the first one that a road runs through already. */
static void draw(struct gt_sketch *k, struct net *n, int32_t start)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    int count = 0;
    int32_t at = start;
    for (; at >= 0; at = n->from[at]) {
        n->walk[count++] = at;
        if (n->on[at])
            break;
    }
    double *x = GT_TAKE_N(scratch, double, (size_t)count),
           *y = GT_TAKE_N(scratch, double, (size_t)count);
    for (int i = 0; i < count; i++) {
        int32_t node = n->walk[i];
        x[i] = n->on[node] ? n->x[node] : land_x(node);
        y[i] = n->on[node] ? n->y[node] : land_y(node);
    }
    smooth(x, count);
    smooth(y, count);
    gt_sketch_feature(k);
    gt_sketch_part(k);
    for (int i = 0; i < count; i++) {
        int32_t node = n->walk[i];
        n->on[node] = true;
        n->x[node] = x[i];
        n->y[node] = y[i];
        gt_sketch_point(k, x[i], y[i]);
    }
}

static void describe(struct gt_sketch *k, const char *name, const char *type, double km_h)
{
    gt_sketch_text(k, name);
    gt_sketch_text(k, type);
    gt_sketch_num(k, km_h);
}

static void trunk_road(struct gt_sketch *k, struct net *n)
{
    const struct gt_land *land = &n->s->land;
    int west = node_at(0, land_y(land->inlet)), east = node_at(BOX_W, land_y(land->outlet));
    clear(n);
    offer(n, east, 0, -1);
    spread(n);
    draw(k, n, west);
    describe(k, "G990（虚构）", "国道", 80);
}

static void tie(struct gt_sketch *k, struct net *n, const struct gt_blob *to, int nth)
{
    int node = node_at(to->x, to->y);
    bool town = nth < n->s->n_towns;
    if (n->on[node])
        return;
    draw(k, n, node);
    if (town && nth < COUNTY_PARTS)
        describe(k, gt_printf(k->a, "S99%d（虚构）", nth + 1), "省道", 60);
    else
        describe(k, NULL, town ? "县道" : "村道", town ? 40 : 25);
}

void gt_sample_road(struct gt_sketch *k)
{
    static const char *const fields[] = {"name", "type", "speed"};
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_sample *s = k->s;
    struct net n = {s,
                    GT_TAKE_N(a, double, LAND_N),
                    GT_TAKE_N(a, int32_t, LAND_N),
                    GT_TAKE_N(a, bool, LAND_N),
                    GT_TAKE_N(a, double, LAND_N),
                    GT_TAKE_N(a, double, LAND_N),
                    GT_TAKE_N(a, int32_t, LAND_N),
                    {GT_TAKE_N(a, struct gt_heap_entry, (size_t)8 * LAND_N), 0}};
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    trunk_road(k, &n);
    clear(&n);
    for (int32_t i = 0; i < LAND_N; i++)
        if (n.on[i])
            offer(&n, i, 0, -1);
    spread(&n);
    for (int i = 0; i < s->n_towns; i++)
        tie(k, &n, &s->town[i], i);
    for (int i = 0; i < s->n_villages; i++)
        tie(k, &n, &s->village[i], s->n_towns + i);
}

/* ---- Barriers ---- */

static double side(const double *a, const double *b, const double *c)
{
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
}

static bool crosses(const double *a, const double *b, const double *c, const double *d)
{
    return (side(a, b, c) > 0) != (side(a, b, d) > 0) && (side(c, d, a) > 0) != (side(c, d, b) > 0);
}

/* Some road crosses the line from a to b (in the CRS). */
static bool bridged(const struct gt_shapes *road, const double *a, const double *b)
{
    for (size_t i = 0; i < road->n; i++)
        for (int64_t j = road->point[i]; j + 1 < road->point[i + 1]; j++) {
            const double *c = road->xy + 2 * j;
            if (fabs(c[0] - a[0]) < 400 && fabs(c[1] - a[1]) < 400 && crosses(a, b, c, c + 2))
                return true;
        }
    return false;
}

/* The trunk river, open where a road crosses it. */
void gt_sample_barrier(struct gt_sketch *k)
{
    static const char *const fields[] = {"name"};
    const struct gt_sample *s = k->s;
    const struct gt_rivers *r = &s->rivers;
    bool open = false;
    k->field = fields;
    k->n_fields = GT_LEN(fields);
    for (int32_t i = r->n - 1; i >= 0; i--) {
        const struct gt_river_node *v = &r->v[i], *to = v->to >= 0 ? &r->v[v->to] : NULL;
        if (v->upstream < 1e9)
            continue;
        bool here = to && v->x > 0 && to->x < BOX_W && to->x > 0 && v->x < BOX_W;
        double a[2] = {s->x0 + v->x, s->y0 - v->y}, b[2] = {0, 0};
        if (here) {
            b[0] = s->x0 + to->x;
            b[1] = s->y0 - to->y;
        }
        if (!here || bridged(&s->vector[GT_SAMPLE_ROAD].shapes, a, b)) {
            open = false;
            continue;
        }
        if (!open) {
            gt_sketch_spot(k, v->x, v->y);
            gt_sketch_text(k, "甲川（虚构）");
        }
        gt_sketch_point(k, to->x, to->y);
        open = true;
    }
}
