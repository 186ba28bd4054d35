/* convert_again.c: a dataset of a base conversion made again from its lineage, for replay. */
#include "convert.h"

#include <string.h>

/* The input that an option named: with the version that it had. */
static const char *with_version(struct gt_arena *a, const struct gt_json *lineage, const char *name,
                                const char *value)
{
    static const char *const step_of[][2] = {{"layer", "survey"},
                                             {"approvals", "approvals"},
                                             {"dem", "terrain"},
                                             {"slope", "terrain"},
                                             {"settlements", "settlements"}};
    const struct gt_json *inputs = gt_json_get(lineage, "inputs");
    for (size_t i = 0; i < GT_LEN(step_of); i++)
        for (size_t k = 0; strcmp(step_of[i][0], name) == 0 && k < gt_json_len(inputs); k++) {
            const struct gt_json *in = gt_json_at(inputs, k);
            if (strcmp(gt_json_str(gt_json_get(in, "step"), ""), step_of[i][1]) == 0)
                return gt_printf(a, "%s@%lld", gt_json_str(gt_json_get(in, "id"), ""),
                                 (long long)gt_json_int(gt_json_get(in, "version"), 0));
        }
    return value;
}

/* The arguments that the conversion was called with; files by their whole path. */
static void restore_args(struct gt_call *c, const struct gt_json *lineage)
{
    const struct gt_json *given = gt_json_get(lineage, "parameters");
    const struct gt_param *p = c->op->params;
    GT_VEC(struct gt_arg) args = {0};
    for (; p->name; p++) {
        const char *value = gt_json_str(gt_json_get(given, ops_json_name(c->a, p->name)), NULL);
        const char *file = gt_json_str(
            gt_json_get(lineage, gt_printf(c->a, "%s_file", ops_json_name(c->a, p->name))), NULL);
        if (!value || strcmp(p->name, "key") == 0)
            continue;
        *GT_PUSH(c->a, &args) =
            (struct gt_arg){p->name, file ? file : with_version(c->a, lineage, p->name, value)};
    }
    c->args = args.v;
    c->n_args = args.n;
}

static enum gt_status same(const struct gt_json *lineage, const char *key, const char *now,
                           const char *what, struct gt_err *err)
{
    const char *was = gt_json_str(gt_json_get(lineage, key), "");
    if (strcmp(was, now ? now : "") == 0)
        return GT_OK;
    return gt_fail(err, GT_EINPUT, "%s: not what the dataset was made with", what);
}

enum gt_status convert_again(struct gt_call *c, struct gt_store *s, struct gt_txn *t,
                             const struct gt_json *lineage, struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    struct gt_call again = *c;
    again.op = &ops_record_convert;
    restore_args(&again, lineage);
    struct convert k = {.c = &again, .a = job, .store = s};
    GT_TRY(convert_ready(&k, err));
    GT_TRY(same(lineage, "rules_hash", k.standard->hash, "rules/standard", err));
    GT_TRY(same(lineage, "conversion_rules_hash", k.rules->hash, "rules/survey", err));
    GT_TRY(same(lineage, "decisions_hash", k.decisions_hash, "the decision table", err));
    GT_TRY(same(lineage, "control_hash", k.control_hash, "the control areas", err));
    GT_TRY(convert_compute(&k, err));
    return convert_add_datasets(&k, t, err);
}
