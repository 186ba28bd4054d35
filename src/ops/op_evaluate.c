/* op_evaluate.c: the dual evaluation: a model of a rule set, run on the workspace, counted by
 * county, drawn and reported. */
#include "evaluation.h"

#include "guotu/io.h"

#include <string.h>

/* ---- Running ---- */

/* A dataset of the same name that another rule set made stays only as an old version: never
 * silently. */
static void warn_of_mixing(const struct evaluation *e)
{
    for (size_t i = 0; i < e->m->n_out; i++) {
        const struct gt_dataset *old;
        const struct gt_json *lineage;
        if (gt_store_find(e->store, e->a, e->m->out[i].id, 0, &old, NULL) != GT_OK ||
            ops_lineage_read(e->a, old, &lineage, NULL) != GT_OK)
            continue;
        const char *rules = gt_json_str(gt_json_get(lineage, "rules"), e->rules);
        if (strcmp(rules, e->rules) != 0)
            gt_warn(
                e->c->work,
                OPS_SAY(e->c,
                        "%s: version %lld was made with the rule set %s; the new one, with %s, "
                        "takes its place (--prefix keeps both)",
                        "%s：版本 %lld 按规则集 %s 生成，现由按 %s 生成的新版本取代（用 --prefix "
                        "可两者并存）"),
                old->id, (long long)old->version, rules, e->rules);
    }
}

static void find_bases(struct evaluation *e)
{
    const struct gt_model *m = e->m->model;
    bool *one = GT_TAKE_N(e->a, bool, (size_t)m->n_steps);
    size_t cap = 0;
    e->used = GT_TAKE_N(e->a, bool, (size_t)m->n_steps);
    for (size_t i = 0; i < e->m->n_out; i++) {
        ops_model_used(m, e->m->out[i].step, one);
        for (int k = 0; k < m->n_steps; k++)
            e->used[k] = e->used[k] || one[k];
        struct ops_bases b = ops_model_bases(e->a, m, e->m->out[i].step);
        for (size_t k = 0; k < b.n; k++) {
            bool there = false;
            for (size_t j = 0; j < e->bases.n; j++)
                there = there || (strcmp(e->bases.v[j].id, b.v[k].id) == 0 &&
                                  strcmp(e->bases.v[j].kind, b.v[k].kind) == 0);
            if (there)
                continue;
            if (e->bases.n == cap)
                e->bases.v = gt_grow_(e->a, e->bases.v, &cap, e->bases.n, sizeof *e->bases.v);
            e->bases.v[e->bases.n++] = b.v[k];
        }
    }
}

/* For the names of what is missing. */
static enum gt_status load_whole(struct evaluation *e, const char *rules_dir,
                                 const struct ops_model_opt *opt, struct gt_err *err)
{
    const char *path = gt_printf(e->a, "%s/models/%s.yaml", rules_dir, opt->model);
    const struct gt_model_opt model = {.rules_dir = rules_dir,
                                       .set = opt->set,
                                       .n_set = opt->n_set,
                                       .rules = opt->rules,
                                       .rules_file = opt->rules_file};
    return gt_model_load(e->a, path, &model, &e->whole, err);
}

/* ---- Documents ---- */

/* The long tables of all results under one heading. */
static const char *csv_of(const struct evaluation *e)
{
    struct gt_buf b = {.a = e->a};
    for (size_t i = 0; i < e->n; i++) {
        const struct evaluation_result *r = &e->result[i];
        const char *text =
            gt_table_to_csv(e->a, gt_evaluate_long(e->a, &r->tables, r->d->id), e->c->lang);
        const char *rows = strchr(text, '\n');
        gt_buf_add(&b, i == 0 ? text : rows ? rows + 1 : "");
    }
    return b.p ? b.p : "";
}

/* Report and table, counted and drawn from what the transaction holds, become part of it. */
static enum gt_status add_documents(struct evaluation *e, const char *prefix, struct gt_err *err)
{
    const char *out = gt_path_join(e->a, gt_store_dir(e->store), "out");
    const char *name = gt_printf(e->a, "%s%s-%s", prefix ? prefix : "", e->function->id, e->rules);
    const char *report = gt_printf(e->a, "%s.html", name);
    const char *table = gt_printf(e->a, "%s.csv", name);
    e->report = gt_path_join(e->a, out, report);
    e->table = gt_path_join(e->a, out, table);
    GT_TRY(evaluation_count(e, err));
    GT_TRY(evaluation_maps(e, err));
    struct gt_str html = evaluation_report(e);
    const char *csv = csv_of(e);
    GT_TRY(gt_txn_document(e->txn, report, html.p, html.n, err));
    return gt_txn_document(e->txn, table, csv, strlen(csv), err);
}

/* Datasets, report and table appear together, or none of them does. */
static enum gt_status publish(struct evaluation *e, const char *prefix, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    GT_AUTO_ARENA open =
        gt_arena_new(); /* of the rasters that are read back: closed before the end */
    struct gt_run_result result = {0};
    struct gt_json *parameters = gt_json_obj(e->c->a);
    ops_args_json(e->c, parameters);
    GT_TRY(gt_txn_begin(e->store, &txn, err));
    GT_TRY(ops_model_run(e->c, e->m, txn, parameters, &result, err));
    e->txn = txn;
    e->open = open;
    GT_TRY(add_documents(e, prefix, err));
    if (gt_stopped(e->c->work))
        return gt_fail(err, GT_ECANCELLED, "stopped before the results were published");
    GT_TRY(ops_commit(&txn, err));
    for (size_t i = 0; i < e->n; i++)
        GT_TRY(gt_store_find(e->store, e->a, e->result[i].out->id, 0, &e->result[i].d, err));
    e->d = GT_TAKE_N(e->a, const struct gt_dataset *, e->m->n_out);
    for (size_t i = 0; i < e->m->n_out; i++)
        GT_TRY(gt_store_find(e->store, e->a, e->m->out[i].id, 0, &e->d[i], err));
    return GT_OK;
}

/* ---- The answer ---- */

static void area_json(struct gt_json *obj, const struct gt_evaluate_area *v)
{
    gt_json_add_int(obj, "cells", v->cells);
    gt_json_add_num(obj, "area_m2", v->m2);
    gt_json_add_num(obj, "area_hm2", v->m2 / 1e4);
    gt_json_add_num(obj, "area_km2", v->m2 / 1e6);
    gt_json_add_num(obj, "area_mu", v->m2 * 3 / 2000);
}

static void class_json(const struct evaluation *e, const struct evaluation_result *r,
                       struct gt_json *obj, int64_t code)
{
    static const struct gt_text2 none = {"not classed", "未评价"};
    gt_json_add_int(obj, "class", code);
    ops_json_text2(obj, "title",
                   code ? gt_step_code_title(&e->m->model->steps[r->out->step], (double)code)
                        : none);
}

/* By class over all counties, class 0 (without a class) at the end: the sum is the ground
 * evaluated. */
static void areas_json(const struct evaluation *e, const struct evaluation_result *r,
                       struct gt_json *arr)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    struct gt_evaluate_area all = {0};
    gt_json_add_str(obj, "dataset", r->d->id);
    struct gt_json *rows = gt_json_add_arr(obj, "rows");
    for (size_t i = 0; i <= r->n_classes; i++) {
        int64_t code = i < r->n_classes ? (int64_t)r->classes[i].code : 0;
        struct gt_evaluate_area v = gt_evaluate_sum(&r->tables, code);
        struct gt_json *row = gt_json_add_obj(rows, NULL);
        class_json(e, r, row, code);
        area_json(row, &v);
        if (code)
            gt_json_add_num(row, "share", gt_evaluate_share(&r->tables, code));
        all.cells += v.cells;
        all.m2 += v.m2;
    }
    area_json(gt_json_add_obj(obj, "total"), &all);
}

static void counties_json(const struct evaluation *e, const struct evaluation_result *r,
                          struct gt_json *arr)
{
    for (size_t i = 0; i < r->areas.n; i++) {
        const struct gt_evaluate_area *v = &r->areas.v[i];
        if (v->zone < 0 || !e->counties)
            continue;
        struct gt_json *row = gt_json_add_obj(arr, NULL);
        gt_json_add_str(row, "dataset", r->d->id);
        gt_json_add_str(row, "code", e->zones[v->zone].code);
        gt_json_add_str(row, "name", e->zones[v->zone].name);
        class_json(e, r, row, v->code);
        area_json(row, v);
    }
}

/* The factor that a missing input would have given: the first step without a stand-in, else the
 * first for which another stands in. */
static const struct gt_left_out *left_of(const struct evaluation *e, const char *input)
{
    size_t at = 0;
    const struct gt_left_out *l = evaluation_dropped(e, input, &at);
    for (size_t i = 0; !l && i < e->m->n_left; i++)
        if (e->m->left[i].used_instead && strcmp(e->m->left[i].input, input) == 0)
            l = &e->m->left[i];
    return l;
}

static void inputs_json(const struct evaluation *e)
{
    struct gt_json *used = gt_json_add_arr(e->answer, "used");
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_dataset *d = e->m->input[i];
        if (!d || !e->used[i])
            continue;
        struct gt_json *obj = gt_json_add_obj(used, NULL);
        gt_json_add_str(obj, "input", e->m->model->steps[i].name);
        gt_json_add_str(obj, "id", d->id);
        gt_json_add_int(obj, "version", d->version);
        gt_json_add_str(obj, "hash", d->hash);
    }
    struct gt_json *missing = gt_json_add_arr(e->answer, "missing");
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        struct gt_json *obj = gt_json_add_obj(missing, NULL);
        const struct gt_left_out *l = left_of(e, s->name);
        gt_json_add_str(obj, "factor", l ? l->step : s->name);
        gt_json_add_str(obj, "input", s->name);
        ops_json_text2(obj, "title", s->title);
        gt_json_add_str(obj, "used_instead", l ? l->used_instead : NULL);
    }
}

static void add_json(const struct evaluation *e)
{
    struct gt_json *out = e->answer;
    gt_json_add_str(out, "function", e->function->id);
    gt_json_add_str(out, "rules", e->rules);
    gt_json_add_str(out, "rules_status", e->set->status);
    gt_json_add_str(out, "rules_hash", e->set->hash);
    ops_rules_file_json(out, e->set);
    gt_json_add_str(out, "model", e->m->model->name);
    gt_json_add_bool(out, "synthetic", e->m->synthetic);
    struct gt_json *datasets = gt_json_add_arr(out, "datasets");
    for (size_t i = 0; i < e->m->n_out; i++)
        ops_dataset_json(e->a, e->d[i], gt_json_add_obj(datasets, NULL));
    inputs_json(e);
    struct gt_json *doubtful = gt_json_add_arr(out, "unverified");
    for (size_t i = 0; i < e->bases.n; i++)
        if (e->bases.v[i].evidence == GT_UNVERIFIED)
            gt_json_add_str(doubtful, NULL, e->bases.v[i].id);
    struct gt_json *areas = gt_json_add_arr(out, "areas");
    struct gt_json *counties = gt_json_add_arr(out, "by_county");
    for (size_t i = 0; i < e->n; i++) {
        areas_json(e, &e->result[i], areas);
        counties_json(e, &e->result[i], counties);
    }
    gt_json_add_str(out, "report", e->report);
    gt_json_add_str(out, "table", e->table);
}

static void add_text(const struct evaluation *e)
{
    struct gt_buf *b = &e->c->text;
    gt_buf_addf(b, OPS_SAY(e->c, "%s, %s (%s)\n", "%s，%s（%s）\n"), evaluation_title(e),
                gt_text2(e->set->title, e->c->lang), e->rules);
    if (e->set->file)
        gt_buf_addf(b, OPS_SAY(e->c, "rules changed by: %s\n", "规则由文件更改：%s\n"),
                    e->set->file);
    if (e->left_text)
        gt_buf_addf(b, OPS_SAY(e->c, "left out: %s\n", "未参与的因子：%s\n"), e->left_text);
    for (size_t i = 0; i < e->n; i++) {
        const struct evaluation_result *r = &e->result[i];
        gt_buf_addf(
            b, OPS_SAY(e->c, "\n%s (dataset %s, version %lld)\n", "\n%s（数据集 %s，版本 %lld）\n"),
            gt_text2(r->d->title, e->c->lang), r->d->id, (long long)r->d->version);
        gt_buf_add(b, gt_table_to_text(e->a, gt_evaluate_by_class(e->a, &r->tables), e->c->lang));
        const struct gt_table *zones = gt_evaluate_by_zone(e->a, &r->tables);
        if (zones)
            gt_buf_addf(b, "\n%s", gt_table_to_text(e->a, zones, e->c->lang));
    }
    gt_buf_addf(b, OPS_SAY(e->c, "\nreport: %s\ntable: %s\n", "\n报告：%s\n表格：%s\n"), e->report,
                e->table);
    if (e->m->synthetic)
        gt_buf_add(
            b, OPS_SAY(e->c, "synthetic data: not a real place\n", "合成数据，不对应真实地区\n"));
}

/* ---- The operation ---- */

/* A function whose inputs are missing altogether, among others that are not. */
static enum gt_status pass_over(const struct evaluation *e)
{
    struct gt_buf names = {.a = e->a};
    struct gt_json *missing = gt_json_add_arr(e->answer, "missing");
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        gt_buf_addf(&names, "%s%s", i ? ", " : "", s->name);
        gt_json_add_str(missing, NULL, s->name);
    }
    gt_json_add_str(e->answer, "function", e->function->id);
    gt_warn(e->c->work,
            OPS_SAY(e->c, "%s is passed over: nothing can be computed without any of %s",
                    "跳过%s：缺少 %s，无可计算的结果"),
            evaluation_title(e), names.p);
    return GT_OK;
}

/* One function: its own datasets, report and table, in one commit. */
static enum gt_status evaluate_one(struct gt_call *c, struct gt_store *store,
                                   const struct gt_evaluate_function *function,
                                   struct gt_json *answer, struct gt_err *err)
{
    GT_AUTO_ARENA job = gt_arena_new();
    struct evaluation e = {
        .c = c, .a = job, .store = store, .function = function, .answer = answer};
    struct ops_model_opt opt;
    const char *rules_dir = gt_rules_dir(c->a, err);
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    e.rules = gt_arg_text(c, "rules", GT_EVALUATE_RULES);
    GT_TRY(ops_model_args(c, &opt, err));
    GT_TRY(gt_evaluate_model(c->a, rules_dir, function->id, e.rules, &opt.model, err));
    opt.may_be_empty = answer != c->result;
    GT_TRY(ops_model_ready(c, job, store, &opt, &e.m, err));
    GT_TRY(load_whole(&e, rules_dir, &opt, err));
    if (e.m->n_out == 0)
        return pass_over(&e);
    e.set = e.m->model->rules;
    find_bases(&e);
    warn_of_mixing(&e);
    GT_TRY(publish(&e, opt.prefix, err));
    ops_bases_warn(c, &e.bases);
    add_json(&e);
    add_text(&e);
    return GT_OK;
}

/* In the order in which one takes the results of the other; functions for which the rule set has no
 * model are passed over. */
static enum gt_status evaluate_all(struct gt_call *c, struct gt_store *store, struct gt_err *err)
{
    const char *rules_dir = gt_rules_dir(c->a, err), *model;
    const char *rules = gt_arg_text(c, "rules", GT_EVALUATE_RULES);
    struct gt_json *answers = gt_json_add_arr(c->result, "evaluations");
    size_t done = 0;
    if (!rules_dir)
        return err ? err->status : GT_ENOTFOUND;
    for (const struct gt_evaluate_function *f = gt_evaluate_functions; f->id; f++) {
        struct gt_err why = {0};
        enum gt_status status = gt_evaluate_model(c->a, rules_dir, f->id, rules, &model, &why);
        if (status == GT_ENOTFOUND && (done || f[1].id))
            continue;
        if (status != GT_OK)
            return gt_fail(err, status, "%s", why.text);
        if (done++)
            gt_buf_add(&c->text, "\n");
        status = evaluate_one(c, store, f, gt_json_add_obj(answers, NULL), err);
        if (status != GT_OK)
            return gt_wrap(err, "%s", f->id);
    }
    return GT_OK;
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    const char *function = gt_arg_text(c, "function", "");
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    if (strcmp(function, "all") == 0)
        return evaluate_all(c, store, err);
    return evaluate_one(c, store, gt_evaluate_function_find(function), c->result, err);
}

static const char *const functions[] = {"ecology",   "agriculture", "urban", "problems",
                                        "potential", "agreement",   "all",   NULL};

static const struct gt_param params[] = {
    {.name = "function",
     .kind = GT_P_CHOICE,
     .metavar = "FUNCTION",
     .choices = functions,
     .position = true,
     .required = true,
     .help = {"what is evaluated: ecology, agriculture, urban; what follows from their results: "
              "problems, potential, agreement with present use; or all of it, in this order",
              "评价内容：ecology 生态保护、agriculture 农业生产、urban 城镇建设；以其结果为据的 "
              "problems 问题和风险、potential 潜力、agreement 与现状的一致性；all 依次全部"}},
    {.name = "rules",
     .kind = GT_P_TEXT,
     .metavar = "SET",
     .fallback = GT_EVALUATE_RULES,
     .help = {"rule set: mnr-2020-01, the guide in force; mnr-2019-07, the draft with five grades; "
              "plateau, for high country; or one of your own that is based on one of them",
              "规则集：mnr-2020-01（现行试行指南）、mnr-2019-07（五级分级的征求意见稿）、plateau"
              "（高原地区），或以其为基础自定的规则集"}},
    {.name = "rules-file",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .help = {"a file that changes single tables and numbers of the rule set; the results say so",
              "改变规则集中个别表和数值的文件，结果中注明"}},
    {.name = "set",
     .kind = GT_P_KEYVALUE,
     .metavar = "STEP.PARAM=V",
     .repeated = true,
     .help = {"change a number of the rules (rules.ID=V) or a step's parameter; the report says so",
              "改变规则数值（rules.标识=值）或某一步的参数，报告中注明"}},
    {.name = "input",
     .kind = GT_P_KEYVALUE,
     .metavar = "STEP=ID",
     .repeated = true,
     .help = {"dataset for an input, instead of the one that plays its role",
              "指定某个输入所用的数据集，而不是按图层角色选取"}},
    {.name = "prefix",
     .kind = GT_P_TEXT,
     .metavar = "P",
     .help = {"put before the ids of the results and the names of report and table",
              "结果数据集标识及报告、表格文件名的前缀"}},
    {.name = "block",
     .kind = GT_P_INTEGER,
     .metavar = "N",
     .unit = "cells",
     .min = 1,
     .max = 1 << 20,
     .help = {"rows and columns of a block; the results are the same",
              "分块的行列数；结果不受影响"}},
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_evaluate = {
    .path = "evaluate",
    .title = {"Dual evaluation of land for towns or farming", "双评价：城镇建设、农业生产适宜性"},
    .help =
        {"Evaluates the workspace's land under a rule set and keeps the results as datasets "
         "(P+agriculture_zone, P+urban_zone and their detail). With counties, results end at their "
         "borders and areas are given for each. A report with maps and a table of areas are "
         "written to the folder out/. A factor whose input is missing is left out, not guessed: "
         "a warning, and every result and table says so. Heights alone are enough.",
         "按规则集评价工作空间内的土地，结果保存为数据集（前缀+agriculture_zone、前缀+urban_zone "
         "及其明细）。有县级行政区图层时，结果以行政区为界并分县统计面积。报告（含图）和面积表写入 "
         "out/ 目录。缺少输入的因子不参与计算、不作猜测，给出警告，并在每个结果和表格中注明。"
         "仅有高程数据即可运行。"},
    .clause = "资源环境承载能力和国土空间开发适宜性评价指南（试行）",
    .examples = "guotu -w county evaluate urban\n"
                "guotu -w county evaluate agriculture --rules mnr-2019-07 --prefix d2019_\n"
                "# a province's own altitude limit\n"
                "guotu -w county evaluate urban --set rules.urb.unfit.altitude_m=5000",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
