/* parcel_class.c: what the land of a parcel is used as, and how steep it is. */
#include "parcel_int.h"

#include <string.h>

static const struct {
    const char *code, *name;
} classes[] = {
    {"0101", "水田"},         {"0102", "水浇地"},         {"0103", "旱地"},
    {"0201", "果园"},         {"0204", "其他园地"},       {"0301", "乔木林地"},
    {"0305", "灌木林地"},     {"0307", "其他林地"},       {"0401", "天然牧草地"},
    {"0402", "沼泽草地"},     {"0404", "其他草地"},       {"05H1", "商业服务业设施用地"},
    {"0508", "物流仓储用地"}, {"0601", "工业用地"},       {"0602", "采矿用地"},
    {"0701", "城镇住宅用地"}, {"0702", "农村宅基地"},     {"08H1", "机关团体新闻出版用地"},
    {"08H2", "科教文卫用地"}, {"0809", "公用设施用地"},   {"0810", "公园与绿地"},
    {"1003", "公路用地"},     {"1004", "城镇村道路用地"}, {"1006", "农村道路"},
    {"1101", "河流水面"},     {"1102", "湖泊水面"},       {"1106", "内陆滩涂"},
    {"1107", "沟渠"},         {"1108", "沼泽地"},         {"1110", "冰川及永久积雪"},
    {"1201", "空闲地"},       {"1202", "设施农用地"},     {"1205", "沙地"},
    {"1206", "裸土地"},       {"1207", "裸岩石砾地"}};

const char *gt_parcel_class_name(const char *code)
{
    for (size_t i = 0; i < GT_LEN(classes); i++)
        if (strcmp(classes[i].code, code) == 0)
            return classes[i].name;
    return "";
}

/* Grades end at 2, 6, 15 and 25 degrees; tangents of them. */
static int grade_of(double slope)
{
    static const double upto[] = {0.034920769491747730, 0.10510423526567646, 0.26794919243112270,
                                  0.46630765815499858};
    int grade = 1;
    while (grade < 5 && slope > upto[grade - 1])
        grade++;
    return grade;
}

/* Narrow ground between fields carries ways and water; elsewhere roads. */
static const char *strip_class(const struct gt_parcel_facts *f)
{
    if (f->town)
        return "1004";
    if (f->crop && f->luck < 0.4)
        return "1107";
    return f->luck < 0.8 ? "1006" : "1003";
}

void gt_parcel_facts(const struct gt_sample *s, const double place[2], uint64_t key, bool strip,
                     struct gt_parcel_facts *out)
{
    struct gt_site p = {.s = s, .x = place[0] - s->x0, .y = s->y0 - place[1], .month = 7};
    p.z = gt_sample_land_at(s->land.z, clampd(p.x, 0, BOX_W), clampd(p.y, 0, BOX_H));
    out->luck = gt_sample_unit(s->seed, ST_PARCEL, (int64_t)key, -1);
    out->town = gt_sample_blob_at(s->town, s->n_towns, p.x, p.y) >= 0;
    out->code = gt_cover_survey(&p, out->luck);
    out->crop = strncmp(out->code, "01", 2) == 0;
    out->grade = grade_of(gt_site_fact(&p, FACT_SLOPE));
    if (strip) {
        out->code = strip_class(out);
        out->crop = false;
    }
    out->name = gt_parcel_class_name(out->code);
}
