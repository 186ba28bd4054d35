/* coverage_pairs.c: which features cover the places that more than one covers, and which leave the
 * unit: one net of all their edges, whose faces know by even-odd what they are inside of. */
#include "coverage_int.h"

#include <stdlib.h>

#define OUTSIDE INT32_MAX /* stands for the second feature where a feature leaves the unit */

struct reading {
    struct gt_finding *w;
    const struct gt_join *tree;
    bool hit;
    GT_VEC(struct gt_net_in) edge;
};

static bool note_hit(void *ctx, size_t i, size_t j)
{
    (void)i;
    (void)j;
    ((struct reading *)ctx)->hit = true;
    return false;
}

static enum gt_status read_near(void *ctx, const struct gt_features *f, int64_t first,
                                struct gt_err *err)
{
    struct reading *r = ctx;
    const struct gt_shapes *s = f->shapes;
    (void)err;
    for (size_t i = 0; i < s->n; i++) {
        struct gt_box b = {HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
        bool finite = true;
        for (int64_t k = s->point[s->part[i]]; k < s->point[s->part[i + 1]]; k++) {
            double x = s->xy[2 * k], y = s->xy[2 * k + 1];
            finite &= gt_usable(s->xy + 2 * k);
            b = (struct gt_box){fmin(b.x0, x), fmin(b.y0, y), fmax(b.x1, x), fmax(b.y1, y)};
        }
        r->hit = false;
        if (finite)
            gt_join_search(r->tree, b, note_hit, r);
        for (int64_t p = s->part[i]; r->hit && p < s->part[i + 1]; p++)
            for (int64_t k = s->point[p]; k + 1 < s->point[p + 1]; k++) {
                const double *u = s->xy + 2 * k;
                *GT_PUSH(r->w->a, &r->edge) =
                    (struct gt_net_in){u[0], u[1], u[2], u[3], (int32_t)(first + (int64_t)i)};
            }
    }
    return GT_OK;
}

/* ---- Faces by pairs ---- */

struct triple {
    int32_t a, b, face;
};

static int by_pair(const void *a, const void *b)
{
    const struct triple *p = a, *q = b;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return p->face < q->face ? -1 : p->face > q->face;
}

struct pairing {
    struct gt_finding *w;
    const struct gt_graph *g;
    double *size;   /* by feature: net units squared; NULL: no feature seen */
    int32_t *twin;  /* by feature: 1 + the first one of the same shape */
    int32_t *in;    /* by face: which piece */
    int32_t *group; /* by face: which pair */
    int32_t mark, pair;
};

static size_t count_pairs(const struct gt_graph *g)
{
    size_t n = 0;
    for (size_t f = 1; f < g->n_faces; f++)
        n += (size_t)g->set[f][0] * ((size_t)g->set[f][0] + 1) / 2;
    return n;
}

static enum gt_status list_pairs(struct gt_arena *a, const struct gt_graph *g, bool unit,
                                 struct triple **out, size_t *n, struct gt_err *err)
{
    void *p;
    GT_TRY(gt_reserve(a, count_pairs(g) + 1, sizeof(struct triple),
                      "pairs of features that overlap", &p, err));
    struct triple *all = p;
    *n = 0;
    for (size_t f = 1; f < g->n_faces; f++) {
        const int32_t *s = g->set[f];
        int32_t from = s[0] > 0 && s[1] < 0 ? 2 : 1;
        for (int32_t i = from; i <= s[0]; i++) {
            for (int32_t j = i + 1; j <= s[0]; j++)
                all[(*n)++] = (struct triple){s[i], s[j], (int32_t)f};
            if (unit && from == 1)
                all[(*n)++] = (struct triple){s[i], OUTSIDE, (int32_t)f};
        }
    }
    qsort(all, *n, sizeof *all, by_pair);
    *out = all;
    return GT_OK;
}

static void tell_piece(struct pairing *p, const struct triple *t, const struct gt_piece *piece,
                       bool same)
{
    struct gt_finding *w = p->w;
    double width = gt_piece_width(piece);
    struct gt_found *f;
    if (t->b == OUTSIDE) {
        if (width <= w->cov->thin)
            return;
        f = gt_found_piece(w, GT_FLAW_OUTSIDE, piece);
    } else if (same) {
        f = gt_found_piece(w, GT_FLAW_DUPLICATE, piece);
    } else if (width <= w->cov->thin) {
        f = gt_found_thin(w, piece);
    } else {
        f = gt_found_piece(w, width < w->cov->sliver ? GT_FLAW_SLIVER : GT_FLAW_OVERLAP, piece);
        f->flaw.of = GT_FLAW_OVERLAP;
    }
    f->tag_a = t->a;
    f->tag_b = t->b == OUTSIDE ? -1 : t->b;
}

/* Faces of one pair that hang together, from one of them. */
static size_t spread(struct pairing *p, int32_t start, int32_t *list)
{
    const struct gt_graph *g = p->g;
    size_t n = 1;
    list[0] = start;
    p->in[start] = ++p->mark;
    for (size_t i = 0; i < n; i++)
        for (int32_t c = g->first[list[i]]; c < g->first[list[i] + 1]; c++) {
            int32_t first = g->start[g->cycle_of[c]], h = first;
            do {
                int32_t f = gt_graph_face(g, h ^ 1);
                if (p->group[f] == p->pair && p->in[f] != p->mark) {
                    p->in[f] = p->mark;
                    list[n++] = f;
                }
                h = g->edge[h / 2].next[h & 1];
            } while (h != first);
        }
    return n;
}

/* Whether what both cover is all of both. */
static bool same_shape(const struct pairing *p, const struct triple *t, double size,
                       const struct gt_piece *piece)
{
    double kx, ky;
    const struct gt_net *net = p->g->net;
    if (t->b == OUTSIDE)
        return false;
    gt_scale_at(&net->scale, piece->y, &kx, &ky);
    double doubt = 2 * net->scale.tolerance * piece->border_m / (net->qx * kx * net->qy * ky);
    return p->size[t->a] - size <= doubt && p->size[t->b] - size <= doubt;
}

static void tell_pair(struct pairing *p, const struct triple *t, size_t n)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    int32_t *list = GT_TAKE_N(tmp, int32_t, n);
    double size = 0;
    if (p->twin[t->a] || (t->b != OUTSIDE && p->twin[t->b]))
        return;
    p->pair++;
    for (size_t i = 0; i < n; i++) {
        p->group[t[i].face] = p->pair;
        size += p->g->area[t[i].face];
        list[i] = t[i].face;
        p->in[t[i].face] = p->mark + 1;
    }
    struct gt_piece piece;
    p->mark++;
    gt_piece_make(p->w->a, p->g, p->in, list, n, &piece);
    if (same_shape(p, t, size, &piece)) {
        p->twin[t->b] = t->a + 1;
        tell_piece(p, t, &piece, true);
        return;
    }
    int32_t whole = p->mark;
    for (size_t i = 0; i < n; i++) {
        if (p->in[t[i].face] > whole)
            continue;
        size_t m = spread(p, t[i].face, list);
        gt_piece_make(p->w->a, p->g, p->in, list, m, &piece);
        if (piece.n_rings)
            tell_piece(p, t, &piece, false);
    }
}

/* Twins first, so that what a twin covers is told of the first alone. */
static enum gt_status tell_pairs(struct gt_finding *w, const struct gt_graph *g, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    struct pairing p = {.w = w, .g = g};
    void *size, *twin;
    GT_TRY(gt_reserve(tmp, w->match->n_features + 1, sizeof(double), "features", &size, err));
    GT_TRY(gt_reserve(tmp, w->match->n_features + 1, sizeof(int32_t), "features", &twin, err));
    p.size = size;
    p.twin = twin;
    p.in = GT_TAKE_N(tmp, int32_t, g->n_faces);
    p.group = GT_TAKE_N(tmp, int32_t, g->n_faces);
    for (size_t f = 1; f < g->n_faces; f++)
        for (int32_t i = 1; i <= g->set[f][0]; i++)
            if (g->set[f][i] >= 0)
                p.size[g->set[f][i]] += g->area[f];
    struct triple *t;
    size_t n;
    GT_TRY(list_pairs(tmp, g, w->cov->unit != NULL, &t, &n, err));
    for (size_t i = 0, j; i < n; i = j) {
        for (j = i; j < n && t[j].a == t[i].a && t[j].b == t[i].b; j++)
            ;
        tell_pair(&p, t + i, j - i);
    }
    return GT_OK;
}

enum gt_status gt_find_pairs(struct gt_finding *w, struct gt_err *err)
{
    if (w->boxes.n == 0)
        return GT_OK;
    struct reading r = {.w = w};
    const uint32_t *order = gt_join_order(w->a, w->boxes.v, w->boxes.n);
    struct gt_box *box = GT_TAKE_N(w->a, struct gt_box, w->boxes.n);
    for (size_t i = 0; i < w->boxes.n; i++)
        box[i] = w->boxes.v[order[i]];
    r.tree = gt_join_new(w->a, box, w->boxes.n);
    GT_TRY(gt_cov_chunks(w->cov, read_near, &r, err));
    for (size_t i = 0; i < w->match->n; i++)
        if (w->match->edge[i].tag < 0)
            *GT_PUSH(w->a, &r.edge) = w->match->edge[i];
    struct gt_net net;
    struct gt_graph g;
    GT_TRY(gt_net_make(w->a, r.edge.v, r.edge.n, &w->cov->scale, &net, err));
    GT_TRY(gt_graph_make(w->a, &net, GT_GRAPH_PARITY, &g, err));
    return tell_pairs(w, &g, err);
}
