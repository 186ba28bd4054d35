/* tables.c: areas as tables. Every printed total is the sum of what is printed above it. */
#include "evaluate_int.h"

#include <math.h>

#define NONE 0 /* the class of ground without a class */

/* ---- Sums
 * ----------------------------------------------------------------------------------------- */

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

/* ---- By class
 * ------------------------------------------------------------------------------------- */

static const struct gt_col class_cols[] = {
    {"class", {"code", "代码"}, "", GT_COL_TEXT, 0},
    {"title", {"class", "类别"}, "", GT_COL_TEXT, 0},
    {"cells", {"cells", "栅格数"}, "", GT_COL_INT, 0},
    {"area_hm2", {"area", "面积"}, "hm²", GT_COL_NUM, 2},
    {"area_km2", {"area", "面积"}, "km²", GT_COL_NUM, 4},
    {"area_mu", {"area", "面积"}, "亩", GT_COL_NUM, 2},
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
    return out;
}

/* ---- By zone
 * -------------------------------------------------------------------------------------- */

static struct gt_col *zone_cols(struct gt_arena *a, const struct gt_evaluate_tables *t, size_t n)
{
    struct gt_col *col = GT_TAKE_N(a, struct gt_col, n);
    col[0] = (struct gt_col){"code", {"code", "代码"}, "", GT_COL_TEXT, 0};
    col[1] = (struct gt_col){"name", {"name", "名称"}, "", GT_COL_TEXT, 0};
    for (size_t i = 0; i < t->n_classes; i++) {
        const char *title = t->classes[i].title, *name = gt_printf(a, "class_%zu", i + 1);
        col[2 + i] = (struct gt_col){name, {title, title}, "hm²", GT_COL_NUM, 2};
    }
    col[n - 2] = (struct gt_col){"none", {"not classed", "未评价"}, "hm²", GT_COL_NUM, 2};
    col[n - 1] = (struct gt_col){"all", {"all", "合计"}, "hm²", GT_COL_NUM, 2};
    return col;
}

struct gt_table *gt_evaluate_by_zone(struct gt_arena *a, const struct gt_evaluate_tables *t)
{
    if (t->n_zones == 0)
        return NULL;
    size_t n = t->n_classes + 4;
    struct gt_table *out = gt_table_new(a, zone_cols(a, t, n), n);
    int64_t *all = GT_TAKE_N(a, int64_t, t->n_classes + 2);
    for (size_t z = 0; z <= t->n_zones; z++) {
        size_t row = gt_table_add_row(out);
        bool last = z == t->n_zones;
        int64_t sum = 0;
        gt_table_set_text(out, row, 0, last ? NULL : t->zones[z].code);
        gt_table_set_text(out, row, 1,
                          last ? (t->lang == GT_ZH ? "合计" : "all") : t->zones[z].name);
        for (size_t i = 0; i <= t->n_classes; i++) {
            int64_t code = i < t->n_classes ? (int64_t)t->classes[i].code : NONE;
            int64_t ares = last ? all[i] : in_zone(t, (int)z, code).ares;
            all[i] += last ? 0 : ares;
            sum += ares;
            gt_table_set_num(out, row, 2 + i, (double)ares / 100);
        }
        gt_table_set_num(out, row, n - 1, (double)sum / 100);
    }
    return out;
}

/* ---- For spreadsheets
 * ----------------------------------------------------------------------------- */

static const struct gt_col long_cols[] = {
    {"zone_code", {"zone code", "分区代码"}, "", GT_COL_TEXT, 0},
    {"zone_name", {"zone", "分区名称"}, "", GT_COL_TEXT, 0},
    {"class", {"code", "类别代码"}, "", GT_COL_TEXT, 0},
    {"title", {"class", "类别"}, "", GT_COL_TEXT, 0},
    {"cells", {"cells", "栅格数"}, "", GT_COL_INT, 0},
    {"area_m2", {"area", "面积"}, "m²", GT_COL_NUM, 1},
    {"area_hm2", {"area", "面积"}, "hm²", GT_COL_NUM, 2},
    {"area_km2", {"area", "面积"}, "km²", GT_COL_NUM, 4},
    {"area_mu", {"area", "面积"}, "亩", GT_COL_NUM, 2},
};

static void long_row(struct gt_arena *a, struct gt_table *out, const struct gt_evaluate_tables *t,
                     const struct gt_evaluate_area *v)
{
    size_t row = gt_table_add_row(out);
    bool in = v->zone >= 0 && (size_t)v->zone < t->n_zones, zh = t->lang == GT_ZH;
    const char *title = v->code == NONE ? (zh ? "未评价" : "not classed") : "";
    for (size_t i = 0; i < t->n_classes; i++)
        if ((int64_t)t->classes[i].code == v->code)
            title = t->classes[i].title;
    gt_table_set_text(out, row, 0, in ? t->zones[v->zone].code : NULL);
    gt_table_set_text(out, row, 1,
                      in           ? t->zones[v->zone].name
                      : t->n_zones ? (zh ? "各分区之外" : "outside all zones")
                                   : (zh ? "全部" : "all"));
    gt_table_set_text(out, row, 2, gt_printf(a, "%lld", (long long)v->code));
    gt_table_set_text(out, row, 3, title);
    gt_table_set_int(out, row, 4, v->cells);
    gt_table_set_num(out, row, 5, v->m2);
    gt_table_set_num(out, row, 6, hm2(v));
    gt_table_set_num(out, row, 7, (double)v->ares / 10000);
    gt_table_set_num(out, row, 8, (double)(v->ares * 15) / 100);
}

struct gt_table *gt_evaluate_long(struct gt_arena *a, const struct gt_evaluate_tables *t)
{
    struct gt_table *out = gt_table_new(a, long_cols, GT_LEN(long_cols));
    for (size_t i = 0; i < t->areas->n; i++)
        long_row(a, out, t, &t->areas->v[i]);
    return out;
}
