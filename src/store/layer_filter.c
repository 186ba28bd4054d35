/* layer_filter.c: which features of a layer, or rows of a table, are taken. */
#include "layer.h"

static struct gt_expr *copy_expr(struct gt_arena *a, const struct gt_expr *x)
{
    struct gt_expr *out = GT_TAKE(a, struct gt_expr);
    *out = *x;
    out->arg = GT_TAKE_N(a, struct gt_expr *, (size_t)x->n + 1);
    for (int i = 0; i < x->n; i++)
        out->arg[i] = copy_expr(a, x->arg[i]);
    return out;
}

enum gt_status gt_layer_filter(struct gt_layer *l, const struct gt_expr **out, struct gt_err *err)
{
    *out = NULL;
    if (!l->in->where)
        return GT_OK;
    const char **names = GT_TAKE_N(l->a, const char *, l->column.n + 1);
    for (size_t i = 0; i < l->column.n; i++)
        names[i] = l->column.v[i].name;
    struct gt_expr *where = copy_expr(l->a, l->in->where);
    struct gt_err below = {0};
    *out = where;
    if (gt_expr_bind(where, names, (int)l->column.n, &below) == GT_OK)
        return GT_OK;
    struct gt_buf all = {.a = l->a};
    for (size_t i = 0; i < l->column.n && i < 40; i++)
        gt_buf_addf(&all, "%s%s", i ? ", " : "", names[i]);
    return gt_fail(err, below.status, "--where: %s; the fields are: %s", below.text,
                   all.p ? all.p : "none");
}

enum gt_status gt_layer_passes(struct gt_layer *l, const struct gt_expr *where,
                               const struct gt_value *v, bool *out, struct gt_err *err)
{
    struct gt_value result;
    *out = true;
    if (!where)
        return GT_OK;
    if (gt_expr_eval(where, v, &result, err) != GT_OK)
        return gt_wrap(err, "--where: %s", gt_layer_where(l));
    if (result.kind == GT_V_TEXT)
        return gt_fail(err, GT_EINPUT,
                       "--where: expected a condition, found the text '%.40s' for %s", result.text,
                       gt_layer_where(l));
    *out = result.kind == GT_V_NUM && result.num != 0;
    return GT_OK;
}
