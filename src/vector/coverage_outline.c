/* coverage_outline.c: what edges without their counterpart tell by themselves: gaps, neighbours
 * with different points, and the faces that more than one feature covers. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

static struct gt_box piece_box(const struct gt_piece *p)
{
    struct gt_box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    for (int64_t i = 0; i < p->ring[p->n_rings]; i++)
        b = (struct gt_box){fmin(b.x0, p->xy[2 * i]), fmin(b.y0, p->xy[2 * i + 1]),
                            fmax(b.x1, p->xy[2 * i]), fmax(b.y1, p->xy[2 * i + 1])};
    return b;
}

struct gt_found *gt_found_piece(struct gt_finding *w, enum gt_flaw_kind kind,
                                const struct gt_piece *p)
{
    struct gt_found *f = GT_PUSH(w->a, &w->found);
    *f = (struct gt_found){.tag_a = -1, .tag_b = -1, .measure = true, .x = p->x, .y = p->y};
    f->box = piece_box(p);
    f->flaw = (struct gt_flaw){.kind = kind,
                               .x = p->x,
                               .y = p->y,
                               .value = p->m2,
                               .is_area = true,
                               .xy = p->xy,
                               .ring = p->ring,
                               .n_rings = p->n_rings};
    return f;
}

/* Distance from a piece's point to the nearest of its edges that don't end there. */
static double off_border(const struct gt_scale *scale, const struct gt_piece *p, int64_t at)
{
    const double *v = p->xy + 2 * at;
    double best = HUGE_VAL;
    for (size_t r = 0; r < p->n_rings; r++)
        for (int64_t i = p->ring[r]; i + 1 < p->ring[r + 1]; i++) {
            const double *u = p->xy + 2 * i;
            if (memcmp(u, v, 2 * sizeof *u) != 0 && memcmp(u + 2, v, 2 * sizeof *u) != 0)
                best = fmin(best, gt_scale_to_segment(scale, v[0], v[1], u));
        }
    return best;
}

struct gt_found *gt_found_thin(struct gt_finding *w, const struct gt_piece *p)
{
    double far = 8 * gt_piece_width(p), best = -1, x = p->x, y = p->y;
    int64_t n = p->ring[p->n_rings];
    for (int64_t i = 0; i < n && n < 500; i++) {
        double m = off_border(&w->cov->scale, p, i);
        if (p->half[i] < 0 || !(m <= far) || !(m > best))
            continue;
        best = m;
        x = p->xy[2 * i];
        y = p->xy[2 * i + 1];
    }
    struct gt_found *f = GT_PUSH(w->a, &w->found);
    *f = (struct gt_found){.tag_a = -1, .tag_b = -1, .x = p->x, .y = p->y};
    f->box = piece_box(p);
    f->flaw = (struct gt_flaw){
        .kind = GT_FLAW_BORDER, .x = x, .y = y, .value = best < 0 ? 2 * gt_piece_width(p) : best};
    return f;
}

/* ---- Classes of faces ---- */

enum face_class { PLAIN, GAP, OVER, LEFT };

static enum face_class class_of(const struct gt_finding *w, size_t f)
{
    const struct gt_graph *g = w->graph;
    bool unit = w->cov->unit != NULL;
    if (f == 0)
        return PLAIN;
    if (g->cover[f] <= 0)
        return !unit || g->unit[f] > 0 ? GAP : PLAIN;
    if (unit && g->unit[f] <= 0)
        return LEFT;
    return g->cover[f] > 1 ? OVER : PLAIN;
}

/* The faces of the class of `start` that hang together, into list; in[face] becomes mark. */
static size_t spread(const struct gt_graph *g, const uint8_t *class, int32_t start, int32_t *in,
                     int32_t mark, int32_t *list)
{
    size_t n = 1;
    list[0] = start;
    in[start] = mark;
    for (size_t i = 0; i < n; i++)
        for (int32_t c = g->first[list[i]]; c < g->first[list[i] + 1]; c++) {
            int32_t first = g->start[g->cycle_of[c]], h = first;
            do {
                int32_t f = gt_graph_face(g, h ^ 1);
                if (class[f] == class[start] && in[f] == 0) {
                    in[f] = mark;
                    list[n++] = f;
                }
                h = g->edge[h / 2].next[h & 1];
            } while (h != first);
        }
    return n;
}

/* ---- Whose edges a piece has ---- */

struct share {
    int32_t tag;
    double m;
};

static int by_share_tag(const void *a, const void *b)
{
    const struct share *p = a, *q = b;
    return p->tag < q->tag ? -1 : p->tag > q->tag;
}

/* The two features with the longest border along a piece; the longest first. True where the unit's
 * border is part of it. */
static bool longest(const struct gt_finding *w, const struct gt_piece *p, int32_t top[2])
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    GT_VEC(struct share) all = {0};
    const struct gt_graph *g = w->graph;
    bool unit = false;
    for (int64_t i = 0; i < p->ring[p->n_rings]; i++) {
        if (p->half[i] < 0)
            continue;
        const struct gt_graph_edge *e = &g->edge[p->half[i] / 2];
        const double *u = p->xy + 2 * i;
        for (int32_t k = e->item; k < e->item + e->n_items; k++) {
            unit |= g->item[k].tag < 0;
            if (g->item[k].tag >= 0)
                *GT_PUSH(tmp, &all) = (struct share){
                    g->item[k].tag, gt_scale_distance(&w->cov->scale, u[0], u[1], u[2], u[3])};
        }
    }
    if (all.n)
        qsort(all.v, all.n, sizeof *all.v, by_share_tag);
    double best[2] = {-1, -1};
    top[0] = top[1] = -1;
    for (size_t i = 0, j; i < all.n; i = j) {
        double m = 0;
        for (j = i; j < all.n && all.v[j].tag == all.v[i].tag; j++)
            m += all.v[j].m;
        if (m > best[0]) {
            best[1] = best[0];
            top[1] = top[0];
            best[0] = m;
            top[0] = all.v[i].tag;
        } else if (m > best[1]) {
            best[1] = m;
            top[1] = all.v[i].tag;
        }
    }
    return unit;
}

static void mark_vertices(const struct gt_finding *w, const struct gt_piece *p, uint8_t *at)
{
    for (int64_t i = 0; i < p->ring[p->n_rings]; i++)
        if (p->half[i] >= 0)
            at[gt_graph_tail(w->graph, p->half[i])] = 1;
}

static void tell_gap(struct gt_finding *w, const struct gt_piece *p, uint8_t *at)
{
    int32_t top[2];
    double width = gt_piece_width(p);
    bool unit = longest(w, p, top);
    struct gt_found *f;
    if (width <= w->cov->thin) {
        if (unit || top[1] < 0)
            return;
        f = gt_found_thin(w, p);
    } else {
        if (!w->cov->full)
            return;
        f = gt_found_piece(w, width < w->cov->sliver ? GT_FLAW_SLIVER : GT_FLAW_GAP, p);
        f->flaw.of = GT_FLAW_GAP;
        mark_vertices(w, p, at);
    }
    bool turn = top[1] >= 0 && top[1] < top[0];
    f->tag_a = top[turn ? 1 : 0];
    f->tag_b = top[turn ? 0 : 1];
}

static void look_closer(struct gt_finding *w, const struct gt_piece *p, bool left, uint8_t *at)
{
    int32_t top[2];
    bool thin = gt_piece_width(p) <= w->cov->thin;
    if (left && thin && longest(w, p, top))
        return;
    *GT_PUSH(w->a, &w->boxes) = piece_box(p);
    if (!thin)
        mark_vertices(w, p, at);
}

static void classify(struct gt_finding *w, uint8_t *at)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    const struct gt_graph *g = w->graph;
    uint8_t *class = GT_TAKE_N(tmp, uint8_t, g->n_faces);
    int32_t *in = GT_TAKE_N(tmp, int32_t, g->n_faces);
    int32_t *list = GT_TAKE_N(tmp, int32_t, g->n_faces), mark = 0;
    for (size_t f = 0; f < g->n_faces; f++)
        class[f] = (uint8_t)class_of(w, f);
    for (size_t f = 1; f < g->n_faces; f++) {
        if (class[f] == PLAIN || in[f] != 0)
            continue;
        struct gt_piece p;
        size_t n = spread(g, class, (int32_t)f, in, ++mark, list);
        gt_piece_make(w->a, g, in, list, n, &p);
        if (p.n_rings == 0)
            continue;
        if (class[f] == GAP)
            tell_gap(w, &p, at);
        else
            look_closer(w, &p, class[f] == LEFT, at);
    }
}

/* ---- Points that the neighbour lacks ---- */

struct owned {
    int32_t vertex, tag;
};

static int by_owned(const void *a, const void *b)
{
    const struct owned *p = a, *q = b;
    if (p->vertex != q->vertex)
        return p->vertex < q->vertex ? -1 : 1;
    return p->tag < q->tag ? -1 : p->tag > q->tag;
}

typedef GT_VEC(struct owned) owners;

static void sort_owners(owners *o)
{
    if (o->n)
        qsort(o->v, o->n, sizeof *o->v, by_owned);
}

static bool owns(const owners *o, int32_t vertex, int32_t tag)
{
    const struct owned key = {vertex, tag};
    return o->n && bsearch(&key, o->v, o->n, sizeof key, by_owned);
}

/* The first feature at a vertex but `not`; -1: none. */
static int32_t first_owner(const owners *o, int32_t vertex, int32_t not )
{
    size_t lo = 0, hi = o->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (o->v[mid].vertex < vertex)
            lo = mid + 1;
        else
            hi = mid;
    }
    while (lo < o->n && o->v[lo].vertex == vertex && (o->v[lo].tag == not || o->v[lo].tag < 0))
        lo++;
    return lo < o->n && o->v[lo].vertex == vertex ? o->v[lo].tag : -1;
}

static int by_seg(const void *a, const void *b)
{
    const struct gt_net_seg *p = a, *q = b;
    int32_t pl = p->u < p->v ? p->u : p->v, ql = q->u < q->v ? q->u : q->v;
    int32_t ph = p->u < p->v ? p->v : p->u, qh = q->u < q->v ? q->v : q->u;
    if (pl != ql)
        return pl < ql ? -1 : 1;
    if (ph != qh)
        return ph < qh ? -1 : 1;
    return p->tag < q->tag ? -1 : p->tag > q->tag;
}

/* Which features share a border at the vertices of interest, and which had a point there. */
static void gather(struct gt_arena *a, const struct gt_net *net, const uint8_t *wanted, owners *had,
                   owners *shared)
{
    GT_VEC(struct gt_net_seg) seg = {0};
    for (size_t i = 0; i < 2 * net->n_in; i++)
        if (wanted[net->end[i]])
            *GT_PUSH(a, had) = (struct owned){net->end[i], net->in[i / 2].tag};
    for (size_t i = 0; i < net->n_seg; i++)
        if (wanted[net->seg[i].u] || wanted[net->seg[i].v])
            *GT_PUSH(a, &seg) = net->seg[i];
    if (seg.n)
        qsort(seg.v, seg.n, sizeof *seg.v, by_seg);
    for (size_t i = 0, j; i < seg.n; i = j) {
        for (j = i + 1; j < seg.n; j++) {
            bool back = seg.v[j].u == seg.v[i].v && seg.v[j].v == seg.v[i].u;
            if (!back && (seg.v[j].u != seg.v[i].u || seg.v[j].v != seg.v[i].v))
                break;
        }
        for (size_t k = i; k < j; k++)
            for (size_t l = i; l < j; l++)
                if (seg.v[k].u == seg.v[l].v && seg.v[k].tag != seg.v[l].tag && seg.v[k].tag >= 0 &&
                    seg.v[l].tag >= 0) {
                    *GT_PUSH(a, shared) = (struct owned){seg.v[k].u, seg.v[k].tag};
                    *GT_PUSH(a, shared) = (struct owned){seg.v[k].v, seg.v[k].tag};
                }
    }
    sort_owners(had);
    sort_owners(shared);
}

static int by_joined(const void *a, const void *b)
{
    const struct gt_net_joined *p = a, *q = b;
    if (p->vertex != q->vertex)
        return p->vertex < q->vertex ? -1 : 1;
    if (p->tag != q->tag)
        return p->tag < q->tag ? -1 : 1;
    return p->m < q->m ? -1 : p->m > q->m;
}

static bool is_faulty(const struct gt_match *m, int32_t tag)
{
    size_t lo = 0, hi = m->n_faulty;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (m->faulty[mid] < tag)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < m->n_faulty && m->faulty[lo] == tag;
}

static void tell_joined(struct gt_finding *w, const uint8_t *at)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    const struct gt_net *net = w->net;
    uint8_t *wanted = GT_TAKE_N(tmp, uint8_t, net->n_at + 1);
    owners had = {0}, shared = {0};
    if (net->n_joined == 0)
        return;
    for (size_t i = 0; i < net->n_joined; i++)
        wanted[net->joined[i].vertex] = 1;
    gather(tmp, net, wanted, &had, &shared);
    qsort(net->joined, net->n_joined, sizeof *net->joined, by_joined);
    for (size_t i = 0; i < net->n_joined; i++) {
        struct gt_net_joined j = net->joined[i];
        bool again =
            i > 0 && net->joined[i - 1].vertex == j.vertex && net->joined[i - 1].tag == j.tag;
        if (again || j.tag < 0 || at[j.vertex] || net->crossing[j.vertex] ||
            owns(&had, j.vertex, j.tag) || !owns(&shared, j.vertex, j.tag))
            continue;
        int32_t other = first_owner(&had, j.vertex, j.tag);
        if (other < 0 || is_faulty(w->match, other))
            continue;
        double x = net->xy[2 * j.vertex], y = net->xy[2 * j.vertex + 1];
        struct gt_found *f = GT_PUSH(w->a, &w->found);
        *f = (struct gt_found){.tag_a = other < j.tag ? other : j.tag,
                               .tag_b = other < j.tag ? j.tag : other,
                               .x = (double)NAN,
                               .y = (double)NAN,
                               .box = {x, y, x, y}};
        f->flaw = (struct gt_flaw){.kind = GT_FLAW_BORDER, .x = x, .y = y, .value = j.m};
    }
}

enum gt_status gt_find_outline(struct gt_finding *w, struct gt_err *err)
{
    struct gt_net *net = GT_TAKE(w->a, struct gt_net);
    struct gt_graph *g = GT_TAKE(w->a, struct gt_graph);
    GT_TRY(gt_net_make(w->a, w->match->edge, w->match->n, &w->cov->scale, net, err));
    GT_TRY(gt_graph_make(w->a, net, GT_GRAPH_COUNT, g, err));
    w->net = net;
    w->graph = g;
    uint8_t *at = GT_TAKE_N(w->a, uint8_t, net->n_at + 1);
    classify(w, at);
    tell_joined(w, at);
    return GT_OK;
}
