/* livestock.c: how many sheep units the pasture of a county carries, how many are kept on it, and
 * the overload (NY/T 635-2015: a sheep unit is a sheep of 45 kg that eats 1.8 kg of standard hay a
 * day). */
#include "evaluate_int.h"

#include <math.h>

const char *const gt_animal_id[GT_ANIMALS] = {"sheep", "goat",   "yak", "cattle",
                                              "horse", "donkey", "mule"};

void gt_livestock_compute(struct gt_livestock *c, const struct gt_livestock_limits *l)
{
    double none = (double)NAN, kept = 0;
    bool any = false;
    for (int i = 0; i < GT_ANIMALS; i++) {
        if (isnan(c->head[i]))
            continue;
        any = true;
        kept += c->head[i] > 0 ? c->head[i] * l->sheep_units[i] : 0;
    }
    c->carried = c->hay_kg / (l->intake_kg * l->days);
    c->kept = any ? kept : none;
    c->fed = isnan(c->feed_t) ? 0 : c->feed_t * 1000 / (l->feed_kg * 365);
    c->grazing = fmax(c->kept - c->fed, 0);
    if (isnan(c->kept))
        c->grazing = c->fed = none;
    c->overload_pct = c->carried > 0 ? (c->grazing - c->carried) / c->carried * 100 : none;
    const struct gt_class *found = l->overload && !isnan(c->overload_pct)
                                       ? gt_classes_find(l->overload, c->overload_pct)
                                       : NULL;
    c->class = found ? (int)found->code : 0;
    c->class_title = found ? found->title : (struct gt_text2){"unknown", "缺少数据"};
}

/* ---- The table ---- */

static double whole(double v)
{
    return floor(v + 0.5);
}

static double ares(double m2)
{
    return floor(m2 / 100 + 0.5);
}

static double tonnes(double kg)
{
    return floor(kg / 1000 + 0.5);
}

enum { PASTURE, HAY, CARRIED, KEPT, FED, GRAZING, SUMS, OVERLOAD = SUMS, FEED_LAND, COLUMNS };

static const struct gt_col columns[] = {
    {"code", {"code", "代码"}, "", GT_COL_TEXT, 0},
    {"name", {"county", "县（区）"}, "", GT_COL_TEXT, 0},
    {"class", {"degree", "超载程度"}, "", GT_COL_TEXT, 0},
    {"pasture_hm2", {"pasture", "可利用草地"}, "hm²", GT_COL_NUM, 2},
    {"hay_t", {"usable hay", "可利用标准干草"}, "t", GT_COL_NUM, 0},
    {"carried", {"carried (sheep units)", "理论载畜量（羊单位）"}, "", GT_COL_NUM, 0},
    {"kept", {"kept (sheep units)", "实际载畜量（羊单位）"}, "", GT_COL_NUM, 0},
    {"fed", {"fed (sheep units)", "饲料供养（羊单位）"}, "", GT_COL_NUM, 0},
    {"grazing", {"on pasture (sheep units)", "草地负担（羊单位）"}, "", GT_COL_NUM, 0},
    {"overload_pct", {"overload", "超载率"}, "%", GT_COL_NUM, 1},
    {"feed_land_hm2", {"land for feed", "农区畜牧业适宜"}, "hm²", GT_COL_NUM, 2},
};

static void printed_of(const struct gt_livestock *c, double *v)
{
    v[PASTURE] = ares(c->pasture_m2) / 100;
    v[HAY] = tonnes(c->hay_kg);
    v[CARRIED] = whole(c->carried);
    v[KEPT] = whole(c->kept);
    v[FED] = whole(c->fed);
    v[GRAZING] = whole(c->grazing);
    v[OVERLOAD] = c->overload_pct;
    v[FEED_LAND] = ares(c->feed_land_m2) / 100;
}

static void add_row(struct gt_table *t, const char *code, const char *name, const char *class,
                    const double *v)
{
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 0, code);
    gt_table_set_text(t, row, 1, name);
    gt_table_set_text(t, row, 2, class);
    for (size_t i = 0; i < COLUMNS; i++)
        gt_table_set_num(t, row, 3 + i, v[i]);
}

/* A sum that lacks a county would be set against others that do not: it is left empty. */
struct gt_table *gt_livestock_table(struct gt_arena *a, const struct gt_livestock *v, size_t n,
                                    enum gt_lang lang)
{
    struct gt_table *t = gt_table_new(a, columns, GT_LEN(columns));
    double sum[COLUMNS] = {0}, one[COLUMNS];
    for (size_t i = 0; i < n; i++) {
        printed_of(&v[i], one);
        add_row(t, v[i].code, v[i].name, gt_text2(v[i].class_title, lang), one);
        for (int k = 0; k < COLUMNS; k++)
            sum[k] += one[k];
    }
    sum[OVERLOAD] = (double)NAN;
    add_row(t, NULL, lang == GT_ZH ? "合计" : "all", NULL, sum);
    return t;
}
