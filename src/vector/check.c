/* check.c: the flaws of single features, in the order of the layer. */
#include "coverage_int.h"

#include <stdlib.h>

#define BLOCK 256

struct checking {
    const struct gt_cov *c;
    gt_flaw_fn *fn;
    void *ctx;
    const struct gt_features *chunk;
    int64_t first;
    struct gt_arena **arena; /* by block */
    struct gt_flaws *flaws;  /* by block */
};

static int order(const void *a, const void *b)
{
    const struct gt_flaw *p = a, *q = b;
    if (p->kind != q->kind)
        return p->kind < q->kind ? -1 : 1;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return p->y < q->y ? -1 : p->y > q->y;
}

/* Whether the edges of some paths come near one another. */
static bool come_near(struct gt_arena *a, const struct gt_path *path, size_t n,
                      const struct gt_scale *scale)
{
    size_t edges = 0, k = 0;
    for (size_t i = 0; i < n; i++)
        edges += (size_t)path[i].n;
    struct gt_net_in *e = GT_TAKE_N(a, struct gt_net_in, edges + 1);
    int64_t *end = GT_TAKE_N(a, int64_t, n + 1);
    for (size_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < path[i].n - !path[i].closed; j++) {
            const double *u = path[i].xy + 2 * j, *v = path[i].xy + 2 * ((j + 1) % path[i].n);
            e[k++] = (struct gt_net_in){u[0], u[1], v[0], v[1], 0};
        }
        end[i] = (int64_t)k;
    }
    return gt_ring_meets(a, e, k, path[0].closed ? end : NULL, scale, scale->tolerance);
}

static enum gt_status check_feature(struct checking *k, size_t i, struct gt_flaws *w,
                                    struct gt_err *err)
{
    const struct gt_features *f = k->chunk;
    const struct gt_scale *scale = &k->c->scale;
    size_t from = w->all.n, n;
    w->id = gt_features_id(f, i) + (f->id ? 0 : k->first);
    struct gt_path *path = gt_check_clean(w, f->shapes, i, scale, &n);
    bool rings = f->shapes->kind == GT_SHAPE_POLYGON;
    size_t step = rings ? n : 1;
    bool near = false;
    for (size_t p = 0; p < n; p += step) {
        if (!come_near(w->a, path + p, step, scale))
            continue;
        near = true;
        enum gt_status st = gt_check_contacts(w, path + p, step, scale, err);
        if (st == GT_ETOOBIG) /* a scribble: one flaw stands for all */
            gt_flaw_add(w, GT_FLAW_SELF_CROSSING, path[p].xy[0], path[p].xy[1], 0);
        else
            GT_TRY(st);
    }
    bool crossed = false;
    for (size_t j = from; j < w->all.n; j++)
        crossed |=
            w->all.v[j].kind == GT_FLAW_HOLE_OUTSIDE || w->all.v[j].kind == GT_FLAW_DUPLICATE_RING;
    if (rings && f->outer && n > 1 && !(near && crossed))
        gt_check_nesting(w, path, n, f->outer + f->shapes->part[i], scale);
    if (w->all.n > from + 1)
        qsort(w->all.v + from, w->all.n - from, sizeof *w->all.v, order);
    return GT_OK;
}

/* What a block needs goes with each feature; its flaws stay. */
static enum gt_status check_block(void *ctx, int64_t block, int worker, struct gt_err *err)
{
    (void)worker;
    struct checking *k = ctx;
    struct gt_flaws *to = &k->flaws[block];
    size_t n = k->chunk->shapes->n;
    size_t end = (size_t)(block + 1) * BLOCK < n ? (size_t)(block + 1) * BLOCK : n;
    to->a = k->arena[block] = gt_arena_new();
    GT_AUTO_ARENA tmp = gt_arena_new();
    for (size_t i = (size_t)block * BLOCK; i < end; i++) {
        struct gt_flaws w = {.a = tmp};
        GT_TRY(check_feature(k, i, &w, err));
        for (size_t j = 0; j < w.all.n; j++)
            *GT_PUSH(to->a, &to->all) = w.all.v[j];
    }
    return GT_OK;
}

static enum gt_status check_chunk(void *ctx, const struct gt_features *f, int64_t first,
                                  struct gt_err *err)
{
    struct checking *k = ctx;
    GT_AUTO_ARENA tmp = gt_arena_new();
    int64_t blocks = (int64_t)(f->shapes->n + BLOCK - 1) / BLOCK;
    k->chunk = f;
    k->first = first;
    k->arena = GT_TAKE_N(tmp, struct gt_arena *, (size_t)blocks + 1);
    k->flaws = GT_TAKE_N(tmp, struct gt_flaws, (size_t)blocks + 1);
    enum gt_status st = gt_par_for(k->c->work, blocks, check_block, k, err);
    for (int64_t b = 0; b < blocks; b++) {
        for (size_t i = 0; st == GT_OK && i < k->flaws[b].all.n; i++)
            st = k->fn(k->ctx, &k->flaws[b].all.v[i], err);
        gt_arena_free(k->arena[b]);
    }
    gt_progress(k->c->work, "shapes", first, k->c->layer->n);
    return st;
}

enum gt_status gt_check_shapes(const struct gt_layer_source *s, const struct gt_coverage_opt *opt,
                               gt_flaw_fn *fn, void *ctx, struct gt_err *err)
{
    struct gt_cov c;
    struct checking k = {.c = &c, .fn = fn, .ctx = ctx};
    GT_TRY(gt_cov_open(s, opt, &c, err));
    return s->table ? GT_OK : gt_cov_chunks(&c, check_chunk, &k, err);
}
