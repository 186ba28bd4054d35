/* ruleset_diff.c: what differs between two rule sets: numbers, classes, cells of matrices. */
#include "rules_int.h"

#include <math.h>
#include <string.h>

struct diff {
    struct gt_arena *a;
    GT_VEC(struct gt_rule_change) v;
};

const char *gt_rule_kind_name(enum gt_rule_kind k)
{
    static const char *const name[] = {"classes", "matrix", "number"};
    return name[k];
}

static bool equal(double x, double y)
{
    return !(x < y) && !(x > y);
}

/* Whether anything but the values differs. */
static bool same_basis(const struct gt_rule_side *x, const struct gt_rule_side *y)
{
    return x->evidence == y->evidence && strcmp(x->source, y->source) == 0;
}

static void add(struct diff *d, struct gt_rule_change c)
{
    if (c.before.text && c.after.text) {
        c.same_values = strcmp(c.before.text, c.after.text) == 0;
        if (c.same_values && same_basis(&c.before, &c.after))
            return;
    }
    if (c.same_values)
        c.before.text = c.after.text = "";
    *GT_PUSH(d->a, &d->v) = c;
}

/* ---- Numbers --------------------------------------------------------------------------------- */

static struct gt_rule_side number_side(struct gt_arena *a, const struct gt_number *n)
{
    char num[32];
    if (!n)
        return (struct gt_rule_side){.text = NULL, .source = ""};
    return (struct gt_rule_side){
        gt_printf(a, "%s%s%s", rules_number_text(n->v, num), n->unit[0] ? " " : "", n->unit),
        n->source,
        n->evidence,
        n->from,
        n->file,
        n->line};
}

static void compare_numbers(struct diff *d, const struct gt_number *x, const struct gt_number *y)
{
    const struct gt_number *any = x ? x : y;
    add(d, (struct gt_rule_change){.id = any->id,
                                   .kind = GT_RULE_NUMBER,
                                   .title = any->title,
                                   .before = number_side(d->a, x),
                                   .after = number_side(d->a, y)});
}

/* ---- Classes --------------------------------------------------------------------------------- */

static const char *end_text(double v, char buf[32])
{
    return isinf(v) ? v < 0 ? "-inf" : "inf" : gt_fmt_num(v, buf);
}

static const char *class_text(struct gt_arena *a, const struct gt_classes *t,
                              const struct gt_class *c)
{
    char lo[32], hi[32], code[32];
    if (!t->listed)
        return gt_printf(a, "%c%s, %s%c = %s", c->lo_closed ? '[' : '(', end_text(c->lo, lo),
                         end_text(c->hi, hi), c->hi_closed ? ']' : ')', gt_fmt_num(c->code, code));
    struct gt_buf b = {.a = a};
    for (size_t i = 0; i < c->n_is; i++)
        gt_buf_addf(&b, "%s%s", i ? ", " : "", gt_fmt_num(c->is[i], lo));
    gt_buf_addf(&b, " = %s", gt_fmt_num(c->code, code));
    return b.p;
}

static bool has_class(struct gt_arena *a, const struct gt_classes *t, const char *text)
{
    for (size_t i = 0; i < t->n; i++)
        if (strcmp(class_text(a, t, &t->v[i]), text) == 0)
            return true;
    return false;
}

/* The classes that `other` does not have; all of them where it is NULL. */
static const char *classes_text(struct gt_arena *a, const struct gt_classes *t,
                                const struct gt_classes *other)
{
    struct gt_buf b = {.a = a};
    char num[32];
    gt_buf_add(&b, "");
    for (size_t i = 0; i < t->n; i++) {
        const char *text = class_text(a, t, &t->v[i]);
        if (!other || !has_class(a, other, text))
            gt_buf_addf(&b, "%s%s", b.n ? "; " : "", text);
    }
    if (t->has_other && !(other && other->has_other && equal(t->other, other->other)))
        gt_buf_addf(&b, "%sother = %s", b.n ? "; " : "", gt_fmt_num(t->other, num));
    if (!other || strcmp(other->unit, t->unit) != 0)
        gt_buf_addf(&b, "%s%s", b.n ? "; " : "", rules_unit_show(t->unit));
    return b.p;
}

static struct gt_rule_side classes_side(struct gt_arena *a, const struct gt_classes *t,
                                        const struct gt_classes *other)
{
    if (!t)
        return (struct gt_rule_side){.text = NULL, .source = ""};
    return (struct gt_rule_side){
        classes_text(a, t, other), t->source, t->evidence, t->from, t->file, t->line};
}

static void compare_classes(struct diff *d, const struct gt_classes *x, const struct gt_classes *y)
{
    const struct gt_classes *any = x ? x : y;
    add(d, (struct gt_rule_change){.id = any->id,
                                   .kind = GT_RULE_CLASSES,
                                   .title = any->title,
                                   .before = classes_side(d->a, x, y),
                                   .after = classes_side(d->a, y, x)});
}

/* ---- Matrices -------------------------------------------------------------------------------- */

static bool same_sides(const struct gt_matrix *x, const struct gt_matrix *y)
{
    bool same = x->n_rows == y->n_rows && x->n_cols == y->n_cols;
    for (size_t i = 0; same && i < x->n_rows; i++)
        same = equal(x->row_code[i], y->row_code[i]);
    for (size_t i = 0; same && i < x->n_cols; i++)
        same = equal(x->col_code[i], y->col_code[i]);
    return same;
}

static const char *matrix_text(struct gt_arena *a, const struct gt_matrix *m,
                               const struct gt_matrix *other)
{
    struct gt_buf b = {.a = a};
    bool cells = other && same_sides(m, other);
    if (!cells)
        return gt_printf(a, "%zu by %zu", m->n_rows, m->n_cols);
    gt_buf_add(&b, "");
    for (size_t i = 0; i < m->n_rows * m->n_cols; i++)
        if (!equal(m->v[i], other->v[i]))
            gt_buf_addf(&b, "%srows %g, cols %g = %g", b.n ? "; " : "", m->row_code[i / m->n_cols],
                        m->col_code[i % m->n_cols], m->v[i]);
    return b.p;
}

static struct gt_rule_side matrix_side(struct gt_arena *a, const struct gt_matrix *m,
                                       const struct gt_matrix *other)
{
    if (!m)
        return (struct gt_rule_side){.text = NULL, .source = ""};
    return (struct gt_rule_side){
        matrix_text(a, m, other), m->source, m->evidence, m->from, m->file, m->line};
}

static void compare_matrices(struct diff *d, const struct gt_matrix *x, const struct gt_matrix *y)
{
    const struct gt_matrix *any = x ? x : y;
    add(d, (struct gt_rule_change){.id = any->id,
                                   .kind = GT_RULE_MATRIX,
                                   .title = any->title,
                                   .before = matrix_side(d->a, x, y),
                                   .after = matrix_side(d->a, y, x)});
}

void gt_ruleset_diff(struct gt_arena *a, const struct gt_ruleset *from, const struct gt_ruleset *to,
                     struct gt_rule_change **out, size_t *n)
{
    struct diff d = {.a = a};
    for (size_t i = 0; i < from->n_numbers; i++)
        compare_numbers(&d, &from->numbers[i], gt_ruleset_number(to, from->numbers[i].id));
    for (size_t i = 0; i < to->n_numbers; i++)
        if (!gt_ruleset_number(from, to->numbers[i].id))
            compare_numbers(&d, NULL, &to->numbers[i]);
    for (size_t i = 0; i < from->n_classes; i++)
        compare_classes(&d, &from->classes[i], gt_ruleset_classes(to, from->classes[i].id));
    for (size_t i = 0; i < to->n_classes; i++)
        if (!gt_ruleset_classes(from, to->classes[i].id))
            compare_classes(&d, NULL, &to->classes[i]);
    for (size_t i = 0; i < from->n_matrices; i++)
        compare_matrices(&d, &from->matrices[i], gt_ruleset_matrix(to, from->matrices[i].id));
    for (size_t i = 0; i < to->n_matrices; i++)
        if (!gt_ruleset_matrix(from, to->matrices[i].id))
            compare_matrices(&d, NULL, &to->matrices[i]);
    *out = d.v.v;
    *n = d.v.n;
}
