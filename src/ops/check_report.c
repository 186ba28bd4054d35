/* check_report.c: the report of a quality check: a page, a workbook, JSON, and the findings as a
 * layer that any GIS opens. */
#include "check.h"

#include "gt_version.h"
#include "guotu/io.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define SAY(k, en, zh) OPS_SAY((k)->c, en, zh)
#define PAGE_FINDINGS 300 /* of a family; the workbook has all */

/* ---- The page -------------------------------------------------------------------------------- */

static void write_facts(const struct check *k, struct gt_page *p)
{
    const struct gt_findings *f = k->found;
    const char *const pair[][2] = {
        {SAY(k, "submission", "成果包"), k->s->name},
        {SAY(k, "unit", "行政区代码"), *f->region ? f->region : SAY(k, "not known", "未知")},
        {SAY(k, "profile", "检查方案"), gt_text2(k->opt.profile->title, k->c->lang)},
        {SAY(k, "layers and tables", "图层和表"), gt_printf(k->a, "%zu", k->s->n_layers)},
        {SAY(k, "rules applied", "已检规则"), gt_printf(k->a, SAY(k, "%zu of %zu", "%zu / %zu"),
                                                        f->n_checked, f->n_checked + f->n_skipped)},
        {SAY(k, "hash of the profile", "检查方案指纹"), k->opt.profile->hash}};
    gt_page_facts(p, pair, GT_LEN(pair));
}

static void write_verdict(const struct check *k, struct gt_page *p)
{
    const int64_t *n = k->found->count;
    const char *line[] = {gt_printf(k->a,
                                    SAY(k, "%lld errors, %lld warnings, %lld notes",
                                        "错误 %lld 个，警告 %lld 个，提示 %lld 个"),
                                    (long long)n[GT_LEVEL_ERROR], (long long)n[GT_LEVEL_WARNING],
                                    (long long)n[GT_LEVEL_NOTE])};
    gt_page_note(p, n[GT_LEVEL_ERROR] ? GT_PAGE_WARNING : GT_PAGE_INFO,
                 n[GT_LEVEL_ERROR] ? SAY(k, "The package has errors", "成果存在错误")
                                   : SAY(k, "No error was found", "未发现错误"),
                 line, 1);
}

/* A family's first findings; columns that a page has room for. */
static void write_family(const struct check *k, struct gt_page *p, int family)
{
    const struct gt_col col[] = {
        {.name = "id", .title = {"id", "编号"}, .unit = "", .kind = GT_COL_TEXT},
        {.name = "level", .title = {"level", "级别"}, .unit = "", .kind = GT_COL_TEXT},
        {.name = "rule", .title = {"rule", "规则"}, .unit = "", .kind = GT_COL_TEXT},
        {.name = "where", .title = {"where", "位置"}, .unit = "", .kind = GT_COL_TEXT},
        {.name = "text",
         .title = {"expected and found", "问题描述"},
         .unit = "",
         .kind = GT_COL_TEXT},
        {.name = "fix", .title = {"how to mend", "修改建议"}, .unit = "", .kind = GT_COL_TEXT}};
    struct gt_table *t = gt_table_new(k->a, col, GT_LEN(col));
    size_t n = 0;
    for (size_t i = 0; i < k->found->n; i++) {
        const struct gt_finding *f = &k->found->v[i];
        if ((int)f->rule->family != family || n++ >= PAGE_FINDINGS)
            continue;
        const char *at = isfinite(f->lon) ? gt_printf(k->a, " (%.6f, %.6f)", f->lon, f->lat) : "";
        const size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, f->id);
        gt_table_set_text(t, row, 1, gt_check_level_title(f->rule->level, k->c->lang));
        gt_table_set_text(t, row, 2, f->rule->id);
        gt_table_set_text(
            t, row, 3,
            gt_printf(k->a, "%s %s%s%s%s", *f->layer ? f->layer : f->path,
                      f->n_features ? f->feature[0] : "",
                      f->n_features > 1 ? gt_printf(k->a, " +%zu", f->n_features - 1) : "", at,
                      f->fixed ? SAY(k, " · mended", " · 已修复") : ""));
        gt_table_set_text(t, row, 4, gt_text2(f->text, k->c->lang));
        gt_table_set_text(t, row, 5, gt_text2(f->rule->fix, k->c->lang));
    }
    gt_page_heading(p, gt_check_family_title((enum gt_check_family)family, k->c->lang));
    if (n == 0) {
        gt_page_text(p, SAY(k, "No finding.", "未发现问题。"));
        return;
    }
    gt_page_table(p, t, gt_printf(k->a, SAY(k, "%zu findings", "%zu 个问题"), n));
    if (n > PAGE_FINDINGS)
        gt_page_remark(p, gt_printf(k->a,
                                    SAY(k, "The first %d are shown; report.xlsx has all.",
                                        "仅列出前 %d 个，全部见 report.xlsx。"),
                                    PAGE_FINDINGS));
}

static void write_fix(const struct check *k, struct gt_page *p)
{
    if (!k->after)
        return;
    gt_page_heading(p, SAY(k, "Mended in the copy", "副本中的修复"));
    gt_page_text(p, gt_printf(k->a,
                              SAY(k, "Errors before: %lld; in the copy: %lld.",
                                  "修复前错误 %lld 个，副本中 %lld 个。"),
                              (long long)k->found->count[GT_LEVEL_ERROR],
                              (long long)k->after->count[GT_LEVEL_ERROR]));
    if (k->mended.n > 0)
        gt_page_table(p, check_mended_table(k), SAY(k, "What was done", "修复内容"));
    if (k->moved.n > 0)
        gt_page_table(p, check_moved_table(k),
                      SAY(k, "Ground that moved, by class", "按地类统计的面积移动"));
}

struct gt_str check_page(const struct check *k)
{
    const struct gt_page_head head = {
        .lang = k->c->lang,
        .title = SAY(k, "Quality check of a submission package", "汇交成果质检报告"),
        .subtitle = k->s->name,
        .footer = gt_printf(k->a,
                            SAY(k, "guotu %s · made by machine, for reference",
                                "guotu %s · 计算机检查结果，供参考"),
                            GT_VERSION)};
    struct gt_page *p = gt_page_new(k->a, &head);
    write_verdict(k, p);
    write_facts(k, p);
    gt_page_table(p, check_summary_table(k), SAY(k, "Findings by family", "各类问题数"));
    write_fix(k, p);
    for (int i = 0; i < GT_CHECK_FAMILIES; i++)
        write_family(k, p, i);
    gt_page_heading(p, SAY(k, "Rules", "规则"));
    gt_page_table(p, check_rules_table(k),
                  SAY(k, "Every rule of the profile, and why those that were not applied were not",
                      "检查方案的全部规则，未检查的注明原因"));
    return gt_page_end(p);
}

/* ---- Findings as layers ---------------------------------------------------------------------- */

enum { L_ID, L_RULE, L_LEVEL, L_LAYER, L_FEATURES, L_VALUE, L_UNIT, L_TEXT, L_FIX, L_FIELDS };

static const struct gt_field layer_field[L_FIELDS] = {
    {"id", GT_COLUMN_TEXT, 0, 0},       {"rule", GT_COLUMN_TEXT, 0, 0},
    {"level", GT_COLUMN_TEXT, 0, 0},    {"layer", GT_COLUMN_TEXT, 0, 0},
    {"features", GT_COLUMN_TEXT, 0, 0}, {"value", GT_COLUMN_REAL, 0, 0},
    {"unit", GT_COLUMN_TEXT, 0, 0},     {"text", GT_COLUMN_TEXT, 0, 0},
    {"fix", GT_COLUMN_TEXT, 0, 0}};

static struct gt_value text(const char *t)
{
    return (struct gt_value){.kind = GT_V_TEXT, .text = t};
}

static void layer_values(const struct check *k, const struct gt_finding *f, struct gt_value *v)
{
    struct gt_buf b = {.a = k->a};
    gt_buf_add(&b, "");
    for (size_t i = 0; i < f->n_features && i < 20; i++)
        gt_buf_addf(&b, "%s%s", i ? "," : "", f->feature[i]);
    v[L_ID] = text(f->id);
    v[L_RULE] = text(f->rule->id);
    v[L_LEVEL] = text(gt_check_level_title(f->rule->level, k->c->lang));
    v[L_LAYER] = text(f->layer);
    v[L_FEATURES] = text(b.p);
    if (isfinite(f->value))
        v[L_VALUE] = (struct gt_value){.kind = GT_V_NUM, .num = f->value};
    v[L_UNIT] = text(f->unit);
    v[L_TEXT] = text(gt_text2(f->text, k->c->lang));
    v[L_FIX] = text(gt_text2(f->rule->fix, k->c->lang));
}

static bool has_shape(const struct gt_finding *f, bool polygon)
{
    return polygon ? f->n_rings > 0 : isfinite(f->lon);
}

struct found_layer {
    GT_VEC(int64_t) part, point;
    GT_VEC(double) xy;
};

static void add_shape(const struct check *k, const struct gt_finding *f, bool polygon,
                      struct found_layer *l)
{
    if (!polygon) {
        *GT_PUSH(k->a, &l->xy) = f->lon;
        *GT_PUSH(k->a, &l->xy) = f->lat;
        *GT_PUSH(k->a, &l->point) = (int64_t)(l->xy.n / 2);
    }
    for (size_t j = 0; polygon && j < f->n_rings; j++) {
        for (int64_t i = 2 * f->ring[j]; i < 2 * f->ring[j + 1]; i++)
            *GT_PUSH(k->a, &l->xy) = f->xy[i];
        *GT_PUSH(k->a, &l->point) = (int64_t)(l->xy.n / 2);
    }
    *GT_PUSH(k->a, &l->part) = (int64_t)l->point.n - 1;
}

static const struct gt_layer_source *found_layer(const struct check *k, const struct gt_crs *crs,
                                                 bool polygon)
{
    struct found_layer l = {0};
    GT_VEC(struct gt_value) value = {0};
    *GT_PUSH(k->a, &l.part) = 0;
    *GT_PUSH(k->a, &l.point) = 0;
    *GT_PUSH(k->a, &l.xy) = 0;
    l.xy.n = 0;
    for (size_t i = 0; i < k->found->n; i++) {
        const struct gt_finding *f = &k->found->v[i];
        if (!has_shape(f, polygon))
            continue;
        struct gt_value v[L_FIELDS] = {0};
        layer_values(k, f, v);
        add_shape(k, f, polygon, &l);
        for (size_t j = 0; j < L_FIELDS; j++)
            *GT_PUSH(k->a, &value) = v[j];
    }
    const char **name = GT_TAKE_N(k->a, const char *, L_FIELDS);
    for (size_t j = 0; j < L_FIELDS; j++)
        name[j] = layer_field[j].name;
    struct gt_shapes *s = GT_TAKE(k->a, struct gt_shapes);
    *s = (struct gt_shapes){.kind = polygon ? GT_SHAPE_POLYGON : GT_SHAPE_POINT,
                            .crs = crs,
                            .n = l.part.n - 1,
                            .part = l.part.v,
                            .point = l.point.v,
                            .xy = l.xy.v,
                            .box = {(double)NAN, (double)NAN, (double)NAN, (double)NAN}};
    for (size_t i = 0; i + 1 < l.xy.n; i += 2) {
        s->box.x0 = fmin(s->box.x0, l.xy.v[i]);
        s->box.x1 = fmax(s->box.x1, l.xy.v[i]);
        s->box.y0 = fmin(s->box.y0, l.xy.v[i + 1]);
        s->box.y1 = fmax(s->box.y1, l.xy.v[i + 1]);
    }
    struct gt_features *f = GT_TAKE(k->a, struct gt_features);
    *f = (struct gt_features){
        .shapes = s, .n_fields = L_FIELDS, .field = name, .value = value.v, .type = layer_field};
    return gt_layer_of(k->a, polygon ? "areas" : "points", f);
}

static enum gt_status write_layers(const struct check *k, const char *path, struct gt_err *err)
{
    const struct gt_crs *crs;
    GT_TRY(gt_crs_parse(k->a, "EPSG:4490", &crs, err));
    const struct gt_file_layer layer[] = {
        {"points", {"places of the findings", "问题位置"}, found_layer(k, crs, false)},
        {"areas", {"flawed areas", "问题范围"}, found_layer(k, crs, true)}};
    const struct gt_file_opt opt = {0};
    return gt_layers_write(path, layer, GT_LEN(layer), &opt, k->c->work, err);
}

/* ---- The folder ------------------------------------------------------------------------------ */

static enum gt_status write_files(const struct check *k, const char *dir, struct gt_err *err)
{
    const struct gt_str page = check_page(k);
    GT_TRY(gt_file_put(gt_path_join(k->a, dir, "report.html"), page.p, page.n, err));
    struct gt_json *doc = gt_json_obj(k->a);
    check_json(k, doc);
    const char *json = gt_json_text(k->a, doc, 2);
    GT_TRY(gt_file_put(gt_path_join(k->a, dir, "report.json"), json, strlen(json), err));
    const struct gt_sheet sheet[] = {{SAY(k, "summary", "汇总"), check_summary_table(k)},
                                     {SAY(k, "findings", "问题清单"), check_findings_table(k, -1)},
                                     {SAY(k, "rules", "规则"), check_rules_table(k)}};
    GT_TRY(gt_xlsx_write(gt_path_join(k->a, dir, "report.xlsx"), sheet, GT_LEN(sheet), k->c->lang,
                         err));
    return write_layers(k, gt_path_join(k->a, dir, "findings.gpkg"), err);
}

void check_remove_tree(struct gt_arena *a, const char *dir)
{
    const char **name;
    size_t n;
    if (gt_dir_list(a, dir, &name, &n, NULL) != GT_OK)
        return;
    for (size_t i = 0; i < n; i++) {
        const char *path = gt_path_join(a, dir, name[i]);
        if (gt_path_is_dir(path))
            check_remove_tree(a, path);
        else if (gt_path_remove(path, NULL) != GT_OK)
            return;
    }
    (void)rmdir(dir);
}

enum gt_status check_report(const struct check *k, const char *dir, struct gt_err *err)
{
    const char *half = gt_printf(k->a, "%s.half-%ld", dir, (long)getpid());
    if (gt_path_exists(dir))
        return gt_fail(err, GT_EEXISTS, "--report %s: expected a folder that is not there yet",
                       dir);
    GT_TRY(gt_dir_make(half, err));
    enum gt_status status = write_files(k, half, err);
    if (status == GT_OK)
        status = gt_path_rename(half, dir, err);
    if (status != GT_OK)
        check_remove_tree(k->a, half);
    return status;
}
