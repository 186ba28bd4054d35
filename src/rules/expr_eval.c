/* expr_eval.c: expressions on one row; the meaning that faster evaluators are tested against. */
#include "rules_int.h"

#include <math.h>
#include <string.h>

struct row {
    const struct gt_value *names;
    struct gt_err *err;
};

static enum gt_status eval(const struct row *r, const struct gt_expr *x, struct gt_value *out);

static struct gt_value number(double v)
{
    /* Division by zero, roots and logarithms out of range, and what no double can hold. */
    if (!isfinite(v))
        return (struct gt_value){0};
    return (struct gt_value){.kind = GT_V_NUM, .num = v};
}

static const char *op_name(enum gt_expr_op op)
{
    static const char *const name[] = {
        [GT_X_NEG] = "-",
        [GT_X_NOT] = "not",
        [GT_X_ADD] = "+",
        [GT_X_SUB] = "-",
        [GT_X_MUL] = "*",
        [GT_X_DIV] = "/",
        [GT_X_POW] = "^",
        [GT_X_EQ] = "=",
        [GT_X_NE] = "<>",
        [GT_X_LT] = "<",
        [GT_X_LE] = "<=",
        [GT_X_GT] = ">",
        [GT_X_GE] = ">=",
        [GT_X_AND] = "and",
        [GT_X_OR] = "or",
        [GT_X_IN] = "in",
        [GT_X_IF] = "if",
        [GT_X_MIN] = "min",
        [GT_X_MAX] = "max",
        [GT_X_ABS] = "abs",
        [GT_X_SQRT] = "sqrt",
        [GT_X_EXP] = "exp",
        [GT_X_LN] = "ln",
        [GT_X_LOG10] = "log10",
        [GT_X_SIN_DEG] = "sin_deg",
        [GT_X_FLOOR] = "floor",
        [GT_X_CEIL] = "ceil",
        [GT_X_ROUND] = "round",
        [GT_X_CLAMP] = "clamp",
        [GT_X_ISNODATA] = "isnodata",
        [GT_X_COALESCE] = "coalesce",
    };
    return name[op];
}

/* A text stands for its number where it parses whole. */
static enum gt_status to_number(const struct row *r, const struct gt_expr *x, struct gt_value *v)
{
    double num;
    if (v->kind != GT_V_TEXT)
        return GT_OK;
    if (!gt_parse_num(v->text, &num))
        return rules_error(
            r->err, GT_EINPUT,
            "expression: position %d: '%s' expected a number, found the text '%.60s'", x->at + 1,
            op_name(x->op), v->text);
    *v = number(num);
    return GT_OK;
}

static enum gt_status eval_number(const struct row *r, const struct gt_expr *x, int i,
                                  struct gt_value *out)
{
    GT_TRY(eval(r, x->arg[i], out));
    return to_number(r, x, out);
}

/* ---- Comparisons ----------------------------------------------------------------------------- */

/* -1, 0, 1; neither side is no-data. */
static enum gt_status compare(const struct row *r, const struct gt_expr *x, struct gt_value a,
                              struct gt_value b, int *out)
{
    if (a.kind == GT_V_TEXT && b.kind == GT_V_TEXT) {
        int order = strcmp(a.text, b.text);
        *out = (order > 0) - (order < 0);
        return GT_OK;
    }
    const struct gt_value *text = a.kind == GT_V_TEXT ? &a : &b, *num = text == &a ? &b : &a;
    double read = 0;
    char buf[32];
    if (text->kind == GT_V_TEXT && !gt_parse_num(text->text, &read))
        return rules_error(
            r->err, GT_EINPUT,
            "expression: position %d: cannot compare the text '%.60s' with the number "
            "%s; write the number in quotes to compare texts",
            x->at + 1, text->text, gt_fmt_num(num->num, buf));
    double va = a.kind == GT_V_TEXT ? read : a.num, vb = b.kind == GT_V_TEXT ? read : b.num;
    *out = (va > vb) - (va < vb);
    return GT_OK;
}

static bool holds(enum gt_expr_op op, int order)
{
    switch (op) {
    case GT_X_EQ: return order == 0;
    case GT_X_NE: return order != 0;
    case GT_X_LT: return order < 0;
    case GT_X_LE: return order <= 0;
    case GT_X_GT: return order > 0;
    default: return order >= 0;
    }
}

static enum gt_status eval_compare(const struct row *r, const struct gt_expr *x,
                                   struct gt_value *out)
{
    struct gt_value a, b;
    int order;
    GT_TRY(eval(r, x->arg[0], &a));
    GT_TRY(eval(r, x->arg[1], &b));
    *out = (struct gt_value){0};
    if (a.kind == GT_V_NODATA || b.kind == GT_V_NODATA)
        return GT_OK;
    GT_TRY(compare(r, x, a, b, &order));
    *out = number(holds(x->op, order));
    return GT_OK;
}

static enum gt_status eval_in(const struct row *r, const struct gt_expr *x, struct gt_value *out)
{
    struct gt_value a, b;
    bool unknown = false, equal = false;
    GT_TRY(eval(r, x->arg[0], &a));
    for (int i = 1; i < x->n; i++) {
        int order = 1;
        GT_TRY(eval(r, x->arg[i], &b));
        if (a.kind == GT_V_NODATA || b.kind == GT_V_NODATA)
            unknown = true;
        else
            GT_TRY(compare(r, x, a, b, &order));
        equal = equal || order == 0;
    }
    *out = equal || !unknown ? number(equal) : (struct gt_value){0};
    return GT_OK;
}

/* Three-valued: what decides alone, decides; else no-data where any side has none. */
static enum gt_status eval_logic(const struct row *r, const struct gt_expr *x, struct gt_value *out)
{
    bool decider = x->op == GT_X_OR, unknown = false, decided = false;
    for (int i = 0; i < x->n; i++) {
        struct gt_value v;
        GT_TRY(eval_number(r, x, i, &v));
        unknown = unknown || v.kind == GT_V_NODATA;
        decided = decided || (v.kind == GT_V_NUM && (v.num != 0) == decider);
    }
    *out = decided ? number(decider) : unknown ? (struct gt_value){0} : number(!decider);
    return GT_OK;
}

/* ---- Functions ------------------------------------------------------------------------------- */

static enum gt_status eval_if(const struct row *r, const struct gt_expr *x, struct gt_value *out)
{
    struct gt_value c;
    GT_TRY(eval_number(r, x, 0, &c));
    *out = (struct gt_value){0};
    if (c.kind == GT_V_NODATA)
        return GT_OK;
    return eval(r, x->arg[c.num != 0 ? 1 : 2], out);
}

static enum gt_status eval_coalesce(const struct row *r, const struct gt_expr *x,
                                    struct gt_value *out)
{
    for (int i = 0; i < x->n; i++) {
        GT_TRY(eval(r, x->arg[i], out));
        if (out->kind != GT_V_NODATA)
            return GT_OK;
    }
    return GT_OK;
}

static double apply(enum gt_expr_op op, double a, double b)
{
    switch (op) {
    case GT_X_NEG: return -a;
    case GT_X_NOT: return a == 0;
    case GT_X_ADD: return a + b;
    case GT_X_SUB: return a - b;
    case GT_X_MUL: return a * b;
    case GT_X_DIV: return b == 0 ? (double)NAN : a / b;
    case GT_X_POW: return pow(a, b);
    case GT_X_MIN: return b < a ? b : a;
    case GT_X_MAX: return b > a ? b : a;
    case GT_X_ABS: return fabs(a);
    case GT_X_SQRT: return sqrt(a);
    case GT_X_EXP: return exp(a);
    case GT_X_LN: return a > 0 ? log(a) : (double)NAN;
    case GT_X_LOG10: return a > 0 ? log10(a) : (double)NAN;
    case GT_X_SIN_DEG: return gt_sin_deg(a);
    case GT_X_FLOOR: return floor(a);
    case GT_X_CEIL: return ceil(a);
    default: return round(a);
    }
}

/* All arguments as numbers, folded from the left; any no-data makes the result no-data. */
static enum gt_status eval_arithmetic(const struct row *r, const struct gt_expr *x,
                                      struct gt_value *out)
{
    bool unknown = false;
    double sum = 0, v[3] = {0};
    for (int i = 0; i < x->n; i++) {
        struct gt_value arg;
        GT_TRY(eval_number(r, x, i, &arg));
        unknown = unknown || arg.kind == GT_V_NODATA;
        v[i < 3 ? i : 2] = arg.num;
        sum = i == 0 ? arg.num : apply(x->op, sum, arg.num);
    }
    if (x->n == 1)
        sum = apply(x->op, sum, 0);
    if (x->op == GT_X_CLAMP)
        sum = apply(GT_X_MIN, apply(GT_X_MAX, v[0], v[1]), v[2]);
    *out = unknown ? (struct gt_value){0} : number(sum);
    return GT_OK;
}

static enum gt_status eval(const struct row *r, const struct gt_expr *x, struct gt_value *out)
{
    switch (x->op) {
    case GT_X_NUM: *out = number(x->num); return GT_OK;
    case GT_X_TEXT: *out = (struct gt_value){.kind = GT_V_TEXT, .text = x->text}; return GT_OK;
    case GT_X_NAME:
        *out = r->names[x->name];
        if (out->kind == GT_V_NUM)
            *out = number(out->num);
        return GT_OK;
    case GT_X_NODATA: *out = (struct gt_value){0}; return GT_OK;
    case GT_X_EQ:
    case GT_X_NE:
    case GT_X_LT:
    case GT_X_LE:
    case GT_X_GT:
    case GT_X_GE: return eval_compare(r, x, out);
    case GT_X_IN: return eval_in(r, x, out);
    case GT_X_AND:
    case GT_X_OR: return eval_logic(r, x, out);
    case GT_X_IF: return eval_if(r, x, out);
    case GT_X_COALESCE: return eval_coalesce(r, x, out);
    case GT_X_ISNODATA:
        GT_TRY(eval(r, x->arg[0], out));
        *out = number(out->kind == GT_V_NODATA);
        return GT_OK;
    default: return eval_arithmetic(r, x, out);
    }
}

enum gt_status gt_expr_eval(const struct gt_expr *x, const struct gt_value *names,
                            struct gt_value *out, struct gt_err *err)
{
    return eval(&(struct row){names, err}, x, out);
}
