/* scenario_page.c: scenarios beside each other: one table, and the maps of every result in a row.
 */
#include "scenario.h"

#include "gt_version.h"

#include <string.h>

#define SAY(s, en, zh) OPS_SAY((s)->c, en, zh)

const struct scenario_result *scenario_find(const struct scenario *s, const char *name)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->result[i].name, name) == 0)
            return &s->result[i];
    return NULL;
}

/* ---- The table ---- */

static struct gt_table *new_table(const struct scenarios *s, bool with_left)
{
    struct gt_col *col = GT_TAKE_N(s->a, struct gt_col, 4 + 2 * s->n);
    size_t n = 0;
    col[n++] = (struct gt_col){"result", {"result", "结果"}, "", GT_COL_TEXT, 0};
    col[n++] = (struct gt_col){"class", {"class", "类别"}, "", GT_COL_TEXT, 0};
    for (size_t i = 0; i < s->n; i++)
        col[n++] = (struct gt_col){
            .name = gt_printf(s->a, "%s_km2", s->v[i].id),
            .title = {gt_text2(s->v[i].title, GT_EN), gt_text2(s->v[i].title, GT_ZH)},
            .unit = "km²",
            .kind = GT_COL_NUM,
            .decimals = 2};
    for (size_t i = 1; i < s->n; i++)
        col[n++] =
            (struct gt_col){.name = gt_printf(s->a, "%s_change", s->v[i].id),
                            .title = {gt_printf(s->a, "change: %s", gt_text2(s->v[i].title, GT_EN)),
                                      gt_printf(s->a, "变化：%s", gt_text2(s->v[i].title, GT_ZH))},
                            .unit = "km²",
                            .kind = GT_COL_NUM,
                            .decimals = 2};
    if (with_left) {
        col[n++] = (struct gt_col){"left_out", {"left out", "未参与的因子"}, "", GT_COL_TEXT, 0};
        col[n++] = (struct gt_col){"note", {"note", "备注"}, "", GT_COL_TEXT, 0};
    }
    return gt_table_new(s->a, col, n);
}

/* Ground of a class, or without one where it is -1; false: the scenario has no such result. */
static bool area_of(const struct scenario *s, const char *name, int cls, int64_t *ares)
{
    const struct scenario_result *r = scenario_find(s, name);
    if (r)
        *ares = cls < 0 ? r->rest : r->ares[cls];
    return r != NULL;
}

static size_t add_row(const struct scenarios *s, struct gt_table *t,
                      const struct scenario_result *first, int cls)
{
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, gt_text2(first->title, s->c->lang));
    gt_table_set_text(t, row, 1,
                      cls < 0 ? SAY(s, "not classed", "未评价") : first->classes[cls].title);
    int64_t base = 0, ares = 0;
    bool known = area_of(&s->v[0], first->name, cls, &base);
    for (size_t i = 0; i < s->n; i++) {
        if (!area_of(&s->v[i], first->name, cls, &ares))
            continue;
        gt_table_set_num(t, row, 2 + i, (double)ares / 10000);
        if (i && known)
            gt_table_set_num(t, row, 1 + s->n + i, (double)(ares - base) / 10000);
    }
    return row;
}

struct gt_table *scenario_table(const struct scenarios *s, bool with_left)
{
    struct gt_table *t = new_table(s, with_left);
    for (size_t k = 0; k < s->v[0].n; k++) {
        const struct scenario_result *r = &s->v[0].result[k];
        for (int i = 0; i <= (int)r->n_classes; i++) {
            size_t row = add_row(s, t, r, i < (int)r->n_classes ? i : -1);
            if (with_left)
                gt_table_set_text(t, row, 1 + 2 * s->n, r->left);
            if (with_left && s->v[0].synthetic)
                gt_table_set_text(
                    t, row, 2 + 2 * s->n,
                    SAY(s, "synthetic data: not a real place", "合成数据，不对应真实地区"));
        }
    }
    return t;
}

/* ---- The page ---- */

static const char *changes_of(const struct scenarios *s, const struct scenario *v)
{
    struct gt_buf b = {.a = s->a};
    for (size_t i = 0; i < v->n_set; i++)
        gt_buf_addf(&b, "%s%s.%s = %s", i ? "; " : "", v->set[i].step, v->set[i].key,
                    v->set[i].value);
    for (size_t i = 0; i < v->n_input; i++)
        gt_buf_addf(&b, "%s%s = %s", i || v->n_set ? "; " : "", v->input[i].step, v->input[i].id);
    return b.p ? b.p : SAY(s, "nothing changed", "无改动");
}

static void write_doubts(const struct scenarios *s, struct gt_page *p)
{
    if (s->left.n)
        gt_page_note(p, GT_PAGE_WARNING,
                     SAY(s,
                         "Factors left out for want of data — all figures and maps below are "
                         "without them",
                         "因缺少数据而未参与评价的因子（以下全部数字和图均不含这些因子）"),
                     s->left.v, s->left.n);
    if (s->unverified)
        gt_page_note(p, GT_PAGE_WARNING,
                     SAY(s,
                         "Unverified defaults took part: the report of each evaluation, beside "
                         "this page, names them",
                         "未经标准原文核实的缺省值参与了判定，见与本页同一文件夹中的各项评价报告"),
                     NULL, 0);
}

static void write_scenarios(const struct scenarios *s, struct gt_page *p)
{
    const char *(*fact)[2] = gt_take_n(s->a, s->n, sizeof *fact);
    for (size_t i = 0; i < s->n; i++) {
        fact[i][0] = gt_text2(s->v[i].title, s->c->lang);
        fact[i][1] = changes_of(s, &s->v[i]);
    }
    gt_page_heading(p, SAY(s, "Scenarios", "情景设置"));
    gt_page_facts(p, (const char *const(*)[2])fact, s->n);
}

static void write_maps(const struct scenarios *s, struct gt_page *p,
                       const struct scenario_result *first)
{
    struct gt_page_frame *frame = GT_TAKE_N(s->a, struct gt_page_frame, s->n);
    size_t n = 0;
    for (size_t i = 0; i < s->n; i++) {
        const struct scenario_result *r = scenario_find(&s->v[i], first->name);
        if (!r || !r->map.n)
            continue;
        const char *title = gt_text2(s->v[i].title, s->c->lang);
        frame[n++] = (struct gt_page_frame){
            r->map, title,
            gt_printf(s->a, SAY(s, "%s (dataset %s)", "%s（数据集 %s）"), title, r->id)};
    }
    gt_page_heading(p, gt_text2(first->title, s->c->lang));
    gt_page_pictures(p, frame, n);
}

struct gt_str scenario_page(const struct scenarios *s)
{
    const struct gt_workspace_info *info = gt_store_info(s->store);
    struct gt_page_head head = {
        .lang = s->c->lang,
        .title = SAY(s, "Dual evaluation: scenarios", "国土空间“双评价”：情景分析"),
        .subtitle = gt_printf(s->a, "%s · %s", info->title, s->rules),
        .banner = s->v[0].synthetic
                      ? SAY(s, "SYNTHETIC DATA · not a real place", "合成数据 · 非真实地区")
                      : NULL,
        .footer = gt_printf(s->a,
                            SAY(s, "guotu %s · rules %s · computed by machine, for reference",
                                "guotu %s · 规则集 %s · 计算机评价结果，供参考"),
                            GT_VERSION, s->rules)};
    struct gt_page *p = gt_page_new(s->a, &head);
    write_doubts(s, p);
    write_scenarios(s, p);
    gt_page_heading(p, SAY(s, "Areas by class", "分类面积对比"));
    gt_page_table(p, scenario_table(s, false),
                  SAY(s, "Areas in km²; changes against the first scenario",
                      "面积（km²）；变化以第一个情景为基准"));
    for (size_t k = 0; k < s->v[0].n; k++)
        write_maps(s, p, &s->v[0].result[k]);
    return gt_page_end(p);
}
