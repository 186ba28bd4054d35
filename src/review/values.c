/* values.c: attributes of single features: empty, domain, range, length, date, pairs of code and
 * name, identifiers, codes of units and years. */
#include <math.h>
#include <string.h>

#include "review_int.h"

static bool all_digits(const char *s)
{
    return *s && strspn(s, "0123456789") == strlen(s);
}

static size_t letters(const char *s)
{
    size_t n = 0;
    for (; *s; s++)
        n += ((unsigned char)*s & 0xC0U) != 0x80U;
    return n;
}

static bool blank(const struct gt_value *v)
{
    return v->kind == GT_V_NODATA ||
           (v->kind == GT_V_TEXT && strspn(v->text, " \t") == strlen(v->text));
}

/* Calls fn for each feature and each field of the standard that the layer has. */
typedef void cell_fn(struct review *r, const struct review_rows *w, size_t i,
                     const struct gt_standard_field *f, const struct gt_value *v);
static void each_cell(struct review *r, const struct review_rows *w, cell_fn *fn)
{
    const struct gt_standard_layer *std = w->layer->std;
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < std->n_fields; k++)
            if (w->col[k] >= 0)
                fn(r, w, i, &std->field[k], &w->f->value[i * w->f->n_fields + (size_t)w->col[k]]);
}

static const struct gt_yaml *unit_code_rule(const struct review *r, const char *field)
{
    const struct gt_yaml *y = review_setting(r, "unit_codes");
    return y ? gt_yaml_find(y, field) : NULL;
}

/* Fields that have a rule of their own for how they are written. */
static bool own_form(const struct review *r, const char *field)
{
    return strcmp(field, "BSM") == 0 || unit_code_rule(r, field);
}

static bool too_long(const struct gt_standard_field *f, const char *text)
{
    return f->type == GT_TYPE_CHAR && f->length > 0 && letters(text) > (size_t)f->length;
}

/* ---- Empty, length, range, date -------------------------------------------------------------- */

static void empty_cell(struct review *r, const struct review_rows *w, size_t i,
                       const struct gt_standard_field *f, const struct gt_value *v)
{
    if (f->constraint != GT_MANDATORY || !blank(v))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.empty", f->code);
    if (h)
        review_say(r, h, gt_printf(r->a, "必填字段 %s（%s）为空", f->code, f->title),
                   gt_printf(r->a, "the mandatory field %s is empty", f->code));
}

static void check_empty(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, empty_cell);
}

static void long_cell(struct review *r, const struct review_rows *w, size_t i,
                      const struct gt_standard_field *f, const struct gt_value *v)
{
    if (v->kind != GT_V_TEXT || own_form(r, f->code) || !too_long(f, v->text))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.length", f->code);
    if (!h)
        return;
    h->value = (double)letters(v->text);
    review_say(r, h,
               gt_printf(r->a, "%s 最长 %d 个字，实为 %zu 个：%s", f->code, f->length,
                         letters(v->text), v->text),
               gt_printf(r->a, "%s takes %d letters at most, found %zu: %s", f->code, f->length,
                         letters(v->text), v->text));
}

static void check_length(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, long_cell);
}

/* Some formats let letters into a column of numbers. A column of texts is told as such. */
static void tell_letters(struct review *r, const struct review_rows *w, size_t i,
                         const struct gt_standard_field *f, const struct gt_value *v)
{
    const int at = gt_layer_field(w->layer->source, f->code);
    if (at < 0 || w->layer->source->field[at].kind == GT_COLUMN_TEXT)
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.range", f->code);
    if (h)
        review_say(r, h, gt_printf(r->a, "%s 应为数值，实为“%.40s”", f->code, v->text),
                   gt_printf(r->a, "%s should be a number, found \"%.40s\"", f->code, v->text));
}

static void range_cell(struct review *r, const struct review_rows *w, size_t i,
                       const struct gt_standard_field *f, const struct gt_value *v)
{
    double x = NAN;
    if (f->type != GT_TYPE_INT && f->type != GT_TYPE_FLOAT)
        return;
    if (v->kind == GT_V_NUM)
        x = v->num;
    else if (v->kind != GT_V_TEXT || blank(v))
        return;
    else if (!gt_parse_num(v->text, &x)) {
        tell_letters(r, w, i, f, v);
        return;
    }
    const bool low = f->lo_closed ? x < f->lo : x <= f->lo;
    const bool high = f->hi_closed ? x > f->hi : x >= f->hi;
    if ((!isfinite(f->lo) || !low) && (!isfinite(f->hi) || !high))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.range", f->code);
    if (!h)
        return;
    char lo[32], hi[32], found[32];
    const char *range = gt_printf(r->a, "%s%s, %s%s", f->lo_closed && isfinite(f->lo) ? "[" : "(",
                                  isfinite(f->lo) ? gt_fmt_num(f->lo, lo) : "-∞",
                                  isfinite(f->hi) ? gt_fmt_num(f->hi, hi) : "+∞",
                                  f->hi_closed && isfinite(f->hi) ? "]" : ")");
    h->value = x;
    gt_fmt_num(x, found);
    review_say(r, h, gt_printf(r->a, "%s 应在 %s 内，实为 %s", f->code, range, found),
               gt_printf(r->a, "%s should lie in %s, found %s", f->code, range, found));
}

static void check_range(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, range_cell);
}

static bool is_date(const char *s)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t n;
    if (strlen(s) != 8 || !all_digits(s) || !gt_parse_int(s, &n))
        return false;
    const int64_t y = n / 10000, m = n / 100 % 100, d = n % 100;
    if (y < 1900 || y > 2200 || m < 1 || m > 12)
        return false;
    const bool leap = (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    return d >= 1 && d <= days[m - 1] + (m == 2 && leap);
}

/* Columns of dates come as 2024-03-01 or 2024/03/01, with a time behind. */
static bool is_column_date(struct gt_arena *a, const char *s)
{
    if (strlen(s) < 10 || (s[4] != '-' && s[4] != '/') || s[7] != s[4])
        return false;
    return is_date(gt_printf(a, "%.4s%.2s%.2s", s, s + 5, s + 8));
}

static void date_cell(struct review *r, const struct review_rows *w, size_t i,
                      const struct gt_standard_field *f, const struct gt_value *v)
{
    if (f->type != GT_TYPE_DATE || blank(v))
        return;
    const char *text = gt_value_text(w->a, v);
    if (is_date(text) || is_column_date(w->a, text))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.date", f->code);
    if (h)
        review_say(r, h, gt_printf(r->a, "%s 应为存在的日期 YYYYMMDD，实为“%s”", f->code, text),
                   gt_printf(r->a, "%s should be a date YYYYMMDD, found \"%s\"", f->code, text));
}

static void check_date(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, date_cell);
}

/* ---- Domains and names ----------------------------------------------------------------------- */

static bool planning(const struct gt_standard_field *f)
{
    return f->land && gt_starts(f->land, "planning");
}

static int domain_place(const struct gt_domain *d, const char *code)
{
    for (size_t i = 0; i < d->n; i++)
        if (strcmp(d->code[i], code) == 0)
            return (int)i;
    return -1;
}

static const struct gt_land_class *land_of(const struct review *r,
                                           const struct gt_standard_field *f, const char *code)
{
    return planning(f) ? gt_land_class_padded(r->std, f->land, code)
                       : gt_land_class(r->std, f->land, code);
}

static void domain_cell(struct review *r, const struct review_rows *w, size_t i,
                        const struct gt_standard_field *f, const struct gt_value *v)
{
    const bool land = !f->domain && f->land && *f->land;
    if ((!f->domain && !land) || (f->name_of && *f->name_of) || blank(v))
        return;
    const char *code = gt_value_text(w->a, v);
    if (too_long(f, code) || (planning(f) && (strlen(code) != 6 || !all_digits(code))))
        return;
    if (land ? land_of(r, f, code) != NULL : domain_place(f->domain, code) >= 0)
        return;
    struct review_hit *h =
        review_hit_at(r, "attributes.domain", w->layer,
                      land || f->domain->complete ? GT_LEVEL_ERROR : GT_LEVEL_WARNING);
    if (!h)
        return;
    h->field = f->code;
    review_feature(r, h, gt_features_id(w->f, i));
    review_say(r, h,
               gt_printf(r->a, "%s（%s）的值“%s”不在值域 %s 内", f->code, f->title, code,
                         land ? f->land : f->domain->id),
               gt_printf(r->a, "%s has \"%s\", which is no code of %s", f->code, code,
                         land ? f->land : f->domain->id));
}

static void check_domain(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, domain_cell);
}

static void digits_cell(struct review *r, const struct review_rows *w, size_t i,
                        const struct gt_standard_field *f, const struct gt_value *v)
{
    if (!planning(f) || blank(v))
        return;
    const char *code = gt_value_text(w->a, v);
    if (strlen(code) == 6 && all_digits(code))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.code_digits", f->code);
    if (h)
        review_say(r, h, gt_printf(r->a, "%s 应为 6 位数字，实为“%s”", f->code, code),
                   gt_printf(r->a, "%s should have 6 digits, found \"%s\"", f->code, code));
}

static void check_digits(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, digits_cell);
}

/* The name that a code has; NULL: the code is not known. */
static const char *name_of(const struct review *r, const struct gt_standard_field *f,
                           const char *code)
{
    if (!f->domain && f->land && *f->land) {
        const struct gt_land_class *c = land_of(r, f, code);
        return c ? c->name : NULL;
    }
    const int at = f->domain ? domain_place(f->domain, code) : -1;
    return at >= 0 ? f->domain->name[at] : NULL;
}

static void pair_cell(struct review *r, const struct review_rows *w, size_t i,
                      const struct gt_standard_field *f, const struct gt_value *v)
{
    if (!f->name_of || !*f->name_of || blank(v))
        return;
    const struct gt_standard_field *code = gt_standard_field(w->layer->std, f->name_of);
    const char *text = code ? review_cell(w, i, f->name_of) : "";
    const char *name = *text ? name_of(r, code, text) : NULL;
    const char *found = gt_value_text(w->a, v);
    if (!name || too_long(f, found) || strcmp(name, found) == 0)
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.pair", f->code);
    if (h)
        review_say(r, h,
                   gt_printf(r->a, "%s 为 %s，%s 应为“%s”，实为“%s”", code->code, text, f->code,
                             name, found),
                   gt_printf(r->a, "%s is %s, so %s should be \"%s\", found \"%s\"", code->code,
                             text, f->code, name, found));
}

static void check_pair(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, pair_cell);
}

/* Names of counties and above, where the list of units has the code. */
static void name_cell(struct review *r, const struct review_rows *w, size_t i,
                      const struct gt_standard_field *f, const struct gt_value *v)
{
    if (!f->name_of || !*f->name_of || blank(v))
        return;
    const char *code = review_cell(w, i, f->name_of);
    const struct gt_unit_code *unit = strlen(code) == 6 ? gt_unit_code(r->std, code) : NULL;
    const char *found = gt_value_text(w->a, v);
    if (!unit || strcmp(unit->name, found) == 0)
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.name", f->code);
    if (h)
        review_say(r, h, gt_printf(r->a, "%s 的名称应为“%s”，实为“%s”", code, unit->name, found),
                   gt_printf(r->a, "the name of %s should be \"%s\", found \"%s\"", code,
                             unit->name, found));
}

static void check_name(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, name_cell);
}

/* ---- Identifiers ----------------------------------------------------------------------------- */

/* How many digits of the unit's code the codes in its layers share. */
static size_t region_digits(const struct review *r)
{
    const struct gt_yaml *y = review_setting(r, "region_digits");
    int64_t n = 6;
    struct gt_err lost = {0};
    if (y && (gt_yaml_int(y, &n, &lost) != GT_OK || n < 0))
        n = 6;
    return (size_t)n < strlen(r->region) ? (size_t)n : strlen(r->region);
}

static void bsm_cell(struct review *r, const struct review_rows *w, size_t i,
                     const struct gt_standard_field *f, const struct gt_value *v)
{
    if (strcmp(f->code, "BSM") != 0 || blank(v))
        return;
    const char *text = gt_value_text(w->a, v);
    const size_t n = region_digits(r);
    const bool form = strlen(text) == 18 && all_digits(text);
    if (form && strncmp(text, r->region, n) == 0)
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.bsm_form", "BSM");
    if (!h)
        return;
    if (form)
        review_say(
            r, h, gt_printf(r->a, "标识码应以 %.*s 开头，实为 %s", (int)n, r->region, text),
            gt_printf(r->a, "BSM should start with %.*s, found %s", (int)n, r->region, text));
    else
        review_say(r, h, gt_printf(r->a, "标识码应为 18 位数字，实为“%s”", text),
                   gt_printf(r->a, "BSM should have 18 digits, found \"%s\"", text));
}

static void check_bsm(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, bsm_cell);
}

static bool digits_allowed(const struct gt_yaml *rule, size_t n)
{
    const struct gt_yaml *digits = gt_yaml_find(rule, "digits");
    char text[32];
    return !digits || review_listed(digits, gt_fmt_num((double)n, text));
}

static void unit_cell(struct review *r, const struct review_rows *w, size_t i,
                      const struct gt_standard_field *f, const struct gt_value *v)
{
    const struct gt_yaml *rule = unit_code_rule(r, f->code);
    if (!rule || blank(v))
        return;
    const char *text = gt_value_text(w->a, v);
    const size_t n = region_digits(r);
    const bool foreign = strcmp(review_text(rule, "foreign"), "true") == 0;
    if (all_digits(text) && digits_allowed(rule, strlen(text)) &&
        (foreign || strncmp(text, r->region, n) == 0))
        return;
    struct review_hit *h = review_row_hit(r, w, i, "attributes.unit_code", f->code);
    if (h)
        review_say(r, h,
                   gt_printf(r->a, "%s 应为规定位数的数字%s%.*s，实为“%s”", f->code,
                             foreign ? "" : "，且以本行政区代码开头：", foreign ? 0 : (int)n,
                             r->region, text),
                   gt_printf(r->a, "%s should be digits of the required number%s%.*s, found \"%s\"",
                             f->code, foreign ? "" : " that start with the unit's code ",
                             foreign ? 0 : (int)n, r->region, text));
}

static void check_unit(struct review *r, const struct review_rows *w)
{
    each_cell(r, w, unit_cell);
}

/* ---- Town-village attribute ------------------------------------------------------------------ */

/* The value that the profile fixes for the longest prefix of the class; "" where it only asks for
 * one; NULL: none is asked for. */
static const char *czcsxm_of(const struct review *r, const char *dlbm)
{
    const struct gt_yaml *y = review_setting(r, "czcsxm"), *found = NULL;
    for (const struct gt_yaml *m = y ? y->child : NULL; m; m = m->next)
        if (gt_starts(dlbm, m->key) && (!found || strlen(m->key) > strlen(found->key)))
            found = m;
    return found ? found->text : NULL;
}

static void check_czcsxm(struct review *r, const struct review_rows *w)
{
    const size_t n = gt_features_count(w->f);
    for (size_t i = 0; i < n; i++) {
        if (!review_value(w, i, "DLBM") || !review_value(w, i, "CZCSXM"))
            return;
        const char *dlbm = review_cell(w, i, "DLBM"), *found = review_cell(w, i, "CZCSXM");
        const char *want = czcsxm_of(r, dlbm);
        if (!want || (*want ? strcmp(want, found) == 0 : *found != 0))
            continue;
        struct review_hit *h = review_row_hit(r, w, i, "attributes.czcsxm", "CZCSXM");
        if (h)
            review_say(r, h,
                       gt_printf(r->a, "地类 %s 的城镇村属性码应%s%s，实为“%s”", dlbm,
                                 *want ? "为 " : "填写", want, found),
                       gt_printf(r->a, "class %s: CZCSXM should be %s, found \"%s\"", dlbm,
                                 *want ? want : "filled in", found));
    }
}

const struct review_row_check review_value_checks[] = {
    {"attributes.empty", check_empty, NULL},       {"attributes.length", check_length, NULL},
    {"attributes.range", check_range, NULL},       {"attributes.date", check_date, NULL},
    {"attributes.domain", check_domain, NULL},     {"attributes.code_digits", check_digits, NULL},
    {"attributes.pair", check_pair, NULL},         {"attributes.name", check_name, NULL},
    {"attributes.bsm_form", check_bsm, "BSM"},     {"attributes.unit_code", check_unit, NULL},
    {"attributes.czcsxm", check_czcsxm, "CZCSXM"}, {NULL, NULL, NULL}};
