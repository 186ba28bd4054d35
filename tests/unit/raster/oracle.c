/* Steps of single cells, and which step is made how. */
#include "oracle.h"

double oracle_at(const struct oracle *o, const float *cells, int64_t col, int64_t row)
{
    if (col < 0 || row < 0 || col >= o->w || row >= o->h)
        return (double)NAN;
    return (double)cells[row * o->w + col];
}

float *oracle_cells(const struct oracle *o)
{
    return GT_TAKE_N(o->a, float, (size_t)(o->w * o->h));
}

float oracle_f32(double v)
{
    float cell = (float)v;
    return isfinite(cell) ? cell : NAN;
}

enum gt_status oracle_new(struct gt_arena *a, const struct gt_binding *bind, int master,
                          struct oracle *out, struct gt_err *err)
{
    const struct gt_raster_info *info = &bind[master].raster->info;
    *out =
        (struct oracle){.a = a, .bind = bind, .master = info, .w = info->grid.w, .h = info->grid.h};
    return gt_metric_new(a, info->crs, &info->grid, &out->metric, err);
}

/* ---- Expression, classify, matrix, combine ---- */

static enum gt_status expression(const struct oracle *o, const struct gt_step *s, float *out,
                                 struct gt_err *err)
{
    struct gt_value *names = GT_TAKE_N(o->a, struct gt_value, (size_t)s->n_in);
    for (int64_t i = 0; i < o->w * o->h; i++) {
        for (int k = 0; k < s->n_in; k++) {
            double v = (double)o->cells[s->in[k]][i];
            names[k] = isnan(v) ? (struct gt_value){.kind = GT_V_NODATA}
                                : (struct gt_value){.kind = GT_V_NUM, .num = v};
        }
        struct gt_value v;
        GT_TRY(gt_expr_eval(s->expr, names, &v, err));
        out[i] = v.kind == GT_V_NUM ? oracle_f32(v.num) : NAN;
    }
    return GT_OK;
}

/* The bounds of slope classes as squared tangents: a slope is classified by its own, rounded to
 * f32, so that no arc tangent decides a class. */
static double tan2_of(double deg)
{
    if (deg >= 90 || deg < 0)
        return deg < 0 ? -1 : (double)INFINITY;
    return tan(deg * (M_PI / 180)) * tan(deg * (M_PI / 180));
}

static const struct gt_classes *tan2_classes(const struct oracle *o, const struct gt_classes *c)
{
    struct gt_classes *t = GT_TAKE(o->a, struct gt_classes);
    struct gt_class *v = GT_TAKE_N(o->a, struct gt_class, c->n);
    for (size_t i = 0; i < c->n; i++) {
        v[i] = c->v[i];
        v[i].lo_closed = v[i].lo_closed && v[i].lo <= 90; /* no slope is steeper */
        v[i].hi_closed = v[i].hi_closed || v[i].hi > 90;
        v[i].lo = tan2_of(v[i].lo);
        v[i].hi = tan2_of(v[i].hi);
    }
    *t = *c;
    t->v = v;
    return t;
}

static void classify(const struct oracle *o, const struct gt_step *s, float *out)
{
    const float *in = o->cells[s->in[0]];
    const struct gt_classes *classes = s->classes;
    if (o->tan2[s->in[0]] && !classes->listed) {
        in = o->tan2[s->in[0]];
        classes = tan2_classes(o, classes);
    }
    for (int64_t i = 0; i < o->w * o->h; i++) {
        const struct gt_class *c = isnan(in[i]) ? NULL : gt_classes_find(classes, (double)in[i]);
        double none = classes->has_other && !isnan(in[i]) ? classes->other : (double)NAN;
        out[i] = (float)(c ? c->code : none);
    }
}

static void matrix(const struct oracle *o, const struct gt_step *s, float *out)
{
    const struct gt_matrix *m = s->matrix;
    const float *rows = o->cells[s->in[0]], *cols = o->cells[s->in[1]];
    for (int64_t i = 0; i < o->w * o->h; i++) {
        out[i] = NAN;
        for (size_t r = 0; r < m->n_rows; r++)
            for (size_t c = 0; c < m->n_cols; c++)
                if ((double)rows[i] == m->row_code[r] && (double)cols[i] == m->col_code[c])
                    out[i] = (float)m->v[r * m->n_cols + c];
    }
}

static double weighted(const struct oracle *o, const struct gt_step *s, int64_t i)
{
    double sum = 0, there = 0, all = 0;
    int missing = 0;
    for (int k = 0; k < s->n_in; k++) {
        double v = (double)o->cells[s->in[k]][i];
        all += s->weight[k];
        missing += isnan(v);
        if (isnan(v))
            continue;
        sum += s->weight[k] * v;
        there += s->weight[k];
    }
    if (missing == 0)
        return sum;
    return s->ignore_nodata && there > 0 ? sum * (all / there) : (double)NAN;
}

/* The first of the best ones. */
static double best_or_worst(const struct oracle *o, const struct gt_step *s, int64_t i)
{
    bool high = (s->combine == GT_COMBINE_BEST) == s->high_is_best;
    double found = (double)NAN;
    for (int k = 0; k < s->n_in; k++) {
        double v = (double)o->cells[s->in[k]][i];
        if (isnan(v) && !s->ignore_nodata)
            return v;
        if (isnan(found) || (high ? v > found : v < found))
            found = isnan(v) ? found : v;
    }
    return found;
}

static void combine(const struct oracle *o, const struct gt_step *s, float *out)
{
    for (int64_t i = 0; i < o->w * o->h; i++)
        out[i] = oracle_f32(s->combine == GT_COMBINE_WEIGHTED ? weighted(o, s, i)
                                                              : best_or_worst(o, s, i));
}

/* ---- Any step ---- */

enum gt_status oracle_step(struct oracle *o, const struct gt_model *m, int step, struct gt_err *err)
{
    const struct gt_step *s = &m->steps[step];
    if (s->kind == GT_STEP_SHAPES || s->kind == GT_STEP_ZONAL)
        return GT_OK;
    float *out = oracle_cells(o), *tan2;
    const float *in = s->n_in ? o->cells[s->in[0]] : NULL;
    const struct gt_binding *bind = &o->bind[s->n_in ? s->in[0] : step];
    switch (s->kind) {
    case GT_STEP_RASTER:
        GT_TRY(oracle_raster(o, s, bind->raster, out, err));
        for (int64_t i = 0; s->scaled && i < o->w * o->h; i++)
            out[i] = (float)((double)out[i] * s->scale + s->add);
        break;
    case GT_STEP_EXPRESSION: GT_TRY(expression(o, s, out, err)); break;
    case GT_STEP_CLASSIFY: classify(o, s, out); break;
    case GT_STEP_MATRIX: matrix(o, s, out); break;
    case GT_STEP_COMBINE: combine(o, s, out); break;
    case GT_STEP_SLOPE:
        o->tan2[step] = tan2 = oracle_tan2(o, in);
        oracle_degrees(o, tan2, out);
        break;
    case GT_STEP_ASPECT: oracle_aspect(o, in, out); break;
    case GT_STEP_HILLSHADE: oracle_hillshade(o, s, in, out); break;
    case GT_STEP_RANGE:
    case GT_STEP_MEAN:
    case GT_STEP_SUM: oracle_window(o, s, in, out); break;
    case GT_STEP_DISTANCE: GT_TRY(oracle_distance(o, s, bind->layer, out, err)); break;
    case GT_STEP_RASTERISE: GT_TRY(oracle_rasterise(o, s, bind->layer, out, err)); break;
    default: oracle_fill(o, s->radius, in, out); break;
    }
    o->cells[step] = out;
    return GT_OK;
}
