/* clip.c: the sum over pairs of edges that is the shared area of two polygons (see clip_int.h), and
 * the halving of windows that keeps it short: cost about n log n of the edges in the window. */
#include "clip_int.h"

#include <math.h>

enum {
    MANY = 1500, /* pairs of edges: halving a window costs less than summing over them */
    DEEP = 48    /* halvings for many edges; those for width come on top */
};

/* The integral of the scale over what lies above f and below e, from x = a to b where e >= f: two
 * nodes of Gauss in x, exact for the second order. */
static double between(const struct gt_clip_scale *w, double a, double b, const double e[2],
                      const double f[2])
{
    static const double NODE = 0.28867513459481288225;
    double h = b - a, x = (a + b) / 2, sum = 0;
    for (int side = -1; side <= 1; side += 2) {
        double t = 0.5 + side * NODE, dx = x + side * NODE * h;
        double ey = e[0] + t * (e[1] - e[0]), fy = f[0] + t * (f[1] - f[0]);
        double d = ey - fy, y = (ey + fy) / 2;
        double at = w->w + dx * (w->wx + dx * w->wxx + y * w->wxy) + y * (w->wy + y * w->wyy) +
                    d * d / 12 * w->wyy;
        sum += d * at;
    }
    return sum * h / 2;
}

static double pair(const struct gt_clip_scale *w, const struct gt_clip_edge *e,
                   const struct gt_clip_edge *f)
{
    double a = e->x0 > f->x0 ? e->x0 : f->x0, b = e->x1 < f->x1 ? e->x1 : f->x1;
    if (a >= b)
        return 0;
    double ey[2] = {e->y0 + e->slope * (a - e->x0), e->y0 + e->slope * (b - e->x0)};
    double fy[2] = {f->y0 + f->slope * (a - f->x0), f->y0 + f->slope * (b - f->x0)};
    double d0 = ey[0] - fy[0], d1 = ey[1] - fy[1];
    if (d0 <= 0 && d1 <= 0)
        return 0;
    if (d0 < 0) {
        double t = d0 / (d0 - d1);
        a += t * (b - a);
        ey[0] = fy[0] = ey[0] + t * (ey[1] - ey[0]);
    } else if (d1 < 0) {
        double t = d0 / (d0 - d1);
        b = a + t * (b - a);
        ey[1] = fy[1] = ey[0] + t * (ey[1] - ey[0]);
    }
    return e->s * f->s * between(w, a, b, ey, fy);
}

static double all_pairs(const struct gt_clip_desk *d, struct gt_clip_range a,
                        struct gt_clip_range b, const struct gt_clip_scale *w)
{
    double sum = 0;
    for (size_t i = 0; i < a.n; i++) {
        struct gt_clip_edge e = d->edge[a.from + i];
        double part = 0;
        for (size_t k = 0; k < b.n; k++)
            part += pair(w, &e, &d->edge[b.from + k]);
        sum += part;
    }
    return -sum;
}

/* ---- In the plane ---- */

/* Edges side by side, in eights; those that fill the last eight up have no width. */
enum { LANES = 8 };

struct lanes {
    double x0[LANES], x1[LANES], y0[LANES], slope[LANES], s[LANES];
};

static size_t side_by_side(struct gt_clip_desk *d, struct gt_clip_range r)
{
    size_t eights = (r.n + LANES - 1) / LANES;
    while (d->lanes_cap < eights * sizeof(struct lanes))
        d->lanes = gt_grow_(d->a, d->lanes, &d->lanes_cap, 0, 1);
    struct lanes *v = d->lanes;
    for (size_t i = 0; i < eights * LANES; i++) {
        struct gt_clip_edge e = i < r.n ? d->edge[r.from + i] : (struct gt_clip_edge){0};
        struct lanes *l = &v[i / LANES];
        l->x0[i % LANES] = e.x0;
        l->x1[i % LANES] = e.x1;
        l->y0[i % LANES] = e.y0;
        l->slope[i % LANES] = e.slope;
        l->s[i % LANES] = e.s;
    }
    return eights;
}

/* What lies above f and below e, for e against all of v, twice. Where d, e's height over f, has one
 * sign at both ends this is h (d0 + d1); else a triangle. */
GT_CLIP_CLONES static double plane_below(const struct gt_clip_edge *e, const struct lanes *v,
                                         size_t eights)
{
    double sum[LANES] = {0};
    for (size_t i = 0; i < eights; i++) {
        const struct lanes *f = &v[i];
        for (int k = 0; k < LANES; k++) {
            double a = e->x0 > f->x0[k] ? e->x0 : f->x0[k];
            double b = e->x1 < f->x1[k] ? e->x1 : f->x1[k];
            double h = b > a ? b - a : 0, up = e->y0 - f->y0[k];
            double d0 = up + e->slope * (a - e->x0) - f->slope[k] * (a - f->x0[k]);
            double d1 = up + e->slope * (b - e->x0) - f->slope[k] * (b - f->x0[k]);
            double p = (d0 > 0 ? d0 : 0) + (d1 > 0 ? d1 : 0);
            sum[k] += f->s[k] * h * (p * p / (fabs(d0) + fabs(d1) + 1e-300));
        }
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

static double all_pairs_plane(struct gt_clip_desk *d, struct gt_clip_range a,
                              struct gt_clip_range b)
{
    double sum = 0;
    size_t eights = side_by_side(d, b);
    for (size_t i = 0; i < a.n; i++)
        sum += d->edge[a.from + i].s * plane_below(&d->edge[a.from + i], d->lanes, eights);
    return -sum / 2;
}

/* ---- Windows ---- */

struct sum {
    struct gt_clip_desk *d;
    const struct gt_clip_ground *g;
    double widest;
};

/* The scale about the window's corner. */
static struct gt_clip_scale scale_of(const struct sum *s, struct gt_box b)
{
    struct gt_clip_scale w =
        gt_clip_ground_at(s->g, &s->d->scales, (b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2);
    double dx = b.x0 - w.x, dy = b.y0 - w.y;
    w.w += dx * (w.wx + dx * w.wxx + dy * w.wxy) + dy * (w.wy + dy * w.wyy);
    w.wx += 2 * dx * w.wxx + dy * w.wxy;
    w.wy += 2 * dy * w.wyy + dx * w.wxy;
    return w;
}

/* The window is where it lies in the plane; the edges are in its coordinates. */
static double in_window(const struct sum *s, struct gt_clip_range a, struct gt_clip_range b,
                        struct gt_box window, int depth)
{
    double w = window.x1 - window.x0, h = window.y1 - window.y0;
    bool wide = w > s->widest || h > s->widest;
    if (a.n == 0 || b.n == 0)
        return 0;
    if (!wide && (a.n * b.n <= MANY || depth >= DEEP)) {
        if (!s->g)
            return all_pairs_plane(s->d, a, b);
        struct gt_clip_scale scale = scale_of(s, window);
        return all_pairs(s->d, a, b, &scale);
    }
    double sum = 0, half_w = w / 2, half_h = h / 2;
    for (int half = 0; half < 2; half++) {
        struct gt_box part = {0, 0, w, h}, there = window;
        double *from = w >= h ? &part.x0 : &part.y0, *to = w >= h ? &part.x1 : &part.y1;
        if (half == 0)
            *to = w >= h ? half_w : half_h;
        else
            *from = w >= h ? half_w : half_h;
        there.x1 = half == 0 ? window.x0 + part.x1 : window.x1;
        there.y1 = half == 0 ? window.y0 + part.y1 : window.y1;
        there.x0 = window.x0 + part.x0;
        there.y0 = window.y0 + part.y0;
        size_t mark = s->d->n;
        struct gt_clip_range pa = gt_clip_narrow(s->d, a, part, true);
        struct gt_clip_range pb = gt_clip_narrow(s->d, b, part, false);
        sum += in_window(s, pa, pb, there, depth + !wide);
        s->d->n = mark;
    }
    return sum;
}

double gt_clip_area(struct gt_clip_desk *d, const struct gt_clip *a, const struct gt_clip *b,
                    const struct gt_clip_ground *g)
{
    struct gt_box w = {fmax(a->box.x0, b->box.x0), fmax(a->box.y0, b->box.y0),
                       fmin(a->box.x1, b->box.x1), fmin(a->box.y1, b->box.y1)};
    if (!(w.x0 < w.x1 && w.y0 < w.y1))
        return 0;
    struct sum s = {d, g, g ? gt_clip_ground_widest(g) : (double)INFINITY};
    size_t mark = d->n;
    struct gt_clip_range ea = gt_clip_gather(d, a, w, true);
    struct gt_clip_range eb = gt_clip_gather(d, b, w, false);
    double sum = in_window(&s, ea, eb, w, 0);
    d->n = mark;
    return sum;
}

double gt_clip_own(struct gt_clip_desk *d, const struct gt_clip *a, const struct gt_clip_ground *g)
{
    struct gt_box b = a->box;
    double xy[] = {b.x0, b.y0, b.x1, b.y0, b.x1, b.y1, b.x0, b.y1, b.x0, b.y0};
    static const int64_t point[] = {0, 5};
    static const int8_t sign[] = {1};
    struct gt_clip all = {.xy = xy, .point = point, .rings = 1, .sign = sign, .box = b};
    return gt_clip_area(d, a, &all, g);
}
