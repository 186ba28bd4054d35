/* op_init.c: a new workspace. */
#include "ops_int.h"

#include "guotu/geo.h"
#include "guotu/io.h"

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    const char *dir = gt_arg_text(c, "dir", NULL);
    const struct gt_crs *crs;
    struct gt_workspace_info info = {.title = gt_arg_text(c, "title", NULL),
                                     .region = gt_arg_text(c, "region", ""),
                                     .crs = gt_arg_text(c, "crs", ""),
                                     .cell = gt_arg_num(c, "cell", 0)};
    if (gt_crs_parse(c->a, info.crs, &crs, err) != GT_OK)
        return gt_wrap(err, "--crs");
    GT_TRY(gt_store_init(dir, &info, err));
    gt_json_add_str(c->result, "folder", dir);
    gt_json_add_str(c->result, "title", info.title);
    gt_json_add_str(c->result, "region", info.region);
    gt_json_add_str(c->result, "crs", info.crs);
    gt_json_add_str(c->result, "crs_name", crs->name);
    gt_json_add_num(c->result, "cell", info.cell);
    gt_json_add_str(c->result, "unit", crs->kind == GT_CRS_GEOGRAPHIC ? "degree" : "m");
    gt_buf_addf(&c->text, OPS_SAY(c, "%s: a workspace, %s\n", "%s：已建立工作空间，%s\n"), dir,
                crs->name);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "dir",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .position = true,
     .required = true,
     .help = {"the folder; it must be empty or absent", "目录，须为空或不存在"}},
    {.name = "title",
     .kind = GT_P_TEXT,
     .metavar = "T",
     .required = true,
     .help = {"what the workspace is about", "工作空间的名称"}},
    {.name = "region",
     .kind = GT_P_TEXT,
     .metavar = "CODE",
     .required = true,
     .help = {"administrative code, such as 540223", "行政区划代码，例如 540223"}},
    {.name = "crs",
     .kind = GT_P_TEXT,
     .metavar = "CRS",
     .required = true,
     .help = {"EPSG:N, WKT, a PROJ string, or a shipped alias such as tibet-albers",
              "EPSG:N、WKT、PROJ 字符串，或自带的别名，例如 tibet-albers"}},
    {.name = "cell",
     .kind = GT_P_NUMBER,
     .metavar = "SIZE",
     .unit = "the CRS's unit",
     .min = 1e-9,
     .max = 1e9,
     .required = true,
     .help = {"cell size, for models without a raster of their own",
              "栅格大小，用于没有自带栅格的模型"}},
    {.name = NULL},
};

const struct gt_op ops_record_init = {
    .path = "init",
    .title = {"Make a workspace", "建立工作空间"},
    .help = {"Makes a folder into a workspace: the place of datasets, their provenance and all "
             "results. The CRS is the one in which models without a raster of their own compute; "
             "imported data keep theirs.",
             "把一个目录建成工作空间，存放数据集、来源记录和全部成果。坐标系用于没有自带栅格的"
             "模型；导入的数据保留各自的坐标系。"},
    .clause = "",
    .examples =
        "guotu init county --title 定日县 --region 540223 --crs EPSG:4490 --cell 0.000833333",
    .effect = GT_WRITES,
    .no_workspace = true,
    .params = params,
    .run = run,
};
