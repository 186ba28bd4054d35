/* op_scenario.c: the evaluation under several named sets of changes, beside each other. */
#include "scenario.h"

#include "guotu/io.h"

#include <string.h>

/* ---- One scenario ---- */

/* The arguments of the call and the changes of the scenario, which go before them. */
static struct ops_model_opt options_of(const struct scenarios *s, const struct scenario *v,
                                       const struct ops_model_opt *base)
{
    struct ops_model_opt opt = *base;
    struct gt_setting *set = GT_TAKE_N(s->a, struct gt_setting, base->n_set + v->n_set + 1);
    struct ops_input *input = GT_TAKE_N(s->a, struct ops_input, base->n_input + v->n_input + 1);
    for (size_t i = 0; i < v->n_input; i++)
        input[i] = v->input[i];
    for (size_t i = 0; i < base->n_input; i++)
        input[v->n_input + i] = base->input[i];
    for (size_t i = 0; i < base->n_set; i++)
        set[i] = base->set[i];
    for (size_t i = 0; i < v->n_set; i++)
        set[base->n_set + i] = v->set[i];
    opt.set = set;
    opt.n_set = base->n_set + v->n_set;
    opt.input = input;
    opt.n_input = base->n_input + v->n_input;
    opt.prefix = gt_printf(s->a, "%s%s_", base->prefix ? base->prefix : "", v->id);
    opt.may_be_empty = true;
    return opt;
}

static void keep_result(struct scenario *v, const struct evaluation *e,
                        const struct evaluation_result *r)
{
    if (v->n == SCENARIO_RESULTS)
        return;
    struct scenario_result *to = &v->result[v->n++];
    *to = (struct scenario_result){.name = r->out->name,
                                   .id = r->d->id,
                                   .title = r->d->title,
                                   .classes = r->classes,
                                   .n_classes = r->n_classes,
                                   .map = r->map,
                                   .left = e->left_text ? e->left_text : ""};
    to->ares = GT_TAKE_N(e->a, int64_t, r->n_classes + 1);
    for (size_t i = 0; i < r->n_classes; i++)
        to->ares[i] = gt_evaluate_sum(&r->tables, (int64_t)r->classes[i].code).ares;
    to->rest = gt_evaluate_sum(&r->tables, 0).ares;
}

/* "suitability for towns: water resources by area", each line once. */
static void keep_left(struct scenarios *s, const struct evaluation *e)
{
    const char *left = e->m->n_out == 0
                           ? OPS_SAY(s->c, "passed over, for want of inputs", "缺少数据，跳过")
                           : e->left_text;
    for (size_t i = 0; i < e->bases.n; i++)
        s->unverified = s->unverified || e->bases.v[i].evidence == GT_UNVERIFIED;
    if (!left)
        return;
    const char *line =
        gt_printf(s->a, OPS_SAY(s->c, "%s: %s", "%s：%s"), evaluation_title(e), left);
    for (size_t i = 0; i < s->left.n; i++)
        if (strcmp(s->left.v[i], line) == 0)
            return;
    *GT_PUSH(s->a, &s->left) = line;
}

static enum gt_status run_function(struct scenarios *s, struct scenario *v,
                                   const struct evaluation *base, const struct ops_model_opt *opt,
                                   struct gt_err *err)
{
    struct evaluation e = *base;
    struct ops_model_opt own;
    bool *used = GT_TAKE_N(s->a, bool, opt->n_set + 1);
    e.answer = gt_json_obj(s->a);
    GT_TRY(evaluation_settings(&e, opt, &own, used, err));
    GT_TRY(evaluation_run(&e, &own, err));
    keep_left(s, &e);
    *GT_PUSH(s->a, &v->answer) = e.answer;
    for (size_t i = 0; i < e.n; i++)
        if (gt_ends(e.result[i].out->name, "_zone") ||
            gt_starts(e.result[i].out->name, "potential"))
            keep_result(v, &e, &e.result[i]);
    v->synthetic = v->synthetic || e.m->synthetic;
    return GT_OK;
}

static enum gt_status run_scenario(struct scenarios *s, struct scenario *v,
                                   const struct ops_model_opt *base, struct gt_err *err)
{
    const struct gt_evaluate_function **f;
    size_t n;
    struct ops_model_opt opt = options_of(s, v, base);
    struct evaluation e = {.c = s->c, .a = s->a, .store = s->store, .rules = s->rules};
    GT_TRY(evaluation_functions(&e, &opt, &f, &n, err));
    for (size_t i = 0; i < n; i++) {
        e.function = f[i];
        if (run_function(s, v, &e, &opt, err) != GT_OK)
            return gt_wrap(err, "%s", f[i]->id);
    }
    return GT_OK;
}

/* Every change must be known to one of the models, before the first scenario runs. */
static enum gt_status check_all(const struct scenarios *s, const struct ops_model_opt *base,
                                struct gt_err *err)
{
    for (size_t i = 0; i < s->n; i++) {
        const struct gt_evaluate_function **f;
        size_t n;
        struct ops_model_opt opt = options_of(s, &s->v[i], base);
        struct evaluation e = {.c = s->c, .a = s->a, .store = s->store, .rules = s->rules};
        enum gt_status status = evaluation_functions(&e, &opt, &f, &n, err);
        if (status != GT_OK)
            return gt_wrap(err, "scenario %s", s->v[i].id);
    }
    return GT_OK;
}

/* ---- Publishing and answering ---- */

static enum gt_status publish(const struct scenarios *s, const char *prefix, const char **page,
                              const char **table, struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    const char *out = gt_path_join(s->a, gt_store_dir(s->store), "out");
    const char *name = gt_printf(s->a, "%sscenarios-%s", prefix ? prefix : "", s->rules);
    const char *html = gt_printf(s->a, "%s.html", name), *csv = gt_printf(s->a, "%s.csv", name);
    struct gt_str text = scenario_page(s);
    const char *rows = ops_csv(s->c, s->a, scenario_table(s, true), s->v[0].synthetic);
    GT_TRY(gt_txn_begin(s->store, &txn, err));
    GT_TRY(gt_txn_document(txn, html, text.p, text.n, err));
    GT_TRY(gt_txn_document(txn, csv, rows, strlen(rows), err));
    GT_TRY(ops_commit(&txn, err));
    *page = gt_path_join(s->a, out, html);
    *table = gt_path_join(s->a, out, csv);
    return GT_OK;
}

static void result_json(const struct scenario_result *r, struct gt_json *arr)
{
    struct gt_json *obj = gt_json_add_obj(arr, NULL);
    gt_json_add_str(obj, "name", r->name);
    gt_json_add_str(obj, "dataset", r->id);
    struct gt_json *rows = gt_json_add_arr(obj, "rows");
    for (size_t i = 0; i < r->n_classes; i++) {
        struct gt_json *row = gt_json_add_obj(rows, NULL);
        gt_json_add_int(row, "class", (int64_t)r->classes[i].code);
        gt_json_add_str(row, "title", r->classes[i].title);
        gt_json_add_num(row, "area_km2", (double)r->ares[i] / 10000);
    }
    gt_json_add_num(obj, "not_classed_km2", (double)r->rest / 10000);
}

/* What each function took, lacked and decided by numbers that nobody verified. */
static void evaluations_json(const struct scenario *v, struct gt_json *arr)
{
    static const char *const keys[] = {"function", "used", "missing", "unverified"};
    for (size_t i = 0; i < v->answer.n; i++) {
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        for (size_t k = 0; k < GT_LEN(keys); k++) {
            const struct gt_json *part = gt_json_get(v->answer.v[i], keys[k]);
            if (part)
                gt_json_add_copy(obj, keys[k], part);
        }
    }
}

static void answer(const struct scenarios *s, const char *page, const char *table)
{
    struct gt_json *out = s->c->result;
    gt_json_add_str(out, "rules", s->rules);
    gt_json_add_bool(out, "synthetic", s->v[0].synthetic);
    struct gt_json *arr = gt_json_add_arr(out, "scenarios");
    for (size_t i = 0; i < s->n; i++) {
        const struct scenario *v = &s->v[i];
        struct gt_json *obj = gt_json_add_obj(arr, NULL);
        gt_json_add_str(obj, "id", v->id);
        ops_json_text2(obj, "title", v->title);
        gt_json_add_str(obj, "kind", v->kind);
        evaluations_json(v, gt_json_add_arr(obj, "evaluations"));
        struct gt_json *results = gt_json_add_arr(obj, "results");
        for (size_t k = 0; k < v->n; k++)
            result_json(&v->result[k], results);
    }
    gt_json_add_str(out, "report", page);
    gt_json_add_str(out, "table", table);
    gt_buf_add(&s->c->text, gt_table_to_text(s->a, scenario_table(s, false), s->c->lang));
    for (size_t i = 0; i < s->left.n; i++)
        gt_buf_addf(&s->c->text, OPS_SAY(s->c, "%sleft out: %s\n", "%s未参与的因子：%s\n"),
                    i ? "" : "\n", s->left.v[i]);
    gt_buf_addf(&s->c->text, OPS_SAY(s->c, "\nreport: %s\ntable: %s\n", "\n报告：%s\n表格：%s\n"),
                page, table);
    if (s->v[0].synthetic)
        ops_say_synthetic(s->c);
}

/* ---- The operation ---- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_model_opt opt;
    const char *page = "", *table = "";
    struct scenarios s = {.c = c, .a = job, .rules = gt_arg_text(c, "rules", GT_EVALUATE_RULES)};
    GT_TRY(ops_model_args(c, &opt, err));
    GT_TRY(scenario_file(job, gt_arg_text(c, "file", ""), &s.v, &s.n, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    s.store = store;
    GT_TRY(check_all(&s, &opt, err));
    for (size_t i = 0; i < s.n; i++) {
        if (run_scenario(&s, &s.v[i], &opt, err) != GT_OK)
            return gt_wrap(err, "scenario %s", s.v[i].id);
        gt_progress(c->work, "scenarios", (int64_t)i + 1, (int64_t)s.n);
    }
    if (s.v[0].n == 0)
        return gt_fail(err, GT_EINPUT,
                       "scenario %s: expected at least one result to compare, found none: the "
                       "workspace lacks the inputs",
                       s.v[0].id);
    GT_TRY(publish(&s, opt.prefix, &page, &table, err));
    answer(&s, page, table);
    return GT_OK;
}

static const struct gt_param params[] = {
    {.name = "file",
     .kind = GT_P_FILE_IN,
     .metavar = "FILE",
     .position = true,
     .required = true,
     .help = {"a file of scenarios; the first is what the others are compared with",
              "情景文件；以第一个情景为对比基准"}},
    {.name = "rules",
     .kind = GT_P_TEXT,
     .metavar = "SET",
     .fallback = GT_EVALUATE_RULES,
     .help = {"rule set", "规则集"}},
    OPS_PARAM_RULES_FILE,
    {.name = "set",
     .kind = GT_P_KEYVALUE,
     .metavar = "STEP.PARAM=V",
     .repeated = true,
     .help = {"a change that all scenarios share", "各情景共有的改动"}},
    OPS_PARAM_INPUT,
    {.name = "prefix",
     .kind = GT_P_TEXT,
     .metavar = "P",
     .help = {"put before the ids of all results, which begin with the scenario's own id",
              "结果数据集标识的前缀，其后为情景标识"}},
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_scenario = {
    .path = "scenario",
    .title = {"Evaluate several scenarios beside each other", "情景分析：多情景并列评价"},
    .help =
        {"Runs the whole evaluation once for each scenario of a file: a named set of changes to "
         "inputs (precipitation.scale), steps and numbers of the rules (rules.ID). Every "
         "scenario leaves datasets of its own (ID_urban_zone ...); one table and one page with "
         "maps show all of them, and the change against the first. Each function of a "
         "scenario is a commit of its own.",
         "对情景文件中的每个情景各做一次完整评价。情景是一组有名称的改动：输入（如 "
         "precipitation.scale）、步骤参数和规则数值（rules.标识）。每个情景有各自的结果数据集"
         "（情景标识_urban_zone "
         "等），并以一张表、一个图页并列展示全部情景及相对第一个情景的变化。各情景的各项评价分别提"
         "交。"},
    .clause = "资源环境承载能力和国土空间开发适宜性评价指南（试行）：综合分析",
    .examples = "guotu -w county scenario examples/scenarios.yaml",
    .effect = GT_WRITES,
    .parallel = true,
    .params = params,
    .run = run,
};
