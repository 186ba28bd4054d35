/* coverage.c: all flaws of a coverage in a fixed order. */
#include "coverage_int.h"

#include <stdlib.h>

const char *gt_flaw_name(enum gt_flaw_kind k)
{
    static const char *const name[] = {
#define NAME(e, text) [e] = (text),
        GT_FLAW_TABLE(NAME)
#undef NAME
    };
    return (unsigned)k < GT_LEN(name) ? name[k] : "";
}

static int order(const void *a, const void *b)
{
    const struct gt_flaw *p = &((const struct gt_found *)a)->flaw;
    const struct gt_flaw *q = &((const struct gt_found *)b)->flaw;
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    if (p->a != q->a)
        return p->a < q->a ? -1 : 1;
    if (p->b != q->b)
        return p->b < q->b ? -1 : 1;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    if (p->y < q->y || p->y > q->y)
        return p->y < q->y ? -1 : 1;
    return p->value < q->value ? -1 : p->value > q->value;
}

static void tell_narrow(struct gt_finding *w)
{
    for (size_t i = 0; i < w->match->n_narrow; i++) {
        const struct gt_narrow *n = &w->match->narrow[i];
        struct gt_found *f = GT_PUSH(w->a, &w->found);
        *f = (struct gt_found){
            .tag_a = n->tag, .tag_b = -1, .x = (double)NAN, .y = (double)NAN, .box = n->box};
        f->flaw = (struct gt_flaw){
            .kind = GT_FLAW_SLIVER, .of = GT_FLAW_SLIVER, .x = n->x, .y = n->y, .value = n->width};
    }
}

static void name_features(struct gt_finding *w)
{
    for (size_t i = 0; i < w->found.n; i++) {
        struct gt_found *f = &w->found.v[i];
        int64_t a = f->tag_a >= 0 ? w->match->id[f->tag_a] : 0;
        int64_t b = f->tag_b >= 0 ? w->match->id[f->tag_b] : 0;
        f->flaw.a = a;
        f->flaw.b = b;
    }
}

/* Areas on the ellipsoid, of flaws from..to-1 at once. */
static enum gt_status measure_some(struct gt_finding *w, size_t from, size_t to, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    GT_VEC(int64_t) part = {0};
    GT_VEC(int64_t) point = {0};
    GT_VEC(double) xy = {0};
    struct gt_shapes s = {.kind = GT_SHAPE_POLYGON, .crs = w->cov->layer->crs};
    s.box = (struct gt_box){HUGE_VAL, HUGE_VAL, -HUGE_VAL, -HUGE_VAL};
    *GT_PUSH(tmp, &part) = 0;
    *GT_PUSH(tmp, &point) = 0;
    for (size_t i = from; i < to; i++) {
        const struct gt_flaw *f = &w->found.v[i].flaw;
        if (!w->found.v[i].measure)
            continue;
        int64_t first = (int64_t)xy.n / 2;
        for (size_t j = 0; j < f->n_rings; j++)
            *GT_PUSH(tmp, &point) = first + f->ring[j + 1];
        for (int64_t j = 0; j < 2 * f->ring[f->n_rings]; j++)
            *GT_PUSH(tmp, &xy) = f->xy[j];
        *GT_PUSH(tmp, &part) = (int64_t)point.n - 1;
        s.n++;
    }
    for (size_t i = 0; i < xy.n; i += 2)
        s.box = (struct gt_box){fmin(s.box.x0, xy.v[i]), fmin(s.box.y0, xy.v[i + 1]),
                                fmax(s.box.x1, xy.v[i]), fmax(s.box.y1, xy.v[i + 1])};
    s.part = part.v;
    s.point = point.v;
    s.xy = xy.v;
    double *m2 = GT_TAKE_N(tmp, double, s.n + 1);
    if (s.n)
        GT_TRY(gt_shapes_area_m2(tmp, &s, m2, err));
    for (size_t i = from, k = 0; i < to; i++)
        if (w->found.v[i].measure)
            w->found.v[i].flaw.value = m2[k++];
    return GT_OK;
}

/* The local scale's areas stay where there is no CRS, and where coordinates leave its domain. */
static void measure(struct gt_finding *w)
{
    struct gt_err err = {0};
    if (!w->cov->layer->crs || measure_some(w, 0, w->found.n, &err) == GT_OK)
        return;
    for (size_t i = 0; i < w->found.n; i++) {
        double local = w->found.v[i].flaw.value;
        if (measure_some(w, i, i + 1, &err) != GT_OK)
            w->found.v[i].flaw.value = local;
    }
}

enum gt_status gt_find_flaws(struct gt_finding *w, struct gt_err *err)
{
    struct gt_match *m = GT_TAKE(w->a, struct gt_match);
    GT_TRY(gt_match_edges(w->a, w->cov, m, err));
    w->match = m;
    GT_TRY(gt_find_outline(w, err));
    GT_TRY(gt_find_pairs(w, err));
    tell_narrow(w);
    name_features(w);
    measure(w);
    if (w->found.n)
        qsort(w->found.v, w->found.n, sizeof *w->found.v, order);
    return GT_OK;
}

enum gt_status gt_check_coverage(const struct gt_layer_source *s, const struct gt_coverage_opt *opt,
                                 gt_flaw_fn *fn, void *ctx, struct gt_err *err)
{
    struct gt_cov c;
    if (s->table || s->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EINPUT, "%s: expected a layer of polygons, found %s",
                       s->file ? s->file : "layer", s->table ? "a table" : "other shapes");
    GT_TRY(gt_cov_open(s, opt, &c, err));
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_finding w = {.cov = &c, .a = a};
    GT_TRY(gt_find_flaws(&w, err));
    for (size_t i = 0; i < w.found.n; i++)
        GT_TRY(fn(ctx, &w.found.v[i].flaw, err));
    return GT_OK;
}
