/* check_tables.c: findings and rules of a quality check as tables. */
#include "check.h"

#include <math.h>
#include <string.h>

#define SAY(k, en, zh) OPS_SAY((k)->c, en, zh)

int64_t check_count(const struct gt_findings *f, const char *rule)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += strcmp(f->v[i].rule->id, rule) == 0;
    for (size_t i = 0; i < f->n_more; i++)
        if (strcmp(f->more[i].rule->id, rule) == 0)
            n += f->more[i].n;
    return n;
}

static int64_t in_family(const struct gt_findings *f, int family, enum gt_check_level level)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->n; i++)
        n += (int)f->v[i].rule->family == family && f->v[i].rule->level == level;
    for (size_t i = 0; i < f->n_more; i++)
        if ((int)f->more[i].rule->family == family && f->more[i].rule->level == level)
            n += f->more[i].n;
    return n;
}

static int64_t checked_in(const struct gt_findings *f, int family)
{
    int64_t n = 0;
    for (size_t i = 0; i < f->n_checked; i++)
        n += (int)f->checked[i]->family == family;
    return n;
}

static struct gt_col text_col(const char *name, const char *en, const char *zh)
{
    return (struct gt_col){.name = name, .title = {en, zh}, .unit = "", .kind = GT_COL_TEXT};
}

static struct gt_col int_col(const char *name, const char *en, const char *zh)
{
    return (struct gt_col){.name = name, .title = {en, zh}, .unit = "", .kind = GT_COL_INT};
}

static struct gt_col num_col(const char *name, const char *en, const char *zh, const char *unit,
                             int decimals)
{
    return (struct gt_col){
        .name = name, .title = {en, zh}, .unit = unit, .kind = GT_COL_NUM, .decimals = decimals};
}

const struct gt_table *check_summary_table(const struct check *k)
{
    const struct gt_col col[] = {
        text_col("family", "family", "检查类别"), int_col("rules", "rules applied", "已检规则数"),
        int_col("errors", "errors", "错误"), int_col("warnings", "warnings", "警告"),
        int_col("notes", "notes", "提示")};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col));
    const struct gt_findings *f = k->found;
    for (int i = 0; i < GT_CHECK_FAMILIES; i++) {
        const size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, gt_check_family_title((enum gt_check_family)i, k->c->lang));
        gt_table_set_int(t, row, 1, checked_in(f, i));
        gt_table_set_int(t, row, 2, in_family(f, i, GT_LEVEL_ERROR));
        gt_table_set_int(t, row, 3, in_family(f, i, GT_LEVEL_WARNING));
        gt_table_set_int(t, row, 4, in_family(f, i, GT_LEVEL_NOTE));
    }
    const size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, SAY(k, "all", "合计"));
    gt_table_set_int(t, row, 1, (int64_t)f->n_checked);
    gt_table_set_int(t, row, 2, f->count[GT_LEVEL_ERROR]);
    gt_table_set_int(t, row, 3, f->count[GT_LEVEL_WARNING]);
    gt_table_set_int(t, row, 4, f->count[GT_LEVEL_NOTE]);
    return t;
}

/* "BSM, BSM, ... (12)" */
static const char *features_text(struct gt_arena *a, const struct gt_finding *f)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "");
    for (size_t i = 0; i < f->n_features && i < 6; i++)
        gt_buf_addf(&b, "%s%s", i ? ", " : "", f->feature[i]);
    if (f->n_features > 6)
        gt_buf_addf(&b, ", … (%zu)", f->n_features);
    return b.p;
}

static void finding_row(const struct check *k, struct gt_table *t, const struct gt_finding *f)
{
    const size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, f->id);
    gt_table_set_text(t, row, 1, gt_check_level_title(f->rule->level, k->c->lang));
    gt_table_set_text(t, row, 2, f->rule->id);
    gt_table_set_text(t, row, 3, *f->layer ? f->layer : f->path);
    gt_table_set_text(t, row, 4, features_text(k->a, f));
    gt_table_set_text(t, row, 5, f->field);
    gt_table_set_num(t, row, 6, f->lon);
    gt_table_set_num(t, row, 7, f->lat);
    gt_table_set_num(t, row, 8, f->value);
    gt_table_set_text(t, row, 9, f->unit);
    gt_table_set_text(t, row, 10, gt_text2(f->text, k->c->lang));
    gt_table_set_text(t, row, 11, gt_text2(f->rule->fix, k->c->lang));
    if (k->after)
        gt_table_set_text(t, row, 12, f->fixed ? SAY(k, "mended", "已修复") : "");
}

const struct gt_table *check_findings_table(const struct check *k, int family)
{
    const struct gt_col col[] = {text_col("id", "id", "编号"),
                                 text_col("level", "level", "级别"),
                                 text_col("rule", "rule", "规则"),
                                 text_col("layer", "layer or file", "图层或文件"),
                                 text_col("features", "features", "要素"),
                                 text_col("field", "field", "字段"),
                                 num_col("lon", "longitude", "经度", "°", 7),
                                 num_col("lat", "latitude", "纬度", "°", 7),
                                 num_col("value", "value", "数值", "", -1),
                                 text_col("unit", "unit", "单位"),
                                 text_col("text", "expected and found", "问题描述"),
                                 text_col("fix", "how to mend", "修改建议"),
                                 text_col("fixed", "mended", "是否修复")};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col) - (k->after ? 0 : 1));
    for (size_t i = 0; i < k->found->n; i++)
        if (family < 0 || (int)k->found->v[i].rule->family == family)
            finding_row(k, t, &k->found->v[i]);
    return t;
}

static const char *why_not(const struct check *k, const char *rule)
{
    for (size_t i = 0; i < k->found->n_skipped; i++)
        if (strcmp(k->found->skipped[i].rule, rule) == 0)
            return k->c->lang == GT_ZH && k->found->skipped[i].zh ? k->found->skipped[i].zh
                                                                  : k->found->skipped[i].text;
    return NULL;
}

const struct gt_table *check_rules_table(const struct check *k)
{
    const struct gt_col col[] = {text_col("rule", "rule", "规则"),
                                 text_col("family", "family", "检查类别"),
                                 text_col("level", "level", "级别"),
                                 text_col("text", "what must hold", "要求"),
                                 text_col("tolerance", "tolerance", "容差"),
                                 text_col("clause", "clause", "条款"),
                                 text_col("evidence", "evidence", "依据核实"),
                                 text_col("applied", "applied", "检查情况"),
                                 int_col("findings", "findings", "问题数")};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col));
    const struct gt_profile *p = k->opt.profile;
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct gt_check_rule *r = &p->rule[i];
        const size_t row = gt_table_add_row(t);
        const char *why = why_not(k, r->id);
        char number[32];
        gt_table_set_text(t, row, 0, r->id);
        gt_table_set_text(t, row, 1, gt_check_family_title(r->family, k->c->lang));
        gt_table_set_text(t, row, 2, gt_check_level_title(r->level, k->c->lang));
        gt_table_set_text(t, row, 3, gt_text2(r->text, k->c->lang));
        if (isfinite(r->tolerance))
            gt_table_set_text(t, row, 4,
                              gt_printf(k->a, "%s %s", gt_fmt_num(r->tolerance, number), r->unit));
        gt_table_set_text(t, row, 5, r->clause);
        gt_table_set_text(t, row, 6, gt_evidence_title(r->evidence, k->c->lang));
        gt_table_set_text(t, row, 7,
                          why ? gt_printf(k->a, SAY(k, "not applied: %s", "未检查：%s"), why)
                              : SAY(k, "applied", "已检查"));
        if (!why)
            gt_table_set_int(t, row, 8, check_count(k->found, r->id));
    }
    return t;
}

const struct gt_table *check_mended_table(const struct check *k)
{
    const struct gt_col col[] = {text_col("layer", "layer", "图层"),
                                 int_col("points", "doubled points", "重复节点"),
                                 int_col("rings", "doubled rings", "重复环"),
                                 int_col("spikes", "spikes", "尖刺"),
                                 int_col("snapped", "points snapped", "捕捉节点"),
                                 int_col("slivers", "slivers", "碎面"),
                                 num_col("moved", "ground moved", "移动面积", "m2", 4)};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col));
    for (size_t i = 0; i < k->mended.n; i++) {
        const struct check_mended *m = &k->mended.v[i];
        const size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, m->layer);
        gt_table_set_int(t, row, 1, m->points);
        gt_table_set_int(t, row, 2, m->rings);
        gt_table_set_int(t, row, 3, m->spikes);
        gt_table_set_int(t, row, 4, m->snapped);
        gt_table_set_int(t, row, 5, m->slivers);
        gt_table_set_num(t, row, 6, m->moved_m2);
    }
    return t;
}

const struct gt_table *check_moved_table(const struct check *k)
{
    const struct gt_col col[] = {
        text_col("layer", "layer", "图层"), text_col("class", "class", "地类"),
        num_col("gained", "gained", "增加", "m2", 4), num_col("lost", "lost", "减少", "m2", 4)};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col));
    for (size_t i = 0; i < k->moved.n; i++) {
        const struct check_moved *m = &k->moved.v[i];
        const size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, m->layer);
        gt_table_set_text(t, row, 1, m->code);
        gt_table_set_num(t, row, 2, m->gained_m2);
        gt_table_set_num(t, row, 3, m->lost_m2);
    }
    return t;
}
