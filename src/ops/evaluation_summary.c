/* evaluation_summary.c: all functions of the evaluation in one report: how it was made, what came
 * out, what contradicts what is there today, what could be used, and what to do. */
#include "evaluation.h"

#include "gt_version.h"

#include <string.h>

#define SAY(e, en, zh) OPS_SAY((e)->c, en, zh)

static const char *text_of(const struct evaluation *e, struct gt_text2 t)
{
    const char *text = gt_text2(t, e->c->lang);
    return text ? text : "";
}

static const struct evaluation_result *find_result(const struct evaluation *e, size_t n,
                                                   const char *output)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < e[i].n; k++)
            if (strcmp(e[i].result[k].out->name, output) == 0)
                return &e[i].result[k];
    return NULL;
}

/* ---- Head ---- */

static void write_facts(const struct evaluation *e, size_t n, struct gt_page *p)
{
    const struct gt_workspace_info *info = gt_store_info(e->store);
    struct gt_buf functions = {.a = e->a};
    for (size_t i = 0; i < n; i++)
        gt_buf_addf(&functions, "%s%s", i ? SAY(e, ", ", "、") : "", evaluation_title(&e[i]));
    const char *const facts[][2] = {
        {SAY(e, "Place", "评价区域"), info->title},
        {SAY(e, "Evaluated", "评价内容"), functions.p},
        {SAY(e, "Rule set", "规则集"),
         gt_printf(e->a, SAY(e, "%s (%s, version %s)", "%s（%s，版本 %s）"),
                   text_of(e, e->set->title), e->set->id, e->set->version)},
        {SAY(e, "Standing", "规则集状态"), text_of(e, gt_evaluate_standing(e->set))},
    };
    gt_page_heading(p, SAY(e, "What was evaluated", "评价概况"));
    gt_page_facts(p, facts, GT_LEN(facts));
}

static void write_method(const struct evaluation *e, struct gt_page *p)
{
    size_t n;
    const struct gt_text2 *sentence = gt_evaluate_method(&n);
    gt_page_heading(p, SAY(e, "Method", "评价方法"));
    for (size_t i = 0; i < n; i++)
        gt_page_text(p, text_of(e, sentence[i]));
    gt_page_text(p, SAY(e,
                        "Limits, matrices, formulas and inputs of each function are in its own "
                        "report beside this one.",
                        "各项评价的分级阈值、判别矩阵、公式和输入数据见其单项报告。"));
}

/* ---- Findings ---- */

static struct gt_table *new_findings(const struct evaluation *e)
{
    static const struct gt_col cols[] = {
        {"finding", {"finding", "发现"}, "", GT_COL_TEXT, 0},
        {"km2", {"area", "面积"}, "km²", GT_COL_NUM, 2},
        {"mu", {"area", "面积"}, "亩", GT_COL_NUM, 0},
        {"advice", {"advice", "建议"}, "", GT_COL_TEXT, 0},
    };
    return gt_table_new(e->a, cols, GT_LEN(cols));
}

/* The advice of some kinds whose ground is there. */
static struct gt_table *findings(const struct evaluation *e, size_t n, unsigned kinds)
{
    size_t count;
    const struct gt_evaluate_advice *a = gt_evaluate_advice(&count);
    struct gt_table *t = new_findings(e);
    for (size_t i = 0; i < count; i++) {
        const struct evaluation_result *r = find_result(e, n, a[i].output);
        if (!(kinds & 1u << a[i].kind) || !r)
            continue;
        struct gt_evaluate_area v = gt_evaluate_sum(&r->tables, a[i].code);
        if (!v.cells)
            continue;
        size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, text_of(e, a[i].finding));
        gt_table_set_num(t, row, 1, (double)v.ares / 10000);
        gt_table_set_num(t, row, 2, (double)v.ares / 100 * 15);
        gt_table_set_text(t, row, 3, text_of(e, a[i].advice));
    }
    return t;
}

static void write_findings(const struct evaluation *e, size_t n, struct gt_page *p)
{
    static const struct {
        struct gt_text2 title;
        unsigned kinds;
        const char *from;
    } PART[] = {
        {{"Findings: problems and risks", "问题和风险清单"},
         1u << GT_ADVICE_PROBLEM | 1u << GT_ADVICE_RISK,
         "problems_zone"},
        {{"Findings: potential", "潜力清单"}, 1u << GT_ADVICE_POTENTIAL, "potential_agriculture"},
        {{"Findings: agreement with what is known", "结果校验清单"},
         1u << GT_ADVICE_CHECK,
         "agreement_cropland"},
    };
    for (size_t i = 0; i < GT_LEN(PART); i++) {
        const struct gt_table *t = findings(e, n, PART[i].kinds);
        gt_page_heading(p, text_of(e, PART[i].title));
        if (gt_table_rows(t))
            gt_page_table(p, t, NULL);
        else if (find_result(e, n, PART[i].from))
            gt_page_text(p, SAY(e, "Nothing was found.", "未发现。"));
        else
            gt_page_text(p, SAY(e, "Not computed: the inputs are missing.", "缺少输入，未计算。"));
    }
}

/* ---- Advice ---- */

static double km2_of(const struct evaluation *e, size_t n, const char *output, int64_t code)
{
    const struct evaluation_result *r = find_result(e, n, output);
    return r ? (double)gt_evaluate_sum(&r->tables, code).ares / 10000 : 0;
}

/* What the figure of a sentence does not know. */
static const char *without(const struct evaluation *e, size_t n, const char *function)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(e[i].function->id, function) == 0 && e[i].left_text)
            return gt_printf(e->a,
                             SAY(e, " This figure knows nothing of: %s.", "该数字未计入：%s。"),
                             e[i].left_text);
    return "";
}

static void write_advice(const struct evaluation *e, size_t n, struct gt_page *p)
{
    gt_page_heading(p, SAY(e, "Advice", "建议"));
    if (find_result(e, n, "ecology_zone"))
        gt_page_text(
            p,
            gt_printf(e->a,
                      SAY(e,
                          "Pattern and red line: %.2f km² are of extreme importance to ecology. "
                          "They are what the ecological conservation red line is drawn from, "
                          "after the problems above are settled.%s",
                          "空间格局与生态保护红线：生态保护极重要区 %.2f km²，是划定生态保护红线的"
                          "基础，划定前应处理上列冲突。%s"),
                      km2_of(e, n, "ecology_zone", 1), without(e, n, "ecology")));
    if (find_result(e, n, "agriculture_zone"))
        gt_page_text(
            p, gt_printf(e->a,
                         SAY(e,
                             "Permanent basic farmland: %.2f km² were not found unsuitable for "
                             "farming. New farmland should not lie outside of them.%s",
                             "永久基本农田：农业生产适宜（未判定为不适宜）的土地 %.2f km²，"
                             "补充耕地不应超出此范围。%s"),
                         km2_of(e, n, "agriculture_zone", 1) + km2_of(e, n, "agriculture_zone", 2),
                         without(e, n, "agriculture")));
    if (find_result(e, n, "urban_zone"))
        gt_page_text(
            p,
            gt_printf(e->a,
                      SAY(e,
                          "Urban development boundary: %.2f km² are unsuitable for towns and "
                          "should stay outside it.%s",
                          "城镇开发边界：城镇建设不适宜区 %.2f km²，原则上不划入城镇开发边界。%s"),
                      km2_of(e, n, "urban_zone", 3), without(e, n, "urban")));
    gt_page_remark(p, SAY(e,
                          "Sentences made by rule from the areas above: for reference, no "
                          "judgement of the authority.",
                          "以上建议由程序按面积统计结果生成，供参考，不代替主管部门的判断。"));
}

/* ---- The whole ---- */

static void write_results(const struct evaluation *e, size_t n, struct gt_page *p)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < e[i].n; k++)
            if (gt_ends(e[i].result[k].out->name, "_zone"))
                evaluation_write_result(&e[i], p, &e[i].result[k]);
}

struct gt_str evaluation_summary(const struct evaluation *e, size_t n)
{
    const struct gt_workspace_info *info = gt_store_info(e->store);
    struct gt_page_head head = {
        .lang = e->c->lang,
        .title = SAY(e, "Dual evaluation: all results", "国土空间“双评价”报告"),
        .subtitle =
            gt_printf(e->a, "%s · %s (%s)", info->title, text_of(e, e->set->title), e->rules),
        .banner = e->m->synthetic
                      ? SAY(e, "SYNTHETIC DATA · not a real place", "合成数据 · 非真实地区")
                      : NULL,
        .footer = gt_printf(e->a,
                            SAY(e, "guotu %s · rules %s · computed by machine, for reference",
                                "guotu %s · 规则集 %s · 计算机评价结果，供参考"),
                            GT_VERSION, e->rules)};
    struct gt_page *p = gt_page_new(e->a, &head);
    for (size_t i = 0; i < n; i++)
        evaluation_write_left_out(&e[i], p);
    write_facts(e, n, p);
    write_method(e, p);
    write_results(e, n, p);
    write_findings(e, n, p);
    write_advice(e, n, p);
    return gt_page_end(p);
}
