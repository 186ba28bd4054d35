/* op_import.c: outside files, brought into the workspace as one dataset. */
#include "ops_int.h"

#include "guotu/io.h"

#include <string.h>

/* ---- Arguments ------------------------------------------------------------------------------- */

static enum gt_status check_for_kind(const struct gt_call *c, const struct gt_layer_role *role,
                                     struct gt_err *err)
{
    static const struct {
        const char *name;
        bool raster, vector, table;
    } options[] = {
        {"fill-voids", true, false, false}, {"fill-radius", true, false, false},
        {"encoding", false, true, true},    {"where", false, true, true},
        {"file-layer", false, true, true},  {"repair", false, true, false},
        {"source-crs", true, true, false},  {"scale", true, false, false},
        {"add", true, false, false},        {"as-is", true, false, false},
        {"transform", false, true, false},
    };
    for (size_t i = 0; i < GT_LEN(options); i++) {
        const char *name = options[i].name;
        bool given = gt_arg_count(c, name) > 0 && strcmp(gt_arg_text(c, name, ""), "false") != 0;
        bool fits = role->table    ? options[i].table
                    : role->raster ? options[i].raster
                                   : options[i].vector;
        fits = fits || (role->standard && strcmp(name, "as-is") == 0);
        if (given && !fits)
            return gt_fail(err, GT_EUSE, "--%s is for %s, and the layer '%s' holds a %s", name,
                           !options[i].vector ? "rasters"
                           : options[i].table ? "vectors and tables"
                                              : "vectors",
                           role->id,
                           role->table    ? "table"
                           : role->raster ? "raster"
                                          : "vector layer");
    }
    return GT_OK;
}

static enum gt_status read_scale(const struct gt_call *c, struct gt_import *in, struct gt_err *err)
{
    in->scaled = gt_arg_count(c, "scale") > 0 || gt_arg_count(c, "add") > 0;
    in->scale = gt_arg_num(c, "scale", 1);
    in->add = gt_arg_num(c, "add", 0);
    if (!(in->scale < 0 || in->scale > 0))
        return gt_fail(err, GT_EUSE, "--scale: expected a number other than 0, found 0");
    if (in->scaled && in->role->cells != GT_CELLS_MEASURE)
        return gt_fail(err, GT_EUSE,
                       "--scale and --add are for measures, and the layer '%s' holds "
                       "classes",
                       in->role->id);
    return GT_OK;
}

static enum gt_status read_import(struct gt_call *c, struct gt_import *in, struct gt_err *err)
{
    struct gt_expr *where = NULL;
    size_t n = gt_arg_count(c, "file");
    const char **files = GT_TAKE_N(c->a, const char *, n);
    for (size_t i = 0; i < n; i++)
        files[i] = gt_arg_nth(c, "file", i);
    GT_TRY(ops_check_vintage(c, err));
    GT_TRY(ops_layer_find(c->a, gt_arg_text(c, "layer", ""), &in->role, err));
    GT_TRY(check_for_kind(c, in->role, err));
    if (gt_arg_text(c, "where", NULL))
        GT_TRY(gt_expr_parse(c->a, gt_arg_text(c, "where", NULL), &where, err));
    in->files = files;
    in->n_files = n;
    in->encoding = gt_arg_text(c, "encoding", NULL);
    in->source_crs = gt_arg_text(c, "source-crs", NULL);
    in->layer = gt_arg_text(c, "file-layer", NULL);
    in->where = where;
    in->fill_voids = gt_arg_flag(c, "fill-voids");
    in->fill_radius = (int)gt_arg_int(c, "fill-radius", 0);
    in->repair = gt_arg_flag(c, "repair");
    in->as_is = gt_arg_flag(c, "as-is");
    return read_scale(c, in, err);
}

/* ---- The catalog's entry --------------------------------------------------------------------- */

/* "n27_e086.dt1, n27_e087.dt1, ... (4 files)" */
static const char *source_of(struct gt_call *c, const struct gt_import *in)
{
    struct gt_buf b = {.a = c->a};
    size_t shown = in->n_files <= 4 ? in->n_files : 3;
    for (size_t i = 0; i < shown; i++)
        gt_buf_addf(&b, "%s%s", i ? ", " : "", gt_path_base(in->files[i]));
    if (shown < in->n_files)
        gt_buf_addf(&b, ", ... (%zu files)", in->n_files);
    return b.p ? b.p : "";
}

static void report_json(struct gt_json *obj, const struct gt_layer_role *role,
                        const struct gt_import_report *r)
{
    if (role->raster) {
        gt_json_add_int(obj, "cells", r->cells);
        gt_json_add_int(obj, "voids", r->voids);
        gt_json_add_int(obj, "filled", r->filled);
        gt_json_add_int(obj, "left", r->left);
        gt_json_add_num(obj, "min", r->min);
        gt_json_add_num(obj, "max", r->max);
    } else {
        gt_json_add_int(obj, role->table ? "rows" : "features", r->features);
        gt_json_add_int(obj, "skipped", r->skipped);
        if (!role->table)
            gt_json_add_int(obj, "repaired", r->repaired);
    }
    gt_json_add_str(obj, "source_hash", r->hash);
    gt_json_add_str(obj, "drivers", r->drivers ? r->drivers : "");
}

static enum gt_status lineage_of(struct gt_call *c, const struct gt_import *in,
                                 const struct gt_import_report *r, const char **out,
                                 struct gt_err *err)
{
    struct gt_json *obj = ops_lineage_begin(c);
    struct gt_json *parameters = gt_json_add_obj(obj, "parameters");
    ops_args_json(c, parameters);
    struct gt_json *files = gt_json_add_arr(parameters, "file");
    for (size_t i = 0; i < in->n_files; i++)
        gt_json_add_str(files, NULL, ops_full_path(c->a, in->files[i]));
    gt_json_add_arr(obj, "inputs");
    gt_json_add_str(obj, "source_hash", r->hash);
    report_json(gt_json_add_obj(obj, "report"), in->role, r);
    if (in->transform)
        GT_TRY(ops_transform_json(c, in->transform, obj, err));
    *out = gt_json_text(c->a, obj, 0);
    return GT_OK;
}

static enum gt_status describe(struct gt_call *c, const struct gt_import *in,
                               const struct gt_import_report *r, struct gt_dataset *d,
                               struct gt_txn *t, struct gt_err *err)
{
    const char *title = gt_arg_text(c, "title", NULL);
    d->role = in->role->id;
    d->title = title ? (struct gt_text2){title, title} : in->role->title;
    d->vintage = gt_arg_text(c, "vintage", "");
    d->grade = gt_arg_text(c, "grade", "");
    d->licence = gt_arg_text(c, "licence", "");
    d->source = source_of(c, in);
    d->unit = in->role->unit ? in->role->unit : "";
    GT_TRY(lineage_of(c, in, r, &d->lineage, err));
    return gt_txn_describe(t, d, err);
}

/* ---- The answer ------------------------------------------------------------------------------ */

static void answer_raster(struct gt_call *c, const struct gt_dataset *d,
                          const struct gt_import_report *r)
{
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%s version %lld: %lld x %lld cells, %s to %s %s\n",
                        "%s 版本 %lld：%lld x %lld 格，%s 至 %s %s\n"),
                d->id, (long long)d->version, (long long)d->grid.w, (long long)d->grid.h,
                ops_num(c->a, r->min, 7), ops_num(c->a, r->max, 7), d->unit);
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, "voids: %lld, filled %lld, left %lld\n", "空值：%lld，已填补 %lld，剩余 %lld\n"),
        (long long)r->voids, (long long)r->filled, (long long)r->left);
}

static void answer_vector(struct gt_call *c, const struct gt_dataset *d,
                          const struct gt_import_report *r)
{
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, "%s version %lld: %lld features (%s)", "%s 版本 %lld：%lld 个要素（%s）"), d->id,
        (long long)d->version, (long long)r->features, d->geometry);
    gt_buf_addf(&c->text,
                OPS_SAY(c, ", %lld skipped by the filter, %lld repaired\n",
                        "，按条件略去 %lld 个，修复 %lld 个\n"),
                (long long)r->skipped, (long long)r->repaired);
}

static void answer_table(struct gt_call *c, const struct gt_dataset *d,
                         const struct gt_import_report *r)
{
    gt_buf_addf(&c->text,
                OPS_SAY(c, "%s version %lld: %lld rows, %lld skipped by the filter\n",
                        "%s 版本 %lld：%lld 行，按条件略去 %lld 行\n"),
                d->id, (long long)d->version, (long long)r->features, (long long)r->skipped);
}

static enum gt_status answer_transform(struct gt_call *c, const struct gt_transform *t,
                                       struct gt_err *err)
{
    GT_TRY(ops_transform_json(c, t, c->result, err));
    const struct gt_json *fit = gt_json_get(gt_json_get(c->result, "transform"), "fit");
    gt_buf_addf(&c->text,
                OPS_SAY(c, "transformed by '%s' (%s to %s; %s)", "已按“%s”转换（%s 至 %s；%s）"),
                t->name, t->shift.from->name, t->shift.to->name, t->source);
    if (gt_json_is_obj(fit))
        gt_buf_addf(&c->text,
                    OPS_SAY(c, ", RMS of %lld points %.4f m", "，%lld 个控制点均方根 %.4f m"),
                    (long long)gt_json_int(gt_json_get(fit, "points"), 0),
                    gt_json_num(gt_json_get(fit, "rms_m"), 0));
    gt_buf_add(&c->text, "\n");
    return GT_OK;
}

static enum gt_status answer(struct gt_call *c, struct gt_store *s, const char *id,
                             const struct gt_import *in, const struct gt_import_report *r,
                             struct gt_err *err)
{
    const struct gt_layer_role *role = in->role;
    const struct gt_dataset *d;
    GT_TRY(gt_store_find(s, c->a, id, 0, &d, err));
    gt_json_add_str(c->result, "id", d->id);
    gt_json_add_int(c->result, "version", d->version);
    ops_dataset_json(c->a, d, gt_json_add_obj(c->result, "dataset"));
    report_json(gt_json_add_obj(c->result, "report"), role, r);
    if (role->table)
        answer_table(c, d, r);
    else if (role->raster)
        answer_raster(c, d, r);
    else
        answer_vector(c, d, r);
    return in->transform ? answer_transform(c, in->transform, err) : GT_OK;
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    struct gt_import in = {0};
    struct gt_import_report report;
    GT_TRY(read_import(c, &in, err));
    const char *id = gt_arg_text(c, "name", in.role->id);
    OPS_AUTO_STORE store = NULL;
    OPS_AUTO_TXN txn = NULL;
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(ops_import_transform(c, store, gt_arg_text(c, "transform", NULL), NULL, &in, err));
    GT_TRY(gt_txn_begin(store, &txn, err));
    GT_TRY(ops_import_run(c, txn, id, &in, &report, err));
    struct gt_dataset d = {.id = id, .synthetic = gt_store_info(store)->synthetic};
    GT_TRY(describe(c, &in, &report, &d, txn, err));
    GT_TRY(ops_commit(&txn, err));
    return answer(c, store, id, &in, &report, err);
}

static const char *const grades[] = {"public",        "internal",   "secret",
                                     "highly-secret", "top-secret", NULL};

static const struct gt_param params[] = {
    {.name = "layer",
     .kind = GT_P_TEXT,
     .metavar = "LAYER",
     .position = true,
     .required = true,
     .help =
         {"the layer's role: dem, precipitation, heat_sum, county, fault, water, glacier...; or a "
          "layer of the data standards by its code or alias: DLTB, XZQ...",
          "图层角色：dem、precipitation、heat_sum、county、fault、water、glacier 等；或数据标准中的"
          "图层代码或别名：DLTB、XZQ 等"}},
    {.name = "file",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .position = true,
     .required = true,
     .repeated = true,
     .help = {"the files; several rasters become one mosaic", "文件；多个栅格拼成一幅"}},
    {.name = "name",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .help = {"id of the dataset; otherwise the layer's role", "数据集标识；缺省为图层角色"}},
    {.name = "title",
     .kind = GT_P_TEXT,
     .metavar = "T",
     .help = {"title of the dataset; otherwise the layer's", "数据集名称；缺省为图层名称"}},
    {.name = "vintage",
     .kind = GT_P_TEXT,
     .metavar = "YEAR",
     .help = {"the year that the data describe", "数据所反映的年份"}},
    {.name = "grade",
     .kind = GT_P_CHOICE,
     .metavar = "GRADE",
     .choices = grades,
     .fallback = "internal",
     .help = {"security grade; results inherit the highest of their inputs",
              "密级；成果继承输入中的最高密级"}},
    {.name = "licence",
     .kind = GT_P_TEXT,
     .metavar = "NOTE",
     .help = {"under which terms the data may be used", "数据的使用许可"}},
    {.name = "encoding",
     .kind = GT_P_TEXT,
     .metavar = "GBK",
     .help = {"encoding of the texts, where the file does not say it",
              "文字编码，用于文件未注明编码时"}},
    {.name = "source-crs",
     .kind = GT_P_TEXT,
     .metavar = "CRS",
     .help = {"the CRS, where the file does not say it", "坐标系，用于文件未注明坐标系时"}},
    {.name = "transform",
     .kind = GT_P_TEXT,
     .metavar = "NAME",
     .help = {"for coordinates on an old datum: a transformation of 'transform add'",
              "旧坐标系数据所用的转换参数（见 transform add）"}},
    {.name = "where",
     .kind = GT_P_EXPRESSION,
     .metavar = "EXPR",
     .help = {"only features or rows for which this holds, such as \"code = '540223'\"",
              "只导入满足条件的要素或行，例如 \"code = '540223'\""}},
    {.name = "file-layer",
     .kind = GT_P_TEXT,
     .metavar = "NAME",
     .help = {"which layer or sheet of the file, where it has several",
              "文件含多个图层或工作表时指定其一"}},
    {.name = "fill-voids",
     .kind = GT_P_FLAG,
     .help = {"fill cells without data from those around", "用周围栅格填补无数据栅格"}},
    {.name = "fill-radius",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .unit = "cells",
     .min = 1,
     .max = 4096,
     .help = {"how far filling may reach", "填补的最大距离"}},
    {.name = "scale",
     .kind = GT_P_NUMBER,
     .metavar = "F",
     .help = {"for measures in another unit: each value is multiplied by this, such as 0.1 for "
              "tenths",
              "用于单位不同的量：各值先乘以此数，例如以0.1为单位时取 0.1"}},
    {.name = "add",
     .kind = GT_P_NUMBER,
     .metavar = "N",
     .help = {"then this is added, such as -273.15 for kelvins",
              "再加上此数，例如开尔文取 -273.15"}},
    {.name = "as-is",
     .kind = GT_P_FLAG,
     .help =
         {"take a raster most of whose values are not plausible for the layer; keep values of a "
          "standard's layer that do not fit their fields",
          "栅格多数值超出图层合理范围时仍导入；标准图层的值不合字段要求时仍保留"}},
    {.name = "repair",
     .kind = GT_P_FLAG,
     .help = {"make invalid polygons valid instead of refusing them",
              "修复无效多边形，而不是拒绝导入"}},
    {.name = NULL},
};

const struct gt_op ops_record_import = {
    .path = "import",
    .title = {"Import rasters, vectors or tables", "导入栅格、矢量或表格数据"},
    .help = {"Brings files into the workspace as a new version of one dataset. The CRS is "
             "normalised, cells without data are counted and filled only when asked, the files "
             "are fingerprinted. Files that are damaged, lack a CRS or do not fit together are "
             "refused with a sentence, and the workspace stays as it was.",
             "把文件导入工作空间，成为一个数据集的新版本。坐标系统一规范，无数据栅格只计数，"
             "要求时才填补，并记录文件指纹。文件损坏、缺少坐标系或互不一致时说明原因并拒绝，"
             "工作空间保持原样。"},
    .clause = "",
    .examples =
        "guotu -w county import dem n28_e086.dt1 n28_e087.dt1 --vintage 2000 --fill-voids\n"
        "guotu -w county import county xian.shp --encoding GBK --where \"code = '540223'\"\n"
        "guotu -w county import county_water shui.csv --encoding GBK --vintage 2025",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
