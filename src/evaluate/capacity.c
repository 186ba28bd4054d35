/* capacity.c: how much cropland and how many people in towns a county can carry, by water and by
 * space. The smaller of the two is the capacity, and what it is bound by. */
#include "evaluate_int.h"

#include <math.h>

#define M2_HA 1e4

/* ---- One county ---- */

static enum gt_bound least(double water, double space, double *out)
{
    *out = (double)NAN;
    if (isnan(water) || isnan(space))
        return GT_BOUND_UNKNOWN;
    *out = fmin(water, space);
    if (water < space)
        return GT_BOUND_WATER;
    return space < water ? GT_BOUND_SPACE : GT_BOUND_BOTH;
}

static double positive(double v)
{
    return v > 0 ? v : (double)NAN;
}

void gt_capacity_compute(struct gt_capacity *c)
{
    double quota = positive(c->irrigation_quota), need = positive(c->per_capita_m3);
    double rain_fed = isnan(c->rain_fed_ha) ? 0 : c->rain_fed_ha;
    c->crop_water_m2 = (c->use_m3 * c->agriculture_share / quota + rain_fed) * M2_HA;
    c->crop_excess_m2 = c->unreasonable_m3 / quota * M2_HA;
    c->crop_bound = least(c->crop_water_m2, c->crop_space_m2, &c->crop_m2);
    c->people_water = c->use_m3 * c->urban_share / need;
    c->urban_water_m2 = c->people_water * positive(c->per_capita_land_m2);
    c->urban_bound = least(c->urban_water_m2, c->urban_space_m2, &c->urban_m2);
    c->people = c->urban_m2 / positive(c->per_capita_land_m2);
}

const char *gt_bound_id(enum gt_bound b)
{
    static const char *const ids[] = {"unknown", "water", "space", "water and space"};
    return ids[b];
}

struct gt_text2 gt_bound_title(enum gt_bound b)
{
    static const struct gt_text2 titles[] = {{"unknown", "缺少数据"},
                                             {"water", "水资源"},
                                             {"space", "空间"},
                                             {"water and space", "水资源和空间"}};
    return titles[b];
}

/* ---- Tables ---- */

/* Hundredths of a hectare: the totals are sums of what is printed. */
static double ares(double m2)
{
    return floor(m2 / 100 + 0.5);
}

static double people(double v)
{
    return floor(v);
}

/* A column of numbers: what it is of a county, as printed, times 1 / div. */
struct column {
    struct gt_col col;
    double (*of)(const struct gt_capacity *c);
    double div;
};

static double crop_water(const struct gt_capacity *c)
{
    return ares(c->crop_water_m2);
}
static double crop_space(const struct gt_capacity *c)
{
    return ares(c->crop_space_m2);
}
static double crop(const struct gt_capacity *c)
{
    return ares(c->crop_m2);
}
static double crop_present(const struct gt_capacity *c)
{
    return ares(c->crop_present_m2);
}
static double crop_margin(const struct gt_capacity *c)
{
    return crop(c) - crop_present(c);
}
static double crop_excess(const struct gt_capacity *c)
{
    return ares(c->crop_excess_m2);
}
static double urban_water(const struct gt_capacity *c)
{
    return ares(c->urban_water_m2);
}
static double urban_space(const struct gt_capacity *c)
{
    return ares(c->urban_space_m2);
}
static double urban(const struct gt_capacity *c)
{
    return ares(c->urban_m2);
}
static double urban_present(const struct gt_capacity *c)
{
    return ares(c->urban_present_m2);
}
static double urban_margin(const struct gt_capacity *c)
{
    return urban(c) - urban_present(c);
}
static double carried(const struct gt_capacity *c)
{
    return people(c->people);
}
static double in_towns(const struct gt_capacity *c)
{
    return people(c->urban_people);
}

static const struct column crop_columns[] = {
    {{"crop_water_hm2", {"by water", "水资源约束"}, "hm²", GT_COL_NUM, 2}, crop_water, 100},
    {{"crop_space_hm2", {"by space", "空间约束"}, "hm²", GT_COL_NUM, 2}, crop_space, 100},
    {{"crop_hm2", {"capacity", "承载规模"}, "hm²", GT_COL_NUM, 2}, crop, 100},
    {{"crop_mu", {"capacity (mu)", "承载规模（亩）"}, "", GT_COL_NUM, 1}, crop, 100.0 / 15},
    {{"crop_present_hm2", {"present cropland", "现状耕地"}, "hm²", GT_COL_NUM, 2},
     crop_present,
     100},
    {{"crop_margin_hm2", {"room left", "剩余规模"}, "hm²", GT_COL_NUM, 2}, crop_margin, 100},
    {{"crop_excess_hm2", {"irrigated beyond reason", "不合理灌溉面积"}, "hm²", GT_COL_NUM, 2},
     crop_excess,
     100},
};
static const struct column urban_columns[] = {
    {{"urban_water_km2", {"by water", "水资源约束"}, "km²", GT_COL_NUM, 4}, urban_water, 10000},
    {{"urban_space_km2", {"by space", "空间约束"}, "km²", GT_COL_NUM, 4}, urban_space, 10000},
    {{"urban_km2", {"capacity", "承载规模"}, "km²", GT_COL_NUM, 4}, urban, 10000},
    {{"people", {"people carried", "可承载人口（人）"}, "", GT_COL_NUM, 0}, carried, 1},
    {{"urban_present_km2", {"present towns", "现状城镇用地"}, "km²", GT_COL_NUM, 4},
     urban_present,
     10000},
    {{"urban_margin_km2", {"room left", "剩余规模"}, "km²", GT_COL_NUM, 4}, urban_margin, 10000},
    {{"urban_people", {"people in towns", "现状城镇人口（人）"}, "", GT_COL_NUM, 0}, in_towns, 1},
};

static const struct {
    const struct column *v;
    size_t n;
} sets[] = {{urban_columns, GT_LEN(urban_columns)}, {crop_columns, GT_LEN(crop_columns)}};

static const char *bound_of(const struct gt_capacity *c, bool crops, enum gt_lang lang)
{
    return gt_text2(gt_bound_title(crops ? c->crop_bound : c->urban_bound), lang);
}

/* A sum that lacks a county would be set against others that do not: it is left empty. */
static void add_sum(struct gt_table *t, const struct gt_capacity *v, size_t n,
                    const struct column *k, size_t n_k, enum gt_lang lang)
{
    size_t row = gt_table_add_row(t);
    gt_table_set_text(t, row, 1, lang == GT_ZH ? "合计" : "all");
    for (size_t j = 0; j < n_k; j++) {
        double sum = 0;
        bool whole = n > 0;
        for (size_t i = 0; i < n; i++) {
            double one = k[j].of(&v[i]);
            whole = whole && !isnan(one);
            sum += one;
        }
        gt_table_set_num(t, row, 3 + j, whole ? sum / k[j].div : (double)NAN);
    }
}

struct gt_table *gt_capacity_table(struct gt_arena *a, const struct gt_capacity *v, size_t n,
                                   bool crops, enum gt_lang lang)
{
    const struct column *k = sets[crops].v;
    size_t n_k = sets[crops].n;
    struct gt_col *cols = GT_TAKE_N(a, struct gt_col, n_k + 3);
    cols[0] = (struct gt_col){"code", {"code", "代码"}, "", GT_COL_TEXT, 0};
    cols[1] = (struct gt_col){"name", {"county", "县（区）"}, "", GT_COL_TEXT, 0};
    cols[2] = (struct gt_col){
        crops ? "crop_bound" : "urban_bound", {"bound by", "约束要素"}, "", GT_COL_TEXT, 0};
    for (size_t j = 0; j < n_k; j++)
        cols[3 + j] = k[j].col;
    struct gt_table *t = gt_table_new(a, cols, n_k + 3);
    for (size_t i = 0; i < n; i++) {
        size_t row = gt_table_add_row(t);
        gt_table_set_text(t, row, 0, v[i].code);
        gt_table_set_text(t, row, 1, v[i].name);
        gt_table_set_text(t, row, 2, bound_of(&v[i], crops, lang));
        for (size_t j = 0; j < n_k; j++)
            gt_table_set_num(t, row, 3 + j, k[j].of(&v[i]) / k[j].div);
    }
    add_sum(t, v, n, k, n_k, lang);
    return t;
}
