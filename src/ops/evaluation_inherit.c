/* evaluation_inherit.c: what the inputs of an evaluation lacked themselves: results of other
 * evaluations hand on the factors that were left out of them. */
#include "evaluation.h"

#include "guotu/io.h"

#include <string.h>

enum { MAX_DEPTH = 4 };

struct heirs {
    struct evaluation *e;
    const struct gt_layer_roles *roles; /* NULL: their titles are not known */
    GT_VEC(struct evaluation_inherited) all;
};

/* Of the twelve months that are missing together, the first speaks for all. */
static bool is_later_month(const struct gt_json *left, const char *input)
{
    size_t n = strlen(input);
    int64_t month;
    if (n < 4 || input[n - 3] != '_' || !gt_parse_int(input + n - 2, &month) || month < 2)
        return false;
    for (size_t i = 0; i < gt_json_len(left); i++) {
        const char *other = gt_json_str(gt_json_get(gt_json_at(left, i), "input"), "");
        if (strlen(other) == n && memcmp(other, input, n - 2) == 0 && gt_ends(other, "_01"))
            return true;
    }
    return false;
}

static bool is_known(const struct heirs *h, const char *input)
{
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(h->e, i)); i++)
        if (strcmp(s->name, input) == 0)
            return true;
    for (size_t i = 0; i < h->all.n; i++)
        if (strcmp(h->all.v[i].input, input) == 0)
            return true;
    return false;
}

static void add(struct heirs *h, const struct gt_dataset *d, const struct gt_json *lineage)
{
    const struct gt_json *left = gt_json_get(lineage, "left_out");
    for (size_t i = 0; i < gt_json_len(left); i++) {
        const char *input = gt_json_str(gt_json_get(gt_json_at(left, i), "input"), "");
        if (!input[0] || is_known(h, input) || is_later_month(left, input))
            continue;
        const struct gt_layer_role *role = h->roles ? gt_layer_role_find(h->roles, input) : NULL;
        char *name = gt_strdup(h->e->a, input);
        *GT_PUSH(h->e->a, &h->all) = (struct evaluation_inherited){
            .of = d->id,
            .input = name,
            .title = role ? role->title : (struct gt_text2){name, name}};
    }
}

/* The dataset, and what it was made from. */
static enum gt_status visit(struct heirs *h, const struct gt_dataset *d, int depth,
                            struct gt_err *err)
{
    const struct gt_json *lineage;
    GT_TRY(ops_lineage_read(h->e->a, d, &lineage, err));
    add(h, d, lineage);
    const struct gt_json *inputs = gt_json_get(lineage, "inputs");
    for (size_t i = 0; i < gt_json_len(inputs) && depth < MAX_DEPTH; i++) {
        const struct gt_json *obj = gt_json_at(inputs, i);
        const struct gt_dataset *next;
        const char *id = gt_json_str(gt_json_get(obj, "id"), "");
        if (gt_store_find(h->e->store, h->e->a, id, gt_json_int(gt_json_get(obj, "version"), 0),
                          &next, NULL) == GT_OK)
            GT_TRY(visit(h, next, depth + 1, err));
    }
    return GT_OK;
}

static void warn_of_left(const struct evaluation *e)
{
    for (size_t i = 0; i < e->n_inherited; i++) {
        const char *of = e->inherited[i].of;
        if (i && strcmp(e->inherited[i - 1].of, of) == 0)
            continue;
        struct gt_buf b = {.a = e->a};
        for (size_t k = i; k < e->n_inherited && strcmp(e->inherited[k].of, of) == 0; k++)
            gt_buf_addf(&b, "%s%s", k > i ? OPS_SAY(e->c, ", ", "、") : "", e->inherited[k].input);
        gt_warn(
            e->c->work,
            OPS_SAY(e->c, "the input '%s' was itself made without %s", "输入“%s”本身未计入：%s"),
            of, b.p);
    }
}

enum gt_status evaluation_inherit(struct evaluation *e, struct gt_err *err)
{
    struct heirs h = {.e = e};
    const char *dir = gt_rules_dir(e->a, err);
    if (!dir)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_layer_roles_load(e->a, dir, &h.roles, err));
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_dataset *d = e->m->input[i];
        if (!d || !e->used[i])
            continue;
        GT_TRY(visit(&h, d, 0, err));
    }
    e->inherited = h.all.v;
    e->n_inherited = h.all.n;
    warn_of_left(e);
    return GT_OK;
}
