/* plot.c: splits a plot of ground in two by a rough line between two points of its border. The line
 * keeps within a lens about its chord that the border does not enter, so plots stay simple, and
 * since it begins and ends at points that are there already, neighbours share every point. */
#include <math.h>

#include "parcel_int.h"

enum { CANDIDATES = 36, TRIES = 40 };

/* How strict the search is: half-width of the lens by its length, slope of the border beside its
 * ends against the chord, and the least share of the area of a half. */
struct strictness {
    double lens, corner, least;
};
static const struct strictness strictness[] = {
    {0.17, 0.75, 0.33}, {0.10, 0.45, 0.2}, {0.04, 0.2, 0.08}};

uint64_t gt_plot_key(uint64_t key, int child)
{
    uint64_t v = key * UINT64_C(0x9e3779b97f4a7c15) + (uint64_t)child + 1;
    v = (v ^ (v >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    return v ^ (v >> 27);
}

double gt_plot_area2(const double *xy, size_t n, double centre[2])
{
    double sum = 0, cx = 0, cy = 0;
    for (size_t i = 1; i + 1 < n; i++) {
        double ax = xy[2 * i] - xy[0], ay = xy[2 * i + 1] - xy[1];
        double bx = xy[2 * i + 2] - xy[0], by = xy[2 * i + 3] - xy[1];
        double cross = ax * by - bx * ay;
        sum += cross;
        cx += cross * (ax + bx);
        cy += cross * (ay + by);
    }
    centre[0] = xy[0] + (sum > 0 ? cx / (3 * sum) : 0);
    centre[1] = xy[1] + (sum > 0 ? cy / (3 * sum) : 0);
    return sum;
}

/* ---- Where to split ---- */

struct chord {
    size_t i, j;
    double score;
};

struct search {
    const double *xy;
    size_t n;
    double *sum; /* twice the area swept from point 0 up to a point */
    double area2;
    struct chord best[TRIES];
    int n_best;
};

static double cross_at(const struct search *s, size_t i, size_t j)
{
    const double *o = s->xy, *p = o + 2 * i, *q = o + 2 * j;
    return (p[0] - o[0]) * (q[1] - o[1]) - (q[0] - o[0]) * (p[1] - o[1]);
}

static void keep(struct search *s, struct chord c)
{
    int at = s->n_best < TRIES ? s->n_best++ : TRIES;
    if (at == TRIES && c.score >= s->best[--at].score)
        return;
    for (; at > 0 && s->best[at - 1].score > c.score; at--)
        s->best[at] = s->best[at - 1];
    s->best[at] = c;
}

/* Short chords that halve the plot come first, with some luck in it. */
static void weigh(struct search *s, uint64_t seed, uint64_t key, double least)
{
    size_t step = (s->n + CANDIDATES - 1) / CANDIDATES;
    size_t from = (size_t)(gt_sample_unit(seed, ST_PARCEL, (int64_t)key, 1) * (double)step);
    s->n_best = 0;
    for (size_t i = from; i < s->n; i += step)
        for (size_t j = i + (step > 2 ? step : 2); j < s->n && !(i == 0 && j == s->n - 1);
             j += step) {
            double part = (s->sum[j] - s->sum[i] + cross_at(s, j, i)) / s->area2;
            if (part < least || part > 1 - least)
                continue;
            double dx = s->xy[2 * j] - s->xy[2 * i], dy = s->xy[2 * j + 1] - s->xy[2 * i + 1];
            double luck = gt_sample_unit(seed, ST_PARCEL, (int64_t)key, (int64_t)(i * s->n + j));
            double even = 1 + 3 * (part - 0.5) * (part - 0.5);
            keep(s, (struct chord){i, j, (dx * dx + dy * dy) * even * (1 + 0.6 * luck)});
        }
}

/* ---- Whether a line fits ---- */

/* A chord as an axis: t from 0 to 1 along it, h to its left by its length. */
struct axis {
    double x, y, dx, dy, len2;
};

static struct axis axis_of(const double *p, const double *q)
{
    struct axis a = {p[0], p[1], q[0] - p[0], q[1] - p[1], 0};
    a.len2 = a.dx * a.dx + a.dy * a.dy;
    return a;
}

static void along(const struct axis *a, const double *p, double *t, double *h)
{
    double x = p[0] - a->x, y = p[1] - a->y;
    *t = (x * a->dx + y * a->dy) / a->len2;
    *h = (a->dx * y - a->dy * x) / a->len2;
}

/* Whether the edge from (t0, h0) to (t1, h1) comes into the lens, a rhombus of half-width w. */
static bool enters(double t0, double h0, double t1, double h1, double w)
{
    static const double side[4][2] = {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}};
    double lo = 0, hi = 1;
    for (int i = 0; i < 4; i++) { /* inside where h * side[1] <= 2 w (t or 1 - t) */
        double base0 = side[i][0] > 0 ? t0 : 1 - t0, base1 = side[i][0] > 0 ? t1 : 1 - t1;
        double a = 2 * w * base0 - side[i][1] * h0, b = 2 * w * base1 - side[i][1] * h1;
        if (a < 0 && b < 0)
            return false;
        if (a < 0)
            lo = fmax(lo, a / (a - b));
        else if (b < 0)
            hi = fmin(hi, a / (a - b));
    }
    return lo <= hi;
}

/* The chord leaves point i into the plot and not along its border. */
static bool leaves_well(const struct search *s, size_t i, const struct axis *a, bool back,
                        double corner)
{
    const double *p = s->xy + 2 * i, *prev = s->xy + 2 * ((i + s->n - 1) % s->n),
                 *next = s->xy + 2 * ((i + 1) % s->n);
    double dx = back ? -a->dx : a->dx, dy = back ? -a->dy : a->dy;
    double nx = next[0] - p[0], ny = next[1] - p[1], px = prev[0] - p[0], py = prev[1] - p[1];
    double left = nx * dy - ny * dx, right = dx * py - dy * px, turn = nx * py - ny * px;
    bool inside = turn > 0 ? left > 0 && right > 0 : left > 0 || right > 0;
    double dn = nx * dx + ny * dy, dp = px * dx + py * dy;
    return inside && !(dn > 0 && fabs(left) < corner * dn) &&
           !(dp > 0 && fabs(right) < corner * dp);
}

static bool is_clear(const struct search *s, size_t i, size_t j, const struct strictness *how)
{
    struct axis a = axis_of(s->xy + 2 * i, s->xy + 2 * j);
    if (!(a.len2 > 0) || !leaves_well(s, i, &a, false, how->corner) ||
        !leaves_well(s, j, &a, true, how->corner))
        return false;
    double t0, h0, t1, h1;
    along(&a, s->xy + 2 * (s->n - 1), &t0, &h0);
    for (size_t k = 0, from = s->n - 1; k < s->n; from = k++, t0 = t1, h0 = h1) {
        along(&a, s->xy + 2 * k, &t1, &h1);
        bool own = k == i || k == j || from == i || from == j;
        bool away = fmin(h0, h1) > how->lens || fmax(h0, h1) < -how->lens || fmin(t0, t1) > 1 ||
                    fmax(t0, t1) < 0;
        if (!own && !away && enters(t0, h0, t1, h1, how->lens))
            return false;
    }
    return true;
}

/* A strip beside the chord fits when both its ends stand across it, alike in width. */
static bool strip_fits(const struct search *s, struct chord c, const struct strictness *how)
{
    if (c.j < c.i + 4)
        return false;
    struct axis a = axis_of(s->xy + 2 * c.i, s->xy + 2 * c.j);
    double t, u, v, far;
    along(&a, s->xy + 2 * (c.i + 1), &t, &u);
    if (u > 0 || fabs(t) > 0.6 * -u)
        return false;
    along(&a, s->xy + 2 * (c.j - 1), &far, &v);
    return v < 0 && fabs(1 - far) < 0.6 * -v && v > 2 * u && u > 2 * v &&
           is_clear(s, c.i + 1, c.j - 1, how);
}

static const struct strictness *find(struct search *s, uint64_t seed, const struct gt_plot *p,
                                     bool strip, struct chord *out)
{
    for (size_t round = 0; round < GT_LEN(strictness); round++) {
        weigh(s, seed, p->key, strictness[round].least);
        for (int i = 0; i < s->n_best; i++) {
            *out = s->best[i];
            if (is_clear(s, out->i, out->j, &strictness[round]) &&
                (!strip || strip_fits(s, *out, &strictness[round])))
                return &strictness[round];
        }
    }
    return NULL;
}

/* ---- The line ---- */

/* Offsets to the left of the chord, by midpoint displacement; ends are 0. */
static void displace(double *h, size_t lo, size_t hi, uint64_t seed, int64_t key)
{
    if (hi - lo < 2)
        return;
    size_t mid = lo + (hi - lo) / 2;
    double u = gt_sample_unit(seed, ST_PARCEL, key, -(int64_t)(lo * 1000003 + hi));
    h[mid] = (h[lo] + h[hi]) / 2 + (u - 0.5) * 0.36 * (double)(hi - lo);
    displace(h, lo, mid, seed, key);
    displace(h, mid, hi, seed, key);
}

struct line {
    size_t n;      /* segments; points 1..n-1 are new */
    double *t, *h; /* by point, in chord lengths */
};

static struct line make_line(struct gt_arena *a, uint64_t seed, int64_t key, size_t n, double lens)
{
    struct line l = {n, GT_TAKE_N(a, double, n + 1), GT_TAKE_N(a, double, n + 1)};
    displace(l.h, 0, n, seed, key);
    for (size_t i = 1; i < n; i++) {
        double luck = gt_sample_unit(seed, ST_PARCEL, key, (int64_t)i + 2) - 0.5;
        l.t[i] = ((double)i + 0.5 * luck) / (double)n;
        double most = 1.6 * lens * fmin(l.t[i], 1 - l.t[i]), step = 0.8 * (l.t[i] - l.t[i - 1]);
        double h = clampd(l.h[i] / (double)n, l.h[i - 1] - step, l.h[i - 1] + step);
        l.h[i] = clampd(h, -most, most);
    }
    l.t[n] = 1;
    l.h[n] = 0;
    return l;
}

/* ---- Putting plots together ---- */

static void push_point(struct gt_plot_stack *st, double x, double y)
{
    *GT_PUSH(st->a, &st->xy) = x;
    *GT_PUSH(st->a, &st->xy) = y;
}

/* The ring's points from i on to j, both among them. */
static void push_ring(struct gt_plot_stack *st, const struct gt_plot *p, size_t i, size_t j)
{
    for (size_t k = i;; k = (k + 1) % p->n) {
        double x = st->xy.v[2 * (p->at + k)], y = st->xy.v[2 * (p->at + k) + 1];
        push_point(st, x, y);
        if (k == j)
            return;
    }
}

struct seam {
    const struct line *line;
    struct axis axis;
    double u[2], v[2]; /* how far the line is moved at its ends */
};

static void push_line(struct gt_plot_stack *st, const struct seam *s, bool back)
{
    for (size_t k = 1; k < s->line->n; k++) {
        size_t i = back ? s->line->n - k : k;
        double t = s->line->t[i], h = s->line->h[i];
        double x = s->axis.x + t * s->axis.dx - h * s->axis.dy + (1 - t) * s->u[0] + t * s->v[0];
        double y = s->axis.y + t * s->axis.dy + h * s->axis.dx + (1 - t) * s->u[1] + t * s->v[1];
        push_point(st, gt_plot_round(x), gt_plot_round(y));
    }
}

static void begin(struct gt_plot_stack *st, struct gt_plot *out, const struct gt_plot *p, int nth)
{
    *out = (struct gt_plot){.at = st->xy.n / 2, .key = gt_plot_key(p->key, nth)};
}

static void finish(struct gt_plot_stack *st, struct gt_plot *p)
{
    p->n = st->xy.n / 2 - p->at;
}

static struct seam moved(struct seam s, const double *xy, struct chord c)
{
    for (int k = 0; k < 2; k++) {
        s.u[k] = xy[2 * (c.i + 1) + (size_t)k] - xy[2 * c.i + (size_t)k];
        s.v[k] = xy[2 * (c.j - 1) + (size_t)k] - xy[2 * c.j + (size_t)k];
    }
    return s;
}

/* On the right of the line from i to j: what lies between them on the ring. */
static int build(struct gt_plot_stack *st, const struct gt_plot *p, struct chord c, struct seam s,
                 bool strip, struct gt_plot out[static 3])
{
    struct seam far = strip ? moved(s, st->xy.v + 2 * p->at, c) : s;
    size_t i = strip ? c.i + 1 : c.i, j = strip ? c.j - 1 : c.j;
    begin(st, &out[0], p, 0);
    push_ring(st, p, i, j);
    push_line(st, &far, true);
    finish(st, &out[0]);
    begin(st, &out[1], p, 1);
    push_ring(st, p, c.j, c.i);
    push_line(st, &s, false);
    finish(st, &out[1]);
    if (!strip)
        return 2;
    begin(st, &out[2], p, 2);
    out[2].strip = true;
    push_ring(st, p, c.i, i);
    push_line(st, &far, false);
    push_ring(st, p, j, c.j);
    push_line(st, &s, true);
    finish(st, &out[2]);
    return 3;
}

static bool too_small(const struct gt_plot_stack *st, const struct gt_plot *part, int n)
{
    double centre[2];
    for (int i = 0; i < n && st->least_m2 > 0; i++)
        if (gt_plot_area2(st->xy.v + 2 * part[i].at, part[i].n, centre) <
            2 * st->least_m2 * (part[i].strip ? 0.1 : 1))
            return true;
    return false;
}

int gt_plot_split(struct gt_plot_stack *st, uint64_t seed, const struct gt_plot *p,
                  enum gt_plot_cut cut, struct gt_plot out[static 3])
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct search s = {
        .xy = st->xy.v + 2 * p->at, .n = p->n, .sum = GT_TAKE_N(scratch, double, p->n)};
    for (size_t i = 1; i < p->n; i++)
        s.sum[i] = s.sum[i - 1] + cross_at(&s, i - 1, i);
    s.area2 = s.sum[p->n - 1];
    struct chord c;
    const struct strictness *how = find(&s, seed, p, cut == GT_CUT_STRIP, &c);
    if (!how)
        return 0;
    struct seam seam = {.axis = axis_of(s.xy + 2 * c.i, s.xy + 2 * c.j)};
    double side = sqrt(s.area2 / 2 / (double)p->quota) / POINTS_A_SIDE;
    double n = floor(sqrt(seam.axis.len2) / side + 0.5);
    uint64_t key = cut == GT_CUT_OTHER_LINE ? gt_plot_key(p->key, 7) : p->key;
    struct line line =
        make_line(scratch, seed, (int64_t)key, n < 3 ? 3 : (size_t)n, 0.9 * how->lens);
    seam.line = &line;
    size_t before = st->xy.n;
    int parts = build(st, p, c, seam, cut == GT_CUT_STRIP, out);
    if (!too_small(st, out, parts))
        return parts;
    st->xy.n = before;
    return 0;
}
