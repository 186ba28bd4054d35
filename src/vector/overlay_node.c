/* overlay_node.c: the borders of two layers on a grid, noded by snap rounding. Cost n log n of the
 * edges and the places where they meet; memory some 200 bytes an edge. */
#include "overlay_int.h"

#include <math.h>
#include <stdlib.h>

typedef __int128 wide;

/* A border's edge with one owner, from < to by x, then y. */
struct segment {
    struct gt_node from, to;
    uint32_t owner;
};

/* ---- Exact answers ---- */

static wide cross(struct gt_node p, struct gt_node q, struct gt_node r)
{
    return (wide)(q.x - p.x) * (r.y - p.y) - (wide)(q.y - p.y) * (r.x - p.x);
}

int gt_node_turn(struct gt_node p, struct gt_node q, struct gt_node r)
{
    wide c = cross(p, q, r);
    return (c > 0) - (c < 0);
}

static int compare(struct gt_node p, struct gt_node q)
{
    if (p.x != q.x)
        return p.x < q.x ? -1 : 1;
    return (p.y > q.y) - (p.y < q.y);
}

/* n / d to the nearest whole number, halves upwards; d > 0. */
static int64_t nearest(wide n, wide d)
{
    wide twice = 2 * n + d, q = twice / (2 * d);
    return (int64_t)(twice % (2 * d) < 0 ? q - 1 : q);
}

/* Whether two edges cross within both, and where, to the nearest node. */
static bool crossing(const struct segment *s, const struct segment *t, struct gt_node *at)
{
    int a = gt_node_turn(s->from, s->to, t->from), b = gt_node_turn(s->from, s->to, t->to);
    if (a * b >= 0 ||
        gt_node_turn(t->from, t->to, s->from) * gt_node_turn(t->from, t->to, s->to) >= 0)
        return false;
    wide up = cross(t->from, t->to, s->from);
    wide down = up - cross(t->from, t->to, s->to);
    if (down < 0) {
        up = -up;
        down = -down;
    }
    at->x = s->from.x + nearest(up * (s->to.x - s->from.x), down);
    at->y = s->from.y + nearest(up * (s->to.y - s->from.y), down);
    return true;
}

/* Whether the edge passes through the square of one step around c, of which the left and lower
 * sides are part. */
static bool passes(const struct segment *s, struct gt_node c)
{
    struct gt_node p = {2 * (s->from.x - c.x), 2 * (s->from.y - c.y)};
    struct gt_node q = {2 * (s->to.x - c.x), 2 * (s->to.y - c.y)};
    int64_t low = p.y < q.y ? p.y : q.y, high = p.y < q.y ? q.y : p.y;
    if (p.x >= 1 || q.x < -1 || low >= 1 || high < -1)
        return false;
    if (p.x == q.x || p.y == q.y)
        return true;
    bool rises = p.y < q.y;
    int ul = gt_node_turn(p, q, (struct gt_node){-1, 1});
    int lr = gt_node_turn(p, q, (struct gt_node){1, -1});
    int ur = gt_node_turn(p, q, (struct gt_node){1, 1});
    int ll = gt_node_turn(p, q, (struct gt_node){-1, -1});
    if (rises)
        /* from lower left to upper right: between the corners on its two sides, neither part */
        return ul > 0 && lr < 0;
    /* falling: the lower left corner is part, the upper right one is not */
    return ll <= 0 && ur > 0;
}

/* ---- The grid ---- */

static int64_t steps(const struct gt_graph_grid *g, double v)
{
    return llround(g->fine ? v * g->power : v / g->power);
}

static double units(const struct gt_graph_grid *g, int64_t n)
{
    return g->fine ? (double)n / g->power : (double)n * g->power;
}

double gt_graph_x(const struct gt_graph *g, uint32_t node)
{
    return units(&g->grid, g->node[node].x + g->grid.x);
}

double gt_graph_y(const struct gt_graph *g, uint32_t node)
{
    return units(&g->grid, g->node[node].y + g->grid.y);
}

/* The finest that has less than 2^40 steps over the box and 2^52 from zero, down to a micrometre.
 */
static struct gt_graph_grid grid_for(const struct gt_crs *crs, struct gt_box b)
{
    int most = !crs ? 290 : crs->kind == GT_CRS_GEOGRAPHIC ? 11 : 6;
    double width = fmax(b.x1 - b.x0, b.y1 - b.y0);
    double far = fmax(fmax(fabs(b.x0), fabs(b.x1)), fmax(fabs(b.y0), fabs(b.y1)));
    struct gt_graph_grid g = {.power = 1, .fine = true};
    int k = most;
    while (k > -290 && (width * pow(10, k) > 0x1p40 || far * pow(10, k) > 0x1p52))
        k--;
    g.fine = k >= 0;
    g.power = pow(10, abs(k));
    g.x = steps(&g, b.x0);
    g.y = steps(&g, b.y0);
    return g;
}

/* ---- Edges ---- */

static int by_place(const void *pa, const void *pb)
{
    const struct segment *a = pa, *b = pb;
    int c = compare(a->from, b->from);
    if (c == 0)
        c = compare(a->to, b->to);
    return c ? c : (a->owner > b->owner) - (a->owner < b->owner);
}

static bool same_place(const struct segment *a, const struct segment *b)
{
    return compare(a->from, b->from) == 0 && compare(a->to, b->to) == 0;
}

/* Sorted, and without those that an owner has an even number of times. */
static size_t odd_ones(struct segment *v, size_t n)
{
    size_t kept = 0;
    if (n > 0)
        qsort(v, n, sizeof *v, by_place);
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && by_place(&v[i], &v[end]) == 0;)
            end++;
        if ((end - i) % 2)
            v[kept++] = v[i];
    }
    return kept;
}

static struct segment segment_of(struct gt_node p, struct gt_node q, uint32_t owner)
{
    return compare(p, q) < 0 ? (struct segment){p, q, owner} : (struct segment){q, p, owner};
}

static bool all_finite(const struct gt_shapes *s, size_t i)
{
    for (int64_t k = 2 * s->point[s->part[i]]; k < 2 * s->point[s->part[i + 1]]; k++)
        if (!isfinite(s->xy[k]))
            return false;
    return true;
}

static size_t add_layer(const struct gt_graph_grid *g, const struct gt_shapes *s, size_t first,
                        struct segment *out)
{
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (!all_finite(s, i))
            continue;
        for (int64_t part = s->part[i]; part < s->part[i + 1]; part++)
            for (int64_t k = s->point[part]; k + 1 < s->point[part + 1]; k++) {
                const double *at = s->xy + 2 * k;
                struct gt_node p = {steps(g, at[0]) - g->x, steps(g, at[1]) - g->y};
                struct gt_node q = {steps(g, at[2]) - g->x, steps(g, at[3]) - g->y};
                if (compare(p, q) != 0)
                    out[n++] = segment_of(p, q, (uint32_t)(first + i));
            }
    }
    return n;
}

static struct gt_box box_of(const struct gt_shapes *s)
{
    struct gt_box b = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (size_t i = 0; s && i < s->n; i++) {
        if (!all_finite(s, i))
            continue;
        for (int64_t k = s->point[s->part[i]]; k < s->point[s->part[i + 1]]; k++)
            b = (struct gt_box){fmin(b.x0, s->xy[2 * k]), fmin(b.y0, s->xy[2 * k + 1]),
                                fmax(b.x1, s->xy[2 * k]), fmax(b.y1, s->xy[2 * k + 1])};
    }
    return b;
}

/* ---- Where edges meet ---- */

enum { CHUNK = 4096 };

struct noding {
    struct gt_work *w;
    const struct segment *s; /* one a place */
    size_t n;
    const struct segment *all; /* those of place i, one an owner: all[first[i]] and on */
    const size_t *first;
    const struct gt_index *segments, *nodes;
    const struct gt_node *node;
    struct found *found; /* by chunk */
};

/* What a chunk of edges met: crossings, or nodes in pairs that are an edge's parts. */
struct found {
    struct gt_arena *a;
    GT_VEC(struct gt_node) at;
    GT_VEC(struct segment) part; /* owner: the edge */
};

struct probe {
    const struct noding *k;
    struct found *f;
    size_t i;
};

static bool meet(void *ctx, size_t j)
{
    struct probe *p = ctx;
    struct gt_node at;
    if (j > p->i && crossing(&p->k->s[p->i], &p->k->s[j], &at))
        *GT_PUSH(p->f->a, &p->f->at) = at;
    return true;
}

static bool pass(void *ctx, size_t j)
{
    struct probe *p = ctx;
    if (passes(&p->k->s[p->i], p->k->node[j]))
        *GT_PUSH(p->f->a, &p->f->at) = p->k->node[j];
    return true;
}

static struct gt_box box_around(const struct segment *s, double by)
{
    double y0 = (double)s->from.y, y1 = (double)s->to.y;
    return (struct gt_box){(double)s->from.x - by, fmin(y0, y1) - by, (double)s->to.x + by,
                           fmax(y0, y1) + by};
}

static enum gt_status find_crossings(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    (void)worker, (void)err;
    struct noding *k = ctx;
    struct found *f = &k->found[chunk];
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < k->n ? from + CHUNK : k->n;
    f->a = gt_arena_new();
    for (size_t i = from; i < to; i++) {
        struct probe p = {k, f, i};
        gt_index_search(k->segments, box_around(&k->s[i], 0), meet, &p);
    }
    return GT_OK;
}

static int rising(const void *a, const void *b)
{
    return compare(*(const struct gt_node *)a, *(const struct gt_node *)b);
}

/* Along an edge that falls: by x, then y downwards. */
static int falling(const void *pa, const void *pb)
{
    const struct gt_node *a = pa, *b = pb;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return (a->y < b->y) - (a->y > b->y);
}

/* The parts of each edge, from node to node. */
static enum gt_status find_parts(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    (void)worker, (void)err;
    struct noding *k = ctx;
    struct found *f = &k->found[chunk];
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < k->n ? from + CHUNK : k->n;
    f->a = gt_arena_new();
    for (size_t i = from; i < to; i++) {
        struct probe p = {k, f, i};
        f->at.n = 0;
        gt_index_search(k->nodes, box_around(&k->s[i], 0.5), pass, &p);
        if (f->at.n > 1)
            qsort(f->at.v, f->at.n, sizeof *f->at.v,
                  k->s[i].from.y <= k->s[i].to.y ? rising : falling);
        for (size_t m = 0; m + 1 < f->at.n; m++)
            *GT_PUSH(f->a, &f->part) = segment_of(f->at.v[m], f->at.v[m + 1], (uint32_t)i);
    }
    return GT_OK;
}

static void drop_found(struct noding *k)
{
    size_t chunks = (k->n + CHUNK - 1) / CHUNK;
    for (size_t i = 0; i < chunks; i++) {
        gt_arena_free(k->found[i].a);
        k->found[i] = (struct found){0};
    }
}

/* All ends and crossings, each once. */
GT_MUST static enum gt_status gather_nodes(struct gt_arena *a, const struct noding *k,
                                           struct gt_node **out, size_t *n, struct gt_err *err)
{
    size_t chunks = (k->n + CHUNK - 1) / CHUNK, all = 2 * k->n, kept = 0;
    for (size_t i = 0; i < chunks; i++)
        all += k->found[i].at.n;
    void *p;
    GT_TRY(gt_reserve(a, all, sizeof **out, "points of borders", &p, err));
    struct gt_node *v = p;
    all = 0;
    for (size_t i = 0; i < k->n; i++) {
        v[all++] = k->s[i].from;
        v[all++] = k->s[i].to;
    }
    for (size_t i = 0; i < chunks; i++)
        for (size_t m = 0; m < k->found[i].at.n; m++)
            v[all++] = k->found[i].at.v[m];
    qsort(v, all, sizeof *v, rising);
    for (size_t i = 0; i < all; i++)
        if (i == 0 || compare(v[i], v[i - 1]) != 0)
            v[kept++] = v[i];
    *out = v;
    *n = kept;
    return GT_OK;
}

GT_MUST static enum gt_status index_segments(struct gt_arena *a, struct noding *k,
                                             struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *p;
    GT_TRY(gt_reserve(scratch, k->n, sizeof(struct gt_box), "boxes of edges", &p, err));
    struct gt_box *box = p;
    for (size_t i = 0; i < k->n; i++)
        box[i] = box_around(&k->s[i], 0);
    return gt_index_new(a, box, k->n, &k->segments, err);
}

GT_MUST static enum gt_status index_nodes(struct gt_arena *a, struct noding *k, size_t n,
                                          struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *p;
    GT_TRY(gt_reserve(scratch, n, sizeof(struct gt_box), "boxes of points", &p, err));
    struct gt_box *box = p;
    for (size_t i = 0; i < n; i++) {
        double x = (double)k->node[i].x, y = (double)k->node[i].y;
        box[i] = (struct gt_box){x, y, x, y};
    }
    return gt_index_new(a, box, n, &k->nodes, err);
}

/* ---- The graph ---- */

static uint32_t number_of(const struct gt_graph *g, struct gt_node p)
{
    size_t low = 0, high = g->n_nodes;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (compare(g->node[middle], p) <= 0)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

/* From parts with one owner each, sorted. */
GT_MUST static enum gt_status take_edges(struct gt_arena *a, struct gt_graph *g,
                                         const struct segment *v, size_t n, struct gt_err *err)
{
    void *edges, *owners;
    GT_TRY(gt_reserve(a, n + 1, sizeof(struct gt_graph_edge), "edges of a graph", &edges, err));
    GT_TRY(gt_reserve(a, n + 1, sizeof(uint32_t), "owners of edges", &owners, err));
    struct gt_graph_edge *edge = edges;
    uint32_t *owner = owners;
    for (size_t i = 0; i < n; i++) {
        owner[i] = v[i].owner;
        if (i == 0 || !same_place(&v[i], &v[i - 1]))
            edge[g->n_edges++] =
                (struct gt_graph_edge){number_of(g, v[i].from), number_of(g, v[i].to), i};
    }
    edge[g->n_edges].owner = n;
    if (g->n_edges >= UINT32_MAX / 2)
        return gt_fail(err, GT_ETOOBIG, "expected at most %u parts of borders, found %zu",
                       UINT32_MAX / 2, g->n_edges);
    g->edge = edge;
    g->owner = owner;
    return GT_OK;
}

/* Parts of places back to parts of owners. */
GT_MUST static enum gt_status spread(struct gt_arena *a, const struct noding *k,
                                     struct segment **out, size_t *n, struct gt_err *err)
{
    size_t chunks = (k->n + CHUNK - 1) / CHUNK, sum = 0;
    for (size_t c = 0; c < chunks; c++)
        for (size_t m = 0; m < k->found[c].part.n; m++) {
            uint32_t place = k->found[c].part.v[m].owner;
            sum += k->first[place + 1] - k->first[place];
        }
    void *p;
    GT_TRY(gt_reserve(a, sum, sizeof **out, "parts of borders", &p, err));
    *out = p;
    *n = sum;
    sum = 0;
    for (size_t c = 0; c < chunks; c++)
        for (size_t m = 0; m < k->found[c].part.n; m++) {
            struct segment part = k->found[c].part.v[m];
            uint32_t place = part.owner;
            for (size_t i = k->first[place]; i < k->first[place + 1]; i++) {
                part.owner = k->all[i].owner;
                (*out)[sum++] = part;
            }
        }
    return GT_OK;
}

GT_MUST static enum gt_status node_all(struct gt_arena *a, struct gt_arena *scratch,
                                       struct noding *k, struct gt_graph *g, struct gt_err *err)
{
    int64_t chunks = (int64_t)((k->n + CHUNK - 1) / CHUNK);
    struct gt_node *node;
    GT_TRY(index_segments(scratch, k, err));
    GT_TRY(gt_par_for(k->w, chunks, find_crossings, k, err));
    GT_TRY(gather_nodes(a, k, &node, &g->n_nodes, err));
    drop_found(k);
    if (g->n_nodes >= UINT32_MAX / 4)
        return gt_fail(err, GT_ETOOBIG, "expected at most %u points of borders, found %zu",
                       UINT32_MAX / 4, g->n_nodes);
    g->node = k->node = node;
    GT_TRY(index_nodes(scratch, k, g->n_nodes, err));
    GT_TRY(gt_par_for(k->w, chunks, find_parts, k, err));
    struct segment *part;
    size_t n;
    GT_TRY(spread(scratch, k, &part, &n, err));
    return take_edges(a, g, part, odd_ones(part, n), err);
}

/* One a place, with where its owners start in `all`. */
static size_t places_of(const struct segment *all, size_t n, struct segment *place, size_t *first)
{
    size_t places = 0;
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !same_place(&all[i], &all[i - 1])) {
            first[places] = i;
            place[places++] = all[i];
        }
    first[places] = n;
    return places;
}

static size_t edges_of(const struct gt_shapes *s)
{
    return s ? (size_t)(s->point[s->part[s->n]] - s->point[s->part[0]]) : 0;
}

enum gt_status gt_graph_new(struct gt_arena *a, const struct gt_shapes *la,
                            const struct gt_shapes *lb, struct gt_work *w, struct gt_graph *out,
                            struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_box ba = box_of(la), bb = box_of(lb);
    struct gt_box box = {fmin(ba.x0, bb.x0), fmin(ba.y0, bb.y0), fmax(ba.x1, bb.x1),
                         fmax(ba.y1, bb.y1)};
    *out = (struct gt_graph){.n_first = la->n};
    if (!(box.x0 <= box.x1))
        return take_edges(a, out, NULL, 0, err);
    out->grid = grid_for(la->crs, box);
    size_t most = edges_of(la) + edges_of(lb);
    void *all, *place, *first;
    GT_TRY(gt_reserve(scratch, most, sizeof(struct segment), "edges of borders", &all, err));
    size_t n = add_layer(&out->grid, la, 0, all);
    if (lb)
        n += add_layer(&out->grid, lb, la->n, (struct segment *)all + n);
    n = odd_ones(all, n);
    GT_TRY(gt_reserve(scratch, n, sizeof(struct segment), "edges of borders", &place, err));
    GT_TRY(gt_reserve(scratch, n + 1, sizeof(size_t), "owners of edges", &first, err));
    struct noding k = {.w = w, .s = place, .all = all, .first = first};
    k.n = places_of(all, n, place, first);
    k.found = GT_TAKE_N(scratch, struct found, k.n / CHUNK + 1);
    enum gt_status s = node_all(a, scratch, &k, out, err);
    drop_found(&k);
    return s;
}
