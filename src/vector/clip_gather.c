/* clip_gather.c: the edges of a polygon in a window: cut at its sides, flat where they lie above or
 * below it. Rings of many edges have a tree of boxes over runs of them: cost by what lies in the
 * window. */
#include "clip_int.h"

#include <math.h>

/* ---- Pushing ---- */

struct gather {
    struct gt_clip_desk *d;
    double w, h, flat; /* the window, from its corner; the height at which flat edges are kept */
    bool top, open;
    double from, to, s; /* the flat run that is open */
};

static void push(struct gt_clip_desk *d, double x0, double y0, double x1, double y1, double s)
{
    if (x1 < x0) {
        push(d, x1, y1, x0, y0, -s);
        return;
    }
    double slope = (y1 - y0) / (x1 - x0);
    if (!(x0 < x1) || !isfinite(slope))
        return;
    if (d->n == d->cap)
        d->edge = gt_grow_(d->a, d->edge, &d->cap, d->n, sizeof *d->edge);
    /* to the right is below the inside of a counterclockwise ring */
    d->edge[d->n++] = (struct gt_clip_edge){x0, y0, x1, y1, slope, -s};
}

static double clamp(double v, double most)
{
    return v < 0 ? 0 : v > most ? most : v;
}

static void end_flat(struct gather *g)
{
    if (g->open)
        push(g->d, clamp(g->from, g->w), g->flat, clamp(g->to, g->w), g->flat, g->s);
    g->open = false;
}

static void add_flat(struct gather *g, double from, double to, double s)
{
    if (!g->open || g->to != from || g->s != s) {
        end_flat(g);
        g->open = true;
        g->from = from;
        g->s = s;
    }
    g->to = to;
}

/* An edge that reaches over the window's upper or lower side at height `at`: its part there. */
struct part {
    double x, y;
};

static struct part cut_at_x(double x, const double *p, const double *q)
{
    double t = (x - p[0]) / (q[0] - p[0]);
    return (struct part){x, t < 0.5 ? p[1] + t * (q[1] - p[1]) : q[1] - (1 - t) * (q[1] - p[1])};
}

static double cut_at_y(double y, struct part p, struct part q)
{
    double t = (y - p.y) / (q.y - p.y), x = p.x + t * (q.x - p.x);
    double low = fmin(p.x, q.x), high = fmax(p.x, q.x);
    return x < low ? low : x > high ? high : x;
}

/* From p to q, both within the window's sides. */
static void add_between(struct gather *g, struct part p, struct part q, double s)
{
    double side = g->top ? g->h : 0, other = g->top ? 0 : g->h;
    bool p_out = g->top ? p.y > side : p.y < side, q_out = g->top ? q.y > side : q.y < side;
    bool p_far = g->top ? p.y < other : p.y > other, q_far = g->top ? q.y < other : q.y > other;
    if (p_out && q_out) {
        add_flat(g, p.x, q.x, s);
        return;
    }
    if (p_far && q_far)
        return;
    struct part from = p, to = q;
    if (p_out) {
        from = (struct part){cut_at_y(side, p, q), side};
        add_flat(g, p.x, from.x, s);
    } else if (p_far) {
        from = (struct part){cut_at_y(other, p, q), other};
    }
    if (q_out)
        to = (struct part){cut_at_y(side, p, q), side};
    else if (q_far)
        to = (struct part){cut_at_y(other, p, q), other};
    push(g->d, from.x, from.y, to.x, to.y, s);
    if (q_out)
        add_flat(g, to.x, q.x, s);
}

static void add_edge(struct gather *g, const double *p, const double *q, double s)
{
    double low = p[0] < q[0] ? p[0] : q[0], high = p[0] < q[0] ? q[0] : p[0];
    if (high <= 0 || low >= g->w || low == high)
        return;
    struct part from = {p[0], p[1]}, to = {q[0], q[1]};
    if (p[0] < 0)
        from = cut_at_x(0, p, q);
    else if (p[0] > g->w)
        from = cut_at_x(g->w, p, q);
    if (q[0] < 0)
        to = cut_at_x(0, p, q);
    else if (q[0] > g->w)
        to = cut_at_x(g->w, p, q);
    add_between(g, from, to, s);
}

/* ---- Rings ---- */

struct ring {
    const double *xy;
    size_t edges;
    const struct gt_box *tree;
    double x, y; /* the window's corner */
    double s;
};

static void add_run(struct gather *g, const struct ring *r, size_t from, size_t to)
{
    const double *at = r->xy + 2 * from;
    double p[2] = {at[0] - r->x, at[1] - r->y};
    for (size_t i = from; i < to; i++) {
        at += 2;
        double q[2] = {at[0] - r->x, at[1] - r->y};
        add_edge(g, p, q, r->s);
        p[0] = q[0];
        p[1] = q[1];
    }
}

static size_t nodes_of(size_t n, size_t size)
{
    return (n + size - 1) / size;
}

/* Node i of the level whose nodes have `size` edges each and whose boxes start at `level`. */
static void add_node(struct gather *g, const struct ring *r, const struct gt_box *level,
                     size_t size, size_t i)
{
    struct gt_box b = level[i];
    size_t from = i * size, to = from + size < r->edges ? from + size : r->edges;
    if (b.x1 - r->x <= 0 || b.x0 - r->x >= g->w)
        return;
    bool below = b.y1 - r->y <= 0, above = b.y0 - r->y >= g->h;
    if (below || above) {
        if (above == g->top)
            add_flat(g, r->xy[2 * from] - r->x, r->xy[2 * to] - r->x, r->s);
        return;
    }
    if (size == GT_CLIP_FAN) {
        add_run(g, r, from, to);
        return;
    }
    size /= GT_CLIP_FAN;
    level -= nodes_of(r->edges, size);
    for (size_t k = 0; k < GT_CLIP_FAN && from + k * size < r->edges; k++)
        add_node(g, r, level, size, i * GT_CLIP_FAN + k);
}

static void add_ring(struct gather *g, const struct ring *r)
{
    if (!r->tree) {
        add_run(g, r, 0, r->edges);
        return;
    }
    size_t size = GT_CLIP_FAN;
    const struct gt_box *level = r->tree;
    while (nodes_of(r->edges, size) > GT_CLIP_FAN) {
        level += nodes_of(r->edges, size);
        size *= GT_CLIP_FAN;
    }
    for (size_t i = 0; i < nodes_of(r->edges, size); i++)
        add_node(g, r, level, size, i);
}

static struct gt_box box_of_points(const double *xy, size_t points)
{
    struct gt_box b = {xy[0], xy[1], xy[0], xy[1]};
    for (const double *p = xy; p < xy + 2 * points; p += 2)
        b = (struct gt_box){fmin(b.x0, p[0]), fmin(b.y0, p[1]), fmax(b.x1, p[0]), fmax(b.y1, p[1])};
    return b;
}

static struct gt_box box_of_boxes(const struct gt_box *v, size_t n)
{
    struct gt_box b = v[0];
    for (size_t i = 1; i < n; i++)
        b = (struct gt_box){fmin(b.x0, v[i].x0), fmin(b.y0, v[i].y0), fmax(b.x1, v[i].x1),
                            fmax(b.y1, v[i].y1)};
    return b;
}

const struct gt_box *gt_clip_tree(struct gt_arena *a, const double *xy, size_t edges)
{
    size_t all = 0, n = nodes_of(edges, GT_CLIP_FAN);
    for (size_t level = n; all += level, level > GT_CLIP_FAN;)
        level = nodes_of(level, GT_CLIP_FAN);
    struct gt_box *tree = GT_TAKE_N(a, struct gt_box, all), *below = tree;
    for (size_t i = 0; i < n; i++) {
        size_t from = i * GT_CLIP_FAN, left = edges - from;
        tree[i] = box_of_points(xy + 2 * from, (left < GT_CLIP_FAN ? left : GT_CLIP_FAN) + 1);
    }
    while (n > GT_CLIP_FAN) {
        size_t m = nodes_of(n, GT_CLIP_FAN);
        for (size_t i = 0; i < m; i++) {
            size_t left = n - i * GT_CLIP_FAN;
            below[n + i] =
                box_of_boxes(below + i * GT_CLIP_FAN, left < GT_CLIP_FAN ? left : GT_CLIP_FAN);
        }
        below += n;
        n = m;
    }
    return tree;
}

/* ---- Windows ---- */

static struct gather start(struct gt_clip_desk *d, struct gt_box window, bool top)
{
    double w = window.x1 - window.x0, h = window.y1 - window.y0;
    return (struct gather){.d = d, .w = w, .h = h, .flat = top ? h : 0, .top = top};
}

struct gt_clip_range gt_clip_gather(struct gt_clip_desk *d, const struct gt_clip *p,
                                    struct gt_box window, bool top)
{
    size_t from = d->n;
    struct gather g = start(d, window, top);
    for (size_t i = 0; i < p->rings; i++) {
        int64_t points = p->point[i + 1] - p->point[i];
        if (points < 2)
            continue;
        struct ring r = {p->xy + 2 * p->point[i],
                         (size_t)points - 1,
                         p->tree ? p->tree[i] : NULL,
                         window.x0,
                         window.y0,
                         p->sign[i]};
        add_ring(&g, &r);
        end_flat(&g);
    }
    return (struct gt_clip_range){from, d->n - from};
}

struct gt_clip_range gt_clip_narrow(struct gt_clip_desk *d, struct gt_clip_range r,
                                    struct gt_box window, bool top)
{
    size_t from = d->n;
    struct gather g = start(d, window, top);
    for (size_t i = r.from; i < r.from + r.n; i++) {
        struct gt_clip_edge e = d->edge[i];
        double p[2] = {e.x0 - window.x0, e.y0 - window.y0};
        double q[2] = {e.x1 - window.x0, e.y1 - window.y0};
        if (e.s < 0)
            add_edge(&g, p, q, 1);
        else
            add_edge(&g, q, p, 1);
    }
    end_flat(&g);
    return (struct gt_clip_range){from, d->n - from};
}
