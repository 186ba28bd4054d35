/* explain.c: what decided a result, in the words of a report. */
#include "evaluate_int.h"

#include <math.h>

static const char *unit_after(struct gt_arena *a, const char *unit)
{
    static const char *const shown[][2] = {{"degree", "°"},       {"degC*d", " ℃·d"},
                                           {"m3/km2", " m³/km²"}, {"fraction", ""},
                                           {"class", ""},         {"ratio", ""}};
    for (size_t i = 0; i < GT_LEN(shown); i++)
        if (gt_str_eq(gt_s(unit), shown[i][0]))
            return shown[i][1];
    return unit && unit[0] ? gt_printf(a, " %s", unit) : "";
}

static const char *listed(struct gt_arena *a, const struct gt_class *v)
{
    struct gt_buf b = {.a = a};
    char num[32];
    for (size_t i = 0; i < v->n_is; i++)
        gt_buf_addf(&b, "%s%s", i ? ", " : "", gt_fmt_num(v->is[i], num));
    return b.p ? b.p : "";
}

const char *gt_evaluate_interval(struct gt_arena *a, const struct gt_classes *c,
                                 const struct gt_class *v, enum gt_lang lang)
{
    char lo[32], hi[32];
    const char *unit = unit_after(a, c->unit);
    if (c->listed)
        return listed(a, v);
    bool below = isinf(v->lo), above = isinf(v->hi);
    if (below && above)
        return lang == GT_ZH ? "任意" : "any";
    if (below)
        return gt_printf(a, "%s %s%s", v->hi_closed ? "≤" : "<", gt_fmt_num(v->hi, hi), unit);
    if (above)
        return gt_printf(a, "%s %s%s", v->lo_closed ? "≥" : ">", gt_fmt_num(v->lo, lo), unit);
    return gt_printf(a, "%s %s%s, %s %s%s", v->lo_closed ? "≥" : ">", gt_fmt_num(v->lo, lo), unit,
                     v->hi_closed ? "≤" : "<", gt_fmt_num(v->hi, hi), unit);
}

struct gt_table *gt_evaluate_limits(struct gt_arena *a, const struct gt_classes *c,
                                    enum gt_lang lang)
{
    static const struct gt_col cols[] = {
        {"value", {"value", "取值"}, "", GT_COL_TEXT, 0},
        {"class", {"code", "代码"}, "", GT_COL_TEXT, 0},
        {"title", {"meaning", "含义"}, "", GT_COL_TEXT, 0},
    };
    struct gt_table *t = gt_table_new(a, cols, GT_LEN(cols));
    char code[32];
    for (size_t i = 0; i < c->n; i++) {
        size_t row = gt_table_add_row(t);
        const char *title = gt_text2(c->v[i].title, lang);
        gt_table_set_text(t, row, 0, gt_evaluate_interval(a, c, &c->v[i], lang));
        gt_table_set_text(t, row, 1, gt_strdup(a, gt_fmt_num(c->v[i].code, code)));
        gt_table_set_text(t, row, 2, title ? title : "");
    }
    return t;
}

const struct gt_text2 *gt_evaluate_method(size_t *n)
{
    static const struct gt_text2 sentence[] = {
        {"Slope is taken by Horn's differences in double precision, in the metric of the grid: on "
         "geographic grids from the ellipsoid's radii of curvature row by row, on Gauss-Krüger "
         "grids in "
         "the plane. Classes compare squared tangents, not rounded degrees.",
         "坡度按 Horn 差分以双精度计算，并采用格网自身的度量：经纬度格网逐行取椭球曲率半径，"
         "高斯—克吕格格网按平面计算；分级比较的是正切的平方，不是取整后的度数。"},
        {"Coarser rasters (climate, soil) are brought to the grid of the heights by bilinear "
         "interpolation; layers of lines and polygons are laid on it by cell centres and true "
         "distances on the ground.",
         "分辨率较低的栅格（气候、土壤）以双线性内插到高程格网；线、面图层按栅格中心归属，"
         "距离为地面实际距离。"},
        {"Intervals are open or closed at their ends as the rule says. A factor whose input is "
         "missing is "
         "left out, never guessed, and the report names it.",
         "分级区间的端点开闭按规则表执行；缺少输入数据的因子不参与计算，不作任何猜测，并在报告中列"
         "明。"},
        {"Areas are areas on the CGCS2000 ellipsoid, whatever the coordinate system of the data; 1 "
         "mu is "
         "2000/3 m². Every printed total is the sum of the values printed above it.",
         "面积均为 CGCS2000 椭球面积，与数据所用坐标系无关；1 亩 = 2000/3 平方米。"
         "表中合计均等于表内各项之和。"},
        {"The result speaks of the factors that took part and of nothing else: land that is not "
         "found "
         "unsuitable is not thereby suitable. It is to be compared with what is known of the "
         "place, "
         "and checked in the field, before a plan relies on it.",
         "结果只反映参与计算的因子：未判定为不适宜并不等于适宜。用于规划前应与已知情况比对并实地核"
         "查"
         "（结果校验）。"},
        {"The same input gives the same cells, bit for bit, whatever the number of threads and the "
         "size "
         "of blocks.",
         "相同输入得到逐位相同的结果，与线程数、分块大小无关。"},
    };
    *n = GT_LEN(sentence);
    return sentence;
}

struct gt_text2 gt_evaluate_kind(enum gt_step_kind kind)
{
    static const struct gt_text2 word[GT_STEP_KINDS] = {
        [GT_STEP_RASTER] = {"raster", "栅格输入"},
        [GT_STEP_SHAPES] = {"layer", "矢量输入"},
        [GT_STEP_EXPRESSION] = {"expression", "表达式"},
        [GT_STEP_CLASSIFY] = {"classes", "分级"},
        [GT_STEP_MATRIX] = {"matrix", "判别矩阵"},
        [GT_STEP_COMBINE] = {"combination", "综合"},
        [GT_STEP_SLOPE] = {"slope", "坡度"},
        [GT_STEP_ASPECT] = {"aspect", "坡向"},
        [GT_STEP_HILLSHADE] = {"shading", "晕渲"},
        [GT_STEP_RANGE] = {"range in a window", "窗口极差"},
        [GT_STEP_MEAN] = {"mean in a window", "窗口均值"},
        [GT_STEP_DISTANCE] = {"distance", "距离"},
        [GT_STEP_RASTERISE] = {"layer to cells", "矢量转栅格"},
        [GT_STEP_FILL_VOIDS] = {"filling of voids", "空值填补"},
        [GT_STEP_ZONAL] = {"sums by zone", "分区统计"},
        [GT_STEP_SUM] = {"sum in a window", "窗口求和"},
        [GT_STEP_FILL_DEPRESSIONS] = {"filling of hollows", "洼地填充"},
        [GT_STEP_FLOW] = {"flow accumulation", "汇流累积"},
        [GT_STEP_COST_DISTANCE] = {"cost distance", "费用距离"},
        [GT_STEP_COMPONENTS] = {"patches", "连通图斑"},
        [GT_STEP_PATTERN] = {"spatial pattern", "形态学空间格局"},
        [GT_STEP_CUMULATIVE] = {"cumulative share", "累积占比"},
    };
    return word[kind];
}

struct gt_text2 gt_evaluate_standing(const struct gt_ruleset *r)
{
    if (gt_str_eq(gt_s(r->status), "operative"))
        return (struct gt_text2){"in force", "现行"};
    if (gt_str_eq(gt_s(r->status), "draft"))
        return (struct gt_text2){"a draft that was replaced: for study, not a result in force",
                                 "征求意见稿（后被取代，仅供研究参考，不作为现行评价结论）"};
    return (struct gt_text2){"a local rule set", "地方规则集"};
}
