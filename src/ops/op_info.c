/* op_info.c: everything that is known about one dataset. */
#include "ops_int.h"

#include "guotu/io.h"

#include <math.h>
#include <string.h>

static void line(struct gt_call *c, const char *name, const char *value)
{
    if (value && value[0])
        gt_buf_addf(&c->text, "%s: %s\n", name, value);
}

/* A coordinate: enough digits for 0.1 mm. */
static const char *coordinate(struct gt_call *c, double v)
{
    return ops_num(c->a, v, 12);
}

static void add_raster(struct gt_call *c, const struct gt_dataset *d)
{
    const struct gt_grid *g = &d->grid;
    line(c, OPS_SAY(c, "cells", "栅格"),
         gt_printf(c->a, "%lld x %lld, %s", (long long)g->w, (long long)g->h,
                   gt_cell_name(d->cell)));
    line(c, OPS_SAY(c, "cell size", "栅格大小"),
         gt_printf(c->a, "%s, %s", coordinate(c, g->dx), coordinate(c, g->dy)));
    line(c, OPS_SAY(c, "without data", "无数据栅格"), gt_printf(c->a, "%lld", (long long)d->voids));
    line(c, OPS_SAY(c, "values", "取值"),
         gt_printf(c->a, "%s .. %s %s", ops_num(c->a, d->min, 7), ops_num(c->a, d->max, 7),
                   d->unit));
}

static void add_box(struct gt_call *c, const struct gt_dataset *d)
{
    struct gt_box b = d->kind == GT_DATASET_RASTER ? gt_grid_box(&d->grid) : d->box;
    if (isnan(b.x0))
        return; /* a layer without features */
    line(c, OPS_SAY(c, "extent", "范围"),
         gt_printf(c->a, "%s, %s .. %s, %s", coordinate(c, b.x0), coordinate(c, b.y0),
                   coordinate(c, b.x1), coordinate(c, b.y1)));
}

static void add_dataset(struct gt_call *c, const struct gt_dataset *d)
{
    gt_buf_addf(&c->text, "%s: %s\n", d->id, gt_text2(d->title, c->lang));
    if (d->synthetic)
        ops_say_synthetic(c);
    line(c, OPS_SAY(c, "version", "版本"), gt_printf(c->a, "%lld", (long long)d->version));
    line(c, OPS_SAY(c, "role", "图层角色"), d->role);
    if (d->kind == GT_DATASET_RASTER)
        add_raster(c, d);
    else if (d->kind == GT_DATASET_TABLE)
        line(c, OPS_SAY(c, "rows", "行数"), gt_printf(c->a, "%lld", (long long)d->features));
    else
        line(c, OPS_SAY(c, "features", "要素"),
             gt_printf(c->a, "%lld %s", (long long)d->features, d->geometry));
    if (d->kind != GT_DATASET_TABLE)
        add_box(c, d);
    line(c, OPS_SAY(c, "CRS", "坐标系"), d->crs);
    line(c, OPS_SAY(c, "vintage", "年份"), d->vintage);
    line(c, OPS_SAY(c, "grade", "密级"), ops_grade_title(d->grade, c->lang));
    line(c, OPS_SAY(c, "licence", "许可"), d->licence);
    line(c, OPS_SAY(c, "source", "来源"), d->source);
    line(c, OPS_SAY(c, "created", "入库时间"), ops_local_time(c->a, d->created));
    line(c, OPS_SAY(c, "fingerprint", "指纹"), d->hash);
}

/* ---- Lineage --------------------------------------------------------------------------------- */

static const char *text_of(const struct gt_json *obj, const char *key)
{
    return gt_json_str(gt_json_get(obj, key), "");
}

static const char *title_of(const struct gt_call *c, const struct gt_json *title)
{
    return text_of(title, OPS_SAY(c, "en", "zh"));
}

static void add_settings(struct gt_call *c, const struct gt_json *arr)
{
    for (size_t i = 0; i < gt_json_len(arr); i++) {
        const struct gt_json *s = gt_json_at(arr, i);
        line(c, OPS_SAY(c, "  set", "  设定"),
             gt_printf(c->a, "%s.%s=%s", text_of(s, "step"), text_of(s, "key"),
                       text_of(s, "value")));
    }
}

static void add_parameters(struct gt_call *c, const struct gt_json *obj)
{
    for (size_t i = 0; i < gt_json_len(obj); i++) {
        const char *key = gt_json_key(obj, i);
        line(c, gt_printf(c->a, "  %s", key), gt_json_text(c->a, gt_json_get(obj, key), 0));
    }
}

static void add_inputs(struct gt_call *c, const struct gt_json *arr)
{
    for (size_t i = 0; i < gt_json_len(arr); i++) {
        const struct gt_json *in = gt_json_at(arr, i);
        line(c, OPS_SAY(c, "  input", "  输入"),
             gt_printf(c->a, "%s = %s %lld %s", text_of(in, "step"), text_of(in, "id"),
                       (long long)gt_json_int(gt_json_get(in, "version"), 0), text_of(in, "hash")));
    }
}

static void add_classes(struct gt_call *c, const struct gt_json *arr)
{
    for (size_t i = 0; i < gt_json_len(arr); i++) {
        const struct gt_json *class = gt_json_at(arr, i);
        line(c, OPS_SAY(c, "  class", "  分类"),
             gt_printf(c->a, "%s %s", ops_num(c->a, gt_json_num(gt_json_get(class, "code"), 0), 7),
                       text_of(class, OPS_SAY(c, "en", "zh"))));
    }
}

static void add_basis(struct gt_call *c, const struct gt_json *arr)
{
    for (size_t i = 0; i < gt_json_len(arr); i++) {
        const struct gt_json *b = gt_json_at(arr, i);
        const char *mark = text_of(b, "evidence");
        line(c, OPS_SAY(c, "  basis", "  依据"),
             gt_printf(c->a, mark[0] ? "%s [%s] %s%s%s" : "%s%s %s%s%s", text_of(b, "id"), mark,
                       title_of(c, gt_json_get(b, "title")), text_of(b, "source")[0] ? "; " : "",
                       text_of(b, "source")));
    }
}

static void add_left(struct gt_call *c, const struct gt_json *arr)
{
    for (size_t i = 0; i < gt_json_len(arr); i++) {
        const struct gt_json *l = gt_json_at(arr, i);
        line(c, OPS_SAY(c, "  left out", "  未参与"),
             gt_printf(c->a, "%s (%s)", text_of(l, "step"), text_of(l, "input")));
    }
}

static void add_lineage(struct gt_call *c, const struct gt_json *lineage)
{
    if (gt_json_len(lineage) == 0)
        return;
    gt_buf_addf(&c->text, OPS_SAY(c, "made by %s (%s), %s\n", "由 %s 生成（%s），%s\n"),
                text_of(lineage, "op"), text_of(lineage, "program"),
                ops_local_time(c->a, text_of(lineage, "time")));
    add_parameters(c, gt_json_get(lineage, "parameters"));
    add_inputs(c, gt_json_get(lineage, "inputs"));
    line(c, OPS_SAY(c, "  source files", "  原始文件"), text_of(lineage, "source_hash"));
    line(c, OPS_SAY(c, "  model", "  模型"), text_of(lineage, "model_hash"));
    add_settings(c, gt_json_get(gt_json_get(lineage, "model"), "set"));
    if (text_of(lineage, "rules")[0])
        line(c, OPS_SAY(c, "  rules", "  规则集"),
             gt_printf(c->a, "%s %s", text_of(lineage, "rules"), text_of(lineage, "rules_hash")));
    add_classes(c, gt_json_get(lineage, "classes"));
    add_basis(c, gt_json_get(lineage, "basis"));
    add_left(c, gt_json_get(lineage, "left_out"));
}

/* ---- The operation --------------------------------------------------------------------------- */

/* The versions that are kept, up to the current one. */
static enum gt_status add_versions(struct gt_call *c, struct gt_store *s, const char *id,
                                   struct gt_err *err)
{
    const struct gt_dataset *newest, *d;
    struct gt_json *arr = gt_json_add_arr(c->result, "versions");
    GT_TRY(gt_store_find(s, c->a, id, 0, &newest, err));
    for (int64_t v = 1; v <= newest->version; v++) {
        enum gt_status status = gt_store_find(s, c->a, id, v, &d, err);
        if (status == GT_OK)
            gt_json_add_int(arr, NULL, v);
        else if (status != GT_ENOTFOUND)
            return status;
    }
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const struct gt_dataset *d;
    const struct gt_json *lineage;
    const char *id = gt_arg_text(c, "id", NULL);
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(gt_store_find(store, c->a, id, gt_arg_int(c, "version", 0), &d, err));
    GT_TRY(ops_lineage_read(c->a, d, &lineage, err));
    ops_dataset_json(c->a, d, c->result);
    gt_json_add_copy(c->result, "lineage", lineage);
    GT_TRY(add_versions(c, store, id, err));
    add_dataset(c, d);
    add_lineage(c, lineage);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"the dataset", "数据集标识"}},
    {.name = "version",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = 1e15,
     .help = {"an older version instead of the current one", "旧版本号；省略时为当前版本"}},
    {.name = NULL},
};

const struct gt_op ops_record_info = {
    .path = "info",
    .title = {"Show all about a dataset", "显示数据集的全部信息"},
    .help = {"Shows what a dataset is, and where it comes from: operation, parameters, inputs "
             "with their versions and fingerprints, rule set, tables with their evidence, factors "
             "that were left out, program and time.",
             "显示数据集的内容与来源：操作、参数、输入及其版本和指纹、规则集、所用表格及其证据"
             "等级、未参与的因子、程序版本和时间。"},
    .clause = "",
    .examples = "guotu -w county info slope_deg",
    .effect = GT_READS,
    .params = params,
    .run = run,
};
