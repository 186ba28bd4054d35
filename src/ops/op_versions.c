/* op_versions.c: the states of a dataset, from the first to the current one. */
#include "ops_int.h"

#include "guotu/table.h"

/* "update", "import"...: the operation that made it. */
static enum gt_status made_by(struct gt_call *c, const struct gt_dataset *d, const char **out,
                              struct gt_err *err)
{
    const struct gt_json *lineage;
    GT_TRY(ops_lineage_read(c->a, d, &lineage, err));
    *out = gt_json_str(gt_json_get(lineage, "op"), "");
    return GT_OK;
}

static enum gt_status add(struct gt_call *c, struct gt_table *t, struct gt_json *arr,
                          const struct gt_dataset *d, struct gt_err *err)
{
    const char *op;
    size_t row = gt_table_add_row(t);
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    GT_TRY(made_by(c, d, &op, err));
    ops_dataset_json(c->a, d, gt_json_add_obj(obj, "dataset"));
    gt_json_add_str(obj, "made_by", op);
    gt_table_set_int(t, row, 0, d->version);
    gt_table_set_text(t, row, 1, d->vintage);
    if (d->kind != GT_DATASET_RASTER)
        gt_table_set_int(t, row, 2, d->features);
    gt_table_set_text(t, row, 3, op);
    gt_table_set_text(t, row, 4, d->source);
    gt_table_set_text(t, row, 5, ops_local_time(c->a, d->created));
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    static const struct gt_col cols[] = {
        {.name = "version", .title = {"version", "版本"}, .kind = GT_COL_INT},
        {.name = "vintage", .title = {"vintage", "年份"}, .kind = GT_COL_TEXT},
        {.name = "features", .title = {"features", "要素数"}, .kind = GT_COL_INT},
        {.name = "made_by", .title = {"made by", "由来"}, .kind = GT_COL_TEXT},
        {.name = "source", .title = {"source", "来源"}, .kind = GT_COL_TEXT},
        {.name = "created", .title = {"created", "入库时间"}, .kind = GT_COL_TEXT},
    };
    OPS_AUTO_STORE store = NULL;
    const struct gt_dataset *d;
    size_t n;
    const char *id = gt_arg_text(c, "id", NULL);
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(gt_store_versions(store, c->a, id, &d, &n, err));
    struct gt_table *t = gt_table_new(c->a, cols, GT_LEN(cols));
    gt_json_add_str(c->result, "id", id);
    struct gt_json *arr = gt_json_add_arr(c->result, "versions");
    for (size_t i = 0; i < n; i++)
        GT_TRY(add(c, t, arr, &d[i], err));
    gt_buf_addf(&c->text, "%s: %s\n", id, gt_text2(d[n - 1].title, c->lang));
    gt_buf_add(&c->text, gt_table_to_text(c->a, t, c->lang));
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_TEXT,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"the dataset", "数据集标识"}},
    {.name = NULL},
};

const struct gt_op ops_record_versions = {
    .path = "versions",
    .title = {"List the states of a dataset", "列出数据集的各个版本"},
    .help = {"Lists all versions of a dataset, oldest first, with the year each describes and how "
             "it was made. The last is the current one; the older ones are kept. Wherever a "
             "dataset is named, ID@VERSION or ID@YEAR stands for an older one.",
             "列出数据集的全部版本（由旧到新）、所属年份和由来。最后一个为当前版本，旧版本保留。"
             "凡填写数据集之处，均可用“标识@版本号”或“标识@年份”指旧版本。"},
    .clause = "",
    .examples = "guotu -w county versions dltb\nguotu -w county export dltb@2022 dltb_2022.gpkg",
    .effect = GT_READS,
    .params = params,
    .run = run,
};
