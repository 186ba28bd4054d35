/* fix_faces.c: features mended on one net of their edges: narrow faces change hands, and rings are
 * the borders of the faces that a feature is left with, so that neighbours share their points. */
#include "coverage_int.h"

#include <stdlib.h>
#include <string.h>

struct mending {
    struct gt_arena *a; /* of the result */
    struct gt_arena *tmp;
    const struct gt_graph *g;
    const int32_t **set; /* by face */
    int32_t *in, *list;  /* by face: marks of a piece, and its faces */
    int32_t mark;
    double sliver;
};

struct share {
    int32_t tag;
    double m;
};

static int by_share_tag(const void *a, const void *b)
{
    const struct share *p = a, *q = b;
    return p->tag < q->tag ? -1 : p->tag > q->tag;
}

static const int32_t *without(struct gt_arena *a, const int32_t *set, int32_t tag)
{
    int32_t *to = GT_TAKE_N(a, int32_t, (size_t)set[0] + 1);
    for (int32_t i = 1; i <= set[0]; i++)
        if (set[i] != tag)
            to[++to[0]] = set[i];
    return to;
}

static const int32_t *with(struct gt_arena *a, const int32_t *set, int32_t tag)
{
    int32_t *to = GT_TAKE_N(a, int32_t, (size_t)set[0] + 2);
    int32_t i = 1;
    while (i <= set[0] && set[i] < tag)
        to[++to[0]] = set[i++];
    to[++to[0]] = tag;
    while (i <= set[0])
        to[++to[0]] = set[i++];
    return to;
}

/* Features alone: the unit does not count. */
static int32_t features_in(const int32_t *set)
{
    return set[0] - (set[0] > 0 && set[1] < 0);
}

/* Faces that hang together with `start` and have both features (a < 0: have none). */
static size_t spread(struct mending *m, int32_t start, int32_t a, int32_t b)
{
    const struct gt_graph *g = m->g;
    size_t n = 1;
    m->mark++;
    m->list[0] = start;
    m->in[start] = m->mark;
    for (size_t i = 0; i < n; i++)
        for (int32_t c = g->first[m->list[i]]; c < g->first[m->list[i] + 1]; c++) {
            int32_t first = g->start[g->cycle_of[c]], h = first;
            do {
                int32_t f = gt_graph_face(g, h ^ 1);
                bool fits =
                    a < 0 ? f > 0 && features_in(m->set[f]) == 0 && m->set[f][0] == m->set[start][0]
                          : gt_graph_in(m->set[f], a) && gt_graph_in(m->set[f], b);
                if (fits && m->in[f] != m->mark) {
                    m->in[f] = m->mark;
                    m->list[n++] = f;
                }
                h = g->edge[h / 2].next[h & 1];
            } while (h != first);
        }
    return n;
}

/* Who has the longest border along the piece that is marked: of those that `only` names (NULL: of
 * all), by borders that are not another's of them too. -1: nobody. */
static int32_t longest(const struct mending *m, const struct gt_piece *p, const int32_t *only)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    GT_VEC(struct share) all = {0};
    for (int64_t i = 0; i < p->ring[p->n_rings]; i++) {
        if (p->half[i] < 0)
            continue;
        const int32_t *set = m->set[gt_graph_face(m->g, p->half[i] ^ 1)];
        const double *u = p->xy + 2 * i;
        double length = gt_scale_distance(&m->g->net->scale, u[0], u[1], u[2], u[3]);
        if (only && gt_graph_in(set, only[0]) && gt_graph_in(set, only[1]))
            continue;
        for (int32_t k = 1; k <= set[0]; k++)
            if (set[k] >= 0 && (!only || set[k] == only[0] || set[k] == only[1]))
                *GT_PUSH(tmp, &all) = (struct share){set[k], length};
    }
    if (all.n)
        qsort(all.v, all.n, sizeof *all.v, by_share_tag);
    double best = 0;
    int32_t winner = -1;
    for (size_t i = 0, j; i < all.n; i = j) {
        double sum = 0;
        for (j = i; j < all.n && all.v[j].tag == all.v[i].tag; j++)
            sum += all.v[j].m;
        if (sum > best) {
            best = sum;
            winner = all.v[i].tag;
        }
    }
    return winner;
}

static bool give_overlap(struct mending *m, int32_t face, int32_t a, int32_t b)
{
    const int32_t both[2] = {a, b};
    struct gt_piece p;
    if (!gt_graph_in(m->set[face], a) || !gt_graph_in(m->set[face], b))
        return false;
    size_t n = spread(m, face, a, b);
    gt_piece_make(m->tmp, m->g, m->in, m->list, n, &p);
    if (p.n_rings == 0 || gt_piece_width(&p) >= m->sliver)
        return false;
    int32_t winner = longest(m, &p, both);
    for (size_t i = 0; i < n; i++)
        m->set[m->list[i]] = without(m->tmp, m->set[m->list[i]], winner == b ? a : b);
    return true;
}

static bool give_gap(struct mending *m, int32_t face)
{
    struct gt_piece p;
    if (face == 0 || features_in(m->set[face]) > 0)
        return false;
    size_t n = spread(m, face, -1, -1);
    gt_piece_make(m->tmp, m->g, m->in, m->list, n, &p);
    if (p.n_rings == 0 || gt_piece_width(&p) >= m->sliver)
        return false;
    int32_t winner = longest(m, &p, NULL);
    for (size_t i = 0; i < n && winner >= 0; i++)
        m->set[m->list[i]] = with(m->tmp, m->set[m->list[i]], winner);
    return winner >= 0;
}

/* All faces of a narrow feature. */
static bool give_feature(struct mending *m, int32_t tag)
{
    size_t n = 0;
    struct gt_piece p;
    m->mark++;
    for (size_t f = 1; f < m->g->n_faces; f++)
        if (gt_graph_in(m->set[f], tag)) {
            m->in[f] = m->mark;
            m->list[n++] = (int32_t)f;
        }
    if (n == 0)
        return false;
    gt_piece_make(m->tmp, m->g, m->in, m->list, n, &p);
    int32_t winner = p.n_rings ? longest(m, &p, NULL) : -1;
    for (size_t i = 0; i < n && winner >= 0; i++) {
        const int32_t **set = &m->set[m->list[i]];
        *set = without(m->tmp, *set, tag);
        if (features_in(*set) == 0)
            *set = with(m->tmp, *set, winner);
    }
    return winner >= 0;
}

/* Overlaps first, then features, then gaps, each in the order of the flaws. */
static int64_t give_all(struct mending *m, const struct gt_finding *found)
{
    int64_t given = 0;
    const struct gt_locator *l = gt_locator_new(m->tmp, m->g);
    for (int step = 0; step < 3; step++)
        for (size_t i = 0; i < found->found.n; i++) {
            const struct gt_found *f = &found->found.v[i];
            bool sliver = f->flaw.kind == GT_FLAW_SLIVER, done = false;
            if ((!sliver && f->flaw.kind != GT_FLAW_BORDER) || f->tag_a < 0)
                continue;
            if (step == 1) {
                done = sliver && f->flaw.of == GT_FLAW_SLIVER && give_feature(m, f->tag_a);
            } else if (isfinite(f->x)) {
                int32_t face = gt_locate(l, f->x, f->y);
                done = step == 0 ? f->tag_b >= 0 && give_overlap(m, face, f->tag_a, f->tag_b)
                                 : give_gap(m, face);
            }
            given += done && sliver;
        }
    return given;
}

/* ---- Rings ---- */

static double ring_area(const double *xy, int64_t n)
{
    double sum = 0;
    for (int64_t i = 1; i + 1 < n; i++) {
        const double *p = xy + 2 * i, *q = p + 2;
        sum += (p[0] - xy[0]) * (q[1] - xy[1]) - (p[1] - xy[1]) * (q[0] - xy[0]);
    }
    return sum;
}

struct ring_place {
    double area;
    size_t i;
};

/* Outer rings are anticlockwise: the largest first, holes last. */
static int by_area(const void *a, const void *b)
{
    const struct ring_place *p = a, *q = b;
    if (p->area > q->area || p->area < q->area)
        return p->area > q->area ? -1 : 1;
    return p->i < q->i ? -1 : p->i > q->i;
}

static void take_rings(struct mending *m, const struct gt_piece *p, struct gt_new_feature *to)
{
    struct ring_place *order = GT_TAKE_N(m->tmp, struct ring_place, p->n_rings + 1);
    for (size_t r = 0; r < p->n_rings; r++)
        order[r] =
            (struct ring_place){ring_area(p->xy + 2 * p->ring[r], p->ring[r + 1] - p->ring[r]), r};
    qsort(order, p->n_rings, sizeof *order, by_area);
    to->n = 0;
    to->ring = GT_TAKE_N(m->a, struct gt_new_ring, p->n_rings + 1);
    for (size_t r = 0; r < p->n_rings; r++) {
        int64_t from = p->ring[order[r].i], end = p->ring[order[r].i + 1] - 1;
        struct gt_new_ring *ring = &to->ring[to->n++];
        ring->n = (size_t)(end - from);
        ring->xy = GT_TAKE_N(m->a, double, 2 * ring->n + 1);
        memcpy(ring->xy, p->xy + 2 * from, 2 * ring->n * sizeof *ring->xy);
    }
}

struct held {
    int32_t tag, face;
};

static int by_held(const void *a, const void *b)
{
    const struct held *p = a, *q = b;
    if (p->tag != q->tag)
        return p->tag < q->tag ? -1 : 1;
    return p->face < q->face ? -1 : p->face > q->face;
}

static void take_all(struct mending *m, size_t n_features, struct gt_new_feature *to)
{
    GT_VEC(struct held) held = {0};
    for (size_t f = 1; f < m->g->n_faces; f++)
        for (int32_t k = 1; k <= m->set[f][0]; k++)
            if (m->set[f][k] >= 0)
                *GT_PUSH(m->tmp, &held) = (struct held){m->set[f][k], (int32_t)f};
    if (held.n)
        qsort(held.v, held.n, sizeof *held.v, by_held);
    for (size_t i = 0; i < n_features; i++)
        if (to[i].net)
            to[i].n = 0;
    for (size_t i = 0, j; i < held.n; i = j) {
        struct gt_piece p;
        m->mark++;
        for (j = i; j < held.n && held.v[j].tag == held.v[i].tag; j++) {
            m->in[held.v[j].face] = m->mark;
            m->list[j - i] = held.v[j].face;
        }
        gt_piece_make(m->tmp, m->g, m->in, m->list, j - i, &p);
        take_rings(m, &p, &to[held.v[i].tag]);
    }
}

enum gt_status gt_fix_faces(struct gt_arena *a, const struct gt_shapes *s,
                            const struct gt_finding *found, struct gt_new_feature *to,
                            int64_t *slivers, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    GT_VEC(struct gt_net_in) in = {0};
    for (size_t i = 0; i < s->n; i++)
        for (size_t r = 0; to[i].net && r < to[i].n; r++)
            for (size_t k = 0; k < to[i].ring[r].n; k++) {
                const double *u = to[i].ring[r].xy + 2 * k;
                const double *v = to[i].ring[r].xy + 2 * ((k + 1) % to[i].ring[r].n);
                *GT_PUSH(tmp, &in) = (struct gt_net_in){u[0], u[1], v[0], v[1], (int32_t)i};
            }
    for (size_t i = 0; i < found->match->n; i++)
        if (found->match->edge[i].tag < 0)
            *GT_PUSH(tmp, &in) = found->match->edge[i];
    struct gt_net net;
    struct gt_graph g;
    GT_TRY(gt_net_make(tmp, in.v, in.n, &found->cov->scale, &net, err));
    GT_TRY(gt_graph_make(tmp, &net, GT_GRAPH_PARITY, &g, err));
    struct mending m = {.a = a, .tmp = tmp, .g = &g, .sliver = found->cov->sliver};
    m.set = g.set;
    m.in = GT_TAKE_N(tmp, int32_t, g.n_faces);
    m.list = GT_TAKE_N(tmp, int32_t, g.n_faces);
    *slivers += give_all(&m, found);
    take_all(&m, s->n, to);
    return GT_OK;
}
