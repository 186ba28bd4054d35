/* op_remove.c: a dataset, taken out of the workspace. */
#include "ops_int.h"

#include <string.h>

static bool depends_on(const struct gt_json *lineage, const char *id)
{
    const struct gt_json *inputs = gt_json_get(lineage, "inputs");
    for (size_t i = 0; i < gt_json_len(inputs); i++) {
        const struct gt_json *in = gt_json_at(inputs, i);
        if (strcmp(gt_json_str(gt_json_get(in, "id"), ""), id) == 0)
            return true;
    }
    return false;
}

/* What was computed from it stays, but cannot be replayed or explained any more. */
static enum gt_status warn_dependents(struct gt_call *c, struct gt_store *s, const char *id,
                                      struct gt_err *err)
{
    const struct gt_dataset *all;
    struct gt_buf names = {.a = c->a};
    size_t n;
    struct gt_json *arr = gt_json_add_arr(c->result, "dependents");
    GT_TRY(gt_store_list(s, c->a, &all, &n, err));
    for (size_t i = 0; i < n; i++) {
        const struct gt_json *lineage;
        GT_TRY(ops_lineage_read(c->a, &all[i], &lineage, err));
        if (strcmp(all[i].id, id) == 0 || !depends_on(lineage, id))
            continue;
        gt_json_add_str(arr, NULL, all[i].id);
        gt_buf_addf(&names, "%s%s", names.n ? ", " : "", all[i].id);
    }
    if (names.n)
        gt_warn(c->work,
                OPS_SAY(c, "%s was made from '%s' and can no longer be replayed or explained",
                        "%s 由“%s”计算而来，此后无法重算和解释"),
                names.p, id);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    OPS_AUTO_TXN txn = NULL;
    const struct gt_dataset *d;
    const char *id = gt_arg_text(c, "id", NULL);
    if (strchr(id, '@'))
        return gt_fail(err, GT_EUSE,
                       "expected an id, found '%.80s': all versions are removed together", id);
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(gt_store_find(store, c->a, id, 0, &d, err));
    GT_TRY(gt_txn_begin(store, &txn, err));
    GT_TRY(gt_txn_remove(txn, id, err));
    GT_TRY(warn_dependents(c, store, id, err));
    GT_TRY(ops_commit(&txn, err));
    gt_json_add_str(c->result, "id", id);
    gt_json_add_int(c->result, "version", d->version);
    gt_buf_addf(&c->text, OPS_SAY(c, "%s: removed\n", "%s：已移除\n"), id);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"the dataset", "数据集标识"}},
    {.name = NULL},
};

const struct gt_op ops_record_remove = {
    .path = "remove",
    .title = {"Remove a dataset", "移除数据集"},
    .help = {"Removes a dataset with all its versions. Results that were computed from it stay; a "
             "warning names them, because they can no longer be replayed.",
             "移除数据集及其全部版本。由它计算得到的成果保留，但无法再重算，移除时会给出警告。"},
    .clause = "",
    .examples = "guotu -w county remove w21_relief_m",
    .effect = GT_WRITES,
    .params = params,
    .run = run,
};
