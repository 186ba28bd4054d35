/* network_answer.c: what `network` answers: cores, corridors, pinch points, as JSON, as text and as
 * a table. */
#include "network.h"

#include "guotu/table.h"

#include <math.h>

#define KM 1e3
#define KM2 1e6

static const struct gt_col columns[] = {
    {.name = "rank", .title = {"rank", "位次"}, .kind = GT_COL_INT},
    {.name = "corridor", .title = {"corridor", "廊道"}, .kind = GT_COL_INT},
    {.name = "from_core", .title = {"from core", "源地一"}, .kind = GT_COL_INT},
    {.name = "to_core", .title = {"to core", "源地二"}, .kind = GT_COL_INT},
    {.name = "length_km",
     .title = {"length", "长度"},
     .unit = "km",
     .kind = GT_COL_NUM,
     .decimals = 2},
    {.name = "cost", .title = {"cost", "累积阻力"}, .kind = GT_COL_NUM, .decimals = 0},
    {.name = "width_m",
     .title = {"mean width", "平均宽度"},
     .unit = "m",
     .kind = GT_COL_NUM,
     .decimals = 0},
    {.name = "width_min_m",
     .title = {"least width", "最小宽度"},
     .unit = "m",
     .kind = GT_COL_NUM,
     .decimals = 0},
    {.name = "gravity", .title = {"gravity", "重力模型"}, .kind = GT_COL_NUM, .decimals = 2},
    {.name = "dpc", .title = {"dPC", "dPC"}, .unit = "%", .kind = GT_COL_NUM, .decimals = 2},
};

static void add_row(struct gt_table *t, const struct gt_network *n, size_t i)
{
    const struct gt_network_link *l = &n->link[i];
    size_t row = gt_table_add_row(t);
    gt_table_set_int(t, row, 0, l->rank);
    gt_table_set_int(t, row, 1, (int64_t)i + 1);
    gt_table_set_int(t, row, 2, n->core[l->from].id);
    gt_table_set_int(t, row, 3, n->core[l->to].id);
    gt_table_set_num(t, row, 4, l->length_m / KM);
    gt_table_set_num(t, row, 5, l->cost);
    gt_table_set_num(t, row, 6, l->mean_width_m);
    gt_table_set_num(t, row, 7, l->least_width_m);
    gt_table_set_num(t, row, 8, l->gravity);
    gt_table_set_num(t, row, 9, l->dpc);
}

/* By rank. */
struct gt_table *network_table(const struct network_job *j)
{
    const struct gt_network *n = &j->found;
    struct gt_table *t = gt_table_new(j->a, columns, GT_LEN(columns));
    for (int rank = 1; rank <= (int)n->n_links; rank++)
        for (size_t i = 0; i < n->n_links; i++)
            if (n->link[i].rank == rank)
                add_row(t, n, i);
    return t;
}

/* ---- JSON ---- */

static void number_or_null(struct gt_json *obj, const char *key, double v)
{
    if (isnan(v))
        gt_json_add_null(obj, key);
    else
        gt_json_add_num(obj, key, v);
}

static void cores_json(const struct gt_network *n, struct gt_json *arr)
{
    for (size_t i = 0; i < n->n_cores; i++) {
        const struct gt_network_core *c = &n->core[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_int(obj, "core", c->id);
        gt_json_add_int(obj, "cells", c->cells);
        gt_json_add_num(obj, "area_m2", c->m2);
        gt_json_add_num(obj, "area_km2", c->m2 / KM2);
        gt_json_add_int(obj, "corridors", c->degree);
        number_or_null(obj, "dpc", c->dpc);
        gt_json_add_int(obj, "rank", c->rank);
        gt_json_add_int(obj, "group", c->group);
    }
}

static void corridors_json(const struct gt_network *n, struct gt_json *arr)
{
    for (size_t i = 0; i < n->n_links; i++) {
        const struct gt_network_link *l = &n->link[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_int(obj, "corridor", (int64_t)i + 1);
        gt_json_add_int(obj, "from_core", n->core[l->from].id);
        gt_json_add_int(obj, "to_core", n->core[l->to].id);
        gt_json_add_num(obj, "length_m", l->length_m);
        gt_json_add_num(obj, "cost", l->cost);
        gt_json_add_num(obj, "band_m2", l->band_m2);
        gt_json_add_num(obj, "mean_width_m", l->mean_width_m);
        gt_json_add_num(obj, "least_width_m", l->least_width_m);
        gt_json_add_num(obj, "gravity", l->gravity);
        number_or_null(obj, "dpc", l->dpc);
        gt_json_add_int(obj, "rank", l->rank);
    }
}

static void pinches_json(const struct gt_network *n, struct gt_json *arr)
{
    for (size_t i = 0; i < n->n_pinches; i++) {
        const struct gt_network_pinch *p = &n->pinch[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_int(obj, "corridor", p->link + 1);
        gt_json_add_num(obj, "x", p->x);
        gt_json_add_num(obj, "y", p->y);
        gt_json_add_num(obj, "width_m", p->width_m);
        gt_json_add_num(obj, "share", p->share);
    }
}

static enum gt_status datasets_json(struct network_job *j, struct gt_err *err)
{
    struct gt_json *arr = gt_json_add_arr(j->c->result, "datasets");
    const struct gt_dataset *d;
    for (size_t i = 0; i < j->m->n_out; i++) {
        GT_TRY(gt_store_find(j->store, j->a, j->m->out[i].id, 0, &d, err));
        ops_dataset_json(j->a, d, gt_json_add_obj(arr, NULL));
    }
    for (int i = 0; i < NETWORK_RESULTS; i++) {
        GT_TRY(gt_store_find(j->store, j->a, j->result[i].id, 0, &d, err));
        ops_dataset_json(j->a, d, gt_json_add_obj(arr, NULL));
    }
    return GT_OK;
}

/* As `evaluate` tells them: datasets taken, and factors left out. */
static void used_json(const struct network_job *j, struct gt_json *arr)
{
    for (int i = 0; i < j->m->model->n_steps; i++) {
        const struct gt_dataset *d = j->m->input[i];
        if (!d)
            continue;
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "input", j->m->model->steps[i].name);
        gt_json_add_str(obj, "id", d->id);
        gt_json_add_int(obj, "version", d->version);
        gt_json_add_str(obj, "hash", d->hash);
    }
}

static void missing_json(const struct network_job *j, struct gt_json *arr)
{
    for (size_t i = 0; i < j->m->n_left; i++) {
        const struct gt_left_out *l = &j->m->left[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "factor", l->step);
        gt_json_add_str(obj, "input", l->input);
        ops_json_text2(obj, "title", l->title);
        gt_json_add_str(obj, "used_instead", l->used_instead);
    }
}

static enum gt_status add_json(struct network_job *j, struct gt_err *err)
{
    struct gt_json *out = j->c->result;
    const struct gt_ruleset *rules = j->m->model->rules;
    gt_json_add_str(out, "model", j->m->model->name);
    gt_json_add_str(out, "rules", rules->id);
    gt_json_add_str(out, "rules_hash", rules->hash);
    ops_rules_file_json(out, rules);
    gt_json_add_bool(out, "synthetic", j->m->synthetic);
    GT_TRY(datasets_json(j, err));
    cores_json(&j->found, gt_json_add_arr(out, "cores"));
    corridors_json(&j->found, gt_json_add_arr(out, "corridors"));
    pinches_json(&j->found, gt_json_add_arr(out, "pinch_points"));
    gt_json_add_int(out, "groups", j->found.groups);
    gt_json_add_int(out, "through", (int64_t)j->found.through);
    gt_json_add_num(out, "tolerance", j->opt.tolerance);
    gt_json_add_num(out, "reach", j->found.reach);
    gt_json_add_str(out, "table", j->table);
    struct gt_json *doubtful = gt_json_add_arr(out, "unverified");
    for (size_t i = 0; i < j->bases.n; i++)
        if (j->bases.v[i].evidence == GT_UNVERIFIED)
            gt_json_add_str(doubtful, NULL, j->bases.v[i].id);
    used_json(j, gt_json_add_arr(out, "used"));
    missing_json(j, gt_json_add_arr(out, "missing"));
    ops_inputs_json(out, j->m);
    ops_left_json(out, j->m);
    return GT_OK;
}

/* ---- Text ---- */

static void warn(const struct network_job *j)
{
    const struct gt_network *n = &j->found;
    if (n->n_cores == 1)
        gt_warn(j->c->work, OPS_SAY(j->c, "there is one core: no corridor can be found",
                                    "只有一个源地，没有可连接的廊道"));
    else if (n->groups > 1)
        gt_warn(j->c->work,
                OPS_SAY(j->c, "the cores form %d groups without a corridor between them",
                        "源地分为 %d 组，各组之间没有廊道相连"),
                n->groups);
    if (isnan(n->core[0].dpc))
        gt_warn(j->c->work,
                OPS_SAY(j->c,
                        "%zu cores are too many for the connectivity without each of them: dPC is "
                        "not given, and corridors are ranked by gravity",
                        "源地有 %zu 个，过多，未逐一计算去除后的连通性（dPC），廊道按重力模型排序"),
                n->n_cores);
}

static void add_text(const struct network_job *j)
{
    struct gt_buf *b = &j->c->text;
    const struct gt_network *n = &j->found;
    double m2 = 0;
    for (size_t i = 0; i < n->n_cores; i++)
        m2 += n->core[i].m2;
    gt_buf_addf(b,
                OPS_SAY(j->c, "%zu cores (%s km2), %zu corridors, %zu pinch points\n\n",
                        "源地 %zu 个（%s 平方千米），廊道 %zu 条，夹点 %zu 处\n\n"),
                n->n_cores, ops_num(j->a, round(m2 / KM2 * 100) / 100, 10), n->n_links,
                n->n_pinches);
    if (n->n_links)
        gt_buf_add(b, gt_table_to_text(j->a, network_table(j), j->c->lang));
    gt_buf_add(b, "\n");
    for (int i = 0; i < NETWORK_RESULTS; i++)
        gt_buf_addf(b, "%s: %s\n", j->result[i].id, gt_text2(j->result[i].title, j->c->lang));
    if (j->table)
        gt_buf_addf(b, OPS_SAY(j->c, "table: %s\n", "表格：%s\n"), j->table);
    ops_left_text(j->c, j->m);
    if (j->m->synthetic)
        ops_say_synthetic(j->c);
}

enum gt_status network_answer(struct network_job *j, struct gt_err *err)
{
    GT_TRY(add_json(j, err));
    warn(j);
    ops_bases_warn(j->c, &j->bases);
    add_text(j);
    return GT_OK;
}
