/* fields.c: the structure of layers against the standard's field tables: missing and extra fields,
 * types, lengths, order. Layers without a known field table are left out, and said so. */
#include <string.h>
#include <strings.h>

#include "review_int.h"

static struct review_hit *field_hit(struct review *r, const char *rule, struct review_layer *l,
                                    const char *field)
{
    struct review_hit *h = review_hit(r, rule, l);
    if (h)
        h->field = field;
    return h;
}

static const char *type_name(enum gt_standard_type t, bool zh)
{
    static const char *const name[][2] = {[GT_TYPE_CHAR] = {"text", "字符"},
                                          [GT_TYPE_INT] = {"whole number", "整数"},
                                          [GT_TYPE_FLOAT] = {"real number", "浮点数"},
                                          [GT_TYPE_DATE] = {"date", "日期"}};
    return name[t][zh];
}

static const char *kind_name(enum gt_column_kind k, bool zh)
{
    static const char *const name[][2] = {[GT_COLUMN_TEXT] = {"text", "字符"},
                                          [GT_COLUMN_INT] = {"whole number", "整数"},
                                          [GT_COLUMN_REAL] = {"real number", "浮点数"}};
    return name[k][zh];
}

static bool fits(enum gt_standard_type t, enum gt_column_kind k)
{
    switch (t) {
    case GT_TYPE_CHAR: return k == GT_COLUMN_TEXT;
    case GT_TYPE_INT: return k == GT_COLUMN_INT;
    case GT_TYPE_FLOAT: return k == GT_COLUMN_REAL;
    case GT_TYPE_DATE: return k != GT_COLUMN_REAL;
    }
    return true;
}

static void check_missing(struct review *r, struct review_layer *l)
{
    for (size_t i = 0; i < l->std->n_fields; i++) {
        const struct gt_standard_field *f = &l->std->field[i];
        if (l->col[i] >= 0 || f->constraint == GT_OPTIONAL)
            continue;
        struct review_hit *h = field_hit(r, "attributes.field_missing", l, f->code);
        if (h)
            review_say(r, h, gt_printf(r->a, "%s 缺少字段 %s（%s）", l->code, f->code, f->title),
                       gt_printf(r->a, "%s lacks the field %s", l->code, f->code));
    }
}

static bool is_standard(const struct review_layer *l, int at)
{
    for (size_t i = 0; i < l->std->n_fields; i++)
        if (l->col[i] == at)
            return true;
    return false;
}

static bool is_system(const struct gt_yaml *list, const char *name)
{
    for (const struct gt_yaml *y = list ? list->child : NULL; y; y = y->next)
        if (strcasecmp(y->text, name) == 0)
            return true;
    return false;
}

static void check_extra(struct review *r, struct review_layer *l)
{
    const struct gt_yaml *system = review_setting(r, "system_fields");
    for (size_t i = 0; i < l->source->n_fields; i++) {
        const char *name = l->source->field[i].name;
        if (is_standard(l, (int)i) || is_system(system, name))
            continue;
        struct review_hit *h = field_hit(r, "attributes.field_extra", l, gt_strdup(r->a, name));
        if (h)
            review_say(r, h, gt_printf(r->a, "%s 有标准以外的字段 %s", l->code, name),
                       gt_printf(r->a, "%s has the field %s, which the standard does not know",
                                 l->code, name));
    }
}

static void check_type(struct review *r, struct review_layer *l)
{
    for (size_t i = 0; i < l->std->n_fields; i++) {
        const struct gt_standard_field *f = &l->std->field[i];
        if (l->col[i] < 0 || fits(f->type, l->source->field[l->col[i]].kind))
            continue;
        const enum gt_column_kind found = l->source->field[l->col[i]].kind;
        struct review_hit *h = field_hit(r, "attributes.field_type", l, f->code);
        if (h)
            review_say(r, h,
                       gt_printf(r->a, "字段 %s 应为%s，实为%s", f->code, type_name(f->type, true),
                                 kind_name(found, true)),
                       gt_printf(r->a, "field %s should be a %s, found a %s", f->code,
                                 type_name(f->type, false), kind_name(found, false)));
    }
}

static void check_length(struct review *r, struct review_layer *l)
{
    for (size_t i = 0; i < l->std->n_fields; i++) {
        const struct gt_standard_field *f = &l->std->field[i];
        const struct gt_field *found = l->col[i] < 0 ? NULL : &l->source->field[l->col[i]];
        if (!found || !fits(f->type, found->kind) || f->type == GT_TYPE_DATE)
            continue;
        /* formats keep whole numbers in widths of their own: only a narrower one loses digits */
        const bool differs =
            f->type == GT_TYPE_INT ? found->length < f->length : found->length != f->length;
        const bool length = f->length > 0 && found->length > 0 && differs;
        const bool decimals =
            f->decimals > 0 && found->decimals > 0 && f->decimals != found->decimals;
        if (!length && !decimals)
            continue;
        struct review_hit *h = field_hit(r, "attributes.field_length", l, f->code);
        if (!h)
            continue;
        h->value = found->length;
        review_say(r, h,
                   gt_printf(r->a, "字段 %s 的长度应为 %d（小数 %d），实为 %d（小数 %d）", f->code,
                             f->length, f->decimals, found->length, found->decimals),
                   gt_printf(r->a,
                             "field %s should have length %d with %d decimals, found %d with %d",
                             f->code, f->length, f->decimals, found->length, found->decimals));
    }
}

static void check_order(struct review *r, struct review_layer *l)
{
    int last = -1;
    for (size_t i = 0; i < l->std->n_fields; i++) {
        if (l->col[i] < 0)
            continue;
        if (l->col[i] < last) {
            struct review_hit *h = field_hit(r, "attributes.field_order", l, l->std->field[i].code);
            if (h)
                review_say(r, h,
                           gt_printf(r->a, "%s 的字段顺序与标准不同，从 %s 起", l->code,
                                     l->std->field[i].code),
                           gt_printf(r->a, "%s has its fields in another order from %s on", l->code,
                                     l->std->field[i].code));
            return;
        }
        last = l->col[i];
    }
}

typedef void layer_fn(struct review *r, struct review_layer *l);
static enum gt_status each_layer(struct review *r, const char *rule, layer_fn *fn)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_layers; i++) {
        struct review_layer *l = &r->layer[i];
        if (l->dead || !l->known)
            continue;
        if (!review_rule(r, rule))
            return GT_OK;
        fn(r, l);
        n++;
    }
    if (n == 0)
        review_skip(r, rule, "没有图层的字段表已知", "no layer has a known field table");
    return GT_OK;
}

static enum gt_status missing(struct review *r, struct gt_err *err)
{
    (void)err;
    return each_layer(r, "attributes.field_missing", check_missing);
}
static enum gt_status extra(struct review *r, struct gt_err *err)
{
    (void)err;
    return each_layer(r, "attributes.field_extra", check_extra);
}
static enum gt_status type(struct review *r, struct gt_err *err)
{
    (void)err;
    return each_layer(r, "attributes.field_type", check_type);
}
static enum gt_status length(struct review *r, struct gt_err *err)
{
    (void)err;
    return each_layer(r, "attributes.field_length", check_length);
}
static enum gt_status order(struct review *r, struct gt_err *err)
{
    (void)err;
    return each_layer(r, "attributes.field_order", check_order);
}

const struct review_check review_fields[] = {
    {"attributes.field_missing", missing}, {"attributes.field_extra", extra},
    {"attributes.field_type", type},       {"attributes.field_length", length},
    {"attributes.field_order", order},     {NULL, NULL}};
