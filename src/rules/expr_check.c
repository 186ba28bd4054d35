/* expr_check.c: names and units of expressions. */
#include "rules_int.h"

#include <stdio.h>
#include <string.h>

GT_PRINTF(3, 4)
static enum gt_status fail_at(const struct gt_expr *x, struct gt_err *err, const char *fmt, ...)
{
    char text[600];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    return rules_error(err, GT_EINPUT, "expression: position %d: %s", x->at + 1, text);
}

/* ---- Names ----------------------------------------------------------------------------------- */

static enum gt_status bind_name(struct gt_expr *x, const char *const *names, int n,
                                struct gt_err *err)
{
    char hint[RULES_HINT];
    if (x->text[0] == '$')
        return fail_at(x, err, "%.80s: rule numbers are for the expressions of models", x->text);
    for (int i = 0; i < n; i++) {
        if (strcmp(names[i], x->text) == 0) {
            x->name = i;
            return GT_OK;
        }
    }
    return fail_at(x, err, "unknown name '%.60s'%s", x->text,
                   rules_hint(hint, x->text, names, n > 0 ? (size_t)n : 0));
}

enum gt_status gt_expr_bind(struct gt_expr *x, const char *const *names, int n, struct gt_err *err)
{
    if (x->op == GT_X_NAME)
        return bind_name(x, names, n, err);
    for (int i = 0; i < x->n; i++)
        GT_TRY(gt_expr_bind(x->arg[i], names, n, err));
    return GT_OK;
}

enum gt_status rules_expr_numbers(struct gt_expr *x, const struct gt_ruleset *set,
                                  struct gt_err *err)
{
    if (x->op == GT_X_NAME && x->text[0] == '$') {
        enum gt_status status = rules_find_number(set, x->text + 1, &x->number, err);
        if (status != GT_OK) {
            (void)gt_wrap(err, "expression: position %d", x->at + 1);
            return status;
        }
        x->op = GT_X_NUM;
        x->num = x->number->v;
    }
    for (int i = 0; i < x->n; i++)
        GT_TRY(rules_expr_numbers(x->arg[i], set, err));
    return GT_OK;
}

/* ---- Units ----------------------------------------------------------------------------------- */

struct check {
    struct gt_arena *a;
    const char *const *unit;
    struct gt_err *err;
};

static enum gt_status unit_of(const struct check *c, const struct gt_expr *x,
                              struct rules_unit *out);

/* The common unit of arguments from..to-1: all equal, bare numbers aside. */
static enum gt_status same_unit(const struct check *c, const struct gt_expr *x, int from, int to,
                                struct rules_unit *out)
{
    *out = (struct rules_unit){0};
    for (int i = from; i < to; i++) {
        struct rules_unit u;
        GT_TRY(unit_of(c, x->arg[i], &u));
        if (rules_unit_bare(&u))
            continue;
        if (rules_unit_bare(out))
            *out = u;
        if (memcmp(out, &u, sizeof u) != 0)
            return fail_at(x, c->err, "expected values of one unit, found %s and %s",
                           rules_unit_text(c->a, out), rules_unit_text(c->a, &u));
    }
    return GT_OK;
}

/* Class codes are bare numbers where they are multiplied (indices made of codes). */
static void drop_class(struct rules_unit *u)
{
    if (rules_unit_class(u))
        *u = (struct rules_unit){0};
}

static enum gt_status product_unit(const struct check *c, const struct gt_expr *x,
                                   struct rules_unit *out)
{
    struct rules_unit right;
    GT_TRY(unit_of(c, x->arg[0], out));
    GT_TRY(unit_of(c, x->arg[1], &right));
    drop_class(out);
    drop_class(&right);
    for (int i = 0; i < RULES_SYMBOLS; i++) {
        int sum = out->exp[i] + (x->op == GT_X_MUL ? right.exp[i] : -right.exp[i]);
        if (sum < -9 || sum > 9)
            return fail_at(x, c->err, "expected units in powers up to 9, found more");
        out->exp[i] = (signed char)sum;
    }
    return GT_OK;
}

/* Multiplies the exponents by up/down, which must leave whole numbers up to 9. */
static bool scale_unit(struct rules_unit *u, double factor)
{
    for (int i = 0; i < RULES_SYMBOLS; i++) {
        double e = u->exp[i] * factor;
        if (e < -9 || e > 9 || e != (double)(int)e)
            return false;
        u->exp[i] = (signed char)e;
    }
    return true;
}

static enum gt_status power_unit(const struct check *c, const struct gt_expr *x,
                                 struct rules_unit *out)
{
    struct rules_unit right;
    GT_TRY(unit_of(c, x->arg[0], out));
    GT_TRY(unit_of(c, x->arg[1], &right));
    drop_class(out);
    drop_class(&right);
    if (!rules_unit_bare(&right))
        return fail_at(x, c->err, "expected a bare number as power, found %s",
                       rules_unit_text(c->a, &right));
    if (rules_unit_bare(out))
        return GT_OK;
    const struct gt_expr *power = x->arg[1];
    bool negative = power->op == GT_X_NEG;
    if (negative)
        power = power->arg[0];
    if (power->op != GT_X_NUM || !scale_unit(out, negative ? -power->num : power->num))
        return fail_at(x, c->err, "expected a written whole number as power of a value in %s",
                       rules_unit_text(c->a, out));
    return GT_OK;
}

static enum gt_status root_unit(const struct check *c, const struct gt_expr *x,
                                struct rules_unit *out)
{
    GT_TRY(unit_of(c, x->arg[0], out));
    drop_class(out);
    struct rules_unit whole = *out;
    if (!scale_unit(out, 0.5))
        return fail_at(x, c->err, "sqrt: expected a unit that is a square, found %s",
                       rules_unit_text(c->a, &whole));
    return GT_OK;
}

static enum gt_status bare_unit(const struct check *c, const struct gt_expr *x,
                                struct rules_unit *out)
{
    GT_TRY(unit_of(c, x->arg[0], out));
    drop_class(out);
    struct rules_unit fraction;
    GT_TRY(rules_unit_parse("fraction", &fraction, c->err));
    if (memcmp(out, &fraction, sizeof fraction) == 0)
        *out = (struct rules_unit){0};
    if (!rules_unit_bare(out))
        return fail_at(x, c->err, "expected a bare number, found %s; divide by the unit first",
                       rules_unit_text(c->a, out));
    return GT_OK;
}

static enum gt_status angle_unit(const struct check *c, const struct gt_expr *x,
                                 struct rules_unit *out)
{
    struct rules_unit degree;
    GT_TRY(unit_of(c, x->arg[0], out));
    drop_class(out);
    GT_TRY(rules_unit_parse("degree", &degree, c->err));
    if (!rules_unit_bare(out) && memcmp(out, &degree, sizeof degree) != 0)
        return fail_at(x, c->err, "sin_deg: expected an angle in degrees, found %s",
                       rules_unit_text(c->a, out));
    *out = (struct rules_unit){0};
    return GT_OK;
}

/* Truth is a bare number, whatever the arguments are; they still must be sound in themselves. */
static enum gt_status truth_unit(const struct check *c, const struct gt_expr *x,
                                 struct rules_unit *out)
{
    for (int i = 0; i < x->n; i++)
        GT_TRY(unit_of(c, x->arg[i], out));
    *out = (struct rules_unit){0};
    return GT_OK;
}

static enum gt_status name_unit(const struct check *c, const struct gt_expr *x,
                                struct rules_unit *out)
{
    const char *text = x->op == GT_X_NAME ? c->unit[x->name] : x->number ? x->number->unit : "";
    return rules_unit_parse(text, out, c->err);
}

static enum gt_status unit_of(const struct check *c, const struct gt_expr *x,
                              struct rules_unit *out)
{
    *out = (struct rules_unit){0};
    switch (x->op) {
    case GT_X_NUM:
    case GT_X_NAME: return name_unit(c, x, out);
    case GT_X_TEXT: return fail_at(x, c->err, "expected a number, found the text '%.60s'", x->text);
    case GT_X_NODATA: return GT_OK;
    case GT_X_MUL:
    case GT_X_DIV: return product_unit(c, x, out);
    case GT_X_POW: return power_unit(c, x, out);
    case GT_X_SQRT: return root_unit(c, x, out);
    case GT_X_EXP:
    case GT_X_LN:
    case GT_X_LOG10: return bare_unit(c, x, out);
    case GT_X_SIN_DEG: return angle_unit(c, x, out);
    case GT_X_AND:
    case GT_X_OR:
    case GT_X_NOT:
    case GT_X_ISNODATA: return truth_unit(c, x, out);
    case GT_X_EQ:
    case GT_X_NE:
    case GT_X_LT:
    case GT_X_LE:
    case GT_X_GT:
    case GT_X_GE:
    case GT_X_IN:
        GT_TRY(same_unit(c, x, 0, x->n, out));
        *out = (struct rules_unit){0};
        return GT_OK;
    case GT_X_IF: GT_TRY(unit_of(c, x->arg[0], out)); return same_unit(c, x, 1, 3, out);
    default: return same_unit(c, x, 0, x->n, out);
    }
}

enum gt_status gt_expr_unit(struct gt_arena *a, const struct gt_expr *x, const char *const *unit,
                            const char **out, struct gt_err *err)
{
    struct rules_unit u;
    GT_TRY(unit_of(&(struct check){a, unit, err}, x, &u));
    *out = rules_unit_text(a, &u);
    return GT_OK;
}
