/* op_evaluate.c: the dual evaluation: models of a rule set, run on the workspace, counted by
 * county, drawn and reported. */
#include "evaluation.h"

#include "guotu/io.h"

#include <string.h>

/* One function: its own datasets, report and table, in one commit. */
static enum gt_status evaluate_one(struct evaluation *e, struct ops_model_opt *opt,
                                   struct gt_err *err)
{
    GT_TRY(evaluation_run(e, opt, err));
    if (e->m->n_out)
        evaluation_text(e);
    return GT_OK;
}

/* One report of all, beside those of the single functions. */
static enum gt_status publish_summary(const struct evaluation *e, size_t n, const char *prefix,
                                      struct gt_err *err)
{
    OPS_AUTO_TXN txn = NULL;
    if (n == 0)
        return GT_OK;
    const char *name = gt_printf(e->a, "%sall-%s.html", prefix ? prefix : "", e->rules);
    struct gt_str html = evaluation_summary(e, n);
    GT_TRY(gt_txn_begin(e->store, &txn, err));
    GT_TRY(gt_txn_document(txn, name, html.p, html.n, err));
    GT_TRY(ops_commit(&txn, err));
    const char *path = gt_path_join(e->a, gt_path_join(e->a, gt_store_dir(e->store), "out"), name);
    gt_json_add_str(e->c->result, "report", path);
    gt_buf_addf(&e->c->text, OPS_SAY(e->c, "\nreport of all: %s\n", "\n总报告：%s\n"), path);
    return GT_OK;
}

/* Functions for which the rule set has no model, or the workspace no inputs, are passed over. */
static enum gt_status evaluate_all(const struct evaluation *e, const struct ops_model_opt *opt,
                                   struct gt_err *err)
{
    const struct gt_evaluate_function **f;
    size_t n, done = 0;
    struct gt_json *answers = gt_json_add_arr(e->c->result, "evaluations");
    GT_TRY(evaluation_functions(e, opt, &f, &n, err));
    struct evaluation *all = GT_TAKE_N(e->a, struct evaluation, n);
    struct ops_model_opt *own = GT_TAKE_N(e->a, struct ops_model_opt, n);
    bool *used = GT_TAKE_N(e->a, bool, opt->n_set + 1);
    for (size_t i = 0; i < n; i++) {
        struct evaluation *one = &all[done];
        *one = *e;
        one->function = f[i];
        one->answer = gt_json_add_obj(answers, NULL);
        GT_TRY(evaluation_settings(one, opt, &own[i], used, err));
        own[i].may_be_empty = true;
        if (evaluation_run(one, &own[i], err) != GT_OK)
            return gt_wrap(err, "%s", f[i]->id);
        if (one->m->n_out && e->c->text.n)
            gt_buf_add(&e->c->text, "\n");
        if (one->m->n_out)
            evaluation_text(one);
        done += one->m->n_out > 0;
    }
    return publish_summary(all, done, opt->prefix, err);
}

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    OPS_AUTO_STORE store = NULL;
    GT_AUTO_ARENA job = gt_arena_new();
    struct ops_model_opt opt;
    const char *function = gt_arg_text(c, "function", "");
    GT_TRY(ops_model_args(c, &opt, err));
    GT_TRY(ops_open(c, GT_STORE_WRITE, &store, err));
    struct evaluation e = {.c = c,
                           .a = job,
                           .store = store,
                           .function = gt_evaluate_function_find(function),
                           .rules = gt_arg_text(c, "rules", GT_EVALUATE_RULES),
                           .answer = c->result,
                           .timed = true};
    return e.function ? evaluate_one(&e, &opt, err) : evaluate_all(&e, &opt, err);
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
    EVALUATION_PARAMS,
    OPS_PARAM_MEMORY,
    {.name = NULL},
};

const struct gt_op ops_record_evaluate = {
    .path = "evaluate",
    .title = {"Dual evaluation: ecology, farming, towns", "双评价：生态保护、农业生产、城镇建设"},
    .help =
        {"Evaluates the workspace's land under a rule set and keeps the results as datasets "
         "(P+ecology_zone, P+agriculture_zone, P+urban_zone and their detail). With counties, "
         "results "
         "end at their borders and areas are given for each. A report with maps and a table of "
         "areas are "
         "written to the folder out/. A factor whose input is missing is left out, not guessed: "
         "a warning, and every result and table says so. Heights alone are enough for "
         "farming and towns, not for ecology. Each function is a commit of its own; `all` passes "
         "over those for which all inputs are missing.",
         "按规则集评价工作空间内的土地，结果保存为数据集（前缀+ecology_zone、前缀+agriculture_"
         "zone、前缀+urban_zone "
         "及其明细）。有县级行政区图层时，结果以行政区为界并分县统计面积。报告（含图）和面积表写入 "
         "out/ 目录。缺少输入的因子不参与计算、不作猜测，给出警告，并在每个结果和表格中注明。"
         "农业和城镇评价仅有高程数据即可运行，生态评价则不能。各项评价分别提交；all "
         "跳过输入全部缺失的评价。"},
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
