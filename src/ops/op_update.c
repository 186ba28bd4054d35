/* op_update.c: part of a layer replaced by fresh features: a new state of it, the older one stays.
 */
#include "update.h"

#include <math.h>
#include <string.h>

/* ---- The fresh features with the layer's fields ---- */

/* Names by which yearly updates call fields of the survey. */
static const char *other_name(const char *field)
{
    static const char *const pairs[][2] = {{"KCXS", "KCDLXS"}, {"KCMJ", "KCDLMJ"}};
    for (size_t i = 0; i < GT_LEN(pairs); i++)
        if (strcmp(field, pairs[i][0]) == 0)
            return pairs[i][1];
    return field;
}

static int source_field(const struct gt_features *f, const char *name)
{
    int at = gt_features_field(f, name);
    return at >= 0 ? at : gt_features_field(f, other_name(name));
}

static const char *fields_left(struct ops_update *u, const struct gt_features *fresh,
                               const bool *used)
{
    struct gt_buf b = {.a = u->a};
    for (size_t i = 0; i < fresh->n_fields; i++)
        if (!used[i])
            gt_buf_addf(&b, "%s%s", b.n ? ", " : "", fresh->field[i]);
    return b.p;
}

static enum gt_status fit_fields(struct ops_update *u, const struct gt_features *fresh,
                                 struct gt_features *out, struct gt_err *err)
{
    void *p;
    const struct gt_features *old = u->old;
    size_t n = gt_features_count(fresh);
    bool *used = GT_TAKE_N(u->a, bool, fresh->n_fields + 1);
    struct gt_buf missing = {.a = u->a};
    GT_TRY(gt_reserve(u->a, n * old->n_fields + 1, sizeof(struct gt_value), "attributes", &p, err));
    struct gt_value *value = p;
    for (size_t k = 0; k < old->n_fields; k++) {
        int at = source_field(fresh, old->field[k]);
        if (at < 0)
            gt_buf_addf(&missing, "%s%s", missing.n ? ", " : "", old->field[k]);
        else
            used[at] = true;
        for (size_t i = 0; at >= 0 && i < n; i++)
            value[i * old->n_fields + k] = fresh->value[i * fresh->n_fields + (size_t)at];
    }
    if (missing.n)
        gt_warn(u->c->work, "dataset '%s' has no %s: nothing there in the fresh features",
                u->with->id, missing.p);
    if (fields_left(u, fresh, used))
        gt_warn(u->c->work, "fields that '%s' does not have, left out: %s", u->base->id,
                fields_left(u, fresh, used));
    *out = *fresh;
    out->n_fields = old->n_fields;
    out->field = old->field;
    out->type = old->type;
    out->value = value;
    return GT_OK;
}

static enum gt_status read_both(struct ops_update *u, struct gt_store *store, struct gt_err *err)
{
    const struct gt_features *fresh;
    struct gt_features *fit = GT_TAKE(u->a, struct gt_features);
    GT_TRY(gt_store_find(store, u->a, gt_arg_text(u->c, "id", ""), 0, &u->base, err));
    GT_TRY(gt_store_find(store, u->a, gt_arg_text(u->c, "with", ""), 0, &u->with, err));
    if (u->base->kind != GT_DATASET_VECTOR || u->with->kind != GT_DATASET_VECTOR ||
        strcmp(u->base->geometry, u->with->geometry) != 0)
        return gt_fail(err, GT_EINPUT,
                       "expected two layers of one kind of geometry, found '%s' (%s) and '%s' (%s)",
                       u->base->id, u->base->geometry, u->with->id, u->with->geometry);
    GT_TRY(gt_store_features(store, u->a, u->base, &u->old, err));
    GT_TRY(gt_store_features(store, u->a, u->with, &fresh, err));
    GT_TRY(fit_fields(u, fresh, fit, err));
    if (!gt_crs_same(u->old->shapes->crs, fresh->shapes->crs))
        GT_TRY(gt_shapes_to_crs(u->a, fresh->shapes, u->old->shapes->crs, 1e-3, &fit->shapes, err));
    u->fresh = fit;
    u->fate = GT_TAKE_N(u->a, unsigned char, gt_features_count(u->old) + 1);
    u->replaced_m2 = u->fresh_m2 = NAN;
    return GT_OK;
}

/* ---- Publishing ---- */

static void report_json(const struct ops_update *u, struct gt_json *obj)
{
    gt_json_add_int(obj, "kept", u->count[OPS_KEPT]);
    gt_json_add_int(obj, "replaced", u->count[OPS_REPLACED]);
    gt_json_add_int(obj, "cut", u->count[OPS_CUT]);
    gt_json_add_int(obj, "fresh", (int64_t)gt_features_count(u->fresh));
    gt_json_add_num(obj, "replaced_m2", u->replaced_m2);
    gt_json_add_num(obj, "fresh_m2", u->fresh_m2);
}

static enum gt_status publish(struct ops_update *u, struct gt_store *store,
                              const struct gt_features *f, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    struct gt_json *lineage = ops_lineage_begin(u->c);
    ops_args_json(u->c, gt_json_add_obj(lineage, "parameters"));
    struct gt_json *inputs = gt_json_add_arr(lineage, "inputs");
    ops_input_json(inputs, "base", u->base);
    ops_input_json(inputs, "with", u->with);
    report_json(u, gt_json_add_obj(lineage, "report"));
    struct gt_dataset d = *u->base;
    d.vintage = gt_arg_text(u->c, "vintage", u->base->vintage);
    d.grade = ops_grade_max(u->base->grade, u->with->grade);
    d.source = gt_printf(u->a, "update of version %lld with %s version %lld",
                         (long long)u->base->version, u->with->id, (long long)u->with->version);
    d.synthetic = u->base->synthetic || u->with->synthetic;
    d.lineage = gt_json_text(u->a, lineage, 0);
    GT_TRY(gt_txn_begin(store, &txn, err));
    GT_TRY(gt_txn_vector(txn, d.id, f, err));
    GT_TRY(gt_txn_describe(txn, &d, err));
    return ops_commit(&txn, err);
}

static enum gt_status answer(struct ops_update *u, struct gt_store *store, struct gt_err *err)
{
    const struct gt_dataset *made;
    struct gt_call *c = u->c;
    GT_TRY(gt_store_find(store, u->a, u->base->id, 0, &made, err));
    ops_dataset_json(u->a, made, gt_json_add_obj(c->result, "dataset"));
    report_json(u, c->result);
    if (made->synthetic)
        ops_say_synthetic(c);
    gt_buf_addf(
        &c->text,
        OPS_SAY(c, "%s version %lld: %lld features kept, %lld replaced, %lld cut, %zu fresh\n",
                "%s 版本 %lld：保留 %lld 个要素，替换 %lld 个，切割 %lld 个，新入 %zu 个\n"),
        made->id, (long long)made->version, (long long)u->count[OPS_KEPT],
        (long long)u->count[OPS_REPLACED], (long long)u->count[OPS_CUT],
        gt_features_count(u->fresh));
    if (!isnan(u->fresh_m2))
        gt_buf_addf(&c->text,
                    OPS_SAY(c, "ground taken out %.2f m2, put in %.2f m2, difference %.2f m2\n",
                            "移出面积 %.2f 平方米，移入面积 %.2f 平方米，差 %.2f 平方米\n"),
                    u->replaced_m2, u->fresh_m2, u->fresh_m2 - u->replaced_m2);
    return GT_OK;
}

static enum gt_status match(struct ops_update *u, struct gt_err *err)
{
    const char *key = gt_arg_text(u->c, "key", NULL);
    bool cut = gt_arg_flag(u->c, "cut");
    if (key && cut)
        return gt_fail(err, GT_EUSE, "--cut: features that are told by --key are replaced whole");
    if (key)
        return ops_update_by_key(u, key, err);
    if (u->old->shapes->kind != GT_SHAPE_POLYGON)
        return gt_fail(err, GT_EUSE,
                       "--key: expected the field that tells features apart, since '%s' holds %ss "
                       "and not polygons",
                       u->base->id, u->base->geometry);
    GT_TRY(ops_update_by_ground(u, cut, err));
    if (u->count[OPS_CUT])
        gt_warn(u->c->work,
                "%lld features were cut: areas among their attributes are still those of the whole",
                (long long)u->count[OPS_CUT]);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_update u = {.c = c, .a = job};
    const struct gt_features *f;
    if (strchr(gt_arg_text(c, "id", ""), '@'))
        return gt_fail(err, GT_EUSE, "expected an id, found '%.80s': the current state is updated",
                       gt_arg_text(c, "id", ""));
    GT_TRY(ops_check_vintage(c, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    GT_TRY(read_both(&u, store, err));
    GT_TRY(match(&u, err));
    GT_TRY(ops_update_join(&u, &f, err));
    GT_TRY(publish(&u, store, f, err));
    return answer(&u, store, err);
}

static const struct gt_param params[] = {
    {.name = "id",
     .kind = GT_P_DATASET,
     .metavar = "ID",
     .position = true,
     .required = true,
     .help = {"the layer, of which a new version is made", "要更新的图层，更新后产生新版本"}},
    {.name = "with",
     .kind = GT_P_DATASET,
     .metavar = "LAYER",
     .position = true,
     .required = true,
     .help = {"the fresh features", "用于更新的图层"}},
    {.name = "key",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"replace the features that have the same value in this field, instead of those on "
              "the same ground",
              "按此字段相同的值替换要素，而不按范围替换"}},
    {.name = "cut",
     .kind = GT_P_FLAG,
     .help = {"features that lie partly within the fresh ones keep what lies outside",
              "部分落入更新范围的要素，保留范围外的部分"}},
    {.name = "vintage",
     .kind = GT_P_TEXT,
     .metavar = "YEAR",
     .help = {"the year that the new state describes", "新版本所属年份"}},
    {.name = NULL},
};

const struct gt_op ops_record_update = {
    .path = "update",
    .title = {"Replace part of a layer", "更新图层的一部分"},
    .help =
        {"Makes a new version of a layer in which fresh features take the place of those on "
         "the same ground (or with the same key); all others stay as they are, and the older "
         "version is kept. A feature that lies only partly within the fresh ones is refused "
         "unless --cut is given. Says how much ground was taken out and put in.",
         "用新要素替换图层中同一范围（或同一标识）的要素，其余要素不变，产生新版本，旧版本保留。"
         "只部分落入更新范围的要素会被拒绝，除非给出 --cut。结果说明移出和移入的面积。"},
    .clause = "GB/T 39972-2021, dynamic update",
    .examples = "guotu -w county import DLTB dltbgx.gpkg --name dltbgx\n"
                "guotu -w county update dltb dltbgx --vintage 2024\n"
                "guotu -w county diff dltb@2023 dltb@2024",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
