/* model_order.c: an order in which each step follows what it needs. */
#include "model_int.h"

#include <string.h>

struct ordering {
    struct loading *l;
    int *order;
    int n;
    int *path; /* nodes being visited, for the message */
    int depth;
};

static enum gt_status cycle(const struct ordering *o, int node, const struct gt_yaml *at,
                            struct gt_err *err)
{
    struct gt_buf b = {.a = o->l->a};
    int from = 0;
    while (o->path[from] != node)
        from++;
    /* Long cycles are cut in the middle: the ends say enough. */
    for (int i = from; i < o->depth; i++) {
        if (i - from < 6 || o->depth - i < 4)
            gt_buf_addf(&b, "%s needs ", o->l->name[o->path[i]]);
        else if (i - from == 6)
            gt_buf_add(&b, "... ");
    }
    return rules_fail(at, err, "steps need one another: %s%s", b.p, o->l->name[node]);
}

static enum gt_status visit(struct ordering *o, int i, const struct gt_yaml *at, struct gt_err *err)
{
    struct node *n = &o->l->node[i];
    if (n->place >= 0)
        return GT_OK;
    if (n->open)
        return cycle(o, i, at, err);
    n->open = true;
    o->path[o->depth++] = i;
    for (size_t k = 0; k < n->in.n; k++)
        GT_TRY(visit(o, n->in.v[k].node, n->in.v[k].y, err));
    for (size_t k = 0; k < n->used.n; k++)
        GT_TRY(visit(o, n->used.v[k].node, n->used.v[k].y, err));
    o->depth--;
    n->open = false;
    n->place = o->n;
    o->order[o->n++] = i;
    return GT_OK;
}

enum gt_status rules_order(struct loading *l, int *order, struct gt_err *err)
{
    struct ordering o = {.l = l, .order = order, .path = GT_TAKE_N(l->a, int, (size_t)l->n + 1)};
    for (int i = 0; i < l->n; i++)
        l->node[i].place = -1;
    for (int i = 0; i < l->n; i++)
        GT_TRY(visit(&o, i, l->node[i].y, err));
    return GT_OK;
}
