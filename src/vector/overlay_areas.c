/* overlay_areas.c: areas that two layers share, by groups: pairs from an index of the second layer,
 * their areas as sums over their edges (clip_int.h), added as whole numbers. */
#include "clip_int.h"
#include "overlay_int.h"

#include <math.h>
#include <stdlib.h>

enum { CHUNK = 256 };

typedef __int128 wide;

/* ---- Sums by pairs of groups ---- */

struct entry {
    int64_t a, b;
    wide sum;
    int64_t pairs; /* 0: a free slot, or a rest */
    bool used;
};

struct table {
    struct entry *slot;
    size_t n, slots;
};

static struct entry *slot_of(const struct table *t, int64_t a, int64_t b)
{
    uint64_t h = (uint64_t)a * 0x9e3779b97f4a7c15U ^ (uint64_t)b * 0xc2b2ae3d27d4eb4fU;
    for (size_t at = (h ^ (h >> 31)) & (t->slots - 1);; at = (at + 1) & (t->slots - 1)) {
        struct entry *e = &t->slot[at];
        if (!e->used || (e->a == a && e->b == b))
            return e;
    }
}

GT_MUST static enum gt_status more_slots(struct gt_arena *a, struct table *t, struct gt_err *err)
{
    struct table old = *t;
    void *p;
    t->slots = old.slots ? 2 * old.slots : 256;
    GT_TRY(gt_reserve(a, t->slots, sizeof *t->slot, "sums by groups", &p, err));
    t->slot = p;
    for (size_t i = 0; i < old.slots; i++)
        if (old.slot[i].used)
            *slot_of(t, old.slot[i].a, old.slot[i].b) = old.slot[i];
    return GT_OK;
}

GT_MUST static enum gt_status add(struct gt_arena *arena, struct table *t, const struct entry *v,
                                  struct gt_err *err)
{
    if (2 * (t->n + 1) > t->slots)
        GT_TRY(more_slots(arena, t, err));
    struct entry *e = slot_of(t, v->a, v->b);
    t->n += !e->used;
    e->used = true;
    e->a = v->a;
    e->b = v->b;
    e->sum += v->sum;
    e->pairs += v->pairs;
    return GT_OK;
}

/* ---- Layers made ready ---- */

struct layer {
    const struct gt_shapes *s;
    const int32_t *group; /* NULL: each its own */
    struct gt_clip *clip;
    uint8_t *remade, *overlaps; /* by feature; overlaps: with another of its layer */
    _Atomic int64_t *shared; /* by feature: what it shares with all of the other; NULL: no rests */
    _Atomic int32_t *met;    /* with how many */
    const struct gt_index *index;
};

struct worker {
    struct gt_arena *a;
    struct gt_clip_desk desk;
    struct table table;
    struct gt_robust_count robust;
    GT_VEC(size_t) hit;
};

struct job {
    struct layer la, lb;
    struct gt_clip_ground const *ground; /* NULL: the plane */
    double per;                          /* of the sums' unit in m2 */
    struct worker *worker;
    int workers;
    struct gt_work *w;
};

static int64_t group_of(const struct layer *l, size_t i)
{
    return l->group ? l->group[i] : (int64_t)i;
}

/* The polygon even-odd, on a grid. */
GT_MUST static enum gt_status remake(struct worker *k, const struct gt_shapes *s, size_t i,
                                     struct gt_clip *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct gt_shapes one = *s;
    struct gt_graph g;
    struct gt_sides sides;
    struct gt_overlay_result r;
    one.n = 1;
    one.part = s->part + i;
    GT_TRY(gt_graph_new(scratch, &one, NULL, NULL, &g, err));
    GT_TRY(gt_sides_new(scratch, &g, &sides, err));
    GT_TRY(gt_graph_pieces(k->a, &g, &sides, GT_OVERLAY_IDENTITY, &r, err));
    out->box = (struct gt_box){NAN, NAN, NAN, NAN};
    if (r.shapes->n > 0)
        (void)gt_clip_ready(k->a, &k->desk, r.shapes, 0, out);
    return GT_OK;
}

struct readying {
    struct job *j;
    struct layer *l;
};

static enum gt_status ready_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    struct readying *r = ctx;
    struct layer *l = r->l;
    struct worker *k = &r->j->worker[worker];
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < l->s->n ? from + CHUNK : l->s->n;
    for (size_t i = from; i < to; i++) {
        if (group_of(l, i) < 0) {
            l->clip[i].box = (struct gt_box){NAN, NAN, NAN, NAN};
            continue;
        }
        if (gt_clip_ready(k->a, &k->desk, l->s, i, &l->clip[i]))
            continue;
        l->remade[i] = 1;
        GT_TRY(remake(k, l->s, i, &l->clip[i], err));
    }
    return GT_OK;
}

GT_MUST static enum gt_status ready(struct gt_arena *a, struct job *j, struct layer *l, bool rests,
                                    struct gt_err *err)
{
    struct readying r = {j, l};
    void *p;
    GT_TRY(gt_reserve(a, l->s->n, sizeof *l->clip, "polygons of an overlay", &p, err));
    l->clip = p;
    GT_TRY(gt_reserve(a, l->s->n, 2, "marks of polygons", &p, err));
    l->remade = p;
    l->overlaps = l->remade + l->s->n;
    if (rests) {
        GT_TRY(gt_reserve(a, l->s->n, sizeof *l->shared, "sums of polygons", &p, err));
        l->shared = p;
        GT_TRY(gt_reserve(a, l->s->n, sizeof *l->met, "counts of polygons", &p, err));
        l->met = p;
    }
    int64_t chunks = (int64_t)((l->s->n + CHUNK - 1) / CHUNK);
    return gt_par_for(j->w, chunks, ready_chunk, &r, err);
}

GT_MUST static enum gt_status index_layer(struct gt_arena *a, struct layer *l, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    void *p;
    GT_TRY(gt_reserve(scratch, l->s->n, sizeof(struct gt_box), "boxes of polygons", &p, err));
    struct gt_box *box = p;
    for (size_t i = 0; i < l->s->n; i++)
        box[i] = l->clip[i].box;
    return gt_index_new(a, box, l->s->n, &l->index, err);
}

/* ---- Pairs ---- */

static bool collect(void *ctx, size_t i)
{
    struct worker *k = ctx;
    *GT_PUSH(k->a, &k->hit) = i;
    return true;
}

/* All features of l whose boxes meet the polygon's, in k->hit. */
static void find(struct worker *k, const struct layer *l, const struct gt_clip *p)
{
    k->hit.n = 0;
    if (!isnan(p->box.x0))
        gt_index_search(l->index, p->box, collect, k);
}

/* In whole units; 0 below what rounding alone makes of the window. */
static int64_t shared_by(const struct job *j, struct worker *k, const struct gt_clip *a,
                         const struct gt_clip *b)
{
    double m2 = gt_clip_area(&k->desk, a, b, j->ground);
    double noise = 1e-14 * fmin(a->plane, b->plane);
    if (j->ground)
        noise *= gt_clip_ground_at(j->ground, &k->desk.scales, a->box.x0, a->box.y0).w;
    return m2 > noise ? llround(m2 * j->per) : 0;
}

static enum gt_status pairs_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    struct job *j = ctx;
    struct worker *k = &j->worker[worker];
    struct layer *la = &j->la, *lb = &j->lb;
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < la->s->n ? from + CHUNK : la->s->n;
    for (size_t i = from; i < to; i++) {
        find(k, lb, &la->clip[i]);
        for (size_t h = 0; h < k->hit.n; h++) {
            size_t b = k->hit.v[h];
            int64_t sum = shared_by(j, k, &la->clip[i], &lb->clip[b]);
            bool remade = la->remade[i] || lb->remade[b];
            if (sum <= 0)
                continue;
            k->robust.n[remade ? GT_ROBUST_FIXED : GT_ROBUST_FLOATING]++;
            struct entry e = {group_of(la, i), group_of(lb, b), sum, 1, true};
            GT_TRY(add(k->a, &k->table, &e, err));
            if (!la->shared)
                continue;
            la->shared[i] += sum;
            lb->shared[b] += sum;
            la->met[i]++;
            lb->met[b]++;
        }
    }
    gt_progress(j->w, "overlay", (int64_t)to, (int64_t)la->s->n);
    return GT_OK;
}

/* ---- Rests ---- */

struct rests {
    struct job *j;
    struct layer *own, *other;
    bool second; /* own is the second layer */
};

/* Marks features that overlap another one of their layer. */
static enum gt_status overlaps_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    (void)err;
    struct rests *r = ctx;
    struct layer *l = r->other;
    struct worker *k = &r->j->worker[worker];
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < l->s->n ? from + CHUNK : l->s->n;
    for (size_t i = from; i < to; i++) {
        find(k, l, &l->clip[i]);
        for (size_t h = 0; h < k->hit.n && !l->overlaps[i]; h++)
            if (k->hit.v[h] != i)
                l->overlaps[i] = shared_by(r->j, k, &l->clip[i], &l->clip[k->hit.v[h]]) > 0;
    }
    return GT_OK;
}

/* A polygon's rings as features of a layer of their own kind: those of the hits as one layer. */
struct copy {
    struct gt_arena *a;
    GT_VEC(double) xy;
    GT_VEC(int64_t) point, part;
};

static void copy_clip(struct copy *c, const struct gt_clip *p)
{
    if (c->part.n == 0) {
        *GT_PUSH(c->a, &c->part) = 0;
        *GT_PUSH(c->a, &c->point) = 0;
    }
    for (size_t ring = 0; ring < p->rings; ring++) {
        for (int64_t i = 2 * p->point[ring]; i < 2 * p->point[ring + 1]; i++)
            *GT_PUSH(c->a, &c->xy) = p->xy[i];
        *GT_PUSH(c->a, &c->point) = (int64_t)(c->xy.n / 2);
    }
    *GT_PUSH(c->a, &c->part) = (int64_t)c->point.n - 1;
}

static struct gt_shapes shapes_of(const struct copy *c, const struct gt_shapes *like)
{
    return (struct gt_shapes){.kind = GT_SHAPE_POLYGON,
                              .crs = like->crs,
                              .n = c->part.n - 1,
                              .part = c->part.v,
                              .point = c->point.v,
                              .xy = c->xy.v};
}

/* Where features of the other layer overlap each other: what is left of the polygon without their
 * union, on a grid. */
GT_MUST static enum gt_status rest_of_union(struct rests *r, struct worker *k, size_t i,
                                            int64_t *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct copy own = {.a = scratch}, hits = {.a = scratch};
    struct gt_graph g;
    struct gt_sides sides;
    struct gt_overlay_result left;
    copy_clip(&own, &r->own->clip[i]);
    for (size_t h = 0; h < k->hit.n; h++)
        copy_clip(&hits, &r->other->clip[k->hit.v[h]]);
    struct gt_shapes la = shapes_of(&own, r->own->s), lb = shapes_of(&hits, r->own->s);
    GT_TRY(gt_graph_new(scratch, &la, &lb, NULL, &g, err));
    GT_TRY(gt_sides_new(scratch, &g, &sides, err));
    GT_TRY(gt_graph_pieces(scratch, &g, &sides, GT_OVERLAY_DIFFERENCE, &left, err));
    *out = 0;
    struct gt_clip rest;
    if (left.shapes->n == 0)
        return GT_OK;
    (void)gt_clip_ready(scratch, &k->desk, left.shapes, 0, &rest);
    if (!isnan(rest.box.x0))
        *out = llround(gt_clip_own(&k->desk, &rest, r->j->ground) * r->j->per);
    return GT_OK;
}

static bool some_overlap(const struct layer *l, const struct worker *k)
{
    for (size_t h = 0; h < k->hit.n; h++)
        if (l->overlaps[k->hit.v[h]])
            return true;
    return false;
}

GT_MUST static enum gt_status rest_of(struct rests *r, struct worker *k, size_t i, int64_t *out,
                                      struct gt_err *err)
{
    const struct gt_clip *p = &r->own->clip[i];
    *out = 0;
    if (isnan(p->box.x0))
        return GT_OK;
    find(k, r->other, p);
    if (some_overlap(r->other, k))
        return rest_of_union(r, k, i, out, err);
    int64_t own = llround(gt_clip_own(&k->desk, p, r->j->ground) * r->j->per);
    int64_t noise = r->own->met[i] ? r->own->met[i] + own / 10000000000 + 1 : 0;
    int64_t left = own - r->own->shared[i];
    *out = left > noise ? left : 0;
    return GT_OK;
}

static enum gt_status rests_chunk(void *ctx, int64_t chunk, int worker, struct gt_err *err)
{
    struct rests *r = ctx;
    struct worker *k = &r->j->worker[worker];
    size_t n = r->own->s->n;
    size_t from = (size_t)chunk * CHUNK, to = from + CHUNK < n ? from + CHUNK : n;
    for (size_t i = from; i < to; i++) {
        int64_t left, group = group_of(r->own, i);
        GT_TRY(rest_of(r, k, i, &left, err));
        if (left <= 0)
            continue;
        struct entry e = {r->second ? -1 : group, r->second ? group : -1, left, 0, true};
        GT_TRY(add(k->a, &k->table, &e, err));
    }
    return GT_OK;
}

GT_MUST static enum gt_status add_rests(struct gt_arena *scratch, struct job *j, bool second,
                                        struct gt_err *err)
{
    struct rests r = {j, second ? &j->lb : &j->la, second ? &j->la : &j->lb, second};
    int64_t own = (int64_t)((r.own->s->n + CHUNK - 1) / CHUNK);
    int64_t other = (int64_t)((r.other->s->n + CHUNK - 1) / CHUNK);
    if (!r.other->index)
        GT_TRY(index_layer(scratch, r.other, err));
    GT_TRY(gt_par_for(j->w, other, overlaps_chunk, &r, err));
    return gt_par_for(j->w, own, rests_chunk, &r, err);
}

/* ---- The whole ---- */

static int by_group(const void *pa, const void *pb)
{
    const struct gt_shared_area *a = pa, *b = pb;
    if (a->a != b->a)
        return a->a < b->a ? -1 : 1;
    return (a->b > b->b) - (a->b < b->b);
}

GT_MUST static enum gt_status give(struct gt_arena *a, struct job *j, struct gt_shared_areas *out,
                                   struct gt_err *err)
{
    struct table *all = &j->worker[0].table;
    wide total = 0;
    void *p;
    for (int i = 1; i < j->workers; i++)
        for (size_t k = 0; k < j->worker[i].table.slots; k++)
            if (j->worker[i].table.slot[k].used)
                GT_TRY(add(j->worker[0].a, all, &j->worker[i].table.slot[k], err));
    GT_TRY(gt_reserve(a, all->n, sizeof(struct gt_shared_area), "shared areas", &p, err));
    struct gt_shared_area *v = p;
    for (size_t k = 0; k < all->slots; k++) {
        const struct entry *e = &all->slot[k];
        if (!e->used)
            continue;
        v[out->n++] = (struct gt_shared_area){e->a, e->b, (double)e->sum / j->per, e->pairs};
        total += e->pairs > 0 ? e->sum : 0;
    }
    if (out->n > 0)
        qsort(v, out->n, sizeof *v, by_group);
    out->v = v;
    out->total_m2 = (double)total / j->per;
    for (int i = 0; i < j->workers; i++)
        for (int step = 0; step < GT_ROBUST_STEPS; step++)
            out->robust.n[step] += j->worker[i].robust.n[step];
    return GT_OK;
}

static struct gt_box box_of(const struct layer *la, const struct layer *lb)
{
    struct gt_box all = {INFINITY, INFINITY, -INFINITY, -INFINITY};
    for (int k = 0; k < 2; k++) {
        const struct layer *l = k ? lb : la;
        for (size_t i = 0; i < l->s->n; i++) {
            struct gt_box b = l->clip[i].box;
            if (!isnan(b.x0))
                all = (struct gt_box){fmin(all.x0, b.x0), fmin(all.y0, b.y0), fmax(all.x1, b.x1),
                                      fmax(all.y1, b.y1)};
        }
    }
    return all;
}

GT_MUST static enum gt_status measure_by(struct gt_arena *a, struct job *j, struct gt_err *err)
{
    const struct gt_crs *crs = j->la.s->crs;
    struct gt_box b = box_of(&j->la, &j->lb);
    double plane = (b.x1 - b.x0) * (b.y1 - b.y0);
    if (!(b.x0 <= b.x1))
        return GT_OK;
    if (!crs) {
        j->per = exp2(58 - ceil(log2(plane)));
        return GT_OK;
    }
    GT_TRY(gt_clip_ground_new(a, crs, b, &j->ground, err));
    struct gt_clip_scales *c = GT_TAKE(a, struct gt_clip_scales);
    double w = gt_clip_ground_at(j->ground, c, (b.x0 + b.x1) / 2, (b.y0 + b.y1) / 2).w;
    j->per = w * plane > 4e12 ? 1e3 : 1e6;
    return GT_OK;
}

GT_MUST static enum gt_status run(struct gt_arena *scratch, struct job *j, bool rests,
                                  struct gt_err *err)
{
    GT_TRY(ready(scratch, j, &j->la, rests, err));
    GT_TRY(ready(scratch, j, &j->lb, rests, err));
    GT_TRY(measure_by(scratch, j, err));
    GT_TRY(index_layer(scratch, &j->lb, err));
    int64_t chunks = (int64_t)((j->la.s->n + CHUNK - 1) / CHUNK);
    GT_TRY(gt_par_for(j->w, chunks, pairs_chunk, j, err));
    if (!rests)
        return GT_OK;
    GT_TRY(add_rests(scratch, j, false, err));
    return add_rests(scratch, j, true, err);
}

enum gt_status gt_overlay_areas(struct gt_arena *a, const struct gt_shapes *la,
                                const struct gt_shapes *lb, const struct gt_overlay_areas_opt *opt,
                                struct gt_shared_areas *out, struct gt_err *err)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    struct job j = {.la = {.s = la, .group = opt->group_a},
                    .lb = {.s = lb, .group = opt->group_b},
                    .per = 1e6,
                    .workers = gt_pool_threads(opt->work ? opt->work->pool : NULL),
                    .w = opt->work};
    *out = (struct gt_shared_areas){0};
    GT_TRY(gt_overlay_check(la, lb, err));
    j.worker = GT_TAKE_N(scratch, struct worker, (size_t)j.workers);
    for (int i = 0; i < j.workers; i++) {
        j.worker[i].a = gt_arena_new();
        j.worker[i].desk.a = j.worker[i].a;
    }
    enum gt_status s = run(scratch, &j, opt->rests, err);
    if (s == GT_OK)
        s = give(a, &j, out, err);
    for (int i = 0; i < j.workers; i++)
        gt_arena_free(j.worker[i].a);
    return s;
}
