/* op_replay.c: a dataset made again from its lineage, and compared. */
#include "climate.h"
#include "convert.h"
#include "sampling.h"

#include "guotu/io.h"

#include <string.h>

/* ---- Results of models ----------------------------------------------------------------------- */

static enum gt_status replay_model(struct gt_call *c, struct gt_store *s,
                                   const struct gt_dataset *d, const struct gt_json *lineage,
                                   char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    OPS_AUTO_TXN txn = NULL;
    struct ops_model_opt opt;
    struct ops_model *m;
    struct gt_run_result result = {0};
    GT_TRY(ops_lineage_model(c->a, d, lineage, &opt, err));
    GT_TRY(ops_model_ready(c, job, s, &opt, &m, err));
    GT_TRY(ops_lineage_same_rules(d, lineage, m->model, err));
    GT_TRY(gt_txn_begin(s, &txn, err));
    GT_TRY(ops_model_run(c, m, txn, NULL, &result, err));
    return gt_txn_hash(txn, m->out[0].id, hash, err);
}

/* ---- Imports --------------------------------------------------------------------------------- */

static const char *text_of(struct gt_arena *a, const struct gt_json *obj, const char *key)
{
    return gt_strdup(a, gt_json_str(gt_json_get(obj, key), NULL));
}

static enum gt_status read_import(struct gt_call *c, const struct gt_dataset *d,
                                  const struct gt_json *lineage, struct gt_import *in,
                                  struct gt_err *err)
{
    const struct gt_json *p = gt_json_get(lineage, "parameters"), *files = gt_json_get(p, "file");
    const char *where = text_of(c->a, p, "where");
    struct gt_expr *expr = NULL;
    GT_TRY(ops_layer_find(c->a, d->role, &in->role, err));
    if (where)
        GT_TRY(gt_expr_parse(c->a, where, &expr, err));
    in->n_files = gt_json_len(files);
    const char **paths = GT_TAKE_N(c->a, const char *, in->n_files);
    for (size_t i = 0; i < in->n_files; i++) {
        paths[i] = gt_strdup(c->a, gt_json_str(gt_json_at(files, i), ""));
        if (!gt_path_exists(paths[i]))
            return gt_fail(err, GT_ENOTFOUND,
                           "dataset '%s' was imported from files: expected %s, found none", d->id,
                           paths[i]);
    }
    in->files = paths;
    in->encoding = text_of(c->a, p, "encoding");
    in->source_crs = text_of(c->a, p, "source_crs");
    in->layer = text_of(c->a, p, "file_layer");
    in->where = expr;
    in->fill_voids = gt_json_bool(gt_json_get(p, "fill_voids"), false);
    in->fill_radius = (int)gt_json_int(gt_json_get(p, "fill_radius"), 0);
    in->repair = gt_json_bool(gt_json_get(p, "repair"), false);
    in->scaled = gt_json_get(p, "scale") || gt_json_get(p, "add");
    in->scale = gt_json_num(gt_json_get(p, "scale"), 1);
    in->add = gt_json_num(gt_json_get(p, "add"), 0);
    in->as_is = true; /* it was taken before */
    in->fingerprint = text_of(c->a, lineage, "source_hash");
    return GT_OK;
}

static enum gt_status replay_import(struct gt_call *c, struct gt_store *s,
                                    const struct gt_dataset *d, const struct gt_json *lineage,
                                    char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    struct gt_import in = {0};
    struct gt_import_report report;
    GT_TRY(read_import(c, d, lineage, &in, err));
    const struct gt_json *way = gt_json_get(lineage, "transform");
    GT_TRY(ops_import_transform(c, s, text_of(c->a, way, "name"), text_of(c->a, way, "hash"), &in,
                                err));
    GT_TRY(gt_txn_begin(s, &txn, err));
    GT_TRY(ops_import_run(c, txn, d->id, &in, &report, err));
    return gt_txn_hash(txn, d->id, hash, err);
}

static enum gt_status replay_sample(struct gt_call *c, struct gt_store *s,
                                    const struct gt_dataset *d, const struct gt_json *lineage,
                                    char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_TRY(gt_txn_begin(s, &txn, err));
    GT_TRY(sampling_again(c, txn, d->id, lineage, err));
    return gt_txn_hash(txn, d->id, hash, err);
}

static enum gt_status replay_climate(struct gt_call *c, struct gt_store *s,
                                     const struct gt_dataset *d, const struct gt_json *lineage,
                                     char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_TRY(gt_txn_begin(s, &txn, err));
    GT_TRY(climate_again(c, s, txn, d, lineage, err));
    return gt_txn_hash(txn, d->id, hash, err);
}

static enum gt_status replay_convert(struct gt_call *c, struct gt_store *s,
                                     const struct gt_dataset *d, const struct gt_json *lineage,
                                     char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_TRY(gt_txn_begin(s, &txn, err));
    GT_TRY(convert_again(c, s, txn, lineage, err));
    return gt_txn_hash(txn, d->id, hash, err);
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status replay(struct gt_call *c, struct gt_store *s, const struct gt_dataset *d,
                             char hash[static GT_HASH_TEXT], struct gt_err *err)
{
    const struct gt_json *lineage;
    GT_TRY(ops_lineage_read(c->a, d, &lineage, err));
    const char *op = gt_json_str(gt_json_get(lineage, "op"), "");
    if (gt_json_get(lineage, "model"))
        return replay_model(c, s, d, lineage, hash, err);
    if (strcmp(op, "import") == 0)
        return replay_import(c, s, d, lineage, hash, err);
    if (strcmp(op, "climate") == 0)
        return replay_climate(c, s, d, lineage, hash, err);
    if (strcmp(op, "convert") == 0)
        return replay_convert(c, s, d, lineage, hash, err);
    if (strcmp(op, "sample") == 0)
        return replay_sample(c, s, d, lineage, hash, err);
    return gt_fail(err, GT_EINPUT,
                   "dataset '%s': expected one that was imported or computed by a model, found one "
                   "made by '%s'",
                   d->id, op[0] ? op : "an unknown operation");
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const struct gt_dataset *d;
    char hash[GT_HASH_TEXT] = "";
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(gt_store_find(store, c->a, gt_arg_text(c, "id", NULL), gt_arg_int(c, "version", 0), &d,
                         err));
    GT_TRY(replay(c, store, d, hash, err));
    bool same = strcmp(hash, d->hash) == 0;
    gt_json_add_str(c->result, "id", d->id);
    gt_json_add_int(c->result, "version", d->version);
    gt_json_add_bool(c->result, "identical", same);
    gt_json_add_str(c->result, "hash", d->hash);
    gt_json_add_str(c->result, "replayed_hash", hash);
    gt_buf_addf(
        &c->text,
        same ? OPS_SAY(c, "%s version %lld: the same bit for bit\n", "%s 版本 %lld：逐位相同\n")
             : OPS_SAY(c, "%s version %lld: differs\n", "%s 版本 %lld：不相同\n"),
        d->id, (long long)d->version);
    if (!same)
        gt_buf_addf(&c->text, "  %s\n  %s\n", d->hash, hash);
    return same ? GT_OK : GT_FINDINGS;
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

const struct gt_op ops_record_replay = {
    .path = "replay",
    .title = {"Make a dataset again and compare", "重算数据集并比较"},
    .help = {"Makes a dataset again from its provenance, with the versions of the inputs and the "
             "rule set that it was made with, and says whether it is the same bit for bit (exit "
             "status 0) or not (1). Nothing is changed. An import is replayed from its files, "
             "where they are still there and unchanged.",
             "按来源记录，用当时的输入版本和规则集重新生成数据集，并说明是否逐位相同（相同退出"
             "码为 0，不同为 1）。不改动工作空间。导入的数据集在原始文件仍在且未变时由文件重新"
             "导入。"},
    .clause = "",
    .examples = "guotu -w county replay slope_deg",
    .effect = GT_READS,
    .parallel = true,
    .params = params,
    .run = run,
};
