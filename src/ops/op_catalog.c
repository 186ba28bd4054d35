/* op_catalog.c: what a workspace holds. */
#include "ops_int.h"

#include "guotu/table.h"

static const char *extent(struct gt_arena *a, const struct gt_dataset *d)
{
    if (d->kind == GT_DATASET_TABLE)
        return gt_printf(a, "%lld rows", (long long)d->features);
    if (d->kind == GT_DATASET_VECTOR)
        return gt_printf(a, "%lld %s", (long long)d->features, d->geometry);
    return gt_printf(a, "%lldx%lld %s", (long long)d->grid.w, (long long)d->grid.h,
                     gt_cell_name(d->cell));
}

static const char *const plain_code = "EPSG:";

static void add_text(struct gt_call *c, const struct gt_dataset *d, size_t n)
{
    const struct gt_col cols[] = {
        {.name = "id", .title = {"id", "标识"}, .kind = GT_COL_TEXT},
        {.name = "version", .title = {"version", "版本"}, .kind = GT_COL_INT},
        {.name = "title", .title = {"title", "名称"}, .kind = GT_COL_TEXT},
        {.name = "data", .title = {"data", "数据"}, .kind = GT_COL_TEXT},
        {.name = "crs", .title = {"CRS", "坐标系"}, .kind = GT_COL_TEXT},
        {.name = "vintage", .title = {"vintage", "年份"}, .kind = GT_COL_TEXT},
        {.name = "grade", .title = {"grade", "密级"}, .kind = GT_COL_TEXT},
        {.name = "created", .title = {"created", "入库时间"}, .kind = GT_COL_TEXT},
        {.name = "note", .title = {"note", "备注"}, .kind = GT_COL_TEXT},
    };
    struct gt_table *t = gt_table_new(c->a, cols, GT_LEN(cols));
    for (size_t i = 0; i < n; i++) {
        size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, d[i].id);
        gt_table_set_int(t, row, 1, d[i].version);
        gt_table_set_text(t, row, 2, gt_text2(d[i].title, c->lang));
        gt_table_set_text(t, row, 3, extent(c->a, &d[i]));
        gt_table_set_text(
            t, row, 4,
            d[i].kind == GT_DATASET_TABLE || gt_starts(d[i].crs, plain_code) ? d[i].crs : "WKT");
        gt_table_set_text(t, row, 5, d[i].vintage);
        gt_table_set_text(t, row, 6, ops_grade_title(d[i].grade, c->lang));
        gt_table_set_text(t, row, 7, ops_local_time(c->a, d[i].created));
        gt_table_set_text(t, row, 8, d[i].synthetic ? OPS_SAY(c, "synthetic", "合成") : "");
    }
    gt_buf_add(&c->text, gt_table_to_text(c->a, t, c->lang));
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const struct gt_dataset *d;
    size_t n;
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(gt_store_list(store, c->a, &d, &n, err));

    const struct gt_workspace_info *info = gt_store_info(store);
    struct gt_json *workspace = gt_json_add_obj(c->result, "workspace");
    gt_json_add_str(workspace, "title", info->title);
    gt_json_add_str(workspace, "region", info->region);
    gt_json_add_str(workspace, "crs", info->crs);
    gt_json_add_num(workspace, "cell", info->cell);
    gt_json_add_bool(workspace, "synthetic", info->synthetic);
    struct gt_json *arr = gt_json_add_arr(c->result, "datasets");
    for (size_t i = 0; i < n; i++)
        ops_dataset_json(c->a, &d[i], gt_json_add_obj(arr, NULL));

    if (gt_arg_flag(c, "ids")) {
        for (size_t i = 0; i < n; i++)
            gt_buf_addf(&c->text, "%s\n", d[i].id);
        return GT_OK;
    }
    gt_buf_addf(&c->text, "%s%s%s\n", info->title, info->region[0] ? " " : "", info->region);
    if (info->synthetic)
        ops_say_synthetic(c);
    if (n > 0)
        add_text(c, d, n);
    else
        gt_buf_add(&c->text, OPS_SAY(c, "no datasets yet: guotu import LAYER FILE...\n",
                                     "尚无数据集：guotu import LAYER FILE...\n"));
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "ids",
     .kind = GT_P_FLAG,
     .help = {"as text, only the ids, one a line", "文字输出只列标识，每行一个"}},
    {.name = NULL},
};

const struct gt_op ops_record_catalog = {
    .path = "catalog",
    .title = {"List the datasets", "列出数据集"},
    .help = {"Lists the current version of every dataset in the workspace, by id. The JSON "
             "document stays the same byte for byte as long as nothing changes.",
             "按标识列出工作空间中每个数据集的当前版本。只要内容不变，JSON 文档逐字节相同。"},
    .clause = "",
    .examples = "guotu -w county catalog\nguotu -w county catalog --json",
    .effect = GT_READS,
    .params = params,
    .run = run,
};
