/* fix.c: mends what is safe to mend of a coverage, in rounds, until nothing of it is left. */
#include "coverage_int.h"

#include <string.h>

#define ROUNDS 4

struct counting {
    struct gt_new_feature *to;
    int64_t n[GT_FLAW_KINDS];
};

/* Features whose own flaws can be mended. */
static enum gt_status count_flaw(void *ctx, const struct gt_flaw *f, struct gt_err *err)
{
    struct counting *c = ctx;
    (void)err;
    if (f->kind != GT_FLAW_DUPLICATE_POINT && f->kind != GT_FLAW_DUPLICATE_RING &&
        f->kind != GT_FLAW_SPIKE)
        return GT_OK;
    c->n[f->kind]++;
    c->to[f->a - 1].given = true;
    c->to[f->a - 1].net |= f->kind == GT_FLAW_SPIKE;
    return GT_OK;
}

static bool note_hit(void *ctx, size_t i, size_t j)
{
    (void)i;
    (void)j;
    *(bool *)ctx = true;
    return false;
}

/* Features near a narrow piece or a border that does not match take part in the net. */
static bool mark_near(const struct gt_finding *w, const struct gt_shapes *s,
                      struct gt_new_feature *to)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    GT_VEC(struct gt_box) all = {0};
    for (size_t i = 0; i < w->found.n; i++) {
        const struct gt_found *f = &w->found.v[i];
        double kx, ky;
        if (f->flaw.kind != GT_FLAW_SLIVER && f->flaw.kind != GT_FLAW_BORDER)
            continue;
        gt_scale_at(&w->cov->scale, f->flaw.y, &kx, &ky);
        double mx = w->cov->thin / kx, my = w->cov->thin / ky;
        *GT_PUSH(tmp, &all) =
            (struct gt_box){f->box.x0 - mx, f->box.y0 - my, f->box.x1 + mx, f->box.y1 + my};
    }
    if (all.n == 0)
        return false;
    const uint32_t *order = gt_join_order(tmp, all.v, all.n);
    struct gt_box *box = GT_TAKE_N(tmp, struct gt_box, all.n);
    for (size_t i = 0; i < all.n; i++)
        box[i] = all.v[order[i]];
    const struct gt_join *tree = gt_join_new(tmp, box, all.n);
    for (size_t i = 0; i < s->n; i++) {
        bool hit = false;
        struct gt_box b = gt_shape_box(s, i);
        if (gt_usable(&b.x0) && gt_usable(&b.x1))
            gt_join_search(tree, b, note_hit, &hit);
        to[i].net |= hit;
    }
    return true;
}

/* ---- The result of a round ---- */

/* Whether the new rings have the points that the feature has: then it stays as it is. */
static bool unchanged(const struct gt_shapes *s, size_t i, const struct gt_new_feature *f)
{
    double old[2] = {0, 0}, now[2] = {0, 0};
    int64_t n = 0, m = 0;
    if (s->part[i + 1] - s->part[i] != (int64_t)f->n || f->n == 0)
        return false;
    double x0 = s->xy[2 * s->point[s->part[i]]], y0 = s->xy[2 * s->point[s->part[i]] + 1];
    for (int64_t p = s->part[i]; p < s->part[i + 1]; p++)
        for (int64_t k = s->point[p]; k + 1 < s->point[p + 1]; k++, n++) {
            old[0] += fabs(s->xy[2 * k] - x0);
            old[1] += fabs(s->xy[2 * k + 1] - y0);
        }
    for (size_t r = 0; r < f->n; r++)
        for (size_t k = 0; k < f->ring[r].n; k++, m++) {
            now[0] += fabs(f->ring[r].xy[2 * k] - x0);
            now[1] += fabs(f->ring[r].xy[2 * k + 1] - y0);
        }
    double doubt = 1e-12 * (old[0] + old[1] + fabs(x0) + fabs(y0));
    return n == m && fabs(old[0] - now[0]) <= doubt && fabs(old[1] - now[1]) <= doubt;
}

static enum gt_status sizes(const struct gt_shapes *s, const struct gt_new_feature *to, size_t *n,
                            size_t rings_points[2])
{
    *n = rings_points[0] = rings_points[1] = 0;
    for (size_t i = 0; i < s->n; i++) {
        int64_t from = s->part[i], end = s->part[i + 1];
        *n += !to[i].given || to[i].n > 0;
        rings_points[0] += to[i].given ? to[i].n : (size_t)(end - from);
        for (size_t r = 0; to[i].given && r < to[i].n; r++)
            rings_points[1] += to[i].ring[r].n + 1;
        rings_points[1] += to[i].given ? 0 : (size_t)(s->point[end] - s->point[from]);
    }
    return GT_OK;
}

/* The features that are left, with the places of the input that they continue. */
static enum gt_status assemble(struct gt_arena *a, const struct gt_shapes *s,
                               const struct gt_new_feature *to, int64_t **owner,
                               const struct gt_shapes **out, struct gt_err *err)
{
    size_t n, size[2];
    GT_TRY(sizes(s, to, &n, size));
    void *part, *point, *xy, *own;
    GT_TRY(gt_reserve(a, n + 1, sizeof(int64_t), "features", &part, err));
    GT_TRY(gt_reserve(a, n + 1, sizeof(int64_t), "features", &own, err));
    GT_TRY(gt_reserve(a, size[0] + 1, sizeof(int64_t), "rings", &point, err));
    GT_TRY(gt_reserve(a, size[1] + 1, 2 * sizeof(double), "points", &xy, err));
    struct gt_shapes *r = GT_TAKE(a, struct gt_shapes);
    int64_t *parts = part, *points = point, rings = 0, at = 0;
    double *to_xy = xy;
    parts[0] = points[0] = 0;
    for (size_t i = 0; i < s->n; i++) {
        if (to[i].given && to[i].n == 0)
            continue;
        for (int64_t p = s->part[i]; !to[i].given && p < s->part[i + 1]; p++) {
            int64_t k = s->point[p + 1] - s->point[p];
            memcpy(to_xy + 2 * at, s->xy + 2 * s->point[p], 2 * (size_t)k * sizeof *to_xy);
            at += k;
            points[++rings] = at;
        }
        for (size_t p = 0; to[i].given && p < to[i].n; p++) {
            const struct gt_new_ring *ring = &to[i].ring[p];
            memcpy(to_xy + 2 * at, ring->xy, 2 * ring->n * sizeof *to_xy);
            at += (int64_t)ring->n;
            memcpy(to_xy + 2 * at++, ring->xy, 2 * sizeof *to_xy);
            points[++rings] = at;
        }
        ((int64_t *)own)[r->n] = (*owner)[i];
        parts[++r->n] = rings;
    }
    r->kind = s->kind;
    r->crs = s->crs;
    r->part = parts;
    r->point = points;
    r->xy = to_xy;
    r->box = s->box;
    *owner = own;
    *out = r;
    return GT_OK;
}

/* From out->shapes to what is left of them; adds to the counts. */
static enum gt_status one_round(struct gt_arena *a, const struct gt_coverage_opt *opt,
                                struct gt_coverage_fix *out, int64_t **owner, bool *done,
                                struct gt_err *err)
{
    const struct gt_shapes **s = &out->shapes;
    GT_AUTO_ARENA tmp = gt_arena_new();
    const struct gt_features f = {.shapes = *s};
    const struct gt_layer_source *layer = gt_layer_of(tmp, "coverage", &f);
    struct gt_cov c;
    struct gt_finding w = {.cov = &c, .a = tmp};
    void *p;
    GT_TRY(gt_reserve(tmp, (*s)->n + 1, sizeof(struct gt_new_feature), "features", &p, err));
    struct counting k = {.to = p};
    GT_TRY(gt_cov_open(layer, opt, &c, err));
    GT_TRY(gt_check_shapes(layer, opt, count_flaw, &k, err));
    GT_TRY(gt_find_flaws(&w, err));
    out->points += k.n[GT_FLAW_DUPLICATE_POINT];
    out->rings += k.n[GT_FLAW_DUPLICATE_RING];
    out->spikes += k.n[GT_FLAW_SPIKE];
    for (size_t i = 0; i < w.found.n; i++)
        out->snapped += w.found.v[i].flaw.kind == GT_FLAW_BORDER;
    bool net = mark_near(&w, *s, k.to) || k.n[GT_FLAW_SPIKE] > 0;
    *done = !net && k.n[GT_FLAW_DUPLICATE_POINT] + k.n[GT_FLAW_DUPLICATE_RING] == 0;
    if (*done)
        return GT_OK;
    for (size_t i = 0; i < (*s)->n; i++)
        if (k.to[i].given || k.to[i].net)
            gt_fix_rings(tmp, *s, i, &c.scale, &k.to[i]);
    if (net)
        GT_TRY(gt_fix_faces(tmp, *s, &w, k.to, &out->slivers, err));
    for (size_t i = 0; i < (*s)->n; i++)
        if (k.to[i].given && unchanged(*s, i, &k.to[i]))
            k.to[i].given = false;
    return assemble(a, *s, k.to, owner, s, err);
}

static enum gt_status local_areas(const struct gt_shapes *s, const struct gt_scale *scale,
                                  double *out, struct gt_err *err)
{
    GT_AUTO_ARENA tmp = gt_arena_new();
    for (size_t i = 0; i < s->n; i++) {
        struct gt_oriented o;
        double border;
        GT_TRY(gt_cov_orient(tmp, s, i, scale, &o, err));
        out[i] = gt_oriented_m2(scale, s, i, &o, &border);
    }
    return GT_OK;
}

/* By feature of the input: area of what continues it less its own; by the local scale where there
 * is no CRS or coordinates leave its domain. */
static enum gt_status measure(struct gt_arena *a, const struct gt_shapes *s,
                              struct gt_coverage_fix *out, struct gt_err *err)
{
    void *p, *q;
    GT_TRY(gt_reserve(a, s->n + 1, sizeof(double), "areas", &p, err));
    GT_TRY(gt_reserve(a, out->shapes->n + 1, sizeof(double), "areas", &q, err));
    double *moved = p, *now = q;
    struct gt_scale scale = gt_scale_of(s->crs, 1e-4);
    struct gt_err none = {0};
    if (!s->crs || gt_shapes_area_m2(a, s, moved, &none) != GT_OK ||
        gt_shapes_area_m2(a, out->shapes, now, &none) != GT_OK) {
        GT_TRY(local_areas(s, &scale, moved, err));
        GT_TRY(local_areas(out->shapes, &scale, now, err));
    }
    for (size_t i = 0; i < s->n; i++)
        moved[i] = -moved[i];
    for (size_t i = 0; i < out->shapes->n; i++)
        moved[out->owner[i]] += now[i];
    out->moved_m2 = moved;
    return GT_OK;
}

enum gt_status gt_fix_coverage(struct gt_arena *a, const struct gt_shapes *s,
                               const struct gt_coverage_opt *opt, struct gt_coverage_fix *out,
                               struct gt_err *err)
{
    *out = (struct gt_coverage_fix){.shapes = s};
    if (s->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EINPUT, "expected polygons, found other shapes");
    void *p;
    GT_TRY(gt_reserve(a, s->n + 1, sizeof(int64_t), "features", &p, err));
    int64_t *owner = p;
    for (size_t i = 0; i < s->n; i++)
        owner[i] = (int64_t)i;
    bool done = false;
    for (int round = 0; round < ROUNDS && !done; round++)
        GT_TRY(one_round(a, opt, out, &owner, &done, err));
    out->owner = owner;
    return measure(a, s, out, err);
}
