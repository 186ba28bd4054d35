/* scalar.c: the meaning of steps at one place, written for reading. */
#include "scalar.h"
#include "t.h"

#include <math.h>

static double expression(const struct gt_step *s, const double *value)
{
    GT_AUTO_ARENA a = gt_arena_new();
    struct gt_value *names = GT_TAKE_N(a, struct gt_value, (size_t)s->n_in + 1), out;
    struct gt_err err = {0};
    for (int k = 0; k < s->n_in; k++) {
        double v = value[s->in[k]];
        names[k] = (struct gt_value){.kind = isnan(v) ? GT_V_NODATA : GT_V_NUM, .num = v};
    }
    T_STATUS_ERR(gt_expr_eval(s->expr, names, &out, &err), GT_OK, &err);
    return out.kind == GT_V_NUM ? out.num : (double)NAN;
}

static double classify(const struct gt_step *s, double v)
{
    if (isnan(v))
        return v;
    const struct gt_class *c = gt_classes_find(s->classes, v);
    return c ? c->code : s->classes->has_other ? s->classes->other : (double)NAN;
}

static double matrix(const struct gt_matrix *m, double row, double col)
{
    for (size_t i = 0; i < m->n_rows; i++)
        for (size_t k = 0; k < m->n_cols; k++)
            if (m->row_code[i] == row && m->col_code[k] == col)
                return m->v[i * m->n_cols + k];
    return (double)NAN;
}

/* The commonest value, of equally common ones the worst. */
static double mode(const struct gt_step *s, const double *value)
{
    double out = (double)NAN;
    int most = 0;
    for (int k = 0; k < s->n_in; k++) {
        double v = value[s->in[k]];
        int same = 0;
        if (isnan(v) && !s->ignore_nodata)
            return v;
        for (int j = 0; j < s->n_in; j++)
            same += value[s->in[j]] == v;
        bool worse = s->high_is_best ? v < out : v > out;
        if (same > most || (same == most && worse)) {
            most = same;
            out = v;
        }
    }
    return out;
}

static double combine(const struct gt_step *s, const double *value)
{
    if (s->combine == GT_COMBINE_MODE)
        return mode(s, value);
    bool low = (s->combine == GT_COMBINE_BEST) != s->high_is_best;
    double out = (double)NAN, sum = 0, weight = 0, all = 0;
    for (int k = 0; k < s->n_in; k++) {
        double v = value[s->in[k]];
        all += s->weight ? s->weight[k] : 0;
        if (isnan(v) && !s->ignore_nodata)
            return v;
        if (isnan(v))
            continue;
        sum += s->weight ? s->weight[k] * v : 0;
        weight += s->weight ? s->weight[k] : 0;
        out = isnan(out) || (low ? v < out : v > out) ? v : out;
    }
    return s->combine == GT_COMBINE_WEIGHTED ? sum * (all / weight) : out;
}

bool scalar_looks_around(enum gt_step_kind kind)
{
    return kind != GT_STEP_RASTER && kind != GT_STEP_SHAPES && kind != GT_STEP_EXPRESSION &&
           kind != GT_STEP_CLASSIFY && kind != GT_STEP_MATRIX && kind != GT_STEP_COMBINE;
}

void scalar_run(const struct gt_model *m, const bool *given, double *value)
{
    for (int i = 0; i < m->n_steps; i++) {
        const struct gt_step *s = &m->steps[i];
        if (given[i])
            continue;
        switch (s->kind) {
        case GT_STEP_EXPRESSION: value[i] = expression(s, value); break;
        case GT_STEP_CLASSIFY: value[i] = classify(s, value[s->in[0]]); break;
        case GT_STEP_MATRIX: value[i] = matrix(s->matrix, value[s->in[0]], value[s->in[1]]); break;
        case GT_STEP_COMBINE: value[i] = combine(s, value); break;
        default: value[i] = (double)NAN; break;
        }
    }
}
