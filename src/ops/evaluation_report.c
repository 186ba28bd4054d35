/* evaluation_report.c: the report of an evaluation: what was asked, what came out, what decided it,
 * and what was missing. */
#include "evaluation.h"

#include "gt_version.h"

#include <math.h>
#include <string.h>

#define SAY(e, en, zh) OPS_SAY((e)->c, en, zh)

static const char *text_of(const struct evaluation *e, struct gt_text2 t)
{
    const char *text = gt_text2(t, e->c->lang);
    return text ? text : "";
}

typedef GT_VEC(const char *) lines_t;

/* "slope (urb.slope)", in the brackets of the language. */
static const char *with(const struct evaluation *e, const char *text, const char *more)
{
    return more && more[0] ? gt_printf(e->a, SAY(e, "%s (%s)", "%s（%s）"), text, more) : text;
}

/* ---- What was asked ---- */

static const char *cell_text(const struct evaluation *e, const struct gt_raster_info *info)
{
    const struct gt_metric *metric;
    double ew = 0, ns = 0;
    const struct gt_grid *g = &info->grid;
    if (gt_metric_new(e->a, info->crs, g, &metric, NULL) == GT_OK)
        gt_metric_cell_size(metric, &ew, &ns);
    return gt_printf(e->a,
                     SAY(e, "%lld × %lld cells of %.1f m × %.1f m on the ground",
                         "%lld × %lld 格，每格地面 %.1f m × %.1f m"),
                     (long long)g->w, (long long)g->h, ew, ns);
}

static const char *now_text(const struct evaluation *e)
{
    char now[32];
    gt_time_now(now);
    return ops_local_time(e->a, now);
}

static const char *counted_text(const struct evaluation *e)
{
    const struct evaluation_result *r = &e->result[e->n - 1];
    struct gt_evaluate_area none = gt_evaluate_sum(&r->tables, 0);
    int64_t cells = 0;
    for (size_t i = 0; i < r->areas.n; i++)
        if (r->areas.v[i].zone >= 0 || r->tables.n_zones == 0)
            cells += r->areas.v[i].cells;
    return gt_printf(
        e->a, SAY(e, "%lld cells, of which %lld without a class", "%lld 格，其中未评价 %lld 格"),
        (long long)cells, (long long)none.cells);
}

static void write_facts(const struct evaluation *e, struct gt_page *p)
{
    const struct gt_workspace_info *info = gt_store_info(e->store);
    const struct gt_raster_info *raster = &e->result[0].raster->info;
    const char *const crs =
        raster->crs->code[0] ? with(e, raster->crs->name, raster->crs->code) : raster->crs->name;
    const char *const facts[][2] = {
        {SAY(e, "Evaluated", "评价内容"), evaluation_title(e)},
        {SAY(e, "Place", "评价区域"), with(e, info->title, info->region)},
        {SAY(e, "Rule set", "规则集"), with(e, text_of(e, e->set->title),
                                            gt_printf(e->a, SAY(e, "%s, version %s", "%s，版本 %s"),
                                                      e->set->id, e->set->version))},
        {SAY(e, "Standing", "规则集状态"), text_of(e, gt_evaluate_standing(e->set))},
        {SAY(e, "Rules' fingerprint", "规则集指纹"), e->set->hash},
        {SAY(e, "Rules changed by", "规则更改文件"),
         e->set->file ? with(e, e->set->file, e->set->file_hash) : SAY(e, "no file", "无")},
        {SAY(e, "Model", "模型"), with(e, text_of(e, e->m->model->title), e->m->model->name)},
        {SAY(e, "Coordinate system", "坐标系"), crs},
        {SAY(e, "Grid", "格网"), cell_text(e, raster)},
        {SAY(e, "Counted", "评价范围"), counted_text(e)},
        {SAY(e, "Security grade", "密级"),
         e->m->grade[0] ? ops_grade_title(e->m->grade, e->c->lang) : SAY(e, "not set", "未标注")},
        {SAY(e, "Made", "生成时间"), with(e, now_text(e), "guotu " GT_VERSION)},
    };
    gt_page_heading(p, SAY(e, "What was evaluated", "评价概况"));
    gt_page_facts(p, facts, GT_LEN(facts));
}

/* ---- What is missing or doubtful ---- */

/* "stood in for: soil rule (metal_rule)" */
static void add_stand_ins(const struct evaluation *e, const char *input, struct gt_buf *b)
{
    bool any = false;
    for (size_t i = 0; i < e->m->n_left; i++) {
        const struct gt_left_out *l = &e->m->left[i];
        int step = l->used_instead ? gt_model_step(e->m->model, l->used_instead) : -1;
        if (step < 0 || strcmp(l->input, input) != 0)
            continue;
        gt_buf_addf(b, "%s%s",
                    any ? SAY(e, ", ", "、") : SAY(e, " Stood in for: ", "由其他数据代替："),
                    with(e, text_of(e, l->title), text_of(e, e->m->model->steps[step].title)));
        any = true;
    }
}

void evaluation_write_left_out(const struct evaluation *e, struct gt_page *p)
{
    lines_t lines = {0};
    const struct gt_step *s;
    for (size_t i = 0; (s = evaluation_missing(e, i)); i++) {
        struct gt_buf b = {.a = e->a};
        const char *name = evaluation_missing_name(e, s);
        if (!name)
            continue;
        gt_buf_addf(&b,
                    SAY(e, "%s: no layer '%s' in the workspace.", "%s：工作空间中没有图层 %s。"),
                    text_of(e, s->title), name);
        const struct gt_left_out *l;
        bool any = false;
        for (size_t at = 0; (l = evaluation_dropped(e, s->name, &at)); any = true)
            gt_buf_addf(&b, "%s%s", any ? SAY(e, ", ", "、") : SAY(e, " Not taken: ", "未计入："),
                        text_of(e, l->title));
        if (any)
            gt_buf_add(&b, SAY(e, ".", "。"));
        add_stand_ins(e, s->name, &b);
        *GT_PUSH(e->a, &lines) = b.p;
    }
    for (size_t i = 0; i < e->n_inherited; i++)
        *GT_PUSH(e->a, &lines) = gt_printf(
            e->a,
            SAY(e, "%s: was missing when the input %s was made.", "%s：生成输入数据 %s 时即缺少。"),
            text_of(e, e->inherited[i].title), e->inherited[i].of);
    if (lines.n)
        gt_page_note(
            p, GT_PAGE_WARNING,
            gt_printf(e->a,
                      SAY(e,
                          "%s: factors left out for want of data — all its results and "
                          "tables below are without them",
                          "%s：因缺少数据而未参与评价的因子（以下各结果和表格均不含这些因子）"),
                      evaluation_title(e)),
            lines.v, lines.n);
}

/* A step that only applies a table: the table is listed itself. */
static bool has_table(const struct evaluation *e, const struct ops_basis *b)
{
    int i = strcmp(b->kind, "step") == 0 ? gt_model_step(e->m->model, b->id) : -1;
    const struct gt_step *s = i >= 0 ? &e->m->model->steps[i] : NULL;
    return s && ((s->classes && s->classes->id[0]) || (s->matrix && s->matrix->id[0]));
}

static void write_unverified(const struct evaluation *e, struct gt_page *p)
{
    lines_t lines = {0};
    for (size_t i = 0; i < e->bases.n; i++) {
        const struct ops_basis *b = &e->bases.v[i];
        if (b->evidence == GT_UNVERIFIED && !has_table(e, b))
            *GT_PUSH(e->a, &lines) = with(e, text_of(e, b->title), b->id);
    }
    if (lines.n)
        gt_page_note(p, GT_PAGE_WARNING,
                     SAY(e,
                         "Unverified defaults took part in the result: check them against the "
                         "standard's text "
                         "before a plan relies on it",
                         "下列缺省值未经标准原文核实，但参与了结果的判定：用于规划前须逐条核对"),
                     lines.v, lines.n);
}

static void write_settings(const struct evaluation *e, struct gt_page *p)
{
    lines_t lines = {0};
    for (size_t i = 0; i < e->m->opt->n_set; i++) {
        const struct gt_setting *s = &e->m->opt->set[i];
        *GT_PUSH(e->a, &lines) = gt_printf(e->a, "%s.%s = %s", s->step, s->key, s->value);
    }
    if (lines.n)
        gt_page_note(p, GT_PAGE_WARNING,
                     SAY(e, "Changed for this run, against the rule set and the model",
                         "本次计算改动的参数（与规则集、模型的缺省值不同）"),
                     lines.v, lines.n);
}

static void write_synthetic(const struct evaluation *e, struct gt_page *p)
{
    if (e->m->synthetic)
        gt_page_note(
            p, GT_PAGE_WARNING,
            SAY(e,
                "Synthetic data: the place does not exist, and no figure here says anything "
                "about a real one",
                "合成数据：该地区并不存在，本报告的任何数字都不反映真实地区"),
            NULL, 0);
}

/* ---- Results ---- */

/* "（不含：年降水量）" behind a table's caption: a table copied out of the report still says so. */
static const char *captioned(const struct evaluation *e, const char *caption)
{
    const char *left =
        e->left_text ? gt_printf(e->a, SAY(e, "; without: %s", "；未计入：%s"), e->left_text) : "";
    return with(e, caption,
                gt_printf(e->a, "%s%s%s", e->rules,
                          e->m->synthetic ? SAY(e, "; synthetic data", "；合成数据") : "", left));
}

static const char *first_sentence(const struct evaluation *e, const struct evaluation_result *r)
{
    struct gt_buf b = {.a = e->a};
    bool any = false;
    for (size_t i = 0; i < r->n_classes; i++) {
        struct gt_evaluate_area v = gt_evaluate_sum(&r->tables, (int64_t)r->classes[i].code);
        if (!v.cells)
            continue;
        gt_buf_addf(&b, SAY(e, "%s%s %.2f km² (%.2f %%)", "%s%s %.2f km²，占 %.2f%%"),
                    any ? SAY(e, "; ", "；") : "", r->classes[i].title, (double)v.ares / 10000,
                    100 * gt_evaluate_share(&r->tables, v.code));
        any = true;
    }
    gt_buf_add(&b, SAY(e, ".", "。"));
    return b.p;
}

static void write_shares(const struct evaluation *e, struct gt_page *p,
                         const struct evaluation_result *r)
{
    struct gt_page_share *share = GT_TAKE_N(e->a, struct gt_page_share, r->n_classes);
    size_t n = 0;
    for (size_t i = 0; i < r->n_classes; i++) {
        double part = gt_evaluate_share(&r->tables, (int64_t)r->classes[i].code);
        if (part > 0)
            share[n++] = (struct gt_page_share){gt_palette_rgb(r->palette, r->classes[i].code),
                                                r->classes[i].title, part};
    }
    gt_page_shares(p, share, n);
}

void evaluation_write_result(const struct evaluation *e, struct gt_page *p,
                             const struct evaluation_result *r)
{
    char *title = gt_strdup(e->a, text_of(e, r->d->title));
    if (title[0] >= 'a' && title[0] <= 'z')
        title[0] = (char)(title[0] - 'a' + 'A');
    gt_page_heading(p, title);
    gt_page_text(p, first_sentence(e, r));
    gt_page_picture(p, r->map, title,
                    gt_printf(e->a,
                              SAY(e, "Figure: %s. Dataset %s, version %lld, %s",
                                  "图：%s。数据集 %s，版本 %lld，%s"),
                              title, r->d->id, (long long)r->d->version, r->d->hash));
    write_shares(e, p, r);
    gt_page_table(
        p, gt_evaluate_by_class(e->a, &r->tables),
        captioned(e, gt_printf(e->a, SAY(e, "Areas by class: %s", "分类面积：%s"), title)));
    const struct gt_table *zones = gt_evaluate_by_zone(e->a, &r->tables);
    if (zones)
        gt_page_table(
            p, zones,
            captioned(e,
                      gt_printf(e->a, SAY(e, "Areas by county: %s", "分县（区）面积：%s"), title)));
}

/* The zones first, then what they were made from, the last step first. */
static void write_results(const struct evaluation *e, struct gt_page *p)
{
    for (size_t i = e->n; i-- > 0;)
        if (gt_ends(e->result[i].out->name, "_zone"))
            evaluation_write_result(e, p, &e->result[i]);
    for (size_t i = e->n; i-- > 0;)
        if (!gt_ends(e->result[i].out->name, "_zone"))
            evaluation_write_result(e, p, &e->result[i]);
}

/* ---- Inputs ---- */

static const char *size_of(const struct evaluation *e, const struct gt_dataset *d)
{
    if (d->kind == GT_DATASET_TABLE)
        return gt_printf(e->a, SAY(e, "%lld rows", "%lld 行"), (long long)d->features);
    if (d->kind == GT_DATASET_VECTOR)
        return gt_printf(e->a, SAY(e, "%lld features", "%lld 个要素"), (long long)d->features);
    return gt_printf(e->a, SAY(e, "%lld × %lld cells, %lld void", "%lld × %lld 格，空值 %lld"),
                     (long long)d->grid.w, (long long)d->grid.h, (long long)d->voids);
}

static const char *or_dash(const char *text)
{
    return text && text[0] ? text : "—";
}

static void input_row(const struct evaluation *e, struct gt_table *t, const struct gt_dataset *d,
                      const char *title)
{
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, title);
    gt_table_set_text(t, row, 1, gt_printf(e->a, "%s v%lld", d->id, (long long)d->version));
    gt_table_set_text(t, row, 2, or_dash(d->vintage));
    gt_table_set_text(t, row, 3, strlen(d->crs) < 24 ? d->crs : SAY(e, "by definition", "自定义"));
    gt_table_set_text(t, row, 4, size_of(e, d));
    gt_table_set_text(t, row, 5, or_dash(d->source));
    gt_table_set_text(t, row, 6, or_dash(d->licence));
}

static void write_inputs(const struct evaluation *e, struct gt_page *p)
{
    static const struct gt_col cols[] = {
        {"input", {"input", "输入"}, "", GT_COL_TEXT, 0},
        {"dataset", {"dataset", "数据集"}, "", GT_COL_TEXT, 0},
        {"vintage", {"year", "年份"}, "", GT_COL_TEXT, 0},
        {"crs", {"CRS", "坐标系"}, "", GT_COL_TEXT, 0},
        {"size", {"size", "规模"}, "", GT_COL_TEXT, 0},
        {"source", {"source", "来源"}, "", GT_COL_TEXT, 0},
        {"licence", {"licence", "使用许可"}, "", GT_COL_TEXT, 0},
    };
    int n = e->m->model->n_steps;
    struct gt_table *t = gt_table_new(e->a, cols, GT_LEN(cols));
    const char *(*hash)[2] = gt_take_n(e->a, (size_t)n, sizeof *hash);
    size_t hashes = 0;
    for (int i = 0; i < n; i++) {
        const struct gt_dataset *d = e->m->input[i];
        if (!d || !e->used[i])
            continue;
        input_row(e, t, d, text_of(e, e->m->model->steps[i].title));
        hash[hashes][0] = d->id;
        hash[hashes++][1] = d->hash;
    }
    gt_page_heading(p, SAY(e, "Input data", "输入数据"));
    gt_page_table(p, t, NULL);
    gt_page_remark(p, SAY(e, "Fingerprints of the versions used:", "所用版本的指纹："));
    gt_page_facts(p, (const char *const(*)[2])hash, hashes);
}

/* ---- Rules ---- */

/* Where a table comes from, below it. */
static void write_basis(const struct evaluation *e, struct gt_page *p, enum gt_evidence evidence,
                        const char *source, const char *note)
{
    const char *more =
        note && note[0] ? gt_printf(e->a, SAY(e, " Note: %s", " 说明：%s"), note) : "";
    gt_page_remark(p,
                   gt_printf(e->a, SAY(e, "Evidence: %s. Source: %s.%s", "证据：%s。来源：%s。%s"),
                             gt_evidence_title(evidence, e->c->lang), or_dash(source), more));
}

static void write_matrix(const struct evaluation *e, struct gt_page *p, const struct gt_step *s)
{
    const struct gt_matrix *m = s->matrix;
    const char **row = GT_TAKE_N(e->a, const char *, m->n_rows);
    const char **col = GT_TAKE_N(e->a, const char *, m->n_cols);
    const char **cell = GT_TAKE_N(e->a, const char *, m->n_rows * m->n_cols);
    for (size_t i = 0; i < m->n_rows; i++)
        row[i] = gt_printf(e->a, "%g", m->row_code[i]);
    for (size_t i = 0; i < m->n_cols; i++)
        col[i] = gt_printf(e->a, "%g", m->col_code[i]);
    for (size_t i = 0; i < m->n_rows * m->n_cols; i++)
        cell[i] = gt_printf(e->a, "%g", m->v[i]);
    const struct gt_page_grid g = {
        .corner = gt_printf(e->a, "%s ＼ %s", text_of(e, m->rows_title), text_of(e, m->cols_title)),
        .caption = with(e, text_of(e, m->title), m->id),
        .n_rows = m->n_rows,
        .n_cols = m->n_cols,
        .row = row,
        .col = col,
        .cell = cell};
    gt_page_grid(p, &g);
    write_basis(e, p, m->evidence, m->source, m->note);
}

static void write_classes(const struct evaluation *e, struct gt_page *p, const struct gt_step *s)
{
    const struct gt_classes *c = s->classes;
    bool named = c->id[0] != '\0';
    const char *caption =
        named ? with(e, text_of(e, c->title), c->id) : with(e, text_of(e, s->title), s->name);
    gt_page_table(p, gt_evaluate_limits(e->a, c, e->c->lang), caption);
    write_basis(e, p, named ? c->evidence : s->evidence, named ? c->source : s->source, c->note);
}

/* Has an earlier step shown the same table? */
static bool shown_before(const struct evaluation *e, int step)
{
    const struct gt_step *s = &e->m->model->steps[step];
    const char *id = s->classes ? s->classes->id : s->matrix->id;
    for (int i = 0; i < step && id[0]; i++) {
        const struct gt_step *b = &e->m->model->steps[i];
        if (e->used[i] &&
            ((s->classes && b->kind == GT_STEP_CLASSIFY && strcmp(b->classes->id, id) == 0) ||
             (!s->classes && b->kind == GT_STEP_MATRIX && strcmp(b->matrix->id, id) == 0)))
            return true;
    }
    return false;
}

static void write_rules(const struct evaluation *e, struct gt_page *p)
{
    gt_page_heading(p, SAY(e, "Thresholds and matrices", "分级阈值与判别矩阵"));
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_step *s = &e->m->model->steps[i];
        bool table = s->kind == GT_STEP_CLASSIFY || s->kind == GT_STEP_MATRIX;
        if (!e->used[i] || !table || shown_before(e, i))
            continue;
        if (s->kind == GT_STEP_MATRIX)
            write_matrix(e, p, s);
        else
            write_classes(e, p, s);
    }
}

static void write_steps(const struct evaluation *e, struct gt_page *p)
{
    static const struct gt_col cols[] = {
        {"step", {"step", "步骤"}, "", GT_COL_TEXT, 0},
        {"kind", {"kind", "类型"}, "", GT_COL_TEXT, 0},
        {"evidence", {"evidence", "证据"}, "", GT_COL_TEXT, 0},
        {"source", {"source", "来源"}, "", GT_COL_TEXT, 0},
    };
    struct gt_table *t = gt_table_new(e->a, cols, GT_LEN(cols));
    for (int i = 0; i < e->m->model->n_steps; i++) {
        const struct gt_step *s = &e->m->model->steps[i];
        if (!e->used[i] || s->kind == GT_STEP_RASTER || s->kind == GT_STEP_SHAPES)
            continue;
        size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, with(e, text_of(e, s->title), s->name));
        gt_table_set_text(t, row, 1, text_of(e, gt_evaluate_kind(s->kind)));
        gt_table_set_text(t, row, 2, s->marked ? gt_evidence_title(s->evidence, e->c->lang) : "—");
        gt_table_set_text(t, row, 3, or_dash(s->source));
    }
    gt_page_table(
        p, t, SAY(e, "Steps of the model, in the order of computing", "模型步骤（按计算次序）"));
}

static void write_method(const struct evaluation *e, struct gt_page *p)
{
    size_t n;
    const struct gt_text2 *sentence = gt_evaluate_method(&n);
    gt_page_heading(p, SAY(e, "Method", "方法说明"));
    for (size_t i = 0; i < n; i++)
        gt_page_text(p, text_of(e, sentence[i]));
    write_steps(e, p);
}

/* ---- The whole ---- */

struct gt_str evaluation_report(struct evaluation *e)
{
    const struct gt_workspace_info *info = gt_store_info(e->store);
    struct gt_page_head head = {
        .lang = e->c->lang,
        .title = gt_printf(e->a, SAY(e, "Dual evaluation: %s", "国土空间“双评价”报告：%s"),
                           evaluation_title(e)),
        .subtitle = gt_printf(e->a, "%s · %s · %s", info->title,
                              with(e, text_of(e, e->set->title), e->rules), now_text(e)),
        .banner = e->m->synthetic
                      ? SAY(e, "SYNTHETIC DATA · not a real place", "合成数据 · 非真实地区")
                      : NULL,
        .footer =
            gt_printf(e->a,
                      SAY(e, "guotu %s · rules %s · made %s · computed by machine, for reference",
                          "guotu %s · 规则集 %s · 生成时间 %s · 计算机评价结果，供参考"),
                      GT_VERSION, e->rules, now_text(e))};
    struct gt_page *p = gt_page_new(e->a, &head);
    write_synthetic(e, p);
    evaluation_write_left_out(e, p);
    write_settings(e, p);
    write_unverified(e, p);
    write_facts(e, p);
    if (e->part && e->part->report)
        e->part->report(e, e->part->self, p);
    write_results(e, p);
    write_inputs(e, p);
    write_rules(e, p);
    write_method(e, p);
    return gt_page_end(p);
}
