/* areas.c: areas of single features: fields against the ellipsoid, deductions, slope grades,
 * parcels that are too small. */
#include <math.h>
#include <string.h>

#include "review_int.h"

static double tolerance(const struct review *r, const char *rule)
{
    const struct gt_check_rule *found = gt_profile_rule(r->profile, rule);
    return found && isfinite(found->tolerance) ? found->tolerance : 0;
}

static const char *num(struct review *r, double v, int decimals)
{
    return gt_printf(r->a, "%.*f", decimals, v);
}

/* ---- Fields against the ground --------------------------------------------------------------- */

/* The unit of an area field in m2; NaN: it is none that is measured. */
static double field_unit(const struct review *r, const struct review_layer *l,
                         const struct gt_standard_field *f)
{
    const struct gt_yaml *own = review_setting(r, "area_fields");
    const char *key = gt_printf(r->a, "%s.%s", l->code, f->code);
    const char *unit = review_text(own, key);
    return review_unit_m2(*unit ? unit : review_text(own, f->code));
}

static void check_one_field(struct review *r, const struct review_rows *w,
                            const struct gt_standard_field *f, double unit)
{
    const double half = f->decimals > 0 ? 0.5 * pow(10, -f->decimals) * unit : 0;
    const double most = tolerance(r, "areas.field") + half;
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n; i++) {
        const double said = review_number(w, i, f->code) * unit, found = w->m2[i];
        const uint16_t t = w->f->trait ? w->f->trait[i] : 0;
        const bool broken =
            t & (GT_TRAIT_NULL | GT_TRAIT_EMPTY | GT_TRAIT_NOT_FINITE | GT_TRAIT_OTHER_KIND |
                 GT_TRAIT_UNREADABLE | GT_TRAIT_SHORT | GT_TRAIT_OPEN);
        /* 1e-9: a sum of many small numbers */
        if (broken || !(said > 0) || !isfinite(found) || fabs(said - found) <= most + 1e-9 * found)
            continue;
        struct review_hit *h = review_row_hit(r, w, i, "areas.field", f->code);
        if (!h)
            continue;
        h->value = said - found;
        h->unit = "m2";
        review_say(r, h,
                   gt_printf(r->a, "%s 应为椭球面积 %s m²，实为 %s m²", f->code, num(r, found, 2),
                             num(r, said, 2)),
                   gt_printf(r->a, "%s should be the ellipsoid area %s m2, found %s m2", f->code,
                             num(r, found, 2), num(r, said, 2)));
    }
}

static void check_field(struct review *r, const struct review_rows *w)
{
    const struct gt_standard_layer *std = w->layer->std;
    for (size_t k = 0; w->m2 && k < std->n_fields; k++) {
        const double unit = w->col[k] >= 0 ? field_unit(r, w->layer, &std->field[k]) : (double)NAN;
        if (isfinite(unit))
            check_one_field(r, w, &std->field[k], unit);
    }
}

/* ---- Deductions ------------------------------------------------------------------------------ */

static double zero_if_none(double v)
{
    return isnan(v) ? 0 : v;
}

static void say_formula(struct review *r, struct review_hit *h, const char *formula, double want,
                        double found)
{
    h->value = found - want;
    h->unit = "m2";
    review_say(
        r, h,
        gt_printf(r->a, "%s 应为 %s m²，实为 %s m²", formula, num(r, want, 2), num(r, found, 2)),
        gt_printf(r->a, "%s should be %s m2, found %s m2", formula, num(r, want, 2),
                  num(r, found, 2)));
}

/* Half a cent more than the tolerance: both sides are rounded. */
static bool off(const struct review *r, const char *rule, double want, double found)
{
    return fabs(want - found) > tolerance(r, rule) + 0.0051;
}

/* The ground where TBMJ does not hold it (a finding of its own), else TBMJ: the other fields are
 * compared with what they were taken from. */
static double other_area(const struct review *r, const struct review_rows *w, size_t i, double tbmj)
{
    if (!w->m2 || !(w->m2[i] > 0) || fabs(w->m2[i] - tbmj) <= tolerance(r, "areas.field") + 0.0051)
        return tbmj;
    return w->m2[i];
}

static void check_kcmj(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && review_value(w, i, "KCMJ"); i++) {
        const double tbmj = review_number(w, i, "TBMJ");
        const double kcxs = zero_if_none(review_number(w, i, "KCXS"));
        const double kcmj = zero_if_none(review_number(w, i, "KCMJ"));
        if (!isfinite(tbmj) || kcxs < 0 || kcxs >= 1 || !off(r, "areas.kcmj", tbmj * kcxs, kcmj) ||
            !off(r, "areas.kcmj", other_area(r, w, i, tbmj) * kcxs, kcmj))
            continue;
        struct review_hit *h = review_row_hit(r, w, i, "areas.kcmj", "KCMJ");
        if (h)
            say_formula(r, h, "KCMJ = TBMJ × KCXS", tbmj * kcxs, kcmj);
    }
}

static void check_tbdlmj(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && review_value(w, i, "TBDLMJ") && review_value(w, i, "KCMJ"); i++) {
        const double tbmj = review_number(w, i, "TBMJ");
        const double kcmj = zero_if_none(review_number(w, i, "KCMJ"));
        const double tbdlmj = review_number(w, i, "TBDLMJ");
        if (!isfinite(tbmj) || !isfinite(tbdlmj) || !off(r, "areas.tbdlmj", tbmj - kcmj, tbdlmj) ||
            !off(r, "areas.tbdlmj", other_area(r, w, i, tbmj) - kcmj, tbdlmj))
            continue;
        /* a wrong KCMJ that TBDLMJ was not taken from is one fault */
        const double kcxs = zero_if_none(review_number(w, i, "KCXS"));
        if (off(r, "areas.kcmj", tbmj * kcxs, kcmj) &&
            !off(r, "areas.tbdlmj", tbmj * (1 - kcxs), tbdlmj))
            continue;
        struct review_hit *h = review_row_hit(r, w, i, "areas.tbdlmj", "TBDLMJ");
        if (h)
            say_formula(r, h, "TBDLMJ = TBMJ - KCMJ", tbmj - kcmj, tbdlmj);
    }
}

static bool is_crop(const char *dlbm)
{
    return gt_starts(dlbm, "01");
}

static void check_kcxs(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && review_value(w, i, "KCXS") && review_value(w, i, "DLBM"); i++) {
        const char *dlbm = review_cell(w, i, "DLBM"), *kcdlbm = review_cell(w, i, "KCDLBM");
        const double kcxs = zero_if_none(review_number(w, i, "KCXS"));
        const char *zh = NULL, *en = NULL;
        if (kcxs < 0 || kcxs >= 1)
            continue; /* out of its range */
        if (kcxs > 0 && !is_crop(dlbm)) {
            zh = "非耕地不应有扣除系数";
            en = "a deduction on land that is not cropland";
        } else if (kcxs > 0 && strcmp(review_cell(w, i, "GDPDJB"), "1") == 0) {
            zh = "1 级坡度的耕地不应有扣除系数";
            en = "a deduction on cropland of slope grade 1";
        } else if (kcxs > 0 && !*kcdlbm) {
            zh = "有扣除系数而没有扣除地类编码";
            en = "a deduction factor without the class that is deducted";
        } else if (kcxs <= 0 && *kcdlbm) {
            zh = "有扣除地类编码而没有扣除系数";
            en = "a class is deducted without a factor";
        }
        struct review_hit *h = zh ? review_row_hit(r, w, i, "areas.kcxs", "KCXS") : NULL;
        if (!h)
            continue;
        h->value = kcxs;
        review_say(r, h, zh, en);
    }
}

/* ---- Slope grade ----------------------------------------------------------------------------- */

static void check_slope(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && review_value(w, i, "GDPDJB") && review_value(w, i, "DLBM"); i++) {
        const char *dlbm = review_cell(w, i, "DLBM"), *grade = review_cell(w, i, "GDPDJB");
        const bool asks_type = review_value(w, i, "GDLX") != NULL;
        const char *type = review_cell(w, i, "GDLX"), *zh = NULL, *en = NULL;
        if (is_crop(dlbm) && !*grade) {
            zh = "耕地没有坡度级别";
            en = "cropland without a slope grade";
        } else if (!is_crop(dlbm) && (*grade || *type)) {
            zh = "非耕地填写了坡度级别或耕地类型";
            en = "a slope grade or type of cropland on another class";
        } else if (asks_type && *grade >= '2' && *grade <= '5' && !*type) {
            zh = "2 级及以上坡度的耕地没有耕地类型";
            en = "cropland of slope grade 2 and more without its type";
        } else if (strcmp(grade, "1") == 0 && *type) {
            zh = "1 级坡度的耕地不填耕地类型";
            en = "cropland of slope grade 1 with a type";
        }
        struct review_hit *h = zh ? review_row_hit(r, w, i, "areas.slope_grade", "GDPDJB") : NULL;
        if (h)
            review_say(r, h, zh, en);
    }
}

/* ---- Small parcels --------------------------------------------------------------------------- */

/* The least area of a class, by the longest prefix; NaN: none is said. */
static double least(const struct gt_yaml *map, const char *code)
{
    const struct gt_yaml *found = NULL;
    double v = NAN;
    for (const struct gt_yaml *m = map->child; m; m = m->next)
        if ((strcmp(m->key, "any") == 0 && !found) ||
            (gt_starts(code, m->key) &&
             (!found || strcmp(found->key, "any") == 0 || strlen(m->key) > strlen(found->key))))
            found = m;
    return found && gt_parse_num(found->text, &v) ? v : (double)NAN;
}

static void check_small(struct review *r, const struct review_rows *w)
{
    const struct gt_yaml *all = review_setting(r, "smallest");
    const struct gt_yaml *map = all ? gt_yaml_find(all, w->layer->code) : NULL;
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n && map && w->m2; i++) {
        const char *code = review_cell(w, i, "DLBM");
        const double limit = least(map, *code ? code : review_cell(w, i, "YDYHFLDM"));
        if (!(w->m2[i] > 0) || !(w->m2[i] < limit))
            continue;
        struct review_hit *h = review_row_hit(r, w, i, "areas.small", "");
        if (!h)
            continue;
        h->value = w->m2[i];
        h->unit = "m2";
        review_say(r, h,
                   gt_printf(r->a, "图斑 %s m²，小于最小上图面积 %s m²", num(r, w->m2[i], 2),
                             num(r, limit, 0)),
                   gt_printf(r->a, "the parcel has %s m2, less than the smallest of %s m2",
                             num(r, w->m2[i], 2), num(r, limit, 0)));
    }
}

/* ---- Parts and wholes of use control ----------------------------------------------------------
 */

static double sum_of(const struct review_rows *w, size_t i, const struct gt_yaml *seq)
{
    double sum = 0;
    for (const struct gt_yaml *y = seq ? seq->child : NULL; y; y = y->next)
        sum += zero_if_none(review_number(w, i, y->text));
    return sum;
}

/* `rule` holds rows {of: FIELD, parts: [FIELD...]} (the same) or {of, most: FIELD} (not above). */
static void relation(struct review *r, const struct review_rows *w, const char *rule,
                     const char *key, bool same)
{
    const struct gt_yaml *seq = review_setting(r, key);
    const size_t n = gt_features_count(w->f);
    for (const struct gt_yaml *y = seq ? seq->child : NULL; y; y = y->next)
        for (size_t i = 0; i < n; i++) {
            const char *of = review_text(y, "of");
            const struct gt_yaml *part = gt_yaml_find(y, same ? "parts" : "most");
            const double whole = review_number(w, i, of), most = tolerance(r, rule);
            if (!part || !isfinite(whole) || !review_value(w, i, part->child->text))
                break;
            const double sum = sum_of(w, i, part);
            if (same ? fabs(whole - sum) <= most : whole <= sum + most)
                continue;
            struct review_hit *h = review_row_hit(r, w, i, rule, gt_strdup(r->a, of));
            if (!h)
                continue;
            h->value = whole - sum;
            h->unit = "hm2";
            review_say(r, h,
                       gt_printf(r->a, "%s 为 %s，%s %s", of, num(r, whole, 4),
                                 same ? "应等于分项之和" : "不应大于", num(r, sum, 4)),
                       gt_printf(r->a, "%s is %s, it should %s %s", of, num(r, whole, 4),
                                 same ? "be the sum of its parts" : "not be above",
                                 num(r, sum, 4)));
        }
}

static void check_parts(struct review *r, const struct review_rows *w)
{
    relation(r, w, "areas.parts", "parts", true);
}

static void check_approved(struct review *r, const struct review_rows *w)
{
    relation(r, w, "areas.approved", "approved", false);
}

static void check_replaced(struct review *r, const struct review_rows *w)
{
    relation(r, w, "lines.pbf_replaced", "replaced", false);
}

const struct review_row_check review_area_checks[] = {
    {"areas.field", check_field, NULL},
    {"areas.kcmj", check_kcmj, "KCMJ"},
    {"areas.tbdlmj", check_tbdlmj, "TBDLMJ"},
    {"areas.kcxs", check_kcxs, "KCXS"},
    {"areas.slope_grade", check_slope, "GDPDJB"},
    {"areas.small", check_small, NULL},
    {"areas.parts", check_parts, "ZYNYDMJ"},
    {"areas.approved", check_approved, "YDMJ"},
    {"lines.pbf_replaced", check_replaced, "BHYNMJ"},
    {NULL, NULL, NULL}};
