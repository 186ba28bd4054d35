/* faults_attributes.c: faults of single attributes and areas. */
#include "faults_int.h"

#include <string.h>

/* ---- Which features ---- */

static const char *class_of(const struct gt_candidate *c)
{
    return gt_candidate_text(c, "DLBM");
}

static bool is_crop(const struct gt_candidate *c)
{
    return gt_starts(class_of(c), "01");
}

static bool is_level_crop(const struct gt_candidate *c)
{
    return is_crop(c) && strcmp(gt_candidate_text(c, "GDPDJB"), "1") == 0;
}

static bool is_sloping_crop(const struct gt_candidate *c)
{
    return gt_candidate_num(c, "KCXS") > 0;
}

static bool is_meadow(const struct gt_candidate *c)
{
    return strcmp(class_of(c), "0401") == 0;
}

static bool is_house(const struct gt_candidate *c)
{
    return gt_starts(class_of(c), "07");
}

static bool is_forest(const struct gt_candidate *c)
{
    return strcmp(gt_candidate_text(c, "YDYHFLDM"), "030100") == 0;
}

static bool is_second(const struct gt_candidate *c)
{
    return c->i > 0;
}

static bool is_third_town(const struct gt_candidate *c)
{
    return c->fid == 3;
}

/* ---- What is done to them ---- */

static void set_text(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_text(c, s->field, s->text);
    gt_fault_tell(c, s);
}

static void set_num(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double v = 0;
    if (gt_parse_num(s->text, &v))
        gt_fault_num(c, s->field, v);
    gt_fault_tell(c, s);
}

static void add_num(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double v = 0;
    if (gt_parse_num(s->text, &v))
        gt_fault_num(c, s->field, gt_candidate_num(c, s->field) + v);
    gt_fault_tell(c, s)->value = v;
}

static void bad_number(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_text(c, s->field, s->text);
    gt_fault_tell(c, s)->feature = s->text;
}

/* The number of the feature before it. */
static void same_number(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    struct gt_candidate other = *c;
    other.i--;
    const char *bsm = gt_strdup(c->p->a, gt_candidate_text(&other, "BSM"));
    gt_fault_text(c, "BSM", bsm);
    struct gt_planted *t = gt_fault_tell(c, s);
    t->feature = bsm;
    gt_polygon_inner(c->f->shapes, other.i, &t->lon, &t->lat);
}

/* Wrong, but the net area follows from it. */
static void wrong_deduction(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_num(c, "KCMJ", gt_candidate_num(c, "KCMJ") + 10);
    gt_fault_num(c, "TBDLMJ", gt_candidate_num(c, "TBDLMJ") - 10);
    gt_fault_tell(c, s)->value = 10;
}

/* Field ridges on a meadow, all of it reckoned rightly. */
static void needless_deduction(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    double m2 = gt_candidate_num(c, "TBMJ"), off = floor(m2 * 5 + 0.5) / 100;
    gt_fault_num(c, "KCXS", 0.05);
    gt_fault_text(c, "KCDLBM", "1203");
    gt_fault_num(c, "KCMJ", off);
    gt_fault_num(c, "TBDLMJ", floor((m2 - off) * 100 + 0.5) / 100);
    gt_fault_tell(c, s);
}

/* A town's survey area: neither its parcels nor the county agree with it. */
static void breaks_town(const struct gt_candidate *c, const struct gt_fault_spec *s)
{
    gt_fault_num(c, "DCMJ", gt_candidate_num(c, "DCMJ") + 50);
    gt_fault_package(c->p, s->rule, c->layer, s->title)->value = 50;
    gt_fault_package(c->p, "areas.control", "DLTB", "图斑面积之和不等于乡镇调查面积")->value = -50;
}

const struct gt_fault_spec gt_fault_attributes[] = {
    {"areas.sum", "XZQ", is_third_town, breaks_town, "DCMJ", "", "乡镇调查面积之和不等于县级"},
    {"attributes.czcsxm", "DLTB", is_house, set_text, "CZCSXM", NULL, "建设类图斑缺城镇村属性码"},
    {"attributes.domain", "DLTB", NULL, set_text, "MSSM", "07", "代码不在值域内"},
    {"attributes.range", "DLTB", is_crop, set_num, "GDDB", "-1", "数值超出范围"},
    {"attributes.length", "DLTB", NULL, set_text, "TBYBH",
     "预编号超过十八个字符的长度限制，所以这个值放不下", "字段值过长"},
    {"attributes.pair", "DLTB", is_meadow, set_text, "DLMC", "水田", "地类编码与名称不一致"},
    {"attributes.empty", "DLTB", NULL, set_text, "QSDWMC", NULL, "必填字段为空"},
    {"attributes.year", "DLTB", NULL, set_num, "SJNF", "1923", "数据年份不合理"},
    {"attributes.bsm_form", "SD", NULL, bad_number, "BSM", "9901003016", "标识码位数不对"},
    {"attributes.bsm_twice", "STGYL", is_second, same_number, "BSM", "", "标识码重复"},
    {"attributes.ysdm", "TRL", NULL, set_text, "YSDM", "2090059900", "要素代码不一致"},
    {"attributes.code_digits", "GHYDYH", is_forest, set_text, "YDYHFLDM", "0301",
     "规划地类代码不足6位"},
    {"attributes.unit_code", "STBHZYXPJJG", NULL, set_text, "XZQDM", "99010", "行政区代码位数不对"},
    {"attributes.name", "NYSCSYXPJJG", NULL, set_text, "XZQMC", "另一县", "行政区名称与代码不符"},
    {"attributes.date", "YJJBNTTB", NULL, set_text, "BHKSSJ", "20231301", "日期不存在"},
    {"areas.field", "YDYHGHFQ", NULL, add_num, "MJ", "1234.5", "面积字段与椭球面积不符"},
    {"areas.field", "XZYDYH", NULL, add_num, "TBMJ", "100", "图斑面积与椭球面积不符"},
    {"areas.kcmj", "DLTB", is_sloping_crop, wrong_deduction, "", "", "扣除地类面积不等于面积×系数"},
    {"areas.tbdlmj", "DLTB", is_meadow, add_num, "TBDLMJ", "10", "图斑地类面积不等于面积减扣除"},
    {"areas.kcxs", "DLTB", is_meadow, needless_deduction, "", "", "非耕地有扣除系数"},
    {"areas.slope_grade", "DLTB", is_level_crop, set_text, "GDPDJB", NULL, "耕地缺坡度级别"},
    {NULL, NULL, NULL, NULL, NULL, NULL, NULL}};
