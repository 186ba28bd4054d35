/* coverage_net.c: edges joined to a net: near points become one, edges are cut where points lie on
 * them and where they cross.
 *
 * Coordinates are whole numbers, 1024 a tolerance, so that turns are exact; distances are in metres
 * by the local scale. Rounds of cutting end because points are never nearer to one another than the
 * tolerance and parts are always shorter than what was cut. n log n for edges that meet few others.
 */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

#define FINE 1024
#define ROUNDS 40
#define ON_EDGE 0.75 /* tolerances; below 0.866 each part is shorter than the edge it came from */

struct work {
    struct gt_net *net;
    struct gt_arena *a;
    int32_t *slot; /* hash of vertices by cell */
    size_t n_slots;
};

int gt_net_turn(struct gt_net_point a, struct gt_net_point b, struct gt_net_point c)
{
    __int128 l = (__int128)(b.x - a.x) * (c.y - a.y), r = (__int128)(b.y - a.y) * (c.x - a.x);
    return l > r ? 1 : l < r ? -1 : 0;
}

/* ---- Vertices ---- */

static uint64_t cell_hash(int64_t cx, int64_t cy)
{
    uint64_t h = (uint64_t)cx * 0x9e3779b97f4a7c15u ^ (uint64_t)cy * 0xc2b2ae3d27d4eb4fu;
    h ^= h >> 29;
    h *= 0xbf58476d1ce4e5b9u;
    return h ^ h >> 32;
}

static int64_t cell_of(int64_t v)
{
    return v >= 0 ? v / FINE : -((-v + FINE - 1) / FINE);
}

static void put_slot(struct work *w, int32_t vertex)
{
    const struct gt_net_point *p = &w->net->at[vertex];
    size_t s = cell_hash(cell_of(p->x), cell_of(p->y)) & (w->n_slots - 1);
    while (w->slot[s])
        s = (s + 1) & (w->n_slots - 1);
    w->slot[s] = vertex + 1;
}

static void grow_slots(struct work *w)
{
    w->n_slots *= 2;
    w->slot = GT_TAKE_N(w->a, int32_t, w->n_slots);
    for (size_t i = 0; i < w->net->n_at; i++)
        put_slot(w, (int32_t)i);
}

/* The nearest vertex of a cell that is within the tolerance. */
static void near_in_cell(const struct work *w, int64_t cx, int64_t cy, const double *xy,
                         int32_t *best, double *best_m)
{
    const struct gt_net *net = w->net;
    size_t s = cell_hash(cx, cy) & (w->n_slots - 1);
    for (; w->slot[s]; s = (s + 1) & (w->n_slots - 1)) {
        int32_t v = w->slot[s] - 1;
        if (cell_of(net->at[v].x) != cx || cell_of(net->at[v].y) != cy)
            continue;
        double m = gt_scale_distance(&net->scale, xy[0], xy[1], net->xy[2 * v], net->xy[2 * v + 1]);
        if (m <= net->scale.tolerance && (m < *best_m || (!(m > *best_m) && v < *best))) {
            *best = v;
            *best_m = m;
        }
    }
}

static int32_t vertex_at(struct work *w, double x, double y, bool crossing)
{
    struct gt_net *net = w->net;
    struct gt_net_point p = {llround((x - net->x0) / net->qx), llround((y - net->y0) / net->qy)};
    const double xy[2] = {x, y};
    int32_t best = -1;
    double best_m = HUGE_VAL;
    int64_t cx = cell_of(p.x), cy = cell_of(p.y);
    for (int64_t dy = -1; dy <= 1; dy++)
        for (int64_t dx = -1; dx <= 1; dx++)
            near_in_cell(w, cx + dx, cy + dy, xy, &best, &best_m);
    if (best >= 0)
        return best;
    if (net->n_at == net->cap_at) {
        size_t cap = net->cap_at;
        net->at = gt_grow_(w->a, net->at, &net->cap_at, net->n_at, sizeof *net->at);
        net->cap_at = cap;
        net->crossing = gt_grow_(w->a, net->crossing, &net->cap_at, net->n_at, 1);
        net->cap_at = cap;
        net->xy = gt_grow_(w->a, net->xy, &net->cap_at, net->n_at, 2 * sizeof *net->xy);
    }
    int32_t v = (int32_t)net->n_at++;
    net->at[v] = p;
    net->xy[2 * v] = x;
    net->xy[2 * v + 1] = y;
    net->crossing[v] = crossing;
    if (net->n_at * 2 > w->n_slots)
        grow_slots(w);
    else
        put_slot(w, v);
    return v;
}

/* Whole numbers fine enough for the tolerance wherever the layer lies. The tolerance is not finer
 * than some last digits of the coordinates. */
static void frame(struct gt_net *net)
{
    struct gt_box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (size_t i = 0; i < net->n_in; i++) {
        const struct gt_net_in *e = &net->in[i];
        b.x0 = fmin(b.x0, fmin(e->x0, e->x1));
        b.x1 = fmax(b.x1, fmax(e->x0, e->x1));
        b.y0 = fmin(b.y0, fmin(e->y0, e->y1));
        b.y1 = fmax(b.y1, fmax(e->y0, e->y1));
    }
    double kx, ky, far = fmax(fabs(b.y0), fabs(b.y1)), size = fmax(b.x1 - b.x0, b.y1 - b.y0);
    gt_scale_at(&net->scale, far, &kx, &ky);
    double digits = fmax(fmax(fabs(b.x0), fabs(b.x1)), far) * 0x1p-46;
    net->x0 = b.x0;
    net->y0 = b.y0;
    net->scale.tolerance = fmax(net->scale.tolerance, fmax(digits, size * 0x1p-45) * kx);
    net->qx = net->scale.tolerance / kx / FINE;
    gt_scale_at(&net->scale, 0, &kx, &ky);
    net->scale.tolerance = fmax(net->scale.tolerance, fmax(digits, size * 0x1p-45) * ky);
    net->qy = net->scale.tolerance / ky / FINE;
}

/* ---- Cuts ---- */

struct cut {
    int32_t seg, vertex;
    double t; /* along the part, 0..1 */
    double m; /* how far the vertex lay off; -1: a crossing */
};

struct cutting {
    struct work *w;
    struct gt_arena *a;
    const uint32_t *order;
    GT_VEC(struct cut) cuts;
    size_t most, tidy; /* cuts that are too many; after how many they are sorted out */
};

static void add_cut(struct cutting *c, int32_t seg, int32_t vertex, double m)
{
    const struct gt_net *net = c->w->net;
    const struct gt_net_seg *s = &net->seg[seg];
    if (vertex == s->u || vertex == s->v)
        return;
    struct gt_net_point a = net->at[s->u], b = net->at[s->v], p = net->at[vertex];
    double dx = (double)(b.x - a.x), dy = (double)(b.y - a.y);
    double t = ((double)(p.x - a.x) * dx + (double)(p.y - a.y) * dy) / (dx * dx + dy * dy);
    *GT_PUSH(c->a, &c->cuts) = (struct cut){seg, vertex, t, m};
}

static void try_point(struct cutting *c, int32_t seg, int32_t vertex)
{
    struct gt_net *net = c->w->net;
    const struct gt_net_seg *s = &net->seg[seg];
    if (vertex == s->u || vertex == s->v)
        return;
    const double *p = net->xy + 2 * vertex;
    const double line[4] = {net->xy[2 * s->u], net->xy[2 * s->u + 1], net->xy[2 * s->v],
                            net->xy[2 * s->v + 1]};
    double m = gt_scale_to_segment(&net->scale, p[0], p[1], line);
    if (m > ON_EDGE * net->scale.tolerance)
        return;
    add_cut(c, seg, vertex, m);
}

static void try_crossing(struct cutting *c, int32_t i, int32_t j)
{
    struct gt_net *net = c->w->net;
    const struct gt_net_seg *s = &net->seg[i], *t = &net->seg[j];
    struct gt_net_point a = net->at[s->u], b = net->at[s->v], p = net->at[t->u], q = net->at[t->v];
    int o1 = gt_net_turn(a, b, p), o2 = gt_net_turn(a, b, q);
    if (o1 * o2 >= 0 || gt_net_turn(p, q, a) * gt_net_turn(p, q, b) >= 0)
        return;
    double ax = net->xy[2 * s->u], ay = net->xy[2 * s->u + 1];
    double dx = net->xy[2 * s->v] - ax, dy = net->xy[2 * s->v + 1] - ay;
    double px = net->xy[2 * t->u], py = net->xy[2 * t->u + 1];
    double ex = net->xy[2 * t->v] - px, ey = net->xy[2 * t->v + 1] - py;
    double share = ((px - ax) * ey - (py - ay) * ex) / (dx * ey - dy * ex);
    if (!(share >= 0 && share <= 1))
        share = 0.5;
    int32_t v = vertex_at(c->w, ax + share * dx, ay + share * dy, true);
    add_cut(c, i, v, -1);
    add_cut(c, j, v, -1);
}

static int by_place(const void *a, const void *b)
{
    const struct cut *p = a, *q = b;
    if (p->seg != q->seg)
        return p->seg < q->seg ? -1 : 1;
    if (p->t < q->t || p->t > q->t)
        return p->t < q->t ? -1 : 1;
    return p->vertex < q->vertex ? -1 : p->vertex > q->vertex;
}

/* Each cut once: a vertex that many edges share is met with each of them. */
static void tidy(struct cutting *c)
{
    struct cut *v = c->cuts.v;
    size_t n = 0;
    if (c->cuts.n)
        qsort(v, c->cuts.n, sizeof *v, by_place);
    for (size_t i = 0; i < c->cuts.n; i++)
        if (n == 0 || v[n - 1].seg != v[i].seg || v[n - 1].vertex != v[i].vertex)
            v[n++] = v[i];
    c->cuts.n = n;
}

static bool try_pair(void *ctx, size_t at_i, size_t at_j)
{
    struct cutting *c = ctx;
    int32_t i = (int32_t)c->order[at_i], j = (int32_t)c->order[at_j];
    const struct gt_net_seg *s = &c->w->net->seg[i], *t = &c->w->net->seg[j];
    if ((s->u == t->u && s->v == t->v) || (s->u == t->v && s->v == t->u))
        return true;
    size_t before = c->cuts.n;
    try_point(c, i, t->u);
    try_point(c, i, t->v);
    try_point(c, j, s->u);
    try_point(c, j, s->v);
    if (c->cuts.n == before && s->u != t->u && s->u != t->v && s->v != t->u && s->v != t->v)
        try_crossing(c, i, j);
    if (c->cuts.n <= c->tidy)
        return true;
    tidy(c);
    return c->cuts.n <= c->most;
}

static enum gt_status seg_boxes(const struct gt_net *net, struct gt_arena *a, struct gt_box **out,
                                struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(a, net->n_seg + 1, sizeof(struct gt_box), "boxes of edges", &p, err));
    struct gt_box *box = p;
    double mx = FINE * net->qx, my = FINE * net->qy;
    for (size_t i = 0; i < net->n_seg; i++) {
        const double *u = net->xy + 2 * net->seg[i].u, *v = net->xy + 2 * net->seg[i].v;
        box[i] = (struct gt_box){fmin(u[0], v[0]) - mx, fmin(u[1], v[1]) - my,
                                 fmax(u[0], v[0]) + mx, fmax(u[1], v[1]) + my};
    }
    *out = box;
    return GT_OK;
}

static void note_joined(struct work *w, const struct cut *c, int32_t tag)
{
    struct gt_net *net = w->net;
    if (c->m < 0)
        return;
    if (net->n_joined == net->cap_joined)
        net->joined =
            gt_grow_(w->a, net->joined, &net->cap_joined, net->n_joined, sizeof *net->joined);
    net->joined[net->n_joined++] = (struct gt_net_joined){c->vertex, tag, c->m};
}

/* The parts after the cuts; those that were cut are fresh. */
static enum gt_status apply_cuts(struct work *w, struct cutting *c, uint8_t **fresh,
                                 struct gt_err *err)
{
    struct gt_net *net = w->net;
    void *p, *f;
    GT_TRY(gt_reserve(w->a, net->n_seg + c->cuts.n, sizeof *net->seg, "edges", &p, err));
    GT_TRY(gt_reserve(w->a, net->n_seg + c->cuts.n, 1, "edges", &f, err));
    struct gt_net_seg *to = p;
    *fresh = f;
    size_t n = 0, k = 0;
    for (size_t i = 0; i < net->n_seg; i++) {
        struct gt_net_seg s = net->seg[i];
        bool was_cut = k < c->cuts.n && c->cuts.v[k].seg == (int32_t)i;
        for (; k < c->cuts.n && c->cuts.v[k].seg == (int32_t)i; k++) {
            int32_t v = c->cuts.v[k].vertex;
            note_joined(w, &c->cuts.v[k], s.tag);
            if (v == s.u)
                continue;
            (*fresh)[n] = 1;
            to[n++] = (struct gt_net_seg){s.u, v, s.tag, s.from};
            s.u = v;
        }
        (*fresh)[n] = was_cut;
        if (s.u != s.v)
            to[n++] = s;
    }
    net->seg = to;
    net->n_seg = n;
    return GT_OK;
}

static enum gt_status one_round(struct work *w, uint8_t **fresh, bool *done, struct gt_err *err)
{
    GT_AUTO_ARENA a = gt_arena_new();
    const struct gt_net *net = w->net;
    struct gt_box *box;
    GT_TRY(seg_boxes(net, a, &box, err));
    struct cutting c = {.w = w, .a = a, .order = gt_join_order(a, box, net->n_seg)};
    c.most = 16 * net->n_seg + 100000;
    c.tidy = 2 * c.most;
    struct gt_box *sorted = GT_TAKE_N(a, struct gt_box, net->n_seg + 1);
    uint8_t *fresh_sorted = *fresh ? GT_TAKE_N(a, uint8_t, net->n_seg + 1) : NULL;
    for (size_t i = 0; i < net->n_seg; i++) {
        sorted[i] = box[c.order[i]];
        if (*fresh)
            fresh_sorted[i] = (*fresh)[c.order[i]];
    }
    gt_join_pairs(gt_join_new(a, sorted, net->n_seg), fresh_sorted, try_pair, &c);
    tidy(&c);
    if (c.cuts.n > c.most)
        return gt_fail(err, GT_ETOOBIG,
                       "expected edges that cross now and then, found more than %zu crossings of "
                       "%zu edges: mend the features that cross themselves first",
                       c.most, net->n_seg);
    *done = c.cuts.n == 0;
    return *done ? GT_OK : apply_cuts(w, &c, fresh, err);
}

enum gt_status gt_net_make(struct gt_arena *a, const struct gt_net_in *in, size_t n,
                           const struct gt_scale *scale, struct gt_net *out, struct gt_err *err)
{
    *out = (struct gt_net){.scale = *scale, .n_in = n, .in = in};
    if (n > INT32_MAX / 8)
        return gt_fail(err, GT_ETOOBIG,
                       "expected at most %d edges that don't match, found %zu: check parts of the "
                       "layer one by one",
                       INT32_MAX / 8, n);
    struct work w = {.net = out, .a = a, .n_slots = 64};
    while (w.n_slots < 3 * n)
        w.n_slots *= 2;
    w.slot = GT_TAKE_N(a, int32_t, w.n_slots);
    void *end, *seg;
    GT_TRY(gt_reserve(a, 2 * n + 1, sizeof *out->end, "edges", &end, err));
    GT_TRY(gt_reserve(a, n + 1, sizeof *out->seg, "edges", &seg, err));
    out->end = end;
    out->seg = seg;
    if (n == 0)
        return GT_OK;
    frame(out);
    for (size_t i = 0; i < n; i++) {
        int32_t u = vertex_at(&w, in[i].x0, in[i].y0, false);
        int32_t v = vertex_at(&w, in[i].x1, in[i].y1, false);
        out->end[2 * i] = u;
        out->end[2 * i + 1] = v;
        if (u != v)
            out->seg[out->n_seg++] = (struct gt_net_seg){u, v, in[i].tag, (int32_t)i};
    }
    uint8_t *fresh = NULL;
    bool done = false;
    for (int round = 0; round < ROUNDS && !done; round++)
        GT_TRY(one_round(&w, &fresh, &done, err));
    return GT_OK;
}
