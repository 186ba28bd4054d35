/* tables.c: areas as tables. Every printed total is the sum of what is printed above it. */
#include "evaluate_int.h"

#include <math.h>

#define NONE 0 /* the class of ground without a class */

/* ---- Sums ---- */

static void add(struct gt_evaluate_area *sum, const struct gt_evaluate_area *v)
{
    sum->cells += v->cells;
    sum->m2 += v->m2;
    sum->ares += v->ares;
}

/* Ground outside the zones counts only where there are none: results end at their borders. */
static bool counts(const struct gt_evaluate_tables *t, const struct gt_evaluate_area *v)
{
    return v->zone >= 0 || t->n_zones == 0;
}

struct gt_evaluate_area gt_evaluate_sum(const struct gt_evaluate_tables *t, int64_t code)
{
    struct gt_evaluate_area sum = {.zone = -1, .code = code};
    for (size_t i = 0; i < t->areas->n; i++)
        if (t->areas->v[i].code == code && counts(t, &t->areas->v[i]))
            add(&sum, &t->areas->v[i]);
    return sum;
}

static struct gt_evaluate_area sum_of_classes(const struct gt_evaluate_tables *t)
{
    struct gt_evaluate_area sum = {.zone = -1};
    for (size_t i = 0; i < t->n_classes; i++) {
        struct gt_evaluate_area one = gt_evaluate_sum(t, (int64_t)t->classes[i].code);
        add(&sum, &one);
    }
    return sum;
}

double gt_evaluate_share(const struct gt_evaluate_tables *t, int64_t code)
{
    double all = sum_of_classes(t).m2;
    return all > 0 ? gt_evaluate_sum(t, code).m2 / all : 0;
}

static struct gt_evaluate_area in_zone(const struct gt_evaluate_tables *t, int zone, int64_t code)
{
    struct gt_evaluate_area sum = {.zone = zone, .code = code};
    for (size_t i = 0; i < t->areas->n; i++)
        if (t->areas->v[i].zone == zone && t->areas->v[i].code == code)
            add(&sum, &t->areas->v[i]);
    return sum;
}

static const char *title_of(const struct gt_evaluate_tables *t, int64_t code)
{
    for (size_t i = 0; i < t->n_classes; i++)
        if ((int64_t)t->classes[i].code == code)
            return t->classes[i].title;
    return code == NONE ? (t->lang == GT_ZH ? "未评价" : "not classed") : "";
}

/* ---- By class ---- */

static const struct gt_col class_cols[] = {
    {"class", {"code", "代码"}, "", GT_COL_TEXT, 0},
    {"title", {"class", "类别"}, "", GT_COL_TEXT, 0},
    {"cells", {"cells", "栅格数"}, "", GT_COL_INT, 0},
    {"area_hm2", {"area", "面积"}, "hm²", GT_COL_NUM, 2},
    {"area_km2", {"area", "面积"}, "km²", GT_COL_NUM, 4},
    {"area_mu", {"area (mu)", "面积（亩）"}, "", GT_COL_NUM, 2},
    {"share", {"share", "占比"}, "%", GT_COL_NUM, 2},
};

static double hm2(const struct gt_evaluate_area *v)
{
    return (double)v->ares / 100;
}

static void class_row(struct gt_table *out, const char *code, const char *title,
                      const struct gt_evaluate_area *v, double share)
{
    size_t row = gt_table_add_row(out);
    gt_table_set_text(out, row, 0, code);
    gt_table_set_text(out, row, 1, title);
    gt_table_set_int(out, row, 2, v->cells);
    gt_table_set_num(out, row, 3, hm2(v));
    gt_table_set_num(out, row, 4, (double)v->ares / 10000);
    gt_table_set_num(out, row, 5, (double)(v->ares * 15) / 100);
    gt_table_set_num(out, row, 6, share * 100);
}

struct gt_table *gt_evaluate_by_class(struct gt_arena *a, const struct gt_evaluate_tables *t)
{
    struct gt_table *out = gt_table_new(a, class_cols, GT_LEN(class_cols));
    struct gt_evaluate_area all = sum_of_classes(t);
    char code[32];
    for (size_t i = 0; i < t->n_classes; i++) {
        struct gt_evaluate_area v = gt_evaluate_sum(t, (int64_t)t->classes[i].code);
        class_row(out, gt_strdup(a, gt_fmt_num(t->classes[i].code, code)), t->classes[i].title, &v,
                  all.m2 > 0 ? v.m2 / all.m2 : (double)NAN);
    }
    class_row(out, NULL, t->lang == GT_ZH ? "合计" : "all", &all, all.m2 > 0 ? 1 : (double)NAN);
    struct gt_evaluate_area none = gt_evaluate_sum(t, NONE);
    if (none.cells)
        class_row(out, NULL, title_of(t, NONE), &none, (double)NAN);
    return out;
}

/* ---- By zone ---- */

/* The classes that are there, and ground without a class at the end. */
struct columns {
    size_t n;
    int64_t *code;
};

static struct columns columns_of(struct gt_arena *a, const struct gt_evaluate_tables *t)
{
    struct columns c = {.code = GT_TAKE_N(a, int64_t, t->n_classes + 1)};
    for (size_t i = 0; i < t->n_classes; i++)
        if (gt_evaluate_sum(t, (int64_t)t->classes[i].code).cells)
            c.code[c.n++] = (int64_t)t->classes[i].code;
    c.code[c.n++] = NONE;
    return c;
}

static struct gt_col *zone_cols(struct gt_arena *a, const struct gt_evaluate_tables *t,
                                const struct columns *c)
{
    struct gt_col *col = GT_TAKE_N(a, struct gt_col, c->n + 3);
    col[0] = (struct gt_col){"code", {"code", "代码"}, "", GT_COL_TEXT, 0};
    col[1] = (struct gt_col){"name", {"name", "名称"}, "", GT_COL_TEXT, 0};
    for (size_t i = 0; i < c->n; i++) {
        const char *title = title_of(t, c->code[i]);
        const char *name = gt_printf(a, "class_%lld", (long long)c->code[i]);
        col[2 + i] = (struct gt_col){name, {title, title}, "hm²", GT_COL_NUM, 2};
    }
    col[2 + c->n] = (struct gt_col){"all", {"all", "合计"}, "hm²", GT_COL_NUM, 2};
    return col;
}

/* Does the raster reach the zone? */
static bool reached(const struct gt_evaluate_tables *t, int zone)
{
    for (size_t i = 0; i < t->areas->n; i++)
        if (t->areas->v[i].zone == zone && t->areas->v[i].cells)
            return true;
    return false;
}

static void zone_row(struct gt_table *out, const char *code, const char *name, const int64_t *ares,
                     size_t n)
{
    size_t row = gt_table_add_row(out);
    int64_t sum = 0;
    gt_table_set_text(out, row, 0, code);
    gt_table_set_text(out, row, 1, name);
    for (size_t i = 0; i < n; i++) {
        sum += ares[i];
        gt_table_set_num(out, row, 2 + i, (double)ares[i] / 100);
    }
    gt_table_set_num(out, row, 2 + n, (double)sum / 100);
}

struct gt_table *gt_evaluate_by_zone(struct gt_arena *a, const struct gt_evaluate_tables *t)
{
    if (t->n_zones == 0)
        return NULL;
    struct columns c = columns_of(a, t);
    struct gt_table *out = gt_table_new(a, zone_cols(a, t, &c), c.n + 3);
    int64_t *all = GT_TAKE_N(a, int64_t, c.n), *ares = GT_TAKE_N(a, int64_t, c.n);
    for (size_t z = 0; z < t->n_zones; z++) {
        if (!reached(t, (int)z))
            continue;
        for (size_t i = 0; i < c.n; i++) {
            ares[i] = in_zone(t, (int)z, c.code[i]).ares;
            all[i] += ares[i];
        }
        zone_row(out, t->zones[z].code, t->zones[z].name, ares, c.n);
    }
    zone_row(out, NULL, t->lang == GT_ZH ? "合计" : "all", all, c.n);
    return out;
}

/* ---- For spreadsheets ---- */

static const struct gt_col long_cols[] = {
    {"dataset", {"dataset", "数据集"}, "", GT_COL_TEXT, 0},
    {"zone_code", {"zone code", "分区代码"}, "", GT_COL_TEXT, 0},
    {"zone_name", {"zone", "分区名称"}, "", GT_COL_TEXT, 0},
    {"class", {"code", "类别代码"}, "", GT_COL_TEXT, 0},
    {"title", {"class", "类别"}, "", GT_COL_TEXT, 0},
    {"cells", {"cells", "栅格数"}, "", GT_COL_INT, 0},
    {"area_m2", {"area", "面积"}, "m²", GT_COL_NUM, 1},
    {"area_hm2", {"area", "面积"}, "hm²", GT_COL_NUM, 2},
    {"area_km2", {"area", "面积"}, "km²", GT_COL_NUM, 4},
    {"area_mu", {"area (mu)", "面积（亩）"}, "", GT_COL_NUM, 2},
    {"rules", {"rule set", "规则集"}, "", GT_COL_TEXT, 0},
    {"left_out", {"left out", "未参与的因子"}, "", GT_COL_TEXT, 0},
    {"note", {"note", "备注"}, "", GT_COL_TEXT, 0},
};

static const char *zone_name(const struct gt_evaluate_tables *t, int zone)
{
    bool zh = t->lang == GT_ZH;
    if (zone >= 0 && (size_t)zone < t->n_zones)
        return t->zones[zone].name;
    if (t->n_zones)
        return zh ? "各分区之外" : "outside all zones";
    return zh ? "全部" : "all";
}

struct gt_table *gt_evaluate_long(struct gt_arena *a, const struct gt_evaluate_tables *t,
                                  const char *dataset)
{
    struct gt_table *out = gt_table_new(a, long_cols, GT_LEN(long_cols));
    for (size_t i = 0; i < t->areas->n; i++) {
        const struct gt_evaluate_area *v = &t->areas->v[i];
        size_t row = gt_table_add_row(out);
        bool in = v->zone >= 0 && (size_t)v->zone < t->n_zones;
        gt_table_set_text(out, row, 0, dataset);
        gt_table_set_text(out, row, 1, in ? t->zones[v->zone].code : NULL);
        gt_table_set_text(out, row, 2, zone_name(t, v->zone));
        gt_table_set_text(out, row, 3, gt_printf(a, "%lld", (long long)v->code));
        gt_table_set_text(out, row, 4, title_of(t, v->code));
        gt_table_set_int(out, row, 5, v->cells);
        gt_table_set_num(out, row, 6, v->m2);
        gt_table_set_num(out, row, 7, hm2(v));
        gt_table_set_num(out, row, 8, (double)v->ares / 10000);
        gt_table_set_num(out, row, 9, (double)(v->ares * 15) / 100);
        gt_table_set_text(out, row, 10, t->rules);
        gt_table_set_text(out, row, 11, t->left_out);
        gt_table_set_text(out, row, 12, t->note);
    }
    return out;
}
