/* op_diff.c: what changed between two states of a layer, or two layers: features added, removed and
 * changed, and the ground that went from one class to another. */
#include "diff.h"

#include "guotu/table.h"

#include <string.h>

#define SHOWN 20 /* changes as text; --json has all */

/* ---- What is compared ---- */

static enum gt_status find_states(struct ops_diff *d, struct gt_store *store, struct gt_err *err)
{
    static const char *const name[] = {"a", "b"};
    for (int k = 0; k < 2; k++) {
        GT_TRY(gt_store_find(store, d->a, gt_arg_text(d->c, name[k], ""), 0, &d->d[k], err));
        if (d->d[k]->kind == GT_DATASET_RASTER)
            return gt_fail(err, GT_EINPUT, "dataset '%s': expected features, found a raster",
                           d->d[k]->id);
        GT_TRY(gt_store_layer(store, d->a, d->d[k], &d->source[k], err));
    }
    if (d->source[0]->crs && d->source[1]->crs &&
        !gt_crs_same(d->source[0]->crs, d->source[1]->crs))
        return gt_fail(err, GT_EINPUT,
                       "expected one coordinate system, found %s in '%s' and %s in '%s'",
                       d->source[0]->crs->name, d->d[0]->id, d->source[1]->crs->name, d->d[1]->id);
    return GT_OK;
}

/* The first of the names that both states have. */
static const char *common_field(const struct ops_diff *d, const char *const *name)
{
    for (; *name; name++)
        if (gt_layer_field(d->source[0], *name) >= 0 && gt_layer_field(d->source[1], *name) >= 0)
            return *name;
    return NULL;
}

static enum gt_status find_class(struct ops_diff *d, struct gt_err *err)
{
    static const char *const known[] = {"DLBM", "YDYHFLDM", "GHFQDM", "class", NULL};
    const char *given = gt_arg_text(d->c, "class", NULL);
    const char *name = given ? given : common_field(d, known);
    for (int k = 0; k < 2; k++) {
        d->class_field[k] = name ? gt_layer_field(d->source[k], name) : -1;
        if (given && d->class_field[k] < 0)
            return gt_fail(err, GT_EINPUT, "--class: dataset '%s' has no field '%s'", d->d[k]->id,
                           given);
    }
    return GT_OK;
}

static void find_key(struct ops_diff *d)
{
    static const char *const known[] = {"BSM", NULL};
    const char *given = gt_arg_text(d->c, "key", NULL);
    d->key = gt_arg_flag(d->c, "by-shape") ? NULL : given ? given : common_field(d, known);
}

static const char *const *ignored(const struct ops_diff *d)
{
    size_t n = gt_arg_count(d->c, "ignore");
    const char **names = GT_TAKE_N(d->a, const char *, n + 1);
    for (size_t i = 0; i < n; i++)
        names[i] = gt_arg_nth(d->c, "ignore", i);
    return names;
}

static bool has_classes(const struct ops_diff *d)
{
    return !d->source[0]->table && d->source[0]->kind == GT_SHAPE_POLYGON &&
           d->class_field[0] >= 0 && d->class_field[1] >= 0;
}

/* ---- The answer ---- */

static const char *key_text(const struct ops_diff *d, const struct gt_features *f, size_t i)
{
    int at = d->key ? gt_features_field(f, d->key) : -1;
    const char *text = at < 0 ? "" : gt_value_text(d->a, &f->value[i * f->n_fields + (size_t)at]);
    return text[0] ? text : gt_printf(d->a, "%lld", (long long)gt_features_id(f, i));
}

static const char *change_key(const struct ops_diff *d, const struct gt_change *c)
{
    return c->kind == GT_ADDED ? key_text(d, d->found->after, c->after)
                               : key_text(d, d->found->before, c->before);
}

static void changed_json(const struct ops_diff *d, const struct gt_change *c, struct gt_json *obj)
{
    const struct gt_layer_diff *f = d->found;
    struct gt_json *fields = gt_json_add_arr(obj, "fields");
    gt_json_add_bool(obj, "shape", c->shape);
    for (size_t i = 0; i < c->n_fields; i++) {
        const char *name = f->field[c->field[i]];
        int from = gt_features_field(f->before, name), to = gt_features_field(f->after, name);
        struct gt_json *one = gt_json_add_obj(fields, NULL);
        gt_json_add_str(one, "field", name);
        gt_json_add_str(
            one, "before",
            gt_value_text(d->a, &f->before->value[c->before * f->before->n_fields + (size_t)from]));
        gt_json_add_str(
            one, "after",
            gt_value_text(d->a, &f->after->value[c->after * f->after->n_fields + (size_t)to]));
    }
}

static void changes_json(const struct ops_diff *d)
{
    struct gt_json *list[GT_CHANGE_KINDS];
    struct gt_json *counts = gt_json_add_obj(d->c->result, "counts");
    gt_json_add_int(counts, "same", d->found->same);
    for (int k = 0; k < GT_CHANGE_KINDS; k++) {
        gt_json_add_int(counts, gt_change_name((enum gt_change_kind)k), d->found->count[k]);
        list[k] = gt_json_add_arr(d->c->result, gt_change_name((enum gt_change_kind)k));
    }
    for (size_t i = 0; i < d->found->n; i++) {
        const struct gt_change *c = &d->found->v[i];
        struct gt_json *obj = gt_json_add_obj(list[c->kind], NULL);
        gt_json_add_str(obj, "key", change_key(d, c));
        if (c->kind == GT_CHANGED)
            changed_json(d, c, obj);
    }
}

static void state_json(struct gt_json *in, const char *key, const struct gt_dataset *d, int64_t n)
{
    struct gt_json *obj = gt_json_add_obj(in, key);
    gt_json_add_str(obj, "id", d->id);
    gt_json_add_int(obj, "version", d->version);
    gt_json_add_str(obj, "vintage", d->vintage);
    gt_json_add_int(obj, "features", n);
}

static const char *what_changed(const struct ops_diff *d, const struct gt_change *c)
{
    struct gt_buf b = {.a = d->a};
    if (c->kind == GT_CHANGED && c->shape)
        gt_buf_add(&b, OPS_SAY(d->c, "shape", "图形"));
    for (size_t i = 0; c->kind == GT_CHANGED && i < c->n_fields; i++)
        gt_buf_addf(&b, "%s%s", b.n ? ", " : "", d->found->field[c->field[i]]);
    return b.p ? b.p : "";
}

static void changes_text(const struct ops_diff *d)
{
    static const struct gt_text2 kinds[] = {
        {"added", "新增"}, {"removed", "删除"}, {"changed", "变更"}};
    static const struct gt_col cols[] = {
        {.name = "kind", .title = {"change", "变化"}, .kind = GT_COL_TEXT},
        {.name = "key", .title = {"feature", "要素"}, .kind = GT_COL_TEXT},
        {.name = "what", .title = {"what", "内容"}, .kind = GT_COL_TEXT},
    };
    const struct gt_layer_diff *f = d->found;
    struct gt_table *t = gt_table_new(d->a, cols, GT_LEN(cols));
    gt_buf_addf(&d->c->text,
                OPS_SAY(d->c,
                        "%lld features before, %lld after: %lld added, %lld removed, %lld "
                        "changed, %lld the same\n",
                        "变更前 %lld 个要素，变更后 %lld 个：新增 %lld，删除 %lld，变更 "
                        "%lld，不变 %lld\n"),
                (long long)f->n_before, (long long)f->n_after, (long long)f->count[GT_ADDED],
                (long long)f->count[GT_REMOVED], (long long)f->count[GT_CHANGED],
                (long long)f->same);
    for (size_t i = 0; i < f->n && i < SHOWN; i++) {
        size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, gt_text2(kinds[f->v[i].kind], d->c->lang));
        gt_table_set_text(t, row, 1, change_key(d, &f->v[i]));
        gt_table_set_text(t, row, 2, what_changed(d, &f->v[i]));
    }
    if (f->n)
        gt_buf_add(&d->c->text, gt_table_to_text(d->a, t, d->c->lang));
    if (f->n > SHOWN)
        gt_buf_addf(&d->c->text,
                    OPS_SAY(d->c, "... and %zu more: see --json\n", "……另有 %zu 项，见 --json\n"),
                    f->n - SHOWN);
}

static void warn(const struct ops_diff *d)
{
    const struct gt_layer_diff *f = d->found;
    if (f->only_before[0])
        gt_warn(d->c->work, "fields of the first state alone, not compared: %s", f->only_before);
    if (f->only_after[0])
        gt_warn(d->c->work, "fields of the second state alone, not compared: %s", f->only_after);
    if (f->repeated)
        gt_warn(d->c->work,
                "%lld features have a key that another one of their state has too; they were met "
                "in their order",
                (long long)f->repeated);
}

static enum gt_status transfer(struct ops_diff *d, struct gt_err *err)
{
    struct ops_transfer t;
    if (!has_classes(d)) {
        gt_json_add_null(d->c->result, "transfer");
        return GT_OK;
    }
    GT_TRY(ops_transfer(d, &t, err));
    ops_transfer_json(&t, gt_json_add_obj(d->c->result, "transfer"));
    ops_transfer_text(d, &t);
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_diff d = {.c = c, .a = job};
    GT_TRY(ops_open(c, GT_STORE_READ, &store, err));
    GT_TRY(find_states(&d, store, err));
    GT_TRY(find_class(&d, err));
    find_key(&d);
    const struct gt_diff_opt opt = {.key = d.key, .ignore = ignored(&d), .work = c->work};
    GT_TRY(gt_layers_diff(job, d.source[0], d.source[1], &opt, &d.found, err));
    bool synthetic = d.d[0]->synthetic || d.d[1]->synthetic;
    state_json(c->result, "before", d.d[0], d.found->n_before);
    state_json(c->result, "after", d.d[1], d.found->n_after);
    gt_json_add_str(c->result, "key", d.key);
    gt_json_add_bool(c->result, "synthetic", synthetic);
    warn(&d);
    if (synthetic)
        ops_say_synthetic(c);
    changes_json(&d);
    changes_text(&d);
    return transfer(&d, err);
}

static const struct gt_param params[] = {
    {.name = "a",
     .kind = GT_P_DATASET,
     .metavar = "A",
     .position = true,
     .required = true,
     .help = {"the earlier state, such as dltb@2022", "变更前的数据集，如 dltb@2022"}},
    {.name = "b",
     .kind = GT_P_DATASET,
     .metavar = "B",
     .position = true,
     .required = true,
     .help = {"the later state, such as dltb", "变更后的数据集，如 dltb"}},
    {.name = "key",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"the field that tells features apart (BSM where both have it, else their shape)",
              "区分要素的字段（两者都有 BSM 时用 BSM，否则按图形）"}},
    {.name = "by-shape",
     .kind = GT_P_FLAG,
     .help = {"features are told apart by their shape alone", "只按图形区分要素"}},
    {.name = "ignore",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .fallback = "SJNF",
     .repeated = true,
     .help = {"a field that is not compared: the year of the data is another one in each feature",
              "不参与比较的字段：数据年份在每个要素中都不同"}},
    {.name = "class",
     .kind = GT_P_TEXT,
     .metavar = "FIELD",
     .help = {"the field of the transfer matrix (DLBM, YDYHFLDM, GHFQDM or class)",
              "转移矩阵所用的分类字段（DLBM、YDYHFLDM、GHFQDM 或 class）"}},
    {.name = NULL},
};

const struct gt_op ops_record_diff = {
    .path = "diff",
    .title = {"Compare two states of a layer", "比较图层的两个版本"},
    .help = {"Lists the features that were added, removed or changed (which fields, and whether "
             "the shape), and, for polygons with a class, the ground on the ellipsoid that went "
             "from one class to another. What each class had before adds up exactly; where the "
             "second state is no full coverage of the same ground, the rest is shown.",
             "列出新增、删除和变更的要素（变更的字段、图形是否变化）；对带分类的面图层，给出各类"
             "之间转移的椭球面积。各类变更前面积合计完全相符；后一版本未完整覆盖同一范围时，"
             "差额单独列出。"},
    .clause = "",
    .examples = "guotu -w county diff dltb@2022 dltb@2023\nguotu -w county diff dltb@1 dltb --json",
    .effect = GT_READS,
    .parallel = true,
    .params = params,
    .run = run,
};
