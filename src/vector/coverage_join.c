/* coverage_join.c: a packed tree over the boxes of edges, for pairs, searches and what lies below a
 * point. */
#include "coverage_int.h"

#include <stdlib.h>

#define FAN 8
#define LEVELS 24

struct gt_join {
    size_t n, count[LEVELS];
    struct gt_box *box[LEVELS]; /* level 0: the edges themselves */
    int levels;
};

static struct gt_box around(struct gt_box a, struct gt_box b)
{
    return (struct gt_box){fmin(a.x0, b.x0), fmin(a.y0, b.y0), fmax(a.x1, b.x1), fmax(a.y1, b.y1)};
}

const struct gt_join *gt_join_new(struct gt_arena *a, const struct gt_box *box, size_t n)
{
    struct gt_join *t = GT_TAKE(a, struct gt_join);
    t->n = t->count[0] = n;
    t->box[0] = GT_TAKE_N(a, struct gt_box, n + 1);
    for (size_t i = 0; i < n; i++)
        t->box[0][i] = box[i];
    for (t->levels = 1; t->count[t->levels - 1] > 1; t->levels++) {
        size_t below = t->count[t->levels - 1], here = (below + FAN - 1) / FAN;
        const struct gt_box *from = t->box[t->levels - 1];
        struct gt_box *to = t->box[t->levels] = GT_TAKE_N(a, struct gt_box, here);
        t->count[t->levels] = here;
        for (size_t i = 0; i < below; i++)
            to[i / FAN] = i % FAN ? around(to[i / FAN], from[i]) : from[i];
    }
    return t;
}

struct joining {
    const struct gt_join *t;
    uint8_t *fresh[LEVELS];
    gt_pair_fn *fn;
    void *ctx;
    bool all;
};

static bool join(const struct joining *w, int level, size_t i, size_t j)
{
    if (!w->all && !w->fresh[level][i] && !w->fresh[level][j])
        return true;
    if (i != j && !gt_box_meets(w->t->box[level][i], w->t->box[level][j]))
        return true;
    if (level == 0)
        return i == j || w->fn(w->ctx, i, j);
    size_t n = w->t->count[level - 1];
    for (size_t c = i * FAN; c < (i + 1) * FAN && c < n; c++)
        for (size_t d = i == j ? c : j * FAN; d < (j + 1) * FAN && d < n; d++)
            if (!join(w, level - 1, c, d))
                return false;
    return true;
}

void gt_join_pairs(const struct gt_join *t, const uint8_t *fresh, gt_pair_fn *fn, void *ctx)
{
    struct joining w = {.t = t, .fn = fn, .ctx = ctx, .all = !fresh};
    if (t->n < 2)
        return;
    GT_AUTO_ARENA a = gt_arena_new();
    for (int l = 0; fresh && l < t->levels; l++) {
        w.fresh[l] = GT_TAKE_N(a, uint8_t, t->count[l]);
        for (size_t i = 0; l == 0 && i < t->n; i++)
            w.fresh[0][i] = fresh[i];
        for (size_t i = 0; l > 0 && i < t->count[l - 1]; i++)
            w.fresh[l][i / FAN] |= w.fresh[l - 1][i];
    }
    (void)join(&w, t->levels - 1, 0, 0);
}

static bool search(const struct joining *w, int level, size_t i, struct gt_box box)
{
    if (!gt_box_meets(w->t->box[level][i], box))
        return true;
    if (level == 0)
        return w->fn(w->ctx, 0, i);
    for (size_t c = i * FAN; c < (i + 1) * FAN && c < w->t->count[level - 1]; c++)
        if (!search(w, level - 1, c, box))
            return false;
    return true;
}

void gt_join_search(const struct gt_join *t, struct gt_box box, gt_pair_fn *fn, void *ctx)
{
    struct joining w = {.t = t, .fn = fn, .ctx = ctx};
    if (t->n > 0)
        (void)search(&w, t->levels - 1, 0, box);
}

struct below {
    const struct gt_join *t;
    double x, y, best, slope;
    int64_t edge;
    gt_below_fn *fn;
    void *ctx;
};

/* Higher boxes first, so that most others need no look. */
static void below(struct below *b, int level, size_t i)
{
    struct gt_box box = b->t->box[level][i];
    if (!(box.x0 <= b->x && box.x1 >= b->x && box.y0 <= b->y) || box.y1 < b->best)
        return;
    if (level == 0) {
        double y = (double)NAN, slope = 0;
        if (!b->fn(b->ctx, i, &y, &slope) || !(y < b->y))
            return;
        if (b->edge < 0 || y > b->best || (!(y < b->best) && slope > b->slope)) {
            b->best = y;
            b->slope = slope;
            b->edge = (int64_t)i;
        }
        return;
    }
    size_t child[FAN], n = 0;
    const struct gt_box *of = b->t->box[level - 1];
    for (size_t c = i * FAN; c < (i + 1) * FAN && c < b->t->count[level - 1]; c++) {
        size_t k = n++;
        for (; k > 0 && of[child[k - 1]].y1 < of[c].y1; k--)
            child[k] = child[k - 1];
        child[k] = c;
    }
    for (size_t k = 0; k < n; k++)
        below(b, level - 1, child[k]);
}

int64_t gt_join_below(const struct gt_join *t, double x, double y, gt_below_fn *fn, void *ctx)
{
    struct below b = {.t = t, .x = x, .y = y, .best = -HUGE_VAL, .edge = -1, .fn = fn, .ctx = ctx};
    if (t->n > 0)
        below(&b, t->levels - 1, 0);
    return b.edge;
}

/* ---- Order ---- */

struct place {
    uint64_t code;
    uint32_t i;
};

static int by_code(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->code != q->code)
        return p->code < q->code ? -1 : 1;
    return p->i < q->i ? -1 : p->i > q->i;
}

static uint64_t spread(uint32_t v)
{
    uint64_t x = v;
    x = (x | x << 16) & 0x0000ffff0000ffffu;
    x = (x | x << 8) & 0x00ff00ff00ff00ffu;
    x = (x | x << 4) & 0x0f0f0f0f0f0f0f0fu;
    x = (x | x << 2) & 0x3333333333333333u;
    return (x | x << 1) & 0x5555555555555555u;
}

const uint32_t *gt_join_order(struct gt_arena *a, const struct gt_box *box, size_t n)
{
    struct place *p = GT_TAKE_N(a, struct place, n + 1);
    uint32_t *order = GT_TAKE_N(a, uint32_t, n + 1);
    struct gt_box all = n ? box[0] : (struct gt_box){0};
    for (size_t i = 1; i < n; i++)
        all = around(all, box[i]);
    double size = fmax(fmax(all.x1 - all.x0, all.y1 - all.y0), 1e-300);
    for (size_t i = 0; i < n; i++) {
        double x = ((box[i].x0 + box[i].x1) / 2 - all.x0) / size;
        double y = ((box[i].y0 + box[i].y1) / 2 - all.y0) / size;
        p[i].code = spread((uint32_t)(x * 4294967295.0)) | spread((uint32_t)(y * 4294967295.0))
                                                               << 1;
        p[i].i = (uint32_t)i;
    }
    qsort(p, n, sizeof *p, by_code);
    for (size_t i = 0; i < n; i++)
        order[i] = p[i].i;
    return order;
}
