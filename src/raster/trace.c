/* Tracing: borders of equal cells become polygons, row by row.
 *
 * At each corner between four cells the borders that meet there are linked: going round the corner,
 * every run of equal cells between two borders continues from the one to the other. Chains of
 * points grow at both ends, meet, and close to rings. Cells that touch at a corner only belong to
 * different patches, so no ring touches itself. Which patch a ring belongs to is known from labels
 * of the rows (union-find, as in connected components). O(cells) time; memory for the corners of
 * borders and the labels of patches. */
#include "raster_int.h"

#include <stdlib.h>
#include <string.h>

#define NONE (-1)

/* Borders that leave a corner. The chain that runs out along one, and the chain that will come in
 * along it: indices of chains, NONE where there is no data on that side. */
struct open_edge {
    int64_t out, in;
};

/* The borders around a corner, clockwise, and the cell behind each of them. */
enum { NORTH, EAST, SOUTH, WEST };

struct corner {
    int64_t x, y;
    int32_t value[4]; /* NE, SE, SW, NW: the cell clockwise of the border of that number */
    int64_t label[4];
    bool border[4];
    struct open_edge edge[4]; /* NORTH and WEST come in, EAST and SOUTH go out */
};

struct point {
    int64_t x, y; /* corners of cells */
    int64_t next;
    bool crossing; /* four borders meet: a ring may come by twice */
};

struct chain {
    int64_t alias; /* the chain that took this one in; itself: none */
    int64_t first, last;
    int64_t label;
};

struct ring {
    int64_t first, label;
    bool hole;
};

struct gt_tracer {
    struct gt_arena *a;
    struct gt_raster_info info;
    struct gt_raster_sink sink;
    int64_t w, row;
    int32_t *above, *here;             /* with a cell of no-data on either side */
    int64_t *label_above, *label_here; /* of patches */
    struct open_edge *down;            /* below each corner of the row above */
    struct point *point;
    size_t n_points, cap_points;
    struct chain *chain;
    size_t n_chains, cap_chains;
    struct ring *ring;
    size_t n_rings, cap_rings;
    int64_t *label; /* union-find: the label that stands for it */
    int32_t *value; /* of each label */
    size_t n_labels, cap_labels, cap_values;
    double *xy; /* of the result */
};

/* ---- Growing tables ---- */

#define GROW(t, member, n, cap) \
    ((t)->member = gt_grow_((t)->a, (t)->member, &(cap), (n), sizeof *(t)->member))

static bool is_crossing(const bool *border)
{
    return border[0] && border[1] && border[2] && border[3];
}

static int64_t new_point(struct gt_tracer *t, const struct corner *c)
{
    if (t->n_points == t->cap_points)
        GROW(t, point, t->n_points, t->cap_points);
    t->point[t->n_points] = (struct point){c->x, c->y, NONE, is_crossing(c->border)};
    return (int64_t)t->n_points++;
}

static int64_t new_chain(struct gt_tracer *t, int64_t point, int64_t label)
{
    if (t->n_chains == t->cap_chains)
        GROW(t, chain, t->n_chains, t->cap_chains);
    int64_t at = (int64_t)t->n_chains++;
    t->chain[at] = (struct chain){at, point, point, label};
    return at;
}

static int64_t new_label(struct gt_tracer *t, int32_t value)
{
    if (t->n_labels == t->cap_labels)
        GROW(t, label, t->n_labels, t->cap_labels);
    if (t->n_labels == t->cap_values)
        GROW(t, value, t->n_labels, t->cap_values);
    t->label[t->n_labels] = (int64_t)t->n_labels;
    t->value[t->n_labels] = value;
    return (int64_t)t->n_labels++;
}

/* ---- Union-find ---- */

static int64_t find_label(const struct gt_tracer *t, int64_t i)
{
    while (t->label[i] != i) {
        t->label[i] = t->label[t->label[i]];
        i = t->label[i];
    }
    return i;
}

/* The older one stands for both: patches stay in the order of their first cells. */
static int64_t join_labels(const struct gt_tracer *t, int64_t a, int64_t b)
{
    a = find_label(t, a);
    b = find_label(t, b);
    int64_t old = a < b ? a : b;
    t->label[a] = t->label[b] = old;
    return old;
}

static int64_t find_chain(const struct gt_tracer *t, int64_t i)
{
    while (t->chain[i].alias != i) {
        t->chain[i].alias = t->chain[t->chain[i].alias].alias;
        i = t->chain[i].alias;
    }
    return i;
}

/* ---- Labels of a row ---- */

static void label_row(struct gt_tracer *t)
{
    for (int64_t x = 1; x <= t->w; x++) {
        int32_t v = t->here[x];
        int64_t up = t->above[x] == v ? t->label_above[x] : NONE;
        int64_t left = t->here[x - 1] == v ? t->label_here[x - 1] : NONE;
        if (v == INT32_MIN)
            t->label_here[x] = NONE;
        else if (up != NONE && left != NONE)
            t->label_here[x] = join_labels(t, up, left);
        else
            t->label_here[x] = up != NONE ? up : left != NONE ? left : new_label(t, v);
    }
}

/* ---- Corners ---- */

static void add_last(struct gt_tracer *t, int64_t chain, const struct corner *c)
{
    int64_t p = new_point(t, c);
    t->point[t->chain[chain].last].next = p;
    t->chain[chain].last = p;
}

static void add_first(struct gt_tracer *t, int64_t chain, const struct corner *c)
{
    int64_t p = new_point(t, c);
    t->point[p].next = t->chain[chain].first;
    t->chain[chain].first = p;
}

static void close_ring(struct gt_tracer *t, int64_t chain)
{
    if (t->n_rings == t->cap_rings)
        GROW(t, ring, t->n_rings, t->cap_rings);
    t->ring[t->n_rings++] =
        (struct ring){.first = t->chain[chain].first, .label = t->chain[chain].label};
}

/* The chain that arrives meets the one that leaves. */
static void meet(struct gt_tracer *t, int64_t arrives, int64_t leaves)
{
    if (arrives == leaves) {
        close_ring(t, arrives);
        return;
    }
    struct chain *a = &t->chain[arrives], *b = &t->chain[leaves];
    t->point[a->last].next = b->first;
    a->last = b->last;
    b->alias = arrives;
}

/* One run of equal cells around the corner, clockwise from border `from` to border `to`: the ring
 * around it, with the cells on its left, comes in along `from` and leaves along `to`. */
static void link_run(struct gt_tracer *t, struct corner *c, int from, int to)
{
    bool turns = (from + 2) % 4 != to;
    bool in_known = from == NORTH || from == WEST, out_known = to == NORTH || to == WEST;
    int64_t in = in_known ? find_chain(t, c->edge[from].out) : NONE;
    int64_t out = out_known ? find_chain(t, c->edge[to].in) : NONE;
    if (!in_known && !out_known)
        in = out = new_chain(t, new_point(t, c), c->label[from]);
    else if (turns && in_known)
        add_last(t, in, c);
    else if (turns)
        add_first(t, out, c);
    if (in_known && out_known) {
        meet(t, in, out);
        return;
    }
    if (!in_known)
        c->edge[from].in = out_known ? out : in;
    if (!out_known)
        c->edge[to].out = in_known ? in : out;
}

static void link_corner(struct gt_tracer *t, struct corner *c)
{
    for (int from = 0; from < 4; from++) {
        if (!c->border[from] || c->value[from] == INT32_MIN)
            continue;
        int to = (from + 1) % 4;
        while (!c->border[to])
            to = (to + 1) % 4;
        link_run(t, c, from, to);
    }
}

/* The corners between the row above and this one. */
static void trace_row(struct gt_tracer *t)
{
    struct open_edge right = {NONE, NONE};
    for (int64_t x = 0; x <= t->w; x++) {
        struct corner c = {.x = x, .y = t->row};
        const int32_t v[4] = {t->above[x + 1], t->here[x + 1], t->here[x], t->above[x]};
        const int64_t l[4] = {t->label_above[x + 1], t->label_here[x + 1], t->label_here[x],
                              t->label_above[x]};
        memcpy(c.value, v, sizeof v);
        memcpy(c.label, l, sizeof l);
        bool any = false;
        for (int i = 0; i < 4; i++) {
            c.border[i] = v[i] != v[(i + 3) % 4];
            c.edge[i] = (struct open_edge){NONE, NONE};
            any = any || c.border[i];
        }
        c.edge[NORTH] = t->down[x];
        c.edge[WEST] = right;
        if (any)
            link_corner(t, &c);
        t->down[x] = c.edge[SOUTH];
        right = c.edge[EAST];
    }
}

static void take_row(struct gt_tracer *t)
{
    label_row(t);
    trace_row(t);
    int32_t *row = t->above;
    int64_t *labels = t->label_above;
    t->above = t->here;
    t->here = row;
    t->label_above = t->label_here;
    t->label_here = labels;
    t->row++;
}

static enum gt_status trace_rows(void *self, int64_t row, int64_t n, const void *cells,
                                 struct gt_err *err)
{
    struct gt_tracer *t = self;
    (void)row, (void)err;
    for (int64_t y = 0; y < n; y++) {
        memcpy(t->here + 1, (const int32_t *)cells + y * t->w, (size_t)t->w * sizeof(int32_t));
        take_row(t);
    }
    return GT_OK;
}

/* ---- Beginning and end ---- */

struct gt_tracer *gt_tracer_new(struct gt_arena *a, const struct gt_raster_info *info)
{
    struct gt_tracer *t = GT_TAKE(a, struct gt_tracer);
    size_t n = (size_t)info->grid.w + 2;
    *t = (struct gt_tracer){.a = a, .info = *info, .w = info->grid.w};
    t->above = GT_TAKE_N(a, int32_t, n);
    t->here = GT_TAKE_N(a, int32_t, n);
    t->label_above = GT_TAKE_N(a, int64_t, n);
    t->label_here = GT_TAKE_N(a, int64_t, n);
    t->down = GT_TAKE_N(a, struct open_edge, n);
    for (size_t i = 0; i < n; i++) {
        t->above[i] = t->here[i] = INT32_MIN;
        t->label_above[i] = t->label_here[i] = NONE;
        t->down[i] = (struct open_edge){NONE, NONE};
    }
    t->sink = (struct gt_raster_sink){.self = t, .rows = trace_rows};
    return t;
}

struct gt_raster_sink *gt_tracer_sink(struct gt_tracer *t)
{
    return &t->sink;
}

/* Twice the area in cells, positive where the ring runs counter-clockwise with y up. */
static int64_t area_of(const struct gt_tracer *t, int64_t first, int64_t *points)
{
    int64_t sum = 0, n = 0;
    for (int64_t p = first; p != NONE; p = t->point[p].next, n++) {
        const struct point *a = &t->point[p];
        const struct point *b = &t->point[a->next == NONE ? first : a->next];
        sum += a->y * b->x - a->x * b->y;
    }
    *points = n + 1;
    return sum;
}

/* ---- Rings that come by a corner twice ---- */

/* A point of the ring where four borders meet, by its place in the ring. */
struct visit {
    int64_t x, y, at;
};

static int by_place(const void *pa, const void *pb)
{
    const struct visit *a = pa, *b = pb;
    if (a->y != b->y)
        return a->y < b->y ? -1 : 1;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->at > b->at) - (a->at < b->at);
}

/* twin[place] = the place of the other visit. */
static void find_twins(struct visit *v, size_t n, int64_t *twin)
{
    qsort(v, n, sizeof *v, by_place);
    for (size_t i = 0; i + 1 < n; i++)
        if (v[i].x == v[i + 1].x && v[i].y == v[i + 1].y) {
            twin[v[i].at] = v[i + 1].at;
            twin[v[i + 1].at] = v[i].at;
        }
}

/* Links stack[from..to) into a ring of its own. */
static void cut_off(struct gt_tracer *t, const int64_t *stack, int64_t from, int64_t to,
                    int64_t label)
{
    for (int64_t i = from; i + 1 < to; i++)
        t->point[stack[i]].next = stack[i + 1];
    t->point[stack[to - 1]].next = NONE;
    if (t->n_rings == t->cap_rings)
        GROW(t, ring, t->n_rings, t->cap_rings);
    t->ring[t->n_rings++] = (struct ring){.first = stack[from], .label = label};
}

/* The ring is walked with a stack: at the second visit of a corner, what lies between the two is a
 * ring by itself. `ring` keeps the rest. */
static void split_ring(struct gt_tracer *t, size_t ring, int64_t points, size_t visits)
{
    GT_AUTO_ARENA mine = gt_arena_new();
    int64_t label = t->ring[ring].label, n = 0, top = 0;
    int64_t *twin = GT_TAKE_N(mine, int64_t, (size_t)points);
    int64_t *stack = GT_TAKE_N(mine, int64_t, (size_t)points);
    int64_t *place = GT_TAKE_N(mine, int64_t, (size_t)points); /* in the stack */
    struct visit *v = GT_TAKE_N(mine, struct visit, visits);
    size_t k = 0;
    for (int64_t p = t->ring[ring].first; p != NONE; p = t->point[p].next, n++) {
        twin[n] = NONE;
        if (t->point[p].crossing)
            v[k++] = (struct visit){t->point[p].x, t->point[p].y, n};
    }
    find_twins(v, k, twin);
    n = 0;
    for (int64_t p = t->ring[ring].first, next; p != NONE; p = next, n++) {
        next = t->point[p].next;
        if (twin[n] != NONE && twin[n] < n) {
            cut_off(t, stack, place[twin[n]], top, label);
            top = place[twin[n]];
        }
        place[n] = top;
        stack[top++] = p;
    }
    cut_off(t, stack, 0, top, label);
    t->ring[ring] = t->ring[--t->n_rings];
}

static void split_rings(struct gt_tracer *t)
{
    size_t n = t->n_rings;
    for (size_t i = 0; i < n; i++) {
        int64_t points = 0;
        size_t visits = 0;
        for (int64_t p = t->ring[i].first; p != NONE; p = t->point[p].next, points++)
            visits += t->point[p].crossing;
        if (visits > 1)
            split_ring(t, i, points, visits);
    }
}

/* ---- The result ---- */

/* By patch, the outer ring first. */
static int by_label(const void *pa, const void *pb)
{
    const struct ring *a = pa, *b = pb;
    if (a->label != b->label)
        return a->label < b->label ? -1 : 1;
    return a->hole != b->hole ? a->hole - b->hole : (a->first > b->first) - (a->first < b->first);
}

static int64_t sort_rings(const struct gt_tracer *t)
{
    int64_t points = 0, n;
    for (size_t i = 0; i < t->n_rings; i++) {
        struct ring *r = &t->ring[i];
        r->label = find_label(t, r->label);
        r->hole = area_of(t, r->first, &n) < 0;
        points += n;
    }
    if (t->n_rings)
        qsort(t->ring, t->n_rings, sizeof *t->ring, by_label);
    return points;
}

static void put_point(const struct gt_tracer *t, int64_t p, double *xy)
{
    const struct gt_grid *g = &t->info.grid;
    xy[0] = g->x0 + (double)t->point[p].x * g->dx;
    xy[1] = g->y0 - (double)t->point[p].y * g->dy;
}

static void widen(struct gt_box *b, const double *xy, bool first)
{
    if (first)
        *b = (struct gt_box){xy[0], xy[1], xy[0], xy[1]};
    b->x0 = xy[0] < b->x0 ? xy[0] : b->x0;
    b->y0 = xy[1] < b->y0 ? xy[1] : b->y0;
    b->x1 = xy[0] > b->x1 ? xy[0] : b->x1;
    b->y1 = xy[1] > b->y1 ? xy[1] : b->y1;
}

/* Rings are sorted: features, parts and points in their order. */
static void fill(const struct gt_tracer *t, struct gt_shapes *s, int64_t *part, int64_t *point,
                 int32_t *value)
{
    double *xy = t->xy;
    int64_t n = 0;
    size_t features = 0;
    for (size_t i = 0; i < t->n_rings; i++) {
        const struct ring *r = &t->ring[i];
        if (i == 0 || r->label != t->ring[i - 1].label) {
            part[features] = (int64_t)i;
            value[features++] = t->value[r->label];
        }
        point[i] = n;
        for (int64_t p = r->first; p != NONE; p = t->point[p].next, n++) {
            put_point(t, p, xy + 2 * n);
            widen(&s->box, xy + 2 * n, n == 0);
        }
        put_point(t, r->first, xy + 2 * n++);
    }
    part[features] = (int64_t)t->n_rings;
    point[t->n_rings] = n;
    s->n = features;
}

enum gt_status gt_tracer_end(struct gt_tracer *t, const struct gt_shapes **shapes,
                             const int32_t **value, struct gt_err *err)
{
    /* A row of no-data below the last one closes what is open. */
    for (int64_t x = 1; x <= t->w; x++)
        t->here[x] = INT32_MIN;
    take_row(t);
    struct gt_shapes *s = GT_TAKE(t->a, struct gt_shapes);
    split_rings(t);
    int64_t points = sort_rings(t);
    size_t rings = t->n_rings + 1;
    void *xy, *part, *point, *values;
    GT_TRY(gt_reserve(t->a, 2 * (size_t)points + 1, sizeof(double), "points", &xy, err));
    GT_TRY(gt_reserve(t->a, rings, sizeof(int64_t), "rings", &part, err));
    GT_TRY(gt_reserve(t->a, rings, sizeof(int64_t), "rings", &point, err));
    GT_TRY(gt_reserve(t->a, rings, sizeof(int32_t), "values", &values, err));
    t->xy = xy;
    *s = (struct gt_shapes){.kind = GT_SHAPE_POLYGON,
                            .crs = t->info.crs,
                            .part = part,
                            .point = point,
                            .xy = xy,
                            .box = {NAN, NAN, NAN, NAN}};
    fill(t, s, part, point, values);
    *shapes = s;
    *value = values;
    return GT_OK;
}
