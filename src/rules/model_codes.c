/* model_codes.c: which codes a step can give, found before anything runs. */
#include "model_int.h"

#include <math.h>
#include <stdlib.h>

#define MAX_CODES 512 /* more are not followed */
#define MAX_PAIRS 1024
#define FAR 4096 /* codes of expressions beyond are not followed */

static int by_code(const void *pa, const void *pb)
{
    double a = *(const double *)pa, b = *(const double *)pb;
    return (a > b) - (a < b);
}

/* Sorts and drops doubles; too many are "not known". */
static struct codes tidy(double *v, size_t n)
{
    size_t kept = 0;
    if (n > 0)
        qsort(v, n, sizeof *v, by_code);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || v[i] != v[kept - 1])
            v[kept++] = v[i];
    return kept > MAX_CODES ? (struct codes){0} : (struct codes){true, kept, v};
}

static struct codes of_classes(struct gt_arena *a, const struct gt_classes *c)
{
    double *v = GT_TAKE_N(a, double, c->n + 1);
    size_t n = 0;
    for (; n < c->n; n++)
        v[n] = c->v[n].code;
    if (c->has_other)
        v[n++] = c->other;
    return tidy(v, n);
}

static struct codes of_matrix(struct gt_arena *a, const struct gt_matrix *m)
{
    size_t n = m->n_rows * m->n_cols;
    double *v = GT_TAKE_N(a, double, n);
    for (size_t i = 0; i < n; i++)
        v[i] = m->v[i];
    return tidy(v, n);
}

struct codes rules_codes_join(struct gt_arena *a, struct codes x, struct codes y)
{
    if (!x.known || !y.known)
        return (struct codes){0};
    double *out = GT_TAKE_N(a, double, x.n + y.n + 1);
    size_t n = 0;
    for (size_t i = 0, k = 0; i < x.n || k < y.n;) {
        bool left = k == y.n || (i < x.n && x.v[i] <= y.v[k]);
        double v = left ? x.v[i++] : y.v[k++];
        if (n == 0 || out[n - 1] != v)
            out[n++] = v;
    }
    return n > MAX_CODES ? (struct codes){0} : (struct codes){true, n, out};
}

static struct codes copy(struct gt_arena *a, struct codes c)
{
    double *v = GT_TAKE_N(a, double, c.n + 1);
    for (size_t i = 0; i < c.n; i++)
        v[i] = c.v[i];
    return (struct codes){c.known, c.n, v};
}

bool rules_codes_hold(struct codes c, double code)
{
    for (size_t i = 0; i < c.n; i++)
        if (c.v[i] == code)
            return true;
    return false;
}

const char *rules_codes_text(struct gt_arena *a, struct codes c)
{
    struct gt_buf b = {.a = a};
    char num[32];
    gt_buf_add(&b, c.n == 0 ? "none" : "");
    for (size_t i = 0; i < c.n && i < 12; i++)
        gt_buf_addf(&b, "%s%s", i > 0 ? ", " : "", gt_fmt_num(c.v[i], num));
    gt_buf_add(&b, c.n > 12 ? ", ..." : "");
    return b.p;
}

/* ---- Expressions ----------------------------------------------------------------------------- */

static struct codes of_expr(struct gt_arena *a, const struct gt_expr *x, const struct codes *names);

static double apply(enum gt_expr_op op, double a, double b)
{
    switch (op) {
    case GT_X_ADD: return a + b;
    case GT_X_SUB: return a - b;
    case GT_X_MUL: return a * b;
    case GT_X_MIN: return b < a ? b : a;
    case GT_X_MAX: return b > a ? b : a;
    case GT_X_NEG: return -a;
    case GT_X_ABS: return fabs(a);
    case GT_X_FLOOR: return floor(a);
    case GT_X_CEIL: return ceil(a);
    default: return round(a);
    }
}

/* Which codes there are, marked between lo and hi. */
struct marks {
    unsigned char at[2 * FAR + 1];
    int lo, hi;
};

/* false: not a code, but a fraction or too far from 0 to be followed. */
static bool mark(struct marks *m, double v)
{
    if (!(v >= -FAR && v <= FAR) || v != (double)(int)v)
        return false;
    int code = (int)v;
    m->at[code + FAR] = 1;
    m->lo = code < m->lo ? code : m->lo;
    m->hi = code > m->hi ? code : m->hi;
    return true;
}

static struct codes collect(struct gt_arena *a, const struct marks *m)
{
    size_t n = 0;
    for (int code = m->lo; code <= m->hi; code++)
        n += m->at[code + FAR];
    double *out = GT_TAKE_N(a, double, n + 1);
    n = 0;
    for (int code = m->lo; code <= m->hi; code++)
        if (m->at[code + FAR])
            out[n++] = code;
    return (struct codes){true, n, out};
}

/* Every pair of codes under op. */
static struct codes pairs(struct gt_arena *a, enum gt_expr_op op, struct codes x, struct codes y)
{
    struct marks m = {.lo = FAR, .hi = -FAR};
    if (!x.known || !y.known || x.n * y.n > MAX_PAIRS)
        return (struct codes){0};
    for (size_t i = 0; i < x.n; i++)
        for (size_t k = 0; k < y.n; k++)
            if (!mark(&m, apply(op, x.v[i], y.v[k])))
                return (struct codes){0};
    return collect(a, &m);
}

static struct codes one(struct gt_arena *a, double v)
{
    double *p = GT_TAKE(a, double);
    *p = v;
    return (struct codes){true, 1, p};
}

static struct codes first_codes(struct gt_arena *a, size_t n)
{
    double *v = GT_TAKE_N(a, double, n);
    for (size_t i = 0; i < n; i++)
        v[i] = (double)(i + 1);
    return (struct codes){true, n, v};
}

static struct codes truth(struct gt_arena *a)
{
    return rules_codes_join(a, one(a, 0), one(a, 1));
}

/* Arguments from..n-1 folded from the left by op. */
static struct codes fold(struct gt_arena *a, const struct gt_expr *x, const struct codes *names)
{
    struct codes c = of_expr(a, x->arg[0], names);
    for (int i = 1; i < x->n && c.known; i++)
        c = pairs(a, x->op, c, of_expr(a, x->arg[i], names));
    return c;
}

static struct codes any_of(struct gt_arena *a, const struct gt_expr *x, int from,
                           const struct codes *names)
{
    struct codes c = of_expr(a, x->arg[from], names);
    for (int i = from + 1; i < x->n; i++)
        c = rules_codes_join(a, c, of_expr(a, x->arg[i], names));
    return c;
}

static struct codes of_expr(struct gt_arena *a, const struct gt_expr *x, const struct codes *names)
{
    switch (x->op) {
    case GT_X_NUM: return one(a, x->num);
    case GT_X_NAME: return names[x->name];
    case GT_X_NODATA: return (struct codes){.known = true};
    case GT_X_IF: return any_of(a, x, 1, names);
    case GT_X_COALESCE: return any_of(a, x, 0, names);
    case GT_X_ADD:
    case GT_X_SUB:
    case GT_X_MUL:
    case GT_X_MIN:
    case GT_X_MAX: return fold(a, x, names);
    case GT_X_CLAMP:
        return pairs(a, GT_X_MIN,
                     pairs(a, GT_X_MAX, of_expr(a, x->arg[0], names), of_expr(a, x->arg[1], names)),
                     of_expr(a, x->arg[2], names));
    case GT_X_NEG:
    case GT_X_ABS:
    case GT_X_FLOOR:
    case GT_X_CEIL:
    case GT_X_ROUND: return pairs(a, x->op, of_expr(a, x->arg[0], names), one(a, 0));
    case GT_X_NOT:
    case GT_X_EQ:
    case GT_X_NE:
    case GT_X_LT:
    case GT_X_LE:
    case GT_X_GT:
    case GT_X_GE:
    case GT_X_AND:
    case GT_X_OR:
    case GT_X_IN:
    case GT_X_ISNODATA: return truth(a);
    default: return (struct codes){0};
    }
}

/* ---- Steps ----------------------------------------------------------------------------------- */

static struct codes of_combine(struct gt_arena *a, size_t n, const struct codes *in)
{
    struct codes c = in[0];
    for (size_t k = 1; k < n; k++)
        c = rules_codes_join(a, c, in[k]);
    return c;
}

struct codes rules_codes_of_step(struct gt_arena *a, const struct gt_step *s, size_t n,
                                 const struct codes *in)
{
    GT_AUTO_ARENA scratch = gt_arena_new();
    switch (s->kind) {
    case GT_STEP_EXPRESSION: return copy(a, of_expr(scratch, s->expr, in));
    case GT_STEP_CLASSIFY: return of_classes(a, s->classes);
    case GT_STEP_MATRIX: return of_matrix(a, s->matrix);
    case GT_STEP_COMBINE:
        if (s->combine == GT_COMBINE_WEIGHTED)
            return (struct codes){0};
        return copy(a, of_combine(scratch, n, in));
    case GT_STEP_PATTERN: return first_codes(a, 7);
    case GT_STEP_RASTERISE: return s->attribute ? (struct codes){0} : one(a, 1);
    default: return (struct codes){0};
    }
}
