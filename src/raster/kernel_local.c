/* Kernels of single cells: classify, matrix, combine. Expressions are in kernel_expression.c. */
#include "raster_int.h"

static int no_radius(const struct gt_pass *p, const struct gt_step *s)
{
    (void)p, (void)s;
    return 0;
}

/* ---- Classify ---- */

/* Interval tables: code[0] below the first bound, code[i+1] above bound[i]. Bounds are f32 so
 * placed that `v > bound` decides exactly as the closed or open end in double would. Padded to
 * fours. */
struct steps {
    size_t n; /* bounds, a multiple of 4 */
    float *bound, *code;
};

struct listed {
    size_t n;
    float *value, *code;
    float other;
};

struct classify {
    bool listed;
    struct steps steps;
    struct listed list;
};

/* The largest f32 such that v > result is the same as v > b (or v >= b) for every f32 v. */
static float bound_f32(double b, bool reached)
{
    float f = (float)b;
    if ((double)f > b)
        f = nextafterf(f, -INFINITY);
    return reached && (double)f == b ? nextafterf(f, -INFINITY) : f;
}

/* Slopes travel as squared tangents: their bounds in degrees are carried over once, here. */
static double as_tan2(double deg)
{
    if (deg >= 90)
        return INFINITY;
    if (deg < 0)
        return -1;
    double t = tan(deg * (M_PI / 180));
    return t * t;
}

/* No slope reaches what lies above 90 degrees. */
static float slope_bound(double deg, bool reached)
{
    return bound_f32(as_tan2(deg), reached && deg <= 90);
}

static void steps_fill(struct steps *t, const struct gt_classes *c, bool tan2)
{
    size_t k = 0;
    bool open_below = c->v[0].lo == -(double)INFINITY;
    float (*bound)(double, bool) = tan2 ? slope_bound : bound_f32;
    t->code[0] = open_below ? (float)c->v[0].code : NAN;
    for (size_t i = open_below ? 1 : 0; i < c->n; i++, k++) {
        t->bound[k] = bound(c->v[i].lo, c->v[i].lo_closed);
        t->code[k + 1] = (float)c->v[i].code;
    }
    const struct gt_class *last = &c->v[c->n - 1];
    if (last->hi != (double)INFINITY) {
        t->bound[k] = bound(last->hi, !last->hi_closed);
        t->code[++k] = NAN;
    }
    for (; k < t->n; k++) {
        t->bound[k] = INFINITY;
        t->code[k + 1] = NAN;
    }
}

static void listed_fill(struct listed *t, const struct gt_classes *c)
{
    size_t k = 0;
    for (size_t i = 0; i < c->n; i++)
        for (size_t j = 0; j < c->v[i].n_is; j++, k++) {
            float v = (float)c->v[i].is[j];
            t->value[k] = (double)v == c->v[i].is[j] ? v : NAN; /* no cell has it */
            t->code[k] = (float)c->v[i].code;
        }
    t->other = c->has_other ? (float)c->other : NAN;
}

static enum gt_status classify_prepare(struct gt_arena *a, const struct gt_pass *p,
                                       struct gt_node *node, struct gt_err *err)
{
    (void)err;
    const struct gt_classes *c = node->s->classes;
    struct classify *t = GT_TAKE(a, struct classify);
    t->listed = c->listed;
    if (c->listed) {
        for (size_t i = 0; i < c->n; i++)
            t->list.n += c->v[i].n_is;
        t->list.value = GT_TAKE_N(a, float, t->list.n);
        t->list.code = GT_TAKE_N(a, float, t->list.n);
        listed_fill(&t->list, c);
    } else {
        t->steps.n = (c->n + 1 + 3) / 4 * 4;
        t->steps.bound = GT_TAKE_N(a, float, t->steps.n);
        t->steps.code = GT_TAKE_N(a, float, t->steps.n + 1);
        steps_fill(&t->steps, c, p->node[node->in[0]].tan2);
    }
    node->data = t;
    return GT_OK;
}

GT_CLONES static void classify_steps(const struct steps *t, const float *in, float *out, int64_t n)
{
    float first = t->code[0];
    for (int64_t j = 0; j < n; j++)
        out[j] = in[j] == in[j] ? first : NAN;
    for (size_t k = 0; k < t->n; k += 4) {
        float b0 = t->bound[k], b1 = t->bound[k + 1], b2 = t->bound[k + 2], b3 = t->bound[k + 3];
        float c0 = t->code[k + 1], c1 = t->code[k + 2], c2 = t->code[k + 3], c3 = t->code[k + 4];
        for (int64_t j = 0; j < n; j++) {
            float v = in[j], o = out[j];
            o = v > b0 ? c0 : o;
            o = v > b1 ? c1 : o;
            o = v > b2 ? c2 : o;
            out[j] = v > b3 ? c3 : o;
        }
    }
}

GT_CLONES static void classify_listed(const struct listed *t, const float *in, float *out,
                                      int64_t n)
{
    float other = t->other;
    for (int64_t j = 0; j < n; j++)
        out[j] = in[j] == in[j] ? other : NAN;
    for (size_t k = 0; k < t->n; k++) {
        float value = t->value[k], code = t->code[k];
        for (int64_t j = 0; j < n; j++)
            out[j] = in[j] == value ? code : out[j];
    }
}

static void classify_row(const struct gt_row *r)
{
    const struct classify *t = r->node->data;
    if (t->listed)
        classify_listed(&t->list, r->in[0][0], r->out, r->n);
    else
        classify_steps(&t->steps, r->in[0][0], r->out, r->n);
}

const struct gt_kernel gt_kernel_classify = {
    .radius = no_radius, .prepare = classify_prepare, .row = classify_row};

/* ---- Matrix ---- */

/* Codes by (row code - row_min + 1, column code - col_min + 1); index 0 and absent codes are NaN.
 */
struct matrix {
    float row_min, row_max, col_min, col_max;
    int width;
    float *code;
};

static enum gt_status matrix_prepare(struct gt_arena *a, const struct gt_pass *p,
                                     struct gt_node *node, struct gt_err *err)
{
    (void)p;
    const struct gt_matrix *m = node->s->matrix;
    struct matrix *t = GT_TAKE(a, struct matrix);
    t->row_min = (float)m->row_code[0];
    t->row_max = (float)m->row_code[m->n_rows - 1];
    t->col_min = (float)m->col_code[0];
    t->col_max = (float)m->col_code[m->n_cols - 1];
    int64_t height = (int64_t)(t->row_max - t->row_min) + 2;
    int64_t width = (int64_t)(t->col_max - t->col_min) + 2;
    if (height > 4096 || width > 4096)
        return gt_fail(err, GT_EINPUT, "%s:%d: codes of a matrix spread over more than 4096 values",
                       node->s->file, node->s->line);
    t->width = (int)width;
    t->code = GT_TAKE_N(a, float, (size_t)(height * width));
    for (int64_t i = 0; i < height * width; i++)
        t->code[i] = NAN;
    for (size_t i = 0; i < m->n_rows; i++)
        for (size_t j = 0; j < m->n_cols; j++) {
            int64_t row = (int64_t)(m->row_code[i] - m->row_code[0]) + 1;
            int64_t col = (int64_t)(m->col_code[j] - m->col_code[0]) + 1;
            t->code[row * width + col] = (float)m->v[i * m->n_cols + j];
        }
    node->data = t;
    return GT_OK;
}

struct side {
    float lo, hi;
    int step; /* from one code's place to the next one's */
};

/* Places of codes on one side of the table; 0 for what is none: no-data, other codes, fractions.
 * Two loops, each without a branch, so that both become vectors. */
GT_CLONES static void matrix_places(const struct side *s, const float *in, int32_t *restrict place,
                                    int64_t n)
{
    float lo = s->lo, hi = s->hi;
    int step = s->step;
    for (int64_t j = 0; j < n; j++)
        place[j] = in[j] >= lo && in[j] <= hi ? (int32_t)(in[j] - lo + 1) : 0;
    for (int64_t j = 0; j < n; j++)
        place[j] = (float)place[j] == in[j] - lo + 1 ? place[j] * step : 0;
}

/* Without clones: gathering by vectors is slower than one load a cell. */
static void matrix_look_up(const float *code, const int32_t *row, const int32_t *col,
                           float *restrict out, int64_t n)
{
    for (int64_t j = 0; j < n; j++)
        out[j] = code[row[j] + col[j]];
}

static void matrix_row(const struct gt_row *r)
{
    enum { AT_ONCE = 512 };
    const struct matrix *t = r->node->data;
    struct side rows = {t->row_min, t->row_max, t->width}, cols = {t->col_min, t->col_max, 1};
    int32_t row[AT_ONCE], col[AT_ONCE];
    for (int64_t j = 0; j < r->n; j += AT_ONCE) {
        int64_t n = r->n - j < AT_ONCE ? r->n - j : AT_ONCE;
        matrix_places(&rows, r->in[0][0] + j, row, n);
        matrix_places(&cols, r->in[1][0] + j, col, n);
        matrix_look_up(t->code, row, col, r->out + j, n);
    }
}

const struct gt_kernel gt_kernel_matrix = {
    .radius = no_radius, .prepare = matrix_prepare, .row = matrix_row};

/* ---- Combine ---- */

GT_CLONES static void take_lower(float *out, const float *in, int64_t n, bool ignore)
{
    if (ignore)
        for (int64_t j = 0; j < n; j++)
            out[j] = in[j] < out[j] || out[j] != out[j] ? in[j] : out[j];
    else
        for (int64_t j = 0; j < n; j++)
            out[j] = in[j] < out[j] || in[j] != in[j] ? in[j] : out[j];
}

GT_CLONES static void take_higher(float *out, const float *in, int64_t n, bool ignore)
{
    if (ignore)
        for (int64_t j = 0; j < n; j++)
            out[j] = in[j] > out[j] || out[j] != out[j] ? in[j] : out[j];
    else
        for (int64_t j = 0; j < n; j++)
            out[j] = in[j] > out[j] || in[j] != in[j] ? in[j] : out[j];
}

/* Weighted sum in double, in the order of the members. Ignored no-data: the weights of the cells
 * that are there are scaled to the sum of all. */
static void weigh_cell(const struct gt_row *r, int64_t j)
{
    const struct gt_step *s = r->node->s;
    double sum = 0, there = 0, all = 0;
    for (int k = 0; k < r->node->n_in; k++) {
        double v = (double)r->in[k][0][j];
        all += s->weight[k];
        if (v == v) {
            sum += s->weight[k] * v;
            there += s->weight[k];
        } else if (!s->ignore_nodata) {
            there = NAN;
        }
    }
    bool whole = there == all;
    float v = (float)(whole ? sum : there > 0 ? sum * (all / there) : (double)NAN);
    r->out[j] = isfinite(v) ? v : NAN;
}

/* The commonest of a cell's values; of equally common ones the worst. Members are few: each is
 * counted against all. */
static void commonest(const struct gt_row *r, int64_t j)
{
    const struct gt_step *s = r->node->s;
    float best = NAN;
    int most = 0;
    for (int k = 0; k < r->node->n_in; k++) {
        float v = r->in[k][0][j];
        int count = 0;
        for (int i = 0; i < r->node->n_in; i++)
            count += r->in[i][0][j] == v;
        bool worse = s->high_is_best ? v < best : v > best;
        if (count > most || (count == most && worse)) {
            most = count;
            best = v;
        }
        if (v != v && !s->ignore_nodata) {
            best = NAN;
            break;
        }
    }
    r->out[j] = best;
}

static void combine_row(const struct gt_row *r)
{
    const struct gt_step *s = r->node->s;
    for (int64_t j = 0; s->combine == GT_COMBINE_MODE && j < r->n; j++)
        commonest(r, j);
    if (s->combine == GT_COMBINE_MODE)
        return;
    if (s->combine == GT_COMBINE_WEIGHTED) {
        for (int64_t j = 0; j < r->n; j++)
            weigh_cell(r, j);
        return;
    }
    bool lower = (s->combine == GT_COMBINE_BEST) != s->high_is_best;
    for (int64_t j = 0; j < r->n; j++)
        r->out[j] = r->in[0][0][j];
    for (int k = 1; k < r->node->n_in; k++) {
        if (lower)
            take_lower(r->out, r->in[k][0], r->n, s->ignore_nodata);
        else
            take_higher(r->out, r->in[k][0], r->n, s->ignore_nodata);
    }
}

const struct gt_kernel gt_kernel_combine = {.radius = no_radius, .row = combine_row};
