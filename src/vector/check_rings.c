/* check_rings.c: what the paths of one feature do where their edges come near one another: the
 * edges are joined to a net, on which paths are walks from vertex to vertex. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

/* A path on the net after its spikes are taken off. */
struct walk {
    int32_t *v, n;
    int32_t path;
    bool closed, gone; /* gone: nothing left, or the same ring as one before */
    bool crosses;      /* itself */
};

struct spike {
    int32_t tip;
    double m;
};

struct contacts {
    struct gt_flaws *w;
    struct gt_arena *a;
    const struct gt_net *net;
    const struct gt_path *path;
    struct walk *walk;
    size_t n;
    int32_t *parent; /* union-find over walks and, behind them, vertices */
};

static double span(const struct contacts *c, int32_t u, int32_t v)
{
    const double *p = c->net->xy + 2 * u, *q = c->net->xy + 2 * v;
    return gt_scale_distance(&c->net->scale, p[0], p[1], q[0], q[1]);
}

static void tell(struct contacts *c, enum gt_flaw_kind kind, int32_t vertex, double value)
{
    gt_flaw_add(c->w, kind, c->net->xy[2 * vertex], c->net->xy[2 * vertex + 1], value);
}

/* ---- Spikes ---- */

struct peeling {
    struct contacts *c;
    int32_t *v, *spike; /* stack; spike: 1 + the one that was taken off here */
    int32_t n;
    GT_VEC(struct spike) all;
};

/* Takes off the tip between two equal vertices; goes on with the spike that ended there. */
static void take_tip(struct peeling *p, int32_t base, int32_t tip, int32_t tip_spike,
                     int32_t *base_spike)
{
    int32_t k = tip_spike;
    if (!k) {
        *GT_PUSH(p->c->a, &p->all) = (struct spike){tip, 0};
        k = (int32_t)p->all.n;
    }
    p->all.v[k - 1].m += span(p->c, base, tip);
    *base_spike = k;
}

static void peel(struct contacts *c, struct walk *w)
{
    struct peeling p = {.c = c};
    p.v = GT_TAKE_N(c->a, int32_t, (size_t)w->n + 1);
    p.spike = GT_TAKE_N(c->a, int32_t, (size_t)w->n + 1);
    for (int32_t i = 0; i < w->n; i++) {
        p.spike[p.n] = 0;
        p.v[p.n++] = w->v[i];
        while (p.n >= 3 && p.v[p.n - 1] == p.v[p.n - 3]) {
            take_tip(&p, p.v[p.n - 1], p.v[p.n - 2], p.spike[p.n - 2], &p.spike[p.n - 3]);
            p.n -= 2;
        }
    }
    int32_t *v = p.v, *s = p.spike, n = p.n;
    while (w->closed && n >= 3) {
        if (v[n - 1] == v[1]) {
            take_tip(&p, v[1], v[0], s[0], &s[1]);
            v++;
            s++;
        } else if (v[n - 2] == v[0]) {
            take_tip(&p, v[0], v[n - 1], s[n - 1], &s[0]);
        } else {
            break;
        }
        n -= 2;
    }
    w->v = v;
    w->n = n;
    w->gone = n < (w->closed ? 3 : 2);
    if (w->gone) {
        tell(c, GT_FLAW_ZERO_AREA, v[0], 0);
        c->w->all.v[c->w->all.n - 1].is_area = w->closed;
        return;
    }
    for (size_t i = 0; i < p.all.n; i++)
        tell(c, GT_FLAW_SPIKE, p.all.v[i].tip, p.all.v[i].m);
}

/* ---- Rings that are there twice ---- */

static int by_vertex(const void *a, const void *b)
{
    int32_t p = *(const int32_t *)a, q = *(const int32_t *)b;
    return p < q ? -1 : p > q;
}

struct ring_key {
    uint64_t hash;
    int32_t walk, n;
    int32_t *sorted;
};

static int by_key(const void *a, const void *b)
{
    const struct ring_key *p = a, *q = b;
    if (p->hash != q->hash)
        return p->hash < q->hash ? -1 : 1;
    return p->walk < q->walk ? -1 : p->walk > q->walk;
}

/* The same vertices, and the same edges whatever the direction: by the sums over both. */
static struct ring_key key_of(struct contacts *c, int32_t i)
{
    const struct walk *w = &c->walk[i];
    struct ring_key k = {.walk = i, .n = w->n};
    k.sorted = GT_TAKE_N(c->a, int32_t, (size_t)w->n + 1);
    for (int32_t j = 0; j < w->n; j++) {
        uint64_t u = (uint64_t)w->v[j], v = (uint64_t)w->v[(j + 1) % w->n];
        uint64_t e = (u < v ? u << 32 | v : v << 32 | u) * 0x9e3779b97f4a7c15u;
        k.hash += (e ^ e >> 31) * 0xbf58476d1ce4e5b9u;
        k.sorted[j] = w->v[j];
    }
    qsort(k.sorted, (size_t)w->n, sizeof *k.sorted, by_vertex);
    return k;
}

static void find_twins(struct contacts *c)
{
    struct ring_key *key = GT_TAKE_N(c->a, struct ring_key, c->n + 1);
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        if (!c->walk[i].gone && c->walk[i].closed)
            key[n++] = key_of(c, (int32_t)i);
    qsort(key, n, sizeof *key, by_key);
    for (size_t i = 1; i < n; i++) {
        const struct ring_key *p = &key[i - 1], *q = &key[i];
        if (p->hash != q->hash || p->n != q->n ||
            memcmp(p->sorted, q->sorted, (size_t)p->n * sizeof *p->sorted) != 0)
            continue;
        struct walk *w = &c->walk[q->walk];
        tell(c, GT_FLAW_DUPLICATE_RING, w->v[0], 0);
        w->gone = true;
    }
}

/* ---- Passes of walks through a vertex ---- */

struct pass {
    int32_t vertex, walk, at;
};

static int by_pass(const void *a, const void *b)
{
    const struct pass *p = a, *q = b;
    if (p->vertex != q->vertex)
        return p->vertex < q->vertex ? -1 : 1;
    if (p->walk != q->walk)
        return p->walk < q->walk ? -1 : 1;
    return p->at < q->at ? -1 : p->at > q->at;
}

static int32_t vertex_at(const struct walk *w, int32_t at)
{
    if (!w->closed && (at < 0 || at >= w->n))
        return -1;
    return w->v[((at % w->n) + w->n) % w->n];
}

static bool upper(struct gt_net_point o, struct gt_net_point p)
{
    return p.y > o.y || (p.y == o.y && p.x > o.x);
}

/* Order of directions o -> p and o -> q anticlockwise from the east. */
static int turn_order(const struct contacts *c, int32_t o, int32_t p, int32_t q)
{
    struct gt_net_point at = c->net->at[o], u = c->net->at[p], v = c->net->at[q];
    if (upper(at, u) != upper(at, v))
        return upper(at, u) ? -1 : 1;
    return -gt_net_turn(at, u, v);
}

/* Whether direction x comes before y, both anticlockwise from s. */
static bool before(const struct contacts *c, int32_t o, int32_t s, int32_t x, int32_t y)
{
    bool x_wraps = turn_order(c, o, x, s) < 0, y_wraps = turn_order(c, o, y, s) < 0;
    if (x_wraps != y_wraps)
        return y_wraps;
    return turn_order(c, o, x, y) < 0;
}

static bool passes_cross(const struct contacts *c, int32_t o, const int32_t p[2],
                         const int32_t q[2])
{
    return before(c, o, p[0], q[0], p[1]) != before(c, o, p[0], q[1], p[1]);
}

/* ---- Runs that two passes share ---- */

struct run {
    int32_t end;
    double m;
    bool crosses, first; /* first: seen from the end that tells it */
};

/* From the vertex of two passes along the neighbour that they share: step_p, step_q are the ways.
 */
static struct run follow(const struct contacts *c, const struct pass *p, const struct pass *q,
                         int step_p, int step_q)
{
    const struct walk *w = &c->walk[p->walk], *x = &c->walk[q->walk];
    struct run r = {.end = p->vertex};
    int32_t i = p->at, j = q->at, steps = 0;
    while (steps <= w->n && vertex_at(w, i + step_p) == vertex_at(x, j + step_q) &&
           vertex_at(w, i + step_p) >= 0) {
        r.m += span(c, vertex_at(w, i), vertex_at(w, i + step_p));
        i += step_p;
        j += step_q;
        steps++;
    }
    r.end = vertex_at(w, i);
    r.first = p->vertex <= r.end;
    int32_t s = vertex_at(w, p->at + step_p), a = vertex_at(w, p->at - step_p);
    int32_t b = vertex_at(x, q->at - step_q), back = vertex_at(w, i - step_p);
    int32_t d = vertex_at(w, i + step_p), e = vertex_at(x, j + step_q);
    if (a >= 0 && b >= 0 && d >= 0 && e >= 0 && a != b && d != e)
        r.crosses = before(c, p->vertex, s, a, b) == before(c, r.end, back, d, e);
    return r;
}

/* ---- Contacts ---- */

static int32_t root(int32_t *parent, int32_t i)
{
    while (parent[i] != i)
        i = parent[i] = parent[parent[i]];
    return i;
}

/* Twice the area of the loop of a walk from place i to place j. */
static double loop_area(const struct contacts *c, const struct walk *w, int32_t i, int32_t j)
{
    struct gt_net_point o = c->net->at[w->v[i]];
    __int128 sum = 0;
    for (int32_t k = i; k < j; k++) {
        struct gt_net_point p = c->net->at[w->v[k]], q = c->net->at[w->v[k + 1 < w->n ? k + 1 : 0]];
        sum += (__int128)(p.x - o.x) * (q.y - o.y) - (__int128)(p.y - o.y) * (q.x - o.x);
    }
    return (double)sum;
}

static double walk_area(const struct contacts *c, const struct walk *w)
{
    return loop_area(c, w, 0, w->n);
}

struct touch {
    int32_t vertex, p, q, at_p, at_q;
};

struct telling {
    struct contacts *c;
    GT_VEC(struct touch) touches;
    GT_VEC(uint64_t) pairs;         /* of rings that cross: told once */
    int32_t last_vertex, last_walk; /* of the last crossing told */
};

static void tell_crossing(struct telling *t, const struct pass *p, const struct pass *q)
{
    struct contacts *c = t->c;
    if (p->walk == q->walk) {
        c->walk[p->walk].crosses = true;
        if (t->last_vertex != p->vertex || t->last_walk != p->walk)
            tell(c, GT_FLAW_SELF_CROSSING, p->vertex, 0);
        t->last_vertex = p->vertex;
        t->last_walk = p->walk;
        return;
    }
    uint64_t pair = (uint64_t)p->walk << 32 | (uint64_t)q->walk;
    for (size_t i = 0; i < t->pairs.n; i++)
        if (t->pairs.v[i] == pair)
            return;
    *GT_PUSH(c->a, &t->pairs) = pair;
    tell(c, GT_FLAW_HOLE_OUTSIDE, p->vertex, 0);
}

static void tell_run(struct telling *t, const struct pass *p, const struct pass *q, struct run r)
{
    if (!r.first)
        return;
    if (r.crosses)
        tell_crossing(t, p, q);
    else
        tell(t->c, GT_FLAW_SELF_TOUCHING, p->vertex, r.m);
}

static void meet(struct telling *t, const struct pass *p, const struct pass *q)
{
    const struct contacts *c = t->c;
    const struct walk *w = &c->walk[p->walk], *x = &c->walk[q->walk];
    int32_t a[2] = {vertex_at(w, p->at - 1), vertex_at(w, p->at + 1)};
    int32_t b[2] = {vertex_at(x, q->at - 1), vertex_at(x, q->at + 1)};
    bool shared = false;
    int n_shared = 0;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++)
            n_shared += a[i] >= 0 && a[i] == b[j];
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 2; j++) {
            if (a[i] < 0 || a[i] != b[j])
                continue;
            shared = true;
            if (n_shared == 1)
                tell_run(t, p, q, follow(c, p, q, i ? 1 : -1, j ? 1 : -1));
        }
    if (shared || a[0] < 0 || a[1] < 0 || b[0] < 0 || b[1] < 0)
        return;
    if (passes_cross(c, p->vertex, a, b))
        tell_crossing(t, p, q);
    else if (w->closed)
        *GT_PUSH(c->a, &t->touches) = (struct touch){p->vertex, p->walk, q->walk, p->at, q->at};
}

/* In how many other rings a ring lies is odd. */
static bool is_hole(const struct contacts *c, int32_t i)
{
    int depth = 0;
    for (int32_t j = 0; j < (int32_t)c->n; j++)
        depth +=
            j != i && !c->walk[j].gone && gt_path_lies_in(&c->path[i], &c->path[j], &c->net->scale);
    return depth % 2 != 0;
}

/* A ring that touches itself has its inside cut where both loops run the same way round; rings that
 * touch one another, where the touches close a chain. */
static void judge_touches(struct telling *t)
{
    struct contacts *c = t->c;
    int32_t *parent = GT_TAKE_N(c->a, int32_t, c->n + c->net->n_at + 1);
    for (size_t i = 0; i < c->n + c->net->n_at; i++)
        parent[i] = (int32_t)i;
    for (size_t i = 0; i < t->touches.n; i++) {
        struct touch u = t->touches.v[i];
        struct walk *w = &c->walk[u.p], *x = &c->walk[u.q];
        if (w->crosses || x->crosses)
            continue;
        if (u.p == u.q) {
            double loop = loop_area(c, w, u.at_p, u.at_q), rest = walk_area(c, w) - loop;
            if ((loop > 0) == (rest > 0))
                tell(c, GT_FLAW_SELF_TOUCHING, u.vertex, 0);
            continue;
        }
        if (!is_hole(c, u.p) && !is_hole(c, u.q))
            continue;
        int32_t at = root(parent, (int32_t)c->n + u.vertex);
        int32_t p = root(parent, u.p), q = root(parent, u.q);
        if (p == q && p != at)
            tell(c, GT_FLAW_SELF_TOUCHING, u.vertex, 0);
        parent[p] = at;
        parent[root(parent, q)] = at;
    }
}

static void judge_passes(struct contacts *c)
{
    struct telling t = {.c = c, .last_vertex = -1, .last_walk = -1};
    size_t n = 0, k = 0;
    for (size_t i = 0; i < c->n; i++)
        n += c->walk[i].gone ? 0 : (size_t)c->walk[i].n;
    struct pass *pass = GT_TAKE_N(c->a, struct pass, n + 1);
    for (size_t i = 0; i < c->n; i++)
        for (int32_t j = 0; !c->walk[i].gone && j < c->walk[i].n; j++)
            pass[k++] = (struct pass){c->walk[i].v[j], (int32_t)i, j};
    qsort(pass, n, sizeof *pass, by_pass);
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && pass[j].vertex == pass[i].vertex; j++)
            ;
        size_t most = j - i > 64 ? i + 64 : j;
        for (size_t p = i; p < most; p++)
            for (size_t q = p + 1; q < most; q++)
                meet(&t, &pass[p], &pass[q]);
    }
    judge_touches(&t);
}

/* The paths as walks over the net's vertices. */
static void make_walks(struct contacts *c, const int32_t *path_of)
{
    const struct gt_net *net = c->net;
    for (size_t i = 0; i < c->n; i++)
        c->walk[i] = (struct walk){.path = (int32_t)i, .closed = c->path[i].closed};
    for (size_t i = 0; i < net->n_seg; i++)
        c->walk[path_of[net->seg[i].from]].n++;
    for (size_t i = 0; i < c->n; i++) {
        c->walk[i].v = GT_TAKE_N(c->a, int32_t, (size_t)c->walk[i].n + 2);
        c->walk[i].n = 0;
    }
    for (size_t i = 0; i < net->n_seg; i++) {
        struct walk *w = &c->walk[path_of[net->seg[i].from]];
        w->v[w->n++] = net->seg[i].u;
        if (!w->closed)
            w->v[w->n] = net->seg[i].v;
    }
    for (size_t i = 0; i < c->n; i++) {
        struct walk *w = &c->walk[i];
        w->n += !w->closed && w->n > 0;
        w->gone = w->n == 0;
        if (w->gone)
            gt_flaw_add(c->w, GT_FLAW_ZERO_AREA, c->path[i].xy[0], c->path[i].xy[1], 0)->is_area =
                w->closed;
    }
}

enum gt_status gt_check_contacts(struct gt_flaws *w, const struct gt_path *path, size_t n,
                                 const struct gt_scale *scale, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    struct contacts c = {.w = w, .a = tmp, .path = path, .n = n};
    size_t edges = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        edges += (size_t)path[i].n;
    struct gt_net_in *in = GT_TAKE_N(tmp, struct gt_net_in, edges + 1);
    int32_t *path_of = GT_TAKE_N(tmp, int32_t, edges + 1);
    for (size_t i = 0; i < n; i++)
        for (int32_t j = 0; j < path[i].n - !path[i].closed; j++) {
            const double *u = path[i].xy + 2 * j, *v = path[i].xy + 2 * ((j + 1) % path[i].n);
            path_of[k] = (int32_t)i;
            in[k++] = (struct gt_net_in){u[0], u[1], v[0], v[1], (int32_t)i};
        }
    struct gt_net net;
    GT_TRY(gt_net_make(tmp, in, k, scale, &net, err));
    c.net = &net;
    c.walk = GT_TAKE_N(tmp, struct walk, n + 1);
    make_walks(&c, path_of);
    for (size_t i = 0; i < n; i++)
        if (!c.walk[i].gone)
            peel(&c, &c.walk[i]);
    find_twins(&c);
    judge_passes(&c);
    return GT_OK;
}
