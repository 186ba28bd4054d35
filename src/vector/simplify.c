/* simplify.c: fewer points in borders, arc by arc, so that neighbours keep one border. An arc is
 * thinned by Douglas and Peucker (1973); an edge takes the place of a stretch of the arc only where
 * no other point of the layer lies in the ground between the two (Saalfeld 1999, Topologically
 * consistent line simplification): then no edge crosses another one and nothing changes sides. */
#include "arcs.h"
#include "geos.h"
#include "ground.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct simplify {
    struct gt_arena *a;
    const struct gt_arcs *arcs;
    const struct gt_index *ix; /* over all spots */
    const struct gt_ground *ground;
    double metres;
    uint8_t *keep;   /* by point of arcs */
    uint32_t *stamp; /* by spot: the last stretch looked at that it belongs to */
    uint32_t stamps;
};

/* The arc at hand: its points in metres from its middle, and as they are. */
struct thin {
    struct gt_arena *a;
    size_t n;
    const uint32_t *spot; /* in the arc's own order */
    bool turned;
    const double *given;
    double *m;
    uint8_t *keep;
};

struct stretch {
    size_t i, j;
};

static double off2(const double *p, const double *q, const double *r)
{
    double dx = q[0] - p[0], dy = q[1] - p[1], length2 = dx * dx + dy * dy;
    double share = length2 > 0 ? ((r[0] - p[0]) * dx + (r[1] - p[1]) * dy) / length2 : 0;
    share = fmin(fmax(share, 0), 1);
    dx = r[0] - p[0] - share * dx;
    dy = r[1] - p[1] - share * dy;
    return dx * dx + dy * dy;
}

/* The point of the stretch furthest from its chord; where all lie on it, the middle one. */
static size_t furthest(const struct thin *t, struct stretch s, double *most2)
{
    size_t best = s.i + (s.j - s.i) / 2;
    *most2 = 0;
    for (size_t k = s.i + 1; k < s.j; k++) {
        double d2 = off2(t->m + 2 * s.i, t->m + 2 * s.j, t->m + 2 * k);
        if (d2 > *most2) {
            *most2 = d2;
            best = k;
        }
    }
    return best;
}

/* ---- Is there something between the stretch and its chord? ---- */

struct between {
    const struct simplify *x;
    const double *ring; /* the stretch and its chord */
    size_t n;           /* points of it, the closing one too */
    bool found;
};

static bool look(void *ctx, size_t spot)
{
    struct between *b = ctx;
    const double *p = b->x->arcs->xy + 2 * spot;
    if (b->x->stamp[spot] == b->x->stamps || gt_ring_side(b->ring, b->n, p[0], p[1]) == GT_OUTSIDE)
        return true;
    b->found = true;
    return false;
}

static bool is_free(struct simplify *x, struct thin *t, struct stretch s)
{
    size_t n = s.j - s.i + 2;
    double *ring = GT_TAKE_N(t->a, double, 2 * n);
    struct gt_box box = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    x->stamps++;
    for (size_t k = s.i; k <= s.j; k++) {
        const double *p = t->given + 2 * k;
        x->stamp[t->spot[t->turned ? t->n - 1 - k : k]] = x->stamps;
        memcpy(ring + 2 * (k - s.i), p, 2 * sizeof *p);
        box = (struct gt_box){fmin(box.x0, p[0]), fmin(box.y0, p[1]), fmax(box.x1, p[0]),
                              fmax(box.y1, p[1])};
    }
    memcpy(ring + 2 * (n - 1), ring, 2 * sizeof *ring);
    struct between b = {x, ring, n, false};
    gt_index_search(x->ix, box, look, &b);
    return !b.found;
}

/* ---- One arc ---- */

static void thin_arc(struct simplify *x, struct thin *t)
{
    GT_VEC(struct stretch) todo = {0};
    *GT_PUSH(t->a, &todo) = (struct stretch){0, t->n - 1};
    t->keep[0] = t->keep[t->n - 1] = 1;
    while (todo.n > 0) {
        struct stretch s = todo.v[--todo.n];
        double most2;
        if (s.j == s.i + 1)
            continue;
        size_t k = furthest(t, s, &most2);
        if (most2 <= x->metres * x->metres && is_free(x, t, s))
            continue;
        t->keep[k] = 1;
        *GT_PUSH(t->a, &todo) = (struct stretch){s.i, k};
        *GT_PUSH(t->a, &todo) = (struct stretch){k, s.j};
    }
}

/* Arcs run from their lesser end here, so that the result does not depend on which feature came
 * first. */
static bool is_turned(const double *xy, size_t n)
{
    const double *p = xy, *q = xy + 2 * (n - 1);
    return p[0] != q[0] ? p[0] > q[0] : p[1] > q[1];
}

static void reverse(double *xy, size_t n)
{
    for (size_t i = 0; i < n / 2; i++)
        for (size_t c = 0; c < 2; c++) {
            double kept = xy[2 * i + c];
            xy[2 * i + c] = xy[2 * (n - 1 - i) + c];
            xy[2 * (n - 1 - i) + c] = kept;
        }
}

GT_MUST static enum gt_status one_arc(struct simplify *x, size_t i, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const struct gt_arc *arc = x->arcs->arc + i;
    uint8_t *keep = GT_TAKE_N(scratch, uint8_t, arc->n);
    double *given = GT_TAKE_N(scratch, double, 2 * arc->n), scale[2];
    double *m = GT_TAKE_N(scratch, double, 2 * arc->n);
    for (size_t k = 0; k < arc->n; k++)
        memcpy(given + 2 * k, x->arcs->xy + 2 * x->arcs->point[arc->from + k], 2 * sizeof *given);
    const double *middle = given + 2 * (arc->n / 2);
    if (!gt_ground_scale(x->ground, middle[0], middle[1], scale))
        return gt_fail(err, GT_EINPUT,
                       "expected coordinates in the domain of \"%s\", found (%.9g, %.9g)",
                       x->ground->crs->name, middle[0], middle[1]);
    bool turned = is_turned(given, arc->n);
    if (turned)
        reverse(given, arc->n);
    for (size_t k = 0; k < 2 * arc->n; k++)
        m[k] = (given[k] - given[k % 2]) * scale[k % 2];
    struct thin t = {scratch, arc->n, x->arcs->point + arc->from, turned, given, m, keep};
    thin_arc(x, &t);
    for (size_t k = 0; k < arc->n; k++)
        x->keep[arc->from + k] = keep[turned ? arc->n - 1 - k : k];
    return GT_OK;
}

/* ---- Arcs that became one and the same edge ---- */

struct chord {
    uint32_t u, v;
    size_t points, arc; /* points: the arc had so many */
};

static int by_ends(const void *a, const void *b)
{
    const struct chord *p = a, *q = b;
    if (p->u != q->u)
        return p->u < q->u ? -1 : 1;
    if (p->v != q->v)
        return p->v < q->v ? -1 : 1;
    if (p->points != q->points)
        return p->points < q->points ? -1 : 1;
    return (p->arc > q->arc) - (p->arc < q->arc);
}

/* Of arcs between the same two spots that are both a mere edge now, one stays an edge and the
 * others keep all their points: the ring between them would collapse. */
GT_MUST static enum gt_status restore(struct simplify *x, struct gt_err *err)
{
    const struct gt_arcs *arcs = x->arcs;
    void *block;
    size_t n = 0;
    GT_TRY(gt_reserve(x->a, arcs->n + 1, sizeof(struct chord), "arcs of borders", &block, err));
    struct chord *c = block;
    for (size_t i = 0; i < arcs->n; i++) {
        const struct gt_arc *arc = arcs->arc + i;
        size_t kept = 0;
        for (size_t k = 0; k < arc->n; k++)
            kept += x->keep[arc->from + k];
        uint32_t u = arcs->point[arc->from], v = arcs->point[arc->from + arc->n - 1];
        if (kept == 2)
            c[n++] = (struct chord){u < v ? u : v, u < v ? v : u, arc->n, i};
    }
    if (n > 0)
        qsort(c, n, sizeof *c, by_ends);
    for (size_t i = 1; i < n; i++)
        if (c[i].u == c[i - 1].u && c[i].v == c[i - 1].v)
            memset(x->keep + arcs->arc[c[i].arc].from, 1, arcs->arc[c[i].arc].n);
    return GT_OK;
}

/* ---- The shapes again ---- */

static void add_arc(const struct simplify *x, int64_t use, bool with_first, struct gt_build *b)
{
    const struct gt_arc *arc = x->arcs->arc + (use < 0 ? -use : use) - 1;
    for (size_t k = with_first ? 0 : 1; k < arc->n; k++) {
        size_t at = arc->from + (use < 0 ? arc->n - 1 - k : k);
        if (x->keep[at])
            gt_build_points(b, x->arcs->xy + 2 * x->arcs->point[at], 1);
    }
}

static void rebuild(const struct simplify *x, const struct gt_shapes *s, struct gt_build *b)
{
    for (size_t i = 0; i < s->n; i++) {
        for (int64_t part = s->part[i]; part < s->part[i + 1]; part++) {
            int64_t from = x->arcs->part[part], to = x->arcs->part[part + 1];
            for (int64_t k = from; k < to; k++)
                add_arc(x, x->arcs->use[k], k == from, b);
            if (to > from)
                gt_build_end_part(b);
        }
        gt_build_end_feature(b);
    }
}

/* All spots, as boxes. */
GT_MUST static enum gt_status index_spots(struct simplify *x, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    const double *p = x->arcs->xy;
    void *block;
    GT_TRY(gt_reserve(scratch, x->arcs->n_spots + 1, sizeof(struct gt_box), "points of borders",
                      &block, err));
    struct gt_box *box = block;
    for (size_t i = 0; i < x->arcs->n_spots; i++, p += 2)
        box[i] = (struct gt_box){p[0], p[1], p[0], p[1]};
    return gt_index_new(x->a, box, x->arcs->n_spots, &x->ix, err);
}

enum gt_status gt_simplify(struct gt_arena *a, const struct gt_shapes *s, double metres,
                           const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct simplify x = {.a = scratch, .metres = metres};
    struct gt_ground *ground;
    struct gt_build b;
    void *keep, *stamp;
    if (!(metres >= 0) || !isfinite(metres) || s->kind == GT_SHAPE_POINT)
        return gt_fail(err, GT_EUSE,
                       "expected lines or polygons and a distance in metres, found %s",
                       s->kind == GT_SHAPE_POINT ? "points" : "another number");
    GT_TRY(gt_arcs_of(scratch, s, &x.arcs, err));
    GT_TRY(gt_ground_open(scratch, s->crs, 1, &ground, err));
    x.ground = ground;
    GT_TRY(index_spots(&x, err));
    size_t points =
        x.arcs->n > 0 ? x.arcs->arc[x.arcs->n - 1].from + x.arcs->arc[x.arcs->n - 1].n : 0;
    GT_TRY(gt_reserve(scratch, points + 1, 1, "points of arcs", &keep, err));
    x.keep = keep;
    GT_TRY(
        gt_reserve(scratch, x.arcs->n_spots + 1, sizeof(uint32_t), "points of arcs", &stamp, err));
    x.stamp = stamp;
    for (size_t i = 0; i < x.arcs->n; i++)
        GT_TRY(one_arc(&x, i, err));
    GT_TRY(restore(&x, err));
    gt_build_init(&b, scratch);
    rebuild(&x, s, &b);
    const struct gt_build *const all[] = {&b};
    return gt_build_join(a, all, 1, s, out, err);
}
