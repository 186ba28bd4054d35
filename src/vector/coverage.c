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
        *f = (struct gt_found){.tag_a = n->tag, .tag_b = -1};
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

/* Areas on the ellipsoid, of all flaws at once; the local scale's stay where there is no CRS. */
static enum gt_status measure(struct gt_finding *w, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    size_t n = 0, rings = 0, points = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        const struct gt_found *f = &w->found.v[i];
        n += f->measure;
        rings += f->measure ? f->flaw.n_rings : 0;
        points += f->measure ? (size_t)f->flaw.ring[f->flaw.n_rings] : 0;
    }
    if (!w->cov->layer->crs || n == 0)
        return GT_OK;
    int64_t *part = GT_TAKE_N(tmp, int64_t, n + 1), *point = GT_TAKE_N(tmp, int64_t, rings + 1);
    double *xy = GT_TAKE_N(tmp, double, 2 * points), *m2 = GT_TAKE_N(tmp, double, n);
    struct gt_shapes s = {.kind = GT_SHAPE_POLYGON, .crs = w->cov->layer->crs, .n = n};
    s.part = part;
    s.point = point;
    s.xy = xy;
    s.box = (struct gt_box){INFINITY, INFINITY, -INFINITY, -INFINITY};
    int64_t r = 0, p = 0;
    size_t k = 0;
    for (size_t i = 0; i < w->found.n; i++) {
        const struct gt_flaw *f = &w->found.v[i].flaw;
        if (!w->found.v[i].measure)
            continue;
        for (size_t j = 0; j < f->n_rings; j++)
            point[r + (int64_t)j + 1] = p + f->ring[j + 1];
        for (int64_t j = 0; j < 2 * f->ring[f->n_rings]; j++)
            xy[2 * p + j] = f->xy[j];
        r += (int64_t)f->n_rings;
        p += f->ring[f->n_rings];
        part[++k] = r;
    }
    for (size_t i = 0; i < points; i++)
        s.box = (struct gt_box){fmin(s.box.x0, xy[2 * i]), fmin(s.box.y0, xy[2 * i + 1]),
                                fmax(s.box.x1, xy[2 * i]), fmax(s.box.y1, xy[2 * i + 1])};
    GT_TRY(gt_polygon_areas(&s, GT_AREA_TRAPEZOID, w->cov->work, m2, err));
    k = 0;
    for (size_t i = 0; i < w->found.n; i++)
        if (w->found.v[i].measure)
            w->found.v[i].flaw.value = m2[k++];
    return GT_OK;
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
    GT_TRY(measure(w, err));
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
