/* Expressions on rows: the tree is turned into a list of operations on strips of cells in double,
 * and the result is rounded to f32 once. No-data is NaN; what gt_expr_eval says of single values is
 * the meaning. */
#include "raster_int.h"

#include <float.h>

enum { STRIP = 256 };

/* op with arguments on top of the stack; GT_X_NAME pushes an input, GT_X_NUM a number. */
struct code {
    enum gt_expr_op op;
    int n, input;
    double num;
};

struct program {
    size_t n;
    struct code *v;
    int depth;
};

struct compiler {
    struct gt_arena *a;
    GT_VEC(struct code) code;
    int depth, deepest;
};

static void emit(struct compiler *c, const struct gt_expr *x)
{
    for (int i = 0; i < x->n; i++)
        emit(c, x->arg[i]);
    *GT_PUSH(c->a, &c->code) = (struct code){x->op, x->n, x->name, x->num};
    c->depth += 1 - x->n;
    int peak = c->depth + x->n; /* while the arguments stand there */
    c->deepest = peak > c->deepest ? peak : c->deepest;
}

static enum gt_status expression_prepare(struct gt_arena *a, const struct gt_pass *p,
                                         struct gt_node *node, struct gt_err *err)
{
    (void)p;
    struct compiler c = {.a = a};
    emit(&c, node->s->expr);
    if (c.deepest > 4096)
        return gt_fail(err, GT_EINPUT, "%s:%d: the expression of step %s is too long",
                       node->s->file, node->s->line, node->s->name);
    struct program *t = GT_TAKE(a, struct program);
    *t = (struct program){c.code.n, c.code.v, c.deepest + 1};
    node->data = t;
    return GT_OK;
}

static size_t expression_bytes(const struct gt_node *node, int64_t max_n)
{
    (void)max_n;
    const struct program *t = node->data;
    return (size_t)t->depth * STRIP * sizeof(double);
}

static int no_radius(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p, (void)s;
    return 0;
}

/* a op b for a strip, result in a. Out of range is no-data: no infinity goes from one operation to
 * the next. */
#define BINARY(name, value)                                                                 \
    GT_CLONES static void strip_##name(double *restrict a, const double *restrict b, int n) \
    {                                                                                       \
        for (int j = 0; j < n; j++) {                                                       \
            double x = a[j], y = b[j];                                                      \
            a[j] = (value);                                                                 \
        }                                                                                   \
    }
#define MISSING(v) ((v) != (v))
#define EITHER (MISSING(x) || MISSING(y))
#define NONE ((double)NAN)
#define FINITE(v) (fabs(v) <= DBL_MAX ? (v) : NONE)
BINARY(add, FINITE(x + y))
BINARY(sub, FINITE(x - y))
BINARY(mul, FINITE(x *y))
BINARY(div, y == 0 ? NONE : FINITE(x / y))
BINARY(eq, EITHER ? NONE : (double)(x == y))
BINARY(ne, EITHER ? NONE : (double)(x != y))
BINARY(lt, EITHER ? NONE : (double)(x < y))
BINARY(le, EITHER ? NONE : (double)(x <= y))
BINARY(gt, EITHER ? NONE : (double)(x > y))
BINARY(ge, EITHER ? NONE : (double)(x >= y))
BINARY(and, x == 0 || y == 0 ? 0 : EITHER ? NONE : 1)
BINARY(or, (x != 0 && !MISSING(x)) || (y != 0 && !MISSING(y)) ? 1 : EITHER ? NONE : 0)
BINARY(min, EITHER ? NONE : y < x ? y : x)
BINARY(max, EITHER ? NONE : y > x ? y : x)
BINARY(coalesce, MISSING(x) ? y : x)

static void strip_pow(double *restrict a, const double *restrict b, int n)
{
    for (int j = 0; j < n; j++) {
        double v = a[j] == a[j] && b[j] == b[j] ? pow(a[j], b[j]) : NONE;
        a[j] = isfinite(v) ? v : NONE;
    }
}

typedef void strip_fn(double *restrict a, const double *restrict b, int n);
static strip_fn *const BINARIES[] = {
    [GT_X_ADD] = strip_add, [GT_X_SUB] = strip_sub,
    [GT_X_MUL] = strip_mul, [GT_X_DIV] = strip_div,
    [GT_X_POW] = strip_pow, [GT_X_EQ] = strip_eq,
    [GT_X_NE] = strip_ne,   [GT_X_LT] = strip_lt,
    [GT_X_LE] = strip_le,   [GT_X_GT] = strip_gt,
    [GT_X_GE] = strip_ge,   [GT_X_AND] = strip_and,
    [GT_X_OR] = strip_or,   [GT_X_MIN] = strip_min,
    [GT_X_MAX] = strip_max, [GT_X_COALESCE] = strip_coalesce,
};

static double unary(enum gt_expr_op op, double x)
{
    switch (op) {
    case GT_X_NEG: return -x;
    case GT_X_NOT: return x == x ? (double)(x == 0) : NONE;
    case GT_X_ABS: return fabs(x);
    case GT_X_SQRT: return x >= 0 ? sqrt(x) : NONE;
    case GT_X_EXP: return exp(x);
    case GT_X_LN: return x > 0 ? log(x) : NONE;
    case GT_X_LOG10: return x > 0 ? log10(x) : NONE;
    case GT_X_SIN_DEG: return gt_sin_deg(x);
    case GT_X_FLOOR: return floor(x);
    case GT_X_CEIL: return ceil(x);
    case GT_X_ROUND: return round(x);
    case GT_X_ISNODATA: return (double)(x != x);
    default: return NONE;
    }
}

static void strip_unary(enum gt_expr_op op, double *a, int n)
{
    for (int j = 0; j < n; j++) {
        double v = unary(op, a[j]);
        a[j] = isfinite(v) ? v : NONE;
    }
}

GT_CLONES static void strip_if(double *restrict c, const double *restrict yes,
                               const double *restrict no, int n)
{
    for (int j = 0; j < n; j++)
        c[j] = c[j] != c[j] ? NONE : c[j] != 0 ? yes[j] : no[j];
}

GT_CLONES static void strip_clamp(double *restrict x, const double *restrict lo,
                                  const double *restrict hi, int n)
{
    for (int j = 0; j < n; j++) {
        double low = lo[j] > x[j] ? lo[j] : x[j], v = hi[j] < low ? hi[j] : low;
        x[j] = lo[j] == lo[j] && hi[j] == hi[j] && x[j] == x[j] ? v : NONE;
    }
}

/* x in (list): one equal is enough; else no-data when any was no-data. */
static void strip_in(double *top, int args, int n)
{
    for (int j = 0; j < n; j++) {
        double x = top[j], found = 0;
        for (int k = 1; k < args; k++) {
            double y = top[k * STRIP + j];
            if (x == y) {
                found = 1;
                break;
            }
            if (MISSING(y))
                found = NONE;
        }
        top[j] = MISSING(x) ? NONE : found;
    }
}

/* Runs one operation on the strips whose top is `top` (the first free one); gives the new top. */
static double *execute(const struct code *c, double *top, int n)
{
    double *first = top - c->n * STRIP;
    switch (c->op) {
    case GT_X_IF: strip_if(first, first + STRIP, first + 2 * STRIP, n); break;
    case GT_X_CLAMP: strip_clamp(first, first + STRIP, first + 2 * STRIP, n); break;
    case GT_X_IN: strip_in(first, c->n, n); break;
    default:
        if (c->n == 1)
            strip_unary(c->op, first, n);
        for (int k = 1; k < c->n; k++)
            BINARIES[c->op](first, first + k * STRIP, n);
    }
    return first + STRIP;
}

static void push(const struct code *c, const struct gt_row *r, int64_t at, double *top, int n)
{
    const float *in = c->op == GT_X_NAME ? r->in[c->input][0] + at : NULL;
    double num = c->op == GT_X_NUM ? c->num : NONE;
    for (int j = 0; j < n; j++)
        top[j] = in ? FINITE((double)in[j]) : num;
}

static void run_strip(const struct gt_row *r, int64_t at, int n)
{
    const struct program *t = r->node->data;
    double *stack = r->state, *top = stack;
    for (size_t i = 0; i < t->n; i++) {
        const struct code *c = &t->v[i];
        if (c->n > 0) {
            top = execute(c, top, n);
            continue;
        }
        push(c, r, at, top, n);
        top += STRIP;
    }
    for (int j = 0; j < n; j++) {
        float v = (float)stack[j];
        r->out[at + j] = isfinite(v) ? v : NAN;
    }
}

static void expression_row(const struct gt_row *r)
{
    for (int64_t at = 0; at < r->n; at += STRIP)
        run_strip(r, at, (int)(r->n - at < STRIP ? r->n - at : STRIP));
}

const struct gt_kernel gt_kernel_expression = {.radius = no_radius,
                                               .prepare = expression_prepare,
                                               .state_bytes = expression_bytes,
                                               .row = expression_row};
