/* vct_head.c: what a VCT file says before its shapes, and the attributes behind them. */
#include "vct_int.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { MOST_FIELDS = 1000, MOST_PARAMETERS = 12 };
#define EXACT_INT 9007199254740992.0 /* 2^53 */

/* ---- Head ---- */

/* "central meridian, scale, false easting, false northing, width, zone" of the land survey; other
 * writers leave the last two out. */
static void read_parameters(struct gt_vct *v, struct gt_str value)
{
    struct gt_str part[MOST_PARAMETERS];
    double x[MOST_PARAMETERS];
    size_t n = gt_text_split(value, ',', part, MOST_PARAMETERS);
    if (n > MOST_PARAMETERS)
        return;
    for (size_t i = 0; i < n; i++)
        if (!gt_text_num(part[i], &x[i]))
            x[i] = (double)NAN;
    if (n >= 6 && (x[4] == 3 || x[4] == 6) && x[5] >= 13 && x[5] <= 45) {
        v->zone.width = (int)x[4];
        v->zone.zone = (int)x[5];
    }
    if (x[0] >= 72 && x[0] <= 138)
        v->zone.meridian = x[0];
}

static void read_datum(struct gt_vct *v, struct gt_str value)
{
    enum gt_text_datum datum = gt_text_datum_of(value);
    if (v->zone.datum == GT_DATUM_UNKNOWN)
        v->zone.datum = datum;
}

static enum gt_status read_separator(struct gt_vct *v, struct gt_str value, struct gt_err *err)
{
    if (value.n == 0) /* a tab or a blank is trimmed */
        return GT_OK;
    if (value.n > 1 || isalnum((unsigned char)value.p[0]) || (unsigned char)value.p[0] >= 0x80 ||
        strchr(".+-", value.p[0]))
        return gt_text_fail(&v->l, err, "expected one mark as the separator, found '%s'",
                            gt_text_shown(v->a, value));
    v->separator = value.p[0];
    return GT_OK;
}

static enum gt_status read_unit(struct gt_vct *v, struct gt_str value, struct gt_err *err)
{
    if (gt_text_same(value, "D") || gt_text_has(value, "degree") || gt_text_has(value, "度"))
        v->zone.degrees = true;
    else if (value.n && !gt_text_same(value, "M") && !gt_text_has(value, "met") &&
             !gt_text_has(value, "米"))
        return gt_text_fail(&v->l, err,
                            "expected metres (M) or degrees (D) as the unit, found '%s'",
                            gt_text_shown(v->a, value));
    return GT_OK;
}

static enum gt_status read_pair(struct gt_vct *v, struct gt_str key, struct gt_str value,
                                struct gt_err *err)
{
    double number;
    if (gt_text_same(key, "Version"))
        v->old = gt_text_num(value, &number) && number < 2;
    if (gt_text_same(key, "Topo") && gt_text_num(value, &number) && number >= 0 && number <= 9)
        v->topo = (int)number;
    if (gt_text_same(key, "XAxisDirection"))
        v->north = gt_text_same(value, "N");
    if (gt_text_same(key, "CoordinateSystemType") || gt_text_same(key, "Coordinate") ||
        gt_text_same(key, "CoordSysType"))
        v->zone.degrees = gt_text_same(value, "D") || gt_text_same(value, "G");
    if (gt_text_same(key, "Spheroid") || gt_text_same(key, "HorizontalCRS") ||
        gt_text_same(key, "Projection"))
        read_datum(v, value);
    if (gt_text_same(key, "Parameters"))
        read_parameters(v, value);
    if (gt_text_same(key, "Meridian") && gt_text_num(value, &number) && number >= 72 &&
        number <= 138)
        v->zone.meridian = number;
    if (gt_text_same(key, "XYUnit") || gt_text_same(key, "Unit"))
        return read_unit(v, value, err);
    if (gt_text_same(key, "Separator"))
        return read_separator(v, value, err);
    return GT_OK;
}

enum gt_status gt_vct_head(struct gt_vct *v, struct gt_err *err)
{
    for (;;) {
        GT_TRY(gt_vct_line(v, "HeadEnd", err));
        struct gt_str s = v->l.now;
        if (gt_text_same(s, "HeadEnd"))
            return GT_OK;
        const char *colon = memchr(s.p, ':', s.n);
        if (!colon)
            continue;
        size_t n = (size_t)(colon - s.p);
        GT_TRY(read_pair(v, gt_text_trim((struct gt_str){s.p, n}),
                         gt_text_trim((struct gt_str){colon + 1, s.n - n - 1}), err));
    }
}

/* ---- Feature codes ---- */

/* code, name, kind, colours, table: colours are numbers, one or three or none. */
enum gt_status gt_vct_codes(struct gt_vct *v, struct gt_err *err)
{
    for (;;) {
        struct gt_str part[12];
        double number;
        GT_TRY(gt_vct_line(v, "FeatureCodeEnd", err));
        if (gt_text_same(v->l.now, "FeatureCodeEnd"))
            return GT_OK;
        size_t n = gt_text_split(v->l.now, v->separator, part, GT_LEN(part));
        if (n < 4) /* a table without shapes, by name */
            continue;
        size_t at = 3;
        while (at + 1 < n && at + 1 < GT_LEN(part) &&
               (part[at].n == 0 || gt_text_num(part[at], &number)))
            at++;
        *GT_PUSH(v->a, &v->code) = (struct gt_vct_code){part[0], part[2], part[at]};
    }
}

/* ---- Structures of tables ---- */

static enum gt_column_kind kind_of(struct gt_str type)
{
    static const struct {
        const char *name;
        enum gt_column_kind kind;
    } kinds[] = {{"Int", GT_COLUMN_INT},      {"Int1", GT_COLUMN_INT},   {"Int2", GT_COLUMN_INT},
                 {"Int4", GT_COLUMN_INT},     {"Int8", GT_COLUMN_INT},   {"Integer", GT_COLUMN_INT},
                 {"Smallint", GT_COLUMN_INT}, {"Float", GT_COLUMN_REAL}, {"Double", GT_COLUMN_REAL},
                 {"Numeric", GT_COLUMN_REAL}};
    for (size_t i = 0; i < GT_LEN(kinds); i++)
        if (gt_text_same(type, kinds[i].name))
            return kinds[i].kind;
    return GT_COLUMN_TEXT;
}

static enum gt_status read_field(struct gt_vct *v, struct gt_field *f, struct gt_err *err)
{
    struct gt_str part[6];
    int64_t length = 0, decimals = 0;
    GT_TRY(gt_vct_line(v, "a field of the table", err));
    size_t n = gt_text_split(v->l.now, v->separator, part, GT_LEN(part));
    if (n < 2 || n > GT_LEN(part) || part[0].n == 0)
        return gt_text_fail(&v->l, err,
                            "expected a field (its name, type, length, decimals), found '%s'",
                            gt_text_shown(v->a, v->l.now));
    bool good = (n < 3 || part[2].n == 0 || gt_text_int(part[2], &length)) &&
                (n < 4 || part[3].n == 0 || gt_text_int(part[3], &decimals));
    if (!good || length < 0 || length > INT32_MAX || decimals < 0 || decimals > 100)
        return gt_text_fail(&v->l, err,
                            "expected whole numbers for length and decimals, found '%s'",
                            gt_text_shown(v->a, v->l.now));
    *f = (struct gt_field){gt_strndup(v->a, part[0].p, part[0].n), kind_of(part[1]), (int)length,
                           (int)decimals};
    return GT_OK;
}

enum gt_status gt_vct_tables(struct gt_vct *v, struct gt_err *err)
{
    for (;;) {
        struct gt_str part[4];
        int64_t count = 0;
        GT_TRY(gt_vct_line(v, "TableStructureEnd", err));
        if (gt_text_same(v->l.now, "TableStructureEnd"))
            return GT_OK;
        size_t n = gt_text_split(v->l.now, v->separator, part, GT_LEN(part));
        if (n < 2 || n > GT_LEN(part) || part[0].n == 0 || !gt_text_int(part[1], &count) ||
            count < 0 || count > MOST_FIELDS)
            return gt_text_fail(&v->l, err,
                                "expected a table's name and its number of fields, 0 to %d, found "
                                "'%s'",
                                MOST_FIELDS, gt_text_shown(v->a, v->l.now));
        struct gt_vct_table t = {.name = gt_strndup(v->a, part[0].p, part[0].n),
                                 .n_fields = (size_t)count,
                                 .plain = n > 2 && gt_text_same(part[2], "NoneGeometry")};
        t.field = GT_TAKE_N(v->a, struct gt_field, t.n_fields + 1);
        for (size_t i = 0; i < t.n_fields; i++)
            GT_TRY(read_field(v, &t.field[i], err));
        *GT_PUSH(v->a, &v->table) = t;
        (void)gt_vct_take_zero(v);
    }
}

/* ---- Attributes ---- */

static void take_value(struct gt_vct *v, enum gt_column_kind kind, struct gt_str s,
                       struct gt_value *out)
{
    double number;
    *out = (struct gt_value){.kind = GT_V_NODATA};
    if (s.n == 0)
        return;
    bool is_number = kind != GT_COLUMN_TEXT && gt_text_num(s, &number);
    if (is_number && (kind == GT_COLUMN_REAL || fabs(number) < EXACT_INT))
        *out = (struct gt_value){.kind = GT_V_NUM, .num = number};
    else
        *out = (struct gt_value){.kind = GT_V_TEXT, .text = gt_strndup(v->a, s.p, s.n)};
}

/* The object whose row this is, where rows have no number: the next one of the table. */
static int64_t next_object(struct gt_vct *v, struct gt_vct_table *t)
{
    size_t table = (size_t)(t - v->table.v);
    while (t->cursor < v->n_objects && v->object[t->cursor].table != table)
        t->cursor++;
    return t->cursor < v->n_objects ? v->object[t->cursor++].id : 0;
}

static enum gt_status read_row(struct gt_vct *v, struct gt_vct_table *t, struct gt_str *part,
                               struct gt_err *err)
{
    void *values;
    size_t n = gt_text_split(v->l.now, v->separator, part, t->n_fields + 1);
    struct gt_vct_row row = {.table = (size_t)(t - v->table.v), .line = v->l.line};
    if (n > t->n_fields + 1 || n + 1 < t->n_fields)
        return gt_text_fail(&v->l, err,
                            "expected a number and %zu values, as many as %s has fields, found %zu "
                            "items; a separator may stand in a text",
                            t->n_fields, t->name, n);
    bool numbered = n == t->n_fields + 1;
    if (numbered && !gt_text_int(part[0], &row.id))
        return gt_text_fail(&v->l, err, "expected an object's number, found '%s'",
                            gt_text_shown(v->a, part[0]));
    if (!numbered)
        row.id = next_object(v, t);
    GT_TRY(gt_reserve(v->a, t->n_fields + 1, sizeof *row.value, "attributes", &values, err));
    row.value = values;
    for (size_t i = 0; i < t->n_fields; i++) {
        size_t at = numbered ? i + 1 : i;
        take_value(v, t->field[i].kind, at < n ? part[at] : (struct gt_str){0}, &row.value[i]);
    }
    GT_TRY(gt_shape_room(v->a, &v->row, v->n_rows, &v->row_cap, sizeof *v->row, err));
    v->row[v->n_rows++] = row;
    return GT_OK;
}

static struct gt_vct_table *find_table(struct gt_vct *v, struct gt_str name)
{
    for (size_t i = 0; i < v->table.n; i++)
        if (gt_text_same(name, v->table.v[i].name))
            return &v->table.v[i];
    return NULL;
}

enum gt_status gt_vct_attributes(struct gt_vct *v, struct gt_err *err)
{
    struct gt_str *part = GT_TAKE_N(v->a, struct gt_str, MOST_FIELDS + 1);
    for (;;) {
        GT_TRY(gt_vct_line(v, "AttributeEnd", err));
        if (gt_text_same(v->l.now, "AttributeEnd"))
            return GT_OK;
        struct gt_vct_table *t = find_table(v, v->l.now);
        if (!t)
            return gt_text_fail(&v->l, err,
                                "expected the name of a table that TableStructure describes, found "
                                "'%s'",
                                gt_text_shown(v->a, v->l.now));
        for (;;) {
            GT_TRY(gt_vct_line(v, "TableEnd", err));
            if (gt_text_same(v->l.now, "TableEnd"))
                break;
            GT_TRY(read_row(v, t, part, err));
        }
    }
}
