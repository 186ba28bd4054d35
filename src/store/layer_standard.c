/* layer_standard.c: a layer of the data standards: its fields under their codes, in their order and
 * types; what its file has besides stays behind them. */
#include "layer.h"

#include <math.h>
#include <string.h>
#include <strings.h>

/* ---- Columns ---- */

static struct gt_layer_column *find_by(struct gt_layer *l, const char *name)
{
    struct gt_layer_column *c = name && name[0] ? gt_layer_find_column(l, name) : NULL;
    return c && !c->standard ? c : NULL;
}

/* By code, then by alias, then by title. */
static struct gt_layer_column *find_column(struct gt_layer *l, const struct gt_standard_field *f)
{
    struct gt_layer_column *c = find_by(l, f->code);
    for (size_t i = 0; !c && i < f->n_aliases; i++)
        c = find_by(l, f->alias[i]);
    return c ? c : find_by(l, f->title);
}

/* A field that is of no standard keeps the type that its file declares. */
static void declare_other(struct gt_layer *l, struct gt_layer_column *c)
{
    OGRFeatureDefnH defn = l->gdal->OGR_L_GetLayerDefn(l->ogr);
    if (c->field < 0)
        return;
    OGRFieldDefnH fd = l->gdal->OGR_FD_GetFieldDefn(defn, c->field);
    c->declared.kind = c->type == OFTReal                                 ? GT_COLUMN_REAL
                       : c->type == OFTInteger || c->type == OFTInteger64 ? GT_COLUMN_INT
                                                                          : GT_COLUMN_TEXT;
    c->declared.length = l->gdal->OGR_Fld_GetWidth(fd);
    c->declared.decimals = l->gdal->OGR_Fld_GetPrecision(fd);
}

static void declare(struct gt_layer_column *c, const struct gt_standard_field *f)
{
    static const enum gt_column_kind kinds[] = {[GT_TYPE_CHAR] = GT_COLUMN_TEXT,
                                                [GT_TYPE_INT] = GT_COLUMN_INT,
                                                [GT_TYPE_FLOAT] = GT_COLUMN_REAL,
                                                [GT_TYPE_DATE] = GT_COLUMN_TEXT};
    c->name = f->code;
    c->standard = f;
    c->as_text = f->type == GT_TYPE_CHAR || f->type == GT_TYPE_DATE;
    c->declared = (struct gt_field){.kind = kinds[f->type],
                                    .length = f->type == GT_TYPE_DATE ? 0 : f->length,
                                    .decimals = f->decimals};
}

static void tell_missing(struct gt_layer *l, const struct gt_standard_layer *s)
{
    struct gt_buf missing = {.a = l->a};
    for (size_t i = 0; i < s->n_fields; i++) {
        bool has = false;
        for (size_t j = 0; j < l->column.n; j++)
            has = has || l->column.v[j].standard == &s->field[i];
        if (!has)
            gt_buf_addf(&missing, "%s%s", missing.n ? ", " : "", s->field[i].code);
    }
    if (missing.n)
        gt_warn(l->w, "%s: %s has no fields %s", l->file->path, s->code, missing.p);
}

void gt_layer_standard_columns(struct gt_layer *l, const struct gt_standard_layer *s)
{
    typeof(l->column) sorted = {0};
    for (size_t i = 0; i < l->column.n; i++)
        declare_other(l, &l->column.v[i]);
    for (size_t i = 0; i < s->n_fields; i++) {
        struct gt_layer_column *c = find_column(l, &s->field[i]);
        if (!c)
            continue;
        struct gt_layer_column *taken = gt_layer_find_column(l, s->field[i].code);
        if (taken && taken != c && !taken->standard)
            taken->name = gt_layer_free_name(l, gt_printf(l->a, "%s_2", taken->name));
        declare(c, &s->field[i]);
        *GT_PUSH(l->a, &sorted) = *c;
    }
    for (size_t i = 0; i < l->column.n; i++)
        if (!l->column.v[i].standard)
            *GT_PUSH(l->a, &sorted) = l->column.v[i];
    memcpy(&l->column, &sorted, sizeof sorted);
    tell_missing(l, s);
}

/* ---- Values ---- */

/* Letters of UTF-8. */
static int letters(const char *text)
{
    int n = 0;
    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

/* Digits before the point. */
static int digits(double v)
{
    v = fabs(v);
    return v < 10 ? 1 : (int)floor(log10(v)) + 1;
}

/* NULL: the value fits its field, and is of its type. */
static const char *misfit(const struct gt_layer *l, const struct gt_layer_column *c,
                          struct gt_value *v)
{
    const struct gt_standard_field *f = c->standard;
    double number;
    if (f->type == GT_TYPE_DATE)
        return NULL;
    if (f->type == GT_TYPE_CHAR) {
        if (f->length <= 0 || v->kind != GT_V_TEXT || letters(v->text) <= f->length)
            return NULL;
        return gt_printf(l->a, "at most %d letters", f->length);
    }
    if (v->kind == GT_V_TEXT) {
        if (!gt_parse_num(v->text, &number))
            return f->type == GT_TYPE_INT ? "a whole number" : "a number";
        *v = (struct gt_value){.kind = GT_V_NUM, .num = number};
    }
    if (f->type == GT_TYPE_INT && v->num != floor(v->num))
        return "a whole number";
    int room = f->type == GT_TYPE_INT ? f->length : f->length - f->decimals - (f->decimals > 0);
    if (f->length > 0 && digits(v->num) > (room > 0 ? room : 1))
        return gt_printf(l->a, "a number of at most %d digits before its point", room);
    return NULL;
}

enum gt_status gt_layer_standard_values(struct gt_layer *l, struct gt_value *v, struct gt_err *err)
{
    char number[32];
    for (size_t i = 0; i < l->column.n; i++) {
        struct gt_layer_column *c = &l->column.v[i];
        if (v[i].kind == GT_V_TEXT && !v[i].text[0] && c->declared.kind != GT_COLUMN_TEXT)
            v[i].kind = GT_V_NODATA;
        /* Whole numbers that no double holds come as texts. */
        if (!c->standard && v[i].kind == GT_V_TEXT)
            c->declared.kind = GT_COLUMN_TEXT;
        const char *why = c->standard && v[i].kind != GT_V_NODATA ? misfit(l, c, &v[i]) : NULL;
        if (!why)
            continue;
        const char *found = v[i].kind == GT_V_TEXT ? v[i].text : gt_fmt_num(v[i].num, number);
        if (!l->in->as_is)
            return gt_fail(err, GT_EINPUT,
                           "%s, %s: expected %s in field %s, found '%.60s'; --as-is keeps it",
                           l->file->path, gt_layer_where(l), why, c->name, found);
        if (c->misfits++ == 0)
            gt_warn(l->w, "%s, %s: expected %s in field %s, found '%.60s', which is kept",
                    l->file->path, gt_layer_where(l), why, c->name, found);
        if (v[i].kind == GT_V_TEXT && c->declared.kind != GT_COLUMN_TEXT)
            c->declared = (struct gt_field){.kind = GT_COLUMN_TEXT};
        else if (c->declared.kind == GT_COLUMN_INT && v[i].num != floor(v[i].num))
            c->declared.kind = GT_COLUMN_REAL;
    }
    return GT_OK;
}

const struct gt_field *gt_layer_standard_types(struct gt_layer *l)
{
    struct gt_field *type = GT_TAKE_N(l->a, struct gt_field, l->column.n + 1);
    for (size_t i = 0; i < l->column.n; i++) {
        const struct gt_layer_column *c = &l->column.v[i];
        type[i] = c->declared;
        type[i].name = c->name;
        if (c->misfits > 1)
            gt_warn(l->w, "%s: %lld values of field %s do not keep to the standard and are kept",
                    l->file->path, (long long)c->misfits, c->name);
    }
    return type;
}
