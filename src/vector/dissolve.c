/* dissolve.c: polygons of one group as one feature. Edges that two of them share point by point
 * cancel, and what is left is linked into rings; no coordinate changes. Where the rings show that
 * polygons overlapped or met with other points, the group goes through the union of GEOS. */
#include "link.h"

#include <stdlib.h>
#include <string.h>

struct dissolve {
    const struct gt_shapes *s;
    const size_t *first;  /* by group, its first place in member; n_groups + 1 */
    const size_t *member; /* features by group, in their order */
};

static double area2_of(const double *xy, int64_t n)
{
    double sum = 0;
    for (int64_t i = 1; i + 1 < n; i++)
        sum += (xy[2 * i] - xy[0]) * (xy[2 * i + 3] - xy[1]) -
               (xy[2 * i + 2] - xy[0]) * (xy[2 * i + 1] - xy[1]);
    return sum;
}

/* Outer rings counterclockwise, holes clockwise: of polygons that overlapped some are not. */
static bool rings_agree(const struct gt_shapes *s)
{
    int64_t n = s->part[1];
    GT_AUTO_ARENA scratch = gt_arena_new();
    int32_t *depth = GT_TAKE_N(scratch, int32_t, 2 * (size_t)n + 1);
    gt_ring_nesting(s, 0, depth, depth + n);
    for (int64_t r = 0; r < n; r++) {
        int64_t from = s->point[r];
        double area2 = area2_of(s->xy + 2 * from, s->point[r + 1] - from);
        if ((area2 > 0) != (depth[r] % 2 == 0))
            return false;
    }
    return true;
}

/* Cancelling and linking gave a clean feature; it is in `one`. */
GT_MUST static enum gt_status by_edges(const struct dissolve *d, struct gt_geos *g, size_t group,
                                       struct gt_build *one, bool *clean, struct gt_err *err)
{
    struct gt_edges e = {.a = one->a};
    for (size_t k = d->first[group]; k < d->first[group + 1]; k++)
        GT_TRY(gt_edges_add(&e, d->s, d->member[k], err));
    GT_TRY(gt_edges_cancel(&e, err));
    GT_TRY(gt_edges_link(&e, one, err));
    gt_build_end_feature(one);
    const struct gt_shapes view = {.kind = GT_SHAPE_POLYGON,
                                   .crs = d->s->crs,
                                   .n = 1,
                                   .part = one->part.v,
                                   .point = one->point.v,
                                   .xy = one->xy.v};
    *clean = false;
    if (!rings_agree(&view))
        return GT_OK;
    GT_AUTO_GEOM m = {0};
    GT_TRY(gt_geos_from(g, &view, 0, &m, err));
    *clean = gt_geos_valid(g, m.p);
    return GT_OK;
}

/* All polygons of the group, valid, as one collection. */
GT_MUST static enum gt_status collection(const struct dissolve *d, struct gt_geos *g, size_t group,
                                         struct gt_geom *out, struct gt_err *err)
{
    size_t n = d->first[group + 1] - d->first[group];
    GT_AUTO_ARENA scratch = gt_arena_new();
    GEOSGeometry **piece = GT_TAKE_N(scratch, GEOSGeometry *, n);
    enum gt_status status = GT_OK;
    size_t made = 0;
    for (; made < n && status == GT_OK; made++) {
        GT_AUTO_GEOM m = {0};
        struct gt_geom valid = {0};
        status = gt_geos_from(g, d->s, d->member[d->first[group] + made], &m, err);
        if (status == GT_OK)
            status = gt_geos_make_valid(g, m.p, &valid, err);
        piece[made] = valid.p;
    }
    if (status == GT_OK) {
        out->g = g;
        out->p = GEOSGeom_createCollection_r(g->h, GEOS_GEOMETRYCOLLECTION, piece, (unsigned)n);
        return out->p ? GT_OK : gt_geos_fail(g, err, "expected a collection of polygons");
    }
    for (size_t i = 0; i < made; i++)
        if (piece[i])
            GEOSGeom_destroy_r(g->h, piece[i]);
    return status;
}

GT_MUST static enum gt_status by_union(const struct dissolve *d, struct gt_geos *g, size_t group,
                                       struct gt_build *b, struct gt_err *err)
{
    GT_AUTO_GEOM all = {0};
    GT_AUTO_GEOM joined = {0};
    enum gt_robust step;
    GT_TRY(collection(d, g, group, &all, err));
    GT_TRY(gt_geos_robust(g, &(struct gt_geos_try){.op = GT_GEOS_UNION, .p = all.p}, &joined, &step,
                          err));
    return gt_build_geom(b, g, GT_SHAPE_POLYGON, joined.p, err);
}

GT_MUST static enum gt_status one_group(void *ctx, struct gt_geos *g, size_t group,
                                        struct gt_build *b, struct gt_err *err)
{
    const struct dissolve *d = ctx;
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_build one;
    bool clean;
    gt_build_init(&one, scratch);
    GT_TRY(by_edges(d, g, group, &one, &clean, err));
    if (!clean)
        return by_union(d, g, group, b, err);
    for (size_t r = 0; r + 1 < one.point.n; r++) {
        gt_build_points(b, one.xy.v + 2 * one.point.v[r],
                        (size_t)(one.point.v[r + 1] - one.point.v[r]));
        gt_build_end_part(b);
    }
    return GT_OK;
}

GT_MUST static enum gt_status sort_members(struct gt_arena *a, struct dissolve *d,
                                           const struct gt_groups *groups, struct gt_err *err)
{
    const int32_t *group = groups->of;
    size_t n_groups = groups->n;
    void *first, *member, *at;
    GT_TRY(gt_reserve(a, n_groups + 2, sizeof(size_t), "groups of features", &first, err));
    GT_TRY(gt_reserve(a, n_groups + 1, sizeof(size_t), "groups of features", &at, err));
    GT_TRY(gt_reserve(a, d->s->n + 1, sizeof(size_t), "groups of features", &member, err));
    size_t *starts = first, *next = at, *members = member;
    for (size_t i = 0; i < d->s->n; i++) {
        if (group[i] >= 0 && (size_t)group[i] >= n_groups)
            return gt_fail(err, GT_EUSE, "feature %zu: expected a group below %zu, found %d", i + 1,
                           n_groups, group[i]);
        if (group[i] >= 0)
            starts[group[i] + 1]++;
    }
    for (size_t i = 0; i < n_groups; i++)
        starts[i + 1] += starts[i];
    memcpy(next, starts, n_groups * sizeof *next);
    for (size_t i = 0; i < d->s->n; i++)
        if (group[i] >= 0)
            members[next[group[i]]++] = i;
    d->first = starts;
    d->member = members;
    return GT_OK;
}

enum gt_status gt_dissolve(struct gt_arena *a, const struct gt_shapes *s,
                           const struct gt_groups *groups, struct gt_work *w,
                           const struct gt_shapes **out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct dissolve d = {.s = s};
    GT_TRY(sort_members(scratch, &d, groups, err));
    struct gt_each e = {.fn = one_group, .ctx = &d, .n = groups->n, .like = s, .block = 1};
    return gt_each_feature(a, &e, w, out, err);
}
