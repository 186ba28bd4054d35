/* overlay_pieces.c: the pieces of an overlay, from the sides of the graph's edges: the border of a
 * piece is where a face of it meets a face that is not of it. */
#include "overlay_int.h"

#include <math.h>
#include <stdlib.h>

static const uint32_t NONE = UINT32_MAX;

/* A half edge with the piece to its left and not to its right. */
struct border {
    uint32_t a, b, half; /* NONE: no feature of that layer */
};

struct cutting {
    const struct gt_graph *g;
    const struct gt_sides *s;
    enum gt_overlay_kind kind;
    struct gt_arena *a; /* of the borders */
    GT_VEC(struct border) border;
};

/* ---- Which pieces a face is of ---- */

/* The features of each layer in a set: the first layer's numbers come first. */
struct members {
    const uint32_t *a, *b;
    size_t na, nb;
};

static struct members members_of(const struct cutting *c, uint32_t half)
{
    size_t n, k = 0;
    const uint32_t *v = gt_set_of(c->s->sets, c->s->set[half], &n);
    while (k < n && v[k] < c->g->n_first)
        k++;
    return (struct members){v, v + k, k, n - k};
}

static bool holds(const uint32_t *v, size_t n, uint32_t i)
{
    for (size_t k = 0; k < n; k++)
        if (v[k] == i)
            return true;
    return false;
}

static bool is_in(const struct members *m, uint32_t a, uint32_t b)
{
    bool in_a = a == NONE ? m->na == 0 : holds(m->a, m->na, a);
    return in_a && (b == NONE ? m->nb == 0 : holds(m->b, m->nb, b));
}

static bool wanted(enum gt_overlay_kind kind, bool a, bool b)
{
    switch (kind) {
    case GT_OVERLAY_INTERSECTION: return a && b;
    case GT_OVERLAY_DIFFERENCE: return a && !b;
    case GT_OVERLAY_IDENTITY: return a;
    case GT_OVERLAY_UNION: return a || b;
    }
    return false;
}

static void add_borders(struct cutting *c, uint32_t half)
{
    if (c->s->set[half] == c->s->set[half ^ 1])
        return;
    struct members in = members_of(c, half), out = members_of(c, half ^ 1);
    if (!wanted(c->kind, in.na > 0, in.nb > 0))
        return;
    for (size_t i = 0; i < (in.na ? in.na : 1); i++)
        for (size_t k = 0; k < (in.nb ? in.nb : 1); k++) {
            uint32_t a = in.na ? in.a[i] : NONE, b = in.nb ? in.b[k] : NONE;
            if (!is_in(&out, a, b))
                *GT_PUSH(c->a, &c->border) = (struct border){a, b, half};
        }
}

static int by_piece(const void *pa, const void *pb)
{
    const struct border *p = pa, *q = pb;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    return (p->half > q->half) - (p->half < q->half);
}

/* ---- Rings ---- */

struct tracing {
    const struct cutting *c;
    struct gt_arena *a; /* of the result */
    uint8_t *todo;      /* by half edge: on the border of the piece at hand */
    size_t *place;      /* by node: 1 + its place on the path; 0: not on it */
    uint32_t *path;
    GT_VEC(double) xy;
    GT_VEC(int64_t) point, part, of_a, of_b;
};

/* The next half edge of the border: around its head, past edges with the piece on both sides. */
static uint32_t next_border(const struct tracing *t, const struct border *b, uint32_t half)
{
    uint32_t h = t->c->s->next[half];
    for (;;) {
        struct members other = members_of(t->c, h ^ 1);
        if (!is_in(&other, b->a, b->b))
            return h;
        h = t->c->s->next[h ^ 1];
    }
}

static void add_point(struct tracing *t, uint32_t node)
{
    *GT_PUSH(t->a, &t->xy) = gt_graph_x(t->c->g, node);
    *GT_PUSH(t->a, &t->xy) = gt_graph_y(t->c->g, node);
}

/* The path from its place `from` on as a ring, which is taken off it. */
static size_t end_ring(struct tracing *t, size_t from, size_t n)
{
    for (size_t i = from; i < n; i++) {
        add_point(t, t->path[i]);
        t->place[t->path[i]] = 0;
    }
    add_point(t, t->path[from]);
    *GT_PUSH(t->a, &t->point) = (int64_t)(t->xy.n / 2);
    return from;
}

/* From one half edge until the path closes; where it meets itself, a ring is done. */
static void trace(struct tracing *t, const struct border *b, uint32_t start)
{
    size_t n = 0;
    uint32_t h = start;
    do {
        uint32_t node = gt_half_from(t->c->g, h);
        if (t->place[node] != 0)
            n = end_ring(t, t->place[node] - 1, n);
        t->path[n++] = node;
        t->place[node] = n;
        t->todo[h] = 0;
        h = next_border(t, b, h);
    } while (h != start);
    end_ring(t, 0, n);
}

/* Pieces come by feature of the first, then of the second layer, those of none last. */
static void trace_all(struct tracing *t)
{
    const struct border *v = t->c->border.v;
    size_t n = t->c->border.n;
    *GT_PUSH(t->a, &t->point) = 0;
    *GT_PUSH(t->a, &t->part) = 0;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i; end < n && v[end].a == v[i].a && v[end].b == v[i].b; end++)
            t->todo[v[end].half] = 1;
        for (size_t k = i; k < end; k++)
            if (t->todo[v[k].half])
                trace(t, &v[k], v[k].half);
        *GT_PUSH(t->a, &t->part) = (int64_t)t->point.n - 1;
        *GT_PUSH(t->a, &t->of_a) = v[i].a == NONE ? -1 : (int64_t)v[i].a;
        *GT_PUSH(t->a, &t->of_b) =
            v[i].b == NONE ? -1 : (int64_t)v[i].b - (int64_t)t->c->g->n_first;
    }
}

static struct gt_box box_of(const double *xy, size_t n)
{
    struct gt_box b = {NAN, NAN, NAN, NAN};
    for (size_t i = 0; i < n; i++)
        b = (struct gt_box){fmin(b.x0, xy[2 * i]), fmin(b.y0, xy[2 * i + 1]), fmax(b.x1, xy[2 * i]),
                            fmax(b.y1, xy[2 * i + 1])};
    return b;
}

enum gt_status gt_graph_pieces(struct gt_arena *a, const struct gt_graph *g,
                               const struct gt_sides *s, enum gt_overlay_kind kind,
                               struct gt_overlay_result *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct cutting c = {.g = g, .s = s, .kind = kind, .a = scratch};
    struct tracing t = {.c = &c, .a = a};
    void *todo, *place, *path;
    GT_TRY(gt_reserve(scratch, 2 * g->n_edges, 1, "marks of borders", &todo, err));
    GT_TRY(gt_reserve(scratch, g->n_nodes, sizeof(size_t), "marks of points", &place, err));
    GT_TRY(gt_reserve(scratch, g->n_nodes + 1, sizeof(uint32_t), "a ring's points", &path, err));
    t.todo = todo;
    t.place = place;
    t.path = path;
    for (uint32_t h = 0; h < 2 * g->n_edges; h++)
        add_borders(&c, h);
    if (c.border.n > 0)
        qsort(c.border.v, c.border.n, sizeof *c.border.v, by_piece);
    trace_all(&t);
    struct gt_shapes *shapes = GT_TAKE(a, struct gt_shapes);
    *shapes = (struct gt_shapes){.kind = GT_SHAPE_POLYGON,
                                 .n = t.of_a.n,
                                 .part = t.part.v,
                                 .point = t.point.v,
                                 .xy = t.xy.v,
                                 .box = box_of(t.xy.v, t.xy.n / 2)};
    *out = (struct gt_overlay_result){.shapes = shapes, .a = t.of_a.v, .b = t.of_b.v};
    return GT_OK;
}
