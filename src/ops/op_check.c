/* op_check.c: the quality check of a submission package. */
#include "check.h"

#include "guotu/io.h"

#include <string.h>

#define SAY(k, en, zh) OPS_SAY((k)->c, en, zh)
#define TEXT_FINDINGS 40

static enum gt_status load(struct check *k, struct gt_err *err)
{
    const char *rules = gt_rules_dir(k->a, err);
    if (!rules)
        return err->status;
    GT_TRY(gt_standard_load(k->a, rules, &k->opt.standard, err));
    return gt_profile_load(k->a, rules, gt_arg_text(k->c, "profile", "county"), &k->opt.profile,
                           err);
}

static enum gt_status open_package(struct check *k, struct gt_err *err)
{
    const char *upper = gt_arg_text(k->c, "upper", NULL);
    GT_TRY(gt_submission_open(k->a, k->path, k->c->work, &k->s, err));
    if (!upper)
        return GT_OK;
    struct gt_submission *both = GT_TAKE(k->a, struct gt_submission);
    *both = *k->s;
    const enum gt_status status = gt_submission_open(k->a, upper, k->c->work, &both->upper, err);
    if (status != GT_OK)
        return gt_wrap(err, "--upper %s", upper);
    k->s = both;
    return GT_OK;
}

/* ---- For people ------------------------------------------------------------------------------ */

static void say_finding(const struct check *k, const struct gt_finding *f)
{
    gt_buf_addf(&k->c->text, "%s  %s  %s  %s%s%s\n    %s\n", f->id,
                gt_check_level_title(f->rule->level, k->c->lang), f->rule->id,
                *f->layer ? f->layer : f->path, f->n_features ? " " : "",
                f->n_features ? f->feature[0] : "", gt_text2(f->text, k->c->lang));
}

static void say_fix(const struct check *k)
{
    if (!k->after)
        return;
    gt_buf_addf(&k->c->text,
                SAY(k, "\nmended copy: %s\nerrors before: %lld, in the copy: %lld\n",
                    "\n修复副本：%s\n修复前错误 %lld 个，副本中 %lld 个\n"),
                k->fix_dir, (long long)k->found->count[GT_LEVEL_ERROR],
                (long long)k->after->count[GT_LEVEL_ERROR]);
    if (k->mended.n > 0)
        gt_buf_add(&k->c->text, gt_table_to_text(k->a, check_mended_table(k), k->c->lang));
    if (k->moved.n > 0)
        gt_buf_add(&k->c->text, gt_table_to_text(k->a, check_moved_table(k), k->c->lang));
}

static void say(const struct check *k, const char *report)
{
    struct gt_buf *b = &k->c->text;
    gt_buf_addf(b,
                SAY(k, "%s: profile %s (%s), unit %s\n\n", "%s：检查方案 %s（%s），行政区 %s\n\n"),
                k->s->name, k->opt.profile->id, gt_text2(k->opt.profile->title, k->c->lang),
                *k->found->region ? k->found->region : "-");
    gt_buf_add(b, gt_table_to_text(k->a, check_summary_table(k), k->c->lang));
    gt_buf_add(b, "\n");
    for (size_t i = 0; i < k->found->n && i < TEXT_FINDINGS; i++)
        say_finding(k, &k->found->v[i]);
    if (k->found->n > TEXT_FINDINGS)
        gt_buf_addf(b,
                    SAY(k, "... and %zu more: see --report or --json\n",
                        "……另有 %zu 个，见 --report 或 --json\n"),
                    k->found->n - TEXT_FINDINGS);
    if (k->found->n_skipped > 0)
        gt_buf_addf(b, SAY(k, "%zu rules were not applied:\n", "%zu 条规则未检查：\n"),
                    k->found->n_skipped);
    for (size_t i = 0; i < k->found->n_skipped; i++) {
        const struct gt_review_trouble *t = &k->found->skipped[i];
        gt_buf_addf(b, "    %s: %s\n", t->rule, k->c->lang == GT_ZH && t->zh ? t->zh : t->text);
    }
    say_fix(k);
    if (report)
        gt_buf_addf(b, SAY(k, "report: %s\n", "报告：%s\n"), report);
}

/* ---- The operation --------------------------------------------------------------------------- */

static enum gt_status run(struct gt_call *c, struct gt_err *err)
{
    const char *report = gt_arg_text(c, "report", NULL), *fix = gt_arg_text(c, "fix", NULL);
    struct check k = {.c = c, .a = c->a, .path = gt_arg_text(c, "submission", "")};
    k.opt.region = gt_arg_text(c, "region", NULL);
    k.opt.memory = (size_t)gt_arg_int(c, "memory", 0) << 20;
    k.opt.work = c->work;
    const char *folder[] = {report, fix};
    for (size_t i = 0; i < GT_LEN(folder); i++)
        if (folder[i] && gt_path_exists(folder[i]))
            return gt_fail(err, GT_EEXISTS, "%s: expected a folder that is not there yet",
                           folder[i]);
    GT_TRY(load(&k, err));
    GT_TRY(open_package(&k, err));
    GT_TRY(gt_review(k.a, k.s, &k.opt, &k.found, err));
    if (fix)
        GT_TRY(check_fix(&k, fix, err));
    if (report)
        GT_TRY(check_report(&k, report, err));
    check_json(&k, c->result);
    if (report)
        gt_json_add_str(c->result, "report", report);
    say(&k, report);
    return k.found->count[GT_LEVEL_ERROR] > 0 ? GT_FINDINGS : GT_OK;
}

static const struct gt_param params[] = {
    {.name = "submission",
     .kind = GT_P_FILE_IN,
     .metavar = "SUBMISSION",
     .position = true,
     .required = true,
     .help = {"a folder, a zip archive of one, a single file, or a workspace",
              "成果包目录、其压缩包、单个文件或工作空间"}},
    {.name = "profile",
     .kind = GT_P_TEXT,
     .metavar = "PROFILE",
     .fallback = "county",
     .help = {"county, city, province, or a file based on one of them",
              "county（县级）、city（市级）、province（省级），或以其为基础的方案文件"}},
    {.name = "upper",
     .kind = GT_P_FILE_IN,
     .metavar = "PACKAGE",
     .help = {"what the upper level issued: its lines and its table of indicators",
              "上级下发的成果：控制线和指标表"}},
    {.name = "region",
     .kind = GT_P_TEXT,
     .metavar = "CODE",
     .help = {"code of the unit; found in the layers unless given", "行政区代码；不给则取自图层"}},
    {.name = "report",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .help = {"a new folder with report.html, report.xlsx, report.json and findings.gpkg",
              "新建目录，内含 report.html、report.xlsx、report.json 和 findings.gpkg"}},
    {.name = "fix",
     .kind = GT_P_DIR,
     .metavar = "DIR",
     .help = {"a new folder with a copy of the package in which what is safe to mend is mended",
              "新建目录，内含修复了可安全修复问题的成果副本"}},
    {.name = "memory",
     .kind = GT_P_INTEGER,
     .metavar = "MB",
     .unit = "MB",
     .min = 64,
     .max = 1048576,
     .help = {"memory for large layers; a quarter of the machine's unless given",
              "处理大图层所用内存；不给则为本机的四分之一"}},
    {.name = NULL},
};

const struct gt_op ops_record_check = {
    .path = "check",
    .title = {"Quality check of a submission package", "汇交成果质检"},
    .help =
        {"Checks a submission package by the rules of a profile: completeness, reference system, "
         "attributes, topology, areas, agreement of text, tables, maps and data, and control "
         "lines. A fault never hides later ones; every finding has an identifier, a place, its "
         "features, a measured value and how to mend it; rules that could not be applied are "
         "listed with the reason. Ends with status 1 where there are errors; warnings and notes "
         "do not count.",
         "按检查方案的规则检查汇交成果：完整性、空间参考、属性、拓扑、面积、图文数一致和控制线。"
         "前面的错误不影响后面的检查；每个问题都有编号、位置、要素、实测值和修改建议；未能检查的规"
         "则"
         "注明原因。有错误时以状态 1 结束，警告和提示不计。"},
    .clause = "",
    .examples = "guotu check 990100.zip\n"
                "guotu check submission --report report --lang zh\n"
                "# against what the upper level issued\n"
                "guotu check submission --upper issued\n"
                "# mends doubled points, spikes and slivers in a copy\n"
                "guotu check submission --fix mended",
    .effect = GT_READS,
    .no_workspace = true,
    .parallel = true,
    .params = params,
    .run = run,
};
