/* coverage_piece.c: faces that belong together as rings, with their size and a place inside. */
#include "coverage_int.h"

#include <stdlib.h>

struct tracing {
    const struct gt_graph *g;
    const int32_t *in;
    int32_t mark;
    uint8_t *done; /* by half-edge in the list below */
};

static bool border(const struct tracing *t, int32_t half)
{
    return t->in[gt_graph_face(t->g, half ^ 1)] != t->mark;
}

/* The border's half-edge that follows, past edges between faces of the piece. */
static int32_t follow(const struct tracing *t, int32_t half)
{
    int32_t h = t->g->edge[half / 2].next[half & 1];
    while (!border(t, h))
        h = t->g->edge[h / 2].next[(h ^ 1) & 1];
    return h;
}

typedef GT_VEC(int32_t) halves;

static int ascending(const void *a, const void *b)
{
    int32_t p = *(const int32_t *)a, q = *(const int32_t *)b;
    return p < q ? -1 : p > q;
}

static void all_border(struct gt_arena *a, const struct tracing *t, const int32_t *some, size_t n,
                       halves *out)
{
    const struct gt_graph *g = t->g;
    for (size_t i = 0; i < n; i++)
        for (int32_t c = g->first[some[i]]; c < g->first[some[i] + 1]; c++) {
            int32_t start = g->start[g->cycle_of[c]], h = start;
            do {
                if (border(t, h))
                    *GT_PUSH(a, out) = h;
                h = g->edge[h / 2].next[h & 1];
            } while (h != start);
        }
    if (out->n)
        qsort(out->v, out->n, sizeof *out->v, ascending);
}

static size_t place_of(const halves *all, int32_t half)
{
    size_t lo = 0, hi = all->n;
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (all->v[mid] < half)
            lo = mid + 1;
        else
            hi = mid;
    }
    return lo;
}

/* ---- Size and a place inside ---- */

static void measure(const struct gt_scale *scale, struct gt_piece *p)
{
    double kx, ky, sum = 0, x0 = p->xy[0], y0 = p->xy[1];
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (int64_t i = 0; i < p->ring[p->n_rings]; i++) {
        lo = fmin(lo, p->xy[2 * i + 1]);
        hi = fmax(hi, p->xy[2 * i + 1]);
    }
    gt_scale_at(scale, (lo + hi) / 2, &kx, &ky);
    for (size_t r = 0; r < p->n_rings; r++)
        for (int64_t i = p->ring[r]; i + 1 < p->ring[r + 1]; i++) {
            const double *u = p->xy + 2 * i, *v = u + 2;
            sum += (u[0] - x0) * (v[1] - y0) - (u[1] - y0) * (v[0] - x0);
            p->border_m += hypot((v[0] - u[0]) * kx, (v[1] - u[1]) * ky);
        }
    p->m2 = fabs(sum) / 2 * kx * ky;
}

static int ascending_num(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

/* The middle of the widest stretch inside at a height; its width. */
static double widest(struct gt_arena *a, const struct gt_piece *p, double y, double *x)
{
    GT_VEC(double) at = {0};
    for (size_t r = 0; r < p->n_rings; r++)
        for (int64_t i = p->ring[r]; i + 1 < p->ring[r + 1]; i++) {
            const double *u = p->xy + 2 * i, *v = u + 2;
            if ((u[1] <= y) != (v[1] <= y))
                *GT_PUSH(a, &at) = u[0] + (y - u[1]) / (v[1] - u[1]) * (v[0] - u[0]);
        }
    if (at.n)
        qsort(at.v, at.n, sizeof *at.v, ascending_num);
    double best = -1;
    for (size_t i = 0; i + 1 < at.n; i += 2)
        if (at.v[i + 1] - at.v[i] > best) {
            best = at.v[i + 1] - at.v[i];
            *x = at.v[i] + best / 2;
        }
    return best;
}

/* Heights between neighbouring ones of the piece's points: the widest stretch of some of them. */
static void find_inside(struct gt_piece *p)
{
    GT_AUTO_ARENA a = gt_arena_new();
    size_t n = (size_t)p->ring[p->n_rings];
    double *y = GT_TAKE_N(a, double, n + 1), best = -1;
    for (size_t i = 0; i < n; i++)
        y[i] = p->xy[2 * i + 1];
    qsort(y, n, sizeof *y, ascending_num);
    p->x = p->xy[0];
    p->y = p->xy[1];
    size_t step = n > 32 ? n / 32 : 1;
    double tallest = -1, mid = y[0];
    for (size_t i = 0; i + 1 < n; i++) {
        if (y[i + 1] - y[i] > tallest) {
            tallest = y[i + 1] - y[i];
            mid = y[i] + tallest / 2;
        }
    }
    for (size_t i = 0; i <= n; i += step) {
        double at = i + 1 < n ? (y[i] + y[i + 1]) / 2 : mid, x = p->x;
        double low = i + 1 < n ? y[i + 1] - y[i] : tallest;
        double w = low > 0 ? fmin(widest(a, p, at, &x), 8 * low) : -1;
        if (w > best) {
            best = w;
            p->x = x;
            p->y = at;
        }
    }
}

void gt_piece_make(struct gt_arena *a, const struct gt_graph *g, const int32_t *in,
                   const int32_t *some, size_t n, struct gt_piece *out)
{
    *out = (struct gt_piece){0};
    struct tracing t = {.g = g, .in = in, .mark = n ? in[some[0]] : 0};
    halves all = {0};
    all_border(a, &t, some, n, &all);
    t.done = GT_TAKE_N(a, uint8_t, all.n + 1);
    out->xy = GT_TAKE_N(a, double, 4 * all.n + 2);
    out->half = GT_TAKE_N(a, int32_t, 2 * all.n + 1);
    out->ring = GT_TAKE_N(a, int64_t, all.n + 1);
    int64_t k = 0;
    for (size_t i = 0; i < all.n; i++) {
        if (t.done[i])
            continue;
        int64_t first = k;
        int32_t h = all.v[i];
        for (size_t at = i; at < all.n && all.v[at] == h && !t.done[at]; at = place_of(&all, h)) {
            const double *p = g->net->xy + 2 * gt_graph_tail(g, h);
            t.done[at] = 1;
            out->half[k] = h;
            out->xy[2 * k] = p[0];
            out->xy[2 * k++ + 1] = p[1];
            h = follow(&t, h);
        }
        out->half[k] = -1;
        out->xy[2 * k] = out->xy[2 * first];
        out->xy[2 * k++ + 1] = out->xy[2 * first + 1];
        out->ring[++out->n_rings] = k;
    }
    if (out->n_rings == 0)
        return;
    measure(&g->net->scale, out);
    find_inside(out);
}

double gt_piece_width(const struct gt_piece *p)
{
    return p->border_m > 0 ? 2 * p->m2 / p->border_m : 0;
}
