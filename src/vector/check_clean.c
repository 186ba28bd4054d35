/* check_clean.c: doubled points of a feature, and how its rings lie in one another. */
#include "coverage_int.h"

struct gt_flaw *gt_flaw_add(struct gt_flaws *w, enum gt_flaw_kind kind, double x, double y,
                            double value)
{
    struct gt_flaw *f = GT_PUSH(w->a, &w->all);
    *f = (struct gt_flaw){.kind = kind, .a = w->id, .x = x, .y = y, .value = value};
    return f;
}

/* ---- Doubled points ---- */

/* One flaw a run of near points; none where the whole path is one place. */
static void clean_path(struct gt_flaws *w, const double *xy, int64_t n,
                       const struct gt_scale *scale, struct gt_path *out)
{
    size_t told = w->all.n;
    bool run = false;
    out->xy = GT_TAKE_N(w->a, double, 2 * (size_t)n + 2);
    out->n = 0;
    for (int64_t k = 0; k < n; k++) {
        const double *p = xy + 2 * k, *last = out->xy + 2 * (out->n - 1);
        double m = out->n ? gt_scale_distance(scale, last[0], last[1], p[0], p[1]) : HUGE_VAL;
        bool near = m <= scale->tolerance;
        if (near && !run)
            gt_flaw_add(w, GT_FLAW_DUPLICATE_POINT, last[0], last[1], m);
        run = near;
        if (near)
            continue;
        out->xy[2 * out->n] = p[0];
        out->xy[2 * out->n++ + 1] = p[1];
    }
    while (out->closed && out->n > 1) {
        const double *last = out->xy + 2 * (out->n - 1);
        double m = gt_scale_distance(scale, last[0], last[1], out->xy[0], out->xy[1]);
        if (m > scale->tolerance)
            break;
        if (!run)
            gt_flaw_add(w, GT_FLAW_DUPLICATE_POINT, last[0], last[1], m);
        run = true;
        out->n--;
    }
    if (out->n >= (out->closed ? 3 : 2) || n == 0)
        return;
    w->all.n = told;
    gt_flaw_add(w, GT_FLAW_ZERO_AREA, xy[0], xy[1], 0)->is_area = out->closed;
    out->n = 0;
}

struct near_points {
    struct gt_flaws *w;
    const double *xy;
    const struct gt_scale *scale;
    uint8_t *told;
};

static bool try_points(void *ctx, size_t i, size_t j)
{
    struct near_points *p = ctx;
    const double *u = p->xy + 2 * i, *v = p->xy + 2 * j;
    double m = gt_scale_distance(p->scale, u[0], u[1], v[0], v[1]);
    if (m <= p->scale->tolerance && !p->told[j]) {
        p->told[j] = 1;
        gt_flaw_add(p->w, GT_FLAW_DUPLICATE_POINT, v[0], v[1], m);
    }
    return true;
}

/* Points of one feature at one place. */
static void check_points(struct gt_flaws *w, const struct gt_shapes *s, size_t i,
                         const struct gt_scale *scale)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    int64_t from = s->point[s->part[i]], to = s->point[s->part[i + 1]];
    size_t n = (size_t)(to - from);
    if (n < 2)
        return;
    double kx, ky;
    struct gt_box *box = GT_TAKE_N(tmp, struct gt_box, n);
    for (size_t k = 0; k < n; k++) {
        const double *p = s->xy + 2 * (from + (int64_t)k);
        gt_scale_at(scale, p[1], &kx, &ky);
        double mx = scale->tolerance / kx, my = scale->tolerance / ky;
        box[k] = (struct gt_box){p[0] - mx, p[1] - my, p[0] + mx, p[1] + my};
    }
    const uint32_t *order = gt_join_order(tmp, box, n);
    struct gt_box *sorted = GT_TAKE_N(tmp, struct gt_box, n);
    double *xy = GT_TAKE_N(tmp, double, 2 * n);
    for (size_t k = 0; k < n; k++) {
        sorted[k] = box[order[k]];
        xy[2 * k] = s->xy[2 * (from + order[k])];
        xy[2 * k + 1] = s->xy[2 * (from + order[k]) + 1];
    }
    struct near_points p = {.w = w, .xy = xy, .scale = scale, .told = GT_TAKE_N(tmp, uint8_t, n)};
    gt_join_pairs(gt_join_new(tmp, sorted, n), NULL, try_points, &p);
}

struct gt_path *gt_check_clean(struct gt_flaws *w, const struct gt_shapes *s, size_t i,
                               const struct gt_scale *scale, size_t *n)
{
    int64_t from = s->part[i], to = s->part[i + 1];
    struct gt_path *path = GT_TAKE_N(w->a, struct gt_path, (size_t)(to - from) + 1);
    *n = 0;
    for (int64_t k = s->point[from]; k < s->point[to]; k++)
        if (!gt_usable(s->xy + 2 * k))
            return path;
    if (s->kind == GT_SHAPE_POINT) {
        check_points(w, s, i, scale);
        return path;
    }
    for (int64_t p = from; p < to; p++) {
        const double *xy = s->xy + 2 * s->point[p];
        int64_t k = s->point[p + 1] - s->point[p];
        bool closed = s->kind == GT_SHAPE_POLYGON;
        path[*n] = (struct gt_path){.part = (int32_t)(p - from), .closed = closed};
        if (closed && k > 1 && !(xy[0] < xy[2 * k - 2]) && !(xy[0] > xy[2 * k - 2]) &&
            !(xy[1] < xy[2 * k - 1]) && !(xy[1] > xy[2 * k - 1]))
            k--;
        clean_path(w, xy, k, scale, &path[*n]);
        *n += path[*n].n > 0;
    }
    return path;
}

/* ---- Rings in one another ---- */

static enum gt_side side(const struct gt_path *r, double x, double y, const struct gt_scale *scale)
{
    bool in = false;
    double kx, ky;
    gt_scale_at(scale, y, &kx, &ky);
    double mx = 1.01 * scale->tolerance / kx, my = 1.01 * scale->tolerance / ky;
    for (int32_t i = 0, j = r->n - 1; i < r->n; j = i++) {
        const double seg[4] = {r->xy[2 * j], r->xy[2 * j + 1], r->xy[2 * i], r->xy[2 * i + 1]};
        if ((seg[1] <= y) != (seg[3] <= y) &&
            x < seg[0] + (y - seg[1]) / (seg[3] - seg[1]) * (seg[2] - seg[0]))
            in = !in;
        if (fmin(seg[0], seg[2]) > x + mx || fmax(seg[0], seg[2]) < x - mx ||
            fmin(seg[1], seg[3]) > y + my || fmax(seg[1], seg[3]) < y - my)
            continue;
        if (gt_scale_to_segment(scale, x, y, seg) <= scale->tolerance)
            return GT_ON_BORDER;
    }
    return in ? GT_INSIDE : GT_OUTSIDE;
}

bool gt_path_lies_in(const struct gt_path *s, const struct gt_path *r, const struct gt_scale *scale)
{
    for (int32_t k = 0; k < s->n; k++) {
        enum gt_side at = side(r, s->xy[2 * k], s->xy[2 * k + 1], scale);
        if (at != GT_ON_BORDER)
            return at == GT_INSIDE;
    }
    return true;
}

struct nesting {
    const struct gt_path *path;
    const struct gt_scale *scale;
    const uint8_t *outer;
    const int32_t *polygon; /* by path: the path of its outer ring */
    uint8_t *in_own, *in_hole;
    int32_t *depth; /* of outer rings in other polygons */
};

static void note_inside(struct nesting *t, size_t s, size_t r)
{
    bool outer_s = t->outer[t->path[s].part], outer_r = t->outer[t->path[r].part];
    bool own = t->polygon[s] == t->polygon[r];
    if ((!own && !outer_s) || (own && outer_s) ||
        !gt_path_lies_in(&t->path[s], &t->path[r], t->scale))
        return;
    if (outer_s)
        t->depth[s] += outer_r ? 1 : -1;
    else if (outer_r)
        t->in_own[s] = 1;
    else
        t->in_hole[s] = 1;
}

static bool try_rings(void *ctx, size_t i, size_t j)
{
    note_inside(ctx, i, j);
    note_inside(ctx, j, i);
    return true;
}

void gt_check_nesting(struct gt_flaws *w, const struct gt_path *path, size_t n,
                      const uint8_t *outer, const struct gt_scale *scale)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    struct gt_box *box = GT_TAKE_N(tmp, struct gt_box, n + 1);
    int32_t *polygon = GT_TAKE_N(tmp, int32_t, n + 1), last = -1;
    struct nesting t = {.path = path, .scale = scale, .outer = outer, .polygon = polygon};
    t.in_own = GT_TAKE_N(tmp, uint8_t, n + 1);
    t.in_hole = GT_TAKE_N(tmp, uint8_t, n + 1);
    t.depth = GT_TAKE_N(tmp, int32_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (outer[path[i].part])
            last = (int32_t)i;
        polygon[i] = last;
        box[i] = (struct gt_box){HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
        for (int32_t k = 0; k < path[i].n; k++) {
            const double *p = path[i].xy + 2 * k;
            box[i] = (struct gt_box){fmin(box[i].x0, p[0]), fmin(box[i].y0, p[1]),
                                     fmax(box[i].x1, p[0]), fmax(box[i].y1, p[1])};
        }
    }
    gt_join_pairs(gt_join_new(tmp, box, n), NULL, try_rings, &t);
    for (size_t i = 0; i < n; i++) {
        bool is_outer = outer[path[i].part];
        if (is_outer ? t.depth[i] > 0 : !t.in_own[i] || t.in_hole[i])
            gt_flaw_add(w, GT_FLAW_HOLE_OUTSIDE, path[i].xy[0], path[i].xy[1], 0);
    }
}
