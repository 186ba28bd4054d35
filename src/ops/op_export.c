/* op_export.c: a dataset as a file for other programs. */
#include "ops_int.h"

#include "guotu/io.h"
#include "guotu/standard.h"

/* The layer of the data standards that the dataset is, NULL: none. */
static enum gt_status standard_of(struct gt_call *c, const struct gt_dataset *d,
                                  const struct gt_standard_layer **out, struct gt_err *err)
{
    const struct gt_standard *standard;
    const char *rules = gt_rules_dir(c->a, err);
    if (!rules)
        return err ? err->status : GT_ENOTFOUND;
    GT_TRY(gt_standard_load(c->a, rules, &standard, err));
    *out = d->role[0] ? gt_standard_layer(standard, d->role) : NULL;
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const struct gt_dataset *d;
    const char *file = gt_arg_text(c, "file", NULL);
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(gt_store_find(store, c->a, gt_arg_text(c, "id", NULL), gt_arg_int(c, "version", 0), &d,
                         err));
    struct gt_file_opt opt = {.encoding = gt_arg_text(c, "encoding", NULL),
                              .overwrite = gt_arg_flag(c, "overwrite")};
    if (d->kind == GT_DATASET_VECTOR)
        GT_TRY(standard_of(c, d, &opt.standard, err));
    GT_TRY(gt_export(store, d, file, &opt, c->work, err));
    gt_json_add_str(c->result, "id", d->id);
    gt_json_add_int(c->result, "version", d->version);
    gt_json_add_str(c->result, "file", file);
    gt_json_add_str(c->result, "grade", d->grade);
    gt_json_add_bool(c->result, "synthetic", d->synthetic);
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%s version %lld: written to %s\n", "%s 版本 %lld：已写入 %s\n"), d->id,
                (long long)d->version, file);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"the dataset", "数据集标识"}},
    {.name = "file",
     .kind = GT_P_FILE_OUT,
     .metavar = "FILE",
     .position = true,
     .required = true,
     .help = {"the file; its ending decides the format: .tif (COG), .img, .asc for rasters; .gpkg, "
              ".gdb, .geojson, .shp, .fgb, .csv, .kml for vectors; .csv for tables",
              "文件，扩展名决定格式：栅格为 .tif（COG）、.img、.asc；矢量为 .gpkg、.gdb、.geojson、"
              ".shp、.fgb、.csv、.kml；表格为 .csv"}},
    {.name = "version",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .min = 1,
     .max = 1e15,
     .help = {"an older version instead of the current one", "旧版本号；省略时为当前版本"}},
    {.name = "encoding",
     .kind = GT_P_TEXT,
     .metavar = "GBK",
     .help = {"encoding of the texts of .shp; otherwise GBK", ".shp 的文字编码，缺省为 GBK"}},
    {.name = "overwrite",
     .kind = GT_P_FLAG,
     .help = {"replace the file if it is there", "文件已存在时覆盖"}},
    {.name = NULL},
};

const struct gt_op ops_record_export = {
    .path = "export",
    .title = {"Write a dataset to a file", "导出数据集"},
    .help = {"Writes a dataset to a file that other programs read, on its own grid and in its own "
             "CRS. The file appears whole or not at all.",
             "把数据集写成其他程序可读的文件，保持自身的格网和坐标系。文件要么完整出现，要么不"
             "出现。"},
    .clause = "",
    .examples = "guotu -w county export slope_deg slope.tif\n"
                "guotu -w county export county county.geojson --overwrite",
    .effect = GT_READS,
    .reports = true,
    .params = params,
    .run = run,
};
