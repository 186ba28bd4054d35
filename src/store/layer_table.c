/* layer_table.c: the columns and values of a table from outside: headings with units, numbers,
 * dates.
 */
#include "layer.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Units of headings ---- */

/* A number in the unit `text` is number * mul / div in the unit `base`. */
static const struct {
    const char *base, *text;
    double mul, div;
} units[] = {
    {"m3", "m3", 1, 1},
    {"m3", "m³", 1, 1},
    {"m3", "立方米", 1, 1},
    {"m3", "万m3", 1e4, 1},
    {"m3", "万m³", 1e4, 1},
    {"m3", "万立方米", 1e4, 1},
    {"m3", "亿m3", 1e8, 1},
    {"m3", "亿m³", 1e8, 1},
    {"m3", "亿立方米", 1e8, 1},
    {"fraction", "1", 1, 1},
    {"fraction", "%", 1, 100},
    {"fraction", "‰", 1, 1000},
    {"m3/ha", "m3/ha", 1, 1},
    {"m3/ha", "m3/hm2", 1, 1},
    {"m3/ha", "m³/hm²", 1, 1},
    {"m3/ha", "立方米/公顷", 1, 1},
    {"m3/ha", "m3/亩", 15, 1},
    {"m3/ha", "m³/亩", 15, 1},
    {"m3/ha", "立方米/亩", 15, 1},
    {"m3/person", "m3/人", 1, 1},
    {"m3/person", "m³/人", 1, 1},
    {"m3/person", "立方米/人", 1, 1},
    {"m3/person", "m3", 1, 1},
    {"m3/person", "m³", 1, 1},
    {"m3/person", "立方米", 1, 1},
    {"m2/person", "m2/人", 1, 1},
    {"m2/person", "m²/人", 1, 1},
    {"m2/person", "平方米/人", 1, 1},
    {"m2/person", "m2", 1, 1},
    {"m2/person", "m²", 1, 1},
    {"m2/person", "平方米", 1, 1},
    {"ha", "ha", 1, 1},
    {"ha", "hm2", 1, 1},
    {"ha", "hm²", 1, 1},
    {"ha", "公顷", 1, 1},
    {"ha", "千公顷", 1000, 1},
    {"ha", "亩", 1, 15},
    {"ha", "万亩", 1e4, 15},
    {"ha", "km2", 100, 1},
    {"ha", "km²", 100, 1},
    {"person", "人", 1, 1},
    {"person", "万人", 1e4, 1},
    {"head", "头", 1, 1},
    {"head", "只", 1, 1},
    {"head", "匹", 1, 1},
    {"head", "头只", 1, 1},
    {"head", "万头", 1e4, 1},
    {"head", "万只", 1e4, 1},
    {"head", "万头只", 1e4, 1},
    {"t", "t", 1, 1},
    {"t", "吨", 1, 1},
    {"t", "万吨", 1e4, 1},
    {"t", "kg", 1, 1000},
    {"degC", "degC", 1, 1},
    {"degC", "℃", 1, 1},
    {"degC", "°C", 1, 1},
    {"degC", "0.1℃", 1, 10},
    {"degC", "0.1°C", 1, 10},
    {"mm", "mm", 1, 1},
    {"mm", "毫米", 1, 1},
    {"mm", "0.1mm", 1, 10},
    {"cm", "cm", 1, 1},
    {"cm", "厘米", 1, 1},
    {"cm", "mm", 1, 10},
    {"m/s", "m/s", 1, 1},
    {"m/s", "米/秒", 1, 1},
    {"m/s", "0.1m/s", 1, 10},
    {"h", "h", 1, 1},
    {"h", "小时", 1, 1},
    {"h", "0.1h", 1, 10},
};

static const char *units_for(struct gt_arena *a, const char *base)
{
    struct gt_buf b = {.a = a};
    for (size_t i = 0; i < GT_LEN(units); i++)
        if (strcmp(units[i].base, base) == 0)
            gt_buf_addf(&b, "%s%s", b.n ? ", " : "", units[i].text);
    return b.p ? b.p : base;
}

static enum gt_status take_unit(struct gt_layer *l, struct gt_layer_column *c, const char *heading,
                                const char *unit, struct gt_err *err)
{
    c->mul = c->div = 1;
    if (c->role->kind != GT_FIELD_NUMBER || !unit[0] || !c->role->unit[0])
        return GT_OK;
    for (size_t i = 0; i < GT_LEN(units); i++)
        if (strcmp(units[i].base, c->role->unit) == 0 && strcasecmp(units[i].text, unit) == 0) {
            c->mul = units[i].mul;
            c->div = units[i].div;
            return GT_OK;
        }
    return gt_fail(err, GT_EINPUT,
                   "%s: column '%.60s': expected a unit of %s (one of %s), found '%.40s'",
                   l->file->path, heading, c->role->name, units_for(l->a, c->role->unit), unit);
}

/* ---- Headings ---- */

static const char *const blanks[] = {" ",        "\t",           "\r",          "\n",
                                     "\xc2\xa0", "\xe3\x80\x80", "\xef\xbb\xbf"};

const char *gt_sheet_trim(struct gt_arena *a, const char *text)
{
    const char *end = text + strlen(text);
    for (size_t i = 0; i < GT_LEN(blanks); i++) {
        size_t n = strlen(blanks[i]);
        if (strncmp(text, blanks[i], n) == 0)
            return gt_sheet_trim(a, text + n);
        if ((size_t)(end - text) >= n && strcmp(end - n, blanks[i]) == 0)
            return gt_sheet_trim(a, gt_strndup(a, text, (size_t)(end - text) - n));
    }
    return text;
}

/* "total (m3)" is "total" with the unit "m3"; brackets may be wide. */
static const char *split_heading(struct gt_arena *a, const char *heading, const char **unit)
{
    static const char *const brackets[][2] = {{"(", ")"}, {"（", "）"}, {"[", "]"}};
    const char *text = gt_sheet_trim(a, heading);
    *unit = "";
    for (size_t i = 0; i < GT_LEN(brackets); i++) {
        const char *open = strstr(text, brackets[i][0]);
        if (!open || open == text || !gt_ends(text, brackets[i][1]))
            continue;
        const char *from = open + strlen(brackets[i][0]);
        *unit = gt_sheet_trim(a, gt_strndup(a, from, strlen(from) - strlen(brackets[i][1])));
        return gt_sheet_trim(a, gt_strndup(a, text, (size_t)(open - text)));
    }
    return text;
}

struct gt_layer_column *gt_sheet_heading(struct gt_layer *l, const char *alias, const char **unit)
{
    for (size_t i = 0; i < l->column.n; i++) {
        struct gt_layer_column *c = &l->column.v[i];
        if (!c->role && strcasecmp(split_heading(l->a, c->name, unit), alias) == 0)
            return c;
    }
    return NULL;
}

/* Fields of layers have no units: a heading with one other than metres is not theirs. */
static bool may_have(const struct gt_field_role *role, const char *unit)
{
    return role->kind != GT_FIELD_ANY || !unit[0] || strcasecmp(unit, "m") == 0 ||
           strcmp(unit, "米") == 0;
}

static struct gt_layer_column *find_field(struct gt_layer *l, const struct gt_field_role *role,
                                          const char **unit)
{
    for (size_t i = 0; i <= role->n_alias; i++) {
        const char *name = i < role->n_alias ? role->alias[i] : role->name;
        struct gt_layer_column *found = gt_sheet_heading(l, name, unit);
        if (found && may_have(role, *unit))
            return found;
    }
    return NULL;
}

static enum gt_status lacks(struct gt_layer *l, const struct gt_field_role *role,
                            struct gt_err *err)
{
    struct gt_buf wanted = {.a = l->a};
    for (size_t i = 0; i < role->n_alias; i++)
        gt_buf_addf(&wanted, "%s%s", i ? ", " : "", role->alias[i]);
    return gt_fail(
        err, GT_EINPUT, "%s: expected a column for '%s' (one of %s), found the columns %s",
        l->file->path, role->name, wanted.p ? wanted.p : role->name, gt_layer_list_columns(l));
}

static enum gt_status take_field(struct gt_layer *l, const struct gt_field_role *role,
                                 struct gt_err *err)
{
    const char *unit = "";
    struct gt_layer_column *c = find_field(l, role, &unit);
    if (!c)
        return role->required ? lacks(l, role, err) : GT_OK;
    const char *heading = c->name;
    struct gt_layer_column *other = gt_layer_find_column(l, role->name);
    c->role = role;
    c->as_text =
        role->kind == GT_FIELD_TEXT || (role->kind == GT_FIELD_ANY && gt_layer_is_text(role->name));
    if (other && other != c) {
        other->name = "";
        other->name = gt_layer_free_name(l, gt_printf(l->a, "%s_2", role->name));
    }
    c->name = role->name;
    return take_unit(l, c, heading, unit, err);
}

enum gt_status gt_sheet_columns(struct gt_layer *l, struct gt_err *err)
{
    const struct gt_layer_role *role = l->in->role;
    GT_TRY(gt_layer_source_columns(l, err));
    for (size_t i = 0; role && i < role->n_fields; i++)
        GT_TRY(take_field(l, &role->fields[i], err));
    if (role && role->standard)
        gt_layer_standard_columns(l, role->standard);
    return GT_OK;
}

/* ---- Values ---- */

static enum gt_status check_bounds(const struct gt_layer *l, const struct gt_layer_column *c,
                                   int64_t row, double v, struct gt_err *err)
{
    char lo[32], hi[32], found[32];
    const struct gt_field_role *r = c->role;
    if (v >= r->min && v <= r->max)
        return GT_OK;
    bool percent = strcmp(r->unit, "fraction") == 0;
    return gt_fail(err, GT_EINPUT,
                   "%s, row %lld: expected %s within %s..%s%s%s, found %s; a column in another "
                   "unit says it in its heading, such as '%s'",
                   l->file->path, (long long)row, r->name, gt_fmt_num(r->min, lo),
                   gt_fmt_num(r->max, hi), r->unit[0] ? " " : "", r->unit, gt_fmt_num(v, found),
                   gt_printf(l->a, "%s (%s)", r->name,
                             percent                      ? "%"
                             : strcmp(r->unit, "m3") == 0 ? "万m3"
                                                          : r->unit));
}

static enum gt_status take_number(const struct gt_layer *l, const struct gt_layer_column *c,
                                  int64_t row, struct gt_value *v, struct gt_err *err)
{
    double mul = c->mul, div = c->div;
    if (v->kind == GT_V_TEXT) {
        const char *text = v->text;
        size_t n = strlen(text);
        if (n > 1 && text[n - 1] == '%' && strcmp(c->role->unit, "fraction") == 0) {
            text = gt_strndup(l->a, text, n - 1);
            mul = 1;
            div = 100;
        }
        v->kind = GT_V_NUM;
        if (!gt_parse_num(text, &v->num) || !isfinite(v->num))
            return gt_fail(err, GT_EINPUT,
                           "%s, row %lld: expected a number for %s, found '%.40s'; where there is "
                           "none, leave the cell empty",
                           l->file->path, (long long)row, c->role->name, v->text);
    }
    v->num = v->num * mul / div;
    return check_bounds(l, c, row, v->num, err);
}

static bool digits(const char *p, size_t n, int *out)
{
    *out = 0;
    for (size_t i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return false;
        *out = *out * 10 + (p[i] - '0');
    }
    return n > 0;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* 2020-01-31, 2020/1/31, 20200131; a time behind a blank or T is left out. */
static bool read_date(const char *text, int *y, int *m, int *d)
{
    size_t n = strcspn(text, " T");
    if (n == 8 && strcspn(text, "-/.") >= 8)
        return digits(text, 4, y) && digits(text + 4, 2, m) && digits(text + 6, 2, d);
    size_t a = strcspn(text, "-/.");
    size_t b = a < n ? a + 1 + strcspn(text + a + 1, "-/.") : n;
    return a == 4 && b < n && b - a <= 3 && n - b <= 3 && digits(text, a, y) &&
           digits(text + a + 1, b - a - 1, m) && digits(text + b + 1, n - b - 1, d);
}

static enum gt_status take_date(const struct gt_layer *l, const struct gt_layer_column *c,
                                int64_t row, struct gt_value *v, struct gt_err *err)
{
    int y, m, d;
    char number[32];
    const char *text = v->kind == GT_V_NUM ? gt_fmt_num(v->num, number) : v->text;
    if (!read_date(text, &y, &m, &d) || m < 1 || m > 12 || d < 1 || d > days_of(y, m))
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected a date such as 2020-01-31 for %s, found '%.40s'",
                       l->file->path, (long long)row, c->role->name, text);
    *v = (struct gt_value){.kind = GT_V_TEXT, .text = gt_printf(l->a, "%04d-%02d-%02d", y, m, d)};
    return GT_OK;
}

static enum gt_status take_value(const struct gt_layer *l, const struct gt_layer_column *c,
                                 int64_t row, struct gt_value *v, struct gt_err *err)
{
    if (v->kind == GT_V_TEXT) {
        v->text = gt_sheet_trim(l->a, v->text);
        if (!v->text[0])
            v->kind = GT_V_NODATA;
    }
    if (!c->role)
        return GT_OK;
    if (v->kind == GT_V_NODATA && c->role->required)
        return gt_fail(err, GT_EINPUT,
                       "%s, row %lld: expected a value for %s, found none; rows that are to be "
                       "left out can be named with --where",
                       l->file->path, (long long)row, c->role->name);
    if (v->kind == GT_V_NODATA || c->as_text)
        return GT_OK;
    if (c->role->kind == GT_FIELD_ANY) {
        double number;
        if (v->kind == GT_V_TEXT && gt_parse_num(v->text, &number) && isfinite(number))
            *v = (struct gt_value){.kind = GT_V_NUM, .num = number};
        return GT_OK;
    }
    return c->role->kind == GT_FIELD_DATE ? take_date(l, c, row, v, err)
                                          : take_number(l, c, row, v, err);
}

enum gt_status gt_sheet_values(struct gt_layer *l, int64_t row, struct gt_value *v,
                               struct gt_err *err)
{
    for (size_t i = 0; i < l->column.n; i++)
        GT_TRY(take_value(l, &l->column.v[i], row, &v[i], err));
    return GT_OK;
}
