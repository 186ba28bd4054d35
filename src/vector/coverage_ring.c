/* coverage_ring.c: the border of one polygon as directed edges, its inside on their left. */
#include "coverage_int.h"

#include <string.h>

#define MANY_RINGS 64 /* more are put in one another by a net, not by pairs */

bool gt_usable(const double *xy)
{
    return fabs(xy[0]) < 1e12 && fabs(xy[1]) < 1e12;
}

/* Sign of the turn a, b, c; 0 also where doubles cannot tell. */
static int rough_turn(const double *a, const double *b, double x, double y)
{
    double l = (b[0] - a[0]) * (y - a[1]), r = (b[1] - a[1]) * (x - a[0]);
    double doubt = 1e-15 * (fabs(l) + fabs(r)) +
                   2.3e-16 * (fabs(a[0]) + fabs(b[0]) + fabs(x)) * fabs(b[1] - a[1]) +
                   2.3e-16 * (fabs(a[1]) + fabs(b[1]) + fabs(y)) * fabs(b[0] - a[0]);
    return l - r > doubt ? 1 : l - r < -doubt ? -1 : 0;
}

static bool may_meet(const struct gt_net_in *e, const struct gt_net_in *f)
{
    const double *a = &e->x0, *b = &e->x1, *p = &f->x0, *q = &f->x1;
    if (rough_turn(a, b, p[0], p[1]) * rough_turn(a, b, q[0], q[1]) > 0)
        return false;
    return rough_turn(p, q, a[0], a[1]) * rough_turn(p, q, b[0], b[1]) <= 0;
}

struct meeting {
    const struct gt_net_in *edge;
    const int32_t *before; /* by edge: the one before it in its ring */
    const struct gt_scale *scale;
    double tolerance;
    bool found;
};

static bool near(const struct meeting *m, const struct gt_net_in *e, const struct gt_net_in *f)
{
    const double a[4] = {e->x0, e->y0, e->x1, e->y1}, b[4] = {f->x0, f->y0, f->x1, f->y1};
    return gt_scale_to_segment(m->scale, a[0], a[1], b) <= m->tolerance ||
           gt_scale_to_segment(m->scale, a[2], a[3], b) <= m->tolerance ||
           gt_scale_to_segment(m->scale, b[0], b[1], a) <= m->tolerance ||
           gt_scale_to_segment(m->scale, b[2], b[3], a) <= m->tolerance;
}

/* Neighbours share a point: they are near where one goes back along the other. */
static bool goes_back(const struct meeting *m, const struct gt_net_in *e, const struct gt_net_in *f)
{
    const double a[4] = {e->x0, e->y0, e->x1, e->y1}, b[4] = {f->x0, f->y0, f->x1, f->y1};
    return gt_scale_to_segment(m->scale, b[2], b[3], a) <= m->tolerance ||
           gt_scale_to_segment(m->scale, a[0], a[1], b) <= m->tolerance;
}

static bool try_meeting(void *ctx, size_t i, size_t j)
{
    struct meeting *m = ctx;
    const struct gt_net_in *e = &m->edge[i], *f = &m->edge[j];
    bool after = m->before[j] == (int32_t)i, ahead = m->before[i] == (int32_t)j;
    if (after || ahead) {
        if (m->tolerance > 0)
            m->found = (after && goes_back(m, e, f)) || (ahead && goes_back(m, f, e));
        return !m->found;
    }
    m->found = may_meet(e, f) || (m->tolerance > 0 && near(m, e, f));
    return !m->found;
}

static struct gt_box edge_box(const struct gt_net_in *e, double mx, double my)
{
    return (struct gt_box){fmin(e->x0, e->x1) - mx, fmin(e->y0, e->y1) - my,
                           fmax(e->x0, e->x1) + mx, fmax(e->y0, e->y1) + my};
}

bool gt_ring_meets(struct gt_arena *a, const struct gt_net_in *edge, size_t n,
                   const int64_t *ring_end, const struct gt_scale *scale, double tolerance)
{
    struct gt_box *box = GT_TAKE_N(a, struct gt_box, n + 1);
    int32_t *before = GT_TAKE_N(a, int32_t, n + 1);
    struct meeting m = {.edge = edge, .before = before, .scale = scale, .tolerance = tolerance};
    double kx = 1, ky = 1;
    if (n)
        gt_scale_at(scale, edge[0].y0, &kx, &ky);
    double mx = tolerance / kx * 1.01, my = tolerance / ky * 1.01;
    size_t r = 0, first = 0;
    for (size_t i = 0; i < n; i++) {
        while (ring_end && (int64_t)i >= ring_end[r]) {
            first = i;
            r++;
        }
        before[i] = i > first || !ring_end ? (int32_t)i - 1 : (int32_t)ring_end[r] - 1;
        box[i] = edge_box(&edge[i], mx, my);
    }
    if (n > 24) {
        gt_join_pairs(gt_join_new(a, box, n), NULL, try_meeting, &m);
        return m.found;
    }
    for (size_t j = 1; j < n && !m.found; j++)
        for (size_t i = 0; i < j && !m.found; i++)
            if (gt_box_meets(box[i], box[j]))
                (void)try_meeting(&m, i, j);
    return m.found;
}

/* ---- Direction ---- */

static double ring_area(const double *xy, int64_t n)
{
    double sum = 0;
    for (int64_t i = 1; i + 1 < n; i++) {
        const double *p = xy + 2 * i, *q = p + 2;
        sum += (p[0] - xy[0]) * (q[1] - xy[1]) - (p[1] - xy[1]) * (q[0] - xy[0]);
    }
    return sum;
}

static bool inside_ring(const double *xy, int64_t n, double x, double y)
{
    bool in = false;
    for (int64_t i = 0; i + 1 < n; i++) {
        const double *p = xy + 2 * i, *q = p + 2;
        if ((p[1] <= y) != (q[1] <= y) && x < p[0] + (y - p[1]) / (q[1] - p[1]) * (q[0] - p[0]))
            in = !in;
    }
    return in;
}

/* Rings of a simple polygon: outer ones anticlockwise, holes clockwise. */
static void turn_rings(const struct gt_shapes *s, size_t i, uint8_t *turn)
{
    int64_t from = s->part[i], to = s->part[i + 1];
    for (int64_t p = from; p < to; p++) {
        const double *xy = s->xy + 2 * s->point[p];
        int depth = 0;
        for (int64_t q = from; q < to; q++)
            if (q != p && s->point[p + 1] > s->point[p])
                depth += inside_ring(s->xy + 2 * s->point[q], s->point[q + 1] - s->point[q], xy[0],
                                     xy[1]);
        bool left = ring_area(xy, s->point[p + 1] - s->point[p]) > 0;
        turn[p - from] = left == (depth % 2 != 0);
    }
}

/* What even-odd makes of the edges: the borders of the faces inside. */
static enum gt_status even_odd(struct gt_arena *a, const struct gt_net_in *edge, size_t n,
                               const struct gt_scale *scale, struct gt_oriented *out,
                               struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    struct gt_net net;
    struct gt_graph g;
    GT_TRY(gt_net_make(tmp, edge, n, scale, &net, err));
    GT_TRY(gt_graph_make(tmp, &net, GT_GRAPH_PARITY, &g, err));
    struct gt_net_in *to = GT_TAKE_N(a, struct gt_net_in, g.n_edges + 1);
    for (size_t e = 0; e < g.n_edges; e++) {
        bool left = g.set[gt_graph_face(&g, (int32_t)(2 * e))][0] > 0;
        const double *u = net.xy + 2 * g.edge[e].u, *v = net.xy + 2 * g.edge[e].v;
        to[e] = left ? (struct gt_net_in){u[0], u[1], v[0], v[1], 0}
                     : (struct gt_net_in){v[0], v[1], u[0], u[1], 0};
    }
    *out = (struct gt_oriented){.edge = to, .n = g.n_edges};
    return GT_OK;
}

enum gt_status gt_cov_orient(struct gt_arena *a, const struct gt_shapes *s, size_t i,
                             const struct gt_scale *scale, struct gt_oriented *out,
                             struct gt_err *err)
{
    *out = (struct gt_oriented){0};
    GT_AUTO_ARENA tmp = gt_arena_new();
    int64_t from = s->part[i], to = s->part[i + 1], points = s->point[to] - s->point[from];
    struct gt_net_in *edge = GT_TAKE_N(tmp, struct gt_net_in, (size_t)points + 1);
    int64_t *ring_end = GT_TAKE_N(tmp, int64_t, (size_t)(to - from) + 1);
    size_t n = 0;
    for (int64_t p = from; p < to; p++) {
        for (int64_t k = s->point[p]; k + 1 < s->point[p + 1]; k++) {
            const double *u = s->xy + 2 * k;
            struct gt_net_in e = {u[0], u[1], u[2], u[3], 0};
            if (!gt_usable(u) || !gt_usable(u + 2)) {
                out->empty = true;
                return GT_OK;
            }
            if (e.x0 < e.x1 || e.x0 > e.x1 || e.y0 < e.y1 || e.y0 > e.y1)
                edge[n++] = e;
        }
        ring_end[p - from] = (int64_t)n;
    }
    out->empty = n == 0;
    if (out->empty)
        return GT_OK;
    bool faulty = gt_ring_meets(tmp, edge, n, ring_end, scale, 0);
    if (faulty || to - from > MANY_RINGS) {
        enum gt_status st = even_odd(a, edge, n, scale, out, err);
        out->empty = st == GT_ETOOBIG;
        out->faulty = faulty;
        return st == GT_ETOOBIG ? GT_OK : st;
    }
    uint8_t *turn = GT_TAKE_N(a, uint8_t, (size_t)(to - from));
    turn_rings(s, i, turn);
    out->simple = true;
    out->turn = turn;
    return GT_OK;
}

double gt_oriented_m2(const struct gt_scale *scale, const struct gt_shapes *s, size_t i,
                      const struct gt_oriented *o, double *border_m)
{
    double kx, ky, area = 0;
    const double *xy0 = s->xy + 2 * s->point[s->part[i]];
    *border_m = 0;
    if (o->empty)
        return 0;
    gt_scale_at(scale, xy0[1], &kx, &ky);
    for (size_t k = 0; k < o->n; k++) {
        const struct gt_net_in *e = &o->edge[k];
        area += (e->x0 - xy0[0]) * (e->y1 - xy0[1]) - (e->y0 - xy0[1]) * (e->x1 - xy0[0]);
        *border_m += hypot((e->x1 - e->x0) * kx, (e->y1 - e->y0) * ky);
    }
    for (int64_t p = s->part[i]; o->simple && p < s->part[i + 1]; p++) {
        double sign = o->turn[p - s->part[i]] ? -1 : 1;
        for (int64_t k = s->point[p]; k + 1 < s->point[p + 1]; k++) {
            const double *u = s->xy + 2 * k, *v = u + 2;
            area += sign * ((u[0] - xy0[0]) * (v[1] - xy0[1]) - (u[1] - xy0[1]) * (v[0] - xy0[0]));
            *border_m += hypot((v[0] - u[0]) * kx, (v[1] - u[1]) * ky);
        }
    }
    return fabs(area) / 2 * kx * ky;
}
