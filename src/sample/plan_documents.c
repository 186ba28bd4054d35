/* plan_documents.c: the tables, the text and the metadata of a county's submission, from what the
 * plan adds up to. All of them say that the county does not exist. */
#include "planning_int.h"

#include <string.h>

/* ---- Figures ---- */

struct figure {
    const char *name;
    double now, target; /* hm2 */
    bool ceiling;
};
enum { FIGURES = 4 };

static double down(double m2)
{
    return floor(m2 / 100) / 100;
}

/* Floors are asked for a little below what is drawn, the ceiling a little above. */
static void figures_of(const struct gt_plan_totals *t, struct figure out[static FIGURES])
{
    const struct figure v[FIGURES] = {
        {"耕地保有量", down(t->cropland), down(0.95 * t->kept), false},
        {"永久基本农田保护面积", down(t->basic), down(0.95 * t->basic), false},
        {"生态保护红线面积", down(t->red), down(0.95 * t->red), false},
        {"城镇开发边界面积", down(t->boundary), down(1.05 * t->boundary) + 0.01, true}};
    memcpy(out, v, sizeof v);
}

static char *indicators(struct gt_arena *a, const struct gt_plan_totals *t)
{
    struct figure f[FIGURES];
    struct gt_buf b = {.a = a};
    figures_of(t, f);
    gt_buf_add(&b, "指标,单位,现状值,目标值\n");
    for (int i = 0; i < FIGURES; i++)
        gt_buf_addf(&b, "%s,公顷,%.2f,%.2f\n", f[i].name, f[i].now, f[i].target);
    return b.p;
}

static char *uses(struct gt_arena *a, const struct gt_plan_totals *t)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "地类代码,地类名称,面积\n");
    for (size_t i = 0; i < t->n_classes; i++)
        gt_buf_addf(&b, "%s0000,%s,%.2f\n", t->class[i].code, t->class[i].name,
                    t->class[i].m2 / 1e4);
    return b.p;
}

static char *text(struct gt_arena *a, const struct gt_plan_totals *t)
{
    struct figure f[FIGURES];
    struct gt_buf b = {.a = a};
    figures_of(t, f);
    gt_buf_add(&b, "示例县国土空间总体规划（合成数据，不对应真实地区）\n\n"
                   "第一条 本规划为程序生成的样例，所述县域不存在。\n");
    for (int i = 0; i < FIGURES; i++)
        gt_buf_addf(&b, "第%s条 到2035年，%s不%s%.2f公顷。\n",
                    (const char *const[]){"二", "三", "四", "五"}[i], f[i].name,
                    f[i].ceiling ? "高于" : "低于", f[i].target);
    return b.p;
}

/* ---- Layers ---- */

static char *absent(struct gt_arena *a, const struct gt_profile *p)
{
    struct gt_buf b = {.a = a};
    gt_buf_add(&b, "以下条件必选图层在示例县（合成数据）中没有：\n");
    for (size_t i = 0; i < p->n_layers; i++)
        if (p->layer[i].constraint == GT_CONDITIONAL)
            gt_buf_addf(&b, "%s 无\n", p->layer[i].code);
    return b.p;
}

static char *metadata(struct gt_arena *a, const struct gt_survey_layer *l)
{
    static const char *const kind[] = {
        [GT_SHAPE_POINT] = "点要素", [GT_SHAPE_LINE] = "线要素", [GT_SHAPE_POLYGON] = "面要素"};
    return gt_printf(a,
                     "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<metadata>\n"
                     "  <data_id>" GT_SAMPLE_REGION "-%s</data_id>\n"
                     "  <resource_id>" GT_SAMPLE_REGION "-2023-%s</resource_id>\n"
                     "  <data_name>%s</data_name>\n  <data_alias>%s</data_alias>\n"
                     "  <data_des>合成数据，不对应真实地区</data_des>\n"
                     "  <security_order>公开</security_order>\n"
                     "  <geometry_type>%s</geometry_type>\n"
                     "  <wkid>4524</wkid>\n  <geodetic_datum>2000国家大地坐标系</geodetic_datum>\n"
                     "  <zonation_mode>3度分带</zonation_mode>\n"
                     "  <projection_zone_number>36</projection_zone_number>\n"
                     "  <coordinate_unit>米</coordinate_unit>\n"
                     "  <product_date>20231231</product_date>\n</metadata>\n",
                     l->code, l->code, l->code, l->title.zh, kind[l->kind]);
}

static void add(struct gt_arena *a, struct gt_plan_documents *d, const char *path, const char *body)
{
    struct gt_plan_document *v = &d->v[d->n++];
    v->path = path;
    v->text = gt_strdup(a, body);
}

void gt_plan_documents(struct gt_arena *a, const struct gt_plan_totals *t,
                       const struct gt_profile *profile, struct gt_plan_documents *out)
{
    size_t n = gt_survey_layers();
    *out = (struct gt_plan_documents){0, GT_TAKE_N(a, struct gt_plan_document, n + 8)};
    add(a, out, "规划表格/指标表.csv", indicators(a, t));
    add(a, out, "规划表格/用地结构表.csv", uses(a, t));
    add(a, out, "规划文档/规划文本.txt", text(a, t));
    add(a, out, "其他资料/无数据图层说明.txt", absent(a, profile));
    for (size_t i = 0; i < n; i++) {
        const struct gt_survey_layer *l = gt_survey_layer(i);
        if (l->submitted)
            add(a, out, gt_printf(a, "元数据/%s.xml", l->code), metadata(a, l));
    }
}
