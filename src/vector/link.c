/* link.c: directed edges of polygons: those that two polygons share cancel, the others are linked
 * into rings. Expected O(n) to cancel, O(n log n) to link. */
#include "link.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- Edges of polygons ---- */

GT_MUST static enum gt_status room_for(struct gt_edges *e, size_t more, struct gt_err *err)
{
    size_t cap = e->cap ? e->cap : 256;
    void *block;
    if (e->n + more <= e->cap)
        return GT_OK;
    while (cap < e->n + more)
        cap *= 2;
    GT_TRY(gt_reserve(e->a, cap, sizeof *e->v, "edges of polygons", &block, err));
    if (e->n > 0)
        memcpy(block, e->v, e->n * sizeof *e->v);
    e->v = block;
    e->cap = cap;
    return GT_OK;
}

/* Twice the signed area, from the first point. */
static double ring_area2(const double *xy, size_t n)
{
    double sum = 0;
    for (size_t i = 1; i + 1 < n; i++)
        sum += (xy[2 * i] - xy[0]) * (xy[2 * i + 3] - xy[1]) -
               (xy[2 * i + 2] - xy[0]) * (xy[2 * i + 1] - xy[1]);
    return sum;
}

static void add_ring(struct gt_edges *e, const double *xy, size_t n, bool flip)
{
    for (size_t k = 0; k + 1 < n; k++) {
        size_t at = flip ? n - 1 - k : k;
        const double *p = xy + 2 * at, *q = flip ? p - 2 : p + 2;
        if (p[0] != q[0] || p[1] != q[1]) /* + 0: no -0, whose bits differ */
            e->v[e->n++] = (struct gt_edge){p[0] + 0.0, p[1] + 0.0, q[0] + 0.0, q[1] + 0.0};
    }
}

enum gt_status gt_edges_add(struct gt_edges *e, const struct gt_shapes *s, size_t i,
                            struct gt_err *err)
{
    int64_t from = s->part[i], n = s->part[i + 1] - from;
    GT_AUTO_ARENA scratch = gt_arena_new();
    int32_t *depth = GT_TAKE_N(scratch, int32_t, 2 * (size_t)n + 1);
    gt_ring_nesting(s, i, depth, depth + n);
    GT_TRY(room_for(e, (size_t)(s->point[from + n] - s->point[from]), err));
    for (int64_t r = 0; r < n; r++) {
        const double *xy = s->xy + 2 * s->point[from + r];
        size_t points = (size_t)(s->point[from + r + 1] - s->point[from + r]);
        double area2 = ring_area2(xy, points);
        if (!isfinite(area2))
            return gt_fail(err, GT_EINPUT, "feature %zu: expected finite coordinates, found others",
                           i + 1);
        add_ring(e, xy, points, (area2 < 0) != (depth[r] % 2 != 0));
    }
    return GT_OK;
}

/* ---- Cancelling ---- */

static uint64_t mixed(uint64_t h, double v)
{
    uint64_t bits;
    memcpy(&bits, &v, sizeof bits);
    h = (h ^ bits) * 0x9E3779B97F4A7C15u;
    return h ^ (h >> 29);
}

/* The same for both directions. */
static uint64_t hash_of(const struct gt_edge *e)
{
    bool turned = e->x0 > e->x1 || (e->x0 == e->x1 && e->y0 > e->y1);
    uint64_t h = mixed(mixed(1, turned ? e->x1 : e->x0), turned ? e->y1 : e->y0);
    return mixed(mixed(h, turned ? e->x0 : e->x1), turned ? e->y0 : e->y1);
}

static bool opposite(const struct gt_edge *p, const struct gt_edge *q)
{
    return p->x0 == q->x1 && p->y0 == q->y1 && p->x1 == q->x0 && p->y1 == q->y0;
}

enum gt_status gt_edges_cancel(struct gt_edges *e, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    size_t size = 16, kept = 0;
    void *block;
    while (size < 2 * e->n)
        size *= 2;
    GT_TRY(gt_reserve(scratch, size, sizeof(size_t), "edges of polygons", &block, err));
    size_t *table = block; /* numbers of edges from 1 */
    GT_TRY(gt_reserve(scratch, e->n + 1, 1, "edges of polygons", &block, err));
    uint8_t *gone = block;
    for (size_t i = 0; i < e->n; i++) {
        size_t at = hash_of(e->v + i) & (size - 1);
        while (table[at] && (gone[table[at] - 1] || !opposite(e->v + table[at] - 1, e->v + i)))
            at = (at + 1) & (size - 1);
        if (table[at])
            gone[i] = gone[table[at] - 1] = 1;
        else
            table[at] = i + 1;
    }
    for (size_t i = 0; i < e->n; i++)
        if (!gone[i])
            e->v[kept++] = e->v[i];
    e->n = kept;
    return GT_OK;
}

/* ---- Linking ---- */

struct ring {
    size_t from, n; /* points in link.xy, without the closing one */
};

struct link {
    const struct gt_edge *v; /* sorted by their start */
    size_t n;
    uint8_t *used;
    size_t *spot; /* by the first edge that leaves a point: its place on the path + 1 */
    size_t *path;
    size_t length;
    struct gt_arena *a;
    GT_VEC(struct ring) ring;
    GT_VEC(double) xy;
};

static int compare_points(double x0, double y0, double x1, double y1)
{
    if (x0 != x1)
        return x0 < x1 ? -1 : 1;
    return (y0 > y1) - (y0 < y1);
}

static int by_start(const void *a, const void *b)
{
    const struct gt_edge *p = a, *q = b;
    int order = compare_points(p->x0, p->y0, q->x0, q->y0);
    return order ? order : compare_points(p->x1, p->y1, q->x1, q->y1);
}

/* The first edge that leaves the point; n: none does. */
static size_t leaving(const struct link *l, double x, double y)
{
    size_t lo = 0, hi = l->n;
    while (lo < hi) {
        size_t mid = lo + (hi - lo) / 2;
        if (compare_points(l->v[mid].x0, l->v[mid].y0, x, y) < 0)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo < l->n && l->v[lo].x0 == x && l->v[lo].y0 == y ? lo : l->n;
}

/* Where u lies in a clockwise sweep around the point that starts behind the edge that comes in: 0
 * to its left, 1 straight on, 2 to its right, 3 back. */
static int sector(const struct gt_edge *in, const struct gt_edge *u)
{
    const double at[2] = {in->x1, in->y1}, from[2] = {in->x0, in->y0}, to[2] = {u->x1, u->y1};
    int turn = gt_orient(at, from, to);
    if (turn != 0)
        return turn < 0 ? 0 : 2;
    double dot = (from[0] - at[0]) * (to[0] - at[0]) + (from[1] - at[1]) * (to[1] - at[1]);
    return dot < 0 ? 1 : 3;
}

static bool turns_before(const struct gt_edge *in, const struct gt_edge *u, const struct gt_edge *v)
{
    const double at[2] = {in->x1, in->y1}, p[2] = {u->x1, u->y1}, q[2] = {v->x1, v->y1};
    int su = sector(in, u), sv = sector(in, v);
    return su != sv ? su < sv : gt_orient(at, p, q) < 0;
}

/* The unused edge from point `first` on that turns furthest left. */
static size_t next_edge(const struct link *l, const struct gt_edge *in, size_t first)
{
    size_t best = l->n;
    for (size_t i = first; i < l->n && l->v[i].x0 == in->x1 && l->v[i].y0 == in->y1; i++)
        if (!l->used[i] && (best == l->n || turns_before(in, l->v + i, l->v + best)))
            best = i;
    return best;
}

static size_t point_of(const struct link *l, size_t edge)
{
    return leaving(l, l->v[edge].x0, l->v[edge].y0);
}

/* The path from place `from` on is a ring: it leaves the path. */
static void take_ring(struct link *l, size_t from)
{
    size_t n = l->length - from, least = 0;
    for (size_t k = 1; k < n; k++)
        if (by_start(l->v + l->path[from + k], l->v + l->path[from + least]) < 0)
            least = k;
    *GT_PUSH(l->a, &l->ring) = (struct ring){l->xy.n / 2, n};
    for (size_t k = 0; k < n; k++) {
        const struct gt_edge *e = l->v + l->path[from + (least + k) % n];
        *GT_PUSH(l->a, &l->xy) = e->x0;
        *GT_PUSH(l->a, &l->xy) = e->y0;
        l->spot[point_of(l, l->path[from + k])] = 0;
    }
    l->length = from;
}

GT_MUST static enum gt_status walk(struct link *l, size_t edge, struct gt_err *err)
{
    l->length = 0;
    for (;;) {
        l->used[edge] = 1;
        l->spot[point_of(l, edge)] = l->length + 1;
        l->path[l->length++] = edge;
        const struct gt_edge *in = l->v + edge;
        size_t first = leaving(l, in->x1, in->y1);
        if (first < l->n && l->spot[first] > 0) {
            take_ring(l, l->spot[first] - 1);
            if (l->length == 0)
                return GT_OK;
        }
        edge = first < l->n ? next_edge(l, in, first) : l->n;
        if (edge == l->n)
            return gt_fail(err, GT_EINTERNAL, "edges do not close at (%.9g, %.9g)", in->x1, in->y1);
    }
}

enum gt_status gt_edges_link(struct gt_edges *e, struct gt_build *b, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct link l = {.v = e->v, .n = e->n, .a = scratch};
    void *used, *spot, *path;
    if (e->n == 0)
        return GT_OK;
    GT_TRY(gt_reserve(scratch, e->n, 1, "edges of polygons", &used, err));
    GT_TRY(gt_reserve(scratch, e->n, sizeof(size_t), "edges of polygons", &spot, err));
    GT_TRY(gt_reserve(scratch, e->n, sizeof(size_t), "edges of polygons", &path, err));
    l.used = used;
    l.spot = spot;
    l.path = path;
    qsort(e->v, e->n, sizeof *e->v, by_start);
    for (size_t i = 0; i < e->n; i++)
        if (!l.used[i])
            GT_TRY(walk(&l, i, err));
    for (size_t i = 0; i < l.ring.n; i++) {
        const double *xy = l.xy.v + 2 * l.ring.v[i].from;
        gt_build_points(b, xy, l.ring.v[i].n);
        gt_build_points(b, xy, 1);
        gt_build_end_part(b);
    }
    return GT_OK;
}
