/* args.c: the arguments of a call: checked against the operation's parameters, and read. */
#include "ops_int.h"

#include <string.h>

/* fill_voids in JSON is fill-voids on the command line. */
static bool same_name(const char *a, const char *b)
{
    for (; *a && *b; a++, b++) {
        bool dashes = (*a == '-' || *a == '_') && (*b == '-' || *b == '_');
        if (*a != *b && !dashes)
            return false;
    }
    return *a == *b;
}

static const struct gt_param *find_param(const struct gt_op *op, const char *name)
{
    for (const struct gt_param *p = op->params; p->name; p++) {
        if (same_name(p->name, name))
            return p;
    }
    return NULL;
}

/* The parameter as it is written by its user: FILE or --name. */
static const char *written(struct gt_arena *a, const struct gt_param *p)
{
    return p->position ? p->metavar : gt_printf(a, "--%s", p->name);
}

static enum gt_status unknown(struct gt_call *c, const char *name, struct gt_err *err)
{
    GT_VEC(const char *) names = {0};
    for (const struct gt_param *p = c->op->params; p->name; p++) {
        if (!p->position)
            *GT_PUSH(c->a, &names) = p->name;
    }
    const char *near = gt_nearest(name, names.v, names.n);
    return near ? gt_fail(err, GT_EUSE, "no option --%.60s; did you mean --%s?", name, near)
                : gt_fail(err, GT_EUSE, "no option --%.60s; 'guotu help %s' lists the options",
                          name, c->op->path);
}

static bool outside(const struct gt_param *p, double v)
{
    bool bounded = p->min < 0 || p->min > 0 || p->max < 0 || p->max > 0;
    return bounded && (v < p->min || v > p->max);
}

static enum gt_status check_number(const struct gt_param *p, const char *what, const char *value,
                                   struct gt_err *err)
{
    double v = 0;
    int64_t whole = 0;
    bool integer = p->kind == GT_P_INTEGER;
    if (integer ? !gt_parse_int(value, &whole) : !gt_parse_num(value, &v))
        return gt_fail(err, GT_EUSE, "%s: expected %s, found '%.60s'", what,
                       integer ? "a whole number" : "a number", value);
    if (!outside(p, integer ? (double)whole : v))
        return GT_OK;
    char low[32], high[32];
    const char *unit = p->unit && p->unit[0] ? p->unit : "";
    return gt_fail(err, GT_EUSE, "%s: expected %s to %s%s%s, found '%.60s'", what,
                   gt_fmt_num(p->min, low), gt_fmt_num(p->max, high), unit[0] ? " " : "", unit,
                   value);
}

static enum gt_status check_choice(struct gt_arena *a, const struct gt_param *p, const char *what,
                                   const char *value, struct gt_err *err)
{
    struct gt_buf all = {.a = a};
    for (size_t i = 0; p->choices[i]; i++) {
        if (strcmp(p->choices[i], value) == 0)
            return GT_OK;
        gt_buf_addf(&all, "%s%s", i == 0 ? "" : p->choices[i + 1] ? ", " : " or ", p->choices[i]);
    }
    return gt_fail(err, GT_EUSE, "%s: expected %s, found '%.60s'", what, all.p, value);
}

/* An id, or one with a version or a vintage: dltb@2, dltb@2022. */
static enum gt_status check_dataset(struct gt_arena *a, const char *what, const char *value,
                                    struct gt_err *err)
{
    int64_t number;
    const char *at = strchr(value, '@');
    if (at && !gt_parse_int(at + 1, &number))
        return gt_fail(err, GT_EUSE,
                       "%s: expected a version or a year after '@', as in 'dltb@2022', found "
                       "'%.60s'",
                       what, value);
    return ops_check_id(what, at ? gt_strndup(a, value, (size_t)(at - value)) : value, err);
}

enum gt_status gt_param_check(struct gt_arena *a, const struct gt_param *p, const char *value,
                              struct gt_err *err)
{
    const char *what = written(a, p);
    double x = 0, y = 0;
    struct gt_expr *parsed = NULL;
    if (!gt_is_utf8(value, strlen(value)))
        return gt_fail(err, GT_EUSE, "%s: expected text in UTF-8, found other bytes", what);
    switch (p->kind) {
    case GT_P_NUMBER:
    case GT_P_INTEGER: return check_number(p, what, value, err);
    case GT_P_CHOICE: return check_choice(a, p, what, value, err);
    case GT_P_DATASET: return check_dataset(a, what, value, err);
    case GT_P_POINT:
        if (!ops_parse_point(value, &x, &y))
            return gt_fail(err, GT_EUSE, "%s: expected two numbers LON,LAT, found '%.60s'", what,
                           value);
        return GT_OK;
    case GT_P_KEYVALUE:
        if (value[0] == '=' || !strchr(value, '='))
            return gt_fail(err, GT_EUSE, "%s: expected %s, found '%.60s'", what, p->metavar, value);
        return GT_OK;
    case GT_P_EXPRESSION:
        if (gt_expr_parse(a, value, &parsed, err) != GT_OK) {
            gt_wrap(err, "%s", what);
            if (err)
                err->status = GT_EUSE;
            return GT_EUSE;
        }
        return GT_OK;
    case GT_P_FLAG:
        if (strcmp(value, "true") != 0 && strcmp(value, "false") != 0)
            return gt_fail(err, GT_EUSE, "%s takes no value, found '%.60s'", what, value);
        return GT_OK;
    case GT_P_FILE_IN:
    case GT_P_FILE_OUT:
    case GT_P_DIR:
    case GT_P_TEXT: break;
    }
    if (!value[0])
        return gt_fail(err, GT_EUSE, "%s: expected %s, found an empty text", what, p->metavar);
    return GT_OK;
}

static enum gt_status check_counts(struct gt_call *c, struct gt_err *err)
{
    for (const struct gt_param *p = c->op->params; p->name; p++) {
        size_t n = gt_arg_count(c, p->name);
        if (n == 0 && p->required)
            return gt_fail(err, GT_EUSE, "expected %s, found none; 'guotu help %s' shows the usage",
                           written(c->a, p), c->op->path);
        if (n > 1 && !p->repeated)
            return gt_fail(err, GT_EUSE, "expected %s once, found it %zu times", written(c->a, p),
                           n);
    }
    return GT_OK;
}

enum gt_status ops_args_check(struct gt_call *c, struct gt_err *err)
{
    GT_VEC(struct gt_arg) args = {0};
    for (size_t i = 0; i < c->n_args; i++) {
        const struct gt_param *p = find_param(c->op, c->args[i].name);
        if (!p)
            return unknown(c, c->args[i].name, err);
        const char *value = c->args[i].value ? c->args[i].value : "";
        GT_TRY(gt_param_check(c->a, p, value, err));
        *GT_PUSH(c->a, &args) = (struct gt_arg){p->name, value};
    }
    c->args = args.v;
    c->n_args = args.n;
    GT_TRY(check_counts(c, err));
    for (const struct gt_param *p = c->op->params; p->name; p++) {
        if (p->fallback && gt_arg_count(c, p->name) == 0)
            *GT_PUSH(c->a, &args) = (struct gt_arg){p->name, p->fallback};
    }
    c->args = args.v;
    c->n_args = args.n;
    return GT_OK;
}

void ops_args_json(const struct gt_call *c, struct gt_json *obj)
{
    for (const struct gt_param *p = c->op->params; p->name; p++) {
        size_t n = gt_arg_count(c, p->name);
        if (n == 0 || p->secret)
            continue;
        struct gt_json *in = p->repeated ? gt_json_add_arr(obj, ops_json_name(c->a, p->name)) : obj;
        for (size_t i = 0; i < n; i++) {
            const char *key = p->repeated ? NULL : ops_json_name(c->a, p->name);
            const char *value = gt_arg_nth(c, p->name, i);
            double number = 0;
            bool numeric = p->kind == GT_P_NUMBER || p->kind == GT_P_INTEGER;
            if (p->kind == GT_P_FLAG)
                gt_json_add_bool(in, key, strcmp(value, "true") == 0);
            else if (numeric && gt_parse_num(value, &number))
                gt_json_add_num(in, key, number);
            else
                gt_json_add_str(in, key, value);
        }
    }
}

/* ---- Reading --------------------------------------------------------------------------------- */

const char *gt_arg_nth(const struct gt_call *c, const char *name, size_t n)
{
    for (size_t i = 0; i < c->n_args; i++) {
        if (same_name(c->args[i].name, name) && n-- == 0)
            return c->args[i].value;
    }
    return NULL;
}

size_t gt_arg_count(const struct gt_call *c, const char *name)
{
    size_t n = 0;
    for (size_t i = 0; i < c->n_args; i++)
        n += same_name(c->args[i].name, name);
    return n;
}

const char *gt_arg_text(const struct gt_call *c, const char *name, const char *fallback)
{
    const char *value = gt_arg_nth(c, name, 0);
    return value ? value : fallback;
}

double gt_arg_num(const struct gt_call *c, const char *name, double fallback)
{
    double v = fallback;
    const char *value = gt_arg_nth(c, name, 0);
    return value && gt_parse_num(value, &v) ? v : fallback;
}

int64_t gt_arg_int(const struct gt_call *c, const char *name, int64_t fallback)
{
    int64_t v = fallback;
    const char *value = gt_arg_nth(c, name, 0);
    return value && gt_parse_int(value, &v) ? v : fallback;
}

bool gt_arg_flag(const struct gt_call *c, const char *name)
{
    const char *value = gt_arg_nth(c, name, 0);
    return value && strcmp(value, "true") == 0;
}

enum gt_status ops_check_vintage(const struct gt_call *c, struct gt_err *err)
{
    const char *v = gt_arg_text(c, "vintage", NULL);
    int64_t year = 0;
    bool good = !v || (strlen(v) == 4 && gt_parse_int(v, &year) && year >= 1000);
    return good ? GT_OK
                : gt_fail(err, GT_EUSE, "--vintage: expected a year of four digits, found '%.40s'",
                          v);
}
