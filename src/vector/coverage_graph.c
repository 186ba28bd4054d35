/* coverage_graph.c: the planar graph of a net: its edges with what runs along them, its faces, and
 * how often or by what each face is covered. n log n. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

struct run {
    int32_t lo, hi, tag, sign;
};

static int by_edge(const void *a, const void *b)
{
    const struct run *p = a, *q = b;
    if (p->lo != q->lo)
        return p->lo < q->lo ? -1 : 1;
    if (p->hi != q->hi)
        return p->hi < q->hi ? -1 : 1;
    return p->tag < q->tag ? -1 : p->tag > q->tag;
}

static enum gt_status sorted_runs(struct gt_arena *a, const struct gt_net *net, struct run **out,
                                  struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(a, net->n_seg + 1, sizeof(struct run), "edges", &p, err));
    struct run *r = p;
    for (size_t i = 0; i < net->n_seg; i++) {
        const struct gt_net_seg *s = &net->seg[i];
        bool up = s->u < s->v;
        r[i] = (struct run){up ? s->u : s->v, up ? s->v : s->u, s->tag, up ? 1 : -1};
    }
    qsort(r, net->n_seg, sizeof *r, by_edge);
    *out = r;
    return GT_OK;
}

static bool kept(const struct gt_graph_edge *e, enum gt_graph_mode mode)
{
    return mode == GT_GRAPH_COUNT ? e->net != 0 || e->unit != 0 : e->n_items > 0;
}

static enum gt_status collect_edges(struct gt_arena *a, struct gt_graph *g, enum gt_graph_mode mode,
                                    struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    struct run *r;
    GT_TRY(sorted_runs(tmp, g->net, &r, err));
    size_t n = g->net->n_seg, groups = 0, tags = 0;
    for (size_t i = 0; i < n; i++) {
        bool same = i > 0 && r[i].lo == r[i - 1].lo && r[i].hi == r[i - 1].hi;
        groups += !same;
        tags += !same || r[i].tag != r[i - 1].tag;
    }
    void *edge, *item;
    GT_TRY(gt_reserve(a, groups + 1, sizeof *g->edge, "edges", &edge, err));
    GT_TRY(gt_reserve(a, tags + 1, sizeof *g->item, "edges", &item, err));
    g->edge = edge;
    g->item = item;
    for (size_t i = 0; i < n;) {
        struct gt_graph_edge e = {.u = r[i].lo, .v = r[i].hi, .item = (int32_t)g->n_items};
        while (i < n && r[i].lo == e.u && r[i].hi == e.v) {
            struct gt_graph_item t = {.tag = r[i].tag};
            for (; i < n && r[i].lo == e.u && r[i].hi == e.v && r[i].tag == t.tag; i++) {
                t.sum += r[i].sign;
                t.n++;
            }
            *(t.tag < 0 ? &e.unit : &e.net) += t.sum;
            if (mode == GT_GRAPH_COUNT || t.n % 2)
                g->item[e.item + e.n_items++] = t;
        }
        if (!kept(&e, mode))
            continue;
        g->n_items += (size_t)e.n_items;
        g->edge[g->n_edges++] = e;
    }
    return GT_OK;
}

int32_t gt_graph_tail(const struct gt_graph *g, int32_t half)
{
    return half & 1 ? g->edge[half / 2].v : g->edge[half / 2].u;
}

int32_t gt_graph_face(const struct gt_graph *g, int32_t half)
{
    return g->face[g->edge[half / 2].cycle[half & 1]];
}

/* ---- Half-edges around their faces ---- */

/* Whether d points to the upper half (or straight east). */
static bool upper(struct gt_net_point d)
{
    return d.y > 0 || (d.y == 0 && d.x > 0);
}

/* < 0: half-edge p comes before q anticlockwise from the east; both start at one vertex. */
static int turn_order(const struct gt_graph *g, int32_t p, int32_t q)
{
    struct gt_net_point o = g->net->at[gt_graph_tail(g, p)];
    struct gt_net_point a = g->net->at[gt_graph_tail(g, p ^ 1)];
    struct gt_net_point b = g->net->at[gt_graph_tail(g, q ^ 1)];
    struct gt_net_point da = {a.x - o.x, a.y - o.y}, db = {b.x - o.x, b.y - o.y};
    if (upper(da) != upper(db))
        return upper(da) ? -1 : 1;
    return -gt_net_turn(o, a, b);
}

static void link_vertex(struct gt_graph *g, int32_t *out, int32_t n)
{
    for (int32_t i = 1; i < n; i++) {
        int32_t h = out[i], k = i;
        for (; k > 0 && turn_order(g, h, out[k - 1]) < 0; k--)
            out[k] = out[k - 1];
        out[k] = h;
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t in = out[i] ^ 1;
        g->edge[in / 2].next[in & 1] = out[i > 0 ? i - 1 : n - 1];
    }
}

static enum gt_status link_all(struct gt_graph *g, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    size_t n_at = g->net->n_at;
    void *p, *q;
    GT_TRY(gt_reserve(tmp, n_at + 2, sizeof(int32_t), "points", &p, err));
    GT_TRY(gt_reserve(tmp, 2 * g->n_edges + 1, sizeof(int32_t), "edges", &q, err));
    int32_t *first = p, *out = q;
    for (size_t h = 0; h < 2 * g->n_edges; h++)
        first[gt_graph_tail(g, (int32_t)h) + 1]++;
    for (size_t v = 0; v < n_at; v++)
        first[v + 1] += first[v];
    int32_t *at = GT_TAKE_N(tmp, int32_t, n_at + 1);
    for (size_t h = 0; h < 2 * g->n_edges; h++) {
        int32_t v = gt_graph_tail(g, (int32_t)h);
        out[first[v] + at[v]++] = (int32_t)h;
    }
    for (size_t v = 0; v < n_at; v++)
        link_vertex(g, out + first[v], first[v + 1] - first[v]);
    return GT_OK;
}

/* ---- Cycles and faces ---- */

static double cycle_area(const struct gt_graph *g, int32_t start)
{
    struct gt_net_point o = g->net->at[gt_graph_tail(g, start)];
    __int128 sum = 0;
    int32_t h = start;
    do {
        struct gt_net_point a = g->net->at[gt_graph_tail(g, h)];
        struct gt_net_point b = g->net->at[gt_graph_tail(g, h ^ 1)];
        sum += (__int128)(a.x - o.x) * (b.y - o.y) - (__int128)(a.y - o.y) * (b.x - o.x);
        h = g->edge[h / 2].next[h & 1];
    } while (h != start);
    return (double)sum / 2;
}

static void walk_cycles(struct gt_arena *a, struct gt_graph *g, double *area)
{
    for (size_t e = 0; e < g->n_edges; e++)
        g->edge[e].cycle[0] = g->edge[e].cycle[1] = -1;
    g->start = GT_TAKE_N(a, int32_t, 2 * g->n_edges + 1);
    for (int32_t h = 0; h < (int32_t)(2 * g->n_edges); h++) {
        if (g->edge[h / 2].cycle[h & 1] >= 0)
            continue;
        int32_t c = (int32_t)g->n_cycles++;
        g->start[c] = h;
        for (int32_t k = h; g->edge[k / 2].cycle[k & 1] < 0; k = g->edge[k / 2].next[k & 1])
            g->edge[k / 2].cycle[k & 1] = c;
        area[c] = cycle_area(g, h);
    }
}

/* An outer border of a component: its lowest leftmost vertex tells in which face it lies. */
struct island {
    struct gt_net_point at;
    int32_t cycle;
};

static int by_left(const void *a, const void *b)
{
    const struct island *p = a, *q = b;
    if (p->at.x != q->at.x)
        return p->at.x < q->at.x ? -1 : 1;
    if (p->at.y != q->at.y)
        return p->at.y < q->at.y ? -1 : 1;
    return p->cycle < q->cycle ? -1 : p->cycle > q->cycle;
}

static struct gt_net_point lowest_left(const struct gt_graph *g, int32_t start)
{
    struct gt_net_point best = g->net->at[gt_graph_tail(g, start)];
    for (int32_t h = g->edge[start / 2].next[start & 1]; h != start;
         h = g->edge[h / 2].next[h & 1]) {
        struct gt_net_point p = g->net->at[gt_graph_tail(g, h)];
        if (p.x < best.x || (p.x == best.x && p.y < best.y))
            best = p;
    }
    return best;
}

struct looking {
    const struct gt_graph *g;
    const uint32_t *order;
    struct gt_net_point at;
};

static bool height_below(void *ctx, size_t j, double *y, double *slope)
{
    const struct looking *l = ctx;
    const struct gt_graph_edge *e = &l->g->edge[l->order[j]];
    struct gt_net_point u = l->g->net->at[e->u], v = l->g->net->at[e->v];
    if (u.x > v.x) {
        struct gt_net_point t = u;
        u = v;
        v = t;
    }
    if (!(u.x <= l->at.x && l->at.x < v.x) || gt_net_turn(u, v, l->at) <= 0)
        return false;
    *slope = (double)(v.y - u.y) / (double)(v.x - u.x);
    *y = (double)u.y + (double)(l->at.x - u.x) * *slope;
    return true;
}

static const struct gt_join *edge_tree(struct gt_arena *tmp, const struct gt_graph *g,
                                       const uint32_t **order)
{
    struct gt_box *box = GT_TAKE_N(tmp, struct gt_box, g->n_edges + 1);
    struct gt_box *sorted = GT_TAKE_N(tmp, struct gt_box, g->n_edges + 1);
    for (size_t e = 0; e < g->n_edges; e++) {
        struct gt_net_point u = g->net->at[g->edge[e].u], v = g->net->at[g->edge[e].v];
        box[e] = (struct gt_box){(double)(u.x < v.x ? u.x : v.x), (double)(u.y < v.y ? u.y : v.y),
                                 (double)(u.x < v.x ? v.x : u.x), (double)(u.y < v.y ? v.y : u.y)};
    }
    *order = gt_join_order(tmp, box, g->n_edges);
    for (size_t e = 0; e < g->n_edges; e++)
        sorted[e] = box[(*order)[e]];
    return gt_join_new(tmp, sorted, g->n_edges);
}

struct gt_locator {
    const struct gt_join *tree;
    struct looking look;
};

const struct gt_locator *gt_locator_new(struct gt_arena *a, const struct gt_graph *g)
{
    struct gt_locator *l = GT_TAKE(a, struct gt_locator);
    l->look.g = g;
    l->tree = edge_tree(a, g, &l->look.order);
    return l;
}

/* The face above the edge right below a place. */
static int32_t face_at(const struct gt_locator *l, struct gt_net_point at)
{
    struct looking look = l->look;
    const struct gt_graph *g = look.g;
    look.at = at;
    int64_t hit = gt_join_below(l->tree, (double)at.x, (double)at.y, height_below, &look);
    if (hit < 0)
        return 0;
    const struct gt_graph_edge *e = &g->edge[look.order[hit]];
    int32_t f = g->face[e->cycle[g->net->at[e->u].x < g->net->at[e->v].x ? 0 : 1]];
    return f > 0 ? f : 0;
}

int32_t gt_locate(const struct gt_locator *l, double x, double y)
{
    const struct gt_net *net = l->look.g->net;
    return face_at(l, (struct gt_net_point){llround((x - net->x0) / net->qx),
                                            llround((y - net->y0) / net->qy)});
}

/* Outer cycles are faces 1, 2..; each other cycle belongs to the face that it lies in. */
static void find_faces(struct gt_arena *a, struct gt_graph *g, const double *area)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    g->face = GT_TAKE_N(a, int32_t, g->n_cycles + 1);
    GT_VEC(struct island) islands = {0};
    g->n_faces = 1;
    for (size_t c = 0; c < g->n_cycles; c++) {
        g->face[c] = -1;
        if (area[c] > 0)
            g->face[c] = (int32_t)g->n_faces++;
        else
            *GT_PUSH(tmp, &islands) = (struct island){lowest_left(g, g->start[c]), (int32_t)c};
    }
    if (islands.n)
        qsort(islands.v, islands.n, sizeof *islands.v, by_left);
    const struct gt_locator *l = islands.n > 1 ? gt_locator_new(tmp, g) : NULL;
    for (size_t i = 0; i < islands.n; i++)
        g->face[islands.v[i].cycle] = l ? face_at(l, islands.v[i].at) : 0;
}

static void list_cycles(struct gt_arena *a, struct gt_graph *g, const double *area)
{
    g->first = GT_TAKE_N(a, int32_t, g->n_faces + 2);
    g->cycle_of = GT_TAKE_N(a, int32_t, g->n_cycles + 1);
    g->area = GT_TAKE_N(a, double, g->n_faces);
    for (size_t c = 0; c < g->n_cycles; c++) {
        g->first[g->face[c] + 1]++;
        g->area[g->face[c]] += area[c];
    }
    for (size_t f = 0; f < g->n_faces; f++)
        g->first[f + 1] += g->first[f];
    int32_t *at = GT_TAKE_N(a, int32_t, g->n_faces);
    for (size_t c = 0; c < g->n_cycles; c++)
        g->cycle_of[g->first[g->face[c]] + at[g->face[c]]++] = (int32_t)c;
}

/* ---- What covers a face ---- */

bool gt_graph_in(const int32_t *set, int32_t tag)
{
    int32_t lo = 1, hi = set[0];
    while (lo <= hi) {
        int32_t mid = lo + (hi - lo) / 2;
        if (set[mid] == tag)
            return true;
        if (set[mid] < tag)
            lo = mid + 1;
        else
            hi = mid - 1;
    }
    return false;
}

/* The set on the other side of an edge: tags of its items are in where they were out. */
static const int32_t *toggle(struct gt_arena *a, const int32_t *set,
                             const struct gt_graph_item *item, int32_t n)
{
    int32_t *to = GT_TAKE_N(a, int32_t, (size_t)(set[0] + n + 1)), k = 0, i = 1;
    for (int32_t j = 0; j < n; j++) {
        while (i <= set[0] && set[i] < item[j].tag)
            to[++k] = set[i++];
        if (i <= set[0] && set[i] == item[j].tag)
            i++;
        else
            to[++k] = item[j].tag;
    }
    while (i <= set[0])
        to[++k] = set[i++];
    to[0] = k;
    return to;
}

static void cross(struct gt_arena *a, struct gt_graph *g, int32_t half, enum gt_graph_mode mode)
{
    const struct gt_graph_edge *e = &g->edge[half / 2];
    int32_t from = gt_graph_face(g, half), to = gt_graph_face(g, half ^ 1);
    if (mode == GT_GRAPH_PARITY) {
        g->set[to] = toggle(a, g->set[from], g->item + e->item, e->n_items);
        return;
    }
    int32_t way = half & 1 ? 1 : -1;
    g->cover[to] = g->cover[from] + way * e->net;
    g->unit[to] = g->unit[from] + way * e->unit;
}

static void cover_faces(struct gt_arena *a, struct gt_graph *g, enum gt_graph_mode mode)
{
    static const int32_t nothing[1] = {0};
    GT_AUTO_ARENA tmp = gt_arena_new();
    uint8_t *seen = GT_TAKE_N(tmp, uint8_t, g->n_faces);
    int32_t *queue = GT_TAKE_N(tmp, int32_t, g->n_faces);
    size_t n = 1;
    g->cover = GT_TAKE_N(a, int32_t, g->n_faces);
    g->unit = GT_TAKE_N(a, int32_t, g->n_faces);
    g->set = GT_TAKE_N(a, const int32_t *, g->n_faces);
    for (size_t f = 0; f < g->n_faces; f++)
        g->set[f] = nothing;
    seen[0] = 1;
    for (size_t i = 0; i < n; i++)
        for (int32_t c = g->first[queue[i]]; c < g->first[queue[i] + 1]; c++) {
            int32_t start = g->start[g->cycle_of[c]], h = start;
            do {
                int32_t other = gt_graph_face(g, h ^ 1);
                if (!seen[other]) {
                    seen[other] = 1;
                    cross(a, g, h, mode);
                    queue[n++] = other;
                }
                h = g->edge[h / 2].next[h & 1];
            } while (h != start);
        }
}

enum gt_status gt_graph_make(struct gt_arena *a, const struct gt_net *net, enum gt_graph_mode mode,
                             struct gt_graph *out, struct gt_err *err)
{
    *out = (struct gt_graph){.net = net};
    GT_TRY(collect_edges(a, out, mode, err));
    GT_TRY(link_all(out, err));
    void *area;
    GT_TRY(gt_reserve(a, 2 * out->n_edges + 1, sizeof(double), "edges", &area, err));
    walk_cycles(a, out, area);
    find_faces(a, out, area);
    list_cycles(a, out, area);
    cover_faces(a, out, mode);
    return GT_OK;
}
